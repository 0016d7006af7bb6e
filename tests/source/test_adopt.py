"""Trees that were built in Python, taken over: copied, and held to what JSON can say."""

import collections
import datetime
import decimal
import enum
import json
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given

from polyspec.errors import Problem, Rejected
from polyspec.limits import Limits
from polyspec.source import adopt
from polyspec.tree import frozen
from tests.strategies import json_trees


class Text(str):
    __slots__ = ()


class Level(enum.IntEnum):
    HIGH = 3


def rejected(value: Any, **limits: int) -> Problem:
    with pytest.raises(Rejected) as caught:
        adopt(value, Limits(**limits), ("params",))
    (problem,) = caught.value.problems
    return problem


def circle() -> dict[str, Any]:
    tree: dict[str, Any] = {}
    tree["a"] = [tree]
    return tree


@given(json_trees())
def test_a_plain_tree_is_taken_as_it_is(tree: Any) -> None:
    assert json.dumps(adopt(tree)) == json.dumps(tree)


@given(json_trees())
def test_frozen_trees_and_tuples_become_plain(tree: Any) -> None:
    assert json.dumps(adopt(frozen(tree))) == json.dumps(tree)


def test_nothing_is_shared_with_the_caller() -> None:
    inner: list[int] = [1]
    given_tree = {"a": inner, "b": inner}
    tree = adopt(given_tree)
    inner.append(2)
    given_tree["c"] = inner
    assert tree == {"a": [1], "b": [1]}
    assert tree["a"] is not tree["b"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (MappingProxyType({"a": (1, 2)}), {"a": [1, 2]}),
        (collections.OrderedDict(a=1), {"a": 1}),
        ({Text("a"): Text("é")}, {"a": "é"}),
        (Level.HIGH, 3),
        (2**63 - 1, 2**63 - 1),
        ("\x07\x85", "\x07\x85"),
    ],
)
def test_what_is_like_json_becomes_json(value: Any, expected: Any) -> None:
    found = adopt(value)
    assert found == expected
    assert all(type(leaf) in (str, int, dict, list) for leaf in [found, *(found if isinstance(found, dict) else ())])


WHAT_JSON_HOLDS = "a value is what JSON holds: text, a number, a bool, null, a list or a mapping, not"


@pytest.mark.parametrize(
    ("value", "code", "message", "path"),
    [
        (object(), "wrong-type", f"{WHAT_JSON_HOLDS} object", ()),
        ({"a": {1, 2}}, "wrong-type", f"{WHAT_JSON_HOLDS} set", ("a",)),
        ({"a": b"x"}, "wrong-type", f"{WHAT_JSON_HOLDS} bytes", ("a",)),
        ([1, datetime.date(2020, 1, 1)], "wrong-type", f"{WHAT_JSON_HOLDS} date", (1,)),
        (decimal.Decimal(1), "wrong-type", f"{WHAT_JSON_HOLDS} Decimal", ()),
        ({"a": {1: 2}}, "key-not-text", "a key is text, not int", ("a",)),
        ({None: 2}, "key-not-text", "a key is text, not NoneType", ()),
        ({"a": 2**63}, "bad-number", "an integer fits in 64 bits, signed", ("a",)),
        (10**5000, "bad-number", "an integer fits in 64 bits, signed", ()),
        ([float("nan")], "bad-number", "a number is finite", (0,)),
        (float("-inf"), "bad-number", "a number is finite", ()),
        ({"a": "x\x00"}, "bad-text", "text holds no NUL and no half of a surrogate pair", ("a",)),
        ({"x\ud800": 1}, "bad-text", "text holds no NUL and no half of a surrogate pair", ()),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_json_cannot_hold_is_refused(value: Any, code: str, message: str, path: tuple[Any, ...]) -> None:
    assert rejected(value) == Problem(code, message, ("params", *path))


def test_too_many_values() -> None:
    assert adopt([1, 2], Limits(nodes=3)) == [1, 2]
    problem = rejected([1, 2, 3], nodes=3)
    hint = "the limit is `Limits.nodes`; raise it with `Limits(nodes=...)`"
    assert problem == Problem("limit-nodes", "more than 3 values", ("params", 2), hint)


def test_too_much_text() -> None:
    """One object may stand in a tree many times, and counts each time; so do keys."""
    one = "y" * 100
    assert adopt({"key": [one] * 3}, Limits(document_bytes=303)) == {"key": [one] * 3}
    problem = rejected({"key": [one] * 3}, document_bytes=302)
    assert (problem.code, problem.path) == ("limit-document-bytes", ("params", "key", 2))
    assert problem.message == "more than 302 bytes of text"
    assert rejected({"key": 1, "other": 2}, document_bytes=5).path == ("params",)


def test_too_deep() -> None:
    assert adopt([[1]], Limits(depth=2)) == [[1]]
    problem = rejected([[[1]]], depth=2)
    hint = "the limit is `Limits.depth`; raise it with `Limits(depth=...)`"
    assert problem == Problem("limit-depth", "nested more than 2 levels deep", ("params", 0, 0, 0), hint)


def test_a_tree_inside_itself_is_too_deep() -> None:
    assert rejected(circle()).code == "limit-depth"
