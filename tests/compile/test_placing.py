"""Problems to diagnostics: the place of a leaf, of what holds it, of what it holds, and of nothing at all."""

from typing import Any

import pytest

from polyspec.errors import Problem
from polyspec.merge import Layer, Merging
from polyspec.place import Placer
from polyspec.source import parse
from polyspec.spec.load import load

BASE = """\
kind: component
inputs:
- name: lr
  value: {a: [1, 2]}
run:
  kind: job
  container: {image: a, args: [x]}
"""
PATCH = """\
run_patch:
  container:
    args: [y, 'z {{ q }}']
cmd:
- one
"""


def layers(*texts: str) -> list[Layer]:
    found = [load(parse(text, f"{index}.yaml"), as_preset=bool(index)) for index, text in enumerate(texts)]
    return [Layer("component", it.tree, it.document) for it in found]


def placed(path: tuple[Any, ...], *texts: str, **problem: Any) -> str:
    return str(Placer(layers(*texts), Merging()).diagnostic(Problem("code", "message", path, **problem)).location)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("run", "container", "image"), "0.yaml:7:22"),
        (("run", "container", "args", 0), "1.yaml:5:1"),
        (("run", "container", "args", 1), "1.yaml:3:12"),
        (("run", "container", "args", 1, "below"), "1.yaml:3:12"),
        (("run", "container"), "0.yaml:7:14"),
        (("run",), "0.yaml:6:3"),
        (("inputs", 0), "0.yaml:3:3"),
        (("inputs", 0, "value"), "0.yaml:4:10"),
        (("inputs", 0, "value", "a"), "0.yaml:4:14"),
        (("inputs", 0, "missing"), "0.yaml:3:3"),
        (("inputs", 5), "0.yaml:3:1"),
        (("missing",), "0.yaml:1:1"),
        ((), "0.yaml:1:1"),
    ],
)
def test_a_path_of_the_merged_tree_is_placed_where_it_was_written(path: tuple[Any, ...], place: str) -> None:
    assert placed(path, BASE, PATCH) == place


def test_a_key_is_placed_at_the_key() -> None:
    assert placed(("run", "container", "image"), BASE, PATCH, at="key") == "0.yaml:7:15"


def test_a_part_of_a_text_is_placed_at_the_part() -> None:
    assert placed(("run", "container", "args", 2), BASE, PATCH, span=(5, 6)) == "1.yaml:3:21"


def test_what_cannot_be_merged_again_is_placed_at_the_top() -> None:
    assert placed(("run",), "queue: a\n", "queue: b\n") == "1.yaml:1:1"


def test_a_layer_that_is_at_fault_hides_no_place() -> None:
    assert placed(("run",), BASE, "patchStrategy: nonsense\n") == "0.yaml:6:3"


def test_related_places_become_notes() -> None:
    problem = Problem("code", "message", ("run", "container", "args", 1), related=(("because of this", ("inputs", 0, "name")),))
    (note,) = Placer(layers(BASE, PATCH), Merging()).diagnostic(problem).notes
    assert (note.message, str(note.location)) == ("because of this", "0.yaml:3:9")


def test_problems_are_told_once_in_the_order_of_the_documents_the_last_layer_first() -> None:
    stack = layers(BASE, PATCH)
    problems = [
        Problem("code", "third", ("run", "container", "image")),
        Problem("code", "second", ("inputs", 0, "name")),
        Problem("code", "first", ("run", "container", "args", 1)),
        Problem("code", "third", ("run", "container", "image")),
        Problem("code", "elsewhere", (), source=parse("a: 1", "other.yaml")),
    ]
    found = Placer(stack, Merging()).diagnostics(problems, 10)
    assert [each.message for each in found] == ["first", "second", "third", "elsewhere"]
    assert len(Placer(stack, Merging()).diagnostics(problems, 2)) == 2
