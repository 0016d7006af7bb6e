"""Other questions to Polyaxon: the same spec, written so that its answer is what users would expect (decisions S12 and S17)."""

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
    """Nulls of a preset carried out beforehand: what they remove is taken out of the layers below it."""
    if len(case.presets) != 1 or not all(isinstance(layer, dict) for layer in case.layers):
        return case
    (preset,) = case.presets
    source = case.source
    for path in [path for path, leaf in leaves(preset) if leaf is None and _is_of_fields(path)]:
        preset = _cut(preset, path)
        if preset.get("patchStrategy") in (None, "post_merge", "replace"):
            source = _cut_below(source, path)
    return attrs.evolve(case, source=source, presets=(preset,))


def _is_of_fields(path: Steps) -> bool:
    """Whether a path leads through mappings alone, and through no key that a mistake has put in."""
    return all(isinstance(step, str) and step not in STRANGE for step in path)


def _cut_below(tree: Any, path: Steps) -> Any:
    """A spec, and the component inside it, without what stands at a path."""
    found = _cut(tree, path)
    if path[0] == "runPatch":
        found = _cut(found, ("run", *path[1:]))
    inner = found.get("component")
    return {**found, "component": _cut_below(inner, path)} if isinstance(inner, dict) else found


def _cut(tree: Any, path: Steps) -> Any:
    head, *rest = path
    if not isinstance(tree, dict) or head not in tree:
        return tree
    if rest:
        return {**tree, head: _cut(tree[head], tuple(rest))}
    return {key: value for key, value in tree.items() if key != head}
