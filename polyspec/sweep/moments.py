"""Lists of days and times: `daterange`, `datetimerange`. Their values are ISO text."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from polyspec.bind import TypeMismatch, times
from polyspec.sweep.axis import Axis, spread
from polyspec.sweep.faults import BAD_SPACE, rejected
from polyspec.tree import Path

T = TypeVar("T")


def daterange(value: Any, path: Path) -> Axis:
    """The days from `start` on, `step` days apart, before `stop`."""
    parts = spread("daterange", value, path)
    start = date.fromisoformat(_part(times.day, parts, "start", path)).toordinal()
    stop = date.fromisoformat(_part(times.day, parts, "stop", path)).toordinal()
    step = _days(parts["step"], (*path, "step"))
    return Axis.listed(-((start - stop) // step), lambda index: date.fromordinal(start + index * step).isoformat(), path)


def datetimerange(value: Any, path: Path) -> Axis:
    """The times from `start` on, `step` apart (seconds, or a duration such as `PT6H`), before `stop`."""
    parts = spread("datetimerange", value, path)
    start = datetime.fromisoformat(_part(times.time, parts, "start", path))
    stop = datetime.fromisoformat(_part(times.time, parts, "stop", path))
    step = timedelta(seconds=_part(times.duration, parts, "step", path))
    if (start.tzinfo is None) != (stop.tzinfo is None):
        raise rejected(BAD_SPACE, "`start` and `stop` both have a zone, or neither has", path)
    if not step:
        raise rejected(BAD_SPACE, "`step` is not zero", (*path, "step"))
    return Axis.listed(-((start - stop) // step), lambda index: (start + index * step).isoformat(), path)


def _part(convert: Callable[[Any], T], parts: Any, name: str, path: Path) -> T:
    try:
        return convert(parts[name])
    except TypeMismatch as error:
        raise rejected(BAD_SPACE, f"`{name}`: {error.message}", (*path, name), error.hint) from None


def _days(value: Any, path: Path) -> int:
    if isinstance(value, str) and value.strip().lstrip("+-").isdecimal():
        value = int(value)
    if not isinstance(value, int) or not value:
        raise rejected(BAD_SPACE, "`step` is a number of days, not zero", path)
    return value
