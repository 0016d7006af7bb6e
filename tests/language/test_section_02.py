"""Section 2: reading files, several sources, and overlays."""

import json
from pathlib import Path

import pytest

import polyspec
from polyspec import Operation, PolyspecError, Resolvers
from polyspec.cli import main

from .rows import ABSENT, Case, check, gives, refuses, row, told

JOB = "run: {kind: job, container: {image: busybox}}"
BASE = f"kind: component\nname: base\n{JOB}"
NAMES = [
    f"{name}.{extension}"
    for name in ("polyaxon", "polyaxonci", "polyaxon-ci", "polyaxon.ci", "polyaxonfile")
    for extension in ("yaml", "yml", "json")
]
JSON = json.dumps({"kind": "component", "name": "base", "run": {"kind": "job", "container": {"image": "busybox"}}})

CASES = [
    gives(
        "2 YAML file: anchors and merge keys",
        f"kind: component\nqueue: &q gpu\nnamespace: *q\ncache: {{<<: {{ttl: 5}}, disable: true}}\n{JOB}",
        {"queue": "gpu", "namespace": "gpu", "cache": {"ttl": 5, "disable": True}},
    ),
    gives(
        "2 YAML file: YAML 1.1, with a warning where 1.2 differs (S21)",
        f"kind: component\nparams: {{mode: 0644}}\n{JOB}",
        {"contexts.0.value": 420},
        warned=("ambiguous-value: `0644` is read as 420 (YAML 1.1), and as something else by YAML 1.2",),
    ),
    refuses(
        "2 YAML file: a key twice (S22)",
        f"kind: component\nname: a\nname: b\n{JOB}",
        "duplicate-key: the key `name` is written twice",
    ),
    gives("2 JSON file / stream", JSON, {"name": "base", "run.kind": "job"}),
    refuses("2 Multi-document YAML: refused (S22)", f"{BASE}\n---\n{BASE}", "many-documents: a file holds one document"),
    gives(
        "2 Overlays: in order, each under its own strategy",
        f"{BASE}\nqueue: main\ntags: [main]",
        {"queue": "first", "tags": ["first", "main"]},
        presets=("first.yaml", "second.yaml"),
        files={
            "first.yaml": "isPreset: true\npatchStrategy: replace\nqueue: first\ntags: [first, main]",
            "second.yaml": "patchStrategy: isnull\nqueue: second\ntags: [second]",
        },
    ),
    gives(
        "2 git preset: a preset of one init step, which goes before those of the base",
        f"{BASE}\ninit: [{{container: {{name: i, image: a}}}}]",
        {"run.init": [{"git": {"url": "https://example.com/a", "revision": "main"}}, {"container": {"name": "i", "image": "a"}}]},
        presets=("git.yaml",),
        files={"git.yaml": "patchStrategy: pre_merge\nrunPatch: {init: [{git: {url: 'https://example.com/a', revision: main}}]}"},
    ),
    refuses("2 Extension/comment keys", f"{BASE}\nx-comment: a", "unknown-field: unknown field `x-comment` of a component"),
    refuses("2 Unknown keys: at the root", f"{BASE}\nother: a", "unknown-field: unknown field `other` of a component"),
    refuses("2 Unknown keys: below", f"{BASE}\ntermination: {{tll: 1}}", "unknown-field: unknown field `tll` of a termination"),
    refuses(
        "2 Unknown keys: all at once",
        f"{BASE}\nother: a\ntermination: {{tll: 1}}",
        "unknown-field: unknown field `other` of a component",
        "unknown-field: unknown field `tll` of a termination",
    ),
    gives(
        "2 Aliases: camelCase and snake_case",
        f"kind: component\nis_approved: true\ntermination: {{max_retries: 1}}\nplugins: {{logLevel: a}}\n{JOB}",
        {"isApproved": True, "termination": {"maxRetries": 1}, "plugins": {"logLevel": "a"}},
    ),
    gives("2 version: any", f"version: 1.1\n{BASE}", {"version": 1.1}),
    gives("2 version: none", BASE, {"version": ABSENT, "name": "base"}),
    gives(
        "2 Partial read: a preset may be less than a spec",
        BASE,
        {"run.container": {"image": "busybox", "tty": True}},
        presets=("preset.yaml",),
        files={"preset.yaml": "runPatch: {container: {tty: true}}"},
    ),
    refuses("2 Partial read: and a source may not", "queue: gpu", "no-run: there is nothing to run"),
]


@pytest.mark.parametrize("case", CASES)
def test_a_row_of_section_2(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


@row("2 Default file discovery")
@pytest.mark.parametrize("first", range(len(NAMES)))
def test_the_first_of_the_default_names_is_read(first: int, tmp_path: Path) -> None:
    for index, name in enumerate(NAMES[first:], start=first):
        (tmp_path / name).write_text(JSON.replace("base", f"from-{index}"))
    assert polyspec.compile(tmp_path).name == f"from-{first}"


@row("2 Default file discovery")
def test_the_command_line_finds_it_in_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["compile"]) == 2
    assert "there is no polyaxon.yaml, nor another default file" in capsys.readouterr().err
    (tmp_path / "polyaxonfile.yml").write_text(BASE)
    assert main(["compile", "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "base"


@row("2 String stream", "2 JSON file / stream")
@pytest.mark.parametrize("text", [BASE, JSON])
def test_text_is_read_by_loads_alone(text: str) -> None:
    """Decision S19: what a source is does not depend on what its text looks like."""
    assert polyspec.compile(polyspec.loads(text)).name == "base"
    with pytest.raises(PolyspecError):
        polyspec.compile(text)


@row("2 Mapping")
def test_a_mapping_is_a_source() -> None:
    tree = json.loads(JSON)
    assert polyspec.compile(tree).name == "base"
    assert tree == json.loads(JSON)


@row("2 Python module")
def test_no_source_is_executed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Decisions S19 and S44: a Python file is text like any other, and an object is handed over as it is."""
    module = tmp_path / "main.py"
    module.write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nmain = 1\n")
    with pytest.raises(PolyspecError):
        polyspec.compile(module)
    assert not (tmp_path / "ran").exists()
    assert main(["compile", "-pm", str(module)]) == 2
    assert capsys.readouterr().err != ""
    loaded = polyspec.loads(BASE)
    assert polyspec.compile(Operation(component=loaded)).name == "base"


@row("2 URL source")
def test_a_url_is_a_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text(BASE)
    arguments = ["compile", "--url", "https://example.com/a.yaml", "--mirror", f"https://example.com/={tmp_path}", "--offline"]
    assert main([*arguments, "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "base"
    assert main(["compile", "--url", "http://example.com/a.yaml"]) == 2
    assert capsys.readouterr().err == "polyspec: --url takes an https URL\n"


@row("2 Hub source", "2 hub needs op")
@pytest.mark.parametrize(
    ("name", "file"), [("train", "train/latest"), ("train:1.0", "train/1.0"), ("team/train", "team/train/latest")]
)
def test_a_component_of_the_hub_becomes_an_operation(
    name: str, file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"{file}.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(BASE)
    assert main(["compile", "--hub", name, "--hub-base", str(tmp_path), "--queue", "gpu", "-o", "json"]) == 0
    tree = json.loads(capsys.readouterr().out)
    assert (tree["kind"], tree["name"], tree["queue"]) == ("compiled_operation", "base", "gpu")


@row("2 One source only")
@pytest.mark.parametrize(
    "arguments",
    [["a.yaml", "--url", "https://example.com/a"], ["a.yaml", "--hub", "a"], ["--url", "https://example.com/a", "--hub", "a"]],
)
def test_one_source_alone_is_named(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compile", *arguments]) == 2
    assert capsys.readouterr().err == "polyspec: name a file, --url or --hub, and only one of them\n"


@row("2 List of sources merged raw")
def test_several_sources_are_a_source_and_presets(tmp_path: Path) -> None:
    """A list is no source: every layer is checked on its own, and merged by the rules."""
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile([json.loads(JSON), {"queue": "gpu"}])  # type: ignore[arg-type]  # what a caller may try
    assert [it.code for it in caught.value.diagnostics] == ["bad-source"]
    assert polyspec.compile(json.loads(JSON), presets=[{"queue": "gpu"}]).to_dict()["queue"] == "gpu"


@row("2 git preset")
def test_the_command_line_has_no_git_preset(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compile", "main.yaml", "--git-preset"]) == 2
    assert "unrecognized arguments: --git-preset" in capsys.readouterr().err


@row("2 Serialise authored")
def test_what_was_written_is_what_is_given_back() -> None:
    text = f"kind: operation\nqueue: null\ntags: [a]\ncomponent: {{{JOB}}}"
    assert polyspec.loads(text).to_dict() == {
        "kind": "operation",
        "tags": ["a"],
        "queue": None,
        "component": {"run": {"kind": "job", "container": {"image": "busybox"}}},
    }


@row("2 Lint mode")
def test_a_spec_is_checked_without_params_by_load(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """There is no `--lint`: `load` reads and checks a document and asks for no params, `check` asks for them."""
    path = tmp_path / "main.yaml"
    path.write_text(f"kind: component\ninputs: [{{name: x, type: int}}]\n{JOB}")
    assert polyspec.load(path).to_dict()["inputs"] == [{"name": "x", "type": "int"}]
    assert main(["check", str(path)]) == 1
    assert "error[missing-param]" in capsys.readouterr().err
    assert main(["check", str(path), "--lint"]) == 2


@row("2 URL source")
def test_nothing_is_fetched_offline() -> None:
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile("https://example.com/a.yaml", resolvers=Resolvers.default(offline=True))
    assert told(caught.value.diagnostics) == (
        "offline: `https://example.com/a.yaml` is neither mirrored nor cached, and nothing is fetched offline",
    )
