"""The stages from layers to the finished tree, in their order: merge, plan, bind, finish, check.

All raise `Rejected`, and go on as long as there is something to look at.
"""

import operator
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from polyspec import graph
from polyspec.bind import Bound, Evaluate, bind
from polyspec.errors import Findings, Problem, Rejected
from polyspec.finish import Finished, finish
from polyspec.identity import content_digest, derived_uuid, spelt_values
from polyspec.merge import Layer, checked_trees, kept_parts, merge_layers
from polyspec.render import Renderer, Templates, global_names
from polyspec.settings import Settings
from polyspec.spec.checks import is_template
from polyspec.spec.compiled import CompiledOperation
from polyspec.spec.convert import problems, structure, unstructure
from polyspec.spec.io import CHANGEABLE
from polyspec.sweep.fitting import fits
from polyspec.tree import Known, Path, Tree, at, with_known
from polyspec.tree.shape import Shape


def from_layers(layers: Sequence[Layer], settings: Settings) -> Finished:
    """The finished tree of a stack of layers. Raises `Rejected` with the problems of every stage."""
    findings = Findings()
    tree = findings.of(lambda: merge_layers(layers, settings.merging))
    return from_tree(tree, settings, checked_trees(layers), findings=findings)


def from_tree(
    tree: Mapping[str, Tree],
    settings: Settings,
    stack: Iterable[Mapping[str, Tree]],
    *,
    waits: bool = False,
    findings: Findings | None = None,
) -> Finished:
    """The finished tree of a merged one. With `waits`, params that refer to other operations are left for when they ran.

    `stack` are the specs that it was merged of, each checked when it was read: what stays as it is in them is not checked again.
    A stage that finds problems does not end the way: the next one looks at what the one before it made nevertheless.
    """
    findings = findings or Findings()
    context = settings.context
    names = named(tree, settings)
    plan = _planned(tree, settings, findings) if tree["run"].get("kind") == "dag" else None
    odd: list[Problem] = []
    findings.note(_matrix_problems(tree))
    templates = Templates(settings.limits)
    bound = findings.of(lambda: bound_tree(tree, names, settings, odd, templates, waits=waits))
    waiting = ("ops", "dag") if waits else ()
    finished = findings.of(lambda: finish(bound, names, context, templates, settings.merging.shape, waiting=waiting))
    operation = findings.of(lambda: _checked_again(finished.tree, tree, bound, settings, stack, is_whole=not findings.problems))
    findings.note(_plugin_problems(finished.tree))
    findings.settle()
    warnings, uuid = (*bound.warnings, *odd, *finished.warnings), names["uuid"]
    way = None if odd else finished.way  # other values may not be odd
    return Finished(_respelt(finished.tree, operation), warnings, lambda: uuid, plan, way)


def _with_known(tree: Mapping[str, Tree], merged: Mapping[str, Tree], before: Sequence[Mapping[str, Tree]], shape: Shape) -> Tree:
    """A finished tree with what was checked before marked: what no stage touched, and inputs that got a value and no more."""
    sides = [side for side in ("inputs", "outputs", "contexts") if side in tree]
    found = with_known({key: value for key, value in tree.items() if key not in sides}, before, shape)
    for side in sides:
        pairs = zip(_checked_of(side, tree, merged, before), tree[side], strict=True)
        are_known = [old is not None and _is_bound(old, io) for old, io in pairs]
        items = zip(tree[side], are_known, strict=True)
        found[side] = Known(tree[side]) if all(are_known) else [Known(io) if is_known else io for io, is_known in items]
    return found


def _checked_of(
    side: str, finished: Mapping[str, Tree], merged: Mapping[str, Tree], before: Iterable[Mapping[str, Tree]]
) -> Iterator[Mapping[str, Tree] | None]:
    """What inputs, outputs and contexts were made of, where it was checked before: all params were."""
    if side == "contexts":
        params = merged.get("params") or {}
        return (params.get(io["name"]) for io in finished[side])
    known = {id(io) for other in before for io in other.get(side) or ()}
    return (old if id(old) in known else None for old in merged[side])


def _is_bound(old: Mapping[str, Tree], io: Mapping[str, Tree]) -> bool:
    """Whether a param, an input or an output is as it was, but for its value, what follows from having one, and texts."""
    is_same = map(operator.is_, map(old.get, CHANGEABLE), map(io.get, CHANGEABLE))
    return all(is_same) or all(io.get(key) is old.get(key) or type(io.get(key)) is str for key in CHANGEABLE)


def _planned(tree: Mapping[str, Tree], settings: Settings, findings: Findings) -> "graph.Plan | None":
    try:
        return planned(tree, settings)
    except Rejected as error:
        findings.note(error.problems)
        return None


def named(tree: Mapping[str, Tree], settings: Settings) -> dict[str, Any]:
    """What templates of a merged tree see as `globals`; its uuid is derived where the context gives none."""
    context = settings.context
    uuid = context.run_uuid or derived_uuid(content_digest(tree, context), spelt_values(tree).values())
    return global_names(context, tree, uuid)


def bound_tree(
    tree: Mapping[str, Tree],
    names: Mapping[str, Any],
    settings: Settings,
    odd: list[Problem],
    templates: Templates,
    *,
    waits: bool = False,
) -> Bound:
    """A merged tree with its params bound; warnings go into `odd`. The templates of a DAG are left for its operations."""
    evaluate = None if tree["run"].get("kind") == "dag" else evaluator(templates, odd)
    return bind(tree, {"globals": names}, evaluate, settings.types, waits=waits, limits=settings.limits)


def _matrix_problems(tree: Mapping[str, Tree]) -> Iterator[Problem]:
    """The params of a matrix held against the types of the inputs that they are for (section 6, "Matrix supplies input")."""
    params = (tree.get("matrix") or {}).get("params")
    if not isinstance(params, dict):
        return
    types = {io["name"]: io.get("type") for io in tree.get("inputs") or ()}
    for name, hp in params.items():
        why = fits(hp, types[name]) if types.get(name) else None
        if why:
            yield Problem("wrong-type", f"matrix param `{name}`: {why}", ("matrix", "params", name, "kind"))


def _plugin_problems(tree: Mapping[str, Tree]) -> Iterator[Problem]:
    """The plug-ins that only a service can have, in a run of another kind (section 3, "Sandbox")."""
    kind, plugins = tree["run"].get("kind"), tree.get("plugins")
    if kind == "service" or not isinstance(plugins, dict):
        return
    for name in ("sandbox", "ssh"):
        if plugins.get(name) is True:
            yield Problem(
                "service-only-plugin",
                f"only a service takes `plugins.{name}`, and the run is of kind `{kind}`",
                ("plugins", name),
                "give it a run of kind `service`, or leave the plug-in out",
                "key",
            )


def planned(tree: Mapping[str, Tree], settings: Settings) -> "graph.Plan":
    """The plan of a tree whose run is a DAG."""
    return graph.plan(tree, graph.Rules(settings.merging, settings.types, settings.limits, settings.presets))


def evaluator(templates: Templates, odd: list[Problem]) -> Evaluate:
    """What renders the values of params and defaults while they are bound; warnings go into `odd`."""

    def evaluate(value: Any, names: Mapping[str, Any], path: Path, waiting: Container[str]) -> Any:
        renderer = Renderer(names, templates, waiting=waiting)
        found = renderer.text(value, path) if type(value) is str else renderer.tree(value, path=path)
        odd.extend(renderer.warnings)
        if renderer.problems:
            raise Rejected(renderer.problems)
        return found

    return evaluate


def _respelt(tree: Mapping[str, Tree], operation: CompiledOperation) -> dict[str, Tree]:
    """A finished tree in its one spelling: a template may have given a shorter one, such as `a,b` or `0:1:0.1`."""
    spelt = unstructure(operation)
    return {key: spelt[key] for key in tree}


def _checked_again(
    finished: Tree,
    tree: Mapping[str, Tree],
    bound: Bound,
    settings: Settings,
    stack: Iterable[Mapping[str, Tree]],
    *,
    is_whole: bool,
) -> CompiledOperation:
    """The finished tree as its class, its problems told of the templates that made the values at fault.

    In one that is not whole, a template that is still there could not be rendered: what is wrong with it has been told.
    """
    shape, kind = settings.merging.shape, tree["run"].get("kind")
    before = tuple(kept_parts(stack, tree["run"], shape.fields["run"], is_own=settings.kinds.is_own_run(kind)))
    try:
        return checked(_with_known(finished, tree, before, shape), settings)
    except Rejected as error:
        found = (problem for problem in error.problems if is_whole or not _is_left(problem, finished))
        raise Rejected([_of_template(_of_param(problem, bound), tree) for problem in found], finished) from None


def settled_over(tree: Mapping[str, Tree], known: Mapping[str, Tree], settings: Settings) -> dict[str, Tree]:
    """A finished tree in its one spelling, checked where it is not that of a finished one. Raises `Rejected`."""
    operation = checked(with_known(tree, [known], settings.merging.shape), settings)
    problems = list(_plugin_problems(tree))
    if problems:
        raise Rejected(problems)
    return _respelt(tree, operation)


def _is_left(problem: Problem, finished: Tree) -> bool:
    return any(is_template(at(finished, problem.path[:length])) for length in range(1, len(problem.path) + 1))


def _of_param(problem: Problem, bound: Bound) -> Problem:
    """A problem of a context, told of the param that it was made of: the first arguments are those of contexts."""
    path = problem.path
    if path[:1] != ("contexts",) or len(path) == 1:
        return problem
    return attrs.evolve(problem, path=(*bound.arguments[int(path[1])].path, *path[2:]))


def _of_template(problem: Problem, tree: Mapping[str, Tree]) -> Problem:
    """A problem inside of what a template gave, told of the template: what it gave may be secret, keys and all."""
    for length in range(1, len(problem.path)):
        if is_template(at(tree, problem.path[:length])):
            message = problem.message if problem.code != "unknown-field" else "what this template gives has an unknown field"
            return attrs.evolve(problem, message=message, path=problem.path[:length], hint=None, at="value")
    return problem


def checked(tree: Tree, settings: Settings) -> CompiledOperation:
    """A finished tree as its class: templates may have given values that their fields do not take."""
    try:
        return structure(tree, CompiledOperation, settings.kinds)
    except Exception as error:
        found: Sequence[Problem] = problems(error, most=settings.limits.sought)
        if not found:
            raise
        raise Rejected(found) from None
