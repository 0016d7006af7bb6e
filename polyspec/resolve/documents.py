"""What a process keeps of the specs that it read: the same file again is parsed and checked once."""

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any

from polyspec.caches import Kept

if TYPE_CHECKING:
    from polyspec.source import Document
    from polyspec.spec.load import Loaded

_BYTES_OF_A_NODE = 512
"""What a node of a document takes, about, in its tree and in that of its spec."""


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


def weight(*documents: "Document") -> int:
    """The bytes that documents take, about, with a tree made of each."""
    return sum(len(document.raw or "") + document.nodes * _BYTES_OF_A_NODE for document in documents)
