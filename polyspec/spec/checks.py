"""The checks behind strict conversion: what each kind of value takes, and how a mismatch is told."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from polyspec.errors import Problem, did_you_mean
from polyspec.late import late_pattern
from polyspec.source.scalars import BadNumber, reading
from polyspec.spec import kubernetes as k8s
from polyspec.spec.markers import COMMA, LOOSE, TEMPLATE, Bounds, Choice, Kubernetes, Pattern
from polyspec.spec.node import Node
from polyspec.spec.problem import Mismatch, Nested, kind_of

_MARK = late_pattern(r"\{\{|\}\}|,")


def is_template(value: Any) -> bool:
    """Whether a value is text that holds a template."""
    return isinstance(value, str) and ("{{" in value or "{%" in value)


def text(value: Any, _: Any = None) -> str:
    """Text as it is. Raises `Mismatch`."""
    if type(value) is str or isinstance(value, str):
        return value
    hint = "quote it" if isinstance(value, bool | int | float) else None
    raise Mismatch(f"expected text, found {kind_of(value)}", hint=hint)


def integer(value: Any, _: Any = None) -> int:
    """An integer that is no bool. Raises `Mismatch`."""
    if type(value) is int:
        return value
    raise Mismatch(f"expected an integer, found {kind_of(value)}", hint=_unquote(value, int))


def number(value: Any, _: Any = None) -> float:
    """A number that is no bool; an integer stays one. Raises `Mismatch`."""
    if type(value) in (int, float):
        return value  # type: ignore[no-any-return]  # the type has just been looked at
    raise Mismatch(f"expected a number, found {kind_of(value)}", hint=_unquote(value, int, float))


def boolean(value: Any, _: Any = None) -> bool:
    """A bool. Raises `Mismatch`."""
    if type(value) is bool:
        return value
    hint = "write `true` or `false`, without quotes" if isinstance(value, str) else None
    raise Mismatch(f"expected a bool, found {kind_of(value)}", hint=hint)


SCALARS: Mapping[type, Callable[[Any, Any], Any]] = {str: text, int: integer, float: number, bool: boolean}


def check_of(mark: Any) -> Callable[[Any], None] | None:
    """The test that a marker stands for: it raises `Mismatch` or returns."""
    if isinstance(mark, Pattern):
        return lambda value: _matches(value, mark)
    if isinstance(mark, Choice):
        return lambda value: _chosen(value, mark)
    if isinstance(mark, Bounds):
        return lambda value: _bounded(value, mark)
    return _templated if mark is TEMPLATE else None


def before_of(marks: Sequence[Any]) -> Callable[[Any], Any] | None:
    """What a value goes through before it is converted: `a, b` as a list, a number as its text."""
    if COMMA in marks:
        return _split
    return _loosened if LOOSE in marks else None


def kubernetes(mark: Kubernetes, value: Any) -> Any:
    """A mapping that Kubernetes defines, checked; what is required there may come with another layer. Raises `Nested`."""
    if not isinstance(value, Mapping):
        return value
    found = k8s.check(mark.definition, value, partial=True)
    if mark.key is not None and value.get(mark.key) is None:
        found = [*found, Problem("missing-field", f"the field `{mark.key}` is missing")]
    if found:
        raise Nested(found)
    return k8s.respelt(mark.definition, value) if mark.respelt else value


def kinds_taken(member: Any) -> tuple[str, ...]:
    """The kinds of values, as `kind_key` names them, that a member of a union takes."""
    marks: tuple[Any, ...] = ()
    while get_origin(member) is Annotated:
        member, *inner = get_args(member)
        marks = (*marks, *inner)
    taken = _taken(member)
    if COMMA in marks:
        return (*taken, "text")
    return (*taken, "bool", "integer", "number") if LOOSE in marks else taken


def _taken(member: Any) -> tuple[str, ...]:
    origin = get_origin(member)
    if member is Any:
        return ("any",)
    if origin in (Union, UnionType):
        return tuple(dict.fromkeys(kind for inner in get_args(member) for kind in kinds_taken(inner)))
    if origin is Sequence:
        return ("list",)
    if origin is Mapping or (isinstance(member, type) and issubclass(member, Node)):
        return ("mapping",)
    return ({str: "text", bool: "bool", int: "integer", float: "number"}[member],)


_KIND_KEYS = {dict: "mapping", list: "list", tuple: "list", str: "text", bool: "bool", int: "integer", float: "number"}


def kind_key(value: Any) -> str:
    """The kind of a plain value: mapping, list, text, bool, integer, number or null."""
    return _KIND_KEYS.get(type(value)) or (
        "mapping" if isinstance(value, Mapping) else "text" if isinstance(value, str) else "null"
    )


def expected(members: Sequence[Any]) -> str:
    """What a union takes, in words: "an integer or a template"."""
    words = {
        "mapping": "a mapping",
        "list": "a list",
        "text": "text",
        "bool": "a bool",
        "integer": "an integer",
        "number": "a number",
    }
    names: list[str] = []
    for member in members:
        is_ref = get_origin(member) is Annotated and TEMPLATE in get_args(member)
        names += ["a template"] if is_ref else [words[kind] for kind in kinds_taken(member) if kind in words]
    unique = list(dict.fromkeys(names))
    return f"{', '.join(unique[:-1])} or {unique[-1]}" if len(unique) > 1 else unique[0]


def unquoted(value: Any, kinds: Collection[str]) -> str | None:
    """The hint for a value that would be taken with quotes, or without, where a field takes these kinds."""
    if isinstance(value, bool | int | float) and "text" in kinds:
        return "quote it"
    if "number" in kinds:
        return _unquote(value, int, float)
    return _unquote(value, int) if "integer" in kinds else None


def _templated(value: str) -> None:
    if not is_template(value):
        hint = "write the value itself, or a template such as `{{ name }}`"
        raise Mismatch("expected a value or a template, found plain text", hint=hint)


def _matches(value: Any, mark: Pattern) -> None:
    if isinstance(value, str) and not is_template(value) and not mark.regex.fullmatch(value):
        raise Mismatch(f"not {mark.what}", hint=mark.hint, code="bad-text")


def _chosen(value: Any, mark: Choice) -> None:
    if value not in mark.allowed:
        known = ", ".join(mark.allowed) if len(mark.allowed) <= 20 else None
        hint = (did_you_mean(value, mark.allowed) if isinstance(value, str) else None) or (known and f"one of {known}")
        raise Mismatch(f"unknown {mark.what}", hint=hint, code="not-allowed")


def _bounded(value: Any, mark: Bounds) -> None:
    if mark.least is not None and value < mark.least:
        raise Mismatch(f"expected at least {mark.least:g}", code="out-of-bounds")
    if mark.most is not None and value > mark.most:
        raise Mismatch(f"expected at most {mark.most:g}", code="out-of-bounds")


def _split(value: Any) -> Any:
    if isinstance(value, str):
        return [part.strip() for part in _parts(value) if part.strip()]
    return value


def _parts(text: str) -> Iterator[str]:
    """The parts of a text between its commas; a comma inside a template is no end of a part."""
    start, is_inside = 0, False
    for mark in _MARK.finditer(text):
        if mark[0] != ",":
            is_inside = mark[0] == "{{"
        elif not is_inside:
            yield text[start : mark.start()]
            start = mark.end()
    yield text[start:]


def _loosened(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _unquote(value: Any, *kinds: type) -> str | None:
    """The hint for text that is a number when it is not quoted."""
    try:
        found, is_odd = reading(value) if isinstance(value, str) else (None, False)
    except BadNumber:
        return None
    if isinstance(found, str) and float in kinds and "e" in found.lower() and is_odd:
        return "write the number with a point and a signed exponent, such as `1.0e-3`"
    return "write it without quotes" if type(found) in kinds else None


def is_plain_text(annotation: Any) -> bool:
    """Whether a type is text as such, and not text for want of a value (a template)."""
    while get_origin(annotation) is Annotated:
        annotation, *marks = get_args(annotation)
        if TEMPLATE in marks:
            return False
    return annotation is str
