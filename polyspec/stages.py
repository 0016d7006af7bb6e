"""The stages from layers to the finished tree, in their order: merge, plan, bind, finish, check. All raise `Rejected`."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from polyspec.bind import Evaluate, bind
from polyspec.errors import Problem, Rejected
from polyspec.finish import Finished, finish
from polyspec.graph import Plan, Rules, plan
from polyspec.identity import content_digest, derived_uuid
from polyspec.limits import Limits
from polyspec.merge import Layer, merge_layers
from polyspec.render import Renderer, global_names, is_template
from polyspec.settings import Settings
from polyspec.spec.compiled import CompiledOperation
from polyspec.spec.convert import problems, structure, unstructure
from polyspec.sweep import fits
from polyspec.tree import Path, Tree, at


def from_layers(layers: Sequence[Layer], settings: Settings) -> Finished:
    """The finished tree of a stack of layers."""
    return from_tree(merge_layers(layers, settings.merging), settings)


def from_tree(tree: Mapping[str, Tree], settings: Settings, *, waits: bool = False) -> Finished:
    """The finished tree of a merged one. With `waits`, params that refer to other operations are left for when they ran."""
    context = settings.context
    uuid = context.run_uuid or derived_uuid(content_digest(tree, context), tree.get("params") or {})
    names = global_names(context, tree, uuid)
    is_dag = tree["run"].get("kind") == "dag"
    if is_dag:
        planned(tree, settings)
    odd: list[Problem] = []
    evaluate = None if is_dag else _evaluator(settings.limits, odd)
    _check_matrix(tree)
    bound = bind(tree, {"globals": names}, evaluate, settings.types, waits=waits)
    finished = finish(bound, names, context, settings.limits, settings.merging.shape, waiting=("ops", "dag") if waits else ())
    try:
        operation = checked(finished.tree, settings)
    except Rejected as error:
        raise Rejected([_of_template(problem, tree) for problem in error.problems]) from None
    tree = _respelt(finished.tree, operation)
    _check_plugins(tree)
    return attrs.evolve(finished, tree=tree, uuid=names["uuid"], warnings=(*bound.warnings, *odd, *finished.warnings))


def _check_matrix(tree: Mapping[str, Tree]) -> None:
    """Hold the params of a matrix against the types of the inputs that they are for (section 6, "Matrix supplies input")."""
    params = (tree.get("matrix") or {}).get("params")
    if not isinstance(params, dict):
        return
    types = {io["name"]: io.get("type") for io in tree.get("inputs") or ()}
    wrong = [(name, fits(hp, types[name])) for name, hp in params.items() if types.get(name)]
    found = [
        Problem("wrong-type", f"matrix param `{name}`: {why}", ("matrix", "params", name, "kind")) for name, why in wrong if why
    ]
    if found:
        raise Rejected(found)


def _check_plugins(tree: Mapping[str, Tree]) -> None:
    """Refuse the plug-ins that only a service can have in a run of another kind (section 3, "Sandbox")."""
    kind, plugins = tree["run"].get("kind"), tree.get("plugins")
    if kind == "service" or not isinstance(plugins, dict):
        return
    found = [
        Problem(
            "service-only-plugin",
            f"only a service takes `plugins.{name}`, and the run is of kind `{kind}`",
            ("plugins", name),
            "give it a run of kind `service`, or leave the plug-in out",
            "key",
        )
        for name in ("sandbox", "ssh")
        if plugins.get(name) is True
    ]
    if found:
        raise Rejected(found)


def planned(tree: Mapping[str, Tree], settings: Settings) -> Plan:
    """The plan of a tree whose run is a DAG."""
    return plan(tree, Rules(settings.merging, settings.types, settings.limits))


def _evaluator(limits: Limits, odd: list[Problem]) -> Evaluate:
    """What renders the values of params and defaults while they are bound; warnings go into `odd`."""

    def evaluate(value: Any, names: Mapping[str, Any], path: Path) -> Any:
        renderer = Renderer(names, limits)
        found = renderer.tree(value, path=path)
        odd.extend(renderer.warnings)
        if renderer.problems:
            raise Rejected(renderer.problems)
        return found

    return evaluate


def _respelt(tree: Mapping[str, Tree], operation: CompiledOperation) -> dict[str, Tree]:
    """A finished tree in its one spelling: a template may have given a shorter one, such as `a,b` or `0:1:0.1`."""
    spelt = unstructure(operation)
    return {key: spelt[key] for key in tree}


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
        found: Sequence[Problem] = problems(error)
        if not found:
            raise
        raise Rejected(found) from None
