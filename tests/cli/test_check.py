"""`check` over files and folders, for people and for machines; `graph` and `expand`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from polyspec.cli import main
from polyspec.cli.telling import painted

COMPONENT = """\
kind: component
inputs: [{name: lr, type: float}]
run: {kind: job, container: {image: "a:1", args: ["{{ lr }}"]}}
"""
FILES = {
    "base.yaml": COMPONENT,
    "good.yaml": "pathRef: base.yaml\nparams: {lr: 1}\n",
    "sub/bad.yml": "pathRef: ../base.yaml\nparams: {lr: fast}\nqeue: x\n",
    "sub/preset.json": '{"isPreset": true, "queue": "gpu"}',
    "untagged.yaml": "run: {kind: job, container: {image: a}}\n",
    "service.yaml": "apiVersion: v1\nkind: Service\n",
    "notes.yaml": "- a\n- b\n",
    ".hidden/x.yaml": "kind: [",
    "x.txt": "kind: [",
}
BAD = """\
error[wrong-type]: param `lr`: expected a number, found text
 --> sub/bad.yml:2:14
  |
2 | params: {lr: fast}
  |              ^^^^
  = at: params.lr.value
  = note: expected because of this input (base.yaml:2:17)
  |
2 | inputs: [{name: lr, type: float}]
  |                 ^^

error[unknown-field]: unknown field `qeue` of an operation
 --> sub/bad.yml:3:1
  |
3 | qeue: …
  | ^^^^
  = at: qeue
  = help: did you mean `queue`?
"""
UNTAGGED = """
warning[latest-image]: this image has no tag: it is the latest when it is pulled
 --> untagged.yaml:1:37
  |
1 | run: {kind: job, container: {image: a}}
  |                                     ^
  = at: run.container.image
  = help: name a version, as in `image:1.2`, or a digest
"""
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Calls the command line in a folder with the files; gives the status, stdout and stderr."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)

    def called(*words: str) -> tuple[int, str, str]:
        status = main(words)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return called


class TestText:
    def test_a_folder_with_a_summary(self, call: Call) -> None:
        assert call("check", ".") == (1, "5 files: 4 fine, 1 wrong; 2 errors, 1 warning\n", UNTAGGED[1:] + "\n" + BAD)

    def test_a_warning_is_silenced(self, call: Call) -> None:
        assert call("check", ".", "--silence", "latest-image") == (1, "5 files: 4 fine, 1 wrong; 2 errors, 0 warnings\n", BAD)

    def test_a_code_that_no_warning_has(self, call: Call) -> None:
        message = "polyspec: no warning has the code 'latest': did you mean `latest-image`?\n"
        assert call("check", ".", "--silence", "latest") == (2, "", message)

    def test_files_and_folders(self, call: Call) -> None:
        assert call("check", "good.yaml", "untagged.yaml") == (0, "2 files: 2 fine, 0 wrong; 0 errors, 1 warning\n", UNTAGGED[1:])
        assert call("check", "sub", "good.yaml")[:2] == (1, "3 files: 2 fine, 1 wrong; 2 errors, 0 warnings\n")

    def test_one_file(self, call: Call) -> None:
        assert call("check", "untagged.yaml") == (0, "untagged.yaml: a job, fine, 1 warning\n", UNTAGGED[1:])
        assert call("check", "sub/bad.yml") == (1, "", BAD)

    def test_a_mistake_in_what_two_files_refer_to_is_told_once(self, call: Call) -> None:
        Path("base.yaml").write_text(COMPONENT.replace("image", "imge"))
        Path("more.yaml").write_text(FILES["good.yaml"])
        status, out, err = call("check", ".", "--silence", "latest-image")
        assert (status, out) == (1, "6 files: 2 fine, 4 wrong; 3 errors, 0 warnings\n")
        assert err.count("error[unknown-field]: unknown field `imge`") == 1

    def test_a_text_that_is_no_yaml(self, call: Call) -> None:
        Path("broken.yaml").write_text("kind: [")
        assert call("check", ".")[1] == "6 files: 4 fine, 2 wrong; 3 errors, 1 warning\n"

    def test_colours_and_width_are_those_of_the_terminal(self, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
        long = "run: {kind: job, container: {image: 'a:1', args: [" + "x, " * 40 + "'{{ y }}', " + "x, " * 40 + "x]}}\n"
        Path("long.yaml").write_text(long)
        monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
        monkeypatch.setenv("COLUMNS", "60")
        monkeypatch.delenv("NO_COLOR", raising=False)
        coloured = call("check", "long.yaml")[2]
        assert coloured.startswith("\x1b[1;31merror[unknown-name]\x1b[0m: unknown name `y`\n\x1b[34m -->\x1b[0m long.yaml:1:")
        monkeypatch.setenv("NO_COLOR", "1")
        plain = call("check", "long.yaml")[2]
        assert "\x1b" not in plain
        assert painted(plain) == coloured
        lines = plain.splitlines()
        assert len(lines[3]) <= 60
        assert lines[4].index("^") == lines[3].index("y }}")


class TestMachines:
    def test_json(self, call: Call) -> None:
        status, out, err = call("check", ".", "-o", "json")
        found = json.loads(out)
        assert (status, err) == (1, "")
        assert found["summary"] == {"files": 5, "errors": 2, "warnings": 1}
        assert found["files"] == ["base.yaml", "good.yaml", "untagged.yaml", "sub/bad.yml", "sub/preset.json"]
        assert found["diagnostics"][0] == {
            "code": "latest-image",
            "severity": "warning",
            "message": "this image has no tag: it is the latest when it is pulled",
            "location": {"file": "untagged.yaml", "line": 1, "column": 37, "endLine": 1, "endColumn": 38},
            "path": "run.container.image",
            "hint": "name a version, as in `image:1.2`, or a digest",
            "notes": [],
        }
        note = {"file": "base.yaml", "line": 2, "column": 17, "endLine": 2, "endColumn": 19}
        assert found["diagnostics"][1]["notes"] == [{"message": "expected because of this input", "location": note}]

    def test_sarif(self, call: Call) -> None:
        status, out, err = call("check", ".", "-o", "sarif")
        log = json.loads(out)
        assert (status, err, log["version"]) == (1, "", "2.1.0")
        assert log["$schema"].endswith("sarif-schema-2.1.0.json")
        (run,) = log["runs"]
        driver = run["tool"]["driver"]
        assert (driver["name"], [rule["id"] for rule in driver["rules"]]) == (
            "polyspec",
            ["latest-image", "unknown-field", "wrong-type"],
        )
        assert [it["location"]["uri"] for it in run["artifacts"]][-2:] == ["sub/bad.yml", "sub/preset.json"]
        result = run["results"][1]
        region = {"startLine": 2, "startColumn": 14, "endLine": 2, "endColumn": 18}
        assert result == {
            "ruleId": "wrong-type",
            "ruleIndex": 2,
            "level": "error",
            "message": {"text": "param `lr`: expected a number, found text"},
            "locations": [
                {
                    "physicalLocation": {"artifactLocation": {"uri": "sub/bad.yml"}, "region": region},
                    "logicalLocations": [{"fullyQualifiedName": "params.lr.value"}],
                }
            ],
            "relatedLocations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "base.yaml"},
                        "region": {"startLine": 2, "startColumn": 17, "endLine": 2, "endColumn": 19},
                    },
                    "message": {"text": "expected because of this input"},
                }
            ],
        }
        assert all(driver["rules"][it["ruleIndex"]]["id"] == it["ruleId"] for it in run["results"])

    def test_sarif_of_what_is_in_no_file_has_no_place_there(self, call: Call) -> None:
        _, out, _ = call("check", "good.yaml", "-P", "sed=1", "-o", "sarif")
        (result,) = json.loads(out)["runs"][0]["results"]
        assert result["locations"] == [{"logicalLocations": [{"fullyQualifiedName": "params.sed"}]}]

    def test_a_name_with_a_space_is_a_uri(self, call: Call) -> None:
        Path("with space.yaml").write_text("kind: componnt\n")
        _, out, _ = call("check", "with space.yaml", "-o", "sarif")
        place: Any = json.loads(out)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
        assert place["artifactLocation"] == {"uri": "with%20space.yaml"}


class TestGraph:
    DAG = """\
    run:
      kind: dag
      operations:
      - {name: get, component: {run: {kind: job, container: {image: "a:1"}}}}
      - {name: train, dependencies: [get], component: {run: {kind: job, container: {image: "a:1"}}}}
      - {name: test, dependencies: [get, train], component: {run: {kind: job, container: {image: "a:1"}}}}
    """

    def test_is_printed_level_by_level(self, call: Call) -> None:
        Path("dag.yaml").write_text(self.DAG)
        assert call("graph", "dag.yaml") == (0, "1  get\n2  train  after get\n3  test   after get, train\n", "")

    def test_is_printed_for_others(self, call: Call) -> None:
        Path("dag.yaml").write_text(self.DAG)
        tree = json.loads(call("graph", "dag.yaml", "-o", "json")[1])
        assert tree["levels"] == [["get"], ["train"], ["test"]]
        assert tree["edges"][0] == {"upstream": "get", "downstream": "train"}
        assert call("graph", "dag.yaml", "-o", "mermaid")[1].splitlines()[:2] == ["flowchart TD", '  n0["get"]']
        assert "  n0 -> n1;" in call("graph", "dag.yaml", "-o", "dot")[1].splitlines()

    def test_of_what_is_no_dag(self, call: Call) -> None:
        status, out, err = call("graph", "untagged.yaml")
        assert (status, out) == (1, "")
        assert err.startswith("error[not-a-dag]: a run of kind `job` has no operations\n")


class TestExpand:
    MATRIX = """\
    matrix: {kind: grid, params: {lr: {kind: choice, value: [0.1, 0.2]}, api_token: {kind: choice, value: [a, b]}}}
    component:
      inputs: [{name: lr}, {name: api_token}]
      run: {kind: job, container: {image: "a:1", args: ["{{ lr }}", "{{ api_token }}"]}}
    """

    def test_is_a_line_a_run(self, call: Call) -> None:
        Path("m.yaml").write_text(self.MATRIX)
        assert call("expand", "m.yaml", "-n", "3") == (
            0,
            "1 lr=0.1 api_token=***\n2 lr=0.1 api_token=***\n3 lr=0.2 api_token=***\n",
            "",
        )

    def test_is_printed_as_run_specs(self, call: Call) -> None:
        Path("m.yaml").write_text(self.MATRIX)
        runs = [json.loads(line)["run"]["container"]["args"] for line in call("expand", "m.yaml", "-o", "json")[1].splitlines()]
        assert runs == [["0.1", "a"], ["0.1", "b"], ["0.2", "a"], ["0.2", "b"]]
        assert call("expand", "m.yaml", "-o", "yaml")[1].count("---\nkind: compiled_operation\n") == 4

    def test_without_a_matrix(self, call: Call) -> None:
        assert call("expand", "untagged.yaml")[0] == 1
        assert call("expand", "untagged.yaml", "-n", "0")[0] == 2
