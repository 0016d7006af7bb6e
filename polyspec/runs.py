"""The search of a matrix over run specs: ask for the next runs, tell what they brought."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from polyspec.sweep import AskTell, Metric, Stop, Suggestion

R = TypeVar("R")

AT_ONCE = 100
"""Runs that one `ask` gives at most, unless it says how many."""


class RunSearch(Generic[R]):
    """A search under way, in run specs; made by `RunSpec.search`.

    The same matrix and the same results give the same runs, in whatever order the results come.
    """

    def __init__(self, search: AskTell, run_of: Callable[[Suggestion], R], uuid_of: Callable[[R], str | None]) -> None:
        self._search, self._run_of, self._uuid_of = search, run_of, uuid_of
        self._waiting: defaultdict[str | None, deque[int]] = defaultdict(deque)
        self._told: dict[str | None, int] = {}
        self._runs: dict[int, R] = {}

    def ask(self, at_most: int = AT_ONCE) -> tuple[R, ...]:
        """The next runs, `at_most` so many; none where results are missing, or the search is done."""
        return self._awaited(self._search.ask(at_most))

    def tell(self, run: R, metric: Metric) -> None:
        """Take what a run brought: its metric, all its metrics by name, or None where it failed. Raises `PolyspecError`."""
        uuid = self._uuid_of(run)
        waiting = self._waiting[uuid]
        number = waiting[0] if waiting else self._told.get(uuid, -1)
        self._search.tell(number, metric)
        if waiting:  # runs with the same params are the same run, and each takes a result
            self._told[uuid] = waiting.popleft()

    @property
    def done(self) -> bool:
        """Whether there is nothing more to run and nothing to wait for."""
        return self._search.done

    @property
    def stopped(self) -> Stop | None:
        """Why the search ended early; None where it did not."""
        return self._search.stopped

    @property
    def best(self) -> R | None:
        """The run with the best metric so far."""
        trial = self._search.best
        return None if trial is None else self._made(trial.suggestion)

    @property
    def pending(self) -> tuple[R, ...]:
        """The runs that were asked for and have no result yet."""
        return self._awaited(self._search.pending)

    def to_dict(self) -> Mapping[str, Any]:
        """The state as a plain tree; `RunSpec.search(state)` goes on from it."""
        return self._search.to_dict()

    def _awaited(self, suggestions: Iterable[Suggestion]) -> tuple[R, ...]:
        """The runs of suggestions whose results will be told."""
        runs = []
        for suggestion in suggestions:
            run = self._made(suggestion)
            waiting = self._waiting[self._uuid_of(run)]
            if suggestion.id not in waiting:
                waiting.append(suggestion.id)
            runs.append(run)
        return tuple(runs)

    def _made(self, suggestion: Suggestion) -> R:
        if suggestion.id not in self._runs:
            self._runs[suggestion.id] = self._run_of(suggestion)
        return self._runs[suggestion.id]
