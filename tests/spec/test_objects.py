"""Specs that are built in Python: typed, frozen, checked when they are used, and no way past the one error."""

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import pytest

import polyspec
from polyspec import IO, Component, Operation, Param, PolyspecError, RunPatch
from polyspec.errors import Diagnostic, Problem
from polyspec.spec.container import Container, EnvVar
from polyspec.spec.matrix import HP_KINDS, Grid, RandomSearch
from polyspec.spec.matrix.params import Choices
from polyspec.spec.node import Node, absent, camel
from polyspec.spec.problem import Mismatch, Nested
from polyspec.spec.run import Dag, Job, Service
from polyspec.tree import UNSET

RUN = Job(container=Container(image="busybox", args=["{{ lr }}"]))
COMPONENT = Component(name="train", inputs=[IO(name="lr", type="float", value=0.1)], run=RUN)
TREE = {
    "kind": "component",
    "name": "train",
    "inputs": [{"name": "lr", "type": "float", "value": 0.1}],
    "run": {"kind": "job", "container": {"image": "busybox", "args": ["{{ lr }}"]}},
}


def circle() -> list[Any]:
    inner: list[Any] = []
    inner.append(inner)
    return inner


class Hostile:
    """Compares, iterates and prints as no value should."""

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no")

    __hash__ = None  # type: ignore[assignment]  # as part of the trap


class TestObjects:
    def test_they_are_what_their_text_says(self) -> None:
        assert COMPONENT.to_dict() == TREE
        assert Component.from_dict(TREE) == COMPONENT
        assert polyspec.loads(COMPONENT.to_yaml()) == COMPONENT
        assert list(COMPONENT.to_dict()) == ["kind", "name", "inputs", "run"]

    def test_absent_fields_are_not_null(self) -> None:
        assert COMPONENT.description is UNSET
        assert "description" not in COMPONENT.to_dict()
        assert Component(description=None).to_dict() == {"kind": "component", "description": None}
        assert Component(description=None) != Component()

    def test_they_say_what_was_written(self) -> None:
        assert repr(Operation(params={"lr": Param(value=0.1)})) == "Operation(params={'lr': Param(value=0.1)}, kind='operation')"
        assert repr(Container()) == "Container()"
        assert repr(IO(name="a", value=None)) == "IO(name='a', is_optional=True, value=None)"

    def test_they_are_equal_by_value_and_frozen(self) -> None:
        assert Container(image="a") == Container(image="a") != Container(image="b")
        jobs: list[Node] = [Job(), Service()]
        assert jobs[0] != jobs[1]
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            RUN.container = None  # type: ignore[misc]  # that it is refused is what is tested
        assert attrs.evolve(COMPONENT, name="other").inputs is COMPONENT.inputs

    def test_they_are_copied_and_pickled(self) -> None:
        assert copy.deepcopy(COMPONENT) == COMPONENT
        assert pickle.loads(pickle.dumps(COMPONENT)) == COMPONENT

    def test_spaces_are_too(self) -> None:
        values: dict[str, Any] = {"choice": [1], "pchoice": [[1, 0.5]], "daterange": ["2024-01-01", "2024-01-03", 1]}
        values["datetimerange"] = ["2024-01-01", "2024-01-03", 3600]
        for kind, cls in HP_KINDS.items():
            names = getattr(cls, "names", ())
            made: Any = cls.from_dict({"kind": kind, "value": values.get(kind, [1, 2, 3][: len(names)])})
            for found in (pickle.loads(pickle.dumps(made)), copy.deepcopy(made)):
                assert (type(found), found) == (cls, made)

    def test_arguments_have_names(self) -> None:
        untyped: Any = Component
        with pytest.raises(TypeError):
            untyped("train")
        with pytest.raises(TypeError):
            untyped(nam="train")

    def test_the_name_of_a_field_in_camel_case(self) -> None:
        assert [camel(name) for name in ("name", "hub_ref", "schema_", "n_proc_per_node")] == [
            "name",
            "hubRef",
            "schema",
            "nProcPerNode",
        ]

    def test_nothing_of_a_tree_is_kept(self) -> None:
        tree = copy.deepcopy(TREE)
        component = Component.from_dict(tree)
        tree["inputs"][0]["name"] = "spoilt"  # type: ignore[index]  # it is a list of mappings
        assert component == COMPONENT
        component.to_dict()["run"]["container"]["args"].append("spoilt")
        assert component == COMPONENT

    @pytest.mark.parametrize("tree", [{1: 2}, {"name": object()}, {"inputs": circle()}, {"cost": float("nan")}])
    def test_what_json_cannot_hold_is_refused(self, tree: Any) -> None:
        with pytest.raises(PolyspecError):
            Component.from_dict(tree)


class TestRulesOfConstruction:
    """What an object is never, whoever builds it, is the same error as for a text."""

    @pytest.mark.parametrize(
        ("build", "code", "path"),
        [
            (lambda: Operation(hub_ref="a", path_ref="b"), "many-references", ("pathRef",)),
            (lambda: Operation(cmd=""), "blank-cmd", ("cmd",)),
            (lambda: Operation(resources={"cpu": "x"}), "bad-resource", ("resources", "cpu")),
            (lambda: Component(inputs=[IO(name="a"), IO(name="a")]), "duplicate-name", ("inputs", 1, "name")),
            (lambda: IO(name="globals"), "reserved-name", ("name",)),
            (lambda: IO(name="a", is_flag=True), "bad-flag", ("isFlag",)),
            (lambda: Param(ref="ops.a"), "bad-reference-value", ("value",)),
            (lambda: Grid(params={"a": Choices(value=[1])}, num_runs=1), None, ()),
        ],
    )
    def test_the_error(self, build: Callable[[], Node], code: str | None, path: tuple[Any, ...]) -> None:
        if code is None:
            assert isinstance(build(), Node)
            return
        with pytest.raises(PolyspecError) as caught:
            build()
        (found,) = caught.value.diagnostics
        assert (found.code, found.path, found.location) == (code, path, None)

    def test_all_problems_are_told(self) -> None:
        with pytest.raises(PolyspecError) as caught:
            Operation(hub_ref="a", path_ref="b", cmd="", resources={"cpu": "x"})
        assert [found.code for found in caught.value.diagnostics] == ["many-references", "blank-cmd", "bad-resource"]

    @pytest.mark.parametrize(
        "error", [Mismatch("wrong", path=("a",), hint="h", code="c"), Nested([Problem("c", "wrong", ("a",), "h")])]
    )
    def test_the_error_goes_from_process_to_process(self, error: PolyspecError) -> None:
        found = pickle.loads(pickle.dumps(error))
        assert type(found) is PolyspecError
        assert found.diagnostics == (Diagnostic("c", "wrong", path=("a",), hint="h"),)

    def test_a_command_of_something_else_waits_for_the_check(self) -> None:
        cmd: Any = [1]
        assert Operation(cmd=cmd).cmd == cmd


class TestUse:
    """Types are checked when an object is compiled or read again: a program may not have had a type checker."""

    @pytest.mark.parametrize(
        ("fields", "path", "message"),
        [
            ({"name": 5}, "name", "expected text or a template, found an integer"),
            ({"strict_params": "no"}, "strictParams", "expected a bool, found text"),
            ({"tags": [1]}, "tags[0]", "expected text, found an integer"),
            ({"inputs": [{"nam": "a"}]}, "inputs[0].nam", "unknown field `nam` of an input"),
            ({"run": Container(image="a")}, "run.image", "unknown field `image` of a run"),
            ({"cost": float("nan")}, "cost", "a number is finite"),
            ({"description": "\ud800"}, "description", "text holds no NUL and no half of a surrogate pair"),
            ({"params": {1: Param(value=1)}}, "params", "a key is text, not int"),
            ({"params": {"a": {1, 2}}}, "params.a", None),
            ({"params": {"a": Param(value=object())}}, "params.a.value", None),
            ({"params": {"a": Param(value=circle())}}, "", "nested too deep, or inside itself"),
            (
                {"params": {"a": Param(value=np.zeros(3))}},
                "",
                "a field holds what no spec can hold (ValueError when it was read)",
            ),
            (
                {"params": {"a": Param(value=Hostile())}},
                "",
                "a field holds what no spec can hold (RuntimeError when it was read)",
            ),
            ({"cmd": [1]}, "cmd[0]", "expected text, found an integer"),
        ],
        ids=lambda it: next(iter(it)) if isinstance(it, dict) else "",
    )
    def test_what_a_field_cannot_hold_is_refused(self, fields: dict[str, Any], path: str, message: str | None) -> None:
        component = attrs.evolve(COMPONENT, **fields)
        for use in (polyspec.load, polyspec.compile):
            with pytest.raises(PolyspecError) as caught:
                use(component)
            found = caught.value.diagnostics[0]
            assert polyspec.tree.format_path(found.path) == path
            assert message is None or found.message == message
            assert found.location is not None
            assert found.location.file == "<Component>"

    def test_an_object_inside_itself_is_too_deep(self) -> None:
        nested = Operation(run=RUN)
        for _ in range(3000):
            nested = Operation(component=nested)
        with pytest.raises(PolyspecError) as caught:
            polyspec.compile(nested)
        (found,) = caught.value.diagnostics
        hint = "the limit is `Limits.depth`: raising it helps only where nothing stands inside itself"
        assert (found.code, found.hint) == ("limit-depth", hint)

    @pytest.mark.parametrize(
        "fields",
        [
            {"tags": ("a", "b")},
            {"tags": "a, b"},
            {"run": {"kind": "job", "container": {"image": "busybox"}}},
            {"inputs": ({"name": "lr", "value": 1},)},
            {"params": {"lr": 3}},
            {"run": Job(container=Container(image="a", env=[EnvVar(name="A", value="b"), {"name": "C", "value": "d"}]))},
        ],
        ids=lambda it: next(iter(it)),
    )
    def test_what_a_text_could_say_is_taken(self, fields: dict[str, Any]) -> None:
        component = attrs.evolve(COMPONENT, **fields)
        assert type(polyspec.load(component)) is Component
        assert json.dumps(polyspec.compile(component).to_dict())

    def test_an_object_is_used_twice(self) -> None:
        before = copy.deepcopy(COMPONENT)
        first = polyspec.compile(COMPONENT, {"lr": 1}).to_dict()
        assert polyspec.compile(COMPONENT, {"lr": 1}).to_dict() == first
        assert before == COMPONENT

    def test_limits_hold_for_objects(self) -> None:
        with pytest.raises(PolyspecError) as caught:
            polyspec.load(COMPONENT, limits=polyspec.Limits(nodes=3))
        assert caught.value.diagnostics[0].code == "limit-nodes"


class TestNesting:
    def test_a_dag_of_operations(self) -> None:
        dag = Dag(operations=[Operation(name="a", component=COMPONENT), Operation(name="b", dependencies=["a"], hub_ref="x")])
        tree = Component(run=dag).to_dict()
        assert tree["run"]["operations"][0] == {"kind": "operation", "name": "a", "component": TREE}
        assert Component.from_dict(tree) == Component(run=dag)

    def test_a_matrix_and_a_patch(self) -> None:
        operation = Operation(
            component=COMPONENT,
            matrix=RandomSearch(params={"lr": Choices(value=[1, 2])}, num_runs=2),
            run_patch=RunPatch(container=Container(args=None)),
        )
        assert operation.to_dict()["runPatch"] == {"container": {"args": None}}
        assert polyspec.loads(operation.to_yaml()) == operation

    def test_a_class_of_ones_own(self) -> None:
        @attrs.frozen(kw_only=True, repr=False)
        class Own(Node):
            first_name: str = absent(alias="given")
            last_name: str = absent()

        own = Own(first_name="a", last_name="b")
        assert own.to_dict() == {"given": "a", "lastName": "b"}
        assert Own.from_dict({"given": "a", "last_name": "b"}) == own
        assert Own.from_dict({"first_name": "a"}) == Own(first_name="a")
