"""From the wire format of a run spec to the job of one process, or to every reason why it is not one."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal

from polyspec.errors import Problem, Rejected
from polyspec.executors.base import ContextLike, Submittable
from polyspec.executors.catalogue import MOUNTED, Catalogue
from polyspec.executors.environment import as_text, run_variables
from polyspec.executors.findings import Finding, Gap, Note, noted, refused
from polyspec.executors.init import Clone, Copy, InitReader, Step, WriteFile, init_mounts
from polyspec.executors.paths import Mount, normal, within
from polyspec.executors.support import Wire, findings_of, kind_problems, words
from polyspec.record import record
from polyspec.tree import walk

CONTEXT: Final = Path("context")
"""The folder of a run that stands for the context path, `/plx-context`."""

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


@record
class Job:
    """One process with what comes before it, in the paths of the container; only `Workspace` knows those of this machine.

    `own` mounts lie in the folder of the run, `stores` are folders that were there before. `variables` are the environment
    in order, to be expanded; `data` are the values of params, which never are. `timeout` is in seconds.
    """

    uuid: str
    artifacts: str
    argv: tuple[str, ...]
    variables: tuple[tuple[str, str], ...]
    data: tuple[tuple[str, str], ...]
    working_dir: str | None
    steps: tuple[Step, ...]
    own: tuple[Mount, ...]
    stores: tuple[Mount, ...]
    kind: Literal["job", "service"]
    timeout: float | None
    retries: int
    notes: tuple[str, ...]


@record
class Site:
    """What this machine has for a run, and what the caller agreed to go without (words of `IGNORABLE`).

    `root` is the context path as the spec knows it.
    """

    catalogue: Catalogue
    root: str
    ignore: frozenset[str]


def read_job(spec: Submittable, site: Site) -> Job:
    """The job of a spec. Raises `Rejected` with everything that this machine cannot do for it."""
    wire, context = spec.to_dict(), spec.context
    uuid = context.run_uuid or _named_uuid(wire, site.root) or spec.digest.rpartition(":")[2][:32]
    artifacts = normal(posixpath.join(site.root, "artifacts", context.run_path or uuid))
    if problems := [*kind_problems(wire), *_name_problems(uuid, artifacts, site)]:
        raise Rejected(problems)
    run, termination = wire["run"], wire.get("termination") or {}
    own = (Mount(site.root, CONTEXT), *init_mounts(run.get("init") or [], site.root))
    read: list[Step | Mount | Finding] = [*findings_of(wire), *_init(run, own, site), *_connections(wire, site.catalogue)]
    findings = [found for found in read if isinstance(found, Problem | Gap | Note)]
    if problems := refused(findings, site.ignore):
        raise Rejected(problems)
    container = run["container"]
    return Job(
        uuid=uuid,
        artifacts=artifacts,
        argv=(*words(container["command"], split=True), *words(container.get("args"), split=False)),
        variables=tuple(_variables(wire, context, site, uuid)),
        data=tuple(_data(wire)),
        working_dir=container.get("workingDir") or None,
        steps=tuple(found for found in read if isinstance(found, Clone | Copy | WriteFile)),
        own=own,
        stores=tuple(found for found in read if isinstance(found, Mount)),
        kind=run["kind"],
        timeout=termination.get("timeout") or None,
        retries=termination.get("maxRetries") or 0,
        notes=tuple(noted(findings, site.ignore)),
    )


def _named_uuid(wire: Wire, root: str) -> str | None:
    """The uuid in the artifacts path of the spec, where it names just one: for a spec whose context does not say it."""
    path = re.compile(re.escape(f"{root}/artifacts/") + "([0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12})(?![^/])")
    named = {match[1] for _, leaf in walk(wire) if isinstance(leaf, str) for match in path.finditer(leaf)}
    return named.pop() if len(named) == 1 else None


def _name_problems(uuid: str, artifacts: str, site: Site) -> Iterator[Problem]:
    """The uuid and the path of a run become folders: they must be names, and lead nowhere else."""
    if not _NAME.fullmatch(uuid):
        yield Problem("executor-run-name", "the uuid of the run can be no folder: expected letters, digits, `.`, `_` and `-`")
    top = f"{site.root}/artifacts"
    if artifacts == top or not within(artifacts, top):
        yield Problem("executor-run-name", "the path of the run leads out of the artifacts folder")


def _init(run: Mapping[str, Any], own: tuple[Mount, ...], site: Site) -> Iterator[Step | Finding]:
    reader = InitReader(site.catalogue, f"{site.root}/artifacts", own)
    for index, entry in enumerate(run.get("init") or []):
        yield from reader.read(entry, ("run", "init", index))


def _requested(wire: Wire, catalogue: Catalogue) -> list[str]:
    """The connections of the main process; the artifacts store is among them as Polyaxon has it."""
    names, plugins = list(wire["run"].get("connections") or []), wire.get("plugins") or {}
    wants_store = plugins.get("collectArtifacts") is False or plugins.get("mountArtifactsStore")
    if catalogue.default is not None and wants_store and catalogue.default.name not in names:
        names.append(catalogue.default.name)
    return names


def _connections(wire: Wire, catalogue: Catalogue) -> Iterator[Mount | Finding]:
    for index, name in enumerate(_requested(wire, catalogue)):
        path = ("run", "connections", index)
        kind, connection = catalogue.kind(name), catalogue.connections.get(name)
        if kind is None:
            yield catalogue.unknown(name, path)
        elif kind in MOUNTED and (prefix := catalogue.schema(name).get("mountPath")):
            folder = catalogue.folder(name, path)
            yield folder if isinstance(folder, Problem) else Mount(prefix, folder)
        if getattr(connection, "secret", None) or getattr(connection, "config_map", None):
            yield Gap("connections", f"the secret of the connection `{name}` is in a cluster", path)


def _variables(wire: Wire, context: ContextLike, site: Site, uuid: str) -> Iterator[tuple[str, str]]:
    """The environment in the order of Polyaxon's converters, where the later of two counts."""
    for item in wire["run"]["container"].get("env") or []:
        if not item.get("valueFrom"):
            yield item["name"], "" if item.get("value") is None else as_text(item["value"])
    yield from run_variables(wire, context, uuid, site.root)
    for name in _requested(wire, site.catalogue):
        given = getattr(site.catalogue.connections.get(name), "env", None) or []
        for key, value in given.items() if isinstance(given, Mapping) else given:
            yield key, as_text(value)


def _data(wire: Wire) -> Iterator[tuple[str, str]]:
    for entry in (entry for key in ("inputs", "outputs", "contexts") for entry in wire.get(key) or []):
        if entry.get("toEnv") and entry.get("value") is not None:
            yield entry["toEnv"], as_text(entry["value"])
