"""Trees to text: YAML that reads back the same, JSON, and the canonical JSON that digests are taken of."""

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from polyspec.late import late_pattern
from polyspec.record import record
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
    from ruamel.yaml import events
    from ruamel.yaml.tag import Tag

    yield events.StreamStartEvent()
    yield events.DocumentStartEvent(explicit=False)
    yield from _Events(events, Tag(suffix="tag:yaml.org,2002:str")).of(tree)
    yield events.DocumentEndEvent(explicit=False)
    yield events.StreamEndEvent()


@record(eq=False)
class _Events:
    """What makes the events of nodes: the module of their classes, and the tag of text, which is spelt out once."""

    classes: Any
    text_tag: Any

    def of(self, node: Any) -> Iterator[Any]:
        """The events of a node. Text of several lines is a block as the value of a key or an item of a list."""
        if isinstance(node, Mapping):
            yield self.classes.MappingStartEvent(None, None, implicit=True, flow_style=not node)
            for key, value in node.items():
                yield self._scalar(key, in_block=False)
                yield from self._below(value)
            yield self.classes.MappingEndEvent()
        elif isinstance(node, list | tuple):
            yield self.classes.SequenceStartEvent(None, None, implicit=True, flow_style=not node)
            for value in node:
                yield from self._below(value)
            yield self.classes.SequenceEndEvent()
        else:
            yield self._scalar(node, in_block=False)

    def _below(self, node: Any) -> Iterable[Any]:
        return self.of(node) if isinstance(node, Mapping | list | tuple) else (self._scalar(node, in_block=True),)

    def _scalar(self, node: Any, *, in_block: bool) -> Any:
        if not isinstance(node, str):
            return self.classes.ScalarEvent(None, None, (True, False, True), _word(node), style="")
        plain = is_text(node) and node.isprintable() and not _OTHERWISE.fullmatch(node)
        style = "" if plain else "|" if in_block and "\n" in node.strip("\n") and _is_block(node) else '"'
        return self.classes.ScalarEvent(None, self.text_tag, (plain, True, True), node, style=style)


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
