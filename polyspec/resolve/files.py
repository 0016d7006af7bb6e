"""The one opener of local files: regular ones, whole, and under a folder when one is given; and the one writer, whole too."""

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice

from polyspec.errors import did_you_mean, shortened
from polyspec.resolve.reference import ReferenceFailed, is_url, limit_crossed

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _NO_LINK
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK | getattr(os, "O_BINARY", 0)
_STEPWISE = os.open in os.supports_dir_fd
_KERNEL = ("/proc/", "/sys/", "/dev/")
_MAX_NAMES = 1000


def real_path(folder: str, path: str, name: str) -> str:
    """The absolute path that `path` leads to from `folder`, links followed. `name` is what messages call it."""
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        raise _no_path(name) from None
    if "\0" in path:
        raise _no_path(name)
    return os.path.realpath(os.path.join(folder, path))


def read_file(real: str, name: str, limit: int, root: str | None = None) -> bytes:
    """The bytes of a regular file, `limit` of them at most.

    `real` comes from `real_path`; with `root`, it must stand under that folder, which is walked step by step without following a
    link, so that nobody leads the way out between the check and the opening. Raises `ReferenceFailed`.
    """
    if root is not None and not is_under(real, root):
        raise outside(name)
    if real.startswith(_KERNEL) and not real.startswith("/dev/shm/"):  # noqa: S108 - memory that holds ordinary files
        raise _irregular(name, "a file of the kernel")
    try:
        _check(os.stat(real, follow_symlinks=False), name, limit)
        with _opened(real, root) as descriptor:
            return _read(descriptor, name, limit)
    except OSError as error:
        raise _unreadable(real, name, error, listed=root is None) from None


def write_file(folder: str, name: str, data: bytes, mode: int = 0o666) -> None:
    """Write a file whole or not at all, and its folder where there is none yet. Raises `OSError`."""
    from tempfile import TemporaryDirectory

    os.makedirs(folder, exist_ok=True)
    # In a folder beside it, for a temporary file of its own would be nobody else's to read.
    with TemporaryDirectory(prefix=".", dir=folder) as private:
        temporary = os.path.join(private, name)
        with open(os.open(temporary, _NEW, mode), "wb") as file:
            file.write(data)
        os.replace(temporary, os.path.join(folder, name))


def write_folder(folder: str, files: Mapping[str, bytes]) -> None:
    """Write files, named from an empty folder or one that is made, all of them or none. Raises `OSError`."""
    from tempfile import TemporaryDirectory

    os.makedirs(folder, exist_ok=True)
    with TemporaryDirectory(prefix=".", dir=folder) as private:
        whole = os.path.join(private, "whole")
        for name, data in files.items():
            path = os.path.join(whole, name)
            write_file(os.path.dirname(path), os.path.basename(path), data)
        for name in os.listdir(whole):
            os.rename(os.path.join(whole, name), os.path.join(folder, name))


def is_under(real: str, root: str) -> bool:
    """Whether a real path stands under a folder, whose path is real too."""
    return real.startswith(root.rstrip(os.sep) + os.sep)


def outside(name: str) -> ReferenceFailed:
    """The refusal of a path that leads out of its folder."""
    message = f"`{shortened(name)}` leads out of the folder that it must be in"
    return ReferenceFailed("reference-refused", message, "links are followed first: put the file itself under that folder")


def names_in(folder: str) -> list[str]:
    """The names in a folder, for close matches: a bounded number, and none where it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in islice(entries, _MAX_NAMES)]
    except (OSError, ValueError):
        return []


@contextmanager
def _opened(real: str, root: str | None) -> Iterator[int]:
    descriptor = os.open(real, _FLAGS | _NO_LINK) if root is None or not _STEPWISE else _open_under(real, root)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _open_under(real: str, root: str) -> int:
    *folders, last = os.path.relpath(real, root).split(os.sep)
    current = os.open(root, _FOLDER)
    try:
        for folder in folders:
            inner = os.open(folder, _FOLDER, dir_fd=current)
            os.close(current)
            current = inner
        return os.open(last, _FLAGS | _NO_LINK, dir_fd=current)
    finally:
        os.close(current)


def _read(descriptor: int, name: str, limit: int) -> bytes:
    status = os.fstat(descriptor)
    _check(status, name, limit)
    data = b""
    while len(data) <= status.st_size and (part := os.read(descriptor, status.st_size + 1 - len(data))):
        data += part
    # Files of the kernel say that they are empty, wherever they are mounted.
    if len(data) > status.st_size:
        raise _irregular(name, "a file of the kernel, or one that grew as it was read")
    return data


def _check(status: os.stat_result, name: str, limit: int) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise _irregular(name, "a folder" if stat.S_ISDIR(status.st_mode) else "a device, a pipe, a socket or a link to itself")
    if status.st_size > limit:
        raise _too_large(name, limit)


def _no_path(name: str) -> ReferenceFailed:
    return ReferenceFailed("reference-invalid", f"`{shortened(name)}` is no path: it holds characters that no file name may have")


def _too_large(name: str, limit: int) -> ReferenceFailed:
    return limit_crossed("document_bytes", f"`{shortened(name)}` is larger than {limit} bytes")


def _irregular(name: str, what: str) -> ReferenceFailed:
    return ReferenceFailed("reference-refused", f"`{shortened(name)}` is {what}: only regular files are read")


def _other_meaning(name: str) -> str | None:
    """What a path was probably meant to be that leads nowhere."""
    if is_url(name):
        return "a document at a URL is named by `urlRef`"
    if name.startswith("~"):
        return "`~` stands for no home folder here; write the path out"
    return "write `/` between folders: `\\` is part of a name" if "\\" in name and os.sep == "/" else None


def _unreadable(real: str, name: str, error: OSError, *, listed: bool) -> ReferenceFailed:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        near = did_you_mean(os.path.basename(real), names_in(os.path.dirname(real))) if listed else None
        return ReferenceFailed("reference-not-found", f"no file at `{shortened(name)}`", near or _other_meaning(name))
    reason = os.strerror(error.errno).lower() if error.errno else type(error).__name__
    return ReferenceFailed("reference-refused", f"`{shortened(name)}` cannot be read: {reason}")
