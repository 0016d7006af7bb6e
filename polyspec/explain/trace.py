"""From a value of a run spec back to what someone wrote.

Nothing is remembered while compiling. The layers are merged once more with marked leaves, by the same code; binding and finishing
tell what they moved (`Moves`); and templates tell the names that they read.
"""

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from polyspec.explain.marks import Inherited, empty, key_of, of_compiler, of_context, told, under, whole
from polyspec.explain.names import Names
from polyspec.explain.origin import MASK, Origin, shown
from polyspec.limits import Limits
from polyspec.record import record
from polyspec.render import uses
from polyspec.source import is_secret
from polyspec.spec.checks import is_template
from polyspec.tree import UNSET, Leaf, Mark, Moved, Moves, Path, Tree, at, before, mark_at, plain, untraced, walk


@record(eq=False)
class Followed:
    """What the stages did: the traced merge of the layers, what each stage moved (the last first), and the names of templates."""

    traced: Any
    moves: Sequence[Moves] = ()
    names: Names | None = None


@record(eq=False)
class _Spot:
    """A place of the merge: how it was reached, the node there and what was written of it."""

    place: Moved
    node: Any
    leaves: tuple[Leaf, ...]


@record(eq=False)
class Trace:
    """The way back from one finished tree: `origins(path)` for what stands at a path of it.

    `follow_parts` is for who asks where parts were written alone: it may give marks of these for those of all leaves.
    """

    tree: Mapping[str, Tree]
    follow: Callable[[], Followed]
    limits: Limits
    follow_parts: Callable[[], Followed] | None = None
    _known: dict[Moved, tuple[Origin, ...]] = attrs.field(factory=dict)

    def origins(self, path: Path) -> tuple[Origin, ...]:
        """The origins of what stands at a path: the winner first, then what it beat."""
        spot = self._spot(self._merged_place(path), path)
        rendered = any(is_template(leaf.value) for leaf in spot.leaves) and plain(untraced(spot.node)) != at(self.tree, path)
        found = self._made(spot) if rendered else self._found(spot, ())
        if is_secret(self.tree, path):
            found = tuple(attrs.evolve(origin, value=shown(origin.value, is_secret=True), is_secret=True) for origin in found)
        return found

    def written(self, path: Path) -> Mark | None:
        """The place in a document of what stands at a path, or of what would hold it; None of what nobody wrote."""
        followed = self._placed
        for length in range(len(path), -1, -1):
            place = _moved(path[:length], followed.moves)
            mark = mark_at(followed.traced, (*place.path, *path[length:])) if place.giver == "tree" else None
            if mark is not None:
                inherited = mark.source if isinstance(mark.source, Inherited) else None
                return mark if inherited is None else inherited.written(before(inherited.moves, mark.path).path)
        return None

    def _merged_place(self, path: Path) -> Moved:
        """The place in the merge of what stands at a path of the finished tree."""
        return _moved(path, self._followed.moves)

    def shown_path(self, path: Path) -> Path:
        """A path of the finished tree as it may be seen: without the keys that a secret went into."""
        if not self._has_template_keys:
            return path
        return tuple(MASK if self._hides_key(path[: index + 1]) else step for index, step in enumerate(path))

    def _hides_key(self, path: Path) -> bool:
        """Whether the last key of a path was made by a template that took a secret."""
        own = self._spot(self._merged_place(path), path).place.path[-1:]
        if own == path[-1:] or not own or not is_template(own[0]):
            return False
        reads = (read for name in uses(str(own[0]), self.limits) for read in self._of_name(name))
        return any(origin.is_secret for read in reads for origin in self._made(read))

    @functools.cached_property
    def _has_template_keys(self) -> bool:
        return any(is_template(step) for path, _ in walk(self._merged) for step in path)

    @functools.cached_property
    def _followed(self) -> Followed:
        return self.follow()

    @functools.cached_property
    def _placed(self) -> Followed:
        return self._followed if self.follow_parts is None or "_followed" in vars(self) else self.follow_parts()

    @functools.cached_property
    def _merged(self) -> Any:
        return untraced(self._followed.traced)

    def _spot(self, place: Moved, path: Path | None = None) -> _Spot:
        """What stands at a place of the merge; `path` is where it stands in the finished tree."""
        if place.giver != "tree":
            return _Spot(place, UNSET, ())
        lead = UNSET if path is None or place.path != path else self.tree
        node, found, rest = under(self._followed.traced, place.path, lead)
        if type(node) is not Leaf and rest:
            return _Spot(place, UNSET, ())
        leaves = tuple(leaf for _, leaf in walk(node) if type(leaf) is Leaf)
        return _Spot(place if found == place.path else attrs.evolve(place, path=found), node, leaves)

    def _made(self, spot: _Spot) -> tuple[Origin, ...]:
        """The origins of what a template made, with those of the values that it took, and of theirs."""
        waiting, begun = [spot], set[Moved]()
        while waiting:
            last = waiting[-1]
            is_new = last.place not in begun and last.place not in self._known
            begun.add(last.place)
            needed = [it for it in self._read(last) if not (it.place in begun or it.place in self._known)] if is_new else []
            waiting.extend(needed)
            if not needed:
                waiting.pop()
                self._known.setdefault(last.place, self._found(last, self._used(last)))
        return self._known[spot.place]

    def _names_read(self, spot: _Spot) -> list[Path]:
        if self._followed.names is None:
            return []
        return sorted(
            {name for leaf in spot.leaves if is_template(leaf.value) for name in uses(leaf.value, self.limits)}, key=str
        )

    def _read(self, spot: _Spot) -> Iterator[_Spot]:
        """The places that the templates of a place read."""
        for name in self._names_read(spot):
            yield from self._of_name(name)

    def _of_name(self, name: Path) -> Iterator[_Spot]:
        names, binding = self._followed.names, self._followed.moves[-1]
        for place in names.places(name) if names is not None else ():
            yield self._spot(_through(place, binding))

    def _used(self, spot: _Spot) -> tuple[Origin, ...]:
        """The origins of the values that the templates of a place took; those of a name that takes itself are left out."""
        return tuple(
            attrs.evolve(origin, name=".".join(map(str, name)))
            for name in self._names_read(spot)
            for read in self._of_name(name)
            for origin in self._known.get(read.place, ())[:1]
        )

    def _found(self, spot: _Spot, used: tuple[Origin, ...]) -> tuple[Origin, ...]:
        """The origins of a spot, and of what it went before: the default of an input."""
        over = spot.place.over
        lower = self._spot(Moved(over)) if over is not None else None
        beaten = self._own(lower, ()) if lower is not None and lower.node is not UNSET else ()
        if spot.node is UNSET and beaten:
            return beaten
        return (*self._own(spot, used), *beaten)

    def _own(self, spot: _Spot, used: tuple[Origin, ...]) -> tuple[Origin, ...]:
        place = spot.place
        hides = self._hides(spot)
        if place.giver == "context":
            return (of_context(place.path, self._context_value(place.path), is_hidden=hides),)
        if place.giver == "stage":
            return (
                of_compiler(place.path, self._followed.names.uuid if self._followed.names and place.path == ("uuid",) else None),
            )
        leaf = self._leaf(spot)
        if leaf is None and spot.leaves:
            found = [origin for each in spot.leaves for origin in told(each, place.path, is_hidden=hides)[:1]]
            return tuple({(origin.source, origin.path): attrs.evolve(origin, uses=used) for origin in found}.values())
        if leaf is None:
            return self._without_value(place)
        first, *rest = told(leaf, place.path, is_hidden=hides)
        lost = (origin for each in leaf.beaten for origin in told(each, place.path, is_hidden=hides))
        takes_secret = first.is_secret or any(origin.is_secret for origin in used)
        if used or takes_secret != first.is_secret:
            first = attrs.evolve(first, uses=(*first.uses, *used), is_secret=takes_secret)
        return (first, *rest, *lost)

    def _without_value(self, place: Moved) -> tuple[Origin, ...]:
        """The origin of what was not written: the input that has no value, or the compiler."""
        is_value = place.path[:1] in (("inputs",), ("outputs",)) and place.path[2:3] == ("value",)
        name = self._spot(Moved((*place.path[:2], "name"))) if is_value else None
        if name is None or type(name.node) is not Leaf:
            return (of_compiler(place.path),)
        return (attrs.evolve(told(name.node, place.path, is_hidden=False)[0], layer="default", value=None),)

    def _leaf(self, spot: _Spot) -> Leaf | None:
        """What stands at a spot as one leaf; None where it has no one place, or is nowhere."""
        if spot.place.at == "key" and spot.leaves:
            return key_of(spot.node, spot.place.path)
        if type(spot.node) is Leaf:
            return spot.node
        if spot.node is UNSET or spot.leaves:
            return None if spot.node is UNSET else whole(spot.node)
        mark = empty(self._followed.traced, spot.place.path)
        return None if mark is None else Leaf(spot.node, mark)

    def _hides(self, spot: _Spot) -> bool:
        """Whether a secret stands at a spot, or in it."""
        if spot.place.giver == "context":
            return is_secret(None, spot.place.path)
        path = spot.place.path
        return any(is_secret(self._merged, (*path, *step)) for step, _ in walk(spot.node))

    def _context_value(self, path: Path) -> Any:
        names = self._followed.names
        node: Any = names.context if names is not None else None
        for step in path:
            is_plain = isinstance(node, Mapping | Sequence)
            node = at(node, (step,)) if is_plain else getattr(node, str(step), UNSET)
        return node if isinstance(node, str | int | float | bool | dict | list) else None


def _moved(path: Path, moves: Sequence[Moves]) -> Moved:
    """The place before all stages of what stands at a path after them."""
    place = Moved(path)
    for own in moves:
        place = _through(place, own)
    return place


def _through(place: Moved, moves: Moves) -> Moved:
    """A place before a stage that moved things; what it went before stays known."""
    if place.giver != "tree":
        return place
    found = before(moves, place.path)
    return attrs.evolve(found, at=place.at if found.at == "value" else found.at, over=found.over or place.over)
