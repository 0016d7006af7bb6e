"""Trees to text: YAML that reads back the same, JSON, and the canonical JSON that digests rest on."""

import copy
import io
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.events import ScalarEvent
from ruamel.yaml.tag import Tag

from polyspec.source import canonical_json, to_json, to_yaml, yaml_lines
from polyspec.tree import frozen
from tests.strategies import json_trees

from .told import read

WRITTEN: list[tuple[Any, str]] = [
    ({"a": 1, "b": [1, "x"], "c": {}, "d": []}, "a: 1\nb:\n- 1\n- x\nc: {}\nd: []\n"),
    ({"a": None, "b": True, "c": False}, "a: null\nb: true\nc: false\n"),
    (
        {"a": "no", "b": "1", "c": "null", "d": "", "e": "1e3", "f": "0644"},
        'a: "no"\nb: "1"\nc: "null"\nd: ""\ne: "1e3"\nf: "0644"\n',
    ),
    ({"a": "y", "b": "2020-01-01", "c": "="}, 'a: "y"\nb: "2020-01-01"\nc: "="\n'),
    ({"1": 1, "on": 2, "<<": 3, "": 4}, '"1": 1\n"on": 2\n"<<": 3\n"": 4\n'),
    ({"a": "{{ lr }}", "b": "x: y", "c": "# d", "e": "*f"}, "a: '{{ lr }}'\nb: 'x: y'\nc: '# d'\ne: '*f'\n"),
    ({"a": "x\ny\n", "b": "x\n\ny"}, "a: |\n  x\n  y\nb: |-\n  x\n\n  y\n"),
    ({"a": " x\ny", "b": "x\ty\nz", "c": "\n"}, 'a: " x\\ny"\nb: "x\\ty\\nz"\nc: "\\n"\n'),
    ({"a\nb": 1}, '? "a\\nb"\n: 1\n'),
    ({"a": "é\x85\u2028\x07\ufeff"}, 'a: "é\\N\\L\\a\\uFEFF"\n'),
    ([[1, [2]], {"a": [{"b": 1}]}], "- - 1\n  - - 2\n- a:\n  - b: 1\n"),
    ({"a": 1.5, "b": 1e-05, "c": 1e22, "d": -0.0, "e": 1.5e300}, "a: 1.5\nb: 1.0e-05\nc: 1.0e+22\nd: -0.0\ne: 1.5e+300\n"),
    ({"a": 2**63 - 1, "b": -(2**63)}, "a: 9223372036854775807\nb: -9223372036854775808\n"),
    ({"a": "wait..."}, "a: wait...\n"),
    (["x\n..."], "- |-\n  x\n  ...\n"),
    ("text", "text\n"),
    ("wait...", "wait...\n"),
    ("x\ny", '"x\\ny"\n'),
    (7, "7\n"),
]


def same(left: Any, right: Any) -> bool:
    """Equal, of one kind, and keys in one order."""
    return json.dumps(left) == json.dumps(right)


class TestYaml:
    @pytest.mark.parametrize(("tree", "text"), WRITTEN)
    def test_a_tree_has_one_text(self, tree: Any, text: str) -> None:
        assert to_yaml(tree) == text
        assert same(read(text).tree, tree)

    @given(json_trees().filter(lambda tree: tree is not None))
    def test_what_is_written_is_read_back_without_a_warning(self, tree: Any) -> None:
        document = read(to_yaml(tree))
        assert same(document.tree, tree)
        assert document.warnings == ()

    @pytest.mark.parametrize(
        "tree",
        [
            {"a b " * 3000: 1},
            {"k" * 2000: "v " * 5000},
            ["x " * 10000],
            {"a": "l1 " * 3000 + "\n" + "z " * 4000},
            ["a\n...\nb\n", "---\na"],
        ],
        ids=["long key", "longer key", "long text", "long lines", "marks of documents"],
    )
    def test_long_and_odd_texts_too(self, tree: Any) -> None:
        assert same(read(to_yaml(tree)).tree, tree)

    def test_each_line_has_the_path_of_what_begins_on_it(self) -> None:
        tree = {"a": [[1, {"b": "x\ny"}], {}], "c\nd": {"e": [2]}}
        assert list(yaml_lines(tree)) == [
            (("a",), "a:\n"),
            (("a", 0, 0), "- - 1\n"),
            (("a", 0, 1, "b"), "  - b: |-\n      x\n      y\n"),
            (("a", 1), "- {}\n"),
            (("c\nd",), '? "c\\nd"\n'),
            (("c\nd", "e"), ": e:\n"),
            (("c\nd", "e", 0), "  - 2\n"),
        ]

    @given(json_trees())
    def test_ruamel_writes_the_same_of_what_it_reads_there(self, tree: Any) -> None:
        assert written_again(to_yaml(tree)) in (to_yaml(tree), f"{to_yaml(tree)}...\n")

    @given(json_trees())
    def test_frozen_trees_are_written_like_plain_ones(self, tree: Any) -> None:
        assert to_yaml(frozen(tree)) == to_yaml(tree)

    @given(json_trees())
    def test_the_tree_stays_as_it_was(self, tree: Any) -> None:
        before = copy.deepcopy(tree)
        to_yaml(tree)
        to_json(tree)
        canonical_json(tree)
        assert same(tree, before)


class TestJson:
    def test_keys_keep_their_order_and_characters(self) -> None:
        assert to_json({"b": ["é", 1.0], "a": None}) == '{\n  "b": [\n    "é",\n    1.0\n  ],\n  "a": null\n}'
        assert to_json({"b": 1, "a": []}, indent=None) == '{"b": 1, "a": []}'

    def test_what_no_yaml_reader_takes_is_escaped(self) -> None:
        assert to_json("\x7f\x85\u2028\ufeff\uffff", indent=None) == '"\\u007f\\u0085\\u2028\\ufeff\\uffff"'

    @pytest.mark.parametrize("number", [float("nan"), float("inf")])
    def test_json_has_finite_numbers(self, number: float) -> None:
        with pytest.raises(ValueError, match="not JSON compliant"):
            to_json({"a": number})

    @given(json_trees())
    def test_it_is_json(self, tree: Any) -> None:
        assert same(json.loads(to_json(tree)), tree)

    @given(st.dictionaries(st.text(max_size=3).filter(lambda key: key.isprintable()), json_trees(), max_size=3))
    def test_a_document_of_json_is_read_back(self, tree: Any) -> None:
        assert same(read(to_json(tree)).tree, tree)


class TestCanonicalJson:
    @pytest.mark.parametrize(
        ("tree", "text"),
        [
            ({"b": 1, "a": [True, None]}, b'{"a":[true,null],"b":1}'),
            ({"a": 1.0, "b": 1e21, "c": -0.0, "d": 0.1}, b'{"a":1,"b":1e+21,"c":0,"d":0.1}'),
            ({"é": "ü\n\x07"}, '{"é":"ü\\n\\u0007"}'.encode()),
            (
                {"a": 2**53 - 1, "b": 2**53, "c": -(2**63), "d": True},
                b'{"a":9007199254740991,"b":"9007199254740992","c":"-9223372036854775808","d":true}',
            ),
            ({"\ufb33": 1, "😀": 2}, '{"😀":2,"\ufb33":1}'.encode()),
        ],
    )
    def test_it_is_that_of_rfc_8785(self, tree: Any, text: bytes) -> None:
        assert canonical_json(tree) == text

    @given(json_trees())
    def test_the_order_of_keys_makes_no_difference(self, tree: Any) -> None:
        assert canonical_json(turned(tree)) == canonical_json(tree)

    @given(json_trees())
    def test_frozen_trees_are_no_different(self, tree: Any) -> None:
        assert canonical_json(frozen(tree)) == canonical_json(tree)

    @given(json_trees(), json_trees())
    def test_it_tells_trees_apart(self, one: Any, other: Any) -> None:
        if canonical_json(one) == canonical_json(other):
            assert exact(one) == exact(other)
        else:
            assert not same(one, other)


def written_again(text: str) -> str:
    """A text as ruamel writes the events that it reads in it."""
    yaml, stream = YAML(typ="safe", pure=True), io.StringIO()
    yaml.width = 4096
    events = list(yaml.parse(text))
    for event in events:
        if isinstance(event, ScalarEvent):
            event.ctag = Tag(suffix="tag:yaml.org,2002:str")
    yaml.emit(events, stream)
    return stream.getvalue()


def turned(tree: Any) -> Any:
    """The tree with the keys of every mapping in the opposite order."""
    if isinstance(tree, Mapping):
        return {key: turned(tree[key]) for key in reversed(list(tree))}
    return [turned(item) for item in tree] if isinstance(tree, list) else tree


def exact(tree: Any) -> Any:
    """The tree as a reader of the canonical form sees it: large integers as text, whole numbers alike."""
    if isinstance(tree, dict):
        return {key: exact(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [exact(item) for item in tree]
    if isinstance(tree, bool) or not isinstance(tree, int):
        return (type(tree) is bool, tree)
    return (False, str(tree) if abs(tree) > 2**53 - 1 else tree)
