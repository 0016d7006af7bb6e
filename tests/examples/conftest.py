"""A copy of the examples, as they stand in a checkout, with the tests at its root."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from polyspec.cli import main

ROOT = Path(__file__).parents[2]
GITHUB = "https://raw.githubusercontent.com/polyaxon/polyaxon-quick-start/master/"

Command = Callable[..., int]
Program = Callable[[str], str]


@pytest.fixture(autouse=True)
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that holds `examples/`, and is the working folder."""
    folder = tmp_path / "checkout"
    shutil.copytree(ROOT / "examples", folder / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def polyspec_command() -> Command:
    """The command line: words in, exit status out."""
    return lambda *words: main(words)


@pytest.fixture
def run_program(checkout: Path) -> Program:
    """Runs a program of the examples in a process of its own, warnings as errors, and gives what it printed."""

    def run(name: str) -> str:
        command = [sys.executable, "-W", "error", f"examples/{name}"]
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, cwd=checkout, env=env, check=False, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
