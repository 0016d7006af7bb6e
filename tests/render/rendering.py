"""Rendering one text, as plain data."""

from typing import Any

import attrs

from polyspec.limits import Limits
from polyspec.render import Renderer, Templates
from polyspec.tree.shape import LEAF, Shape


@attrs.frozen
class Refusal:
    """What is wrong with a template: the code, the message, the part of the source that is marked, the hint."""

    code: str
    message: str
    marked: str | None = None
    hint: str | None = None


def rendered(source: str, names: dict[str, Any] | None = None, shape: Shape = LEAF, **limits: int) -> Any:
    """The value of a text that renders."""
    renderer = Renderer(names or {}, Templates(Limits(**limits)))
    value = renderer.text(source, (), shape)
    assert renderer.problems == []
    return value


def refused(source: str, names: dict[str, Any] | None = None, **limits: int) -> Refusal:
    """The one problem of a text that does not; the text stays where it is."""
    renderer = Renderer(names or {}, Templates(Limits(**limits)))
    assert renderer.text(source, ("here",)) == source
    (problem,) = renderer.problems
    assert (problem.path, problem.severity) == (("here",), "error")
    marked = None if problem.span is None else source[slice(*problem.span)]
    return Refusal(problem.code, problem.message, marked, problem.hint)


def same(left: Any, right: Any) -> bool:
    """Equality that tells 1, 1.0 and true apart."""
    return repr(left) == repr(right)
