"""The one walk over a tree, and the look-up of one place in it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from polyspec.tree.path import Path
from polyspec.tree.unset import UNSET

Tree = Any
"""A tree of dicts with text keys, lists, and leaves: text, int, float, bool, None. JSON's values."""
_MAPPINGS, _SEQUENCES = (dict, Mapping), (list, Sequence)
"""What is looked into. What nearly all are stands first: to ask an abstract class takes several times as long."""
_LEAVES = frozenset({str, int, float, bool, type(None)})
"""What is surely a leaf: most nodes are, and to ask an abstract class takes many times as long."""


def at(tree: Tree, path: Path) -> Any:
    """The node at a path, or `UNSET` where there is none."""
    node = tree
    for step in path:
        if isinstance(node, _MAPPINGS) and step in node:
            node = node[step]
        elif isinstance(node, _SEQUENCES) and not isinstance(node, str) and isinstance(step, int) and step < len(node):
            node = node[step]
        else:
            return UNSET
    return node


def is_leaf(node: Any) -> bool:
    """Whether nothing stands below a node of a tree: an empty mapping or list is a leaf."""
    return type(node) in _LEAVES or not (isinstance(node, (dict, list, tuple, Mapping)) and node)


def walk(tree: Tree, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every leaf with its path, in document order. An empty mapping or list is a leaf."""
    if type(tree) in _LEAVES:
        yield path, tree
    elif isinstance(tree, _MAPPINGS) and tree:
        for key, value in tree.items():
            yield from walk(value, (*path, key))
    elif isinstance(tree, list | tuple) and tree:
        for index, value in enumerate(tree):
            yield from walk(value, (*path, index))
    else:
        yield path, tree


def count(tree: Tree) -> int:
    """How many nodes a tree has: its leaves, its mappings and its lists."""
    if type(tree) in _LEAVES:
        return 1
    if isinstance(tree, _MAPPINGS):
        parts: Collection[Tree] = tree.values()
    else:
        parts = tree if isinstance(tree, list | tuple) else ()
    inner = [part for part in parts if type(part) not in _LEAVES]
    return 1 + len(parts) - len(inner) + sum(map(count, inner))


def text_length(tree: Tree) -> int:
    """How many characters the texts of a tree have, keys too, each as often as it stands there."""
    if type(tree) is str:
        return len(tree)
    if isinstance(tree, _MAPPINGS):
        return sum(map(len, tree)) + sum(map(text_length, tree.values()))
    return sum(map(text_length, tree)) if isinstance(tree, list | tuple) else 0


def replaced(tree: Tree, changes: Iterable[tuple[Path, Any]]) -> Tree:
    """The tree with other nodes at some paths, each of which leads to a node of it. What no path leads through is shared."""
    root: Any = tree
    own: set[int] = set()
    holder: Path | None = None
    for path, value in changes:
        if not path:
            return value
        if path[:-1] != holder:
            holder = path[:-1]
            if not own:
                root = root.copy()
                own.add(id(root))
            node = root
            for step in holder:
                child = node[step]
                if id(child) not in own:
                    child = node[step] = child.copy()
                    own.add(id(child))
                node = child
        node[path[-1]] = value
    return root


def frozen(tree: Tree) -> Any:
    """The same tree that cannot be changed: mappings as read-only views, lists as tuples."""
    if type(tree) in _LEAVES:
        return tree
    if isinstance(tree, _MAPPINGS):
        return MappingProxyType({key: frozen(value) for key, value in tree.items()})
    if isinstance(tree, list | tuple):
        return tuple(frozen(value) for value in tree)
    return tree


def thawed(tree: Any) -> Tree:
    """The same tree in plain dicts and lists, shared with nobody."""
    if type(tree) in _LEAVES:
        return tree
    if isinstance(tree, _MAPPINGS):
        return {key: thawed(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [thawed(value) for value in tree]
    return tree
