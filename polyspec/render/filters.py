"""The filters and tests of the template language: a closed list, none of which can grow its input more than linearly."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from polyspec.errors import did_you_mean
from polyspec.late import late_pattern
from polyspec.render.scope import Missing, Scope, TemplateError, bytes_of, describe, field_of

Filter = Callable[..., Any]

_CONVERSION = late_pattern(r"%(?:\((?P<name>[^()]*)\))?(?P<kind>.?)", re.DOTALL)

_INTEGERS = range(-(2**63), 2**63)
_WORD_START = late_pattern(r"([-\s({\[<]+)")


def text_of(value: Any) -> str:
    """A value inside longer text: as Python writes it, so that a program sees what it saw (decisions S9 to S11)."""
    return value if isinstance(value, str) else str(value)


def map_format(scope: Scope, value: Any, pattern: str, variable_name: str | None = None) -> str:
    """`pattern` with a value in it: `%s`, `%d`, or `%(variable_name)s`. Widths and other conversions are refused."""

    def converted(match: re.Match[str]) -> str:
        if match["kind"] == "%" and match["name"] is None:
            return "%"
        if match["kind"] not in ("s", "d", "i") or match["name"] != variable_name:
            expected = "`%(name)s` with the name that it is given" if variable_name else "`%s`"
            raise TemplateError(f"the pattern of `map_format` takes {expected}", word="map_format")
        return grown(scope, text)

    text = text_of(value)
    return grown(scope, _CONVERSION.sub(converted, _text("map_format", pattern)))


def grown(scope: Scope, text: str) -> str:
    """The text, counted."""
    scope.grow(bytes_of(text))
    return text


def written(scope: Scope, value: Any) -> str:
    """The text of a value inside longer text, counted; a null is remembered, for it is seldom meant."""
    if value is None:
        scope.spent.has_null = True
    return grown(scope, text_of(value))


def is_number(value: Any) -> bool:
    """Whether a value is a number; a bool is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def holdable(word: str, value: Any) -> Any:
    """A value; of a number, only one that a spec can hold: finite, of 64 bits. Raises `TemplateError`."""
    if is_number(value) and ((isinstance(value, int) and value not in _INTEGERS) or value - value != 0):
        raise TemplateError("the result is not a number that a spec can hold", word=word)
    return value


def _text(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    raise TemplateError(f"`{name}` takes text, not {describe(value)}", word=name)


def _items(name: str, value: Any) -> list[Any]:
    if isinstance(value, Mapping | Sequence):
        return list(value)
    raise TemplateError(f"`{name}` takes a list, not {describe(value)}", word=name)


def _some(name: str, items: Sequence[Any]) -> Sequence[Any]:
    if not items:
        raise Missing(f"there is no `{name}` of an empty list", word=name)
    return items


def _numbers(name: str, value: Any) -> list[Any]:
    items = _items(name, value)
    if not all(map(is_number, items)):
        raise TemplateError(f"`{name}` takes numbers", word=name)
    return items


def _replace(scope: Scope, value: Any, old: str, new: str) -> str:
    text, old, new = text_of(value), _text("replace", old), _text("replace", new)
    times = text.count(old)
    scope.grow(len(text) + times * max(0, len(new) - len(old)))
    return text.replace(old, new)


def _join(scope: Scope, value: Any, separator: str = "", attribute: Any = None) -> str:
    items = _items("join", value)
    fields = items if attribute is None else [field_of(item, attribute) for item in items]
    texts = [text_of(item) for item in fields]
    scope.grow(sum(map(len, texts)) + len(_text("join", separator)) * len(texts))
    return separator.join(texts)


def _map(scope: Scope, value: Any, name: str | None = None, *args: Any, attribute: Any = None) -> list[Any]:
    items = _items("map", value)
    if attribute is not None:
        return [field_of(item, attribute) for item in items]
    found = filter_of(_text("map", name))
    mapped = []
    for item in items:
        scope.step()
        scope.work(item)
        mapped.append(holdable(str(name), found(scope, item, *args)))
    return mapped


def _int(scope: Scope, value: Any, default: int = 0) -> int:
    try:
        return int(float(value)) if isinstance(value, str) and not value.strip().lstrip("+-").isdigit() else int(value)
    except (ValueError, TypeError, OverflowError):
        return default


def _float(scope: Scope, value: Any, default: float = 0.0) -> float:
    try:
        found = float(value)
    except (ValueError, TypeError, OverflowError):
        return default
    return found if found - found == 0 else default


def _round(scope: Scope, value: Any, precision: int = 0) -> float:
    (number,) = _numbers("round", [value])
    (places,) = _numbers("round", [precision])
    if places != int(places) or abs(places) > 20:
        raise TemplateError("`round` takes a whole precision between -20 and 20", word="round")
    found: float = round(number, int(places))
    return found


def _sorted(scope: Scope, value: Any, reverse: Any = False, case_sensitive: Any = False) -> list[Any]:  # noqa: FBT002 - jinja2's
    try:
        return sorted(_items("sort", value), key=None if case_sensitive else _caseless, reverse=bool(reverse))
    except TypeError:
        raise TemplateError("`sort` takes values of one kind", word="sort") from None


def _unique(scope: Scope, value: Any, case_sensitive: Any = False) -> list[Any]:  # noqa: FBT002 - jinja2's own argument
    items, seen = _items("unique", value), dict[Any, Any]()
    scope.go_through(len(items))
    for item in items:
        seen.setdefault(_told_apart(scope, item if case_sensitive else _caseless(item)), item)
    return list(seen.values())


def _told_apart(scope: Scope, item: Any) -> Any:
    kind = type(item)
    if kind is str or kind is int:
        return kind, item
    scope.step()  # its JSON takes as long
    return json.dumps(item, sort_keys=True)


def _caseless(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _extreme(name: str, choose: Callable[..., Any]) -> Filter:
    def found(scope: Scope, value: Any, case_sensitive: Any = False) -> Any:  # noqa: FBT002 - jinja2's own argument
        items = _some(name, _items(name, value))
        try:
            return choose(items, key=None if case_sensitive else _caseless)
        except TypeError:
            raise TemplateError(f"`{name}` takes values of one kind", word=name) from None

    return found


def _length(scope: Scope, value: Any) -> int:
    if isinstance(value, Mapping | Sequence):
        return len(value)
    raise TemplateError(f"{describe(value)} has no length", word="length")


def _abs(scope: Scope, value: Any) -> Any:
    (number,) = _numbers("abs", [value])
    return abs(number)


def _reverse(scope: Scope, value: Any) -> Any:
    return value[::-1] if isinstance(value, str) else _items("reverse", value)[::-1]


def _first(scope: Scope, value: Any) -> Any:
    return _some("first", value if isinstance(value, Sequence) else _items("first", value))[0]


def _last(scope: Scope, value: Any) -> Any:
    return _some("last", value if isinstance(value, Sequence) else _items("last", value))[-1]


def _title(scope: Scope, value: Any) -> str:
    words = _WORD_START.split(text_of(value))
    scope.work(words)  # a short word takes as long as any other item
    return "".join(word[:1].upper() + word[1:].lower() for word in words)


def _trim(scope: Scope, value: Any, characters: str | None = None) -> str:
    text = text_of(value)
    scope.go_through(len(text) * len(characters or "") // _COMPARED_TOGETHER)
    return text.strip(characters)


_COMPARED_TOGETHER = 4096
"""Pairs of characters that are compared in the time that an item takes."""


def _remainder(value: Any, by: Any) -> Any:
    if not (is_number(value) and is_number(by)):
        raise TypeError("a remainder is that of numbers")
    return value % by


FILTERS: Mapping[str, Filter] = {
    "abs": _abs,
    "capitalize": lambda scope, value: text_of(value).capitalize(),
    "count": _length,
    "first": _first,
    "float": _float,
    "int": _int,
    "items": lambda scope, value: (
        [list(pair) for pair in value.items()] if isinstance(value, Mapping) else _items("items", value)
    ),
    "join": _join,
    "last": _last,
    "length": _length,
    "list": lambda scope, value: _items("list", value),
    "lower": lambda scope, value: text_of(value).lower(),
    "map": _map,
    "map_format": map_format,
    "max": _extreme("max", max),
    "min": _extreme("min", min),
    "replace": _replace,
    "reverse": _reverse,
    "round": _round,
    "sort": _sorted,
    "string": lambda scope, value: text_of(value),
    "sum": lambda scope, value: sum(_numbers("sum", value)),
    "title": _title,
    "tojson": lambda scope, value: grown(scope, json.dumps(value, ensure_ascii=False, sort_keys=True)),
    "trim": _trim,
    "unique": _unique,
    "upper": lambda scope, value: text_of(value).upper(),
}
"""Filters by name; `default` (and `d`) is part of the language, for it takes names that are not there."""

CHEAP = frozenset({"count", "first", "last", "length"})
"""Filters that do not go through their value."""

TESTS: Mapping[str, Filter] = {
    "boolean": lambda value: isinstance(value, bool),
    "divisibleby": lambda value, by: _remainder(value, by) == 0,
    "even": lambda value: _remainder(value, 2) == 0,
    "false": lambda value: value is False,
    "float": lambda value: isinstance(value, float),
    "in": lambda value, container: contains(container, value),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "iterable": lambda value: isinstance(value, Mapping | Sequence),
    "lower": lambda value: isinstance(value, str) and value.islower(),
    "mapping": lambda value: isinstance(value, Mapping),
    "none": lambda value: value is None,
    "number": is_number,
    "odd": lambda value: _remainder(value, 2) == 1,
    "sequence": lambda value: isinstance(value, Sequence | Mapping),
    "string": lambda value: isinstance(value, str),
    "true": lambda value: value is True,
    "upper": lambda value: isinstance(value, str) and value.isupper(),
}
"""Tests by name (`x is number`); `defined` and `undefined` are part of the language."""


def contains(container: Any, value: Any) -> bool:
    """Whether a list has an item, a mapping a key, a text a part."""
    if isinstance(container, str):
        return isinstance(value, str) and value in container
    if isinstance(container, Mapping):
        return isinstance(value, str) and value in container
    if isinstance(container, Sequence):
        return value in container
    raise TemplateError(f"{describe(container)} holds nothing to look for")


def filter_of(name: str) -> Filter:
    """The filter of a name. Raises `TemplateError` with the close match."""
    if name in FILTERS:
        return FILTERS[name]
    hint = did_you_mean(name, [*FILTERS, "default"])
    raise TemplateError(f"`{name}` is not a filter of the template language", word=name, hint=hint, code="template-language")


def test_of(name: str) -> Filter:
    """The test of a name. Raises `TemplateError` with the close match."""
    if name in TESTS:
        return TESTS[name]
    hint = did_you_mean(name, [*TESTS, "defined", "undefined"])
    raise TemplateError(f"`{name}` is not a test of the template language", word=name, hint=hint, code="template-language")
