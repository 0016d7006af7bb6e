"""What conversion makes of a tree: every problem in one go, or an object that holds what was written and no more."""

import copy
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from cattrs.errors import ClassValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from polyspec.spec.convert import canonical, problems, structure, unstructure
from polyspec.spec.kinds import default_kinds
from polyspec.spec.node import Node
from polyspec.spec.operation import Component, Definition, Operation
from polyspec.spec.run import Job
from polyspec.tree import UNSET
from tests.strategies import json_leaves, operations


def broken(tree: Any, path: list[int], leaf: Any) -> Any:
    """A tree with another leaf somewhere: at each step the child of that number."""
    if not isinstance(tree, dict | list) or not tree or not path:
        return leaf
    keys = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
    key, copied = keys[path[0] % len(keys)], tree.copy()
    copied[key] = broken(tree[key], path[1:], leaf)
    return copied


def classes(base: Any = Node) -> list[Any]:
    """Every spec class that makes objects."""
    found = [cls for inner in base.__subclasses__() for cls in (inner, *classes(inner))]
    return [cls for cls in dict.fromkeys(found) if attrs.has(cls) and cls.__module__.startswith("polyspec.")]


class TestProblems:
    def test_every_problem_is_told(self) -> None:
        with pytest.raises(Exception) as caught:
            structure({"nam": "a", "version": "b", "run": {"kind": "jobs"}}, Operation)
        assert [problem.code for problem in problems(caught.value)] == ["wrong-type", "unknown-kind", "unknown-field"]

    def test_they_come_in_the_order_of_the_class_and_keys_that_are_none_last(self) -> None:
        tree = {"zzz": 1, "args": [1], "image": 2, "name": True, "aaa": 1}
        with pytest.raises(Exception) as caught:
            structure({"container": tree}, Job)
        assert [problem.path[1:] for problem in problems(caught.value)] == [
            ("name",), ("image",), ("args", 0), ("aaa",), ("zzz",),
        ]  # fmt: skip

    def test_a_field_that_is_missing_is_told_with_the_others(self) -> None:
        with pytest.raises(Exception) as caught:
            structure({"inputs": [{"type": 1}]}, Component)
        assert [(problem.code, problem.path) for problem in problems(caught.value)] == [
            ("missing-field", ("inputs", 0)),
            ("wrong-type", ("inputs", 0, "type")),
        ]


class TestObjects:
    def test_they_hold_what_was_written_and_the_class_has_the_rest(self) -> None:
        made: Any = structure({"container": {"image": "a"}}, Job)
        assert vars(made) == {"kind": "job", "container": made.container}
        assert (made.init, made.container.args) == (UNSET, UNSET)

    def test_a_class_has_every_default_for_its_objects(self) -> None:
        found = classes()
        assert {Operation, Job} <= set(found)
        for cls in found:
            for field in attrs.fields(cls):
                assert field.default is attrs.NOTHING or getattr(cls, field.name) is field.default

    @given(operations(), st.lists(st.integers(0, 20), max_size=6), json_leaves())
    @settings(max_examples=60)
    def test_they_are_like_those_that_are_called(self, tree: Any, path: list[int], leaf: Any) -> None:
        try:
            made = structure(broken(tree, path, leaf), Definition)
        except Exception:  # noqa: BLE001 - what is raised is compared by the tests of problems
            made = structure(tree, Definition)
        called = attrs.evolve(made)  # by the `__init__` of attrs, which sets every field
        assert (called, hash(str(called)), unstructure(called)) == (made, hash(str(made)), unstructure(made))
        assert list(unstructure(called)) == list(unstructure(made))
        assert copy.deepcopy(made) == made


class TestClassesOfOthers:
    def test_they_are_called_and_written_without_their_defaults(self) -> None:
        @attrs.frozen(kw_only=True)
        class Sweep(Job):
            kind: str = attrs.field(default="sweep")
            steps: int = attrs.field(default=1, validator=attrs.validators.ge(1))
            names: tuple[str, ...] = attrs.field(factory=tuple, converter=tuple)

        kinds = default_kinds().with_kind(Sweep)
        tree = {"run": {"kind": "sweep", "container": {"image": "a"}}, "kind": "component"}
        made: Any = structure(tree, Component, kinds)
        assert made.run == Sweep(container=made.run.container)
        assert unstructure(made) == tree
        with pytest.raises(ClassValidationError) as caught:
            structure({"run": {"kind": "sweep", "steps": 0}}, Component, kinds)
        assert [str(error).partition(":")[0] for error in caught.value.exceptions] == ["'steps' must be >= 1"]


class TestCanonicalTrees:
    @given(operations(), st.lists(st.integers(0, 20), max_size=6), json_leaves())
    @settings(max_examples=60)
    def test_they_are_those_of_the_objects(self, tree: Any, path: list[int], leaf: Any) -> None:
        entries = [{**tree, "name": "a"}, broken({**tree, "name": "b"}, path, leaf)]
        dag = {"kind": "component", "run": {"kind": "dag", "operations": entries, "components": entries[:1]}}
        assert self.answer(lambda: canonical(dag)) == self.answer(lambda: unstructure(structure(dag, Definition)))

    def answer(self, made: Callable[[], Any]) -> Any:
        try:
            return made()
        except Exception as error:  # noqa: BLE001 - of either sort
            return problems(error)
