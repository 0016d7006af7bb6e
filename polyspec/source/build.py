"""Events to a plain tree, without recursion, within bounds, each alias a copy of its own."""

import functools
import json
import re
from collections.abc import Iterator
from typing import Any

import attrs

from polyspec.errors import Problem, shortened
from polyspec.limits import Limits, crossed
from polyspec.record import record
from polyspec.source.events import events
from polyspec.source.scalars import BadNumber, is_surely_text, json_scalar, reading, scalar
from polyspec.source.secrets import is_secret
from polyspec.tree import Path


class Misread(Exception):
    """A problem of the text itself, with the marks of the place (line and column from 0); `first` offsets of the other one."""

    def __init__(self, problem: Problem, start: Any, end: Any, first: tuple[int, int] | None = None) -> None:
        self.problem, self.start, self.end, self.first = problem, start, end, first
        super().__init__(problem.message)


_MERGE = object()
_DROPPED = object()
"""The key of a value that is passed over, for the key is written twice."""
_ITEM = object()
"""The key of what has none: the items of a list, and the root."""


@attrs.define(eq=False, repr=False)
class _Open:
    """A mapping or list whose end has not come; a mapping without a `key` awaits one.

    `keys` are those that were written, with the offsets of their places: numbers, which weigh less than the events do.
    """

    node: Any
    event: Any
    anchor: str | None
    nodes_before: int
    added_before: int
    key: Any = None
    keys: dict[str, tuple[int, int]] = attrs.Factory(dict)
    merges: list[Any] | None = None
    path: Path | None = None

    def step(self) -> str | int:
        """The key or index under which the next value stands."""
        if self.key is _ITEM:
            return len(self.node)
        return "<<" if self.key is _MERGE else "<dropped>" if self.key is _DROPPED else str(self.key)


def _length(first: Any, last: Any) -> int:
    """How long the text from the start of one event to the end of another is."""
    length: int = last.end_mark.index - first.start_mark.index
    return length


@record
class Built:
    """A plain tree, how many nodes it has, what aliases added to its text, and what was odd about that."""

    tree: Any
    empty: bool
    warnings: tuple[Problem, ...]
    nodes: int
    added: int


_SIMPLE_HINT = "quote it to write it as text"
_UNUSABLE = re.compile("[\x00\ud800-\udfff]")
NO_TEXT = "text holds no NUL and no half of a surrogate pair"


class Builder:
    """Builds one tree from the events of one text. Used once; the state is the parser's, not the caller's."""

    def __init__(self, text: str, limits: Limits) -> None:
        self._text, self._limits = text, limits
        self._stack = [_Open([], None, None, 0, 0, _ITEM)]  # what holds the root, then what is open
        self._anchors: dict[str, tuple[Any, int, int]] = {}  # each with its nodes and the length of its text, aliases expanded
        self._nodes = self._added = 0
        self._documents: list[tuple[int, int]] = []
        self._odd: list[tuple[str, Any, Path]] = []
        self.faults: list[Misread] = []

    def build(self) -> Built:
        """The tree of the text. Raises `Misread` and `Mangled`."""
        handlers = {
            "ScalarEvent": self._scalar,
            "MappingStartEvent": self._start,
            "SequenceStartEvent": self._start,
            "MappingEndEvent": self._end,
            "SequenceEndEvent": self._end,
            "AliasEvent": self._alias,
            "DocumentStartEvent": self._document,
        }
        for event in self._events():
            handler = handlers.get(type(event).__name__)
            if handler is not None:
                handler(event)
        root = self._stack[0].node[0] if self._documents else None
        return Built(root, not self._documents, tuple(_ambiguous(*odd, root) for odd in self._odd), self._nodes, self._added)

    def _events(self) -> Iterator[Any]:
        return events(self._text)

    def _document(self, event: Any) -> None:
        if self._documents:
            problem = Problem("many-documents", "a file holds one document", hint="split the file at the `---` line")
            raise Misread(problem, event.start_mark, event.end_mark, self._documents[0])
        if event.version or event.tags:
            problem = Problem("yaml-directive", "YAML directives are not supported", hint="remove the line that begins with `%`")
            raise Misread(problem, event.start_mark, event.end_mark)
        self._documents.append((event.start_mark.index, event.start_mark.index))

    def _scalar(self, event: Any) -> None:
        if event.ctag is not None:
            raise self._tagged(event)
        frame, value, is_plain = self._stack[-1], event.value, event.implicit[0]
        if frame.key is None:
            self._key(frame, event, is_plain=is_plain)
            return
        self._count(event)
        if not is_plain:
            value = self._quoted(event)
        elif not is_surely_text(value):
            value = self._read(event)
        if event.anchor:
            self._anchors[event.anchor] = (value, 1, _length(event, event))
        self._put(value, event)

    def _read(self, event: Any) -> Any:
        """The value of an unquoted word; null for a number that is none, which is passed over."""
        word = event.value
        try:
            value, is_odd = reading(word)
            if is_odd and self._is_json:
                value, is_odd = json_scalar(word), False
        except BadNumber as reason:
            problem = Problem("bad-number", str(reason), self._next(), _SIMPLE_HINT)
            self._pass_over(Misread(problem, event.start_mark, event.end_mark))
            return None
        if is_odd and len(self._odd) < self._limits.sought:
            self._odd.append((word, value, self._next()))
        return value

    @functools.cached_property
    def _is_json(self) -> bool:
        """Whether the text is JSON: the numbers of JSON are more than those of YAML 1.1. Only odd words ask."""
        try:
            return self._text.lstrip().startswith("{") and json.loads(self._text, parse_constant=_no_constant) is not None
        except (ValueError, RecursionError):
            return False

    def _pass_over(self, fault: "Misread") -> None:
        """Note a fault that does not stop the reading. Raises the last that there may be."""
        if len(self.faults) + 1 >= self._limits.diagnostics:
            raise fault
        self.faults.append(fault)

    def _quoted(self, event: Any) -> str:
        """The text of a quoted scalar: its escapes may say what no text of a spec holds."""
        word: str = event.value
        if not word.isprintable() and _UNUSABLE.search(word):
            raise Misread(Problem("bad-text", NO_TEXT), event.start_mark, event.end_mark)
        return word

    def _key(self, frame: _Open, event: Any, *, is_plain: bool) -> None:
        word = event.value if is_plain else self._quoted(event)
        if is_plain and word == "<<":
            frame.key = _MERGE
            return
        if is_plain and not is_surely_text(word):
            self._check_key(event, word)
        if word in frame.keys:
            path = (*self._next()[:-1], word)
            message = f"the key `{shortened(word)}` is written twice"
            problem = Problem("duplicate-key", message, path, "remove one of them", at="key")
            self._pass_over(Misread(problem, event.start_mark, event.end_mark, frame.keys[word]))
            frame.key = _DROPPED
            return
        if event.anchor:
            self._anchors[event.anchor] = (word, 1, _length(event, event))
        frame.keys[word] = event.start_mark.index, event.end_mark.index
        frame.key = word

    def _check_key(self, event: Any, word: str) -> None:
        try:
            is_text = isinstance(scalar(word), str)
        except BadNumber:
            is_text = False
        if not is_text:
            problem = Problem("key-not-text", f"a key is text, and `{shortened(word)}` is not", hint=_SIMPLE_HINT, at="key")
            raise Misread(problem, event.start_mark, event.end_mark)

    def _start(self, event: Any) -> None:
        if event.ctag is not None:
            raise self._tagged(event)
        self._require_value(event)
        if self._depth >= self._limits.depth:
            raise self._over("depth", "nested more than {} levels deep", event)
        before = self._nodes, self._added
        self._count(event)
        is_mapping = type(event).__name__ == "MappingStartEvent"
        self._stack.append(_Open({} if is_mapping else [], event, event.anchor, *before, None if is_mapping else _ITEM))
        if event.anchor:
            self._anchors.pop(event.anchor, None)

    def _end(self, event: Any) -> None:
        frame = self._stack.pop()
        for merged in frame.merges or ():
            for key, value in merged.items():
                frame.node.setdefault(key, value)
        if frame.anchor:
            length = _length(frame.event, event) + self._added - frame.added_before
            self._anchors[frame.anchor] = (frame.node, self._nodes - frame.nodes_before, length)
        self._put(frame.node, event, frame.event)

    def _alias(self, event: Any) -> None:
        self._require_value(event)
        if event.anchor not in self._anchors:
            message = f"the alias `*{shortened(event.anchor)}` refers to no anchor that is complete before it"
            raise Misread(Problem("unknown-alias", message), event.start_mark, event.end_mark)
        node, size, length = self._anchors[event.anchor]
        self._nodes += size - 1
        self._count(event)
        self._added += length
        if len(self._text) + self._added > self._limits.document_bytes:
            raise self._over("document_bytes", "more than {} bytes, aliases expanded", event)
        self._put(self._copy(node, self._depth, event), event)

    def _copy(self, node: Any, depth: int, event: Any) -> Any:
        if type(node) not in (dict, list):
            return node
        if depth >= self._limits.depth:
            raise self._over("depth", "nested more than {} levels deep", event)
        if type(node) is dict:
            return {key: self._copy(value, depth + 1, event) for key, value in node.items()}
        return [self._copy(value, depth + 1, event) for value in node]

    def _put(self, value: Any, event: Any, first: Any = None) -> None:
        """Put a value where it belongs; `event` is the last of it, `first` the first where that is another."""
        frame = self._stack[-1]
        if frame.key is _ITEM:
            frame.node.append(value)
            return
        if frame.key is _MERGE:
            self._merge(frame, value, (first or event).start_mark, event.end_mark)
        elif frame.key is not _DROPPED:
            frame.node[frame.key] = value
        frame.key = None

    def _merge(self, frame: _Open, value: Any, start: Any, end: Any) -> None:
        merged = value if type(value) is list else [value]
        if not all(type(item) is dict for item in merged):
            raise Misread(Problem("bad-merge-key", "`<<` takes a mapping or a list of mappings"), start, end)
        frame.merges = frame.merges or []
        frame.merges.extend(merged)

    def _next(self) -> Path:
        """The path of the value that comes next."""
        if not self._depth:
            return ()
        frame = self._stack[-1]
        if frame.path is None:
            frame.path = tuple(outer.step() for outer in self._stack[1:-1])
        return (*frame.path, frame.step())

    @property
    def _depth(self) -> int:
        """How many mappings and lists are open."""
        return len(self._stack) - 1

    def _require_value(self, event: Any) -> None:
        if self._stack[-1].key is None:
            raise Misread(Problem("key-not-text", "a key is text", hint=_SIMPLE_HINT), event.start_mark, event.end_mark)

    def _tagged(self, event: Any) -> Misread:
        problem = Problem("yaml-tag", f"the tag `{shortened(event.tag)}` is not supported: a value is what its text says")
        return Misread(problem, event.start_mark, event.end_mark)

    def _count(self, event: Any) -> None:
        self._nodes += 1
        if self._nodes > self._limits.nodes:
            raise self._over("nodes", "more than {} values, aliases expanded", event)

    def _over(self, field: str, message: str, event: Any) -> Misread:
        problem = Problem(message=message.format(getattr(self._limits, field)), **crossed(field))
        return Misread(problem, event.start_mark, event.end_mark)


def _no_constant(word: str) -> None:
    raise ValueError(word)


def _ambiguous(word: str, value: Any, path: Path, tree: Any) -> Problem:
    """The warning for a word that the versions of YAML read in two ways; it does not quote a secret."""
    if is_secret(tree, path):
        message = "an unquoted secret is read in one way by YAML 1.1, and in another by YAML 1.2"
        return Problem("ambiguous-value", message, path, "quote it", severity="warning")
    if isinstance(value, str):
        read, hint = "text", "quote it, or write the number with a point and a signed exponent: `1.0e-3`"
    else:
        read = str(value).lower() if isinstance(value, bool) else str(value)
        hint = f"write `{read}` or quote it"
    message = f"`{shortened(word)}` is read as {read} (YAML 1.1), and as something else by YAML 1.2"
    return Problem("ambiguous-value", message, path, hint, severity="warning")
