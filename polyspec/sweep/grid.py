"""`grid`: every combination of discrete params, the last one changing fastest, cut at `numRuns`."""

from collections.abc import Iterator

from polyspec.errors import Problem, Rejected
from polyspec.record import record
from polyspec.registry import Registry
from polyspec.sweep.faults import BAD_SPACE, counted
from polyspec.sweep.method import Matrix, Proposal
from polyspec.sweep.space import HP_KINDS, HpKind, Space


@record
class Product:
    """The points of a space in their order."""

    space: Space
    count: int

    def proposals(self, start: int = 0) -> Iterator[Proposal]:
        """The combinations from a place on."""
        points = map(self.space.point, range(start, self.count))
        return (Proposal(self.space.values(point), point) for point in points)


def grid(matrix: Matrix, kinds: Registry[HpKind] = HP_KINDS) -> Product:
    """The method of a `grid`. Raises `Rejected`, for distributions too: they have no list of values."""
    space = Space.of(matrix, kinds)
    sampled = [name for name, axis in space.axes.items() if axis.is_sampled]
    if sampled or space.size is None:
        hint = "use `choice`, `range` or one of the spaces, or a random search"
        message = "a grid needs discrete params, and `{}` is a distribution"
        raise Rejected(
            Problem(BAD_SPACE, message.format(matrix["params"][name]["kind"]), ("params", name), hint) for name in sampled
        )
    return Product(space, min(space.size, counted(matrix, "numRuns") or space.size))
