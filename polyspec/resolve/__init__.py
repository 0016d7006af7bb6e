"""References to documents: by path, URL, hub, preset, or a resolver of your own. The only room that knows requests.

A name is loaded when it is first asked for: to say how references are looked up takes less than to follow one.
"""

from typing import TYPE_CHECKING, Final

from polyspec.late import late_names

if TYPE_CHECKING:
    from polyspec.resolve.cache import Cache
    from polyspec.resolve.collect import Collector
    from polyspec.resolve.documents import DocumentCache
    from polyspec.resolve.files import write_file, write_folder
    from polyspec.resolve.lock import MAX_LOCK_BYTES, MAX_LOCK_FILES, Entry, Lock, command, copy_name, path_within
    from polyspec.resolve.lock_file import once, read_lock
    from polyspec.resolve.pin import unpinned
    from polyspec.resolve.presets import NamedPresets
    from polyspec.resolve.reference import LOCK_NAME, Fetched, Reference, ReferenceFailed, Resolver, is_url
    from polyspec.resolve.reporter import Reporter
    from polyspec.resolve.resolvers import Resolvers

__all__ = [
    "LOCK_NAME",
    "MAX_LOCK_BYTES",
    "MAX_LOCK_FILES",
    "Cache",
    "Collector",
    "DocumentCache",
    "Entry",
    "Fetched",
    "Lock",
    "NamedPresets",
    "Reference",
    "ReferenceFailed",
    "Reporter",
    "Resolver",
    "Resolvers",
    "command",
    "copy_name",
    "is_url",
    "once",
    "path_within",
    "read_lock",
    "unpinned",
    "write_file",
    "write_folder",
]

_HOMES: Final = {
    "polyspec.resolve.cache": ("Cache",),
    "polyspec.resolve.collect": ("Collector",),
    "polyspec.resolve.documents": ("DocumentCache",),
    "polyspec.resolve.files": ("write_file", "write_folder"),
    "polyspec.resolve.lock": ("MAX_LOCK_BYTES", "MAX_LOCK_FILES", "Entry", "Lock", "command", "copy_name", "path_within"),
    "polyspec.resolve.lock_file": ("once", "read_lock"),
    "polyspec.resolve.pin": ("unpinned",),
    "polyspec.resolve.presets": ("NamedPresets",),
    "polyspec.resolve.reference": ("LOCK_NAME", "Fetched", "Reference", "ReferenceFailed", "Resolver", "is_url"),
    "polyspec.resolve.reporter": ("Reporter",),
    "polyspec.resolve.resolvers": ("Resolvers",),
}

if not TYPE_CHECKING:
    __getattr__ = late_names(__name__, _HOMES)
