"""What can be wrong with params and inputs, in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from polyspec.errors import Problem
from polyspec.spec.io import RESERVED
from polyspec.tree import Path


def wrong(
    name: str, path: Path, place: Path, code: str, message: str, hint: str | None, inner: Path, *, is_data: bool
) -> Problem:
    """A problem of a value: where it was written, with the input as a note; at the input for a value of the call."""
    text = f"param `{name}`: {message}"
    if is_data:
        return Problem(code, text, (*place, "name"), hint, about=name)
    related = (("expected because of this input", (*place, "name")),) if path[0] == "params" else ()
    return Problem(code, text, (*path, *inner), hint, related=related, about=name)


def missing(io: Mapping[str, Any], place: Path) -> Problem:
    """An input or output that has no value and needs one: told at its name."""
    name = io["name"]
    what = "input" if place[0] == "inputs" else "output"
    of_type = f" (a value of type `{io['type']}`)" if io.get("type") else ""
    hint = f"pass it: `params: {{{name}: ...}}`, or `-P {name}=...`"
    message = f"the {what} `{name}` is required and no param gives it{of_type}"
    return Problem("missing-param", message, (*place, "name"), hint, about=name)


def no_list(io: Mapping[str, Any], place: Path, path: Path) -> Problem:
    """A join, which gives a list, for an input that takes none."""
    message = f"param `{io['name']}`: a join gives a list, and the input is of type `{io['type']}`"
    related = (("expected because of this input", (*place, "name")),)
    return Problem("wrong-type", message, path, f"write `type: List[{io['type']}]`", related=related, about=io["name"])


def unresolved(name: str, path: Path) -> Problem:
    """A param that only has a value once something else ran."""
    hint = "a reference is resolved by the DAG or the platform that runs the operation; pass a value to compile it alone"
    return Problem("unresolved-reference", f"the param `{name}` refers to what only exists when it runs", path, hint)


def reserved(params: Iterable[str]) -> list[Problem]:
    """The params whose names are those of templates (section 16)."""
    return [
        Problem("reserved-name", f"the name `{name}` is reserved for templates", ("params", name), "choose another name", "key")
        for name in params
        if name in RESERVED
    ]
