"""The work of a merge, counted in calls of functions: linear in the document, and in the layers over it."""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from polyspec.merge import Layer, Merging, merge_layers
from polyspec.settings import Settings
from polyspec.source import Document

MERGING: Merging = Settings().merging


def component(nodes: int) -> dict[str, Any]:
    """A document of about so many nodes, in lists by key, sets, command lines, and free mappings."""
    some = range(nodes // 10)
    container = {
        "args": [f"--a{index}" for index in some],
        "env": [{"name": f"E{index}", "value": "v"} for index in some],
        "resources": {"limits": {f"r{index}": 1 for index in some}},
    }
    return {
        "kind": "component",
        "tags": [f"t{index}" for index in some],
        "inputs": [{"name": f"i{index}", "type": "int"} for index in some],
        "run": {"kind": "job", "environment": {"labels": {f"l{index}": "x" for index in some}}, "container": container},
    }


def patch(number: int) -> dict[str, Any]:
    """A layer that changes one thing of each sort, and adds one."""
    container = {
        "args": [f"--b{number}"],
        "env": [{"name": f"E{number}", "value": "w"}, {"name": f"N{number}", "value": "w"}],
        "resources": {"limits": {f"r{number}": 2, f"n{number}": 2}},
    }
    run = {"environment": {"labels": {f"l{number}": "y", f"n{number}": "y"}}, "container": container}
    return {"kind": "operation", "tags": [f"t{number}", f"u{number}"], "runPatch": run}


def calls(work: Callable[[], Any]) -> int:
    """The functions of Python that are called."""
    count = 0

    def counted(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def work(nodes: int, layers: int) -> int:
    trees = [component(nodes), *(patch(number) for number in range(layers))]
    stack = [Layer("preset", tree, Document.of_tree(f"<{number}>", tree)) for number, tree in enumerate(trees)]
    merged = merge_layers(stack, MERGING)
    assert merged["run"]["environment"]["labels"][f"l{layers - 1}"] == "y"
    assert len(merged["run"]["container"]["env"]) == nodes // 10 + layers
    return calls(lambda: merge_layers(stack, MERGING))


@pytest.mark.parametrize("strategy", ["post_merge", "pre_merge"])
def test_an_item_of_a_list_is_looked_at_once_however_many_layers_there_are(strategy: str) -> None:
    def layers(count: int, items: int) -> list[Layer]:
        patches = [[{"name": f"v{number}-{item}"} for item in range(items)] for number in range(count)]
        trees: list[dict[str, Any]] = [{"kind": "component", "run": {"kind": "job", "volumes": patches[0]}}]
        trees += [{"patchStrategy": strategy, "runPatch": {"volumes": patch}} for patch in patches[1:]]
        return [Layer("preset", tree, Document.of_tree("<it>", tree)) for tree in trees]

    few, many = layers(2, 5_000), layers(20, 500)
    assert len(merge_layers(many, MERGING)["run"]["volumes"]) == 10_000
    assert calls(lambda: merge_layers(many, MERGING)) < 1.1 * calls(lambda: merge_layers(few, MERGING))


@pytest.mark.parametrize(("small", "large"), [((1_000, 50), (10_000, 50)), ((10_000, 10), (10_000, 100))])
def test_ten_times_as_much_is_ten_times_the_work_at_most(small: tuple[int, int], large: tuple[int, int]) -> None:
    assert work(*small) < work(*large) < 11 * work(*small)
