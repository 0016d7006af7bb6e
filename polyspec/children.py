"""The trees of what a run spec gives rise to: the runs of its matrix, the operations of its DAG, its hooks and its build.

polyaxonfile sections 12 ("build", "hooks"), 13 ("Child of schedule") and 14 ("Expansion API").
"""

from collections.abc import Iterator, Mapping
from typing import Any

from polyspec.tree import Moved, Moves, Path, Tree, Verbatim

_WORKFLOW = frozenset({"schedule", "conditions", "events", "dependencies", "trigger", "build", "skipOnUpstreamSkip", "contexts"})
"""What belongs to the parent and not to its runs."""
_SEARCH = frozenset({"matrix", "isApproved"})
"""What belongs to a search and not to its runs."""


def run_of(tree: Mapping[str, Tree], values: Mapping[str, Any]) -> dict[str, Tree]:
    """The tree of one run of a matrix: what is bound already stays as data, and the suggested values are params."""
    return scheduled_run({key: value for key, value in tree.items() if key not in _SEARCH}, values)


def scheduled_run(tree: Mapping[str, Tree], values: Mapping[str, Any] | None = None) -> dict[str, Tree]:
    """The tree of one run of a schedule: what is bound already stays as data; a matrix stays, and gives runs of its own."""
    own = {key: value for key, value in tree.items() if key not in _WORKFLOW and key != "kind"}
    for side in ("inputs", "outputs"):
        if side in own:
            own[side] = [_as_data(io) for io in own[side]]
    contexts = {io["name"]: _param(io) for io in tree.get("contexts") or ()}
    suggested = {name: {**contexts.get(name, {}), "value": Verbatim(value)} for name, value in (values or {}).items()}
    return {**own, "params": {**contexts, **suggested}}


def hook_values(hook: Mapping[str, Tree], tree: Mapping[str, Tree]) -> dict[str, Tree]:
    """What a hook sees of its run: the values of the inputs and contexts, which are data; its own params go before."""
    if hook.get("disableDefaults"):
        return {}
    known = [*(tree.get("inputs") or ()), *(tree.get("contexts") or ())]
    given = {io["name"]: io["value"] for io in known if io.get("value") is not None}
    own = hook.get("params") or {}
    return {name: value for name, value in given.items() if name not in own}


def hook_operation(hook: Mapping[str, Tree]) -> dict[str, Tree]:
    """The operation that a hook stands for: its component, with the params of the hook."""
    params = _entries(hook.get("params"))
    operation = _reference(hook, ("hubRef", "presets", "queue", "namespace", "conditions"))
    if hook.get("connection"):
        operation["runPatch"] = {"connections": [hook["connection"]]}
    return {**operation, "params": params} if params else operation


def build_operation(build: Mapping[str, Tree]) -> dict[str, Tree]:
    """The operation that a build stands for: its component, with the image to build as the param `destination`."""
    operation = _reference(build, ("hubRef", "presets", "queue", "namespace", "cache", "runPatch", "patchStrategy"))
    params = _entries(build.get("params"))
    destination = _entries(params.get("destination"))
    destination.setdefault("value", "{{ globals.project_name }}:{{ globals.uuid }}")
    if build.get("connection"):
        destination["connection"] = build["connection"]
    return {**operation, "params": {**params, "destination": destination}}


def tuner_operation(tuner: Mapping[str, Tree]) -> dict[str, Tree]:
    """The operation that the tuner of a matrix stands for. What it works on, the runs so far, only a platform can give it."""
    params = _entries(tuner.get("params"))
    operation = _reference(tuner, ("hubRef", "presets", "queue", "namespace"))
    return {**operation, "params": params} if params else operation


def later_operations(tree: Mapping[str, Tree]) -> Iterator[tuple[Path, dict[str, Tree]]]:
    """The operations that hooks, builds and tuners of a spec stand for, those in its DAG too, with the paths of the sections."""
    waiting: list[tuple[Path, Any]] = [((), tree)]
    while waiting:
        path, spec = waiting.pop()
        hooks, build, run, tuner = spec.get("hooks"), spec.get("build"), spec.get("run"), _tuner(spec)
        for index, hook in enumerate(hooks if isinstance(hooks, list) else ()):
            yield (*path, "hooks", index), hook_operation(hook)
        if isinstance(build, dict):
            yield (*path, "build"), build_operation(build)
        if tuner is not None:
            yield (*path, "matrix", "tuner"), tuner_operation(tuner)
        waiting += [((*path, *step), each) for step, each in _specs_within(spec, run) if isinstance(each, Mapping)]


def _specs_within(spec: Mapping[str, Any], run: Any) -> Iterator[tuple[Path, Any]]:
    """What stands inside a spec as a spec of its own: its component, and the entries of its DAG."""
    yield ("component",), spec.get("component")
    for part in ("operations", "components"):
        entries = run.get(part) if isinstance(run, dict) else None
        for index, each in enumerate(entries if isinstance(entries, list) else ()):
            yield ("run", part, index), each


def moves_of_run(tree: Mapping[str, Tree], values: Mapping[str, Any]) -> Moves:
    """Where the params of a run of a matrix or a schedule stand in the tree that it comes out of."""
    matrix = tree.get("matrix") or {}
    of_matrix = matrix.get("params") or {}
    found: dict[Path, Moved] = {
        ("params", io["name"]): Moved(("contexts", index)) for index, io in enumerate(tree.get("contexts") or ())
    }
    for name in values:
        place = ("matrix", "params", name) if name in of_matrix else ("matrix", *(("values",) if "values" in matrix else ()))
        found["params", name, "value"] = Moved(place)
    return found


def moves_of_section(place: Path) -> Moves:
    """Where the operation that a hook or a build stands for was written in its run: in the section at that place."""
    keys = ("hubRef", "presets", "queue", "namespace", "conditions", "cache", "runPatch", "patchStrategy", "params")
    found: dict[Path, Moved] = {(key,): Moved((*place, key)) for key in keys}
    for target in (("runPatch", "connections", 0), ("params", "destination", "connection")):
        found[target] = Moved((*place, "connection"))
    return found


def moves_of_values(tree: Mapping[str, Tree]) -> Moves:
    """Where the values that a hook sees of its run stand in that run."""
    return {
        ("params", io["name"], "value"): Moved((side, index, "value"))
        for side in ("contexts", "inputs")
        for index, io in enumerate(tree.get(side) or ())
    }


def _entries(section: Tree) -> dict[str, Tree]:
    """What stands in a section; nothing of one that is not there, or that a template stands for."""
    return dict(section) if isinstance(section, dict) else {}


def _tuner(spec: Mapping[str, Any]) -> Mapping[str, Any] | None:
    matrix = spec.get("matrix")
    tuner = matrix.get("tuner") if isinstance(matrix, dict) else None
    return tuner if isinstance(tuner, dict) else None


def _reference(section: Mapping[str, Tree], keys: tuple[str, ...]) -> dict[str, Tree]:
    return {"kind": "operation", **{key: section[key] for key in keys if section.get(key) is not None}}


def _as_data(io: Mapping[str, Tree]) -> dict[str, Tree]:
    return {**io, "value": Verbatim(io["value"])} if "value" in io else dict(io)


def _param(io: Mapping[str, Tree]) -> dict[str, Tree]:
    kept = {key: io[key] for key in ("connection", "toInit", "toEnv") if key in io}
    return {"value": Verbatim(io.get("value")), "contextOnly": True, **kept}
