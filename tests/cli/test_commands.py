"""The command line: what it prints, where, and with which exit status."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import polyspec
from polyspec.cli import main

SPEC = """\
kind: component
name: count
inputs:
- {name: n, type: int, description: how many}
- {name: word, type: str, value: hello}
run:
  kind: job
  container:
    image: busybox:1.36
    command: [sh, -c]
    args: ["echo {{ word }} {{ n }}; exit {{ n }}"]
"""


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A component in the working folder."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "count.yaml"
    path.write_text(SPEC)
    return path


Output = Callable[[], tuple[str, str]]


@pytest.fixture
def output(capfd: pytest.CaptureFixture[str]) -> Output:
    """What was printed since the last call: stdout and stderr."""

    def read() -> tuple[str, str]:
        captured = capfd.readouterr()
        return captured.out, captured.err

    return read


@pytest.mark.usefixtures("spec")
def test_compile_prints_yaml_that_reads_back(output: Output) -> None:
    assert main(["compile", "count.yaml", "-P", "n=2"]) == 0
    out, err = output()
    assert err == ""
    assert out.startswith("kind: compiled_operation\nname: count\n")
    assert out == polyspec.compile("count.yaml", {"n": "2"}).to_yaml()


@pytest.mark.usefixtures("spec")
def test_compile_prints_json(output: Output) -> None:
    assert main(["compile", "count.yaml", "-P", "n=2", "-o", "json"]) == 0
    assert json.loads(output()[0]) == polyspec.compile("count.yaml", {"n": "2"}).to_dict()


@pytest.mark.usefixtures("spec")
def test_check_says_what_it_is(output: Output) -> None:
    assert main(["check", "count.yaml", "-P", "n=2"]) == 0
    assert output() == ("count.yaml: a job, fine\n", "")


@pytest.mark.usefixtures("spec")
def test_warnings_go_to_stderr_and_are_counted(output: Output) -> None:
    assert main(["check", "count.yaml", "-P", "n=2", "-P", "wrod=x"]) == 0
    out, err = output()
    assert out == "count.yaml: a job, fine, 1 warning\n"
    assert err == (
        "warning[unknown-param]: no input or output is named `wrod`: it is a context value\n"
        "--> <params>\n = at: params.wrod\n = help: did you mean `word`?\n"
    )


@pytest.mark.usefixtures("spec")
def test_a_wrong_spec_is_told_with_its_place_and_status_1(output: Output) -> None:
    assert main(["compile", "count.yaml"]) == 1
    out, err = output()
    assert out == ""
    assert err == (
        "error[missing-param]: the input `n` is required and no param gives it (a value of type `int`)\n"
        " --> count.yaml:4:10\n"
        "  |\n"
        "4 | - {name: n, type: int, description: how many}\n"
        "  |          ^\n"
        "  = at: inputs[0].name\n"
        "  = help: pass it: `params: {n: ...}`, or `-P n=...`\n"
    )


@pytest.mark.usefixtures("spec")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["compile", "count.yaml", "-P", "n"], "polyspec: -P takes name=value, not 'n'\n"),
        (["compile", "count.yaml", "-P", "n=1", "-P", "n=2"], "polyspec: -P n is given twice\n"),
        (["compile", "count.yaml", "--hub", "x"], "polyspec: name a file, --url or --hub, and only one of them\n"),
        (["compile", "--url", "http://example.com/x"], "polyspec: --url takes an https URL\n"),
        (["compile"], "polyspec: name a file: there is no polyaxon.yaml, nor another default file, in '.'\n"),
        (["compile", "count.yaml", "--mirror", "x"], "polyspec: --mirror takes PREFIX=FOLDER, not 'x'\n"),
        (["run", "count.yaml", "-P", "n=0", "--store", "x"], "polyspec: --store takes NAME=FOLDER, not 'x'\n"),
    ],
)
def test_a_wrong_call_is_told_in_one_line_and_status_2(arguments: list[str], message: str, output: Output) -> None:
    assert main(arguments) == 2
    assert output()[1] == message


@pytest.mark.parametrize("arguments", [[], ["fly"], ["compile", "-o", "xml", "x"], ["compile", "a", "b"]])
def test_what_argparse_refuses_is_status_2(arguments: list[str], output: Output) -> None:
    assert main(arguments) == 2
    assert output()[1].startswith("usage: polyspec")


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["run", "--help"]])
def test_help_is_fine(arguments: list[str], output: Output) -> None:
    assert main(arguments) == 0
    assert "polyspec" in output()[0]


@pytest.mark.parametrize("name", ["polyaxon.yaml", "polyaxonci.yml", "polyaxon-ci.yaml", "polyaxon.ci.json", "polyaxonfile.yaml"])
def test_the_default_file_of_a_folder(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: Output) -> None:
    monkeypatch.chdir(tmp_path)
    text = SPEC if not name.endswith("json") else json.dumps(polyspec.loads(SPEC).to_dict())
    (tmp_path / name).write_text(text)
    assert main(["check", "-P", "n=1"]) == 0
    assert output()[0] == f"{name}: a job, fine\n"
    assert polyspec.compile(tmp_path, {"n": 1}).name == "count"


def test_yaml_goes_before_yml_and_json_and_the_first_name_before_the_next(tmp_path: Path) -> None:
    for name in ("polyaxonfile.yaml", "polyaxon.json", "polyaxon.yml"):
        (tmp_path / name).write_text(SPEC.replace("name: count", f"name: {name.replace('.', '-')}"))
    assert polyspec.compile(tmp_path, {"n": 1}).name == "polyaxon-yml"


@pytest.mark.usefixtures("spec")
def test_presets_hub_and_options_reach_the_compiler(tmp_path: Path, output: Output) -> None:
    (tmp_path / "preset.yaml").write_text("isPreset: true\nqueue: gpu\n")
    (tmp_path / "hub" / "count").mkdir(parents=True)
    (tmp_path / "hub" / "count" / "latest.yaml").write_text(SPEC)
    call = ["compile", "--hub", "count", "--hub-base", "hub", "-f", "preset.yaml", "-P", "n=0", "--name", "mine", "--tags", "a,b"]
    assert main([*call, "-o", "json", "--no-cache", "--description", "d", "--approved", "--namespace", "team"]) == 0
    tree = json.loads(output()[0])
    assert (tree["name"], tree["queue"], tree["tags"], tree["cache"], tree["description"]) == (
        "mine",
        "gpu",
        ["a", "b"],
        {"disable": True},
        "d",
    )
    assert (tree["isApproved"], tree["namespace"]) == (True, "team")


@pytest.mark.usefixtures("spec")
def test_run_streams_the_output_and_passes_the_status_on(output: Output) -> None:
    assert main(["run", "count.yaml", "-P", "n=3", "--runs", "out"]) == 3
    out, err = output()
    assert out == "hello 3\n"
    assert "failed: " in err
    assert "note: the image `busybox:1.36` is not used" in err


@pytest.mark.usefixtures("spec")
def test_run_that_goes_well(output: Output) -> None:
    assert main(["run", "count.yaml", "-P", "n=0", "--runs", "out"]) == 0
    assert output()[0] == "hello 0\n"


def test_run_says_what_it_cannot_do_here(spec: Path, output: Output) -> None:
    spec.write_text(SPEC.replace("image: busybox:1.36", "image: busybox:1.36\n    resources: {limits: {nvidia.com/gpu: 1}}"))
    assert main(["run", "count.yaml", "-P", "n=0", "--runs", "out"]) == 1
    assert "gpu" in output()[1]
    assert main(["run", "count.yaml", "-P", "n=0", "--runs", "out", "--ignore", "gpu"]) == 0


def test_a_template_is_not_run_unless_asked(spec: Path, output: Output) -> None:
    spec.write_text(SPEC + "template: {enabled: true, fields: [inputs]}\n")
    assert main(["run", "count.yaml", "-P", "n=0", "--runs", "out"]) == 1
    assert output()[1] == (
        "error[template-spec]: this spec is marked as a template\n"
        " = at: template\n"
        " = help: fill it in: inputs, or run it as it is with `--ignore-template`\n"
    )
    assert main(["run", "count.yaml", "-P", "n=0", "--runs", "out", "--ignore-template"]) == 0


@pytest.mark.usefixtures("spec")
def test_the_identity_of_the_run_can_be_given(output: Output) -> None:
    uuid = "0" * 32
    assert main(["run", "count.yaml", "-P", "n=0", "--runs", "out", "--run-uuid", uuid, "--owner", "me", "--project", "p"]) == 0
    assert output()[1].rstrip().endswith(uuid)


@pytest.mark.usefixtures("spec")
def test_python_dash_m(tmp_path: Path) -> None:
    call = [sys.executable, "-m", "polyspec", "check", "count.yaml", "-P", "n=1"]
    done = subprocess.run(call, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "count.yaml: a job, fine\n", "")


@pytest.mark.usefixtures("spec")
def test_no_traceback_reaches_the_user_when_the_reader_goes_away(tmp_path: Path) -> None:
    script = f"{sys.executable} -m polyspec compile count.yaml -P n=1 | head -n 1"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.stdout == "kind: compiled_operation\n"
    assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("spec")
def test_the_keyboard_stops_a_compile_quietly(monkeypatch: pytest.MonkeyPatch, output: Output) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(polyspec, "compile", interrupted)
    assert main(["compile", "count.yaml"]) == 130
    assert output() == ("", "")
