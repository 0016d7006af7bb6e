"""Specs written as YAML in the tests, and what compiling them gives."""

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import polyspec
from polyspec import Connection, Diagnostic, PolyspecError, RunContext, RunSpec
from polyspec.lint import LINT
from polyspec.source import parse

UUID = "0f3e2d1c6b1ed8a2a9b24c8c9d7d0f5a"
STORE = Connection.from_dict({"name": "store", "kind": "volume_claim", "schema": {"mountPath": "/artifacts", "volumeClaim": "c"}})
GIT = Connection.from_dict({"name": "repo", "kind": "git", "schema": {"url": "https://g/x", "depth": 1}})
BUCKET = Connection.from_dict({"name": "bucket", "kind": "s3", "schema": {"bucket": "s3://b"}})
CONTEXT = RunContext(owner="acme", project="demo", run_uuid=UUID, namespace="ns")


def tree(text: str) -> dict[str, Any]:
    """The plain tree of a YAML text, indented as it may be."""
    found: dict[str, Any] = parse(textwrap.dedent(text), "<test>").tree
    return found


def compiled(text: str, params: Mapping[str, Any] | None = None, **options: Any) -> RunSpec:
    """The run spec of a YAML text, run by `CONTEXT`."""
    return polyspec.compile(tree(text), params, **{"context": CONTEXT, "silence": LINT, **options})


def run_of(text: str, params: Mapping[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    """The run of a YAML text, compiled."""
    run: dict[str, Any] = compiled(text, params, **options).to_dict()["run"]
    return run


def diagnostics(source: Any, *args: Any, **options: Any) -> tuple[Diagnostic, ...]:
    """What is wrong with a source."""
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(source, *args, **{"context": CONTEXT, **options})
    return caught.value.diagnostics


def write(folder: Path, **texts: str) -> Path:
    """Files `name.yaml` in a folder; gives the first of them."""
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(textwrap.dedent(text))
    return folder / f"{next(iter(texts))}.yaml"
