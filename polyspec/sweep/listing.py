"""The runs of a matrix: listed, counted, or searched for."""

import functools
from collections.abc import Iterator, Mapping
from typing import Any

from polyspec.errors import Rejected, plugin_failed
from polyspec.limits import Limits
from polyspec.registry import Registry
from polyspec.sweep.ask_tell import AskTell, saved_matrix
from polyspec.sweep.faults import check_runs, rejected, unplaced
from polyspec.sweep.guard import method_of
from polyspec.sweep.iterative import Tuner, iterative
from polyspec.sweep.kinds import KINDS
from polyspec.sweep.method import Listed, Matrix, MatrixKind


def suggestions(matrix: Matrix, limits: Limits | None = None, kinds: Registry[MatrixKind] = KINDS) -> Iterator[dict[str, Any]]:
    """The params of each run of a `mapping`, `grid` or `random` matrix, lazily, in the order of the search.

    Raises `Rejected` at once for a matrix that cannot be listed, or whose runs are more than `limits.runs`, by arithmetic.
    """
    listed = _listed(matrix, kinds)
    check_runs(listed.count, matrix, limits or Limits())
    return (dict(proposal.params) for proposal in listed.proposals())


def count(matrix: Matrix, kinds: Registry[MatrixKind] = KINDS) -> int | None:
    """How many runs a matrix has when none fails and nothing ends them early; None where only results can tell."""
    return method_of(matrix, kinds).count


def nth(matrix: Matrix, index: int, kinds: Registry[MatrixKind] = KINDS) -> dict[str, Any]:
    """The params of one run (from 0), the same that `suggestions` gives; those before it are not listed, but for `pchoice`.

    Raises `IndexError` where there is no such run, and `Rejected` where a kind of one's own lists fewer than it says.
    """
    listed = _listed(matrix, kinds)
    if not 0 <= index < listed.count:
        raise IndexError(f"the matrix has {listed.count} runs, none with the index {index}")
    proposal = next(listed.proposals(index), None)
    if proposal is None:
        raise Rejected([plugin_failed("matrix kind", str(matrix["kind"]), IndexError(), ("kind",))])
    return dict(proposal.params)


def search(
    matrix: Matrix, *, limits: Limits | None = None, kinds: Registry[MatrixKind] = KINDS, tuner: Tuner | None = None
) -> AskTell:
    """The search of a matrix, to ask and to tell. A `tuner` gives the rounds of an `iterative` search.

    Raises `Rejected` where the matrix cannot be searched, a library for it is missing, or its runs are more than `limits.runs`.
    """
    method = method_of(matrix, _tuned(matrix, kinds, tuner))
    check_runs(method.count, matrix, limits or Limits())
    return AskTell(matrix, method)


def restore(state: Mapping[str, Any], *, kinds: Registry[MatrixKind] = KINDS, tuner: Tuner | None = None) -> AskTell:
    """The search that `to_dict` saved, at the place where it was; what is `pending` is to be run again, or told.

    Raises `PolyspecError` for a state that is none.
    """
    matrix = saved_matrix(state)
    try:
        return AskTell.from_dict(state, method_of(matrix, _tuned(matrix, kinds, tuner)))
    except Rejected as error:
        raise unplaced(error.problems) from None


def _listed(matrix: Matrix, kinds: Registry[MatrixKind]) -> Listed:
    method = method_of(matrix, kinds)
    if isinstance(method, Listed):
        return method
    message = f"`{matrix['kind']}` has no list of runs: what comes next follows from the results"
    raise rejected("needs-results", message, ("kind",), "ask for them with a search, and tell it the results")


def _tuned(matrix: Matrix, kinds: Registry[MatrixKind], tuner: Tuner | None) -> Registry[MatrixKind]:
    if tuner is None:
        return kinds
    if matrix["kind"] != "iterative":
        raise TypeError(f"a tuner is for an `iterative` search, not for `{matrix['kind']}`")
    return kinds.with_entry("iterative", functools.partial(iterative, tuner=tuner))
