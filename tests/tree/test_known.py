"""Parts that a tree has from a tree before it: the same part in the same place, and nothing that is merely equal."""

from typing import Any

import attrs
import pytest

from polyspec.tree import Known, with_known
from polyspec.tree.shape import LEAF, Shape

NAMED = Shape("fields", {"name": LEAF, "env": Shape("mapping", items=LEAF), "args": Shape("united", items=LEAF)})
SHAPE = Shape("fields", {"run": Shape("tagged", variants={"job": NAMED}), "steps": Shape("united", items=NAMED), "tags": LEAF})


def shown(tree: Any) -> Any:
    """The tree with its known parts as sets of one."""
    if isinstance(tree, Known):
        return {"known": tree.tree}
    if isinstance(tree, dict):
        return {key: shown(value) for key, value in tree.items()}
    return [shown(item) for item in tree] if isinstance(tree, list) else tree


BEFORE: dict[str, Any] = {
    "run": {"kind": "job", "env": {"A": ["1"]}, "args": ["a", {"b": 1}]},
    "steps": [{"name": "x"}, {"name": "y"}],
    "tags": ["t"],
}


def test_what_is_the_same_is_known_and_what_is_equal_is_not() -> None:
    tree = {"run": BEFORE["run"], "steps": [{"name": "x"}, BEFORE["steps"][1]], "tags": ["t"], "name": "n"}
    assert shown(with_known(tree, [BEFORE], SHAPE)) == {
        "run": {"known": BEFORE["run"]},
        "steps": [{"name": "x"}, {"known": {"name": "y"}}],
        "tags": ["t"],
        "name": "n",
    }


def test_it_looks_into_fields_of_the_kind_and_not_into_free_mappings() -> None:
    tree = {"run": {"kind": "job", "env": {"A": BEFORE["run"]["env"]["A"], "B": "2"}, "args": BEFORE["run"]["args"]}}
    assert shown(with_known(tree, [BEFORE], SHAPE)) == {
        "run": {"kind": "job", "env": {"A": ["1"], "B": "2"}, "args": {"known": ["a", {"b": 1}]}}
    }


def test_any_of_several_trees_may_have_it_and_only_in_its_place() -> None:
    other: dict[str, Any] = {"tags": ["u"], "steps": "{{ steps }}", "run": {"kind": "job", "env": {}}}
    tree = {"tags": other["tags"], "steps": [BEFORE["steps"][0], BEFORE["run"]], "run": {"kind": "job", "env": BEFORE["tags"]}}
    assert shown(with_known(tree, [other, BEFORE], SHAPE)) == {
        "tags": {"known": ["u"]},
        "steps": [{"known": {"name": "x"}}, BEFORE["run"]],
        "run": {"kind": "job", "env": ["t"]},
    }


ANY = Shape(is_text=True, takes_any_text=True)
POD = Shape("fields", {"image": ANY, "args": Shape("concatenated", items=ANY), "count": LEAF, "name": Shape(is_text=True)})
WRITTEN: dict[str, Any] = {"image": "{{ i }}", "args": ["{{ a }}", "b"], "count": 1, "name": "n"}


@pytest.mark.parametrize(
    ("changed", "is_known"),
    [
        ({"image": "x", "args": ["a", "b"]}, True),
        ({"args": ["a", "b", "c"]}, True),
        ({"args": ["a", None]}, False),
        ({"args": "a"}, False),
        ({"image": None}, False),
        ({"image": 1}, False),
        ({"name": "m"}, False),
        ({"count": 2}, False),
        ({"more": "x"}, False),
    ],
)
def test_texts_in_places_that_take_any_leave_what_holds_them_known(changed: dict[str, Any], is_known: bool) -> None:
    found = with_known({**WRITTEN, **changed}, [WRITTEN], POD)
    assert isinstance(found, Known) is is_known
    assert isinstance(with_known({**WRITTEN, **changed}, [WRITTEN], attrs.evolve(POD, has_rules=True)), dict)


def test_a_part_that_lacks_a_field_is_not_known() -> None:
    assert with_known({"image": "x"}, [WRITTEN], POD) == {"image": "x"}


def test_nothing_is_known_without_a_tree_before() -> None:
    assert with_known(BEFORE, [], SHAPE) == BEFORE
