"""Section 6: params."""

import json
from pathlib import Path

import pytest

import polyspec
from polyspec import Param
from polyspec.cli import main

from .rows import ABSENT, Case, check, gives, refuses, row, told

NOTHING = "bad-reference-value: operation `second`: `x` takes something that no operation has"
RUN = "run: {kind: job, container: {image: busybox}}"


def operation(params: str, inputs: str = "", more: str = "", outputs: str = "") -> str:
    return f"kind: operation\nparams: {{{params}}}\n{more}\ncomponent: {{inputs: [{inputs}], outputs: [{outputs}], {RUN}}}"


def value(given: object) -> dict[str, object]:
    return {"inputs.0.value": given, "inputs.0.isOptional": True}


def dag(param: str, inputs: str = "{name: x, type: float}", dag_inputs: str = "{name: seed, type: float, value: 1}") -> str:
    first = f"{{name: first, component: {{outputs: [{{name: loss, type: float}}], {RUN}}}}}"
    second = f"{{name: second, params: {{x: {param}}}, component: {{inputs: [{inputs}], {RUN}}}}}"
    return f"kind: component\ninputs: [{dag_inputs}]\nrun:\n  kind: dag\n  operations:\n  - {first}\n  - {second}"


CASES = [
    gives("6 Short form: a value", operation("x: 0.1", "{name: x, type: float}"), value(0.1)),
    gives("6 Short form: a list", operation("x: [1]", "{name: x, type: 'List[int]'}"), value([1])),
    gives("6 Short form: a mapping", operation("x: {a: 1}", "{name: x, type: dict}"), value({"a": 1})),
    gives("6 Short form: `{}` is an empty param", operation("x: {}", "{name: x, type: dict, value: {b: 1}}"), value({"b": 1})),
    gives("6 Short form: null is an empty param", operation("x: null", "{name: x, type: int, value: 3}"), value(3)),
    gives("6 Full form", operation("x: {value: 1}", "{name: x, type: int}"), value(1)),
    gives(
        "6 Full form: either case",
        operation("x: {value: 1, to_env: X}", "{name: x, type: int}"),
        {**value(1), "inputs.0.toEnv": "X"},
    ),
    refuses(
        "6 Full form: no other keys",
        operation("x: {value: 1, other: 2}", "{name: x, type: dict}"),
        "unknown-field: unknown field `other` of a param",
    ),
    refuses(
        "6 Full form: a mapping whose own key is `value` is misread in YAML",
        operation("x: {value: 1}", "{name: x, type: dict}"),
        "wrong-type: param `x`: expected a mapping, found an integer",
    ),
    gives(
        "6 Full form: and is safe through the call",
        operation("", "{name: x, type: dict}"),
        value({"value": 1}),
        params={"x": {"value": 1}},
    ),
    gives("6 Literal: converted", operation("x: '3'", "{name: x, type: int}"), value(3)),
    refuses(
        "6 Literal: validated",
        operation("x: 3", "{name: x, type: int, validation: {lt: 3}}"),
        "validation-failed: param `x`: expected a number less than `3`",
    ),
    gives(
        "6 ref ops.NAME",
        dag("{ref: ops.first, value: outputs.loss}"),
        {"run.operations.1.params.x": {"ref": "ops.first", "value": "outputs.loss"}},
    ),
    refuses(
        "6 ref ops.NAME: the value is text",
        dag("{ref: ops.first, value: 1}"),
        "bad-reference-value: the value of a param with `ref` is a path such as `outputs.loss`",
    ),
    refuses(
        "6 ref ops.NAME: an unknown operation",
        dag("{ref: ops.frist, value: outputs.loss}"),
        "unknown-operation: operation `second`: the DAG has no operation `frist`",
    ),
    refuses(
        "6 ref ops.NAME: an unknown output",
        dag("{ref: ops.first, value: outputs.los}"),
        "unknown-output: operation `second`: `x` takes `outputs.los`, which that operation does not have",
    ),
    gives(
        "6 ref runs.UUID: not checked",
        dag("{ref: runs.0d3e1dd2f8b74a8a9e4dbdd7a2ac9bb5, value: outputs.loss}"),
        {"run.operations.1.params.x.ref": "runs.0d3e1dd2f8b74a8a9e4dbdd7a2ac9bb5"},
    ),
    refuses(
        "6 ref runs.UUID: no UUID",
        dag("{ref: runs.latest, value: outputs.loss}"),
        "bad-reference: operation `second`: `x` refers to a run by its uuid",
    ),
    gives(
        "6 ref dag: an input",
        dag("{ref: dag, value: inputs.seed}"),
        {"run.operations.1.params.x": {"ref": "dag", "value": "inputs.seed"}},
    ),
    gives(
        "6 ref dag: a global",
        dag("{ref: dag, value: globals.uuid}", "{name: x, type: str}"),
        {"run.operations.1.params.x.value": "globals.uuid"},
    ),
    gives(
        "6 ref dag: its artifacts",
        dag("{ref: dag, value: artifacts}", "{name: x, type: path}"),
        {"run.operations.1.params.x.value": "artifacts"},
    ),
    refuses("6 ref dag: its outputs", dag("{ref: dag, value: outputs}"), NOTHING),
    *(
        gives(
            f"6 Ref value grammar: {written}",
            dag(f"{{ref: ops.first, value: '{written}'}}", "{name: x, type: any}"),
            {"run.operations.1.params.x.value": written},
        )
        for written in (
            "inputs",
            "outputs",
            "artifacts",
            "io",
            "outputs.loss",
            "{{ outputs.loss }}",
            "artifacts.base",
            "artifacts.base.part",
            "globals.uuid",
        )
    ),
    *(
        refuses(
            f"6 Ref value grammar: not {written}",
            dag(f"{{ref: ops.first, value: '{written}'}}", "{name: x, type: any}"),
            NOTHING,
        )
        for written in ("loss", "metrics.loss", "outputs.loss.part", "artifacts.a.b.c")
    ),
    gives(
        "6 ArtifactsType ref",
        operation(
            "",
            "{name: x, type: artifacts}",
            "joins: [{query: 'status:succeeded', params: {x: {value: {files: [a], dirs: [b]}}}}]",
        ),
        {"joins.0.params.x": {"value": {"files": ["a"], "dirs": ["b"]}}, "inputs.0": {"name": "x", "type": "artifacts"}},
    ),
    gives(
        "6 contextOnly: true under strict params",
        operation("x: {value: 1, contextOnly: true}", more="strictParams: true"),
        {"contexts.0.name": "x", "contexts.0.value": 1},
    ),
    gives(
        "6 contextOnly: an input of that name wins",
        operation("x: {value: '1', contextOnly: true}", "{name: x, type: int}"),
        {**value(1), "contexts": ABSENT},
    ),
    refuses(
        "6 contextOnly: false requires a declaration",
        operation("x: {value: 1, contextOnly: false}"),
        "unknown-param: no input or output is named `x`",
    ),
    gives("6 Undeclared: a context", operation("x: 1"), {"contexts.0.name": "x", "contexts.0.value": 1}),
    gives(
        "6 Undeclared: close to a declared one (S31)",
        operation("ratee: 1", "{name: rate, type: int, value: 2}"),
        {"contexts.0.name": "ratee"},
        warned=("unknown-param: no input or output is named `ratee`: it is a context value",),
    ),
    refuses(
        "6 Undeclared: under strict params",
        operation("x: 1", more="strictParams: true"),
        "unknown-param: no input or output is named `x`",
    ),
    refuses(
        "6 Missing required",
        operation("", "{name: x, type: int}"),
        "missing-param: the input `x` is required and no param gives it (a value of type `int`)",
    ),
    gives("6 Missing required: optional", operation("", "{name: x, type: int, isOptional: true}"), {"inputs.0.value": ABSENT}),
    gives(
        "6 Missing required: delayed", operation("", "{name: x, type: int, delayValidation: true}"), {"inputs.0.value": ABSENT}
    ),
    gives("6 Outputs: delayed", operation("", outputs="{name: y, type: int}"), {"outputs.0.value": ABSENT}),
    refuses(
        "6 Outputs: required when they say so",
        operation("", outputs="{name: y, type: int, delayValidation: false}"),
        "missing-param: the output `y` is required and no param gives it (a value of type `int`)",
    ),
    gives(
        "6 connection: over that of the input",
        operation("x: {value: a, connection: mine}", "{name: x, type: path, connection: theirs}"),
        {"inputs.0.connection": "mine"},
    ),
    gives(
        "6 connection: in templates",
        operation("x: {value: a, connection: mine}", "{name: x, type: path}", "queue: '{{ params.x.connection }}'"),
        {"queue": "mine"},
    ),
    gives(
        "6 toInit: git",
        operation("x: {value: {url: 'https://github.com/a/b'}, toInit: true}", "{name: x, type: git}"),
        {"run.init": [{"git": {"url": "https://github.com/a/b"}}]},
    ),
    gives("6 toEnv", operation("x: {value: 1, toEnv: X}", "{name: x, type: int}"), {"inputs.0.toEnv": "X"}),
    gives(
        "6 Join params: a list",
        operation("", "{name: x, type: float, isList: true}", "joins: [{query: a, params: {x: {value: outputs.loss}}}]"),
        {"inputs.0": {"name": "x", "type": "float", "isList": True}},
    ),
    refuses(
        "6 Join params: an input that is none",
        operation("", "{name: x, type: float}", "joins: [{query: a, params: {x: {value: outputs.loss}}}]"),
        "wrong-type: param `x`: a join gives a list, and the input is of type `float`",
    ),
    gives(
        "6 Matrix supplies input",
        operation("", "{name: x, type: int}", "matrix: {kind: grid, params: {x: {kind: choice, value: [1]}}}"),
        {"inputs.0": {"name": "x", "type": "int"}},
    ),
    refuses(
        "6 Matrix supplies input: of its type",
        operation("", "{name: x, type: bool}", "matrix: {kind: random, numRuns: 1, params: {x: {kind: uniform, value: [0, 1]}}}"),
        "wrong-type: matrix param `x`: `uniform` gives numbers, and the input is of type `bool`",
    ),
    gives(
        "6 Param order: joins do not override explicit params",
        operation("x: [1.0]", "{name: x, type: float, isList: true}", "joins: [{query: a, params: {x: {value: outputs.loss}}}]"),
        value([1.0]),
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_a_row_of_section_6(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "main.yaml"
    path.write_text(f"kind: component\ninputs: [{{name: x, type: str}}]\n{RUN}")
    return str(path)


@row("6 Flag parse")
@pytest.mark.parametrize(("written", "expected"), [("x=1", "1"), ("x=a=b", "a=b"), ("x= a b ", " a b "), ("x=", "")])
def test_a_flag_is_text_after_the_first_equals_sign(
    file: str, written: str, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compile", file, "-o", "json", "-P", written]) == 0
    assert json.loads(capsys.readouterr().out)["inputs"][0]["value"] == expected


@row("6 Flag parse")
def test_a_flag_is_given_once(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compile", file, "-P", "x=1", "-P", "x=2"]) == 2
    assert capsys.readouterr().err == "polyspec: -P x is given twice\n"


@row("6 SDK params")
def test_texts_of_a_call_are_kept() -> None:
    spec = polyspec.compile(
        {"kind": "component", "run": {"kind": "job", "container": {"image": "a"}}},
        {"a": "1", "b": 1, "c": Param(value="{{ x }}")},
    )
    assert [(name, io.value) for name, io in spec.contexts.items()] == [("a", "1"), ("b", 1), ("c", "{{ x }}")]


@row("6 -HP")
def test_a_matrix_is_an_option_of_the_call_and_no_flag(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`-HP` is a flag of Polyaxon's; here `compile(matrix=...)` takes the matrix whole."""
    matrix = {"kind": "grid", "params": {"x": {"kind": "choice", "value": ["a", "b"]}}}
    assert [run.inputs["x"].value for run in polyspec.compile(file, matrix=matrix).expand()] == ["a", "b"]
    assert main(["compile", file, "-HP", "x=choice:[a,b]"]) == 2
    assert "unrecognized arguments: -HP" in capsys.readouterr().err


@row("6 toInit")
def test_an_input_without_a_type_goes_to_no_init() -> None:
    text = operation("x: {value: a, toInit: true}", "{name: x}")
    with pytest.raises(polyspec.PolyspecError) as caught:
        polyspec.compile(polyspec.loads(text))
    assert told(caught.value.diagnostics) == ("bad-to-init: `x` has no type, and `toInit` needs one",)
