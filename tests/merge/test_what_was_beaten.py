"""Traced layers: each leaf of the merge says where it was written, what it beat, and under which strategy."""

import textwrap
from typing import Any

import pytest

from polyspec.merge import Layer, merge_layers
from polyspec.source import parse
from polyspec.spec.load import load
from polyspec.tree import Leaf, Path, at

BASE = """
    kind: component
    inputs: [{name: lr, value: 1}]
    run:
      kind: job
      environment: {labels: {a: base}}
      container:
        image: base
        args: [x, y]
        env: [{name: A, value: base}]
    """


def traced(*texts: str) -> Any:
    """The merge of marked layers: `0.yaml`, then presets over it."""
    found = [load(parse(textwrap.dedent(text), f"{index}.yaml"), as_preset=bool(index)) for index, text in enumerate(texts)]
    names = ["component", *["preset"] * len(texts)]
    return merge_layers([Layer(name, it.tree, it.document).marked() for name, it in zip(names, found, strict=False)])


def told(leaf: Leaf) -> str:
    """A leaf as `layer:value@line`, with a colon before the column of a key."""
    place = leaf.mark.source.locate(leaf.mark.path, key=leaf.mark.at == "key")
    return f"{leaf.mark.source.uri[0]}:{place.line}={leaf.value}"


def story(path: Path, *patches: str) -> list[str]:
    """The leaf at a path, then those that it beat; the strategy after each that has one."""
    leaf = at(traced(BASE, *patches), path)
    assert type(leaf) is Leaf
    return [f"{told(it)} {it.strategy or ''}".strip() for it in (leaf, *leaf.beaten)]


IMAGE = ("run", "container", "image")
VALUE = ("run", "container", "env", 0, "value")


@pytest.mark.parametrize(
    ("path", "patches", "expected"),
    [
        (IMAGE, [], ["0:8=base"]),
        (IMAGE, ["runPatch: {container: {image: new}}"], ["1:1=new post_merge", "0:8=base post_merge"]),
        (
            IMAGE,
            ["{patchStrategy: pre_merge, runPatch: {container: {image: new}}}"],
            ["0:8=base pre_merge", "1:1=new pre_merge"],
        ),
        (
            IMAGE,
            ["runPatch: {container: {image: new}}", "{patchStrategy: replace, container: {image: last}}"],
            ["2:1=last replace", "1:1=new replace", "0:8=base post_merge"],
        ),
        (VALUE, ["env: {A: new}"], ["1:1=new post_merge", "0:10=base post_merge"]),
        (
            ("run", "container", "args", 0),
            ["{patchStrategy: replace, runPatch: {container: {args: [z]}}}"],
            ["1:1=z replace", "0:9=x replace"],
        ),
        (
            ("run", "container", "command", 1),
            ["cmd: echo", "{patchStrategy: replace, cmd: ls}"],
            ["2:1=-c replace", "1:1=-c replace"],
        ),
        (
            ("run", "environment", "labels", "a"),
            ["{patchStrategy: isnull, runPatch: {environment: {labels: {a: new}}}}"],
            ["0:6=base isnull", "1:1=new isnull"],
        ),
    ],
    ids=["alone", "post_merge", "pre_merge", "three", "env", "list", "cmd", "mapping"],
)
def test_a_leaf_remembers_what_it_beat(path: Path, patches: list[str], expected: list[str]) -> None:
    assert story(path, *patches) == expected


def test_a_leaf_in_the_place_of_a_mapping_beat_all_of_it() -> None:
    leaf = at(traced(BASE.replace("value: 1", "value: {a: 1}"), "inputs: [{name: lr, value: 2}]"), ("inputs", 0, "value"))
    assert [(it.value, str(it.mark.source.locate(it.mark.path))) for it in (leaf, *leaf.beaten)] == [
        (2, "1.yaml:1:28"),
        ({"a": 1}, "0.yaml:3:28"),
    ]


def test_a_name_that_two_layers_share_was_put_there_by_the_lower_one() -> None:
    merged = traced(BASE, "inputs: [{name: lr, value: 2}]\nenv: {A: new}\n")
    assert told(merged["inputs"][0]["name"]) == "0:3=lr"
    assert told(merged["inputs"][0]["value"]) == "1:1=2"
    assert told(merged["run"]["container"]["env"][0]["name"]) == "0:10=A"


def test_a_variable_of_the_shortcut_is_placed_at_its_key() -> None:
    (_, variable) = traced(BASE, "env:\n  A: one\n  B: two\n")["run"]["container"]["env"]
    assert (told(variable["name"]), variable["name"].mark.at) == ("1:3=B", "key")
    assert (told(variable["value"]), variable["value"].mark.at) == ("1:3=two", "value")


def test_the_kind_that_a_shortcut_stands_for_is_a_default() -> None:
    kind = traced("kind: operation\ncontainer: {image: a}\n")["run"]["kind"]
    assert (told(kind), kind.mark.layer) == ("0:2=job", "default")


@pytest.mark.parametrize(
    ("preset", "path", "layer"),
    [
        (False, ("queue",), "component"),
        (False, ("params", "lr", "value"), "param"),
        (False, ("run", "container", "image"), "runPatch"),
        (True, ("queue",), "preset"),
        (True, ("params", "lr", "value"), "preset"),
        (True, ("run", "container", "image"), "preset"),
    ],
)
def test_params_and_the_patch_of_a_run_are_layers_of_their_own_except_in_a_preset(preset: bool, path: Path, layer: str) -> None:
    text = "{queue: q, params: {lr: 1}, run: {kind: job, container: {args: [x]}}, runPatch: {container: {image: b}}}"
    loaded = load(parse(text, "p.yaml"), as_preset=True)
    merged = merge_layers([Layer("preset" if preset else "component", loaded.tree, loaded.document).marked()])
    assert at(merged, path).mark.layer == layer
