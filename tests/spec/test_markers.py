"""What each marker of a field adds to its type, shown on a class of its own."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import attrs
import pytest

from polyspec import PolyspecError
from polyspec.spec.markers import (
    COMMA,
    TEMPLATE,
    Bounds,
    Choice,
    Count,
    Fraction,
    Kubernetes,
    Labels,
    LooseText,
    Maybe,
    Names,
    Pattern,
    Template,
    Texts,
)
from polyspec.spec.node import Node, absent
from polyspec.spec.problem import kind_of

from .telling import mismatch

MANY = tuple(f"choice-{number}" for number in range(21))


@attrs.frozen(kw_only=True, repr=False)
class Own(Node):
    """A field for each marker, and for unions of them."""

    template: Maybe[Template] = absent()
    count: Maybe[Count] = absent()
    fraction: Maybe[Fraction] = absent()
    bounded: Maybe[Annotated[int, Bounds(least=2, most=4)] | Template] = absent()
    pattern: Maybe[Annotated[str, Pattern(re.compile("a+"), "a run of a", "write a")]] = absent()
    choice: Maybe[Annotated[str, Choice(("one", "two"), "number")]] = absent()
    many: Maybe[Annotated[str, Choice(MANY)]] = absent()
    loose: Maybe[LooseText] = absent()
    loose_or_list: Maybe[LooseText | Sequence[str]] = absent()
    labels: Maybe[Labels] = absent()
    names: Maybe[Names | Template] = absent()
    texts: Maybe[Texts | str] = absent()
    number: Maybe[float] = absent()
    either: Maybe[int | float | bool] = absent()
    text_or_number: Maybe[str | int] = absent()
    nested: Maybe[Mapping[str, Sequence[int]]] = absent()
    anything: Maybe[Any] = absent()
    toleration: Maybe[Annotated[Mapping[str, Any], Kubernetes("Toleration", respelt=True)] | Sequence[str]] = absent()
    anything_or_integer: Maybe[int | Any] = absent()
    probe: Maybe[Annotated[Mapping[str, Any] | Template, Kubernetes("Probe")]] = absent()
    port: Maybe[Annotated[Mapping[str, Any], Kubernetes("ContainerPort")]] = absent()


TAKEN: list[tuple[str, Any, Any]] = [
    ("template", "{{ x }}", "{{ x }}"),
    ("template", "a {% if b %}c{% endif %}", "a {% if b %}c{% endif %}"),
    ("count", 1, 1),
    ("fraction", 0, 0),
    ("fraction", 1.0, 1.0),
    ("bounded", 2, 2),
    ("bounded", 4, 4),
    ("bounded", "{{ x }}", "{{ x }}"),
    ("pattern", "aaa", "aaa"),
    ("pattern", "{{ x }}", "{{ x }}"),
    ("choice", "one", "one"),
    ("many", "choice-20", "choice-20"),
    ("loose", True, "true"),
    ("loose", False, "false"),
    ("loose", 0, "0"),
    ("loose", 1e22, "1e+22"),
    ("loose", "x", "x"),
    ("looseOrList", 1.5, "1.5"),
    ("looseOrList", ["1"], ["1"]),
    ("labels", {"a": 1, "b": "{{ x }}", "c": None}, {"a": "1", "b": "{{ x }}", "c": None}),
    ("names", "a, b", ["a", "b"]),
    ("names", "{{ x }}", "{{ x }}"),
    ("texts", ["a", None], ["a", None]),
    ("texts", "a", "a"),
    ("number", 1, 1),
    ("number", 1.5, 1.5),
    ("either", True, True),
    ("either", 1, 1),
    ("either", 1.5, 1.5),
    ("textOrNumber", "1", "1"),
    ("textOrNumber", 1, 1),
    ("nested", {"a": [1]}, {"a": [1]}),
    ("anything", {"a": [None, 1.5]}, {"a": [None, 1.5]}),
    ("toleration", {"toleration_seconds": 1}, {"tolerationSeconds": 1}),
    ("toleration", ["a"], ["a"]),
    ("port", {"container_port": 1}, {"container_port": 1}),
    ("anythingOrInteger", 1, 1),
    ("anythingOrInteger", {"a": [1.5]}, {"a": [1.5]}),
    ("probe", {"periodSeconds": 1}, {"periodSeconds": 1}),
    ("probe", "{{ x }}", "{{ x }}"),
]
REFUSED: list[tuple[str, Any, str, str, str | None]] = [
    (
        "template",
        "x",
        "template",
        "expected a value or a template, found plain text",
        "write the value itself, or a template such as `{{ name }}`",
    ),
    ("template", 1, "template", "expected text, found an integer", "quote it"),
    ("count", 0, "count", "expected at least 1", None),
    ("count", True, "count", "expected an integer, found a bool", None),
    ("count", "1", "count", "expected an integer, found text", "write it without quotes"),
    ("count", "x", "count", "expected an integer, found text", None),
    ("count", "1.5", "count", "expected an integer, found text", None),
    ("count", "9" * 30, "count", "expected an integer, found text", None),
    ("fraction", 1.01, "fraction", "expected at most 1", None),
    ("fraction", -1, "fraction", "expected at least 0", None),
    ("bounded", 1, "bounded", "expected at least 2", None),
    ("bounded", 5, "bounded", "expected at most 4", None),
    ("bounded", "5", "bounded", "expected an integer or a template, found text", "write it without quotes"),
    ("bounded", 2.0, "bounded", "expected an integer or a template, found a number", None),
    ("pattern", "aab", "pattern", "not a run of a", "write a"),
    ("pattern", "", "pattern", "not a run of a", "write a"),
    ("choice", "tow", "choice", "unknown number", "did you mean `two`?"),
    ("choice", "x", "choice", "unknown number", "one of one, two"),
    ("choice", 1, "choice", "expected text, found an integer", "quote it"),
    ("many", "x", "many", "unknown value", None),
    ("loose", ["x"], "loose", "expected text, found a list", None),
    ("looseOrList", {}, "looseOrList", "expected text, a bool, an integer, a number or a list, found a mapping", None),
    ("labels", {"a": []}, "labels.a", "expected text, found a list", None),
    ("names", 1, "names", "expected a list, text or a template, found an integer", "quote it"),
    ("texts", [1], "texts[0]", "expected text, found an integer", "quote it"),
    ("texts", True, "texts", "expected a list or text, found a bool", "quote it"),
    ("number", "1.5", "number", "expected a number, found text", "write it without quotes"),
    (
        "number",
        "1e5",
        "number",
        "expected a number, found text",
        "write the number with a point and a signed exponent, such as `1.0e-3`",
    ),
    ("number", "nan", "number", "expected a number, found text", None),
    ("number", ".inf", "number", "expected a number, found text", None),
    ("number", True, "number", "expected a number, found a bool", None),
    ("either", "1", "either", "expected an integer, a number or a bool, found text", "write it without quotes"),
    ("textOrNumber", 1.5, "textOrNumber", "expected text or an integer, found a number", "quote it"),
    ("textOrNumber", [], "textOrNumber", "expected text or an integer, found a list", None),
    ("nested", {"a": [1, "x"]}, "nested.a[1]", "expected an integer, found text", None),
    ("nested", {"a": {"b": 1}}, "nested.a", "expected a list, found a mapping", None),
    ("toleration", {"ky": 1}, "toleration.ky", "unknown field `ky` of a Kubernetes toleration", "did you mean `key`?"),
    ("toleration", "x", "toleration", "expected a mapping or a list, found text", None),
    ("port", 80, "port", "expected a mapping, found an integer", None),
]


@pytest.mark.parametrize(("key", "value", "expected"), TAKEN)
def test_what_is_taken(key: str, value: Any, expected: Any) -> None:
    found = Own.from_dict({key: value}).to_dict()[key]
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(("key", "value", "path", "message", "hint"), REFUSED)
def test_what_is_refused(key: str, value: Any, path: str, message: str, hint: str | None) -> None:
    assert mismatch(Own, {key: value}) == (path, message, hint)


def test_all_of_it_is_told_at_once() -> None:
    tree = {key: value for key, value, *_ in REFUSED}
    with pytest.raises(PolyspecError) as caught:
        Own.from_dict(tree)
    assert len(caught.value.diagnostics) == len(tree)


def test_null_is_no_value_of_a_marker() -> None:
    tree = {field.name: None for field in attrs.fields(Own)}
    assert set(Own.from_dict(tree).to_dict().values()) == {None}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "null"),
        (True, "a bool"),
        (1, "an integer"),
        (1.5, "a number"),
        ("x", "text"),
        ({}, "a mapping"),
        ([], "a list"),
        ((), "a list"),
        (b"x", "a bytes"),
    ],
)
def test_the_words_for_a_value(value: object, words: str) -> None:
    assert kind_of(value) == words


def test_marks_say_what_they_are() -> None:
    assert (repr(TEMPLATE), repr(COMMA)) == ("TEMPLATE", "COMMA")
