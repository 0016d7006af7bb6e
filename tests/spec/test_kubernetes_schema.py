"""The file of Kubernetes' definitions is what its header says, and the tool that writes it writes it again."""

import importlib.util
import json
import sys
import zipfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from polyspec.spec.kubernetes import KUBERNETES_VERSION

TEXT = files("polyspec.spec").joinpath("kubernetes_schema.json").read_text(encoding="utf-8")
FILE: dict[str, Any] = json.loads(TEXT)
TOOL = Path(__file__).resolve().parents[2] / "tools" / "update_kubernetes_schema.py"

PUBLISHED: dict[str, Any] = {
    "io.example.Text": {"oneOf": [{"type": ["string", "null"]}, {"type": ["number", "null"]}]},
    "io.example.Unused": {"type": "string"},
    "io.example.Thing": {
        "description": "A thing.",
        "type": ["object", "null"],
        "required": ["size"],
        "additionalProperties": False,
        "properties": {
            "size": {"$ref": "#/$defs/io.example.Text", "description": "Its size."},
            "description": {"type": ["string", "null"], "format": "int32", "x-kubernetes-list-type": "map"},
            "tags": {"type": ["array", "null"], "items": {"type": ["string", "null"], "default": ""}},
        },
    },
}
REDUCED = {
    "Text": {"type": ["string", "number"]},
    "Thing": {
        "type": "object",
        "required": ["size"],
        "additionalProperties": False,
        "properties": {
            "size": {"$ref": "#/$defs/Text"},
            "description": {"type": "string"},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
    },
}


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("update_kubernetes_schema", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from [value] if key == "$ref" else references(value)


def keywords(schema: dict[str, Any]) -> Iterator[str]:
    yield from schema
    yield from (word for field in schema.get("properties", {}).values() for word in keywords(field))
    yield from (word for key in ("items", "additionalProperties") if schema.get(key) for word in keywords(schema[key]))


class TestFile:
    def test_it_is_of_the_version_that_the_library_names(self) -> None:
        assert FILE["version"] == KUBERNETES_VERSION
        assert f"kubernetes-validate {KUBERNETES_VERSION}" in FILE["origin"]

    def test_it_holds_the_definitions_that_it_was_written_with(self, tool: ModuleType) -> None:
        assert tool.digest(FILE["$defs"]) == FILE["definitions_sha256"]
        assert tool.written(FILE) == TEXT

    def test_it_is_what_its_roots_reach(self) -> None:
        reached: set[str] = set()
        waiting = list(FILE["roots"])
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                waiting += [reference.removeprefix("#/$defs/") for reference in references(FILE["$defs"][name])]
        assert reached == set(FILE["$defs"])
        assert "Container" in reached

    def test_its_keywords_are_those_that_are_checked(self) -> None:
        words = {word for schema in FILE["$defs"].values() for word in keywords(schema)}
        assert words == {"$ref", "additionalProperties", "items", "properties", "required", "type"}

    def test_it_is_small(self) -> None:
        assert len(TEXT) < 150_000


class TestTool:
    def test_it_keeps_what_the_roots_reach_and_what_refuses(self, tool: ModuleType) -> None:
        assert tool.reduced(PUBLISHED, ("io.example.Thing",)) == REDUCED

    def test_it_finds_nothing_more_to_drop_in_what_it_wrote(self, tool: ModuleType) -> None:
        assert tool.reduced(FILE["$defs"], tuple(FILE["roots"])) == FILE["$defs"]

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"io.example.Text": {"type": "string", "pattern": "a"}}, "keywords that nobody has thought about: pattern"),
            ({"io.example.Text": {"oneOf": [{"type": "string", "minLength": 1}]}}, "a choice between more than types"),
            ({"io.example.Text": {"$ref": "#/$defs/io.example.Thing"}}, "the definition io.example.Thing refers to itself"),
            (
                {"io.example.Text": {"$ref": "#/$defs/io.other.Thing"}, "io.other.Thing": {"type": "string"}},
                "two definitions share a short name",
            ),
        ],
    )
    def test_it_stops_at_what_it_does_not_know(self, tool: ModuleType, change: dict[str, Any], message: str) -> None:
        with pytest.raises(SystemExit) as caught:
            tool.reduced(PUBLISHED | change, ("io.example.Thing",))
        assert caught.value.code == message

    def test_it_writes_the_same_file_again(self, tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        wheel, outputs = tmp_path / "schemas.whl", [tmp_path / "first.json", tmp_path / "second.json"]
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr(tool.member("1.2.3"), json.dumps({"$defs": PUBLISHED}))
        monkeypatch.setattr(tool, "ROOTS", ("io.example.Thing",))
        for output in outputs:
            monkeypatch.setattr(sys, "argv", ["tool", "1.2.3", "--wheel", str(wheel), "--output", str(output)])
            tool.main()
        first, second = (output.read_bytes() for output in outputs)
        written = json.loads(first)
        assert first == second
        assert (written["version"], written["roots"], written["$defs"]) == ("1.2.3", ["Thing"], REDUCED)
        assert tool.member("1.2.3").endswith("/v1.2.0-local-strict/_definitions.json")
