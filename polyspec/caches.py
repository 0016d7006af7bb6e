"""What is remembered between compilations: results of pure functions of a text, so many at most; what weighs more, by its weight.

Who has it remembered or not gets the same results. `without_caches()` switches it off for what is done inside, in this thread.
"""

import functools
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any, Concatenate, Final, Generic, ParamSpec, Protocol, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

SHORT: Final = 128
LONGEST: Final = 1024
"""Characters of a text that is kept, at most: what a cache takes is bounded, however long the texts of a document are."""
_SHORT_FOR_A_LONG: Final = 16
"""What a long text gives may take so much more: of its like so many fewer are kept."""

_IS_ON: Final = ContextVar("polyspec caches", default=True)


class Remembered(Protocol[P, T_co]):
    """A function of a text, and of whatever else, whose results are kept."""

    def __call__(self, text: str, *args: P.args, **kwargs: P.kwargs) -> T_co:
        """The result for a text: what was kept, or what the function gives."""

    def cache_clear(self) -> None:
        """Forget what was kept."""


def remembered(size: int) -> Callable[[Callable[Concatenate[str, P], T_co]], Remembered[P, T_co]]:
    """Keep the results of a pure function of a text: the last `size` of them for texts of `SHORT` characters at most.

    Of texts of `LONGEST` at most a sixteenth as many are kept, of longer ones none.
    """

    def decorated(function: Callable[Concatenate[str, P], T_co]) -> Remembered[P, T_co]:
        short = functools.lru_cache(maxsize=size)(function)
        long = functools.lru_cache(maxsize=max(1, size // _SHORT_FOR_A_LONG))(function)

        @functools.wraps(function)
        def called(text: str, *args: Any) -> Any:
            length = len(text)
            asked: Any = function if length > LONGEST or not _IS_ON.get() else short if length <= SHORT else long
            return asked(text, *args)

        def cache_clear() -> None:
            short.cache_clear()
            long.cache_clear()

        vars(called)["cache_clear"] = cache_clear
        return cast("Remembered[P, T_co]", called)

    return decorated


def is_on() -> bool:
    """Whether results are kept, and taken from what was kept."""
    return _IS_ON.get()


@contextmanager
def without_caches() -> Iterator[None]:
    """Nothing is kept, nor taken from what was kept, by what is done inside: documents, runs, templates, types, words."""
    before = _IS_ON.set(False)
    try:
        yield
    finally:
        _IS_ON.reset(before)


class Kept(Generic[T]):
    """Values by key, as many as weigh `size` together; the one not asked for longest goes first. Safe between threads."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._taken = 0
        self._kept: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> T | None:
        """What is kept under a key; None where there is nothing, and inside of `without_caches()`."""
        if not is_on():
            return None
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: T, weight: int) -> None:
        """Keep a value, in place of another of its key; nothing that is heavier than all may be together."""
        if not is_on():
            return
        with self._lock:
            _, before = self._kept.pop(key, (None, 0))
            self._taken -= before
            if weight > self.size:
                return
            self._kept[key] = value, weight
            self._taken += weight
            while self._taken > self.size:
                _, (_, gone) = self._kept.popitem(last=False)
                self._taken -= gone

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def weight(self) -> int:
        """What is kept weighs, together."""
        return self._taken


class Memo:
    """What one walk over many alike things made so far: `size` results at most, then it begins anew. Safe between threads."""

    __slots__ = ("_made", "_size")

    def __init__(self, size: int = 0) -> None:
        self._size = size
        self._made: dict[Hashable, Any] = {}

    def get(self, key: Hashable) -> Any:
        """What was made under a key; None where there is nothing."""
        return self._made.get(key)

    def put(self, key: Hashable, made: Any) -> None:
        """Note what was made, where there is room for anything. A key with the `id` of an object has that object kept."""
        if len(self._made) >= self._size:
            self._made.clear()
        if self._size:
            self._made[key] = made
