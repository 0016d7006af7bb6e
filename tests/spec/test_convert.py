"""A tree is converted by hooks that stop at the first problem; those that tell all problems are made where there is one."""

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyspec.spec.convert import _converter, problems, structure
from polyspec.spec.kinds import default_kinds
from polyspec.spec.operation import Definition, Operation
from tests.strategies import json_leaves, operations


def broken(tree: Any, path: list[int], leaf: Any) -> Any:
    """A tree with another leaf somewhere: at each step the child of that number."""
    if not isinstance(tree, dict | list) or not tree or not path:
        return leaf
    keys = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
    key, copied = keys[path[0] % len(keys)], tree.copy()
    copied[key] = broken(tree[key], path[1:], leaf)
    return copied


class TestBothConverters:
    @given(operations(), st.lists(st.integers(0, 20), max_size=6), json_leaves())
    @settings(max_examples=60)
    def test_they_take_the_same_trees_for_the_same_objects(self, tree: Any, path: list[int], leaf: Any) -> None:
        tree = broken(tree, path, leaf)
        answers = [self.answer(tree, tells_all=tells_all) for tells_all in (False, True)]
        assert answers[0] == answers[1]

    def answer(self, tree: Any, *, tells_all: bool) -> Any:
        try:
            return _converter(default_kinds(), tells_all=tells_all).structure(tree, Definition)
        except Exception:  # noqa: BLE001 - what is raised is compared by the tests of problems
            return "refused"

    def test_every_problem_is_told(self) -> None:
        with pytest.raises(Exception) as caught:
            structure({"nam": "a", "version": "b", "run": {"kind": "jobs"}}, Operation)
        assert [problem.code for problem in problems(caught.value)] == ["wrong-type", "unknown-kind", "unknown-field"]

    def test_what_is_right_makes_one(self) -> None:
        script = "import polyspec; from polyspec.spec.convert import _converter as made; polyspec.loads('run: {kind: job}')"
        program = f"{script}; print(made.cache_info().currsize)"
        done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
        assert done.stdout == "1\n"
