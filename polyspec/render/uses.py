"""Which names a template reads, found on its syntax tree: `{{ params.lr.value + depth }}` reads `params.lr.value` and `depth`."""

from collections.abc import Iterator
from typing import Any

from polyspec.tree import Path

Node = Any

NOTHING: frozenset[str] = frozenset()


def names_read(node: Node, own: frozenset[str] = NOTHING) -> Iterator[Path]:
    """The dotted paths that a node reads. `own` are the names of the loops around it, which are no names of the scope.

    A path goes as far as it is written: a subscript with a constant is a step of it, one that is computed ends it.
    """
    kind = type(node).__name__
    if kind == "For":
        yield from _read_by_loop(node, own)
        return
    path = _written_path(node)
    if path is not None:
        if path[0] not in own:
            yield path
        return
    for child in node.iter_child_nodes():
        yield from names_read(child, own)


def _read_by_loop(node: Node, own: frozenset[str]) -> Iterator[Path]:
    """What a loop reads: its list and its `else` without its own name, its body and its test with it."""
    inner = own | {node.target.name}
    for outside in (node.iter, *node.else_):
        yield from names_read(outside, own)
    for inside in (*node.body, *([node.test] if node.test is not None else ())):
        yield from names_read(inside, inner)


def _written_path(node: Node) -> Path | None:
    """The path of a name and the constant steps after it; None for any other node."""
    kind = type(node).__name__
    if kind == "Name":
        return (node.name,)
    step: str | int | None = node.attr if kind == "Getattr" else _constant(node.arg) if kind == "Getitem" else None
    holder = _written_path(node.node) if step is not None else None
    return None if holder is None or step is None else (*holder, step)


def _constant(node: Node) -> str | int | None:
    value = node.value if type(node).__name__ == "Const" else None
    return value if isinstance(value, str | int) and not isinstance(value, bool) else None
