"""The operations of a DAG, each as one tree: its component under it, the fields that belong to the node on top.

polyaxonfile section 15, and section 5, "DAG node keeps local".
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from polyspec.errors import Problem, Rejected, did_you_mean
from polyspec.merge import Layer, Merging, merge_layers
from polyspec.tree import Path, Tree

LOCAL = ("name", "dependencies", "trigger", "conditions", "joins", "skipOnUpstreamSkip", "schedule", "events")
"""What a node says of itself: never taken from its component."""


@attrs.frozen(eq=False)
class Node:
    """One operation of a DAG: its name, its effective tree (component and operation merged), and where it stands.

    `stack` are the specs that it was merged of, the lowest first; the last is what was `written` for it.
    """

    name: str
    tree: Mapping[str, Tree]
    stack: Sequence[Mapping[str, Tree]]
    path: Path

    @property
    def written(self) -> Mapping[str, Tree]:
        """The operation as it is written in the DAG."""
        return self.stack[-1]

    def problem(self, code: str, message: str, path: Path = (), hint: str | None = None) -> Problem:
        """A problem of this operation, at a path of what was written for it."""
        return Problem(code, f"operation `{self.name}`: {message}", (*self.path, *path), hint)


def compose(run: Mapping[str, Tree], merging: Merging, prefix: Path = ("run",)) -> tuple[list[Node], list[Problem]]:
    """The operations of a DAG in their order, and what is wrong with their names and components."""
    problems: list[Problem] = []
    operations = run.get("operations")
    if not isinstance(operations, list) or not operations:
        hint = "give `run` a list of `operations`"
        return [], [Problem("empty-dag", "a DAG has operations, and this one has none", (*prefix, "operations"), hint)]
    components = _named(run.get("components") or (), (*prefix, "components"), "component", problems)
    problems.extend(problem for entry, path in components.values() for problem in _without_kind(entry, path))
    named = _named(operations, (*prefix, "operations"), "operation", problems)
    nodes = []
    for name, (operation, path) in named.items():
        try:
            nodes.append(_node(name, operation, path, components, merging))
        except Rejected as error:
            problems.extend(error.problems)
    return nodes, problems


def _without_kind(component: Mapping[str, Tree], path: Path) -> Iterator[Problem]:
    """A component whose run has no kind, and no other component that gives it one: wrong whether it is used or not."""
    run = component.get("run")
    has_base = any(component.get(key) for key in ("component", "dagRef"))
    if isinstance(run, dict) and run.get("kind") is None and not has_base:
        yield Problem("missing-field", "the kind of the run is missing", (*path, "run"), "write `kind:`", "key")


def _named(entries: Sequence[Any], path: Path, what: str, problems: list[Problem]) -> dict[str, tuple[Mapping[str, Tree], Path]]:
    """The entries by name; each has one, and no two the same."""
    named: dict[str, tuple[Mapping[str, Tree], Path]] = {}
    for index, entry in enumerate(entries):
        place = (*path, index)
        name = entry.get("name")
        if not name:
            problems.append(Problem("missing-field", f"every {what} of a DAG has a name", place, f"give the {what} a `name`"))
        elif name in named:
            related = (("first written here", (*named[name][1], "name")),)
            message = f"two {what}s of a DAG are named `{name}`"
            problems.append(Problem("duplicate-name", message, (*place, "name"), "rename one of them", related=related))
        else:
            named[name] = entry, place
    return named


def _node(name: str, operation: Mapping[str, Tree], path: Path, components: Mapping[str, Any], merging: Merging) -> Node:
    if operation.get("schedule"):
        message = f"operation `{name}`: an operation of a DAG has no schedule of its own"
        raise Rejected([Problem("scheduled-operation", message, (*path, "schedule"), "put the schedule on the DAG", "key")])
    stack = _stack(name, operation, path, components, ())
    layers = [Layer("component", tree, None) for tree in stack]
    try:
        merged = merge_layers(layers, merging)
    except Rejected as error:
        raise Rejected([_within(problem, name, path) for problem in error.problems]) from None
    kept = {key: value for key, value in merged.items() if key not in LOCAL}
    local = {key: operation[key] for key in LOCAL if operation.get(key) is not None}
    return Node(name, {**kept, **local}, stack, path)


def _stack(
    name: str, spec: Mapping[str, Tree], path: Path, components: Mapping[str, Any], seen: tuple[str, ...]
) -> list[Mapping[str, Tree]]:
    """A spec of a DAG and what it stands on, the lowest first: inline components, and those that `dagRef` names."""
    inline, reference = spec.get("component"), spec.get("dagRef")
    if isinstance(inline, dict):
        return [*_stack(name, inline, path, components, seen), spec]
    if not isinstance(reference, str):
        return [spec]
    if reference in seen:
        circle = " -> ".join((*seen, reference))
        raise Rejected(
            [Problem("reference-cycle", f"operation `{name}`: the components refer in a circle: {circle}", (*path, "dagRef"))]
        )
    if reference not in components:
        hint = did_you_mean(reference, components) or "define it under `components` of the DAG"
        message = f"operation `{name}`: the DAG has no component `{reference}`"
        raise Rejected([Problem("unknown-component", message, (*path, "dagRef"), hint)])
    base, _ = components[reference]
    return [*_stack(name, base, path, components, (*seen, reference)), spec]


def _within(problem: Problem, name: str, path: Path) -> Problem:
    return attrs.evolve(problem, message=f"operation `{name}`: {problem.message}", path=(*path, *problem.path), source=None)
