"""`dag`: operations that depend on one another (polyaxonfile section 15)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import attrs

from polyspec.spec.classes import spec_class
from polyspec.spec.container import Volumes
from polyspec.spec.environment import Environment
from polyspec.spec.markers import Choice, Count, Maybe, Template
from polyspec.spec.node import absent
from polyspec.spec.run.base import Connections, Run
from polyspec.spec.workflow import EarlyStopping

if TYPE_CHECKING:
    from polyspec.spec.operation import Definition


@spec_class(kw_only=True)
class Dag(Run):
    """Operations, the components that they share by `dagRef`, and how many run at once."""

    kind: Annotated[str, Choice(("dag",))] = attrs.field(default="dag")
    operations: "Maybe[Sequence[Definition] | Template]" = absent()
    components: "Maybe[Sequence[Definition] | Template]" = absent()
    environment: Maybe[Environment | Template] = absent()
    connections: Maybe[Connections | Template] = absent()
    volumes: Maybe[Volumes | Template] = absent()
    concurrency: Maybe[Count | Template] = absent()
    early_stopping: Maybe[Sequence[EarlyStopping] | Template] = absent()
