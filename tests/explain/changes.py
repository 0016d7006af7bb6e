"""Other texts in the place of one that an origin names, to see whether the value that it explains changes."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

WORDS = ("any", "str", "service", "job", "random", "true", "7", "{a: 7}", "Never", "Always", "min", "max", "notifier")
"""Words that fields take which take no others."""


def others(text: str, line: int, column: int) -> Iterator[str]:
    """The whole text with something else at a place. Nothing where nothing begins there."""
    node = nodes(text).get((line, column))
    if node is None:
        return
    start, end = node.start_mark.index, node.end_mark.index
    ending = "\n" if text[start:end].endswith("\n") else ""
    for word in dict.fromkeys(words(node.value) if isinstance(node, ScalarNode) else contents(text[start:end])):
        yield text[:start] + word + ending + text[end:]


def said(text: str, line: int, column: int) -> str | None:
    """What the text at a place says; None where nothing begins there."""
    node = nodes(text).get((line, column))
    if node is None or isinstance(node, ScalarNode):
        return None if node is None else str(node.value)
    return text[node.start_mark.index : node.end_mark.index]


@cache
def nodes(text: str) -> dict[tuple[int, int], Any]:
    """The nodes of a YAML text, keys and all, by the line and the column where they begin: by another reader than ours."""
    return {(node.start_mark.line + 1, node.start_mark.column + 1): node for node in under(YAML(pure=True).compose(text))}


def under(node: Node) -> Iterator[Node]:
    """A node and all below it; what begins where it does comes after it."""
    yield node
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield from under(key)
            yield from under(value)
    elif isinstance(node, CollectionNode):
        for item in node.value:
            yield from under(item)


def words(value: str) -> Iterator[str]:
    """Other words for the one of a scalar: another number, the other bool, more text, what a closed list may take."""
    if value.lower() in ("true", "false"):
        yield "false" if value.lower() == "true" else "true"
    if re.search(r"\d", value):
        yield quoted(re.sub(r"\d+", lambda match: str(int(match[0]) + 1).zfill(len(match[0])), value), value)
    yield json.dumps(f"{value}x")
    yield json.dumps(f"x{value}")
    yield from (word for word in WORDS if word != value)


def contents(text: str) -> Iterator[str]:
    """Other texts for that of a list or a mapping: other numbers in it, another."""
    numbers = list(re.finditer(r"\d+", text))
    yield from (f"{text[: it.start()]}{int(it[0]) + 1}{text[it.end() :]}" for it in numbers)
    yield from ("{a: b}", "[a]")


def quoted(text: str, like: str) -> str:
    """A text as a scalar: a number stays one."""
    return text if re.fullmatch(r"[-+]?[\d.]+(e[-+]?\d+)?", like) else json.dumps(text)
