"""Shared by the tests of the language: the spec of a text, or the exact words of what is wrong with it."""

from typing import Any

import pytest

from polyspec import Component, Diagnostic, Operation, PolyspecError, loads
from polyspec.spec.node import Node
from polyspec.tree import format_path

URI = "spec.yaml"


def spec(text: str) -> Component | Operation:
    """The component or operation of a text."""
    return loads(text, uri=URI)


def tree(text: str) -> dict[str, Any]:
    """Its canonical plain tree."""
    return spec(text).to_dict()


def refused(text: str) -> tuple[Diagnostic, ...]:
    """The diagnostics of a text that is no spec."""
    with pytest.raises(PolyspecError) as caught:
        loads(text, uri=URI)
    assert caught.value.__cause__ is None
    return caught.value.diagnostics


def told(text: str) -> str:
    """The exact text of the error, with a line break before and after, so that it reads well in a test."""
    with pytest.raises(PolyspecError) as caught:
        loads(text, uri=URI)
    return f"\n{caught.value}\n"


def said(text: str) -> list[tuple[str, str, str | None]]:
    """Path, message and hint of each diagnostic."""
    return [(format_path(found.path), found.message, found.hint) for found in refused(text)]


def only(text: str) -> Diagnostic:
    """The one diagnostic of a text that is no spec."""
    (found,) = refused(text)
    return found


def mismatch(cls: type[Node], value: Any) -> tuple[str, str, str | None]:
    """Path, message and hint of the one diagnostic of a tree that is not of a class."""
    with pytest.raises(PolyspecError) as caught:
        cls.from_dict(value)
    (found,) = caught.value.diagnostics
    return format_path(found.path), found.message, found.hint
