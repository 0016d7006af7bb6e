"""Other questions to Polyaxon: the same spec, written so that its answer is what users would expect (decisions S12 and S17)."""

from collections.abc import Iterator
from typing import Any

import attrs

from parity.compare import Steps
from parity.generators import STRANGE, Case, leaves


def as_layers(case: Case) -> Case:
    """Presets as operations over the source, each a layer under its own strategy: what Polyaxon does with those is right."""
    if not all(isinstance(layer, dict) for layer in case.layers):
        return case
    tree = case.source
    for preset in case.presets:
        own = {key: value for key, value in preset.items() if key not in ("kind", "isPreset", "component")}
        tree = {**own, "kind": "operation", "component": tree}
    return attrs.evolve(case, source=tree, presets=())


def without_nulls(case: Case) -> Case:
    """Nulls of each layer carried out beforehand: what they remove is taken out of the layers below it."""
    if not all(isinstance(layer, dict) for layer in case.layers):
        return case
    source, presets = _carried_out(case.source), list(case.presets)
    for index, preset in enumerate(presets):
        paths = _nulls(preset)
        presets[index] = _cut_all(preset, paths)
        if preset.get("patchStrategy") in (None, "post_merge", "replace"):
            source = _cut_below_all(source, paths)
            presets[:index] = [_cut_below_all(below, paths) for below in presets[:index]]
    return attrs.evolve(case, source=source, presets=tuple(presets))


def _carried_out(source: Any) -> Any:
    """A spec whose nulls have removed what they patch in its component."""
    inner = source.get("component")
    if not isinstance(inner, dict):
        return source
    inner, paths = _carried_out(inner), _nulls({key: value for key, value in source.items() if key != "component"})
    if source.get("patchStrategy") in (None, "post_merge", "replace"):
        inner = _cut_below_all(inner, paths)
    return {**_cut_all(source, paths), "component": inner}


def _nulls(layer: Any) -> list[Steps]:
    return [path for path, leaf in leaves(layer) if leaf is None and _is_of_fields(path)]


def _cut_all(tree: Any, paths: list[Steps]) -> Any:
    for path in paths:
        tree = _cut(tree, path)
    return tree


def _cut_below_all(tree: Any, paths: list[Steps]) -> Any:
    for path in paths:
        tree = _cut_below(tree, path)
    return tree


_OF_RUN = ("container", "environment", "init", "connections", "sidecars", "volumes")
"""Root shortcuts that are fields of a run, or of each of its replicas."""
_REPLICAS = ("launcher", "worker", "master", "chief", "ps", "evaluator", "scheduler", "head")


def _is_of_fields(path: Steps) -> bool:
    """Whether a path leads through mappings alone, and through no key that a mistake has put in."""
    return all(isinstance(step, str) and step not in STRANGE for step in path) and path[0] not in ("params", "kind", "component")


def _cut_below(tree: Any, path: Steps) -> Any:
    """A spec, and the component inside it, without what stands at a path."""
    found = _cut(tree, path)
    fields = path[1:] if path[0] == "runPatch" else path if path[0] in _OF_RUN else ()
    if fields:
        pods = [pod for part in ("run", "runPatch") for pod in _pods(found.get(part), part)]
        found = _cut_all(found, [(*pod, *fields) for pod in pods] + [fields] * (fields[0] in _OF_RUN))
    inner = found.get("component")
    return {**found, "component": _cut_below(inner, path)} if isinstance(inner, dict) else found


def _pods(run: Any, part: str) -> Iterator[Steps]:
    """Where a run has the fields of a pod: itself, its replicas, and the named ones of a Ray cluster."""
    yield (part,)
    yield from ((part, name) for name in _REPLICAS)
    workers = run.get("workers") if isinstance(run, dict) else None
    yield from ((part, "workers", name) for name in (workers if isinstance(workers, dict) else ()))


def _cut(tree: Any, path: Steps) -> Any:
    head, *rest = path
    if not isinstance(tree, dict) or head not in tree:
        return tree
    if rest:
        return {**tree, head: _cut(tree[head], tuple(rest))}
    return {key: value for key, value in tree.items() if key != head}
