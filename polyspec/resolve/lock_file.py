"""Reading the file of a lock: what is none is refused where that shows, and what a merge left of two can be put together.

Each line is looked at before the parser of TOML sees it: a lock has less than TOML allows, so that no file makes its reader slow.
"""

import os
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from shlex import quote
from typing import Any

import attrs

from polyspec.errors import Diagnostic, Location, PolyspecError, shortened
from polyspec.resolve.files import read_file, real_path
from polyspec.resolve.lock import MAX_LOCK_BYTES, MAX_LOCK_FILES, VERSION, Entry, Key, Lock, command
from polyspec.resolve.reference import LOCK_NAME, ReferenceFailed

_LINE = re.compile(r"(?:#.*|\[\[reference\]\]|[a-z]{1,20} = (?:\"(?:[^\"\\]|\\.)*\"|[0-9]{1,9}|\[)|\"(?:[^\"\\]|\\.)*\",?|\])?")
_CONFLICT = re.compile(r"([<|=>])\1{6}(?: .*)?")
"""A line that git puts around what two branches have in the same place."""
_FOLLOWED_BY = {">": "<", "<": "|=", "|": "=", "=": ">"}
"""Which marks may follow one: what stands between marks in any other order is of neither branch."""
_AT_LINE = re.compile(r"\(at line ([0-9]{1,9}), column")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_FOLDER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
_ENTRY = "[[reference]]"
_MEND = "mend it, or remove it and run `polyspec lock FILE`"
_WRITE = "name the lock; `polyspec lock FILE` writes one"


def read_lock(path: str | os.PathLike[str], call: str = "FILE", *, merges: bool = False) -> Lock:
    """The lock at a path. Raises `PolyspecError` where there is none, or a file that is no lock.

    With `merges`, one that a merge left with the blocks of two branches has those of both, and may hold a reference twice.
    """
    name = os.fspath(path)
    try:
        real = real_path(os.getcwd(), name, name)
        data = read_file(real, os.path.basename(name), MAX_LOCK_BYTES)
    except ReferenceFailed as error:
        if error.code == "reference-not-found":
            raise _refusal(name, "lock-not-found", "there is no lock", f"run `{command(call)}`") from None
        raise _refusal(name, "lock-invalid", f"the lock cannot be read: {error.message}", _MEND) from None
    return attrs.evolve(parse_lock(data, real, merges=merges), call=call)


@lru_cache(maxsize=16)
def parse_lock(data: bytes, path: str, *, merges: bool = False) -> Lock:
    """The lock that stands in a file. Raises `PolyspecError` for what is no lock, with the line where that shows.

    `merges` is that of `read_lock`. The last ones are kept, by their content: a service compiles many files under one lock.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise _invalid(path, "it is not UTF-8 text") from None
    is_merged = merges and any(map(_is_mark, text.split("\n")))
    if not is_merged:
        lock = _parsed(text, path)
        return lock if merges else once(lock, path)
    ours, theirs = (_parsed(side, path) for side in _sides(text, path))
    files, entries = [*ours.files, *theirs.files], [*ours.entries, *theirs.entries]
    return attrs.evolve(ours, files=files, entries=entries, merged=True)


def once(lock: Lock, path: str) -> Lock:
    """A lock that holds each reference once. Raises `PolyspecError`: two branches may have locked one to two documents."""
    seen: set[Key] = set()
    for entry in lock.entries:
        if entry.key in seen:
            hint = f"take one of the two out, or run `{command('FILE', '--upgrade', quote(entry.target))}`"
            raise _invalid(path, f"{entry} is locked twice, and not to the same document", hint=hint)
        seen.add(entry.key)
    return lock


def _sides(text: str, path: str) -> tuple[str, str]:
    """The text as each of two branches had it, its lines where they stand, of a merge that left both. Raises `PolyspecError`."""
    ours, theirs, side = list[str](), list[str](), ">"
    for number, line in enumerate(text.split("\n"), 1):
        if _is_mark(line):
            if line[0] not in _FOLLOWED_BY[side]:
                raise _invalid(path, "the marks that a merge left are out of order", number)
            side, line = line[0], ""  # noqa: PLW2901 - a mark is a line of neither
        ours.append(line if side in "<>" else "")
        theirs.append(line if side in "=>" else "")
    if side != ">":
        raise _invalid(path, "the marks that a merge left have no end")
    return "\n".join(ours), "\n".join(theirs)


def _is_mark(line: str) -> bool:
    return _CONFLICT.fullmatch(line.rstrip("\r")) is not None


def _parsed(text: str, path: str) -> Lock:
    _check_lines(text, path)
    import tomllib  # for the start-up time: few compilations have a lock

    try:
        return _lock(tomllib.loads(text), path, _lines_of_entries(text))
    except (ValueError, RecursionError) as error:
        line = _AT_LINE.search(str(error))
        raise _invalid(path, "it is no TOML", None if line is None else int(line[1])) from None


def _check_lines(text: str, path: str) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        if _LINE.fullmatch(line.strip(" \t\r")):
            continue
        if _is_mark(line):
            hint = "run `polyspec lock FILE`: it takes what both branches hold"
            raise _invalid(path, "a merge left the lines of two branches", number, hint)
        is_meant = os.path.basename(path) == LOCK_NAME or "\nversion = " in f"\n{text}"
        raise _invalid(path, "this line is none of a lock", number, _MEND if is_meant else _WRITE)


def _lines_of_entries(text: str) -> list[int]:
    return [number for number, line in enumerate(text.split("\n"), 1) if line.strip(" \t\r") == _ENTRY]


def _lock(tree: Mapping[str, Any], path: str, lines: Iterable[int]) -> Lock:
    version = tree.get("version")
    if version is None:
        raise _invalid(path, "it has no `version`")
    if version != VERSION:
        shown = version if isinstance(version, int) else "?"
        raise _invalid(path, f"it is of version {shown}, and this release reads {VERSION}")
    files, blocks, copies = tree.get("files", []), tree.get("reference", []), tree.get("copies")
    odd = sorted(tree.keys() - {"version", "files", "reference", "copies"})
    if odd:
        raise _invalid(path, f"it has a field `{shortened(odd[0])}`")
    if not (_all_are(files, str) and _all_are(blocks, dict)):
        raise _invalid(path, "`files` is a list of texts, and `[[reference]]` begins a block")
    if len(files) > MAX_LOCK_FILES:
        raise _invalid(path, f"it lists more than {MAX_LOCK_FILES} files")
    if copies is not None and not (isinstance(copies, str) and _FOLDER.fullmatch(copies)):
        raise _invalid(path, "`copies` names a folder beside it")
    return Lock(
        os.path.dirname(path), files, [_entry(block, path, line) for block, line in zip(blocks, lines, strict=True)], copies
    )


def _all_are(items: Any, kind: type) -> bool:
    return isinstance(items, list) and all(isinstance(item, kind) for item in items)


def _entry(block: Mapping[str, Any], path: str, line: int) -> Entry:
    wanted = {"kind", "target", "uri", "digest"}
    if not wanted <= block.keys() <= wanted | {"in"} or not all(isinstance(value, str) and value for value in block.values()):
        raise _invalid(path, "a reference has a `kind`, a `target`, a `uri` and a `digest`, and where it matters an `in`", line)
    entry = Entry(block["kind"], block["target"], block["uri"], block["digest"], block.get("in", ""))
    if not _DIGEST.fullmatch(entry.digest):
        raise _invalid(path, f"the digest of {entry} is none", line)
    return entry


def _invalid(path: str, why: str, line: int | None = None, hint: str = _MEND) -> PolyspecError:
    return _refusal(path, "lock-invalid", f"this is no lock that can be used: {why}", hint, line)


def _refusal(path: str, code: str, message: str, hint: str | None, line: int | None = None) -> PolyspecError:
    return PolyspecError([Diagnostic(code, message, Location(path, line, None if line is None else 1), hint=hint)])
