"""Mirrors: folders that stand in for what begins with a URL."""

import os
from collections.abc import Mapping
from urllib.parse import unquote

from polyspec.errors import shortened
from polyspec.record import record
from polyspec.resolve.address import Url, as_named, parse_url
from polyspec.resolve.files import read_file, real_path
from polyspec.resolve.reference import ReferenceFailed

_SEPARATORS = ("%2F", "%5C", "%00")


@record
class Mirrors:
    """URL prefixes and the folders that hold what is below them, the longest prefix first.

    A mirrored prefix is answered by its folder alone: what is missing there is missing, and no network is asked.
    """

    folders: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, folders: Mapping[str, str | os.PathLike[str]] | None) -> "Mirrors":
        """Read `{"https://host/prefix/": "/folder"}`. Raises `ValueError` for what is no prefix of a URL."""
        pairs = [(_prefix(prefix), os.path.realpath(os.fspath(folder))) for prefix, folder in (folders or {}).items()]
        return cls(tuple(sorted(pairs, key=lambda pair: -len(pair[0]))))

    def read(self, url: Url, limit: int) -> bytes | None:
        """The document of a mirrored URL, `limit` bytes at most; None for a URL that is not. Raises `ReferenceFailed`."""
        for prefix, folder in self.folders:
            if url.place.startswith(prefix):
                return _read(url, prefix, folder, limit)
        return None


def _read(url: Url, prefix: str, folder: str, limit: int) -> bytes:
    relative, shown = url.place[len(prefix) :], f"`{shortened(url.place, 120)}`"
    if not relative or relative.startswith("/") or any(separator in relative for separator in _SEPARATORS):
        raise ReferenceFailed("reference-refused", f"{shown} names no file in the mirror of `{shortened(prefix, 120)}`")
    real = real_path(folder, unquote(relative), url.place)
    try:
        return read_file(real, url.place, limit, folder)
    except ReferenceFailed as error:
        if error.code != "reference-not-found":
            raise
        message = f"{shown} is not in the mirror of `{shortened(prefix, 120)}`"
        raise ReferenceFailed(
            error.code, message, "a mirrored prefix is read from its folder alone: add the file there"
        ) from None


def _prefix(text: str) -> str:
    try:
        url = parse_url(text)
    except ReferenceFailed as error:
        raise ValueError(f"no URL to mirror: {as_named(text)}; {error.message}") from None
    if url.query is not None:
        raise ValueError(f"a mirrored prefix has no query: {shortened(url.place)!r}")
    return url.place if url.place.endswith("/") else url.place + "/"
