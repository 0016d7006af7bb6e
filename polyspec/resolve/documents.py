"""Specs that were read before, kept by the content of their documents: the same file again is parsed and checked once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TYPE_CHECKING

from polyspec.caches import is_on

if TYPE_CHECKING:
    from polyspec.spec.load import Loaded

_BYTES_OF_A_NODE = 512
"""What a node of a document takes, about, in its tree and in that of its spec."""


class DocumentCache:
    """Loaded documents by their content and by all that they were read under; the one that was not asked for longest goes first.

    `size` is how many bytes they may take together, about. Safe between threads: what it hands out is shared and never changed.
    A copy of a cache is empty.
    """

    def __init__(self, size: int = 64 * 1024 * 1024) -> None:
        self.size = size
        self._taken = 0
        self._kept: OrderedDict[Hashable, Loaded] = OrderedDict()
        self._lock = Lock()

    def loaded(self, key: Hashable, load: Callable[[], Loaded]) -> Loaded:
        """What is kept under a key, or what `load` gives, which is kept then. What `load` raises is not.

        Inside of `without_caches()` it is what `load` gives.
        """
        if not is_on():
            return load()
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        loaded = load()
        with self._lock:
            self._keep(key, loaded)
        return loaded

    def __len__(self) -> int:
        return len(self._kept)

    def __reduce__(self) -> tuple[type[DocumentCache], tuple[int]]:
        return DocumentCache, (self.size,)

    def _keep(self, key: Hashable, loaded: Loaded) -> None:
        weight = _weight(loaded)
        if key in self._kept or weight > self.size:
            return
        self._kept[key] = loaded
        self._taken += weight
        while self._taken > self.size:
            _, dropped = self._kept.popitem(last=False)
            self._taken -= _weight(dropped)


def _weight(loaded: Loaded) -> int:
    document = loaded.document
    return len(document.raw or "") + document.nodes * _BYTES_OF_A_NODE
