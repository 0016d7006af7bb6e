"""The types of days, times and durations: ISO 8601 text, or seconds since 1970; they give ISO text and seconds.

Nothing here reads a clock: a date is past or future only when the run starts, so `PastDate` and `FutureDate` take any date.
"""

import math
import re
from datetime import date, datetime, timedelta
from typing import Any

from polyspec.bind.values import NUMBER, TypeMismatch, refuse, unquoted
from polyspec.late import late_pattern
from polyspec.spec.durations import seconds_of
from polyspec.spec.moments import is_midnight, moment_of

_DATE = late_pattern(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MAX_TEXT = 100


def day(value: Any) -> str:
    """A day as ISO text, `"2020-01-02"`: such text, a time at midnight, or the seconds since 1970 of a midnight in UTC."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    if match:
        return _date_of(match).isoformat()
    moment = _moment(value, "a date", 'write it as `"2020-01-02"`')
    if is_midnight(moment):
        return moment.date().isoformat()
    raise TypeMismatch("expected a date, found a time of the day", "the type `datetime` takes times")


def any_day(value: Any) -> str:
    """A day, past or future, as `day` takes it, or in JSON's quotes."""
    return day(unquoted(value) if isinstance(value, str) else value)


def time(value: Any) -> str:
    """A day and a time of it as ISO text: such text with or without a zone, a day (its midnight), or seconds since 1970 (in UTC).

    `"2020-01-02 10:30"` gives `"2020-01-02T10:30:00"`; a zone that was not written is not made up (decision S24).
    """
    return _moment(value, "a date and time", 'write it as `"2020-01-02T10:30:00"`').isoformat()


def duration(value: Any) -> float:
    """A duration in seconds: a number of seconds, ISO text such as `"P1DT2H"`, `"1 day"`, `"01:00:00"`, or both of these.

    A year has 365 days and a month 30, as in Polyaxon.
    """
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, str) and len(value) <= _MAX_TEXT:
        value = _seconds_of_text(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or (isinstance(value, float) and not math.isfinite(value)):
        refuse("a duration", value, 'write seconds, or text such as `"P1D"` or `"01:30:00"`')
    try:
        return timedelta(seconds=value).total_seconds()
    except (OverflowError, ValueError):
        raise TypeMismatch("expected a duration of at most 999999999 days, found a longer one") from None


def _moment(value: Any, expected: str, hint: str) -> datetime:
    if isinstance(value, datetime):
        return value
    try:
        found = moment_of(value)
    except (OverflowError, ValueError):
        raise TypeMismatch(f"expected {expected}, found one that no calendar has") from None
    return found or refuse(expected, value, hint)


def _date_of(match: re.Match[str]) -> date:
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise TypeMismatch("expected a date, found one that no calendar has") from None


def _seconds_of_text(text: str) -> float | str:
    """The seconds that a text says, or the text itself where it says none."""
    if NUMBER.fullmatch(text):
        return float(text)
    seconds = seconds_of(text)
    return text if seconds is None else seconds
