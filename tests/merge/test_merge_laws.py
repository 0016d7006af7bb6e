"""Laws of merging, for all strategies and the shape that specs have."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyspec.merge import ISNULL, POST_MERGE, PRE_MERGE, REPLACE, Strategy, merge, pruned
from polyspec.merge.engine import Merge, Names, item_key
from polyspec.spec.shapes import definition_shape
from polyspec.tree import Leaf, plain, thawed, traced, untraced
from polyspec.tree.shape import LEAF, Shape

from .trees import Tree, data, fields, labels, roots, words

SHAPE = definition_shape()
ALL = (POST_MERGE, PRE_MERGE, REPLACE, ISNULL)
strategies = st.sampled_from(ALL)


def written(tree: Any) -> str:
    """A tree as text: 1, 1.0 and true are three things."""
    return json.dumps(tree, sort_keys=True)


def keyed_lists(node: Any, shape: Shape) -> Iterator[tuple[list[Any], Shape]]:
    """Every keyed list of a tree with its shape."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from keyed_lists(value, shape.variant(node.get("kind")).child(key))
    elif isinstance(node, list):
        if shape.how == "keyed":
            yield node, shape
        for item in node:
            yield from keyed_lists(item, shape.items or LEAF)


def leaves(node: Any) -> Iterator[Leaf]:
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    if type(node) is Leaf:
        yield node
    for child in children:
        yield from leaves(child)


@given(roots, strategies)
def test_an_empty_patch_changes_nothing(tree: Tree, strategy: Strategy) -> None:
    assert written(merge(tree, {}, strategy, SHAPE)) == written(tree)


@given(roots, strategies)
def test_an_empty_base_takes_everything(tree: Tree, strategy: Strategy) -> None:
    assert written(merge({}, tree, strategy, SHAPE)) == written(tree)


@given(roots, roots, strategies)
def test_the_arguments_are_left_as_they_were(base: Tree, patch: Tree, strategy: Strategy) -> None:
    before = thawed(base), thawed(patch)
    merged = merge(base, patch, strategy, SHAPE)
    pruned(merged, SHAPE)
    assert (base, patch) == before


@given(roots, roots)
def test_replace_is_idempotent(base: Tree, patch: Tree) -> None:
    once = merge(base, patch, REPLACE, SHAPE)
    assert written(merge(once, patch, REPLACE, SHAPE)) == written(once)


@given(roots, strategies)
def test_whatever_does_not_put_lists_together_leaves_a_tree_over_itself_alone(tree: Tree, strategy: Strategy) -> None:
    if not strategy.combines:
        assert written(merge(tree, tree, strategy, SHAPE)) == written(tree)


@given(roots, st.sets(st.sampled_from(sorted(SHAPE.fields))))
def test_post_merge_of_disjoint_keys_commutes(tree: Tree, ours: set[str]) -> None:
    left = {key: value for key, value in tree.items() if key in ours}
    right = {key: value for key, value in tree.items() if key not in ours}
    assert written(merge(left, right, POST_MERGE, SHAPE)) == written(merge(right, left, POST_MERGE, SHAPE)) == written(tree)


@given(labels, st.sets(words))
def test_post_merge_of_disjoint_keys_commutes_below_too(tree: Tree, ours: set[str]) -> None:
    def environment(own: bool) -> Tree:
        return {"run": {"kind": "job", "environment": {"labels": {k: v for k, v in tree.items() if (k in ours) is own}}}}

    left, right = environment(own=True), environment(own=False)
    assert written(merge(left, right, POST_MERGE, SHAPE)) == written(merge(right, left, POST_MERGE, SHAPE))


@given(roots, roots, strategies)
def test_traced_trees_merge_as_plain_ones(base: Tree, patch: Tree, strategy: Strategy) -> None:
    merged = merge(traced(base, "component", "base"), traced(patch, "operation", "patch"), strategy, SHAPE)
    assert written(untraced(merged)) == written(merge(base, patch, strategy, SHAPE))
    assert written(untraced(pruned(merged, SHAPE))) == written(pruned(merge(base, patch, strategy, SHAPE), SHAPE))


LISTS = st.builds(
    lambda tags, env, init: {"tags": tags, "run": {"kind": "job", "container": {"env": env}, "init": init}},
    st.lists(words, min_size=1, max_size=3, unique=True),
    st.lists(st.fixed_dictionaries({"name": words, "value": words}), min_size=1, max_size=3, unique_by=lambda it: it["name"]),
    st.lists(fields(path=words, container=fields(name=words)), max_size=3),
)


@given(st.lists(st.tuples(LISTS, st.sampled_from([POST_MERGE, PRE_MERGE])), min_size=3, max_size=5))
def test_layers_that_are_known_from_the_last_merge_merge_as_if_they_were_not(layers: list[tuple[Tree, Strategy]]) -> None:
    names, anew, known = Names(), Tree(), Tree()
    for tree, strategy in layers:
        anew = merge(anew, tree, strategy, SHAPE)
        known = Merge(strategy, names).nodes(known, tree, SHAPE)
    assert written(known) == written(anew)


@given(roots, roots, strategies)
def test_every_leaf_remembers_where_it_was_written(base: Tree, patch: Tree, strategy: Strategy) -> None:
    sources = {"base": base, "patch": patch}
    for leaf in leaves(merge(traced(base, "component", "base"), traced(patch, "operation", "patch"), strategy, SHAPE)):
        for found in (leaf, *leaf.beaten):
            node: Any = sources[found.mark.source]
            for step in found.mark.path:
                node = node[step]
            assert written(node) == written(found.value)


@given(roots, roots, strategies)
def test_keyed_lists_have_no_two_items_of_one_key(base: Tree, patch: Tree, strategy: Strategy) -> None:
    for items, shape in keyed_lists(merge(base, patch, strategy, SHAPE), SHAPE):
        keys = [key for item in items if (key := item_key(item, shape.keys)) is not None]
        assert len(keys) == len(set(keys))


@given(roots, roots, strategies)
def test_pruning_leaves_no_null_outside_data(base: Tree, patch: Tree, strategy: Strategy) -> None:
    pruned_tree = pruned(merge(base, patch, strategy, SHAPE), SHAPE)
    assert all(value is not None for value in pruned_tree.values())
    assert written(pruned(pruned_tree, SHAPE)) == written(pruned_tree)


@given(data, data, strategies)
def test_what_has_no_shape_merges_too(base: Any, patch: Any, strategy: Strategy) -> None:
    merged = merge(base, patch, strategy)
    assert written(untraced(merge(traced(base, "a", "b"), traced(patch, "a", "p"), strategy))) == written(merged)
    if strategy is POST_MERGE and isinstance(base, dict) and isinstance(patch, dict):
        assert set(merged) == {*base, *patch}


@given(st.dictionaries(st.sampled_from(sorted(SHAPE.fields)), data), st.dictionaries(st.sampled_from(sorted(SHAPE.fields)), data))
@pytest.mark.parametrize("strategy", ALL, ids=lambda strategy: strategy.name)
def test_trees_that_fit_no_field_merge_without_a_crash(strategy: Strategy, base: Tree, patch: Tree) -> None:
    merged = merge(base, patch, strategy, SHAPE)
    assert merged.keys() == base.keys() | patch.keys()
    assert written(untraced(merge(traced(base, "a", "b"), traced(patch, "a", "p"), strategy, SHAPE))) == written(merged)


def test_a_winner_remembers_whom_it_beat_the_last_one_first() -> None:
    layers = [traced({"queue": name}, name, name) for name in ("component", "operation", "preset")]
    merged: Any = {}
    for layer in layers:
        merged = merge(merged, layer, POST_MERGE, SHAPE)
    assert plain(merged["queue"]) == "preset"
    assert [leaf.value for leaf in merged["queue"].beaten] == ["operation", "component"]


@given(fields(a=words, b=words), fields(a=words, b=words))
def test_pre_merge_is_post_merge_the_other_way_round_where_nothing_is_null(base: Tree, patch: Tree) -> None:
    shape = Shape("fields")
    assert merge(base, patch, PRE_MERGE, shape) == merge(patch, base, POST_MERGE, shape)
