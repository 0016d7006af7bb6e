"""The rows of the language's tables by name, and the cases that tests make of them.

A case is one YAML and its exact outcome. The id of a case begins with the row that it is about: `3 Kindless: runs as it is`;
a test that is no case names its rows with `@row("2 Mapping")`.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import attrs
import pytest

import polyspec
from polyspec import Diagnostic, PolyspecError, Resolvers, RunSpec
from polyspec.lint import LINT

ROWS: Mapping[str, tuple[str, ...]] = {
    "2": (
        "Default file discovery",
        "YAML file",
        "JSON file / stream",
        "String stream",
        "Mapping",
        "Python module",
        "URL source",
        "Hub source",
        "One source only",
        "hub needs op",
        "Multi-document YAML",
        "List of sources merged raw",
        "Overlays",
        "git preset",
        "Extension/comment keys",
        "Unknown keys",
        "Aliases",
        "version",
        "Partial read",
        "Serialise authored",
        "Lint mode",
    ),
    "3": (
        "Kinds",
        "Kindless",
        "Nested component kind",
        "Component has operation fields",
        "Reference plus local fields",
        "run without kind",
        "run of another kind",
        "container",
        "cmd",
        "env",
        "resources",
        "ports",
        "environment, init, connections, sidecars, volumes",
        "Order",
        "Distributed targets",
        "CLI shortcuts",
        "Sandbox",
        "Root image",
    ),
    "4": (
        "version",
        "kind",
        "name",
        "description",
        "tags",
        "presets",
        "strictParams",
        "queue",
        "namespace",
        "cache",
        "termination",
        "plugins",
        "build",
        "hooks",
        "isApproved",
        "cost",
        "mount",
        "inputs, outputs",
        "run",
        "template",
        "root shortcuts",
    ),
    "5": (
        "params",
        "hubRef, urlRef, pathRef, dagRef, component",
        "runPatch",
        "patchStrategy",
        "isPreset",
        "schedule",
        "events",
        "matrix",
        "joins",
        "dependencies",
        "trigger",
        "conditions",
        "skipOnUpstreamSkip",
        "Which fields are rendered",
        "DAG node keeps local",
    ),
    "6": (
        "Short form",
        "Full form",
        "Literal",
        "ref ops.NAME",
        "ref runs.UUID",
        "ref dag",
        "Ref value grammar",
        "ArtifactsType ref",
        "contextOnly",
        "Undeclared",
        "Missing required",
        "Outputs",
        "connection",
        "toInit",
        "toEnv",
        "Join params",
        "Matrix supplies input",
        "Flag parse",
        "SDK params",
        "-HP",
        "Param order",
    ),
    "7.1": (
        "name",
        "description",
        "type",
        "value",
        "isOptional",
        "isList",
        "isFlag",
        "argFormat",
        "connection",
        "toInit",
        "toEnv",
        "validation",
        "delayValidation",
        "options",
    ),
    "7.2": (
        "int",
        "float",
        "bool",
        "str",
        "any",
        "dict",
        "list",
        "tuple, set, Optional",
        "date",
        "datetime",
        "timedelta",
        "uuid",
        "email",
        "path",
        "metric",
        "metadata",
        "uri",
        "gcs",
        "s3",
        "wasb",
        "image",
        "git",
        "dockerfile",
        "file",
        "tensorboard",
        "event",
        "artifacts",
        "pydantic names",
        "class aliases",
        "documented but absent",
    ),
    "7.3": (
        "delay",
        "gt ge lt le",
        "multipleOf",
        "minDigits maxDigits",
        "decimalPlaces",
        "regex",
        "minLength maxLength",
        "contains excludes",
        "options",
        "minItems maxItems",
        "keys",
        "containsKeys",
        "excludesKeys",
    ),
    "8": (
        "Inline",
        "Hub",
        "URL",
        "Path",
        "DAG",
        "Nested refs",
        "Preset files with refs",
        "Build/hook/tuner refs",
        "Ref error text",
        "Pinning, digest, lock, cache, offline",
        "Init refs",
    ),
    "9": (
        "scalar",
        "unset or null base",
        "list of scalars",
        "list of objects",
        "dict",
        "polyaxon model",
        "k8s container",
        "container patch where base has none",
        "same-kind fields, same kind",
        "same-kind fields, other kind",
        "matrix.params",
        "params",
        "cmd",
        "run same kind / other kind",
        "runPatch vs runPatch",
        "ray workers",
        "strictParams",
        "version",
        "manual fields",
        "empty list / dict in patch",
        "explicit null, scalar/list/leaf",
        "explicit null, model field or container field",
        "template string vs list/dict base",
    ),
    "10": (
        "File presets",
        "Named presets",
        "Org/project default preset",
        "isPreset",
        "Restart/resume override",
    ),
    "11": (
        "run.kind",
        "common",
        "job",
        "notifier",
        "cleaner",
        "tuner",
        "service",
        "dag",
        "mpijob",
        "pytorchjob",
        "tfjob",
        "kubeflow replica",
        "schedulingPolicy",
        "cleanPodPolicy",
        "daskcluster",
        "raycluster",
        "container",
        "Image destination after build",
        "Resource totals",
    ),
    "12": (
        "environment",
        "init[]",
        "sidecars[]",
        "connections[]",
        "plugins",
        "plugins.sidecar",
        "plugins.notifications[]",
        "termination",
        "cache",
        "build",
        "hooks[]",
        "template",
        "mount[]",
    ),
    "13": (
        "joins[]",
        "schedule cron",
        "interval",
        "datetime",
        "events[]",
        "Child of schedule",
    ),
    "14": (
        "mapping",
        "grid",
        "random",
        "hyperband",
        "bayes",
        "tpe",
        "iterative",
        "tuner",
        "choice",
        "pchoice",
        "range",
        "daterange",
        "datetimerange",
        "linspace",
        "geomspace",
        "logspace",
        "uniform",
        "loguniform",
        "quniform",
        "qloguniform",
        "normal",
        "lognormal",
        "qnormal",
        "qlognormal",
        "early stopping",
        "templates",
    ),
    "15": (
        "Nodes",
        "Components",
        "Explicit edges",
        "Implicit edges",
        "Not edges",
        "Orphans",
        "Cycle detection, topological sort",
        "Concurrency",
        "Context table for refs",
        "Type check across refs",
        "Node params validated",
        "Schedule in node",
        "Build in node",
        "Matrix in node",
        "Nested DAG",
        "Python building",
        "DAG compile output",
    ),
    "16": (
        "globals",
        "globals of a service",
        "globals.status, globals.condition",
        "path rules",
        "input/output/context names",
        "params.NAME",
        "params.as_args",
        "connections.NAME.*, init.NAME.*",
        "distributed",
        "filter map_format",
        "jinja statements",
        "operators for/if",
    ),
}
"""The rows of each section, in the order of its table."""

ABSENT = "<absent>"
"""What a path of an outcome leads to where there is nothing."""

_Test = TypeVar("_Test", bound=Callable[..., None])


@attrs.frozen
class Case:
    """One YAML, how it is compiled, and what comes of it: values at paths of the run spec, or problems, and no others.

    `files` are beside it in a folder, whose `hub` is the hub; problems and warnings read `code: message`.
    """

    text: str
    outcome: Mapping[str, Any] = attrs.field(factory=dict)
    problems: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()
    params: Mapping[str, Any] = attrs.field(factory=dict)
    presets: tuple[str, ...] = ()
    files: Mapping[str, str] = attrs.field(factory=dict)
    options: Mapping[str, Any] = attrs.field(factory=dict)


def gives(row_and_title: str, text: str, outcome: Mapping[str, Any], **given: Any) -> Any:
    """A case that compiles: `outcome` maps paths such as `run.container.args` to their values, or to `ABSENT`."""
    assert outcome, "a case says what it gives"
    return pytest.param(Case(text, outcome, **given), id=row_and_title)


def refuses(row_and_title: str, text: str, *problems: str, **given: Any) -> Any:
    """A case that does not compile, with all of its problems."""
    assert problems, "a case says what is refused"
    return pytest.param(Case(text, problems=problems, **given), id=row_and_title)


def check(case: Case, folder: Path) -> None:
    """Compile a case in a folder of its own and hold it against its outcome."""
    for name, content in {"main.yaml": case.text, **case.files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    if case.problems:
        with pytest.raises(PolyspecError) as caught:
            compiled(case, folder)
        assert told(caught.value.diagnostics, folder) == case.problems
        return
    spec = compiled(case, folder)
    tree = spec.to_dict()
    assert as_json({path: value_at(tree, path) for path in case.outcome}) == as_json(case.outcome)
    assert told(spec.warnings, folder) == case.warned


def compiled(case: Case, folder: Path) -> RunSpec:
    """The run spec of a case whose files are in a folder."""
    resolvers = Resolvers.default(hub=folder / "hub", offline=True)
    presets = [folder / preset for preset in case.presets]
    return polyspec.compile(folder / "main.yaml", case.params, presets=presets, resolvers=resolvers, silence=LINT, **case.options)


def told(diagnostics: Sequence[Diagnostic], folder: Path | None = None) -> tuple[str, ...]:
    """Diagnostics as `code: message`, the folder left out."""
    shown = (f"{it.code}: {it.message}" for it in diagnostics)
    return tuple(line.replace(f"{folder}/", "") if folder else line for line in shown)


def value_at(tree: Any, path: str) -> Any:
    """The value at a path of names and indices with dots between them, or `ABSENT`."""
    for step in path.split("."):
        try:
            tree = tree[int(step)] if isinstance(tree, list) else tree[step]
        except (KeyError, IndexError):
            return ABSENT
    return tree


def as_json(value: Any) -> str:
    """A value as text: 1, 1.0 and true are three things."""
    return json.dumps(value, indent=1, sort_keys=True)


def row(*names: str) -> Callable[[_Test], _Test]:
    """Says which rows a test is about."""

    def name(test: _Test) -> _Test:
        test.__dict__["rows"] = names
        return test

    return name


def rows_of(test: Any) -> Iterator[str]:
    """The rows that a test names: by `row`, and by the ids of its cases."""
    yield from getattr(test, "rows", ())
    for mark in getattr(test, "pytestmark", ()):
        for case in mark.args[1] if mark.name == "parametrize" else ():
            yield str(getattr(case, "id", "")).partition(": ")[0]
