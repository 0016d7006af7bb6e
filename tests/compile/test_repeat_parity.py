"""The cases of the parity tool with other values of their params, one after the other: as if nothing had been compiled before.

The tool and its files are no part of the project: without them beside it, this is left out.
"""

import itertools
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

import polyspec
from polyspec import Connection, PolyspecError, Resolvers, RunContext, RunSpec
from polyspec.caches import without_caches
from polyspec.errors import Rejected
from polyspec.repeat import Repeat
from polyspec.resolve import DocumentCache
from polyspec.stages import from_tree

SHARED = Path(__file__).parents[3] / "shared" / "parity"
STORE = {"name": "artifacts_store", "kind": "volume_claim", "schema": {"mountPath": "/artifacts", "volumeClaim": "artifacts"}}
RUNS = 12
"""Runs of a matrix that are looked at."""

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the parity tool is not here")


@pytest.fixture(scope="module")
def data() -> Any:
    return json.loads((SHARED / "cases.json").read_text())


@pytest.fixture(scope="module")
def resolvers(data: Any) -> Resolvers:
    mirrors = {prefix: str(SHARED / name) for prefix, name in data["mirrors"].items()}
    return Resolvers.default(mirrors=mirrors, hub=str(SHARED / data["hub"]), documents=DocumentCache())


def others(value: Any) -> tuple[Any, Any]:
    """Another value of the same kind, and one of another kind."""
    if isinstance(value, bool):
        return not value, "x"
    if isinstance(value, int | float):
        return value + 1, "x"
    if isinstance(value, str):
        return value + "x", 3
    return (value + value[:1], "x") if isinstance(value, list) else (value, None)


def compiled(case: Any, params: Any, resolvers: Resolvers, context: RunContext) -> RunSpec:
    first, *presets = (str(SHARED / name) for name in case["files"])
    return polyspec.compile(first, params, presets=presets, context=context, resolvers=resolvers)


def told(spec: RunSpec) -> Any:
    return spec.to_json(), spec.digest, spec.context.run_uuid, [str(warning) for warning in spec.warnings]


def outcome(*args: Any) -> Any:
    try:
        return told(compiled(*args))
    except PolyspecError as error:
        return str(error)


def context_of(case: Any) -> RunContext:
    connections = [Connection.from_dict(it) for it in case["connections"]]
    return RunContext(owner="acme", project="demo", artifacts_store=Connection.from_dict(STORE), connections=connections)


def test_other_values_give_what_they_give_alone(data: Any, resolvers: Resolvers, monkeypatch: pytest.MonkeyPatch) -> None:
    repeated, whole = Counter[str](), Counter[str]()
    monkeypatch.setattr(Repeat, "finish", noted(Repeat.finish, repeated))
    monkeypatch.setattr("polyspec.repeat.from_tree", noted(from_tree, whole))
    for case in data["cases"]:
        context, params = context_of(case), case["params"] or {}
        alike, unlike = ({name: others(value)[index] for name, value in params.items()} for index in (0, 1))
        for values in (alike, params, unlike) if params else (params, params):
            found = outcome(case, values, resolvers, context)
            with without_caches():
                assert found == outcome(case, values, resolvers, context), case["name"]
    assert repeated["calls"] - whole["calls"] > 200


def noted(call: Any, calls: Counter[str]) -> Any:
    def counted(*args: Any) -> Any:
        calls["calls"] += 1
        return call(*args)

    return counted


def runs_of(spec: RunSpec) -> Iterator[RunSpec]:
    return itertools.islice(spec.expand(), RUNS)


def test_each_run_of_a_matrix_is_what_it_is_alone(data: Any, resolvers: Resolvers, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = 0
    for case in data["cases"]:
        try:
            spec = compiled(case, case["params"] or None, resolvers, context_of(case))
            found = [told(run) for run in runs_of(spec)]
        except PolyspecError:
            continue
        with monkeypatch.context() as patched:
            patched.setattr(Repeat, "_again", Mock(side_effect=Rejected([])))
            assert found == [told(run) for run in runs_of(spec)], case["name"]
        looked_at += len(found)
    assert looked_at > 100
