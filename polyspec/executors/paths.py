"""From the paths that a spec names to those of this machine, and the folder that holds a run."""

import itertools
import posixpath
import re
from collections.abc import Iterable
from pathlib import Path

import attrs

from polyspec.record import record

_BEFORE = r"(?:(?<=://)|(?<=^-[A-Za-z])|(?<=\s-[A-Za-z])|(?<![\w./~+)\]}*?$]))"
"""An absolute path begins here: after `file://`, the letter of an option, or what cannot be a part of the same path."""
_AFTER = r"(?![\w.~+@%-])"
"""The last name of a prefix ends here: `/data` is no prefix of `/data-2`."""


def normal(path: str) -> str:
    """An absolute path of a container without `.`, `..` and repeated slashes."""
    return posixpath.normpath("/" + path.lstrip("/"))


def within(path: str, prefix: str) -> bool:
    """Whether a normal path is a prefix or lies under it."""
    return path == prefix or path.startswith(f"{prefix}/")


@record
class Mount:
    """A path of the container and the folder that stands for it: absolute, or relative to the folder of the run."""

    prefix: str = attrs.field(converter=normal)
    folder: Path


@record
class Workspace:
    """The folder of one run and what each path of its spec means on this machine."""

    folder: Path
    mounts: tuple[Mount, ...]

    def host(self, path: str) -> Path | None:
        """The place of a container's path, or None where no mount covers it. The longest prefix counts."""
        mount = covering(path, self.mounts)
        return None if mount is None else self.folder / mount.folder / posixpath.relpath(normal(path), mount.prefix)

    def rewritten(self, text: str) -> str:
        """The text with every path that a mount covers turned into its place here; all else stays as it is."""
        places = {mount.prefix: str(self.folder / mount.folder) for mount in self.mounts}
        longest_first = sorted(places, key=len, reverse=True)
        pattern = f"{_BEFORE}({'|'.join(map(re.escape, longest_first))}){_AFTER}"
        return re.sub(pattern, lambda match: places[match[1]], text) if places else text


def covering(path: str, mounts: Iterable[Mount]) -> Mount | None:
    """The mount with the longest prefix over a path of the container."""
    over = [mount for mount in mounts if within(normal(path), mount.prefix)]
    return max(over, key=lambda mount: len(mount.prefix), default=None)


def fresh_folder(root: Path, name: str) -> Path:
    """A new folder of that name under `root`, numbered from 2 where the name is taken; never one that was there before.

    The folder can be read by its owner alone. Raises `OSError`.
    """
    root.mkdir(parents=True, exist_ok=True)
    for number in itertools.count(1):
        folder = root / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            continue
        return folder
    raise AssertionError("the numbers do not end")
