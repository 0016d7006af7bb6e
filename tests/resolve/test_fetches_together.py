"""All look-ups of one compilation end within one bound, each within its own. The clock is ours."""

from collections.abc import Callable

import pytest

import polyspec
from polyspec import Diagnostic, Limits, PolyspecError, Resolvers
from polyspec.resolve import Reference

Serve = Callable[..., tuple[str, list[str]]]

JOB = "kind: component\nrun: {kind: job, container: {image: 'a:1'}}\n"


class Clock:
    """Seconds that pass when we say so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    own = Clock()
    monkeypatch.setattr("polyspec.resolve.deadline._now", own)
    monkeypatch.setattr("polyspec.resolve.collect._now", own)
    return own


@pytest.fixture
def origin(serve: Serve, clock: Clock) -> str:
    """A server whose document `/3` refers to `/2`, that to `/1`, and that to the component `/0`; each takes 8 seconds."""

    def answer(request: str) -> bytes:
        clock.seconds += 8
        number = int(request.split()[1][1:])
        text = JOB if number == 0 else f"kind: operation\nurlRef: {origin}/{number - 1}\n"
        return f"HTTP/1.1 200 OK\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode()

    origin, _ = serve(answer)
    return origin


def refused(source: str | dict[str, str], resolvers: Resolvers, limits: Limits | None = None) -> Diagnostic:
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(source, resolvers=resolvers, limits=limits or Limits())
    (found,) = caught.value.diagnostics
    return found


def test_fetches_that_are_each_in_time_are_bounded_together(origin: str) -> None:
    found = refused(f"{origin}/3", Resolvers.untrusted(hosts=[origin], documents=None))
    assert found.code == "limit-fetch-seconds-total"
    assert found.message == f"`{origin}/0` was not read within 30 seconds, all fetches of this compilation together"
    assert found.hint == "the limit is `Limits.fetch_seconds_total`; raise it with `Limits(fetch_seconds_total=...)`"
    assert str(found.location) == f"{origin}/1:2:9"


def test_the_bound_can_be_raised(origin: str) -> None:
    resolvers = Resolvers.untrusted(hosts=[origin], documents=None)
    spec = polyspec.compile(f"{origin}/3", resolvers=resolvers, limits=Limits(fetch_seconds_total=40))
    assert [source.uri for source in spec.sources] == [f"{origin}/{number}" for number in (3, 2, 1, 0)]


def test_each_compilation_has_its_own(origin: str) -> None:
    resolvers = Resolvers.untrusted(hosts=[origin], documents=None)
    for _ in range(3):
        assert polyspec.compile(f"{origin}/2", resolvers=resolvers).kind == "job"


def test_a_resolver_of_ones_own_counts(clock: Clock) -> None:
    asked: list[float] = []

    def slow(reference: Reference) -> tuple[str, str]:
        asked.append(reference.spent)
        clock.seconds += 20
        return f"kind: operation\nhubRef: a{len(asked)}\n", f"slow:{reference.target}"

    found = refused({"kind": "operation", "hubRef": "a"}, Resolvers.default().with_resolver("hubRef", slow))
    assert (found.code, found.message) == ("limit-fetch-seconds-total", "references are looked up for more than 30 seconds")
    assert str(found.location) == "slow:a1:2:9"
    assert asked == [0, 20]
