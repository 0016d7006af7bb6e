"""The types of URLs and of what they point at: `uri`, `gcs`, `s3`, `wasb`, and `auth`, the credentials of one.

A URL is given as Polyaxon's wire has it: scheme and web hosts in lower case, no default port, `.` and `..` worked out,
characters that a URL cannot hold percent-encoded. The mapping forms give the same text
(decision S25). Reading a URL opens nothing.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

from polyspec.bind.values import TypeMismatch, decoded, fit_text, kind, refuse
from polyspec.late import late_pattern

_DEFAULT_PORTS: Mapping[str, int | None] = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21, "file": None}
"""The schemes of the web: their hosts are names of the network, and their path is never empty."""
_WHERE_QUOTED = {"path": ' "#<>?`{}', "user": ' "#<>?`{}/:;=@[]^|\\', "query": ' "#<>', "fragment": ' "<>`', "opaque": ""}
_SAFE = {part: "".join(chr(code) for code in range(32, 127) if chr(code) not in unsafe) for part, unsafe in _WHERE_QUOTED.items()}
_BLOB_HOST = ".blob.core.windows.net"
_WASB_PLACE = late_pattern(r"[^@/]+@[^@./]+\.blob\.core\.windows\.net")
_WASB_SCHEMES = ("wasb", "wasbs", "https", "az", "abfs")
_BROKEN = "check its brackets and its port"
_HOST_NAME = late_pattern(r"[^\x00-\x20#/:<>?@\[\\\]^|%\x7f]+")


def uri(value: Any) -> str:
    """An absolute URL: text, or `{host, user, password}`, whose scheme is https unless the host brings one."""
    return _joined(_split(_uri_of_mapping(value) if isinstance(value, Mapping) else value, "a URL"))


def gcs(value: Any) -> str:
    """A place in Google Cloud Storage, `gs://bucket/blob`: text, or `{bucket, blob}`."""
    place = _place_of_mapping(value, "gs", "blob") if isinstance(value, Mapping) else value
    return _bucket_url(place, ("gs", "gcs"), "a `gs://` URL with a bucket")


def s3(value: Any) -> str:
    """A place in S3, `s3://bucket/key`: text, or `{bucket, key}`."""
    place = _place_of_mapping(value, "s3", "key") if isinstance(value, Mapping) else value
    return _bucket_url(place, ("s3",), "an `s3://` URL with a bucket")


def wasb(value: Any) -> str:
    """A place in Azure Blob Storage: text, or `{container, storageAccount, path}`.

    `wasb://` and `wasbs://container@account.blob.core.windows.net/path`, `https://account.blob.core.windows.net/container/path`,
    `az://container/path` and `abfs://container/path` are such places.
    """
    expected = "the URL of an Azure blob"
    parts = _split(_wasb_of_mapping(value) if isinstance(value, Mapping) else value, expected)
    host = parts.netloc.rpartition("@")[2]
    right = {
        "wasb": _WASB_PLACE.fullmatch(parts.netloc),
        "wasbs": _WASB_PLACE.fullmatch(parts.netloc),
        "https": "@" not in parts.netloc and host.endswith(_BLOB_HOST) and host != _BLOB_HOST and parts.path.strip("/"),
    }.get(parts.scheme, host and parts.scheme in _WASB_SCHEMES)
    if right:
        return _joined(parts)
    raise TypeMismatch(
        f"expected {expected}, found another URL", "write it as `wasbs://container@account.blob.core.windows.net/path`"
    )


def auth(value: Any) -> dict[str, str]:
    """Credentials: `{user, password}`, its JSON text, or text `user:password`; gives the mapping."""
    if isinstance(value, str) and not value.lstrip().startswith("{"):
        user, colon, password = fit_text(value).partition(":")
        value = {"user": user, "password": password if colon else None}
    fields = _fields(decoded(value) if isinstance(value, str) else value, "credentials", ("user", "password"))
    if fields.get("user") and "password" in fields:
        return {"user": fields["user"], "password": fields["password"]}
    raise TypeMismatch("expected credentials, found not both of `user` and `password`", "write `{user: …, password: …}`")


def _split(value: Any, expected: str) -> SplitResult:
    text = fit_text(value).strip() if isinstance(value, str) else refuse(expected, value)
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise TypeMismatch(f"expected {expected}, found text with a control character")
    try:
        parts = urlsplit(text)
        has_place = bool(parts.hostname) or parts.scheme not in _DEFAULT_PORTS or (parts.scheme == "file" and "://" in text)
        return parts if parts.scheme and has_place and (parts.port or 0) >= 0 else refuse(expected, value)
    except TypeMismatch:
        raise
    except ValueError:
        raise TypeMismatch(f"expected {expected}, found text that is none", _BROKEN) from None


def _joined(parts: SplitResult) -> str:
    """The text of a URL in its canonical form."""
    head = f"{parts.scheme}:"
    if not parts.netloc and not parts.path.startswith("/"):
        path = quote(parts.path, safe=_SAFE["opaque"])
    else:
        web = parts.scheme in _DEFAULT_PORTS
        path = quote(_without_dots(parts.path or ("/" if web else "")), safe=_SAFE["path"])
        head += f"//{_authority(parts)}"
    query = quote(parts.query, safe=_SAFE["query"].replace("'", "") if parts.scheme in _DEFAULT_PORTS else _SAFE["query"])
    fragment = quote(parts.fragment, safe=_SAFE["fragment"])
    return head + path + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")


def _authority(parts: SplitResult) -> str:
    credentials, at, place = parts.netloc.rpartition("@")
    user, colon, password = credentials.partition(":")
    credentials = quote(user, safe=_SAFE["user"]) + (f":{quote(password, safe=_SAFE['user'])}" if colon and password else "")
    port = parts.port
    shown = "" if port is None or port == _DEFAULT_PORTS.get(parts.scheme) else f":{port}"
    return (f"{credentials}@" if at and credentials else "") + _host(parts.scheme, place) + shown


def _host(scheme: str, place: str) -> str:
    if place.startswith("["):
        from ipaddress import AddressValueError, IPv6Address

        try:
            return f"[{IPv6Address(place[1 : place.index(']')])}]"
        except AddressValueError:
            raise TypeMismatch("expected a URL, found text that is none", _BROKEN) from None
    host = place.partition(":")[0]
    if scheme not in _DEFAULT_PORTS:
        return quote(host, safe=_SAFE["path"])
    return _web_host(host) if host else ""


def _web_host(host: str) -> str:
    try:
        name = host if host.isascii() or len(host) > 253 else host.encode("idna").decode("ascii")
    except UnicodeError:
        name = ""
    if len(name) <= 253 and _HOST_NAME.fullmatch(name):
        return name.lower()
    raise TypeMismatch("expected a URL whose host is a name or an address, found one whose host is none")


def _without_dots(path: str) -> str:
    """The path with its `.` and `..` steps worked out (RFC 3986, 5.2.4)."""
    if "." not in path:
        return path
    steps = path.split("/")
    kept: list[str] = []
    for step in steps:
        if step == ".." and len(kept) > 1:
            kept.pop()
        elif step not in (".", ".."):
            kept.append(step)
    return "/".join(kept) + ("/" if steps[-1] in (".", "..") else "")


def _bucket_url(value: Any, schemes: Collection[str], expected: str) -> str:
    parts = _split(value, expected)
    if parts.scheme in schemes and parts.netloc:
        return _joined(parts)
    raise TypeMismatch(f"expected {expected}, found another URL")


def _fields(value: Any, what: str, known: Collection[str]) -> dict[str, str]:
    """The fields of a mapping form that are not null. Raises `TypeMismatch` for a field it does not know or that is no text."""
    if not isinstance(value, Mapping):
        refuse(what, value)
    for name, field in value.items():
        if name not in known:
            raise TypeMismatch(
                f"expected the keys {', '.join(f'`{key}`' for key in known)}, found another one", None, (str(name),)
            )
        if field is not None and not isinstance(field, str):
            raise TypeMismatch(f"expected text, found {kind(field)}", None, (name,))
    return {name: fit_text(field) for name, field in value.items() if field is not None}


def _needed(fields: Mapping[str, str], name: str) -> str:
    if fields.get(name):
        return fields[name]
    raise TypeMismatch(f"expected a mapping with `{name}`, found none")


def _with_scheme(place: str, scheme: str) -> str:
    return place if "://" in place else f"{scheme}://{place}"


def _path(text: str) -> str:
    """A key or a path as a part of a URL: a `?` in it begins no query."""
    return "/" + text.lstrip("/").replace("?", "%3F").replace("#", "%23") if text else ""


def _place_of_mapping(value: Mapping[str, Any], scheme: str, rest: str) -> str:
    fields = _fields(value, "a bucket", ("bucket", rest))
    return _with_scheme(_needed(fields, "bucket"), scheme).rstrip("/") + _path(fields.get(rest, ""))


def _wasb_of_mapping(value: Mapping[str, Any]) -> str:
    fields = _fields(value, "a container", ("container", "storageAccount", "storage_account", "path"))
    account = fields.get("storageAccount") or fields.get("storage_account") or ""
    place = _needed(fields, "container") + (f"@{account if '.' in account else account + _BLOB_HOST}" if account else "")
    return _with_scheme(place, "wasbs").rstrip("/") + _path(fields.get("path", ""))


def _uri_of_mapping(value: Mapping[str, Any]) -> str:
    fields = _fields(value, "a URL", ("host", "user", "password"))
    scheme, _, place = _with_scheme(_needed(fields, "host"), "https").partition("://")
    secret = f":{quote(fields['password'], safe='')}" if fields.get("password") else ""
    return f"{scheme}://{quote(fields['user'], safe='')}{secret}@{place}" if fields.get("user") else f"{scheme}://{place}"


PLACES: Mapping[str, Callable[[Any], Any]] = {"uri": uri, "gcs": gcs, "s3": s3, "wasb": wasb, "auth": auth}
