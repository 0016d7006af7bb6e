"""The disk cache: documents by digest, and an index that says which digests a URL gave.

    {folder}/documents/{hexadecimal digest}         the raw bytes
    {folder}/urls/{digest of the URL}.json          {"uri": ..., "digest": "sha256:...", "earlier": [...], "etag": ..., "at": ...}

An entry is written whole or not at all, and checked against its digest when it is read; one that does not fit is none, and is
fetched again. Processes may share a cache: the last to write an entry has its way, and what another took away is fetched again.
"""

import contextlib
import json
import os
import re
from collections.abc import Iterable
from heapq import heapify, heappop
from typing import Any

import attrs
from attrs.validators import gt

from polyspec.record import record
from polyspec.resolve.address import Url
from polyspec.resolve.files import read_file, write_file
from polyspec.resolve.path import real_folder
from polyspec.resolve.reference import ReferenceFailed, sha256

_MAX_ENTRY = 64 * 1024
_MAX_EARLIER = 16
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@record
class Version:
    """What a server calls one state of a document (its entity tag), and the digest of the URL that gave it."""

    etag: str
    at: str


@record
class Kept:
    """The document that a URL gave last, and its version, where it has one."""

    data: bytes
    version: Version | None


@record
class Cache:
    """A folder of fetched documents. It may be shared by processes; whoever can write to it is trusted with what it holds.

    `max_bytes` and `max_documents` bound it: the documents that nobody asked for longest go first. Raises `ValueError` for a
    bound that is not above zero.
    """

    folder: str | None = attrs.field(default=None, converter=real_folder)
    max_bytes: int = attrs.field(default=256 * 1024 * 1024, validator=gt(0))
    max_documents: int = attrs.field(default=10_000, validator=gt(0))

    def last(self, url: Url, limit: int) -> Kept | None:
        """The document that this URL gave last, `limit` bytes at most; None without one."""
        entry = self._entry(url)
        data = self._document(entry.get("digest"), limit)
        if data is None:
            return None
        etag, at = entry.get("etag"), entry.get("at")
        return Kept(data, Version(etag, at) if isinstance(etag, str) and isinstance(at, str) else None)

    def held(self, url: Url, digest: str, limit: int) -> bytes | None:
        """The document of this digest, where this URL gave it once; None without one."""
        return self._document(digest, limit) if digest in _digests(self._entry(url)) else None

    def store(self, url: Url, data: bytes, version: Version | None = None) -> None:
        """Keep a document. A cache that cannot be written to is no error: the document is there."""
        if self.folder is None:
            return
        digest = sha256(data)
        earlier = [each for each in _digests(self._entry(url)) if each != digest][:_MAX_EARLIER]
        named = {} if version is None else {"etag": version.etag, "at": version.at}
        entry = json.dumps({"uri": url.uri, "digest": digest, "earlier": earlier, **named}).encode()
        with contextlib.suppress(OSError):
            write_file(os.path.join(self.folder, "documents"), digest.removeprefix("sha256:"), data, 0o600)
            write_file(os.path.join(self.folder, "urls"), _index(url), entry, 0o600)
            self._bound()

    def _entry(self, url: Url) -> dict[str, Any]:
        try:
            entry = json.loads(self._read("urls", _index(url), _MAX_ENTRY) or b"{}")
        except (ValueError, RecursionError):
            return {}
        return entry if isinstance(entry, dict) else {}

    def _document(self, digest: Any, limit: int) -> bytes | None:
        if not _is_digest(digest):
            return None
        data = self._read("documents", digest.removeprefix("sha256:"), limit)
        return data if data is not None and sha256(data) == digest else None

    def _read(self, part: str, name: str, limit: int) -> bytes | None:
        if self.folder is None:
            return None
        path = os.path.join(self.folder, part, name)
        try:
            data = read_file(path, name, limit, self.folder)
        except ReferenceFailed:
            return None
        with contextlib.suppress(OSError):  # of a cache that is read alone
            os.utime(path)
        return data

    def _bound(self) -> None:
        """Take away what nobody asked for longest, until the cache is well within its bounds."""
        for part in ("documents", "urls"):
            with os.scandir(os.path.join(self.folder or "", part)) as entries:
                found = [_Stored.of(entry) for entry in entries]
            if len(found) > self.max_documents or sum(it.size for it in found) > self.max_bytes:
                _shrink(found, max(1, self.max_documents * 9 // 10), self.max_bytes * 9 // 10)


@attrs.frozen(order=True)
class _Stored:
    """An entry of a cache: when it was last asked for (nanoseconds), its size, its path."""

    used: int
    size: int
    path: str

    @classmethod
    def of(cls, entry: "os.DirEntry[str]") -> "_Stored":
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:  # another process was faster
            return cls(0, 0, entry.path)
        return cls(status.st_mtime_ns, status.st_size, entry.path)


def _shrink(found: list[_Stored], count: int, size: int) -> None:
    heapify(found)
    left = sum(it.size for it in found)
    while found and (len(found) > count or left > size):
        oldest = heappop(found)
        left -= oldest.size
        if os.path.isdir(oldest.path):  # what a process left behind that was killed as it wrote
            import shutil

            shutil.rmtree(oldest.path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                os.unlink(oldest.path)


def _digests(entry: dict[str, Any]) -> list[str]:
    """The digests of all documents that a URL gave, the last one first."""
    earlier = entry.get("earlier")
    found: Iterable[Any] = (entry.get("digest"), *(earlier if isinstance(earlier, list) else ()))
    return [digest for digest in found if _is_digest(digest)]


def _is_digest(digest: Any) -> bool:
    return isinstance(digest, str) and _DIGEST.fullmatch(digest) is not None


def _index(url: Url) -> str:
    return sha256(url.wire.encode()).removeprefix("sha256:") + ".json"
