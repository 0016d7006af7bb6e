"""From the bound tree to the run: connections and init steps settled, templates rendered, for each pod what it sees.

polyaxonfile sections 16 and 17 (stages 9 to 12), under decisions S36 to S40.
"""

import functools
import itertools
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import attrs

from polyspec.bind import Argument, Bound, waits_for
from polyspec.errors import Problem, Rejected, Vocabulary, did_you_mean
from polyspec.merge import roles
from polyspec.record import record
from polyspec.render import (
    Rendered,
    Renderer,
    Templates,
    connection_names,
    seen_names,
    seen_of,
    service_names,
    spots_of,
    unknown_names,
)
from polyspec.spec.checks import is_template
from polyspec.spec.context import Connection, RunContext
from polyspec.spec.matrix.names import given_names
from polyspec.tree import MADE, Moved, Moves, Path, Tree, at
from polyspec.tree.shape import TEXT, Shape
from polyspec.way import Way, writer

_UNTOUCHED = frozenset({"kind", "version", "inputs", "outputs", "contexts", "run", "build", "hooks", "template", "strictParams"})
_OF_PARENT = frozenset({"schedule", "events", "dependencies", "trigger", "conditions", "skipOnUpstreamSkip"})
"""Fields of a pipeline that its runs do not have; they render the others again."""
_OF_SEARCH = frozenset({"matrix", "isApproved"})
"""Fields that the runs of a matrix do not have, and those of a schedule do."""
_TO_INIT = {"git": "git", "dockerfile": "dockerfile", "artifacts": "artifacts", "path": "paths"}


@record(eq=False)
class Finished:
    """The tree of the run, what was odd about it, its uuid, and the plan where it is a DAG.

    `way` is how it was made, for other values of its params; None for what is left for later, and where a value that was bound
    is odd.
    """

    tree: dict[str, Tree]
    warnings: tuple[Problem, ...] = ()
    uuid: Callable[[], str] = str
    plan: Any = None
    way: Way | None = None


@record(eq=False)
class _Finishing:
    """What every step needs to know. `names` are those that every template sees."""

    bound: Bound
    context: RunContext
    templates: Templates
    names: Mapping[str, Any]
    shape: Shape
    waiting: frozenset[str]
    is_pipeline: bool
    own: frozenset[str]
    problems: list[Problem] = attrs.field(factory=list)
    warnings: list[Problem] = attrs.field(factory=list)
    parts: dict[Path, Rendered] = attrs.field(factory=dict)
    glimpsed: Templates = attrs.field()

    @glimpsed.default
    def _not_yet(self) -> Templates:
        return Templates(self.templates.limits)

    @functools.cached_property
    def catalogue(self) -> Mapping[str, Connection]:
        """The connections that there are, by name."""
        return self.context.catalogue()

    def render(self, tree: Tree, shape: Shape, path: Path, names: Mapping[str, Any] | None = None) -> Tree:
        """A part of the tree rendered; what waits for a value that only a run gives stays as it is written."""
        spots = spots_of(tree, shape)
        if not spots:
            return tree
        defers = self.is_pipeline and path[0] not in self.own
        names, told = self.names if names is None else names, len(self.problems)
        renderer = Renderer(names, self.templates, told=told, defers=defers, waiting=self.waiting)
        found = self.parts[path] = renderer.rendered(tree, spots, path)
        self.warnings.extend(renderer.warnings)
        self.problems.extend(problem for problem in renderer.problems if not waits_for(problem, tree, path, self.waiting))
        return found.tree

    def probe(self, tree: Tree, path: Path, names: Iterable[str]) -> None:
        """Look for names that no run of the pipeline will have, in what is left for its runs."""
        given = given_names(self.bound.tree.get("matrix") or {})
        if given is None:
            return
        self.problems.extend(unknown_names(tree, path, [*names, *sorted({*given, *self.waiting})], self.templates))

    def glimpse(self, tree: Tree, shape: Shape) -> Tree:
        """What a part of the tree renders to, where it is rendered for good later, and its problems are told."""
        spots = spots_of(tree, shape)
        if not spots:
            return tree
        return Renderer(self.names, self.glimpsed, told=self.templates.limits.diagnostics).rendered(tree, spots).tree


def finish(
    bound: Bound,
    global_names: Mapping[str, Any],
    context: RunContext,
    templates: Templates,
    shape: Shape,
    *,
    waiting: Iterable[str] = (),
) -> Finished:
    """The tree of the run. Raises `Rejected` with all problems of its templates, connections and init steps.

    A template at fault stays as it is written in what that error carries.
    A DAG is left as it is: its operations are compiled when they run. Of a matrix or a schedule the operation itself is
    rendered, and the run is left for each of its runs. What a template takes of the `waiting` names, or of an input that a
    matrix, a join or another operation gives, stays as it is written.
    """
    tree = dict(bound.tree)
    run = tree["run"]
    if run.get("kind") == "dag":
        return _dag(_Finishing(bound, context, templates, {}, shape, frozenset(), is_pipeline=True, own=frozenset()))
    is_pipeline = _is_pipeline(tree)
    problems: list[Problem] = []
    write = writer(templates, problems)
    seen = tuple(seen_of(argument, write) for argument in bound.arguments)
    names = seen_names(bound.arguments, seen, global_names)
    global_names = names["globals"] = {**global_names, **_own_names(tree, names, context, Templates(templates.limits))}
    if run.get("kind") == "service":
        own = service_names(context, global_names, _addressed(run, names, Templates(templates.limits), shape.fields["run"]))
        names["globals"] = {**global_names, **own}
    unbound = {argument.name for argument in bound.arguments if not argument.is_bound}
    own_fields = _OF_PARENT if tree.get("schedule") else _OF_PARENT | _OF_SEARCH
    waits = frozenset({*waiting, *unbound})
    finishing = _Finishing(bound, context, templates, names, shape, waits, is_pipeline, own_fields, problems)
    _rename_hyperopt(tree, finishing)
    for key in [key for key in tree if key not in _UNTOUCHED]:
        tree[key] = finishing.render(tree[key], shape.child(key), (key,))
    if "conditions" in tree and tree["conditions"] is None:
        tree["conditions"] = "None"  # it holds for nothing: a condition that is not there would hold always
    tree["run"] = _run(finishing, run, shape.fields["run"])
    if problems:
        raise Rejected(problems, Finished(_ordered(tree, is_pipeline=is_pipeline)))
    done, warnings = _ordered(tree, is_pipeline=is_pipeline), tuple(finishing.warnings)
    if is_pipeline:
        return Finished(done, warnings)
    return Finished(done, warnings, way=Way(bound, shape, names, finishing.parts, seen, templates.limits, templates.total.taken))


def _dag(finishing: _Finishing) -> Finished:
    """A DAG as it is, its connections looked up. Raises `Rejected`."""
    names = _listed(finishing.bound.tree["run"].get("connections"))
    _check_connections(finishing, {("run", "connections", index): name for index, name in enumerate(names)})
    finished = Finished(_ordered(finishing.bound.tree, is_pipeline=True), tuple(finishing.warnings))
    if finishing.problems:
        raise Rejected(finishing.problems, finished)
    return finished


def _is_pipeline(tree: Mapping[str, Tree]) -> bool:
    """Whether a tree is about many runs, and leaves its `run` to them."""
    return bool(tree.get("matrix") or tree.get("schedule"))


def moves(bound: Bound, context: RunContext, shape: Shape) -> Moves:
    """What finishing adds, told when somebody asks: the init steps of inputs, and the store of those that lack one."""
    run = bound.tree["run"]
    found: dict[Path, Moved] = {("kind",): MADE}
    if run.get("kind") == "dag" or _is_pipeline(bound.tree):
        return found
    made = [(argument.path, _init_of(argument)) for argument in bound.arguments if argument.to_init and argument.is_bound]
    added = [(place, step) for place, step in made if step and not isinstance(step, Problem)]
    for pod in roles(run, shape.fields["run"]):
        init = ("run", *pod, "init")
        for index, (place, step) in enumerate(added):
            for key in step:
                found[*init, index, key] = Moved((*place, "connection" if key == "connection" else "value"))
        for index, step in enumerate(_steps(at(run, pod))):
            found[*init, len(added) + index] = Moved((*init, index))
            if _with_store(context, step) is not step:
                found[*init, len(added) + index, "connection"] = Moved(("artifacts_store", "name"), giver="context")
    return found


def _own_names(tree: Mapping[str, Tree], names: Mapping[str, Any], context: RunContext, templates: Templates) -> dict[str, Tree]:
    """The name and the namespace of the run in `globals`, where templates give them (decision S37)."""
    written = {"namespace": tree.get("namespace"), **({} if context.run_name else {"name": tree.get("name")})}
    sources = {key: value for key, value in written.items() if is_template(value)}
    return {key: Renderer(names, templates).text(str(value), (key,), TEXT) for key, value in sources.items()}


def _addressed(run: Mapping[str, Tree], names: Mapping[str, Any], templates: Templates, shape: Shape) -> dict[str, Tree]:
    """What the addresses of a service follow, rendered before the rest, which may use them and tells the problems."""
    fields, renderer = shape.variant("service"), Renderer(names, templates)
    written = {key: run[key] for key in ("ports", "isExternal", "rewritePath") if key in run}
    return {key: renderer.tree(value, fields.child(key), ("run", key)) for key, value in written.items()}


def _rename_hyperopt(tree: dict[str, Tree], finishing: _Finishing) -> None:
    """`hyperopt` is the older name of `tpe` (decision on section 14)."""
    matrix = tree.get("matrix")
    if isinstance(matrix, dict) and matrix.get("kind") == "hyperopt":
        tree["matrix"] = {**matrix, "kind": "tpe"}
        message = "the matrix kind `hyperopt` is read as `tpe`"
        finishing.warnings.append(Problem("renamed-kind", message, ("matrix", "kind"), "write `tpe`", severity="warning"))


def _run(finishing: _Finishing, run: Mapping[str, Tree], shape: Shape) -> dict[str, Tree]:
    """The run with each of its pods settled and rendered, and its own fields."""
    pods = roles(run, shape)
    shape = shape.variant(run.get("kind"))
    heads = {path[0] for path in pods if path}
    whole = () in pods
    settled: dict[str, Tree] = dict(run)
    added = _to_init(finishing) if pods else {}
    for path in pods:
        found = _pod(finishing, at(run, path), _shape_at(shape, path), ("run", *path), added)
        settled = found if whole else _replaced(settled, path, found)
    if not whole and not finishing.is_pipeline:
        for key in [key for key in settled if key not in heads and key != "kind"]:
            settled[key] = finishing.render(settled[key], shape.child(key), ("run", key))
    return settled


def _pod(
    finishing: _Finishing, pod: Mapping[str, Tree], shape: Shape, path: Path, added: Mapping[Path, dict[str, Tree]]
) -> dict[str, Tree]:
    """One pod, rendered once: its connections decide what its templates see. That of a pipeline is left for its runs.

    `added` are the init steps that inputs stand for, which come before its own.
    """
    wanted = {
        (*path, "connections", index): name
        for index, name in enumerate(_listed(finishing.glimpse(pod.get("connections"), shape.child("connections"))))
    }
    steps = {(*path, "init", index): _with_store(finishing.context, step) for index, step in enumerate(_steps(pod))}
    asked = {place: finishing.glimpse(name, TEXT) for place, name in _asked(steps).items()} | _asked(added)
    _check_connections(finishing, wanted)
    _check_connections(finishing, asked)
    names = {
        **finishing.names,
        "connections": connection_names(wanted.values(), finishing.catalogue),
        "init": connection_names(asked.values(), finishing.catalogue),
    }
    if finishing.is_pipeline:
        finishing.probe(pod, path, names)
        return dict(pod)
    settled: dict[str, Tree] = finishing.render(pod, shape, path, names)
    steps_then = _steps(settled)
    done = [*added.values(), *(_with_store(finishing.context, step) for step in steps_then)]
    is_same = len(done) == len(steps_then) and all(map(operator.is_, done, steps_then))
    return settled if is_same else {**settled, "init": done}


def _steps(pod: Mapping[str, Tree]) -> Sequence[Tree]:
    steps = pod.get("init")
    return steps if isinstance(steps, list) else ()


def _asked(steps: Mapping[Path, Tree]) -> dict[Path, Any]:
    """The connections that init steps ask for, by where they do."""
    return {
        (*path, "connection"): step["connection"]
        for path, step in steps.items()
        if isinstance(step, dict) and step.get("connection")
    }


def _listed(value: Tree) -> Sequence[Tree]:
    return value if isinstance(value, list) else ()


def _with_store(context: RunContext, step: Tree) -> Tree:
    """An init step; of artifacts and paths without a connection, one of the artifacts store."""
    store = context.artifacts_store
    if store is None or not isinstance(step, dict) or step.get("connection"):
        return step
    takes_artifacts = step.get("artifacts") is not None or bool(step.get("paths"))
    return {**step, "connection": store.name} if takes_artifacts else step


def _to_init(finishing: _Finishing) -> dict[Path, dict[str, Tree]]:
    """The init steps that inputs with `toInit` stand for, by their inputs (section 6; decision S39: for every run kind)."""
    steps: dict[Path, dict[str, Tree]] = {}
    for argument in finishing.bound.arguments:
        if argument.to_init and argument.is_bound:
            step = _init_of(argument)
            if isinstance(step, Problem):
                finishing.problems.append(step)
            elif step:
                steps[argument.path] = step
    return steps


def _init_of(argument: Argument) -> dict[str, Tree] | Problem:
    """The step of one input: what it holds, from its connection; nothing for a null without one."""
    if argument.type is None:
        hint = "declare an input with a type"
        return Problem("bad-to-init", f"`{argument.name}` has no type, and `toInit` needs one", argument.path, hint)
    field = _TO_INIT.get(argument.type)
    connection = {"connection": argument.connection} if argument.connection else {}
    if argument.value is None or (field is None and connection):
        return dict(connection)
    if field is None:
        message = f"a value of type `{argument.type}` cannot become an init step"
        return Problem("bad-to-init", message, argument.path, "git, dockerfile, artifacts, or anything with a connection")
    if field == "paths" and not connection:
        return Problem("bad-to-init", f"`{argument.name}` is a path, and `toInit` needs its connection", argument.path)
    value = [argument.value] if field == "paths" and not isinstance(argument.value, list) else argument.value
    return {field: value, **connection}


def _check_connections(finishing: _Finishing, names: Mapping[Path, Any]) -> None:
    """Names that the catalogue does not have: an error where there is a catalogue, a warning where there is none (S40)."""
    if not names:
        return
    there = finishing.catalogue
    unknown = ((path, name) for path, name in names.items() if isinstance(name, str) and name and name not in there)
    given: Sequence[Any] = finishing.context.connections  # objects built in Python may have any name
    known = [it.name for it in given if isinstance(it.name, str)]
    vocabulary = Vocabulary(known)
    for path, name in itertools.islice((it for it in unknown if "{{" not in it[1]), finishing.templates.limits.sought):
        what = "connection that a template names" if _is_made(finishing, path) else f"connection `{name}`"
        if known:
            finishing.problems.append(Problem("unknown-connection", f"unknown {what}", path, did_you_mean(name, vocabulary)))
        else:
            message = f"the {what} is not checked: no catalogue was given"
            finishing.warnings.append(Problem("unknown-connection", message, path, severity="warning"))


def _is_made(finishing: _Finishing, path: Path) -> bool:
    """Whether a template made a value of the tree: it may hold what a param brought, and no message quotes it."""
    return any(is_template(at(finishing.bound.tree, path[:length])) for length in range(1, len(path) + 1))


def _shape_at(shape: Shape, path: Path) -> Shape:
    for step in path:
        shape = shape.child(step)
    return shape


def _replaced(tree: Mapping[str, Tree], path: Path, node: Tree) -> dict[str, Tree]:
    head = str(path[0])
    return {**tree, head: node if len(path) == 1 else _replaced(tree[head], path[1:], node)}


def _ordered(tree: Mapping[str, Tree], *, is_pipeline: bool) -> dict[str, Tree]:
    """The wire format: `version` and `kind` first; the policy of params stays where children will need it."""
    head = {"version": tree["version"]} if "version" in tree else {}
    rest = {key: value for key, value in tree.items() if key not in ("version", "kind", "strictParams")}
    policy = {"strictParams": bool(tree.get("strictParams"))} if is_pipeline else {}
    return {**head, "kind": "compiled_operation", **rest, **policy}
