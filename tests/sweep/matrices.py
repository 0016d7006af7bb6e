"""Matrices to test with, and what every test does with a search."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from polyspec.errors import Problem, Rejected
from polyspec.sweep import AskTell, Suggestion, suggestions

Params = Mapping[str, Any]


def hp(kind: str, value: Any) -> dict[str, Any]:
    return {"kind": kind, "value": value}


def one(kind: str, value: Any) -> dict[str, Any]:
    """A grid of one param, `x`."""
    return {"kind": "grid", "params": {"x": hp(kind, value)}}


def listed(kind: str, value: Any) -> list[Any]:
    """The values of a param, as a grid lists them."""
    return [params["x"] for params in suggestions(one(kind, value))]


def problems(call: Callable[[], Any]) -> tuple[Problem, ...]:
    """What a call is rejected with."""
    with pytest.raises(Rejected) as caught:
        call()
    return caught.value.problems


def problem(call: Callable[[], Any]) -> Problem:
    """The one problem that a call is rejected with."""
    (found,) = problems(call)
    return found


def run(search: AskTell, metric: Callable[[Params], float | None]) -> list[tuple[Suggestion, ...]]:
    """Carry a search through, and give the batches it asked for."""
    batches = []
    while not search.done:
        batch = search.ask()
        assert batch
        batches.append(batch)
        for suggestion in batch:
            search.tell(suggestion, metric(suggestion.params))
    return batches
