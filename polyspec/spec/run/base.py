"""What the run kinds share: the six sections of everything that has a pod, replicas, and the patch of any kind."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from polyspec.spec.classes import spec_class
from polyspec.spec.container import Container, Sidecars, Volumes
from polyspec.spec.environment import Environment
from polyspec.spec.init import Inits
from polyspec.spec.markers import Choice, Combined, Labels, Maybe, Template
from polyspec.spec.node import Node, absent

Connections = Sequence[str]
CleanPodPolicy = Annotated[str, Choice(("All", "Running", "None"), "clean pod policy")]


class Run(Node):
    """The base of the run kinds; `kind` tells which. `roles` are the fields of replicas, `named_roles` of mappings of them."""

    __slots__ = ()
    roles: ClassVar[tuple[str, ...]] = ()
    named_roles: ClassVar[tuple[str, ...]] = ()


@spec_class(kw_only=True)
class Pod(Node):
    """The six sections of everything that has a pod."""

    environment: Maybe[Environment | Template] = absent()
    connections: Maybe[Connections | Template] = absent()
    volumes: Maybe[Volumes | Template] = absent()
    init: Maybe[Inits | Template] = absent()
    sidecars: Maybe[Sidecars | Template] = absent()
    container: Maybe[Container | Template] = absent()


@spec_class(kw_only=True)
class Replica(Pod):
    """One role of a distributed run."""

    replicas: Maybe[int | Template] = absent()


@spec_class(kw_only=True)
class RayReplica(Replica):
    """One role of a Ray cluster."""

    min_replicas: Maybe[int | Template] = absent()
    max_replicas: Maybe[int | Template] = absent()
    ray_start_params: Maybe[Labels] = absent()


@spec_class(kw_only=True)
class SchedulingPolicy(Node):
    """How the pods of a distributed job are scheduled together."""

    min_available: Maybe[int | Template] = absent()
    queue: Maybe[str] = absent()
    min_resources: Maybe[int | Template] = absent()
    priority_class: Maybe[str] = absent()
    schedule_timeout_seconds: Maybe[int | Template] = absent()


@spec_class(kw_only=True)
class RunPatch(Pod):
    """A part of a run of any kind: what patches the run that an operation resolves to (polyaxonfile section 5, `runPatch`).

    It is checked again, against the kind, when the run is known. For a run with replicas, sections of a pod go to each.
    """

    kind: Maybe[str] = absent()
    ports: Maybe[Sequence[int] | Template] = absent()
    rewrite_path: Maybe[bool | Template] = absent()
    is_external: Maybe[bool | Template] = absent()
    replicas: Maybe[int | Template] = absent()
    min_replicas: Maybe[int | Template] = absent()
    max_replicas: Maybe[int | Template] = absent()
    ray_start_params: Maybe[Labels] = absent()
    clean_pod_policy: Maybe[CleanPodPolicy] = absent()
    scheduling_policy: Maybe[SchedulingPolicy] = absent()
    slots_per_worker: Maybe[int | Template] = absent()
    elastic_policy: Maybe[Mapping[str, Any]] = absent()
    n_proc_per_node: Maybe[int | Template] = absent()
    enable_dynamic_worker: Maybe[bool] = absent()
    success_policy: Maybe[str] = absent()
    launcher: Maybe[Replica | Template] = absent()
    worker: Maybe[Replica | Template] = absent()
    master: Maybe[Replica | Template] = absent()
    chief: Maybe[Replica | Template] = absent()
    ps: Maybe[Replica | Template] = absent()
    evaluator: Maybe[Replica | Template] = absent()
    scheduler: Maybe[Replica | Template] = absent()
    head: Maybe[RayReplica | Template] = absent()
    workers: Maybe[Annotated[Mapping[str, RayReplica | Template | None], Combined("named")]] = absent()
    entrypoint: Maybe[str] = absent()
    runtime_env: Maybe[Mapping[str, Any] | Template] = absent()
    metadata: Maybe[Labels | Template] = absent()
    ray_version: Maybe[str] = absent()
    enable_in_tree_autoscaling: Maybe[bool | Template] = absent()
    autoscaler_options: Maybe[Mapping[str, Any] | Template] = absent()
    operations: Maybe[Sequence[Mapping[str, Any]] | Template] = absent()
    components: Maybe[Sequence[Mapping[str, Any]] | Template] = absent()
    concurrency: Maybe[int | Template] = absent()
    early_stopping: Maybe[Sequence[Mapping[str, Any]] | Template] = absent()
