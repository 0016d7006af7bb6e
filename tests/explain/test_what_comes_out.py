"""Run specs that come out of others know where their values were written: runs, operations of a DAG, hooks, builds."""

from pathlib import Path

import pytest

import polyspec
from polyspec import Resolvers, RunSpec
from polyspec.tree import walk

SWEEP = """\
kind: operation
params: {extra: {value: more}}
matrix:
  kind: grid
  params:
    lr: {kind: choice, value: [1, 2]}
component:
  inputs:
  - {name: lr, type: float}
  - {name: tag, value: t}
  run:
    kind: job
    container:
      image: team/train
      args: ["{{ lr }}", "{{ tag }}", "{{ extra }}"]
"""
DAG = """\
kind: component
run:
  kind: dag
  operations:
  - name: prepare
    component: {outputs: [{name: rows}], run: {kind: job, container: {image: prep}}}
  - name: train
    dagRef: shared
    params:
      lr: {value: 0.5}
      rows: {ref: ops.prepare, value: outputs.rows}
    runPatch: {container: {image: better}}
  components:
  - name: shared
    inputs: [{name: lr, type: float, value: 0.1}, {name: rows, type: any}]
    run:
      kind: job
      container: {image: team/train, args: ["--lr={{ lr }}"]}
"""
WITH_HOOKS = """\
kind: component
inputs: [{name: lr, value: 3}]
hooks:
- {hubRef: notify, trigger: succeeded, params: {text: {value: done}}, queue: fast}
build: {hubRef: make, connection: registry, params: {tag: {value: x}}}
run:
  kind: job
  container: {image: a}
"""
HUB = """\
kind: component
inputs: [{name: text, value: hi}, {name: tag, value: no}, {name: destination, value: none}]
run:
  kind: job
  container: {image: "hub", args: ["{{ text }}", "{{ tag }}", "{{ destination }}"]}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    texts = {"sweep": SWEEP, "dag": DAG, "hooks": WITH_HOOKS}
    for name, text in texts.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    for name in ("notify", "make"):
        (tmp_path / "hub" / name).mkdir(parents=True)
        (tmp_path / "hub" / name / "latest.yaml").write_text(HUB)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def origin(spec: RunSpec, path: str) -> str:
    """The winner at a path, its file named from the folder."""
    return str(spec.explain(path).origin).replace(f"{Path.cwd()}/", "")


def uses(spec: RunSpec, path: str) -> list[str]:
    """What went into a value."""
    return [f"{it.name}: {it}".replace(f"{Path.cwd()}/", "") for it in spec.explain(path).origin.uses]


class TestRuns:
    @pytest.mark.parametrize(
        ("path", "expected"),
        [
            ("run.container.image", "component sweep.yaml:14:14"),
            ("inputs[0].value", "operation sweep.yaml:6:9"),
            ("inputs[1].value", "default sweep.yaml:10:24"),
            ("contexts[0].value", "param sweep.yaml:2:25"),
            ("contexts[0].name", "param sweep.yaml:2:10"),
            ("run.container.args[0]", "component sweep.yaml:15:14"),
        ],
    )
    def test_a_run_of_a_matrix(self, folder: Path, path: str, expected: str) -> None:
        first, second = polyspec.compile("sweep.yaml").expand()
        assert [origin(first, path), origin(second, path)] == [expected, expected]

    def test_what_went_into_a_value_of_a_run(self, folder: Path) -> None:
        (first, _) = polyspec.compile("sweep.yaml").expand()
        assert first.explain("run.container.args[0]").value == "1.0"
        assert uses(first, "run.container.args[0]") == ["lr: operation sweep.yaml:6:9"]
        assert uses(first, "run.container.args[1]") == ["tag: default sweep.yaml:10:24"]
        assert uses(first, "run.container.args[2]") == ["extra: param sweep.yaml:2:25"]

    def test_a_run_with_a_null_that_no_input_takes(self) -> None:
        (run,) = polyspec.compile(
            {
                "matrix": {"kind": "mapping", "values": [{"note": None}]},
                "component": {
                    "inputs": [{"name": "lr", "value": 1, "description": "with {{ note }}"}],
                    "run": {"kind": "job", "container": {"image": "a", "args": ["{{ note }}"]}},
                },
            }
        ).expand()
        assert run.inputs["lr"].description == "with None"
        assert origin(run, "inputs[0].description") == "component <mapping> component.inputs[0].description"

    def test_what_differs_between_two_runs(self, folder: Path) -> None:
        first, second = polyspec.compile("sweep.yaml").expand()
        assert [change.path for change in first.diff(second)] == [("inputs", 0, "value"), ("run", "container", "args", 0)]

    def test_a_run_of_a_search(self, folder: Path) -> None:
        (run,) = polyspec.compile("sweep.yaml").search().ask(1)
        assert origin(run, "inputs[0].value") == "operation sweep.yaml:6:9"

    def test_a_run_of_a_schedule(self, folder: Path) -> None:
        schedule = "kind: operation\nschedule: {kind: cron, cron: '0 0 * * *'}"
        matrix = "matrix:\n  kind: grid\n  params:\n    lr: {kind: choice, value: [1, 2]}\n"
        text = SWEEP.replace(matrix, "").replace("{extra:", "{lr: 1, extra:").replace("kind: operation", schedule)
        (folder / "cron.yaml").write_text(text)
        run = polyspec.compile("cron.yaml").scheduled_run("2026-01-02T00:00:00Z")
        assert origin(run, "run.container.image") == "component cron.yaml:11:14"
        assert uses(run, "run.container.args[0]") == ["lr: param cron.yaml:3:14"]


class TestOperations:
    @pytest.mark.parametrize(
        ("name", "path", "expected"),
        [
            ("prepare", "run.container.image", "component dag.yaml:6:78"),
            ("train", "name", "component dag.yaml:7:11"),
            ("train", "run.container.image", "component dag.yaml:12:35"),
            ("train", "run.container.args[0]", "component dag.yaml:18:45"),
            ("train", "inputs[0].value", "component dag.yaml:10:19"),
            ("train", "inputs[0].name", "component dag.yaml:15:21"),
        ],
    )
    def test_an_operation_of_a_dag(self, folder: Path, name: str, path: str, expected: str) -> None:
        assert origin(polyspec.compile("dag.yaml").graph.operations[name], path) == expected

    def test_what_an_operation_beat_and_what_it_took(self, folder: Path) -> None:
        train = polyspec.compile("dag.yaml").graph.operations["train"]
        found = train.explain("run.container.image").origins
        assert [(it.value, it.strategy) for it in found] == [("better", "post_merge"), ("team/train", "post_merge")]
        assert uses(train, "run.container.args[0]") == ["lr: component dag.yaml:10:19"]


class TestHooksAndBuilds:
    def test_a_hook(self, folder: Path) -> None:
        (hook,) = polyspec.compile("hooks.yaml", resolvers=Resolvers.default(hub="hub")).hooks
        assert origin(hook, "queue") == "component hooks.yaml:4:78"
        assert origin(hook, "run.container.image") == "component hub:notify:latest:5:22"
        assert uses(hook, "run.container.args[0]") == ["text: component hooks.yaml:4:63"]
        assert origin(hook, "contexts[0].value") == "default hooks.yaml:2:28"

    def test_a_build(self, folder: Path) -> None:
        build = polyspec.compile("hooks.yaml", resolvers=Resolvers.default(hub="hub")).build
        assert build is not None
        assert uses(build, "run.container.args[1]") == ["tag: component hooks.yaml:5:67"]
        assert origin(build, "inputs[2].connection") == "component hooks.yaml:5:35"
        assert origin(build, "inputs[2].value") == "default <compiler>"


def test_every_leaf_of_what_comes_out_has_an_origin(folder: Path) -> None:
    resolvers = Resolvers.default(hub="hub")
    hooks, dag = polyspec.compile("hooks.yaml", resolvers=resolvers), polyspec.compile("dag.yaml")
    assert hooks.build is not None
    specs = [*polyspec.compile("sweep.yaml").expand(), *dag.graph.operations.values(), *hooks.hooks, hooks.build]
    assert len(specs) == 6
    for spec in specs:
        assert list(spec.origins()) == [path for path, _ in walk(spec.to_dict())]
