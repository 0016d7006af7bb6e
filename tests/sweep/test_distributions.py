"""Distributions: values by the documented formulas, from deviates that a key alone decides."""

import math
import subprocess
import sys
from statistics import fmean, pstdev
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyspec.sweep import HP_KINDS, Axis, nth, search, suggestions
from polyspec.sweep.streams import deviates, key_of, shuffled

from .matrices import hp, problem

E = math.e
FORMULAS: list[tuple[str, Any, float, Any]] = [
    ("uniform", {"low": 2, "high": 4}, 0.25, 2.5),
    ("uniform", {"low": 4, "high": 2}, 0.25, 3.5),
    ("uniform", {"low": 2, "high": 4, "size": 7}, 0.25, 2.5),
    ("quniform", {"low": 0, "high": 1, "q": 0.25}, 0.6, 0.5),
    ("quniform", {"low": 0, "high": 10, "q": 4}, 0.59, 4),
    ("quniform", {"low": 0, "high": 10, "q": 4}, 0.61, 8),
    ("quniform", {"low": -1, "high": 1, "q": 0.5}, 0.1, -1.0),
    ("loguniform", {"low": 0, "high": 2}, 0.5, E),
    ("qloguniform", {"low": 0, "high": 2, "q": 0.5}, 0.5, 2.5),
    ("normal", {"loc": 1, "scale": 2}, -1.5, -2.0),
    ("qnormal", {"loc": 1, "scale": 2, "q": 3}, 1.2, 3),
    ("lognormal", {"loc": 1, "scale": 2}, 0.0, E),
    ("qlognormal", {"loc": 1, "scale": 2, "q": 0.5}, 0.0, 2.5),
]


def axis(kind: str, value: Any) -> Axis:
    return HP_KINDS[kind](value, ("params", "x", "value"))


def samples(kind: str, value: Any, count: int, seed: int = 1) -> list[Any]:
    matrix = {"kind": "random", "numRuns": count, "seed": seed, "params": {"x": hp(kind, value), "y": hp("uniform", "0:1")}}
    return [params["x"] for params in suggestions(matrix)]


@pytest.mark.parametrize(("kind", "value", "deviate", "expected"), FORMULAS)
def test_the_value_of_a_deviate(kind: str, value: Any, deviate: float, expected: float) -> None:
    found = axis(kind, value).value(deviate)
    assert (found, type(found)) == (expected, type(expected))


def test_every_distribution_has_its_formula() -> None:
    assert {kind for kind in HP_KINDS if HP_KINDS[kind].__class__.__name__ == "Distribution"} == {it[0] for it in FORMULAS}


@given(st.floats(-1e6, 1e6), st.sampled_from([0.1, 0.25, 1, 3]))
def test_a_quantised_value_is_the_nearest_multiple(number: float, q: float) -> None:
    found = axis("qnormal", {"loc": number, "scale": 0, "q": q}).value(0.0)
    assert abs(found - number) <= q / 2 * (1 + 1e-9)
    assert found == round(number / q) * q


@pytest.mark.parametrize(
    ("kind", "value", "mean", "deviation"),
    [
        ("uniform", "2:4", 3, 2 / math.sqrt(12)),
        ("normal", "5:2", 5, 2),
        ("lognormal", "0:0.5", math.exp(0.125), math.sqrt((math.exp(0.25) - 1) * math.exp(0.25))),
        ("loguniform", "0:1", E - 1, math.sqrt((E**2 - 1) / 2 - (E - 1) ** 2)),
        ("choice", [0, 1, 2, 3], 1.5, math.sqrt(1.25)),
        ("range", "0:100:1", 49.5, math.sqrt(9999 / 12)),
        ("pchoice", [[0, 0.5], [10, 0.25]], 5, 5),
    ],
)
def test_samples_have_the_mean_and_deviation_of_their_distribution(kind: str, value: Any, mean: float, deviation: float) -> None:
    found = samples(kind, value, 8192)
    assert fmean(found) == pytest.approx(mean, abs=5 * deviation / math.sqrt(8192))
    assert pstdev(found) == pytest.approx(deviation, rel=0.08)


def test_what_the_probabilities_leave_goes_to_the_last() -> None:
    found = samples("pchoice", [["a", 0.1], ["b", 0.8]], 8192)
    assert found.count("a") / len(found) == pytest.approx(0.1, abs=0.02)
    assert found.count("b") / len(found) == pytest.approx(0.9, abs=0.02)


def test_what_has_no_probability_never_comes() -> None:
    assert set(samples("pchoice", [["a", 0.0], ["b", 0.5], ["c", 0.5], ["d", 0.0]], 2048)) == {"b", "c"}


def test_the_deviates_are_the_same_for_ever() -> None:
    key = key_of("seed", 7)
    assert key.hex() == "80b746c4326cb8769f5ddb7297fdf37d641e92c6b32b09c6d0e4dd5cb5a2c672"
    assert deviates("uniform", key, 0)[:2] == [0.5879800281760436, 0.36887195965665964]
    assert deviates("normal", key, 3)[:2] == [-1.1041791613380658, -0.06867126982541512]


@given(st.integers(1, 300), st.binary(min_size=32, max_size=32))
def test_shuffling_gives_every_number_once(size: int, key: bytes) -> None:
    assert sorted(shuffled(index, size, key) for index in range(size)) == list(range(size))


def test_a_template_is_no_distribution() -> None:
    assert problem(lambda: axis("uniform", "{{ globals.name }}")).message == "a template was not rendered"


def test_shuffling_moves_numbers_about() -> None:
    orders = {tuple(shuffled(index, 5, key_of(seed)) for index in range(5)) for seed in range(2000)}
    assert len(orders) == 120  # each order of five, from two thousand seeds


@pytest.mark.parametrize(
    ("kind", "value", "message", "path"),
    [
        ("normal", "0:-1", "`scale` is not below zero", ("params", "x", "value", "scale")),
        ("uniform", "-1e308:1e308", "the values are too large for a number", ("params", "x", "value")),
        ("pchoice", "a", "expected a list of values", ("params", "x", "value")),
        ("quniform", "0:1:0", "`q` is not zero", ("params", "x", "value")),
        ("lognormal", "800:0", "the values are too large for a number", ("params", "x", "value")),
        ("qlognormal", "800:0:1", "the values are too large for a number", ("params", "x", "value")),
    ],
)
def test_a_distribution_that_makes_no_sense(kind: str, value: Any, message: str, path: tuple[str, ...]) -> None:
    found = problem(lambda: list(suggestions({"kind": "random", "numRuns": 2, "params": {"x": hp(kind, value)}})))
    assert (found.message, found.path) == (message, path)


def test_numpy_is_imported_where_a_distribution_is_sampled() -> None:
    code = (
        "import sys; from polyspec.sweep import suggestions\n"
        "lists = {'a': {'kind': 'logspace', 'value': '1:2:9'}, 'b': {'kind': 'choice', 'value': [1, 2]}}\n"
        "list(suggestions({'kind': 'grid', 'params': lists}))\n"
        "list(suggestions({'kind': 'random', 'numRuns': 5, 'params': lists}))\n"
        "heavy = {'numpy', 'scipy', 'sklearn', 'optuna'}; assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "list(suggestions({'kind': 'random', 'numRuns': 5, 'params': {'a': {'kind': 'uniform', 'value': '0:1'}}}))\n"
        "assert heavy & set(sys.modules) == {'numpy'}\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


SEARCHED = {"metric": {"name": "loss"}, "numInitialRuns": 2, "maxIterations": 2, "params": {"x": hp("choice", [1, 2])}}
EXTRAS: list[tuple[str, dict[str, Any], str, tuple[str, ...], str]] = [
    ("numpy", {"kind": "random", "numRuns": 1, "params": {"a": hp("choice", [1]), "x": hp("uniform", "0:1")}},
     "sampling a distribution needs numpy, which is not installed", ("params", "x", "value"), "pip install 'polyspec[numpy]'"),
    ("sklearn", {"kind": "bayes", **SEARCHED},
     "a `bayes` search needs sklearn, which is not installed", ("kind",), "pip install 'polyspec[bayes]'"),
    ("optuna", {"kind": "tpe", **SEARCHED},
     "a `tpe` search needs optuna, which is not installed", ("kind",), "pip install 'polyspec[tpe]'"),
]  # fmt: skip


@pytest.mark.parametrize(("library", "matrix", "message", "path", "hint"), EXTRAS, ids=[it[0] for it in EXTRAS])
def test_a_missing_library_is_said_with_its_extra(
    library: str, matrix: dict[str, Any], message: str, path: tuple[str, ...], hint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    found = problem(lambda: search(matrix))
    assert (found.code, found.message, found.path, found.hint) == ("missing-extra", message, path, hint)


def test_params_that_are_added_change_no_other() -> None:
    matrix = {"kind": "random", "numRuns": 5, "seed": 3, "params": {"a": hp("uniform", "0:1"), "b": hp("normal", "0:1")}}
    more = {**matrix, "params": {"first": hp("choice", [1, 2]), **matrix["params"]}}  # type: ignore[dict-item]  # a mapping
    assert [{**nth(more, index), "first": None} for index in range(5)] == [
        {**nth(matrix, index), "first": None} for index in range(5)
    ]


def test_many_params_are_drawn_a_few_points_at_a_time_and_alike() -> None:
    few = {f"p{index}": hp("normal", {"loc": 0, "scale": 1}) for index in range(3)}
    many = {**few, **{f"q{index}": hp("normal", {"loc": 0, "scale": 1}) for index in range(6_000)}}
    drawn = [list(suggestions({"kind": "random", "numRuns": 60, "seed": 1, "params": params})) for params in (few, many)]
    assert drawn[0] == [{name: run[name] for name in few} for run in drawn[1]]
