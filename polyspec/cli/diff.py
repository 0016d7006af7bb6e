"""`polyspec diff`: say what changes from one run spec to another, and where that comes from."""

import argparse
import json
from typing import Any

from polyspec.cli.arguments import FINE, WrongCall, add_source, run_spec
from polyspec.cli.explain import add_output, shifted, style


def add(commands: Any) -> None:
    """Add the command to the subparsers."""
    parser = commands.add_parser("diff", help="say what changes from one run spec to another, and where that comes from")
    add_source(parser)
    help_ = "another file, under the same options; without one, FILE is compared with and without its presets, params and options"
    parser.add_argument("other", nargs="?", metavar="OTHER", help=help_)
    add_output(parser)
    parser.set_defaults(command=_diff)


def _diff(arguments: argparse.Namespace) -> int:
    from polyspec.explain import difference_text

    arguments = shifted(arguments, "other")
    spec = run_spec(arguments)
    if arguments.other is not None:
        found = spec.diff(run_spec(_with(arguments, file=arguments.other, url=None, hub=None)))
    else:
        found = run_spec(_bare(arguments)).diff(spec)
    if arguments.output == "json":
        print(json.dumps(found.to_dict(), indent=2, ensure_ascii=False))
    elif found:
        print(difference_text(found, style()))
    return FINE


def _bare(arguments: argparse.Namespace) -> argparse.Namespace:
    """The same call without what it puts over its file."""
    options = ("name", "description", "tags", "queue", "namespace", "cache", "approved", "strict_params")
    bare = _with(arguments, preset=[], param=[], **dict.fromkeys(options))
    if bare == arguments:
        raise WrongCall("name two files, or presets, params or options whose effect is to be shown")
    return bare


def _with(arguments: argparse.Namespace, **changed: Any) -> argparse.Namespace:
    return argparse.Namespace(**{**vars(arguments), **changed})
