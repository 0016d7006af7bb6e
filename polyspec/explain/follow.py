"""What the stages did to a tree, worked out again: where a run spec came from layers, from another run spec, or from nowhere."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from polyspec.bind import moves as moves_of_bind
from polyspec.children import moves_of_run, moves_of_section, moves_of_values, run_of, scheduled_run
from polyspec.errors import Problem
from polyspec.explain.descent import Followed
from polyspec.explain.marks import Inherited
from polyspec.explain.names import Names
from polyspec.explain.trace import Trace
from polyspec.finish import moves as moves_of_finish
from polyspec.graph import Node, composed
from polyspec.merge import Layer, marked_parts, merge_layers
from polyspec.options import PARAMS_URI
from polyspec.render import Templates
from polyspec.settings import Settings
from polyspec.source import Document
from polyspec.stages import bound_tree, named
from polyspec.tree import Leaf, Mark, Path, Tree, format_path, untraced

SAVED = "<run spec>"
"""The source of a run spec that was read back: it says no more of where its values came from."""


def of_layers(tree: Tree, layers: Sequence[Layer], settings: Settings) -> Trace:
    """The way back from a finished tree to the layers that it was made of."""

    def follow() -> Followed:
        marked = merge_layers(list(marked_parts(layers)), settings.merging)
        return _followed(merge_layers(layers, settings.merging), marked, settings)

    return Trace(tree, follow, settings.limits)


def of_run(tree: Tree, parent: Trace, settings: Settings, values: Mapping[str, Any] | None, uuid: str | None) -> Trace:
    """The way back from a run to what it came out of: of a matrix, for some values, or of a schedule, without."""

    def follow() -> Followed:
        merged = scheduled_run(parent.tree) if values is None else run_of(parent.tree, values)
        source = Inherited(parent.tree, parent.origins, parent.written, moves_of_run(parent.tree, values or {}))
        return _followed(merged, Leaf(merged, Mark("operation", source, ())), settings, uuid=uuid)

    return Trace(tree, follow, settings.limits)


def of_operation(tree: Tree, parent: Trace, settings: Settings, node: Node) -> Trace:
    """The way back from an operation of a DAG to that."""

    def follow() -> Followed:
        source = Inherited(parent.tree, parent.origins, parent.written)
        placed = [layer if layer.source is not None else attrs.evolve(layer, source=source) for layer in node.layers]
        marked = composed([layer.marked() for layer in placed], settings.merging, node.presets)
        return _followed(untraced(marked), marked, settings, waits=True)

    return Trace(tree, follow, settings.limits)


def of_section(tree: Tree, parent: Trace, settings: Settings, place: Path, layers: Sequence[Layer]) -> Trace:
    """The way back from what a hook or a build stands for to its section, and to the values of the run that it sees."""
    moved = {f"<{format_path(place)}>": moves_of_section(place), PARAMS_URI: moves_of_values(parent.tree)}

    def inherited(layer: Layer) -> Layer:
        moves = moved.get(layer.source.uri)
        return (
            layer if moves is None else attrs.evolve(layer, source=Inherited(parent.tree, parent.origins, parent.written, moves))
        )

    return of_layers(tree, [inherited(layer) for layer in layers], settings)


def of_saved(tree: Tree, settings: Settings) -> Trace:
    """The origins of a run spec that was read back from its wire format."""
    document = Document.of_tree(SAVED, tree)
    return Trace(tree, lambda: Followed(tree, Leaf(tree, Mark("operation", document, ()))), settings.limits)


def _followed(
    merged: Mapping[str, Tree], marked: Any, settings: Settings, *, waits: bool = False, uuid: str | None = None
) -> Followed:
    names = named(merged, settings)
    odd: list[Problem] = []
    bound = bound_tree(merged, names, settings, odd, Templates(settings.limits), waits=waits)
    moves = (moves_of_finish(bound, settings.context, settings.merging.shape), moves_of_bind(merged, bound))
    return Followed(merged, marked, moves, Names(bound, settings.context, uuid or names["uuid"]))
