"""Strategies of broken input: documents mutated as texts and as trees, params, templates, and texts of no sense."""

import copy
import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from fuzz import seeds
from polyspec.render.filters import FILTERS, TESTS
from polyspec.tree import Path, at, walk
from tests.strategies import components, operations, runnables

Draw = Callable[[st.SearchStrategy[Any]], Any]

TOKENS = (
    "&a ", "*a", "<<: *a\n", "!!python/name:os.system ", "!!str ", "%YAML 1.1\n---\n", "---\n", "...\n", "? ",
    ": ", "- ", "[", "]",
    "{", "}", "{{", "}}", "{%", "%}", "{#", '"', "'", "|\n", ">-\n", "\t", "\r", "\n", "\x00", "\x1b[31m",
    "\u202e", "\ufeff", "\u2028",
    "\x85", "#", ",", "0x", "0b1", "1e999", ".inf", ".nan", "1:30", "0644", "~", "null", "no", "on", "=",
    "\\", "@", "`", "\U0001f600",
)  # fmt: skip
"""What is put into texts."""

LEAVES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2**63 - 1, -(2**63), 0.0, -0.0, 1e308, 5e-324, 0.1, "", " ", "a", "-", "--",
    "0", "1Gi", "500m", "1:2:3",
    "a:b:c", "a,b", "0:1:0.1", "1/2", "{{ x }}", "{{ params }}", "{{ params.as_args }}", "{{ globals }}",
    "{{ globals.uuid }}",
    "{{ connections }}", "{{ lr }}{{ lr }}", "{% for i in [1, 2] %}{{ i }}{% endfor %}", "{{ [1] }}",
    "{{ {'a': 1} }}", "{{ none }}",
    "{{", "{% if", "ops.a", "ops.a.outputs.x", "dag", "runs.0123456789abcdef0123456789abcdef", "outputs.loss",
    "inputs", "0 0 * * *",
    "2026-01-01T00:00:00Z", "P1D", "List[int]", "Dict[str, List[float]]", "Optional[Any]", "^(a+)+$",
    "[a-z]*", "https://a/b?c=d",
    "s3://a/b", "../../etc/passwd", "/dev/zero", "a" * 300, "\u202eabc", "\x1b[2J", "\U0001f600", [], {},
    [[]], [{}], {"a": None},
    {"value": 1}, {"kind": "job"}, {"kind": "dag"}, [1, "a", None], [[1, 2]], {"name": "a"},
    [{"name": "a"}, {"name": "a"}],
)  # fmt: skip
"""What is put in the place of values."""

KEYS = (
    "kind", "name", "value", "type", "inputs", "outputs", "params", "run", "component", "operations",
    "components", "dagRef", "pathRef",
    "urlRef", "hubRef", "matrix", "schedule", "hooks", "build", "runPatch", "patchStrategy", "presets",
    "joins", "events", "conditions",
    "dependencies", "container", "init", "sidecars", "connections", "environment", "plugins", "termination",
    "cache", "mounts", "template",
    "isList", "isOptional", "isFlag", "argFormat", "validation", "toInit", "toEnv", "contextOnly", "ref",
    "connection", "search", "query",
    "env", "args", "command", "image", "resources", "volumeMounts", "ports", "numRuns", "seed", "metric",
    "cron", "cost", "", "a", "{{ x }}",
)  # fmt: skip
"""What keys become."""

NAMES: dict[str, Any] = {
    "lr": 0.1,
    "epochs": 3,
    "name": "a text",
    "flag": True,
    "nothing": None,
    "items": [1, 2, 3],
    "words": ["b", "a", "B"],
    "mapping": {"a": {"b": [1, {"c": "d"}]}, "_hidden": 1},
    "globals": {"uuid": "u", "owner_name": "o"},
    "params": {"lr": {"value": 0.1, "as_arg": "--lr=0.1"}, "as_args": ["--lr=0.1"]},
    "long": "x" * 5000,
    "many": list(range(2000)),
}
"""What templates see."""

_WORDS = (
    *NAMES, *FILTERS, *TESTS, "default", "d", "if", "else", "elif", "endif", "for", "in", "endfor", "is",
    "not", "and", "or", "true", "none",
    "set", "block", "macro", "call", "filter", "include", "import", "raw", "endraw", "loop", "self",
    "__class__", "_x", "range", "x", "a.b",
    "1", "0", "2.5", "1e9", "99999999999999999999", "'a'", '"%s"', "''", "[1,2]", "{'a':1}", "()", "[0]",
    "[-1]", "[::-1]", "[1:]", "|", ".",
    ",", "+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", ">=", "(", ")", "[", "]", "{", "}", ":",
    "=", "\\", "\n", "{{", "}}",
    "{{-", "-}}", "{%", "%}", "{%-", "{#", "#}", "é", "\x00", "\u202e",
)  # fmt: skip


_GENERATED = runnables() | components() | operations()
"""Trees made from nothing; built once, for it takes time."""


def _paths(tree: Any) -> list[Path]:
    """Every path of a tree but its root, inner nodes too."""
    return sorted({path[:length] for path, _ in walk(tree) for length in range(1, len(path) + 1)}, key=str)


def leaves() -> st.SearchStrategy[Any]:
    """A value that is put in the place of another: odd ones, any JSON leaf, and parts of other documents."""
    anything = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    return st.one_of(st.sampled_from(LEAVES), st.sampled_from(LEAVES), anything, parts())


@st.composite
def parts(draw: Draw) -> Any:
    """A part of a document."""
    tree = draw(st.sampled_from(seeds.trees()))
    return at(tree, draw(st.sampled_from(_paths(tree))))


@st.composite
def trees(draw: Draw) -> Any:
    """A document with up to three of its values replaced, removed, renamed, repeated or wrapped."""
    tree = copy.deepcopy(draw(st.sampled_from(seeds.trees()) | _GENERATED))
    for _ in range(draw(st.sampled_from((0, 1, 1, 1, 2, 3)))):
        paths = _paths(tree)
        if paths:
            _mutate(draw, tree, draw(st.sampled_from(paths)))
    return tree


def _mutate(draw: Draw, tree: Any, path: Path) -> None:
    holder, step = at(tree, path[:-1]), path[-1]
    how = draw(
        st.sampled_from(
            ("replace", "alike", "alike", "alike", "alike", "remove", "rename", "add", "repeat", "repeat", "wrap", "move")
        )
    )
    if how == "replace":
        holder[step] = copy.deepcopy(draw(leaves()))
    elif how == "alike":
        alike = [leaf for leaf in LEAVES if type(leaf) is type(holder[step])]
        holder[step] = copy.deepcopy(draw(st.sampled_from(alike or LEAVES)))
    elif how == "remove":
        del holder[step]
    elif how == "wrap":
        holder[step] = draw(st.sampled_from(([holder[step]], {"value": holder[step]}, {"a": holder[step]}, [[holder[step]]])))
    elif how == "move":
        found = at(tree, draw(st.sampled_from(_paths(tree))))
        holder[step] = copy.deepcopy(found)
    elif isinstance(holder, dict):
        value = holder.pop(step) if how == "rename" else draw(leaves()) if how == "add" else holder[step]
        holder[draw(st.sampled_from(KEYS))] = copy.deepcopy(value)
    else:
        holder.extend(copy.deepcopy(holder[step]) for _ in range(draw(st.integers(1, 3))))


@st.composite
def texts(draw: Draw) -> str:
    """The text of a document with tokens put in, and with parts and lines taken out, doubled or moved."""
    text: str = draw(st.sampled_from(seeds.texts()) | trees().map(_dumped))
    for _ in range(draw(st.sampled_from((0, 1, 1, 2, 5)))):
        start = draw(st.integers(0, len(text)))
        size = draw(st.integers(0, 40))
        how = draw(st.sampled_from(("insert", "insert", "cut", "double", "line", "end")))
        if how == "insert":
            text = text[:start] + draw(st.sampled_from(TOKENS) | st.text(max_size=5)) + text[start:]
        elif how == "cut":
            text = text[:start] + text[start + size :]
        elif how == "double":
            text = text[:start] + text[start : start + size] * draw(st.integers(2, 30)) + text[start + size :]
        elif how == "end":
            text = text[: start or None]
        else:
            lines = text.split("\n")
            line = lines.pop(draw(st.integers(0, len(lines) - 1)))
            lines.insert(draw(st.integers(0, len(lines))), draw(st.sampled_from(("", " ", "  ", "- "))) + line)
            text = "\n".join(lines)
    return text


def _dumped(tree: Any) -> str:
    return json.dumps(tree, indent=1, ensure_ascii=False)


def noise() -> st.SearchStrategy[str]:
    """Texts of tokens and of anything."""
    return st.lists(st.sampled_from(TOKENS) | st.sampled_from(KEYS) | st.text(max_size=5), max_size=30).map("".join)


@st.composite
def params(draw: Draw, tree: Any) -> dict[str, Any]:
    """Params for the inputs of a document, and others."""
    ios = tree.get("inputs") if isinstance(tree, dict) else None
    named = [str(io["name"]) for io in ios if isinstance(io, dict) and "name" in io] if isinstance(ios, list) else []
    names = st.sampled_from([*named, *named, "lr", "a", ""])
    found: dict[str, Any] = draw(st.dictionaries(names, leaves(), max_size=4))
    return found


def templates() -> st.SearchStrategy[str]:
    """Expressions of the words of the language in any order, and the seeds with words put in."""
    words = st.lists(st.sampled_from(_WORDS), max_size=14).map(" ".join)
    tight = st.lists(st.sampled_from(_WORDS), max_size=14).map("".join)
    expressions = (words | tight).map(lambda text: "{{ " + text + " }}")
    blocks = (words | tight).map(lambda text: "{% " + text + " %}")
    return st.lists(expressions | blocks | words | st.sampled_from(seeds.templates()), min_size=1, max_size=4).map("".join)
