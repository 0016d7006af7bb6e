"""Runs that differ in the values of params alone: the last one is kept, for the next.

Of a matrix for as long as somebody walks over its runs; of a call with the documents that it was made of.
"""

import contextlib
import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

from polyspec.caches import Memo
from polyspec.finish import Finished
from polyspec.merge import Layer, checked_trees, default_strategies
from polyspec.repeat import Repeat
from polyspec.resolve.documents import weight_of_run
from polyspec.settings import Settings
from polyspec.spec.witness import Restless, Witness
from polyspec.stages import from_layers, from_tree
from polyspec.tree import Tree, Verbatim

_VALUES = 4096
"""Values, arguments and texts that a walk over runs has at hand."""


class Repeats:
    """The runs of trees that differ in the values of their params. Safe between threads: it keeps the last tree alone."""

    def __init__(
        self,
        tree_of: Callable[[Mapping[str, Any]], Mapping[str, Tree]],
        settings: Settings,
        stack: Sequence[Mapping[str, Tree]],
    ) -> None:
        self._tree_of, self._settings, self._stack = tree_of, settings, stack
        self._last: tuple[Sequence[str], Repeat] | None = None

    def finish(self, values: Mapping[str, Any]) -> Finished:
        """What the tree for some values gives. Raises `Rejected`."""
        last, names = self._last, list(values)
        if last is not None and last[0] == names:
            return last[1].finish(values)
        tree = self._tree_of(values)
        repeat = Repeat(tree, self._settings, self._stack, from_tree(tree, self._settings, self._stack), Memo(_VALUES))
        self._last = names, repeat
        return repeat.finished


def repeated(layers: Sequence[Layer], settings: Settings) -> Finished:
    """What `from_layers` gives; of the same layers with other values in the call, what is different over the last time.

    Raises `Rejected`.
    """
    cache, values = settings.resolvers.documents, _given(layers)
    is_kept = cache is not None and values is not None and all(_is_lasting(layer) for layer in layers)
    if cache is None or values is None or not is_kept or settings.merging.strategies is not default_strategies():
        return from_layers(layers, settings)
    key = _key(layers, settings, values)
    kept: tuple[Witness, Repeat] | None = cache.get(key)
    if kept is not None and kept[0].holds():
        return kept[1].finish(values)
    finished = from_layers(layers, settings)
    if finished.way is not None:
        spots = sum(len(part.spots) for part in finished.way.parts.values())
        size = weight_of_run((layer.source for layer in layers if layer.source.nodes), spots)
        with contextlib.suppress(Restless):  # a context that may change under our hands
            repeat = Repeat(finished.way.bound.merged, settings, checked_trees(layers), finished)
            cache.put(key, (Witness.of(settings.context), repeat), size)
    return finished


def _given(layers: Iterable[Layer]) -> Mapping[str, Any] | None:
    """The values that a call gives; None where it says more of a param than its value."""
    params = {name: param for layer in layers if layer.adds_to_params for name, param in layer.tree.get("params", {}).items()}
    if not all(param.keys() == {"ref", "value"} and isinstance(param["value"], Verbatim) for param in params.values()):
        return None
    return {name: param["value"].value for name, param in params.items()}


def _is_lasting(layer: Layer) -> bool:
    """Whether the tree of a layer may be met again: that of a call is told by what it says."""
    return layer.adds_to_params or layer.source.nodes > 0


def _key(layers: Iterable[Layer], settings: Settings, values: Mapping[str, Any]) -> Hashable:
    """All that a run depends on but the values of the call. What is told by its identity is kept with what is kept."""
    own = tuple((layer.name, layer.prefix, _told(layer)) for layer in layers)
    pluggable = (settings.context, settings.kinds, settings.merging.shape, settings.types)
    presets = tuple((name, id(layer and layer.tree)) for name, layer in (settings.presets or {}).items())
    return ("repeat", own, tuple(values), settings.limits, settings.presets is None, presets, *map(id, pluggable))


def _told(layer: Layer) -> Hashable:
    if not layer.adds_to_params:
        return id(layer.tree)
    options = {key: value for key, value in layer.tree.items() if key != "params"}
    return json.dumps(options, sort_keys=True) if options else ""
