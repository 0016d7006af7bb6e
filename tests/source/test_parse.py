"""Reading one document: what it stands for, and the exact words where it stands for nothing."""

import copy
from importlib.util import find_spec
from typing import Any

import pytest

from polyspec.errors import PolyspecError
from polyspec.limits import Limits
from polyspec.source import parse

from .told import diagnostic, place, read, refused, told, tree

NESTED_LISTS = "a: " + "[" * 5000 + "]" * 5000
NESTED_MAPPINGS = "\n".join(" " * depth + "a:" for depth in range(200))


class TestTrees:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("a: 1\nb:\n- x\n- y: z\n", {"a": 1, "b": ["x", {"y": "z"}]}),
            ("{a: [1, {b: c}], d: {}}", {"a": [1, {"b": "c"}], "d": {}}),
            ("- - 1\n  - 2\n- 3\n", [[1, 2], 3]),
            ("[a: 1]", [{"a": 1}]),
            ("{a, b: }", {"a": None, "b": None}),
            ("? a\n? b\n: 1\n", {"a": None, "b": 1}),
            ("[]", []),
            ("{}", {}),
            ("a", "a"),
            ("''", ""),
            ("0", 0),
            ("a: |\n  x\n   y\n\nb: |-\n  z\n", {"a": "x\n y\n", "b": "z"}),
            ("a: >-\n  x\n  y\n\n  z\n", {"a": "x y\nz"}),
            ("a: 'it''s'\nb: \"t\\tn\\n\\u00e9\\x07\"\n", {"a": "it's", "b": "t\tn\né\x07"}),
            ("a: x\n  y\n", {"a": "x y"}),
            ("# only\na: 1 # one\n# end\n", {"a": 1}),
            ("---\na: 1\n...\n", {"a": 1}),
            ("'<<': 1", {"<<": 1}),
            ("2020-01-01: x\ny: 1\nno-tests: 2\n~x: 3\n", {"2020-01-01": "x", "y": 1, "no-tests": 2, "~x": 3}),
            ("'1': a\n\"\": b\n'null': c\n", {"1": "a", "": "b", "null": "c"}),
            (
                "a: https://example.com:80/x#y\nb: a#b\nc: 10:30am\n",
                {"a": "https://example.com:80/x#y", "b": "a#b", "c": "10:30am"},
            ),
            ("😀: é\u00a0ü", {"😀": "é\u00a0ü"}),
        ],
    )
    def test_a_text_stands_for_a_tree(self, text: str, expected: Any) -> None:
        assert tree(text) == expected

    def test_keys_keep_their_order(self) -> None:
        assert list(tree("b: 1\na: 2\nc: {z: 1, y: 2}\n")) == ["b", "a", "c"]

    def test_a_document_knows_its_text_and_where_it_came_from(self) -> None:
        document = read("a: 1")
        assert (document.uri, document.text, document.warnings, document.private) == ("spec.yaml", "a: 1", (), False)


class TestEmptyDocuments:
    @pytest.mark.parametrize("text", ["", "\n", "   \n# nothing\n", "---\n", "---\n...\n", "null\n", "~", "--- # a\n", "\ufeff"])
    def test_a_document_that_says_nothing(self, text: str) -> None:
        found = diagnostic(text)
        assert place(found) == ("empty-document", 1, 1)
        assert found.message == "the document is empty"

    def test_it_says_what_is_wanted(self) -> None:
        assert (
            told("# to do\n")
            == """
error[empty-document]: the document is empty
 --> spec.yaml:1:1
  |
1 | # to do
  | ^^^^^^^
  = help: a spec is a mapping with `kind: component` or `kind: operation`
"""
        )


class TestDuplicateKeys:
    def test_both_places_are_told(self) -> None:
        assert (
            told("kind: operation\nname: a\nparams:\n  lr: 1\nname: b\n")
            == """
error[duplicate-key]: the key `name` is written twice
 --> spec.yaml:5:1
  |
5 | name: …
  | ^^^^
  = at: name
  = help: remove one of them
  = note: first written here (spec.yaml:2:1)
  |
2 | name: …
  | ^^^^
"""
        )

    @pytest.mark.parametrize(
        ("text", "line", "column", "first"),
        [
            ("a: 1\n'a': 2", 2, 1, (1, 1)),
            ("{a: 1, b: {c: 1, c: 2}}", 1, 18, (1, 12)),
            ("- a: 1\n  b: 2\n  a: 3\n", 3, 3, (1, 3)),
            ('{"a": 1,\n "b": 2,\n "a": 3}', 3, 2, (1, 2)),
            ("é: 1\n\né: 2", 3, 1, (1, 1)),
            ("a: &x {b: 1}\nc: {<<: *x, b: 2, b: 3}", 2, 19, (2, 13)),
        ],
    )
    def test_spelling_and_depth_make_no_difference(self, text: str, line: int, column: int, first: tuple[int, int]) -> None:
        found = diagnostic(text)
        assert place(found) == ("duplicate-key", line, column)
        (note,) = found.notes
        assert note.location is not None
        assert (note.message, note.location.line, note.location.column) == ("first written here", *first)

    def test_equal_keys_of_different_mappings_are_fine(self) -> None:
        assert tree("a: {b: 1}\nc: {b: 2}\nd: [{b: 3}, {b: 4}]") == {"a": {"b": 1}, "c": {"b": 2}, "d": [{"b": 3}, {"b": 4}]}


class TestKeys:
    @pytest.mark.parametrize(
        ("text", "word"),
        [
            ("1: a", "1"),
            ("1.5: a", "1.5"),
            ("true: a", "true"),
            ("on: a", "on"),
            ("No: a", "No"),
            ("null: a", "null"),
            ("~: a", "~"),
            ("0x1F: a", "0x1F"),
            ("12:30: a", "12:30"),
            (".inf: a", ".inf"),
            ("99999999999999999999: a", "99999999999999999999"),
        ],
    )
    def test_a_key_that_is_no_text(self, text: str, word: str) -> None:
        found = diagnostic(text)
        assert place(found) == ("key-not-text", 1, 1)
        assert found.message == f"a key is text, and `{word}` is not"
        assert found.hint == "quote it to write it as text"

    @pytest.mark.parametrize(
        ("text", "column"), [("? [a]\n: b", 3), ("? {a: 1}\n: b", 3), ("{[a]: b}", 2), ("a: &x b\n*x : c", 1)]
    )
    def test_a_key_that_is_no_scalar(self, text: str, column: int) -> None:
        found = diagnostic(text)
        assert (found.code, found.message) == ("key-not-text", "a key is text")
        assert found.location is not None
        assert found.location.column == column

    def test_a_key_that_is_left_out(self) -> None:
        assert diagnostic("? \n: 1").message == "a key is text, and `` is not"

    def test_a_long_key_is_cut(self) -> None:
        found = diagnostic("1" * 500 + ": a")
        assert found.message == f"a key is text, and `{'1' * 59}…` is not"


class TestTagsAndDirectives:
    @pytest.mark.parametrize(
        ("text", "tag", "column"),
        [
            ("a: !!str 1", "tag:yaml.org,2002:str", 4),
            ("a: !!python/object/apply:os.system [x]", "tag:yaml.org,2002:python/object/apply:os.system", 4),
            ("a: !local {b: 1}", "!local", 4),
            ("- !x [1]", "!x", 3),
            ("!x a: 1", "!x", 1),
            ("a: ! b", "!", 4),
            ("a: !<tag:example.com,2000:x> b", "tag:example.com,2000:x", 4),
        ],
    )
    def test_a_tag_is_refused(self, text: str, tag: str, column: int) -> None:
        found = diagnostic(text)
        assert place(found) == ("yaml-tag", 1, column)
        assert found.message == f"the tag `{tag}` is not supported: a value is what its text says"

    @pytest.mark.parametrize(
        "text", ["%YAML 1.1\n---\na: 1\n", "%YAML 1.2\n---\na: 1\n", "%TAG ! tag:example.com,2000:\n---\na: 1\n"]
    )
    def test_a_directive_is_refused(self, text: str) -> None:
        found = diagnostic(text)
        assert place(found) == ("yaml-directive", 1, 1)
        assert (found.message, found.hint) == ("YAML directives are not supported", "remove the line that begins with `%`")


class TestSeveralDocuments:
    def test_the_second_is_refused(self) -> None:
        assert (
            told("kind: component\n---\nkind: operation\n")
            == """
error[many-documents]: a file holds one document
 --> spec.yaml:2:1
  |
2 | ---
  | ^^^
  = help: split the file at the `---` line
  = note: first written here (spec.yaml:1:1)
  |
1 | kind: component
  | ^
"""
        )

    def test_an_empty_one_counts(self) -> None:
        assert place(diagnostic("---\na: 1\n---\n")) == ("many-documents", 3, 1)


class TestAliases:
    def test_an_alias_is_a_copy(self) -> None:
        found = tree("a: &x {b: [1]}\nc: *x\nd: [*x, *x]\n")
        assert found == {"a": {"b": [1]}, "c": {"b": [1]}, "d": [{"b": [1]}, {"b": [1]}]}
        nodes = [found["a"], found["c"], *found["d"]]
        assert len({id(node) for node in nodes}) == len({id(node["b"]) for node in nodes}) == 4

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("a: &x 1\nb: *x", {"a": 1, "b": 1}),
            ("a: &x\nb: *x", {"a": None, "b": None}),
            ("a: &x 'no'\nb: *x", {"a": "no", "b": "no"}),
            ("&k a: 1\nb: *k", {"a": 1, "b": "a"}),
            ("a: &x 1\nb: &x 2\nc: *x", {"a": 1, "b": 2, "c": 2}),
            ("a: &x [&y b, *y]\nc: *x\nd: *y", {"a": ["b", "b"], "c": ["b", "b"], "d": "b"}),
        ],
    )
    def test_anchors_of_all_sorts(self, text: str, expected: Any) -> None:
        assert tree(text) == expected

    @pytest.mark.parametrize(
        ("text", "line", "column"),
        [
            ("a: *x", 1, 4),
            ("a: &x [*x]", 1, 8),
            ("a: &x {b: *x}", 1, 11),
            ("a: *x\nb: &x 1", 1, 4),
            ("a: &x 1\nb: &x [*x]", 2, 8),
        ],
    )
    def test_an_alias_refers_to_what_is_complete(self, text: str, line: int, column: int) -> None:
        found = diagnostic(text)
        assert place(found) == ("unknown-alias", line, column)
        assert found.message == "the alias `*x` refers to no anchor that is complete before it"


class TestMergeKeys:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}", {"b": 1, "c": 3}),
            ("a: &x {b: 1, c: 2}\nd: {c: 3, <<: *x}", {"b": 1, "c": 3}),
            ("a: &x {b: 1}\nd: {<<: [*x, {b: 2, c: 2}]}", {"b": 1, "c": 2}),
            ("d: {<<: {b: {c: 1}}, b: {e: 2}}", {"b": {"e": 2}}),
            ("d: {<<: {}, b: 1}", {"b": 1}),
            ("d: {<<: [], b: 1}", {"b": 1}),
            ("d: {<<: {<<: {b: 1}, c: 2}}", {"b": 1, "c": 2}),
        ],
    )
    def test_what_is_written_wins_over_what_is_merged(self, text: str, expected: Any) -> None:
        assert tree(text)["d"] == expected

    def test_what_is_merged_is_a_copy(self) -> None:
        found = tree("a: &x {b: [1]}\nc: {<<: *x}\nd: {<<: *x}")
        assert len({id(found[key]["b"]) for key in "acd"}) == 3

    @pytest.mark.parametrize(("text", "column"), [("<<: 1", 5), ("<<: [1]", 5), ("<<: a", 5), ("<<:", 4), ("<<: [[{a: 1}]]", 5)])
    def test_a_mapping_is_wanted(self, text: str, column: int) -> None:
        found = diagnostic(text)
        assert place(found) == ("bad-merge-key", 1, column)
        assert found.message == "`<<` takes a mapping or a list of mappings"


class TestLimits:
    def test_too_many_bytes(self) -> None:
        assert (
            told("a: 123", document_bytes=5)
            == """
error[limit-document-bytes]: more than 5 bytes
 --> spec.yaml:1:1
  = help: the limit is `Limits.document_bytes`; raise it with `Limits(document_bytes=...)`
"""
        )

    @pytest.mark.parametrize("text", ["a: é", "a: é".encode(), "a: \ud83d"])
    def test_bytes_are_counted_as_utf8(self, text: str | bytes) -> None:
        assert place(diagnostic(text, document_bytes=4)) == ("limit-document-bytes", 1, 1)

    def test_as_many_bytes_as_allowed(self) -> None:
        assert tree("a: é", document_bytes=5) == {"a": "é"}

    def test_too_many_values(self) -> None:
        assert (
            told("a: [1,\n    2, 3]", nodes=4)
            == """
error[limit-nodes]: more than 4 values, aliases expanded
 --> spec.yaml:2:8
  |
2 |     2, 3]
  |        ^
  = help: the limit is `Limits.nodes`; raise it with `Limits(nodes=...)`
"""
        )
        assert tree("a: [1,\n    2, 3]", nodes=5) == {"a": [1, 2, 3]}

    def test_values_of_aliases_count_each_time(self) -> None:
        text = "a: &x [1, 2, 3]\nb: [*x, *x, *x]"
        assert tree(text, nodes=18)["b"] == [[1, 2, 3]] * 3
        assert place(diagnostic(text, nodes=17)) == ("limit-nodes", 2, 13)
        assert place(diagnostic(text, nodes=10)) == ("limit-nodes", 2, 9)

    def test_the_text_of_aliases_counts_each_time(self) -> None:
        text = "a: &x [12345, 67890]\nb: [*x, *x]\n"
        assert tree(text, document_bytes=67)["b"] == [[12345, 67890]] * 2
        assert place(diagnostic(text, document_bytes=66)) == ("limit-document-bytes", 2, 9)
        assert place(diagnostic(text, document_bytes=49)) == ("limit-document-bytes", 2, 5)

    def test_a_long_text_is_not_repeated_without_end(self) -> None:
        text = f"a: &x {'y' * 1000}\nb: [{', '.join(['*x'] * 10)}]\nc: &z [*x, *x]\nd: [*z, *z]\n"
        found = diagnostic(text, document_bytes=17_000)
        assert (place(found), found.message) == (("limit-document-bytes", 4, 9), "more than 17000 bytes, aliases expanded")
        assert found.hint == "the limit is `Limits.document_bytes`; raise it with `Limits(document_bytes=...)`"
        assert tree(text, document_bytes=18_000)["d"][1][1] == "y" * 1000

    def test_a_key_may_be_an_anchor_of_its_text(self) -> None:
        assert place(diagnostic("&k aaaaaaaaaa: [*k, *k, *k]\n", document_bytes=50)) == ("limit-document-bytes", 1, 21)

    def test_a_bomb_of_aliases_goes_off_early(self) -> None:
        lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
        lines += [f"a{step}: &a{step} [{', '.join([f'*a{step - 1}'] * 9)}]" for step in range(1, 10)]
        found = diagnostic("\n".join(lines))
        assert (found.code, found.message) == ("limit-nodes", "more than 100000 values, aliases expanded")
        assert found.location is not None
        assert found.location.line == 6

    def test_a_bomb_of_merge_keys_goes_off_early(self) -> None:
        lines = ["a0: &a0 {x: 1, y: 2, z: 3}"]
        lines += [f"a{step}: &a{step}\n  <<: [{', '.join([f'*a{step - 1}'] * 9)}]\n  k{step}: 1" for step in range(1, 10)]
        assert diagnostic("\n".join(lines), nodes=1000).code == "limit-nodes"

    def test_too_deep(self) -> None:
        assert (
            told("a: [[[1]]]", depth=3)
            == """
error[limit-depth]: nested more than 3 levels deep
 --> spec.yaml:1:6
  |
1 | a: [[[1]]]
  |      ^
  = help: the limit is `Limits.depth`; raise it with `Limits(depth=...)`
"""
        )
        assert tree("a: [[[1]]]", depth=4) == {"a": [[[1]]]}

    @pytest.mark.parametrize("text", [NESTED_LISTS, NESTED_MAPPINGS, '{"a":' * 5000 + "1" + "}" * 5000])
    def test_the_depth_is_bounded_without_being_asked(self, text: str) -> None:
        found = diagnostic(text)
        assert (found.code, found.message) == ("limit-depth", "nested more than 64 levels deep")

    def test_aliases_go_no_deeper(self) -> None:
        text = "a: &x [[1]]\nb: [[*x]]"
        assert tree(text, depth=5)["b"] == [[[[1]]]]
        assert place(diagnostic(text, depth=4)) == ("limit-depth", 2, 6)

    def test_anchors_that_grow_by_one_level_each(self) -> None:
        lines = ["a0: &a0 [x]", *(f"a{step}: &a{step} [*a{step - 1}]" for step in range(1, 100))]
        found = diagnostic("\n".join(lines))
        assert found.code == "limit-depth"


class TestEncodings:
    def test_a_byte_order_mark_is_no_part_of_the_text(self) -> None:
        assert tree(b"\xef\xbb\xbfa: 1") == tree("\ufeffa: 1") == {"a": 1}
        assert place(diagnostic("\ufeffa: 1\na: 2")) == ("duplicate-key", 2, 1)
        assert place(diagnostic("\ufeffa: *x")) == ("unknown-alias", 1, 4)

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_lines_end_as_the_system_has_it(self, end: str) -> None:
        assert tree(f"a: 1{end}b: |{end}  x{end}  y{end}") == {"a": 1, "b": "x\ny\n"}
        found = diagnostic(f"a: 1{end}b: 2{end}a: 3{end}")
        assert place(found) == ("duplicate-key", 3, 1)
        assert found.excerpt == "a: …"

    @pytest.mark.parametrize("end", ["\x85", "\u2028", "\u2029"])
    def test_the_excerpt_is_the_line_that_the_parser_counts(self, end: str) -> None:
        found = diagnostic(f'a: "x{end}y"\nb: *c\n')
        assert place(found) == ("unknown-alias", 3, 4)
        assert found.excerpt == "b: *c"

    @pytest.mark.parametrize(
        ("data", "line", "column"),
        [
            (b"\xff", 1, 1),
            (b"a: 1\nbc: \xff\n", 2, 5),
            ("é: ü".encode() + b"\x80", 1, 5),
            (b"a: 1\r\nb: \xc3\x28", 2, 4),
            (b"\xef\xbb\xbfa: \xff", 1, 4),
            ("a: 1".encode("utf-16"), 1, 1),
            (b"a: \xed\xa0\x80", 1, 4),
        ],
    )
    def test_bytes_that_are_no_utf8_are_placed(self, data: bytes, line: int, column: int) -> None:
        found = diagnostic(data)
        assert place(found) == ("not-utf8", line, column)
        assert str(found) == f"error[not-utf8]: the document is not UTF-8 text\n --> spec.yaml:{line}:{column}"

    @pytest.mark.parametrize(
        ("character", "shown"),
        [
            ("\x00", "\\x00"),
            ("\x07", "\\x07"),
            ("\x1b", "\\x1b"),
            ("\x7f", "\\x7f"),
            ("\x9b", "\\x9b"),
            ("\ud800", "\\ud800"),
            ("\uffff", "\uffff"),
        ],
    )
    def test_a_character_that_yaml_does_not_allow(self, character: str, shown: str) -> None:
        found = diagnostic(f"a: 1\nbé: x{character}y")
        assert place(found) == ("not-yaml", 2, 6)
        assert found.message == "a character that YAML does not allow"
        assert f"2 | bé: x{shown}y\n" in str(found)

    @pytest.mark.parametrize(("text", "column"), [('a: "x\\0y"', 4), ('"\\0": 1', 1), ('a: [b, "\\x00"]', 8)])
    def test_a_nul_written_as_an_escape(self, text: str, column: int) -> None:
        found = diagnostic(text)
        assert place(found) == ("bad-text", 1, column)
        assert found.message == "text holds no NUL and no half of a surrogate pair"

    @pytest.mark.parametrize("text", [None, 1, ["a: 1"], {"a": 1}])
    def test_only_text_is_read(self, text: Any) -> None:
        with pytest.raises(PolyspecError) as caught:
            parse(text, "<text>")
        assert str(caught.value) == f"error[bad-source]: a document is text, not {type(text).__name__}\n--> <text>"


class TestJson:
    def test_tabs_are_space(self) -> None:
        assert tree('{\n\t"a": 1,\n\t"b":\t[1,\t2]\n}\n') == {"a": 1, "b": [1, 2]}
        assert tree("\t[\n\t1\n\t]") == [1]
        assert place(diagnostic('{\n\t"a": 1,\n\t"a": 2\n}')) == ("duplicate-key", 3, 2)

    @pytest.mark.parametrize(
        "text", ['{"a": "x\ty"}', "{'a': 'x\ty'}", '{"a\\"": 1,\t"a": "x\ty"}', "{a: 'it''s',\t'a''b': 'x\ty'}"]
    )
    def test_tabs_inside_quotes_stay(self, text: str) -> None:
        assert "x\ty" in tree(text).values()

    def test_escapes_are_those_of_json(self) -> None:
        assert tree('{"a": "\\u00e9\\/\\b\\f\\n\\r\\t\\"\\\\"}') == {"a": 'é/\b\f\n\r\t"\\'}

    def test_tabs_that_indent_yaml_are_refused(self) -> None:
        assert place(diagnostic("a:\n\tb: 1")) == ("not-yaml", 2, 1)


@pytest.mark.skipif(find_spec("_ruamel_yaml") is None, reason="the words are those of the C parser")
class TestNotYaml:
    @pytest.mark.parametrize(
        ("text", "line", "column", "message"),
        [
            ("a: [1,\n", 2, 1, "while parsing a flow node, did not find expected node content"),
            ("a: b: c", 1, 5, "mapping values are not allowed in this context"),
            ("a: 'x", 1, 6, "while scanning a quoted scalar, found unexpected end of stream"),
            ("a: @x", 1, 4, "while scanning for the next token, found character that cannot start any token"),
            ("a: {b: 1", 1, 9, "while parsing a flow mapping, did not find expected ',' or '}'"),
            ("a: 1\n b: 2", 2, 3, "mapping values are not allowed in this context"),
            ("a: 1\n...\nb: 2", 3, 1, "did not find expected <document start>"),
            ('a: "\\q"', 1, 5, "while parsing a quoted scalar, found unknown escape character"),
            ('a: "\\ud800"', 1, 7, "while parsing a quoted scalar, found invalid Unicode character escape code"),
        ],
    )
    def test_the_place_and_the_words_of_the_parser(self, text: str, line: int, column: int, message: str) -> None:
        found = diagnostic(text)
        assert place(found) == ("not-yaml", line, column)
        assert found.message == message

    def test_the_text_of_the_error(self) -> None:
        assert (
            told("kind: component\nrun: {kind: job\n")
            == """
error[not-yaml]: while parsing a flow mapping, did not find expected ',' or '}'
 --> spec.yaml:3:1
  |
3 |
  | ^
"""
        )


class TestPrivateDocuments:
    def test_what_was_reached_and_is_no_yaml_is_not_quoted(self) -> None:
        with pytest.raises(PolyspecError) as caught:
            parse("root:x:0:0: secret\n\tline", "/etc/passwd", reached=True)
        assert caught.value.diagnostics[0].excerpt is None
        assert "secret" not in str(caught.value)

    def test_what_was_reached_and_is_yaml_is(self) -> None:
        document = parse("a: no", "b.yaml", reached=True)
        assert not document.private
        assert "a: no" in str(document.diagnose(document.warnings[0]))


def test_an_error_is_told_without_the_one_that_caused_it() -> None:
    error = refused("a: [")
    assert error.__suppress_context__


def test_reading_changes_nothing_that_is_shared() -> None:
    first = tree("a: {b: [1]}")
    kept = copy.deepcopy(first)
    first["a"]["b"].append(2)
    assert tree("a: {b: [1]}") == kept


def test_a_document_has_the_default_limits() -> None:
    assert parse("a: 1", "x").limits == Limits()
