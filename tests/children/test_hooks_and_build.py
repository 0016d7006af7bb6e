"""Hooks and builds as run specs of their own (polyaxonfile section 12, decision S41), and presets by name."""

from pathlib import Path
from typing import Any

import pytest

import polyspec
from polyspec import PolyspecError, Resolvers
from polyspec.resolve import NamedPresets

NOTIFY = """\
kind: component
name: notify
inputs: [{name: channel, type: str, value: general}]
run:
  kind: notifier
  container: {image: notifier, args: ["--channel={{ channel }}", "--lr={{ lr | default('none') }}"]}
"""
BUILDER = """\
kind: component
name: builder
inputs: [{name: context, type: str, value: .}]
outputs: [{name: destination, type: image}]
run:
  kind: job
  connections: ["{{ params.destination.connection }}"]
  container: {image: builder, args: ["{{ destination }}"]}
"""
SPEC = {
    "kind": "component",
    "name": "train",
    "inputs": [{"name": "lr", "type": "float", "value": 0.1}],
    "run": {"kind": "job", "container": {"image": "busybox"}},
}


@pytest.fixture
def resolvers(tmp_path: Path) -> Resolvers:
    """A hub of two components."""
    for name, text in (("notify", NOTIFY), ("builder", BUILDER)):
        (tmp_path / "hub" / name).mkdir(parents=True)
        (tmp_path / "hub" / name / "latest.yaml").write_text(text)
    return Resolvers.default(hub=tmp_path / "hub")


def test_a_hook_is_a_run_spec_that_sees_the_inputs_of_its_run(resolvers: Resolvers) -> None:
    hook = {"hubRef": "notify", "trigger": "failed", "connection": "slack", "params": {"channel": {"value": "ops"}}}
    spec = polyspec.compile({**SPEC, "hooks": [hook]}, {"lr": 0.5}, resolvers=resolvers)
    (notified,) = spec.hooks
    assert notified.kind == "notifier"
    assert notified.run.container.args == ["--channel=ops", "--lr=0.5"]
    assert notified.run.connections == ["slack"]
    assert notified.context.run_uuid != spec.context.run_uuid


def test_a_hook_without_defaults_sees_its_own_params_alone(resolvers: Resolvers) -> None:
    spec = polyspec.compile({**SPEC, "hooks": [{"hubRef": "notify", "disableDefaults": True}]}, resolvers=resolvers)
    assert spec.hooks[0].run.container.args == ["--channel=general", "--lr=none"]


def test_a_build_has_a_destination_by_default(resolvers: Resolvers) -> None:
    context = polyspec.RunContext(project="vision", run_uuid="a" * 32)
    build = {"hubRef": "builder", "connection": "registry"}
    spec = polyspec.compile({**SPEC, "build": build}, resolvers=resolvers, context=context)
    assert spec.build is not None
    assert spec.build.run.container.args == [f"vision:{spec.build.context.run_uuid}"]
    assert spec.build.run.connections == ["registry"]


def test_a_build_keeps_the_destination_that_it_is_given_and_is_patched(resolvers: Resolvers) -> None:
    build = {
        "hubRef": "builder",
        "params": {"destination": {"value": "mine:1", "connection": "registry"}},
        "runPatch": {"container": {"image": "other"}},
    }
    built = polyspec.compile({**SPEC, "build": build}, resolvers=resolvers).build
    assert built is not None
    assert (built.run.container.args, built.run.container.image) == (["mine:1"], "other")


def test_without_a_build_there_is_none_and_without_hooks_none() -> None:
    spec = polyspec.compile(SPEC)
    assert (spec.build, spec.hooks) == (None, ())


def test_a_hook_that_leads_nowhere_is_told_when_it_is_asked_for(resolvers: Resolvers) -> None:
    spec = polyspec.compile({**SPEC, "hooks": [{"hubRef": "notfy"}]}, resolvers=resolvers)
    with pytest.raises(PolyspecError) as caught:
        _ = spec.hooks
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.code, diagnostic.path) == ("reference-not-found", ("hooks", 0, "hubRef"))
    assert str(diagnostic.location) == "<mapping>"


def test_what_is_wrong_with_a_section_is_told_where_that_was_written(tmp_path: Path, resolvers: Resolvers) -> None:
    (tmp_path / "base.yaml").write_text("build: {hubRef: kanko}\nrun: {kind: job, container: {image: a}}\n")
    (tmp_path / "train.yaml").write_text("hooks:\n- hubRef: notfy\npathRef: base.yaml\n")
    spec = polyspec.compile(tmp_path / "train.yaml", resolvers=resolvers)
    for section, place, path in (
        ("hooks", "train.yaml:2:11", ("hooks", 0, "hubRef")),
        ("build", "base.yaml:1:17", ("build", "hubRef")),
    ):
        with pytest.raises(PolyspecError) as caught:
            getattr(spec, section)
        (diagnostic,) = caught.value.diagnostics
        assert (str(diagnostic.location), diagnostic.path) == (f"{tmp_path / place}", path)


def test_presets_by_name_are_layers_when_a_folder_of_them_is_registered(tmp_path: Path) -> None:
    (tmp_path / "gpu.yaml").write_text("queue: gpu\nrunPatch: {container: {resources: {limits: {nvidia.com/gpu: 1}}}}\n")
    (tmp_path / "quiet.yaml").write_text("patchStrategy: isnull\nqueue: quiet\nplugins: {collectLogs: false}\n")
    resolvers = Resolvers.default().with_resolver("presets", NamedPresets(tmp_path))
    spec = polyspec.compile({**SPEC, "presets": ["gpu", "quiet"]}, resolvers=resolvers)
    tree = spec.to_dict()
    assert (tree["queue"], tree["plugins"], tree["presets"]) == ("gpu", {"collectLogs": False}, ["gpu", "quiet"])
    assert spec.run.container.resources.limits == {"nvidia.com/gpu": 1}


def test_an_unknown_preset_names_the_close_match_where_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "gpu.yaml").write_text("queue: gpu\n")
    (tmp_path / "spec.yaml").write_text("presets: [gpuu]\nrun: {kind: job, container: {image: x}}\n")
    resolvers = Resolvers.default().with_resolver("presets", NamedPresets(tmp_path))
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(tmp_path / "spec.yaml", resolvers=resolvers)
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.message, diagnostic.hint) == ("there is no preset `gpuu`", "did you mean `gpu`?")
    assert diagnostic.location is not None
    assert (diagnostic.location.line, diagnostic.location.column) == (1, 11)


def test_presets_by_name_are_carried_when_no_one_looks_them_up() -> None:
    assert polyspec.compile({**SPEC, "presets": "a, b"}).to_dict()["presets"] == ["a", "b"]


TUNED = {"kind": "iterative", "tuner": {"hubRef": "tune", "presets": "gpu"}}


@pytest.mark.parametrize(
    ("part", "path", "expected"),
    [
        ({"hooks": [{"hubRef": "notify", "presets": "gpu"}]}, ("hooks", 0, "presets"), "a list"),
        ({"build": {"hubRef": "kaniko", "presets": "gpu"}}, ("build", "presets"), "a list or a template"),
        ({"matrix": TUNED}, ("matrix", "tuner", "presets"), "a list or a template"),
    ],
)
def test_their_presets_are_a_list_and_no_text(part: dict[str, Any], path: tuple[str | int, ...], expected: str) -> None:
    with pytest.raises(PolyspecError) as error:
        polyspec.compile({"kind": "operation", "component": {"run": {"kind": "job", "container": {"image": "a"}}}, **part})
    found = {(each.code, each.message, each.path) for each in error.value.diagnostics}
    assert ("wrong-type", f"expected {expected}, found text", path) in found
