"""The grammar of type names: `int`, `List[float]`, `Dict[str, int]`, `Optional[path]`, `int | None`, `Literal["a", "b"]`.

A type is read, never evaluated (decision S6). This file knows the shape of the text; what the names mean is the registry's.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import attrs

from polyspec.caches import remembered
from polyspec.errors import shortened
from polyspec.late import late_pattern
from polyspec.record import record

T = TypeVar("T")

MAX_TEXT = 256
"""Characters of the text of a type."""
MAX_NESTING = 16
"""How deep the brackets of a type may be nested."""

_TOKEN = late_pattern(
    r"""\s*(?:(?P<name>[^\W\d]\w*)|(?P<mark>\.\.\.|[\[\],|])|(?P<text>"[^"\\]*"|'[^'\\]*')|(?P<number>-?[0-9]+(?:\.[0-9]+)?)|(?P<wrong>\S))"""
)
_CONSTANTS = {"true": True, "True": True, "false": False, "False": False, "null": None, "None": None}


class UnknownType(ValueError):
    """A text that names no type. `hint` gives the close match or the mend, `span` the part of the text that is at fault."""

    code = "unknown-type"

    def __init__(self, message: str, hint: str | None = None, span: tuple[int, int] | None = None) -> None:
        self.message, self.hint, self.span = message, hint, span
        super().__init__(message)


@record
class TypeNode:
    """One name of a type and what its brackets hold: types, or the values of a `Literal`. `start` is its place in the text."""

    name: str
    args: tuple["TypeNode", ...] | None = None
    values: tuple[Any, ...] = ()
    start: int = attrs.field(default=0, eq=False)

    def __str__(self) -> str:
        if self.name == "Union" and self.args:
            return " | ".join(map(str, self.args))
        if self.values:
            return f"{self.name}[{', '.join(map(repr, self.values))}]"
        return self.name if self.args is None else f"{self.name}[{', '.join(map(str, self.args))}]"


@record
class _Token:
    kind: str
    text: str
    start: int
    end: int


@remembered(1024)
def read_type(text: str) -> TypeNode:
    """The tree of the text of a type. Raises `UnknownType` where the text is no type, is too long or is nested too deep."""
    if len(text) > MAX_TEXT:
        raise UnknownType(f"expected a type of at most {MAX_TEXT} characters, found {len(text)}")
    tokens = _Tokens(text, list(_tokens(text)))
    node = _alternatives(tokens, 0)
    if tokens.peek.kind != "end":
        raise tokens.error("expected the end of the type")
    return node


def _tokens(text: str) -> Iterator[_Token]:
    stripped = text.rstrip()
    position = 0
    while position < len(stripped):
        match = _TOKEN.match(stripped, position)
        if match is None or match.lastgroup is None:
            break
        position = match.end()
        yield _Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup), position)
    yield _Token("end", "", len(stripped), len(stripped))


class _Tokens:
    """The tokens of one text and how many of them are read."""

    def __init__(self, text: str, tokens: list[_Token]) -> None:
        self.text, self.tokens, self.position = text, tokens, 0

    @property
    def peek(self) -> _Token:
        return self.tokens[self.position]

    def take(self) -> _Token:
        token = self.peek
        self.position += token.kind != "end"
        return token

    def skip(self, text: str) -> bool:
        found = self.peek.kind == "mark" and self.peek.text == text
        self.position += found
        return found

    def expect(self, text: str) -> None:
        if not self.skip(text):
            raise self.error(f"expected `{text}`")

    def error(self, expected: str) -> UnknownType:
        token = self.peek
        found = f"`{shortened(token.text, 20)}`" if token.text else "the end"
        message = f"`{shortened(self.text)}` is no type: {expected}, found {found}"
        return UnknownType(
            message, "types are written as `int`, `List[float]`, `Dict[str, int]`", (token.start, max(token.end, token.start + 1))
        )


def _alternatives(tokens: _Tokens, depth: int) -> TypeNode:
    """One type, or several with `|` between them."""
    if depth > MAX_NESTING:
        raise UnknownType(f"expected a type nested at most {MAX_NESTING} deep, found a deeper one")
    start = tokens.peek.start
    members = [_one(tokens, depth)]
    while tokens.skip("|"):
        members.append(_one(tokens, depth))
    return members[0] if len(members) == 1 else TypeNode("Union", tuple(members), start=start)


def _one(tokens: _Tokens, depth: int) -> TypeNode:
    if tokens.peek.kind != "name":
        raise tokens.error("expected the name of a type")
    name = tokens.take()
    if not tokens.skip("["):
        return TypeNode(name.text, start=name.start)
    if name.text == "Literal":
        return TypeNode(name.text, (), tuple(_separated(tokens, _constant)), name.start)
    return TypeNode(name.text, tuple(_separated(tokens, lambda rest: _argument(rest, depth + 1))), start=name.start)


def _separated(tokens: _Tokens, read: Callable[[_Tokens], T]) -> Iterator[T]:
    yield read(tokens)
    while tokens.skip(","):
        yield read(tokens)
    tokens.expect("]")


def _argument(tokens: _Tokens, depth: int) -> TypeNode:
    start = tokens.peek.start
    return TypeNode("...", start=start) if tokens.skip("...") else _alternatives(tokens, depth)


def _constant(tokens: _Tokens) -> Any:
    token = tokens.peek
    if token.kind == "text":
        return tokens.take().text[1:-1]
    if token.kind == "number":
        return float(tokens.take().text) if "." in token.text else int(tokens.take().text)
    if token.kind == "name" and token.text in _CONSTANTS:
        return _CONSTANTS[tokens.take().text]
    raise tokens.error("expected text in quotes, a number, `true`, `false` or `null`")
