"""Shared by the tests of reading: the tree of a text, or the exact words of what is wrong with it."""

from typing import Any

import pytest

from polyspec.errors import Diagnostic, PolyspecError
from polyspec.limits import Limits
from polyspec.source import Document, parse

URI = "spec.yaml"


def read(text: str | bytes, **limits: int) -> Document:
    """The document of a text."""
    return parse(text, URI, Limits(**limits))


def tree(text: str | bytes, **limits: int) -> Any:
    """The plain tree of a text."""
    return read(text, **limits).tree


def refused(text: str | bytes, **limits: int) -> PolyspecError:
    """The error of a text that cannot be read."""
    with pytest.raises(PolyspecError) as caught:
        read(text, **limits)
    assert caught.value.__cause__ is None
    return caught.value


def told(text: str | bytes, **limits: int) -> str:
    """The exact text of that error, with a line break before and after, so that it reads well in a test."""
    return f"\n{refused(text, **limits)}\n"


def diagnostic(text: str | bytes, **limits: int) -> Diagnostic:
    """The one diagnostic of that error."""
    (found,) = refused(text, **limits).diagnostics
    return found


def place(found: Diagnostic) -> tuple[str, int | None, int | None]:
    """The code of a diagnostic, with the line and the column that it points at."""
    assert found.location is not None
    assert found.location.file == URI
    return found.code, found.location.line, found.location.column
