"""Ask and tell: a search that says what to run next, and is told what came back."""

import math
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from itertools import islice
from numbers import Real
from typing import Any, Final, Protocol, Self, runtime_checkable

import attrs

from polyspec.errors import PolyspecError, Rejected, did_you_mean
from polyspec.sweep.faults import failure, unplaced
from polyspec.sweep.method import Goal, Listed, Matrix, Method, Proposal, Suggestion, Trial
from polyspec.sweep.stopping import Rules, Stop
from polyspec.tree import Tree, thawed

AT_ONCE: Final = 1000
"""Suggestions that one `ask` gives at most, unless it says how many."""

_VERSION: Final = 1

Metric = float | Mapping[str, float] | None
"""What a run brought: its metric, all its metrics by name, or None where it failed."""


@runtime_checkable
class Search(Protocol):
    """A search under way. The same matrix and the same results give the same suggestions, in whatever order the results come."""

    def ask(self, at_most: int = AT_ONCE) -> tuple[Suggestion, ...]:
        """The next suggestions to run; none where results are missing, or the search is done."""
        ...

    def tell(self, suggestion: Suggestion | int, metric: Metric) -> None:
        """Take the result of a suggestion."""
        ...

    @property
    def done(self) -> bool:
        """Whether there is nothing more to run and nothing to wait for."""
        ...

    @property
    def stopped(self) -> Stop | None:
        """Why the search ended early, if it did."""
        ...

    @property
    def best(self) -> Trial | None:
        """The best result so far."""
        ...

    @property
    def pending(self) -> tuple[Suggestion, ...]:
        """The suggestions that were asked for and have no result yet."""
        ...

    def to_dict(self) -> dict[str, Tree]:
        """The state as a plain tree."""
        ...


class AskTell:
    """The search of a method, made by `polyspec.sweep.ask_tell` and `polyspec.sweep.restore`. Safe to use from many threads."""

    def __init__(self, matrix: Matrix, method: Method | Listed) -> None:
        self._matrix: dict[str, Any] = thawed(matrix)
        self._method: Method = _Listing(method) if isinstance(method, Listed) else method
        self._rules = Rules.of(matrix)
        metric = matrix.get("metric")
        self._goal = Goal.of(metric) if metric is not None else self._rules.goal()
        self._trials: list[Trial] = []
        self._queue: deque[Suggestion] = deque()
        self._told = self._failed = 0
        self._stopped: Stop | None = None
        self._lock = threading.RLock()

    def ask(self, at_most: int = AT_ONCE) -> tuple[Suggestion, ...]:
        """The next suggestions to run, `at_most` so many; none where results are missing, or the search is done.

        What was asked for once does not come again: it is `pending` until it is told. Raises `PolyspecError` where a suggestion
        cannot be made.
        """
        if at_most < 1:
            return ()
        with self._lock:
            if self._stopped is None and len(self._queue) < at_most:
                self._propose(at_most - len(self._queue))
            count = 0 if self._stopped is not None else min(at_most, len(self._queue))
            given = tuple(self._queue.popleft() for _ in range(count))
            self._trials.extend(map(Trial, given))
            return given

    def tell(self, suggestion: Suggestion | int, metric: Metric) -> None:
        """Take the result of a suggestion, given as it is or by its id.

        A metric that is not finite is none: the run counts as failed. The same result again is passed over. With several metrics
        by name the search takes its own, and early stopping those of its rules. Raises `PolyspecError` for an unknown id, a
        result unlike the one told before, and a metric that is missing or no number.
        """
        number: Any = suggestion.id if isinstance(suggestion, Suggestion) else suggestion
        with self._lock:
            if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < len(self._trials):
                hint = f"ids are from 0 to {len(self._trials) - 1}" if self._trials else "nothing was asked for yet"
                raise failure("unknown-run", f"there is no suggestion with the id `{number!r:.40}`", hint)
            metrics = None if metric is None else self._named(metric)
            told = self._judged(self._trials[number].suggestion, metrics)
            if self._trials[number].is_pending:
                self._trials[number] = told
                self._told, self._failed = self._told + 1, self._failed + told.is_failed
                self._end(number, metrics or {})
            elif self._trials[number] != told:
                raise failure("told-twice", f"another result was told for the suggestion {number}")

    @property
    def done(self) -> bool:
        """Whether there is nothing more to run and nothing to wait for, or the search was stopped."""
        with self._lock:
            if self._stopped is not None:
                return True
            if self._queue or self._told < len(self._trials):
                return False
            self._propose(1)
            return not self._queue

    @property
    def stopped(self) -> Stop | None:
        """Why the search ended early; None where it did not."""
        return self._stopped

    @property
    def best(self) -> Trial | None:
        """The trial with the best metric, the first of several; None without results, or where no metric is said to count."""
        goal = self._goal
        if goal is None:
            return None
        losses = [(goal.loss(it.metric), it.suggestion.id) for it in self.trials if it.metric is not None]
        return self._trials[min(losses)[1]] if losses else None

    @property
    def pending(self) -> tuple[Suggestion, ...]:
        """The suggestions that were asked for and have no result yet: those to run again after `restore`."""
        with self._lock:
            return tuple(trial.suggestion for trial in self._trials if trial.is_pending)

    @property
    def trials(self) -> tuple[Trial, ...]:
        """All suggestions that were asked for, and their results."""
        with self._lock:
            return tuple(self._trials)

    @property
    def count(self) -> int | None:
        """How many runs the whole search has when none fails; None where only results can tell."""
        try:
            return self._method.count
        except Rejected as error:
            raise unplaced(error.problems) from None

    def to_dict(self) -> dict[str, Tree]:
        """The state as a plain tree, for `polyspec.sweep.restore`: the matrix, the trials, and what is next."""
        with self._lock:
            trials = [*self._trials, *map(Trial, self._queue)]
            return {
                "version": _VERSION,
                "matrix": thawed(self._matrix),
                "asked": len(self._trials),
                "trials": [thawed(attrs.asdict(trial)) for trial in trials],
                "stopped": attrs.asdict(self._stopped) if self._stopped is not None else None,
            }

    @classmethod
    def from_dict(cls, state: Mapping[str, Any], method: Method | Listed) -> Self:
        """The search of a state that `to_dict` gave, with the method of its matrix. Raises `PolyspecError` for any other tree."""
        search = cls(_saved(state)["matrix"], method)
        try:
            trials = [_trial(saved) for saved in state["trials"]]
            asked = range(len(trials) + 1).index(state["asked"])
            search._stopped = Stop(**state["stopped"]) if state["stopped"] is not None else None
        except (KeyError, TypeError, ValueError, AttributeError):
            raise _unreadable() from None
        search._trials = trials[:asked]
        search._queue = deque(trial.suggestion for trial in trials[asked:])
        search._told = sum(1 for trial in trials if trial.is_told)
        search._failed = sum(1 for trial in trials if trial.is_failed)
        return search

    def __repr__(self) -> str:
        return f"<{self._matrix['kind']} search: {len(self._trials)} asked, {self._told} told>"

    def _propose(self, room: int) -> None:
        """Put what is to run next into the queue. What is in it already counts as asked for."""
        trials = [*self._trials, *map(Trial, self._queue)] if self._queue else self._trials
        try:
            proposals = self._method.propose(trials, room)
        except Rejected as error:
            raise unplaced(error.problems) from None
        for number, proposal in enumerate(proposals, len(trials)):
            self._queue.append(Suggestion(number, **attrs.asdict(proposal, recurse=False)))

    def _named(self, metric: float | Mapping[str, float]) -> Mapping[str, float | None]:
        """The metrics by name; a metric alone goes by the name of the goal."""
        if isinstance(metric, Mapping):
            return {name: _number(value) for name, value in metric.items()}
        if self._goal is None and self._rules.metrics:
            names = ", ".join(f"`{name}`" for name in sorted(self._rules.names))
            raise failure("unnamed-metric", f"early stopping looks at {names}, and the metric has no name", "tell a mapping")
        return {self._goal.name if self._goal else "": _number(metric)}

    def _judged(self, suggestion: Suggestion, metrics: Mapping[str, float | None] | None) -> Trial:
        """The trial of a result; it failed without metrics, and where one that counts is not finite."""
        if metrics is None:
            return Trial(suggestion, is_told=True, is_failed=True)
        if self._goal is None:
            return Trial(suggestion, is_told=True, is_failed=None in metrics.values())
        if self._goal.name not in metrics:
            hint = did_you_mean(self._goal.name, metrics) or "tell None for a run that failed"
            raise failure("missing-metric", f"the search needs the metric `{self._goal.name}`", hint)
        found = metrics[self._goal.name]
        return Trial(suggestion, is_told=True, metric=found, is_failed=found is None)

    def _end(self, number: int, metrics: Mapping[str, float | None]) -> None:
        """Stop the search where a rule says so."""
        if self._stopped is None:
            finite = {name: value for name, value in metrics.items() if value is not None}
            runs = self.count or self._told
            self._stopped = self._rules.reached(number, finite) or self._rules.failed(self._failed, runs)


class _Listing:
    """A listed method as one that proposes: the next runs of the list, whatever came back."""

    def __init__(self, listed: Listed) -> None:
        self._listed = listed
        self._place = 0
        self._rest = listed.proposals()

    @property
    def count(self) -> int:
        return self._listed.count

    def propose(self, trials: Sequence[Trial], room: int) -> Sequence[Proposal]:
        if self._place != len(trials):
            self._place, self._rest = len(trials), self._listed.proposals(len(trials))
        found = tuple(islice(self._rest, room))
        self._place += len(found)
        return found


def _number(value: Any) -> float | None:
    """A metric as a float; None where it is not finite."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise failure("wrong-type", f"a metric is a number, not {type(value).__name__}")
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def saved_matrix(state: Any) -> Matrix:
    """The matrix of a saved search. Raises `PolyspecError` for anything else."""
    matrix = _saved(state)["matrix"]
    if not isinstance(matrix, Mapping) or "kind" not in matrix:
        raise _unreadable()
    return matrix


def _saved(state: Any) -> Mapping[str, Any]:
    if not isinstance(state, Mapping) or state.get("version") != _VERSION or "matrix" not in state:
        raise _unreadable()
    return state


def _trial(saved: Mapping[str, Any]) -> Trial:
    suggestion = Suggestion(**{**saved["suggestion"], "point": tuple(saved["suggestion"]["point"])})
    return Trial(**{**saved, "suggestion": suggestion})


def _unreadable() -> PolyspecError:
    return failure("bad-state", f"expected the state of a search, as `to_dict` gives it (version {_VERSION})")
