"""`polyspec run`: compile a file and run it on this machine."""

import argparse
import sys
from typing import Any

import polyspec
from polyspec.cli.arguments import INTERRUPTED, WRONG_SPEC, add_source, pair, run_spec
from polyspec.cli.telling import tell
from polyspec.errors import Diagnostic, PolyspecError


def add(commands: Any) -> None:
    """Add the command to the subparsers."""
    parser = commands.add_parser("run", help="compile a file and run it on this machine")
    add_source(parser)
    _add_run(parser)
    parser.set_defaults(command=_run)


def _add_run(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("how to run it")
    group.add_argument("--runs", metavar="FOLDER", default="runs", help="where run folders go (default: runs)")
    group.add_argument("--ignore", metavar="WORD", action="append", default=[], help="go on without what cannot be done here")
    group.add_argument("--store", metavar="NAME=FOLDER", action="append", default=[], help="the folder of an artifacts store")
    group.add_argument("--ignore-template", action="store_true", help="run a spec that is marked as a template")
    group.add_argument("--workdir", metavar="FOLDER", help="where a command without a workingDir runs")


def _run(arguments: argparse.Namespace) -> int:
    from polyspec.executors import LocalExecutor

    spec = run_spec(arguments)
    _refuse_template(spec, ignored=arguments.ignore_template)
    stores = dict(pair(store, "--store", "NAME=FOLDER") for store in arguments.store)
    executor = LocalExecutor(arguments.runs, stores=stores, ignore=arguments.ignore, working_dir=arguments.workdir)
    run = executor.submit(spec)
    try:
        for line in run.logs(follow=True):
            print(line.rstrip("\n"), flush=True)
        run.wait()
    except KeyboardInterrupt:
        run.stop()
        return INTERRUPTED
    for note in run.notes:
        print(f"note: {note}", file=sys.stderr)
    if run.error is not None and run.exit_code in (None, 0):
        tell(run.error.diagnostics)
    print(f"{run.status}: {run.folder}", file=sys.stderr)
    return run.exit_code if run.exit_code is not None else WRONG_SPEC


def _refuse_template(spec: polyspec.RunSpec, *, ignored: bool) -> None:
    """A spec that is marked as a template is to be filled in first (polyaxonfile section 4, `template`)."""
    template = spec.to_dict().get("template") or {}
    if template.get("enabled") is True and not ignored:
        fields = f": {', '.join(template['fields'])}" if isinstance(template.get("fields"), list) else ""
        hint = f"fill it in{fields}, or run it as it is with `--ignore-template`"
        raise PolyspecError([Diagnostic("template-spec", "this spec is marked as a template", path=("template",), hint=hint)])
