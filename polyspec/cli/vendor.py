"""`polyspec vendor`: copy files, their lock and every document that it holds into a new folder."""

import argparse
from typing import Any

import polyspec
from polyspec.cli.arguments import FINE, WrongCall, add_references, plural, resolvers


def add(commands: Any) -> None:
    """Add the command to the subparsers."""
    parser = commands.add_parser("vendor", help="copy files and every document that they are locked to into a new folder")
    parser.add_argument("files", nargs="*", metavar="FILE", help="the files to copy (default: those of the lock)")
    parser.add_argument(
        "-o", "--output", metavar="FOLDER", default="vendor", help="a new folder, or an empty one (default: vendor)"
    )
    add_references(parser)
    parser.set_defaults(command=_vendor)


def _vendor(arguments: argparse.Namespace) -> int:
    try:
        lock = polyspec.vendor(arguments.output, arguments.files, arguments.lock, resolvers=resolvers(arguments))
    except ValueError as error:
        raise WrongCall(str(error)) from None
    documents = len({entry.digest for entry in lock.entries})
    print(f"{arguments.output}: {plural(len(lock.files), 'file')}, {plural(documents, 'document')}")
    return FINE
