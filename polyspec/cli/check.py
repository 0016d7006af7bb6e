"""`polyspec check`: say what is wrong with files, and nothing else."""

import argparse
from typing import Any

from polyspec.cli.arguments import FINE, add_source, run_spec, source_name


def add(commands: Any) -> None:
    """Add the command to the subparsers."""
    parser = commands.add_parser("check", help="say what is wrong with files, and nothing else")
    add_source(parser)
    parser.set_defaults(command=_check)


def _check(arguments: argparse.Namespace) -> int:
    spec = run_spec(arguments)
    warned = f", {len(spec.warnings)} warning{'s' if len(spec.warnings) != 1 else ''}" if spec.warnings else ""
    print(f"{source_name(arguments)}: a {spec.kind}, fine{warned}")
    return FINE
