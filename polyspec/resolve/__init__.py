"""References to documents: by path, URL, hub, preset, or a resolver of your own. The only room that knows requests."""

from polyspec.resolve.address import is_url
from polyspec.resolve.collect import Collector
from polyspec.resolve.documents import DocumentCache
from polyspec.resolve.files import write_file
from polyspec.resolve.lock import LOCK_NAME, Entry, Lock, command, copy_name, path_within, read_lock
from polyspec.resolve.pin import unpinned
from polyspec.resolve.presets import NamedPresets
from polyspec.resolve.reference import Fetched, Reference, ReferenceFailed, Resolver
from polyspec.resolve.resolvers import Resolvers

__all__ = [
    "LOCK_NAME",
    "Collector",
    "DocumentCache",
    "Entry",
    "Fetched",
    "Lock",
    "NamedPresets",
    "Reference",
    "ReferenceFailed",
    "Resolver",
    "Resolvers",
    "command",
    "copy_name",
    "is_url",
    "path_within",
    "read_lock",
    "unpinned",
    "write_file",
]
