"""The registry of resolvers: which one answers a reference, and what is checked whatever it answers."""

import inspect
import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from polyspec.errors import did_you_mean, shortened
from polyspec.limits import Limits
from polyspec.record import record
from polyspec.registry import Registry
from polyspec.resolve.documents import DocumentCache
from polyspec.resolve.path import PathResolver, read_path
from polyspec.resolve.pin import unpinned, verify
from polyspec.resolve.presets import NamedPresets
from polyspec.resolve.reference import Fetched, Reference, ReferenceFailed, Resolver, is_url
from polyspec.resolve.remote import AnyPath, Remote
from polyspec.resolve.reporter import NOBODY, Reporter

if TYPE_CHECKING:
    from importlib.metadata import EntryPoints

    from polyspec.resolve.cache import Cache
    from polyspec.resolve.lock import Lock

_GROUP = "polyspec.resolvers"

SHARED = DocumentCache()
"""The documents that this process keeps, unless a registry has a cache of its own or none."""


@record
class Resolvers:
    """How references are looked up: an immutable registry of kind -> resolver. `default` and `untrusted` make one.

    `plugins` says whether a kind that is not registered is looked for among the entry points of the group `polyspec.resolvers`.
    `documents` keeps the documents that were read; with None each is read again by every compilation. A `lock` holds every
    reference to the document that it led to when it was locked.
    """

    registry: Registry[Resolver]
    plugins: bool = False
    documents: DocumentCache | None = attrs.field(default=SHARED, eq=False)
    lock: "Lock | None" = None

    @classmethod
    def default(
        cls,
        *,
        hosts: Iterable[str] = (),
        mirrors: Mapping[str, AnyPath] | None = None,
        hub: AnyPath | None = None,
        cache: "AnyPath | Cache | None" = None,
        offline: bool = False,
        root: AnyPath | None = None,
        documents: DocumentCache | None = SHARED,
        reporter: Reporter = NOBODY,
    ) -> "Resolvers":
        """For a person's own files: `pathRef` reaches what that person can read, `urlRef` every public host by https.

        `hosts` may be reached beside those: `"http://10.0.0.5:8000"` is exactly that, whatever its address.
        `mirrors` are URL prefixes and the folders that stand in for them, `hub` is a folder or an https URL, `cache` a folder
        for what was fetched (a `Cache` where its bounds are to be others); `offline` opens no connection; `root` confines
        `pathRef`; `documents=None` reads every document anew, where else those whose content has not changed are taken from
        memory; `reporter` is told of every fetch.
        Raises `ValueError` for a host, a prefix or a hub that is none.
        """
        remote = Remote(hosts, mirrors, hub, cache, offline, reporter, public=True)
        return cls(_registry(PathResolver(root), remote), plugins=True, documents=documents)

    @classmethod
    def untrusted(
        cls,
        root: AnyPath | None = None,
        hosts: Iterable[str] = (),
        *,
        mirrors: Mapping[str, AnyPath] | None = None,
        hub: AnyPath | None = None,
        cache: "AnyPath | Cache | None" = None,
        offline: bool = False,
        documents: DocumentCache | None = SHARED,
        reporter: Reporter = NOBODY,
    ) -> "Resolvers":
        """For specs that others wrote: no local file unless under `root`, no host that is not named, no plug-in unless added.

        `"example.com"` is https on its standard port, at a public address; `"http://127.0.0.1:8000"` is exactly that, whatever
        its address. The rest is as in `default`. Raises `ValueError` for a host, a prefix or a hub that is none.
        """
        remote = Remote(hosts, mirrors, hub, cache, offline, reporter)
        return cls(_registry(PathResolver(root, closed=True), remote), documents=documents)

    def with_resolver(self, kind: str, resolver: Resolver) -> "Resolvers":
        """A new registry in which `resolver` answers references of this kind. Raises `TypeError` when it cannot."""
        registry = self.registry.with_entry(kind, resolver)
        _check_signature(kind, resolver)
        return attrs.evolve(self, registry=registry)

    def with_lock(self, lock: "Lock | None") -> "Resolvers":
        """The same registry under a lock: a reference that it does not hold, or whose document has changed, is refused."""
        return attrs.evolve(self, lock=lock)

    def kinds(self) -> tuple[str, ...]:
        """Every kind of reference that is answered, in order."""
        return tuple(sorted({*self.registry, *(_entry_points().names if self.plugins else ())}))

    @property
    def names_presets(self) -> bool:
        """Whether presets are looked up by name: a resolver for them was registered, or the lock holds some."""
        if self.lock is not None and any(entry.kind == "presets" for entry in self.lock.entries):
            return True
        resolver = self.registry.entries.get("presets")
        return resolver is not None and not (isinstance(resolver, NamedPresets) and resolver.folder is None)

    def fetch(self, reference: Reference) -> Fetched:
        """The document of a reference, checked against its pin and the lock.

        Raises `ReferenceFailed`, whatever the resolver raised.
        """
        asked = unpinned(reference)
        fetched = self._look_up(asked) if self.lock is None else self.lock.fetch(asked, self._look_up)
        verify(asked, fetched)
        return fetched if asked.digest is None else attrs.evolve(fetched, held=True)

    def _look_up(self, reference: Reference) -> Fetched:
        return _answer(self._resolver(reference.kind), reference)

    def open(self, source: AnyPath, limits: Limits | None = None) -> Fetched:
        """The document that a caller names by path or URL, pinned or not. Raises `ReferenceFailed`.

        A path may lead to any regular file, for the caller may read what it can; a URL is fetched as a `urlRef` is.
        """
        text, bounds = os.fspath(source), limits or Limits()
        if is_url(text):
            return self.with_lock(None).fetch(Reference("urlRef", text, None, bounds))  # what a caller names is no reference
        if "\n" in text:
            message = f"no file at `{shortened(text)}`"
            raise ReferenceFailed("reference-not-found", message, "this looks like a document: read text by `polyspec.loads`")
        asked = unpinned(Reference("pathRef", text, None, bounds))
        fetched = read_path(asked.target, bounds)
        verify(asked, fetched)
        return fetched

    def _resolver(self, kind: str) -> Resolver:
        if kind in self.registry:
            return self.registry[kind]
        for point in _entry_points().select(name=kind) if self.plugins else ():
            return _loaded(kind, point.load)
        known = self.kinds()
        hint = did_you_mean(kind, known) or f"known are: {', '.join(known)}"
        raise ReferenceFailed("unknown-resolver", f"there is no resolver for `{shortened(kind)}`", hint)


def _registry(paths: PathResolver, remote: Remote) -> Registry[Resolver]:
    return Registry("resolver", {"pathRef": paths, **remote.resolvers(), "presets": NamedPresets()})


def _entry_points() -> "EntryPoints":
    from importlib.metadata import entry_points

    return entry_points(group=_GROUP)


def _loaded(kind: str, load: Any) -> Resolver:
    try:
        resolver: Resolver = load()
        _check_signature(kind, resolver)
    except Exception as error:  # noqa: BLE001 - the import of a plug-in may raise anything, and none of it may escape
        message = f"the plug-in for `{kind}` cannot be loaded: `{type(error).__name__}`"
        raise ReferenceFailed("resolver-failed", message, f"it comes by the entry-point group `{_GROUP}`") from None
    return resolver


def _check_signature(kind: str, resolver: Resolver) -> None:
    if not callable(resolver):
        raise TypeError(f"the resolver {kind!r} must be callable, not {type(resolver).__name__}")
    try:
        signature = inspect.signature(resolver)
    except ValueError:  # some callables of C have none to look at
        return
    try:
        signature.bind(object())
    except TypeError:
        raise TypeError(f"the resolver {kind!r} must take one argument, the reference; it takes {signature}") from None


def _answer(resolver: Resolver, reference: Reference) -> Fetched:
    try:
        found: object = resolver(reference)
    except ReferenceFailed:
        raise
    except Exception as error:  # noqa: BLE001 - a plug-in may raise anything, and its text may hold secrets
        message = f"the resolver of `{reference.kind}` failed: `{type(error).__name__}`"
        raise ReferenceFailed("resolver-failed", message, "a resolver says why by raising `ReferenceFailed`") from None
    match found:
        case Fetched(uri=str(), text=str() | bytes()):
            return found
        case (str() | bytes() as text, str() as uri):
            return Fetched(uri, text)
    message = f"the resolver of `{reference.kind}` returned a `{type(found).__name__}`: expected the text and its URI"
    raise ReferenceFailed("resolver-failed", message)
