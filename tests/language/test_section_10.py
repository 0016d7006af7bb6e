"""Presets (polyaxonfile section 10)."""

from pathlib import Path
from typing import Any

import pytest

import polyspec
from polyspec import Resolvers
from polyspec.resolve import NamedPresets
from tests.language.compiling import Tree, case, compiled, refused

BASE = """
    kind: component
    name: train
    run: {kind: job, environment: {labels: {a: base}}, container: {image: busybox, args: [--n, "1"]}}
    """
MAIN = {"image": "busybox", "args": ["--n", "1"]}


@pytest.mark.parametrize(
    ("preset", "changed"),
    [
        case("10 File presets: operation fields", {"queue": "gpu", "tags": ["x"]}, {"queue": "gpu", "tags": ["x"]}),
        case(
            "10 File presets: runPatch",
            {"runPatch": {"container": {"image": "other", "args": ["--m"]}}},
            {
                "run": {
                    "kind": "job",
                    "environment": {"labels": {"a": "base"}},
                    "container": {"image": "other", "args": ["--n", "1", "--m"]},
                }
            },
        ),
        case(
            "10 File presets: the run of a component",
            {"kind": "component", "run": {"kind": "job", "environment": {"labels": {"a": "preset"}}}},
            {"run": {"kind": "job", "environment": {"labels": {"a": "preset"}}, "container": MAIN}},
        ),
        case(
            "10 File presets: an inline component is ignored",
            {"queue": "gpu", "component": {"run": {"kind": "job", "container": {"image": "never"}}}},
            {"queue": "gpu"},
        ),
        case("10 File presets: patchStrategy (S12)", {"patchStrategy": "isnull", "name": "other", "queue": "q"}, {"queue": "q"}),
    ],
)
def test_a_preset_is_a_layer_over_the_spec(preset: Tree, changed: Tree) -> None:
    assert compiled(BASE, presets=[preset]) == {**compiled(BASE), **changed}


def test_presets_apply_in_their_order() -> None:
    presets = [{"queue": "first", "namespace": "kept"}, {"queue": "second"}]
    tree = compiled(BASE, presets=presets)
    assert (tree["queue"], tree["namespace"]) == ("second", "kept")


@pytest.mark.parametrize(
    ("text", "options", "queue"),
    [
        case("10 File presets: read from a file", "queue: gpu\n", {}, "gpu"),
        case("10 isPreset: in snake_case", "is_preset: true\nqueue: gpu\n", {}, "gpu"),
        case(
            "10 Restart/resume override: a preset over what ran before", "isPreset: true\nqueue: gpu\n", {"queue": "cpu"}, "gpu"
        ),
    ],
)
def test_a_preset_is_read_from_a_file(text: str, options: Tree, queue: str, tmp_path: Path) -> None:
    (tmp_path / "preset.yaml").write_text(text)
    assert compiled(BASE, presets=[tmp_path / "preset.yaml"], **options)["queue"] == queue


@pytest.mark.parametrize(
    ("spec", "presets", "names"),
    [
        case("10 Named presets: a list", "presets: [a, b]", [], ["a", "b"]),
        case("10 Named presets: a text", "presets: 'a, b'", [], ["a", "b"]),
        case("10 Named presets: united across layers", "presets: [a]", [{"presets": ["b", "a"]}], ["a", "b"]),
    ],
)
def test_names_of_presets_are_carried(spec: str, presets: list[Any], names: list[str]) -> None:
    assert compiled(f"{spec}\nrun: {{kind: job, container: {{image: busybox}}}}", presets=presets)["presets"] == names


@pytest.fixture
def registered(tmp_path: Path) -> Resolvers:
    """Resolvers with two presets of a server: its default, and one by name."""
    (tmp_path / "default.yaml").write_text("queue: shared\nplugins: {docker: true}\n")
    (tmp_path / "gpu.yaml").write_text("queue: gpu\n")
    return Resolvers.default().with_resolver("presets", NamedPresets(tmp_path))


@pytest.mark.parametrize(
    ("names", "changed"),
    [
        case("10 Named presets: looked up (S41)", "gpu", {"queue": "gpu"}),
        case("10 Org/project default preset", "default, gpu", {"queue": "gpu", "plugins": {"docker": True}}),
    ],
)
def test_presets_that_are_registered_are_layers(names: str, changed: Tree, registered: Resolvers) -> None:
    spec = f"presets: '{names}'\nrun: {{kind: job, container: {{image: busybox}}}}"
    tree = compiled(spec, resolvers=registered)
    assert tree == {**compiled(spec), **changed}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        case(
            "10 isPreset: nothing to run",
            "{isPreset: true, queue: gpu}",
            ("no-run", "there is nothing to run"),
        ),
        case(
            "10 isPreset: a patch without a run",
            "{isPreset: true, runPatch: {container: {image: busybox}}}",
            ("no-run", "`runPatch` has no run to patch"),
        ),
    ],
)
def test_a_preset_alone_does_not_run(text: str, problem: tuple[str, str]) -> None:
    assert isinstance(polyspec.loads(text), polyspec.Operation | polyspec.Component)
    assert refused(text) == [problem]


@pytest.mark.parametrize("mark", [case("10 isPreset: written", {"isPreset": True}), case("10 isPreset: left out", {})])
def test_a_preset_need_not_say_that_it_is_one(mark: Tree) -> None:
    assert compiled(BASE, presets=[{**mark, "queue": "gpu"}]) == {**compiled(BASE), "queue": "gpu"}
