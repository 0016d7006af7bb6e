"""What the spec classes raise when a value is not what its field takes."""

from polyspec.tree import Path


class Mismatch(ValueError):
    """A value that its field does not take; `path` leads from the object to the part at fault. The message quotes no value."""

    def __init__(self, message: str, *, path: Path = (), hint: str | None = None, code: str = "wrong-type") -> None:
        self.message, self.path, self.hint, self.code = message, path, hint, code
        super().__init__(message)


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
