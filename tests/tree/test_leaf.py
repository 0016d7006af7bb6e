"""Leaves that carry their marks, and the shapes that tell what a node is."""

import functools
from typing import Any

import pytest
from hypothesis import given

from polyspec.tree import UNSET, Leaf, Mark, Verbatim, at, derived, part, plain, traced, untraced, walk
from polyspec.tree.shape import LEAF, TEXT, Shape
from tests.strategies import json_trees

MARK = Mark("preset", "p.yaml", ("queue",))


class TestLeaves:
    def test_a_leaf_says_where_it_was_written(self) -> None:
        tree = traced({"run": {"args": ["a"]}}, "component", "c.yaml", ("component",))
        leaf = tree["run"]["args"][0]
        assert plain(leaf) == "a"
        assert leaf.mark == Mark("component", "c.yaml", ("component", "run", "args", 0))
        assert leaf.beaten == ()

    @given(json_trees())
    def test_untracing_undoes_tracing(self, tree: Any) -> None:
        assert untraced(traced(tree, "component", None)) == tree

    @given(json_trees())
    def test_the_mark_of_a_leaf_is_its_path(self, tree: Any) -> None:
        marks = traced(tree, "component", None)
        for path, leaf in walk(tree):
            node = at(marks, path)
            assert node in ({}, []) or (plain(node), node.mark.path) == (leaf, path)

    @given(json_trees())
    def test_a_leaf_that_stands_for_a_whole_tree_has_the_marks_of_all_in_it(self, tree: Any) -> None:
        whole = Leaf(tree, Mark("component", "c.yaml", ("component",)))
        marks = traced(tree, "component", "c.yaml", ("component",))
        for path, value in walk(tree):
            leaf = functools.reduce(part, path, whole)
            assert leaf.value == value
            assert value in ({}, []) or leaf.mark == functools.reduce(part, path, marks).mark

    def test_a_traced_tree_has_no_part_where_there_is_none(self) -> None:
        assert part(Leaf({"a": 1}, MARK), "b") is UNSET
        assert part(Leaf("text", MARK), 0) is UNSET
        assert part([Leaf("text", MARK)], 1) is UNSET

    def test_what_is_not_wrapped_is_plain(self) -> None:
        assert plain("a") == "a"
        assert untraced({"a": ["b"]}) == {"a": ["b"]}

    def test_a_derived_value_is_wrapped_as_its_leaf_is(self) -> None:
        leaf = Leaf("a", MARK, (Leaf("b", MARK),))
        made = derived(leaf, "c")
        assert (made.value, made.mark, made.beaten) == ("c", MARK, leaf.beaten)
        assert derived("a", "c") == "c"

    def test_leaves_are_compared_by_identity(self) -> None:
        assert Leaf("a", MARK) != Leaf("a", MARK)

    def test_neither_leaves_nor_data_show_their_value(self) -> None:
        assert "s3cr3t" not in repr([Leaf("s3cr3t", MARK), Verbatim("s3cr3t")])


class TestShapes:
    SHAPE = Shape("fields", {"image": TEXT, "args": Shape("concatenated", items=TEXT)}, items=LEAF)

    @pytest.mark.parametrize(
        ("step", "expected"), [("image", TEXT), ("other", LEAF), (0, LEAF)], ids=["known", "unknown", "index"]
    )
    def test_the_shape_of_a_child(self, step: str | int, expected: Shape) -> None:
        assert self.SHAPE.child(step) is expected

    def test_an_item_of_a_list_has_the_shape_of_items(self) -> None:
        assert self.SHAPE.child("args").child(3) is TEXT

    def test_nothing_is_known_below_a_leaf(self) -> None:
        assert LEAF.child("a").child(0) is LEAF
        assert not LEAF.is_text

    def test_a_kind_chooses_a_variant(self) -> None:
        job = Shape("fields", {"container": LEAF})
        tagged = Shape("tagged", variants={"job": job})
        assert tagged.variant("job") is job
        assert tagged.variant("dag") is tagged
        assert tagged.variant(None) is tagged
        assert tagged.variant(["job"]) is tagged
