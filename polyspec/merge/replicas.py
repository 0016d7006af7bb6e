"""Runs and their replicas: which parts of a run a patch is for (polyaxonfile section 9, "Patch of distributed runs")."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from polyspec.errors import did_you_mean
from polyspec.spec.node import key_of, kind_name
from polyspec.spec.run import RUN_KINDS
from polyspec.spec.run.base import RayReplica, Replica
from polyspec.tree import Path, plain

Node = Any


@functools.cache
def run_classes() -> Mapping[Any, Any]:
    """The run classes by kind."""
    return {kind_name(cls): cls for cls in RUN_KINDS}


@functools.cache
def keys_of(cls: Any) -> frozenset[str]:
    """The YAML keys of a class."""
    return frozenset(key_of(field) for field in attrs.fields(cls))


def roles(run: Mapping[str, Node]) -> tuple[Path, ...]:
    """The paths of the pods that a run declares: the run itself, or each of its replicas."""
    cls = run_classes().get(plain(run.get("kind")))
    if cls is None or not (cls.roles or cls.named_roles):
        return ((),) if cls is not None and "container" in keys_of(cls) else ()
    own = tuple((role,) for role in cls.roles if isinstance(run.get(role), dict))
    named = (
        (group, name)
        for group in cls.named_roles
        if isinstance(run.get(group), dict)
        for name, replica in run[group].items()
        if isinstance(replica, dict)
    )
    return (*own, *named)


def spread(patch: Mapping[str, Node], run: Mapping[str, Node]) -> Node:
    """A patch of a run as it goes over that run: sections of a pod go to every replica that the run declares."""
    cls = run_classes().get(plain(run.get("kind")))
    if cls is None or patch.keys() <= keys_of(cls) or not (cls.roles or cls.named_roles):
        return patch
    spread_over: dict[str, Node] = {}
    for path in roles(run):
        if len(path) == 1:
            spread_over[str(path[0])] = patch
        else:
            spread_over.setdefault(str(path[0]), {})[path[1]] = patch
    return spread_over


def misfits(patch: Mapping[str, Node], kind: Any) -> list[tuple[str, str | None]]:
    """The keys of a patch that a run of this kind does not have, each with the hint for it."""
    cls = run_classes().get(kind)
    if cls is None:
        return []
    own = keys_of(cls)
    pod: Any = RayReplica if "head" in cls.roles else Replica
    replica = keys_of(pod) if cls.roles else frozenset()
    if patch.keys() <= own or patch.keys() <= replica:
        return []
    known = own if patch.keys() & own or not replica else replica
    return [(key, did_you_mean(key, known)) for key in patch if key not in known]


def each_role(run: Node, change: Callable[[Node], Node]) -> Node:
    """The run with each of its pods changed."""
    for path in roles(run):
        run = _changed(run, path, change)
    return run


def _changed(node: Node, path: Path, change: Callable[[Node], Node]) -> Node:
    if not path:
        return change(node)
    return {**node, path[0]: _changed(node[path[0]], path[1:], change)}
