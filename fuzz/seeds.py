"""Real documents to start from: those of the repository, and the specs that parity is held on where they are beside it."""

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from polyspec import PolyspecError
from polyspec.source import parse

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "fuzz" / "corpus"
_FOLDERS = (CORPUS / "load", ROOT / "tests" / "data", ROOT / "examples", ROOT.parent / "shared" / "parity" / "files")
_MOST = 8 * 1024


@functools.cache
def texts() -> tuple[str, ...]:
    """The texts of the documents, in the order of their paths; large ones are left out."""
    found = (path.read_text(encoding="utf-8", errors="replace") for path in _paths())
    return tuple(text for text in found if len(text) <= _MOST)


@functools.cache
def trees() -> tuple[Any, ...]:
    """The trees of those that can be read. They are shared: copy before changing one."""
    return tuple(_read(texts()))


@functools.cache
def templates() -> tuple[str, ...]:
    """Texts with templates in them."""
    return tuple(path.read_text(encoding="utf-8") for path in sorted((CORPUS / "template").iterdir()))


def _paths() -> list[Path]:
    return sorted(path for folder in _FOLDERS for path in folder.rglob("*") if path.suffix in (".yaml", ".yml", ".json"))


def _read(found: tuple[str, ...]) -> Iterator[Any]:
    for text in found:
        try:
            tree = parse(text, "<seed>").tree
        except PolyspecError:
            continue
        if isinstance(tree, dict):
            yield tree
