"""Containers and the parts of them that specs write by hand; the rarer parts are mappings checked against Kubernetes.

Kubernetes API, core/v1 Container; the version is `polyspec.spec.kubernetes.KUBERNETES_VERSION`. A test holds the fields
of these classes against that schema.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from polyspec.spec.classes import spec_class
from polyspec.spec.markers import Combined, Kubernetes, Labels, LooseText, Maybe, Template, Texts
from polyspec.spec.node import Node, absent

Quantities = Mapping[str, str | int | float | None]
"""Amounts by resource name: `cpu: 1`, `memory: 512Mi`, `nvidia.com/gpu: 1`; a null removes the amount that it patches."""
Probe = Annotated[Mapping[str, Any], Kubernetes("Probe")]


@spec_class(kw_only=True)
class EnvVar(Node):
    """One environment variable: a value, or where it is taken from."""

    keeps_spelling: ClassVar[bool] = True

    name: str
    value: Maybe[LooseText] = absent()
    value_from: Maybe[Annotated[Mapping[str, Any], Kubernetes("EnvVarSource")]] = absent()


@spec_class(kw_only=True)
class ContainerPort(Node):
    """One port that a container listens on."""

    keeps_spelling: ClassVar[bool] = True

    container_port: int | Template
    name: Maybe[str] = absent()
    protocol: Maybe[str] = absent()
    host_ip: Maybe[str] = absent(alias="hostIP")
    host_port: Maybe[int | Template] = absent()


@spec_class(kw_only=True)
class VolumeMount(Node):
    """Where a volume appears inside a container."""

    keeps_spelling: ClassVar[bool] = True

    name: str
    mount_path: str
    sub_path: Maybe[str] = absent()
    sub_path_expr: Maybe[str] = absent()
    read_only: Maybe[bool | Template] = absent()
    recursive_read_only: Maybe[str] = absent()
    mount_propagation: Maybe[str] = absent()
    bind_mount_options: Maybe[Sequence[str]] = absent()


@spec_class(kw_only=True)
class Resources(Node):
    """What a container asks for (`requests`) and may use at most (`limits`).

    `cpu`, `memory` and `gpu` as mappings of the two are the form of old files: they are kept as they are.
    """

    keeps_spelling: ClassVar[bool] = True

    limits: Maybe[Quantities | Template] = absent()
    requests: Maybe[Quantities | Template] = absent()
    claims: Maybe[Sequence[Annotated[Mapping[str, Any], Kubernetes("ResourceClaim")]]] = absent()
    cpu: Maybe[Quantities] = absent()
    memory: Maybe[Quantities] = absent()
    gpu: Maybe[Quantities] = absent()


Ports = Annotated[Sequence[ContainerPort | Mapping[str, Any]], Combined("keyed", ("containerPort", "protocol=TCP"))]


@spec_class(kw_only=True)
class Container(Node):
    """A container: the image, what it runs, and what it is given.

    `command` and `args` may be one text, and `env` a mapping, as in existing files.
    """

    name: Maybe[str] = absent()
    image: Maybe[str] = absent()
    image_pull_policy: Maybe[str] = absent()
    command: Maybe[Texts | str] = absent()
    args: Maybe[Texts | str] = absent()
    working_dir: Maybe[str] = absent()
    env: Maybe[Annotated[Sequence[EnvVar | Mapping[str, Any]], Combined("keyed", ("name",))] | Labels | Template] = absent()
    env_from: Maybe[Sequence[Annotated[Mapping[str, Any], Kubernetes("EnvFromSource")]] | Template] = absent()
    ports: Maybe[Ports | Template] = absent()
    resources: Maybe[Annotated[Resources | Mapping[str, Any], Combined("mapping")] | Template] = absent()
    resize_policy: Maybe[Sequence[Annotated[Mapping[str, Any], Kubernetes("ContainerResizePolicy")]]] = absent()
    volume_mounts: Maybe[Annotated[Sequence[VolumeMount | Mapping[str, Any]], Combined("keyed", ("mountPath",))] | Template] = (
        absent()
    )
    volume_devices: Maybe[Sequence[Annotated[Mapping[str, Any], Kubernetes("VolumeDevice")]]] = absent()
    liveness_probe: Maybe[Probe] = absent()
    readiness_probe: Maybe[Probe] = absent()
    startup_probe: Maybe[Probe] = absent()
    lifecycle: Maybe[Annotated[Mapping[str, Any], Kubernetes("Lifecycle")]] = absent()
    security_context: Maybe[Annotated[Mapping[str, Any], Kubernetes("SecurityContext")] | Template] = absent()
    restart_policy: Maybe[str] = absent()
    restart_policy_rules: Maybe[Sequence[Annotated[Mapping[str, Any], Kubernetes("ContainerRestartRule")]]] = absent()
    stdin: Maybe[bool | Template] = absent()
    stdin_once: Maybe[bool | Template] = absent()
    tty: Maybe[bool | Template] = absent()
    termination_message_path: Maybe[str] = absent()
    termination_message_policy: Maybe[str] = absent()


Volume = Annotated[Mapping[str, Any], Kubernetes("Volume", respelt=True, key="name")]
"""A volume of a pod: a mapping, checked against Kubernetes' schema."""
Volumes = Annotated[Sequence[Volume], Combined("keyed", ("name",))]
Sidecars = Annotated[Sequence[Container], Combined("keyed", ("name",), merged=True)]
