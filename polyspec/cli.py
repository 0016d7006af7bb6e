"""The command line: a thin skin over the library. Arguments in, text out; the only print, the only exit status.

Exit status: 0 fine, 1 the spec is wrong (diagnostics on stderr), 2 the call is wrong. `run` passes on that of the command.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

import polyspec
from polyspec.discover import NAMES, default_file
from polyspec.errors import Diagnostic, Location, PolyspecError, report

FINE, WRONG_SPEC, WRONG_CALL = 0, 1, 2
INTERRUPTED = 130
"""The exit status of a run that the keyboard ended, as shells have it."""


class WrongCall(Exception):
    """An argument that cannot be taken; the message is the user's."""


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
        _tell(error.diagnostics)
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
    compile_ = commands.add_parser("compile", help="print the run spec of a file")
    _add_source(compile_)
    compile_.add_argument("-o", "--output", choices=("yaml", "json"), default="yaml", help="how to print it")
    compile_.set_defaults(command=_compile)
    check = commands.add_parser("check", help="say what is wrong with files, and nothing else")
    _add_source(check)
    check.set_defaults(command=_check)
    run = commands.add_parser("run", help="compile a file and run it on this machine")
    _add_source(run)
    _add_run(run)
    run.set_defaults(command=_run)
    return parser


def _add_source(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("file", nargs="?", metavar="FILE", help=f"a component or an operation; by default the first of {', '.join(NAMES)}")
    add("--url", metavar="URL", help="take the spec from an https URL")
    add("--hub", metavar="NAME", help="take the component from the hub: name, name:tag, owner/name:tag")
    add("-f", "--preset", metavar="PRESET", action="append", default=[], help="a layer over the file; again for more, in order")
    add("-P", "--param", metavar="NAME=VALUE", action="append", default=[], help="a param; again for more")
    for name in ("name", "description", "tags", "queue", "namespace"):
        add(f"--{name}", help=f"the {name} of the operation")
    add("--cache", action=argparse.BooleanOptionalAction, default=None, help="whether an earlier run may stand for this one")
    add("--approved", action=argparse.BooleanOptionalAction, default=None, help="whether a person has to approve it first")
    add("--strict-params", action=argparse.BooleanOptionalAction, default=None, help="refuse params that nothing declares")
    group = parser.add_argument_group("where references lead")
    group.add_argument("--mirror", metavar="PREFIX=FOLDER", action="append", default=[], help="a folder for URLs with a prefix")
    group.add_argument("--hub-base", metavar="BASE", help="the hub: a folder or an https URL")
    group.add_argument("--offline", action="store_true", help="open no connection")
    group.add_argument("--root", metavar="FOLDER", help="the folder that pathRef may not leave")
    group = parser.add_argument_group("who runs it")
    for name in ("owner", "project", "run-uuid", "run-name"):
        group.add_argument(f"--{name}", help="what templates see of it")


def _add_run(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("how to run it")
    group.add_argument("--runs", metavar="FOLDER", default="runs", help="where run folders go (default: runs)")
    group.add_argument("--ignore", metavar="WORD", action="append", default=[], help="go on without what cannot be done here")
    group.add_argument("--store", metavar="NAME=FOLDER", action="append", default=[], help="the folder of an artifacts store")
    group.add_argument("--ignore-template", action="store_true", help="run a spec that is marked as a template")
    group.add_argument("--workdir", metavar="FOLDER", help="where a command without a workingDir runs")


def _compile(arguments: argparse.Namespace) -> int:
    spec = _run_spec(arguments)
    print(spec.to_json() if arguments.output == "json" else spec.to_yaml(), end="\n" if arguments.output == "json" else "")
    return FINE


def _check(arguments: argparse.Namespace) -> int:
    spec = _run_spec(arguments)
    warned = f", {len(spec.warnings)} warning{'s' if len(spec.warnings) != 1 else ''}" if spec.warnings else ""
    print(f"{_source_name(arguments)}: a {spec.kind}, fine{warned}")
    return FINE


def _run(arguments: argparse.Namespace) -> int:
    from polyspec.executors import LocalExecutor

    spec = _run_spec(arguments)
    _refuse_template(spec, ignored=arguments.ignore_template)
    stores = dict(_pair(store, "--store", "NAME=FOLDER") for store in arguments.store)
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
        _tell(run.error.diagnostics)
    print(f"{run.status}: {run.folder}", file=sys.stderr)
    return run.exit_code if run.exit_code is not None else WRONG_SPEC


def _refuse_template(spec: polyspec.RunSpec, *, ignored: bool) -> None:
    """A spec that is marked as a template is to be filled in first (polyaxonfile section 4, `template`)."""
    template = spec.to_dict().get("template") or {}
    if template.get("enabled") is True and not ignored:
        fields = f": {', '.join(template['fields'])}" if isinstance(template.get("fields"), list) else ""
        hint = f"fill it in{fields}, or run it as it is with `--ignore-template`"
        raise PolyspecError([Diagnostic("template-spec", "this spec is marked as a template", path=("template",), hint=hint)])


def _run_spec(arguments: argparse.Namespace) -> polyspec.RunSpec:
    """The run spec of the call; its warnings are told at once."""
    spec = polyspec.compile(
        _source(arguments),
        _params(arguments.param),
        presets=arguments.preset,
        resolvers=_resolvers(arguments),
        context=_context(arguments),
        **_options(arguments),
    )
    _tell(spec.warnings)
    return spec


def _tell(diagnostics: Sequence[Diagnostic]) -> None:
    if diagnostics:
        print(report([_nearby(diagnostic) for diagnostic in diagnostics]), file=sys.stderr)


def _nearby(diagnostic: Diagnostic) -> Diagnostic:
    """The diagnostic with files under the working folder named from there, as the user named them."""
    notes = tuple(attrs.evolve(note, location=_from_here(note.location)) for note in diagnostic.notes)
    return attrs.evolve(diagnostic, location=_from_here(diagnostic.location), notes=notes)


def _from_here(location: Location | None) -> Location | None:
    if location is None or not Path(location.file).is_absolute() or not Path(location.file).is_relative_to(Path.cwd()):
        return location
    return attrs.evolve(location, file=str(Path(location.file).relative_to(Path.cwd())))


def _source(arguments: argparse.Namespace) -> str | Mapping[str, Any]:
    """What the call names: one of a file, a URL, a component of the hub, or the default file of this folder."""
    named = [name for name in (arguments.file, arguments.url, arguments.hub) if name is not None]
    if len(named) > 1:
        raise WrongCall("name a file, --url or --hub, and only one of them")
    if arguments.hub is not None:
        return {"kind": "operation", "hubRef": arguments.hub}
    if arguments.url is not None:
        if not arguments.url.startswith("https://"):
            raise WrongCall("--url takes an https URL")
        return str(arguments.url)
    return str(arguments.file) if arguments.file and not Path(arguments.file).is_dir() else _default(arguments.file or ".")


def _default(folder: str) -> str:
    found = default_file(Path(folder))
    if found is None:
        raise WrongCall(f"name a file: there is no {NAMES[0]}.yaml, nor another default file, in {folder!r}")
    return str(found)


def _source_name(arguments: argparse.Namespace) -> str:
    source = _source(arguments)
    return source if isinstance(source, str) else str(arguments.hub)


def _params(written: Sequence[str]) -> dict[str, str]:
    """The params of `-P name=value`: text, split at the first `=`; a name once (polyaxonfile section 6, flag parse)."""
    params: dict[str, str] = {}
    for text in written:
        name, value = _pair(text, "-P", "name=value")
        if name in params:
            raise WrongCall(f"-P {name} is given twice")
        params[name] = value
    return params


def _pair(text: str, option: str, form: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise WrongCall(f"{option} takes {form}, not {text!r}")
    return name, value


def _resolvers(arguments: argparse.Namespace) -> polyspec.Resolvers:
    mirrors = dict(_pair(mirror, "--mirror", "PREFIX=FOLDER") for mirror in arguments.mirror)
    try:
        return polyspec.Resolvers.default(mirrors=mirrors, hub=arguments.hub_base, offline=arguments.offline, root=arguments.root)
    except ValueError as error:
        raise WrongCall(str(error)) from None


def _context(arguments: argparse.Namespace) -> polyspec.RunContext:
    written = {name: getattr(arguments, name) for name in ("owner", "project", "namespace", "run_uuid", "run_name")}
    return polyspec.RunContext(**{name: value for name, value in written.items() if value is not None})


def _options(arguments: argparse.Namespace) -> dict[str, Any]:
    names = ("name", "description", "tags", "queue", "namespace", "cache", "approved", "strict_params")
    return {name: getattr(arguments, name) for name in names if getattr(arguments, name) is not None}
