"""What an operation of a DAG waits for: explicit dependencies, and references to other operations (sections 6 and 15, S32)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from polyspec.graph.compose import Node
from polyspec.tree import Path

OPERATION = re.compile(r"ops\.([A-Za-z0-9_-]+)")
"""A reference to an operation in a text."""


@attrs.frozen
class Edge:
    """`downstream` waits for `upstream`; `path` is where it says so."""

    upstream: str
    downstream: str
    path: Path = attrs.field(eq=False, default=())


def edges(nodes: Sequence[Node]) -> list[Edge]:
    """Every edge of a DAG once, in the order of the operations and of what they say."""
    return list(dict.fromkeys(edge for node in nodes for edge in _of(node)))


def _of(node: Node) -> Iterator[Edge]:
    tree = node.tree
    for index, name in enumerate(_listed(tree.get("dependencies"))):
        if isinstance(name, str) and "{{" not in name:
            yield Edge(name, node.name, (*node.path, "dependencies", index))
    for name, param in _mapped(tree.get("params")):
        yield from _referred(node, param.get("ref"), ("params", name, "ref"))
    for index, event in enumerate(_listed(tree.get("events"))):
        yield from _referred(node, _field(event, "ref"), ("events", index, "ref"))
    for index, join in enumerate(_listed(tree.get("joins"))):
        yield from _referred(node, _field(join, "ref"), ("joins", index, "ref"))
    conditions = tree.get("conditions")
    if isinstance(conditions, str):
        for match in OPERATION.finditer(conditions):
            yield Edge(match[1], node.name, (*node.path, "conditions"))


def _referred(node: Node, ref: Any, path: Path) -> Iterator[Edge]:
    match = OPERATION.fullmatch(ref) if isinstance(ref, str) else None
    if match is not None:
        yield Edge(match[1], node.name, (*node.path, *path))


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _mapped(value: Any) -> list[tuple[str, Mapping[str, Any]]]:
    return list(value.items()) if isinstance(value, dict) else []


def _field(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None
