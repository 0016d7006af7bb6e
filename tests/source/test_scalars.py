"""What an unquoted word means (YAML 1.1), what the other YAML would make of it, and that it is written back as it was."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyspec.limits import INTEGER_RANGE, Limits
from polyspec.source import read_text, to_yaml
from polyspec.source.scalars import BadNumber, is_surely_text, is_text, json_scalar, reading, scalar

from .told import diagnostic, place, read, tree

NULLS = ["", "~", "null", "Null", "NULL"]
TRUE = ["true", "True", "TRUE"]
FALSE = ["false", "False", "FALSE"]
TRUE_11 = ["yes", "Yes", "YES", "on", "On", "ON"]
FALSE_11 = ["no", "No", "NO", "off", "Off", "OFF"]

SAME_IN_BOTH: list[tuple[str, Any]] = [
    *((word, None) for word in NULLS if word),
    *((word, True) for word in TRUE),
    *((word, False) for word in FALSE),
    ("0", 0),
    ("-0", 0),
    ("+1", 1),
    ("7", 7),
    ("00", 0),
    ("07", 7),
    ("10", 10),
    ("-42", -42),
    ("0x1F", 31),
    ("0xdead", 57005),
    ("9223372036854775807", 2**63 - 1),
    ("-9223372036854775808", -(2**63)),
    ("0.5", 0.5),
    (".5", 0.5),
    ("-.5", -0.5),
    ("+.5", 0.5),
    ("1.", 1.0),
    ("-0.0", -0.0),
    ("1.5e+3", 1500.0),
    ("1.e-3", 0.001),
    (".5E-2", 0.005),
    ("09.5", 9.5),
]
"""Words that YAML 1.1 and 1.2 read alike."""

OTHERWISE_IN_12: list[tuple[str, Any]] = [
    *((word, True) for word in TRUE_11),
    *((word, False) for word in FALSE_11),
    ("0644", 420),
    ("010", 8),
    ("-010", -8),
    ("0b101", 5),
    ("-0b1", -1),
    ("1_000", 1000),
    ("1__0", 10),
    ("0x_1F", 31),
    ("-0x1F", -31),
    ("0_", 0),
    ("12:30", 750),
    ("12:30:45", 45045),
    ("-1:00", -60),
    ("1:2.5", 62.5),
    ("-1:2.5", -62.5),
    ("+1:00:00.", 3600.0),
    ("1_0.5", 10.5),
]
"""Words that YAML 1.2 reads in another way."""

NUMBERS_IN_12 = ["1e3", "1e-3", "1E5", "1.5e3", "-2e+5", ".5e3", "08", "019", "0o17", "+08"]
"""Words that are text in YAML 1.1 and numbers in YAML 1.2."""

TEXTS = [
    "a", "nO", "tRUE", "y", "N", "None", "nULL", "=", "<<", "NaN", "inf", "-", "--x", "+", ".", "..", "...x", "-a", "+a",
    "1a", "0x", "0xg", "0b", "0b2", "0o8", "1.2.3", "1e", "e3", "1:60", "0:0", "00:30", "2020-01-01", "2020-01-01T10:00:00Z",
    "10:30am", "1,000", "1 000", "500m", "1Gi", "é", "１", "_1", "1-2", "0x1.5", "1:2_0",
]  # fmt: skip
"""Words that are text in both."""

NO_NUMBERS = [
    ("9223372036854775808", "an integer fits in 64 bits, signed"),
    ("-9223372036854775809", "an integer fits in 64 bits, signed"),
    ("0xFFFFFFFFFFFFFFFF", "an integer fits in 64 bits, signed"),
    ("999999999999999999:59", "an integer fits in 64 bits, signed"),
    ("1.0e+999", "a number is finite"),
    (".inf", "a number is finite"),
    ("-.Inf", "a number is finite"),
    ("+.INF", "a number is finite"),
    (".nan", "a number is finite"),
    (".NaN", "a number is finite"),
    (".NAN", "a number is finite"),
    ("1" * 101, "a number has at most 100 characters"),
    ("0x" + "f" * 99, "a number has at most 100 characters"),
    ("1:" * 60 + "1", "a number has at most 100 characters"),
    ("-0." + "1" * 98, "a number has at most 100 characters"),
]

words = st.text("0123456789+-._:eExXbBoOaf", min_size=1, max_size=12) | st.text(max_size=12)


def same(left: Any, right: Any) -> bool:
    """Equal, and of one kind: 1, 1.0 and True are three values, and so are 0.0 and -0.0."""
    return json.dumps(left) == json.dumps(right)


@pytest.mark.parametrize(("word", "value"), SAME_IN_BOTH + OTHERWISE_IN_12)
class TestValues:
    def test_a_word_has_a_value(self, word: str, value: Any) -> None:
        assert same(scalar(word), value)

    def test_it_has_it_in_a_document(self, word: str, value: Any) -> None:
        assert same(tree(f"a: {word}"), {"a": value})
        assert same(tree(f"- {word}\n- x"), [value, "x"])

    def test_quotes_make_it_text(self, word: str, value: Any) -> None:
        assert value != word
        assert tree(f"a: '{word}'\nb: \"{word}\"\nc: |-\n  {word}\n") == {"a": word, "b": word, "c": word}

    def test_the_value_is_written_and_read_back(self, word: str, value: Any) -> None:
        text = to_yaml({"a": value, "b": word})
        found = read(text)
        assert same(found.tree, {"a": value, "b": word})
        assert found.warnings == ()


@pytest.mark.parametrize("word", ["", *NULLS])
def test_nothing_and_null_are_null(word: str) -> None:
    assert tree(f"a: {word}") == {"a": None}


@pytest.mark.parametrize("word", TEXTS + NUMBERS_IN_12)
def test_other_words_are_text(word: str) -> None:
    assert scalar(word) == word
    assert tree(to_yaml([word])) == [word]


@pytest.mark.parametrize("word", [word for word in TEXTS if ": " not in word and word not in ("-", "=")])
def test_they_are_text_in_a_document(word: str) -> None:
    found = read(f"a: {word}")
    assert found.tree == {"a": word}
    assert found.warnings == ()


class TestAmbiguity:
    @pytest.mark.parametrize("word", [word for word, _ in OTHERWISE_IN_12] + NUMBERS_IN_12)
    def test_words_that_the_versions_of_yaml_read_in_two_ways(self, word: str) -> None:
        assert reading(word)[1]
        assert not is_text(word)
        assert [warning.code for warning in read(f"a: {word}").warnings] == ["ambiguous-value"]

    @pytest.mark.parametrize("word", [*(word for word, _ in SAME_IN_BOTH), *TEXTS, *NULLS])
    def test_words_that_they_read_alike(self, word: str) -> None:
        assert not reading(word)[1]

    def test_quoted_words_give_no_warning(self) -> None:
        assert read("a: 'no'\nb: \"12:30\"\nc: |-\n  0644\n").warnings == ()

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (
                "plugins:\n  shm: no",
                """
warning[ambiguous-value]: `no` is read as false (YAML 1.1), and as something else by YAML 1.2
 --> spec.yaml:2:8
  |
2 |   shm: no
  |        ^^
  = at: plugins.shm
  = help: write `false` or quote it
""",
            ),
            (
                "modes: [0644]",
                """
warning[ambiguous-value]: `0644` is read as 420 (YAML 1.1), and as something else by YAML 1.2
 --> spec.yaml:1:9
  |
1 | modes: [0644]
  |         ^^^^
  = at: modes[0]
  = help: write `420` or quote it
""",
            ),
            (
                "lr: 1e-3",
                """
warning[ambiguous-value]: `1e-3` is read as text (YAML 1.1), and as something else by YAML 1.2
 --> spec.yaml:1:5
  |
1 | lr: 1e-3
  |     ^^^^
  = at: lr
  = help: quote it, or write the number with a point and a signed exponent: `1.0e-3`
""",
            ),
            (
                "on",
                """
warning[ambiguous-value]: `on` is read as true (YAML 1.1), and as something else by YAML 1.2
 --> spec.yaml:1:1
  |
1 | on
  | ^^
  = help: write `true` or quote it
""",
            ),
        ],
    )
    def test_the_warning_says_what_was_read(self, text: str, expected: str) -> None:
        document = read(text)
        (warning,) = document.warnings
        assert f"\n{document.diagnose(warning)}\n" == expected

    def test_the_warning_follows_a_value_through_merges_and_lists(self) -> None:
        paths = [warning.path for warning in read("a: [x, {b: [yes, no]}]\nc: {<<: {d: off}}").warnings]
        assert paths == [("a", 1, "b", 0), ("a", 1, "b", 1), ("c", "<<", "d")]

    def test_no_more_are_noted_than_are_sought(self) -> None:
        text = "\n".join(f"- {word}" for word in ["no", "yes", "off"] * 10)
        found = read_text(text, "spec.yaml", Limits(diagnostics=1))
        assert [warning.path for warning in found.warnings] == [(index,) for index in range(10)]

    @pytest.mark.parametrize(
        "text", ["api_token: 0644", "env:\n- name: DB_PASSWORD\n  value: 12:30", "- value: no\n  name: MY_SECRET"]
    )
    def test_the_warning_does_not_quote_a_secret(self, text: str) -> None:
        document = read(text)
        (warning,) = document.warnings
        assert warning.message == "an unquoted secret is read in one way by YAML 1.1, and in another by YAML 1.2"
        assert warning.hint == "quote it"
        assert not any(word in str(document.diagnose(warning)) for word in ("0644", "12:30", "420", "750", "no\n"))


class TestNoNumbers:
    @pytest.mark.parametrize(("word", "message"), NO_NUMBERS)
    def test_a_number_that_no_spec_can_hold(self, word: str, message: str) -> None:
        with pytest.raises(BadNumber) as caught:
            scalar(word)
        assert str(caught.value) == message
        found = diagnostic(f"a: {word}")
        assert (place(found), found.message) == (("bad-number", 1, 4), message)
        assert found.hint == "quote it to write it as text"
        assert not is_text(word)

    @pytest.mark.parametrize(("word", "_"), NO_NUMBERS)
    def test_quotes_make_it_text(self, word: str, _: str) -> None:
        assert tree(f"a: '{word}'") == {"a": word}

    def test_long_text_that_begins_like_a_number_is_text(self) -> None:
        word = "1" * 100 + "z"
        assert scalar(word) == word
        assert tree(f"a: {'2024 was a year. ' * 20}x")["a"].startswith("2024")


class TestJson:
    """In a JSON document an exponent needs no point and no sign."""

    @pytest.mark.parametrize(("word", "value"), [("1e-05", 1e-05), ("1E5", 100000.0), ("-2e3", -2000.0), ("1.5", 1.5), ("3", 3)])
    def test_a_number_of_json(self, word: str, value: float) -> None:
        assert same(json_scalar(word), value)
        found = read(f'{{"a": [{word}]}}')
        assert same(found.tree, {"a": [value]})
        assert found.warnings == ()

    @pytest.mark.parametrize("text", ["{a: 1e-05}", "a: 1e-05", '{"a": 1e-05,}', '{"a": 1e-05, "b": NaN}'])
    def test_a_document_that_is_no_json_is_yaml(self, text: str) -> None:
        assert tree(text)["a"] == "1e-05"

    def test_a_number_of_json_is_finite(self) -> None:
        assert place(diagnostic('{"a": 1e999}')) == ("bad-number", 1, 7)


@given(words)
def test_every_word_is_a_value_or_refused(word: str) -> None:
    try:
        value = scalar(word)
    except BadNumber:
        assert not is_text(word)
    else:
        assert value is None or type(value) in (bool, int, float, str)
        assert not isinstance(value, int) or value in INTEGER_RANGE
        assert not isinstance(value, str) or value == word


@given(words)
def test_a_word_that_is_text_reads_back_as_itself(word: str) -> None:
    assert not is_text(word) or scalar(word) == word
    assert not (is_text(word) and reading(word)[1])


@given(words)
def test_a_word_that_is_surely_text_is_text_under_every_version(word: str) -> None:
    if is_surely_text(word):
        assert scalar(word) == word
        assert reading(word) == (word, False)
    else:
        assert not word or not word[0].isalpha() or word[0].lower() in "fnoty"
