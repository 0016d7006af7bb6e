"""`urlRef`: a document from a mirror, the cache or the network."""

import attrs

from polyspec.errors import shortened
from polyspec.resolve.address import Hosts, Url, parse_url
from polyspec.resolve.cache import Cache
from polyspec.resolve.mirrors import Mirrors
from polyspec.resolve.reference import Fetched, Reference, ReferenceFailed, sha256


@attrs.frozen
class UrlResolver:
    """Documents by https, from hosts that may be reached and have public addresses.

    A mirror comes first; then the cache, for a pinned reference or `offline`; then the network, which `offline` never opens.
    Raises `ReferenceFailed`. Source of the rule: contract.md, "Limits".
    """

    hosts: Hosts = attrs.field(factory=Hosts)
    mirrors: Mirrors = attrs.field(factory=Mirrors)
    cache: Cache = attrs.field(factory=Cache)
    offline: bool = False

    def __call__(self, reference: Reference, /) -> Fetched:
        """The document at the URL, which must be absolute."""
        return self.read(parse_url(reference.target), reference)

    def read(self, url: Url, reference: Reference) -> Fetched:
        """The document at a URL; of the reference, its pin and limits count."""
        mirrored = self.mirrors.read(url, reference.limits.document_bytes)
        if mirrored is not None:
            return Fetched(url.uri, mirrored)
        self.hosts.admit(url)
        cached = self._cached(url, reference)
        return Fetched(url.uri, self._fetched(url, reference) if cached is None else cached)

    def _cached(self, url: Url, reference: Reference) -> bytes | None:
        if reference.digest is None and not self.offline:
            return None
        data = self.cache.read(url, reference.limits.fetch_bytes)
        return data if data is not None and reference.digest in (None, sha256(data)) else None

    def _fetched(self, url: Url, reference: Reference) -> bytes:
        if self.offline:
            message = f"`{shortened(url.place, 120)}` is neither mirrored nor cached, and nothing is fetched offline"
            raise ReferenceFailed("offline", message, "compile once with `cache=` and the network, or add a mirror")
        from polyspec.resolve.http import fetch  # for the start-up time: few compilations need the network

        data = fetch(url, self.hosts, reference.limits)
        if reference.digest in (None, sha256(data)):
            self.cache.store(url, data)
        return data
