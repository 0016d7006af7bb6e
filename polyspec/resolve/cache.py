"""The disk cache: documents by digest, and an index that says which digest a URL gave last.

    {folder}/documents/{hexadecimal digest}         the raw bytes
    {folder}/urls/{digest of the URL}.json          {"uri": ..., "digest": "sha256:..."}

An entry is written whole or not at all, and checked against its digest when it is read.
"""

import contextlib
import json
import os
import re

import attrs

from polyspec.resolve.address import Url
from polyspec.resolve.files import read_file, write_file
from polyspec.resolve.path import real_folder
from polyspec.resolve.reference import ReferenceFailed, sha256

_MAX_ENTRY = 64 * 1024


@attrs.frozen
class Cache:
    """A folder of fetched documents. It may be shared by processes; whoever can write to it is trusted with what it holds."""

    folder: str | None = attrs.field(default=None, converter=real_folder)

    def read(self, url: Url, limit: int) -> bytes | None:
        """The document that this URL gave last, or None."""
        digest = _digest(self._read("urls", _index(url), _MAX_ENTRY))
        data = self._read("documents", digest.removeprefix("sha256:"), limit) if digest else None
        return data if data is not None and sha256(data) == digest else None

    def store(self, url: Url, data: bytes) -> None:
        """Keep a document. A cache that cannot be written to is no error: the document is there."""
        if self.folder is None:
            return
        digest = sha256(data)
        entry = json.dumps({"uri": url.uri, "digest": digest}).encode()
        with contextlib.suppress(OSError):
            write_file(os.path.join(self.folder, "documents"), digest.removeprefix("sha256:"), data, 0o600)
            write_file(os.path.join(self.folder, "urls"), _index(url), entry, 0o600)

    def _read(self, part: str, name: str, limit: int) -> bytes | None:
        if self.folder is None:
            return None
        try:
            return read_file(os.path.join(self.folder, part, name), name, limit, self.folder)
        except ReferenceFailed:
            return None


def _digest(entry: bytes | None) -> str | None:
    try:
        digest = json.loads(entry or b"{}").get("digest")
    except (ValueError, AttributeError, RecursionError):
        return None
    return digest if isinstance(digest, str) and re.fullmatch(r"sha256:[0-9a-f]{64}", digest) else None


def _index(url: Url) -> str:
    return sha256(url.wire.encode()).removeprefix("sha256:") + ".json"
