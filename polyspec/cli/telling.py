"""Diagnostics for a person at a terminal: on stderr, with files named from the working folder."""

import os
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import attrs

from polyspec.errors import Diagnostic, Location, report


def tell(diagnostics: Sequence[Diagnostic]) -> None:
    """Print the diagnostics, if there are any, to stderr; at a terminal in its width, and in colours unless `NO_COLOR` is set."""
    if not diagnostics:
        return
    is_terminal = sys.stderr.isatty()
    text = report([nearby(it) for it in diagnostics], shutil.get_terminal_size().columns if is_terminal else None)
    print(painted(text) if is_terminal and not os.environ.get("NO_COLOR") else text, file=sys.stderr)


def painted(text: str) -> str:
    """The text of diagnostics in the colours of a terminal."""
    for pattern, paint in _PAINTS:
        text = pattern.sub(paint, text)
    return text


_PAINTS = (
    (re.compile(r"^error\[.*?\]", re.MULTILINE), "\x1b[1;31m\\g<0>\x1b[0m"),
    (re.compile(r"^warning\[.*?\]", re.MULTILINE), "\x1b[1;33m\\g<0>\x1b[0m"),
    (re.compile(r"^( *\| *)(\^+)$", re.MULTILINE), "\\1\x1b[1;31m\\2\x1b[0m"),
    (re.compile(r"^ *-->|^ *\d* \|| = (?:at|help|note):", re.MULTILINE), "\x1b[34m\\g<0>\x1b[0m"),
)


def nearby(diagnostic: Diagnostic) -> Diagnostic:
    """The diagnostic with files under the working folder named from there, as the user named them."""
    notes = tuple(attrs.evolve(note, location=_from_here(note.location)) for note in diagnostic.notes)
    return attrs.evolve(diagnostic, location=_from_here(diagnostic.location), notes=notes)


def _from_here(location: Location | None) -> Location | None:
    return None if location is None else attrs.evolve(location, file=named_from_here(location.file))


def named_from_here(file: str) -> str:
    """A file under the working folder as it is named from there; any other name as it is."""
    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_absolute() and path.is_relative_to(Path.cwd()) else file
