"""`job`, and the jobs of the platform that look the same: `notifier`, `cleaner`, `tuner`."""

from typing import Annotated

import attrs

from polyspec.spec.classes import spec_class
from polyspec.spec.markers import Choice
from polyspec.spec.run.base import Pod, Run


@spec_class(kw_only=True)
class Job(Pod, Run):
    """One container that runs to its end."""

    kind: Annotated[str, Choice(("job",))] = attrs.field(default="job")


@spec_class(kw_only=True)
class Notifier(Pod, Run):
    """A job that tells of the end of another run."""

    kind: Annotated[str, Choice(("notifier",))] = attrs.field(default="notifier")


@spec_class(kw_only=True)
class Cleaner(Pod, Run):
    """A job that removes what a run left."""

    kind: Annotated[str, Choice(("cleaner",))] = attrs.field(default="cleaner")


@spec_class(kw_only=True)
class Tuner(Pod, Run):
    """A job that proposes the next params of a search."""

    kind: Annotated[str, Choice(("tuner",))] = attrs.field(default="tuner")
