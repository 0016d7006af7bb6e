"""`polyspec check`: say what is wrong with files and folders, and nothing else."""

import argparse
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

import polyspec
from polyspec.cli.arguments import FINE, WRONG_SPEC, WrongCall, add_source, compiled, plural, source
from polyspec.cli.machine import as_json, as_sarif
from polyspec.cli.telling import nearby, tell
from polyspec.discover import EXTENSIONS
from polyspec.errors import Diagnostic, PolyspecError
from polyspec.lint import silenced
from polyspec.record import record
from polyspec.source import read_text

_SIGNS = frozenset({"kind", "run", "runPatch", "component", "container", "hubRef", "pathRef", "urlRef", "isPreset"})
"""Keys of a mapping that may be a spec."""
_COMPILED = "compiled_operation"


@record
class _Checked:
    """What was looked at: its name, the kind of its run where it compiles, and what there is to say."""

    name: str
    kind: str | None = None
    diagnostics: Sequence[Diagnostic] = ()

    @property
    def is_fine(self) -> bool:
        return not any(it.severity == "error" for it in self.diagnostics)


def add(commands: Any) -> None:
    """Add the command to the subparsers."""
    parser = commands.add_parser("check", help="say what is wrong with files and folders, and nothing else")
    add_source(parser, many=True)
    parser.add_argument("-o", "--output", choices=("text", "json", "sarif"), default="text", help="how to say it")
    help_ = "leave out the warnings with this code; again for more"
    parser.add_argument("--silence", metavar="CODE", action="append", default=[], help=help_)
    parser.set_defaults(command=_check)


def _check(arguments: argparse.Namespace) -> int:
    try:
        silenced(arguments.silence)
    except ValueError as error:
        raise WrongCall(str(error)) from None
    files, folders = _named(arguments)
    checked = [_of_file(arguments, name) for name in files]
    checked += [it for folder in folders for path in _in_folder(folder) for it in _of_folder(arguments, path)]
    told = list({(it.code, it.message, it.location, it.path): it for each in checked for it in each.diagnostics}.values())
    if arguments.output == "text":
        _say(checked, told, is_one=len(files) == 1 and not folders)
    else:
        writer = as_json if arguments.output == "json" else as_sarif
        print(writer([nearby(it) for it in told], [it.name for it in checked]))
    return FINE if all(it.is_fine for it in checked) else WRONG_SPEC


def _say(checked: Sequence[_Checked], told: Sequence[Diagnostic], *, is_one: bool) -> None:
    """The diagnostics on stderr; then, of one file, what it is, and of more, how many of them are fine."""
    tell(told)
    errors = sum(it.severity == "error" for it in told)
    warnings = len(told) - errors
    if not is_one:
        fine = sum(it.is_fine for it in checked)
        counts = f"{plural(errors, 'error')}, {plural(warnings, 'warning')}"
        print(f"{plural(len(checked), 'file')}: {fine} fine, {len(checked) - fine} wrong; {counts}")
    elif not errors:
        warned = f", {plural(warnings, 'warning')}" if warnings else ""
        print(f"{checked[0].name}: a {checked[0].kind}, fine{warned}")


def _named(arguments: argparse.Namespace) -> tuple[list[str | Mapping[str, Any]], list[str]]:
    """What the call names: files, or what stands for one, and folders."""
    folders = [name for name in arguments.file if Path(name).is_dir()]
    files = [name for name in arguments.file if name not in folders]
    if len(arguments.file) > 1 and (arguments.url or arguments.hub):
        raise WrongCall("name files, --url or --hub, and only one of them")
    if folders and not files:
        return [], folders
    one = [_as_one(arguments, name) for name in (files or [None])]
    return [source(it) for it in one], folders


def _as_one(arguments: argparse.Namespace, name: str | None) -> argparse.Namespace:
    return argparse.Namespace(**{**vars(arguments), "file": name})


def _of_file(arguments: argparse.Namespace, named: str | Mapping[str, Any]) -> _Checked:
    name = named if isinstance(named, str) else str(arguments.hub)
    try:
        spec = compiled(arguments, named, arguments.silence)
    except PolyspecError as error:
        return _Checked(name, None, error.diagnostics)
    return _Checked(name, spec.kind, spec.warnings)


def _in_folder(folder: str) -> Iterator[Path]:
    """The documents below a folder, in the order of their names; nothing hidden."""
    for base, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(base, name) for name in sorted(files) if name.rpartition(".")[2] in EXTENSIONS and name[0] != ".")


def _of_folder(arguments: argparse.Namespace, path: Path) -> Iterator[_Checked]:
    """A document of a folder, checked as what it is; one that is no spec is passed over.

    A preset is checked by itself, and a component without the params that only who uses it has.
    """
    name = str(path)
    try:
        tree = read_text(path.read_bytes(), os.path.abspath(path)).tree
    except PolyspecError as error:
        yield _Checked(name, None, error.diagnostics)
        return
    except OSError:
        return
    if not isinstance(tree, dict) or "apiVersion" in tree or _SIGNS.isdisjoint(tree) or tree.get("kind") == _COMPILED:
        return
    if tree.get("isPreset") is True:
        yield _of_preset(name)
        return
    found = _of_file(arguments, name)
    is_component = tree.get("kind") == "component"
    left_out = [it for it in found.diagnostics if is_component and it.code == "missing-param"]
    yield attrs.evolve(found, diagnostics=[it for it in found.diagnostics if it not in left_out])


def _of_preset(name: str) -> _Checked:
    try:
        polyspec.load(name)
    except PolyspecError as error:
        return _Checked(name, None, error.diagnostics)
    return _Checked(name, "preset")
