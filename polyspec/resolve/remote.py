"""Who answers `urlRef` and `hubRef`. What knows URLs, caches and hubs is loaded when there is something to read or to check."""

import functools
import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from polyspec.record import record
from polyspec.resolve.reference import Fetched, Reference, Resolver
from polyspec.resolve.reporter import NOBODY, Reporter

if TYPE_CHECKING:
    from polyspec.resolve.cache import Cache

AnyPath = str | os.PathLike[str]


@record
class Remote:
    """How documents of other hosts, of mirrors and of a hub are found; `public` admits all public hosts beside `hosts`.

    The other fields are the arguments of `Resolvers.default` and `Resolvers.untrusted`.
    """

    hosts: Iterable[str] = ()
    mirrors: Mapping[str, AnyPath] | None = None
    hub: AnyPath | None = None
    cache: "AnyPath | Cache | None" = None
    offline: bool = False
    reporter: Reporter = NOBODY
    public: bool = False

    def resolvers(self) -> Mapping[str, Resolver]:
        """Each kind and what answers it. Raises `ValueError` for a host, a prefix or a hub that is none."""
        is_plain = self.hosts == () and not self.mirrors and self.hub is None and self.cache is None
        return {kind: _Late(self, kind) for kind in ("urlRef", "hubRef")} if is_plain else self.made

    @functools.cached_property
    def made(self) -> Mapping[str, Resolver]:
        """The resolvers themselves."""
        from polyspec.resolve.hub import HubResolver
        from polyspec.resolve.url import UrlResolver

        urls = UrlResolver.of(
            self.hosts, self.mirrors, self.cache, public=self.public, offline=self.offline, reporter=self.reporter
        )
        return {"urlRef": urls, "hubRef": HubResolver.of(self.hub, urls)}


@record
class _Late:
    """The resolver of a kind, which is made for the first reference."""

    remote: Remote
    kind: str

    def __call__(self, reference: Reference, /) -> Fetched | tuple[str | bytes, str]:
        return self.remote.made[self.kind](reference)
