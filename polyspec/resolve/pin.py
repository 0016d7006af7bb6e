"""Digest pins: `urlRef: https://host/x.yaml#sha256=<hex>`, `pathRef: x.yaml#sha256=<hex>`, `hubRef: name:tag@sha256:<hex>`."""

import re

import attrs

from polyspec.late import late_pattern
from polyspec.resolve.reference import Fetched, Reference, ReferenceFailed

_PIN = re.compile(r"[#@]sha256[=:]")
_DIGEST = late_pattern(r"[0-9a-fA-F]{64}")


def unpinned(reference: Reference) -> Reference:
    """The reference with its pin in `digest` and off its target. Raises `ReferenceFailed` when the pin is no digest."""
    pin = _PIN.search(reference.target)
    if pin is None:
        return reference
    digest = reference.target[pin.end() :]
    if not _DIGEST.fullmatch(digest):
        message = (
            f"the pin of this `{reference.kind}` is no SHA-256: expected 64 hexadecimal digits, found {len(digest)} characters"
        )
        raise ReferenceFailed("reference-invalid", message, "copy the digest whole, as `sha256sum` prints it")
    return attrs.evolve(reference, target=reference.target[: pin.start()], digest="sha256:" + digest.lower())


def verify(reference: Reference, fetched: Fetched) -> None:
    """Raises `ReferenceFailed` when the raw bytes are not those that the reference is pinned to."""
    if reference.digest is None or fetched.digest == reference.digest:
        return
    message = f"this `{reference.kind}` is pinned to `{reference.digest}`, but its document has `{fetched.digest}`"
    raise ReferenceFailed("digest-mismatch", message, "somebody changed the document: review it, then pin the new digest")
