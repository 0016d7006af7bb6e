"""Durations as text: ISO 8601, days, and times of a clock (polyaxonfile sections 7.2 and 13)."""

from polyspec.late import late_pattern

_CLOCK = r"(?P<hours>[0-9]{2,9}|[0-9](?=:[0-9]{2}:)):(?P<minutes>[0-5][0-9])(?::(?P<seconds>[0-5][0-9](?:\.[0-9]{1,9})?))?"
_DAYS = late_pattern(rf"(?P<sign>[+-])?(?P<days>[0-9]{{1,9}}) ?[dD](?:[aA][yY][sS]?)?(?:,? ?{_CLOCK}|, ?)?")
_CLOCK_ALONE = late_pattern(rf"(?P<sign>[+-])?{_CLOCK}")
_AMOUNT = r"[0-9]{1,12}(?:[.,][0-9]{1,9})?"
_ISO = late_pattern(
    rf"(?P<sign>[+-])?P(?=[0-9T])(?:(?P<years>{_AMOUNT})Y)?(?:(?P<months>{_AMOUNT})M)?(?:(?P<weeks>{_AMOUNT})W)?(?:(?P<days>{_AMOUNT})D)?"
    rf"(?:T(?=[0-9])(?:(?P<hours>{_AMOUNT})H)?(?:(?P<minutes>{_AMOUNT})M)?(?:(?P<seconds>{_AMOUNT})S)?)?"
)
_UNITS = {
    "years": 365 * 86400,
    "months": 30 * 86400,
    "weeks": 7 * 86400,
    "days": 86400,
    "hours": 3600,
    "minutes": 60,
    "seconds": 1,
}


def seconds_of(text: str) -> float | None:
    """The seconds of a duration such as `P1DT2H`, `1 day` or `01:30:00`; None for a text that is none. A year has 365 days."""
    match = _ISO.fullmatch(text) or _DAYS.fullmatch(text) or _CLOCK_ALONE.fullmatch(text)
    groups = match.groupdict() if match else {}
    amounts = [float(groups[unit].replace(",", ".")) * seconds for unit, seconds in _UNITS.items() if groups.get(unit)]
    if not amounts:
        return None
    return -sum(amounts) if groups["sign"] == "-" else sum(amounts)
