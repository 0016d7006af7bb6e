"""What a compiled operation holds: the words of Polyaxon's wire format for it (`kind: compiled_operation`)."""

from collections.abc import Sequence
from typing import Annotated

import attrs

from polyspec.spec.classes import spec_class
from polyspec.spec.helpers import Build, Cache, Hook, Mounts, Plugins, TemplateSection, Termination
from polyspec.spec.io import IOs
from polyspec.spec.markers import Choice, Maybe, Names, Template
from polyspec.spec.matrix import Matrix
from polyspec.spec.node import Node, absent
from polyspec.spec.operation import Trigger
from polyspec.spec.run import Run
from polyspec.spec.workflow import EventTrigger, Join, Schedule


@spec_class(kw_only=True)
class CompiledOperation(Node):
    """A component and an operation made one: every layer merged, every input bound, every template rendered."""

    kind: Annotated[str, Choice(("compiled_operation",), "kind")] = attrs.field(default="compiled_operation")
    version: Maybe[int | float] = absent()
    name: Maybe[str] = absent()
    description: Maybe[str] = absent()
    tags: Maybe[Names] = absent()
    presets: Maybe[Names] = absent()
    strict_params: Maybe[bool] = absent()
    queue: Maybe[str] = absent()
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
    contexts: Maybe[IOs] = absent()
    run: Run
    template: Maybe[TemplateSection] = absent()
