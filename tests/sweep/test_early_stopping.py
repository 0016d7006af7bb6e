"""Early stopping: what ends a search, and what ends one run."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from polyspec.errors import PolyspecError
from polyspec.sweep import AskTell, Stop, search, should_stop

from .matrices import hp

GRID = {"kind": "grid", "params": {"a": hp("range", "0:10:1")}}
RANDOM = {"kind": "random", "numRuns": 20, "params": {"a": hp("uniform", "0:1")}}


def metric_rule(value: float = 0.1, optimization: str = "minimize", metric: str = "loss", **more: Any) -> dict[str, Any]:
    return {"kind": "metric_early_stopping", "metric": metric, "value": value, "optimization": optimization, **more}


def failure_rule(percent: float) -> dict[str, Any]:
    return {"kind": "failure_early_stopping", "percent": percent}


def asked(*rules: Mapping[str, Any], **more: Any) -> AskTell:
    search_ = search({**GRID, "earlyStopping": list(rules), **more})
    search_.ask()
    return search_


def until_stopped(search_: AskTell, *results: Any) -> int | None:
    """How many of the results it took."""
    for number, metric in enumerate(results):
        search_.tell(number, metric)
        if search_.stopped is not None:
            return number + 1
    return None


@pytest.mark.parametrize(
    ("optimization", "results", "taken"),
    [
        ("minimize", [0.3, 0.2, 0.1, 0.05], 3),
        ("minimize", [0.3, 0.2, 0.11], None),
        ("maximize", [0.05, 0.09, 0.1], 3),
        ("maximize", [-1.0, 0.0, 5.0, 7.0], 3),
        ("minimize", [math.nan, None, -math.inf], None),
    ],
)
def test_a_metric_that_is_good_enough_ends_the_search(optimization: str, results: list[float], taken: int | None) -> None:
    assert until_stopped(asked(metric_rule(0.1, optimization)), *results) == taken


def test_a_stopped_search_is_done_says_why_and_takes_what_still_comes() -> None:
    search_ = asked(metric_rule(0.1))
    search_.tell(2, 0.05)
    assert search_.stopped == Stop("metric_early_stopping", "`loss` of run 2 is 0.05; at most 0.1 ends the search")
    assert (search_.done, search_.ask(), len(search_.pending)) == (True, (), 9)
    search_.tell(3, 0.01)
    assert search_.best is not None
    assert (search_.best.suggestion.id, search_.stopped.message) == (3, "`loss` of run 2 is 0.05; at most 0.1 ends the search")


def test_a_search_that_is_stopped_asks_for_nothing_more() -> None:
    search_ = search({**GRID, "earlyStopping": [metric_rule(5, "maximize")]})
    search_.ask(1)
    search_.tell(0, 7.0)
    assert search_.stopped == Stop("metric_early_stopping", "`loss` of run 0 is 7; at least 5 ends the search")
    assert (search_.ask(), len(search_.trials)) == ((), 1)


@pytest.mark.parametrize(
    ("percent", "failures"),
    [(30, 3), (31, 4), (0.3, 3), (10, 1), (0.05, 1), (0, 1), (100, 10)],
)
def test_a_share_of_all_runs_that_failed_ends_the_search(percent: float, failures: int) -> None:
    search_ = asked(failure_rule(percent), metric={"name": "loss"})
    assert until_stopped(search_, *[None, math.nan] * 5) == failures
    assert search_.stopped is not None
    assert search_.stopped.rule == "failure_early_stopping"


def test_failures_are_counted_among_successes() -> None:
    search_ = asked(failure_rule(20), metric={"name": "loss"})
    assert until_stopped(search_, 1.0, None, 1.0, 1.0, None) == 5
    assert search_.stopped == Stop("failure_early_stopping", "2 of 10 runs failed; 20% ends the search")


def test_where_nobody_knows_how_many_runs_there_are_those_told_count() -> None:
    matrix = {"kind": "iterative", "maxIterations": 5, "earlyStopping": [failure_rule(50)]}
    search_ = search(matrix, tuner=lambda *_: [{"a": 1}] * 4)
    search_.ask()
    assert until_stopped(search_, {}, {}, None, None) == 4


def test_no_failure_is_no_reason_to_stop() -> None:
    assert until_stopped(asked(failure_rule(0)), *[{}] * 10) is None


def test_several_rules_look_at_their_metrics() -> None:
    search_ = asked(metric_rule(0.1), metric_rule(0.9, "maximize", "accuracy"))
    assert until_stopped(search_, {"loss": 0.5, "accuracy": 0.1}, {"accuracy": 0.5, "other": 1}, {"accuracy": 0.95}) == 3
    assert search_.stopped == Stop("metric_early_stopping", "`accuracy` of run 2 is 0.95; at least 0.9 ends the search")


def test_a_number_alone_is_the_metric_of_the_search() -> None:
    search_ = asked(metric_rule(0.1), metric_rule(0.9, "maximize", "accuracy"), metric={"name": "accuracy"})
    assert until_stopped(search_, 0.05, 0.95) == 2


def test_a_number_alone_is_refused_where_several_metrics_may_be_meant() -> None:
    search_ = asked(metric_rule(0.1), metric_rule(0.9, "maximize", "accuracy"))
    with pytest.raises(PolyspecError) as caught:
        search_.tell(0, 0.5)
    (found,) = caught.value.diagnostics
    assert found.code == "unnamed-metric"
    assert found.message == "early stopping looks at `accuracy`, `loss`, and the metric has no name"


def test_the_metric_of_one_rule_says_what_is_best() -> None:
    search_ = asked(metric_rule(99, "maximize"))
    assert until_stopped(search_, 1.0, 3.0, 2.0) is None
    assert search_.best is not None
    assert search_.best.suggestion.id == 1


def test_a_rule_with_a_policy_ends_no_search() -> None:
    policy = {"kind": "median", "evaluationInterval": 1}
    assert until_stopped(asked(metric_rule(0.1, policy=policy)), 0.0, 0.0) is None


MEDIAN = {"kind": "median", "evaluationInterval": 1}
TRUNCATION = {"kind": "truncation", "percent": 50, "evaluationInterval": 1}
DIFF = {"kind": "diff", "percent": 20, "evaluationInterval": 1}
FALLING: dict[str, Sequence[float]] = {"a": [5, 3, 1], "b": [6, 5, 4], "c": [9, 8, 7], "d": [9, 9, 9]}


def stopped(policy: Mapping[str, Any], histories: Mapping[str, Sequence[float]], *succeeded: str, up: bool = False) -> list[str]:
    """The runs that a policy ends."""
    rule = metric_rule(0, "maximize" if up else "minimize", policy=policy)
    return [run for run in histories if should_stop(rule, histories, run, succeeded=succeeded)]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({"kind": "median"}, ["c", "d"]),
        (MEDIAN, ["c", "d"]),  # the bests 1 4 7 9, against medians of the means 3 5 8 9 of the others: 8 8 5 5
        (TRUNCATION, ["c", "d"]),
        ({**TRUNCATION, "percent": 25}, ["d"]),
        ({**TRUNCATION, "percent": 0.25}, ["d"]),
        ({**TRUNCATION, "percent": 24}, []),
        (DIFF, ["b", "c", "d"]),
        ({**DIFF, "percent": 300}, ["c", "d"]),  # the best is 1: 4 is not worse by more than 3
        ({**DIFF, "percent": 800}, []),
        ({**MEDIAN, "evaluationInterval": 3}, ["c", "d"]),
        ({**MEDIAN, "evaluationInterval": 2}, []),
        ({**MEDIAN, "minInterval": 3}, ["c", "d"]),
        ({**MEDIAN, "minInterval": 4}, []),
        ({**MEDIAN, "minSamples": 4}, ["c", "d"]),
        ({**MEDIAN, "minSamples": 5}, []),
    ],
)
def test_the_runs_that_a_policy_ends(policy: Mapping[str, Any], expected: list[str]) -> None:
    assert stopped(policy, FALLING) == expected
    rising = {name: [-value for value in values] for name, values in FALLING.items()}
    assert stopped(policy, rising, up=True) == expected


def test_a_run_is_held_against_what_others_had_at_its_age() -> None:
    histories = {"young": [4.0], "old": [9.0, 1.0, 1.0], "older": [8.0, 1.0, 1.0, 1.0]}
    assert stopped(MEDIAN, histories) == []
    assert stopped(DIFF, {**histories, "young": [8.5]}) == []
    assert stopped(DIFF, {**histories, "young": [9.7]}) == ["young"]


def test_truncation_leaves_out_those_that_are_over() -> None:
    assert stopped(TRUNCATION, FALLING, "c", "d") == ["b", "c", "d"]
    assert stopped({**TRUNCATION, "includeSucceeded": True}, FALLING, "c", "d") == ["c", "d"]
    assert stopped(TRUNCATION, {"a": [1.0], "b": [1.0]}) == ["a"]


def test_a_run_whose_metric_is_no_number_is_ended_and_spoils_no_other() -> None:
    histories = {**FALLING, "broken": [1.0, math.nan, 2.0]}
    assert stopped(MEDIAN, histories) == ["c", "d", "broken"]
    assert stopped(DIFF, histories) == ["b", "c", "d", "broken"]


@pytest.mark.parametrize("policy", [MEDIAN, TRUNCATION, DIFF])
def test_a_run_that_is_alone_or_has_no_values_goes_on(policy: Mapping[str, Any]) -> None:
    assert stopped(policy, {"a": [5.0, 4.0]}) == []
    assert stopped(policy, {"a": [], "b": [1.0]}) == []
    rule = metric_rule(policy=policy)
    assert not should_stop(rule, {"b": [1.0]}, "a")
    assert not should_stop(metric_rule(), FALLING, "d")
