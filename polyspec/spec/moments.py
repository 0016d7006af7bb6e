"""Days and times: ISO 8601 text, or seconds since 1970 (polyaxonfile sections 7.2 and 14). Nothing here reads a clock."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from polyspec.late import late_pattern

_DATE = late_pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = late_pattern(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt _]"
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<part>[0-9]{1,9}))?)?"
    r"(?P<zone>[Zz]|(?P<sign>[+-])(?P<zone_hour>[0-9]{2}):?(?P<zone_minute>[0-9]{2}))?"
)
_NUMBER = late_pattern(r"[ \t\n\r]*-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?[ \t\n\r]*")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS_FROM = 20_000_000_000
"""A number past this counts milliseconds, not seconds: in seconds it would be the year 2603."""
_MAX_TEXT = 100


def moment_of(value: Any) -> datetime | None:
    """The time that a text or a number of seconds stands for, a day's being its midnight; None for what stands for none.

    A number has the zone UTC, a text that of its writing. Raises `ValueError` or `OverflowError` for a time that no calendar has.
    """
    return _moment_of_text(value) if isinstance(value, str) else _moment_of_number(value)


def is_midnight(moment: datetime) -> bool:
    """Whether a time is the beginning of its day."""
    return (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)


def _moment_of_text(text: str) -> datetime | None:
    if len(text) > _MAX_TEXT:
        return None
    if _DATE.fullmatch(text):
        return datetime.fromisoformat(text)
    if _NUMBER.fullmatch(text):
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
