"""The steps that are measured: each a function without arguments. The bare parse of the same file is the measure of all."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

import polyspec
from polyspec.merge import POST_MERGE, merge
from polyspec.source import parse

FILE = Path(__file__).parent / "data" / "typed.yaml"
TEXT = FILE.read_text(encoding="utf-8")
LAYERS, NODES = 50, 1000

Step = Callable[[], Any]


def bare_parse() -> Any:
    """ruamel.yaml's C parser, and nothing else."""
    return YAML(typ="safe").load(TEXT)


def read() -> Any:
    """The text to a checked spec."""
    return polyspec.loads(TEXT)


def read_document() -> Any:
    """The text to a plain tree with limits, without a spec."""
    return parse(TEXT, "typed.yaml")


def compile_again() -> Any:
    """The same file with the same params, as a service does it all day."""
    return polyspec.compile(FILE, {"epochs": 1})


def compile_new_params() -> Step:
    """The same file, each time with params that were never seen."""
    seeds = count(1)
    return lambda: polyspec.compile(FILE, {"epochs": next(seeds), "learning_rate": 1 / next(seeds)})


def compile_and_hand_out() -> Any:
    """Compiled, and written as JSON with its digest."""
    spec = polyspec.compile(FILE, {"epochs": 1})
    return spec.digest, spec.to_json()


def refuse() -> Any:
    """A spec with a misspelt key: the error with its place and its text."""
    try:
        return polyspec.loads(TEXT.replace("workingDir", "workinDir"))
    except polyspec.PolyspecError as error:
        return str(error)


def merge_layers() -> Step:
    """Fifty patches over a document of a thousand nodes."""
    base = document(NODES)
    patches = [document(NODES // 10, start=layer * 7) for layer in range(LAYERS)]

    def merged() -> Any:
        tree: Any = base
        for patch in patches:
            tree = merge(tree, patch, POST_MERGE)
        return tree

    return merged


def document(nodes: int, start: int = 0) -> dict[str, Any]:
    """A tree of so many nodes: groups of ten settings."""
    groups = range(start, start + nodes // 10)
    return {f"group-{group}": {f"setting-{index}": group * index for index in range(9)} for group in groups}


STEPS: Mapping[str, Step] = {
    "bare parse (ruamel.yaml, C)": bare_parse,
    "read: text to tree": read_document,
    "read: text to checked spec": read,
    "compile, same file again": compile_again,
    "compile, new params": compile_new_params(),
    "compile, digest and JSON": compile_and_hand_out,
    "refuse a misspelt key": refuse,
    f"merge {LAYERS} layers over {NODES} nodes": merge_layers(),
}
"""What runs in this process, warm."""

PROGRAMS: Mapping[str, str] = {
    "start Python": "",
    "import polyspec": "import polyspec",
    "import and first compile": f"import polyspec; polyspec.compile({str(FILE)!r}, {{'epochs': 1}})",
}
"""What runs in a process of its own, cold."""


def run_program(program: str) -> None:
    """One program in a fresh interpreter."""
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
