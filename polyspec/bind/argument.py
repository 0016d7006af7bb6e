"""What binding gives: arguments, and how the inputs, outputs and contexts of a run are written with them."""

import functools
from collections.abc import Mapping
from typing import Any, NamedTuple

import attrs

from polyspec.spec.io import IO
from polyspec.spec.node import key_of
from polyspec.tree import Path


class Argument(NamedTuple):
    """One bound input, output or context: the value that templates see under its name, and how it is written as an argument.

    A tuple, for a spec may have fifty thousand: one object each, made in half the time of a record.
    """

    name: str
    value: Any = None
    type: str | None = None
    is_list: bool = False
    is_flag: bool = False
    arg_format: str | None = None
    connection: str | None = None
    to_init: bool = False
    to_env: str | None = None
    path: Path = ()
    is_bound: bool = True

    def with_value(self, value: Any) -> "Argument":
        """The same with another value; without `_replace`, which takes longer than binding does."""
        ends = (self.connection, self.to_init, self.to_env)
        return Argument(self.name, value, self.type, self.is_list, self.is_flag, self.arg_format, *ends, self.path, self.is_bound)


def context_io(argument: Argument) -> dict[str, Any]:
    """An undeclared param as the run has it; what a join gives is a list that is not known yet."""
    head = {"isOptional": True} if argument.is_bound else {"isList": True} if argument.is_list else {}
    value = {} if argument.value is None else {"value": argument.value}
    return {"name": argument.name, **head, **_destinations(argument), **value}


def bound_io(io: Mapping[str, Any], argument: Argument) -> dict[str, Any]:
    """An input as the run has it: optional now, with its value and where it goes."""
    if not argument.is_bound and ("value" not in io or io.get("isOptional") is not None):
        return in_todays_words(io)
    value = {} if argument.value is None or not argument.is_bound else {"value": argument.value}
    destinations = _destinations(argument) if argument.is_bound else {}
    found = {**in_todays_words(io), "isOptional": True, **value, **destinations}
    return found if found.keys() == io.keys() else {key: found[key] for key in _io_keys() if key in found}


@functools.cache
def _io_keys() -> tuple[str, ...]:
    """The keys of an input in the order of a canonical tree."""
    return tuple(key_of(field) for field in attrs.fields(IO))


def in_todays_words(io: Mapping[str, Any]) -> dict[str, Any]:
    """An input with its `options`, which had a field of their own once, in its validation."""
    found = dict(io)
    if found.pop("options", None) is not None:
        found["validation"] = {**(io.get("validation") or {}), "options": io["options"]}
    return found


def _destinations(argument: Argument) -> dict[str, Any]:
    """Where a value goes beside templates."""
    if argument.connection is None and not argument.to_init and argument.to_env is None:
        return {}
    found = (("connection", argument.connection), ("toInit", argument.to_init or None), ("toEnv", argument.to_env))
    return {key: value for key, value in found if value is not None}
