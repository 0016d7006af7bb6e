"""The types of days, times and durations: ISO 8601 text, or seconds since 1970; they give ISO text and seconds.

Nothing here reads a clock: a date is past or future only when the run starts, so `PastDate` and `FutureDate` take any date.
"""

import math
import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from polyspec.bind.values import NUMBER, TypeMismatch, refuse, unquoted
from polyspec.spec.durations import seconds_of

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt _]"
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<part>[0-9]{1,9}))?)?"
    r"(?P<zone>[Zz]|(?P<sign>[+-])(?P<zone_hour>[0-9]{2}):?(?P<zone_minute>[0-9]{2}))?"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS_FROM = 20_000_000_000
"""A number past this counts milliseconds, not seconds: in seconds it would be the year 2603."""
_MAX_TEXT = 100


def day(value: Any) -> str:
    """A day as ISO text, `"2020-01-02"`: such text, a time at midnight, or the seconds since 1970 of a midnight in UTC."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    if match:
        return _date_of(match).isoformat()
    moment = _moment(value, "a date", 'write it as `"2020-01-02"`')
    if (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0):
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
        found = _moment_of_text(value) if isinstance(value, str) else _moment_of_number(value)
    except (OverflowError, ValueError):
        raise TypeMismatch(f"expected {expected}, found one that no calendar has") from None
    return found or refuse(expected, value, hint)


def _moment_of_text(text: str) -> datetime | None:
    if len(text) > _MAX_TEXT:
        return None
    if _DATE.fullmatch(text):
        return datetime.fromisoformat(text)
    if NUMBER.fullmatch(text):
        return _moment_of_number(float(text))
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    clock = f"{match['hour']}:{match['minute']}:{match['second'] or '00'}.{(match['part'] or '')[:6]:0<6}"
    return datetime.fromisoformat(f"{match['date']}T{clock}").replace(tzinfo=_zone(match))


def _zone(match: re.Match[str]) -> timezone | None:
    if match["zone"] is None:
        return None
    minutes = 60 * int(match["zone_hour"] or 0) + int(match["zone_minute"] or 0)
    return timezone(timedelta(minutes=-minutes if match["sign"] == "-" else minutes))


def _moment_of_number(value: Any) -> datetime | None:
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001  a day names no zone
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return _EPOCH + timedelta(seconds=value / 1000 if abs(value) > _MILLISECONDS_FROM else value)


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
