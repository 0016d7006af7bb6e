"""What the spec classes raise when a value is not what its field takes."""

from collections.abc import Iterable
from typing import Literal

from polyspec.errors import Diagnostic, PolyspecError, Problem
from polyspec.tree import Path


class Mismatch(PolyspecError):
    """A value that its field does not take; `path` leads from the object to the part at fault. The message quotes no value."""

    def __init__(
        self, message: str, *, path: Path = (), hint: str | None = None, code: str = "wrong-type", about: str | None = None
    ) -> None:
        self.message, self.path, self.hint, self.code, self.about = message, path, hint, code, about
        super().__init__([Diagnostic(code, message, path=path, hint=hint)])

    def __reduce__(self) -> tuple[type[PolyspecError], tuple[object, ...]]:
        return PolyspecError, (self.diagnostics,)


class Nested(PolyspecError):
    """Problems found inside a value by a check of its own, with paths from that value."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__([Diagnostic(it.code, it.message, path=it.path, hint=it.hint) for it in self.problems])

    def __reduce__(self) -> tuple[type[PolyspecError], tuple[object, ...]]:
        return PolyspecError, (self.diagnostics,)


def problem_of(error: Mismatch, path: Path = ()) -> Problem:
    """What a mismatch says, as a problem at the end of a path."""
    at: Literal["key", "value"] = "key" if error.code in _KEY_CODES else "value"
    return Problem(error.code, error.message, (*path, *error.path), error.hint, at, about=error.about)


_KEY_CODES = ("duplicate-key", "unknown-resource")


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "a bool"),
    (int, "an integer"),
    (float, "a number"),
    (str, "text"),
    (dict, "a mapping"),
    ((list, tuple), "a list"),
)


def kind_of(value: object) -> str:
    """The word for the kind of a value, as messages have it: "a mapping", "text", "null"."""
    if value is None:
        return "null"
    return next((word for kind, word in _KINDS if isinstance(value, kind)), f"a {type(value).__name__}")
