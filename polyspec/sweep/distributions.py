"""Distributions: values made of deviates, by the formulas of Polyaxon's documents (section 14, decision S49).

A written `size` is passed over, as in Polyaxon: a run gets one value. `low` may be above `high`.
"""

import math
from itertools import accumulate
from typing import Any, Final

from polyspec.record import record
from polyspec.sweep.axis import Axis, Deviate, spread
from polyspec.sweep.faults import BAD_SPACE, finite, rejected
from polyspec.tree import Path, thawed

_NOTHING = 1e-12
"""What is left of 1 by rounding is no probability."""


@record
class Distribution:
    """One kind of distribution: its deviate, whether it is e to the power of that, and whether it comes in steps."""

    kind: str
    deviate: Deviate
    is_exponential: bool = False
    is_quantised: bool = False

    def __call__(self, value: Any, path: Path) -> Axis:
        """The axis of a param of this kind."""
        parts = spread(self.kind, value, path)
        offset, width = self._span(parts, path)
        q = parts["q"] if self.is_quantised else None

        def number(deviate: float) -> float:
            drawn = offset + width * deviate
            drawn = _exp(drawn) if self.is_exponential else drawn
            return finite(drawn if q is None else _quantised(drawn, q), path)

        return Axis(value=number, deviate=self.deviate, path=path)

    def _span(self, parts: Any, path: Path) -> tuple[float, float]:
        if self.deviate == "uniform":
            return parts["low"], finite(float(parts["high"]) - float(parts["low"]), path)
        if parts["scale"] < 0:
            raise rejected(BAD_SPACE, "`scale` is not below zero", (*path, "scale"))
        return parts["loc"], parts["scale"]


def choice(value: Any, path: Path) -> Axis:
    """One of a list of values, all with the same probability."""
    values = _items(value, path)
    return Axis.listed(len(values), lambda index: thawed(values[index]), path, is_ordered=False)


def pchoice(value: Any, path: Path) -> Axis:
    """One of a list of [value, probability]. What the probabilities leave of 1 goes to the last, as in Polyaxon."""
    pairs = [(pair[0], float(pair[1])) for pair in _items(value, path)]
    rest = 1.0 - sum(probability for _, probability in pairs[:-1])
    weighed = [*pairs[:-1], *((kept, rest) for kept, _ in pairs[-1:])]
    possible = [pair for pair in weighed if pair[1] > _NOTHING]
    bounds = tuple(accumulate(probability for _, probability in possible))
    return Axis.listed(len(possible), lambda index: thawed(possible[index][0]), path, is_ordered=False, bounds=bounds)


def _items(value: Any, path: Path) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise rejected("wrong-type", "expected a list of values", path)
    return tuple(value)


def _exp(exponent: float) -> float:
    try:
        return math.exp(exponent)
    except OverflowError:
        return math.inf


def _quantised(number: float, q: float) -> float:
    """The nearest multiple of `q` (decision S49); an integer where `q` is one."""
    steps = number / q
    return round(steps) * q if math.isfinite(steps) else math.inf


DISTRIBUTIONS: Final = (
    Distribution("uniform", "uniform"),
    Distribution("quniform", "uniform", is_quantised=True),
    Distribution("loguniform", "uniform", is_exponential=True),
    Distribution("qloguniform", "uniform", is_exponential=True, is_quantised=True),
    Distribution("normal", "normal"),
    Distribution("qnormal", "normal", is_quantised=True),
    Distribution("lognormal", "normal", is_exponential=True),
    Distribution("qlognormal", "normal", is_exponential=True, is_quantised=True),
)
