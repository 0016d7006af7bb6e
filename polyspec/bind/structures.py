"""The types of mappings with known fields: what a git, dockerfile, file, tensorboard, event or artifacts input takes.

Each takes the mapping, its keys in camelCase or snake_case, or its JSON text, and gives the mapping in canonical camelCase with
only the fields that were given, in the order of their declaration: what Polyaxon's wire carries.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from polyspec.bind.numeric import boolean, integer
from polyspec.bind.texts import image, strict_text, uuid
from polyspec.bind.values import TypeMismatch, fit_key, fit_text, loaded, plain_value, refuse
from polyspec.errors import close_match

Convert = Callable[[Any], Any]

_TEMPLATE = re.compile(r"\{\{[^{}]*\}\}")
_FILE_KINDS = frozenset(
    "model audio video histogram image tensor dataframe chart csv tsv psv ssv metric env html text file dir dockerfile docker_image data "
    "coderef table tensorboard curve confusion analysis iteration markdown system artifact span".split()
)


def mapping(value: Any) -> dict[str, Any]:
    """A mapping with text keys and any plain values, or its JSON text."""
    found = loaded(value, "a mapping", 'a mapping, or its JSON such as `{"a": 1}`')
    return plain_value(found) if isinstance(found, Mapping) else refuse("a mapping", found)


def mapping_of_mappings(value: Any) -> dict[str, dict[str, Any]]:
    """A mapping whose values are mappings, or its JSON text."""
    found = mapping(value)
    for key, part in found.items():
        if not isinstance(part, dict):
            raise _mismatch_within(key, "a mapping", part)
    return found


def sequence(value: Any) -> list[Any]:
    """A list of any plain values, or its JSON text. `"a,b"` is none."""
    found = loaded(value, "a list", 'a list, or its JSON such as `["a", "b"]`')
    if isinstance(found, set | frozenset):
        found = sorted(found, key=repr)
    return plain_value(found) if isinstance(found, list | tuple) else refuse("a list", found)


def unique(value: Any) -> list[Any]:
    """A list without what it repeats, in the order of first appearance."""
    kept: dict[str, Any] = {}
    for item in sequence(value):
        kept.setdefault(f"{type(item).__name__} {item!r}", item)
    return list(kept.values())


def list_of(item: Convert) -> Convert:
    """The type of a list whose items are of one type: what `isList` makes of `item`. Takes a list or its JSON text."""

    def convert(value: Any) -> list[Any]:
        return [_part(item, index, part) for index, part in enumerate(sequence(value))]

    return convert


def _part(convert: Convert, step: str | int, value: Any) -> Any:
    try:
        return convert(value)
    except TypeMismatch as mismatch:
        raise mismatch.within(step) from None


part = _part


def _mismatch_within(step: str | int, expected: str, value: Any) -> TypeMismatch:
    try:
        refuse(expected, value)
    except TypeMismatch as mismatch:
        return mismatch.within(step)


def _or_template(convert: Convert) -> Convert:
    """The type of a field that may also be text with a template, which Polyaxon takes for fields that are no text."""

    def either(value: Any) -> Any:
        return fit_text(value) if isinstance(value, str) and _TEMPLATE.search(value) else convert(value)

    return either


def _texts(value: Any) -> list[str]:
    return list_of(strict_text)(value) if isinstance(value, list | tuple) else refuse("a list of texts", value)
