"""DAGs: what waits for what, in which order, and every way in which one does not hold (polyaxonfile section 15)."""

import textwrap
from collections.abc import Callable
from typing import Any

import pytest

import polyspec
from polyspec import PolyspecError, RunSpec
from polyspec.graph.compose import Room
from polyspec.graph.edges import Edge
from polyspec.graph.order import orphans
from polyspec.merge import Layer
from polyspec.source import Document

JOB = "{run: {kind: job, container: {image: busybox}}}"


def dag(operations: str, components: str = "", **options: object) -> RunSpec:
    """A DAG of operations written as YAML items."""
    text = "kind: component\nname: pipeline\nrun:\n  kind: dag\n  operations:\n" + textwrap.indent(
        textwrap.dedent(operations), "  "
    )
    if components:
        text += "\n  components:\n" + textwrap.indent(textwrap.dedent(components), "  ")
    return polyspec.compile(polyspec.loads(text), **options)  # type: ignore[arg-type]  # options of the tests' own


def refused(operations: str, components: str = "") -> list[tuple[str, str, str | None]]:
    """The problems of a DAG: code, message, hint."""
    with pytest.raises(PolyspecError) as caught:
        dag(operations, components)
    return [(it.code, it.message, it.hint) for it in caught.value.diagnostics]


def test_levels_follow_dependencies_and_keep_the_order_of_the_document() -> None:
    spec = dag(
        f"""
        - {{name: d, dependencies: [b, c], component: {JOB}}}
        - {{name: c, dependencies: [a], component: {JOB}}}
        - {{name: b, dependencies: [a], component: {JOB}}}
        - {{name: a, component: {JOB}}}
        - {{name: alone, component: {JOB}}}
        """
    )
    assert spec.graph.levels == (("a", "alone"), ("c", "b"), ("d",))


@pytest.mark.parametrize(
    "waits",
    [
        "dependencies: [first]",
        "params: {loss: {ref: ops.first, value: outputs.loss, contextOnly: true}}",
        "events: [{kinds: [run_status_running], ref: ops.first}]",
        "joins: [{query: 'kind:job', ref: ops.first, params: {losses: {value: outputs.loss, contextOnly: true}}}]",
        "conditions: '{{ ops.first.outputs.loss > 1 }}'",
    ],
    ids=["dependencies", "params", "events", "joins", "conditions"],
)
def test_each_way_of_waiting_makes_an_edge(waits: str) -> None:
    spec = dag(
        f"""
        - {{name: second, {waits}, component: {JOB}}}
        - name: first
          component: {{outputs: [{{name: loss, type: float}}], run: {{kind: job, container: {{image: busybox}}}}}}
        """
    )
    assert [(edge.upstream, edge.downstream) for edge in spec.graph.edges] == [("first", "second")]
    assert spec.graph.levels == (("first",), ("second",))


def test_a_circle_is_told_operation_by_operation() -> None:
    found = refused(
        f"""
        - {{name: a, dependencies: [c], component: {JOB}}}
        - {{name: b, dependencies: [a], component: {JOB}}}
        - {{name: c, dependencies: [b], component: {JOB}}}
        - {{name: behind, dependencies: [c], component: {JOB}}}
        """
    )
    assert found == [("dag-cycle", "the operations wait for one another: a -> c -> b -> a", "remove one of these dependencies")]


def test_an_operation_that_waits_for_itself_is_a_circle() -> None:
    found = refused(f"- {{name: a, dependencies: [a], component: {JOB}}}")
    assert found == [("dag-cycle", "the operations wait for one another: a -> a", "remove one of these dependencies")]


def test_an_unknown_operation_names_the_close_match() -> None:
    found = refused(
        f"""
        - {{name: prepare, component: {JOB}}}
        - {{name: train, dependencies: [prepaer], component: {JOB}}}
        """
    )
    assert found == [("unknown-operation", "operation `train`: the DAG has no operation `prepaer`", "did you mean `prepare`?")]


@pytest.mark.parametrize(
    ("operations", "problem"),
    [
        ("- {component: %s}", ("missing-field", "every operation of a DAG has a name", "give the operation a `name`")),
        (
            "- {name: a, component: %s}\n- {name: a, component: %s}",
            ("duplicate-name", "two operations of a DAG are named `a`", "rename one of them"),
        ),
        (
            "- {name: a, schedule: {kind: cron, cron: '0 0 * * MON'}, component: %s}",
            (
                "scheduled-operation",
                "operation `a`: an operation of a DAG has no schedule of its own",
                "put the schedule on the DAG",
            ),
        ),
    ],
    ids=["no-name", "same-name", "schedule"],
)
def test_what_an_operation_must_not_be(operations: str, problem: tuple[str, str, str]) -> None:
    assert refused(operations.replace("%s", JOB)) == [problem]


def test_a_dag_has_operations() -> None:
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile({"kind": "component", "run": {"kind": "dag"}})
    assert caught.value.diagnostics[0].message == "a DAG has operations, and this one has none"


def test_a_dag_has_no_build_of_its_own_but_its_operations_may() -> None:
    operation = {"name": "a", "component": {"build": {"hubRef": "kaniko"}, "run": {"kind": "job", "container": {"image": "x"}}}}
    run = {"kind": "dag", "operations": [operation]}
    assert polyspec.compile({"kind": "component", "run": run}).kind == "dag"
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile({"kind": "component", "build": {"hubRef": "kaniko"}, "run": run})
    assert [it.code for it in caught.value.diagnostics] == ["build-on-dag"]


COMPONENT = (
    "- {name: trainer, inputs: [{name: lr, type: float}], run: {kind: job, container: {image: busybox, args: ['{{ lr }}']}}}"
)


def test_a_component_of_the_dag_is_used_by_name() -> None:
    spec = dag("- {name: train, dagRef: trainer, params: {lr: 0.1}}", COMPONENT)
    assert spec.graph.operations["train"].run.container.args == ["0.1"]
    assert spec.to_dict()["run"]["operations"] == [{"name": "train", "params": {"lr": {"value": 0.1}}, "dagRef": "trainer"}]


def test_components_may_refer_to_one_another() -> None:
    spec = dag("- {name: train, dagRef: fast}", COMPONENT + "\n- {name: fast, dagRef: trainer, params: {lr: 1.0}}")
    assert spec.graph.operations["train"].inputs["lr"].value == 1.0


def test_components_that_refer_in_a_circle_are_told_with_the_chain() -> None:
    found = refused("- {name: train, dagRef: a}", "- {name: a, dagRef: b}\n- {name: b, dagRef: a}")
    assert found == [("reference-cycle", "operation `train`: the components refer in a circle: a -> b -> a", None)]


def test_an_unknown_component_names_the_close_match() -> None:
    found = refused("- {name: train, dagRef: traner}", COMPONENT)
    assert found == [("unknown-component", "operation `train`: the DAG has no component `traner`", "did you mean `trainer`?")]


def test_params_of_every_operation_are_checked_at_once() -> None:
    found = refused(
        """
        - {name: missing, dagRef: trainer}
        - {name: wrong, dagRef: trainer, params: {lr: fast}}
        - {name: strict, dagRef: trainer, strictParams: true, params: {lr: 1, lrr: 2}}
        """,
        COMPONENT,
    )
    assert [(code, message) for code, message, _ in found] == [
        ("missing-param", "operation `missing`: the input `lr` is required and no param gives it (a value of type `float`)"),
        ("wrong-type", "operation `wrong`: param `lr`: expected a number, found text"),
        ("unknown-param", "operation `strict`: no input or output is named `lrr`"),
    ]


UPSTREAM = """
- name: first
  component:
    inputs: [{name: n, type: int, value: 1}]
    outputs: [{name: loss, type: float}, {name: count, type: int}, {name: files, type: artifacts}]
    run: {kind: job, container: {image: busybox}}
"""


def _taking(kind: str, ref: str, value: str) -> str:
    return f"""
- name: second
  params: {{x: {{ref: {ref}, value: "{value}"}}}}
  component:
    inputs: [{{name: x, type: {kind}}}]
    run: {{kind: job, container: {{image: busybox, args: ["{{{{ x }}}}"]}}}}
"""


@pytest.mark.parametrize(
    ("kind", "ref", "value"),
    [
        ("float", "ops.first", "outputs.loss"),
        ("float", "ops.first", "{{ outputs.loss }}"),
        ("float", "ops.first", "outputs.count"),
        ("any", "ops.first", "outputs.loss"),
        ("int", "ops.first", "inputs.n"),
        ("str", "ops.first", "globals.uuid"),
        ("dict", "ops.first", "outputs"),
        ("dict", "ops.first", "inputs"),
        ("path", "ops.first", "artifacts"),
        ("any", "ops.first", "io"),
        ("path", "ops.first", "artifacts.files.sub"),
        ("str", "dag", "globals.uuid"),
        ("uuid", "dag", "globals.uuid"),
        ("uuid", "ops.first", "globals.original_uuid"),
        ("str", "runs.fcc462d764104eb698d3cca509f34154", "outputs.anything"),
    ],
)
def test_a_param_takes_what_another_operation_gives(kind: str, ref: str, value: str) -> None:
    spec = dag(UPSTREAM + _taking(kind, ref, value))
    assert spec.graph.operations["second"].run.container.args == ["{{ x }}"]


@pytest.mark.parametrize(
    ("kind", "ref", "value", "message"),
    [
        ("int", "ops.first", "outputs.loss", "`x` is of type `int`, and takes a value of type `float`"),
        ("uuid", "ops.first", "globals.name", "`x` is of type `uuid`, and takes a value of type `str`"),
        ("float", "ops.first", "outputs.lost", "`x` takes `outputs.lost`, which that operation does not have"),
        ("float", "ops.first", "{{ outputs.lost }}", "`x` takes `outputs.lost`, which that operation does not have"),
        ("float", "dag", "inputs.lr", "`x` takes `inputs.lr`, which the DAG does not have"),
        ("float", "ops.first", "outputs", "`x` is of type `float`, and takes a value of type `dict`"),
        ("dict", "ops.first", "artifacts", "`x` is of type `dict`, and takes a value of type `str`"),
        ("dict", "dag", "io", "`x` takes something that no operation has"),
        ("dict", "dag", "outputs", "`x` takes something that no operation has"),
        ("float", "ops.first", "results.loss", "`x` takes something that no operation has"),
        ("float", "ops.first", "outputs.a.b", "`x` takes something that no operation has"),
        ("float", "op.first", "outputs.loss", "`x` refers to something that is no operation, run or DAG"),
        ("float", "runs.seven", "outputs.loss", "`x` refers to a run by its uuid"),
    ],
)
def test_references_that_do_not_fit(kind: str, ref: str, value: str, message: str) -> None:
    found = refused(UPSTREAM + _taking(kind, ref, value))
    assert [text for _, text, _ in found] == [f"operation `second`: {message}"]


def test_a_nested_dag_is_checked_with_its_parent() -> None:
    found = refused(
        f"""
        - name: inner
          component:
            run:
              kind: dag
              operations:
              - {{name: a, dependencies: [b], component: {JOB}}}
        """
    )
    assert found == [("unknown-operation", "operation `inner`: operation `a`: the DAG has no operation `b`", None)]


def test_an_operation_keeps_its_own_name_and_conditions() -> None:
    spec = dag(
        """
        - name: mine
          conditions: "{{ 1 < 2 }}"
          component: {name: theirs, conditions: "false", run: {kind: job, container: {image: busybox}}}
        """
    )
    operation = spec.graph.operations["mine"]
    assert (operation.name, operation.to_dict()["conditions"]) == ("mine", "True")


def test_more_operations_than_the_limit_are_refused_before_they_are_looked_at() -> None:
    with pytest.raises(PolyspecError) as caught:
        dag(f"- {{name: a, component: {JOB}}}\n- {{name: b, component: {JOB}}}", limits=polyspec.Limits(operations=1))
    assert caught.value.diagnostics[0].code == "limit-operations"


def nested(levels: int, width: int) -> dict[str, Any]:
    """DAGs within DAGs: each operation of each is the next one, so that a small text stands for `width ** levels` operations."""
    component: dict[str, Any] = {"run": {"kind": "job", "container": {"image": "a"}}}
    for _ in range(levels):
        operations = [{"name": f"o{index}", "dagRef": "inner"} for index in range(width)]
        component = {"run": {"kind": "dag", "components": [{"name": "inner", **component}], "operations": operations}}
    return component


def test_the_operations_of_dags_within_dags_are_counted_together() -> None:
    assert len(polyspec.compile(nested(3, 5), limits=polyspec.Limits(operations=155)).graph.operations) == 5
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(nested(3, 5), limits=polyspec.Limits(operations=154))
    assert [found.code for found in caught.value.diagnostics] == ["limit-operations"]
    assert caught.value.diagnostics[0].message.endswith("a DAG of more than 154 operations, those of the DAGs within it counted")


@pytest.mark.parametrize(("limits", "code"), [({}, "limit-nodes"), ({"nodes": 10**8}, "limit-operations")])
def test_dags_within_dags_that_multiply_are_refused(limits: dict[str, int], code: str) -> None:
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(nested(15, 100), limits=polyspec.Limits(**limits))
    assert [found.code for found in caught.value.diagnostics] == [code]


def test_a_component_counts_each_time_an_operation_uses_it() -> None:
    component = {
        "name": "c",
        "tags": [f"t{index}" for index in range(1_000)],
        "run": {"kind": "job", "container": {"image": "a"}},
    }

    def used(times: int) -> dict[str, Any]:
        operations = [{"name": f"o{index}", "dagRef": "c"} for index in range(times)]
        return {"run": {"kind": "dag", "components": [component], "operations": operations}}

    limits = polyspec.Limits(nodes=10_000)
    assert len(polyspec.compile(used(90), limits=limits).graph.operations) == 90
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(used(110), limits=limits)
    (found,) = caught.value.diagnostics
    assert (found.code, found.path) == ("limit-nodes", ("run", "operations", 99))
    assert found.message == "the operations of a DAG have more than 100000 values, what they stand on counted at each use"


def test_the_text_of_a_component_counts_each_time_too() -> None:
    component = {"name": "c", "description": "d" * 1_000, "run": {"kind": "job", "container": {"image": "a"}}}
    operations = [{"name": f"o{index}", "dagRef": "c"} for index in range(100)]
    source = {"run": {"kind": "dag", "components": [component], "operations": operations}}
    assert len(polyspec.compile(source, limits=polyspec.Limits(document_bytes=12_000)).graph.operations) == 100
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(source, limits=polyspec.Limits(document_bytes=9_000))
    (found,) = caught.value.diagnostics
    assert (found.code, found.path) == ("limit-document-bytes", ("run", "operations", 85))
    assert found.message == "the operations of a DAG have more than 90000 bytes, what they stand on counted at each use"


def test_what_operations_stand_on_counts_by_what_it_is_wherever_it_lies_in_memory() -> None:
    room = Room(polyspec.Limits(nodes=100))
    for size in range(10):
        room.take_values([Layer("component", {"tags": ["t"] * size}, Document.of_tree("<test>", None))], ())
    assert room.values == 1000 - sum(size + 2 for size in range(10))


@pytest.mark.parametrize(("length", "codes"), [(16, []), (17, ["limit-chain"]), (5000, ["limit-chain"])])
def test_components_that_refer_to_one_another_are_a_chain_of_references(length: int, codes: list[str]) -> None:
    links = [{"kind": "operation", "name": f"c{index}", "dagRef": f"c{index + 1}"} for index in range(1, length)]
    components = [*links, {"name": f"c{length}", "run": {"kind": "job", "container": {"image": "a"}}}]
    source = {"run": {"kind": "dag", "components": components, "operations": [{"name": "o", "dagRef": "c1"}]}}
    try:
        polyspec.compile(source)
        found = []
    except PolyspecError as error:
        found = [each.code for each in error.diagnostics]
    assert found == codes


def test_hints_are_sought_for_as_many_orphans_as_an_error_carries() -> None:
    edges = [Edge(f"step{number}", "step1") for number in (2, 3, 4)]
    assert [found.hint for found in orphans(["step1"], edges, polyspec.Limits(diagnostics=2))] == [
        "did you mean `step1`?",
        "did you mean `step1`?",
        None,
    ]


def test_a_run_that_is_no_dag_has_an_empty_graph() -> None:
    spec = polyspec.compile({"run": {"kind": "job", "container": {"image": "busybox"}}})
    assert (spec.graph.operations, spec.graph.edges, spec.graph.levels) == ({}, (), ())


@pytest.mark.parametrize("count", [200])
def test_long_chains_and_wide_levels_hold(count: int) -> None:
    chain = [
        {
            "name": f"o{index}",
            "dependencies": [f"o{index - 1}"] if index else [],
            "run": {"kind": "job", "container": {"image": "x"}},
        }
        for index in range(count)
    ]
    spec = polyspec.compile({"run": {"kind": "dag", "operations": chain}})
    assert spec.graph.levels == tuple((f"o{index}",) for index in range(count))


def test_a_problem_is_placed_at_the_operation(tmp_path_text: Callable[[str], str]) -> None:
    path = tmp_path_text(f"run:\n  kind: dag\n  operations:\n  - name: a\n    dependencies: [nobody]\n    component: {JOB}\n")
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(path)
    location = caught.value.diagnostics[0].location
    assert location is not None
    assert (location.line, location.column) == (5, 20)
