"""The environment of a run: what applies to its pod (polyaxonfile section 12, `environment`)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from polyspec.spec.classes import spec_class
from polyspec.spec.markers import Choice, Combined, Kubernetes, Labels, Maybe
from polyspec.spec.node import Node, absent

RestartPolicy = Annotated[str, Choice(("Always", "OnFailure", "Never", "ExitCode"), "restart policy")]


@spec_class(kw_only=True)
class Environment(Node):
    """Labels, placement, identity and network of the pod that runs the containers."""

    labels: Maybe[Labels] = absent()
    annotations: Maybe[Labels] = absent()
    node_selector: Maybe[Labels] = absent()
    affinity: Maybe[Annotated[Mapping[str, Any], Kubernetes("Affinity", respelt=True), Combined("fields")]] = absent()
    tolerations: Maybe[Sequence[Annotated[Mapping[str, Any], Kubernetes("Toleration", respelt=True)]]] = absent()
    node_name: Maybe[str] = absent()
    service_account_name: Maybe[str] = absent()
    host_aliases: Maybe[Sequence[Annotated[Mapping[str, Any], Kubernetes("HostAlias", respelt=True, key="ip")]]] = absent()
    security_context: Maybe[Annotated[Mapping[str, Any], Kubernetes("PodSecurityContext", respelt=True), Combined("fields")]] = (
        absent()
    )
    image_pull_secrets: Maybe[Sequence[str]] = absent()
    host_network: Maybe[bool] = absent()
    host_pid: Maybe[bool] = absent(alias="hostPID")
    dns_policy: Maybe[str] = absent()
    dns_config: Maybe[Annotated[Mapping[str, Any], Kubernetes("PodDNSConfig", respelt=True), Combined("fields")]] = absent()
    scheduler_name: Maybe[str] = absent()
    priority_class_name: Maybe[str] = absent()
    priority: Maybe[int] = absent()
    restart_policy: Maybe[RestartPolicy] = absent()
