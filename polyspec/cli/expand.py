"""`polyspec expand`: list the runs of a matrix."""

import argparse
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from polyspec import RunSpec
from polyspec.cli.arguments import FINE, WrongCall, add_source, run_spec
from polyspec.errors import shortened, sounds_secret
from polyspec.source import to_json


def add(commands: Any) -> None:
    """Add the command to the subparsers."""
    parser = commands.add_parser("expand", help="list the runs of a matrix, in the order of the search")
    add_source(parser)
    parser.add_argument("-n", "--runs", type=int, metavar="COUNT", help="so many runs at most")
    help_ = "a line a run, or the run specs: YAML documents, or a line of JSON each"
    parser.add_argument("-o", "--output", choices=("text", "yaml", "json"), default="text", help=help_)
    parser.set_defaults(command=_expand)


def _expand(arguments: argparse.Namespace) -> int:
    if arguments.runs is not None and arguments.runs < 1:
        raise WrongCall(f"-n takes a count of one or more, not {arguments.runs}")
    spec = run_spec(arguments)
    swept = set(_swept(spec))
    for number, run in enumerate(islice(spec.expand(), arguments.runs), 1):
        if arguments.output == "text":
            print(" ".join([str(number), *(_shown(name, io.value) for name, io in _values(run).items() if name in swept)]))
        elif arguments.output == "yaml":
            print(f"---\n{run.to_yaml()}", end="")
        else:
            print(json.dumps(run.to_dict(), ensure_ascii=False))
    return FINE


def _swept(spec: RunSpec) -> Iterator[str]:
    """The names that the matrix gives."""
    matrix = spec.to_dict().get("matrix") or {}
    yield from matrix.get("params") or ()
    for values in matrix.get("values") or ():
        yield from values


def _values(run: RunSpec) -> dict[str, Any]:
    return {**run.contexts, **run.inputs}


def _shown(name: str, value: Any) -> str:
    """A value as a word of a line; one that goes by the name of a secret is not shown."""
    return f"{name}=***" if sounds_secret(name) else f"{name}={shortened(value if isinstance(value, str) else to_json(value))}"
