"""Ranges of days and times are ISO text."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .matrices import listed, problem


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("daterange", ["2024-02-27", "2024-03-02", 1], ["2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01"]),
        ("daterange", {"start": "2024-01-01", "stop": "2024-01-15", "step": 7}, ["2024-01-01", "2024-01-08"]),
        ("daterange", {"start": "2024-01-01", "stop": "2024-01-03", "step": "2"}, ["2024-01-01"]),
        ("datetimerange", ["2024-01-01T00:00", "2024-01-01T00:01", 30], ["2024-01-01T00:00:00", "2024-01-01T00:00:30"]),
        ("datetimerange", ["2024-01-01", "2024-01-02", "PT12H"], ["2024-01-01T00:00:00", "2024-01-01T12:00:00"]),
        ("datetimerange", ["2024-01-01T23:00+02:00", "2024-01-02T00:30+02:00", 3600],
         ["2024-01-01T23:00:00+02:00", "2024-01-02T00:00:00+02:00"]),
        ("datetimerange", ["2024-01-01T00:00:00", "2024-01-01T00:00:01", 0.5],
         ["2024-01-01T00:00:00", "2024-01-01T00:00:00.500000"]),
    ],
)  # fmt: skip
def test_the_values_of_a_range(kind: str, value: Any, expected: list[str]) -> None:
    assert listed(kind, value) == expected


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(1, 200), st.integers(1, 40))
def test_days_are_those_of_arange(start: date, length: int, step: int) -> None:
    stop = date.fromordinal(start.toordinal() + length)
    days = np.arange(np.datetime64(start), np.datetime64(stop), np.timedelta64(step, "D"))
    assert listed("daterange", {"start": str(start), "stop": str(stop), "step": step}) == [str(day) for day in days]


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6), st.integers(10**4, 10**5))
def test_times_are_those_of_arange(start: int, length: int, step: int) -> None:
    first = np.datetime64(start, "s")
    times = np.arange(first, first + np.timedelta64(length, "s"), np.timedelta64(step, "s"))
    value = {"start": str(first), "stop": str(first + np.timedelta64(length, "s")), "step": step}
    assert listed("datetimerange", value) == [str(time) for time in times]


@pytest.mark.parametrize(
    ("kind", "value", "message", "at"),
    [
        ("daterange", ["2024-01-01", "2024-01-05", 1.5], "`step` is a number of days", "step"),
        ("daterange", ["2024-01-01", "2024-01-05", "0"], "`step` is not zero", None),
        ("daterange", ["2024-01-01T10:00", "2024-01-05", 1], "`start` is a date", "start"),
        ("datetimerange", ["2024-01-01", "2024-01-05", "soon"], "`step` is seconds, or a duration such as `PT1H`", "step"),
        ("datetimerange", ["2024-01-01", "2024-01-05", "PT0S"], "`step` is not zero", None),
        ("datetimerange", ["2024-01-01", "2024-01-05", -5], "there are no values", None),
        ("datetimerange", ["2024-01-01T00:00Z", "2024-01-05", 5], "`start` and `stop` both have a zone, or neither has", None),
    ],
)
def test_a_range_that_makes_no_sense(kind: str, value: Any, message: str, at: str | None) -> None:
    found = problem(lambda: listed(kind, value))
    assert (found.code, found.message) == ("bad-space", message)
    assert found.path == ("params", "x", "value", *([at] if at else []))
