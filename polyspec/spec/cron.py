"""The text of a cron schedule, checked: five fields, or a macro (polyaxonfile section 13; crontab(5))."""

import re
from collections.abc import Mapping

import attrs

from polyspec.late import late_pattern
from polyspec.record import record
from polyspec.spec.problem import Mismatch

MACROS = frozenset({"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"})
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_PART = late_pattern(
    r"(?P<low>\*|[0-9]{1,2}|[a-z]{3})(?:-(?P<high>[0-9]{1,2}|[a-z]{3}))?(?:/(?P<step>[0-9]{1,4}))?", re.IGNORECASE
)


@record
class _Field:
    """One field of a cron text: its name, its bounds, and the names that stand for numbers."""

    name: str
    least: int
    most: int
    words: Mapping[str, int] = attrs.field(factory=dict)


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, {word: number for number, word in enumerate(_MONTHS, 1)}),
    _Field("day of the week", 0, 7, {word: number for number, word in enumerate(_DAYS)}),
)


def check_cron(text: str) -> None:
    """Hold a text against the rules of cron. Raises `Mismatch` that names the field at fault."""
    if text.strip().lower() in MACROS:
        return
    parts = text.split()
    if len(parts) != len(_FIELDS):
        hint = "minute, hour, day of the month, month, day of the week: `0 0 * * MON`"
        raise Mismatch(f"a cron text has five fields, not {len(parts)}", path=("cron",), hint=hint, code="bad-cron")
    for field, part in zip(_FIELDS, parts, strict=True):
        for item in part.split(","):
            _check_item(field, item)


def _check_item(field: _Field, item: str) -> None:
    match = _PART.fullmatch(item)
    if match is None or (match["low"] == "*" and match["high"]):
        raise _bad(field)
    low, high = _number(field, match["low"]), _number(field, match["high"])
    if low is not None and high is not None and low > high:
        raise _bad(field)
    if match["step"] is not None and not int(match["step"]):
        raise _bad(field)


def _number(field: _Field, word: str | None) -> int | None:
    if word is None or word == "*":
        return None
    number = field.words.get(word.lower()) if word.isalpha() else int(word)
    if number is None or not field.least <= number <= field.most:
        raise _bad(field)
    return number


def _bad(field: _Field) -> Mismatch:
    names = f", or {'-'.join(list(field.words)[:2])} ..." if field.words else ""
    hint = f"numbers from {field.least} to {field.most}{names}, `*`, ranges `a-b`, steps `/n`, lists with commas"
    return Mismatch(f"not a {field.name} of a cron text", path=("cron",), hint=hint, code="bad-cron")
