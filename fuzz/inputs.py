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


LOCKS = tuple(path.read_bytes() for path in sorted((seeds.CORPUS / "lock").iterdir()))
ADDRESSES = tuple(path.read_text(encoding="utf-8") for path in sorted((seeds.CORPUS / "address").iterdir()))
_LINES = (
    "<<<<<<< HEAD", "=======", ">>>>>>> x", "||||||| base", "version = 1", "version = 2", "[[reference]]", "files = [", "]",
    '"a.yaml",', 'kind = "hubRef"', 'target = "a"', 'target = "\\u0000"', 'digest = "sha256:0"', 'in = "x"',
    'copies = "documents"', 'copies = ".."', "[reference]", "a.b = 1", "# a", "\t",
)  # fmt: skip
_PARTS = (
    "https://", "http://", "HTTPS://", "file:///", "//", "/", "\\", "..", ".", "%2e", "%2F", "%", "%00", "@",
    "user:pw@", ":443", ":80", ":0",
    ":99999", "?a=b", "?", "#", "#sha256=" + "0" * 64, "@sha256:" + "A" * 64, "#sha256=1", "127.0.0.1", "2130706433",
    "0x7f.1", "[::1]",
    "[::ffff:10.0.0.1]", "[", "]", "localhost", "example.com", "EXAMPLE.com.", "a..b", "xn--a", "\u00e9", "\u3002",
    "\u2100", "\t", "\n", "\x00",
    " ", ";", "&", "~", "name:tag", "owner/name", "a.yaml", "../a.yaml", "/etc/passwd",
)  # fmt: skip
_HEADERS = (
    "Content-Length: 3", "Content-Length: -1", "Content-Length: 9999999999", "Content-Length: 3, 3", "content-length: 0x3",
    "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked", "Content-Encoding: gzip", "Content-Encoding: identity",
    "Content-Type: text/plain", "Content-Type: text/html", "Content-Type: text/yaml; charset=utf-16", "Content-Type: ;;;",
    "Location: /said", "Location: https://127.0.0.1/x", "Location: http://169.254.169.254/", "Location: //a",
    "Location: :", "Location:",
    "ETag: \"1\"", "ETag: W/", "Retry-After: 1", "Retry-After: x", "Retry-After: Wed, 21 Oct 2099 07:28:00 GMT",
    "Set-Cookie: a=b",
    "X: " + "a" * 70000, "no colon", ": none", "\x00: \x00", "Connection: keep-alive", "Content-Range: bytes 0-1/9",
)  # fmt: skip


def locks() -> st.SearchStrategy[bytes]:
    """The text of a lock with lines and bytes put in, taken out or twice in it."""

    @st.composite
    def mutated(draw: Draw) -> bytes:
        lines = draw(st.sampled_from(LOCKS)).split(b"\n")
        for _ in range(draw(st.integers(0, 5))):
            place, how = draw(st.integers(0, len(lines))), draw(st.integers(0, 3))
            if how == 0:
                lines.insert(place, draw(st.sampled_from(_LINES)).encode())
            elif how == 1:
                del lines[place : place + 1]
            elif how == 2:
                lines[place:place] = lines[draw(st.integers(0, len(lines))) : place + 3]
            else:
                lines[place : place + 1] = [draw(st.text(max_size=20)).encode()]
        return b"\n".join(lines)

    return mutated() | mutated() | mutated() | st.binary(max_size=60)


def addresses() -> st.SearchStrategy[str]:
    """Parts of URLs and of references in any order, and addresses that are changed."""
    parts = st.lists(st.sampled_from(_PARTS) | st.text(max_size=4), max_size=8).map("".join)

    @st.composite
    def changed(draw: Draw) -> str:
        text: str = draw(st.sampled_from(ADDRESSES))
        place = draw(st.integers(0, len(text)))
        added: str = draw(st.sampled_from(_PARTS) | st.text(max_size=2))
        return text[:place] + added + text[place + draw(st.integers(0, 2)) :]

    return parts | parts.map("https://".__add__) | changed()


def answers() -> st.SearchStrategy[bytes]:
    """What a server might say: a status, headers and a body, each right or wrong, whole or cut off."""
    rare = st.sampled_from(("204 No", "206 Partial", "301 Moved", "304 Not", "404 None", "503 Busy", "999 ?", "2 0", ""))
    usual = st.sampled_from(("HTTP/1.1 200 OK",) * 12 + ("HTTP/1.0 200", "HTTP/9 200 OK", "ICY 200 OK", "HTTP/1.1 "))
    status = usual | usual | rare.map("HTTP/1.1 ".__add__) | st.text(max_size=6).map("HTTP/1.1 200".__add__)
    body = st.sampled_from(
        (b"", b"a: 1", b"\xff\xfe", b"3\r\na: \r\n0\r\n\r\n", b"zz\r\n", b"f" * 20 + b"\r\n", b"a" * 5000)
    ) | st.binary(max_size=30)

    @st.composite
    def said(draw: Draw) -> bytes:
        lines = [draw(status), *draw(st.lists(st.sampled_from(_HEADERS), max_size=4))]
        text = draw(body)
        lines += [f"Content-Length: {len(text)}"] if draw(st.booleans()) else []
        whole: bytes = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + text
        return whole[: draw(st.integers(0, len(whole)))] if draw(st.integers(0, 4)) == 0 else whole

    return said() | said() | said() | said() | st.binary(max_size=40)
