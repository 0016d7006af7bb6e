"""`urlRef`: a document from a mirror, the cache or the network."""

from collections.abc import Iterable, Mapping

import attrs

from polyspec.errors import shortened
from polyspec.record import record
from polyspec.resolve.address import Hosts, Url, parse_url
from polyspec.resolve.cache import Cache, Kept
from polyspec.resolve.mirrors import Mirrors
from polyspec.resolve.reference import Fetched, Reference, ReferenceFailed, sha256
from polyspec.resolve.remote import AnyPath
from polyspec.resolve.reporter import NOBODY, Reporter


@record
class UrlResolver:
    """Documents by https, from hosts that may be reached and have public addresses.

    A mirror comes first; then the cache, for a reference that is held to a digest or `offline`; then the network, which `offline`
    never opens. A server is asked whether the document is still the one that is kept, and sends it only if it is not.
    Raises `ReferenceFailed`. Source of the rule: contract.md, "Limits".
    """

    hosts: Hosts = attrs.field(factory=Hosts)
    mirrors: Mirrors = attrs.field(factory=Mirrors)
    cache: Cache = attrs.field(factory=Cache)
    offline: bool = False
    reporter: Reporter = NOBODY

    @classmethod
    def of(
        cls,
        hosts: Iterable[str],
        mirrors: Mapping[str, AnyPath] | None,
        cache: AnyPath | Cache | None,
        *,
        public: bool,
        offline: bool,
        reporter: Reporter,
    ) -> "UrlResolver":
        """Read what a caller gave; `public` admits all public hosts. Raises `ValueError` for a host or a prefix that is none."""
        reached = Hosts.of(hosts, public=public)
        kept = cache if isinstance(cache, Cache) else Cache(cache)
        return cls(reached, Mirrors.of(mirrors), kept, offline, reporter)

    def __call__(self, reference: Reference, /) -> Fetched:
        """The document at the URL, which must be absolute."""
        return self.read(parse_url(reference.target), reference)

    def read(self, url: Url, reference: Reference) -> Fetched:
        """The document at a URL; of the reference, its digest and limits count."""
        mirrored = self.mirrors.read(url, reference.limits.document_bytes)
        if mirrored is not None:
            return Fetched(url.uri, mirrored)
        self.hosts.admit(url)
        return Fetched(url.uri, self._document(url, reference))

    def _document(self, url: Url, reference: Reference) -> bytes:
        limit = reference.limits.fetch_bytes
        held = None if reference.digest is None else self.cache.held(url, reference.digest, limit)
        if held is not None:
            return held
        kept = self.cache.last(url, limit)
        if not self.offline:
            return self._fetched(url, reference, kept)
        if kept is not None and reference.digest is None:
            return kept.data
        message = f"`{shortened(url.place, 120)}` is neither mirrored nor cached, and nothing is fetched offline"
        raise ReferenceFailed("offline", message, "compile once with `cache=` and the network, or add a mirror")

    def _fetched(self, url: Url, reference: Reference, kept: Kept | None) -> bytes:
        from polyspec.resolve.http import fetch  # for the start-up time: few compilations need the network

        known = None if kept is None else kept.version
        answer = fetch(url, self.hosts, reference.limits, known, self.reporter, spent=reference.spent)
        data = kept.data if kept is not None and answer.body is None else answer.body or b""
        if answer.body is not None and reference.digest in (None, sha256(data)):
            self.cache.store(url, data, answer.version)
        return data
