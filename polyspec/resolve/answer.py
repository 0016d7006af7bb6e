"""What a server answered: exactly a whole UTF-8 document within its bounds, or refused. Each redirect is checked anew."""

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from polyspec.errors import shortened
from polyspec.limits import Limits
from polyspec.resolve.address import Url, parse_url
from polyspec.resolve.deadline import Unready, shown, unusable
from polyspec.resolve.reference import ReferenceFailed, limit_crossed
from polyspec.resolve.reporter import Reporter

if TYPE_CHECKING:
    import requests

TYPES = frozenset({"text/plain", "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "application/json"})
_CHARSETS = frozenset({"utf-8", "utf8", "us-ascii"})
_MOVED = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_BUSY = frozenset({429, 502, 503, 504})
"""Statuses that may be another in a moment."""
_MAX_RETRY_AFTER = 40
_ETAG = re.compile(r'(?:W/)?"[!#-~]{1,200}"')
_CHUNK = 64 * 1024
_LATER = "try again later"
_NOT_FOLLOWED = "redirects are followed to https alone: name the place where the document is now"


def redirect(response: "requests.Response", url: Url) -> Url | None:
    """Where an answer sends us, which is https; None for any other answer. Raises `ReferenceFailed`."""
    if response.status_code not in _MOVED or "Location" not in response.headers:
        return None
    try:
        target = parse_url(urljoin(url.wire, response.headers["Location"]).partition("#")[0])
    except (ReferenceFailed, ValueError):
        raise ReferenceFailed("reference-refused", f"{shown(url)} redirects to what is no https URL", _NOT_FOLLOWED) from None
    if target.scheme != "https":
        raise ReferenceFailed(
            "reference-refused", f"{shown(url)} redirects to {shown(target)}, which is not https", _NOT_FOLLOWED
        )
    return target


def etag_of(response: "requests.Response") -> str | None:
    """The entity tag of an answer; None where it has none that can be asked about."""
    etag: str = response.headers.get("ETag", "").strip()
    return etag if _ETAG.fullmatch(etag) else None


def body_of(response: "requests.Response", url: Url, limits: Limits, reporter: Reporter) -> bytes:
    """The document that an answer holds, whole; `reporter` is told as it comes. Raises `ReferenceFailed`."""
    _check_status(response, url)
    declared = _check_headers(response.headers, url, limits)
    body = _read(response, url, limits, reporter)
    if declared is not None and declared != len(body):
        raise unusable(url, f"the answer is cut off: {len(body)} of {declared} bytes came")
    if not body.strip():
        raise unusable(url, "the answer is empty")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        raise unusable(url, "the answer is not UTF-8 text") from None
    return body


def _check_status(response: "requests.Response", url: Url) -> None:
    status = response.status_code
    if status in _BUSY:
        raise _busy(response, url)
    if status in _GONE:
        raise ReferenceFailed("reference-not-found", f"there is no {shown(url)}: the server answered {status}", "check the URL")
    if status != 200:
        raise unusable(url, f"the server answered {status}, and 200 alone is a document")


def _busy(response: "requests.Response", url: Url) -> Unready:
    from urllib3.exceptions import InvalidHeader
    from urllib3.util import Retry

    failure = Unready("fetch-failed", f"{shown(url)} cannot be fetched now: the server answered {response.status_code}", _LATER)
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
        raise unusable(url, "the answer is compressed, though plain bytes were asked for")
    kind, _, rest = headers.get("Content-Type", "text/plain").partition(";")
    if kind.strip().lower() not in TYPES:
        raise unusable(
            url, f"the answer is of the type `{shortened(kind.strip())}`", f"expected one of: {', '.join(sorted(TYPES))}"
        )
    charset = re.search(r"charset\s*=\s*\"?([^\s;\"]*)", rest, re.IGNORECASE)
    if charset is not None and charset[1].lower() not in _CHARSETS:
        raise unusable(url, f"the answer is in `{shortened(charset[1])}`, not in UTF-8")
    if "Transfer-Encoding" in headers or "Content-Length" not in headers:
        return None
    declared = headers["Content-Length"].strip()
    if not re.fullmatch(r"[0-9]{1,18}", declared):
        raise unusable(url, "the answer declares no length that makes sense")
    if int(declared) > limits.fetch_bytes:
        raise _too_large(url, limits)
    return int(declared)


def _read(response: "requests.Response", url: Url, limits: Limits, reporter: Reporter) -> bytes:
    body = bytearray()
    response.raw.enforce_content_length = False  # the length is compared here, where it can be told from other faults
    # `read`, not `stream`: it goes by http.client, which bounds each line of a chunked answer.
    while chunk := response.raw.read(_CHUNK, decode_content=False):
        body += chunk
        if len(body) > limits.fetch_bytes:
            raise _too_large(url, limits)
        reporter.received(url.place, len(body))
    return bytes(body)


def _too_large(url: Url, limits: Limits) -> ReferenceFailed:
    return limit_crossed("fetch_bytes", f"{shown(url)} is larger than {limits.fetch_bytes} bytes")
