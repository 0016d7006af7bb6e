"""What is worth another attempt gets one, within the time of the fetch, and somebody who waits is told."""

import socket
from collections.abc import Callable, Iterator
from email.utils import format_datetime
from pathlib import Path

import pytest

from polyspec import Limits, Resolvers
from polyspec.resolve import Fetched, Reference, Reporter

Refusal = Callable[[Callable[[], object]], tuple[str, str, str | None]]
Serve = Callable[..., tuple[str, list[str]]]

COMPONENT = b"kind: component\n"


class Told(Reporter):
    """A reporter that writes down what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def fetching(self, place: str) -> None:
        self.lines.append(f"fetching {place}")

    def received(self, place: str, count: int) -> None:
        self.lines.append(f"received {count} of {place}")

    def waiting(self, place: str, seconds: float, why: str) -> None:
        self.lines.append(f"waiting {seconds:g} for {place}: {why}")

    def fetched(self, place: str) -> None:
        self.lines.append(f"fetched {place}")


def http(body: bytes = COMPONENT, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def fetch(url: str, reporter: Reporter | None = None, cache: Path | None = None, limits: Limits | None = None) -> Fetched:
    origin = "/".join(url.split("/")[:3])
    resolvers = Resolvers.untrusted(hosts=[origin], cache=cache, reporter=reporter or Reporter())
    return resolvers.fetch(Reference("urlRef", url, None, limits or Limits()))


@pytest.mark.parametrize("status", ["429 Too Many Requests", "502 Bad Gateway", "503 Unavailable", "504 Gateway Timeout"])
def test_a_server_that_is_busy_is_asked_again(status: str, serve: Serve, pauses: list[float]) -> None:
    answers = iter([http(status=status), http(status=status), http()])
    origin, requests = serve(lambda _: next(answers))
    assert fetch(f"{origin}/a").data == COMPONENT
    assert (len(requests), pauses) == (3, [0.2, 0.4])


def test_three_times_and_no_more(serve: Serve, pauses: list[float], refusal: Refusal) -> None:
    origin, requests = serve(lambda _: http(status="503 Unavailable"))
    assert refusal(lambda: fetch(f"{origin}/a?token=NEEDLE")) == (
        "fetch-failed",
        f"`{origin}/a` cannot be fetched now: the server answered 503",
        "try again later",
    )
    assert (len(requests), pauses) == (3, [0.2, 0.4])


def test_the_server_says_how_long(serve: Serve, pauses: list[float]) -> None:
    answers = iter(
        [http(b"", "Retry-After: 2", status="503 Unavailable"), http(b"", "Retry-After: 0", status="429 Busy"), http()]
    )
    origin, _ = serve(lambda _: next(answers))
    assert fetch(f"{origin}/a").data == COMPONENT
    assert pauses == [2, 0.4]


def test_longer_than_the_fetch_may_take_is_not_waited_for(serve: Serve, pauses: list[float], refusal: Refusal) -> None:
    origin, requests = serve(lambda _: http(b"", "Retry-After: 60", status="503 Unavailable"))
    assert refusal(lambda: fetch(f"{origin}/a")) == (
        "fetch-failed",
        f"`{origin}/a` cannot be fetched now: the server answered 503",
        "the server asks to wait 60 seconds",
    )
    assert (len(requests), pauses) == (1, [])


@pytest.mark.parametrize("written", ["soon", "-1", "1.5", "9" * 5000, "Wed, 99 Oct 2015", "\x01"])
def test_nonsense_about_how_long_is_passed_over(written: str, serve: Serve, pauses: list[float]) -> None:
    answers = iter([http(b"", f"Retry-After: {written}", status="503 Unavailable"), http()])
    origin, _ = serve(lambda _: next(answers))
    assert fetch(f"{origin}/a").data == COMPONENT
    assert pauses == [0.2]


def test_a_date_is_how_long_too(serve: Serve, pauses: list[float]) -> None:
    from datetime import UTC, datetime

    past = format_datetime(datetime(2015, 10, 21, tzinfo=UTC), usegmt=True)
    answers = iter([http(b"", f"Retry-After: {past}", status="503 Unavailable"), http()])
    origin, _ = serve(lambda _: next(answers))
    assert fetch(f"{origin}/a").data == COMPONENT
    assert pauses == [0.2]


def test_a_host_that_does_not_answer_is_dialled_again(serve: Serve, pauses: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    origin, _ = serve(lambda _: http())
    refusals = iter([True, True, False])
    real = socket.socket.connect

    def connect(sock: socket.socket, address: tuple[str, int]) -> None:
        if next(refusals):
            raise ConnectionRefusedError
        real(sock, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    assert fetch(f"{origin}/a").data == COMPONENT
    assert pauses == [0.2, 0.4]


@pytest.mark.parametrize(
    "answer",
    [
        http(status="500 Internal Server Error"),
        http(status="404 Not Found"),
        http(status="403 Forbidden"),
        http(b""),
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
        b"nonsense",
    ],
)
def test_what_will_not_be_better_is_asked_once(answer: bytes, serve: Serve, pauses: list[float], refusal: Refusal) -> None:
    origin, requests = serve(lambda _: answer)
    assert refusal(lambda: fetch(f"{origin}/a"))[0] in ("fetch-failed", "reference-not-found")
    assert (len(requests), pauses) == (1, [])


def test_somebody_who_waits_is_told_and_no_query_is_shown(serve: Serve) -> None:
    answers: Iterator[bytes] = iter([http(status="503 Unavailable"), http()])
    origin, _ = serve(lambda _: next(answers))
    told = Told()
    fetch(f"{origin}/a?token=NEEDLE", told)
    assert told.lines == [
        f"fetching {origin}/a",
        f"waiting 0.2 for {origin}/a: `{origin}/a` cannot be fetched now: the server answered 503",
        f"received 16 of {origin}/a",
        f"fetched {origin}/a",
    ]


def test_the_end_is_told_of_what_fails_too(serve: Serve, refusal: Refusal) -> None:
    origin, _ = serve(lambda _: http(status="404 Not Found"))
    told = Told()
    refusal(lambda: fetch(f"{origin}/a", told))
    assert told.lines == [f"fetching {origin}/a", f"fetched {origin}/a"]


def test_nothing_is_told_of_what_is_not_fetched(serve: Serve, tmp_path: Path) -> None:
    origin, _ = serve(lambda _: http())
    first = fetch(f"{origin}/a", cache=tmp_path)
    told = Told()
    fetch(f"{origin}/a#{first.digest.replace(':', '=')}", told, tmp_path)
    assert told.lines == []
