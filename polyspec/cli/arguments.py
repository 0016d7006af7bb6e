"""The arguments that every command on a spec takes, and the run spec that they ask for."""

import argparse
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import polyspec
from polyspec.cli.progress import reporter
from polyspec.cli.telling import tell
from polyspec.discover import NAMES, default_file
from polyspec.errors import conceal
from polyspec.lint import LINT

FINE, WRONG_SPEC, WRONG_CALL = 0, 1, 2
INTERRUPTED = 130
"""The exit status of a run that the keyboard ended, as shells have it."""


class WrongCall(Exception):
    """An argument that cannot be taken; the message is the user's."""


def add_source(parser: argparse.ArgumentParser, *, many: bool = False) -> None:
    """Add what names a spec, or many, its layers and params, where its references lead, and who runs it."""
    add = parser.add_argument
    nargs, more = ("*", "; all specs of a folder") if many else ("?", "")
    help_ = f"a component or an operation{more}; by default the first of {', '.join(NAMES)}"
    add("file", nargs=nargs, metavar="FILE", help=help_)
    add("--url", metavar="URL", help="take the spec from an https URL")
    add("--hub", metavar="NAME", help="take the component from the hub: name, name:tag, owner/name:tag")
    add("-f", "--preset", metavar="PRESET", action="append", default=[], help="a layer over the file; again for more, in order")
    add("-P", "--param", metavar="NAME=VALUE", action="append", default=[], help="a param; again for more")
    for name in ("name", "description", "tags", "queue", "namespace"):
        add(f"--{name}", help=f"the {name} of the operation")
    add("--cache", action=argparse.BooleanOptionalAction, default=None, help="whether an earlier run may stand for this one")
    add("--approved", action=argparse.BooleanOptionalAction, default=None, help="whether a person has to approve it first")
    add("--strict-params", action=argparse.BooleanOptionalAction, default=None, help="refuse params that nothing declares")
    add_references(parser)
    group = parser.add_argument_group("who runs it")
    for name in ("owner", "project", "run-uuid", "run-name"):
        group.add_argument(f"--{name}", help="what templates see of it")


def add_references(parser: argparse.ArgumentParser) -> None:
    """Add what says where references lead."""
    add = parser.add_argument_group("where references lead").add_argument
    add("--mirror", metavar="PREFIX=FOLDER", action="append", default=[], help="a folder for URLs with a prefix")
    add("--allow-host", metavar="ORIGIN", action="append", default=[], help="a host beside the public ones: http://10.0.0.5:8000")
    add("--hub-base", metavar="BASE", help="the hub: a folder or an https URL")
    add("--preset-folder", metavar="FOLDER", help="where presets are that a spec names")
    add("--lock", metavar="PATH", help="the lock that holds them (default: polyspec.lock beside the file, if it is there)")
    add("--cache-folder", metavar="FOLDER", help="keep what was fetched there")
    add("--offline", action="store_true", help="open no connection")
    add("--root", metavar="FOLDER", help="the folder that pathRef may not leave")


def run_spec(arguments: argparse.Namespace) -> polyspec.RunSpec:
    """The run spec of the call; its warnings are told at once, but for those that only `check` looks for."""
    spec = compiled(arguments, source(arguments), LINT)
    tell(spec.warnings)
    return spec


def compiled(arguments: argparse.Namespace, named: str | Mapping[str, Any], silence: Collection[str]) -> polyspec.RunSpec:
    """The run spec of what is named, under the other arguments of the call. Raises `PolyspecError`."""
    return polyspec.compile(
        named,
        _params(arguments.param),
        presets=arguments.preset,
        resolvers=resolvers(arguments),
        lock=arguments.lock,
        context=_context(arguments),
        silence=silence,
        **_options(arguments),
    )


def source(arguments: argparse.Namespace) -> str | Mapping[str, Any]:
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
    return str(arguments.file) if arguments.file and not Path(arguments.file).is_dir() else default_of(arguments.file or ".")


def default_of(folder: str) -> str:
    """The default file of a folder. Raises `WrongCall` where there is none."""
    found = default_file(Path(folder))
    if found is None:
        raise WrongCall(f"name a file: there is no {NAMES[0]}.yaml, nor another default file, in {folder!r}")
    return str(found)


def _params(written: Sequence[str]) -> dict[str, str]:
    """The params of `-P name=value`: text, split at the first `=`; a name once (polyaxonfile section 6, flag parse)."""
    params: dict[str, str] = {}
    for text in written:
        name, value = pair(text, "-P", "name=value")
        if name in params:
            raise WrongCall(f"-P {name} is given twice")
        params[name] = value
    return params


def pair(text: str, option: str, form: str) -> tuple[str, str]:
    """The two sides of `NAME=VALUE`. Raises `WrongCall` that tells the option and its form."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise WrongCall(f"{option} takes {form}, not {conceal(text)!r}")
    return name, value


def resolvers(arguments: argparse.Namespace) -> polyspec.Resolvers:
    """The registry that the arguments ask for. Raises `WrongCall` for a host, a mirror or a hub that is none."""
    mirrors = dict(pair(mirror, "--mirror", "PREFIX=FOLDER") for mirror in arguments.mirror)
    try:
        found = polyspec.Resolvers.default(
            hosts=arguments.allow_host,
            mirrors=mirrors,
            hub=arguments.hub_base,
            cache=arguments.cache_folder,
            offline=arguments.offline,
            root=arguments.root,
            reporter=reporter(sys.stderr),
        )
    except ValueError as error:
        raise WrongCall(str(error)) from None
    if arguments.preset_folder is None:
        return found
    from polyspec.resolve import NamedPresets

    return found.with_resolver("presets", NamedPresets(arguments.preset_folder))


def _context(arguments: argparse.Namespace) -> polyspec.RunContext:
    written = {name: getattr(arguments, name) for name in ("owner", "project", "namespace", "run_uuid", "run_name")}
    return polyspec.RunContext(**{name: value for name, value in written.items() if value is not None})


def _options(arguments: argparse.Namespace) -> dict[str, Any]:
    names = ("name", "description", "tags", "queue", "namespace", "cache", "approved", "strict_params")
    return {name: getattr(arguments, name) for name in names if getattr(arguments, name) is not None}


def plural(count: int, word: str) -> str:
    """`1 reference`, `2 references`."""
    return f"{count} {word}{'' if count == 1 else 's'}"
