"""From a value of a run spec back to what someone wrote.

Nothing is remembered while compiling. The layers are merged once more with marked leaves, by the same code; binding and finishing
tell what they moved (`Moves`); and templates tell the names that they read.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from polyspec.explain.descent import NODES, Branch, Followed, Spot, spot_of, stand_at
from polyspec.explain.marks import Inherited, empty, key_of, neighbours, of_compiler, of_context, told, whole
from polyspec.explain.origin import MASK, Origin, shown
from polyspec.limits import Limits
from polyspec.record import record
from polyspec.render import Templates
from polyspec.source import holds_secret, is_secret
from polyspec.spec.checks import is_template
from polyspec.tree import UNSET, Leaf, Mark, Moved, Path, Tree, at, before, mark_at, moved_through, walk

_Reads = Sequence[tuple[Path, Spot]]
"""The places that the templates of a place read, each with its name."""


@record(eq=False)
class Trace:
    """The way back from one finished tree: `origins(path)` for what stands at a path of it."""

    tree: Mapping[str, Tree]
    follow: Callable[[], Followed]
    limits: Limits
    _known: dict[Moved, tuple[Origin, ...]] = attrs.field(factory=dict)
    _named: dict[Path, tuple[Spot, ...]] = attrs.field(factory=dict)
    _near: dict[Path, tuple[Mark, ...]] = attrs.field(factory=dict)

    def branch(self, path: Path) -> Branch:
        """What stands at a path of the finished tree."""
        return functools.reduce(Branch.below, path, Branch.root(self.tree, self._followed))

    def origins(self, path: Path) -> tuple[Origin, ...]:
        """The origins of what stands at a path: the winner first, then what it beat."""
        return self.origins_of(self.branch(path))

    def origins_of(self, branch: Branch) -> tuple[Origin, ...]:
        """The same for a node of the finished tree."""
        spot = branch.spot
        is_rendered = _holds_template(spot.node) and spot.node != branch.node
        found = self._made(spot) if is_rendered else self._found(spot, ())
        if branch.is_secret:
            found = tuple(attrs.evolve(origin, value=shown(origin.value, is_secret=True), is_secret=True) for origin in found)
        return found

    def written(self, path: Path) -> Mark | None:
        """The place in a document of what stands at a path, or of what would hold it; None of what nobody wrote."""
        for length in range(len(path), -1, -1):
            place = self.branch(path[:length]).places[-1]
            mark = mark_at(self._followed.traced, (*place.path, *path[length:])) if place.giver == "tree" else None
            if mark is not None:
                inherited = mark.source if isinstance(mark.source, Inherited) else None
                return mark if inherited is None else inherited.written(before(inherited.moves, mark.path).path)
        return None

    def shown_path(self, branch: Branch) -> Path:
        """A path of the finished tree as it may be seen: without the keys that a secret went into."""
        if not self._has_template_keys or branch.holder is None:
            return branch.path
        return (*self.shown_path(branch.holder), MASK if self._hides_key(branch) else branch.path[-1])

    def _hides_key(self, branch: Branch) -> bool:
        """Whether the key before a node was made by a template that took a secret."""
        own = branch.spot.place.path[-1:]
        if own == branch.path[-1:] or not own or not is_template(own[0]):
            return False
        reads = (read for name in self._templates.uses(str(own[0])) for read in self._of_name(name))
        return any(origin.is_secret for read in reads for origin in self._made(read))

    @functools.cached_property
    def _has_template_keys(self) -> bool:
        return _has_template_key(self._followed.merged)

    @functools.cached_property
    def _templates(self) -> Templates:
        return Templates(self.limits)

    @functools.cached_property
    def _followed(self) -> Followed:
        return self.follow()

    def _spot(self, place: Moved) -> Spot:
        """What stands at a place of the merge."""
        return spot_of(place, stand_at(self._followed, place))

    def _made(self, spot: Spot) -> tuple[Origin, ...]:
        """The origins of what a template made, with those of the values that it took, and of theirs."""
        waiting, begun = [spot], dict[Moved, _Reads]()
        while waiting:
            last = waiting[-1]
            if last.place not in self._known and last.place not in begun:
                begun[last.place] = self._reads(last)
                waiting.extend(it for _, it in begun[last.place] if it.place not in begun and it.place not in self._known)
            if waiting[-1] is last:
                waiting.pop()
                if last.place not in self._known:
                    self._known[last.place] = self._found(last, self._used(begun[last.place]))
        return self._known[spot.place]

    def _reads(self, spot: Spot) -> _Reads:
        if self._followed.names is None:
            return ()
        texts = (value for _, value in walk(spot.node) if is_template(value))
        names = sorted({name for text in texts for name in self._templates.uses(text)}, key=str)
        return [(name, it) for name in names for it in self._of_name(name)]

    def _of_name(self, name: Path) -> tuple[Spot, ...]:
        """The places that the value of a name comes from: looked up once, however many templates read it."""
        if name not in self._named:
            names, binding = self._followed.names, self._followed.moves[-1:]
            places = names.places(name) if names is not None else ()
            self._named[name] = tuple(self._spot(functools.reduce(moved_through, binding, place)) for place in places)
        return self._named[name]

    def _used(self, reads: _Reads) -> tuple[Origin, ...]:
        """The origins of the values that templates took; those of a name that takes itself are left out."""
        return tuple(
            attrs.evolve(origin, name=".".join(map(str, name)))
            for name, read in reads
            for origin in self._known.get(read.place, ())[:1]
        )

    def _found(self, spot: Spot, used: tuple[Origin, ...]) -> tuple[Origin, ...]:
        """The origins of a spot, and of what it went before: the default of an input."""
        over = spot.place.over
        lower = self._spot(Moved(over)) if over is not None else None
        beaten = self._own(lower, ()) if lower is not None and lower.node is not UNSET else ()
        if spot.node is UNSET and beaten:
            return beaten
        return (*self._own(spot, used), *beaten)

    def _own(self, spot: Spot, used: tuple[Origin, ...]) -> tuple[Origin, ...]:
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
            found = [origin for _, each in spot.leaves for origin in told(each, place.path, is_hidden=hides)[:1]]
            return tuple({(origin.source, origin.path): attrs.evolve(origin, uses=used) for origin in found}.values())
        if leaf is None:
            return self._without_value(place)
        first, *rest = told(leaf, place.path, is_hidden=hides)
        lost = [origin for each in leaf.beaten for origin in told(each, place.path, is_hidden=hides)]
        if used:
            takes_secret = first.is_secret or any(origin.is_secret for origin in used)
            first = attrs.evolve(first, uses=(*first.uses, *used), is_secret=takes_secret)
        return (first, *rest, *lost)

    def _without_value(self, place: Moved) -> tuple[Origin, ...]:
        """The origin of what was not written: the input that has no value, or the compiler."""
        is_value = place.path[:1] in (("inputs",), ("outputs",)) and place.path[2:3] == ("value",)
        name = self._spot(Moved((*place.path[:2], "name"))) if is_value else None
        if name is None or type(name.traced) is not Leaf:
            return (of_compiler(place.path),)
        return (attrs.evolve(told(name.traced, place.path, is_hidden=False)[0], layer="default", value=None),)

    def _leaf(self, spot: Spot) -> Leaf | None:
        """What stands at a spot as one leaf; None where it has no one place, or is nowhere."""
        if spot.place.at == "key" and spot.leaves:
            return key_of(spot.leaves, spot.place.path)
        if type(spot.traced) is Leaf:
            return spot.traced
        if spot.node is UNSET or spot.leaves:
            return None if spot.node is UNSET else whole(spot.node, spot.leaves)
        mark = empty(self._neighbours, spot.place.path)
        return None if mark is None else Leaf(spot.node, mark)

    def _neighbours(self, path: Path) -> tuple[Mark, ...]:
        """Where what stands at a path of the merge was written, as its leaves say: looked up once, however many ask."""
        if path not in self._near:
            self._near[path] = neighbours(at(self._followed.traced, path))
        return self._near[path]

    def _hides(self, spot: Spot) -> bool:
        """Whether a secret stands at a spot, or in it."""
        if spot.place.giver == "context":
            return is_secret(None, spot.place.path)
        return spot.is_secret or holds_secret(spot.node)

    def _context_value(self, path: Path) -> Any:
        names = self._followed.names
        node: Any = names.context if names is not None else None
        for step in path:
            is_plain = isinstance(node, Mapping | Sequence)
            node = at(node, (step,)) if is_plain else getattr(node, str(step), UNSET)
        return node if isinstance(node, str | int | float | bool | dict | list) else None


def _holds_template(node: Tree) -> bool:
    """Whether a value of a node is a template."""
    if isinstance(node, NODES):
        return any(map(_holds_template, node.values() if isinstance(node, dict) else node))
    return is_template(node)


def _has_template_key(node: Tree) -> bool:
    """Whether a key of a tree is a template."""
    if isinstance(node, dict):
        return any(is_template(key) or _has_template_key(value) for key, value in node.items())
    return isinstance(node, list) and any(map(_has_template_key, node))
