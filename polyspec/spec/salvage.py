"""What is wrong with a spec, all of it, and the spec without the parts that are wrong.

Conversion reports what it finds; a rule over several fields is only reached when each of them converts. So the parts at
fault are left out and the rest is converted again, until it holds. What is only missing because it was left out is not told.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from polyspec.errors import Problem
from polyspec.record import record
from polyspec.source import Document
from polyspec.spec.convert import problems, structure
from polyspec.spec.kinds import Kinds
from polyspec.spec.node import camel
from polyspec.spec.operation import REFERENCES, Definition
from polyspec.tree import Path, Tree, restored, without

_ROUNDS = 8
"""Conversions of one document, at most: each round leaves out at least what a round before it found."""
_CONVERTED = 200_000
"""Values that the rounds of one document convert together: a document of the largest size is told of in two rounds."""
_OF_ABSENCE = frozenset({"missing-field", "bad-flag", "blank-cmd", "bad-reference-value"})
"""Codes that may only say that a part is not there."""


@record
class Gap:
    """A part of a spec that is not known, for what was written there is wrong, or could not be read.

    `path` leads to the part in the document, in its proper words: a misspelt key counts as the one that was meant. An empty
    path is a spec that could not be read at all. `name` is that of the input or output to which the part belongs.
    """

    path: Path = ()
    name: str | None = None


@record
class Salvaged:
    """What is left of a spec: the object, None where nothing holds; what is wrong; the paths that were left out, as written."""

    spec: Definition | None
    problems: tuple[Problem, ...]
    left_out: tuple[Path, ...]


def salvage(
    tree: Tree, kinds: Kinds | None, document: Document, told: Sequence[Problem] = (), left_out: Iterable[Path] = ()
) -> Salvaged:
    """Convert a tree that does not convert, without the parts at fault, until there are as many problems as an error carries.

    `told` are the problems of the whole tree, where it was converted before, and `left_out` what could not be read of it. Raises
    what `structure` raises beside problems.
    """
    found: list[Problem] = []
    gaps = tuple(left_out)
    for _ in range(max(1, min(_ROUNDS, _CONVERTED // (document.nodes + 1)))):
        if not told:
            try:
                return Salvaged(structure(without(tree, gaps), Definition, kinds), tuple(found), gaps)
            except Exception as error:
                told = [
                    attrs.evolve(problem, path=restored(problem.path, gaps))
                    for problem in problems(error, most=document.limits.sought)
                ]
                if not told:
                    raise
        told = _without_misspelt(told)
        found += [problem for problem in told if not _follows(problem, gaps)]
        if len(found) >= document.limits.diagnostics:
            break
        more = {_part(tree, path) for problem in told for path in _at_fault(problem)} - set(gaps)
        if not more or () in more:
            break
        gaps, told = (*gaps, *sorted(more, key=str)), ()
    return Salvaged(None, tuple(found), gaps)


def gaps_of(found: Sequence[Problem], left_out: Iterable[Path], document: Document) -> tuple[Gap, ...]:
    """What is not known of a document, for these problems are in it and these parts were left out."""
    meant = [
        (*problem.path[:-1], problem.about) if problem.about and problem.code == "unknown-field" else problem.path
        for problem in found
    ]
    return tuple(Gap(path, _owner(document.tree, path)) for path in dict.fromkeys((*meant, *left_out)))


def _owner(tree: Tree, path: Path) -> str | None:
    """The name of the input or output that a path leads into."""
    for index, step in enumerate(path[:-1]):
        if step in ("inputs", "outputs"):
            item = _node(tree, path[: index + 2])
            name = item.get("name") if isinstance(item, Mapping) else None
            return name if isinstance(name, str) else None
    return None


def _follows(problem: Problem, gaps: Sequence[Path]) -> bool:
    """Whether a problem may only say that what was left out is missing."""
    near = (problem.path, problem.path[:-1])
    return problem.code in _OF_ABSENCE and any(gap[:-1] in near for gap in gaps)


def _without_misspelt(told: Sequence[Problem]) -> list[Problem]:
    """The problems without the fields that are only missing because their keys are misspelt."""
    misspelt = {(problem.path[:-1], problem.about) for problem in told if problem.code == "unknown-field"}
    return [problem for problem in told if problem.code != "missing-field" or (problem.path, problem.about) not in misspelt]


def _at_fault(problem: Problem) -> Iterator[Path]:
    """The parts that are left out for a problem: more than it is about, where what is left would mean something else."""
    path = problem.path
    if problem.code == "many-references":
        yield from ((*path[:-1], camel(name)) for name in REFERENCES)
    elif problem.code == "unknown-kind" and path == ("kind",) and problem.about is None:
        yield ()
    elif problem.code == "unknown-field" and "params" in path[:-2]:
        yield path[: path.index("params") + 2]
    else:
        yield path


def _part(tree: Tree, path: Path) -> Path:
    """The part of a tree that a problem is about, its keys as they are written; what holds it where it is not written."""
    written: Path = ()
    node = tree
    for step in path:
        key = _key(node, step)
        if key is None:
            break
        written, node = (*written, key), node[key]
    return written


def _node(tree: Tree, path: Path) -> Tree:
    """The node of a path in proper words; the nearest that is written."""
    node = tree
    for step in path:
        key = _key(node, step)
        if key is None:
            break
        node = node[key]
    return node


def _key(node: Tree, step: str | int) -> str | int | None:
    """A step as it is written in a node, in either spelling; None where it is not."""
    if isinstance(step, int):
        return step if isinstance(node, list) and step < len(node) else None
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in step)
    return next((key for key in (step, snake) if isinstance(node, Mapping) and key in node), None)
