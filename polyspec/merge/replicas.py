"""Runs and their replicas: which parts of a run a patch is for (polyaxonfile section 9, "Patch of distributed runs").

What a kind of run has, the shape of runs tells: its fields, and which of them hold replicas.
"""

from collections.abc import Callable, Mapping
from typing import Any

from polyspec.errors import did_you_mean
from polyspec.tree import Path, plain
from polyspec.tree.shape import Shape

Node = Any

_HINTED = 100
"""Unknown keys whose close matches are sought, for that takes time."""


def roles(run: Mapping[str, Node], shape: Shape) -> tuple[Path, ...]:
    """The paths of the pods that a run declares: the run itself, or each of its replicas. `shape` is that of runs."""
    own_shape = shape.variant(plain(run.get("kind")))
    if not (own_shape.roles or own_shape.named_roles):
        return ((),) if "container" in own_shape.fields else ()
    own = tuple((role,) for role in own_shape.roles if isinstance(run.get(role), dict))
    named = (
        (group, name)
        for group in own_shape.named_roles
        if isinstance(run.get(group), dict)
        for name, replica in run[group].items()
        if isinstance(replica, dict)
    )
    return (*own, *named)


def spread(patch: Mapping[str, Node], run: Mapping[str, Node], shape: Shape) -> Node:
    """A patch of a run as it goes over that run: sections of a pod go to every replica that the run declares."""
    own = shape.variant(plain(run.get("kind")))
    if patch.keys() <= own.fields.keys() or not (own.roles or own.named_roles):
        return patch
    spread_over: dict[str, Node] = {}
    for path in roles(run, shape):
        if len(path) == 1:
            spread_over[str(path[0])] = patch
        else:
            spread_over.setdefault(str(path[0]), {})[path[1]] = patch
    return spread_over


def misfits(patch: Mapping[str, Node], kind: Any, shape: Shape) -> list[tuple[str, str | None]]:
    """The keys of a patch that a run of this kind does not have, each with the hint for it."""
    if kind not in shape.variants:
        return []
    own = shape.variants[kind]
    replica = own.child(own.roles[0]).fields.keys() if own.roles else frozenset()
    if patch.keys() <= own.fields.keys() or patch.keys() <= replica:
        return []
    known = own.fields.keys() if patch.keys() & own.fields.keys() or not replica else replica
    unknown = [key for key in patch if key not in known]
    return [(key, did_you_mean(key, known) if index < _HINTED else None) for index, key in enumerate(unknown)]


def each_role(run: Node, shape: Shape, change: Callable[[Node], Node]) -> Node:
    """The run with each of its pods changed."""
    for path in roles(run, shape):
        run = _changed(run, path, change)
    return run


def _changed(node: Node, path: Path, change: Callable[[Node], Node]) -> Node:
    if not path:
        return change(node)
    return {**node, path[0]: _changed(node[path[0]], path[1:], change)}
