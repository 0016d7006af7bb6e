"""What the tests of the language do with a spec: compile a text, or list what it is refused for."""

import textwrap
from collections.abc import Mapping
from typing import Any

import pytest

import polyspec
from polyspec import Connection, PolyspecError, RunContext, RunSpec
from polyspec.lint import LINT

UUID = "0f3e2d1c6b1ed8a2a9b24c8c9d7d0f5a"
STORE = Connection.from_dict({"name": "store", "kind": "volume_claim", "schema": {"mountPath": "/claim", "volumeClaim": "c"}})
REPO = Connection.from_dict({"name": "repo", "kind": "git", "schema": {"url": "https://git.example.com/x"}})
CONTEXT = RunContext(owner="acme", project="demo", run_name="first", run_uuid=UUID, namespace="ns")

Tree = dict[str, Any]


def spec_of(text: str, params: Mapping[str, Any] | None = None, *, context: RunContext = CONTEXT, **given: Any) -> RunSpec:
    """The run spec of a text."""
    return polyspec.compile(polyspec.loads(textwrap.dedent(text)), params, context=context, silence=LINT, **given)


def compiled(text: str, params: Mapping[str, Any] | None = None, **given: Any) -> Tree:
    """The wire format of a text."""
    return spec_of(text, params, **given).to_dict()


def refused(text: str, params: Mapping[str, Any] | None = None, **given: Any) -> list[tuple[str, str]]:
    """The code and message of every problem that a text is refused for."""
    with pytest.raises(PolyspecError) as caught:
        spec_of(text, params, **given)
    return [(it.code, it.message) for it in caught.value.diagnostics]


def warned(text: str, **given: Any) -> list[tuple[str, str]]:
    """The code and message of every warning about a text that compiles."""
    return [(it.code, it.message) for it in spec_of(text, **given).warnings]


def case(row_and_title: str, *values: Any) -> Any:
    """A case of a row of the checklist; its id begins with the row, as `rows.py` has it."""
    return pytest.param(*values, id=row_and_title)
