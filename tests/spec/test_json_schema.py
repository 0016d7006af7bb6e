"""The JSON Schema of the language says of one document what conversion says of it."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import attrs
import pytest
from jsonschema import Draft7Validator

import polyspec
from polyspec.cli import main
from polyspec.source import Document, parse, read_text
from polyspec.spec.classes import spec_class
from polyspec.spec.kinds import default_kinds
from polyspec.spec.load import load
from polyspec.spec.markers import Choice, Maybe
from polyspec.spec.node import absent
from polyspec.spec.run import Run
from tests.planting.faults import PLANTERS

CASES = Path(__file__).parents[3] / "shared" / "parity"
SCHEMA = polyspec.schema()
VALIDATOR = Draft7Validator(SCHEMA)
STRUCTURAL = {"unknown-field", "wrong-type", "missing-field", "unknown-kind", "not-allowed", "out-of-bounds"}
"""What a schema can tell; the other codes are rules over several fields."""


def codes(tree: Any) -> set[str]:
    """The codes of what conversion says of a tree."""
    try:
        load(Document.of_tree("<tree>", tree))
    except polyspec.PolyspecError as error:
        return {it.code for it in error.diagnostics}
    return set()


def trees() -> Iterator[tuple[str, Any]]:
    """Every document of the parity cases that can be read, with its text."""
    if not CASES.is_dir():
        pytest.skip(f"the parity cases are not at {CASES}")
    cases = json.loads((CASES / "cases.json").read_text(encoding="utf-8"))["cases"]
    for name in sorted({name for case in cases for name in case["files"]}):
        text = (CASES / name).read_text(encoding="utf-8")
        try:
            yield text, parse(text, name).tree
        except polyspec.PolyspecError:
            continue


def snake(tree: Any) -> Any:
    """The tree with every key in snake_case."""
    if isinstance(tree, dict):
        spelt = {"".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in key): value for key, value in tree.items()}
        return {key: snake(value) for key, value in spelt.items()}
    return [snake(item) for item in tree] if isinstance(tree, list) else tree


class TestParity:
    def test_accepts_and_rejects_as_the_compiler_does(self) -> None:
        figures: Counter[tuple[bool, bool]] = Counter()
        for _, tree in trees():
            found = codes(tree)
            if not found or found & STRUCTURAL:
                figures[not found, VALIDATOR.is_valid(tree)] += 1
        assert figures.keys() == {(True, True), (False, False)}
        assert figures[True, True] > 150
        assert figures[False, False] > 15

    def test_accepts_both_spellings(self) -> None:
        spelt = [snake(tree) for _, tree in trees()]
        sound = [tree for tree in spelt if not codes(tree)]
        assert len(sound) > 100
        assert [tree for tree in sound if not VALIDATOR.is_valid(tree)] == []

    def test_rejects_planted_faults(self) -> None:
        figures: Counter[str] = Counter()
        accepted = []
        number = 0
        for text, tree in trees():
            for fault in (fault for planter in PLANTERS for fault in planter(text) if not codes(tree)):
                number += 1
                planted = read_text(fault.text, "").tree if not number % 5 else None
                if planted is not None and codes(planted) & STRUCTURAL:
                    figures[fault.what] += 1
                    accepted += [fault] if VALIDATOR.is_valid(planted) else []
        assert accepted == []
        assert min(figures[what] for what in ("misspelt key", "wrong type", "wrong kind")) > 20


class TestLanguage:
    def test_is_a_schema_of_draft_7(self) -> None:
        Draft7Validator.check_schema(SCHEMA)
        assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
        assert json.loads(json.dumps(SCHEMA)) == SCHEMA

    @pytest.mark.parametrize(
        "text",
        [
            "{}",
            "kind: component",
            "isPreset: true\nqueue: null",
            "params: {a: 1, b: {x: 1}, c: [1], d: {value: 1, toEnv: X}, e: null, f: {}}",
            "tags: a, b",
            "name: '{{ x }}'",
            "termination: '{{ x }}'",
            "run: {container: {image: a}}",
            "run: {kind: job, container: {env: {A: 1}, resources: {limits: {cpu: 1}}, livenessProbe: {httpGet: {port: 80}}}}",
            "run: {kind: job, container: {liveness_probe: {http_get: {port: '{{ p }}'}}}}",
            "environment: {tolerations: [{key: a, operator: Exists, tolerationSeconds: 3}], hostPID: true, host_pid: false}",
            "matrix: {kind: grid, params: {lr: {kind: linspace, value: '0:1:3'}}}",
            "run: {kind: dag, operations: [{name: a, component: {run: {kind: job}}}]}",
        ],
    )
    def test_accepts(self, text: str) -> None:
        tree = parse(text, "").tree
        assert [error.message for error in VALIDATOR.iter_errors(tree)] == []

    @pytest.mark.parametrize(
        "text",
        [
            "kind: componnt",
            "inptus: []",
            "inputs: {a: 1}",
            "inputs: [{type: int}]",
            "params: {a: {value: 1, other: 2}}",
            "name: 3",
            "termination: {maxRetries: two}",
            "run: {kind: jbo}",
            "run: {kind: job, ports: [80]}",
            "run: {kind: job, container: {imge: a}}",
            "run: {kind: job, container: {livenessProbe: {httpGet: {prt: 80}}}}",
            "environment: {restartPolicy: Sometimes}",
            "matrix: {kind: grid, numRuns: 0, params: {}}",
            "matrix: {params: {}}",
            "run: {kind: dag, operations: [{nme: a}]}",
            "- a",
        ],
    )
    def test_rejects(self, text: str) -> None:
        assert not VALIDATOR.is_valid(parse(text, "").tree)

    def test_says_what_a_class_is(self) -> None:
        assert SCHEMA["definitions"]["Job"]["description"] == "One container that runs to its end."

    def test_has_kinds_of_ones_own(self) -> None:
        validator = Draft7Validator(polyspec.schema(default_kinds().with_kind(Spark)))
        tree = {"run": {"kind": "spark", "executors": 3}}
        assert validator.is_valid(tree)
        assert not validator.is_valid({"run": {"kind": "spark", "executors": "many"}})
        assert not VALIDATOR.is_valid(tree)


@spec_class(kw_only=True)
class Spark(Run):
    """A Spark job."""

    kind: Annotated[str, Choice(("spark",))] = attrs.field(default="spark")
    executors: Maybe[int] = absent()


class TestCommand:
    def test_prints_it(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["schema"]) == 0
        assert json.loads(capsys.readouterr().out) == SCHEMA

    def test_writes_it(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["schema", "-o", str(tmp_path / "x.json")]) == 0
        assert json.loads((tmp_path / "x.json").read_text()) == SCHEMA
        assert main(["schema", "-o", str(tmp_path)]) == 2
        assert capsys.readouterr().err == f"polyspec: {str(tmp_path)!r} cannot be written: is a directory\n"
