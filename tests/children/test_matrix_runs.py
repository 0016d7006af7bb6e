"""The runs of a matrix, and of a schedule, as run specs: listed where they can be, asked for where only results tell."""

import itertools
from collections.abc import Mapping
from typing import Any

import pytest

import polyspec
from polyspec import PolyspecError, RunSpec

SPEC: dict[str, Any] = {
    "kind": "component",
    "name": "train",
    "inputs": [
        {"name": "lr", "type": "float"},
        {"name": "layers", "type": "int", "value": 2},
        {"name": "note", "type": "str", "value": "{{ globals.project_name }}"},
    ],
    "outputs": [{"name": "loss", "type": "float"}],
    "run": {
        "kind": "job",
        "container": {"image": "busybox", "args": ["{{ params.as_args }}", "{{ note }}", "{{ extra | default('-') }}"]},
    },
}


def swept(matrix: Mapping[str, Any], params: Mapping[str, Any] | None = None, **options: Any) -> RunSpec:
    """The spec with a matrix."""
    container = {"image": "busybox", "args": ["--lr={{ lr }}", "--layers={{ layers }}", "{{ note }}"]}
    return polyspec.compile({**SPEC, "run": {"kind": "job", "container": container}}, params, matrix=matrix, **options)


GRID = {
    "kind": "grid",
    "params": {"lr": {"kind": "choice", "value": [0.1, 0.2]}, "layers": {"kind": "range", "value": [1, 3, 1]}},
}


def test_a_grid_is_listed_in_the_order_of_its_params() -> None:
    runs = list(swept(GRID).expand())
    assert [run.run.container.args[:2] for run in runs] == [
        ["--lr=0.1", "--layers=1"],
        ["--lr=0.1", "--layers=2"],
        ["--lr=0.2", "--layers=1"],
        ["--lr=0.2", "--layers=2"],
    ]


def test_a_run_is_complete_and_has_nothing_of_the_sweep() -> None:
    spec = swept({**GRID, "concurrency": 2}, {"extra": 7}, queue="gpu", approved=False)
    run = next(iter(spec.expand())).to_dict()
    assert run.keys() == {"kind", "name", "queue", "inputs", "outputs", "contexts", "run"}
    assert [(io["name"], io["value"]) for io in run["inputs"]] == [("lr", 0.1), ("layers", 1), ("note", "default")]
    assert [(io["name"], io["value"]) for io in run["contexts"]] == [("extra", 7)]


def test_what_was_bound_is_data_in_the_runs() -> None:
    spec = swept(GRID, {"note": "{{ lr }} and {% raw %}"})
    assert {run.run.container.args[2] for run in spec.expand()} == {"{{ lr }} and {% raw %}"}


def test_every_run_has_a_uuid_of_its_own_and_two_listings_agree() -> None:
    first, second = (list(swept(GRID).expand()) for _ in range(2))
    assert first == second
    assert len({run.context.run_uuid for run in first}) == 4
    assert [run.digest for run in first] == [run.digest for run in second]


def test_a_run_spec_that_was_written_down_expands_the_same() -> None:
    spec = swept(GRID)
    assert list(RunSpec.from_dict(spec.to_dict()).expand()) == list(spec.expand())


def test_a_mapping_gives_one_run_for_each_item() -> None:
    runs = swept({"kind": "mapping", "values": [{"lr": 1, "layers": 1}, {"lr": 2}]}).expand()
    assert [run.run.container.args[:2] for run in runs] == [["--lr=1.0", "--layers=1"], ["--lr=2.0", "--layers=2"]]


def test_a_random_search_is_the_same_each_time() -> None:
    matrix = {"kind": "random", "numRuns": 3, "seed": 7, "params": {"lr": {"kind": "uniform", "value": "0:1"}}}
    values = [[run.inputs["lr"].value for run in swept(matrix).expand()] for _ in range(2)]
    assert values[0] == values[1]
    assert all(0 <= value < 1 for value in values[0])


def test_runs_are_made_when_they_are_asked_for() -> None:
    matrix = {"kind": "grid", "params": {"lr": {"kind": "linspace", "value": [0.0, 1.0, 1_000_000]}}}
    runs = list(itertools.islice(swept(matrix).expand(), 2))
    assert [run.inputs["lr"].value for run in runs] == [0.0, 1 / 999_999]


def test_more_runs_than_the_limit_are_refused_at_once() -> None:
    params = {name: {"kind": "range", "value": [0, 1_000_000, 1]} for name in ("lr", "layers")}
    with pytest.raises(PolyspecError) as caught:
        swept({"kind": "grid", "params": params}).expand()
    (found,) = caught.value.diagnostics
    assert (found.code, found.path, str(found.location)) == ("limit-runs", ("matrix", "params"), "<options>")


def test_the_matrix_of_a_saved_run_spec_is_pointed_at_in_it() -> None:
    saved = swept({"kind": "grid", "params": {"lr": {"kind": "range", "value": [0, 10_000_000, 1]}}}).to_dict()
    with pytest.raises(PolyspecError) as caught:
        RunSpec.from_dict(saved).expand()
    (found,) = caught.value.diagnostics
    assert (found.code, found.path, str(found.location)) == ("limit-runs", ("matrix", "params"), "<run spec>")


def test_a_search_that_needs_results_is_not_listed() -> None:
    matrix = {"kind": "iterative", "maxIterations": 3, "params": {"lr": {"kind": "uniform", "value": "0:1"}}}
    with pytest.raises(PolyspecError) as caught:
        swept(matrix).expand()
    assert [(it.code, it.hint) for it in caught.value.diagnostics] == [
        ("needs-results", "ask for them with a search, and tell it the results")
    ]


@pytest.mark.parametrize("verb", ["expand", "search"])
def test_without_a_matrix_there_is_nothing_to_list(verb: str) -> None:
    with pytest.raises(PolyspecError) as caught:
        getattr(polyspec.compile({"run": {"kind": "job"}}), verb)()
    assert str(caught.value) == (
        "error[no-matrix]: this operation has one run: it has no matrix\n = help: give the operation a `matrix`"
    )


HYPERBAND = {
    "kind": "hyperband",
    "maxIterations": 9,
    "eta": 3,
    "resource": {"name": "layers", "type": "int"},
    "metric": {"name": "loss", "optimization": "minimize"},
    "seed": 1,
    "params": {"lr": {"kind": "uniform", "value": "0:1"}},
}


def test_hyperband_is_driven_by_asking_and_telling() -> None:
    search = swept(HYPERBAND).search()
    told = 0
    while not search.done:
        runs = search.ask()
        assert runs, "a search that is not done and waits for nothing gives runs"
        for run in runs:
            search.tell(run, run.inputs["lr"].value)
            told += 1
    assert search.best is not None
    assert search.best.inputs["layers"].value == 9
    assert search.pending == ()
    assert told > 9


def test_a_search_goes_on_from_its_state() -> None:
    spec = swept(HYPERBAND)
    search = spec.search()
    first = search.ask(3)
    search.tell(first[0], 0.5)
    resumed = spec.search(search.to_dict())
    assert [run.inputs["lr"].value for run in resumed.pending] == [run.inputs["lr"].value for run in first[1:]]
    assert resumed.best == first[0]
    assert resumed.ask(2) == search.ask(2)
    for run in resumed.pending:
        resumed.tell(run, 0.25)
    assert resumed.pending == ()


def test_a_run_of_another_search_is_not_taken() -> None:
    search = swept(HYPERBAND).search()
    (stranger,) = swept(GRID).search().ask(1)
    search.ask(1)
    with pytest.raises(PolyspecError) as caught:
        search.tell(stranger, 1.0)
    assert caught.value.diagnostics[0].code == "unknown-run"


def test_early_stopping_ends_a_search() -> None:
    rule = {"kind": "metric_early_stopping", "metric": "loss", "value": 0.1, "optimization": "minimize"}
    search = swept({**GRID, "earlyStopping": [rule]}).search()
    (run,) = search.ask(1)
    search.tell(run, {"loss": 0.05})
    assert search.done
    assert search.stopped is not None


def test_a_matrix_param_must_fit_its_input() -> None:
    with pytest.raises(PolyspecError) as caught:
        swept({"kind": "grid", "params": {"note": {"kind": "range", "value": "0:1:1"}, "lr": {"kind": "choice", "value": [1.0]}}})
    assert [it.message for it in caught.value.diagnostics] == [
        "matrix param `note`: `range` gives numbers, and the input is of type `str`"
    ]


def test_runs_with_the_same_params_each_take_a_result() -> None:
    search = swept({"kind": "mapping", "values": [{"lr": 1}, {"lr": 1}]}).search()
    for run in search.ask():
        assert not search.done
        search.tell(run, 0.5)
    assert search.done


def test_a_run_of_a_schedule_is_rendered_for_its_time() -> None:
    schedule = {"kind": "cron", "cron": "0 0 * * MON"}
    container = {"image": "busybox", "args": ["--at={{ globals.schedule_at }}", "--lr={{ lr }}"]}
    run = {"kind": "job", "container": container}
    spec = polyspec.compile({**SPEC, "kind": "operation", "schedule": schedule, "run": run}, {"lr": 0.5})
    assert spec.run.container.args == container["args"]
    child = spec.scheduled_run("2026-11-23T00:00:00Z")
    assert child.run.container.args == ["--at=2026-11-23T00:00:00Z", "--lr=0.5"]
    assert "schedule" not in child.to_dict()


def test_a_schedule_of_a_matrix_gives_a_matrix() -> None:
    spec = polyspec.compile({**SPEC, "kind": "operation", "schedule": {"kind": "interval", "frequency": 60}, "matrix": GRID})
    assert len(list(spec.scheduled_run().expand())) == 4


def test_without_a_schedule_there_is_no_run_of_it() -> None:
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile({"run": {"kind": "job"}}).scheduled_run()
    assert caught.value.diagnostics[0].code == "no-schedule"
