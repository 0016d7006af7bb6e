"""Other values of the same params: those that read one of them are bound again, by the same code, and the rest is as it was."""

from collections.abc import Mapping
from typing import Any

from polyspec.bind.argument import Argument
from polyspec.bind.bind import Bound, Evaluate, data_of, value_at
from polyspec.caches import Memo
from polyspec.errors import Rejected
from polyspec.tree import Path


def may_rebind(before: Bound) -> bool:
    """Whether other values of the same params are bound in the same order, and change nothing of the tree but values.

    Contexts that take inputs may come later for other values; a connection, a variable or a description may follow a value.
    """
    course = before.course
    if course is None or course.describes or course.has_ends:
        return False
    return course.templated.isdisjoint(("params", name) for name in course.contexts)


def rebind(
    before: Bound, params: Mapping[str, Mapping[str, Any]], names: Mapping[str, Any], evaluate: Evaluate, memo: Memo
) -> tuple[Argument, ...]:
    """The arguments of other values; those that no other value goes into are the same objects. For what `may_rebind` alone.

    Params that are the same objects as before are the same; `memo` has what was made of others. Raises `Rejected` where a value
    is wrong, or null now or before: then there is more to change than a value.
    """
    course = before.course
    assert course is not None  # noqa: S101 - `may_rebind` has said so
    known, found = course.binding.params, dict(course.found)
    binding = None
    scope = {**names, **data_of(params, course.contexts)}
    for place, argument in course.found.items():
        param = params.get(argument.name)
        if param is not known.get(argument.name) or place in course.templated:
            key = (place, id(param))
            made = None if place in course.templated else memo.get(key)
            if made is None:
                binding = binding or course.binding.again(params, evaluate, course.pending)
                value, is_bound = value_at(binding, course.tree, place, scope)
                if not is_bound or (value is None) is not (argument.value is None):
                    raise Rejected(binding.problems)
                made = argument if value is None else argument.with_value(value), param
                memo.put(key, made)
            argument = found[place] = made[0]  # noqa: PLW2901 - the argument of this place
        scope[argument.name] = argument.value
    return tuple(map(found.__getitem__, course.order))


def value_paths(before: Bound) -> tuple[Path, ...]:
    """Where the value of each argument stands in the bound tree."""
    order = () if before.course is None else before.course.order
    return tuple(
        (*place, "value") if place[0] in ("inputs", "outputs") else ("contexts", index, "value")
        for index, place in enumerate(order)
    )
