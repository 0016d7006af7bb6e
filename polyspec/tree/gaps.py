"""Trees without some of their parts, and the way back to where a path of such a tree leads in the whole one."""

from collections.abc import Collection, Mapping, Sequence

from polyspec.tree.path import Path
from polyspec.tree.walk import Tree


def without(tree: Tree, gaps: Collection[Path], path: Path = ()) -> Tree:
    """A copy of the tree without the parts at these paths; the items behind one that a list lacks move up."""
    if isinstance(tree, Mapping):
        return {key: without(value, gaps, (*path, key)) for key, value in tree.items() if (*path, key) not in gaps}
    if isinstance(tree, list | tuple):
        items = enumerate(tree)
        return [without(value, gaps, (*path, index)) for index, value in items if (*path, index) not in gaps]
    return tree


def restored(path: Path, gaps: Sequence[Path]) -> Path:
    """Where a path of a tree without these parts leads in the whole tree."""
    whole: Path = ()
    for step in path:
        if isinstance(step, int):
            missing = sorted(gap[-1] for gap in gaps if gap[:-1] == whole and isinstance(gap[-1], int))
            for index in missing:
                step += index <= step  # noqa: PLW2901 - each item that is missing moves those behind it
        whole = (*whole, step)
    return whole
