"""Binding: params to inputs, types, defaults, validation; all problems at once."""

from polyspec.bind.bind import Argument, Bound, Evaluate, bind, binding_problems, rebind, swept, waits_for
from polyspec.bind.moves import moves, places
from polyspec.bind.types import InputType, TypeMismatch, default_types, parse_type

__all__ = [
    "Argument",
    "Bound",
    "Evaluate",
    "InputType",
    "TypeMismatch",
    "bind",
    "binding_problems",
    "default_types",
    "moves",
    "parse_type",
    "places",
    "rebind",
    "swept",
    "waits_for",
]
