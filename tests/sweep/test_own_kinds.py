"""A matrix kind, and a kind of matrix param, of one's own: one class or function and one registration each."""

import functools
from collections.abc import Iterator, Sequence
from typing import Any

import attrs
import pytest

from polyspec.registry import Registry, UnknownName
from polyspec.sweep import (
    HP_KINDS,
    KINDS,
    Axis,
    HpKind,
    Matrix,
    Proposal,
    Space,
    Trial,
    count,
    nth,
    restore,
    search,
    suggestions,
)
from polyspec.sweep.grid import grid

from .matrices import hp, problem


@attrs.frozen
class Diagonal:
    """The first values of all params together, then the second ones, and so on."""

    space: Space
    count: int

    def proposals(self, start: int = 0) -> Iterator[Proposal]:
        return (Proposal(self.space.values((step,) * len(self.space.axes))) for step in range(start, self.count))


def diagonal(matrix: Matrix) -> Diagonal:
    space = Space.of(matrix)
    return Diagonal(space, min(axis.size or 0 for axis in space.axes.values()))


@attrs.frozen
class Halving:
    """The middle of an interval, and then the middle of the half that the metric points to."""

    steps: int

    @property
    def count(self) -> int | None:
        return self.steps

    def propose(self, trials: Sequence[Trial], room: int) -> Sequence[Proposal]:
        if len(trials) >= self.steps or any(trial.is_pending for trial in trials):
            return ()
        low, high = 0.0, 1.0
        for trial in trials:
            middle = (low + high) / 2
            low, high = (middle, high) if (trial.metric or 0) < 0 else (low, middle)
        return (Proposal({"x": (low + high) / 2}, iteration=len(trials)),)


OWN = KINDS.with_entry("diagonal", diagonal).with_entry("halving", lambda matrix: Halving(matrix["steps"]))


def test_a_kind_that_is_listed() -> None:
    matrix = {"kind": "diagonal", "params": {"a": hp("choice", ["x", "z", "w"]), "b": hp("range", "0:2:1")}}
    expected = [{"a": "x", "b": 0}, {"a": "z", "b": 1}]
    assert list(suggestions(matrix, kinds=OWN)) == expected
    assert (count(matrix, OWN), nth(matrix, 1, OWN)) == (2, expected[1])
    assert [it.params for it in search(matrix, kinds=OWN).ask()] == expected


def test_a_kind_that_learns() -> None:
    matrix = {"kind": "halving", "steps": 6, "metric": {"name": "above"}}
    search_ = search(matrix, kinds=OWN)
    found = []
    while not search_.done:
        (suggestion,) = search_.ask()
        found.append(suggestion.params["x"])
        search_.tell(suggestion, suggestion.params["x"] - 0.7)
        search_ = restore(search_.to_dict(), kinds=OWN)
    assert found == [0.5, 0.75, 0.625, 0.6875, 0.71875, 0.703125]


def squares(value: Any, path: tuple[str | int, ...]) -> Axis:
    return Axis.listed(value, lambda index: index**2, path)


def test_a_kind_of_param() -> None:
    hp_kinds: Registry[HpKind] = HP_KINDS.with_entry("squares", squares)
    kinds = KINDS.with_entry("grid", functools.partial(grid, kinds=hp_kinds))
    matrix = {"kind": "grid", "params": {"a": hp("squares", 4)}}
    assert [it["a"] for it in suggestions(matrix, kinds=kinds)] == [0, 1, 4, 9]
    assert problem(lambda: suggestions(matrix)).message == "unknown kind of matrix param `squares`"
    assert problem(lambda: suggestions({"kind": "grid", "params": {"a": hp("squares", 0)}}, kinds=kinds)).path == (
        "params",
        "a",
        "value",
    )


def test_the_kinds_of_the_library_stay_as_they_are() -> None:
    assert "diagonal" not in KINDS
    with pytest.raises(UnknownName):
        KINDS["diagonal"]
    with pytest.raises(TypeError, match="the matrix kind 'broken' must be callable, not int"):
        KINDS.with_entry("broken", 3)  # type: ignore[arg-type]  # no callable


@attrs.frozen
class Short:
    """A listed search that has fewer runs than it says."""

    count: int = 3

    def proposals(self, start: int = 0) -> Iterator[Proposal]:
        yield from [Proposal({"x": 1})][start:]


def test_a_kind_that_lists_fewer_than_it_says_is_named() -> None:
    kinds = KINDS.with_entry("short", lambda _: Short())
    assert nth({"kind": "short"}, 0, kinds) == {"x": 1}
    found = problem(lambda: nth({"kind": "short"}, 1, kinds))
    assert (found.code, found.message) == ("plugin-failed", "the matrix kind `short` failed: `IndexError`")
