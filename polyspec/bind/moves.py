"""Where the parts of a bound tree stood in the merged one: told when somebody asks, from what was bound."""

from collections.abc import Iterator, Mapping
from typing import Any

from polyspec.bind.argument import Argument
from polyspec.bind.bind import Bound, gives
from polyspec.tree import MADE, Moved, Moves, Path, Tree, at

_SIDES = ("inputs", "outputs")


def places(bound: Bound) -> dict[str, Path]:
    """The place of each argument in the bound tree, by its name; that of an input where a name is both."""
    contexts = [argument.name for argument in bound.arguments if argument.path[0] not in _SIDES]
    declared = {argument.name: argument.path for argument in bound.arguments if argument.path[0] in _SIDES}
    return {name: ("contexts", index) for index, name in enumerate(contexts)} | declared


def moves(merged: Mapping[str, Tree], bound: Bound) -> Moves:
    """What binding moved: params to their inputs, over the defaults; undeclared ones to the contexts."""
    params = merged.get("params") or {}
    found: dict[Path, Moved] = {}
    place = places(bound)
    for argument in bound.arguments:
        if argument.path[0] in _SIDES:
            found |= dict(_declared(argument, params.get(argument.name)))
            io: Any = at(merged, argument.path)
            if io.get("options") is not None:
                found[*argument.path, "validation", "options"] = Moved((*argument.path, "options"))
        else:
            found |= dict(_undeclared(argument, place[argument.name]))
    return found


def _declared(argument: Argument, param: Mapping[str, Tree] | None) -> Iterator[tuple[Path, Moved]]:
    own, given = argument.path, ("params", argument.name)
    if not argument.is_bound:
        return
    yield (*own, "isOptional"), MADE
    if gives(param):
        yield (*own, "value"), Moved((*given, "value"), over=(*own, "value"))
    for key in ("connection", "toInit", "toEnv"):
        if param is not None and param.get(key):
            yield (*own, key), Moved((*given, key), over=(*own, key))


def _undeclared(argument: Argument, place: Path) -> Iterator[tuple[Path, Moved]]:
    yield place, Moved(argument.path)
    yield (*place, "name"), Moved(argument.path, at="key")
    yield (*place, "isOptional"), MADE
    yield (*place, "isList"), MADE
