"""What a template sees: names, looked up strictly, with the close matches of those that are not there."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from polyspec.errors import did_you_mean, shortened
from polyspec.limits import Limits


class TemplateError(Exception):
    """A template that cannot be evaluated: what is wrong, the word of the source at fault, and the mend."""

    def __init__(self, message: str, *, word: str | None = None, hint: str | None = None, code: str = "bad-template") -> None:
        self.message, self.word, self.hint, self.code = message, word, hint, code
        super().__init__(message)


class Missing(TemplateError):
    """A name, key or index that is not there; `default` and `is defined` take it for undefined."""

    def __init__(self, message: str, *, word: str | None, hint: str | None) -> None:
        super().__init__(message, word=word, hint=hint, code="unknown-name")


@attrs.define
class Scope:
    """The names of one rendering, and what is left of its bounds. Made for one template, then dropped."""

    names: Mapping[str, Any]
    limits: Limits
    steps: int = 0
    size: int = 0

    def look_up(self, name: str) -> Any:
        """The value of a name. Raises `Missing`."""
        try:
            return self.names[name]
        except KeyError:
            raise Missing(f"unknown name `{name}`", word=name, hint=hint_for(name, self.names)) from None

    def nested(self, names: Mapping[str, Any]) -> "Scope":
        """The scope of a loop's body: its own names before these. The bounds are counted on with `take`."""
        return Scope({**self.names, **names}, self.limits, self.steps, self.size)

    def step(self) -> None:
        """Count one step of a loop. Raises `TemplateError` past the limit."""
        self.steps += 1
        if self.steps > self.limits.loop_steps:
            raise over("loop_steps", f"more than {self.limits.loop_steps} steps of loops in one template")

    def grow(self, size: int) -> None:
        """Count text that was made. Raises `TemplateError` past the limit."""
        self.size += size
        if self.size > self.limits.output_bytes:
            raise over("output_bytes", f"a template renders to more than {self.limits.output_bytes} bytes")


def over(field: str, message: str) -> TemplateError:
    """The error for a bound that was crossed."""
    hint = f"the limit is `Limits.{field}`; raise it with `Limits({field}=...)`"
    return TemplateError(message, hint=hint, code="limit-" + field.replace("_", "-"))


def field_of(value: Any, key: Any) -> Any:
    """The field of a mapping or the item of a list. Raises `Missing`; nothing else of a value can be reached."""
    if isinstance(value, Mapping) and isinstance(key, str):
        if key in value:
            return value[key]
        raise Missing(f"unknown field `{shortened(key)}`", word=key, hint=hint_for(key, value))
    if isinstance(value, Sequence) and isinstance(key, int) and not isinstance(key, bool):
        if -len(value) <= key < len(value):
            return value[key]
        raise Missing(f"index {key} is out of range: there are {len(value)} items", word=str(key), hint=None)
    if isinstance(value, Mapping):
        raise Missing(f"a field is named by text, not by {describe(key)}", word=None, hint=None)
    raise Missing(f"{describe(value)} has no field `{shortened(str(key))}`", word=str(key), hint=None)


def hint_for(name: str, names: Mapping[str, Any]) -> str | None:
    """The close match of a name, or what there is when that is little."""
    known = [str(key) for key in names]
    found = did_you_mean(name, known)
    if found is None and 0 < len(known) <= 8:
        found = f"known are: {', '.join(f'`{shortened(key)}`' for key in known)}"
    return found


def describe(value: Any) -> str:
    """The kind of a value in words."""
    if value is None:
        return "null"
    kinds = (
        (bool, "a bool"),
        (int, "an integer"),
        (float, "a number"),
        (str, "text"),
        (Mapping, "a mapping"),
        (Sequence, "a list"),
    )
    return next((word for kind, word in kinds if isinstance(value, kind)), "a value")
