"""A DAG held against the rules: names, components, edges, circles, references, and the params of every operation."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from polyspec.bind import InputType, binding_problems
from polyspec.errors import Problem, Rejected
from polyspec.graph.compose import Node, Room, compose
from polyspec.graph.edges import Edge, edges
from polyspec.graph.order import cycle, levels, orphans
from polyspec.graph.references import reference_problems
from polyspec.limits import Limits
from polyspec.merge import Merging, Presets
from polyspec.record import record
from polyspec.registry import Registry
from polyspec.render import Templates, unknown_names
from polyspec.spec.matrix.names import given_names
from polyspec.tree import UNSET, Tree, at, walk


@record(eq=False)
class Plan:
    """A DAG that holds: its operations, edges and levels."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    levels: tuple[tuple[str, ...], ...]


@record(eq=False)
class Rules:
    """What a DAG is held against; `presets` are those that its operations name, None where names are not looked up."""

    merging: Merging
    types: Registry[InputType]
    limits: Limits = attrs.field(factory=Limits)
    presets: Presets | None = None


_SEEN = ("globals", "params", "connections", "init", "ops", "dag")
"""What every template of an operation may name."""


def plan(tree: Mapping[str, Tree], rules: Rules) -> Plan:
    """The plan of a compiled tree whose run is a DAG; nested DAGs are checked with it. Raises `Rejected` with all problems."""
    return _plan(tree, rules, Room(rules.limits))


def _plan(tree: Mapping[str, Tree], rules: Rules, room: Room) -> Plan:
    problems: list[Problem] = []
    if tree.get("build"):
        hint = "build in the operations of the DAG"
        problems.append(Problem("build-on-dag", "a DAG has no image to build", ("build",), hint, "key"))
    run = tree["run"]
    room.take(run.get("operations"))
    nodes, found = compose(run, rules.merging, room, rules.presets)
    if room.is_used_up():
        raise Rejected(found)
    between = edges(nodes)
    names = [node.name for node in nodes]
    order = levels(names, between)
    problems += found or _circle(names, between, order)
    problems += orphans(_names(run.get("operations")), between, rules.limits)
    problems += itertools.islice(reference_problems(nodes, tree), rules.limits.sought)
    for node in nodes:
        problems += _operation_problems(node, rules, room)
        if room.is_used_up() or len(problems) >= rules.limits.sought:
            break
    if problems:
        raise Rejected(problems)
    return Plan(tuple(nodes), tuple(between), order)


def _names(operations: Any) -> list[str]:
    """The names of all operations, those that are wrong too: they are there to be waited for."""
    entries = operations if isinstance(operations, list) else ()
    return [entry["name"] for entry in entries if entry.get("name")]


def _circle(names: Sequence[str], between: Sequence[Edge], order: Sequence[Sequence[str]]) -> list[Problem]:
    found = cycle(names, between, order)
    return [] if found is None else [found]


def _operation_problems(node: Node, rules: Rules, room: Room) -> list[Problem]:
    """What is wrong with the params of an operation, and with its own DAG."""
    problems = [*binding_problems(node.tree, rules.types, rules.limits)]
    told = [_written(problem, node) for problem in _name_problems(node.tree, room.templates)]
    if node.tree["run"].get("kind") == "dag":
        try:
            _plan(node.tree, rules, room)
        except Rejected as error:
            problems += error.problems
    return [*(_placed(problem, node) for problem in problems), *told]


def _name_problems(tree: Mapping[str, Tree], templates: Templates) -> Iterator[Problem]:
    """Names in the templates of a run that it will not have when it runs."""
    given = given_names(tree.get("matrix") or {})
    if tree["run"].get("kind") == "dag" or given is None:
        return
    yield from unknown_names(tree["run"], ("run",), _coming(tree, given), templates)
    own = {name: param for name, param in (tree.get("params") or {}).items() if not param.get("ref")}
    yield from unknown_names(own, ("params",), _coming(tree, given), templates)


def _coming(tree: Mapping[str, Tree], given: Iterable[str]) -> Iterator[str]:
    """The names that templates of an operation see when it runs."""
    for side in ("inputs", "outputs"):
        yield from (io["name"] for io in tree.get(side) or ())
    yield from tree.get("params") or ()
    joined = [join.get("params") for join in tree.get("joins") or () if isinstance(join, dict)]
    yield from (name for params in joined if isinstance(params, dict) for name in params)
    yield from sorted(given)
    yield from _SEEN


def _written(problem: Problem, node: Node) -> Problem:
    """A problem of a text, at the spec of the operation that says it; at the name of the operation where none does."""
    source = at(node.tree, problem.path)
    texts = ((layer, path) for layer in reversed(node.layers) for path, leaf in walk(layer.tree) if leaf == source)
    found = next(texts, None)
    if found is not None:
        layer, path = found
        return attrs.evolve(problem, path=(*layer.prefix, *path), source=layer.source)
    return attrs.evolve(problem, message=f"operation `{node.name}`: {problem.message}", path=(*node.path, "name"), span=None)


def _placed(problem: Problem, node: Node) -> Problem:
    """A problem of an operation: at what it or a preset of it says, or at its name for what its component wants."""
    placed = attrs.evolve(problem, message=f"operation `{node.name}`: {problem.message}", related=())
    if problem.source is not None:  # in a preset of an operation of its own DAG
        return placed
    own = [layer for layer in node.own if problem.path and problem.path[0] in layer.tree]
    if not own:
        return attrs.evolve(placed, path=(*node.path, "name"))
    layer = next((layer for layer in reversed(own) if at(layer.tree, problem.path) is not UNSET), own[0])
    return attrs.evolve(placed, path=(*layer.prefix, *problem.path), source=layer.source)
