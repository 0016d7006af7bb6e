"""`polyspec explain` and `polyspec diff`: what they print, for a pipe and for a terminal."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

import polyspec
from polyspec.cli import main

SPEC = """\
kind: component
queue: slow
inputs:
- {name: word, value: hello}
run:
  kind: job
  container:
    image: busybox
    args: ["echo {{ word }}"]
"""
Output = Callable[[], tuple[str, str]]


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A component in the working folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "echo.yaml").write_text(SPEC)
    return tmp_path


@pytest.fixture
def output(capsys: pytest.CaptureFixture[str]) -> Output:
    """What was written since the last look: stdout and stderr."""

    def read() -> tuple[str, str]:
        captured = capsys.readouterr()
        return captured.out, captured.err

    return read


class TestExplain:
    def test_a_value_with_files_named_from_here_and_the_call_as_it_was_written(self, spec: Path, output: Output) -> None:
        assert main(["explain", "echo.yaml", "run.container.args[0]", "-P", "word=bye"]) == 0
        *lines, digest = output()[0].splitlines()
        assert lines == [
            'run.container.args[0] = "echo bye"',
            '  from component echo.yaml:9:12 = "echo {{ word }}"',
            '    word: param -P word = "bye"',
        ]
        assert digest.startswith("  echo.yaml is sha256:")

    def test_options_of_the_call(self, spec: Path, output: Output) -> None:
        assert main(["explain", "echo.yaml", "queue", "--queue", "fast"]) == 0
        assert output()[0].splitlines()[1:3] == [
            '  from option -- queue = "fast" (under post_merge)',
            '  over component echo.yaml:2:8 = "slow" (under post_merge)',
        ]

    def test_the_whole(self, spec: Path, output: Output) -> None:
        assert main(["explain", "echo.yaml"]) == 0
        assert output()[0].splitlines() == [
            "default                  | kind: compiled_operation",
            "component echo.yaml:2:8  | queue: slow",
            "                         | inputs:",
            "component echo.yaml:4:10 | - name: word",
            "default                  |   isOptional: true",
            "default echo.yaml:4:23   |   value: hello",
            "                         | run:",
            "component echo.yaml:6:9  |   kind: job",
            "                         |   container:",
            "component echo.yaml:8:12 |     image: busybox",
            "                         |     args:",
            "component echo.yaml:9:12 |     - echo hello",
        ]

    def test_as_json(self, spec: Path, output: Output) -> None:
        assert main(["explain", "echo.yaml", "inputs[0].value", "-o", "json"]) == 0
        found = json.loads(output()[0])
        assert (found["path"], found["value"], found["origins"][0]["line"]) == ("inputs[0].value", "hello", 4)

    def test_a_path_that_leads_nowhere(self, spec: Path, output: Output) -> None:
        assert main(["explain", "echo.yaml", "run.containr"]) == 1
        assert output() == (
            "",
            "error[unknown-path]: `run` has no `containr`\n = at: run.containr\n = help: did you mean `container`?\n",
        )

    def test_a_terminal_has_a_width_and_colours(self, spec: Path, output: Output, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        monkeypatch.setattr("shutil.get_terminal_size", lambda: os.terminal_size((30, 20)))
        monkeypatch.delenv("NO_COLOR", raising=False)
        assert main(["explain", "echo.yaml", "run.container.image"]) == 0
        assert output()[0].splitlines() == [
            'run.container.image = "busybo…',
            "\x1b[34m  from component echo.yaml:8:…\x1b[0m",
            f"  echo.yaml is {polyspec.compile('echo.yaml').sources[0].sha256[:14]}…",
        ]

    def test_a_terminal_may_want_no_colours(self, spec: Path, output: Output, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        monkeypatch.setenv("NO_COLOR", "1")
        assert main(["explain", "echo.yaml"]) == 0
        assert "\x1b" not in output()[0]


class TestHub:
    """`--hub` names the spec: what stands first is no FILE then."""

    @pytest.fixture
    def hub(self, spec: Path) -> list[str]:
        (spec / "hub" / "echo").mkdir(parents=True)
        (spec / "hub" / "echo" / "latest.yaml").write_text(SPEC)
        return ["--hub", "echo", "--hub-base", "hub"]

    def test_a_value_of_a_component_of_the_hub(self, hub: list[str], output: Output) -> None:
        assert main(["explain", *hub, "queue"]) == 0
        assert output()[0].splitlines()[:2] == ['queue = "slow"', '  from component hub:echo:latest:2:8 = "slow"']

    def test_a_component_of_the_hub_and_a_file(self, spec: Path, hub: list[str], output: Output) -> None:
        (spec / "other.yaml").write_text(SPEC.replace("slow", "fast"))
        assert main(["diff", *hub, "other.yaml"]) == 0
        assert output()[0] == 'queue\n  - "slow"  (component hub:echo:latest:2:8)\n  + "fast"  (component other.yaml:2:8)\n'


class TestDiff:
    def test_two_files(self, spec: Path, output: Output) -> None:
        (spec / "other.yaml").write_text(SPEC.replace("slow", "fast"))
        assert main(["diff", "echo.yaml", "other.yaml", "-P", "word=x"]) == 0
        assert output()[0] == ('queue\n  - "slow"  (component echo.yaml:2:8)\n  + "fast"  (component other.yaml:2:8)\n')

    def test_one_file_with_and_without_what_the_call_puts_over_it(self, spec: Path, output: Output) -> None:
        assert main(["diff", "echo.yaml", "--queue", "fast"]) == 0
        assert output()[0] == 'queue\n  - "slow"  (component echo.yaml:2:8)\n  + "fast"  (option -- queue)\n'

    def test_no_difference_prints_nothing(self, spec: Path, output: Output) -> None:
        assert main(["diff", "echo.yaml", "echo.yaml"]) == 0
        assert output() == ("", "")

    def test_one_file_and_nothing_over_it(self, spec: Path, output: Output) -> None:
        assert main(["diff", "echo.yaml"]) == 2
        assert output()[1] == "polyspec: name two files, or presets, params or options whose effect is to be shown\n"

    def test_as_json(self, spec: Path, output: Output) -> None:
        assert main(["diff", "echo.yaml", "-P", "word=bye", "-o", "json"]) == 0
        assert [change["path"] for change in json.loads(output()[0])["changes"]] == ["inputs[0].value", "run.container.args[0]"]
