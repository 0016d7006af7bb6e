"""The same tree through the stages with other values of its params, as a loop over them and a sweep want it.

Nothing here knows how anything is bound, rendered or checked: the stages are asked to do again what reads other values. Where
that does not tell all that is different, the whole tree goes the whole way.
"""

import contextlib
import functools
import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

import attrs

from polyspec.bind import rebind, value_paths
from polyspec.caches import Memo
from polyspec.errors import Problem, Rejected
from polyspec.finish import Finished
from polyspec.identity import content_digest, derived_uuid, read_globals, values_of_call
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
    """A merged tree that went through the stages, and what it gave: for other values of the same params.

    `memo` has what was made of single values, for a walk that meets the same values again.
    """

    tree: Mapping[str, Tree]
    settings: Settings
    stack: Sequence[Mapping[str, Tree]]
    finished: Finished
    memo: Memo = attrs.field(factory=Memo)

    def finish(self, values: Mapping[str, Any]) -> Finished:
        """What other values of params give; they are data, and params of the tree. Raises `Rejected`."""
        known: Mapping[str, Tree] = self.tree.get("params") or {}
        params = {name: self._valued(name, param, values[name]) if name in values else param for name, param in known.items()}
        try:
            again = self._again(params)
        except Rejected:  # the whole way says it in full
            again = None
        return again or from_tree({**self.tree, "params": params}, self.settings, self.stack)

    def _valued(self, name: str, param: Mapping[str, Tree], value: Any) -> Mapping[str, Tree]:
        """A param with another value of the call; itself where it has the same, or where a preset gave it another."""
        known = param.get("value")
        if not isinstance(known, Verbatim) or is_same(known.value, value):
            return param
        key = (name, type(value), value if type(value) in _SCALARS and value != 0 else id(value))
        made = self.memo.get(key)
        if made is None:
            made = {**param, "value": Verbatim(value)}, value
            self.memo.put(key, made)
        found: Mapping[str, Tree] = made[0]
        return found

    def _again(self, params: Mapping[str, Tree]) -> Finished | None:
        """What is different, over what there is; None where that cannot be told so. Raises `Rejected`."""
        way, limits, odd = self.finished.way, self.settings.limits, list[Problem]()
        if way is None or not self._is_open:
            return None
        uuid = self._uuid(params)
        own = _marked_with(self._marked, uuid()) if self._marked else {}
        names = {"globals": {**self._names, **own} if own else self._names}
        arguments = rebind(way.bound, params, names, evaluator(limits, odd), self.memo)
        values = [
            (path, argument.value)
            for path, argument, then in zip(self._paths, arguments, way.bound.arguments, strict=True)
            if argument is not then
        ]
        texts = way.again(arguments, own, limits, self.memo)
        is_told = all(path in self._texts and type(text) is str for path, text in texts)
        if odd or not is_told or not all(_is_plain(value) for _, value in values):
            return None
        return Finished(replaced(self.finished.tree, [*values, *texts]), self.finished.warnings, uuid)

    def _uuid(self, params: Mapping[str, Tree]) -> Callable[[], str]:
        given = self.settings.context.run_uuid
        return (lambda: given) if given is not None else functools.partial(_derived, self._content, params)

    @functools.cached_property
    def _is_open(self) -> bool:
        """Whether other values can be told by what they change."""
        way = self.finished.way
        if way is None or not way.is_open:
            return False
        added = way.names["globals"].keys() - self._names.keys()  # the addresses of a service follow its uuid
        follows = bool(added) and not self._reads <= {(name,) for name in self._names}
        return not follows and _marked_with(self._with_mark, self.finished.uuid()) == self._names

    @functools.cached_property
    def _content(self) -> bytes:
        return content_digest(self.tree, self.settings.context)

    @functools.cached_property
    def _paths(self) -> tuple[Path, ...]:
        way = self.finished.way
        return () if way is None else value_paths(way.bound)

    @functools.cached_property
    def _names(self) -> Names:
        return global_names(self.settings.context, self.tree, self.finished.uuid())

    @functools.cached_property
    def _reads(self) -> frozenset[Path]:
        """The `globals` that templates of the tree may read; the empty path where that may be any of them."""
        return read_globals([self.tree], self.settings.limits)

    @functools.cached_property
    def _marked(self) -> Mapping[str, str]:
        """The `globals` that templates of the tree read and that change with the uuid of the run, which has a mark there."""
        if self.settings.context.run_uuid is not None:
            return {}
        texts = {name: text for name, text in self._with_mark.items() if isinstance(text, str) and _MARK in text}
        return {name: text for name, text in texts.items() if (name,) in self._reads or () in self._reads}

    @functools.cached_property
    def _with_mark(self) -> Names:
        return global_names(self.settings.context, self.tree, _MARK)

    @functools.cached_property
    def _texts(self) -> frozenset[Path]:
        """The paths that a template may give any text, and where it stands as it was given."""
        way = self.finished.way
        paths = way.texts if way is not None else frozenset()
        return frozenset(path for path in paths if type(at(self.finished.tree, path)) is str)


_MARK = "\0uuid\0"
"""Stands for the uuid of a run; no text of a document holds a NUL."""


def _marked_with(texts: Names, uuid: str) -> dict[str, Any]:
    """Names with a uuid where its mark was."""
    return {name: text.replace(_MARK, uuid) if isinstance(text, str) else text for name, text in texts.items()}


def _derived(content: bytes, params: Mapping[str, Tree]) -> str:
    return derived_uuid(content, values_of_call({"params": params}))


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
    presets = tuple((name, id(layer and layer.tree)) for name, layer in (settings.presets or {}).items())
    return ("repeat", own, tuple(values), settings.limits, settings.presets is None, presets, *map(id, pluggable))


def _told(layer: Layer) -> Hashable:
    if not layer.adds_to_params:
        return id(layer.tree)
    options = {key: value for key, value in layer.tree.items() if key != "params"}
    return json.dumps(options, sort_keys=True) if options else ""


def _is_plain(value: Any) -> bool:
    """Whether a value is spelt in one way: what JSON has, in Python's own types."""
    kind = type(value)
    if kind is dict:
        return all(type(key) is str and _is_plain(item) for key, item in value.items())
    return kind in _SCALARS or (kind is list and all(map(_is_plain, value)))


_SCALARS = frozenset({str, int, float, bool, type(None)})
