"""Points of a space drawn at random: shuffled, distinct or independent, by what the space allows."""

from collections.abc import Container, Iterator
from itertools import islice
from typing import Final, Protocol

from polyspec.record import record
from polyspec.sweep.faults import require
from polyspec.sweep.method import Point
from polyspec.sweep.space import Space
from polyspec.sweep.streams import BLOCK, deviates, key_of, shuffled

_DRAWN: Final = 2**18
"""Deviates of all params that are drawn at once, about."""
_FEWEST: Final = 16
"""Points that are drawn at once, of however many params."""
_PATIENCE: Final = 100
"""Repeats in a row after which the next point is no longer drawn, but taken."""


class Draws(Protocol):
    """An order of points of a space."""

    @property
    def size(self) -> int | None:
        """How many points there are before they repeat; None without end."""
        ...

    def points(self, start: int = 0) -> Iterator[Point]:
        """The points from the `start`-th on."""
        ...


def draws(space: Space, key: bytes) -> Draws:
    """The draws of a space. Raises `Rejected` where NumPy is needed and not there.

    A space of lists is shuffled: no point comes twice, and any is reached at once. With `pchoice` the points are drawn by
    their probabilities, and repeats are passed over. With a distribution each point is drawn for itself.
    """
    sampled = next((axis for axis in space.axes.values() if axis.is_sampled), None)
    if sampled is None:
        return Shuffled(space, key)
    require("numpy", "numpy", "sampling a distribution", sampled.path)
    independent = Independent(space, key)
    return independent if space.size is None else Distinct(space, key, independent)


@record
class Shuffled:
    """Every point of a space of lists, once, in the order of a shuffle."""

    space: Space
    key: bytes

    @property
    def size(self) -> int:
        """The points of the space."""
        return self.space.size or 0

    def points(self, start: int = 0) -> Iterator[Point]:
        """The points from a place on."""
        return (self.space.point(shuffled(place, self.size, self.key)) for place in range(start, self.size))


@record
class Independent:
    """Points without end; every param has a stream of its own, so that params that are added change no other."""

    space: Space
    key: bytes

    @property
    def size(self) -> None:
        """There is no end."""
        return

    def points(self, start: int = 0) -> Iterator[Point]:
        """The points from a place on."""
        axes = [(axis, key_of(self.key.hex(), name)) for name, axis in self.space.axes.items()]
        width = max(_FEWEST, _DRAWN // len(axes))
        while True:
            block, first = divmod(start, BLOCK)
            last = min(BLOCK, first + width)
            columns = [[axis.at(drawn) for drawn in deviates(axis.deviate, key, block, last)[first:]] for axis, key in axes]
            yield from zip(*columns, strict=True)
            start = block * BLOCK + last


@record
class Distinct:
    """Independent points without their repeats, until the space is used up. It remembers a number for each point so far."""

    space: Space
    key: bytes
    independent: Independent

    @property
    def size(self) -> int:
        """The points of the space."""
        return self.space.size or 0

    def points(self, start: int = 0) -> Iterator[Point]:
        """The points from a place on; those before it are drawn again."""
        return islice(self._points(), start, None)

    def _points(self) -> Iterator[Point]:
        seen: set[int] = set()
        drawn = self.independent.points()
        rest = Shuffled(self.space, self.key).points()
        while len(seen) < self.size:
            tries = (self.space.index(point) for point in islice(drawn, _PATIENCE))
            index = next((it for it in tries if it not in seen), None)
            if index is None:  # what is left is so improbable that waiting for it has no end
                index = next(it for it in map(self.space.index, rest) if it not in seen)
            seen.add(index)
            yield self.space.point(index)


def untried(space: Space, tried: Container[Point], key: bytes) -> Iterator[Point]:
    """The points of a space of lists that are not among those tried, in an order of the key; none of a space without a size."""
    return (point for point in Shuffled(space, key).points() if point not in tried)
