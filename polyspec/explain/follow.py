"""What the stages did to a tree, worked out again: where a run spec came from layers, from another run spec, or from nowhere."""

from collections.abc import Mapping, Sequence
from typing import Any

from polyspec.bind import moves as moves_of_bind
from polyspec.errors import Problem
from polyspec.explain.marks import Inherited
from polyspec.explain.names import Names
from polyspec.explain.trace import Followed, Trace
from polyspec.finish import moves as moves_of_finish
from polyspec.merge import Layer, merge_layers
from polyspec.settings import Settings
from polyspec.source import Document
from polyspec.stages import bound_tree, named
from polyspec.tree import Tree, traced, untraced

SAVED = "<run spec>"
"""The source of a run spec that was read back: it says no more of where its values came from."""


def of_layers(tree: Tree, layers: Sequence[Layer], settings: Settings) -> Trace:
    """The way back from a finished tree to the layers that it was made of."""

    def follow() -> Followed:
        return _followed(merge_layers([layer.marked() for layer in layers], settings.merging), settings)

    return Trace(tree, follow, settings.limits)


def of_parent(tree: Tree, merged: Tree, parent: Inherited, settings: Settings, *, waits: bool) -> Trace:
    """The way back from the finished tree of a run to the run spec that it came out of, which gave its merged tree."""

    def follow() -> Followed:
        return _followed(traced(merged, "operation", parent), settings, waits=waits)

    return Trace(tree, follow, settings.limits)


def of_saved(tree: Tree, settings: Settings) -> Trace:
    """The origins of a run spec that was read back from its wire format."""
    document = Document.of_tree(SAVED, tree)
    return Trace(tree, lambda: Followed(traced(tree, "operation", document)), settings.limits)


def _followed(marked: Any, settings: Settings, *, waits: bool = False) -> Followed:
    merged: Mapping[str, Tree] = untraced(marked)
    names = named(merged, settings)
    odd: list[Problem] = []
    bound = bound_tree(merged, names, settings, odd, waits=waits)
    moves = (moves_of_finish(bound, settings.context, settings.merging.shape), moves_of_bind(merged, bound))
    return Followed(marked, moves, Names(bound, settings.context, names["uuid"]))
