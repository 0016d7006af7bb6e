"""`daskcluster`: a scheduler and its workers."""

from typing import Annotated, ClassVar

import attrs

from polyspec.spec.classes import spec_class
from polyspec.spec.markers import Choice, Maybe, Template
from polyspec.spec.node import absent
from polyspec.spec.run.base import Replica, Run


@spec_class(kw_only=True)
class DaskCluster(Run):
    """A Dask cluster."""

    roles: ClassVar[tuple[str, ...]] = ("worker", "scheduler")
    kind: Annotated[str, Choice(("daskcluster",))] = attrs.field(default="daskcluster")
    worker: Maybe[Replica | Template] = absent()
    scheduler: Maybe[Replica | Template] = absent()
    min_replicas: Maybe[int | Template] = absent()
    max_replicas: Maybe[int | Template] = absent()
