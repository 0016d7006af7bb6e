"""Twice the input takes at most three times the work, for each shape of hostile input; and the C parser changes no answer.

Work is counted in calls, those of C included, so that the law holds on any machine. Source: security.md, "Tests".
"""

import functools
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import polyspec
from fuzz.worst import answer as worst_answer
from fuzz.worst import prepared
from fuzz.worst_asks import SHAPES as WORST
from polyspec import PolyspecError, Resolvers
from polyspec.caches import without_caches

HEAD = "kind: component\n"
OPERATION = "kind: operation\n"
RUN = "run: {kind: job, container: {image: 'a:1', args: ['hi']}}\n"
COMPONENT = "component:\n  " + RUN


def in_params(value: str) -> str:
    return f"{OPERATION}params: {{a: {{value: {value}}}}}\n{COMPONENT}"


def in_args(text: str) -> str:
    return f"{HEAD}run: {{kind: job, container: {{image: 'a:1', args: ['{text}']}}}}\n"


def listed(items: str, count: int) -> str:
    return ", ".join(items.format(index) for index in range(count))


def lines(text: str, count: int) -> str:
    return "".join(text.format(index) + "\n" for index in range(count))


SHAPES: dict[str, tuple[int, Callable[[int], str]]] = {
    "aliases": (40, lambda n: f"{OPERATION}params:\n  a: &a {{value: [1, 2, 3]}}\n{lines('  k{}: *a', n)}{COMPONENT}"),
    "nested lists": (25, lambda n: in_params("[" * n + "]" * n)),
    "nested mappings": (25, lambda n: in_params("{a: " * n + "1" + "}" * n)),
    "unclosed lists": (25, lambda n: "[" * n),
    "hexadecimal digits": (400, lambda n: in_params("0x" + "f" * n)),
    "base 60": (400, lambda n: f"{OPERATION}params:\n  a:\n    value: {':'.join(['1'] * n)}\n{COMPONENT}"),
    "a long scalar": (4000, lambda n: f"{HEAD}{RUN}description: {'x' * n}\n"),
    "comments": (200, lambda n: HEAD + lines("# {}", n) + RUN),
    "params": (100, lambda n: f"{OPERATION}params:\n{lines('  k{0}: {{value: {0}}}', n)}{COMPONENT}"),
    "a long list": (400, lambda n: in_params(f"[{listed('{}', n)}]")),
    "anchors": (100, lambda n: f"{OPERATION}params:\n{lines('  k{0}: &a{0} {{value: x}}', n)}{COMPONENT}"),
    "bad items": (50, lambda n: f"{OPERATION}hooks: [{listed('1', n)}]\n{COMPONENT}"),
    "unknown fields": (50, lambda n: HEAD + lines("field{}: 1", n) + RUN),
    "merged lists": (200, lambda n: f"{OPERATION}tags: [{listed('u{}', n)}]\ncomponent:\n  tags: [{listed('t{}', n)}]\n  {RUN}"),
    "a wide DAG": (
        20,
        lambda n: (
            f"{HEAD}run:\n  kind: dag\n  operations:\n"
            + lines("  - {{name: o{}, component: {{run: {{kind: job, container: {{image: a}}}}}}}}", n)
        ),
    ),
    "a deep DAG": (
        20,
        lambda n: (
            f"{HEAD}run:\n  kind: dag\n  components: [{{name: c, run: {{kind: job, container: {{image: a}}}}}}]\n  operations:\n"
            "  - {name: o, dagRef: c}\n"
            + "".join(f"  - {{name: o{i}, dagRef: c, dependencies: [o{i - 1 if i else ''}]}}\n" for i in range(n))
        ),
    ),
    "open templates": (100, lambda n: in_args("{{ " * n)),
    "parentheses": (10, lambda n: in_args("{{ " + "(" * n + "1" + ")" * n + " }}")),
    "a long sum": (40, lambda n: in_args("{{ " + " + ".join(["1"] * n) + " }}")),
    "templates": (100, lambda n: in_args("{{ globals.uuid }}" * n)),
    "inputs of inputs": (
        30,
        lambda n: (
            f"{HEAD}inputs:\n- {{name: a0, type: str, value: x}}\n"
            + "".join(f"- {{name: a{i}, type: str, value: '{{{{ a{i - 1} }}}}'}}\n" for i in range(1, n))
            + RUN
        ),
    ),
}
"""The shapes of the hostile corpus that grow, with the size at which each is tried, and twice that."""


def answer(text: str, folder: Path) -> object:
    """What compiling a document gives: the run, or all that is told of what is wrong."""
    path = folder / "spec.yaml"
    path.write_text(text)
    try:
        return polyspec.compile(path, resolvers=Resolvers.untrusted(documents=None)).to_dict()
    except PolyspecError as error:
        # What is no YAML is told in the words of the parser.
        words = {it: it.message for it in error.diagnostics if it.code != "not-yaml"}
        return [(it.code, words.get(it), it.location, it.path, it.hint) for it in error.diagnostics]


def work(text: str, folder: Path) -> int:
    """The calls that compiling a document takes."""
    return calls_of(lambda: answer(text, folder))


def calls_of(action: Callable[[], object]) -> int:
    """The calls that something takes, with no help of what was kept."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    with without_caches():
        sys.setprofile(count)
        try:
            action()
        finally:
            sys.setprofile(None)
    return calls


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_the_input_takes_at_most_three_times_the_work(shape: str, tmp_path: Path) -> None:
    size, make = SHAPES[shape]
    texts = make(size), make(2 * size)
    for text in texts:
        answer(text, tmp_path)  # what is made once for the program is made now
    once, twice = (work(text, tmp_path) for text in texts)
    assert 0 < twice <= 3 * once


@pytest.mark.parametrize("name", [name for name, shape in WORST.items() if shape.few])
def test_the_worst_within_the_limits_is_linear_too(name: str, tmp_path: Path) -> None:
    """Each shape of `fuzz/worst_cases.py` and its neighbours, small: `python -m fuzz.worst` has their seconds at the limits."""
    shape = WORST[name]
    done: list[int] = []
    for turn, size in enumerate((shape.few or 1, 2 * (shape.few or 1))):
        folder = tmp_path / str(turn)
        folder.mkdir()
        case = prepared(shape.make(size), folder)
        worst_answer(case, folder)  # what is made once for the program is made now
        done.append(calls_of(functools.partial(worst_answer, case, folder)))
    assert 0 < done[1] <= 3 * done[0]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_c_parser_changes_no_answer(shape: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("_ruamel_yaml")
    size, make = SHAPES[shape]
    with_c = answer(make(size), tmp_path)
    monkeypatch.setitem(sys.modules, "_ruamel_yaml", None)
    assert answer(make(size), tmp_path) == with_c
