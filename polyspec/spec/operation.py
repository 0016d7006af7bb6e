"""Components and operations: what can run, and how to run it (polyaxonfile sections 3, 4 and 5)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import attrs

from polyspec.errors import Problem
from polyspec.late import late_pattern
from polyspec.record import held
from polyspec.spec.classes import spec_class
from polyspec.spec.container import Container, Sidecars, Volumes
from polyspec.spec.environment import Environment
from polyspec.spec.helpers import Build, Cache, Hook, Mounts, Plugins, TemplateSection, Termination
from polyspec.spec.init import Inits
from polyspec.spec.io import IOs, Params
from polyspec.spec.markers import Choice, Combined, Maybe, Names, Pattern, Template
from polyspec.spec.matrix import Matrix
from polyspec.spec.node import Node, absent, camel
from polyspec.spec.problem import Mismatch, Nested, problem_of
from polyspec.spec.resources import amounts
from polyspec.spec.run import Run, RunPatch
from polyspec.spec.workflow import EventTrigger, Join, Schedule
from polyspec.tree import UNSET

SpecName = Annotated[
    str,
    Pattern(
        re.compile(r"(?:[-a-zA-Z0-9_]+/)?[-a-zA-Z0-9_]+(?::[-a-zA-Z0-9_.]+)?"),
        "a name",
        "letters, digits, `-` and `_`, with an owner before `/` and a tag after `:` if need be",
    ),
]
Queue = Annotated[str, Pattern(late_pattern(r"[^/.\s]+(?:[/.][^/.\s]+){0,2}"), "a queue", "write `queue` or `agent/queue`")]
Trigger = Annotated[
    str,
    Choice(("all_succeeded", "all_failed", "all_done", "one_succeeded", "one_failed", "one_done"), "trigger"),
]
Env = Annotated[Mapping[str, str | None], Combined("unit")]
"""Variables by name, as text; a null removes the one that it patches."""
Amounts = Mapping[str, int | float | str | None]
REFERENCES = ("hub_ref", "dag_ref", "url_ref", "path_ref")


@spec_class(kw_only=True)
class Definition(Node):
    """The fields that components, operations and files without a kind share; a file without a kind is one of these."""

    version: Maybe[Annotated[int | float, Combined("first")]] = absent()
    kind: Maybe[Annotated[str, Choice(("component", "operation"), "kind")]] = absent()
    name: Maybe[SpecName | Template] = absent()
    description: Maybe[str] = absent()
    tags: Maybe[Names] = absent()
    presets: Maybe[Names] = absent()
    strict_params: Maybe[Annotated[bool, Combined("either")]] = absent()
    queue: Maybe[Queue | Template] = absent()
    namespace: Maybe[str] = absent()
    cache: Maybe[Cache | Template] = absent()
    termination: Maybe[Termination | Template] = absent()
    plugins: Maybe[Plugins | Template] = absent()
    build: Maybe[Build | Template] = absent()
    hooks: Maybe[Sequence[Hook] | Template] = absent()
    is_approved: Maybe[bool | Template] = absent()
    cost: Maybe[float | Template] = absent()
    mount: Maybe[Mounts] = absent()
    schedule: Maybe[Schedule] = absent()
    events: Maybe[Sequence[EventTrigger] | Template] = absent()
    matrix: Maybe[Matrix] = absent()
    joins: Maybe[Sequence[Join] | Template] = absent()
    dependencies: Maybe[Sequence[str] | Template] = absent()
    trigger: Maybe[Trigger | Template] = absent()
    conditions: Maybe[str] = absent()
    skip_on_upstream_skip: Maybe[bool | Template] = absent()
    inputs: Maybe[IOs] = absent()
    outputs: Maybe[IOs] = absent()
    run: Maybe[Run | RunPatch] = absent()
    template: Maybe[TemplateSection] = absent()
    ports: Maybe[Sequence[int]] = absent()
    container: Maybe[Container | Template] = absent()
    cmd: Maybe[str | Sequence[str]] = absent()
    env: Maybe[Env] = absent()
    resources: Maybe[Amounts] = absent()
    environment: Maybe[Environment] = absent()
    init: Maybe[Inits] = absent()
    connections: Maybe[Sequence[str]] = absent()
    sidecars: Maybe[Sidecars] = absent()
    volumes: Maybe[Volumes] = absent()
    params: Maybe[Params] = absent()
    hub_ref: Maybe[str] = absent()
    dag_ref: Maybe[str] = absent()
    url_ref: Maybe[str] = absent()
    path_ref: Maybe[str] = absent()
    component: "Maybe[Definition]" = absent()
    run_patch: Maybe[RunPatch | Mapping[str, Any]] = absent()
    patch_strategy: Maybe[str] = absent()
    is_preset: Maybe[bool] = absent()

    def __attrs_post_init__(self) -> None:
        if _RULED.isdisjoint(held(self)):
            return
        found = [
            *_references(self),
            *(_repeated("inputs", self.inputs) if self.inputs else ()),
            *(_repeated("outputs", self.outputs) if self.outputs else ()),
            *(_blank_cmd(self.cmd) if self.cmd is not UNSET else ()),
            *(_amounts(self.resources) if self.resources else ()),
        ]
        if found:
            raise Nested(found)


_RULED = frozenset({*REFERENCES, "inputs", "outputs", "cmd", "resources"})
"""The fields that the rules of a spec as a whole are about: many a spec has none of them."""


def _references(spec: Definition) -> Iterator[Problem]:
    written = [name for name in REFERENCES if getattr(spec, name)]
    if len(written) > 1 and not spec.is_preset:
        yield Problem("many-references", "a spec has one reference at most", (camel(written[1]),))


def _repeated(field: str, ios: Any) -> Iterator[Problem]:
    """The inputs or outputs that have the name of one before them (decision S29)."""
    first: dict[str, int] = {}
    for index, io in enumerate(ios if isinstance(ios, Sequence) else ()):
        name = getattr(io, "name", None)
        if isinstance(name, str) and first.setdefault(name, index) != index:
            related = (("first written here", (field, first[name], "name")),)
            message = f"two {field} are named `{name}`"
            yield Problem("duplicate-name", message, (field, index, "name"), "rename one of them", related=related)


def _blank_cmd(cmd: Any) -> Iterator[Problem]:
    lines = [cmd] if isinstance(cmd, str) else cmd
    if isinstance(lines, Sequence) and (not lines or any(isinstance(line, str) and not line.strip() for line in lines)):
        yield Problem("blank-cmd", "`cmd` is a command, not blank", ("cmd",))


def _amounts(resources: Any) -> Iterator[Problem]:
    for name, amount in resources.items() if isinstance(resources, Mapping) else ():
        try:
            amounts({name: amount})
        except Mismatch as error:
            yield problem_of(error, ("resources",))


@spec_class(kw_only=True)
class Component(Definition):
    """What can run: typed inputs and outputs, and a run of some kind."""

    kind: Annotated[str, Choice(("component",), "kind")] = attrs.field(default="component")


@spec_class(kw_only=True)
class Operation(Definition):
    """How to run a component: params, a reference to it, patches, presets, a matrix, a schedule."""

    kind: Annotated[str, Choice(("operation",), "kind")] = attrs.field(default="operation")
