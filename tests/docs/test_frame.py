"""README, CI, sessions and package data say the same."""

import os
import re
import shlex
import shutil
import tomllib
from pathlib import Path

import pytest

import polyspec
from polyspec.cli import main

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
COMMANDS = re.findall(r"^```sh\n(.*?)\n```", README, re.DOTALL | re.MULTILINE)


def test_the_readme_has_two_commands_and_ci_calls_both_as_they_stand() -> None:
    assert len(COMMANDS) == 2
    lines = CI.splitlines()
    assert [command for command in COMMANDS if command not in lines] == []
    around = [(lines[place - 1], lines[place + 1]) for place in (lines.index(command) for command in COMMANDS)]
    assert around == [("(", ")")] * 2  # `set -e` passes over what fails inside of `&&`, but not over a subshell that failed


def test_nothing_that_speaks_follows_the_tests_in_ci() -> None:
    assert COMMANDS[1].endswith("&& .venv/bin/python -m pytest")
    after = CI.partition(COMMANDS[1])[2].splitlines()
    commands = [line for line in after if line and not line.startswith(("#", ")"))]
    assert len(commands) == 5
    assert [line for line in commands if not {"-q", "-qq", "--no-error-summary"} & set(line.split())] == []


def test_the_first_command_runs_the_tutorial(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    program, *words = shlex.split(COMMANDS[0].rpartition("&& ")[2])
    assert program == ".venv/bin/polyspec"
    assert main(words) == 0
    assert capfd.readouterr().out.splitlines() == ["optimizer sgd, learning rate 0.001, 1 epoch(s)", "epoch 1: loss=0.9644"]


def test_ci_stops_at_the_first_failure_and_knows_no_machine() -> None:
    assert CI.startswith("#!/usr/bin/env bash\n")
    assert "\nset -eu" in CI
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert re.findall(r"(?<![\w.:/])/(?!usr/bin/env|dev/null)\w+", CI) == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "examples/README.md"])
def test_links_of_a_page_outside_the_documents_lead_somewhere(page: str) -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text(encoding="utf-8"))
    folder = (ROOT / page).parent
    assert [target for target in targets if not (folder / target).exists()] == []


def test_the_contributing_guide_names_every_session() -> None:
    sessions = re.findall(r"@nox\.session\ndef (\w+)\(", (ROOT / "noxfile.py").read_text(encoding="utf-8"))
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert len(sessions) >= 5
    assert [name for name in sessions if f"`nox -s {name}`" not in guide] == []


def test_the_page_on_dependencies_has_every_one() -> None:
    page = (ROOT / "docs" / "design" / "dependencies.md").read_text(encoding="utf-8").lower()
    extras = PYPROJECT["project"]["optional-dependencies"]
    wanted = [*PYPROJECT["project"]["dependencies"], *(requirement for each in extras.values() for requirement in each)]
    names = {re.split(r"[\[<>=;~! ]", requirement)[0].lower() for requirement in wanted} - {"polyspec"}
    assert sorted(name for name in names if name not in page and not name.startswith("types-")) == []


def test_the_package_is_typed_and_versioned_once() -> None:
    assert (Path(polyspec.__file__).parent / "py.typed").is_file()
    assert polyspec.__version__ == PYPROJECT["project"]["version"]
    assert f"## {polyspec.__version__}" in (ROOT / "docs" / "changes.md").read_text(encoding="utf-8")
