"""`job`, and the jobs of the platform that look the same: `notifier`, `cleaner`, `tuner`."""

from typing import Annotated

import attrs

from polyspec.spec.markers import Choice
from polyspec.spec.run.base import Pod, Run


@attrs.frozen(kw_only=True, repr=False)
class Job(Pod, Run):
    """One container that runs to its end."""

    kind: Annotated[str, Choice(("job",))] = attrs.field(default="job")


@attrs.frozen(kw_only=True, repr=False)
class Notifier(Pod, Run):
    """A job that tells of the end of another run."""

    kind: Annotated[str, Choice(("notifier",))] = attrs.field(default="notifier")


@attrs.frozen(kw_only=True, repr=False)
class Cleaner(Pod, Run):
    """A job that removes what a run left."""

    kind: Annotated[str, Choice(("cleaner",))] = attrs.field(default="cleaner")


@attrs.frozen(kw_only=True, repr=False)
class Tuner(Pod, Run):
    """A job that proposes the next params of a search."""

    kind: Annotated[str, Choice(("tuner",))] = attrs.field(default="tuner")
