"""One call of the command line: the commands, and what their errors become."""

import argparse
import sys
from collections.abc import Callable, Sequence

import polyspec
from polyspec.cli.arguments import FINE, INTERRUPTED, WRONG_CALL, WRONG_SPEC, WrongCall
from polyspec.cli.check import add as add_check
from polyspec.cli.compile import add as add_compile
from polyspec.cli.diff import add as add_diff
from polyspec.cli.expand import add as add_expand
from polyspec.cli.explain import add as add_explain
from polyspec.cli.graph import add as add_graph
from polyspec.cli.lock import add as add_lock
from polyspec.cli.run import add as add_run
from polyspec.cli.schema import add as add_schema
from polyspec.cli.telling import tell
from polyspec.cli.vendor import add as add_vendor
from polyspec.errors import PolyspecError

COMMANDS = (
    add_compile,
    add_check,
    add_explain,
    add_diff,
    add_graph,
    add_expand,
    add_schema,
    add_run,
    add_lock,
    add_vendor,
)
"""What adds each command, in the order of the help. A command is a file of this room."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; what it has to say goes to stdout, what went wrong to stderr."""
    parser = _parser()
    try:
        arguments = parser.parse_args(argv)
    except SystemExit as exit_:  # argparse has printed the usage, or the help
        return exit_.code if isinstance(exit_.code, int) else WRONG_CALL
    try:
        command: Callable[[argparse.Namespace], int] = arguments.command
        return command(arguments)
    except WrongCall as error:
        print(f"polyspec: {error}", file=sys.stderr)
        return WRONG_CALL
    except PolyspecError as error:
        tell(error.diagnostics)
        return WRONG_SPEC
    except BrokenPipeError:  # whoever read the output has gone
        sys.stderr.close()
        return FINE
    except KeyboardInterrupt:
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="polyspec", description="The compiler for ML operation specs.")
    parser.add_argument("--version", action="version", version=f"polyspec {polyspec.__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for add in COMMANDS:
        add(commands)
    return parser
