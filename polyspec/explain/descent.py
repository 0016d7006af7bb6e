"""The way down a finished tree: where each node was before the stages, what was written there, and whether it is a secret."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from polyspec.explain.marks import written_keys
from polyspec.explain.names import Names
from polyspec.record import record
from polyspec.source import leads_to_secret
from polyspec.tree import UNSET, Leaf, Moved, Moves, Path, Tree, below, is_leaf, moved_through, part, walk

NODES = (dict, list)
"""What a plain tree has beside leaves."""


@record(eq=False)
class Followed:
    """What the stages did: the layers merged, plain and traced, what each stage moved (the last first), the names of templates.

    A leaf of the traced merge may stand for a whole part of the plain one, which was written in one place.
    """

    merged: Tree
    traced: Any
    moves: Sequence[Moves] = ()
    names: Names | None = None


@record(eq=False)
class Stand:
    """Where a path leads in the merge: what stands there, plain and traced, and the path as it was written there.

    `rest` is what is left of the path where there is no more: a leaf stands for all that was made of it.
    """

    path: Path
    node: Tree
    traced: Any
    is_secret: bool = False
    rest: Path = ()

    @property
    def is_absent(self) -> bool:
        """Whether nothing stands there."""
        return bool(self.rest) and isinstance(self.node, NODES)

    def below(self, step: str | int, own: str | int) -> "Stand":
        """Where a step of the finished tree leads from here; `own` is the same as it was written, where a template gave a key."""
        node = self.node
        found = UNSET if self.rest else below(node, own)
        if found is UNSET:
            is_secret = self.is_secret or (isinstance(node, NODES) and leads_to_secret(UNSET, step))
            return Stand(self.path, node, self.traced, is_secret, (*self.rest, step))
        is_secret = self.is_secret or leads_to_secret(node, own)
        return Stand((*self.path, own), found, part(self.traced, own), is_secret)

    def written(self, step: str | int, became: Tree) -> str | int:
        """A step of the finished tree as it was written here; `became` is what became of this, where nothing moved it."""
        if not isinstance(self.node, dict) or step in self.node:
            return step
        return written_keys(self.node, became if isinstance(became, dict) else (str(step),)).get(step, step)


@record(eq=False)
class Spot:
    """A place of the merge: how it was reached, and what stands there; `UNSET` where nothing does, or it is in no tree."""

    place: Moved
    node: Tree = UNSET
    traced: Any = UNSET
    is_secret: bool = False

    @functools.cached_property
    def leaves(self) -> tuple[tuple[Path, Leaf], ...]:
        """What was written of it, with the way to each from here."""
        found = ((steps, functools.reduce(part, steps, self.traced)) for steps, value in walk(self.node) if value not in ({}, []))
        return tuple((steps, leaf) for steps, leaf in found if type(leaf) is Leaf)


@record(eq=False)
class Branch:
    """A node of a finished tree, and what holds it.

    `places` are where it was before each stage, the last stage first, that in the merge last.
    """

    holder: "Branch | None"
    tree: Tree
    followed: Followed
    path: Path
    node: Tree
    is_secret: bool
    places: tuple[Moved, ...]
    stand: Stand

    @classmethod
    def root(cls, tree: Tree, followed: Followed) -> "Branch":
        """The root of a finished tree, which no stage moves."""
        places = (Moved(),) * (len(followed.moves) + 1)
        return cls(None, tree, followed, (), tree, is_secret=False, places=places, stand=_root(followed))

    def below(self, step: str | int) -> "Branch":
        """The node at a step from here."""
        places, is_carried = self._places_below(step)
        path = places[0].path
        if is_carried:
            stand = self.stand.below(step, self._written_keys.get(step, step))
        else:
            stand = stand_at(self.followed, places[-1], self.tree if places[-1].path == path else UNSET)
        is_secret = self.is_secret or leads_to_secret(self.node, step)
        return Branch(self, self.tree, self.followed, path, below(self.node, step), is_secret, places, stand)

    def leaves(self) -> "Iterator[Branch]":
        """Every leaf from here on, in document order."""
        if is_leaf(self.node):
            yield self
            return
        for step in self.node if isinstance(self.node, dict) else range(len(self.node)):
            found = self.below(step)
            if is_leaf(found.node):
                yield found
            else:
                yield from found.leaves()

    @property
    def spot(self) -> Spot:
        """Where it was written."""
        return spot_of(self.places[-1], self.stand)

    @functools.cached_property
    def _written_keys(self) -> Mapping[str | int, str]:
        """What templates in the keys of it gave, with these."""
        node = self.stand.node
        return written_keys(node, self.node) if isinstance(node, dict) and isinstance(self.node, dict) else {}

    def _places_below(self, step: str | int) -> tuple[tuple[Moved, ...], bool]:
        """The places of what stands at a step from here, and whether no stage moved it but with what holds it."""
        place, is_carried = self.places[0].below(step), True
        places = [place]
        for index, moves in enumerate(self.followed.moves, 1):
            if not is_carried or (place.path in moves and place.giver == "tree"):
                place, is_carried = moved_through(place, moves), False
            elif self.places[index] is not self.places[index - 1]:
                place = self.places[index].below(step)
            places.append(place)
        return tuple(places), is_carried


def stand_at(followed: Followed, place: Moved, became: Tree = UNSET) -> Stand:
    """Where a place of the merge is; `became` is the finished tree, where it stands in the same place there."""
    stand = _root(followed)
    for step in place.path if place.giver == "tree" else ():
        stand, became = stand.below(step, stand.written(step, became)), below(became, step)
    return stand


def spot_of(place: Moved, stand: Stand) -> Spot:
    """A place of the merge with what stands there."""
    if place.giver != "tree":
        return Spot(place)
    if stand.is_absent:
        return Spot(place, is_secret=stand.is_secret)
    place = place if place.path == stand.path else place.at_path(stand.path)
    return Spot(place, stand.node, stand.traced, stand.is_secret)


def _root(followed: Followed) -> Stand:
    return Stand((), followed.merged, followed.traced)
