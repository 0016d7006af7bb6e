"""Trees to text: YAML that reads back the same, JSON, and the canonical JSON that digests are taken of."""

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from polyspec.late import late_pattern
from polyspec.source.scalars import is_text
from polyspec.tree import Tree

_SAFE_INTEGER = 2**53 - 1
_UNREADABLE = late_pattern("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_OTHERWISE = late_pattern(r"=|<<|[yYnN]|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*")
"""Words that are text to us and something else to other readers: a merge key, a bool, a date."""


def to_json(tree: Tree, *, indent: int | None = 2) -> str:
    """The JSON text of a tree, keys in their order; what no YAML reader takes is escaped."""
    text = json.dumps(tree, indent=indent, ensure_ascii=False, allow_nan=False)
    return _UNREADABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def canonical_json(tree: Tree) -> bytes:
    """The canonical JSON of a tree (RFC 8785). Integers that no double holds exactly are written as their text."""
    import rfc8785

    return rfc8785.dumps(_exact(tree))


def to_yaml(tree: Tree) -> str:
    """The YAML text of a tree, block style, keys in their order; text that could be read as something else is quoted."""
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    yaml.width = 4096
    stream = io.StringIO()
    yaml.emit(_events(tree), stream)
    return stream.getvalue().removesuffix("...\n")


def _exact(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {key: _exact(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_exact(value) for value in node]
    if isinstance(node, int) and not isinstance(node, bool) and abs(node) > _SAFE_INTEGER:
        return str(node)
    return node


def _events(tree: Tree) -> Iterator[Any]:
    from ruamel.yaml.events import DocumentEndEvent, DocumentStartEvent, StreamEndEvent, StreamStartEvent

    yield StreamStartEvent()
    yield DocumentStartEvent(explicit=False)
    yield from _node(tree)
    yield DocumentEndEvent(explicit=False)
    yield StreamEndEvent()


def _node(node: Any, *, in_block: bool = False) -> Iterator[Any]:
    """The events of a node; text of several lines is a block `in_block`, as the value of a key or an item of a list."""
    from ruamel.yaml.events import MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent
    from ruamel.yaml.tag import Tag

    if isinstance(node, Mapping):
        yield MappingStartEvent(None, None, implicit=True, flow_style=not node)
        for key, value in node.items():
            yield from _node(key)
            yield from _node(value, in_block=True)
        yield MappingEndEvent()
    elif isinstance(node, list | tuple):
        yield SequenceStartEvent(None, None, implicit=True, flow_style=not node)
        for value in node:
            yield from _node(value, in_block=True)
        yield SequenceEndEvent()
    elif isinstance(node, str):
        plain = is_text(node) and node.isprintable() and not _OTHERWISE.fullmatch(node)
        style = "" if plain else "|" if in_block and "\n" in node.strip("\n") and _is_block(node) else '"'
        yield ScalarEvent(None, Tag(suffix="tag:yaml.org,2002:str"), (plain, True, True), node, style=style)
    else:
        yield ScalarEvent(None, None, (True, False, True), _word(node), style="")


def _is_block(text: str) -> bool:
    """Whether a block scalar can hold a text without escapes."""
    return all(character.isprintable() or character == "\n" for character in text) and not text.startswith((" ", "\n"))


def _word(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        text = repr(value)
        mantissa, exponent, power = text.partition("e")
        if exponent:  # YAML 1.1 wants a point and a signed exponent
            return f"{mantissa if '.' in mantissa else mantissa + '.0'}e{power if power[0] in '+-' else '+' + power}"
        return text
    return str(value)
