"""Whether an object that was built in Python is still what it was."""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import pytest

import polyspec
from polyspec import Component, Connection, Param, RunContext
from polyspec.spec.io import IO
from polyspec.spec.witness import Restless, Witness

SPEC = {
    "kind": "component",
    "tags": ["a", "b"],
    "inputs": [{"name": "lr", "value": {"deep": [1, {"deeper": 1}]}}],
    "container": {"image": "a", "args": ["--lr", "1"], "resources": {"limits": {"cpu": 1}}},
}


def spec_of() -> Any:
    return polyspec.load(SPEC)


CHANGES: dict[str, Callable[[Any], Any]] = {
    "an item": lambda spec: spec.tags.__setitem__(0, "c"),
    "an equal item of another type": lambda spec: spec.inputs[0].value["deep"].__setitem__(0, True),
    "a new item": lambda spec: spec.container.args.append("x"),
    "an item less": lambda spec: spec.container.args.pop(),
    "the order": lambda spec: spec.tags.reverse(),
    "a key": lambda spec: spec.inputs[0].value["deep"][1].update(other=1),
    "another key": lambda spec: spec.inputs[0].value.update({"deeper": spec.inputs[0].value.pop("deep")}),
    "a value": lambda spec: spec.container.resources.limits.update(cpu=2),
    "an object": lambda spec: spec.inputs.__setitem__(0, IO(name="lr")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_inside_is_seen(change: Callable[[Any], Any]) -> None:
    spec = spec_of()
    witness = Witness.of(spec)
    assert witness.holds()
    change(spec)
    assert not witness.holds()


def test_another_object_inside_a_list_that_was_replaced_is_no_matter() -> None:
    spec = spec_of()
    witness = Witness.of(spec)
    spec.tags[0] = str(spec.tags[0])
    assert witness.holds()


@pytest.mark.parametrize("value", [{1}, object(), MappingProxyType({}), {1: 2}, type("List", (list,), {})(), b"a"])
def test_of_what_nobody_can_tell_there_is_none(value: Any) -> None:
    with pytest.raises(Restless):
        Witness.of(Component(params={"lr": Param(value=value)}))


def test_a_context_has_one_too() -> None:
    connections = [Connection.from_dict({"name": "a", "kind": "git", "schema": {"url": "b"}})]
    witness = Witness.of(RunContext(connections=connections))
    assert witness.holds()
    connections.append(connections[0])
    assert not witness.holds()
