"""Other values of the same params: those that read one of them are bound again, by the same code, and the rest is as it was."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from polyspec.bind.argument import Argument
from polyspec.bind.bind import Bound, Evaluate, data_of, value_at
from polyspec.errors import Rejected
from polyspec.tree import Path

Params = Mapping[str, Mapping[str, Any]]


def may_rebind(before: Bound) -> bool:
    """Whether other values of the same params are bound in the same order, and change nothing of the tree but values.

    Contexts that take inputs may come later for other values; a connection, a variable or a description may follow a value.
    """
    course = before.course
    if course is None or course.describes or course.has_ends:
        return False
    return course.templated.isdisjoint(("params", name) for name in course.contexts)


def following(before: Bound) -> frozenset[Path]:
    """The places whose values follow from others: names go into them."""
    return frozenset() if before.course is None else before.course.templated


def effort_taken(before: Bound) -> float:
    """How much of what the limits allow patterns took: 1 is all."""
    return 0 if before.course is None else before.course.binding.effort_taken


def rebind(before: Bound, arguments: Iterable[Argument], params: Params, evaluate: Evaluate) -> tuple[Sequence[Argument], float]:
    """Arguments for other values of their params, which are data, and how much of what the limits allow patterns took.

    For what `may_rebind` alone. Raises `Rejected` where a value is wrong, follows from others, or is null now or before: then
    there is more to change than a value.
    """
    course = before.course
    assert course is not None  # noqa: S101 - `may_rebind` has said so
    binding = course.binding.again(params, evaluate, course.pending)
    found = []
    for argument in arguments:
        value, is_bound = value_at(binding, course.tree, argument.path, {})
        found.append(_valued(argument, value, is_bound=is_bound))
    return found, binding.effort_taken


def rebind_following(
    before: Bound,
    places: Collection[Path],
    params: Params,
    known: Mapping[Path, Argument],
    names: Mapping[str, Any],
    evaluate: Evaluate,
) -> Mapping[Path, Argument]:
    """The arguments of places that follow from others, where those are `known` anew. For what `may_rebind` alone.

    Raises `Rejected` as `rebind` does.
    """
    course = before.course
    assert course is not None  # noqa: S101 - `may_rebind` has said so
    binding = course.binding.again(params, evaluate, course.pending)
    scope = {**names, **data_of(params, course.contexts)}
    found: dict[Path, Argument] = {}
    for place, then in course.found.items():
        argument = known.get(place, then)
        if place in places:
            value, is_bound = value_at(binding, course.tree, place, scope)
            argument = found[place] = _valued(then, value, is_bound=is_bound)
        scope[argument.name] = argument.value
    return found


def _valued(then: Argument, value: Any, *, is_bound: bool) -> Argument:
    if not is_bound or value is None or then.value is None:
        raise Rejected([])
    return then.with_value(value)
