"""The specs that are measured: real files, and sweeps, graphs and layers of a size."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
FILE = DATA / "typed.yaml"
"""The typed component of the quick start: nine inputs, 1.4 KB."""
TEXT = FILE.read_text(encoding="utf-8")
_NAMES = ("conv1_size", "conv2_size", "dropout", "hidden1_size", "learning_rate")


def fresh_texts() -> Iterator[str]:
    """The text of the file, each time with names that no text before had: neither it nor one of its templates was read before."""
    for number in count(1):
        text = TEXT
        for name in _NAMES:
            text = text.replace(name, f"{name}_{number}")
        yield text


def folder() -> Path:
    """A new folder, which is gone when the process ends."""
    path = tempfile.mkdtemp(prefix="polyspec-benchmark-")
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return Path(path)


def fresh_files(within: Path, many: int) -> list[Path]:
    """So many files of fresh texts."""
    files = [within / f"fresh-{number}.yaml" for number in range(many)]
    for file, text in zip(files, fresh_texts(), strict=False):
        file.write_text(text, encoding="utf-8")
    return files


def sweep(runs: int) -> dict[str, Any]:
    """An operation with a grid of two params and so many runs, over a component with templates."""
    component = {
        "inputs": [
            {"name": "lr", "type": "float"},
            {"name": "seed", "type": "int"},
            {"name": "name", "type": "str", "value": "a"},
        ],
        "run": {
            "kind": "job",
            "container": {"image": "train:{{ name }}", "args": ["--lr={{ lr }}", "--seed={{ seed }}", "{{ globals.uuid }}"]},
        },
    }
    params = {
        "lr": {"kind": "linspace", "value": {"start": 0.001, "stop": 0.1, "num": 100}},
        "seed": {"kind": "range", "value": {"start": 0, "stop": runs // 100, "step": 1}},
    }
    return {"kind": "operation", "component": component, "matrix": {"kind": "grid", "params": params}}


def graph(operations: int) -> dict[str, Any]:
    """A DAG: layers of ten operations, each of which takes the output of two of the layer before."""
    nodes = [_node(number) for number in range(operations)]
    return {"kind": "component", "run": {"kind": "dag", "operations": nodes, "components": [_TRAIN]}}


_TRAIN: dict[str, Any] = {
    "name": "train",
    "inputs": [{"name": "first", "type": "float", "value": 0.1}, {"name": "second", "type": "float", "value": 0.2}],
    "outputs": [{"name": "loss", "type": "float"}],
    "run": {"kind": "job", "container": {"image": "train", "args": ["{{ first }}", "{{ second }}"]}},
}


def _node(number: int) -> dict[str, Any]:
    node: dict[str, Any] = {"name": f"node-{number}", "dagRef": "train"}
    layer, place = divmod(number, 10)
    if layer:
        before = (layer - 1) * 10
        sources = (before + place, before + (place + 1) % 10)
        node["params"] = {
            name: {"ref": f"ops.node-{source}", "value": "outputs.loss"}
            for name, source in zip(("first", "second"), sources, strict=True)
        }
    return node


def tree(nodes: int, start: int = 0) -> dict[str, Any]:
    """A tree of so many nodes: groups of ten settings, the first of number `start`."""
    groups = range(start, start + nodes // 10)
    return {f"group-{group}": {f"setting-{index}": group * index for index in range(9)} for group in groups}


def layers(many: int, nodes: int) -> list[dict[str, Any]]:
    """A document of so many nodes, and patches over it, each of a tenth of its size."""
    return [tree(nodes), *(tree(nodes // 10, start=(layer * 7) % (nodes // 10)) for layer in range(many))]


def mixed() -> list[Any]:
    """Documents of many sorts: the file, a sweep, a graph, a service, a distributed run, one with presets."""
    pod = {"container": {"image": "train", "command": ["python3"], "args": ["{{ globals.uuid }}"]}}
    service = {"kind": "component", "run": {"kind": "service", "ports": [8080], **pod}}
    distributed = {"kind": "component", "run": {"kind": "tfjob", "worker": {"replicas": 4, **pod}, "chief": pod}}
    patched = {"kind": "operation", "component": service, "runPatch": {"container": {"resources": {"limits": {"cpu": 2}}}}}
    return [sweep(200), graph(20), service, distributed, patched]
