"""Whether an object is still what it was: a spec is frozen, and the lists and mappings in its fields are not."""

import operator
from collections.abc import Iterator
from typing import Any

import attrs

from polyspec.record import record
from polyspec.spec.context import RunContext
from polyspec.tree import Unset

_Part = tuple[Any, tuple[Any, ...], tuple[Any, ...]]


class Restless(Exception):
    """An object holds something of which nobody can tell whether it changes."""


@record(eq=False)
class Witness:
    """What the lists and mappings inside of a frozen object held: each with its keys and its values.

    They are compared by identity: what cannot be changed is the same as long as it is the same object.
    """

    parts: tuple[_Part, ...]

    @classmethod
    def of(cls, root: Any) -> "Witness":
        """The witness of a frozen object, of what JSON holds, and of frozen objects among it. Raises `Restless` for any other."""
        return cls(tuple(_parts(root)))

    def holds(self) -> bool:
        """Whether nothing was changed since."""
        for part, keys, values in self.parts:
            if len(part) != len(values):
                return False
            if type(part) is dict and not (all(map(operator.is_, part, keys)) and all(map(operator.is_, part.values(), values))):
                return False
            if type(part) is list and not all(map(operator.is_, part, values)):
                return False
        return True


def _parts(node: Any) -> Iterator[_Part]:
    kind = type(node)
    if kind in _FIXED:
        return
    if kind is dict and all(type(key) is str for key in node):
        inner = tuple(node.values())
        yield node, tuple(node), inner
    elif kind is list:
        inner = tuple(node)
        yield node, (), inner
    elif kind is tuple:
        inner = node
    elif attrs.has(kind) and kind.__setattr__ is RunContext.__setattr__:  # as attrs has it for what is frozen
        inner = tuple(getattr(node, field.name) for field in attrs.fields(kind))
    else:
        raise Restless
    for value in inner:
        yield from _parts(value)


_FIXED = frozenset({str, int, float, bool, type(None), Unset})
