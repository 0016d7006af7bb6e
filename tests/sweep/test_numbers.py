"""Spaces of numbers are NumPy's, without NumPy."""

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyspec.sweep import count, nth, suggestions

from .matrices import hp, listed, one, problem, problems

SMALL = st.integers(-50, 50)
REALS = st.floats(-1e6, 1e6).map(lambda number: number or 0.0)
NUMS = st.integers(1, 40)


def same(left: Any, right: Any) -> bool:
    """Equal, and of one kind: 1 and 1.0 are two values."""
    return json.dumps(left) == json.dumps(right)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("range", {"start": 1, "stop": 10, "step": 3}, [1, 4, 7]),
        ("range", {"start": 0.0, "stop": 1, "step": 0.25}, [0.0, 0.25, 0.5, 0.75]),
        ("range", {"start": 1, "stop": 1.3, "step": 0.1}, [1.0, 1.1, 1.2000000000000002, 1.3000000000000003]),
        ("linspace", {"start": 0, "stop": 1, "num": 3}, [0.0, 0.5, 1.0]),
        ("linspace", {"start": 0.001, "stop": 0.1, "num": 2}, [0.001, 0.1]),
        ("linspace", {"start": 2, "stop": 3, "num": 1}, [2.0]),
        ("logspace", {"start": -2, "stop": 1, "num": 4}, [0.01, 0.1, 1.0, 10.0]),
        ("logspace", {"start": 0, "stop": 3, "num": 4, "base": 2}, [1.0, 2.0, 4.0, 8.0]),
        ("geomspace", {"start": 1, "stop": 1000, "num": 4}, [1.0, 10.0, 100.0, 1000.0]),
        ("geomspace", {"start": -100, "stop": -1, "num": 3}, [-100.0, -10.0, -1.0]),
        ("geomspace", {"start": 3, "stop": 7, "num": 1}, [3.0]),
        ("linspace", "0:1:2", [0.0, 1.0]),
        ("range", [0, 4, 2], [0, 2]),
    ],
)
def test_the_values_of_a_space(kind: str, value: Any, expected: list[Any]) -> None:
    assert same(listed(kind, value), expected)


@given(SMALL, st.integers(1, 90), st.integers(1, 9))
def test_range_of_integers_is_arange(start: int, length: int, step: int) -> None:
    value: dict[str, Any] = {"start": start, "stop": start + length, "step": step}
    assert same(listed("range", value), np.arange(value["start"], value["stop"], value["step"]).tolist())


@given(REALS | SMALL, st.floats(0.01, 100), st.integers(1, 60), st.floats(0.1, 1))
def test_range_of_numbers_is_arange(start: float, step: float, steps: int, part: float) -> None:
    value: dict[str, Any] = {"start": start, "stop": start + (steps - 1 + part) * step, "step": step}
    assert same(listed("range", value), np.arange(value["start"], value["stop"], value["step"]).tolist())


@given(REALS | SMALL, st.floats(1e-3, 1e6), NUMS)
def test_linspace_is_numpy_s_to_the_last_bit(start: float, width: float, num: int) -> None:
    value: dict[str, Any] = {"start": start, "stop": start + width, "num": num}
    assert same(listed("linspace", value), np.linspace(**value).tolist())


def test_linspace_between_the_smallest_numbers_is_numpy_s() -> None:
    value: dict[str, Any] = {"start": 0.0, "stop": 5e-324, "num": 4}
    assert same(listed("linspace", value), np.linspace(**value).tolist())


@given(st.floats(-12, 12), st.floats(0.01, 12), NUMS, st.sampled_from([2, 3, 10, None]))
def test_logspace_is_numpy_s_but_for_the_last_bit(start: float, width: float, num: int, base: int | None) -> None:
    value: dict[str, Any] = {"start": start, "stop": start + width, "num": num, **({} if base is None else {"base": base})}
    np.testing.assert_array_almost_equal_nulp(np.array(listed("logspace", value)), np.logspace(**value), nulp=2)


@given(st.floats(1e-9, 1e6), st.floats(1.01, 1e6), NUMS, st.booleans())
def test_geomspace_is_numpy_s_but_for_the_last_bits(start: float, factor: float, num: int, is_negative: bool) -> None:
    ends = (-start * factor, -start) if is_negative else (start, start * factor)
    value: dict[str, Any] = {"start": ends[0], "stop": ends[1], "num": num}
    found, expected = listed("geomspace", value), np.geomspace(**value)
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=0)
    assert found[0] == expected[0]
    assert found[-1] == expected[-1]


def test_a_space_of_any_size_costs_nothing() -> None:
    matrix = one("range", {"start": 0, "stop": 10**18, "step": 1})
    assert count(matrix) == 10**18
    assert nth(matrix, 10**18 - 1) == {"x": 10**18 - 1}
    assert nth(one("linspace", {"start": 0, "stop": 1, "num": 10**12}), 10**12 - 1) == {"x": 1.0}


@pytest.mark.parametrize(
    ("kind", "value", "code", "message"),
    [
        ("range", {"start": 1, "stop": 9, "step": -1}, "bad-space", "there are no values"),
        ("linspace", {"start": 1, "stop": 9, "num": -3}, "bad-space", "there are no values"),
        ("range", {"start": 9, "stop": 1, "step": 1}, "bad-space", "`stop` is greater than `start`"),
        ("range", {"start": 0, "stop": 1e308, "step": 1e-308}, "bad-number", "the values are too large for a number"),
        ("linspace", {"start": -1e308, "stop": 1e308, "num": 2}, "bad-number", "the values are too large for a number"),
        ("geomspace", {"start": -1, "stop": 1, "num": 3}, "bad-space", "`start` and `stop` are both above zero, or both below"),
        ("geomspace", {"start": 0, "stop": 1, "num": 3}, "bad-space", "`start` and `stop` are both above zero, or both below"),
        ("choice", [], "bad-space", "there are no values"),
        ("choice", 5, "wrong-type", "expected a list of values"),
        ("linspace", "{{ x }}", "bad-space", "a template was not rendered"),
        ("linspace", "1:2", "bad-space", "a `linspace` has `start`, `stop`, `num`"),
    ],
)
def test_a_space_that_makes_no_sense(kind: str, value: Any, code: str, message: str) -> None:
    found = problem(lambda: listed(kind, value))
    assert (found.code, found.message) == (code, message)
    assert found.path[:2] == ("params", "x")


def test_a_base_is_above_zero() -> None:
    found = problem(lambda: listed("logspace", {"start": 0, "stop": 1, "num": 2, "base": 0}))
    assert (found.message, found.path) == ("`base` is greater than zero", ("params", "x", "value", "base"))


def test_a_power_that_is_no_number_is_refused_where_it_comes() -> None:
    matrix = one("logspace", {"start": 300, "stop": 310, "num": 11})
    assert math.isclose(nth(matrix, 8)["x"], 1e308)
    assert problem(lambda: nth(matrix, 9)).message == "the values are too large for a number"


def test_all_params_that_make_no_sense_are_named_at_once() -> None:
    matrix = {
        "kind": "grid",
        "params": {"a": hp("choice", []), "b": hp("choice", [1]), "c": hp("uniforn", 3), "d": hp("range", 5)},
    }
    found = {it.path: (it.message, it.hint) for it in problems(lambda: suggestions(matrix))}
    assert found == {
        ("params", "a", "value"): ("there are no values", None),
        ("params", "c", "kind"): ("unknown kind of matrix param `uniforn`", "did you mean `uniform`?"),
        ("params", "d", "value"): ("expected `start:stop:step`, a list or a mapping", None),
    }
