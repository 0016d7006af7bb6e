"""What is remembered between compilations: results of pure functions of a text, by that text, so many at most.

Who has it remembered or not gets the same results. `without_caches()` switches it off for what is done inside, in this thread.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar, cast

P = ParamSpec("P")
T_co = TypeVar("T_co", covariant=True)

LONGEST: Final = 1024
"""Characters of a text that is kept, at most: what a cache takes is bounded, however long the texts of a document are."""

_IS_ON: Final = ContextVar("polyspec caches", default=True)


class Remembered(Protocol[P, T_co]):
    """A function of a text, and of whatever else, whose results are kept."""

    def __call__(self, text: str, *args: P.args, **kwargs: P.kwargs) -> T_co:
        """The result for a text: what was kept, or what the function gives."""

    def cache_clear(self) -> None:
        """Forget what was kept."""


def remembered(size: int) -> Callable[[Callable[Concatenate[str, P], T_co]], Remembered[P, T_co]]:
    """Keep the results of a pure function of a text: the last `size` of them, for texts of `LONGEST` characters at most."""

    def decorated(function: Callable[Concatenate[str, P], T_co]) -> Remembered[P, T_co]:
        kept = functools.lru_cache(maxsize=size)(function)

        @functools.wraps(function)
        def called(text: str, *args: Any) -> Any:
            asked: Any = kept if len(text) <= LONGEST and _IS_ON.get() else function
            return asked(text, *args)

        vars(called)["cache_clear"] = kept.cache_clear
        return cast("Remembered[P, T_co]", called)

    return decorated


def is_on() -> bool:
    """Whether results are kept, and taken from what was kept."""
    return _IS_ON.get()


@contextmanager
def without_caches() -> Iterator[None]:
    """Nothing is kept, nor taken from what was kept, by what is done inside: documents, templates, types, patterns, words."""
    before = _IS_ON.set(False)
    try:
        yield
    finally:
        _IS_ON.reset(before)
