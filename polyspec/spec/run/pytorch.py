"""`pytorchjob`: a master and its workers."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

import attrs

from polyspec.spec.classes import spec_class
from polyspec.spec.markers import Choice, Maybe, Template
from polyspec.spec.node import Node, absent
from polyspec.spec.run.base import CleanPodPolicy, Replica, Run, SchedulingPolicy


@spec_class(kw_only=True)
class ElasticPolicy(Node):
    """How the number of workers may change while the job runs."""

    min_replicas: Maybe[int | Template] = absent()
    max_replicas: Maybe[int | Template] = absent()
    rdvz_backend: Maybe[str] = absent()
    rdvz_port: Maybe[int | Template] = absent()
    rdvz_host: Maybe[str] = absent()
    rdvz_id: Maybe[str] = absent()
    rdvz_conf: Maybe[Sequence[Mapping[str, Any]] | Mapping[str, Any] | Template] = absent()
    standalone: Maybe[bool | Template] = absent()
    n_proc_per_node: Maybe[int | Template] = absent()
    max_restarts: Maybe[int | Template] = absent()
    metrics: Maybe[Sequence[Mapping[str, Any]] | Template] = absent(alias="Metrics")


@spec_class(kw_only=True)
class PytorchJob(Run):
    """A distributed PyTorch job."""

    roles: ClassVar[tuple[str, ...]] = ("master", "worker")
    kind: Annotated[str, Choice(("pytorchjob",))] = attrs.field(default="pytorchjob")
    clean_pod_policy: Maybe[CleanPodPolicy] = absent()
    scheduling_policy: Maybe[SchedulingPolicy] = absent()
    elastic_policy: Maybe[ElasticPolicy] = absent()
    n_proc_per_node: Maybe[int | Template] = absent()
    master: Maybe[Replica | Template] = absent()
    worker: Maybe[Replica | Template] = absent()
