"""`polyspec lock`: write the lock of files, or hold it against them."""

import argparse
import os
from typing import TYPE_CHECKING, Any

import polyspec
from polyspec.cli.arguments import FINE, WrongCall, add_references, default_of, plural, resolvers
from polyspec.errors import printable

if TYPE_CHECKING:
    from polyspec.resolve.lock import Changes


def add(commands: Any) -> None:
    """Add the command to the subparsers."""
    parser = commands.add_parser("lock", help="write polyspec.lock: every reference of files, with the digest of its document")
    parser.add_argument("files", nargs="*", metavar="FILE", help="files to lock, beside those that the lock was made for")
    parser.add_argument("--check", action="store_true", help="write nothing, and say what differs")
    parser.add_argument(
        "--upgrade",
        nargs="?",
        const="*",
        action="append",
        default=[],
        metavar="NAME",
        help="take the document that a reference leads to now; of all without a name",
    )
    add_references(parser)
    parser.set_defaults(command=_lock)


def _lock(arguments: argparse.Namespace) -> int:
    from polyspec.locking import lock_place
    from polyspec.resolve import Lock, read_lock

    if arguments.check and arguments.upgrade:
        raise WrongCall("--check writes nothing, so there is nothing to --upgrade")
    found = resolvers(arguments)
    try:
        place = lock_place(arguments.files, arguments.lock)
        is_known = arguments.files or arguments.check or os.path.lexists(place)
        files = arguments.files if is_known else [default_of(".")]
        old = read_lock(place, merges=not arguments.check) if os.path.lexists(place) else None
        if arguments.check:
            lock = polyspec.check_lock(files, arguments.lock, resolvers=found)
        else:
            lock = polyspec.lock(files, arguments.lock, upgrade=arguments.upgrade, resolvers=found)
    except ValueError as error:
        named_files = any(os.path.isfile(name) for name in arguments.upgrade)
        raise WrongCall(f"{error} (files go before --upgrade)" if named_files else str(error)) from None
    print(f"{os.path.relpath(place)}: {plural(len(lock.entries), 'reference')}{', fine' if arguments.check else ''}")
    _print_changes((old or Lock(lock.folder)).changes(lock))
    return FINE


def _print_changes(changes: "Changes") -> None:
    for sign, entries in (("+", changes.added), ("-", changes.removed), ("~", changes.changed)):
        for entry in entries:
            print(f"{sign} {entry.kind}: {printable(entry.target)}")
