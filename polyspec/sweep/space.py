"""The space of a matrix: its params by name, and the points in it."""

import functools
import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from polyspec.errors import Problem, Rejected
from polyspec.record import record
from polyspec.registry import Registry, UnknownName
from polyspec.sweep.axis import Axis
from polyspec.sweep.distributions import DISTRIBUTIONS, choice, pchoice
from polyspec.sweep.faults import BAD_SPACE, rejected
from polyspec.sweep.method import Matrix, Point
from polyspec.sweep.moments import daterange, datetimerange
from polyspec.sweep.numbers import arange, geomspace, linspace, logspace
from polyspec.tree import Path

HpKind = Callable[[Any, Path], Axis]
"""Takes the `value` of a param and its path, gives the axis, or raises `Rejected`."""

HP_KINDS: Final[Registry[HpKind]] = Registry(
    "kind of matrix param",
    {
        "choice": choice,
        "pchoice": pchoice,
        "range": arange,
        "daterange": daterange,
        "datetimerange": datetimerange,
        "linspace": linspace,
        "logspace": logspace,
        "geomspace": geomspace,
        **{distribution.kind: distribution for distribution in DISTRIBUTIONS},
    },
)
"""Every kind of matrix param. One of your own: `HP_KINDS.with_entry("primes", primes)`."""


@record
class Space:
    """The axes of a matrix in the order of its params. `size` is the number of its points, None where it has no list of them."""

    axes: Mapping[str, Axis]
    size: int | None

    @classmethod
    def of(cls, matrix: Matrix, kinds: Registry[HpKind] = HP_KINDS) -> "Space":
        """The space of the `params` of a matrix. Raises `Rejected` with the problems of all of them."""
        params = matrix.get("params")
        if not isinstance(params, Mapping) or not params:
            raise rejected(BAD_SPACE, "there are no params", ("params",) if params is not None else ())
        axes: dict[str, Axis] = {}
        problems: list[Problem] = []
        for name, param in params.items():
            try:
                axes[name] = _axis(param, ("params", name), kinds)
            except Rejected as error:
                problems.extend(error.problems)
        if problems:
            raise Rejected(problems)
        sizes = [axis.size for axis in axes.values() if axis.size is not None]
        return cls(axes, math.prod(sizes) if len(sizes) == len(axes) else None)

    def point(self, index: int) -> Point:
        """The point at an index of a space with a size: the params in their order, the last one changing fastest."""
        steps = []
        for size in self._sizes:
            index, step = divmod(index, size)
            steps.append(step)
        return tuple(steps[::-1])

    @functools.cached_property
    def _sizes(self) -> tuple[int, ...]:
        """The sizes of the axes, the last one first."""
        return tuple(axis.size or 1 for axis in reversed(list(self.axes.values())))

    def index(self, point: Point) -> int:
        """The index of a point of a space with a size; the inverse of `point`."""
        index = 0
        for axis, step in zip(self.axes.values(), point, strict=True):
            index = index * (axis.size or 1) + int(step)
        return index

    def values(self, point: Point) -> dict[str, Any]:
        """The params at a point. Raises `Rejected` for a value that is no number."""
        return {name: axis.value(step) for (name, axis), step in zip(self.axes.items(), point, strict=True)}


def _axis(param: Any, path: Path, kinds: Registry[HpKind]) -> Axis:
    if not isinstance(param, Mapping) or (isinstance(param.get("value"), str) and "{{" in param["value"]):
        raise rejected(BAD_SPACE, "a template was not rendered", path)
    try:
        build = kinds[param["kind"]]
    except UnknownName as error:
        raise rejected("unknown-kind", str(error), (*path, "kind"), error.hint) from None
    return build(param["value"], (*path, "value"))
