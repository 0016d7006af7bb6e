"""What of a run spec a process on this machine can carry out, and what not."""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from polyspec.errors import Problem
from polyspec.executors.findings import UNSUPPORTED, Finding, Gap, Note
from polyspec.tree import Path, walk

Wire = Mapping[str, Any]
"""A compiled operation in Polyaxon's wire format."""

_VARIABLE: Final = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
"""The name of a variable. Rule: Kubernetes."""
_UNUSABLE: Final = re.compile("[\x00\ud800-\udfff]")
"""What no word and no variable of a process can hold."""
_GAPS: Final = {
    "volumeMounts": ("volumes", "volume mounts need a container"),
    "volumeDevices": ("volumes", "volume devices need a container"),
    "securityContext": ("security", "a security context needs a container"),
    "envFrom": ("env", "`envFrom` reads the config maps and secrets of a cluster"),
    "lifecycle": ("lifecycle", "hooks of the life cycle need a container"),
}
_PLUGINS: Final = ("auth", "docker", "sandbox", "ssh", "tmux")
_USED: Final = frozenset({"command", "args", "env", "workingDir", "name", "image", "imagePullPolicy", "resources", *_GAPS})
_RUN_USED: Final = frozenset({"kind", "container", "init", "connections", "volumes", "sidecars"})
_ACCELERATOR: Final = re.compile(r"gpu|tpu", re.IGNORECASE)


def platform_problems(name: str) -> list[Problem]:
    """A problem where the operating system, as `os.name` calls it, has no process groups."""
    hint = "use a POSIX system: Linux, macOS, or the Linux subsystem of Windows"
    return [] if name == "posix" else [Problem("executor-platform", "the local executor does not run on Windows", (), hint)]


def kind_problems(wire: Wire) -> Iterator[Problem]:
    """Problems where the spec is not one run of one process, and so for somebody else to take apart."""
    kind = (wire.get("run") or {}).get("kind")
    if wire.get("matrix"):
        yield Problem(UNSUPPORTED, "a matrix is many runs, not one process", ("matrix",), "submit each of `spec.expand()`")
    if wire.get("joins"):
        yield Problem(UNSUPPORTED, "joins need a server that knows other runs", ("joins",), "give the values as params")
    if kind == "dag":
        hint = "submit its operations one by one: `spec.graph.operations`"
        yield Problem(UNSUPPORTED, "a `dag` is many runs, not one process", ("run", "kind"), hint)
    elif kind not in ("job", "service"):
        what = f"a run of kind `{kind}` is not one process: expected `job` or `service`"
        yield Problem(UNSUPPORTED, what, ("run", "kind"), "a cluster can run it")


def findings_of(wire: Wire) -> Iterator[Finding]:
    """All that is to be said about a spec of kind job or service, its init steps and connections aside."""
    run = wire["run"]
    container = run.get("container") or {}
    yield from _texts(wire)
    yield from _command(container)
    yield from _gaps(run, container)
    yield from _variables(wire, container)
    yield from _resources(container.get("resources") or {})
    yield from _termination(wire.get("termination") or {})
    yield from _around(wire)
    yield from _notes(run, container)


def _texts(wire: Wire) -> Iterator[Problem]:
    for path, leaf in walk(wire):
        if isinstance(leaf, str) and _UNUSABLE.search(leaf):
            yield Problem("executor-text", "the text holds a character that no process can be given", path)


def words(given: Any, *, split: bool) -> list[str]:
    """The words of a command or of its args, without empty ones, as Polyaxon has them; one text is split where `split`.

    Raises `ValueError` for a text with an open quotation mark.
    """
    if isinstance(given, str):
        given = shlex.split(given) if split else [given]
    return [str(word) for word in given or () if word not in (None, "")]


def _command(container: Mapping[str, Any]) -> Iterator[Problem]:
    here = ("run", "container", "command")
    try:
        command = words(container.get("command"), split=True)
    except ValueError:
        yield Problem("executor-value", "the command has a quotation mark without its partner", here)
        return
    if not command:
        what = "the container has no `command`, and without its image nobody knows what it would start"
        yield Problem("executor-command-missing", what, here, "write the command that the image would start")


def _gaps(run: Mapping[str, Any], container: Mapping[str, Any]) -> Iterator[Gap]:
    if run.get("volumes"):
        yield Gap("volumes", "volumes need a container", ("run", "volumes"))
    if run.get("sidecars"):
        yield Gap("sidecars", "sidecars need containers beside the process", ("run", "sidecars"))
    if (run.get("environment") or {}).get("securityContext"):
        yield Gap("security", "a security context needs a container", ("run", "environment", "securityContext"))
    for key, (word, message) in _GAPS.items():
        if container.get(key):
            yield Gap(word, message, ("run", "container", key))


def _variables(wire: Wire, container: Mapping[str, Any]) -> Iterator[Finding]:
    here = ("run", "container", "env")
    named: list[tuple[Path, Any]] = [
        ((*here, index, "name"), item.get("name")) for index, item in enumerate(container.get("env") or [])
    ]
    for key in ("inputs", "outputs", "contexts"):
        entries = enumerate(wire.get(key) or [])
        named += [((key, index, "toEnv"), entry["toEnv"]) for index, entry in entries if entry.get("toEnv")]
    for path, name in named:
        if not isinstance(name, str) or not _VARIABLE.fullmatch(name):
            yield Problem("executor-value", "this is no name of an environment variable", path)
    for index, item in enumerate(container.get("env") or []):
        if item.get("valueFrom"):
            yield Gap("env", "`valueFrom` reads a value of the cluster", (*here, index, "valueFrom"))


def _resources(resources: Mapping[str, Any]) -> Iterator[Finding]:
    asked = {
        name: key for key in ("requests", "limits") for name, amount in (resources.get(key) or {}).items() if not _is_zero(amount)
    }
    for name, key in asked.items():
        if _ACCELERATOR.search(name):
            yield Gap("gpu", f"nothing on this machine hands out `{name}`", ("run", "container", "resources", key, name))
    if asked:
        yield Note("`resources` are not enforced on this machine")


def _is_zero(amount: Any) -> bool:
    try:
        return float(amount) == 0
    except (TypeError, ValueError):
        return False


def _termination(termination: Mapping[str, Any]) -> Iterator[Finding]:
    checks: dict[str, tuple[str, Callable[[Any], bool]]] = {
        "timeout": ("seconds", lambda value: isinstance(value, int | float)),
        "maxRetries": ("a whole number", lambda value: isinstance(value, int)),
    }
    for key, (expected, holds) in checks.items():
        value = termination.get(key)
        if value is not None and (isinstance(value, bool) or not holds(value) or value < 0):
            what = f"expected {expected}, not less than 0, found {type(value).__name__}"
            yield Problem("executor-value", what, ("termination", key))
    if others := sorted(key for key, value in termination.items() if value and key not in checks):
        yield Note(f"of `termination`, a process has no {_listed(others)}")


def _around(wire: Wire) -> Iterator[Finding]:
    if wire.get("isApproved") is False:
        hint = "compile it with `approved=True`"
        yield Problem(UNSUPPORTED, "the run waits for an approval", ("isApproved",), hint)
    if wire.get("schedule"):
        yield Gap("schedule", "a schedule needs a scheduler", ("schedule",))
    if wire.get("conditions"):
        yield Gap("conditions", "conditions are judged by whoever runs the graph", ("conditions",))
    for name in _PLUGINS:
        if (wire.get("plugins") or {}).get(name):
            yield Gap("plugins", f"the plugin `{name}` needs Polyaxon's services", ("plugins", name))
    if left := [key for key in ("build", "hooks") if wire.get(key)]:
        yield Note(f"not run: {_listed(left)}")


def _notes(run: Mapping[str, Any], container: Mapping[str, Any]) -> Iterator[Note]:
    if container.get("image"):
        yield Note(f"the image `{container['image']}` is not used: the command runs on this machine")
    unused = [f"run.{key}" for key, value in run.items() if value and key not in _RUN_USED]
    unused += [f"run.container.{key}" for key, value in container.items() if value and key not in _USED]
    if unused:
        yield Note(f"not used on this machine: {_listed(sorted(unused))}")


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
