"""Binding: params to inputs, types, defaults, validation; all problems at once."""

from polyspec.bind.again import may_rebind, rebind, value_paths
from polyspec.bind.argument import Argument
from polyspec.bind.bind import Bound, Evaluate, bind, binding_problems, swept, waits_for
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
    "may_rebind",
    "moves",
    "parse_type",
    "places",
    "rebind",
    "swept",
    "value_paths",
    "waits_for",
]
