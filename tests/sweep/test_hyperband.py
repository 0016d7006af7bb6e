"""Hyperband: brackets, rungs, and who goes on."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from polyspec.sweep import Suggestion, count, search

from .matrices import hp, problem, problems, run

PARAMS = {"lr": hp("uniform", "0:1"), "units": hp("choice", [8, 16])}
HYPERBAND = {
    "kind": "hyperband",
    "maxIterations": 81,
    "eta": 3,
    "resource": {"name": "steps", "type": "int"},
    "metric": {"name": "loss", "optimization": "minimize"},
    "params": PARAMS,
}

BILLION = sum(-(-19 * 3**level // (level + 1)) // 3**rung for level in range(19) for rung in range(level + 1))
"""The runs of 10**9 iterations at eta 3: 3**18 is the last power below them."""


def by_rate(params: Any) -> float:
    return abs(float(params["lr"]) - 0.3)


def shape(batches: list[tuple[Suggestion, ...]]) -> list[tuple[int, Any]]:
    """Runs and resource of each rung."""
    return [(len(batch), batch[0].params["steps"]) for batch in batches]


def test_the_brackets_of_81_at_3() -> None:
    search_ = search(HYPERBAND)
    assert shape(run(search_, by_rate)) == [
        (81, 1), (27, 3), (9, 9), (3, 27), (1, 81),
        (34, 3), (11, 9), (3, 27), (1, 81),
        (15, 9), (5, 27), (1, 81),
        (8, 27), (2, 81),
        (5, 81),
    ]  # fmt: skip
    assert (count(HYPERBAND), search_.count, len(search_.trials)) == (206, 206, 206)


def test_the_brackets_of_the_quick_start() -> None:
    matrix = {**HYPERBAND, "maxIterations": 10}
    assert shape(run(search(matrix), by_rate)) == [(9, 1), (3, 3), (1, 10), (5, 3), (1, 10), (3, 10)]


@pytest.mark.parametrize(
    ("longest", "eta", "tops"),
    [(243, 3, 243), (1000, 10, 1000), (1, 3, 1), (2, 3, 1), (16, 2.5, 16)],
)
def test_no_bracket_is_lost_to_a_logarithm(longest: int, eta: float, tops: int) -> None:
    (first, *_) = run(search({**HYPERBAND, "maxIterations": longest, "eta": eta}), by_rate)
    assert len(first) == math.ceil(tops)


def test_eta_is_3_where_it_is_absent() -> None:
    matrix = {name: value for name, value in HYPERBAND.items() if name != "eta"}
    assert search(matrix).ask() == search(HYPERBAND).ask()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("int", [1, 3, 10]), ("float", [10 / 9, 10 / 3, 10.0]), (None, [10 / 9, 10 / 3, 10.0])],
)
def test_the_resource_is_cast_to_its_type(kind: str | None, expected: list[Any]) -> None:
    resource = {"name": "steps", **({"type": kind} if kind else {})}
    batches = run(search({**HYPERBAND, "maxIterations": 10, "resource": resource}), by_rate)
    found = [batch[0].params["steps"] for batch in batches[:3]]
    assert (found, [type(it) for it in found]) == (expected, [type(it) for it in expected])


@pytest.mark.parametrize(
    ("optimization", "better"),
    [
        ("minimize", lambda one, other: one < other),
        ("maximize", lambda one, other: one > other),
        (None, lambda one, other: one < other),
    ],
)
def test_the_best_go_on_with_their_params(optimization: str | None, better: Callable[[float, float], bool]) -> None:
    metric = {"name": "loss", **({"optimization": optimization} if optimization else {})}
    first, second, *_ = run(search({**HYPERBAND, "maxIterations": 9, "metric": metric}), by_rate)
    kept = {it.parent for it in second}
    assert len(kept) == 3
    for suggestion in second:
        parent = first[suggestion.parent or 0]
        assert suggestion.params == {**parent.params, "steps": 3}
        assert (suggestion.point, suggestion.resumes) == (parent.point, False)
    dropped = [by_rate(it.params) for it in first if it.id not in kept]
    assert all(better(by_rate(first[it].params), other) for it in kept if it is not None for other in dropped)


def test_equals_go_on_in_their_order() -> None:
    _, second, *_ = run(search({**HYPERBAND, "maxIterations": 9}), lambda _: 1.0)
    assert [it.parent for it in second] == [0, 1, 2]


@pytest.mark.parametrize("resumes", [True, False])
def test_a_run_that_goes_on_says_whether_it_resumes(resumes: bool) -> None:
    first, second, *_ = run(search({**HYPERBAND, "maxIterations": 9, "resume": resumes}), by_rate)
    assert {it.resumes for it in second} == {resumes}
    assert {it.resumes for it in first} == {False}


def test_a_rung_waits_for_all_results_of_the_one_before() -> None:
    search_ = search({**HYPERBAND, "maxIterations": 9})
    first = search_.ask()
    for suggestion in first[:-1]:
        search_.tell(suggestion, 1.0)
        assert search_.ask() == ()
        assert not search_.done
    search_.tell(first[-1], 1.0)
    assert len(search_.ask()) == 3


def test_a_rung_can_be_asked_for_in_parts() -> None:
    whole, parts = search({**HYPERBAND, "maxIterations": 9}), search({**HYPERBAND, "maxIterations": 9})
    expected = whole.ask()
    found = [*parts.ask(2), *parts.ask(3)]
    assert not parts.done  # looking does not change what is asked for
    assert (*found, *parts.ask()) == expected
    assert parts.ask() == ()


def test_failed_runs_do_not_go_on_and_leave_room_to_nobody() -> None:
    search_ = search({**HYPERBAND, "maxIterations": 9})
    first = search_.ask()
    for suggestion in first:
        search_.tell(suggestion, 1.0 if suggestion.id in (4, 7) else math.nan)
    assert [it.parent for it in search_.ask()] == [4, 7]


def test_a_rung_without_results_ends_its_bracket() -> None:
    batches = run(search({**HYPERBAND, "maxIterations": 9}), lambda _: None)
    assert shape(batches) == [(9, 1), (5, 3), (3, 9)]


def test_rungs_are_iterations() -> None:
    batches = run(search({**HYPERBAND, "maxIterations": 9}), by_rate)
    assert [{it.iteration for it in batch} for batch in batches] == [{number} for number in range(6)]


def test_a_small_space_is_not_searched_twice_in_a_bracket() -> None:
    matrix = {**HYPERBAND, "params": {"lr": hp("choice", [0.1, 0.2, 0.3, 0.4])}}
    batches = run(search(matrix), by_rate)
    assert shape(batches)[:2] == [(4, 1), (1, 3)]
    assert sorted(it.params["lr"] for it in batches[0]) == [0.1, 0.2, 0.3, 0.4]
    assert count(matrix) == sum(len(batch) for batch in batches)


@pytest.mark.parametrize(
    ("change", "code", "message", "path"),
    [
        ({"eta": 1}, "out-of-bounds", "`eta` is greater than 1", ("eta",)),
        (
            {"eta": 1.0001, "maxIterations": 10**9},
            "out-of-bounds",
            "`eta` is so small that there are more than 100 brackets",
            ("eta",),
        ),
        ({"maxIterations": 10**9}, "limit-runs", f"the matrix has {BILLION} runs, more than 1000000", ("maxIterations",)),
    ],
)
def test_a_hyperband_that_makes_no_sense(change: dict[str, Any], code: str, message: str, path: tuple[str, ...]) -> None:
    found = problem(lambda: search({**HYPERBAND, **change}))
    assert (found.code, found.message, found.path) == (code, message, path)


def test_all_fields_that_are_missing_are_named() -> None:
    found = problems(lambda: search({"kind": "hyperband", "params": PARAMS}))
    assert [it.message for it in found] == [
        f"a `hyperband` search needs `{name}`" for name in ("maxIterations", "resource", "metric")
    ]
