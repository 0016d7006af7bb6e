"""`polyspec graph`: print the operations of a DAG and what each waits for."""

import argparse
import json
from typing import Any

from polyspec.cli.arguments import FINE, add_source, run_spec
from polyspec.errors import Diagnostic, PolyspecError
from polyspec.runspec import Graph


def add(commands: Any) -> None:
    """Add the command to the subparsers."""
    parser = commands.add_parser("graph", help="print the operations of a DAG, level by level, and what each waits for")
    add_source(parser)
    choices = ("text", "json", "mermaid", "dot")
    parser.add_argument("-o", "--output", choices=choices, default="text", help="how to print it")
    parser.set_defaults(command=_graph)


def _graph(arguments: argparse.Namespace) -> int:
    spec = run_spec(arguments)
    if spec.kind != "dag":
        message = f"a run of kind `{spec.kind}` has no operations"
        raise PolyspecError([Diagnostic("not-a-dag", message, path=("run", "kind"), hint="name a spec whose run is a `dag`")])
    print(_WRITERS[arguments.output](spec.graph))
    return FINE


def _as_text(graph: Graph) -> str:
    """A line an operation: its level, its name, and what it waits for."""
    waits = {name: [edge.upstream for edge in graph.edges if edge.downstream == name] for level in graph.levels for name in level}
    width = max(map(len, waits))
    lines = []
    for number, level in enumerate(graph.levels, 1):
        for name in level:
            after = f"  after {', '.join(waits[name])}" if waits[name] else ""
            lines.append(f"{number}  {name.ljust(width) if after else name}{after}")
    return "\n".join(lines)


def _as_json(graph: Graph) -> str:
    edges = [{"upstream": edge.upstream, "downstream": edge.downstream} for edge in graph.edges]
    return json.dumps({"levels": [list(level) for level in graph.levels], "edges": edges}, indent=2, ensure_ascii=False)


def _as_mermaid(graph: Graph) -> str:
    numbers = _numbers(graph)
    nodes = [f'  n{number}["{name}"]' for name, number in numbers.items()]
    return "\n".join(
        ["flowchart TD", *nodes, *(f"  n{numbers[it.upstream]} --> n{numbers[it.downstream]}" for it in graph.edges)]
    )


def _as_dot(graph: Graph) -> str:
    numbers = _numbers(graph)
    nodes = [f'  n{number} [label="{name}"];' for name, number in numbers.items()]
    edges = [f"  n{numbers[it.upstream]} -> n{numbers[it.downstream]};" for it in graph.edges]
    return "\n".join(["digraph {", *nodes, *edges, "}"])


def _numbers(graph: Graph) -> dict[str, int]:
    return {name: number for number, name in enumerate(name for level in graph.levels for name in level)}


_WRITERS = {"text": _as_text, "json": _as_json, "mermaid": _as_mermaid, "dot": _as_dot}
