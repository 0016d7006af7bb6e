"""The method of a matrix, under guard: what a matrix kind raises beside `Rejected`, whenever it does, names the kind."""

import operator
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from polyspec.errors import PolyspecError, Rejected, plugin_failed
from polyspec.record import record
from polyspec.registry import Registry, UnknownName
from polyspec.sweep.faults import rejected
from polyspec.sweep.method import Listed, Matrix, MatrixKind, Method, Proposal, Trial


def method_of(matrix: Matrix, kinds: Registry[MatrixKind]) -> Method | Listed:
    """The method of a matrix. Raises `Rejected`, and so does all that the method is asked for later."""
    kind = str(matrix["kind"])
    try:
        build = kinds[kind]
    except UnknownName as error:
        raise rejected("unknown-kind", str(error), ("kind",), error.hint) from None
    with _named(kind):
        method = build(matrix)
        if isinstance(method, Listed):
            return _GuardedList(kind, method)
        if isinstance(method, Method):
            return _GuardedMethod(kind, method)
        raise TypeError(type(method).__name__)


@record
class _GuardedList:
    kind: str
    listed: Listed

    @property
    def count(self) -> int:
        with _named(self.kind):
            return operator.index(self.listed.count)

    def proposals(self, start: int = 0) -> Iterator[Proposal]:
        with _named(self.kind):
            for proposal in self.listed.proposals(start):
                yield _checked(proposal)


@record
class _GuardedMethod:
    kind: str
    method: Method

    @property
    def count(self) -> int | None:
        with _named(self.kind):
            count = self.method.count
            return None if count is None else operator.index(count)

    def propose(self, trials: Sequence[Trial], room: int) -> Sequence[Proposal]:
        with _named(self.kind):
            return tuple(map(_checked, self.method.propose(trials, room)))


def _checked(proposal: object) -> Proposal:
    if not isinstance(proposal, Proposal):
        raise TypeError(type(proposal).__name__)
    return proposal


@contextmanager
def _named(kind: str) -> Iterator[None]:
    """Makes a problem that names the kind of whatever else is raised, for its text may hold secrets."""
    try:
        yield
    except (Rejected, PolyspecError):
        raise
    except Exception as error:  # noqa: BLE001 - a kind of one's own may raise anything
        raise Rejected([plugin_failed("matrix kind", kind, error, ("kind",))]) from None
