"""Matrices that are listed: mapping, grid, random."""

import itertools
import json
import subprocess
import sys
import tracemalloc
from collections import Counter
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyspec.limits import Limits
from polyspec.sweep import count, nth, search, suggestions
from polyspec.tree import frozen

from .matrices import hp, problem

PARAMS = {"a": hp("choice", ["x", 1, None]), "b": hp("linspace", "0:1:2"), "c": hp("range", "0:3:1")}
GRID = {"kind": "grid", "params": PARAMS}
WEIGHTED = {"a": hp("pchoice", [["often", 0.9], ["seldom", 0.0999]]), "b": hp("choice", [1, 2])}
SAMPLED = {"a": hp("uniform", "0:1"), "b": hp("choice", [1, 2]), "c": hp("pchoice", [["x", 0.5], ["y", 0.5]])}
NAMES = st.sampled_from("abcd")
CHOICES = st.lists(st.integers(0, 9), min_size=1, max_size=4, unique=True).map(lambda values: hp("choice", values))
SPACES = st.dictionaries(NAMES, CHOICES, min_size=1, max_size=4)


def random(params: Any, runs: int, seed: int | None = None) -> dict[str, Any]:
    return {"kind": "random", "params": params, "numRuns": runs, **({} if seed is None else {"seed": seed})}


def test_a_mapping_is_its_values() -> None:
    values = [{"lr": 0.1, "layers": [1, 2]}, {"lr": 0.2}]
    matrix = {"kind": "mapping", "values": values}
    assert list(suggestions(matrix)) == values
    assert (count(matrix), nth(matrix, 1)) == (2, {"lr": 0.2})


def test_a_mapping_without_values_has_no_runs() -> None:
    matrix: dict[str, Any] = {"kind": "mapping", "values": []}
    assert (list(suggestions(matrix)), count(matrix), search(matrix).done) == ([], 0, True)


def test_a_grid_is_the_product_in_the_order_of_its_keys() -> None:
    expected = [{"a": a, "b": b, "c": c} for a, b, c in itertools.product(["x", 1, None], [0.0, 1.0], [0, 1, 2])]
    assert list(suggestions(GRID)) == expected
    assert [list(params) for params in suggestions(GRID)] == [["a", "b", "c"]] * 18


@pytest.mark.parametrize(("runs", "expected"), [(1, 1), (10, 10), (18, 18), (19, 18)])
def test_a_grid_is_cut_at_its_number_of_runs(runs: int, expected: int) -> None:
    cut = {**GRID, "numRuns": runs}
    assert count(cut) == expected
    assert list(suggestions(cut)) == list(suggestions(GRID))[:expected]


@given(SPACES, st.integers(1, 300), st.sampled_from(["grid", "random"]))
def test_the_nth_run_is_the_nth_that_is_listed(params: Any, runs: int, kind: str) -> None:
    matrix = {"kind": kind, "params": params, "numRuns": runs}
    everything = list(suggestions(matrix))
    assert len(everything) == count(matrix)
    assert [nth(matrix, index) for index in range(len(everything))] == everything


@pytest.mark.parametrize("params", [PARAMS, WEIGHTED, SAMPLED], ids=["lists", "weights", "distributions"])
def test_the_nth_sample_is_the_nth_that_is_listed(params: Any) -> None:
    matrix = random(params, 2500)
    everything = list(suggestions(matrix))
    assert [nth(matrix, index) for index in range(0, len(everything), 97)] == everything[::97]
    assert nth(matrix, len(everything) - 1) == everything[-1]


@pytest.mark.parametrize("index", [-1, 18, 10**30])
def test_there_is_no_run_past_the_last(index: int) -> None:
    with pytest.raises(IndexError, match=f"the matrix has 18 runs, none with the index {index}"):
        nth(GRID, index)


@given(SPACES, st.integers(1, 300), st.integers())
def test_samples_of_lists_are_runs_of_the_grid_none_of_them_twice(params: Any, runs: int, seed: int) -> None:
    grid = [json.dumps(it) for it in suggestions({"kind": "grid", "params": params})]
    found = [json.dumps(it) for it in suggestions(random(params, runs, seed))]
    assert len(found) == min(runs, len(grid))
    assert not Counter(found) - Counter(grid)


def test_samples_by_probability_come_once_each_however_improbable() -> None:
    params = {**WEIGHTED, "a": hp("pchoice", [["often", 0.999999], ["never", 0.0], ["once in a million", 0.0]])}
    found = [tuple(it.values()) for it in suggestions(random(params, 50))]
    assert sorted(found) == [("often", 1), ("often", 2), ("once in a million", 1), ("once in a million", 2)]
    assert {a for a, _ in found[:2]} == {"often"}


def test_samples_by_probability_begin_with_the_probable() -> None:
    params = {**WEIGHTED, "b": hp("range", "0:100:1")}
    assert [it["a"] for it in suggestions(random(params, 50))].count("often") > 35


@pytest.mark.parametrize("params", [PARAMS, WEIGHTED, SAMPLED], ids=["lists", "weights", "distributions"])
def test_a_seed_reproduces_and_another_differs(params: Any) -> None:
    first, again, other = (list(suggestions(random(params, 4, seed))) for seed in (0, 0, 1))
    assert first == again != other


@pytest.mark.parametrize("params", [PARAMS, WEIGHTED, SAMPLED], ids=["lists", "weights", "distributions"])
def test_without_a_seed_the_params_decide(params: Any) -> None:
    first, again = list(suggestions(random(params, 4))), list(suggestions({"concurrency": 3, **random(params, 4)}))
    renamed = random({"z": hp("choice", [1]), **params}, 4)
    assert first == again
    assert first != [{name: it[name] for name in params} for it in suggestions(renamed)]


@pytest.mark.parametrize("params", [PARAMS, WEIGHTED, SAMPLED], ids=["lists", "weights", "distributions"])
def test_more_runs_begin_with_the_same_runs(params: Any) -> None:
    assert list(suggestions(random(params, 4)))[:2] == list(suggestions(random(params, 2)))


def test_another_process_gives_the_same_samples() -> None:
    matrix = random({**PARAMS, **SAMPLED}, 20)
    code = "import json, sys; from polyspec.sweep import suggestions; print(json.dumps(list(suggestions(json.load(sys.stdin)))))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(matrix),
        capture_output=True,
        check=True,
        text=True,
        env={"PYTHONHASHSEED": "7"},
    )
    assert json.loads(done.stdout) == list(suggestions(matrix))


@pytest.mark.parametrize(
    ("matrix", "runs", "at"),
    [
        ({"kind": "grid", "params": {"a": hp("range", [0, 10**12, 1])}}, 10**12, "params"),
        ({"kind": "grid", "params": {name: hp("range", "0:1000:1") for name in "abcd"}}, 10**12, "params"),
        ({"kind": "grid", "numRuns": 1_000_001, "params": {"a": hp("range", [0, 10**12, 1])}}, 1_000_001, "numRuns"),
        (random(SAMPLED, 10**9), 10**9, "numRuns"),
    ],
)
def test_too_many_runs_are_refused_at_once(matrix: dict[str, Any], runs: int, at: str) -> None:
    found = problem(lambda: suggestions(matrix))
    assert (found.code, found.path) == ("limit-runs", (at,))
    assert found.message == f"the matrix has {runs} runs, more than 1000000"
    assert found.hint == "the limit is `Limits.runs`; raise it with `Limits(runs=...)`"
    assert problem(lambda: search(matrix)) == found


def test_the_limit_is_that_of_the_caller() -> None:
    limits = Limits(runs=2)
    assert problem(lambda: suggestions(GRID, limits)).message == "the matrix has 18 runs, more than 2"
    assert len(list(suggestions({**GRID, "numRuns": 2}, limits))) == 2
    mapping = {"kind": "mapping", "values": [{}, {}, {}]}
    assert problem(lambda: suggestions(mapping, limits)).path == ("values",)


@pytest.mark.parametrize(
    "matrix",
    [{"kind": "grid", "params": {"a": hp("range", [0, 10**6, 1]), "b": hp("choice", [1])}}, random(SAMPLED, 10**6),
     random({"a": hp("range", [0, 10**6, 1])}, 10**6)],
    ids=["grid", "distributions", "lists"],
)  # fmt: skip
def test_runs_are_listed_in_constant_memory(matrix: dict[str, Any]) -> None:
    runs = suggestions(matrix)
    for _ in itertools.islice(runs, 2000):  # what is kept is kept by now
        pass
    tracemalloc.start()
    for _ in itertools.islice(runs, 10_000):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 400_000
    assert isinstance(next(runs), dict)


def test_a_run_is_its_own_copy_and_the_matrix_stays_as_it_is() -> None:
    values = [[1, {"deep": [2]}]]
    for matrix in ({"kind": "grid", "params": {"a": hp("choice", values)}}, {"kind": "mapping", "values": [{"a": values[0]}]}):
        before = json.dumps(matrix)
        for _ in range(2):
            (params,) = suggestions(matrix)
            assert params == {"a": [1, {"deep": [2]}]}
            params["a"][1]["deep"].append(3)
        assert json.dumps(matrix) == before


def test_a_matrix_may_be_read_only() -> None:
    for matrix in (GRID, random(SAMPLED, 3), {"kind": "mapping", "values": [{"a": [1]}]}):
        shut = frozen(matrix)
        assert isinstance(shut, MappingProxyType)
        assert list(suggestions(shut)) == list(suggestions(matrix))
        assert search(shut).ask() == search(matrix).ask()


@pytest.mark.parametrize(
    ("matrix", "code", "message", "path"),
    [
        ({"kind": "gird"}, "unknown-kind", "unknown matrix kind `gird`", ("kind",)),
        ({"kind": "grid", "params": {}}, "bad-space", "there are no params", ("params",)),
        ({"kind": "grid", "params": {"a": hp("normal", "0:1")}}, "bad-space",
         "a grid needs discrete params, and `normal` is a distribution", ("params", "a")),
        ({"kind": "grid", "params": {"a": hp("choice", "{{ x }}")}}, "bad-space", "a template was not rendered", ("params", "a")),
        ({"kind": "grid", "params": PARAMS, "numRuns": 0}, "out-of-bounds",
         "`numRuns` is an integer of at least 1", ("numRuns",)),
        ({"kind": "random", "params": PARAMS}, "missing-field", "a `random` search needs `numRuns`", ()),
        ({"kind": "mapping", "values": "{{ x }}"}, "wrong-type", "expected a list of mappings", ("values",)),
        ({"kind": "mapping", "values": [1]}, "wrong-type", "expected a list of mappings", ("values",)),
        ({"kind": "iterative", "maxIterations": 2, "params": PARAMS}, "needs-results",
         "`iterative` has no list of runs: what comes next follows from the results", ("kind",)),
    ],
)  # fmt: skip
def test_a_matrix_that_cannot_be_listed(matrix: dict[str, Any], code: str, message: str, path: tuple[str, ...]) -> None:
    found = problem(lambda: suggestions(matrix))
    assert (found.code, found.message, found.path) == (code, message, path)
