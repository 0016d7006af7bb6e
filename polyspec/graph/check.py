"""A DAG held against the rules: names, components, edges, circles, references, and the params of every operation."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from polyspec.bind import InputType, bind
from polyspec.errors import Problem, Rejected
from polyspec.graph.compose import Node, compose
from polyspec.graph.edges import Edge, edges
from polyspec.graph.order import cycle, levels, orphans
from polyspec.graph.references import reference_problems
from polyspec.limits import Limits
from polyspec.merge import Merging
from polyspec.registry import Registry
from polyspec.tree import Path, Tree


@attrs.frozen(eq=False)
class Plan:
    """A DAG that holds: its operations, edges and levels."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    levels: tuple[tuple[str, ...], ...]


@attrs.frozen(eq=False)
class Rules:
    """What a DAG is held against."""

    merging: Merging
    types: Registry[InputType]
    limits: Limits = attrs.field(factory=Limits)


def plan(tree: Mapping[str, Tree], rules: Rules, prefix: Path = ()) -> Plan:
    """The plan of a compiled tree whose run is a DAG; nested DAGs are checked with it. Raises `Rejected` with all problems."""
    problems: list[Problem] = []
    if tree.get("build"):
        hint = "build in the operations of the DAG"
        problems.append(Problem("build-on-dag", "a DAG has no image to build", (*prefix, "build"), hint, "key"))
    run = tree["run"]
    operations = run.get("operations")
    if isinstance(operations, list) and len(operations) > rules.limits.operations:
        hint = "the limit is `Limits.operations`; raise it with `Limits(operations=...)`"
        message = f"a DAG of more than {rules.limits.operations} operations"
        raise Rejected([Problem("limit-operations", message, (*prefix, "run", "operations"), hint, "key")])
    nodes, found = compose(run, rules.merging, (*prefix, "run"))
    between = edges(nodes)
    names = [node.name for node in nodes]
    problems += found or _circle(names, between)
    problems += orphans(_names(operations), between)
    problems += reference_problems(nodes, tree)
    for node in nodes:
        problems += _operation_problems(node, rules)
    if problems:
        raise Rejected(problems)
    return Plan(tuple(nodes), tuple(between), levels(names, between))


def _names(operations: Any) -> list[str]:
    """The names of all operations, those that are wrong too: they are there to be waited for."""
    entries = operations if isinstance(operations, list) else ()
    return [entry["name"] for entry in entries if entry.get("name")]


def _circle(names: Sequence[str], between: Sequence[Edge]) -> list[Problem]:
    found = cycle(names, between)
    return [] if found is None else [found]


def _operation_problems(node: Node, rules: Rules) -> list[Problem]:
    """What is wrong with the params of an operation, and with its own DAG."""
    problems: list[Problem] = []
    checks = (lambda: bind(node.tree, {}, None, rules.types), lambda: plan(node.tree, rules))
    for check in checks[: 2 if node.tree["run"].get("kind") == "dag" else 1]:
        try:
            check()
        except Rejected as error:
            problems += error.problems
    return [_placed(problem, node) for problem in problems]


def _placed(problem: Problem, node: Node) -> Problem:
    """A problem of an operation at the operation: at what it says itself, or at its name for what its component wants."""
    is_own = bool(problem.path) and problem.path[0] in node.written
    path = (*node.path, *problem.path) if is_own else (*node.path, "name")
    return attrs.evolve(problem, message=f"operation `{node.name}`: {problem.message}", path=path, related=())
