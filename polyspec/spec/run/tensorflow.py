"""`tfjob`: chief, parameter servers, workers, evaluator."""

from typing import Annotated, ClassVar

import attrs

from polyspec.spec.classes import spec_class
from polyspec.spec.markers import Choice, Maybe, Template
from polyspec.spec.node import absent
from polyspec.spec.run.base import CleanPodPolicy, Replica, Run, SchedulingPolicy


@spec_class(kw_only=True)
class TFJob(Run):
    """A distributed TensorFlow job."""

    roles: ClassVar[tuple[str, ...]] = ("chief", "ps", "worker", "evaluator")
    kind: Annotated[str, Choice(("tfjob",))] = attrs.field(default="tfjob")
    clean_pod_policy: Maybe[CleanPodPolicy] = absent()
    scheduling_policy: Maybe[SchedulingPolicy] = absent()
    enable_dynamic_worker: Maybe[bool] = absent()
    success_policy: Maybe[str] = absent()
    chief: Maybe[Replica | Template] = absent()
    ps: Maybe[Replica | Template] = absent()
    worker: Maybe[Replica | Template] = absent()
    evaluator: Maybe[Replica | Template] = absent()
