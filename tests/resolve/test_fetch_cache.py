"""The cache: what was fetched is there offline, whole or not at all."""

from collections.abc import Callable
from pathlib import Path

import pytest

from polyspec.limits import Limits
from polyspec.resolve import Fetched, Reference, Resolvers
from polyspec.resolve.address import Hosts, parse_url
from polyspec.resolve.cache import Cache
from polyspec.resolve.reference import sha256
from polyspec.resolve.url import UrlResolver

Refusal = Callable[[Callable[[], object]], tuple[str, str, str | None]]
Serve = Callable[..., tuple[str, list[str]]]


def http(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def url_ref(url: str, cache: Path, *, offline: bool = False) -> Fetched:
    origin = "/".join(url.split("/")[:3])
    return Resolvers.untrusted(hosts=(origin,), cache=cache, offline=offline).fetch(Reference("urlRef", url))


def test_what_was_fetched_is_there_offline(serve: Serve, tmp_path: Path) -> None:
    origin, requests = serve(lambda _: http(b"first"))
    online = url_ref(f"{origin}/a?token=NEEDLE", tmp_path / "cache")
    assert url_ref(f"{origin}/a?token=NEEDLE", tmp_path / "cache", offline=True) == online
    assert len(requests) == 1
    assert not any(b"NEEDLE" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_online_the_server_is_asked_again(serve: Serve, tmp_path: Path) -> None:
    bodies = iter([b"first", b"second"])
    origin, _ = serve(lambda _: http(next(bodies)))
    assert [url_ref(f"{origin}/a", tmp_path).text for _ in range(2)] == [b"first", b"second"]
    assert url_ref(f"{origin}/a", tmp_path, offline=True).text == b"second"


def test_a_pinned_document_is_fetched_once(serve: Serve, tmp_path: Path) -> None:
    origin, requests = serve(lambda _: http(b"first"))
    pinned = f"{origin}/a#{sha256(b'first').replace(':', '=')}"
    assert [url_ref(pinned, tmp_path).text for _ in range(3)] == [b"first"] * 3
    assert len(requests) == 1


def test_a_document_that_breaks_its_pin_is_not_kept(serve: Serve, tmp_path: Path, refusal: Refusal) -> None:
    origin, _ = serve(lambda _: http(b"changed"))
    assert refusal(lambda: url_ref(f"{origin}/a#{sha256(b'first').replace(':', '=')}", tmp_path))[0] == "digest-mismatch"
    assert refusal(lambda: url_ref(f"{origin}/a", tmp_path, offline=True))[0] == "offline"


def test_a_pin_reads_no_document_of_another_url(serve: Serve, tmp_path: Path, refusal: Refusal) -> None:
    origin, _ = serve(lambda _: http(b"private"))
    url_ref(f"{origin}/a?token=t", tmp_path)
    pinned = f"{origin}/a#{sha256(b'private').replace(':', '=')}"
    assert refusal(lambda: url_ref(pinned, tmp_path, offline=True))[0] == "offline"


def test_a_host_that_may_not_be_reached_is_not_read_from_the_cache(tmp_path: Path, refusal: Refusal) -> None:
    Cache(tmp_path).store(parse_url("https://example.com/a"), b"a")
    reference = Reference("urlRef", "https://example.com/a")
    assert Resolvers.default(cache=tmp_path, offline=True).fetch(reference).text == b"a"
    assert refusal(lambda: Resolvers.untrusted(cache=tmp_path, offline=True).fetch(reference))[0] == "reference-refused"


@pytest.mark.parametrize("entry", [b"", b"{", b"[]", b'{"digest": 1}', b'{"digest": "sha256:../../x"}', b"[" * 60_000])
def test_a_broken_index_is_no_entry(entry: bytes, tmp_path: Path) -> None:
    url = parse_url("https://example.com/a")
    Cache(tmp_path).store(url, b"a")
    assert Cache(tmp_path).read(url, 100) == b"a"
    next((tmp_path / "urls").iterdir()).write_bytes(entry)
    assert Cache(tmp_path).read(url, 100) is None


def test_a_document_that_was_tampered_with_is_no_entry(tmp_path: Path) -> None:
    url = parse_url("https://example.com/a")
    Cache(tmp_path).store(url, b"a")
    next((tmp_path / "documents").iterdir()).write_bytes(b"b")
    assert Cache(tmp_path).read(url, 100) is None


def test_a_document_beyond_the_limit_is_no_entry(tmp_path: Path) -> None:
    url = parse_url("https://example.com/a")
    Cache(tmp_path).store(url, b"abc")
    resolver = UrlResolver(Hosts(public=True), cache=Cache(tmp_path), offline=True)
    assert resolver(Reference("urlRef", url.wire, None, Limits(fetch_bytes=3))).text == b"abc"
    assert Cache(tmp_path).read(url, 2) is None


def test_nothing_is_left_half_written(tmp_path: Path) -> None:
    Cache(tmp_path).store(parse_url("https://example.com/a"), b"a")
    documents = [path.name for path in (tmp_path / "documents").iterdir()]
    assert documents == [sha256(b"a").removeprefix("sha256:")]
    assert len(list((tmp_path / "urls").iterdir())) == 1


def test_nothing_is_left_of_what_could_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "documents" / sha256(b"a").removeprefix("sha256:")).mkdir(parents=True)
    Cache(tmp_path).store(parse_url("https://example.com/a"), b"a")
    assert [path.name for path in tmp_path.rglob("*")] == ["documents", sha256(b"a").removeprefix("sha256:")]


def test_a_cache_that_cannot_be_written_to_is_no_error(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    origin, _ = serve(lambda _: http(b"first"))
    assert url_ref(f"{origin}/a", tmp_path / "file").text == b"first"
