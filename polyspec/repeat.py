"""The same tree through the stages with other values of its params, as a loop over them and a sweep want it.

Nothing here knows how anything is bound, rendered or checked: the stages are asked to do again what reads other values. Where
that does not tell all that is different, the whole tree goes the whole way.
"""

import functools
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

import attrs

from polyspec.bind import Argument, effort_taken, rebind, rebind_following
from polyspec.caches import Memo
from polyspec.errors import Problem, Rejected
from polyspec.finish import Finished
from polyspec.identity import content_digest, derived_uuid, read_globals, spelt_value, spelt_values
from polyspec.record import record
from polyspec.render import Templates, global_names, is_same
from polyspec.settings import Settings
from polyspec.stages import evaluator, from_tree, settled_over
from polyspec.tree import UNSET, Path, Tree, Verbatim, at, replaced
from polyspec.way import SCALARS, PlacedSpot, Reach

Names = Mapping[str, Any]
Changes = tuple[tuple[Path, Tree], ...]
_COMBINATIONS = 64
"""Sets of params that differ, of which it is known what they change together."""
_LIGHT_VALUES, _LIGHT_BYTES = 128, 4 * 1024
"""What the templates of a share may give for it to be kept: a walk keeps thousands of shares."""


@record(eq=False)
class Share:
    """What another value of one param changes of a run, whatever the others are; `changes` are None where that cannot be told.

    `param` is the param as the tree has it then, `taken` is how much of what the limits allow it took, with those that were made
    beside it. One that is not light is made anew each time.
    """

    name: str
    value: Any
    param: Mapping[str, Tree]
    argument: Argument | None = None
    changes: Changes | None = None
    taken: float = 0
    is_light: bool = True

    @functools.cached_property
    def spelt(self) -> str:
        """The value as the identity of the run has it."""
        return spelt_value(self.name, self.value)


_MET = Share("", None, {})
"""Stands for the share of a value that a walk met once: most walks meet none again, and keep nothing then."""


@record(eq=False)
class Repeat:
    """A merged tree that went through the stages, and what it gave: for other values of the same params.

    `memo` has the shares of the values that a walk met twice, for when it meets them again.
    """

    tree: Mapping[str, Tree]
    settings: Settings
    stack: Sequence[Mapping[str, Tree]]
    finished: Finished
    memo: Memo = attrs.field(factory=Memo)
    _combinations: Memo = attrs.field(factory=functools.partial(Memo, _COMBINATIONS))

    def finish(self, values: Mapping[str, Any]) -> Finished:
        """What other values of params give; they are data, and params of the tree. Raises `Rejected`."""
        shares = self._shares(values)
        if not shares:
            return self.finished
        try:
            return self._again(shares)
        except Rejected:  # the whole way says it in full
            pass
        return from_tree({**self.tree, "params": self._params(shares)}, self.settings, self.stack)

    def _shares(self, values: Mapping[str, Any]) -> Sequence[Share]:
        """What the values change that are not as they were; a param that a preset gave another value keeps that."""
        found: dict[str, Share] = {}
        new: dict[str, Any] = {}
        again: dict[str, Hashable] = {}
        for name, known in self._given.items():
            value = values.get(name, known)
            if is_same(known, value):
                continue
            kind = type(value)
            key: Hashable = (name, kind, value) if kind in SCALARS and value != 0 else (name, id(value))
            kept = found[name] = self.memo.get(key)
            if kept is None:
                self.memo.put(key, _MET)
                new[name] = value
            elif kept is _MET:
                again[name], new[name] = key, value
        if new:
            found.update(self._new(new))
            for name, key in again.items():
                if found[name].is_light:
                    self.memo.put(key, found[name])
        return list(found.values())

    def _new(self, values: Mapping[str, Any]) -> Mapping[str, Share]:
        """The shares of values that are not kept."""
        params = {name: {**self.tree["params"][name], "value": Verbatim(value)} for name, value in values.items()}
        try:
            found = self._told(values, params)
        except Rejected:
            if len(values) > 1:
                return {name: self._new({name: value})[name] for name, value in values.items()}
            found = {name: Share(name, value, params[name]) for name, value in values.items()}
        return found

    def _told(self, values: Mapping[str, Any], params: Mapping[str, Mapping[str, Tree]]) -> Mapping[str, Share]:
        """The shares of values. Raises `Rejected` where one of them changes more than can be told."""
        reach, templates = self._reach, Templates(self.settings.limits)
        odd: list[Problem] = []
        if reach is None:
            raise Rejected([])
        then = [reach.arguments[name] for name in values]
        arguments, effort = rebind(reach.way.bound, then, params, evaluator(templates, odd))
        if odd or not all(_is_plain(argument.value) for argument in arguments):
            raise Rejected(odd)
        groups = [reach.alone.get(it.name, ()) for it in arguments]
        found, total = reach.way.again(groups, {it.path: it for it in arguments}, {}, templates), templates.total
        taken = effort + total.taken
        is_light = total.values <= _LIGHT_VALUES and total.size <= _LIGHT_BYTES
        shares = {}
        for it, own in zip(arguments, found, strict=True):
            changes = (reach.changed(it), *self._settled(reach, own))
            shares[it.name] = Share(it.name, values[it.name], params[it.name], it, changes, taken, is_light)
        return shares

    def _settled(self, reach: Reach, values: Sequence[tuple[Path, Tree]]) -> Changes:
        """What spots change of the tree: any text where one may stand; another value once it is checked with what it is part of.

        Raises `Rejected` where more may follow, and where something is wrong.
        """
        texts: list[tuple[Path, Tree]] = []
        others: list[tuple[Path, Tree]] = []
        for place, value in values:
            (texts if type(value) is str and place in reach.texts else others).append((place, value))
        if not others:
            return tuple(texts)
        if not all(place in reach.units and type(value) in SCALARS for place, value in others):
            raise Rejected([])
        first = self.finished.tree
        settled = settled_over(replaced(first, others), first, self.settings)
        units = [(unit, at(settled, unit)) for unit in dict.fromkeys(reach.units[place] for place, _ in others)]
        if any(value is UNSET for _, value in units):
            raise Rejected([])
        return (*texts, *units)

    def _again(self, shares: Sequence[Share]) -> Finished:
        """What is different, over what there is. Raises `Rejected` where that cannot be told so."""
        reach, taken = self._reach, self._taken
        changes: list[tuple[Path, Tree]] = []
        for share in shares:
            changes += share.changes or ()
            taken += share.taken
        if reach is None or any(share.changes is None for share in shares):
            raise Rejected([])
        spots, uuid = self._spots(reach, shares), self._uuid(shares)
        if spots or reach.following:
            uuid = functools.partial(str, uuid()) if self._own else uuid
            more, took = self._together(reach, spots, shares, uuid)
            changes += more
            taken += took
        if taken > 1:
            raise Rejected([])
        return Finished(replaced(self.finished.tree, changes), self.finished.warnings, uuid)

    def _spots(self, reach: Reach, shares: Sequence[Share]) -> Sequence[PlacedSpot]:
        """The spots that several of the values go into. Raises `Rejected` where those may change more than can be told."""
        names = tuple([share.name for share in shares])
        found: tuple[Sequence[PlacedSpot] | None] | None = self._combinations.get(names)
        if found is None:
            found = (reach.together(names),)
            self._combinations.put(names, found)
        if found[0] is None:
            raise Rejected([])
        return found[0]

    def _together(
        self, reach: Reach, spots: Sequence[PlacedSpot], shares: Sequence[Share], uuid: Callable[[], str]
    ) -> tuple[Changes, float]:
        """What values change together, arguments that follow from them and spots, and how much of the limits that took.

        Raises `Rejected` where they change more than can be told.
        """
        templates = Templates(self.settings.limits)
        odd: list[Problem] = []
        follow: Mapping[Path, Argument] = {}
        own = _marked_with(self._own, uuid()) if self._own else {}
        fresh = {share.argument.path: share.argument for share in shares if share.argument is not None}
        if reach.following:
            names = {"globals": {**self._names, **own}}
            known, bound = self._params(shares), reach.way.bound
            follow = rebind_following(bound, reach.following, known, fresh, names, evaluator(templates, odd))
            fresh.update(follow)
        (texts,) = reach.way.again([spots], fresh, own, templates)
        is_told = all(type(value) is str for _, value in texts) and all(_is_plain(it.value) for it in follow.values())
        if odd or not is_told:
            raise Rejected(odd)
        return (*map(reach.changed, follow.values()), *texts), templates.total.taken

    def _params(self, shares: Iterable[Share]) -> dict[str, Tree]:
        return {**(self.tree.get("params") or {}), **{share.name: share.param for share in shares}}

    def _uuid(self, shares: Sequence[Share]) -> Callable[[], str]:
        given = self.settings.context.run_uuid
        return functools.partial(str, given) if given is not None else functools.partial(_derived, self, shares)

    def derived(self, shares: Sequence[Share]) -> str:
        """The uuid of the run of some values."""
        return derived_uuid(self._content, {**self._spelt, **{share.name: share.spelt for share in shares}}.values())

    @functools.cached_property
    def _given(self) -> Mapping[str, Any]:
        """The values of the call by their params; a preset may have given one another value, which is none of them."""
        values = {name: param.get("value") for name, param in (self.tree.get("params") or {}).items()}
        return {name: value.value for name, value in values.items() if isinstance(value, Verbatim)}

    @functools.cached_property
    def _reach(self) -> Reach | None:
        """Where other values go; None where they may change more than what they go into."""
        way = self.finished.way
        if way is None or not way.is_open:
            return None
        added = way.names["globals"].keys() - self._names.keys()  # the addresses of a service follow its uuid
        follows = bool(added) and not self._reads <= {(name,) for name in self._names}
        if follows or _marked_with(self._with_mark, self.finished.uuid()) != self._names:
            return None
        return Reach(way, self.finished.tree, frozenset(self._given), frozenset(self._own))

    @functools.cached_property
    def _taken(self) -> float:
        """How much of what the limits allow the first values took."""
        way = self.finished.way
        return 0 if way is None else way.taken + effort_taken(way.bound)

    @functools.cached_property
    def _content(self) -> bytes:
        return content_digest(self.tree, self.settings.context)

    @functools.cached_property
    def _spelt(self) -> Mapping[str, str]:
        return spelt_values(self.tree)

    @functools.cached_property
    def _names(self) -> Names:
        return global_names(self.settings.context, self.tree, self.finished.uuid())

    @functools.cached_property
    def _reads(self) -> frozenset[Path]:
        """The `globals` that templates of the tree may read; the empty path where that may be any of them."""
        return read_globals([self.tree], self.settings.limits)

    @functools.cached_property
    def _own(self) -> Mapping[str, str]:
        """The `globals` that templates of the tree read and that change with the uuid of the run, which has a mark there."""
        if self.settings.context.run_uuid is not None:
            return {}
        texts = {name: text for name, text in self._with_mark.items() if isinstance(text, str) and _MARK in text}
        return {name: text for name, text in texts.items() if (name,) in self._reads or () in self._reads}

    @functools.cached_property
    def _with_mark(self) -> Names:
        return global_names(self.settings.context, self.tree, _MARK)


_MARK = "\0uuid\0"
"""Stands for the uuid of a run; no text of a document holds a NUL."""


def _marked_with(texts: Names, uuid: str) -> dict[str, Any]:
    """Names with a uuid where its mark was."""
    return {name: text.replace(_MARK, uuid) if isinstance(text, str) else text for name, text in texts.items()}


def _derived(repeat: Repeat, shares: Sequence[Share]) -> str:
    return repeat.derived(shares)


def _is_plain(value: Any) -> bool:
    """Whether a value is spelt in one way: what JSON has, in Python's own types."""
    kind = type(value)
    if kind is dict:
        return all(type(key) is str and _is_plain(item) for key, item in value.items())
    return value is None or kind in SCALARS or (kind is list and all(map(_is_plain, value)))
