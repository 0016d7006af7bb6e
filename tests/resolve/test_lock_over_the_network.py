"""Locks, copies and the cache against a server that changes its documents, cuts them off, is slow, is busy and goes away."""

import socket
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Event

import pytest

import polyspec
from polyspec import Limits, PolyspecError, Resolvers
from polyspec.resolve.reference import sha256

Serve = Callable[..., tuple[str, list[str]]]

TRAIN = b"kind: component\nname: train\nrun: {kind: job, container: {image: busybox}}\n"
OTHER = TRAIN.replace(b"busybox", b"alpine")
MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
BUSY = b"HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\n\r\n"


class Site:
    """The documents of a server, by path, and what it does instead of answering."""

    def __init__(self, serve: Serve) -> None:
        self.documents: dict[str, bytes] = {}
        self.instead: Callable[[bytes], bytes | Iterable[bytes]] | None = None
        self.origin, self.requests = serve(self.answer)

    def answer(self, request: str) -> bytes | Iterable[bytes]:
        head, _, rest = request.partition("\r\n")
        body = self.documents.get(head.split(" ")[1].partition("?")[0])
        if body is None:
            return MISSING
        tag = f'ETag: "{sha256(body)[7:]}"\r\n'.encode()
        if sha256(body)[7:] in rest:
            return b"HTTP/1.1 304 Not Modified\r\n" + tag + b"\r\n"
        whole = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n" % len(body) + tag + b"\r\n" + body
        return whole if self.instead is None else self.instead(whole)

    @property
    def asked(self) -> list[str]:
        """The paths that were asked for since the last time."""
        found = [request.split(" ")[1] for request in self.requests]
        self.requests.clear()
        return found


@pytest.fixture
def site(serve: Serve) -> Site:
    found = Site(serve)
    found.documents = {"/hub/train/latest.yaml": TRAIN, "/base.yaml": b"hubRef: train\n"}
    return found


@pytest.fixture
def project(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that stands on a URL, which stands on a component of the hub: both of the server."""
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    Path("train.yaml").write_text(f"urlRef: {site.origin}/base.yaml?token=NEEDLE\n")
    return tmp_path


@pytest.fixture
def resolvers(site: Site, project: Path) -> Resolvers:
    return Resolvers.untrusted(project, [site.origin], hub=f"{site.origin}/hub")


@pytest.fixture
def cached(site: Site, project: Path) -> Resolvers:
    return Resolvers.untrusted(project, [site.origin], hub=f"{site.origin}/hub", cache=project / "cache")


def codes(call: Callable[[], object]) -> list[str]:
    with pytest.raises(PolyspecError) as caught:
        call()
    assert "NEEDLE" not in str(caught.value)
    return [it.code for it in caught.value.diagnostics]


def image(resolvers: Resolvers) -> str:
    return str(polyspec.compile("train.yaml", resolvers=resolvers).run.container.image)


@pytest.mark.usefixtures("project")
class TestAServerThatChangesADocument:
    def test_is_found_out(self, site: Site, resolvers: Resolvers) -> None:
        lock = polyspec.lock(["train.yaml"], resolvers=resolvers)
        assert [(entry.kind, entry.uri.partition("?")[0]) for entry in lock.entries] == [
            ("hubRef", f"{site.origin}/hub/train/latest.yaml"),
            ("urlRef", f"{site.origin}/base.yaml"),
        ]
        assert image(resolvers) == "busybox"
        site.documents["/hub/train/latest.yaml"] = OTHER
        assert codes(lambda: image(resolvers)) == ["lock-changed"]
        assert codes(lambda: polyspec.check_lock(resolvers=resolvers)) == ["lock-changed"]
        assert codes(lambda: polyspec.vendor("release", resolvers=resolvers)) == ["lock-changed"]

    def test_changes_nothing_where_the_locked_one_is_cached(self, site: Site, cached: Resolvers) -> None:
        polyspec.lock(["train.yaml"], resolvers=cached)
        site.documents["/hub/train/latest.yaml"] = OTHER
        site.documents["/base.yaml"] = b"hubRef: elsewhere\n"
        assert len(site.asked) == 2
        assert image(cached) == "busybox"
        assert site.asked == []

    def test_is_asked_again_for_what_is_upgraded_alone(self, site: Site, cached: Resolvers) -> None:
        polyspec.lock(["train.yaml"], resolvers=cached)
        site.documents["/hub/train/latest.yaml"] = OTHER
        assert len(site.asked) == 2
        polyspec.lock(upgrade=["train"], resolvers=cached)
        assert site.asked == ["/hub/train/latest.yaml"]
        assert image(cached) == "alpine"

    def test_and_back_has_both_in_the_cache(self, site: Site, cached: Resolvers) -> None:
        first = polyspec.lock(["train.yaml"], resolvers=cached).to_text()
        site.documents["/hub/train/latest.yaml"] = OTHER
        polyspec.lock(upgrade="*", resolvers=cached)
        assert image(cached) == "alpine"
        Path("polyspec.lock").write_text(first)
        assert len(site.asked) == 4
        assert image(cached) == "busybox"
        assert site.asked == []


@pytest.mark.usefixtures("project")
class TestAServerThatDoesNot:
    def test_sends_nothing_again(self, site: Site, cached: Resolvers) -> None:
        polyspec.lock(["train.yaml"], resolvers=cached)
        assert len(site.asked) == 2
        site.instead = lambda _: BUSY  # instead of any body
        polyspec.lock(upgrade="*", resolvers=cached)
        assert len(site.asked) == 2

    def test_sends_again_what_the_cache_has_spoilt(self, site: Site, project: Path, cached: Resolvers) -> None:
        polyspec.lock(["train.yaml"], resolvers=cached)
        assert len(site.asked) == 2
        for document in (project / "cache/documents").iterdir():
            document.write_bytes(b"NEEDLE")
        assert image(cached) == "busybox"
        assert sorted(site.asked) == ["/base.yaml?token=NEEDLE", "/hub/train/latest.yaml"]
        assert image(cached) == "busybox"
        assert site.asked == []


@pytest.mark.usefixtures("project")
class TestAServerThatFails:
    def test_by_cutting_off_leaves_no_lock_and_nothing_cached(self, site: Site, project: Path, cached: Resolvers) -> None:
        site.instead = lambda whole: whole[:-10]
        assert codes(lambda: polyspec.lock(["train.yaml"], resolvers=cached)) == ["fetch-failed"]
        assert sorted(path.name for path in project.rglob("*")) == ["project", "train.yaml"]
        site.instead = None
        assert len(polyspec.lock(["train.yaml"], resolvers=cached).entries) == 2

    def test_by_being_slow_leaves_the_lock_as_it_was(self, site: Site, resolvers: Resolvers) -> None:
        before = polyspec.lock(["train.yaml"], resolvers=resolvers)
        over = Event()

        def slow(whole: bytes) -> Iterable[bytes]:
            yield whole[:-10]
            over.wait()

        site.instead = slow
        limits = Limits(fetch_seconds=0.2)
        assert codes(lambda: polyspec.lock(upgrade="*", resolvers=resolvers, limits=limits)) == ["limit-fetch-seconds"]
        over.set()
        assert polyspec.resolve.read_lock("polyspec.lock") == before

    def test_by_being_busy_is_asked_again(self, site: Site, resolvers: Resolvers, pauses: list[float]) -> None:
        busy = iter([BUSY, None, BUSY, BUSY, None])
        site.instead = lambda whole: next(busy) or whole
        assert len(polyspec.lock(["train.yaml"], resolvers=resolvers).entries) == 2
        assert pauses == [0.2, 0.2, 0.4]

    def test_by_going_away_is_not_missed_where_all_is_cached(
        self, site: Site, project: Path, cached: Resolvers, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        polyspec.lock(["train.yaml"], resolvers=cached)
        here = polyspec.compile("train.yaml", resolvers=cached).to_json()
        opened = refuse_sockets(monkeypatch)
        offline = Resolvers.untrusted(project, [site.origin], hub=f"{site.origin}/hub", cache=project / "cache", offline=True)
        assert polyspec.compile("train.yaml", resolvers=offline).to_json() == here
        assert polyspec.compile("train.yaml", resolvers=cached).to_json() == here
        assert opened == []

    def test_by_going_away_is_not_missed_where_all_was_copied(
        self, project: Path, resolvers: Resolvers, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        polyspec.lock(["train.yaml"], resolvers=resolvers)
        here = polyspec.compile("train.yaml", resolvers=resolvers)
        polyspec.vendor(project / "release", resolvers=resolvers)
        opened = refuse_sockets(monkeypatch)
        for there in (Resolvers.untrusted(offline=True), Resolvers.default(offline=True), Resolvers.default()):
            spec = polyspec.compile(project / "release/train.yaml", resolvers=there)
            assert (spec.to_json(), spec.digest) == (here.to_json(), here.digest)
        assert opened == []
        written = b"".join(path.read_bytes() for path in (project / "release").rglob("*") if path.is_file())
        assert written.count(b"NEEDLE") == 1  # in the file itself

    def test_by_going_away_is_an_error_offline(self, site: Site, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        opened = refuse_sockets(monkeypatch)
        offline = Resolvers.untrusted(project, [site.origin], hub=f"{site.origin}/hub", offline=True)
        assert codes(lambda: polyspec.compile("train.yaml", resolvers=offline)) == ["offline"]
        assert codes(lambda: polyspec.compile({"hubRef": "train"}, resolvers=offline)) == ["offline"]
        assert codes(lambda: polyspec.lock(["train.yaml"], resolvers=offline)) == ["offline"]
        assert opened == []


def refuse_sockets(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every attempt to open a socket or to look up a name; none succeeds."""
    attempts: list[object] = []

    def refuse(*arguments: object, **_: object) -> None:
        attempts.append(arguments)
        raise OSError

    for name in ("socket", "getaddrinfo", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    return attempts
