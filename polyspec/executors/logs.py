"""The log of a run: bounded, written by one thread, followed by any number."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

LIMIT = 10 * 1024 * 1024
"""Bytes of output that a run keeps, unless told otherwise."""


class Log:
    """A log file that readers can follow while it grows.

    Output past `limit` bytes is dropped: one line says so, and `complete` is False from then on. Lines of polyspec itself
    are kept beyond the limit: they are few, and say why a run failed. A full disk drops output too, and never ends a run.
    """

    def __init__(self, path: Path, limit: int = LIMIT) -> None:
        self.path = path
        self.complete = True
        self._limit = limit
        self._room = limit
        self._changed = threading.Condition()
        self._closed = False
        self._ends_line = True
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)

    def write(self, data: bytes) -> None:
        """Append output as far as there is room for it."""
        with self._changed:
            if not data or not self.complete:
                return
            self.complete = len(data) <= self._room
            self._append(data[: self._room])
            self._room -= len(data)
            if not self.complete:
                self._say(f"the output went past {self._limit} bytes: the rest of it is not kept")

    def say(self, message: str) -> None:
        """Append a line of polyspec's own, room or not."""
        with self._changed:
            self._say(message)

    def close(self) -> None:
        """End the log: those who follow it stop after its last line."""
        with self._changed:
            if not self._closed:
                self._closed = True
                os.close(self._file)
                self._changed.notify_all()

    def lines(self, *, follow: bool) -> Iterator[str]:
        """The lines written so far, and with `follow` those to come until the log is closed."""
        with self.path.open("rb") as file:
            part = b""
            while True:
                over = self._closed or not follow
                for line in file:
                    part += line
                    if part.endswith(b"\n"):
                        yield _text(part)
                        part = b""
                if over:
                    break
                self._await_more(file.tell())
            if part:
                yield _text(part)

    def _await_more(self, seen: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or os.fstat(self._file).st_size > seen)

    def _say(self, message: str) -> None:
        line_break = "" if self._ends_line else "\n"
        self._append(f"{line_break}polyspec: {message}\n".encode())

    def _append(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._file, view) :]
        except OSError:
            self.complete = False
        self._ends_line = self._ends_line if not data else data.endswith(b"\n")
        self._changed.notify_all()


def _text(line: bytes) -> str:
    return line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", "replace")
