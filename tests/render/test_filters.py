"""Every filter and every test of the language, by table."""

from typing import Any

import pytest

from polyspec.render.filters import FILTERS, TESTS

from .rendering import Refusal, refused, rendered, same

FILTER_TABLE: dict[str, list[tuple[str, Any, Any]]] = {
    "abs": [("v|abs", -2, 2), ("v|abs", -0.5, 0.5)],
    "capitalize": [("v|capitalize", "hELLO world", "Hello world")],
    "count": [("v|count", [1, 2], 2)],
    "default": [
        ("v|default(1)", None, None),
        ("v|default(1, true)", None, 1),
        ("v|default(1, boolean=true)", 0, 1),
        ("w|default", 0, ""),
    ],
    "d": [("w|d('x')", 0, "x"), ("w.a.b|d(default_value=2)", 0, 2), ("v.a|d(2)", {"b": 1}, 2)],
    "first": [("v|first", [3, 1], 3), ("v|first", "abc", "a"), ("v|first|default(5)", [], 5), ("v|first", {"k": 1}, "k")],
    "float": [
        ("v|float", "1.5", 1.5),
        ("v|float", 2, 2.0),
        ("v|float", "x", 0.0),
        ("v|float(1.5)", None, 1.5),
        ("v|float", "inf", 0.0),
        ("v|float", "nan", 0.0),
    ],
    "int": [
        ("v|int", "12", 12),
        ("v|int", " -12 ", -12),
        ("v|int", "1.9", 1),
        ("v|int", 1.9, 1),
        ("v|int", "x", 0),
        ("v|int(7)", "x", 7),
        ("v|int(7)", None, 7),
        ("v|int", "inf", 0),
        ("v|int", True, 1),
        ("v|int(default=3)", "9" * 5000, 3),
    ],
    "items": [("v|items", {"a": 1, "b": [2]}, [["a", 1], ["b", [2]]]), ("v|items", [], [])],
    "join": [
        ("v|join", ["a", 1, None], "a1None"),
        ("v|join(',')", [1, 2], "1,2"),
        ("v|join('-', attribute='n')", [{"n": 1}, {"n": 2}], "1-2"),
        ("v|join('.')", "abc", "a.b.c"),
    ],
    "last": [("v|last", [3, 1], 1), ("v|last|default(5)", "", 5), ("v|last", {"k": 1, "l": 2}, "l")],
    "length": [("v|length", [1, 2], 2), ("v|length", "abc", 3), ("v|length", {}, 0)],
    "list": [("v|list", "ab", ["a", "b"]), ("v|list", {"a": 1}, ["a"])],
    "lower": [("v|lower", "ABC", "abc"), ("v|lower", True, "true")],
    "map": [
        ("v|map('upper')", ["a", "b"], ["A", "B"]),
        ("v|map('replace', 'a', 'b')", ["a"], ["b"]),
        ("v|map(attribute='n')", [{"n": 1}], [1]),
        ("v|map(attribute=0)", [[5]], [5]),
        ("v|map('map_format', '--x=%s')|list", [1, 2], ["--x=1", "--x=2"]),
    ],
    "map_format": [
        ("v|map_format('--x=%s')", 1.5, "--x=1.5"),
        ("v|map_format('%d%%')", 5, "5%"),
        ("v|map_format('%(x)s!', 'x')", "a", "a!"),
        ("v|map_format('%(x)s!', variable_name='x')", None, "None!"),
        ("v|map_format('%i')", 3, "3"),
        ("v|map_format('none')", 3, "none"),
    ],
    "max": [
        ("v|max", [1, 3, 2], 3),
        ("v|max|default(5)", [], 5),
        ("v|max", ["a", "B"], "B"),
        ("v|max(case_sensitive=true)", ["a", "B"], "a"),
    ],
    "min": [("v|min", [3, 1], 1), ("v|min", ["b", "A"], "A"), ("v|min", ["a", "B"], "a"), ("v|min(true)", ["a", "B"], "B")],
    "replace": [
        ("v|replace('a', 'bb')", "aXa", "bbXbb"),
        ("v|replace(1, 2)|string if false else v", "1", "1"),
        ("v|replace('', '-')", "ab", "-a-b-"),
    ],
    "reverse": [("v|reverse", [1, 2], [2, 1]), ("v|reverse", "ab", "ba")],
    "round": [("v|round", 2.5, 2.0), ("v|round(1)", 2.25, 2.2), ("v|round", 42, 42), ("v|round(precision=-1)", 45.0, 40.0)],
    "sort": [
        ("v|sort", [3, 1, 2], [1, 2, 3]),
        ("v|sort(true)", [3, 1, 2], [3, 2, 1]),
        ("v|sort(reverse=true)", ["a", "b"], ["b", "a"]),
        ("v|sort", ["b", "A", "c"], ["A", "b", "c"]),
        ("v|sort(case_sensitive=true)", ["b", "A", "c", "B"], ["A", "B", "b", "c"]),
    ],
    "string": [("v|string", 1.5, "1.5"), ("v|string", None, "None"), ("v|string", {"a": [1]}, "{'a': [1]}")],
    "sum": [("v|sum", [1, 2.5], 3.5), ("v|sum", [], 0)],
    "title": [("v|title", "it's a TEST-case (ok)", "It's A Test-Case (Ok)")],
    "tojson": [
        ("v|tojson", {"b": 1, "a": [True, None, "é<"]}, '{"a": [true, null, "é<"], "b": 1}'),
        ("v|tojson", "a", '"a"'),
    ],
    "trim": [("v|trim", "  a ", "a"), ("v|trim('x')", "xax", "a")],
    "unique": [
        ("v|unique", [1, 2, 1, True], [1, 2, True]),
        ("v|unique", ["a", "A", "b"], ["a", "b"]),
        ("v|unique(true)", ["a", "A"], ["a", "A"]),
    ],
    "upper": [("v|upper", "abc", "ABC")],
}


@pytest.mark.parametrize(
    ("expression", "value", "expected"),
    [pytest.param(*row, id=f"{name} {row}") for name, rows in FILTER_TABLE.items() for row in rows],
)
def test_a_filter(expression: str, value: Any, expected: Any) -> None:
    assert same(rendered("{{ " + expression + " }}", {"v": value}), expected)


def test_the_table_has_every_filter() -> None:
    assert set(FILTER_TABLE) == {*FILTERS, "default", "d"}


TEST_TABLE: dict[str, tuple[list[str], list[str]]] = {
    "boolean": (["true", "false"], ["0", "'true'", "none"]),
    "defined": (["v", "v.a", "none"], ["w", "v.b", "v[0]", "w.a.b"]),
    "divisibleby": (["6 is divisibleby(3)", "6 is divisibleby 2"], ["7 is divisibleby(2)"]),
    "even": (["2", "0", "-2"], ["1", "2.5"]),
    "false": (["false"], ["0", "none", "true"]),
    "float": (["1.5", "1.0"], ["1", "'1.5'"]),
    "in": (["1 is in([1])", "'a' is in('abc')", "'a' is in(v)"], ["2 is in([1])", "1 is in('1')"]),
    "integer": (["1", "-1"], ["1.0", "true", "'1'"]),
    "iterable": (["[]", "'a'", "v"], ["1", "none"]),
    "lower": (["'abc'"], ["'Abc'", "1"]),
    "mapping": (["v", "{}"], ["[]", "'a'"]),
    "none": (["none", "None"], ["0", "''", "[]"]),
    "number": (["1", "1.5"], ["true", "'1'", "none"]),
    "odd": (["1", "-1"], ["2", "0"]),
    "sequence": (["[]", "'a'", "v"], ["1"]),
    "string": (["'a'", "''"], ["1", "none"]),
    "true": (["true"], ["1", "false", "'true'"]),
    "undefined": (["w", "v.b"], ["v", "none"]),
    "upper": (["'ABC'"], ["'Abc'", "1"]),
}


@pytest.mark.parametrize(
    ("name", "subject", "expected"),
    [
        (name, subject, holds)
        for name, (yes, no) in TEST_TABLE.items()
        for holds, subjects in ((True, yes), (False, no))
        for subject in subjects
    ],
)
def test_a_test(name: str, subject: str, expected: bool) -> None:
    expression = subject if " is " in subject else f"{subject} is {name}"
    assert rendered("{{ " + expression + " }}", {"v": {"a": 1}}) is expected
    negated = expression.replace(" is ", " is not ", 1)
    assert rendered("{{ " + negated + " }}", {"v": {"a": 1}}) is not expected


def test_the_table_has_every_test() -> None:
    assert set(TEST_TABLE) == {*TESTS, "defined", "undefined"}


CANNOT = "cannot be used like this"
HINT = "look at its arguments and the kind of its value"
HOLD = "the result is not a number that a spec can hold"
REFUSED: list[tuple[str, Any, Refusal]] = [
    ("v|abs", "a", Refusal("bad-template", "`abs` takes numbers", "abs")),
    ("v|abs", True, Refusal("bad-template", "`abs` takes numbers", "abs")),
    ("v|abs", -(2**63), Refusal("bad-template", HOLD, "abs")),
    ("v|sum", [1, "a"], Refusal("bad-template", "`sum` takes numbers", "sum")),
    ("v|sum", [2**62, 2**62], Refusal("bad-template", HOLD, "sum")),
    ("v|sum", [1e308, 1e308], Refusal("bad-template", HOLD, "sum")),
    ("v|int", "9" * 4000, Refusal("bad-template", HOLD, "int")),
    ("v|map('int')", ["9" * 4000], Refusal("bad-template", HOLD, "int")),
    ("v|round", "a", Refusal("bad-template", "`round` takes numbers", "round")),
    ("v|round(99)", 1.5, Refusal("bad-template", "`round` takes a whole precision between -20 and 20", "round")),
    ("v|round(0.5)", 1.5, Refusal("bad-template", "`round` takes a whole precision between -20 and 20", "round")),
    ("v|round('a')", 1.5, Refusal("bad-template", "`round` takes numbers", "round")),
    ("v|join", 5, Refusal("bad-template", "`join` takes a list, not an integer", "join")),
    ("v|join(1)", [1], Refusal("bad-template", "`join` takes text, not an integer", "join")),
    ("v|join(',', attribute='n')", [{"m": 1}], Refusal("unknown-name", "unknown field `n`", "n")),
    ("v|map", [1], Refusal("bad-template", "`map` takes text, not null", "map")),
    (
        "v|map('uper')",
        ["a"],
        Refusal("template-language", "`uper` is not a filter of the template language", "uper", "did you mean `upper`?"),
    ),
    ("v|map('upper')", None, Refusal("bad-template", "`map` takes a list, not null", "map")),
    ("v|map_format('%5s')", 1, Refusal("bad-template", "the pattern of `map_format` takes `%s`", "map_format")),
    ("v|map_format('%(x)s')", 1, Refusal("bad-template", "the pattern of `map_format` takes `%s`", "map_format")),
    (
        "v|map_format('%s', 'x')",
        1,
        Refusal("bad-template", "the pattern of `map_format` takes `%(name)s` with the name that it is given", "map_format"),
    ),
    (
        "v|map_format('%(x)%', 'x')",
        1,
        Refusal("bad-template", "the pattern of `map_format` takes `%(name)s` with the name that it is given", "map_format"),
    ),
    ("v|map_format('%')", 1, Refusal("bad-template", "the pattern of `map_format` takes `%s`", "map_format")),
    ("v|map_format(1)", 1, Refusal("bad-template", "`map_format` takes text, not an integer", "map_format")),
    ("v|map_format", 1, Refusal("bad-template", f"`map_format` {CANNOT}", "map_format", HINT)),
    ("v|replace(1, 2)", "a", Refusal("bad-template", "`replace` takes text, not an integer", "replace")),
    ("v|replace('a')", "a", Refusal("bad-template", f"`replace` {CANNOT}", "replace", HINT)),
    ("v|sort", [1, "a"], Refusal("bad-template", "`sort` takes values of one kind", "sort")),
    ("v|sort(attribute='a')", [1], Refusal("bad-template", f"`sort` {CANNOT}", "sort", HINT)),
    ("v|max", [1, "a"], Refusal("bad-template", "`max` takes values of one kind", "max")),
    ("v|min", 5, Refusal("bad-template", "`min` takes a list, not an integer", "min")),
    ("v|length", 5, Refusal("bad-template", "an integer has no length", "length")),
    ("v|first", 5, Refusal("bad-template", "`first` takes a list, not an integer", "first")),
    ("v|last", None, Refusal("bad-template", "`last` takes a list, not null", "last")),
    ("v|first", [], Refusal("unknown-name", "there is no `first` of an empty list", "first")),
    ("v|min", {}, Refusal("unknown-name", "there is no `min` of an empty list", "min")),
    ("v|items", 5, Refusal("bad-template", "`items` takes a list, not an integer", "items")),
    ("v|reverse", 5, Refusal("bad-template", "`reverse` takes a list, not an integer", "reverse")),
    ("v|trim(1)", "a", Refusal("bad-template", f"`trim` {CANNOT}", "trim", HINT)),
    ("v|upper(1)", "a", Refusal("bad-template", f"`upper` {CANNOT}", "upper", HINT)),
    ("v is even", "%9999999999d", Refusal("bad-template", f"`even` {CANNOT}", "even", HINT)),
    ("v is odd", [], Refusal("bad-template", f"`odd` {CANNOT}", "odd", HINT)),
    ("v is divisibleby(0)", 1, Refusal("bad-template", f"`divisibleby` {CANNOT}", "divisibleby", HINT)),
    ("v is divisibleby('%d')", 1, Refusal("bad-template", f"`divisibleby` {CANNOT}", "divisibleby", HINT)),
    ("v is divisibleby", 1, Refusal("bad-template", f"`divisibleby` {CANNOT}", "divisibleby", HINT)),
    ("v is in(5)", 1, Refusal("bad-template", "an integer holds nothing to look for", "{{ v is in(5) }}")),
]


@pytest.mark.parametrize(
    ("expression", "refusal"),
    [
        ("d[secret]", Refusal("unknown-name", "there is no field or item of the name that is given", "{{ d[secret] }}")),
        ("d.b[secret]", Refusal("unknown-name", "there is no field or item of the name that is given", "{{ d.b[secret] }}")),
        ("[1] | map(secret)", Refusal("bad-template", "`map` cannot take what its arguments give", "map")),
        ("[1] | map(attribute=secret)", Refusal("unknown-name", "`map` cannot take what its arguments give", "map")),
        ("[d] | join(attribute=secret)", Refusal("unknown-name", "`join` cannot take what its arguments give", "join")),
        (
            "1 | map_format('%s', secret)",
            Refusal("bad-template", "the pattern of `map_format` takes `%(name)s` with the name that it is given", "map_format"),
        ),
    ],
)
def test_no_message_holds_the_value_of_a_name(expression: str, refusal: Refusal) -> None:
    assert refused("{{ " + expression + " }}", {"d": {"a": 1, "b": {}}, "secret": "hunter22"}) == refusal


@pytest.mark.parametrize(("expression", "value", "refusal"), REFUSED)
def test_a_filter_or_test_says_what_it_takes(expression: str, value: Any, refusal: Refusal) -> None:
    assert refused("{{ " + expression + " }}", {"v": value}) == refusal
