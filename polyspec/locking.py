"""Locks: made for files, held against them, and the documents of one copied so that nothing else is needed."""

import os
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from os import PathLike
from shlex import quote
from typing import TypeVar

import attrs

from polyspec.children import later_operations
from polyspec.errors import Diagnostic, Location, PolyspecError, conceal, shortened
from polyspec.limits import Limits
from polyspec.merge import Layer
from polyspec.reading import Source, file_of, preset_layers, read, stack_layers
from polyspec.record import record
from polyspec.resolve import (
    LOCK_NAME,
    MAX_LOCK_BYTES,
    MAX_LOCK_FILES,
    Collector,
    Entry,
    Fetched,
    Lock,
    Reference,
    Resolvers,
    command,
    copy_name,
    once,
    path_within,
    read_lock,
    unpinned,
    write_file,
    write_folder,
)
from polyspec.settings import Settings
from polyspec.source import Document, canonical_json
from polyspec.spec.kinds import Kinds, default_kinds
from polyspec.spec.load import Loaded
from polyspec.tree import Path

AnyPath = str | PathLike[str]
T = TypeVar("T")

_COPIES = "documents"
_AGAIN = "run the same again; a path that goes through a link to a folder is written without `..`"


def under_lock(resolvers: Resolvers, source: Source, lock: AnyPath, *, is_beside: bool = False) -> Resolvers:
    """The resolvers with a lock that holds the references of a source: one that was named, or `is_beside` its file.

    Raises `PolyspecError` where that is no lock.
    """
    file = quote(os.fspath(source)) if isinstance(source, str | PathLike) else "FILE"
    call = file if is_beside else f"{file} --lock {quote(os.fspath(lock))}"
    return resolvers.with_lock(read_lock(lock, call))


def lock(
    files: str | Iterable[AnyPath] = (),
    path: AnyPath | None = None,
    *,
    upgrade: str | Iterable[str] = (),
    resolvers: Resolvers | None = None,
    limits: Limits | None = None,
    kinds: Kinds | None = None,
) -> Lock:
    """Write the lock of files: every reference that they reach, and the digest of its document. Give what was written.

    `path` is where it stands: by default `polyspec.lock` beside the files, or in the working folder. The files that it was made
    for before stay in it, and so does every document that is locked, unless `upgrade` names its reference (`*` names all). Hooks,
    builds and tuners are followed too. Of what a merge left of the locks of two branches, it takes both. `resolvers`, `limits`
    and `kinds` are those of `compile`.

    Raises `PolyspecError` for references that lead nowhere or whose document has changed, and for a file in the place of the
    lock that is none; `ValueError` for files that have no place for their lock, and for names that are not locked.
    """
    files = _several(files)
    place = lock_place(files, path)
    call = _call(files, path)
    old = read_lock(place, call, merges=True) if os.path.lexists(place) else Lock(os.path.dirname(place), call=call)
    new = _renewed(old, once(old.without(_several(upgrade)), place), place, files, _settings(resolvers, limits, kinds))
    if new != old or not os.path.lexists(place):
        _write(place, _text(new, place))
    return new


def check_lock(
    files: str | Iterable[AnyPath] = (),
    path: AnyPath | None = None,
    *,
    resolvers: Resolvers | None = None,
    limits: Limits | None = None,
    kinds: Kinds | None = None,
) -> Lock:
    """Hold a lock against what its files, and these, reach now, and give it. Nothing is written. For the arguments see `lock`.

    Raises `PolyspecError` with every reference that it lacks or that nothing reaches, and for documents that have changed.
    """
    files = _several(files)
    place, call = lock_place(files, path), _call(files, path)
    old = read_lock(place, call)
    changes = old.changes(_renewed(old, old, place, files, _settings(resolvers, limits, kinds)))
    found = [("lock-missing", f"the lock has no {entry}") for entry in changes.added]
    found += [("lock-unused", f"nothing reaches {entry} any more") for entry in changes.removed]
    found += [("lock-changed", f"{entry} is pinned to another document than it is locked to") for entry in changes.changed]
    if found:
        raise PolyspecError(
            [Diagnostic(code, message, Location(place), hint=f"run `{command(call)}`") for code, message in found]
        )
    return old


def vendor(
    folder: AnyPath,
    files: str | Iterable[AnyPath] = (),
    path: AnyPath | None = None,
    *,
    resolvers: Resolvers | None = None,
    limits: Limits | None = None,
    kinds: Kinds | None = None,
) -> Lock:
    """Copy files, their lock and every document that it holds into a new folder, where they compile without anything else.

    What they compile to is the same there, byte for byte. The arguments are those of `lock`; without `files`, those of the lock
    are copied. Raises `PolyspecError` for references that are not locked or whose document has changed; `ValueError` for a folder
    that is not empty, and for files that stand outside of the folder of their lock.
    """
    target = os.path.realpath(os.fspath(folder))
    if os.path.lexists(target) and (not os.path.isdir(target) or os.listdir(target)):
        raise ValueError(f"{os.fspath(folder)!r} is there already: name a new folder, or an empty one")
    files = _several(files)
    place = lock_place(files, path)
    held = read_lock(place, _call(files, path))
    settings = _settings(resolvers, limits, kinds, held)
    roots = _roots(held, place, files, alone=bool(files))
    reached = [it for root in roots if (it := _reach(root, settings)) is not None]
    copied = Lock(
        target, [it.name_in(held.folder) for it in reached], [each for it in reached for each in it.entries(held)], _COPIES
    )
    outside = [name for name in copied.files if name.startswith("../") or os.path.isabs(name)]
    if outside:
        raise ValueError(f"{outside[0]!r} stands outside of the folder of the lock")
    _write_copies(target, copied, reached, held)
    return copied


def lock_place(files: Iterable[AnyPath] = (), path: AnyPath | None = None) -> str:
    """The absolute path of the lock of files: the one given, or `polyspec.lock` beside them, or in the working folder.

    Raises `ValueError` for files of several folders, for what is no file, and for a link that leads nowhere: who made it would
    say where a lock is written.
    """
    folders = {os.path.dirname(_real(file)) for file in files}
    if path is None and len(folders) > 1:
        raise ValueError("these files stand in several folders: say where their lock is to be (`--lock`)")
    place = os.path.join(*(folders or {os.getcwd()}), LOCK_NAME) if path is None else os.fspath(path)
    if os.path.islink(place) and not os.path.exists(place):
        raise ValueError(f"the lock {shortened(os.path.basename(place))!r} is a link that leads nowhere: remove it")
    return os.path.realpath(place)


@record
class _Root:
    """A file to look at; `lock` is the one that lists it, by this `name`, where the caller did not name it."""

    file: str
    name: str = ""
    lock: str | None = None

    def read(self, collector: Collector) -> Loaded | None:
        """Its spec; None where it is gone and a lock lists it, which is no more than a reference. Raises `PolyspecError`."""
        return read(self.file, collector) if self.lock is None else collector.open_listed(self.name, self.lock)


@record(eq=False)
class _Reached:
    """A file, its bytes, and every reference that it reaches, with the documents."""

    file: str
    data: bytes
    references: Sequence[tuple[Reference, Fetched]]

    def name_in(self, folder: str) -> str:
        """The file, named from a folder."""
        return path_within(self.file, folder)

    def entries(self, lock: Lock) -> list[Entry]:
        """The entries of its references in a lock."""
        return [lock.entry(unpinned(reference), fetched) for reference, fetched in self.references]


def _renewed(old: Lock, kept: Lock, place: str, files: Iterable[AnyPath], settings: Settings) -> Lock:
    """The lock at a place with what its files, and these, reach now; documents that are `kept` may not change.

    Raises `PolyspecError` with the problems of all files.
    """
    growing = attrs.evolve(settings, resolvers=settings.resolvers.with_lock(attrs.evolve(kept, grows=True)))
    reached, problems = list[_Reached](), list[Diagnostic]()
    for root in _roots(old, place, files):
        try:
            it = _reach(root, growing)
            reached += [] if it is None else [it]
        except PolyspecError as error:
            problems += error.diagnostics
            if len(problems) >= settings.limits.diagnostics:
                raise PolyspecError(problems[: settings.limits.diagnostics]) from None
    entries = {entry for it in reached for entry in it.entries(old)}
    new = attrs.evolve(old, files=[it.name_in(old.folder) for it in reached], entries=entries, merged=False)
    twice = [entry for before, entry in pairwise(new.entries) if before.key == entry.key]
    problems += [Diagnostic("lock-changed", f"{entry} led to two documents while it was locked", hint=_AGAIN) for entry in twice]
    if problems:
        raise PolyspecError(problems)
    return new


def _reach(start: _Root, settings: Settings) -> _Reached | None:
    """Every reference that a file reaches, hooks, builds and tuners included; None where it is gone. Raises `PolyspecError`."""
    collector = settings.collector()
    root = start.read(collector)
    if root is None:
        return None
    specs, seen = [root], set[bytes]()
    for spec in specs:  # those that it leads to come in behind it
        layers = _layers(spec, collector)
        for layer in (*layers, *preset_layers(filter(None, collector.of_operations.values()))):
            for path, operation in later_operations(layer.tree):
                identity = canonical_json(operation)
                if identity not in seen:
                    seen.add(identity)
                    document, place = _home(layer, path)
                    specs.append(Loaded(document, operation, place))
    collector.settle()
    raw = root.document.raw or b""
    return _Reached(start.file, raw if isinstance(raw, bytes) else raw.encode(), collector.followed())


def _home(layer: Layer, path: Path) -> tuple[Document, Path]:
    """The document in which a part of a layer was written, and its path there."""
    brought = [graft for graft in layer.grafts if path[: len(graft.path)] == graft.path]
    if not brought:
        return layer.source, (*layer.prefix, *path)
    graft = max(brought, key=lambda graft: len(graft.path))
    return graft.document, (*graft.prefix, *path[len(graft.path) :])


def _layers(loaded: Loaded, collector: Collector) -> Sequence[Layer]:
    """The layers of a spec; of a preset, those that it has when it is put over another."""
    is_preset = loaded.tree.get("isPreset") is True
    return preset_layers([collector.with_operations(loaded)]) if is_preset else stack_layers(loaded, collector)


def _roots(lock: Lock, place: str, files: Iterable[AnyPath], *, alone: bool = False) -> list[_Root]:
    """The files to look at: these, and those that the lock at a place lists; not what is gone from its folder."""
    listed = (_Root(os.path.normpath(os.path.join(lock.folder, name)), name, place) for name in (() if alone else lock.files))
    there = (root for root in listed if path_within(root.file, lock.folder).startswith("../") or os.path.lexists(root.file))
    found = {root.file: root for root in (*there, *(_Root(_real(file)) for file in files))}
    return [found[file] for file in sorted(found)]


def _real(file: AnyPath) -> str:
    real = file_of(file)
    if real is None:
        raise ValueError(f"a lock is for files, and {shortened(conceal(os.fspath(file)))!r} is none")
    return real


def _settings(resolvers: Resolvers | None, limits: Limits | None, kinds: Kinds | None, held: Lock | None = None) -> Settings:
    found = (resolvers or Resolvers.default()).with_lock(held)
    return Settings(resolvers=found, limits=limits or Limits(), kinds=kinds or default_kinds())


def _call(files: Iterable[AnyPath], path: AnyPath | None) -> str:
    """What the command line calls these files and their lock."""
    return " ".join([*(quote(os.fspath(file)) for file in files), *(("--lock", quote(os.fspath(path))) if path else ())])


def _several(given: str | Iterable[T]) -> list[T | str]:
    """What was given of a kind of which there may be more; one text is one of it, and not its letters."""
    return [given] if isinstance(given, str) else list(given)


def _text(lock: Lock, place: str) -> bytes:
    """What is written of a lock. Raises `PolyspecError` for more than is read."""
    data = lock.to_text().encode()
    if len(data) > MAX_LOCK_BYTES or len(lock.files) > MAX_LOCK_FILES:
        message = f"the lock would be larger than {MAX_LOCK_BYTES} bytes, or list more than {MAX_LOCK_FILES} files"
        hint = "lock these files in parts, each by a lock of its own"
        raise PolyspecError([Diagnostic("not-written", message, Location(place), hint=hint)])
    return data


def _write_copies(target: str, lock: Lock, reached: Sequence[_Reached], held: Lock) -> None:
    fetched = [each for it in reached for _, each in it.references]
    files = {f"{_COPIES}/{copy_name(each.digest)}": each.data for each in fetched}
    files |= {it.name_in(held.folder): it.data for it in reached}
    _written(target, "folder", lambda: write_folder(target, {**files, LOCK_NAME: lock.to_text().encode()}))


def _write(path: str, data: bytes) -> None:
    _written(path, "file", lambda: write_file(os.path.dirname(path), os.path.basename(path), data))


def _written(path: str, what: str, write: Callable[[], None]) -> None:
    try:
        write()
    except OSError as error:
        message = f"this {what} cannot be written: {(error.strerror or type(error).__name__).lower()}"
        raise PolyspecError([Diagnostic("not-written", message, Location(path))]) from None
