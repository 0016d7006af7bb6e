"""`mpijob`: a launcher and its workers."""

from typing import Annotated, ClassVar

import attrs

from polyspec.spec.classes import spec_class
from polyspec.spec.markers import Choice, Maybe, Template
from polyspec.spec.node import absent
from polyspec.spec.run.base import CleanPodPolicy, Replica, Run, SchedulingPolicy


@spec_class(kw_only=True)
class MPIJob(Run):
    """A distributed job over MPI."""

    roles: ClassVar[tuple[str, ...]] = ("launcher", "worker")
    kind: Annotated[str, Choice(("mpijob",))] = attrs.field(default="mpijob")
    clean_pod_policy: Maybe[CleanPodPolicy] = absent()
    scheduling_policy: Maybe[SchedulingPolicy] = absent()
    slots_per_worker: Maybe[int | Template] = absent()
    launcher: Maybe[Replica | Template] = absent()
    worker: Maybe[Replica | Template] = absent()
