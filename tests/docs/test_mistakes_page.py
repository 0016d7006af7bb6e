"""The page of mistakes shows ten of them, and every text as it is to the last blank."""

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest

from polyspec.cli import main

from .snippets import dialogue

PAGE = (Path(__file__).parents[2] / "docs" / "mistakes.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```(yaml|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"^error\[(.*?)\]", re.MULTILINE)


def answer(command: str) -> str:
    """What a command writes to either stream."""
    written = io.StringIO()
    with contextlib.redirect_stdout(written), contextlib.redirect_stderr(written):
        main(shlex.split(command)[1:])
    return written.getvalue()


def test_every_mistake_is_told_as_the_page_shows_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shown, told = [], []
    for kind, text in _BLOCK.findall(PAGE):
        if kind == "yaml":
            Path(text.partition("\n")[0].removeprefix("# ")).write_text(text, encoding="utf-8")
            continue
        for command, expected in dialogue(text):
            shown.append(expected)
            told.append(answer(command))
    assert told == shown
    assert [_CODE.findall(text) for text in shown[:10]] == [
        ["unknown-field"],
        ["wrong-type"],
        ["missing-param"],
        ["wrong-type"],
        ["unknown-name"],
        ["unknown-kind"],
        ["unknown-type"],
        ["duplicate-key"],
        ["reference-not-found"],
        ["unknown-operation"],
    ]
    assert len(_CODE.findall(shown[10])) == 5
