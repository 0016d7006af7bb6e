"""Every snippet of the README and of the documents does what the page says."""

import re
import shutil
from pathlib import Path

import pytest

from .snippets import dialogue, run_page

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted(page for page in (ROOT / "docs").rglob("*.md") if "_build" not in page.parts)]
_RUNNABLE = re.compile(r"^```(?:python|console)$", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_snippets_of_a_page_hold(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    assert run_page(page) >= len(_RUNNABLE.findall(page.read_text(encoding="utf-8")))


def test_a_wrong_answer_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "page.md"
    page.write_text("```console\n$ polyspec --version\npolyspec 0.0.0\n```\n", encoding="utf-8")
    with pytest.raises(AssertionError, match=r"Expected:\n\s+polyspec 0\.0\.0\nGot:\n\s+polyspec \d"):
        run_page(page)


def test_a_failing_block_of_python_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```python\nanswer = 41\n```\n\n```python\nassert answer == 42\n```\n", encoding="utf-8")
    with pytest.raises(AssertionError):
        run_page(page)


def test_a_program_that_is_not_ours_is_not_run(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ touch made\n```\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="no page may ask for `touch`"):
        run_page(page)


def test_a_dialogue_has_commands_and_what_they_answer() -> None:
    text = "$ polyspec check a.yaml\na.yaml: a job, fine\n$ polyspec run \\\n  a.yaml\n"
    assert list(dialogue(text)) == [
        ("polyspec check a.yaml", "a.yaml: a job, fine\n"),
        ("polyspec run    a.yaml", ""),
    ]
