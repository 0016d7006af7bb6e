"""Copying out of a store: regular files and folders alone, and nothing that a link would bring in from elsewhere."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from polyspec.record import record

Kind = Literal["file", "dir", "any"]

_WORDS = {"file": "a file", "dir": "a folder"}


class NotCopied(Exception):
    """Why a path that was asked for cannot be copied: text for a message."""


@record
class Copier:
    """Copies out of `store` to places within `bounds`, both resolved. `check` is called before each file, and may raise."""

    store: Path
    bounds: Path
    check: Callable[[], None]

    def copy(self, source: str, target: Path, kind: Kind) -> list[str]:
        """Copy a file, or what is in a folder, over what is there already.

        Links are followed where they stay within the store. Inside a folder, what they would bring in from elsewhere is left
        out, as are pipes, devices, links to folders above and the run itself: the paths of these come back. Raises
        `NotCopied` when `source` itself leads out, is missing or is of another kind, and `OSError`.
        """
        found = self._kind(self.store / source)
        if found is None:
            raise NotCopied(f"`{source}` is no file or folder of the store")
        if kind not in ("any", found):
            raise NotCopied(f"`{source}` is {_WORDS[found]}, and {_WORDS[kind]} was expected")
        left_out: list[str] = []
        pending: list[tuple[Path, Path, tuple[Path, ...]]] = [(self.store / source, target, ())]
        while pending:
            here, there, above = pending.pop()
            self.check()
            real = here.resolve()
            found = self._kind(here)
            if found is None or real in above or real.is_relative_to(self.bounds):
                left_out.append(str(here.relative_to(self.store)))
            elif found == "file":
                self._copy_file(real, there)
            else:
                self._land(there).mkdir(parents=True, exist_ok=True)
                pending += [(entry, there / entry.name, (*above, real)) for entry in sorted(real.iterdir(), reverse=True)]
        return left_out

    def _kind(self, path: Path) -> Literal["file", "dir"] | None:
        real = path.resolve()
        if not real.is_relative_to(self.store):
            return None
        return "file" if real.is_file() else "dir" if real.is_dir() else None

    def _copy_file(self, source: Path, target: Path) -> None:
        self._land(target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)

    def _land(self, target: Path) -> Path:
        """The target, where no link that an earlier step brought along leads out of the run's folders."""
        if not target.resolve().is_relative_to(self.bounds):
            raise NotCopied(f"a link leads from `{target.name}` out of the folders of the run")
        return target
