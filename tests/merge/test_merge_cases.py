"""What two layers make, read as a table: the base, the patch, and what is expected under each of the four strategies.

A case is an entry of a file in `cases/`. The last layer patches under the strategy; a run of kind `job` is under every case
that writes no run.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from polyspec.merge import Layer, marked_parts, merge_layers
from polyspec.source import Document, parse
from polyspec.spec.load import load
from polyspec.tree import mark_at, thawed, untraced, walk

STRATEGIES = ("post_merge", "pre_merge", "replace", "isnull")
RUN_KEYS = {"run", "container", "ports", "cmd", "env"}
FILES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))


def cases() -> Iterator[Any]:
    """Each case under each strategy."""
    for file in FILES:
        for case in parse(file.read_text(), str(file)).tree:
            layers = case.get("layers") or [case["base"], case["patch"]]
            expected = by_strategy(case["expected"])
            assert set(expected) == set(STRATEGIES), f"{case['name']}: a case says what is expected under every strategy"
            for strategy in STRATEGIES:
                yield pytest.param(layers, strategy, expected[strategy], id=f"{file.stem}: {case['name']} ({strategy})")


def by_strategy(expected: dict[str, Any]) -> dict[str, Any]:
    return {
        name: tree
        for names, tree in expected.items()
        for name in (STRATEGIES if names == "all" else [part.strip() for part in names.split(",")])
    }


def layer(tree: dict[str, Any], **added: Any) -> Layer:
    """A layer as the compiler has it: its tree canonical."""
    loaded = load(Document.of_tree("<case>", {**added, **tree}), as_preset=True)
    return Layer("preset", {key: value for key, value in loaded.tree.items() if key != "isPreset"}, loaded.document)


def stack(trees: list[dict[str, Any]], strategy: str) -> list[Layer]:
    has_run = any(RUN_KEYS & tree.keys() for tree in trees)
    first = trees[0] if has_run else {**trees[0], "run": {"kind": "job"}}
    return [layer(first), *(layer(tree) for tree in trees[1:-1]), layer(trees[-1], patchStrategy=strategy)]


@pytest.mark.parametrize(("trees", "strategy", "expected"), list(cases()))
def test_layers(trees: list[dict[str, Any]], strategy: str, expected: dict[str, Any]) -> None:
    layers = stack(trees, strategy)
    before = [thawed(each.tree) for each in layers]
    merged = merge_layers(layers)
    assert merged == {"run": {"kind": "job"}, **expected}
    assert [each.tree for each in layers] == before
    marked = merge_layers([each.marked() for each in layers])
    assert untraced(marked) == merged
    in_parts = merge_layers(list(marked_parts(layers)))
    for path, _ in walk(marked):
        assert place(in_parts, path) == place(marked, path)


def place(marked: Any, path: tuple[str | int, ...]) -> tuple[object, ...] | None:
    """Where a part of a merge of marked layers was written: the document, the path there, key or value."""
    mark = mark_at(marked, path)
    return None if mark is None else (id(mark.source), mark.path, mark.at)


def test_every_file_of_cases_is_read() -> None:
    assert [file.stem for file in FILES] == ["fields", "keyed", "lists", "nulls", "replicas", "runs", "shortcuts"]
