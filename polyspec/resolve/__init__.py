"""References to documents: by path, URL, hub, preset, or a resolver of your own. The only room that knows requests."""

from polyspec.resolve.collect import Collector
from polyspec.resolve.documents import DocumentCache
from polyspec.resolve.presets import NamedPresets
from polyspec.resolve.reference import Fetched, Reference, ReferenceFailed, Resolver
from polyspec.resolve.resolvers import Resolvers

__all__ = ["Collector", "DocumentCache", "Fetched", "NamedPresets", "Reference", "ReferenceFailed", "Resolver", "Resolvers"]
