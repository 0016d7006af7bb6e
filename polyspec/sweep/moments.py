"""Lists of days and times: `daterange`, `datetimerange`. Their values are ISO text."""

from datetime import date, datetime, timedelta
from typing import Any

from polyspec.bind import times
from polyspec.sweep.axis import Axis, spread
from polyspec.sweep.faults import BAD_SPACE, rejected
from polyspec.tree import Path


def daterange(value: Any, path: Path) -> Axis:
    """The days from `start` on, `step` days apart, before `stop`."""
    parts = spread("daterange", value, path)
    start = date.fromisoformat(times.day(parts["start"])).toordinal()
    stop = date.fromisoformat(times.day(parts["stop"])).toordinal()
    step = int(parts["step"])
    return Axis.listed(-((start - stop) // step), lambda index: date.fromordinal(start + index * step).isoformat(), path)


def datetimerange(value: Any, path: Path) -> Axis:
    """The times from `start` on, `step` apart (seconds, or a duration such as `PT6H`), before `stop`."""
    parts = spread("datetimerange", value, path)
    start = datetime.fromisoformat(times.time(parts["start"]))
    stop = datetime.fromisoformat(times.time(parts["stop"]))
    step = timedelta(seconds=times.duration(parts["step"]))
    if (start.tzinfo is None) != (stop.tzinfo is None):
        raise rejected(BAD_SPACE, "`start` and `stop` both have a zone, or neither has", path)
    return Axis.listed(-((start - stop) // step), lambda index: (start + index * step).isoformat(), path)
