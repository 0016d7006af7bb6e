"""Trees built in Python, taken over: copied, bounded, and checked to hold nothing but what JSON holds."""

import math
from collections.abc import Mapping
from typing import Any

from polyspec.errors import Problem, Rejected
from polyspec.limits import INTEGER_RANGE, Limits, crossed
from polyspec.source.build import NO_TEXT
from polyspec.tree import Path, Tree


def adopt(value: Any, limits: Limits | None = None, path: Path = ()) -> Tree:
    """An own copy of a tree: mappings as dicts with text keys, lists and tuples as lists, finite numbers of 64 bits.

    Raises `Rejected` with the first thing that JSON cannot hold, or that crosses a limit.
    """
    return _Adoption(limits or Limits()).node(value, path, 0)


class _Adoption:
    """One tree being copied: it counts what it meets."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._nodes = self._size = 0

    def node(self, value: Any, path: Path, depth: int) -> Tree:
        self._nodes += 1
        if self._nodes > self._limits.nodes:
            raise _over("nodes", f"more than {self._limits.nodes} values", path)
        if depth > self._limits.depth:
            raise _over("depth", f"nested more than {self._limits.depth} levels deep", path)
        if isinstance(value, str):
            return self._text(value, path)
        if type(value) in _LEAVES:
            return _leaf(value, path)
        if type(value) is dict or isinstance(value, Mapping):  # asking an abstract class takes many times as long
            return {self._key(key, path): self.node(item, (*path, str(key)), depth + 1) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.node(item, (*path, index), depth + 1) for index, item in enumerate(value)]
        return _leaf(value, path)

    def _key(self, key: Any, path: Path) -> str:
        if isinstance(key, str):
            return self._text(key, path)
        raise Rejected([Problem("key-not-text", f"a key is text, not {type(key).__name__}", path)])

    def _text(self, value: str, path: Path) -> str:
        """A text, counted as often as it stands there: one object may be many of them."""
        self._size += len(value)
        if self._size > self._limits.document_bytes:
            raise _over("document_bytes", f"more than {self._limits.document_bytes} bytes of text", path)
        return _text(value, path)


_LEAST, _MOST = INTEGER_RANGE[0], INTEGER_RANGE[-1]
_LEAVES = frozenset({int, float, bool, type(None)})


def _leaf(value: Any, path: Path) -> Tree:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        number = int(value)
        if _LEAST <= number <= _MOST:
            return number
        raise Rejected([Problem("bad-number", "an integer fits in 64 bits, signed", path)])
    if isinstance(value, float):
        if math.isfinite(value):
            return float(value)
        raise Rejected([Problem("bad-number", "a number is finite", path)])
    message = f"a value is what JSON holds: text, a number, a bool, null, a list or a mapping, not {type(value).__name__}"
    raise Rejected([Problem("wrong-type", message, path)])


def _text(value: str, path: Path) -> str:
    if value.isascii() and value.isprintable():
        return str(value)
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise Rejected([Problem("bad-text", NO_TEXT, path)])
    return str(value)


def _over(field: str, message: str, path: Path) -> Rejected:
    return Rejected([Problem(message=message, path=path, **crossed(field))])
