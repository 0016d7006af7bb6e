"""The cache: what was fetched is there offline, whole or not at all."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from polyspec.limits import Limits
from polyspec.resolve import Fetched, Reference, Resolvers
from polyspec.resolve.address import Hosts, parse_url
from polyspec.resolve.cache import Cache, Kept, Version
from polyspec.resolve.reference import sha256
from polyspec.resolve.url import UrlResolver

Refusal = Callable[[Callable[[], object]], tuple[str, str, str | None]]
Serve = Callable[..., tuple[str, list[str]]]


def http(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def asked_about(requests: list[str]) -> list[str]:
    """The entity tag that each request asked about."""
    found = [[line for line in request.split("\r\n") if line.startswith("If-None-Match: ")] for request in requests]
    return [lines[0].removeprefix("If-None-Match: ") if lines else "" for lines in found]


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


@pytest.mark.parametrize(
    "entry", [b"", b"{", b"[]", b'{"digest": ["a"]}', b'{"digest": 1}', b'{"digest": "sha256:../../x"}', b"[" * 60_000]
)
def test_a_broken_index_is_no_entry(entry: bytes, tmp_path: Path) -> None:
    url = parse_url("https://example.com/a")
    Cache(tmp_path).store(url, b"a")
    assert Cache(tmp_path).last(url, 100) == Kept(b"a", None)
    next((tmp_path / "urls").iterdir()).write_bytes(entry)
    assert Cache(tmp_path).last(url, 100) is None


def test_a_document_that_was_tampered_with_is_no_entry(tmp_path: Path) -> None:
    url = parse_url("https://example.com/a")
    Cache(tmp_path).store(url, b"a")
    next((tmp_path / "documents").iterdir()).write_bytes(b"b")
    assert Cache(tmp_path).last(url, 100) is None


def test_a_document_beyond_the_limit_is_no_entry(tmp_path: Path) -> None:
    url = parse_url("https://example.com/a")
    Cache(tmp_path).store(url, b"abc")
    resolver = UrlResolver(Hosts(public=True), cache=Cache(tmp_path), offline=True)
    assert resolver(Reference("urlRef", url.wire, None, Limits(fetch_bytes=3))).text == b"abc"
    assert Cache(tmp_path).last(url, 2) is None


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


class TestAnUnchangedDocument:
    def test_costs_one_small_request(self, serve: Serve, tmp_path: Path) -> None:
        def answer(request: str) -> bytes:
            same = 'If-None-Match: "one"' in request
            return http(b"", 'ETag: "one"', status="304 Not Modified") if same else http(b"first", 'ETag: "one"')

        origin, requests = serve(answer)
        assert [url_ref(f"{origin}/a", tmp_path).text for _ in range(3)] == [b"first"] * 3
        assert asked_about(requests) == ["", '"one"', '"one"']

    def test_that_changed_is_sent_and_kept(self, serve: Serve, tmp_path: Path) -> None:
        answers = iter([http(b"first", 'ETag: W/"one"'), http(b"second", 'ETag: "two"'), http(b"", status="304 Not Modified")])
        origin, requests = serve(lambda _: next(answers))
        assert [url_ref(f"{origin}/a", tmp_path).text for _ in range(3)] == [b"first", b"second", b"second"]
        assert asked_about(requests) == ["", 'W/"one"', '"two"']

    @pytest.mark.parametrize("spoil", ["documents", "urls"])
    def test_that_was_spoilt_is_fetched_again(self, spoil: str, serve: Serve, tmp_path: Path) -> None:
        origin, requests = serve(lambda _: http(b"first", 'ETag: "one"'))
        url_ref(f"{origin}/a", tmp_path)
        (entry,) = (tmp_path / spoil).iterdir()
        entry.write_bytes(b"NEEDLE")
        assert url_ref(f"{origin}/a", tmp_path).text == b"first"
        assert asked_about(requests) == ["", ""]
        assert url_ref(f"{origin}/a", tmp_path, offline=True).text == b"first"

    def test_a_server_that_was_asked_nothing_cannot_say_so(self, serve: Serve, tmp_path: Path, refusal: Refusal) -> None:
        origin, _ = serve(lambda _: http(b"", status="304 Not Modified"))
        assert refusal(lambda: url_ref(f"{origin}/a", tmp_path))[:2] == (
            "fetch-failed",
            f"`{origin}/a` cannot be used: the server answered 304, and 200 alone is a document",
        )

    @pytest.mark.parametrize("tag", ["one", '"on\x01e"', '"one', f'"{"x" * 300}"', '"a" "b"', ""])
    def test_a_tag_that_is_none_is_not_asked_about(self, tag: str, serve: Serve, tmp_path: Path) -> None:
        origin, requests = serve(lambda _: http(b"first", f"ETag: {tag}"))
        assert [url_ref(f"{origin}/a", tmp_path).text for _ in range(2)] == [b"first"] * 2
        assert asked_about(requests) == ["", ""]

    def test_that_breaks_its_pin_is_refused(self, serve: Serve, tmp_path: Path, refusal: Refusal) -> None:
        answers = iter([http(b"first", 'ETag: "one"'), http(b"", status="304 Not Modified")])
        origin, _ = serve(lambda _: next(answers))
        url_ref(f"{origin}/a", tmp_path)
        assert refusal(lambda: url_ref(f"{origin}/a#{sha256(b'other').replace(':', '=')}", tmp_path))[0] == "digest-mismatch"

    def test_a_version_of_another_url_is_not_asked_about(self, serve: Serve, tmp_path: Path) -> None:
        origin, requests = serve(lambda _: http(b"first", 'ETag: "two"'))
        Cache(tmp_path).store(parse_url(f"{origin}/a"), b"old", Version('"one"', sha256(b"https://elsewhere.example/a")))
        assert url_ref(f"{origin}/a", tmp_path).text == b"first"
        assert asked_about(requests) == [""]


def test_an_earlier_document_is_there_for_its_digest(serve: Serve, tmp_path: Path) -> None:
    bodies = iter([b"first", b"second", b"third"])
    origin, requests = serve(lambda _: http(next(bodies)))
    for _ in range(3):
        url_ref(f"{origin}/a", tmp_path)
    for body in (b"first", b"second", b"third"):
        assert url_ref(f"{origin}/a#{sha256(body).replace(':', '=')}", tmp_path, offline=True).text == body
    assert len(requests) == 3


class TestTheBounds:
    def test_are_told_to_resolvers(self, serve: Serve, tmp_path: Path) -> None:
        origin, _ = serve(lambda request: http(request.split()[1].encode()))
        resolvers = Resolvers.untrusted(hosts=[origin], cache=Cache(tmp_path, max_documents=1))
        for name in "ab":
            resolvers.fetch(Reference("urlRef", f"{origin}/{name}"))
        assert [path.read_bytes() for path in (tmp_path / "documents").iterdir()] == [b"/b"]

    @pytest.mark.parametrize("bound", ["max_bytes", "max_documents"])
    def test_are_above_zero(self, bound: str) -> None:
        with pytest.raises(ValueError, match=f"^'{bound}' must be > 0: 0$"):
            Cache("cache", **{bound: 0})

    def urls(self, tmp_path: Path, cache: Cache, names: str) -> None:
        """Store a document for each letter, each used later than the one before."""
        for time, name in enumerate(names):
            cache.store(parse_url(f"https://example.com/{name}"), name.encode() * 10)
            for path in [*(tmp_path / "documents").iterdir(), *(tmp_path / "urls").iterdir()]:
                if path.stat().st_mtime_ns > 10**12:
                    os.utime(path, ns=(time * 10**9, time * 10**9))

    def held(self, cache: Cache, names: str) -> str:
        return "".join(name for name in names if cache.last(parse_url(f"https://example.com/{name}"), 100) is not None)

    def test_of_the_number_of_documents(self, tmp_path: Path) -> None:
        cache = Cache(tmp_path, max_documents=10)
        self.urls(tmp_path, cache, "abcdefghijkl")
        assert self.held(cache, "abcdefghijkl") == "cdefghijkl"
        assert len(list((tmp_path / "urls").iterdir())) == 10

    def test_of_their_size(self, tmp_path: Path) -> None:
        cache = Cache(tmp_path, max_bytes=5000)
        size = next(iter(_sizes(tmp_path, cache)))
        cache = Cache(tmp_path, max_bytes=size * 3)
        self.urls(tmp_path, cache, "abcdef")
        assert self.held(cache, "abcdef") == "ef"

    def test_what_is_asked_for_stays(self, tmp_path: Path) -> None:
        cache = Cache(tmp_path, max_documents=10)
        self.urls(tmp_path, cache, "abcdefghij")
        assert self.held(cache, "a") == "a"
        self.urls(tmp_path, cache, "k")
        assert self.held(cache, "abcdefghijk") == "adefghijk"

    def test_of_what_a_killed_process_left_behind(self, tmp_path: Path) -> None:
        for name in "abcdefghijkl":
            (tmp_path / "documents" / f".{name}").mkdir(parents=True)
            (tmp_path / "documents" / f".{name}" / "part").write_bytes(b"x")
        Cache(tmp_path, max_documents=10).store(parse_url("https://example.com/a"), b"a")
        assert len(list((tmp_path / "documents").iterdir())) == 9


def _sizes(folder: Path, cache: Cache) -> list[int]:
    """The size of an index entry, which is larger than the documents of these tests."""
    cache.store(parse_url("https://example.com/z"), b"z" * 10)
    sizes = [path.stat().st_size for path in (folder / "urls").iterdir()]
    for path in [*(folder / "urls").iterdir(), *(folder / "documents").iterdir()]:
        path.unlink()
    return sizes


def test_processes_share_a_cache(tmp_path: Path) -> None:
    script = """
import sys
from polyspec.resolve.address import parse_url
from polyspec.resolve.cache import Cache
cache, me = Cache(sys.argv[1], max_documents=20), sys.argv[2].encode()
for round in range(60):
    url = parse_url(f"https://example.com/{round % 7}")
    cache.store(url, b"%d by %s" % (round % 7, me))
    kept = cache.last(url, 100)
    assert kept is None or kept.data.startswith(b"%d by " % (round % 7)), kept
print("fine")
"""
    calls = [[sys.executable, "-c", script, str(tmp_path), name] for name in ("one", "two", "three")]
    running = [subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for call in calls]
    assert [process.communicate() for process in running] == [("fine\n", "")] * 3
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.rglob("*") if path.is_file())
