"""What the init steps of a run are, and how they are read. Destinations and defaults: as Polyaxon's converters have them."""

import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

from polyspec.errors import Problem, did_you_mean
from polyspec.executors.catalogue import REPOSITORIES, Catalogue
from polyspec.executors.findings import Finding, Gap, Note
from polyspec.executors.paths import Mount, covering, normal, within
from polyspec.record import record
from polyspec.tree import Path as SpecPath


@record
class Clone:
    """A repository to clone into `target`, at `revision` where one is named. Flags are in the form `--name=value`."""

    path: SpecPath
    url: str
    revision: str | None
    flags: tuple[str, ...]
    target: str


@record
class WriteFile:
    """A file to write; `mode` is what `chmod` was told, in text."""

    path: SpecPath
    target: str
    content: str
    mode: str | None


@record
class Item:
    """A file or a folder of a store, and the path that its copy gets."""

    source: str
    target: str
    kind: Literal["file", "dir", "any"]


@record
class Copy:
    """Files and folders to copy out of the store called `name`, which is the folder `store` on this machine."""

    path: SpecPath
    name: str
    store: Path
    items: tuple[Item, ...]


Step = Clone | WriteFile | Copy
"""An init step that this machine can do; targets are paths of the container."""

MODE: Final = re.compile(r"0?[0-7]{3}|[ugoa]*[+=-][rwx]+(,[ugoa]*[+=-][rwx]+)*")
"""What `chmod` of a file may say: `755`, `+x`, `u+x,go-w`."""

_TRANSPORT: Final = re.compile(r"([A-Za-z0-9+.-]*)(::|://)")
_TRANSPORTS: Final = frozenset({"file", "git", "http", "https", "ssh"})

_NEED_MORE: Final = {
    "dockerfile": "`dockerfile` needs Polyaxon's own container",
    "tensorboard": "`tensorboard` needs Polyaxon's server",
    "lineageRef": "`lineageRef` needs Polyaxon's server",
    "modelRef": "`modelRef` needs Polyaxon's server",
    "artifactRef": "`artifactRef` needs Polyaxon's server",
}
EXPERIMENTAL_FETCH: Final = "--experimental-fetch"
"""Polyaxon's own flag: fetch the one revision, do not clone."""
_PLAIN_FLAGS: Final = frozenset(
    {
        EXPERIMENTAL_FETCH,
        "--no-single-branch",
        "--no-tags",
        "--progress",
        "--quiet",
        "--recurse-submodules",
        "--remote-submodules",
        "--shallow-submodules",
        "--single-branch",
        "--verbose",
    }
)
_VALUE_FLAGS: Final = frozenset({"--branch", "--depth", "--filter", "--jobs", "--shallow-exclude", "--shallow-since"})
_SHORT_FLAGS: Final = {"-b": "--branch", "-j": "--jobs", "-q": "--quiet", "-v": "--verbose"}


@record
class InitReader:
    """Reads init entries. `artifacts` is the path of all artifacts; `mounts` are those that steps may write to."""

    catalogue: Catalogue
    artifacts: str
    mounts: tuple[Mount, ...]

    def read(self, entry: Mapping[str, Any], path: SpecPath) -> Iterator[Step | Finding]:
        """The step of one entry, or what stands in its way. `path` is where the entry stands in the spec."""
        name = entry.get("connection")
        lacking = [key for key in _NEED_MORE if entry.get(key) is not None]
        if lacking:
            yield Gap("init", f"the init step {_NEED_MORE[lacking[0]]}", (*path, lacking[0]))
        elif name and self.catalogue.kind(name) is None:
            yield self.catalogue.unknown(name, (*path, "connection"))
        elif entry.get("file") is not None:
            yield from self._file(entry, path)
        elif entry.get("git") is not None or (name and self.catalogue.kind(name) == "git"):
            yield from self._clone(entry, path)
        elif entry.get("artifacts") is not None or entry.get("paths") is not None or (name and self.catalogue.is_store(name)):
            yield from self._copy(entry, path)
        elif entry.get("container") is not None:
            yield Gap("init", "the init step runs a container of its own, which a process cannot be", (*path, "container"))
        elif name:
            what = f"the init step has nothing to do for `{name}`, a connection of kind `{self.catalogue.kind(name)}`"
            yield Gap("init", what, (*path, "connection"))

    def _base(self, entry: Mapping[str, Any], default: str) -> str:
        return posixpath.join(self.artifacts, entry.get("path") or default)

    def _file(self, entry: Mapping[str, Any], path: SpecPath) -> Iterator[Step | Finding]:
        given, here = entry["file"], (*path, "file")
        target = posixpath.join(self._base(entry, ""), given.get("filename") or "file")
        mode = None if given.get("chmod") is None else str(given["chmod"])
        if mode is not None and not MODE.fullmatch(mode):
            hint = "write it as `755`, `+x` or `u+x,go-w`"
            yield Problem("executor-value", "`chmod` is no mode of a file that a run may set", (*here, "chmod"), hint)
        yield from self._outside(target, (*here, "filename"))
        yield WriteFile(path, target, given.get("content") or "", mode)

    def _clone(self, entry: Mapping[str, Any], path: SpecPath) -> Iterator[Step | Finding]:
        name, own = entry.get("connection"), entry.get("git") or {}
        known = self.catalogue.schema(name) if name and self.catalogue.kind(name) in REPOSITORIES else {}
        url, revision, flags = (own.get(key) or known.get(key) for key in ("url", "revision", "flags"))
        if not url:
            hint = "write `git: {url: ...}`, or name a git `connection`"
            yield Problem("executor-git", "the init step names no git url", (*path, "git"), hint)
            return
        if name and getattr(self.catalogue.connections.get(name), "secret", None):
            yield Note(f"the secret of the connection `{name}` is in a cluster: git uses the credentials of this machine")
        folder = name or url.rstrip("/").split("/")[-1].split(".")[0]
        if folder in ("", ".", ".."):
            yield Problem("executor-git", "the git url ends in no name for the folder of the clone", (*path, "git", "url"))
        target = posixpath.join(self._base(entry, ""), folder)
        yield from self._outside(target, (*path, "path"))
        for key, what in _misread(url, revision):
            yield Problem("executor-git", what, (*path, "git", key) if own.get(key) else (*path, "connection"))
        clean, problems = clean_flags(flags or (), (*path, "git", "flags") if own.get("flags") else (*path, "connection"))
        yield from problems
        yield Clone(path, url, revision, clean, target)

    def _copy(self, entry: Mapping[str, Any], path: SpecPath) -> Iterator[Step | Finding]:
        default = self.catalogue.default.name if self.catalogue.default is not None else None
        name = entry.get("connection") or default
        if name is None:
            hint = (
                "give one, `RunContext(artifacts_store=...)`, or name a `connection` and its folder, `LocalExecutor(stores=...)`"
            )
            yield Problem("executor-store", "the init step copies from the artifacts store, and there is none", path, hint)
            return
        store = self.catalogue.folder(name, (*path, "connection") if entry.get("connection") else path)
        if isinstance(store, Problem):
            yield store
            return
        base = self._base(entry, "" if name == default else name)
        items = []
        for where, kind, given in _wanted(entry, path):
            if not isinstance(given, str) and len(given) != 2:
                yield Problem("executor-value", f"expected a path or a pair of paths, not a list of {len(given)}", where)
                continue
            item = self._item(name, base, kind, given)
            yield from self._outside(item.target, where)
            if item.source.split("/")[0] == "..":
                yield Problem("executor-path", f"the path leads out of the store `{name}`", where)
            items.append(item)
        yield Copy(path, name, store, tuple(items))

    def _item(self, name: str, base: str, kind: Literal["file", "dir", "any"], given: Any) -> Item:
        """An item of a list: a path of the store, or a pair of one and a path for its copy."""
        source, target = given if isinstance(given, Sequence) and not isinstance(given, str) else (given, None)
        mounted = normal(str(self.catalogue.schema(name).get("mountPath") or "/"))
        inside = within(normal(source), mounted) and source.startswith("/")
        relative = posixpath.relpath(normal(source), mounted) if inside else posixpath.normpath(source.lstrip("/") or ".")
        return Item(relative, posixpath.join(base, relative if target is None else target), kind)

    def _outside(self, target: str, path: SpecPath) -> Iterator[Problem]:
        if covering(target, self.mounts) is None:
            what = f"the init step would write to `{normal(target)}`, which is not in the folders of the run"
            yield Problem("executor-path", what, path)


def init_mounts(entries: Sequence[Mapping[str, Any]], root: str) -> Iterator[Mount]:
    """Folders of the run for the absolute paths that init steps ask for, as Kubernetes would mount one for each."""
    for entry in entries:
        wanted = entry.get("path") or ""
        if wanted.startswith("/") and not within(normal(wanted), root) and normal(wanted) != "/":
            yield Mount(wanted, Path("mounts") / normal(wanted)[1:])


def _misread(url: str, revision: str | None) -> Iterator[tuple[str, str]]:
    """What git would make of a url or a revision beside a place and a name: an option, or a program to run."""
    for key, value in (("url", url), ("revision", revision)):
        if value is not None and value.startswith("-"):
            yield key, f"the git {key} begins with `-`, and git would read it as an option"
    transport = _TRANSPORT.match(url)
    if transport is not None and (transport[2] == "::" or transport[1].lower() not in _TRANSPORTS):
        yield "url", f"the git url is of no known transport: expected a path or one of {', '.join(sorted(_TRANSPORTS))}"


def clean_flags(flags: Sequence[str], path: SpecPath) -> tuple[tuple[str, ...], list[Problem]]:
    """The git flags as `--name` and `--name=value`, and the problems of those that are not on the list.

    The list is closed, for git has options that run programs.
    """
    try:
        words = [word for flag in flags for word in shlex.split(flag)]
    except ValueError:
        return (), [Problem("executor-git", "the git flags have a quotation mark without its partner", path)]
    clean: list[str] = []
    problems: list[Problem] = []
    while words:
        word, *words = words
        name, equals, value = _SHORT_FLAGS.get(word, word).partition("=")
        if not equals and name in _VALUE_FLAGS and words:
            value, *words = words
        if name in (_VALUE_FLAGS if value else _PLAIN_FLAGS) and not value.startswith("-"):
            clean.append(f"{name}={value}" if value else name)
        else:
            problems.append(_flag_problem(name, path))
    return tuple(clean), problems


def _flag_problem(name: str, path: SpecPath) -> Problem:
    known = sorted(_PLAIN_FLAGS | _VALUE_FLAGS)
    hint = did_you_mean(name, known) or f"allowed are: {', '.join(known)}"
    return Problem("executor-git", f"the git flag `{name}` is not one that a run may use", path, hint)


def _wanted(entry: Mapping[str, Any], path: SpecPath) -> Iterator[tuple[SpecPath, Literal["file", "dir", "any"], Any]]:
    """Every path that the entry wants of a store, with its place in the spec; the whole store where it names none."""
    artifacts, paths = entry.get("artifacts") or {}, entry.get("paths") or []
    files, dirs = artifacts.get("files") or [], artifacts.get("dirs") or []
    if not files and not dirs and not paths:
        yield path, "dir", "."
    for index, given in enumerate(files):
        yield (*path, "artifacts", "files", index), "file", given
    for index, given in enumerate(dirs):
        yield (*path, "artifacts", "dirs", index), "dir", given
    for index, given in enumerate([paths] if isinstance(paths, str) else paths):
        yield (*path, "paths", index), "any", given
