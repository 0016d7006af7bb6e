"""Where each part of a document was written: keys, values, and parts of text; and the lines that errors show."""

from collections.abc import Sequence

import attrs
import pytest
from hypothesis import given

from polyspec.errors import Location, Problem
from polyspec.source import Document, to_yaml
from polyspec.source.document import read_text
from polyspec.tree import Path, walk
from tests.strategies import json_trees

from .told import read, told

SPEC = """\
kind: operation
params:
  lr: {value: 0.1}
  'learning rate': [1, "two",
    3]
runPatch:
  container:
    args: &args
    - --lr={{ lr }}
    - "a \\"{{ lr }}\\" b"
    - '{{ lr }} it''s {{ lr }}'
    working_dir: /tmp
patch_strategy: replace
conditions: |
  {{ a }} and
  {{ b }}
description: >-
  folded {{ c }}
  text {{ c }}
again: *args
é: {{ü: 1}: 2}
""".replace("{{ü: 1}: 2}", "{ü: 1}")


def places(document: Document, paths: Sequence[Path], *, key: bool = False) -> list[tuple[int | None, ...]]:
    """For each path: line, column, end line, end column."""
    found = [document.locate(path, key=key) for path in paths]
    assert {location.file for location in found} == {"spec.yaml"}
    return [(it.line, it.column, it.end_line, it.end_column) for it in found]


def marked(document: Document, location: Location) -> str:
    """The part of the text that a location covers."""
    assert document.text is not None
    assert location.line is not None
    assert location.end_line is not None
    lines = document.text.split("\n")[location.line - 1 : location.end_line]
    lines[-1] = lines[-1][: (location.end_column or 1) - 1]
    lines[0] = lines[0][(location.column or 1) - 1 :]
    return "\n".join(lines)


class TestPaths:
    @pytest.mark.parametrize(
        ("path", "text"),
        [
            (("kind",), "operation"),
            (("params", "lr", "value"), "0.1"),
            (("params", "lr"), "{value: 0.1}"),
            (("params", "learning rate", 1), '"two"'),
            (("params", "learning rate"), '[1, "two",\n    3]'),
            (("runPatch", "container", "args", 0), "--lr={{ lr }}"),
            (("runPatch", "container", "args", 1), '"a \\"{{ lr }}\\" b"'),
            (("é", "ü"), "1"),
            (("é",), "{ü: 1}"),
        ],
    )
    def test_a_value(self, path: Path, text: str) -> None:
        document = read(SPEC)
        assert marked(document, document.locate(path)) == text

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            (("kind",), "kind"),
            (("params", "lr"), "lr"),
            (("params", "learning rate"), "'learning rate'"),
            (("runPatch", "container", "args"), "args"),
            (("é", "ü"), "ü"),
        ],
    )
    def test_a_key(self, path: Path, text: str) -> None:
        document = read(SPEC)
        assert marked(document, document.locate(path, key=True)) == text

    def test_items_of_lists_have_no_key(self) -> None:
        document = read(SPEC)
        assert places(document, [("params", "learning rate", 2)], key=True) == places(document, [("params", "learning rate", 2)])

    def test_the_root(self) -> None:
        assert places(read("a: 1"), [()])[0][:2] == (1, 1)
        assert places(read("# c\n\n[1]"), [()]) == [(3, 1, 3, 4)]

    def test_keys_are_found_in_either_spelling(self) -> None:
        document = read(SPEC)
        for camel, snake in [("patchStrategy", "patch_strategy"), ("runPatch", "runPatch")]:
            assert document.locate((camel,)) == document.locate((snake,))
        assert marked(document, document.locate(("patchStrategy",), key=True)) == "patch_strategy"
        assert marked(document, document.locate(("runPatch", "container", "workingDir"))) == "/tmp"

    def test_the_camel_case_spelling_is_looked_for_first(self) -> None:
        document = read("to_env: a\ntoEnv: b")
        assert places(document, [("toEnv",), ("to_env",)]) == [(2, 8, 2, 9), (1, 9, 1, 10)]

    def test_what_is_not_written_is_placed_at_what_would_hold_it(self) -> None:
        document = read(SPEC)
        holder = document.locate(("params", "lr"))
        assert document.locate(("params", "lr", "toEnv")) == holder
        assert document.locate(("params", "lr", "value", "deeper", 3)) == document.locate(("params", "lr", "value"))
        assert document.locate(("params", "learning rate", 9)) == document.locate(("params", "learning rate"))
        assert document.locate(("nowhere",)) == document.locate(())

    def test_what_an_alias_brings_is_placed_at_the_alias(self) -> None:
        document = read(SPEC)
        assert marked(document, document.locate(("again",))) == "*args"
        assert document.locate(("again", 0)) == document.locate(("again",))

    def test_an_alias_and_a_merge_key_have_a_place(self) -> None:
        document = read("a: &x {b: 1}\nc: {<<: *x, d: 2}\ne: {<<: [*x, {f: 1}]}")
        assert places(document, [("c", "b"), ("c", "d"), ("c", "<<")]) == [(2, 4, 2, 18), (2, 16, 2, 17), (2, 9, 2, 11)]

    def test_what_is_written_below_a_merge_key_and_below_a_key_that_comes_again_has_a_place(self) -> None:
        document = read("a:\n  <<: {x: 1}\n  <<: {y: 2}\n")
        assert places(document, [("a", "<<", "x"), ("a", "<<", "y"), ("a", "<<")]) == [
            (2, 11, 2, 12),
            (3, 11, 3, 12),
            (3, 7, 3, 13),
        ]
        dropped = read_text("a: {b: 1}\na: {c: no}\n", "spec.yaml")
        assert places(dropped, [("a", "b"), *(it.path for it in dropped.warnings)]) == [(1, 8, 1, 9), (2, 8, 2, 10)]

    def test_a_text_ends_on_its_last_line_with_or_without_a_line_break(self) -> None:
        assert places(read("a:\n  b: 1"), [("a",)]) == [(2, 3, 2, 7)]
        assert places(read("a:\n  b: 1\n"), [("a",)]) == [(2, 3, 3, 1)]

    @pytest.mark.parametrize("mark", ["\ufeff", "\ufeff\ufeff"])
    def test_byte_order_marks_are_no_characters_of_the_first_line(self, mark: str) -> None:
        assert places(read(mark + "a: 1"), [("a",)]) == [(1, 4, 1, 5)]

    def test_a_document_that_was_never_text_has_a_name(self) -> None:
        document = Document.of_tree("<params>", {"a": 1})
        assert document.locate(("a",)) == Location("<params>")
        assert document.locate(("a",), key=True, span=(0, 1)) == Location("<params>")

    def test_what_says_nothing_has_a_first_line(self) -> None:
        assert places(Document("spec.yaml", "# c", None), [("a",)]) == [(1, 1, None, None)]

    @given(json_trees())
    def test_every_leaf_of_a_written_tree_is_placed_where_it_is(self, tree: object) -> None:
        document = read(to_yaml([tree]))
        for path, leaf in walk([tree]):
            location = document.locate(path)
            assert location != document.locate(()) or path == ()
            if isinstance(leaf, int):
                assert marked(document, location) == str(leaf).replace("True", "true").replace("False", "false")


class TestSpans:
    @pytest.mark.parametrize(
        ("path", "span", "line", "column"),
        [
            (("runPatch", "container", "args", 0), (5, 13), 9, 12),
            (("runPatch", "container", "args", 1), (3, 11), 10, 12),
            (("runPatch", "container", "args", 2), (0, 8), 11, 8),
            (("runPatch", "container", "args", 2), (14, 22), 11, 23),
            (("conditions",), (0, 7), 15, 3),
            (("conditions",), (12, 19), 16, 3),
            (("description",), (7, 14), 18, 10),
            (("description",), (20, 27), 19, 8),
        ],
        ids=["plain", "escaped", "quoted", "second", "block", "block line", "folded", "folded line"],
    )
    def test_a_part_of_a_text(self, path: Path, span: tuple[int, int], line: int, column: int) -> None:
        document = read(SPEC)
        part = str(dict(walk(document.tree))[path])[slice(*span)]
        assert part.startswith("{{")
        location = document.locate(path, span=span)
        assert location == Location("spec.yaml", line, column, line, column + len(part))
        assert marked(document, location) == part

    def test_parts_that_overlap_are_counted(self) -> None:
        document = read("a: xaaaa")
        assert [document.locate(("a",), span=(start, start + 2)).column for start in (1, 2, 3)] == [5, 6, 7]

    def test_characters_are_counted_not_bytes(self) -> None:
        assert read("é: ü😀{{ x }}").locate(("é",), span=(2, 9)).column == 6

    def test_lines_are_those_of_the_parser(self) -> None:
        document = read('a: "x\x85y"\nb: |\r\n  c\r\n  {{ d }}\r\n')
        assert document.locate(("b",), span=(2, 9)) == Location("spec.yaml", 5, 3, 5, 10)

    @pytest.mark.parametrize(
        ("text", "word", "place"),
        [
            ('a: "x\\ty"', "\t", (1, 6, 1, 8)),
            ('a: "\\n{{ n }}"', "n", (1, 10, 1, 11)),
            ('a: "\\t{{ \\"t\\" }} {{ q }}"', "q", (1, 22, 1, 23)),
            ('a: "\\u0041\\x41 {{ q }}"', "q", (1, 19, 1, 20)),
            ('a: "one \\\n  two {{ q }}"', "q", (2, 10, 2, 11)),
            ('a: "one\n\n  two {{ q }}"', "q", (3, 10, 3, 11)),
            ("a: 'it''s {{ q }}'", "q", (1, 14, 1, 15)),
            ("a: one\n  two\n  {{ q }}", "q", (3, 6, 3, 7)),
            ("a: >-\n  one\n   two\n\n  {{ q }}\n", "q", (5, 6, 5, 7)),
            ("a: >2\n    one\n  {{ q }}\n", "q", (3, 6, 3, 7)),
            ("a: |\n  q\n  {{ q }}\n", "{{ q }}", (3, 3, 3, 10)),
            ("a: &anchor 'one {{ q }}'", "q", (1, 20, 1, 21)),
            ("a: one\n  {{ long\n  word }}", "{{ long word }}", (2, 3, 3, 10)),
        ],
    )
    def test_a_part_is_found_whatever_moves_it(self, text: str, word: str, place: tuple[int, int, int, int]) -> None:
        document = read(text)
        value = document.tree["a"]
        start = value.rindex(word)
        assert document.locate(("a",), span=(start, start + len(word))) == Location("spec.yaml", *place)

    def test_a_part_of_what_is_no_text_is_placed_at_the_whole(self) -> None:
        document = read("a: 12\nb: [c]")
        assert document.locate(("a",), span=(0, 1)) == document.locate(("a",))
        assert document.locate(("b",), span=(0, 1)) == document.locate(("b",))

    def test_a_key_has_no_parts(self) -> None:
        document = read("abc: d")
        assert document.locate(("abc",), key=True, span=(0, 1)) == document.locate(("abc",), key=True)


class TestExcerpts:
    def test_the_line_of_a_value(self) -> None:
        document = read(SPEC)
        assert document.excerpt(document.locate(("kind",))) == "kind: operation"

    def test_after_a_key_at_fault_its_value_is_left_out(self) -> None:
        document = read("pasword: hunter2\nempty:\nflow: {a: 1}")
        keys = [document.locate((key,), key=True) for key in ("pasword", "empty")]
        assert [document.excerpt(key, key=True) for key in keys] == ["pasword: …", "empty:"]
        assert document.excerpt(document.locate(("flow", "a"), key=True), key=True) == "flow: {a: …"

    def test_no_line_no_excerpt(self) -> None:
        document = read("a: 1")
        assert document.excerpt(Location("spec.yaml")) is None
        assert document.excerpt(Location("spec.yaml", 9, 1)) is None
        assert Document.of_tree("<params>", {}).excerpt(Location("<params>", 1, 1)) is None
        assert attrs.evolve(document, private=True).excerpt(Location("spec.yaml", 1, 1)) is None

    def test_a_problem_is_shown_in_its_document(self) -> None:
        document = read("inputs:\n- name: lr\nrun: {kind: job}\n")
        problem = Problem(
            "missing-param",
            "the input `lr` has no value",
            ("inputs", 0, "name"),
            "pass it",
            related=(("used here", ("run", "kind")),),
        )
        assert (
            f"\n{document.diagnose(problem)}\n"
            == """
error[missing-param]: the input `lr` has no value
 --> spec.yaml:2:9
  |
2 | - name: lr
  |         ^^
  = at: inputs[0].name
  = help: pass it
  = note: used here (spec.yaml:3:13)
  |
3 | run: {kind: job}
  |             ^^^
"""
        )

    def test_a_problem_of_a_tree_has_no_line(self) -> None:
        problem = Problem("wrong-type", "expected text", ("a",), severity="warning")
        assert str(Document.of_tree("<params>", {"a": 1}).diagnose(problem)) == (
            "warning[wrong-type]: expected text\n--> <params>\n = at: a"
        )


class TestSecrets:
    @pytest.mark.parametrize(
        ("text", "path"),
        [
            ("db_password:\n  [hunter2]", ("db_password",)),
            ("params:\n  apiKey:\n    value:\n    - hunter2", ("params", "apiKey", "value", 0)),
            ("env:\n- name: DB_PASSWORD\n  value: [hunter2]", ("env", 0, "value")),
            ("inputs:\n- value: {a: hunter2}\n  name: api-token", ("inputs", 0, "value", "a")),
            ("a: {secret: [hunter2]}", ("a", "secret")),
            ("api_token:\n  hunter2", ("apiToken",)),
        ],
    )
    def test_the_value_of_a_secret_is_not_shown(self, text: str, path: Path) -> None:
        found = read(text).diagnose(Problem("wrong-type", "expected text, found a list", path))
        assert found.excerpt is not None
        assert "*" in found.excerpt
        assert "hunter2" not in str(found)

    @pytest.mark.parametrize(
        ("text", "path"), [("name: x\nvalue: shown", ("value",)), ("env:\n- name: MODE\n  value: shown", ("env", 0, "value"))]
    )
    def test_other_values_are(self, text: str, path: Path) -> None:
        assert "shown" in str(read(text).diagnose(Problem("wrong-type", "expected a list, found text", path)))

    def test_a_misspelt_name_of_a_secret_is(self) -> None:
        found = read("passwrd: hunter2").diagnose(Problem("unknown-field", "unknown", ("passwrd",), at="key"))
        assert found.excerpt == "passwrd: …"

    def test_a_number_that_cannot_be_read_is_not_shown(self) -> None:
        assert (
            told("my_secret:\n  98765432109876543210")
            == """
error[bad-number]: an integer fits in 64 bits, signed
 --> spec.yaml:2:3
  |
2 |   ********************
  |   ^^^^^^^^^^^^^^^^^^^^
  = at: my_secret
  = help: quote it to write it as text
"""
        )


class TestDigests:
    EMPTY = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    @pytest.mark.parametrize("text", ["abc\n", b"abc\n"])
    def test_the_digest_is_that_of_sha256sum(self, text: str | bytes) -> None:
        assert read(text).sha256 == "sha256:edeaaff3f1774ad2888673770c6d64097e391bc362d7d6fb34982ddf0efd18cb"

    def test_it_is_taken_of_what_was_read_not_of_what_is_parsed(self) -> None:
        marked, plain = read(b"\xef\xbb\xbf{\t}"), read(b"{ }")
        assert marked.text == plain.text
        assert marked.sha256 != plain.sha256

    def test_what_was_never_text_has_that_of_nothing(self) -> None:
        assert Document.of_tree("<params>", {"a": 1}).sha256 == self.EMPTY
        assert Document("x", "", None).sha256 == self.EMPTY
