"""Section 8: references."""

import hashlib
import json
from pathlib import Path

import pytest

import polyspec
from polyspec import PolyspecError, Resolvers
from polyspec.cli import main
from polyspec.resolve.presets import NamedPresets

from .rows import ABSENT, Case, check, gives, refuses, row, told

JOB = "run: {kind: job, container: {image: busybox}}"
BASE = f"kind: component\nname: base\n{JOB}"


def dag(components: str, target: str) -> str:
    return f"run:\n  kind: dag\n  components: {components}\n  operations: [{{name: a, dagRef: {target}}}]"


CASES = [
    gives("8 Inline", f"kind: operation\ncomponent: {{name: base, {JOB}}}", {"name": "base", "run.container.image": "busybox"}),
    gives(
        "8 Hub: latest, of polyaxon", "hubRef: train", {"name": "base", "hubRef": ABSENT}, files={"hub/train/latest.yaml": BASE}
    ),
    gives("8 Hub: a tag and an owner", "hubRef: 'team/train:1.0'", {"name": "base"}, files={"hub/team/train/1.0.yaml": BASE}),
    gives("8 Hub: the default owner", "hubRef: 'polyaxon/train:1.0'", {"name": "base"}, files={"hub/train/1.0.yaml": BASE}),
    refuses("8 URL: no file", "urlRef: 'file:///etc/hosts'", "reference-refused: documents are not fetched by `file`"),
    gives(
        "8 Path: relative to the file that holds it",
        "pathRef: sub/middle.yaml",
        {"name": "base"},
        files={"sub/middle.yaml": "pathRef: base.yaml", "sub/base.yaml": BASE},
    ),
    refuses(
        "8 Path: a folder",
        "pathRef: sub",
        "reference-refused: `sub` is a folder: only regular files are read",
        files={"sub/base.yaml": BASE},
    ),
    gives("8 DAG", dag(f"[{{name: t, {JOB}}}]", "t"), {"run.operations.0.dagRef": "t"}),
    gives(
        "8 DAG: a chain",
        dag(f"[{{name: t, kind: operation, dagRef: u}}, {{name: u, {JOB}}}]", "t"),
        {"run.operations.0.dagRef": "t"},
    ),
    refuses(
        "8 DAG: a circle",
        dag("[{name: t, kind: operation, dagRef: u}, {name: u, kind: operation, dagRef: t}]", "t"),
        "reference-cycle: operation `a`: the components refer in a circle: t -> u -> t",
    ),
    refuses(
        "8 DAG: none of that name",
        dag(f"[{{name: train, {JOB}}}]", "trian"),
        "unknown-component: operation `a`: the DAG has no component `trian`",
    ),
    gives(
        "8 Nested refs: layer upon layer",
        "pathRef: a.yaml\nqueue: main",
        {"name": "base", "queue": "main", "tags": ["b", "a"]},
        files={"a.yaml": "pathRef: b.yaml\nqueue: a\ntags: [a]", "b.yaml": f"{BASE}\nqueue: b\ntags: [b]"},
    ),
    refuses(
        "8 Nested refs: a circle, whatever the spelling",
        "pathRef: a.yaml",
        "reference-cycle: the references go in a circle: pathRef a.yaml -> pathRef sub/../b.yaml -> pathRef a.yaml",
        files={"a.yaml": "pathRef: sub/../b.yaml", "b.yaml": "pathRef: a.yaml", "sub/x.yaml": ""},
    ),
    refuses(
        "8 Ref error text: missing",
        "pathRef: bsae.yaml",
        "reference-not-found: no file at `bsae.yaml`",
        files={"base.yaml": BASE},
    ),
    refuses(
        "8 Ref error text: of an operation of a DAG",
        "run: {kind: dag, operations: [{name: a, pathRef: bsae.yaml}]}",
        "reference-not-found: no file at `bsae.yaml`",
        files={"base.yaml": BASE},
    ),
    refuses(
        "8 Ref error text: not what is expected",
        "pathRef: base.yaml",
        "unknown-field: unknown field `other` of a component",
        files={"base.yaml": f"{BASE}\nother: 1"},
    ),
    gives(
        "8 Build/hook/tuner refs: hubRef",
        f"{BASE}\nbuild: {{hubRef: kaniko}}\nhooks: [{{hubRef: slack}}]",
        {"build": {"hubRef": "kaniko"}, "hooks": [{"hubRef": "slack"}]},
    ),
    *(
        refuses(f"8 Build/hook/tuner refs: no {key}", f"{BASE}\n{text}", *problems)
        for key, text, *problems in (
            ("pathRef of a build", "build: {pathRef: a.yaml}", "unknown-field: unknown field `pathRef` of a build"),
            ("urlRef of a hook", "hooks: [{urlRef: 'https://example.com/x'}]", "unknown-field: unknown field `urlRef` of a hook"),
            (
                "dagRef of a tuner",
                "matrix: {kind: iterative, maxIterations: 1, params: {x: {kind: choice, value: [1]}}, tuner: {dagRef: t}}",
                "missing-field: the field `hubRef` is missing",
                "unknown-field: unknown field `dagRef` of a tuner",
            ),
        )
    ),
    gives(
        "8 Init refs: carried along",
        f"{BASE}\ninit: [{{modelRef: 'm:1'}}, {{artifactRef: 'a:1'}}, {{lineageRef: 'l:1'}}]",
        {"run.init": [{"modelRef": "m:1"}, {"artifactRef": "a:1"}, {"lineageRef": "l:1"}]},
    ),
    gives(
        "8 Preset files with refs: of the operations of a DAG",
        f"kind: component\nrun: {{kind: dag, operations: [{{name: a, component: {{{JOB}}}}}]}}",
        {"run.operations.1.name": "b", "run.operations.1.component.name": "base"},
        presets=("presets/preset.yaml",),
        files={"presets/preset.yaml": "run: {kind: dag, operations: [{name: b, pathRef: base.yaml}]}", "presets/base.yaml": BASE},
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_a_row_of_section_8(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


@row("8 Preset files with refs")
def test_a_named_preset_has_the_operations_of_its_dag_too(tmp_path: Path) -> None:
    for name, text in (("gpu.yaml", "run: {kind: dag, operations: [{name: b, pathRef: base.yaml}]}"), ("base.yaml", BASE)):
        (tmp_path / name).write_text(text)
    resolvers = Resolvers.default().with_resolver("presets", NamedPresets(str(tmp_path)))
    source = polyspec.loads(f"presets: [gpu]\nrun: {{kind: dag, operations: [{{name: a, component: {{{JOB}}}}}]}}")
    spec = polyspec.compile(source, resolvers=resolvers)
    assert list(spec.graph.operations) == ["a", "b"]


@row("8 URL")
def test_a_url_is_read_from_its_mirror(tmp_path: Path) -> None:
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror/base.yaml").write_text(BASE)
    resolvers = Resolvers.default(mirrors={"https://example.com/": tmp_path / "mirror"}, offline=True)
    spec = polyspec.compile({"kind": "operation", "urlRef": "https://example.com/base.yaml"}, resolvers=resolvers)
    assert spec.name == "base"


@row("8 Pinning, digest, lock, cache, offline")
def test_a_pin_holds_a_reference_to_its_digest(tmp_path: Path) -> None:
    digest, wrong = hashlib.sha256(BASE.encode()).hexdigest(), "0" * 64
    check(Case(f"pathRef: base.yaml#sha256={digest}", {"name": "base"}, files={"base.yaml": BASE}), tmp_path)
    message = f"this `pathRef` is pinned to `sha256:{wrong}`, but its document has `sha256:{digest}`"
    check(Case(f"pathRef: base.yaml#sha256={wrong}", problems=(f"digest-mismatch: {message}",)), tmp_path)


@row("8 Pinning, digest, lock, cache, offline")
def test_a_lock_holds_every_reference_to_its_digest(tmp_path: Path) -> None:
    (tmp_path / "main.yaml").write_text("pathRef: base.yaml")
    (tmp_path / "base.yaml").write_text(BASE)
    polyspec.lock([tmp_path / "main.yaml"])
    assert polyspec.compile(tmp_path / "main.yaml").name == "base"
    (tmp_path / "base.yaml").write_text(f"{BASE}\n")
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(tmp_path / "main.yaml")
    assert [it.code for it in caught.value.diagnostics] == ["lock-changed"]


@row("8 Ref error text")
def test_an_error_behind_a_reference_tells_the_whole_chain(tmp_path: Path) -> None:
    (tmp_path / "main.yaml").write_text("pathRef: a.yaml")
    (tmp_path / "a.yaml").write_text("pathRef: base.yaml")
    (tmp_path / "base.yaml").write_text(f"{BASE}\nother: 1")
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(tmp_path / "main.yaml")
    [found] = caught.value.diagnostics
    assert found.location is not None
    assert (found.location.file, found.location.line) == (str(tmp_path / "base.yaml"), 4)
    assert [(note.message, str(note.location)) for note in found.notes] == [
        ("referred to here", f"{tmp_path}/a.yaml:1:10"),
        ("reached by pathRef a.yaml", "None"),
    ]


@row("8 Pinning, digest, lock, cache, offline")
def test_offline_opens_no_connection(tmp_path: Path) -> None:
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile("https://example.com/base.yaml", resolvers=Resolvers.default(cache=tmp_path, offline=True))
    assert told(caught.value.diagnostics) == (
        "offline: `https://example.com/base.yaml` is neither mirrored nor cached, and nothing is fetched offline",
    )


@row("8 Hub")
def test_the_command_line_names_a_hub(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "train").mkdir()
    (tmp_path / "train/latest.yaml").write_text(BASE)
    assert main(["compile", "--hub", "train", "--hub-base", str(tmp_path), "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "base"
