"""The page of errors has every code that the package can produce, and no other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import attrs

from polyspec import Limits

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
_CODE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+")
_MAKERS = {"Problem", "Diagnostic", "ReferenceFailed", "rejected"}
"""Calls whose first argument is a code."""
_NO_CODES = {
    "utf-8",
    "utf-8-sig",
    "us-ascii",
    "polyaxon-ci",
    "process-agent",
    "run-name",
    "run-uuid",
    "look-ahead",
    "look-behind",
}
"""Constants of the package that only look like codes."""
_NO_LIMIT_CODES = {"diagnostics"}
"""Limits that cut a list short without an error."""


def codes_of(source: str) -> Iterator[str]:
    """Texts that are codes: those that look like one, and the first argument of what makes a problem."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            first = node.args[0] if node.args else None
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in _MAKERS and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _CODE.fullmatch(node.value):
            yield node.value


def produced() -> set[str]:
    found = {code for path in (ROOT / "polyspec").rglob("*.py") for code in codes_of(path.read_text(encoding="utf-8"))}
    limits = {f"limit-{field.name.replace('_', '-')}" for field in attrs.fields(Limits) if field.name not in _NO_LIMIT_CODES}
    options = {code for code in found if code.startswith("e-")}  # parts of numbers
    return (found | limits) - _NO_CODES - options


def documented() -> list[str]:
    rows = [line.split("|")[1] for line in PAGE.partition("## Reading a document")[2].splitlines() if line.startswith("| <a")]
    found = [pair for row in rows for pair in re.findall(r'<a id="([a-z0-9-]+)"></a>`([a-z0-9-]+)`', row)]
    assert [code for anchor, code in found if anchor != code] == []
    return [code for _, code in found]


def test_the_codes_of_a_source_are_found() -> None:
    source = 'Problem("offline", "message"); error("two-words", code="as-keyword"); KIND = "as-constant"; text("not a code")'
    assert set(codes_of(source)) == {"offline", "two-words", "as-keyword", "as-constant"}


def test_every_code_has_its_entry() -> None:
    assert len(produced()) > 80
    assert produced() - set(documented()) == set()


def test_every_entry_is_a_code_of_the_package() -> None:
    assert set(documented()) - produced() == set()


def test_a_code_has_one_entry() -> None:
    assert sorted(documented()) == sorted(set(documented()))
