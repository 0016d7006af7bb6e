"""The types of lists and mappings, and the types made of other types: what stands before the brackets of `List[int]`.

Wherever a list or a mapping is wanted, its JSON text will do (7.2). A mismatch inside says where: `TypeMismatch.path`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from polyspec.bind.texts import text as as_text
from polyspec.bind.values import TypeMismatch, decoded, fit_key, json_text, loaded, plain_value, refuse

Convert = Callable[[Any], Any]


def mapping(value: Any) -> dict[str, Any]:
    """A mapping with text keys and any plain values, or its JSON text."""
    return dict(plain_value(_mapping(value)))


def _mapping(value: Any) -> Mapping[Any, Any]:
    found = loaded(value, "a mapping", 'a mapping, or its JSON such as `{"a": 1}`')
    return found if isinstance(found, Mapping) else refuse("a mapping", found)


def mapping_of_mappings(value: Any) -> dict[str, Any]:
    """A mapping whose values are mappings, or its JSON text."""
    return {fit_key(key): within(key, mapping, part) for key, part in _mapping(value).items()}


def sequence(value: Any) -> list[Any]:
    """A list of any plain values, or its JSON text. `"a,b"` is none."""
    return list(plain_value(_sequence(value)))


def _sequence(value: Any) -> Sequence[Any]:
    found = loaded(value, "a list", 'a list, or its JSON such as `["a", "b"]`')
    if isinstance(found, set | frozenset):
        return sorted(found, key=repr)
    return found if isinstance(found, list | tuple) else refuse("a list", found)


def unique(value: Any) -> list[Any]:
    """A list without what it repeats, in the order of first appearance: JSON has no sets."""
    kept: dict[str, Any] = {}
    for item in sequence(value):
        kept.setdefault(json_text(item), item)
    return list(kept.values())


def json_value(value: Any) -> Any:
    """The value that a JSON text holds; a value that is no text stands for itself."""
    return decoded(value) if isinstance(value, str) else plain_value(value)


def nothing(value: Any) -> None:
    """Null, or the text `null`."""
    return None if value is None or value == "null" else refuse("null", value)


def within(step: str | int, convert: Convert, value: Any) -> Any:
    """A part of a value, converted. A mismatch says which part."""
    try:
        return convert(value)
    except TypeMismatch as mismatch:
        raise mismatch.within(step) from None


def list_of(item: Convert) -> Convert:
    """The type of a list whose items are of one type: `List[item]`, and what `isList` makes of `item`."""
    return lambda value: [within(index, item, part) for index, part in enumerate(_sequence(value))]


def set_of(item: Convert) -> Convert:
    """The type of a list that repeats no item once converted."""
    items = list_of(item)
    return lambda value: unique(items(value))


def tuple_of(items: Sequence[Convert]) -> Convert:
    """The type of a list with a fixed number of items, each of its own type."""

    def convert(value: Any) -> list[Any]:
        parts = _sequence(value)
        if len(parts) != len(items):
            raise TypeMismatch(f"expected a list of {len(items)} items, found one of {len(parts)}")
        return [within(index, item, part) for index, (item, part) in enumerate(zip(items, parts, strict=True))]

    return convert


def dict_of(key: Convert, item: Convert) -> Convert:
    """The type of a mapping whose keys and values are of one type each. Keys are given as text, as in JSON."""

    def convert(value: Any) -> dict[str, Any]:
        parts = _mapping(value)
        return {as_text(within(fit_key(name), key, name)): within(name, item, part) for name, part in parts.items()}

    return convert


def union(members: Mapping[str, Convert]) -> Convert:
    """The type of a value that one of several types takes: the first that leaves it as it is, else the first that takes it."""

    def convert(value: Any) -> Any:
        found = [result for member in members.values() if (result := _attempt(member, value)) is not TypeMismatch]
        for result in found:
            if type(result) is type(value) and result == value:
                return result
        return found[0] if found else refuse(f"one of {', '.join(f'`{name}`' for name in members)}", value)

    return convert


def _attempt(convert: Convert, value: Any) -> Any:
    try:
        return convert(value)
    except TypeMismatch:
        return TypeMismatch


def literal(options: Sequence[Any]) -> Convert:
    """The type of one of a few values; the text of a number or a boolean stands for it."""
    texts = {json_text(option): option for option in options}

    def convert(value: Any) -> Any:
        exact = json_text(plain_value(value))
        found = exact if exact in texts else value if isinstance(value, str) else None
        return texts[found] if found in texts else refuse(f"one of {', '.join(f'`{text}`' for text in texts)}", value)

    return convert
