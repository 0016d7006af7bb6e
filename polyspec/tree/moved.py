"""Where the parts of a tree were before a stage moved them: what a stage tells, when asked, of the tree that it gave."""

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


MADE = Moved(giver="stage")
"""What a stage made."""

Moves = Mapping[Path, Moved]
"""The parts that a stage moved, by their places afterwards; all others stand where they stood."""


def before(moves: Moves, path: Path) -> Moved:
    """Where what stands at a path was before: what holds it may have been moved with it."""
    for length in range(len(path), 0, -1):
        moved = moves.get(path[:length])
        if moved is not None:
            rest = path[length:]
            over = None if moved.over is None else (*moved.over, *rest)
            return attrs.evolve(moved, path=(*moved.path, *rest), over=over, at="value" if rest else moved.at)
    return Moved(path)
