"""Laws of reading: any text is a document or is refused; two parsers make the same of it; places agree with the text."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from polyspec.errors import PolyspecError
from polyspec.limits import Limits
from polyspec.source import Document, parse, to_yaml
from polyspec.tree import walk
from tests.strategies import json_trees

from .told import read

DATA = Path(__file__).parents[1] / "data"
FILES = {path.name: path.read_bytes() for path in sorted(DATA.iterdir())}
TOKENS = (
    "a", "b: ", "kind", ": ", "- ", "\n", "\n  ", "\n    ", "{", "}", "[", "]", ", ", '"', "'", "|", "|-", ">", "#", "# c\n",
    "&x ", "*x", "!t ", "!!str ", "? ", "<<: ", "1", "0644", "no", "1e3", ".5", "12:30", "~", "null", "\t", "é", "\u2028", "\x85",
    "\r\n", "\r", "---\n", "...\n", "%YAML 1.2\n", "\\", "\\n", "\\0", "\\ud800", "@", "`", "x y", "\x00", "\x07", "\ufeff",
    "😀", "\xa0", "!", "password: ",
)  # fmt: skip

SHARED_TOKENS = tuple(token for token in TOKENS if token not in ("\ufeff", "\u2028", "\x85"))
"""Without the characters that YAML 1.1 and 1.2 take for different things: the parsers follow one version each."""

token_texts = st.lists(st.sampled_from(TOKENS), max_size=20).map("".join)
any_texts = token_texts | st.text(max_size=30)


@st.composite
def mutations(draw: st.DrawFn, tokens: tuple[str, ...] = TOKENS) -> bytes:
    """A file of tests/data with a few bytes taken out, put in, or moved."""
    data = FILES[draw(st.sampled_from(sorted(FILES)))]
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 40)))
        part = draw(st.sampled_from(tokens).map(lambda token: token.encode("utf-8", "surrogatepass")) | st.just(data[start:end]))
        data = data[:start] + part + data[draw(st.sampled_from([start, end])) :]
    return data


def attempt(text: str | bytes) -> Document | PolyspecError:
    try:
        return read(text)
    except PolyspecError as error:
        return error


def outcome(text: str | bytes) -> Document | None:
    """The document of a text, or None where it is refused; everything that can be asked of either is asked."""
    found = attempt(text)
    if isinstance(found, PolyspecError):
        assert found.diagnostics
        assert all(it.location and it.location.line for it in found.diagnostics)
        assert str(found)
        return None
    for path, _ in walk(found.tree):
        assert found.locate(path).line
    assert all(str(found.diagnose(warning)) for warning in found.warnings)
    return found


class TestAnyText:
    def test_the_files_are_documents(self) -> None:
        assert len(FILES) == 5
        assert all(outcome(data) is not None for data in FILES.values())

    @given(any_texts)
    def test_a_text_is_a_document_or_is_refused(self, text: str) -> None:
        event("read" if outcome(text) else "refused")

    @given(st.binary(max_size=40))
    def test_bytes_are_a_document_or_are_refused(self, data: bytes) -> None:
        event("read" if outcome(data) else "refused")

    @given(mutations())
    def test_a_file_that_was_spoilt_is_a_document_or_is_refused(self, data: bytes) -> None:
        event("read" if outcome(data) else "refused")

    @given(any_texts, st.integers(1, 20), st.integers(1, 4))
    def test_no_text_gets_past_the_limits(self, text: str, nodes: int, depth: int) -> None:
        try:
            tree = parse(text, "x", Limits(nodes=nodes, depth=depth)).tree
        except PolyspecError:
            event("refused")
            return
        assert sum(1 for _ in nodes_of(tree)) <= nodes
        assert depth_of(tree) <= depth

    @given(any_texts)
    def test_reading_is_a_function_of_the_text(self, text: str) -> None:
        assert told(text) == told(text)


def nodes_of(tree: Any) -> Iterator[Any]:
    yield tree
    for child in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from nodes_of(child)


def depth_of(tree: Any) -> int:
    children = list(tree.values()) if isinstance(tree, dict) else tree if isinstance(tree, list) else None
    return 0 if children is None else 1 + max(map(depth_of, children), default=0)


def told(text: str | bytes) -> object:
    """What reading says of a text."""
    found = attempt(text)
    return str(found) if isinstance(found, PolyspecError) else (found.tree, found.warnings, found.sha256)


@pytest.fixture(scope="module")
def c_parser() -> object:
    return pytest.importorskip("_ruamel_yaml").CParser


@pytest.mark.usefixtures("c_parser")
class TestTwoParsers:
    """The C parser and the one in pure Python give the same documents."""

    @pytest.mark.parametrize("name", FILES)
    def test_of_files(self, name: str) -> None:
        assert seen(FILES[name]) == without_c(FILES[name])

    @given(json_trees())
    def test_of_what_is_written(self, tree: Any) -> None:
        text = to_yaml([tree])
        assert seen(text) == without_c(text)

    @given(mutations(SHARED_TOKENS))
    def test_of_spoilt_files_that_both_can_read(self, data: bytes) -> None:
        one, other = seen(data), without_c(data)
        assume(one is not None)
        assume(other is not None)
        assert one == other

    @pytest.mark.parametrize(
        "text",
        [
            "a: 1\na: 2",
            "a: !x 1",
            "a: *x",
            "a: &x [*x]",
            "1: a",
            "a: .inf",
            "a: 1\n---\nb: 2",
            "<<: 1",
            "a: \x07",
            "",
            "[" * 70,
        ],
    )
    def test_of_what_is_refused(self, text: str) -> None:
        with_c = attempt(text)
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(sys.modules, "_ruamel_yaml", None)
            pure = attempt(text)
        assert isinstance(with_c, PolyspecError)
        assert isinstance(pure, PolyspecError)
        assert where(pure) == where(with_c)

    def test_of_directives(self) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(sys.modules, "_ruamel_yaml", None)
            pure = attempt("%YAML 1.1\n---\na: 1")
        assert isinstance(pure, PolyspecError)
        assert pure.diagnostics[0].code == "yaml-directive"

    def test_the_pure_parser_takes_no_surrogates(self) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(sys.modules, "_ruamel_yaml", None)
            assert outcome('a: "\\ud800"') is None


def seen(text: str | bytes) -> object:
    """The tree of a text, its warnings, and where its leaves begin; None for a text that is refused.

    Where nothing is written, the parsers differ in where that is.
    """
    found = attempt(text)
    if isinstance(found, PolyspecError):
        return None
    places = {path: found.locate(path) for path, leaf in walk(found.tree) if leaf is not None}
    return found.tree, found.warnings, {path: (it.line, it.column) for path, it in places.items()}


def without_c(text: str | bytes) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "_ruamel_yaml", None)
        return seen(text)


def where(error: PolyspecError) -> list[tuple[object, ...]]:
    places = [(found.code, found.location) for found in error.diagnostics]
    return [(code, location and location.line, location and location.column) for code, location in places]
