"""The index of a text is read as far as somebody asks, and says the same however far that is."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyspec.source import events, index, to_yaml
from polyspec.source.document import Document, read_text
from polyspec.tree import walk
from tests.strategies import json_trees

ROWS = 1_000
TEXT = "\n".join(f"k{row}: {{a: [{row}]}}" for row in range(ROWS))
MERGED = """\
base: &base {a: 1, b: [2]}
<<: *base
own:
  <<: {c: 3}
  d: 4
  <<: {e: 5}
"""


def located(document: Document, path: Any) -> list[Any]:
    return [document.locate(path, key=key) for key in (False, True)]


class TestWhatIsAsked:
    def test_a_text_is_read_no_further(self, monkeypatch: pytest.MonkeyPatch) -> None:
        seen: list[Any] = []
        real = events.events

        def counted(text: str) -> Iterator[Any]:
            for event in real(text):
                seen.append(event)
                yield event

        monkeypatch.setattr(index, "events", counted)
        document = Document("a.yaml", TEXT, None)
        assert document.locate(("k3", "a", 0)).line == 4
        assert 0 < len(seen) < 1_000
        assert document.locate((f"k{ROWS - 1}", "a", 0)).line == ROWS
        assert len(seen) > 7 * ROWS

    @given(json_trees(30), st.randoms())
    def test_the_order_of_the_questions_is_no_matter(self, tree: Any, random: Any) -> None:
        text = to_yaml({"root": tree})
        paths = [path[:length] for path, _ in walk({"root": tree}) for length in range(len(path) + 1)]
        document = read_text(text, "a.yaml")
        expected = [located(document, path) for path in paths]
        shuffled = random.sample(range(len(paths)), len(paths))
        again = read_text(text, "a.yaml")
        assert {number: located(again, paths[number]) for number in shuffled} == dict(enumerate(expected))

    def test_of_what_is_merged_in_the_last_says_where(self) -> None:
        first, all_of_it = Document("a.yaml", MERGED, None), Document("a.yaml", MERGED, None)
        all_of_it.locate(("own", "nothing"))
        assert located(first, ("own", "<<")) == located(all_of_it, ("own", "<<"))
        assert first.locate(("own", "<<")).line == 6

    def test_threads_that_ask_at_once_are_told_the_same(self) -> None:
        document = Document("a.yaml", TEXT, None)
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda row: document.locate((f"k{row}",)).line, [*range(ROWS)] * 3))
        assert found == [*range(1, ROWS + 1)] * 3

    def test_a_text_without_values_has_no_places(self) -> None:
        assert Document("a.yaml", "# nothing\n", None).locate(("a",)).line == 1
