"""The one fetcher: https GET to a checked address, bounded in time and bytes. The only file that knows requests.

Whatever may go wrong on the way, an answer that is not exactly a whole UTF-8 document is a `ReferenceFailed`.
"""

import ipaddress
import queue
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import attrs

from polyspec.errors import shortened
from polyspec.limits import Limits
from polyspec.resolve.address import Hosts, Url, is_public, parse_url
from polyspec.resolve.cache import Version
from polyspec.resolve.reference import ReferenceFailed, limit_crossed, sha256
from polyspec.resolve.reporter import NOBODY, Reporter

if TYPE_CHECKING:
    import requests

_TYPES = frozenset({"text/plain", "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "application/json"})
_CHARSETS = frozenset({"utf-8", "utf8", "us-ascii"})
_MOVED = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_HEADERS = {"Accept": ", ".join(sorted(_TYPES)), "Accept-Encoding": "identity", "Connection": "close", "User-Agent": "polyspec"}
_CONNECT_SECONDS = 5.0
_BUSY = frozenset({429, 502, 503, 504})
"""Statuses that may be another in a moment."""
_ATTEMPTS = 3
_FIRST_PAUSE = 0.2
_MAX_RETRY_AFTER = 40
_wait = time.sleep
_now = time.monotonic
_ETAG = re.compile(r'(?:W/)?"[!#-~]{1,200}"')
_CHUNK = 64 * 1024
_NETWORK = "check the URL and the network"
_LATER = "try again later"
_NOT_FOLLOWED = "redirects are followed to https alone: name the place where the document is now"


@attrs.frozen
class Deadline:
    """The moment (of the monotonic clock, in seconds) at which a fetch is over, and the limit that set it.

    `is_total` says that it is the limit of all fetches of a compilation together.
    """

    end: float
    seconds: float
    is_total: bool

    @classmethod
    def of(cls, limits: Limits, spent: float = 0.0) -> "Deadline":
        """The deadline of a fetch that begins now, after fetches of the same compilation that took `spent` seconds."""
        rest = limits.fetch_seconds_total - spent
        if rest < limits.fetch_seconds:
            return cls(_now() + rest, limits.fetch_seconds_total, is_total=True)
        return cls(_now() + limits.fetch_seconds, limits.fetch_seconds, is_total=False)

    @property
    def passed(self) -> bool:
        """Whether the fetch is over."""
        return _now() >= self.end

    def left(self, url: Url) -> float:
        """Seconds that remain. Raises `ReferenceFailed` when none do."""
        left = self.end - _now()
        if left <= 0:
            raise self.over(url)
        return left

    def over(self, url: Url) -> ReferenceFailed:
        """The refusal of what took too long."""
        message = f"{_shown(url)} was not read within {self.seconds:g} seconds"
        if self.is_total:
            return limit_crossed("fetch_seconds_total", f"{message}, all fetches of this compilation together")
        return limit_crossed("fetch_seconds", message)


@attrs.frozen
class Answer:
    """The body of a document, None where it is still that of the version that was asked about; and its version, if it has one."""

    body: bytes | None
    version: Version | None = None


class Unready(ReferenceFailed):
    """A failure that may be none in a moment; `after` are the seconds that the server asks to wait, if it does."""

    after: float | None = None


@attrs.frozen
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
            if _now() + seconds >= call.deadline.end:
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
    raise limit_crossed("redirects", f"{_shown(url)} was redirected more than {call.limits.redirects} times")


def _get(url: Url, call: Call) -> Answer | Url:
    """The answer, or where it sends us."""
    deadline, must_be_public = call.deadline, call.hosts.admit(url)
    with closing(_dial(url, deadline, must_be_public=must_be_public)) as sock, _cut(sock, deadline.left(url)) as over:
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
            return _redirect(response, url) or _answer(response, url, call)
    except (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError):
        raise call.deadline.over(url) from None
    except requests.exceptions.SSLError:
        hint = "the check cannot be switched off: the server needs a certificate for this host from a known authority"
        raise _unusable(url, "the certificate of the server is not valid", hint) from None
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError):
        raise _unusable(url, "the answer broke off or is no HTTP", "try again; if it stays so, the server is at fault") from None


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


@contextmanager
def _cut(sock: socket.socket, seconds: float) -> Iterator[threading.Event]:
    """Shuts the connection after that many seconds, however lively it is; the event says that it was shut."""
    over = threading.Event()
    # TLS takes the socket over, so the timer holds a duplicate.
    with closing(sock.dup()) as held:
        timer = threading.Timer(seconds, _shut, (held, over))
        timer.daemon = True
        timer.start()
        try:
            yield over
        finally:
            timer.cancel()
            timer.join()


def _shut(held: socket.socket, over: threading.Event) -> None:
    over.set()
    try:
        held.shutdown(socket.SHUT_RDWR)
    except OSError:  # closed by the other side in the meantime
        pass


def _dial(url: Url, deadline: Deadline, *, must_be_public: bool) -> socket.socket:
    """A socket connected to one of the addresses that were checked, so that no second look-up can lead elsewhere."""
    addresses = _addresses(url, deadline)
    if must_be_public and not all(is_public(ipaddress.ip_address(address)) for _, address in addresses):
        message = f"{_shown(url)} is refused: its host has an address that is not public"
        raise ReferenceFailed(
            "reference-refused", message, "give that place by `mirrors`, or name its whole origin: `hosts=`, or `--allow-host`"
        )
    for family, address in addresses:
        sock = _connected(family, address, url, min(_CONNECT_SECONDS, deadline.left(url)))
        if sock is not None:
            return sock
    raise Unready("fetch-failed", f"{_shown(url)} cannot be fetched: its host does not answer", _NETWORK)


def _connected(family: socket.AddressFamily, address: str, url: Url, seconds: float) -> socket.socket | None:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(seconds)
        sock.connect((address, url.port))
        if ipaddress.ip_address(sock.getpeername()[0]) == ipaddress.ip_address(address):
            return sock
    except OSError:
        pass
    sock.close()
    return None


def _addresses(url: Url, deadline: Deadline) -> list[tuple[socket.AddressFamily, str]]:
    """Every address of the host. The look-up has no time limit of its own, so it runs beside and is left behind when late."""
    answers: queue.SimpleQueue[list[Any] | None] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(socket.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM))
        except (OSError, ValueError):
            answers.put(None)

    threading.Thread(target=look_up, daemon=True).start()
    try:
        found = answers.get(timeout=deadline.left(url))
    except queue.Empty:
        raise deadline.over(url) from None
    if not found:
        message = f"{_shown(url)} cannot be fetched: there is no host `{shortened(url.host)}`"
        raise ReferenceFailed("fetch-failed", message, _NETWORK)
    return [(family, str(address[0])) for family, _, _, _, address in found]


def _redirect(response: "requests.Response", url: Url) -> Url | None:
    if response.status_code not in _MOVED or "Location" not in response.headers:
        return None
    try:
        target = parse_url(urljoin(url.wire, response.headers["Location"]).partition("#")[0])
    except (ReferenceFailed, ValueError):
        raise ReferenceFailed("reference-refused", f"{_shown(url)} redirects to what is no https URL", _NOT_FOLLOWED) from None
    if target.scheme != "https":
        raise ReferenceFailed(
            "reference-refused", f"{_shown(url)} redirects to {_shown(target)}, which is not https", _NOT_FOLLOWED
        )
    return target


def _answer(response: "requests.Response", url: Url, call: Call) -> Answer:
    known = _known_here(url, call)
    if response.status_code == 304 and known is not None:
        return Answer(None, known)
    etag = response.headers.get("ETag", "").strip()
    return Answer(_body(response, url, call), Version(etag, sha256(url.wire.encode())) if _ETAG.fullmatch(etag) else None)


def _body(response: "requests.Response", url: Url, call: Call) -> bytes:
    _check_status(response, url)
    declared = _check_headers(response.headers, url, call.limits)
    body = _read(response, url, call)
    if declared is not None and declared != len(body):
        raise _unusable(url, f"the answer is cut off: {len(body)} of {declared} bytes came")
    if not body.strip():
        raise _unusable(url, "the answer is empty")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        raise _unusable(url, "the answer is not UTF-8 text") from None
    return body


def _check_status(response: "requests.Response", url: Url) -> None:
    status = response.status_code
    if status in _BUSY:
        raise _busy(response, url)
    if status in _GONE:
        raise ReferenceFailed("reference-not-found", f"there is no {_shown(url)}: the server answered {status}", "check the URL")
    if status != 200:
        raise _unusable(url, f"the server answered {status}, and 200 alone is a document")


def _busy(response: "requests.Response", url: Url) -> Unready:
    from urllib3.exceptions import InvalidHeader
    from urllib3.util import Retry

    failure = Unready("fetch-failed", f"{_shown(url)} cannot be fetched now: the server answered {response.status_code}", _LATER)
    written = response.headers.get("Retry-After", "").strip()
    if 0 < len(written) <= _MAX_RETRY_AFTER:
        with suppress(InvalidHeader):
            failure.after = Retry().parse_retry_after(written)
            failure.hint = f"the server asks to wait {failure.after:g} seconds"
    return failure


def _check_headers(headers: Any, url: Url, limits: Limits) -> int | None:
    """The length that the server declares, if it does."""
    encoding = headers.get("Content-Encoding", "identity").strip().lower()
    if encoding != "identity" or headers.get("Transfer-Encoding", "chunked").strip().lower() != "chunked":
        raise _unusable(url, "the answer is compressed, though plain bytes were asked for")
    kind, _, rest = headers.get("Content-Type", "text/plain").partition(";")
    if kind.strip().lower() not in _TYPES:
        raise _unusable(
            url, f"the answer is of the type `{shortened(kind.strip())}`", f"expected one of: {', '.join(sorted(_TYPES))}"
        )
    charset = re.search(r"charset\s*=\s*\"?([^\s;\"]*)", rest, re.IGNORECASE)
    if charset is not None and charset[1].lower() not in _CHARSETS:
        raise _unusable(url, f"the answer is in `{shortened(charset[1])}`, not in UTF-8")
    if "Transfer-Encoding" in headers or "Content-Length" not in headers:
        return None
    declared = headers["Content-Length"].strip()
    if not re.fullmatch(r"[0-9]{1,18}", declared):
        raise _unusable(url, "the answer declares no length that makes sense")
    if int(declared) > limits.fetch_bytes:
        raise _too_large(url, limits)
    return int(declared)


def _read(response: "requests.Response", url: Url, call: Call) -> bytes:
    body = bytearray()
    response.raw.enforce_content_length = False  # the length is compared here, where it can be told from other faults
    # `read`, not `stream`: it goes by http.client, which bounds each line of a chunked answer.
    while chunk := response.raw.read(_CHUNK, decode_content=False):
        body += chunk
        if len(body) > call.limits.fetch_bytes:
            raise _too_large(url, call.limits)
        call.reporter.received(url.place, len(body))
    return bytes(body)


def _unusable(url: Url, why: str, hint: str | None = None) -> ReferenceFailed:
    return ReferenceFailed("fetch-failed", f"{_shown(url)} cannot be used: {why}", hint)


def _too_large(url: Url, limits: Limits) -> ReferenceFailed:
    return limit_crossed("fetch_bytes", f"{_shown(url)} is larger than {limits.fetch_bytes} bytes")


def _shown(url: Url) -> str:
    return f"`{shortened(url.place, 120)}`"
