"""The helper sections of components and operations (polyaxonfile section 12)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from polyspec.spec.classes import spec_class
from polyspec.spec.io import Params
from polyspec.spec.markers import Choice, Combined, Kubernetes, Maybe, Template
from polyspec.spec.node import Node, absent

Strategy = Annotated[str, Choice(("replace", "isnull", "post_merge", "pre_merge"), "patch strategy")]
HookTrigger = Annotated[str, Choice(("succeeded", "failed", "stopped", "skipped", "upstream_failed", "done"), "trigger")]
STATUSES = (
    "created", "resuming", "on_schedule", "compiled", "queued", "scheduled", "starting", "running", "processing", "stopping",
    "failed", "stopped", "succeeded", "skipped", "warning", "unschedulable", "upstream_failed", "retrying", "unknown", "done",
)  # fmt: skip


@spec_class(kw_only=True)
class Culling(Node):
    """When an idle service is stopped."""

    timeout: Maybe[int | Template] = absent()


@spec_class(kw_only=True)
class ActivityProbe(Node):
    """How a service is asked whether it is in use."""

    exec: Maybe[Annotated[Mapping[str, Any], Kubernetes("ExecAction", respelt=True), Combined("fields")]] = absent()
    http: Maybe[Annotated[Mapping[str, Any], Kubernetes("HTTPGetAction", respelt=True), Combined("fields")]] = absent()


@spec_class(kw_only=True)
class Termination(Node):
    """Retries, and times in seconds: `timeout` of the run, `ttl` after its end."""

    max_retries: Maybe[int | Template] = absent()
    ttl: Maybe[int | Template] = absent()
    timeout: Maybe[int | Template] = absent()
    culling: Maybe[Culling] = absent()
    probe: Maybe[ActivityProbe] = absent()
    pod_failure_policy: Maybe[
        Annotated[Mapping[str, Any], Kubernetes("PodFailurePolicy", respelt=True), Combined("fields")] | Template
    ] = absent()


@spec_class(kw_only=True)
class Sidecar(Node):
    """The platform's own sidecar."""

    image: Maybe[str] = absent()
    image_tag: Maybe[str] = absent()
    image_pull_policy: Maybe[str] = absent()
    sleep_interval: Maybe[int | Template] = absent()
    sync_interval: Maybe[int | Template] = absent()
    monitor_logs: Maybe[bool | Template] = absent()
    monitor_spec: Maybe[bool | Template] = absent()
    no_connections: Maybe[bool | Template] = absent()
    resources: Maybe[Mapping[str, Any] | Template] = absent()


@spec_class(kw_only=True)
class Notification(Node):
    """Which connections hear of which status."""

    connections: Sequence[str]
    trigger: Maybe[Annotated[str, Choice(STATUSES, "status")]] = absent()


@spec_class(kw_only=True)
class Plugins(Node):
    """What the platform adds to a run."""

    auth: Maybe[bool | Template] = absent()
    docker: Maybe[bool | Template] = absent()
    shm: Maybe[bool | Template] = absent()
    tmux: Maybe[bool | Template] = absent()
    sandbox: Maybe[bool | Template] = absent()
    ssh: Maybe[bool | Template] = absent()
    mount_artifacts_store: Maybe[bool | Template] = absent()
    collect_artifacts: Maybe[bool | Template] = absent()
    collect_logs: Maybe[bool | Template] = absent()
    collect_resources: Maybe[bool | Template] = absent()
    sync_statuses: Maybe[bool | Template] = absent()
    auto_resume: Maybe[bool | Template] = absent()
    log_level: Maybe[str] = absent()
    external_host: Maybe[bool | Template] = absent()
    sidecar: Maybe[Sidecar | Template] = absent()
    notifications: Maybe[Sequence[Notification] | Template] = absent()


@spec_class(kw_only=True)
class Cache(Node):
    """When an earlier run may stand for this one; `ttl` in seconds."""

    disable: Maybe[bool | Template] = absent()
    ttl: Maybe[int | Template] = absent()
    io: Maybe[Sequence[str] | Template] = absent()
    sections: Maybe[Sequence[Annotated[str, Choice(("containers", "init", "connections"), "section")]] | Template] = absent()


@spec_class(kw_only=True)
class Build(Node):
    """The component that builds the image before the run starts."""

    hub_ref: str
    connection: Maybe[str] = absent()
    presets: Maybe[Sequence[str] | Template] = absent()
    queue: Maybe[str] = absent()
    namespace: Maybe[str] = absent()
    cache: Maybe[Cache | Template] = absent()
    params: Maybe[Params] = absent()
    run_patch: Maybe[Mapping[str, Any]] = absent()
    patch_strategy: Maybe[Strategy | Template] = absent()


@spec_class(kw_only=True)
class Hook(Node):
    """A component that runs when the run ends in a certain way."""

    hub_ref: str
    connection: Maybe[str] = absent()
    trigger: Maybe[HookTrigger] = absent()
    conditions: Maybe[str] = absent()
    presets: Maybe[Sequence[str]] = absent()
    queue: Maybe[str] = absent()
    namespace: Maybe[str] = absent()
    params: Maybe[Params | Template] = absent()
    disable_defaults: Maybe[bool | Template] = absent()


@spec_class(kw_only=True)
class TemplateSection(Node):
    """Says that a spec is a template to copy, and which fields to fill in."""

    enabled: Maybe[bool | Template] = absent()
    description: Maybe[str] = absent()
    fields: Maybe[Sequence[str] | Template] = absent()


@spec_class(kw_only=True)
class Mount(Node):
    """A folder of the host and where it appears in the container."""

    path_from: Maybe[str] = absent(alias="from")
    path_to: Maybe[str] = absent(alias="to")

    @classmethod
    def of(cls, text: str) -> "Mount":
        """The mount that a text stands for: `from:to`, split at the last colon that begins a path (decision S47).

        A text without such a colon is split at its last one; a text without a colon is both.
        """
        starts = [index for index, sign in enumerate(text) if sign == ":" and text[index + 1 : index + 2] in ("/", ".", "~", "{")]
        position = starts[-1] if starts else text.rfind(":")
        if position <= 0:
            return cls(path_from=text, path_to=text)
        return cls(path_from=text[:position], path_to=text[position + 1 :])


Mounts = Annotated[Sequence[str | Mount], Combined("united")]
