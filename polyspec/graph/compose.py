"""The operations of a DAG, each as one tree: its component under it, the fields that belong to the node on top.

polyaxonfile section 15, and section 5, "DAG node keeps local".
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from polyspec.errors import Problem, Rejected, did_you_mean
from polyspec.limits import Limits, crossed
from polyspec.merge import Layer, Merging, Presets, checked_trees, merge_layers
from polyspec.record import record
from polyspec.render import Templates
from polyspec.tree import Path, Tree, count, plain, text_length

LOCAL = ("name", "dependencies", "trigger", "conditions", "joins", "skipOnUpstreamSkip", "schedule", "events")
"""What a node says of itself: never taken from its component."""


@attrs.frozen(eq=False)
class Node:
    """One operation of a DAG: its name, its effective tree (component, operation and presets merged), and where it stands.

    `layers` are the specs that it was merged of, the lowest first: those of the DAG, each with its place there, the last of them
    what was written for the operation; then `presets`, so many, each in a document of its own.
    """

    name: str
    tree: Mapping[str, Tree]
    layers: Sequence[Layer]
    path: Path
    presets: int = 0

    @property
    def stack(self) -> tuple[Mapping[str, Tree], ...]:
        """What was checked of its layers when they were read."""
        return checked_trees(self.layers)

    @property
    def own(self) -> Sequence[Layer]:
        """What is said of this operation alone: what was written for it in the DAG, then the presets that it names."""
        return self.layers[len(self.layers) - self.presets - 1 :]

    def problem(self, code: str, message: str, path: Path = (), hint: str | None = None) -> Problem:
        """A problem of this operation, at a path of what was written for it."""
        return Problem(code, f"operation `{self.name}`: {message}", (*self.path, *path), hint)


@attrs.define
class Room:
    """What may still be planned: a DAG and those within it take from one number, however often each is used.

    Of operations, as many as `Limits` has; of the values in their specs and components, ten times the `nodes` of a document,
    of their bytes ten times the `document_bytes`.
    Names are looked for in as many of their `templates` as a spec may have: each operation is compiled on its own later.
    """

    limits: Limits
    operations: int = attrs.field()
    values: int = attrs.field()
    size: int = attrs.field()
    templates: Templates = attrs.field()
    _counted: dict[int, tuple[Tree, int, int]] = attrs.field(factory=dict)

    @operations.default
    def _all_operations(self) -> int:
        return self.limits.operations

    @values.default
    def _all_values(self) -> int:
        return _USED * self.limits.nodes

    @size.default
    def _all_bytes(self) -> int:
        return _USED * self.limits.document_bytes

    def is_used_up(self) -> bool:
        """Whether nothing more can be planned."""
        return min(self.operations, self.values, self.size) < 0

    @templates.default
    def _none_read(self) -> Templates:
        return Templates(self.limits)

    def take(self, operations: Tree) -> None:
        """Make room for the operations of one DAG. Raises `Rejected` where there is none."""
        self.operations -= len(operations) if isinstance(operations, list) else 0
        if self.operations < 0:
            message = f"a DAG of more than {self.limits.operations} operations, those of the DAGs within it counted"
            raise Rejected([Problem(message=message, path=("run", "operations"), at="key", **crossed("operations"))])

    def take_values(self, layers: Iterable[Layer], path: Path) -> None:
        """Make room for the specs of one operation, which stands at a path. Raises `Rejected` where there is none."""
        for layer in layers:
            tree = layer.tree  # kept with its size: the id of one that is gone may be that of another
            counted = self._counted.get(id(tree))
            if counted is None:
                counted = self._counted[id(tree)] = tree, count(tree), text_length(tree)
            self.values -= counted[1]
            self.size -= counted[2]
        for left, field, what in ((self.values, "nodes", "values"), (self.size, "document_bytes", "bytes")):
            if left < 0:
                most = _USED * getattr(self.limits, field)
                message = f"the operations of a DAG have more than {most} {what}, what they stand on counted at each use"
                raise Rejected([Problem(message=message, path=path, **crossed(field))])


_USED = 10


def compose(
    run: Mapping[str, Tree], merging: Merging, room: Room, presets: Presets | None = None
) -> tuple[list[Node], list[Problem]]:
    """The operations of a DAG in their order, and what is wrong with their names and components.

    Raises `Rejected` where there is no room for them.
    """
    problems: list[Problem] = []
    prefix: Path = ("run",)
    operations = run.get("operations")
    if not isinstance(operations, list) or not operations:
        hint = "give `run` a list of `operations`"
        return [], [Problem("empty-dag", "a DAG has operations, and this one has none", (*prefix, "operations"), hint)]
    components = _named(run.get("components") or (), (*prefix, "components"), "component", problems)
    problems.extend(problem for entry, path in components.values() for problem in _without_kind(entry, path))
    named = _named(operations, (*prefix, "operations"), "operation", problems)
    nodes, limits = [], room.limits
    for name, (operation, path) in named.items():
        try:
            stack = _stack(_Reference(name, path, components, limits), operation, hinted=len(problems) < limits.diagnostics)
            over = _named_presets(name, stack, presets)
            room.take_values((*stack, *over), path)
            nodes.append(_node(name, path, stack, over, merging))
        except Rejected as error:
            problems.extend(error.problems)
        if room.is_used_up() or len(problems) >= limits.sought:
            break
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


def _named_presets(name: str, stack: Sequence[Layer], presets: Presets | None) -> list[Layer]:
    """The presets that an operation and what it stands on name, each once, in their order. Raises `Rejected`.

    An operation that a `runPatch` adds names none: nothing that it refers to was followed.
    """
    if presets is None:
        return []
    found: dict[str, Layer | None] = {}
    for layer in stack:
        for index, each in enumerate(_listed(layer.tree.get("presets"))):
            if not isinstance(each, str):  # in a `runPatch`: its class tells
                continue
            if each not in presets:
                message = f"operation `{name}`: an operation in a `runPatch` names no preset"
                hint = "write the operation into the `run` of the DAG"
                raise Rejected([Problem("not-allowed", message, (*layer.prefix, "presets", index), hint)])
            found[each] = presets[each]
    return [layer for layer in found.values() if layer is not None]


def _node(name: str, path: Path, stack: Sequence[Layer], presets: Sequence[Layer], merging: Merging) -> Node:
    if stack[-1].tree.get("schedule"):
        message = f"operation `{name}`: an operation of a DAG has no schedule of its own"
        raise Rejected([Problem("scheduled-operation", message, (*path, "schedule"), "put the schedule on the DAG", "key")])
    try:
        layers = (*stack, *presets)
        return Node(name, composed(layers, merging, len(presets)), layers, path, len(presets))
    except Rejected as error:
        raise Rejected([_within(problem, name) for problem in error.problems]) from None


def composed(layers: Sequence[Layer], merging: Merging, presets: int = 0) -> dict[str, Any]:
    """The layers of an operation, the last of them so many `presets`, as one tree, traced where they are marked.

    Raises `Rejected`.
    """
    merged, own = merge_layers(layers, merging), layers[-1 - presets].tree
    kept = {key: value for key, value in merged.items() if key not in LOCAL}
    return {**kept, **{key: own[key] for key in LOCAL if plain(own.get(key)) is not None}}


@record(eq=False)
class _Reference:
    """What leads from an operation to its components: its name and place, the components of the DAG, how far it may lead."""

    name: str
    path: Path
    components: Mapping[str, tuple[Mapping[str, Tree], Path]]
    limits: Limits

    def refused(self, code: str, message: str, hint: str | None = None) -> Rejected:
        return Rejected([Problem(code, f"operation `{self.name}`: {message}", (*self.path, "dagRef"), hint)])


def _stack(reference: _Reference, spec: Mapping[str, Tree], *, hinted: bool) -> list[Layer]:
    """A spec of a DAG and what it stands on, the lowest first: inline components, and those that `dagRef` names."""
    seen: list[str] = []
    stack = [Layer("component", spec, None, reference.path)]
    while True:
        last = stack[-1]
        inline, name = last.tree.get("component"), last.tree.get("dagRef")
        if isinstance(inline, dict):
            stack.append(Layer("component", inline, None, (*last.prefix, "component")))
        elif isinstance(name, str):
            base, place = _named_component(reference, name, seen, hinted=hinted)
            stack.append(Layer("component", base, None, place))
            seen.append(name)
        else:
            return stack[::-1]


def _named_component(reference: _Reference, name: str, seen: Sequence[str], *, hinted: bool) -> tuple[Mapping[str, Tree], Path]:
    if name in seen:
        raise reference.refused("reference-cycle", f"the components refer in a circle: {' -> '.join((*seen, name))}")
    if len(seen) >= reference.limits.chain:
        message = f"more than {reference.limits.chain} references follow one another"
        raise reference.refused(message=message, **crossed("chain"))
    if name not in reference.components:
        near = did_you_mean(name, reference.components) if hinted else None
        hint = near or "define it under `components` of the DAG"
        raise reference.refused("unknown-component", f"the DAG has no component `{name}`", hint)
    return reference.components[name]


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _within(problem: Problem, name: str) -> Problem:
    return attrs.evolve(problem, message=f"operation `{name}`: {problem.message}")
