"""When a fetch is over, and the words for what went wrong with one."""

import time

from polyspec.errors import shortened
from polyspec.limits import Limits
from polyspec.record import record
from polyspec.resolve.address import Url
from polyspec.resolve.reference import ReferenceFailed, limit_crossed

_now = time.monotonic


@record
class Deadline:
    """The moment (of the monotonic clock, in seconds) at which a fetch is over, and the limit that set it.

    `is_total` says that it is the limit of all fetches of a compilation together.
    """

    end: float
    seconds: float
    is_total: bool

    @classmethod
    def of(cls, limits: Limits, spent: float = 0.0) -> "Deadline":
        """The deadline of a fetch that begins now, after fetches of the same compilation that took `spent` seconds."""
        rest = limits.fetch_seconds_total - spent
        if rest < limits.fetch_seconds:
            return cls(_now() + rest, limits.fetch_seconds_total, is_total=True)
        return cls(_now() + limits.fetch_seconds, limits.fetch_seconds, is_total=False)

    @property
    def passed(self) -> bool:
        """Whether the fetch is over."""
        return _now() >= self.end

    def is_over_in(self, seconds: float) -> bool:
        """Whether the fetch is over by then."""
        return _now() + seconds >= self.end

    def left(self, url: Url) -> float:
        """Seconds that remain. Raises `ReferenceFailed` when none do."""
        left = self.end - _now()
        if left <= 0:
            raise self.over(url)
        return left

    def over(self, url: Url) -> ReferenceFailed:
        """The refusal of what took too long."""
        message = f"{shown(url)} was not read within {self.seconds:g} seconds"
        if self.is_total:
            return limit_crossed("fetch_seconds_total", f"{message}, all fetches of this compilation together")
        return limit_crossed("fetch_seconds", message)


class Unready(ReferenceFailed):
    """A failure that may be none in a moment; `after` are the seconds that the server asks to wait, if it does."""

    after: float | None = None


def unusable(url: Url, why: str, hint: str | None = None) -> ReferenceFailed:
    """The refusal of what a server said."""
    return ReferenceFailed("fetch-failed", f"{shown(url)} cannot be used: {why}", hint)


def shown(url: Url) -> str:
    """A URL as messages show it."""
    return f"`{shortened(url.place, 120)}`"
