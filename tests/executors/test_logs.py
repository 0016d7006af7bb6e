"""The log of a run by itself."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from polyspec.executors.logs import Log


@pytest.fixture
def log(tmp_path: Path) -> Any:
    opened = Log(tmp_path / "main.log", limit=10)
    yield opened
    opened.close()


def test_a_log_is_private_and_never_one_that_was_there(log: Log) -> None:
    assert log.path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        Log(log.path)


def test_lines_of_ours_start_on_a_line_of_their_own(log: Log) -> None:
    log.write(b"half")
    log.say("one")
    log.say("two")
    assert list(log.lines(follow=False)) == ["half", "polyspec: one", "polyspec: two"]


def test_lines_of_ours_have_room_when_output_has_none(log: Log) -> None:
    for _ in range(3):
        log.write(b"123456\n")
    log.say("why it failed")
    assert list(log.lines(follow=False)) == [
        "123456",
        "123",
        "polyspec: the output went past 10 bytes: the rest of it is not kept",
        "polyspec: why it failed",
    ]


def test_a_full_disk_costs_output_and_raises_nothing(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    log.write(b"kept\n")
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        log.write(b"lost\n")
    log.write(b"late\n")
    assert log.complete is False
    assert list(log.lines(follow=False)) == ["kept"]


def test_closing_twice_is_closing_once(log: Log) -> None:
    log.close()
    log.close()
    assert list(log.lines(follow=True)) == []
