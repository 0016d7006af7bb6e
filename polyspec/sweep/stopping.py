"""Early stopping: rules that end a search, and policies that end one run because others do better.

A `percent` below 1 is a share, as Polyaxon's examples write it (0.3 is 30 %); from 1 on it is a percentage.
"""

import math
from collections.abc import Collection, Hashable, Mapping, Sequence
from statistics import fmean, median
from typing import Any, TypeVar

from polyspec.record import record
from polyspec.sweep.method import Goal, Matrix

R = TypeVar("R", bound=Hashable)


@record
class Stop:
    """Why a search ended early: the kind of the rule, and what happened."""

    rule: str
    message: str


@record
class Rules:
    """The `earlyStopping` of a matrix. Rules with a policy end single runs, not the search: see `should_stop`."""

    metrics: tuple[Mapping[str, Any], ...] = ()
    failures: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def of(cls, matrix: Matrix) -> "Rules":
        """The rules of a matrix."""
        rules = matrix.get("earlyStopping") or ()
        return cls(
            tuple(rule for rule in rules if rule["kind"] == "metric_early_stopping"),
            tuple(rule for rule in rules if rule["kind"] == "failure_early_stopping"),
        )

    @property
    def names(self) -> frozenset[str]:
        """The metrics that the rules look at."""
        return frozenset(rule["metric"] for rule in self.metrics)

    def goal(self) -> Goal | None:
        """The goal that the rules imply where the matrix has no `metric`: that of their one metric."""
        goals = {Goal(rule["metric"], rule["optimization"] == "maximize") for rule in self.metrics}
        return goals.pop() if len(goals) == 1 else None

    def reached(self, run: int, metrics: Mapping[str, float]) -> Stop | None:
        """The stop for a run whose metric is as good as a rule asks."""
        for rule in self.metrics:
            found = metrics.get(rule["metric"])
            if found is None or rule.get("policy") is not None:
                continue
            goal = Goal(rule["metric"], rule["optimization"] == "maximize")
            if goal.loss(found) <= goal.loss(rule["value"]):
                bound = "at least" if goal.is_maximized else "at most"
                return Stop(rule["kind"], f"`{goal.name}` of run {run} is {found:g}; {bound} {rule['value']:g} ends the search")
        return None

    def failed(self, failures: int, runs: int) -> Stop | None:
        """The stop for so many failures among so many runs."""
        for rule in self.failures:
            if failures and failures >= share(rule["percent"]) * runs:
                return Stop(rule["kind"], f"{failures} of {runs} runs failed; {share(rule['percent']):.0%} ends the search")
        return None


def share(percent: float) -> float:
    """A `percent` as a share of 1."""
    return percent if percent < 1 else percent / 100


def should_stop(
    rule: Mapping[str, Any], histories: Mapping[R, Sequence[float]], run: R, *, succeeded: Collection[R] = ()
) -> bool:
    """Whether the policy of a `metric_early_stopping` ends a run that is under way.

    `histories` holds the values of the metric by run, one for each interval, in their order; `succeeded` are the runs that are
    over. A run is judged after each `evaluationInterval` intervals, from `minInterval` on, against the runs that have as many
    values, when these and itself are at least `minSamples`. False where the rule has no policy.

    - `median`: its best value is worse than the median of the means of the others.
    - `truncation`: its last value is among the worst `percent` of the runs under way (of all, with `includeSucceeded`).
    - `diff`: its best value is worse than the best of all by more than `percent` of that.
    """
    policy = rule.get("policy")
    if policy is None or run not in histories:
        return False
    length = len(histories[run])
    if not length or length % (policy.get("evaluationInterval") or 1) or length < (policy.get("minInterval") or 0):
        return False
    goal = Goal(rule["metric"], rule["optimization"] == "maximize")
    losses = {name: [goal.loss(value) for value in values[:length]] for name, values in histories.items()}
    peers = {name: values for name, values in losses.items() if len(values) == length and all(map(math.isfinite, values))}
    if run not in peers:
        return True  # a value that is no number: nothing is worse
    if len(peers) < (policy.get("minSamples") or 1):
        return False
    if policy["kind"] == "truncation" and not policy.get("includeSucceeded"):
        peers = {name: values for name, values in peers.items() if name not in succeeded or name == run}
    return _POLICIES[policy["kind"]](peers, run, policy)


def _below_median(peers: Mapping[R, Sequence[float]], run: R, _: Mapping[str, Any]) -> bool:
    means = [fmean(values) for name, values in peers.items() if name != run]
    return bool(means) and min(peers[run]) > median(means)


def _truncated(peers: Mapping[R, Sequence[float]], run: R, policy: Mapping[str, Any]) -> bool:
    worst_first = sorted(peers, key=lambda name: peers[name][-1], reverse=True)
    return run in worst_first[: int(share(policy["percent"]) * len(peers))]


def _differs(peers: Mapping[R, Sequence[float]], run: R, policy: Mapping[str, Any]) -> bool:
    best = min(min(values) for values in peers.values())
    return min(peers[run]) > best + share(policy["percent"]) * abs(best)


_POLICIES = {"median": _below_median, "truncation": _truncated, "diff": _differs}
