"""Leaves that know where they were written.

The stages handle leaves without looking at what wraps them: `plain` gives the value of a leaf, `derived` puts another
value in its place. A tree whose leaves are wrapped (`traced`) goes through the same merge as a plain one, and says
afterwards which document, layer and path gave each of its values.
"""

from typing import Any, Literal

import attrs

from polyspec.record import record
from polyspec.tree.path import Path
from polyspec.tree.unset import UNSET
from polyspec.tree.walk import at


@record
class Mark:
    """Where a leaf was written: the layer, the source that holds it, and its path there: its value, or the key before it."""

    layer: str
    source: Any
    path: Path
    at: Literal["key", "value"] = "value"


@record(eq=False, repr=False)
class Leaf:
    """A leaf with its mark; `beaten` are those that it won over, the last one first.

    `strategy` is the name of the one under which it won, or was beaten, last.
    """

    value: Any
    mark: Mark
    beaten: tuple["Leaf", ...] = ()
    strategy: str | None = None


@record(repr=False)
class Verbatim:
    """A value that a caller handed over: data, never a template, never looked into for one."""

    value: Any


def plain(node: Any) -> Any:
    """The value of a leaf, wrapped or not."""
    return node.value if type(node) is Leaf else node


def derived(node: Any, value: Any) -> Any:
    """`value`, wrapped as `node` is: for a leaf that a stage makes of another."""
    return Leaf(value, node.mark, node.beaten, node.strategy) if type(node) is Leaf else value


def of_key(node: Any, name: str) -> Any:
    """The name that the key of a node is, wrapped as the node is."""
    return Leaf(name, attrs.evolve(node.mark, at="key")) if type(node) is Leaf else name


def implied(node: Any, value: Any) -> Any:
    """A default that a node brings with it, wrapped as the node is and marked where it begins."""
    leaf = _as_leaf(node)
    return value if leaf is None else Leaf(value, attrs.evolve(leaf.mark, layer="default", at="key"))


def traced(node: Any, layer: str, source: Any, path: Path = ()) -> Any:
    """A copy of a plain tree in which each leaf carries its mark. The depth of a tree is bounded when it is read."""
    if isinstance(node, dict):
        return {key: traced(value, layer, source, (*path, key)) for key, value in node.items()}
    if isinstance(node, list):
        return [traced(value, layer, source, (*path, index)) for index, value in enumerate(node)]
    return Leaf(node, Mark(layer, source, path))


def untraced(node: Any) -> Any:
    """The plain tree of a traced one."""
    if isinstance(node, dict):
        return {key: untraced(value) for key, value in node.items()}
    if isinstance(node, list):
        return [untraced(value) for value in node]
    return plain(node)


def first_leaf(node: Any, depth: int = 0) -> tuple[Leaf | None, int]:
    """The first leaf under a node of a traced tree, and how deep it stands; None of a plain one."""
    if type(node) is Leaf:
        return node, depth
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        leaf, found = first_leaf(child, depth + 1)
        if leaf is not None:
            return leaf, found
        if not isinstance(child, dict | list):
            break
    return None, depth


def mark_at(tree: Any, path: Path) -> Mark | None:
    """The mark of a path of a traced tree: of the leaf there, of what it holds, or of what holds it; None of a plain one."""
    for length in range(len(path), -1, -1):
        leaf, depth = first_leaf(at(tree, path[:length]))
        if leaf is not None:
            outer = leaf.mark.path[: max(0, len(leaf.mark.path) - depth)]
            return attrs.evolve(leaf.mark, path=(*outer, *path[length:]))
    return None


def beating(winner: Any, loser: Any, strategy: str) -> Any:
    """The winner of a choice, each of its leaves remembering what it beat: the leaf at its place, or what stood there."""
    if type(winner) is Leaf:
        lost = _as_leaf(loser)
        beaten = (*(() if lost is None else (attrs.evolve(lost, strategy=strategy), *lost.beaten)), *winner.beaten)
        return attrs.evolve(winner, beaten=beaten, strategy=strategy) if lost is not None else winner
    if not isinstance(winner, dict | list) or first_leaf(winner)[0] is None:
        return winner
    if isinstance(winner, dict):
        return {key: beating(value, below(loser, key), strategy) for key, value in winner.items()}
    return [beating(value, below(loser, index), strategy) for index, value in enumerate(winner)]


def below(node: Any, step: str | int) -> Any:
    """What stands at a step of a node; a leaf itself stands for all that could be below it. `UNSET` where there is nothing."""
    if type(node) is Leaf:
        return node
    if isinstance(node, dict):
        return node.get(step, UNSET)
    return node[step] if isinstance(node, list) and isinstance(step, int) and step < len(node) else UNSET


def part(node: Any, step: str | int) -> Any:
    """What stands at a step of a traced tree; in a leaf that stands for a whole part, that of it, marked where it was written."""
    if type(node) is not Leaf:
        return below(node, step)
    value, mark = below(node.value, step), node.mark
    return UNSET if value is UNSET else Leaf(value, Mark(mark.layer, mark.source, (*mark.path, step)))


def _as_leaf(node: Any) -> Leaf | None:
    """A node as one leaf: a mapping or a list marked where it begins."""
    leaf, depth = first_leaf(node)
    if leaf is None or leaf is node:
        return leaf
    path = leaf.mark.path[: max(0, len(leaf.mark.path) - depth)]
    return Leaf(untraced(node), attrs.evolve(leaf.mark, path=path, at="value"))
