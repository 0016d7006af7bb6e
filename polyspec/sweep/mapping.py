"""`mapping`: one run for each item of `values`."""

from collections.abc import Iterator, Mapping

from polyspec.record import record
from polyspec.sweep.faults import rejected
from polyspec.sweep.method import Matrix, Proposal
from polyspec.tree import thawed


@record
class Mapped:
    """The given params, in their order."""

    values: tuple[Mapping[str, object], ...]

    @property
    def count(self) -> int:
        """The number of items."""
        return len(self.values)

    def proposals(self, start: int = 0) -> Iterator[Proposal]:
        """The items from a place on."""
        return (Proposal(thawed(self.values[index])) for index in range(start, len(self.values)))


def mapping(matrix: Matrix) -> Mapped:
    """The method of a `mapping`. Raises `Rejected`."""
    values = matrix.get("values")
    if not isinstance(values, list | tuple) or not all(isinstance(value, Mapping) for value in values):
        raise rejected("wrong-type", "expected a list of mappings", ("values",))
    return Mapped(tuple(values))
