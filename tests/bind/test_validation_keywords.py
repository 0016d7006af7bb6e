"""The keywords of `validation`: when each holds, what it says when not, and what it cannot apply to."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyspec.bind.types import TypeMismatch, default_types, parse_type
from polyspec.bind.validation import FAILED, INVALID, KEYWORDS, NOT_APPLICABLE, Effort, Failure, check

HOLDING: list[tuple[str, Any, Any, str | None]] = [
    ("gt", 0, 1, "int"),
    ("ge", 1, 1.0, "float"),
    ("ge", 0.1, "0.1", "Decimal"),
    ("lt", 1, [0, 0.5], "List[float]"),
    ("le", 1, {"a": 1}, "dict"),
    ("multipleOf", 0.1, 0.3, "float"),
    ("multipleOf", 0.01, 1e300, "float"),
    ("multipleOf", "n/a", None, "int"),
    ("multipleOf", 0.05, "0.10", "Decimal"),
    ("minDigits", 4, 12.34, "float"),
    ("maxDigits", 2, -12, "int"),
    ("maxDigits", 1, 3.0, "float"),
    ("decimalPlaces", 2, 3, "int"),
    ("decimalPlaces", 7, 1e-7, "float"),
    ("decimalPlaces", 0, 3.0, "float"),
    ("regex", "[a-z]+", ["a", "b"], "List[str]"),
    ("minLength", 2, "ab", "str"),
    ("maxLength", 1, [[1]], "List[List[int]]"),
    ("contains", "b", "abc", "str"),
    ("contains", ["a", "c"], "abc", "str"),
    ("contains", 1, [[1, 2]], "List[List[int]]"),
    ("excludes", ["x", "y"], "abc", "str"),
    ("options", [0.1, "0.2"], 0.2, "float"),
    ("options", [1], "1", "str"),
    ("options", ["a", "b"], ["b", "a"], "List[str]"),
    ("options", ["2020-01-02T00:00"], "2020-01-02", "date"),
    ("options", [1, 2], [2], "int"),
    ("options", ["0.10"], "0.1", "Decimal"),
    ("options", [1], 1, None),
    ("options", ["x"], "x", "no type"),
    ("options", [[1], {"a": [True]}], [[1.0]], None),
    ("options", [{"a": [True]}], {"x": {"a": [True]}}, None),
    ("minItems", 1, [1], "list"),
    ("maxItems", 1, {"a": 1}, "dict"),
    ("keys", ["b", "a"], {"a": 1, "b": 2}, "dict"),
    ("containsKeys", ["a"], {"a": 1, "b": 2}, "dict"),
    ("excludesKeys", ["c"], {"a": 1}, "dict"),
    ("delay", True, 1, "int"),
    ("gt", 0, [1, None], "List[Optional[int]]"),
    ("gt", None, -1, "int"),
]

FAILING: list[tuple[str, Any, Any, str | None, str]] = [
    ("gt", 1, 1, "int", "expected a number greater than `1`"),
    ("ge", 1.5, 1, "int", "expected a number greater than or equal to `1.5`"),
    ("lt", 1, 1, "int", "expected a number less than `1`"),
    ("le", 0, 1, "int", "expected a number less than or equal to `0`"),
    ("gt", 0.1, "0.1", "Decimal", "expected a number greater than `0.1`"),
    ("options", ["", "abc"], "0.1", "Decimal", "expected one of ``, `abc`"),
    ("multipleOf", 0.1, 0.35, "float", "expected a number that is a multiple of `0.1`"),
    ("minDigits", 3, -12, "int", "expected a number of at least 3 digits"),
    ("maxDigits", 2, 1.25, "float", "expected a number of at most 2 digits"),
    ("decimalPlaces", 2, 1.125, "float", "expected a number of at most 2 decimal places"),
    ("regex", "[a-z]+", "abc; rm", "str", "expected text that matches `[a-z]+` as a whole"),
    ("minLength", 2, "a", "str", "expected a length of at least 2"),
    ("maxLength", 2, "abc", "str", "expected a length of at most 2"),
    ("contains", ["a", "x"], "abc", "str", "expected a value that contains `a`, `x`"),
    ("excludes", "b", "abc", "str", "expected a value that contains none of `b`"),
    ("options", ["a", 1], "x", "str", "expected one of `a`, `1`"),
    ("options", [1], True, None, "expected one of `1`"),
    ("contains", [[1]], [[True]], None, "expected a value that contains `[1]`"),
    ("options", list(range(10)), 10, "int", "expected one of `0`, `1`, `2`, `3`, `4`, `5`, `6`, `7` and 2 more"),
    ("minItems", 2, [1], "list", "expected at least 2 items"),
    ("maxItems", 0, {"a": 1}, "dict", "expected at most 0 items"),
    ("keys", ["a"], {"a": 1, "b": 2}, "dict", "expected a mapping with exactly the keys `a`"),
    ("containsKeys", ["a", "c"], {"a": 1}, "dict", "expected a mapping with the keys `a`, `c`"),
    ("excludesKeys", ["a"], {"a": 1}, "dict", "expected a mapping with none of the keys `a`"),
    ("regex", "x*", "x" * 1025, "str", "expected text of at most 1024 characters, since it has a `regex`, found longer text"),
]

NOT_APPLYING: list[tuple[str, Any, Any, str, str]] = [
    ("gt", 0, "a", "str", "`gt` cannot apply to text"),
    ("gt", 0, True, "bool", "`gt` cannot apply to a boolean"),
    ("multipleOf", 2, "a", "str", "`multipleOf` cannot apply to text"),
    ("decimalPlaces", 2, {"a": "x"}, "dict", "`decimalPlaces` cannot apply to text"),
    ("regex", "a", 1, "int", "`regex` cannot apply to an integer"),
    ("regex", "a", "1", "Decimal", "`regex` cannot apply to a decimal number"),
    ("minLength", 1, 1.5, "float", "`minLength` cannot apply to a number"),
    ("contains", ["a"], [1], "List[int]", "`contains` cannot apply to an integer"),
    ("minItems", 1, "a", "str", "`minItems` cannot apply to text"),
    ("keys", ["a"], [1], "list", "`keys` cannot apply to a list"),
]

SENSELESS: list[tuple[str, Any, str]] = [
    ("gt", "{{ low }}", "`gt`: expected a number, found text"),
    ("gt", True, "`gt`: expected a number, found a boolean"),
    ("gt", float("nan"), "`gt`: expected a finite number, found a number that is not finite"),
    ("multipleOf", 0, "`multipleOf`: expected a number other than 0, found 0"),
    ("multipleOf", 0.0, "`multipleOf`: expected a number other than 0, found 0"),
    ("minDigits", -1, "`minDigits`: expected a count, found one below 0"),
    ("minItems", 1.5, "`minItems`: expected a count, found a number"),
    ("keys", "a", "`keys`: expected a list of keys, found something else"),
    ("regex", 1, "`regex`: expected a pattern, found an integer"),
    ("regex", "(?=a)", "`regex`: expected a pattern that linear time can match, found look-ahead at character 3"),
    ("minimum", 1, "unknown keyword `minimum`"),
]


@pytest.mark.parametrize(("keyword", "bound", "value", "type_name"), HOLDING)
def test_a_keyword_holds(keyword: str, bound: Any, value: Any, type_name: str | None) -> None:
    assert check(value, {keyword: bound}, type_name) == []


@pytest.mark.parametrize(("keyword", "bound", "value", "type_name", "message"), FAILING)
def test_a_keyword_fails(keyword: str, bound: Any, value: Any, type_name: str | None, message: str) -> None:
    (failure,) = check(value, {keyword: bound}, type_name)
    assert (failure.keyword, failure.code, failure.message) == (keyword, FAILED, message)


def test_patterns_that_take_too_many_steps_cross_a_limit() -> None:
    (failure,) = check(["x" * 1000] * 10, {"regex": ".{0,1000}"}, "List[str]")
    assert (failure.code, failure.message) == (
        "limit-pattern-steps",
        "expected less text for so large a `regex`, or fewer of them",
    )


@pytest.mark.parametrize(
    ("pattern", "text", "most"),
    [
        ("(((a{500}){500}){500})", "", 100),  # refused: all positions that one may have were made
        ("()" * 120, "", 1_000),  # no position, but much to read
        ("[^" + "".join(map(chr, range(0x4E00, 0x4E80))) + "]*", "a" * 1024, 100),  # each character is compared with 128 others
        ("(?i)[^" + "".join(map(chr, range(0x4E00, 0x4E80))) + "]*", "a" * 1024, 100),
    ],
)
def test_whatever_a_pattern_takes_counts(pattern: str, text: str, most: int) -> None:
    effort = Effort()
    told = [failure.code for _ in range(most) for failure in check(text, {"regex": pattern}, "str", effort=effort)]
    assert told.count("limit-pattern-steps") == 1
    assert effort.left < 0
    assert check("a", {"regex": "a"}, "str", effort=effort) == []


@pytest.mark.parametrize(("keyword", "bound", "value", "type_name", "message"), NOT_APPLYING)
def test_a_keyword_cannot_apply(keyword: str, bound: Any, value: Any, type_name: str, message: str) -> None:
    (failure,) = check(value, {keyword: bound}, type_name)
    assert (failure.code, failure.message) == (NOT_APPLICABLE, message)
    assert failure.hint == f"it applies to {KEYWORDS[keyword].to}"


@pytest.mark.parametrize(("keyword", "bound", "message"), SENSELESS)
def test_a_bound_makes_no_sense(keyword: str, bound: Any, message: str) -> None:
    (failure,) = check(3, {keyword: bound}, "int")
    assert (failure.code, failure.message) == (INVALID, message)


def test_every_keyword_is_exercised_both_ways() -> None:
    assert {keyword for keyword, *_ in HOLDING} == {*KEYWORDS, "delay"}
    assert {keyword for keyword, *_ in FAILING} == set(KEYWORDS)


def test_all_failures_come_at_once_in_the_order_of_the_keywords() -> None:
    failures = check("ab", {"minLength": 3, "regex": "x", "options": ["y"], "gt": 1}, "str")
    assert [failure.keyword for failure in failures] == ["minLength", "regex", "options", "gt"]


def test_a_failure_leads_to_the_first_item_and_counts_the_others() -> None:
    message = "expected a number greater than `0`; 1 more of the items fail"
    assert check([1, 0, -1], {"gt": 0}, "List[int]") == [Failure("gt", message, None, FAILED, (1,))]
    assert check({"a": 1, "b": 0}, {"gt": 0}, "dict")[0].path == ("b",)


@pytest.mark.parametrize(
    ("keyword", "bound", "value", "hint"),
    [
        ("options", ["adam", "sgd"], "adma", "did you mean `adam`?"),
        ("options", ["adam", "sgd"], "xyz", None),
        ("keys", ["a", "b"], {"b": 1, "c": 1}, "missing: `a`; not expected: `c`"),
        ("containsKeys", ["a"], {"c": 1}, "missing: `a`"),
        ("excludesKeys", ["a"], {"a": 1, "b": 1}, "not expected: `a`"),
        ("minLenght", 1, "a", "did you mean `minLength`?"),
    ],
)
def test_a_failure_says_the_mend(keyword: str, bound: Any, value: Any, hint: str | None) -> None:
    assert check(value, {keyword: bound}, None)[0].hint == hint


def test_the_options_of_a_secret_are_not_told() -> None:
    (failure,) = check("hunter2", {"options": ["hunter3"]}, "Optional[SecretStr]")
    assert (failure.message, failure.hint) == ("expected another value", None)


def test_options_are_converted_by_a_type_of_ones_own() -> None:
    types = default_types().with_entry("version", lambda value: str(value).removeprefix("v"))
    assert check("1.0", {"options": ["v1.0"]}, "version", types) == []


@pytest.mark.parametrize("name", ["redos", "redos-sequential", "regex-partial"])
def test_hostile_patterns_give_a_failure(name: str) -> None:
    cases = {
        "redos": ("^(a+)+$", "a" * 60 + "!"),
        "redos-sequential": ("^a*a*a*a*a*a*b$", "a" * 1000),
        "regex-partial": ("[a-z]+", "abc; rm -rf /"),
    }
    pattern, value = cases[name]
    assert [failure.code for failure in check(value, {"regex": pattern}, "str")] == [FAILED]


@given(st.decimals(min_value=-1000, max_value=1000, places=3), st.integers(-50, 50))
def test_a_multiple_is_exact_in_decimals(unit: Any, count: int) -> None:
    unit = float(unit) or 0.001
    multiple = float(Decimal(repr(unit)) * count)
    assert check(multiple, {"multipleOf": unit}, "float") == []


BOUNDS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.lists(st.text(max_size=2), max_size=2)
VALUES = BOUNDS | st.lists(BOUNDS, max_size=2) | st.dictionaries(st.text(max_size=2), BOUNDS, max_size=2)


@given(st.sampled_from(sorted(KEYWORDS)), VALUES, BOUNDS, st.sampled_from(["any", "int", "List[str]", "Decimal", "nonsense"]))
def test_no_bound_and_no_value_breaks_a_keyword(keyword: str, value: Any, bound: Any, type_name: str) -> None:
    types = default_types()
    try:
        found = parse_type(type_name, types)(value) if type_name != "nonsense" else value
    except TypeMismatch:
        return
    assert all(failure.keyword == keyword for failure in check(found, {keyword: bound}, type_name))
