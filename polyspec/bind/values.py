"""Plain values: what a value must be to be taken at all, its JSON text, and what it is called in a message.

A plain value is what JSON holds: text, integers of 64 bits, finite numbers, booleans, null, lists, and mappings with text keys.
Nothing here quotes a value: a message names what was expected and the kind that was found.
"""

import json
import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

from polyspec.late import late_pattern
from polyspec.limits import INTEGER_RANGE, MAX_NUMBER
from polyspec.tree import Path, format_path

MAX_DEPTH = 64
"""How deep the lists and mappings of one value may be nested."""
MIN_INTEGER, MAX_INTEGER = INTEGER_RANGE[0], INTEGER_RANGE[-1]

_KINDS: tuple[tuple[type, str], ...] = (
    (type(None), "null"),
    (bool, "a boolean"),
    (int, "an integer"),
    (float, "a number"),
    (Decimal, "a decimal number"),
    (str, "text"),
    (list, "a list"),
    (tuple, "a list"),
    (Mapping, "a mapping"),
)
_UNFIT = late_pattern("[\x00\ud800-\udfff]")
_OUTSIDE_TEXTS = late_pattern(r'"(?:[^"\\]|\\.)*"?|[^"\[\]{}]+', re.DOTALL)
NUMBER = late_pattern(r"[ \t\n\r]*(-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?)[ \t\n\r]*")
"""A number as JSON writes it; the groups are its text, its fraction and its exponent."""


class TypeMismatch(ValueError):
    """A value that a type does not take.

    `message` says what was expected and the kind that was found, never the value; `hint` is the mend; `path` leads from the
    value to the part at fault. The text of the error is the message with that path before it.
    """

    def __init__(self, message: str, hint: str | None = None, path: Path = ()) -> None:
        self.message, self.hint, self.path = message, hint, path
        super().__init__(f"at `{format_path(path)}`: {message}" if path else message)

    def within(self, step: str | int) -> "TypeMismatch":
        """The same mismatch, seen from the list or mapping that holds the value."""
        return TypeMismatch(self.message, self.hint, (step, *self.path))


def kind(value: Any) -> str:
    """What a value is called in a message: "text", "an integer", "a list"; a Python object by the name of its class."""
    if isinstance(value, float) and not math.isfinite(value):
        return "a number that is not finite"
    names = (name for class_, name in _KINDS if isinstance(value, class_))
    return next(names, f"a Python `{type(value).__name__}`")


def refuse(expected: str, value: Any, hint: str | None = None) -> NoReturn:
    """Raises `TypeMismatch`: what was expected, and the kind of the value that was found."""
    raise TypeMismatch(f"expected {expected}, found {kind(value)}", hint) from None


def fit_text(value: str) -> str:
    """The text itself. Raises `TypeMismatch` for a NUL or a lone surrogate, which no program can be given (security, row 15)."""
    match = None if value.isascii() and "\x00" not in value else _UNFIT.search(value)
    if match is None:
        return value
    what = "a NUL character" if match[0] == "\x00" else "a lone surrogate, which is no character"
    raise TypeMismatch(f"expected text that a program can be given, found text with {what}")


def plain_value(value: Any, depth: int = 0) -> Any:
    """A value as plain lists and dicts of its own, each leaf checked.

    Raises `TypeMismatch`: no JSON value, a number that is not finite or an integer past 64 bits, keys that are no text, text
    that no program can be given, or nested deeper than 64.
    """
    if isinstance(value, str):
        return fit_text(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return _fit_integer(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else refuse("a finite number", value)
    if depth == MAX_DEPTH:
        raise TypeMismatch(f"expected lists and mappings at most {MAX_DEPTH} deep, found deeper ones")
    return _plain_container(value, depth + 1)


def _plain_container(value: Any, depth: int) -> Any:
    if isinstance(value, Mapping):
        return {fit_key(key): _plain_part(key, part, depth) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain_part(index, part, depth) for index, part in enumerate(value)]
    refuse("a JSON value", value)


def _plain_part(step: Any, part: Any, depth: int) -> Any:
    try:
        return plain_value(part, depth)
    except TypeMismatch as mismatch:
        raise mismatch.within(step) from None


def fit_key(key: Any) -> str:
    """The key of a mapping. Raises `TypeMismatch` for one that is no text."""
    return fit_text(key) if isinstance(key, str) else refuse("text as the key of a mapping", key, "write the key in quotes")


def _fit_integer(value: int) -> int:
    if MIN_INTEGER <= value <= MAX_INTEGER:
        return int(value)
    raise TypeMismatch("expected an integer of 64 bits, found a larger one", "write it as text, in quotes")


def decoded(text: str) -> Any:
    """The value that a JSON text holds, as `plain_value` takes it.

    Strict: no NaN, no Infinity, no key twice, numbers of at most 100 characters. Raises `TypeMismatch`.
    """
    try:
        return plain_value(_DECODER.decode(_not_too_deep(text)))
    except json.JSONDecodeError as error:
        raise TypeMismatch("expected JSON, found text that is none", f"{error.msg}, at character {error.pos + 1}") from None


def loaded(value: Any, expected: str, example: str) -> Any:
    """A value to be converted: text stands for the JSON that it holds. `example` shows such JSON in the hint of the error."""
    if not isinstance(value, str):
        return value
    try:
        return decoded(value)
    except TypeMismatch as mismatch:
        if mismatch.message.startswith("expected JSON"):
            refuse(expected, value, f"write {example}")
        raise


def unquoted(text: str) -> str:
    """The text that JSON's quotes hold; text without them stands for itself. Raises `TypeMismatch`."""
    return str(decoded(text)) if text.lstrip(" \t\r\n").startswith('"') else text


def _not_too_deep(text: str) -> str:
    """The text, if its brackets are not nested deeper than a value may be: the decoder recurses."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return text
    depth = 0
    for bracket in _OUTSIDE_TEXTS.sub("", text):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            raise TypeMismatch(f"expected lists and mappings at most {MAX_DEPTH} deep, found deeper ones")
    return text


def _short(text: str) -> str:
    if len(text) <= MAX_NUMBER:
        return text
    raise TypeMismatch(f"expected a number of at most {MAX_NUMBER} characters, found a longer one")


def _no_constant(_name: str) -> NoReturn:
    raise TypeMismatch("expected a finite number, found `NaN` or `Infinity`")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) == len(pairs):
        return mapping
    raise TypeMismatch("expected each key once, found a key twice")


_DECODER = json.JSONDecoder(
    parse_int=lambda text: int(_short(text)),
    parse_float=lambda text: float(_short(text)),
    parse_constant=_no_constant,
    object_pairs_hook=_unique,
)


def json_text(value: Any) -> str:
    """The compact JSON text of a plain value, with characters past ASCII as they are: what Polyaxon makes of a number or a
    list that is given to a `str` input.
    """
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{json_text(key)}:{json_text(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(json_text, value)) + "]"
    if isinstance(value, float):
        return _number_text(value)
    return json.dumps(value, ensure_ascii=False)


def _number_text(value: float) -> str:
    """The shortest text of a number; decimal down to 0.00001, an exponent without a zero before it below that."""
    text = repr(value)
    if text.endswith("e-05"):
        return format(Decimal(text), "f")
    return text.replace("e-0", "e-")
