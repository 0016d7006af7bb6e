"""`random`: `numRuns` samples of the params; the same each time."""

from collections.abc import Iterator

from polyspec.record import record
from polyspec.registry import Registry
from polyspec.sweep.draws import Draws, draws
from polyspec.sweep.faults import counted, needed
from polyspec.sweep.method import Matrix, Proposal
from polyspec.sweep.space import HP_KINDS, HpKind, Space
from polyspec.sweep.streams import matrix_key


@record
class Sampled:
    """The first draws of a space."""

    space: Space
    drawn: Draws
    count: int

    def proposals(self, start: int = 0) -> Iterator[Proposal]:
        """The samples from a place on."""
        points = self.drawn.points(start)
        return (Proposal(self.space.values(point), point) for _, point in zip(range(start, self.count), points, strict=False))


def random(matrix: Matrix, kinds: Registry[HpKind] = HP_KINDS) -> Sampled:
    """The method of a `random` search: at most as many runs as the space has points. Raises `Rejected`."""
    needed(matrix, "params", "numRuns")
    space = Space.of(matrix, kinds)
    runs = counted(matrix, "numRuns") or 0
    drawn = draws(space, matrix_key(matrix))
    return Sampled(space, drawn, runs if drawn.size is None else min(runs, drawn.size))
