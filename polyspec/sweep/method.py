"""The nouns of a sweep: the method that a kind of matrix stands for, what is run, and what came back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from polyspec.record import record

Matrix = Mapping[str, Any]
"""The canonical plain tree of a matrix: `{"kind": "grid", "params": {...}, "numRuns": 10}`, without templates."""

Point = tuple[int | float, ...]
"""Where a suggestion stands in its space: for each param the index of its value, or the deviate that it was made of."""


@record
class Proposal:
    """What a method wants to be run next: the params, and where they come from.

    `iteration` counts the rounds of the search from 0. `parent` is the id of the suggestion that this one goes on from;
    `resumes` says that its run is to be continued, not started again.
    """

    params: Mapping[str, Any]
    point: Point = ()
    iteration: int = 0
    parent: int | None = None
    resumes: bool = False


@record
class Suggestion:
    """One run to make: a proposal with its id, which counts from 0 in the order of asking."""

    id: int
    params: Mapping[str, Any]
    point: Point = ()
    iteration: int = 0
    parent: int | None = None
    resumes: bool = False


@record
class Trial:
    """A suggestion and what came back: nothing yet, a failure, or a metric; none where the search looks at no metric."""

    suggestion: Suggestion
    is_told: bool = False
    metric: float | None = None
    is_failed: bool = False

    @property
    def is_pending(self) -> bool:
        """Whether its result is still to come."""
        return not self.is_told


@record
class Goal:
    """The metric that a search improves, and in which direction."""

    name: str
    is_maximized: bool = False

    def loss(self, metric: float) -> float:
        """The metric as a number that is better when it is smaller."""
        return -metric if self.is_maximized else metric

    @classmethod
    def of(cls, metric: Mapping[str, Any]) -> "Goal":
        """The goal of a `metric` in a matrix; it is minimized where `optimization` is absent, as in Polyaxon."""
        return cls(metric["name"], metric.get("optimization") == "maximize")


@runtime_checkable
class Method(Protocol):
    """How one matrix is searched. A method keeps nothing: the same trials give the same proposals."""

    @property
    def count(self) -> int | None:
        """How many runs there are when none fails and nothing ends them early; None where only results can tell."""
        ...

    def propose(self, trials: Sequence[Trial], room: int) -> Sequence[Proposal]:
        """What to run after these trials, `room` proposals if possible.

        Empty while results are missing; empty with all results means that the search is over. Proposals past `room` are kept
        and handed out before the method is asked again.
        """
        ...


@runtime_checkable
class Listed(Protocol):
    """A method that needs no results: its runs can be listed."""

    @property
    def count(self) -> int:
        """How many runs there are."""
        ...

    def proposals(self, start: int = 0) -> Iterator[Proposal]:
        """The runs from the `start`-th on (from 0), lazily."""
        ...


MatrixKind = Callable[[Matrix], Method | Listed]
"""An entry of the registry of matrix kinds: takes the matrix, gives its method, or raises `Rejected` with paths of the matrix."""
