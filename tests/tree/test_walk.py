"""The walk over a tree, the look-up of one place, copies, and what is absent."""

import copy
import json
import pickle
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyspec.tree import UNSET, Path, Unset, at, count, frozen, replaced, thawed, walk
from tests.strategies import json_trees

TREE: dict[str, Any] = {"run": {"args": ["a", {"b": None}], "env": {}}, "tags": [], "queue": "q", "ok": False}


class TestAt:
    @pytest.mark.parametrize(
        ("path", "expected"),
        [
            ((), TREE),
            (("run", "args", 0), "a"),
            (("run", "args", 1, "b"), None),
            (("run", "env"), {}),
            (("ok",), False),
            (("run", "args", 2), UNSET),
            (("run", "args", "0"), UNSET),
            (("run", 0), UNSET),
            (("queue", 0), UNSET),
            (("run", "args", 1, "b", "c"), UNSET),
            (("nothing", "there"), UNSET),
        ],
    )
    def test_the_node_at_a_path(self, path: Path, expected: object) -> None:
        assert at(TREE, path) is expected or at(TREE, path) == expected

    def test_frozen_trees_are_looked_into_too(self) -> None:
        assert at(frozen(TREE), ("run", "args", 1, "b")) is None


class TestWalk:
    def test_leaves_come_in_document_order_and_empty_nodes_are_leaves(self) -> None:
        assert list(walk(TREE)) == [
            (("run", "args", 0), "a"),
            (("run", "args", 1, "b"), None),
            (("run", "env"), {}),
            (("tags",), []),
            (("queue",), "q"),
            (("ok",), False),
        ]

    def test_a_walk_may_start_inside(self) -> None:
        assert list(walk(["x"], ("args",))) == [(("args", 0), "x")]

    @pytest.mark.parametrize("leaf", [None, 1, "text", {}, []])
    def test_a_leaf_alone(self, leaf: object) -> None:
        assert list(walk(leaf)) == [((), leaf)]

    @given(json_trees())
    def test_every_leaf_is_where_the_walk_says(self, tree: Any) -> None:
        leaves = list(walk(tree))
        assert leaves
        assert all(at(tree, path) is leaf for path, leaf in leaves)

    @given(json_trees())
    def test_paths_are_told_once(self, tree: Any) -> None:
        paths = [path for path, _ in walk(tree)]
        assert len(set(paths)) == len(paths)


class TestFrozen:
    def test_nothing_can_be_changed(self) -> None:
        tree = frozen(TREE)
        assert type(tree) is MappingProxyType
        assert tree["run"]["args"] == ("a", {"b": None})
        with pytest.raises(TypeError):
            tree["run"]["env"]["A"] = "1"

    @given(json_trees())
    def test_thawing_undoes_freezing_and_shares_nothing(self, tree: Any) -> None:
        before = copy.deepcopy(tree)
        thawed_tree = thawed(frozen(tree))
        assert json.dumps(thawed_tree) == json.dumps(tree)
        spoil(thawed_tree)
        assert tree == before

    def test_tuples_thaw_to_lists(self) -> None:
        assert thawed(({"a": (1, 2)},)) == [{"a": [1, 2]}]


def spoil(tree: Any) -> None:
    """Change every mapping and list of a tree in place."""
    if isinstance(tree, dict):
        for value in tree.values():
            spoil(value)
        tree["spoilt"] = True
    elif isinstance(tree, list):
        for value in tree:
            spoil(value)
        tree.append("spoilt")


class TestUnset:
    def test_it_is_false_and_not_null(self) -> None:
        assert not UNSET
        assert UNSET is not None
        assert UNSET != None  # noqa: E711 - equality is what is tested
        assert repr(UNSET) == "UNSET"

    def test_there_is_one(self) -> None:
        assert Unset("UNSET") is UNSET
        assert copy.deepcopy(UNSET) is UNSET
        assert pickle.loads(pickle.dumps(UNSET)) is UNSET

    @given(st.none() | st.booleans() | st.text())
    def test_nothing_else_is_it(self, value: object) -> None:
        assert value != UNSET


class TestReplaced:
    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ([], TREE),
            ([((), "other")], "other"),
            ([(("queue",), "r")], {**TREE, "queue": "r"}),
            (
                [(("run", "args", 0), 1), (("run", "env"), None), (("run", "args", 1, "b"), 2)],
                {**TREE, "run": {"args": [1, {"b": 2}], "env": None}},
            ),
        ],
    )
    def test_has_other_nodes_at_some_paths(self, changes: list[tuple[Path, Any]], expected: Any) -> None:
        before = copy.deepcopy(TREE)
        assert replaced(TREE, changes) == expected
        assert before == TREE

    def test_shares_what_no_path_leads_through(self) -> None:
        found = replaced(TREE, [(("run", "args", 0), 1)])
        assert found["tags"] is TREE["tags"]
        assert found["run"]["env"] is TREE["run"]["env"]
        assert found["run"]["args"][1] is TREE["run"]["args"][1]

    @given(json_trees(12), json_trees(3), st.data())
    def test_is_the_tree_with_the_leaf_changed(self, tree: Any, value: Any, data: st.DataObject) -> None:
        path, _ = data.draw(st.sampled_from(list(walk(tree))))
        found = replaced(tree, [(path, value)])
        assert at(found, path) == value
        assert replaced(found, [(path, at(tree, path))]) == tree


def test_the_nodes_of_a_tree_are_counted() -> None:
    assert (count(TREE), count([]), count("a")) == (10, 1, 1)
