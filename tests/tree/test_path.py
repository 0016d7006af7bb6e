"""A path and its text are two spellings of one thing."""

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from polyspec.tree import Path, PathError, format_path, parse_path

paths = st.lists(st.text() | st.integers(0, 10**18 - 1), max_size=6).map(tuple)

SPELLINGS: list[tuple[Path, str]] = [
    ((), ""),
    (("run",), "run"),
    (("run", "container", "args", 0), "run.container.args[0]"),
    ((0, 1, "a"), "[0][1].a"),
    (("limits", "nvidia.com/gpu"), 'limits["nvidia.com/gpu"]'),
    (("nvidia.com/gpu", "a"), '["nvidia.com/gpu"].a'),
    (("run-name", "_x", "A9"), "run-name._x.A9"),
    (("1a",), '["1a"]'),
    (("",), '[""]'),
    (("a b", "é"), '["a b"]["é"]'),
    (('a"b', "c\\d", "\\"), '["a\\"b"]["c\\\\d"]["\\\\"]'),
    (("a\n", "a\\\n"), '["a\n"]["a\\\\\n"]'),
    (("0",), '["0"]'),
]


@pytest.mark.parametrize(("path", "text"), SPELLINGS)
def test_a_path_has_one_text(path: Path, text: str) -> None:
    assert format_path(path) == text
    assert parse_path(text) == path


@given(paths)
def test_parsing_undoes_formatting(path: Path) -> None:
    assert parse_path(format_path(path)) == path


@pytest.mark.parametrize(
    ("text", "path"), [(".run", ("run",)), ('a["b"]', ("a", "b")), ("a[007]", ("a", 7)), ('["\\a"]', ("a",))]
)
def test_other_spellings_of_a_path(text: str, path: Path) -> None:
    assert parse_path(text) == path


@pytest.mark.parametrize(
    ("text", "column"),
    [
        (" ", 0),
        ("a b", 1),
        ("a..b", 1),
        ("a.", 1),
        ("a.b[", 3),
        ("a[-1]", 1),
        ("a[0]b", 4),
        ("a[b]", 1),
        ('a["b]', 1),
        ("a[1_0]", 1),
        ("a[٣]", 1),
        ("a[" + "9" * 19 + "]", 1),
        ("a[" + "9" * 5000 + "]", 1),
    ],
)
def test_a_text_that_is_no_path_says_where(text: str, column: int) -> None:
    with pytest.raises(PathError) as caught:
        parse_path(text)
    assert caught.value.args == (column,)


@given(st.text(alphabet='ab.[]"\\0 1') | st.text())
def test_any_text_is_a_path_or_is_refused(text: str) -> None:
    try:
        path = parse_path(text)
    except PathError as error:
        (column,) = error.args
        event("refused")
    else:
        column = -1
        assert parse_path(format_path(path)) == path
    assert column < len(text)
