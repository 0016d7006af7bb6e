"""The same object compiled again and again: quickly, and never as it was before somebody changed it."""

from typing import Any

import pytest

import polyspec
from polyspec import Connection, Operation, Param, PolyspecError, Resolvers, RunContext
from polyspec.merge import Merging, Strategy
from tests.compile.compiling import tree

SPEC = """
    kind: component
    inputs: [{name: lr, type: float}, {name: layers, type: int, value: 2}]
    run:
      kind: job
      container: {image: a, args: ["--lr={{ lr }}", "{{ layers }}", "{{ globals.uuid }}", "{{ globals.run_info }}"]}
"""


def loaded(text: str = SPEC) -> Any:
    return polyspec.load(tree(text))


def args(spec: Any, *given: Any, **options: Any) -> list[str]:
    found: list[str] = polyspec.compile(spec, *given, **options).to_dict()["run"]["container"]["args"]
    return found


def test_the_whole_way_is_gone_once(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = loaded()
    assert args(spec, {"lr": 1})[0] == "--lr=1.0"
    monkeypatch.setattr("polyspec.loops.from_layers", None)
    monkeypatch.setattr("polyspec.repeat.from_tree", None)
    assert [args(spec, {"lr": lr})[0] for lr in (2, 3, 1)] == ["--lr=2.0", "--lr=3.0", "--lr=1.0"]


@pytest.mark.parametrize("params", [{"lr": 0.5}, {"lr": 0.5, "layers": 3}, {"lr": 0.5, "note": "x"}, {"lr": "0.25"}])
def test_gives_what_another_object_of_the_same_content_gives(params: dict[str, Any]) -> None:
    spec = loaded()
    polyspec.compile(spec, {**dict.fromkeys(params, 1), "lr": 7})
    again, other = polyspec.compile(spec, params), polyspec.compile(loaded(), params)
    assert again.to_json() == other.to_json()
    assert (again.digest, again.context) == (other.digest, other.context)
    assert [str(warning) for warning in again.warnings] == [str(warning) for warning in other.warnings]


def test_a_value_that_is_wrong_is_told_as_ever() -> None:
    spec = loaded()
    polyspec.compile(spec, {"lr": 1})
    with pytest.raises(PolyspecError) as again:
        polyspec.compile(spec, {"lr": "x"})
    with pytest.raises(PolyspecError) as alone:
        polyspec.compile(loaded(), {"lr": "x"})
    assert str(again.value) == str(alone.value)


def test_a_change_inside_is_seen() -> None:
    spec = loaded()
    assert args(spec, {"lr": 1})[1] == "2"
    spec.run.container.args[1] = "fixed {{ layers }}"
    assert args(spec, {"lr": 2})[1] == "fixed 2"


def test_a_change_of_a_context_is_seen() -> None:
    spec = loaded(
        "{kind: component, inputs: [{name: x}], run: {kind: job, connections: [repo], container: {image: 'a-{{ x }}'}}}"
    )
    connections = [Connection.from_dict({"name": "repo", "kind": "git", "schema": {"url": "b"}})]
    context = RunContext(connections=connections)
    polyspec.compile(spec, {"x": 1}, context=context)
    connections[0] = Connection.from_dict({"name": "other", "kind": "git"})
    with pytest.raises(PolyspecError, match="unknown connection `repo`"):
        polyspec.compile(spec, {"x": 2}, context=context)


def test_what_differs_beside_values_is_another_run() -> None:
    spec = loaded()
    assert args(spec, {"lr": 1})[0] == "--lr=1.0"
    assert args(spec, {"lr": 1}, context=RunContext(run_uuid="a" * 32))[2] == "a" * 32
    assert args(spec, {"lr": 1}, context=RunContext(owner="b"))[3].startswith("b.")
    assert polyspec.compile(spec, {"lr": 1}, name="named").name == "named"
    assert polyspec.compile(spec, {"lr": 1}, name="other").name == "other"
    assert args(spec, {"lr": Param(value=3, to_env="LR")})[0] == "--lr=3.0"
    assert args(spec, {"lr": 1}, presets=[{"params": {"lr": {"value": 9}}, "isPreset": True}])[0] == "--lr=9.0"


def test_presets_that_give_the_value_keep_it() -> None:
    spec, preset = loaded(), Operation(params={"layers": Param(value=5)}, is_preset=True)
    found = [args(spec, {"lr": lr, "layers": lr}, presets=[preset])[:2] for lr in (1, 2)]
    assert found == [["--lr=1.0", "5"], ["--lr=2.0", "5"]]


def test_strategies_of_ones_own_see_every_value() -> None:
    seen: list[Any] = []

    def choose(base: Any, patch: Any) -> bool:
        seen.append((base, patch))
        return True

    merging = Merging().with_strategy(Strategy("noting", choose))
    spec = loaded()
    preset = Operation(params={"lr": Param(value=5)}, is_preset=True, patch_strategy="noting")
    for lr in (1, 2):
        args(spec, {"lr": lr}, presets=[preset], merging=merging)
        seen.append(None)
    one, two = seen[: seen.index(None)], seen[seen.index(None) + 1 : -1]
    assert one
    assert len(one) == len(two)


def test_what_is_kept_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    spec, none = loaded(), Resolvers.default(documents=None)
    args(spec, {"lr": 1}, resolvers=none)
    monkeypatch.setattr("polyspec.loops.Repeat", None)
    assert args(spec, {"lr": 2}, resolvers=none)[0] == "--lr=2.0"
