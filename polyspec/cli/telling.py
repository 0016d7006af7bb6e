"""Diagnostics for a person at a terminal: on stderr, with files named from the working folder."""

import sys
from collections.abc import Sequence
from pathlib import Path

import attrs

from polyspec.errors import Diagnostic, Location, report


def tell(diagnostics: Sequence[Diagnostic]) -> None:
    """Print the diagnostics, if there are any, to stderr."""
    if diagnostics:
        print(report([_nearby(diagnostic) for diagnostic in diagnostics]), file=sys.stderr)


def _nearby(diagnostic: Diagnostic) -> Diagnostic:
    """The diagnostic with files under the working folder named from there, as the user named them."""
    notes = tuple(attrs.evolve(note, location=_from_here(note.location)) for note in diagnostic.notes)
    return attrs.evolve(diagnostic, location=_from_here(diagnostic.location), notes=notes)


def _from_here(location: Location | None) -> Location | None:
    return None if location is None else attrs.evolve(location, file=named_from_here(location.file))


def named_from_here(file: str) -> str:
    """A file under the working folder as it is named from there; any other name as it is."""
    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_absolute() and path.is_relative_to(Path.cwd()) else file
