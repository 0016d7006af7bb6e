"""What is written is read back the same: trees to objects, to YAML and JSON, and to objects again."""

import copy
import json
from typing import Any

from hypothesis import HealthCheck, given, settings

import polyspec
from polyspec import Component, Operation, load, loads
from polyspec.source import to_json
from tests.strategies import Grammar, Tree, components, operations, runnables

# The trees are large; a few dozen of them reach every field.
many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def same(left: Any, right: Any) -> bool:
    """Equal, and of one kind: 1, 1.0 and True are three values."""
    return bool(left == right) and json.dumps(left.to_dict()) == json.dumps(right.to_dict())


@many
@given(components())
def test_a_component_is_read_back_from_its_yaml(tree: Tree) -> None:
    component = load(tree)
    assert type(component) is Component
    assert same(loads(component.to_yaml()), component)


@many
@given(operations())
def test_an_operation_is_read_back_from_its_yaml(tree: Tree) -> None:
    operation = load(tree)
    assert type(operation) is Operation
    assert same(loads(operation.to_yaml()), operation)


@many
@given(components() | operations())
def test_an_object_is_read_back_from_its_plain_tree(tree: Tree) -> None:
    spec = load(tree)
    assert same(type(spec).from_dict(spec.to_dict()), spec)
    assert same(loads(to_json(spec.to_dict())), spec)


@many
@given(components() | operations())
def test_the_plain_tree_of_an_object_is_canonical(tree: Tree) -> None:
    canonical = load(tree).to_dict()
    assert json.dumps(load(canonical).to_dict()) == json.dumps(canonical)


@many
@given(components() | operations())
def test_a_tree_that_is_read_stays_as_it_was(tree: Tree) -> None:
    before = copy.deepcopy(tree)
    spec = load(tree)
    for section in spec.to_dict().values():
        if isinstance(section, dict | list):
            section.clear()
    assert tree == before
    assert same(load(before), spec)


@many
@given(components(Grammar(templates=False, nulls=False)))
def test_what_was_written_is_what_is_kept(tree: Tree) -> None:
    assert set(load(tree).to_dict()) == set(tree)


@many
@given(runnables())
def test_a_runnable_component_compiles(tree: Tree) -> None:
    spec = polyspec.compile(tree)
    assert spec.to_dict()["run"]["kind"] == "job"
