"""`polyspec compile`: print the run spec of a file."""

import argparse
from typing import Any

from polyspec.cli.arguments import FINE, add_source, run_spec


def add(commands: Any) -> None:
    """Add the command to the subparsers."""
    parser = commands.add_parser("compile", help="print the run spec of a file")
    add_source(parser)
    parser.add_argument("-o", "--output", choices=("yaml", "json"), default="yaml", help="how to print it")
    parser.set_defaults(command=_compile)


def _compile(arguments: argparse.Namespace) -> int:
    spec = run_spec(arguments)
    print(spec.to_json() if arguments.output == "json" else spec.to_yaml(), end="\n" if arguments.output == "json" else "")
    return FINE
