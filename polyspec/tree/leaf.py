"""Leaves that know where they were written.

The stages handle leaves without looking at what wraps them: `plain` gives the value of a leaf, `derived` puts another
value in its place. A tree whose leaves are wrapped (`traced`) goes through the same merge as a plain one, and says
afterwards which document, layer and path gave each of its values.
"""

from typing import Any

import attrs

from polyspec.tree.path import Path


@attrs.frozen
class Mark:
    """Where a leaf was written: the layer, the source that holds it, and its path there."""

    layer: str
    source: Any
    path: Path


@attrs.frozen(eq=False, repr=False)
class Leaf:
    """A leaf with its mark; `beaten` are the leaves of lower layers that it replaced, the last one first."""

    value: Any
    mark: Mark
    beaten: tuple["Leaf", ...] = ()


@attrs.frozen(repr=False)
class Verbatim:
    """A value that a caller handed over: data, never a template, never looked into for one."""

    value: Any


def plain(node: Any) -> Any:
    """The value of a leaf, wrapped or not."""
    return node.value if type(node) is Leaf else node


def derived(node: Any, value: Any) -> Any:
    """`value`, wrapped as `node` is: for a leaf that a stage makes of another."""
    return Leaf(value, node.mark, node.beaten) if type(node) is Leaf else value


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
