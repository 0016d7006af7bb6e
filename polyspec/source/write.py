"""Trees to text: YAML that reads back the same, JSON, and the canonical JSON that digests are taken of."""

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from polyspec.late import late_pattern
from polyspec.record import record
from polyspec.source.scalars import is_text
from polyspec.tree import Path, Tree, is_leaf

_SAFE_INTEGER = 2**53 - 1
_WIDTH = 4096
"""The columns after which a long scalar goes on in another line."""
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
    return "".join(text for _, text in yaml_lines(tree))


def yaml_lines(tree: Tree) -> Iterator[tuple[Path, str]]:
    """The lines of that text, each with the path of what begins on it: the last one, where an item begins in an item.

    Text of several lines comes with the line of its key, and ends, as all do, with a line break.
    """
    return _Writer(_Scalars()).below((), "", tree, None)


def _exact(node: Any) -> Any:
    if type(node) is str:  # most leaves are, and to ask an abstract class takes many times as long
        return node
    if isinstance(node, Mapping):
        return {key: _exact(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_exact(value) for value in node]
    if isinstance(node, int) and not isinstance(node, bool) and abs(node) > _SAFE_INTEGER:
        return str(node)
    return node


@record(eq=False)
class _Writer:
    """Lays a tree out. All that is nested is indented by two columns, but for the items of a list under a key."""

    scalars: "_Scalars"

    def below(self, path: Path, lead: str, node: Tree, indent: int | None) -> Iterator[tuple[Path, str]]:
        """A node behind what stands on its line before it; what it holds is indented so far. The root has no indent."""
        if is_leaf(node):
            text = self.scalars.value(node, len(lead), indent)
            yield path, lead + (text if text.endswith("\n") else f"{text}\n")
        elif isinstance(node, Mapping):
            for key, value in node.items():
                yield from self._entry((*path, key), lead, value, indent or 0)
                lead = " " * (indent or 0)
        else:
            for index, value in enumerate(node):
                yield from self.below((*path, index), f"{lead}- ", value, (indent or 0) + 2)
                lead = " " * (indent or 0)

    def _entry(self, path: Path, lead: str, value: Tree, indent: int) -> Iterator[tuple[Path, str]]:
        """A key with its value; a key that is long, or of several lines, has lines of its own."""
        key = self.scalars.key(path[-1])
        if key is None:
            yield path, f"{lead}? {self.scalars.value(path[-1], indent + 2, indent + 2, in_block=False)}\n"
            yield from self.below(path, f"{' ' * indent}: ", value, indent + 2)
        elif is_leaf(value):
            yield from self.below(path, f"{lead}{key}: ", value, indent + 2)
        else:
            yield path, f"{lead}{key}:\n"
            inner = indent + 2 if isinstance(value, Mapping) else indent
            yield from self.below(path, " " * inner, value, inner)


class _Scalars:
    """Writes scalars: ruamel decides how they are quoted and where a long one is broken, and writes those that are not plain."""

    def __init__(self) -> None:
        from ruamel.yaml import YAML
        from ruamel.yaml.events import ScalarEvent
        from ruamel.yaml.tag import Tag

        yaml = YAML(typ="safe", pure=True)
        yaml.width = _WIDTH
        self._stream = io.StringIO()
        _, _, self._emitter = yaml.get_serializer_representer_emitter(self._stream, None)
        self._emitter.tag_prefixes = self._emitter.DEFAULT_TAG_PREFIXES
        self._event, self._tag = ScalarEvent, Tag(suffix="tag:yaml.org,2002:str")
        self._keys: dict[Any, str | None] = {}

    def key(self, key: Any) -> str | None:
        """A key as it stands before its colon; None where it has a line of its own. A tree has few, and many times."""
        if key not in self._keys:
            self._keys[key] = self._key(key)
        return self._keys[key]

    def value(self, node: Tree, column: int, indent: int | None, *, in_block: bool = True) -> str:
        """A scalar, or an empty mapping or list, as it stands at a column, its other lines indented so far."""
        if not isinstance(node, str):
            return _word(node)
        is_plain, analysis = _is_plain(node), self._emitter.analyze_scalar(node)
        if is_plain and analysis.allow_block_plain and column + len(node) <= _WIDTH:
            return node
        is_block = in_block and indent is not None and not is_plain and "\n" in node.strip("\n") and _is_block(node)
        event = self._of(node, "" if is_plain else "|" if is_block else '"')
        return self._emitted(event, analysis, column, indent, is_key=False)

    def _key(self, key: Any) -> str | None:
        if not isinstance(key, str):
            return _word(key)
        emitter, event = self._emitter, self._of(key, "" if _is_plain(key) else '"')
        emitter.event = event
        is_simple, analysis, emitter.analysis = emitter.check_simple_key(), emitter.analysis, None
        return self._emitted(event, analysis, 0, 0, is_key=True) if is_simple else None

    def _of(self, text: str, style: str) -> Any:
        return self._event(None, self._tag, (not style, True, True), text, style=style)

    def _emitted(self, event: Any, analysis: Any, column: int, indent: int | None, *, is_key: bool) -> str:
        """A text as ruamel writes it at a column, once it has analysed it."""
        emitter = self._emitter
        emitter.event, emitter.analysis, emitter.simple_key_context = event, analysis, is_key
        emitter.column, emitter.indent, emitter.whitespace = column, indent, True
        emitter.process_scalar()
        written = self._stream.getvalue()
        self._stream.seek(0)
        self._stream.truncate()
        return written


def _is_plain(text: str) -> bool:
    """Whether every reader takes a text for the same text when it is not quoted, if it can stand so."""
    return is_text(text) and text.isprintable() and not _OTHERWISE.fullmatch(text)


def _is_block(text: str) -> bool:
    """Whether a block scalar can hold a text without escapes."""
    return all(character.isprintable() or character == "\n" for character in text) and not text.startswith((" ", "\n"))


def _word(value: Any) -> str:
    """A number, a bool, null, an empty mapping or list."""
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
    return "{}" if isinstance(value, Mapping) else "[]" if isinstance(value, list | tuple) else str(value)
