"""What a plug-in raises becomes a `PolyspecError` that names it, and holds nothing of its text. What ends a program passes."""

import inspect
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

import polyspec
from polyspec import PolyspecError, Resolvers
from polyspec.bind import default_types
from polyspec.merge import Merging, Strategy
from polyspec.sweep import KINDS, Proposal

JOB: dict[str, Any] = {"run": {"kind": "job", "container": {"image": "a"}}}
SECRET = "hunter2"


def failing(error: BaseException) -> Callable[..., Any]:
    def fail(*_: Any) -> Any:
        raise error

    return fail


def by_resolver(fail: Callable[..., Any]) -> None:
    resolvers = Resolvers.default().with_resolver("hubRef", fail)
    polyspec.compile({"kind": "operation", "hubRef": "a"}, resolvers=resolvers)


def by_strategy(fail: Callable[..., Any]) -> None:
    merging = Merging().with_strategy(Strategy("mine", fail))
    polyspec.compile({**JOB, "name": "a"}, presets=[{"patchStrategy": "mine", "description": "b", "name": "c"}], merging=merging)


def by_type(fail: Callable[..., Any]) -> None:
    types = default_types().with_entry("mine", fail)
    polyspec.compile({**JOB, "inputs": [{"name": "a", "type": "mine"}]}, {"a": 1}, types=types)


def by_matrix(fail: Callable[..., Any]) -> None:
    source = {**JOB, "matrix": {"kind": "grid", "params": {"a": {"kind": "choice", "value": [1]}}}}
    polyspec.compile(source, sweeps=KINDS.with_entry("grid", fail)).expand()


class Failing:
    """A list of runs that fails when it is asked for its second run."""

    count = 2

    def __init__(self, fail: Callable[..., Any]) -> None:
        self.fail = fail

    def proposals(self, start: int = 0) -> Iterator[Proposal]:
        yield Proposal({"a": 1})
        self.fail()


class Proposing:
    """A search that fails when it is asked what to run next."""

    count = None

    def __init__(self, fail: Callable[..., Any]) -> None:
        self.propose = fail


class Uncounted:
    """A search that says how many runs it has by a call."""

    counts: Callable[..., Any] = int

    def propose(self, *_: Any) -> tuple[Proposal, ...]:
        return (Proposal({"a": 1}),)

    @property
    def count(self) -> Any:
        return self.counts()


def swept(build: Callable[..., Any]) -> polyspec.RunSpec:
    source = {**JOB, "matrix": {"kind": "grid", "params": {"a": {"kind": "choice", "value": [1]}}}}
    return polyspec.compile(source, sweeps=KINDS.with_entry("grid", build))


def by_second_run(fail: Callable[..., Any]) -> None:
    runs = swept(lambda _: Failing(fail)).expand()
    assert next(runs).contexts["a"].value == 1
    next(runs)


def by_second_ask(fail: Callable[..., Any]) -> None:
    search = swept(lambda _: Failing(fail)).search()
    assert len(search.ask(1)) == 1
    search.ask(1)


def by_proposal(fail: Callable[..., Any]) -> None:
    swept(lambda _: Proposing(fail)).search().ask()


def by_count(fail: Callable[..., Any]) -> None:
    method = Uncounted()
    search = swept(lambda _: method).search()
    (run,) = search.ask(1)
    method.counts = fail
    search.tell(run, 1.0)


WAYS = [
    (by_resolver, "resolver-failed", "the resolver of `hubRef` failed: `ValueError`"),
    (by_strategy, "plugin-failed", "the patch strategy `mine` failed: `ValueError`"),
    (by_type, "plugin-failed", "the input type `mine` failed: `ValueError`"),
    (by_matrix, "plugin-failed", "the matrix kind `grid` failed: `ValueError`"),
    (by_second_run, "plugin-failed", "the matrix kind `grid` failed: `ValueError`"),
    (by_second_ask, "plugin-failed", "the matrix kind `grid` failed: `ValueError`"),
    (by_count, "plugin-failed", "the matrix kind `grid` failed: `ValueError`"),
    (by_proposal, "plugin-failed", "the matrix kind `grid` failed: `ValueError`"),
]


@pytest.mark.parametrize(("way", "code", "message"), WAYS)
def test_a_plug_in_that_fails_is_named(way: Callable[..., None], code: str, message: str) -> None:
    with pytest.raises(PolyspecError) as caught:
        way(failing(ValueError(SECRET)))
    assert [(found.code, found.message) for found in caught.value.diagnostics] == [(code, message)]
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "build", [lambda _: None, lambda _: SimpleNamespace(count="2", proposals=None), lambda _: SimpleNamespace(propose=None)]
)
def test_a_matrix_kind_that_gives_no_method_is_named(build: Callable[..., Any]) -> None:
    with pytest.raises(PolyspecError) as caught:
        swept(build).expand()
    (found,) = caught.value.diagnostics
    assert (found.message, found.path) == ("the matrix kind `grid` failed: `TypeError`", ("matrix", "kind"))


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("way", [way for way, _, _ in WAYS])
def test_what_ends_a_program_passes(way: Callable[..., None], error: type[BaseException]) -> None:
    with pytest.raises(error):
        way(failing(error()))


def deep(call: Callable[[], object], levels: int) -> object:
    return call() if levels == 0 else deep(call, levels - 1)


def codes_at(levels: int) -> list[str]:
    """What a caller gets so deep in its stack: nothing where all is well, `stack` where it cannot call us at all."""
    try:
        deep(lambda: polyspec.compile(JOB), levels)
    except PolyspecError as error:
        return [found.code for found in error.diagnostics]
    except RecursionError:
        return ["stack"]
    return []


def test_a_caller_that_is_deep_in_its_stack_gets_an_error_of_ours() -> None:
    room = sys.getrecursionlimit() - len(inspect.stack())
    assert codes_at(room // 4) == []
    assert {tuple(codes_at(levels)) for levels in range(room // 2, room)} == {(), ("too-deep",), ("stack",)}
