"""Progress: on a terminal alone, and nothing of it stays but what went wrong."""

import io

from polyspec.cli.progress import Progress, reporter
from polyspec.resolve.reporter import NOBODY


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_file_is_told_nothing() -> None:
    assert reporter(io.StringIO()) is NOBODY


def test_a_terminal_has_one_line_that_goes_away() -> None:
    terminal = Terminal()
    progress = reporter(terminal)
    progress.fetching("https://example.com/a.yaml")
    progress.received("https://example.com/a.yaml", 2048)
    progress.fetched("https://example.com/a.yaml")
    assert terminal.getvalue().split("\r\x1b[K") == [
        "",
        "fetching https://example.com/a.yaml",
        "fetching https://example.com/a.yaml: 2 KiB",
        "",
    ]


def test_another_attempt_is_told_in_a_line_that_stays() -> None:
    terminal = Terminal()
    reporter(terminal).waiting("https://example.com/a", 0.2, "the server\x1b[31m answered 503")
    assert terminal.getvalue() == "\r\x1b[Kthe server\\x1b[31m answered 503; trying again in 0.2 s\n"


def test_a_terminal_that_is_gone_is_no_error() -> None:
    terminal = Terminal()
    progress = Progress(terminal)
    terminal.close()
    progress.fetching("https://example.com/a")
    assert terminal.closed
