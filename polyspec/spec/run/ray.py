"""`raycluster`: a head and named groups of workers."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import attrs

from polyspec.spec.classes import spec_class
from polyspec.spec.container import Resources
from polyspec.spec.markers import Choice, Combined, Labels, Maybe, Template
from polyspec.spec.node import Node, absent
from polyspec.spec.run.base import RayReplica, Run


@spec_class(kw_only=True)
class AutoscalerOptions(Node):
    """How a Ray cluster grows."""

    upscaling_mode: Maybe[str] = absent()
    image_pull_policy: Maybe[str] = absent()
    resources: Maybe[Annotated[Resources, Combined("mapping")] | Template] = absent()


@spec_class(kw_only=True)
class RayCluster(Run):
    """A Ray cluster and what it runs."""

    roles: ClassVar[tuple[str, ...]] = ("head",)
    named_roles: ClassVar[tuple[str, ...]] = ("workers",)
    kind: Annotated[str, Choice(("raycluster",))] = attrs.field(default="raycluster")
    entrypoint: Maybe[str] = absent()
    runtime_env: Maybe[Mapping[str, Any] | Template] = absent()
    metadata: Maybe[Labels | Template] = absent()
    ray_version: Maybe[str] = absent()
    head: Maybe[RayReplica | Template] = absent()
    workers: Maybe[Annotated[Mapping[str, RayReplica | Template | None], Combined("named")]] = absent()
    enable_in_tree_autoscaling: Maybe[bool | Template] = absent()
    autoscaler_options: Maybe[AutoscalerOptions | Template] = absent()
