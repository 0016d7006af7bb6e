"""One param of a matrix: the values that it can take."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import Any, Literal

from polyspec.record import record
from polyspec.spec.matrix.params import HP_KINDS
from polyspec.spec.problem import Mismatch
from polyspec.sweep.faults import BAD_SPACE, rejected
from polyspec.tree import Path

Deviate = Literal["uniform", "normal"]
"""What a value is made of: a number from [0, 1), or one of the standard normal distribution."""

_SPREADS = {kind: cls.spread for kind, cls in HP_KINDS.items()}


@record(kw_only=True)
class Axis:
    """The values of one param.

    A list has a `size`, and `value` takes an index below it; `bounds` are the running sums of the probabilities of its values
    where they are not all the same. A distribution has no size, and `value` takes a deviate. `is_ordered` says that near
    indexes mean near values.
    """

    value: Callable[[Any], Any]
    size: int | None = None
    deviate: Deviate = "uniform"
    bounds: tuple[float, ...] = ()
    is_ordered: bool = False
    path: Path = ()

    @classmethod
    def listed(cls, size: int, value: Callable[[int], Any], path: Path, **more: Any) -> "Axis":
        """The axis of a list of values in order. Raises `Rejected` where there are none."""
        if size < 1:
            raise rejected(BAD_SPACE, "there are no values", path)
        return cls(size=size, value=value, path=path, **{"is_ordered": True, **more})

    @property
    def is_sampled(self) -> bool:
        """Whether it has probabilities of its own, so that NumPy draws it."""
        return self.size is None or bool(self.bounds)

    def at(self, deviate: float) -> int | float:
        """The coordinate that a deviate stands for: an index, or the deviate itself."""
        if self.size is None:
            return deviate
        index = bisect_right(self.bounds, deviate) if self.bounds else int(deviate * self.size)
        return min(index, self.size - 1)


def spread(kind: str, value: Any, path: Path) -> Mapping[str, Any]:
    """The parts of a space or distribution by name, from any of its three forms. Raises `Rejected`."""
    try:
        parts = _SPREADS[kind](value)
    except Mismatch as error:
        raise rejected(error.code, error.message, (*path, *error.path[1:]), error.hint) from None
    if not isinstance(parts, Mapping):
        raise rejected(BAD_SPACE, "a template was not rendered", path)
    return parts
