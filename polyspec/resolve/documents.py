"""What a process keeps of the specs that it read: the same file again is parsed and checked once."""

from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING, Any

from polyspec.caches import Kept

if TYPE_CHECKING:
    from polyspec.source import Document
    from polyspec.spec.load import Loaded

_OF_A_DOCUMENT, _OF_A_RUN, _OF_A_NODE, _OF_A_SPOT, _OF_A_CHARACTER = 4 * 1024, 10 * 1024, 400, 1024, 3
"""Bytes, measured (`tests/resolve/test_weights.py`): of a document and of what a run was made of, with nothing in them.

A node takes 100 to 200 in the two trees of a document, and 500 more once somebody asked where it was written. A character is
kept as it was read, as text, and in a leaf or in a mark. A spot is a text with a template: what it reads, and what that decides.
"""
_IF_NOT_ASCII = 2
"""So much more a text takes that is not ASCII, about: Python gives all of its characters the width of the widest."""


class DocumentCache(Kept[Any]):
    """Loaded documents by their content and by all that they were read under, and what was made of them.

    `size` is how many bytes they may take together, about; the one that was not asked for longest goes first. Safe between
    threads: what it hands out is shared and never changed. A copy of a cache is empty.
    """

    def __init__(self, size: int = 64 * 1024 * 1024) -> None:
        super().__init__(size)

    def loaded(self, key: Hashable, load: "Callable[[], Loaded]") -> "Loaded":
        """What is kept under a key, or what `load` gives, which is kept then. What `load` raises is not.

        Inside of `without_caches()` it is what `load` gives.
        """
        found: Loaded | None = self.get(key)
        if found is None:
            found = load()
            self.put(key, found, weight(found.document))
        return found

    def __reduce__(self) -> tuple[type["DocumentCache"], tuple[int]]:
        return DocumentCache, (self.size,)


def weight(document: "Document") -> int:
    """The bytes that a document takes, about, with its spec and the places of its parts."""
    raw = document.raw or ""
    size = len(raw) * (1 if raw.isascii() else _IF_NOT_ASCII)
    return _OF_A_DOCUMENT + size * _OF_A_CHARACTER + document.nodes * _OF_A_NODE


def weight_of_run(documents: "Iterable[Document]", spots: int) -> int:
    """The bytes that it takes to keep what a run of documents was made of: them too, for they are kept with it."""
    return _OF_A_RUN + spots * _OF_A_SPOT + sum(map(weight, documents))
