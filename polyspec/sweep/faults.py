"""What a sweep says of a matrix that it cannot carry out, and the checked reading of its fields."""

import importlib
import math
from collections.abc import Iterable, Mapping
from typing import Any

from polyspec.errors import Diagnostic, Location, PolyspecError, Problem, Rejected
from polyspec.limits import Limits, crossed
from polyspec.tree import Path

BAD_SPACE = "bad-space"
_MOST_WRITTEN = 10**30
"""Runs whose number is written out: that of a large grid may have more digits than Python writes."""


def rejected(code: str, message: str, path: Path = (), hint: str | None = None) -> Rejected:
    """One problem of a matrix, to be raised."""
    return Rejected([Problem(code, message, path, hint)])


def unplaced(problems: Iterable[Problem]) -> PolyspecError:
    """The problems as the error that users see, for what happens while a search is under way."""
    return PolyspecError([Diagnostic(it.code, it.message, Location("<search>"), it.path, it.hint) for it in problems])


def failure(code: str, message: str, hint: str | None = None) -> PolyspecError:
    """One problem of a call of a search."""
    return unplaced([Problem(code, message, (), hint)])


def require(library: str, extra: str, purpose: str, path: Path) -> None:
    """Check that an optional library is there. Raises `Rejected` with the extra that brings it."""
    try:
        importlib.import_module(library)
    except ImportError:
        message = f"{purpose} needs {library}, which is not installed"
        raise rejected("missing-extra", message, path, f"pip install 'polyspec[{extra}]'") from None


def check_runs(count: int | None, matrix: Mapping[str, Any], limits: Limits) -> None:
    """Refuse more runs than the limit. Raises `Rejected`, placed at what says how many there are."""
    if count is None or count <= limits.runs:
        return
    sayers = ("numRuns", "maxIterations", "params", "values")
    path: Path = next(((name,) for name in sayers if matrix.get(name) is not None), ())
    written = str(count) if count < _MOST_WRITTEN else "very many"
    raise rejected(message=f"the matrix has {written} runs, more than {limits.runs}", path=path, **crossed("runs"))


def counted(matrix: Mapping[str, Any], name: str) -> int | None:
    """A field that counts something: an integer of at least 1, or None where it is absent. Raises `Rejected`."""
    value = matrix.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise rejected("out-of-bounds", f"`{name}` is an integer of at least 1", (name,))
    return value


def needed(matrix: Mapping[str, Any], *names: str) -> None:
    """Check that the fields are there. Raises `Rejected` with all that are missing."""
    kind = matrix["kind"]
    missing = [name for name in names if matrix.get(name) is None]
    if missing:
        raise Rejected(Problem("missing-field", f"a `{kind}` search needs `{name}`") for name in missing)


def finite(number: float, path: Path) -> float:
    """A number that JSON can hold. Raises `Rejected`."""
    if not math.isfinite(number):
        raise rejected("bad-number", "the values are too large for a number", path)
    return number
