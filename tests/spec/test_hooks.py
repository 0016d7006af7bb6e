"""Hooks of conversion are made once for a class, however many documents are read."""

from typing import Any

import attrs
import pytest

import polyspec
from polyspec.spec import convert
from polyspec.spec.kinds import default_kinds

SPEC: dict[str, Any] = {
    "kind": "component",
    "inputs": [{"name": "lr", "type": "float"}],
    "run": {"kind": "job", "container": {"image": "train", "args": ["{{ lr }}"]}},
}


def test_the_hook_of_a_class_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    make = convert._fields_hook

    def counted(converter: Any, cls: Any) -> Any:
        made.append(cls.__name__)
        return make(converter, cls)

    monkeypatch.setattr(convert, "_fields_hook", counted)
    kinds = attrs.evolve(default_kinds())  # with a converter of its own, which has no hooks yet
    for lr in (0.1, 0.2):
        polyspec.compile({**SPEC, "description": f"lr {lr}"}, {"lr": lr}, kinds=kinds)
    assert {"Component", "IO", "Job", "Container", "CompiledOperation"} <= set(made)
    assert sorted(made) == sorted(set(made))
