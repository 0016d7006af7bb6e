"""Lists of numbers, as NumPy makes them, without NumPy: `range`, `linspace`, `logspace`, `geomspace`.

Any value is computed from its index, so that a space of 10**12 numbers costs nothing. `range` and `linspace` give NumPy's
numbers to the last bit. The powers of `logspace` and `geomspace` are those of the C library, which NumPy meets to within the
last bits: its own differ between processors.
"""

import math
from typing import Any

from polyspec.sweep.axis import Axis, spread
from polyspec.sweep.faults import BAD_SPACE, finite, rejected
from polyspec.tree import Path


def arange(value: Any, path: Path) -> Axis:
    """The numbers from `start` on, `step` apart, below `stop`; integers where all three are."""
    parts = spread("range", value, path)
    start, stop, step = parts["start"], parts["stop"], parts["step"]
    if all(isinstance(part, int) for part in (start, stop, step)):
        return Axis.listed(-((start - stop) // step), lambda index: start + index * step, path)
    first, second = float(start), float(start + step)
    delta = second - first

    def number(index: int) -> float:
        return second if index == 1 else first + index * delta

    return Axis.listed(math.ceil(finite((stop - start) / step, path)), number, path)


def linspace(value: Any, path: Path) -> Axis:
    """`num` numbers from `start` to `stop`, both included, evenly."""
    parts = spread("linspace", value, path)
    evenly = _Evenly.between(parts["start"], parts["stop"], parts["num"], path)
    return Axis.listed(parts["num"], evenly.number, path)


def logspace(value: Any, path: Path) -> Axis:
    """`base` (10 where absent) to the power of `num` even numbers from `start` to `stop`."""
    parts = spread("logspace", value, path)
    base = float(parts.get("base", 10))
    if base <= 0:
        raise rejected(BAD_SPACE, "`base` is greater than zero", (*path, "base"))
    exponents = _Evenly.between(parts["start"], parts["stop"], parts["num"], path)
    return Axis.listed(parts["num"], lambda index: _power(base, exponents.number(index), path), path)


def geomspace(value: Any, path: Path) -> Axis:
    """`num` numbers from `start` to `stop`, both included, each the same multiple of the one before."""
    parts = spread("geomspace", value, path)
    start, stop, num = float(parts["start"]), float(parts["stop"]), parts["num"]
    if start <= 0 <= stop:
        raise rejected(BAD_SPACE, "`start` and `stop` are both above zero, or both below", path)
    sign = math.copysign(1.0, start)
    exponents = _Evenly(math.log10(abs(start)), math.log10(abs(stop)), num)

    def number(index: int) -> float:
        if index == 0:
            return start
        return stop if index == num - 1 else sign * _power(10.0, exponents.number(index), path)

    return Axis.listed(num, number, path)


class _Evenly:
    """Even numbers, by the arithmetic of NumPy's `linspace`."""

    def __init__(self, start: float, stop: float, num: int) -> None:
        self._start, self._stop, self._steps = start, stop, num - 1
        self._delta = stop - start
        self._step = self._delta / self._steps if self._steps > 0 else math.nan

    @classmethod
    def between(cls, start: float, stop: float, num: int, path: Path) -> "_Evenly":
        finite(float(stop) - float(start), path)
        return cls(float(start), float(stop), num)

    def number(self, index: int) -> float:
        """The number at an index."""
        if self._steps > 0 and index == self._steps:
            return self._stop
        if index == 0:
            return self._start
        share = index * self._step if self._step else index / self._steps * self._delta
        return share + self._start


def _power(base: float, exponent: float, path: Path) -> float:
    try:
        return float(base**exponent)
    except OverflowError:
        return finite(math.inf, path)
