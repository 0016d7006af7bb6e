"""Parts of a tree that a stage left as they were: what was checked before needs no second look."""

from collections.abc import Sequence

import attrs

from polyspec.tree.shape import Shape
from polyspec.tree.walk import Tree


@attrs.frozen(eq=False, repr=False)
class Known:
    """A part of a tree that was checked before, for a place of the same kind: conversion takes it as it is."""

    tree: Tree


def with_known(tree: Tree, before: Sequence[Tree], shape: Shape) -> Tree:
    """The tree with each part as `Known` that a tree `before` it has in the same place: the same part, not an equal one.

    It looks into what has fields of ours, and at the items of lists. Nothing is changed.
    """
    for other in before:
        if tree is other:
            return Known(tree)
    if type(tree) is dict:
        return _mapping(tree, [other for other in before if type(other) is dict], shape.variant(tree.get("kind")))
    same = {id(item) for other in before if type(other) is list for item in other if type(item) in _NODES}
    return [Known(item) if id(item) in same else item for item in tree] if same else tree


def _mapping(tree: dict[str, Tree], before: Sequence[dict[str, Tree]], shape: Shape) -> Tree:
    if not before or shape.is_foreign or not shape.fields:
        return tree
    found = dict(tree)
    for key, value in tree.items():
        if type(value) in _NODES:
            found[key] = with_known(value, [other[key] for other in before if key in other], shape.child(key))
    return found


_NODES = frozenset({dict, list})
