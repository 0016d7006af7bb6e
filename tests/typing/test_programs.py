"""What a user's type checker says of programs that build specs from classes."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
RIGHT, WRONG = HERE / "right.py", HERE / "wrong.py"
_IGNORE = re.compile(r"  # type: ignore\[(?P<code>[a-z-]+)\]  # .*")


def mypy(cache: Path, *files: Path) -> subprocess.CompletedProcess[str]:
    """What a strict mypy says, with nothing configured."""
    options = ["--strict", "--no-error-summary", "--hide-error-context", "--no-pretty", f"--cache-dir={cache}", "--config-file="]
    command = [sys.executable, "-m", "mypy", *options, *map(str, files)]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=HERE)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What mypy remembers of the package, for the tests of this module."""
    return tmp_path_factory.mktemp("mypy")


def test_the_right_program_passes_and_every_line_of_the_wrong_one_is_found(cache: Path) -> None:
    done = mypy(cache, RIGHT, WRONG)
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_without_its_ignores_the_wrong_program_fails_line_by_line(cache: Path, tmp_path: Path) -> None:
    lines = WRONG.read_text(encoding="utf-8").splitlines()
    expected = {number: match["code"] for number, line in enumerate(lines, 1) if (match := _IGNORE.search(line))}
    bare = tmp_path / "bare.py"
    bare.write_text("\n".join(_IGNORE.sub("", line) for line in lines), encoding="utf-8")
    done = mypy(cache, bare)
    found = {
        int(match[1]): match[2] for match in re.finditer(r"bare\.py:(\d+): error: .*\[([a-z-]+)\]$", done.stdout, re.MULTILINE)
    }
    assert done.returncode == 1
    assert len(expected) == 21
    assert found == expected, done.stdout


def test_the_right_program_runs() -> None:
    done = subprocess.run([sys.executable, str(RIGHT)], check=False, capture_output=True, text=True)
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)
