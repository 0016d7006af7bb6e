"""From marks to origins: what a mark of the traced merge says of a file, of a call, or of the run spec that a run came out of."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

import attrs

from polyspec.explain.origin import COMPILER, CONTEXT, LayerName, Origin, shown
from polyspec.record import record
from polyspec.source import Document
from polyspec.spec.checks import is_template
from polyspec.tree import UNSET, Leaf, Mark, Moves, Path, Tree, Verbatim, at, before, walk

Leaves = Sequence[tuple[Path, Leaf]]
"""What was written of a node, with the way to each from there."""
_NEAR = 4
"""How many levels up neighbours are looked for."""


@record(eq=False)
class Inherited:
    """What marks of a run point into that came out of another run spec: the finished tree of that, its origins, and where
    it was written.

    `moves` are what stood elsewhere there, such as the params that a matrix gives.
    """

    tree: Tree
    origins: Callable[[Path], tuple[Origin, ...]]
    written: Callable[[Path], Mark | None]
    moves: Moves = attrs.field(factory=dict)

    def of(self, mark: Mark) -> tuple[Origin, ...]:
        """The origins of what a mark points at; of a key, which is the name of something there, those of the name."""
        path = before(self.moves, mark.path).path
        is_name = mark.at == "key" and at(self.tree, (*path, "name")) is not UNSET
        return self.origins((*path, "name") if is_name else path)


def told(leaf: Leaf, place: Path, *, is_hidden: bool) -> tuple[Origin, ...]:
    """The origins of a leaf of the traced merge that stands at a place: one, but for what was inherited from a run spec."""
    mark = leaf.mark
    if isinstance(mark.source, Inherited):
        first, *rest = mark.source.of(mark)
        return (attrs.evolve(first, strategy=leaf.strategy or first.strategy), *rest)
    value = leaf.value.value if isinstance(leaf.value, Verbatim) else leaf.value
    return (written(mark, layer_of(mark, place), value, leaf.strategy, is_hidden=is_hidden),)


def written(mark: Mark, layer: LayerName, value: Any, strategy: str | None = None, *, is_hidden: bool) -> Origin:
    """The origin of what a document holds at a mark."""
    document: Document = mark.source
    line, column = document.start(mark.path, key=mark.at == "key")
    return Origin(
        layer,
        document.uri,
        line,
        column,
        mark.path,
        shown(value, is_secret=is_hidden),
        strategy,
        document.sha256 if document.text is not None else None,
        is_secret=is_hidden,
    )


def of_context(path: Path, value: Any, *, is_hidden: bool) -> Origin:
    """The origin of what the run context says."""
    return Origin("context", CONTEXT, path=path, value=shown(value, is_secret=is_hidden), is_secret=is_hidden)


def of_compiler(path: Path, value: Any = None) -> Origin:
    """The origin of what nobody wrote."""
    return Origin("default", COMPILER, path=path, value=value)


def layer_of(mark: Mark, place: Path) -> LayerName:
    """The layer of a mark; `default` for what an input falls back on."""
    is_default = len(place) > 2 and place[2] == "value" and place[0] in ("inputs", "outputs")
    return "default" if is_default and mark.layer in ("component", "operation") else cast("LayerName", mark.layer)


def whole(node: Any, leaves: Leaves) -> Leaf | None:
    """A mapping or a list as one leaf, where one document wrote all of it in one place; None where several did."""
    steps, leaf = leaves[0]
    mark = attrs.evolve(leaf.mark, path=outer(leaf.mark.path, len(steps)), at="value")
    is_one = all(it.mark.source is mark.source and it.mark.path == (*mark.path, *steps) for steps, it in leaves)
    return Leaf(node, mark) if is_one else None


def key_of(leaves: Leaves, path: Path) -> Leaf:
    """The key that a node stands under, as a leaf."""
    steps, leaf = leaves[0]
    return Leaf(path[-1], attrs.evolve(leaf.mark, path=outer(leaf.mark.path, len(steps)), at="key"))


def outer(path: Path, depth: int) -> Path:
    """The path of what holds a path, so many levels up."""
    return path[: max(0, len(path) - depth)]


def empty(neighbours: Callable[[Path], Iterable[Mark]], path: Path) -> Mark | None:
    """The mark of an empty mapping or list, which carries none: it was written where its neighbours were."""
    for length in range(len(path) - 1, max(-1, len(path) - _NEAR), -1):
        for mark in neighbours(path[:length]):
            below = attrs.evolve(mark, path=(*mark.path, *path[length:]), at="value")
            if at(mark.source.tree, below.path) in ({}, [], ()):
                return below
    return None


def neighbours(node: Any) -> tuple[Mark, ...]:
    """The places that the leaves of a node say it was written in, each once."""
    leaves = ((len(steps), leaf.mark) for steps, leaf in walk(node) if type(leaf) is Leaf)
    found: dict[tuple[int, Path], Mark] = {}
    for depth, mark in leaves:
        place = outer(mark.path, depth)
        if (id(mark.source), place) not in found:
            found[id(mark.source), place] = attrs.evolve(mark, path=place)
    return tuple(found.values())


def written_keys(node: Tree, given: Iterable[str]) -> Mapping[str | int, str]:
    """The keys of a mapping that are templates, by what each gave: `given` are the keys that it has after rendering, in order."""
    return dict(zip((key for key in given if key not in node), filter(is_template, node), strict=False))
