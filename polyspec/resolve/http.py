"""The one fetcher: https GET to a checked address, bounded in time and bytes, redirects followed and attempts made by hand.

Whatever may go wrong on the way, an answer that is not exactly a whole UTF-8 document is a `ReferenceFailed`. How a connection is
made stands in `dial`, what is taken from an answer in `answer`; here and there alone the libraries of the network are known.
"""

import socket
import time
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any

from polyspec.limits import Limits
from polyspec.record import record
from polyspec.resolve.address import Hosts, Url
from polyspec.resolve.answer import TYPES, body_of, etag_of, redirect
from polyspec.resolve.cache import Version
from polyspec.resolve.deadline import Deadline, Unready, shown, unusable
from polyspec.resolve.dial import cut, dial
from polyspec.resolve.reference import ReferenceFailed, limit_crossed, sha256
from polyspec.resolve.reporter import NOBODY, Reporter

if TYPE_CHECKING:
    import requests

_HEADERS = {"Accept": ", ".join(sorted(TYPES)), "Accept-Encoding": "identity", "Connection": "close", "User-Agent": "polyspec"}
_ATTEMPTS = 3
_FIRST_PAUSE = 0.2
_wait = time.sleep


@record
class Answer:
    """The body of a document, None where it is still that of the version that was asked about; and its version, if it has one."""

    body: bytes | None
    version: Version | None = None


@record
class Call:
    """One fetch: who may be reached, its limits and its end, the version that is known already, and who is told of it."""

    hosts: Hosts
    limits: Limits
    deadline: Deadline
    known: Version | None = None
    reporter: Reporter = NOBODY


def fetch(
    url: Url, hosts: Hosts, limits: Limits, known: Version | None = None, reporter: Reporter = NOBODY, *, spent: float = 0.0
) -> Answer:
    """The document at a URL, redirects followed, each checked anew. Raises `ReferenceFailed`.

    A redirect leads to https alone, whatever the first URL was, and to a host that may be reached; `limits` bounds how many there
    are, the time of all of them together, and the bytes of the answer. What may go better in a moment is tried again within that
    time, of which `spent` seconds of `fetch_seconds_total` are gone. Of a document that is still the `known` version, no body
    comes.
    """
    call = Call(hosts, limits, Deadline.of(limits, spent), known, reporter)
    reporter.fetching(url.place)
    try:
        return _patiently(url, call)
    finally:
        reporter.fetched(url.place)


def _patiently(url: Url, call: Call) -> Answer:
    """The answer of the first attempt that does not fail for a reason that may pass."""
    pause = _FIRST_PAUSE
    for _ in range(_ATTEMPTS - 1):
        try:
            return _follow(url, call)
        except Unready as failure:
            seconds = max(pause, failure.after or 0)
            if call.deadline.is_over_in(seconds):
                raise
            call.reporter.waiting(url.place, seconds, failure.message)
            _wait(seconds)
            pause *= 2
    return _follow(url, call)


def _follow(url: Url, call: Call) -> Answer:
    here = url
    for _ in range(call.limits.redirects + 1):
        answer = _get(here, call)
        if isinstance(answer, Answer):
            return answer
        here = answer
    raise limit_crossed("redirects", f"{shown(url)} was redirected more than {call.limits.redirects} times")


def _get(url: Url, call: Call) -> Answer | Url:
    """The answer, or where it sends us."""
    deadline, must_be_public = call.deadline, call.hosts.admit(url)
    with closing(dial(url, deadline, must_be_public=must_be_public)) as sock, cut(sock, deadline.left(url)) as over:
        try:
            answer = _exchange(sock, url, call)
        except ReferenceFailed:
            if over.is_set() or deadline.passed:
                raise deadline.over(url) from None
            raise
    # A connection that is cut may look like one that ended well.
    if over.is_set() or deadline.passed:
        raise deadline.over(url)
    return answer


def _exchange(sock: socket.socket, url: Url, call: Call) -> Answer | Url:
    import requests
    import urllib3

    try:
        with (
            ExitStack() as heard,
            closing(_adapter(sock, url, heard)) as adapter,
            closing(_ask(adapter, url, call)) as response,
        ):
            return redirect(response, url) or _answer(response, url, call)
    except (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError):
        raise call.deadline.over(url) from None
    except requests.exceptions.SSLError:
        hint = "the check cannot be switched off: the server needs a certificate for this host from a known authority"
        raise unusable(url, "the certificate of the server is not valid", hint) from None
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError):
        raise unusable(url, "the answer broke off or is no HTTP", "try again; if it stays so, the server is at fault") from None


def _ask(adapter: "requests.adapters.HTTPAdapter", url: Url, call: Call) -> "requests.Response":
    """The answer, its body still to come.

    No session stands between: one would take proxies, netrc and certificates from the environment, keep cookies, and read the
    body of a redirect, however long.
    """
    import requests

    known = _known_here(url, call)
    headers = _HEADERS if known is None else {**_HEADERS, "If-None-Match": known.etag}
    request = requests.Request("GET", url.place, headers=headers).prepare()
    return adapter.send(request, stream=True, timeout=call.deadline.left(url), verify=True)


def _known_here(url: Url, call: Call) -> Version | None:
    """The version that is known, where it came from this very URL: another that a redirect leads to has versions of its own."""
    return call.known if call.known is not None and call.known.at == sha256(url.wire.encode()) else None


def _answer(response: "requests.Response", url: Url, call: Call) -> Answer:
    known = _known_here(url, call)
    if response.status_code == 304 and known is not None:
        return Answer(None, known)
    etag = etag_of(response)
    version = None if etag is None else Version(etag, sha256(url.wire.encode()))
    return Answer(body_of(response, url, call.limits, call.reporter), version)


def _adapter(sock: socket.socket, url: Url, heard: ExitStack) -> "requests.adapters.HTTPAdapter":
    """The transport of one request over a socket that is connected already; it never connects by itself.

    An answer that a library above refuses holds the socket open: whatever begins to be read is closed with `heard`.

    The connection alone knows the query of the URL, which may hold a secret: all that stands above it writes what it is asked
    for into logs and errors.
    """
    from http.client import HTTPResponse

    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    target = requests.Request("GET", url.wire).prepare().path_url

    class Heard(HTTPResponse):
        def begin(self) -> None:
            heard.callback(self.close)
            super().begin()

    class Plain(HTTPConnection):
        response_class = Heard

        def _new_conn(self) -> socket.socket:
            return sock

        def request(self, method: str, url: str, *args: Any, **options: Any) -> None:
            super().request(method, target, *args, **options)

    class Secure(HTTPSConnection):
        response_class = Heard

        def _new_conn(self) -> socket.socket:
            return sock

        def request(self, method: str, url: str, *args: Any, **options: Any) -> None:
            super().request(method, target, *args, **options)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            super().init_poolmanager(*args, **kwargs)
            self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}

    return Adapter(max_retries=0)
