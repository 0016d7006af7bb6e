"""What templates see: `globals`, `params`, the inputs by name, `connections` and `init` (polyaxonfile section 16)."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from polyspec.spec.context import Connection, RunContext
from polyspec.tree import Path

_SERVICES = {
    (False, False): "/services/v1/",
    (False, True): "/rewrite-services/v1/",
    (True, False): "/external/v1/",
    (True, True): "/rewrite-external/v1/",
}
"""The prefixes of a service's addresses: (isExternal, rewritePath)."""


class Argument(Protocol):
    """What a bound input, output or context tells of itself."""

    @property
    def name(self) -> str:
        """The name in templates."""
        ...

    @property
    def value(self) -> Any:
        """The value, as its type has it."""
        ...

    @property
    def type(self) -> str | None:
        """The name of the type; None for a context."""
        ...

    @property
    def is_list(self) -> bool:
        """Whether the type is that of the items of a list."""
        ...

    @property
    def is_flag(self) -> bool:
        """Whether it is written as a flag."""
        ...

    @property
    def arg_format(self) -> str | None:
        """The template of its written form."""
        ...

    @property
    def connection(self) -> str | None:
        """The connection that it comes with."""
        ...

    @property
    def path(self) -> Path:
        """Where it stands in the merged tree."""
        ...

    @property
    def is_bound(self) -> bool:
        """Whether it has its value now, and not only when it runs."""
        ...


def global_names(context: RunContext, tree: Mapping[str, Any], uuid: str) -> dict[str, Any]:
    """The `globals` of every run. `tree` gives the plugins and the name; paths are Polyaxon's unless the context has a root."""
    root = context.context_root
    run_path = context.run_path or uuid
    plugins = tree.get("plugins") if isinstance(tree.get("plugins"), Mapping) else {}
    owner = context.owner.split("/")[0]
    names: dict[str, Any] = {
        "owner_name": context.owner,
        "project_name": context.project,
        "project_unique_name": f"{owner}.{context.project}",
        "project_uuid": context.project_uuid or context.project,
        "username": context.user,
        "user_email": context.user_email,
        "run_info": f"{owner}.{context.project}.runs.{uuid}",
        "name": context.run_name or tree.get("name"),
        "uuid": uuid,
        "namespace": tree.get("namespace") or context.namespace,
        "iteration": context.iteration,
        "context_path": root,
        "artifacts_path": f"{root}/artifacts",
        "created_at": context.created_at,
        "compiled_at": context.compiled_at,
        "schedule_at": context.schedule_at,
        "started_at": context.started_at,
        "finished_at": context.finished_at,
        "duration": context.duration,
        "cloning_kind": context.cloning_kind,
        "original_uuid": context.original_uuid,
        "is_independent": context.is_independent,
        "run_relative_outputs_path": f"{run_path}/outputs",
        "store_path": "",
    }
    return names | _paths(context, plugins or {}, run_path)


def _paths(context: RunContext, plugins: Mapping[str, Any], run_path: str) -> dict[str, Any]:
    """Where the run keeps its artifacts: in the context folder when they are collected, in the store otherwise."""
    store = context.artifacts_store
    names: dict[str, Any] = {}
    base = (
        f"{context.context_root}/artifacts"
        if plugins.get("collectArtifacts") is not False
        else store.store_path
        if store
        else None
    )
    if base is not None:
        names |= {"run_artifacts_path": f"{base}/{run_path}", "run_outputs_path": f"{base}/{run_path}/outputs"}
    if plugins.get("mountArtifactsStore") and store:
        names["store_path"] = store.store_path
    return names


def service_names(context: RunContext, names: Mapping[str, Any], run: Mapping[str, Any]) -> dict[str, Any]:
    """What `globals` holds for a service beside: its ports, and the addresses at which they are reached."""
    prefix = _SERVICES[bool(run.get("isExternal")), bool(run.get("rewritePath"))]
    ports = run.get("ports")
    base = f"{prefix}{names['namespace']}/{context.owner}/{context.project}/runs/{names['uuid']}"
    urls = [f"{base}/{port}" for port in (ports if isinstance(ports, list) and ports else [80])]
    return {"ports": ports, "base_url": urls[0], "base_urls": urls}


Seen = Mapping[str, Any]
"""A bound argument as templates see it under `params`: its value, type, connection and written forms."""


def seen_of(argument: Argument, render: Callable[[str, Mapping[str, Any], Path], Any]) -> Seen | None:
    """What templates see of an argument, once it is bound. `render` takes an `argFormat`."""
    if not argument.is_bound:
        return None
    value = typed(argument)
    text = as_text(value)
    return {
        "value": value,
        "type": argument.type,
        "connection": argument.connection,
        "as_str": display(argument) if argument.is_flag else text,
        "as_arg": _written(argument, value, text, render),
    }


def seen_names(arguments: Iterable[Argument], seen: Iterable[Seen | None], globals_: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs, outputs and contexts by name, `globals`, `params.NAME`, and `params.as_args`; nothing of what is not bound."""
    names: dict[str, Any] = {}
    params: dict[str, Any] = {}
    as_args = []
    for argument, own in zip(arguments, seen, strict=True):
        if own is not None:
            names[argument.name], params[argument.name] = own["as_str" if argument.is_flag else "value"], own
            if own["as_arg"]:
                as_args.append(own["as_arg"])
    params["as_args"] = as_args
    names["globals"], names["params"] = globals_, params
    return names


def typed(argument: Argument) -> Any:
    """The value; of a text input its text."""
    if argument.type == "str":
        if argument.is_list:
            return [to_text(item) for item in argument.value or []]
        return to_text(argument.value)
    return argument.value


def display(argument: Argument) -> Any:
    """What a template sees under the name: the value, or the flag."""
    if argument.is_flag:
        return f"--{argument.name}" if argument.value else ""
    return typed(argument)


def as_arg(argument: Argument, render: Callable[[str, Mapping[str, Any], Path], Any]) -> Any:
    """The value as one argument of a command: `--name=value`, a flag, or by its `argFormat`; nothing for null."""
    value = typed(argument)
    return _written(argument, value, as_text(value), render)


def _written(argument: Argument, value: Any, text: str, render: Callable[[str, Mapping[str, Any], Path], Any]) -> Any:
    if argument.arg_format:
        if argument.value is None:
            return ""
        return render(argument.arg_format, {argument.name: value}, (*argument.path, "argFormat"))
    if argument.is_flag:
        return display(argument)
    return f"--{argument.name}={text}" if argument.value is not None else ""


def as_text(value: Any) -> str:
    """A value as one text: what is no text as JSON (decision S11)."""
    return "" if value is None else to_text(value)


def to_text(value: Any) -> Any:
    """The text of a value: numbers, bools, lists and mappings as compact JSON; null stays null."""
    if value is None or isinstance(value, str):
        return value
    return repr(value) if type(value) in _NUMBERS else _COMPACT.encode(value)


_NUMBERS = frozenset({int, float})
"""What JSON writes as Python does."""
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def connection_names(names: Iterable[Any], catalogue: Mapping[str, Connection]) -> dict[str, Any]:
    """The schema of each requested connection that the catalogue has."""
    return {name: catalogue[name].schema for name in names if isinstance(name, str) and name in catalogue}
