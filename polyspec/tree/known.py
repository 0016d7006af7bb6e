"""Parts of a tree that a stage left as they were: what was checked before needs no second look."""

from collections.abc import Mapping, Sequence
from typing import Any

from polyspec.record import record
from polyspec.tree.shape import LEAF, Shape
from polyspec.tree.walk import Tree


@record(eq=False, repr=False)
class Known:
    """A part of a tree that was checked before, for a place of the same kind: conversion takes it as it is."""

    tree: Tree


def with_known(tree: Tree, before: Sequence[Tree], shape: Shape) -> Tree:
    """The tree with each part as `Known` that a tree `before` it has in the same place: the same part, not an equal one.

    It looks into what has fields of ours, and at the items of lists. What has the fields that it had before, or is a list, is
    known as well where nothing in it is new but texts in places that take any. Nothing is changed.
    """
    for other in before:
        if tree is other:
            return Known(tree)
    if type(tree) is dict:
        return _mapping(tree, [other for other in before if type(other) is dict], shape.variant(tree.get("kind")))
    return _list(tree, [other for other in before if type(other) is list], shape.items or LEAF)


def _mapping(tree: dict[str, Tree], before: Sequence[dict[str, Tree]], shape: Shape) -> Tree:
    if not before or shape.is_foreign or not shape.fields:
        return tree
    found = dict(tree)
    for key, value in tree.items():
        if type(value) in _NODES:
            found[key] = with_known(value, [other[key] for other in before if key in other], shape.child(key))
    stays = not shape.has_rules and any(_stays(found, other, shape) for other in before)
    return Known(tree) if stays else found


def _stays(found: Mapping[str, Any], before: Mapping[str, Tree], shape: Shape) -> bool:
    """Whether a mapping passes where the one before it did, and is spelt as that one: its keys have their order."""
    return list(found) == list(before) and all(
        type(value) is Known or value is before[key] or (type(value) is str and shape.child(key).takes_any_text)
        for key, value in found.items()
    )


def _list(tree: list[Tree], before: Sequence[list[Tree]], item: Shape) -> Tree:
    if not before:
        return tree
    same = {id(part) for other in before for part in other if type(part) in _NODES}
    found = [Known(part) if id(part) in same else part for part in tree]
    stays = all(type(part) is Known or (type(part) is str and item.takes_any_text) for part in found)
    return Known(tree) if stays else found


_NODES = frozenset({dict, list})
