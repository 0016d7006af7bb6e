"""What a resolver is asked for, what it gives back, and how it refuses."""

import os
import re
from typing import Protocol

import attrs

from polyspec.limits import Limits, crossed
from polyspec.record import record

LOCK_NAME = "polyspec.lock"
"""What a lock is called that stands beside the files that it is for."""


def is_url(text: str) -> bool:
    """Whether a text is meant as a URL, of whatever scheme, and not as a path."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text) is not None


def is_remote(base: str | None) -> bool:
    """Whether the document of this URI may name no local file: it is neither one itself nor made in Python (`<text>`)."""
    return base is not None and not os.path.isabs(base) and not base.startswith("<")


@record
class Reference:
    """What a resolver is asked for.

    `kind` is the key of the reference (`pathRef`, `urlRef`, `hubRef`, `presets`, or that of a plug-in), `target` what stands
    there; `Resolvers.fetch` takes a pin off the target and puts it into `digest` (`sha256:` and 64 hexadecimal digits).
    `base` is the URI of the document that holds the reference: an absolute path, a URL, or None for objects built in Python.
    `spent` are the seconds that look-ups before it took in the same compilation, of its `limits.fetch_seconds_total`.
    """

    kind: str
    target: str
    base: str | None = None
    limits: Limits = attrs.field(factory=Limits)
    digest: str | None = None
    spent: float = attrs.field(default=0.0, eq=False)

    @property
    def remote(self) -> bool:
        """Whether the document that holds the reference may name no local file."""
        return is_remote(self.base)


@record
class Fetched:
    """A document as it was read.

    `uri` names it, and two documents are one when their URIs are equal: an absolute real path, a URL without user name and
    fragment (a query is replaced by its digest, for it may hold a secret), `hub:name:tag` for a hub in a folder.
    `held` says that the bytes were held against a digest, that of a pin or of a lock.
    """

    uri: str
    text: str | bytes = attrs.field(repr=False)
    held: bool = attrs.field(default=False, eq=False, repr=False)

    @property
    def data(self) -> bytes:
        """The raw bytes; of a text, its UTF-8."""
        return self.text if isinstance(self.text, bytes) else self.text.encode("utf-8", "surrogatepass")

    @property
    def digest(self) -> str:
        """`sha256:` and the hexadecimal digest of the raw bytes; worked out anew each time."""
        return sha256(self.data)


class Resolver(Protocol):
    """Anything that finds the document of a reference.

    It returns the text with its URI, `(text, uri)`, or a `Fetched`. It raises `ReferenceFailed` to say why not; the text of any
    other exception is shown to nobody, since it may hold what the author of the spec must not see.
    """

    def __call__(self, reference: Reference, /) -> Fetched | tuple[str | bytes, str]:
        """The document that the reference names."""
        ...


class ReferenceFailed(Exception):
    """A reference that leads to no document: a stable code, a message for the author of the spec, the next step."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        self.code, self.message, self.hint = code, message, hint
        super().__init__(code, message, hint)

    def __str__(self) -> str:
        return self.message


def limit_crossed(field: str, message: str) -> ReferenceFailed:
    """The refusal of something larger, slower or longer than the `Limits` field of this name allows."""
    return ReferenceFailed(message=message, **crossed(field))


def sha256(data: bytes) -> str:
    """The digest of bytes, as pins, locks and caches write it."""
    import hashlib  # it loads OpenSSL, which making resolvers does without

    return "sha256:" + hashlib.sha256(data).hexdigest()
