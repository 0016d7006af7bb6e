"""What of a tree is rendered, and which of it renders to the same again over other names.

A tree is gone through once, for its spots: its texts that are templates, and its mappings whose keys are. A spot that reads
the same values as before gives the same as before: nothing but names goes into it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from polyspec.errors import Problem
from polyspec.record import record
from polyspec.render.template import Templates, is_template
from polyspec.tree import Path, Tree, walk
from polyspec.tree.shape import LEAF, Shape


@record(eq=False)
class Spot:
    """A part of a tree that is rendered, by its path in that tree; of a mapping its keys, and all that it holds."""

    path: Path
    node: Tree
    shape: Shape

    def uses(self, templates: Templates) -> frozenset[Path]:
        """The dotted paths that its templates read."""
        if type(self.node) is str:
            return templates.uses(self.node)
        texts = {part for path, leaf in walk(self.node) for part in (*path, leaf) if isinstance(part, str)}
        return frozenset(use for text in texts for use in templates.uses(text))


@record(eq=False)
class Rendered:
    """A tree rendered over some names: its source and what became of it."""

    source: Tree
    tree: Tree
    spots: tuple[Spot, ...]
    names: Mapping[str, Any]
    warnings: Sequence[Problem] = ()


def spots_of(tree: Tree, shape: Shape) -> tuple[Spot, ...]:
    """The spots of a tree, in document order."""
    found: list[Spot] = []
    _collect(tree, shape, (), found)
    return tuple(found)


def _collect(node: Tree, shape: Shape, path: Path, found: list[Spot]) -> None:
    kind = type(node)
    if kind is str:
        if is_template(node):
            found.append(Spot(path, node, shape))
    elif kind is dict:
        shape = shape.variant(node.get("kind"))
        if _BRACE in "".join(node) and any(map(is_template, node)):
            found.append(Spot(path, node, shape))
            return
        for key, value in node.items():
            if _may_hold(value):
                _collect(value, shape.child(key), (*path, key), found)
    elif kind is list:
        item = shape.items or LEAF
        for index, value in enumerate(node):
            if _may_hold(value):
                _collect(value, item, (*path, index), found)


def templates_in(tree: Tree, path: Path = ()) -> list[tuple[Path, str]]:
    """The templates among the values of a tree, with their paths, in document order."""
    found: list[tuple[Path, str]] = []
    _gather(tree, path, found)
    return found


def _gather(node: Tree, path: Path, found: list[tuple[Path, str]]) -> None:
    kind = type(node)
    if kind is str:
        if is_template(node):
            found.append((path, node))
    elif kind in _HOLDERS:
        for step, value in node.items() if kind is dict else enumerate(node):
            if _may_hold(value):
                _gather(value, (*path, step), found)


def _may_hold(value: Tree) -> bool:
    """Whether a template may be in a part of a tree."""
    kind = type(value)
    return _BRACE in value if kind is str else kind in _HOLDERS


_BRACE = "{"
_HOLDERS = frozenset({dict, list})


def is_same(value: Any, other: Any) -> bool:
    """Whether two values are surely the same to a template: one object, or two equal texts or numbers of one type."""
    if value is other:
        return True
    kind = type(value)
    return kind is type(other) and kind in _PLAIN and value == other and (value != 0 or kind is int)


_PLAIN = frozenset({str, int, float, bool})
