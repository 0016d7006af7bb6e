"""`service`: a container that listens until it is stopped."""

from collections.abc import Sequence
from typing import Annotated

import attrs

from polyspec.spec.classes import spec_class
from polyspec.spec.markers import Choice, Maybe, Template
from polyspec.spec.node import absent
from polyspec.spec.run.base import Pod, Run


@spec_class(kw_only=True)
class Service(Pod, Run):
    """One container with ports."""

    kind: Annotated[str, Choice(("service",))] = attrs.field(default="service")
    ports: Maybe[Sequence[int] | Template] = absent()
    rewrite_path: Maybe[bool | Template] = absent()
    is_external: Maybe[bool | Template] = absent()
    replicas: Maybe[int | Template] = absent()
