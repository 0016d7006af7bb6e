"""The lock: the references that some files reach, each with the document that it led to and the digest of its bytes.

It is a TOML file with one block an entry, sorted, so that it reads and merges like any other text. Local files are named from the
folder that it stands in, and the queries of URLs are replaced by digests.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from shlex import quote

import attrs

from polyspec.errors import conceal_urls, did_you_mean, shortened
from polyspec.record import record
from polyspec.resolve.address import parse_url
from polyspec.resolve.files import read_file
from polyspec.resolve.reference import Fetched, Reference, ReferenceFailed, is_url, sha256

ALL = "*"
"""The name of every reference."""
VERSION = 1
MAX_LOCK_BYTES = 2 * 1024 * 1024
"""The text of a lock, of 7,000 references about: read within half a second, whatever stands in it."""
MAX_LOCK_FILES = 10_000
"""Files that a lock lists, each of which is looked for."""
_MAX_COPY = 64 * 1024 * 1024
_HEADER = "# Written by `polyspec lock`. Keep it with the files, and review what changes in it.\n"
_DIGESTED = re.compile(r"\?query-[0-9a-f]{12}")

Key = tuple[str, str, str]
"""What a reference is looked up by: its kind, its target, and the document that holds it where that matters."""


@record
class Entry:
    """One reference of a lock: how it is written, the URI of the document that it led to, and the digest of its bytes."""

    kind: str
    target: str
    uri: str
    digest: str
    holder: str = ""

    @property
    def key(self) -> Key:
        """What it is found by; entries stand in this order."""
        return self.kind, self.target, self.holder

    def __str__(self) -> str:
        return f"`{self.kind}: {shortened(self.target, 120)}`"


def _in_order_of_names(files: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(files)))


def _in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(set(entries), key=lambda entry: (entry.key, entry.digest, entry.uri)))


@record
class Changes:
    """What a lock says differently from an earlier one: references that are new, that are gone, and with another document."""

    added: tuple[Entry, ...]
    removed: tuple[Entry, ...]
    changed: tuple[Entry, ...]


@record
class Lock:
    """The references that some files reach, and the digest of each.

    `folder` is the absolute path of the folder that the lock stands in, `files` are those it was made for and `copies` is the
    folder of copies that `vendor` made, both named from there. `call` is what hints give the command line. A lock that `grows`
    lets references through that it does not hold; one that is `merged` has what two branches had.
    """

    folder: str
    files: tuple[str, ...] = attrs.field(default=(), converter=_in_order_of_names)
    entries: tuple[Entry, ...] = attrs.field(default=(), converter=_in_order)
    copies: str | None = None
    call: str = attrs.field(default="FILE", eq=False)
    grows: bool = attrs.field(default=False, eq=False)
    merged: bool = False

    @cached_property
    def _by_key(self) -> Mapping[Key, Entry]:
        return {entry.key: entry for entry in self.entries}

    def find(self, reference: Reference) -> Entry | None:
        """The entry of a reference, its pin already off; None where there is none."""
        return self._by_key.get(key_of(reference, self.folder))

    def entry(self, reference: Reference, fetched: Fetched) -> Entry:
        """The entry that holds a reference to what it led to."""
        kind, target, holder = key_of(reference, self.folder)
        return Entry(kind, target, uri_within(fetched.uri, self.folder), fetched.digest, holder)

    def fetch(self, reference: Reference, look_up: Callable[[Reference], Fetched]) -> Fetched:
        """The document of a reference, its pin already off, with the bytes that are locked. Raises `ReferenceFailed`."""
        entry = self.find(reference)
        if entry is None or (self.grows and reference.digest not in (None, entry.digest)):
            if self.grows:
                return look_up(reference)
            raise self._missing(reference)
        if reference.digest not in (None, entry.digest):
            raise self._changed(entry, f"is locked to `{entry.digest}`, and pinned to `{reference.digest}`")
        fetched = self._copy(entry) or self._looked_up(attrs.evolve(reference, digest=entry.digest), look_up)
        if fetched.digest != entry.digest and reference.digest is None:  # else it is the pin that tells
            raise self._changed(entry, f"is locked to `{entry.digest}`, but its document has `{fetched.digest}`")
        return attrs.evolve(fetched, held=True)

    def changes(self, new: "Lock") -> "Changes":
        """What another lock of the same folder says differently."""
        mine, others = self._by_key, new._by_key  # noqa: SLF001 - it is one of us
        return Changes(
            tuple(entry for key, entry in others.items() if key not in mine),
            tuple(entry for key, entry in mine.items() if key not in others),
            tuple(entry for key, entry in others.items() if key in mine and mine[key].digest != entry.digest),
        )

    def without(self, names: Iterable[str]) -> "Lock":
        """The lock without the references of these names; `*` names all. Raises `ValueError` for a name that it does not hold."""
        wanted = {_clear(name) for name in names}
        if ALL in wanted:
            return attrs.evolve(self, entries=())
        known = {name for entry in self.entries for name in _names(entry)}
        unknown = sorted(wanted - known)
        if unknown:
            near = did_you_mean(unknown[0], known)
            raise ValueError(f"the lock holds no reference {shortened(unknown[0])!r}{f': {near}' if near else ''}")
        return attrs.evolve(self, entries=[entry for entry in self.entries if not wanted & set(_names(entry))])

    def to_text(self) -> str:
        """The lock as it is written."""
        head = f"version = {VERSION}\n" + (f"copies = {_quoted(self.copies)}\n" if self.copies else "")
        files = "".join(f"  {_quoted(file)},\n" for file in self.files)
        return "\n".join((f"{_HEADER}{head}files = [\n{files}]\n", *(_block(entry) for entry in self.entries)))

    def _copy(self, entry: Entry) -> Fetched | None:
        """The document of an entry as `vendor` copied it; None where there is no copy."""
        if self.copies is None:
            return None
        path = os.path.join(self.folder, self.copies, copy_name(entry.digest))
        try:
            data = read_file(path, entry.uri, _MAX_COPY, self.folder)
        except ReferenceFailed as error:
            if error.code == "reference-not-found":
                return None
            raise
        return Fetched(uri_from(entry.uri, self.folder), data)

    def _looked_up(self, reference: Reference, look_up: Callable[[Reference], Fetched]) -> Fetched:
        """The document of a reference that is locked and has no copy."""
        try:
            return look_up(reference)
        except ReferenceFailed as error:
            if self.copies is None or reference.digest is None:
                raise
            hint = f"its copy is gone, `{self.copies}/{copy_name(reference.digest)}`: vendor these files again"
            raise ReferenceFailed(error.code, error.message, hint) from None

    def _missing(self, reference: Reference) -> ReferenceFailed:
        kind, target, _ = key_of(reference, self.folder)
        message = f"the lock has no `{kind}: {shortened(target, 120)}`"
        more = ("--preset-folder", "FOLDER") if kind == "presets" else ()  # without it, no names are looked up, and none locked
        return ReferenceFailed("lock-missing", message, f"run `{command(self.call, *more)}`, and review what it adds")

    def _changed(self, entry: Entry, what: str) -> ReferenceFailed:
        upgrade = command(self.call, "--upgrade", quote(entry.target))
        return ReferenceFailed("lock-changed", f"{entry} {what}", f"review the change, then run `{upgrade}`")


def key_of(reference: Reference, folder: str) -> Key:
    """What a reference is looked up by in a lock of this folder; its pin is already off, and nothing in it is secret.

    A resolver of your own may read a target from where it stands, so the document that holds it belongs to the key.
    """
    kind, target, base = reference.kind, reference.target, reference.base
    if kind in ("hubRef", "presets"):
        return kind, _clear(target), ""
    if kind == "pathRef" and (base is None or os.path.isabs(base)) and not is_url(target):
        return kind, _path_key(target, os.getcwd() if base is None else os.path.dirname(base), folder), ""
    if kind == "urlRef":
        try:
            return kind, parse_url(target).uri, ""
        except ReferenceFailed:  # a resolver of your own may know what it means
            pass
    return kind, _clear(target), "" if base is None else uri_within(base, folder)


def path_within(path: str, folder: str) -> str:
    """An absolute path, named from a folder."""
    inside = os.path.join(folder, "")
    if path.startswith(inside):  # by the letter: `uri_from` gives more steps out than there may be folders
        return _posix(os.path.normpath(path[len(inside) :]))
    try:
        return _posix(os.path.relpath(path, folder))
    except ValueError:  # two drives
        return _posix(path)


def _path_key(target: str, start: str, folder: str) -> str:
    """A path as it is looked up: from the folder of the lock, so that it holds in any checkout, unless it is written in full."""
    return _posix(os.path.normpath(target)) if os.path.isabs(target) else path_within(os.path.join(start, target), folder)


def uri_within(uri: str, folder: str) -> str:
    """The URI of a document as a lock of this folder writes it: a local file begins with `./` or `../`."""
    if not os.path.isabs(uri):
        return _clear(uri)
    path = path_within(uri, folder)
    return path if os.path.isabs(path) or path.startswith("../") else f"./{path}"


def uri_from(written: str, folder: str) -> str:
    """The URI that a lock of this folder has written; of a local file, an absolute path that may have steps out in it."""
    if written.startswith("./"):
        return os.path.join(folder, os.path.normpath(written))
    return os.path.join(folder, written) if written.startswith("../") else written


def command(call: str, *more: str) -> str:
    """The command that hints give: `call` names the files, and the lock where it is not beside them."""
    return " ".join(word for word in ("polyspec lock", call, *more) if word)


def copy_name(digest: str) -> str:
    """The file name of the copy of a document."""
    return digest.removeprefix("sha256:") + ".yaml"


def _names(entry: Entry) -> tuple[str, ...]:
    """What `--upgrade` may call a reference: its target, or a component without its tag."""
    return (entry.target, entry.target.partition(":")[0]) if entry.kind == "hubRef" else (entry.target,)


def _clear(text: str) -> str:
    """A target or a URI with a digest in place of what may be secret: the query and the user of a URL."""
    if is_url(text):
        place, mark, query = text.partition("?")
        if "@" not in place and (not mark or _DIGESTED.fullmatch(mark + query)):
            return text
        try:
            return parse_url(text).uri
        except ReferenceFailed:
            pass
    shown = conceal_urls(text)
    return text if shown == text else f"{shown}?query-{sha256(text.encode('utf-8', 'surrogatepass'))[7:19]}"


def _posix(path: str) -> str:
    return path.replace(os.sep, "/")


def _block(entry: Entry) -> str:
    fields = {"kind": entry.kind, "target": entry.target, "in": entry.holder, "uri": entry.uri, "digest": entry.digest}
    lines = (f"{name} = {_quoted(value)}\n" for name, value in fields.items() if value)
    return "[[reference]]\n" + "".join(lines)


def _quoted(text: str) -> str:
    """A text as TOML writes it; what is no printable character is escaped, and so no line hides anything."""
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:  # the name of a file that is no UTF-8
        return "\ufffd"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
