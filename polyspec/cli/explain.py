"""`polyspec explain`: say where the values of a run spec come from."""

import argparse
import json
import os
import shutil
import sys
from typing import TYPE_CHECKING, Any

from polyspec.cli.arguments import FINE, add_source, run_spec
from polyspec.cli.telling import named_from_here

if TYPE_CHECKING:
    from polyspec.explain import Style

_CALL = {"<params>": "-P", "<options>": "--"}
"""The sources of what a call says, as the command line has them."""


def add(commands: Any) -> None:
    """Add the command to the subparsers."""
    parser = commands.add_parser("explain", help="say where the values of a run spec come from")
    add_source(parser)
    help_ = "the value to explain, such as run.container.args[0]; without one, the whole run spec"
    parser.add_argument("path", nargs="?", metavar="PATH", default="", help=help_)
    add_output(parser)
    parser.set_defaults(command=_explain)


def add_output(parser: argparse.ArgumentParser) -> None:
    """Add how to print what was found."""
    parser.add_argument("-o", "--output", choices=("text", "json"), default="text", help="how to print it")


def style() -> "Style":
    """As wide as the terminal and in colours, where there is one that wants them; files named from the working folder."""
    from polyspec.explain import Style

    is_terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if is_terminal else None
    return Style(width, is_terminal and not os.environ.get("NO_COLOR"), lambda uri: _CALL.get(uri) or named_from_here(uri))


def shifted(arguments: argparse.Namespace, name: str) -> argparse.Namespace:
    """The arguments, where --url or --hub names the spec: what stands first is then no FILE, but what comes after one."""
    if arguments.file is None or (arguments.url is None and arguments.hub is None) or getattr(arguments, name):
        return arguments
    return argparse.Namespace(**{**vars(arguments), "file": None, name: arguments.file})


def _explain(arguments: argparse.Namespace) -> int:
    from polyspec.explain import explanation_text

    arguments = shifted(arguments, "path")
    found = run_spec(arguments).explain(arguments.path)
    is_json = arguments.output == "json"
    print(json.dumps(found.to_dict(), indent=2, ensure_ascii=False) if is_json else explanation_text(found, style()))
    return FINE
