"""Ask and tell: what a search takes, what it refuses, and how it is saved."""

import json
import math
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyspec.errors import Diagnostic, PolyspecError
from polyspec.sweep import AskTell, Search, Suggestion, Trial, restore, search, suggestions

from .matrices import hp

PARAMS = {"lr": hp("uniform", "0:1"), "units": hp("choice", [8, 16])}
LOSS = {"name": "loss", "optimization": "minimize"}
GRID = {"kind": "grid", "params": {"a": hp("range", "0:5:1")}}
RANDOM = {"kind": "random", "numRuns": 6, "params": PARAMS}
KINDS: dict[str, dict[str, Any]] = {
    "mapping": {"kind": "mapping", "values": [{"lr": it / 4} for it in range(4)]},
    "grid": {"kind": "grid", "params": {"lr": hp("linspace", "0:1:6")}},
    "random": RANDOM,
    "pchoice": {**RANDOM, "params": {**PARAMS, "lr": hp("pchoice", [[0.1, 0.5], [0.2, 0.4], [0.3, 0.1]])}},
    "hyperband": {"kind": "hyperband", "maxIterations": 9, "resource": {"name": "n"}, "metric": LOSS, "params": PARAMS},
    "bayes": {"kind": "bayes", "numInitialRuns": 3, "maxIterations": 3, "metric": LOSS, "params": PARAMS},
    "tpe": {"kind": "tpe", "numRuns": 16, "maxIterations": 4, "metric": LOSS, "params": PARAMS},
    "iterative": {"kind": "iterative", "maxIterations": 3, "concurrency": 2, "metric": LOSS, "params": PARAMS},
}
EACH = pytest.mark.parametrize("kind", KINDS)


def result(suggestion: Suggestion) -> float | None:
    """A metric that depends on the params alone; some runs fail."""
    lr = float(suggestion.params["lr"])
    return None if 0.4 < lr < 0.45 else (lr - 0.3) ** 2


def refused(call: Any) -> Diagnostic:
    with pytest.raises(PolyspecError) as caught:
        call()
    (diagnostic,) = caught.value.diagnostics
    return diagnostic


def metrics(search_: AskTell) -> list[float | None]:
    return [trial.metric for trial in search_.trials]


@EACH
def test_a_search_is_a_search(kind: str) -> None:
    search_ = search(KINDS[kind])
    assert isinstance(search_, Search)
    assert (search_.done, search_.stopped, search_.best, search_.pending, search_.trials) == (False, None, None, (), ())


@EACH
def test_ids_count_from_0_and_nothing_is_asked_for_twice(kind: str) -> None:
    search_ = search(KINDS[kind])
    asked: list[Suggestion] = []
    while not search_.done:
        batch = search_.ask(2)
        assert 1 <= len(batch) <= 2
        asked += batch
        for suggestion in batch:
            search_.tell(suggestion, result(suggestion))
    assert [it.id for it in asked] == list(range(len(asked)))
    assert len(asked) >= 3
    assert search_.ask() == ()
    assert tuple(it.suggestion for it in search_.trials) == tuple(asked)


@pytest.mark.parametrize("kind", ["mapping", "grid", "random", "pchoice"])
def test_a_list_is_asked_for_in_its_order_without_waiting(kind: str) -> None:
    search_ = search(KINDS[kind])
    found = []
    while batch := search_.ask(1):
        found += [dict(it.params) for it in batch]
    assert found == list(suggestions(KINDS[kind]))
    assert len(search_.pending) == len(found)
    assert not search_.done
    for number in range(len(found)):
        search_.tell(number, 1.0)
    assert search_.done


def test_a_long_list_comes_in_parts() -> None:
    search_ = search({"kind": "grid", "params": {"a": hp("range", "0:2500:1")}})
    assert [len(search_.ask()) for _ in range(4)] == [1000, 1000, 500, 0]
    assert len(search({**GRID, "params": {"a": hp("range", "0:2500:1")}}).ask(1200)) == 1200


def test_asking_for_none_gives_none() -> None:
    search_ = search(GRID)
    assert (search_.ask(0), search_.ask(-1), search_.trials) == ((), (), ())


@EACH
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_the_order_and_size_of_calls_changes_nothing(kind: str, data: st.DataObject) -> None:
    def carried_through(order: Any, sizes: Any) -> list[Suggestion]:
        search_ = search(KINDS[kind])
        while not search_.done:
            waiting = list(search_.pending)
            waiting += search_.ask(sizes())
            for suggestion in order(waiting):
                search_.tell(suggestion.id, result(suggestion))
        return [it.suggestion for it in search_.trials]

    shuffled = carried_through(lambda it: data.draw(st.permutations(it)), lambda: data.draw(st.integers(1, 9)))
    assert shuffled == carried_through(list, lambda: 1000)


@EACH
def test_a_search_goes_on_where_it_was_saved(kind: str) -> None:
    whole, broken = search(KINDS[kind]), search(KINDS[kind])
    while not whole.done:
        for suggestion in whole.ask(3):
            whole.tell(suggestion, result(suggestion))
    while not broken.done:
        broken.ask(3)
        broken = restore(json.loads(json.dumps(broken.to_dict())))
        for suggestion in broken.pending:
            broken.tell(suggestion, result(suggestion))
            broken = restore(json.loads(json.dumps(broken.to_dict())))
    assert broken.trials == whole.trials
    assert (broken.best, broken.to_dict()) == (whole.best, whole.to_dict())


def test_a_stopped_search_stays_stopped() -> None:
    search_ = search({**GRID, "earlyStopping": [{"kind": "failure_early_stopping", "percent": 20}]})
    search_.ask(2)
    search_.tell(0, None)
    again = restore(search_.to_dict())
    assert (again.stopped, again.done, again.ask()) == (search_.stopped, True, ())
    assert again.stopped is not None


def test_what_is_in_the_queue_is_saved() -> None:
    rounds: list[int] = []

    def tuner(_: Sequence[Trial], number: int) -> list[dict[str, int]]:
        rounds.append(number)
        return [{"a": 1}, {"a": 2}]

    search_ = search({"kind": "iterative", "maxIterations": 1}, tuner=tuner)
    search_.ask(1)
    again = restore(search_.to_dict(), tuner=tuner)
    assert [it.params for it in again.ask()] == [{"a": 2}]
    assert rounds == [0]


SAVED = search(GRID).to_dict()


@pytest.mark.parametrize(
    "state",
    [
        None,
        {},
        {**SAVED, "version": 2},
        {**SAVED, "matrix": 5},
        {**SAVED, "trials": [{}]},
        {**SAVED, "trials": 5},
        {**SAVED, "asked": 3},
        {**SAVED, "asked": -1},
        {**SAVED, "asked": "x"},
        {**SAVED, "stopped": {"why": 1}},
        {**SAVED, "trials": [{"suggestion": {"id": 0}}]},
        {name: value for name, value in SAVED.items() if name != "trials"},
    ],
)
def test_what_is_no_state_is_refused(state: Any) -> None:
    found = refused(lambda: restore(state))
    assert (found.code, found.message) == ("bad-state", "expected the state of a search, as `to_dict` gives it (version 1)")


def test_a_state_of_a_matrix_that_makes_no_sense_is_refused() -> None:
    found = refused(lambda: restore({**SAVED, "matrix": {"kind": "gird"}}))
    assert (found.code, found.hint) == ("unknown-kind", "did you mean `grid`?")


@pytest.mark.parametrize("number", [5, -1, 10**20, True, "0", None])
def test_an_id_that_was_not_given_is_refused(number: Any) -> None:
    search_ = search({**GRID, "metric": LOSS})
    search_.ask()
    found = refused(lambda: search_.tell(number, 1.0))
    assert (found.code, found.message) == ("unknown-run", f"there is no suggestion with the id `{number!r}`")
    assert found.hint == "ids are from 0 to 4"


def test_nothing_can_be_told_before_it_is_asked_for() -> None:
    assert refused(lambda: search(GRID).tell(0, 1.0)).hint == "nothing was asked for yet"


@pytest.mark.parametrize(("first", "second"), [(1.0, 2.0), (None, 1.0), (1.0, None), (1.0, math.nan)])
def test_another_result_of_a_run_is_refused(first: float | None, second: float | None) -> None:
    search_ = search({**GRID, "metric": LOSS})
    search_.ask()
    search_.tell(3, first)
    found = refused(lambda: search_.tell(3, second))
    assert (found.code, found.message) == ("told-twice", "another result was told for the suggestion 3")
    assert metrics(search_)[3] == first


@pytest.mark.parametrize("metric", [1.0, None, math.nan])
def test_the_same_result_again_changes_nothing(metric: float | None) -> None:
    rules = [{"kind": "failure_early_stopping", "percent": 40}]
    search_ = search({**GRID, "metric": LOSS, "earlyStopping": rules})
    search_.ask()
    for _ in range(5):
        search_.tell(3, metric)
    assert search_.stopped is None


@pytest.mark.parametrize("metric", [math.nan, math.inf, -math.inf, None, 10**400, np.float32("nan")])
def test_a_metric_that_is_no_result_is_a_failure(metric: Any) -> None:
    search_ = search({**GRID, "metric": LOSS})
    (first, *_) = search_.ask()
    search_.tell(0, metric)
    assert search_.trials[0] == Trial(first, is_told=True, metric=None, is_failed=True)
    assert search_.best is None


@pytest.mark.parametrize("metric", [np.float64(0.5), np.float32(0.5), {"loss": 0.5, "other": 3}, 0.5])
def test_a_metric_is_a_number_or_named(metric: Any) -> None:
    search_ = search({**GRID, "metric": LOSS})
    search_.ask()
    search_.tell(0, metric)
    assert (metrics(search_)[0], type(metrics(search_)[0])) == (0.5, float)


@pytest.mark.parametrize(
    ("metric", "code", "message", "hint"),
    [
        (True, "wrong-type", "a metric is a number, not bool", None),
        ("0.5", "wrong-type", "a metric is a number, not str", None),
        ({"loss": "low"}, "wrong-type", "a metric is a number, not str", None),
        ({"los": 0.5}, "missing-metric", "the search needs the metric `loss`", "did you mean `los`?"),
        ({}, "missing-metric", "the search needs the metric `loss`", "tell None for a run that failed"),
    ],
)
def test_a_metric_that_makes_no_sense_is_refused(metric: Any, code: str, message: str, hint: str | None) -> None:
    search_ = search({**GRID, "metric": LOSS})
    search_.ask()
    found = refused(lambda: search_.tell(0, metric))
    assert (found.code, found.message, found.hint) == (code, message, hint)
    assert len(search_.pending) == 5


@pytest.mark.parametrize(("optimization", "best"), [("minimize", 1), ("maximize", 2), (None, 1)])
def test_the_best_is_the_first_of_the_best(optimization: str | None, best: int) -> None:
    metric = {"name": "loss", **({"optimization": optimization} if optimization else {})}
    search_ = search({**GRID, "metric": metric})
    search_.ask()
    for number, value in [(4, 9.0), (3, 1.0), (2, 9.0), (1, 1.0), (0, math.nan)]:
        search_.tell(number, value)
    assert search_.best is not None
    assert search_.best.suggestion.id == best


def test_without_a_metric_there_is_no_best() -> None:
    search_ = search(GRID)
    search_.ask()
    search_.tell(0, 1.0)
    search_.tell(1, {})
    search_.tell(2, {"any": 1.0})
    assert (search_.best, [it.is_failed for it in search_.trials]) == (None, [False] * 5)
    search_.tell(3, None)
    assert search_.trials[3].is_failed


def test_a_value_that_no_json_holds_is_said_when_it_is_asked_for() -> None:
    found = refused(search({**RANDOM, "params": {"x": hp("lognormal", "900:1")}}).ask)
    assert (found.code, found.path) == ("bad-number", ("params", "x", "value"))


def test_a_search_may_be_driven_from_many_threads() -> None:
    search_ = search({"kind": "grid", "params": {"a": hp("range", "0:400:1")}, "metric": LOSS})
    found: list[int] = []

    def work() -> None:
        while batch := search_.ask(3):
            for suggestion in batch:
                found.append(suggestion.params["a"])
                search_.tell(suggestion, float(suggestion.params["a"]))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(400))
    assert search_.done


def test_a_search_and_its_matrix_are_apart() -> None:
    matrix: dict[str, Any] = {"kind": "mapping", "values": [{"a": [1]}]}
    search_ = search(matrix)
    state = search_.to_dict()
    (suggestion,) = search_.ask()
    assert isinstance(suggestion.params, Mapping)
    suggestion.params["a"].append(2)
    assert matrix == state["matrix"] == {"kind": "mapping", "values": [{"a": [1]}]}
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        suggestion.id = 3  # type: ignore[misc]  # frozen


def test_a_search_says_where_it_is() -> None:
    search_ = search(GRID)
    search_.ask(3)
    search_.tell(1, None)
    assert repr(search_) == "<grid search: 3 asked, 1 told>"
