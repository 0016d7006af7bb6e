"""What must hold of references, however broken: of locks, addresses, pins, the files of a cache, and what a server answers.

A document is the one that was asked for, or there is a refusal fit to be shown; nothing else is raised.
"""

import contextlib
import functools
import ipaddress
import socketserver
import tempfile
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import attrs
import requests

from fuzz.oracles import check_error, in_time, outcome
from polyspec import Limits, PolyspecError
from polyspec.errors import Diagnostic
from polyspec.resolve import Fetched, Lock, Reference, ReferenceFailed, Resolvers, unpinned
from polyspec.resolve.address import Url, is_public, parse_url
from polyspec.resolve.lock_file import once, parse_lock
from polyspec.resolve.reference import sha256

LOCK = "/spec/polyspec.lock"
DOCUMENT = b"kind: component\nrun: {kind: job, container: {image: busybox}}\n"
QUICK = Limits(fetch_seconds=0.15, fetch_bytes=4096, redirects=2)
"""So short that no fetch waits for a second attempt."""
_END = b"\r\n\r\n"


def refusable(action: Callable[[], Any]) -> Any:
    """What an action gives, or its refusal, which must be fit to be shown as a diagnostic."""
    try:
        return action()
    except ReferenceFailed as failure:
        check_error(PolyspecError([Diagnostic(failure.code, failure.message, hint=failure.hint)]))
        return failure


def hold_lock(data: bytes, *, seconds: float | None = None) -> None:
    """The promise for the text of a lock: what is read is written, and reads as the same; what a merge left has it all."""
    found = in_time(lambda: outcome(lambda: parse_lock.__wrapped__(data, LOCK)), seconds)
    of_both = outcome(lambda: parse_lock.__wrapped__(data, LOCK, merges=True))
    for each in (found, of_both):
        if isinstance(each, Lock):
            plain = attrs.evolve(each, merged=False)
            again = parse_lock.__wrapped__(plain.to_text().encode(), LOCK, merges=True)
            assert again == plain
            assert again.to_text() == plain.to_text()
    if isinstance(found, Lock):
        assert of_both == found == once(found, LOCK)


def hold_address(text: str, *, seconds: float | None = None) -> None:
    """The promise for a text as a URL: it has one normal form, which every library reads alike, or it is refused."""
    found = in_time(lambda: refusable(lambda: parse_url(text)), seconds)
    if not isinstance(found, Url):
        return
    assert parse_url(found.wire) == found, "its normal form is another URL"
    assert found.uri.partition("?")[2].startswith("" if found.query is None else "query-"), "a query that may be secret is shown"
    split, prepared = urlsplit(found.wire), requests.Request("GET", found.wire).prepare()
    assert (split.hostname, split.port or {"http": 80, "https": 443}[split.scheme]) == (found.host, found.port)
    assert urlsplit(prepared.url or "").hostname == found.host
    assert (split.username, split.fragment) == (None, "")


def hold_number(number: int, *, is_long: bool) -> None:
    """The promise for an address: none is public that the registries of the internet do not call so."""
    address = ipaddress.IPv6Address(number) if is_long else ipaddress.IPv4Address(number % 2**32)
    if is_public(address):
        assert address.is_global
        inward = (address.is_loopback, address.is_private, address.is_link_local, address.is_multicast)
        assert not any(inward)


def hold_reference(kind: str, target: str, *, seconds: float | None = None) -> None:
    """The promise for a reference of any kind, to nowhere: a pin is taken off or refused, and the rest is refused."""
    found = refusable(lambda: unpinned(Reference(kind, target)))
    if isinstance(found, Reference):
        assert found.digest is None or (len(found.digest) == 71 and found.target != target)
    resolvers = Resolvers.untrusted(offline=True)
    refused = in_time(lambda: refusable(lambda: resolvers.fetch(Reference(kind, target))), seconds)
    assert isinstance(refused, ReferenceFailed)


def hold_cache(damage: Iterable[tuple[int, int, bytes]]) -> None:
    """The promise for the files of a cache: what is broken in them is no document, and is fetched again.

    `damage` are the number of a file, a place in it, and what is written there; of no bytes the file is cut off.
    """
    server = loopback()
    server.answers["/cached"] = whole(DOCUMENT, 'ETag: "1"')
    with tempfile.TemporaryDirectory() as folder:
        url = f"{server.origin}/cached"
        online = Resolvers.untrusted(hosts=[server.origin], cache=folder)
        assert online.fetch(Reference("urlRef", url)).data == DOCUMENT
        for number, place, data in damage:
            _damage(Path(folder), number, place, data)
        offline = Resolvers.untrusted(hosts=[server.origin], cache=folder, offline=True)
        for pin in ("", f"#{sha256(DOCUMENT).replace(':', '=')}"):
            asked = Reference("urlRef", url + pin)
            found = refusable(functools.partial(offline.fetch, asked))
            assert isinstance(found, ReferenceFailed) or found.data == DOCUMENT
            assert online.fetch(asked).data == DOCUMENT


def _damage(folder: Path, number: int, place: int, data: bytes) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    path = files[number % len(files)]
    old = path.read_bytes()
    place %= len(old) + 1
    path.write_bytes(old[:place] + data + old[place + len(data) :] if data else old[:place])


def hold_answer(answer: bytes, *, seconds: float | None = None) -> None:
    """The promise for what a server says: a whole document in UTF-8 within the bounds, or a refusal, in time."""
    server = loopback()
    server.answers["/said"] = answer
    resolvers = Resolvers.untrusted(hosts=[server.origin])
    found = in_time(
        lambda: refusable(lambda: resolvers.fetch(Reference("urlRef", f"{server.origin}/said", limits=QUICK))), seconds
    )
    if isinstance(found, Fetched):
        found.data.decode("utf-8")
        assert 0 < len(found.data) <= QUICK.fetch_bytes
        assert found.data in answer or b"chunked" in answer.lower(), "what no server said"


def whole(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """An answer with its length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode("latin-1") + _END + body


class Loopback(socketserver.ThreadingTCPServer):
    """A server on loopback that says of each path what it was told to say, and hangs up. A document that is known is a 304."""

    daemon_threads = True

    def __init__(self) -> None:
        self.answers: dict[str, bytes] = {}
        super().__init__(("127.0.0.1", 0), _Handler)
        self.origin = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        request = b""
        while not request.endswith(_END) and (line := self.rfile.readline(4096)):
            request += line
        if not request:  # the client hung up
            return
        server = self.server
        assert isinstance(server, Loopback)
        path = request.split(b" ", 2)[1].decode("latin-1")
        known = b'If-None-Match: "1"' in request
        with contextlib.suppress(OSError):  # as above
            self.wfile.write(b"HTTP/1.1 304 Not Modified" + _END if known else server.answers[path])


@functools.cache
def loopback() -> Loopback:
    """The one server of this process."""
    return Loopback()
