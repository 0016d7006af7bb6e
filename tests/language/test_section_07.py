"""Sections 7.1 and 7.3: the fields of inputs and outputs, and the keywords of their validation. 7.2 is beside it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from polyspec import PolyspecError, compile  # noqa: A004 - the name that the contract gives it
from polyspec.lint import LINT

from .rows import ABSENT, Case, check, gives, refuses, told

RUN = "run: {kind: job, container: {image: busybox, args: ['{{ params.x.as_arg }}']}}"
PLAIN = "run: {kind: job, container: {image: busybox}}"


def component(io: str, run: str = PLAIN) -> str:
    return f"kind: component\ninputs: [{io}]\n{run}"


FIELDS = [
    refuses("7.1 name: required", component("{type: int}"), "missing-field: the field `name` is missing"),
    refuses(
        "7.1 name: once (S29)",
        component("{name: x, value: 1}, {name: x, value: 2}"),
        "duplicate-name: two inputs are named `x`",
    ),
    refuses(
        "7.1 name: not reserved (S29)",
        component("{name: globals, value: 1}"),
        "reserved-name: the name `globals` is reserved for templates",
    ),
    gives("7.1 description", component("{name: x, description: how many, value: 1}"), {"inputs.0.description": "how many"}),
    gives(
        "7.1 type: unchecked until there is a value",
        component("{name: x, type: flaot, isOptional: true}"),
        {"inputs.0.type": "flaot"},
    ),
    refuses("7.1 type: checked with one", component("{name: x, type: flaot, value: 1}"), "unknown-type: unknown type `flaot`"),
    gives(
        "7.1 value: implies isOptional",
        component("{name: x, type: int, value: '2'}"),
        {"inputs.0": {"name": "x", "type": "int", "isOptional": True, "value": 2}},
    ),
    refuses(
        "7.1 isOptional: false with a value",
        component("{name: x, type: int, value: 2, isOptional: false}"),
        "default-of-required: an input with a default value is optional",
    ),
    gives(
        "7.1 isOptional",
        component("{name: x, type: int, isOptional: true}"),
        {"inputs.0": {"name": "x", "type": "int", "isOptional": True}},
    ),
    gives("7.1 isList", component("{name: x, type: int, isList: true, value: ['1', 2]}"), {"inputs.0.value": [1, 2]}),
    refuses(
        "7.1 isList: no list",
        component("{name: x, type: int, isList: true, value: 1}"),
        "wrong-type: param `x`: expected a list, found an integer",
    ),
    gives(
        "7.1 isFlag: true", component("{name: x, type: bool, isFlag: true, value: true}", RUN), {"run.container.args": ["--x"]}
    ),
    gives("7.1 isFlag: false", component("{name: x, type: bool, isFlag: true, value: false}", RUN), {"run.container.args": [""]}),
    refuses(
        "7.1 isFlag: of a bool alone",
        component("{name: x, type: int, isFlag: true, value: 1}"),
        "bad-flag: a flag is an input of type `bool`",
    ),
    gives("7.1 argFormat: none", component("{name: x, type: float, value: 0.1}", RUN), {"run.container.args": ["--x=0.1"]}),
    gives(
        "7.1 argFormat: a template of its own name",
        component("{name: x, type: float, value: 0.1, argFormat: '-x {{ x }}'}", RUN),
        {"run.container.args": ["-x 0.1"]},
    ),
    gives(
        "7.1 connection",
        component("{name: x, type: str, value: a, connection: store}", RUN.replace("as_arg", "connection")),
        {"inputs.0.connection": "store", "run.container.args": ["store"]},
    ),
    gives(
        "7.1 toInit",
        component("{name: x, type: git, value: {url: 'https://github.com/a/b'}, toInit: true}"),
        {"inputs.0.toInit": True, "run.init": [{"git": {"url": "https://github.com/a/b"}}]},
    ),
    gives("7.1 toEnv", component("{name: x, type: int, value: 1, toEnv: X}"), {"inputs.0.toEnv": "X"}),
    refuses(
        "7.1 validation",
        component("{name: x, type: int, value: 1, validation: {gt: 1}}"),
        "validation-failed: param `x`: expected a number greater than `1`",
    ),
    gives(
        "7.1 delayValidation",
        component("{name: x, type: int, delayValidation: true}"),
        {"inputs.0": {"name": "x", "type": "int", "isOptional": True, "delayValidation": True}},
    ),
    refuses(
        "7.1 options",
        component("{name: x, type: str, value: sdg, options: [sgd, adam]}"),
        "validation-failed: param `x`: expected one of `sgd`, `adam`",
    ),
    gives("7.1 options: one of them", component("{name: x, type: int, value: 2, options: ['1', '2']}"), {"inputs.0.value": 2}),
    gives(
        "7.1 options: a word of the validation in the run",
        component("{name: x, type: int, value: 2, options: [1, 2], validation: {gt: 0}}"),
        {"inputs.0.validation": {"gt": 0, "options": [1, 2]}, "inputs.0.options": "<absent>"},
    ),
]

KEYWORDS: tuple[tuple[str, str, dict[str, Any], tuple[Any, ...], tuple[Any, ...], str], ...] = (
    ("gt ge lt le", "int", {"gt": 1}, (2,), (1, 0), "a number greater than `1`"),
    ("gt ge lt le", "float", {"ge": 1}, (1, 2), (0.5,), "a number greater than or equal to `1`"),
    ("gt ge lt le", "List[int]", {"lt": 3}, ([1, 2], []), ([1, 3],), "a number less than `3`"),
    ("gt ge lt le", "Dict[str, int]", {"le": 3}, ({"a": 3},), ({"a": 4},), "a number less than or equal to `3`"),
    ("multipleOf", "int", {"multipleOf": 3}, (0, 9), (4,), "a number that is a multiple of `3`"),
    ("multipleOf", "float", {"multipleOf": 0.1}, (0.3, 0.7), (0.35,), "a number that is a multiple of `0.1`"),
    ("minDigits maxDigits", "int", {"minDigits": 2}, (12, -12), (1,), "a number of at least 2 digits"),
    ("minDigits maxDigits", "float", {"maxDigits": 2}, (1.2, 12), (1.23,), "a number of at most 2 digits"),
    ("decimalPlaces", "float", {"decimalPlaces": 2}, (1, 1.25), (1.255,), "a number of at most 2 decimal places"),
    ("regex", "str", {"regex": "[a-c]+"}, ("abc",), ("abcd", "d", ""), "text that matches `[a-c]+` as a whole"),
    ("minLength maxLength", "str", {"minLength": 2}, ("ab",), ("a",), "a length of at least 2"),
    ("minLength maxLength", "List[str]", {"maxLength": 2}, (["ab", "c"],), (["abc"],), "a length of at most 2"),
    ("contains excludes", "str", {"contains": "b"}, ("abc",), ("ac",), "a value that contains `b`"),
    ("contains excludes", "str", {"contains": ["a", "b"]}, ("ba",), ("a",), "a value that contains `a`, `b`"),
    ("contains excludes", "str", {"excludes": "b"}, ("ac",), ("abc",), "a value that contains none of `b`"),
    ("options", "str", {"options": ["a", "b"]}, ("a", "b"), ("c",), "one of `a`, `b`"),
    ("options", "float", {"options": ["0.1", 1]}, (0.1, 1), (2,), "one of `0.1`, `1`"),
    ("minItems maxItems", "list", {"minItems": 2}, ([1, 2],), ([1],), "at least 2 items"),
    ("minItems maxItems", "dict", {"maxItems": 1}, ({"a": 1}, {}), ({"a": 1, "b": 2},), "at most 1 items"),
    (
        "keys",
        "dict",
        {"keys": ["a", "b"]},
        ({"b": 1, "a": 2},),
        ({"a": 1}, {"a": 1, "b": 2, "c": 3}),
        "a mapping with exactly the keys `a`, `b`",
    ),
    ("containsKeys", "dict", {"containsKeys": ["a"]}, ({"a": 1, "b": 2},), ({"b": 1},), "a mapping with the keys `a`"),
    ("excludesKeys", "dict", {"excludesKeys": ["a"]}, ({"b": 1},), ({"a": 1, "b": 2},), "a mapping with none of the keys `a`"),
)
"""The row, the type, the keyword, the values that pass, those that fail, and what was expected of them."""

VALIDATION = [
    gives(
        "7.3 delay: the value may come later (S27)",
        component("{name: x, type: int, validation: {delay: true, gt: 1}}"),
        {"inputs.0.value": ABSENT},
    ),
    refuses(
        "7.3 delay: not",
        component("{name: x, type: int, validation: {delay: false}}"),
        "missing-param: the input `x` is required and no param gives it (a value of type `int`)",
    ),
    refuses(
        "7.3 gt ge lt le: cannot apply (S28)",
        component("{name: x, type: str, value: a, validation: {gt: 1}}"),
        "validation-not-applicable: param `x`: `gt` cannot apply to text",
    ),
    refuses(
        "7.3 gt ge lt le: a template is no bound (S28)",
        component("{name: n, type: int, value: 1}, {name: x, type: int, value: 2, validation: {gt: '{{ n }}'}}"),
        "invalid-validation: param `x`: `gt`: expected a number, found text",
    ),
    gives(
        "7.3 gt ge lt le: null and optional",
        component("{name: x, type: int, isOptional: true, value: null, validation: {gt: 1}}"),
        {"inputs.0.value": ABSENT},
    ),
]


@pytest.mark.parametrize("case", [*FIELDS, *VALIDATION])
def test_a_row_of_sections_7_1_and_7_3(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


def tree(type_name: str, validation: dict[str, Any]) -> dict[str, Any]:
    io = {"name": "x", "type": type_name, "validation": validation}
    return {"kind": "component", "inputs": [io], "run": {"kind": "job", "container": {"image": "busybox"}}}


def passing() -> Iterator[Any]:
    for name, type_name, validation, values, _, _ in KEYWORDS:
        for value in values:
            yield pytest.param(type_name, validation, value, id=f"7.3 {name}: {json.dumps([validation, value])} passes")


def failing() -> Iterator[Any]:
    for name, type_name, validation, _, values, expected in KEYWORDS:
        for value in values:
            yield pytest.param(type_name, validation, value, expected, id=f"7.3 {name}: {json.dumps([validation, value])} fails")


@pytest.mark.parametrize(("type_name", "validation", "value"), list(passing()))
def test_a_value_passes(type_name: str, validation: dict[str, Any], value: Any) -> None:
    spec = compile(tree(type_name, validation), {"x": value}, silence=LINT)
    assert spec.inputs["x"].value == value
    assert spec.warnings == ()


@pytest.mark.parametrize(("type_name", "validation", "value", "expected"), list(failing()))
def test_a_value_fails(type_name: str, validation: dict[str, Any], value: Any, expected: str) -> None:
    with pytest.raises(PolyspecError) as caught:
        compile(tree(type_name, validation), {"x": value})
    assert told(caught.value.diagnostics) == (f"validation-failed: param `x`: expected {expected}",)
