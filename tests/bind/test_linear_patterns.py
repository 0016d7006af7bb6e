"""Patterns match as Python's do, where they are patterns at all, and no pattern takes more than linear time."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from polyspec.bind import patterns
from polyspec.bind.patterns import MAX_POSITIONS, PatternError, compile_pattern


@pytest.mark.parametrize(
    ("pattern", "matching", "failing"),
    [
        ("[a-z]+", ["abc"], ["abc; rm -rf /", "", "abc\n"]),
        ("^[a-z0-9]+(-[a-z0-9]+)*$", ["a", "a-b2-c"], ["-a", "a--b", "a-"]),
        ("^s3://(?P<bucket>[a-z0-9-.]{3,63})/(?P<key>.+)$", ["s3://abc/k"], ["s3://ab/k", "s3://abc/"]),
        ("^adam$|^sgd$", ["adam", "sgd"], ["adams"]),
        ("(?i)adam|[^x]", ["ADAM", "y"], ["X", "x"]),
        (r"\d{4}-\d{2}", ["2020-01", "٣٣٣٣-٠١"], ["2020-1"]),
        (r"[\w.]+@\S+", ["a.b@c"], ["a b@c"]),
        (r"\x41\u00e9\.", ["Aé."], ["Aéx"]),
        (r"[]a\]^-]+", ["]a^-"], ["b"]),
        ("a{,2}b{2}c{2,}", ["bbcc", "aabbccc"], ["aaabbcc", "abcc"]),
        ("x{}|{y", ["x{}", "{y"], ["x"]),
        ("a*?b??", ["", "aab"], ["abb"]),
        (".*", ["x" * 1024], ["a\nb"]),
        ("", [""], ["a"]),
        ("(|a)(){5}", ["", "a"], ["aa"]),
    ],
)
def test_a_pattern_matches_whole_texts(pattern: str, matching: list[str], failing: list[str]) -> None:
    compiled = compile_pattern(pattern)
    assert [text for text in matching if not compiled.fullmatch(text)] == []
    assert [text for text in failing if compiled.fullmatch(text)] == []


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("(?=a)", "look-ahead at character 3"),
        ("(?!a)", "look-ahead at character 3"),
        ("(?<=a)", "look-behind at character 3"),
        ("(?>a)", "an atomic group at character 3"),
        ("(?P=x)", "a back reference at character 3"),
        (r"(a)\1", "a back reference at character 5"),
        (r"\bx", "a word boundary at character 2"),
        ("a*+", "a possessive repeat at character 3"),
        ("a**", "a repeat of a repeat at character 4"),
        ("*a", "a repeat of nothing at character 1"),
        ("^*", "a repeat of an anchor at character 3"),
        ("a(?i)", "a flag that is not `(?i)` at the start at character 4"),
        ("(a", "a group that does not end, at character 3"),
        ("a)", "an unbalanced `)` at character 2"),
        ("[a", "it ends too early, at character 3"),
        ("[b-a]", "a range that goes nowhere at character 5"),
        (r"\q", "an unknown escape at character 3"),
        (r"\x4", "an unknown escape at character 3"),
        ("a{3,2}", "a repeat whose most is less than its least at character 7"),
        ("a" * 257, "it has more than 256 characters"),
        ("(" * 33 + ")" * 33, "groups nested deeper than 32 at character 34"),
        ("(a{1,100}){1,100}", "it stands for more than 1024 characters once its repeats are written out"),
    ],
)
def test_a_text_that_is_no_pattern(pattern: str, message: str) -> None:
    with pytest.raises(PatternError) as caught:
        compile_pattern(pattern)
    assert str(caught.value) == message


_ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\W", "[a-c_]", "A", r"\.", "{", "-"])
_REPEATS = st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{,2}", "{2,}", "*?", "{0}"])
PATTERNS = st.recursive(
    _ATOMS,
    lambda inner: (
        st.tuples(inner, inner).map("".join)
        | st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})")
        | st.tuples(inner, _REPEATS).map(lambda pair: f"(?:{pair[0]}){pair[1]}")
        | inner.map(lambda part: f"(^{part}|{part}$)")
    ),
    max_leaves=6,
)


@given(PATTERNS, st.sampled_from(["", "(?i)"]), st.text(alphabet="abcA1_.-{", max_size=6))
def test_a_pattern_matches_as_in_python(pattern: str, flag: str, text: str) -> None:
    try:
        compiled = compile_pattern(flag + pattern)
    except PatternError:
        assume(False)
    assert compiled.fullmatch(text) == (re.fullmatch(flag + pattern, text) is not None)


@given(st.text(alphabet=r"ab()[]{}|*+?\^$.,-12dwx:P<>=!", max_size=30))
def test_any_text_is_a_pattern_or_a_pattern_error(text: str) -> None:
    try:
        compiled = compile_pattern(text)
    except PatternError:
        return
    assert len(compiled.follow) <= MAX_POSITIONS + 1


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^a*a*a*a*a*a*b$", "(a|aa)+", "((a*)*)*b", "(a?){100}"])
def test_each_character_is_looked_at_once(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Linear time, counted in steps: one step of the automaton a character at most, however the pattern is nested."""
    steps = 0
    bits = patterns._bits

    def counted(mask: int) -> object:
        nonlocal steps
        steps += 1
        return bits(mask)

    compiled = compile_pattern(pattern)
    monkeypatch.setattr(patterns, "_bits", counted)
    compiled.fullmatch("a" * 1000 + "!")
    assert 0 < steps <= 1000 + 2
