"""DAGs, row by row (polyaxonfile section 15); `tests/graph` has the rest of their rules."""

import textwrap
from typing import Any

import pytest

import polyspec
from polyspec import Component, Operation, PolyspecError, RunSpec
from polyspec.spec.run import Dag, Job
from tests.language.compiling import CONTEXT, Tree, case, spec_of

JOB = "{run: {kind: job, container: {image: busybox}}}"
JOB_TREE: Tree = {"run": {"kind": "job", "container": {"image": "busybox"}}}
FIRST = """\
- name: first
  component:
    inputs: [{name: lr, type: float, value: 0.1}]
    outputs:
    - {name: loss, type: float}
    - {name: n, type: int}
    - {name: ns, type: int, isList: true}
    - {name: m, type: metric}
    - {name: t, type: str}
    run: {kind: job, container: {image: busybox}}
"""
TAKES = "component: {inputs: [{name: x, type: %s}], run: {kind: job, container: {image: busybox, args: ['{{ x }}']}}}"


def dag(operations: str, components: str = "", head: str = "") -> RunSpec:
    """A DAG of operations written as YAML items."""
    blocks = {"operations": operations, "components": components}
    body = "".join(f"  {key}:\n{textwrap.indent(textwrap.dedent(text), '    ')}\n" for key, text in blocks.items() if text)
    return spec_of(f"{head}\nrun:\n  kind: dag\n{body}")


def refused(operations: str, components: str = "", head: str = "") -> list[tuple[str, str]]:
    """The code and message of every problem of a DAG."""
    with pytest.raises(PolyspecError) as caught:
        dag(operations, components, head)
    return [(it.code, it.message) for it in caught.value.diagnostics]


@pytest.mark.parametrize(
    ("text", "args"),
    [
        case(
            "15 Nodes: without a kind", "{name: a, component: {run: {kind: job, container: {image: busybox, args: [x]}}}}", ["x"]
        ),
        case(
            "15 Nodes: an operation",
            "{kind: operation, name: a, component: {run: {kind: job, container: {image: busybox, args: [x]}}}}",
            ["x"],
        ),
        case(
            "15 Nodes: a component", "{kind: component, name: a, run: {kind: job, container: {image: busybox, args: [x]}}}", ["x"]
        ),
        case("15 Nodes: inline shortcuts", "{name: a, container: {image: busybox, args: [x]}}", ["x"]),
    ],
)
def test_what_a_node_may_be(text: str, args: list[str]) -> None:
    spec = dag(f"- {text}")
    assert list(spec.graph.operations) == ["a"]
    assert spec.graph.operations["a"].run.container.args == args


@pytest.mark.parametrize(
    ("operations", "components", "problem"),
    [
        case("15 Nodes: a name", f"- {{component: {JOB}}}", "", ("missing-field", "every operation of a DAG has a name")),
        case(
            "15 Nodes: unique names",
            f"- {{name: a, component: {JOB}}}\n- {{name: a, component: {JOB}}}",
            "",
            ("duplicate-name", "two operations of a DAG are named `a`"),
        ),
        case(
            "15 Components: a name",
            f"- {{name: a, component: {JOB}}}",
            f"- {JOB}",
            ("missing-field", "every component of a DAG has a name"),
        ),
        case(
            "15 Components: unique names",
            f"- {{name: a, component: {JOB}}}",
            "- {name: c, run: {kind: job}}\n- {name: c, run: {kind: job}}",
            ("duplicate-name", "two components of a DAG are named `c`"),
        ),
        case(
            "15 Components: unknown",
            "- {name: a, dagRef: trainr}",
            "- {name: trainer, run: {kind: job}}",
            ("unknown-component", "operation `a`: the DAG has no component `trainr`"),
        ),
        case(
            "15 Orphans",
            f"- {{name: a, dependencies: [b], component: {JOB}}}",
            "",
            ("unknown-operation", "operation `a`: the DAG has no operation `b`"),
        ),
        case(
            "15 Cycle detection, topological sort: a circle (S35)",
            f"- {{name: a, dependencies: [b], component: {JOB}}}\n- {{name: b, dependencies: [a], component: {JOB}}}",
            "",
            ("dag-cycle", "the operations wait for one another: a -> b -> a"),
        ),
        case(
            "15 Schedule in node",
            f"- {{name: a, schedule: {{kind: cron, cron: '@daily'}}, component: {JOB}}}",
            "",
            ("scheduled-operation", "operation `a`: an operation of a DAG has no schedule of its own"),
        ),
        case(
            "15 Node params validated: required",
            f"- {{name: a, {TAKES % 'float'}}}",
            "",
            ("missing-param", "operation `a`: the input `x` is required and no param gives it (a value of type `float`)"),
        ),
        case(
            "15 Node params validated: literal",
            f"- {{name: a, params: {{x: text}}, {TAKES % 'float'}}}",
            "",
            ("wrong-type", "operation `a`: param `x`: expected a number, found text"),
        ),
        case(
            "15 Node params validated: strictParams",
            f"- {{name: a, strictParams: true, params: {{x: 1, y: 2}}, {TAKES % 'float'}}}",
            "",
            ("unknown-param", "operation `a`: no input or output is named `y`"),
        ),
        case(
            "15 Concurrency: at least one",
            f"- {{name: a, component: {{run: {{kind: dag, concurrency: 0, operations: [{{name: b, component: {JOB}}}]}}}}}}",
            "",
            ("out-of-bounds", "expected at least 1"),
        ),
    ],
)
def test_what_a_dag_does_not_take(operations: str, components: str, problem: tuple[str, str]) -> None:
    assert refused(operations, components) == [problem]


@pytest.mark.parametrize(
    ("components", "names"),
    [
        case("15 Components: used by dagRef", "- {name: c, run: {kind: job, container: {image: busybox}}}", ["c"]),
        case(
            "15 Components: unused ones are allowed",
            "- {name: c, run: {kind: job}}\n- {name: d, run: {kind: service}}",
            ["c", "d"],
        ),
    ],
)
def test_components(components: str, names: list[str]) -> None:
    spec = dag("- {name: a, dagRef: c}", components)
    assert spec.graph.operations["a"].kind == "job"
    assert [it["name"] for it in spec.to_dict()["run"]["components"]] == names


@pytest.mark.parametrize(
    ("waits", "edges"),
    [
        case("15 Explicit edges: dependencies", "dependencies: [first]", [("first", "second")]),
        case(
            "15 Implicit edges: params",
            "params: {p: {ref: ops.first, value: outputs.loss, contextOnly: true}}",
            [("first", "second")],
        ),
        case("15 Implicit edges: events", "events: [{kinds: [run_status_running], ref: ops.first}]", [("first", "second")]),
        case(
            "15 Implicit edges: joins (S32)",
            "joins: [{query: a, ref: ops.first, params: {p: {value: outputs.loss}}}]",
            [("first", "second")],
        ),
        case("15 Implicit edges: conditions (S32)", "conditions: '{{ ops.first.outputs.loss > 1 }}'", [("first", "second")]),
        case(
            "15 Implicit edges: once each",
            "dependencies: [first], params: {p: {ref: ops.first, value: outputs.loss, contextOnly: true}}",
            [("first", "second")],
        ),
        case("15 Not edges: hooks", "hooks: [{hubRef: slack, params: {p: {ref: ops.first, value: outputs.loss}}}]", []),
        case("15 Not edges: params of the DAG", "params: {p: {ref: dag, value: 'globals.uuid', contextOnly: true}}", []),
        case("15 Not edges: joins without ref", "joins: [{query: a}]", []),
    ],
)
def test_edges(waits: str, edges: list[tuple[str, str]]) -> None:
    spec = dag(f"{FIRST}- {{name: second, {waits}, component: {JOB}}}")
    assert [(it.upstream, it.downstream) for it in spec.graph.edges] == edges
    assert spec.graph.levels == ((("first",), ("second",)) if edges else (("first", "second"),))


@pytest.mark.parametrize(
    ("waits", "levels"),
    [
        case("15 Cycle detection, topological sort: a line", {"c": ["b"], "b": ["a"], "a": []}, (("a",), ("b",), ("c",))),
        case(
            "15 Cycle detection, topological sort: a diamond",
            {"d": ["b", "c"], "c": ["a"], "b": ["a"], "a": []},
            (("a",), ("c", "b"), ("d",)),
        ),
        case("15 Cycle detection, topological sort: the order of the document", {"z": [], "a": [], "m": []}, (("z", "a", "m"),)),
    ],
)
def test_levels(waits: dict[str, list[str]], levels: tuple[tuple[str, ...], ...]) -> None:
    spec = dag("".join(f"- {{name: {name}, dependencies: {names}, component: {JOB}}}\n" for name, names in waits.items()))
    assert spec.graph.levels == levels


@pytest.mark.parametrize("text", [case("15 Concurrency: a count", "2"), case("15 Concurrency: a template", "'{{ n }}'")])
def test_concurrency(text: str) -> None:
    spec = spec_of(f"run: {{kind: dag, concurrency: {text}, operations: [{{name: a, component: {JOB}}}]}}", {"n": 2})
    assert spec.to_dict()["run"]["concurrency"] == (2 if text == "2" else "{{ n }}")


REFS = [
    *(("dag", f"globals.{it}") for it in ("uuid", "name", "project_name", "run_outputs_path")),
    ("dag", "inputs"),
    ("dag", "inputs.seed"),
    ("dag", "artifacts"),
    *(("ops.first", it) for it in ("inputs", "outputs", "io", "artifacts")),
    ("ops.first", "inputs.lr"),
    ("ops.first", "outputs.loss"),
    ("ops.first", "globals.uuid"),
    ("ops.first", "globals.status"),
    ("ops.first", "artifacts.model"),
    ("ops.first", "artifacts.model.onnx"),
]


@pytest.mark.parametrize(
    ("ref", "value"), [case(f"15 Context table for refs: {ref}, {value}", ref, value) for ref, value in REFS]
)
def test_what_may_be_referred_to(ref: str, value: str) -> None:
    second = f"- {{name: second, params: {{p: {{ref: {ref}, value: {value}, contextOnly: true}}}}, component: {JOB}}}"
    spec = dag(FIRST + second, head="inputs: [{name: seed, type: int, value: 1}]")
    assert spec.to_dict()["run"]["operations"][1]["params"]["p"] == {"ref": ref, "value": value, "contextOnly": True}


@pytest.mark.parametrize(
    ("ref", "value", "problem"),
    [
        case(
            "15 Context table for refs: no such output",
            "ops.first",
            "outputs.los",
            ("unknown-output", "operation `second`: `p` takes `outputs.los`, which that operation does not have"),
        ),
        case(
            "15 Context table for refs: no such input of the DAG",
            "dag",
            "inputs.lr",
            ("unknown-output", "operation `second`: `p` takes `inputs.lr`, which the DAG does not have"),
        ),
        case(
            "15 Context table for refs: a DAG has no outputs yet",
            "dag",
            "outputs",
            ("bad-reference-value", "operation `second`: `p` takes something that no operation has"),
        ),
        case(
            "15 Context table for refs: another word",
            "ops.first",
            "results.loss",
            ("bad-reference-value", "operation `second`: `p` takes something that no operation has"),
        ),
        case(
            "15 Context table for refs: another entity",
            "jobs.first",
            "outputs.loss",
            ("bad-reference", "operation `second`: `p` refers to something that is no operation, run or DAG"),
        ),
        case(
            "15 Orphans: in a ref",
            "ops.frist",
            "outputs.loss",
            ("unknown-operation", "operation `second`: the DAG has no operation `frist`"),
        ),
    ],
)
def test_what_may_not_be_referred_to(ref: str, value: str, problem: tuple[str, str]) -> None:
    second = f"- {{name: second, params: {{p: {{ref: {ref}, value: {value}, contextOnly: true}}}}, component: {JOB}}}"
    assert refused(FIRST + second) == [problem]


@pytest.mark.parametrize(
    ("output", "wanted", "given"),
    [
        case("15 Type check across refs: the same", "loss", "float", None),
        case("15 Type check across refs: int fits float (S33)", "n", "float", None),
        case("15 Type check across refs: anything fits any (S33)", "t", "any", None),
        case("15 Type check across refs: metric fits float (S33)", "m", "float", None),
        case("15 Type check across refs: isList int fits List[int] (S33)", "ns", "'List[int]'", None),
        case("15 Type check across refs: text is a path", "t", "path", None),
        case("15 Type check across refs: float is no int", "loss", "int", "float"),
        case("15 Type check across refs: text is no float", "t", "float", "str"),
        case("15 Type check across refs: a list is no item", "ns", "int", "List[int]"),
    ],
)
@pytest.mark.parametrize("written", ["outputs.{}", "'{{{{ outputs.{} }}}}'"], ids=["plain", "template"])
def test_types_across_references(output: str, wanted: str, given: str | None, written: str) -> None:
    second = f"- {{name: second, params: {{x: {{ref: ops.first, value: {written.format(output)}}}}}, {TAKES % wanted}}}"
    if given is None:
        assert dag(FIRST + second).graph.levels == (("first",), ("second",))
    else:
        message = f"operation `second`: `x` is of type `{wanted}`, and takes a value of type `{given}`"
        assert refused(FIRST + second) == [("wrong-type", message)]


@pytest.mark.parametrize(
    ("node", "kept"),
    [
        case("15 Build in node", {"component": {**JOB_TREE, "build": {"hubRef": "kaniko"}}}, "build"),
        case("15 Matrix in node", {"matrix": {"kind": "mapping", "values": [{"x": 1}]}, "component": JOB_TREE}, "matrix"),
    ],
)
def test_what_a_node_may_have(node: Tree, kept: str) -> None:
    spec = polyspec.compile({"kind": "component", "run": {"kind": "dag", "operations": [{"name": "a", **node}]}})
    assert spec.to_dict()["run"]["operations"] == [{"name": "a", **node}]
    assert spec.graph.operations["a"].to_dict()[kept] == {**node, **node["component"]}[kept]


@pytest.mark.parametrize("head", [case("15 Build in node: not of the DAG (S50)", "build: {hubRef: kaniko}")])
def test_a_dag_has_no_build(head: str) -> None:
    assert refused(f"- {{name: a, component: {JOB}}}", head=head) == [("build-on-dag", "a DAG has no image to build")]


INNER = "- {{name: outer, component: {{run: {{kind: dag, operations: [{{name: inner, dependencies: [{}], component: {}}}]}}}}}}"


@pytest.mark.parametrize(
    ("needs", "problem"),
    [
        case("15 Nested DAG: allowed", "", None),
        case("15 Nested DAG: checked (S34)", "gone", "operation `outer`: operation `inner`: the DAG has no operation `gone`"),
    ],
)
def test_a_dag_in_a_dag(needs: str, problem: str | None) -> None:
    text = INNER.format(needs, JOB)
    if problem is None:
        assert list(dag(text).graph.operations["outer"].graph.operations) == ["inner"]
    else:
        assert refused(text) == [("unknown-operation", problem)]


@pytest.mark.parametrize("built", [case("15 Python building: objects", ["prepare", "train"])])
def test_a_dag_built_in_python(built: list[str]) -> None:
    component = Component(run=Job.from_dict({"kind": "job", "container": {"image": "busybox"}}))
    prepare = Operation(name="prepare", component=component)
    train = Operation(name="train", component=component, dependencies=["prepare"])
    spec = polyspec.compile(Component(run=Dag(operations=[prepare, train])), context=CONTEXT)
    assert spec.graph.levels == tuple((name,) for name in built)


@pytest.mark.parametrize(
    ("args", "compiled"),
    [case("15 DAG compile output: as it is written", ["{{ globals.name }}", "{{ x }}"], ["a", "5.0"])],
)
def test_operations_are_left_for_when_they_run(args: list[str], compiled: list[str]) -> None:
    node: dict[str, Any] = {
        "name": "a",
        "params": {"x": {"value": 5.0}},
        "component": {
            "inputs": [{"name": "x", "type": "float"}],
            "run": {"kind": "job", "container": {"image": "busybox", "args": args}},
        },
    }
    spec = polyspec.compile({"kind": "component", "run": {"kind": "dag", "operations": [node]}})
    assert spec.to_dict()["run"]["operations"] == [node]
    assert spec.graph.operations["a"].run.container.args == compiled
