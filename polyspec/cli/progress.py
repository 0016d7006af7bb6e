"""What a person sees who waits for a fetch: one line on a terminal, gone when it is over."""

from contextlib import suppress
from typing import TextIO

from polyspec.errors import printable, shortened
from polyspec.resolve.reporter import NOBODY, Reporter

_CLEAR = "\r\x1b[K"
_WIDTH = 60


def reporter(stream: TextIO) -> Reporter:
    """Who is told of fetches: the person at the terminal that the stream is, and nobody where it is none."""
    return Progress(stream) if stream.isatty() else NOBODY


class Progress(Reporter):
    """Keeps one line of a terminal up to date. A terminal that is gone is no error."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def fetching(self, place: str) -> None:
        """Show which document is waited for."""
        self._show(f"fetching {shortened(place, _WIDTH)}")

    def received(self, place: str, count: int) -> None:
        """Show how much of it is there."""
        self._show(f"fetching {shortened(place, _WIDTH)}: {count // 1024} KiB")

    def waiting(self, place: str, seconds: float, why: str) -> None:
        """Show that it is tried again, and why: in a line that stays."""
        self._show(f"{printable(why)}; trying again in {seconds:.1f} s\n")

    def fetched(self, place: str) -> None:
        """Take the line away."""
        self._show("")

    def _show(self, line: str) -> None:
        with suppress(OSError, ValueError):
            self._stream.write(_CLEAR + line)
            self._stream.flush()
