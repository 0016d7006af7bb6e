"""`polyspec schema`: write the JSON Schema of the language, for editors."""

import argparse
import json
from pathlib import Path
from typing import Any

import polyspec
from polyspec.cli.arguments import FINE, WrongCall


def add(commands: Any) -> None:
    """Add the command to the subparsers."""
    parser = commands.add_parser("schema", help="write the JSON Schema of components, operations and presets, for editors")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write it (default: stdout)")
    parser.set_defaults(command=_schema)


def _schema(arguments: argparse.Namespace) -> int:
    text = json.dumps(polyspec.schema(), indent=1, ensure_ascii=False)
    if arguments.output is None:
        print(text)
        return FINE
    try:
        Path(arguments.output).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise WrongCall(f"{arguments.output!r} cannot be written: {(error.strerror or type(error).__name__).lower()}") from None
    return FINE
