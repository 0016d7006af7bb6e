"""The order of a DAG: levels in which every operation stands after what it waits for, or the circle that prevents it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice

from polyspec.errors import Problem, Vocabulary, did_you_mean
from polyspec.graph.edges import Edge
from polyspec.limits import Limits

_TOLD = 50
"""Operations of a circle that are told, and shown where they wait."""


def orphans(names: Sequence[str], edges: Iterable[Edge], limits: Limits) -> list[Problem]:
    """The edges from operations that the DAG does not have; those that are told with a hint, for to look for one takes time."""
    known, vocabulary, hints = set(names), Vocabulary(names), limits.diagnostics
    return [
        Problem(
            "unknown-operation",
            f"operation `{edge.downstream}`: the DAG has no operation `{edge.upstream}`",
            edge.path,
            did_you_mean(edge.upstream, vocabulary) if index < hints else None,
        )
        for index, edge in enumerate(islice((edge for edge in edges if edge.upstream not in known), limits.sought))
    ]


def levels(names: Sequence[str], edges: Iterable[Edge]) -> tuple[tuple[str, ...], ...]:
    """The operations in levels, each level in the order of the document; what is in a circle, or behind one, is left out."""
    waits: dict[str, int] = dict.fromkeys(names, 0)
    downstream: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        if edge.upstream in waits and edge.downstream in waits:
            waits[edge.downstream] += 1
            downstream[edge.upstream].append(edge.downstream)
    position = {name: index for index, name in enumerate(names)}
    level = [name for name in names if not waits[name]]
    found: list[tuple[str, ...]] = []
    while level:
        found.append(tuple(level))
        following = []
        for name in level:
            for next_name in downstream[name]:
                waits[next_name] -= 1
                if not waits[next_name]:
                    following.append(next_name)
        level = sorted(following, key=position.__getitem__)
    return tuple(found)


def cycle(names: Sequence[str], edges: Sequence[Edge], found: Iterable[Iterable[str]]) -> Problem | None:
    """The first circle of a DAG that is none, by its levels: every operation in it, with the places that close it."""
    stuck = set(names).difference(*found)
    upstream = {edge.downstream: edge for edge in reversed(edges) if edge.upstream in stuck and edge.downstream in stuck}
    start = next((name for name in names if name in upstream), None)
    if start is None:
        return None
    walked: dict[str, Edge] = {}
    name = start
    while name not in walked:
        walked[name] = upstream[name]
        name = upstream[name].upstream
    circle = list(walked.values())[list(walked).index(name) :]
    ends = [edge.upstream for edge in circle]
    told = ends if len(ends) <= _TOLD else [*ends[:_TOLD], f"{len(ends) - _TOLD - 1} more", ends[-1]]
    text = " -> ".join([circle[0].downstream, *told])
    related = tuple((f"`{edge.downstream}` waits for `{edge.upstream}` here", edge.path) for edge in circle[1:_TOLD])
    hint = "remove one of these dependencies"
    return Problem("dag-cycle", f"the operations wait for one another: {text}", circle[0].path, hint, related=related)
