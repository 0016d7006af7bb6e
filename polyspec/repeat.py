"""The same tree through the stages with other values of its params, as a loop over them and a sweep want it.

Nothing here knows how anything is bound, rendered or checked: the stages are asked to do again what reads other values. Where
that does not tell all that is different, the whole tree goes the whole way.
"""

import contextlib
import functools
import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from polyspec.bind import rebind
from polyspec.errors import Problem, Rejected
from polyspec.finish import Finished, Way
from polyspec.identity import content_digest, derived_uuid, may_read
from polyspec.merge import Layer, default_strategies
from polyspec.render import global_names, is_same
from polyspec.resolve.documents import weight
from polyspec.settings import Settings
from polyspec.spec.witness import Restless, Witness
from polyspec.stages import evaluator, from_layers, from_tree
from polyspec.tree import Path, Tree, Verbatim, at, replaced

Names = Mapping[str, Any]


@attrs.frozen(eq=False)
class Repeat:
    """A merged tree that went through the stages, and what it gave: for other values of the same params."""

    tree: Mapping[str, Tree]
    settings: Settings
    stack: Sequence[Mapping[str, Tree]]
    finished: Finished

    @classmethod
    def of(cls, tree: Mapping[str, Tree], settings: Settings, stack: Sequence[Mapping[str, Tree]]) -> "Repeat":
        """A tree that was merged of a stack of checked ones, taken through the stages. Raises `Rejected`."""
        return cls(tree, settings, stack, from_tree(tree, settings, stack))

    def finish(self, values: Mapping[str, Any]) -> Finished:
        """What other values of params give; they are data, and params of the tree. Raises `Rejected`."""
        known: Mapping[str, Tree] = self.tree.get("params") or {}
        params = {name: _valued(param, values[name]) if name in values else param for name, param in known.items()}
        try:
            again = self._again(params)
        except Rejected:  # the whole way says it in full
            again = None
        return again or from_tree({**self.tree, "params": params}, self.settings, self.stack)

    def _again(self, params: Mapping[str, Tree]) -> Finished | None:
        """What is different, over what there is; None where that cannot be told so. Raises `Rejected`."""
        way = self.finished.way
        if way is None or not way.is_open:
            return None
        if self._reads_identity and way.names["globals"].keys() != self._names.keys():  # a service has addresses of its own
            return None
        uuid = self._uuid(params)
        names = self._names if not self._reads_identity else global_names(self.settings.context, self.tree, uuid())
        odd: list[Problem] = []
        bound = rebind(way.bound, params, {"globals": names}, evaluator(self.settings.limits, odd))
        texts = way.again(bound, self._seen_globals(way, names), self.settings.limits)
        changes = [*self._values(way, bound.changes), *texts]
        if odd or not self._texts.issuperset(path for path, _ in texts) or len(changes) < len(bound.changes) + len(texts):
            return None
        return Finished(replaced(self.finished.tree, changes), self.finished.warnings, uuid)

    def _uuid(self, params: Mapping[str, Tree]) -> Callable[[], str]:
        given = self.settings.context.run_uuid
        return (lambda: given) if given is not None else functools.partial(derived_uuid, self._content, params)

    def _seen_globals(self, way: Way, names: Names) -> Names:
        """The `globals` of finishing, which has more of them than binding; those that are the run's own are new."""
        known: Names = way.names["globals"]
        return {**known, **{name: names[name] for name in self._own}} if self._reads_identity else known

    def _values(self, way: Way, changes: Iterable[tuple[Path, Tree]]) -> Iterator[tuple[Path, Any]]:
        """The values of inputs, outputs and contexts that are bound anew, where nothing else of them is different."""
        for path, io in changes:
            then = at(way.bound.tree, path)
            if "value" in io and "value" in then and _is_plain(io["value"]) and {**io, "value": then["value"]} == then:
                yield (*path, "value"), io["value"]

    @functools.cached_property
    def _content(self) -> bytes:
        return content_digest(self.tree, self.settings.context)

    @functools.cached_property
    def _names(self) -> Names:
        return global_names(self.settings.context, self.tree, self.finished.uuid())

    @functools.cached_property
    def _own(self) -> frozenset[str]:
        """The `globals` that depend on the uuid of the run."""
        other = global_names(self.settings.context, self.tree, "")
        return frozenset(name for name, value in self._names.items() if value != other[name])

    @functools.cached_property
    def _reads_identity(self) -> bool:
        """Whether a template of the tree may read what depends on the uuid of the run: of `globals` what else it can be."""
        return may_read([self.tree], self._names.keys() - self._own, self.settings.limits)

    @functools.cached_property
    def _texts(self) -> frozenset[Path]:
        """The paths that a template may give any text, and where it stands as it was given."""
        way = self.finished.way
        paths = way.texts if way is not None else frozenset()
        return frozenset(path for path in paths if type(at(self.finished.tree, path)) is str)


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
        repeat = Repeat.of(self._tree_of(values), self._settings, self._stack)
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
        stack = [layer.tree for layer in layers]
        size = weight(*(layer.source for layer in layers))
        with contextlib.suppress(Restless):  # a context that may change under our hands
            cache.put(key, (Witness.of(settings.context), Repeat(finished.way.bound.merged, settings, stack, finished)), size)
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
    return ("repeat", own, tuple(values), settings.limits, *map(id, pluggable))


def _told(layer: Layer) -> Hashable:
    if not layer.adds_to_params:
        return id(layer.tree)
    return json.dumps({key: value for key, value in layer.tree.items() if key != "params"}, sort_keys=True)


def _valued(param: Mapping[str, Tree], value: Any) -> Mapping[str, Tree]:
    """A param with another value of the call; itself where it has the same, or where a preset gave it another."""
    known = param.get("value")
    if not isinstance(known, Verbatim) or is_same(known.value, value):
        return param
    return {**param, "value": Verbatim(value)}


def _is_plain(value: Any) -> bool:
    """Whether a value is spelt in one way: what JSON has, in Python's own types."""
    kind = type(value)
    if kind is dict:
        return all(type(key) is str and _is_plain(item) for key, item in value.items())
    return kind in _SCALARS or (kind is list and all(map(_is_plain, value)))


_SCALARS = frozenset({str, int, float, bool, type(None)})
