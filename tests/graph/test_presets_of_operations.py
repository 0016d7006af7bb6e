"""Presets that an operation of a DAG names: layers over that operation alone, looked up when the DAG is compiled."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import polyspec
from polyspec import Limits, Operation, PolyspecError, Resolvers, RunSpec
from polyspec.resolve import NamedPresets

JOB = "{run: {kind: job, container: {image: busybox, args: [a]}}}"
Compiled = Callable[..., RunSpec]


def write(folder: Path, **files: str) -> None:
    """Files of a folder: `a__b` is `a/b.yaml`."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def dag(*operations: str, components: str = "") -> str:
    lines = "".join(f"  - {operation}\n" for operation in operations)
    return f"run:\n  kind: dag\n  operations:\n{lines}" + (f"  components:\n  - {components}\n" if components else "")


@pytest.fixture
def compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Compiled:
    monkeypatch.chdir(tmp_path)
    resolvers = Resolvers.default().with_resolver("presets", NamedPresets("presets"))

    def call(*operations: str, components: str = "", **options: Any) -> RunSpec:
        write(tmp_path, main=dag(*operations, components=components))
        return polyspec.compile("main.yaml", resolvers=options.pop("resolvers", resolvers), **options)

    return call


def refused(call: Callable[[], object]) -> list[tuple[str, str, str | None]]:
    """The place, the message and the hint of every problem."""
    with pytest.raises(PolyspecError) as caught:
        call()
    return [(str(it.location), it.message, it.hint) for it in caught.value.diagnostics]


def test_a_preset_goes_over_the_operation_that_names_it_and_no_other(compiled: Compiled, tmp_path: Path) -> None:
    write(tmp_path, presets__gpu="queue: gpu\nrunPatch: {container: {args: [b]}}\n")
    operations = compiled(f"{{name: a, presets: [gpu], component: {JOB}}}", f"{{name: b, component: {JOB}}}").graph.operations
    assert (operations["a"].to_dict()["queue"], operations["a"].run.container.args) == ("gpu", ["a", "b"])
    assert ("queue" in operations["b"].to_dict(), operations["b"].run.container.args) == (False, ["a"])


def test_explain_leads_into_the_preset(compiled: Compiled, tmp_path: Path) -> None:
    write(tmp_path, presets__gpu="queue: gpu\n")
    found = compiled(f"{{name: a, presets: [gpu], queue: cpu, component: {JOB}}}").graph.operations["a"].explain("queue")
    assert [(it.layer, Path(it.source).name, it.line, it.column, it.value) for it in found.origins] == [
        ("preset", "gpu.yaml", 1, 8, "gpu"),
        ("operation", "main.yaml", 4, 38, "cpu"),
    ]


def test_presets_go_over_one_another_in_order_each_under_its_strategy(compiled: Compiled, tmp_path: Path) -> None:
    write(
        tmp_path,
        presets__first="runPatch: {container: {args: [first]}}\n",
        presets__second="patchStrategy: pre_merge\nrunPatch: {container: {args: [second]}}\n",
    )
    component = "{presets: [first], run: {kind: job, container: {image: x, args: [a]}}}"
    spec = compiled(f"{{name: a, presets: [second], component: {component}}}")
    assert spec.graph.operations["a"].run.container.args == ["second", "a", "first"]


def test_a_component_that_the_dag_names_brings_its_presets(compiled: Compiled, tmp_path: Path) -> None:
    write(tmp_path, presets__gpu="queue: gpu\n")
    component = "{name: c, presets: [gpu], run: {kind: job, container: {image: x}}}"
    spec = compiled("{name: a, dagRef: c}", components=component)
    assert spec.graph.operations["a"].to_dict()["queue"] == "gpu"


def test_a_component_of_a_file_brings_its_presets(compiled: Compiled, tmp_path: Path) -> None:
    write(tmp_path, presets__gpu="queue: gpu\n", part="presets: [gpu]\nrun: {kind: job, container: {image: x}}\n")
    assert compiled("{name: a, pathRef: part.yaml}").graph.operations["a"].to_dict()["queue"] == "gpu"


def test_an_operation_of_a_dag_within_the_dag_has_its_own(compiled: Compiled, tmp_path: Path) -> None:
    write(tmp_path, presets__gpu="queue: gpu\n")
    inner = f"{{run: {{kind: dag, operations: [{{name: b, presets: [gpu], component: {JOB}}}]}}}}"
    operation = compiled(f"{{name: a, component: {inner}}}").graph.operations["a"]
    assert operation.graph.operations["b"].to_dict()["queue"] == "gpu"


def test_what_an_operation_is_called_and_waits_for_is_its_own(compiled: Compiled, tmp_path: Path) -> None:
    write(tmp_path, presets__gpu="name: gpu\ndependencies: [b]\ndescription: fast\n")
    graph = compiled(f"{{name: a, presets: [gpu], component: {JOB}}}", f"{{name: b, component: {JOB}}}").graph
    assert (graph.edges, graph.operations["a"].name) == ((), "a")
    assert graph.operations["a"].to_dict()["description"] == "fast"


def test_a_param_of_a_preset_may_refer_to_another_operation(compiled: Compiled, tmp_path: Path) -> None:
    write(tmp_path, presets__after="params: {x: {ref: ops.b, value: globals.uuid, contextOnly: true}}\n")
    graph = compiled(f"{{name: a, presets: [after], component: {JOB}}}", f"{{name: b, component: {JOB}}}").graph
    assert [(edge.upstream, edge.downstream) for edge in graph.edges] == [("b", "a")]


def test_a_preset_that_is_not_there_is_told_where_it_is_named(compiled: Compiled, tmp_path: Path) -> None:
    write(tmp_path, presets__gpu="queue: gpu\n")
    assert refused(lambda: compiled(f"{{name: a, presets: [gpus], component: {JOB}}}")) == [
        (f"{tmp_path}/main.yaml:4:25", "there is no preset `gpus`", "did you mean `gpu`?")
    ]


def test_mistakes_of_a_preset_are_told_in_it(compiled: Compiled, tmp_path: Path) -> None:
    write(tmp_path, presets__gpu="params:\n  lr: {value: x}\nrunPatch: {ports: [1]}\n")
    component = "{inputs: [{name: lr, type: float}], run: {kind: job, container: {image: x}}}"
    operation = f"{{name: a, presets: [gpu], component: {component}}}"
    place = f"{tmp_path}/presets/gpu.yaml"
    assert [it[:2] for it in refused(lambda: compiled(operation))] == [
        (f"{place}:3:12", "operation `a`: unknown field `ports` of a run of kind `job`")
    ]
    write(tmp_path, presets__gpu="params:\n  lr: {value: x}\n")
    assert [it[:2] for it in refused(lambda: compiled(operation))] == [
        (f"{place}:2:15", "operation `a`: param `lr`: expected a number, found text")
    ]
    write(tmp_path, presets__gpu="params: {lr: {value: 1}}\nrunPatch: {container: {args: ['{{ nowhere }}']}}\n")
    assert [it[:2] for it in refused(lambda: compiled(operation))] == [(f"{place}:2:35", "unknown name `nowhere`")]


def test_a_preset_may_name_itself_in_a_dag_of_its_own(compiled: Compiled, tmp_path: Path) -> None:
    write(tmp_path, presets__again=f"run: {{kind: dag, operations: [{{name: x, presets: [again], component: {JOB}}}]}}\n")
    assert refused(lambda: compiled(f"{{name: a, presets: [again], component: {JOB}}}")) != []


def test_an_operation_that_a_patch_adds_names_none(compiled: Compiled, tmp_path: Path) -> None:
    write(tmp_path, presets__gpu="queue: gpu\n")
    added = {"runPatch": {"operations": [{"name": "b", "presets": ["gpu"], "component": {"run": {"kind": "job"}}}]}}
    found = refused(lambda: compiled(f"{{name: a, component: {JOB}}}", presets=[added]))
    assert [it[1:] for it in found] == [
        ("operation `b`: an operation in a `runPatch` names no preset", "write the operation into the `run` of the DAG")
    ]


def test_what_is_no_name_in_a_patch_is_told_as_that(compiled: Compiled) -> None:
    added = {"runPatch": {"operations": [{"name": "b", "presets": [{"a": 1}], "component": {"run": {"kind": "job"}}}]}}
    found = refused(lambda: compiled(f"{{name: a, component: {JOB}}}", presets=[added]))
    assert [it[1] for it in found] == ["expected text, found a mapping"]


def test_each_use_of_a_preset_counts(compiled: Compiled, tmp_path: Path) -> None:
    write(tmp_path, presets__large=f"tags: [{', '.join(f't{number}' for number in range(200))}]\n")
    operations = [f"{{name: a{number}, presets: [large], component: {JOB}}}" for number in range(29)]
    assert len(compiled(*operations[:24], limits=Limits(nodes=600)).graph.operations) == 24
    assert refused(lambda: compiled(*operations, limits=Limits(nodes=600)))[0][1:] == (
        "the operations of a DAG have more than 6000 values, what they stand on counted at each use",
        "the limit is `Limits.nodes`; raise it with `Limits(nodes=...)`",
    )


def test_where_names_are_not_looked_up_they_are_kept_for_the_platform(compiled: Compiled) -> None:
    spec = compiled(f"{{name: a, presets: [gpu], component: {JOB}}}", resolvers=Resolvers.default())
    assert spec.graph.operations["a"].to_dict()["presets"] == ["gpu"]
    assert "queue" not in spec.graph.operations["a"].to_dict()


def test_a_preset_that_was_changed_is_taken_as_it_is_now(compiled: Compiled, tmp_path: Path) -> None:
    operation = f"{{name: a, presets: [gpu], component: {JOB}}}"
    queues = []
    for queue in ("one", "two", "two"):
        write(tmp_path, presets__gpu=f"queue: {queue}\n")
        queues.append(compiled(operation).graph.operations["a"].to_dict()["queue"])
    assert queues == ["one", "two", "two"]


def test_an_object_names_them_too(compiled: Compiled, tmp_path: Path) -> None:
    write(tmp_path, presets__gpu="queue: gpu\n")
    source = polyspec.loads(dag(f"{{name: a, presets: [gpu], component: {JOB}}}"))
    assert isinstance(source, Operation)
    resolvers = Resolvers.default().with_resolver("presets", NamedPresets("presets"))
    assert polyspec.compile(source, resolvers=resolvers).graph.operations["a"].to_dict()["queue"] == "gpu"


def test_the_lock_holds_them(compiled: Compiled, tmp_path: Path) -> None:
    write(tmp_path, presets__gpu="queue: gpu\nhooks: [{hubRef: notify}]\n", hub__notify__latest=JOB)
    operation = f"{{name: a, presets: [gpu], component: {JOB}}}"
    before = compiled(operation).graph.operations["a"].to_json()
    resolvers = Resolvers.default(hub="hub").with_resolver("presets", NamedPresets("presets"))
    lock = polyspec.lock(["main.yaml"], resolvers=resolvers)
    assert [(entry.kind, entry.target) for entry in lock.entries] == [("hubRef", "notify"), ("presets", "gpu")]
    polyspec.vendor("release", resolvers=resolvers)
    vendored = polyspec.compile("release/main.yaml", resolvers=Resolvers.default(offline=True))
    assert vendored.graph.operations["a"].to_json() == before
    write(tmp_path, presets__gpu="queue: other\n")
    assert [it[1][:30] for it in refused(lambda: compiled(operation))] == ["`presets: gpu` is locked to `s"]
