"""The variables of a run: Kubernetes' references, Polyaxon's facts, and nothing else of the parent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyspec.executors.environment import as_text, expanded, expanded_in_order, inherited


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$(A)", "1"),
        ("a$(A)b$(B)", "a1b2"),
        ("$$(A)", "$(A)"),
        ("$$$(A)", "$1"),
        ("$$$$(A)", "$$(A)"),
        ("$(MISSING)", "$(MISSING)"),
        ("$A ${A} $", "$A ${A} $"),
        ("$(A", "$(A"),
        ("$($(A))", "$($(A))"),
        ("$()", "$()"),
        ("$$", "$"),
    ],
)
def test_references_are_expanded_as_kubernetes_does(text: str, expected: str) -> None:
    assert expanded(text, {"A": "1", "B": "2"}) == expected


@given(st.text())
def test_a_value_is_never_expanded_again(value: str) -> None:
    assert expanded("$(V)", {"V": value, "A": "1"}) == value


def test_a_value_may_refer_to_those_before_it_alone() -> None:
    pairs = [("A", "1"), ("B", "$(A)$(C)"), ("C", "3"), ("A", "[$(A)]")]
    assert expanded_in_order(pairs) == {"A": "[1]", "B": "1$(C)", "C": "3"}


@pytest.mark.parametrize(
    ("value", "expected"), [("x", "x"), (1, "1"), (0.1, "0.1"), (True, "true"), ({"a": ["é"]}, '{"a":["é"]}')]
)
def test_values_that_are_no_text_become_json(value: object, expected: str) -> None:
    assert as_text(value) == expected


def test_only_listed_variables_are_inherited() -> None:
    assert inherited({"PATH": "/bin", "TOKEN": "t"}, ("PATH", "HOME")) == {"PATH": "/bin"}
