"""The order of the stages, and nothing else: read, resolve, merge, bind, finish, hand out."""

from collections.abc import Iterable, Mapping
from os import PathLike
from typing import Any

import attrs

from polyspec.errors import netted
from polyspec.late import late_function
from polyspec.limits import Limits
from polyspec.options import call_layers
from polyspec.reading import Source, layers_over, lock_beside, read, stack_layers
from polyspec.resolve import Collector, Resolvers
from polyspec.runspec import RunSpec, run_spec
from polyspec.settings import Settings, default_settings
from polyspec.source import read_text
from polyspec.spec.convert import structure
from polyspec.spec.load import Loaded, load
from polyspec.spec.operation import Component, Definition, Operation
from polyspec.tree import thawed

_under_lock = late_function("polyspec.locking", "under_lock")  # few compilations have a lock


@netted
def compiled(
    source: Source,
    params: Mapping[str, Any] | None,
    presets: Iterable[Source],
    options: Mapping[str, Any],
    given: Mapping[str, Any],
    lock: str | PathLike[str] | None = None,
) -> RunSpec:
    """The run spec of a source under what was `given` of `Settings`, and under its lock. Raises `PolyspecError`."""
    settings = Settings(**given) if given else default_settings()
    if lock is not None:
        settings = attrs.evolve(settings, resolvers=_under_lock(settings.resolvers, source, lock))
    collector = settings.collector()
    spec = collector.tried(lambda: read(source, collector))
    beside = lock_beside(spec) if lock is None and spec is not None else None
    if beside is not None:
        settings = attrs.evolve(settings, resolvers=_under_lock(settings.resolvers, source, beside, is_beside=True))
        collector = attrs.evolve(collector, resolvers=settings.resolvers)
    layers = (
        *(() if spec is None else stack_layers(spec, collector)),
        *(collector.tried(lambda: call_layers(params, options, settings)) or ()),
        *layers_over(presets, collector),
    )
    return run_spec(layers, settings, collector)


@netted
def loaded(source: Source, resolvers: Resolvers | None, limits: Limits | None) -> Component | Operation:
    """The spec of one document. Raises `PolyspecError`."""
    return _typed(read(source, Collector(resolvers or Resolvers.default(), limits or Limits())))


@netted
def loaded_text(text: str, uri: str, limits: Limits | None) -> Component | Operation:
    """The spec of a text. Raises `PolyspecError`."""
    return _typed(load(read_text(text, uri, limits)))


def _typed(loaded: Loaded) -> Component | Operation:
    spec = structure(thawed(loaded.tree), Definition)  # a copy: what its fields hold is the caller's, and the tree is shared
    assert isinstance(spec, Component | Operation)  # noqa: S101 - what `structure` makes of a definition
    return spec
