"""The file that is meant where none is named (polyaxonfile section 2, default file discovery)."""

from pathlib import Path

NAMES = ("polyaxon", "polyaxonci", "polyaxon-ci", "polyaxon.ci", "polyaxonfile")
EXTENSIONS = ("yaml", "yml", "json")


def default_file(folder: Path) -> Path | None:
    """The first of the default names that a folder holds as a file, each with its extensions in order; None without one."""
    candidates = (folder / f"{name}.{extension}" for name in NAMES for extension in EXTENSIONS)
    return next((candidate for candidate in candidates if candidate.is_file()), None)
