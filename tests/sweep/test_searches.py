"""Searches that learn: bayes, tpe, iterative."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

import polyspec
from polyspec.errors import PolyspecError
from polyspec.sweep import Suggestion, Trial, count, search

from .matrices import hp, problem, problems, run

PARAMS = {"lr": hp("uniform", "0:1"), "kind": hp("choice", ["a", "b"]), "size": hp("linspace", "0:10:11")}
LOSS = {"name": "loss", "optimization": "minimize"}
BAYES = {"kind": "bayes", "numInitialRuns": 5, "maxIterations": 8, "metric": LOSS, "params": PARAMS}
TPE = {"kind": "tpe", "numRuns": 40, "maxIterations": 10, "metric": LOSS, "params": PARAMS}
ITERATIVE = {"kind": "iterative", "maxIterations": 3, "params": PARAMS}
MATRICES = [BAYES, TPE, ITERATIVE]


def loss(params: Mapping[str, Any]) -> float:
    """Least, 0, at lr 0.3, kind a, size 7."""
    return float((params["lr"] - 0.3) ** 2 + (params["kind"] == "b") + (params["size"] - 7) ** 2 / 10)


def kept(batches: Sequence[Sequence[Suggestion]]) -> list[list[Mapping[str, Any]]]:
    return [[it.params for it in batch] for batch in batches]


@pytest.mark.parametrize(
    ("matrix", "rounds"),
    [
        (BAYES, [5, 1, 1, 1, 1, 1, 1, 1, 1]),
        (TPE, [4] * 10),
        ({**TPE, "numRuns": 7, "maxIterations": 3}, [3, 3, 1]),
        ({**TPE, "numRuns": 3, "maxIterations": None}, [1, 1, 1]),
        ({**TPE, "numRuns": None, "maxIterations": 2}, [1, 1]),
        ({**TPE, "kind": "hyperopt", "numRuns": 4, "maxIterations": 2}, [2, 2]),
        (ITERATIVE, [1, 1, 1]),
        ({**ITERATIVE, "concurrency": 4}, [4, 4, 4]),
    ],
)
def test_the_rounds_of_a_search(matrix: dict[str, Any], rounds: list[int]) -> None:
    search_ = search(matrix)
    batches = run(search_, loss)
    assert [len(batch) for batch in batches] == rounds
    assert [it.iteration for batch in batches for it in batch] == [at for at, width in enumerate(rounds) for _ in range(width)]
    assert count(matrix) == search_.count == sum(rounds)


@pytest.mark.parametrize("change", [{}, {"maxIterations": 20, "utilityFunction": {"acquisitionFunction": "ei", "eps": 0.001}}])
def test_bayes_finds_the_minimum(change: dict[str, Any]) -> None:
    search_ = search({**BAYES, "maxIterations": 14, **change})
    run(search_, loss)
    assert search_.best is not None
    assert search_.best.suggestion.params["kind"] == "a"
    assert search_.best.metric is not None
    assert search_.best.metric < 0.05


def test_tpe_finds_better_runs_than_it_began_with() -> None:
    search_ = search(TPE)
    run(search_, loss)
    early, late = ([it.metric or 0.0 for it in search_.trials][part] for part in (slice(0, 12), slice(28, 40)))
    assert sum(late) < sum(early) / 2


@pytest.mark.parametrize("matrix", [BAYES, {**TPE, "numRuns": 20}])
def test_maximizing_is_minimizing_the_other_way_round(matrix: dict[str, Any]) -> None:
    upside_down = {**matrix, "metric": {"name": "loss", "optimization": "maximize"}}
    assert kept(run(search(matrix), loss)) == kept(run(search(upside_down), lambda params: -loss(params)))


@pytest.mark.parametrize(
    "utility",
    [
        {"acquisitionFunction": "ucb", "kappa": 2.5},
        {"acquisitionFunction": "ei", "eps": 0.01, "gaussianProcess": {"kernel": "rbf", "lengthScale": 0.5}},
        {
            "acquisitionFunction": "poi",
            "eps": 0.01,
            "gaussianProcess": {"kernel": "matern", "nu": 1.9, "numRestartsOptimizer": 2},
        },
        {"kappa": 1.2, "numWarmup": 50, "numIterations": 0},
    ],
)
def test_the_utility_function_has_a_say(utility: dict[str, Any]) -> None:
    first, second = run(search(BAYES), loss), run(search({**BAYES, "utilityFunction": utility}), loss)
    assert kept(first[:1]) == kept(second[:1])
    assert kept(first[1:]) != kept(second[1:])


@pytest.mark.parametrize("matrix", MATRICES, ids=[str(it["kind"]) for it in MATRICES])
def test_a_seed_reproduces_a_search_and_another_differs(matrix: dict[str, Any]) -> None:
    first, again, other = (kept(run(search({**matrix, "seed": seed}), loss)) for seed in (5, 5, 6))
    assert first == again != other


@pytest.mark.parametrize("kind", ["bayes", "tpe"])
def test_a_small_space_is_searched_once(kind: str) -> None:
    params = {"a": hp("choice", [1, 2, 3, 4, 5, 6, 7]), "b": hp("choice", ["x", None, "y"])}
    matrix = {**(BAYES if kind == "bayes" else TPE), "numInitialRuns": 2, "maxIterations": 30, "params": params, "numRuns": 100}
    runs = [tuple(it.values()) for batch in kept(run(search(matrix), lambda it: it["a"])) for it in batch]
    assert sorted(runs, key=str) == sorted([(a, b) for a in range(1, 8) for b in ("x", None, "y")], key=str)


def test_tpe_takes_every_kind_of_param() -> None:
    params = {
        "choice": hp("choice", [[1, 2], None]), "pchoice": hp("pchoice", [["a", 0.3], ["b", 0.3]]), "range": hp("range", "0:9:3"),
        "daterange": hp("daterange", ["2024-01-01", "2024-01-03", 1]), "logspace": hp("logspace", "0:2:3"),
        "uniform": hp("uniform", "5:6"), "quniform": hp("quniform", "0:1:0.5"), "loguniform": hp("loguniform", "0:1"),
        "normal": hp("normal", "0:1"), "qlognormal": hp("qlognormal", "0:1:1"),
    }  # fmt: skip
    search_ = search({**TPE, "numRuns": 16, "maxIterations": None, "params": params})
    runs = [it.params for batch in run(search_, lambda it: it["normal"]) for it in batch]
    assert len(runs) == 16
    assert all(5 <= it["uniform"] < 6 and it["range"] in (0, 3, 6) and it["pchoice"] in "ab" for it in runs)
    assert all(it["quniform"] in (0.0, 0.5, 1.0) and it["daterange"][:9] == "2024-01-0" and it["qlognormal"] >= 0 for it in runs)


def test_bayes_takes_lists_of_every_kind() -> None:
    params = {
        "numbers": hp("choice", [1, 100, 10]), "words": hp("choice", ["a", [1]]), "flags": hp("choice", [True, False]),
        "one": hp("choice", [5]), "days": hp("daterange", ["2024-01-01", "2024-01-09", 1]), "steps": hp("geomspace", "1:100:3"),
    }  # fmt: skip
    runs = [it for batch in kept(run(search({**BAYES, "params": params}), lambda it: it["numbers"])) for it in batch]
    assert len(runs) == 13
    assert all(it["numbers"] in (1, 100, 10) and it["one"] == 5 and it["steps"] in (1.0, 10.0, 100.0) for it in runs)
    assert sum(it["numbers"] == 1 for it in runs) > 6


def test_the_algorithm_rand_samples_whatever_came_back() -> None:
    matrix = {**TPE, "algorithm": "rand", "numRuns": 16, "maxIterations": None}
    assert kept(run(search(matrix), loss)) == kept(run(search(matrix), lambda params: -loss(params)))
    learning = {**matrix, "algorithm": "tpe"}
    assert kept(run(search(learning), loss)) != kept(run(search(learning), lambda params: -loss(params)))


@pytest.mark.parametrize("matrix", [BAYES, TPE], ids=["bayes", "tpe"])
def test_failed_runs_are_no_results(matrix: dict[str, Any]) -> None:
    search_ = search(matrix)
    batches = run(search_, lambda params: loss(params) if params["kind"] == "a" else None)
    assert sum(len(batch) for batch in batches) == count(matrix)
    assert search_.best is not None
    nothing = search(matrix)
    assert sum(len(batch) for batch in run(nothing, lambda _: None)) == count(matrix)
    assert nothing.best is None


def test_bayes_with_equal_results_goes_on() -> None:
    assert len(run(search(BAYES), lambda _: 1.0)) == 9


def test_no_study_is_announced_but_those_of_others(caplog: pytest.LogCaptureFixture) -> None:
    import optuna

    caplog.set_level(logging.INFO, logger="optuna")
    run(search({**TPE, "numRuns": 12, "maxIterations": None}), loss)
    assert caplog.messages == []
    optuna.create_study(study_name="of others")
    assert caplog.messages == ["A new study created in memory with name: of others"]


def test_a_tuner_gives_the_rounds() -> None:
    seen = []

    def tuner(trials: Sequence[Trial], number: int) -> list[dict[str, Any]]:
        seen.append((number, [it.metric for it in trials]))
        return [{"lr": number + part / 10} for part in range(2)]

    search_ = search({"kind": "iterative", "maxIterations": 3, "metric": LOSS}, tuner=tuner)
    batches = run(search_, lambda params: float(params["lr"]))
    assert kept(batches) == [[{"lr": 0.0}, {"lr": 0.1}], [{"lr": 1.0}, {"lr": 1.1}], [{"lr": 2.0}, {"lr": 2.1}]]
    assert seen == [(0, []), (1, [0.0, 0.1]), (2, [0.0, 0.1, 1.0, 1.1])]
    assert (search_.count, search_.best and search_.best.suggestion.id) == (None, 0)


def test_a_round_of_a_tuner_can_be_asked_for_in_parts() -> None:
    search_ = search({"kind": "iterative", "maxIterations": 1}, tuner=lambda *_: [{"a": 1}, {"a": 2}, {"a": 3}])
    assert [[it.params["a"] for it in search_.ask(2)] for _ in range(3)] == [[1, 2], [3], []]


def test_a_tuner_ends_the_search_with_an_empty_round() -> None:
    search_ = search(ITERATIVE, tuner=lambda _, number: [{"a": 1}] if number == 0 else [])
    assert len(run(search_, lambda _: 1.0)) == 1


@pytest.mark.parametrize(
    ("found", "code", "message"),
    [
        ([1], "bad-tuner", "a tuner gives a list of mappings of names to values"),
        (None, "bad-tuner", "a tuner gives a list of mappings of names to values"),
        ([{"a": {1}}], "wrong-type",
         "a value is what JSON holds: text, a number, a bool, null, a list or a mapping, not set"),
    ],
)  # fmt: skip
def test_a_tuner_that_gives_no_params(found: Any, code: str, message: str) -> None:
    search_ = search(ITERATIVE, tuner=lambda *_: found)
    with pytest.raises(PolyspecError) as caught:
        search_.ask()
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.code, diagnostic.message) == (code, message)


def test_a_tuner_is_for_an_iterative_search() -> None:
    with pytest.raises(TypeError, match="a tuner is for an `iterative` search, not for `tpe`"):
        search(TPE, tuner=lambda *_: [])


@pytest.mark.parametrize(
    ("matrix", "code", "message", "path"),
    [
        ({**BAYES, "params": {"x": hp("quniform", "0:1:0.1")}}, "bad-space",
         "a `bayes` search takes discrete params and `uniform`, not `quniform`", ("params", "x")),
        ({**BAYES, "params": {"x": hp("pchoice", [["a", 0.5]])}}, "bad-space",
         "a `bayes` search takes discrete params and `uniform`, not `pchoice`", ("params", "x")),
        ({**BAYES, "utilityFunction": {"numWarmup": 10**9}}, "out-of-bounds",
         "`numWarmup` is from 1 to 100000", ("utilityFunction", "numWarmup")),
        ({**BAYES, "utilityFunction": {"acquisitionFunction": "eu"}}, "not-allowed",
         "unknown acquisition function", ("utilityFunction", "acquisitionFunction")),
        ({**BAYES, "utilityFunction": {"gaussianProcess": {"lengthScale": 0}}}, "out-of-bounds",
         "`lengthScale` is greater than 0", ("utilityFunction", "gaussianProcess", "lengthScale")),
        ({**BAYES, "utilityFunction": {"gaussianProcess": {"numRestartsOptimizer": 101}}}, "out-of-bounds",
         "`numRestartsOptimizer` is from 0 to 100", ("utilityFunction", "gaussianProcess", "numRestartsOptimizer")),
        ({**TPE, "numRuns": None, "maxIterations": None}, "missing-field",
         "a `tpe` search needs `numRuns` or `maxIterations`", ()),
        ({**TPE, "maxIterations": -1}, "out-of-bounds", "`maxIterations` is an integer of at least 1", ("maxIterations",)),
        ({"kind": "iterative", "maxIterations": 2}, "missing-field", "an `iterative` search needs `params` or a tuner", ()),
        ({**ITERATIVE, "maxIterations": 10**9}, "limit-runs",
         "the matrix has 1000000000 runs, more than 1000000", ("maxIterations",)),
    ],
)  # fmt: skip
def test_a_search_that_makes_no_sense(matrix: dict[str, Any], code: str, message: str, path: tuple[str, ...]) -> None:
    found = problem(lambda: search(matrix))
    assert (found.code, found.message, found.path) == (code, message, path)


def test_all_fields_that_are_missing_are_named() -> None:
    found = problems(lambda: search({"kind": "bayes", "params": PARAMS}))
    assert [it.message for it in found] == [
        f"a `bayes` search needs `{it}`" for it in ("metric", "numInitialRuns", "maxIterations")
    ]


@pytest.mark.parametrize(
    ("change", "code", "message", "path"),
    [
        ({"params": {"x": hp("normal", "0:1")}}, "bad-space",
         "a `bayes` search takes discrete params and `uniform`, not `normal`", ("matrix", "params", "x")),
        ({"utilityFunction": {}}, "missing-field", "the acquisition function `ucb` needs `kappa`", ("matrix", "utilityFunction")),
        ({"utilityFunction": {"acquisitionFunction": "ei", "kappa": 1.0}}, "missing-field",
         "the acquisition function `ei` needs `eps`", ("matrix", "utilityFunction")),
        ({"utilityFunction": {"acquisitionFunction": "poi"}}, "missing-field",
         "the acquisition function `poi` needs `eps`", ("matrix", "utilityFunction")),
    ],
)  # fmt: skip
def test_what_polyaxon_refuses_of_bayes_is_refused_when_it_is_read(
    change: dict[str, Any], code: str, message: str, path: tuple[str, ...]
) -> None:
    with pytest.raises(PolyspecError) as caught:
        polyspec.load({"kind": "component", "run": {"kind": "job"}, "matrix": {**BAYES, **change}})
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.code, diagnostic.message, diagnostic.path) == (code, message, path)
