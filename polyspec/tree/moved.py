"""Where the parts of a tree were before a stage moved them: what a stage tells, when asked, of the tree that it gave."""

import functools
from collections.abc import Mapping
from typing import Literal

import attrs

from polyspec.record import record
from polyspec.tree.path import Path


@record
class Moved:
    """Where a part was in the tree before: its value, or the key before it.

    `over` is the place of what it went before, such as the default of an input. A part that was in no tree was taken from the
    run context (the path is then one of its fields), or the stage made it.
    """

    path: Path = ()
    at: Literal["key", "value"] = "value"
    over: Path | None = None
    giver: Literal["tree", "context", "stage"] = "tree"

    def below(self, step: str | int) -> "Moved":
        """Where what stands at a step of it was: what holds it was moved with all in it."""
        return Moved((*self.path, step), "value", None if self.over is None else (*self.over, step), self.giver)

    def at_path(self, path: Path) -> "Moved":
        """The same at another path."""
        return Moved(path, self.at, self.over, self.giver)


MADE = Moved(giver="stage")
"""What a stage made."""

Moves = Mapping[Path, Moved]
"""The parts that a stage moved, by their places afterwards; all others stand where they stood."""


def before(moves: Moves, path: Path) -> Moved:
    """Where what stands at a path was before: what holds it may have been moved with it."""
    for length in range(len(path), 0, -1):
        moved = moves.get(path[:length])
        if moved is not None:
            return functools.reduce(Moved.below, path[length:], moved)
    return Moved(path)


def moved_through(place: Moved, moves: Moves) -> Moved:
    """A place before a stage that moved things; what it went before stays known."""
    if place.giver != "tree":
        return place
    found = before(moves, place.path)
    return attrs.evolve(found, at=place.at if found.at == "value" else found.at, over=found.over or place.over)
