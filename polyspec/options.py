"""What a call says beside its source: params and options, as a layer over the spec."""

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from polyspec.errors import Diagnostic, Location, PolyspecError, Problem, Rejected, did_you_mean
from polyspec.merge import Layer
from polyspec.settings import Settings
from polyspec.source import Document, adopt
from polyspec.spec.classes import spec_class
from polyspec.spec.convert import problems, structure, structuring, unstructure
from polyspec.spec.io import Name, Param, Params
from polyspec.spec.node import Node
from polyspec.spec.operation import Operation
from polyspec.tree import Tree, Verbatim

OPTIONS = ("name", "description", "tags", "queue", "namespace", "cache", "matrix", "approved", "strict_params")
"""What `polyaxon run` offers (polyaxonfile section 18), as keyword arguments of `compile`."""
PARAMS_URI = "<params>"
OPTIONS_URI = "<options>"


@spec_class(kw_only=True)
class _Given(Node):
    """What a call gives: params, as an operation holds them."""

    params: Params


def call_layers(params: Mapping[str, Any] | None, options: Mapping[str, Any], settings: Settings) -> tuple[Layer, ...]:
    """The layers of a call: its options, then its params. Raises `PolyspecError`, and `TypeError` for an unknown option."""
    layers = []
    written = {name: value for name, value in options.items() if value is not None}
    _check_names(options)
    if written:
        layers.append(_layer("option", OPTIONS_URI, _options_tree(written, settings)))
    if params:
        layers.append(_layer("param", PARAMS_URI, {"params": _params_tree(params, settings)}))
    return tuple(layers)


def _layer(name: str, uri: str, tree: dict[str, Tree]) -> Layer:
    return Layer(name, tree, Document.of_tree(uri, tree), adds_to_params=True)


def _check_names(options: Mapping[str, Any]) -> None:
    for name in options:
        if name not in OPTIONS:
            hint = did_you_mean(name, OPTIONS) or f"known are: {', '.join(OPTIONS)}"
            raise TypeError(f"compile() got an unexpected keyword argument {name!r}: {hint}")


def _options_tree(options: Mapping[str, Any], settings: Settings) -> dict[str, Tree]:
    tree = {name: value.to_dict() if isinstance(value, Node) else value for name, value in options.items()}
    if "cache" in tree and isinstance(tree["cache"], bool):
        tree["cache"] = {"disable": not tree["cache"]}
    renamed = {"approved": "isApproved", "strict_params": "strictParams"}
    return _checked({renamed.get(name, name): value for name, value in tree.items()}, Operation, OPTIONS_URI, settings)


def _params_tree(params: Mapping[str, Any], settings: Settings) -> dict[str, Tree]:
    """The params in full form, their values marked as data. A value takes the place of a reference that the spec has."""
    if not isinstance(params, Mapping):
        raise PolyspecError([_diagnostic(Problem("wrong-type", "params are a mapping of names to values"), PARAMS_URI)])
    full = {name: value.to_dict() if isinstance(value, Param) else {"value": value} for name, value in params.items()}
    tree = _adopted(full, settings) or _checked({"params": full}, _Given, PARAMS_URI, settings)["params"]
    return {
        name: {"ref": None, **param, "value": Verbatim(param["value"])} if "value" in param else param
        for name, param in tree.items()
    }


def _adopted(full: Mapping[str, Any], settings: Settings) -> dict[str, Tree] | None:
    """The params, where there is nothing to check but the names: what takes any value needs no look at this one."""
    if any(param.keys() != _VALUE for param in full.values()):
        return None
    try:
        tree: dict[str, Tree] = adopt(full, settings.limits)
    except Rejected:
        return None
    return tree if _are_names(tree) else None


def _are_names(texts: Iterable[str]) -> bool:
    """Whether params may have these names, with any value."""
    to_name = _to_name()
    try:
        for text in texts:
            to_name(text, Name)
    except Exception:  # noqa: BLE001 - whoever checks the whole says it
        return False
    return True


@functools.cache
def _to_name() -> Callable[[Any, Any], Any]:
    return structuring(Name)


_VALUE = {"value"}


def _checked(tree: Mapping[str, Any], cls: type[Node], uri: str, settings: Settings) -> dict[str, Tree]:
    """The tree as a spec holds it. Raises `PolyspecError` placed at the call."""
    try:
        plain = adopt(tree, settings.limits)
        checked: dict[str, Tree] = unstructure(structure(plain, cls, settings.kinds))
    except Rejected as error:
        raise PolyspecError([_diagnostic(problem, uri) for problem in error.problems]) from None
    except Exception as error:
        found = problems(error, most=settings.limits.diagnostics)
        if not found:
            raise
        raise PolyspecError([_diagnostic(problem, uri) for problem in found]) from None
    return {key: value for key, value in checked.items() if key != "kind"}


def _diagnostic(problem: Problem, uri: str) -> Diagnostic:
    return Diagnostic(problem.code, problem.message, Location(uri), problem.path, problem.hint)
