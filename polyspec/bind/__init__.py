"""Binding: params to inputs, types, defaults, validation; all problems at once."""

from polyspec.bind.again import effort_taken, following, may_rebind, rebind, rebind_following
from polyspec.bind.argument import Argument
from polyspec.bind.bind import Bound, Evaluate, bind, binding_problems, waits_for
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
    "effort_taken",
    "following",
    "may_rebind",
    "moves",
    "parse_type",
    "places",
    "rebind",
    "rebind_following",
    "waits_for",
]
