"""From what a caller hands over to layers: read, checked, its references followed."""

import functools
import itertools
import os
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import attrs

from polyspec.discover import default_file
from polyspec.errors import Diagnostic, Location, PolyspecError, Problem, Rejected
from polyspec.limits import Limits, crossed
from polyspec.merge import Layer, Presets
from polyspec.resolve import LOCK_NAME, Collector, Reference, ReferenceFailed, is_url, unpinned
from polyspec.source import Document, adopt
from polyspec.spec.load import Loaded, load
from polyspec.spec.operation import Component, Operation
from polyspec.tree import count

_MERGED = 10
"""So many layers may have documents of any size."""
Source = str | PathLike[str] | Mapping[str, Any] | Operation | Component


def read(source: Any, collector: Collector) -> Loaded:
    """The spec of a source, by what it is (decision S19): never by what it looks like. Raises `PolyspecError`."""
    if isinstance(source, Component | Operation):
        return collector.adopted(source)
    return _read(source, collector, "<mapping>")


def _preset(source: Any, collector: Collector, name: str) -> Loaded:
    """The spec of a preset; one that was built in Python goes by a name of its own. Raises `PolyspecError`."""
    if isinstance(source, Component | Operation):
        loaded = collector.adopted(source)
        document = attrs.evolve(loaded.document, uri=name)
        return attrs.evolve(loaded, document=document, tree={**loaded.tree, "isPreset": True})
    return _read(source, collector, name, as_preset=True)


def _read(source: Any, collector: Collector, name: str, *, as_preset: bool = False) -> Loaded:
    if isinstance(source, Mapping):
        return load(collector.counted(adopted(source, name, collector.limits)), as_preset=as_preset, kinds=collector.kinds)
    if isinstance(source, str | PathLike):
        return collector.open(_file(source), as_preset=as_preset)
    message = f"a source is a path, a URL, a mapping, an Operation or a Component, not {type(source).__name__}"
    raise PolyspecError([Diagnostic("bad-source", message, Location("<source>"))])


def lock_beside(loaded: Loaded) -> str | None:
    """The lock that stands beside the file of a spec; None without one, and for what came from no file."""
    file = loaded.document.uri
    if not os.path.isabs(file):
        return None
    path = os.path.join(os.path.dirname(file), LOCK_NAME)
    return path if os.path.lexists(path) else None


def file_of(source: str | PathLike[str]) -> str | None:
    """The absolute path of the file that a source names, links followed, its pin off; None for a URL, and for no path at all."""
    name = os.fspath(_file(source))
    try:
        return None if is_url(name) else os.path.realpath(unpinned(Reference("pathRef", name)).target)
    except (ReferenceFailed, OSError, ValueError):  # whoever opens it says so
        return None


def _file(source: str | PathLike[str]) -> str | PathLike[str]:
    """The file that is meant: of a folder, its default file (section 2)."""
    try:
        found = default_file(Path(source)) if os.path.isdir(source) else None
    except (OSError, ValueError):  # no path at all: whoever opens it says so
        found = None
    return source if found is None else found


def adopted(source: Mapping[str, Any], uri: str, limits: Limits) -> Document:
    """A document of a tree that was built in Python. Raises `PolyspecError`."""
    document = Document.of_tree(uri, None)
    try:
        return attrs.evolve(document, tree=adopt(source, limits), limits=limits)
    except Rejected as error:
        raise PolyspecError([document.diagnose(problem) for problem in error.problems]) from None


def stack_layers(loaded: Loaded, collector: Collector) -> tuple[Layer, ...]:
    """The layers of a spec and of what it stands on, the lowest first, then the presets that they name."""
    stack = collector.stack(loaded)
    layers = [Layer(_layer_name(it, stack[-1]), it.tree, it.document, it.prefix, it.grafts) for it in stack]
    named = {preset.document.uri: preset for it in stack for preset in collector.presets(it)}
    return (*layers, *preset_layers(named.values()))


def check_layers(layers: Sequence[Layer], limits: Limits) -> None:
    """Refuse layers that are too many for their size: each is merged over what those before it made.

    Raises `PolyspecError` past ten times the limit of values, counted again for each layer.
    """
    if len(layers) > _MERGED:  # the documents of fewer are together within the limit of one
        values = itertools.accumulate(layer.source.nodes or count(layer.tree) for layer in layers)
        for layer, work in zip(layers, itertools.accumulate(values), strict=True):
            if work > _MERGED * limits.nodes:
                message = f"presets are merged over more than {_MERGED * limits.nodes} values, counted for each of them"
                raise PolyspecError([layer.source.as_a_whole(Problem(message=message, **crossed("nodes")))])


def layers_over(presets: Iterable[Any], collector: Collector) -> list[Layer]:
    """The layers of presets, of those that can be read. Of their references, those in DAGs are followed (section 8)."""
    named = [(preset, f"<presets[{index}]>") for index, preset in enumerate(presets)]
    found = [collector.tried(functools.partial(_preset, preset, collector, name)) for preset, name in named]
    return preset_layers(collector.with_operations(it) for it in found if it is not None)


def preset_layers(presets: Iterable[Loaded]) -> list[Layer]:
    """The layers of presets."""
    return [_preset_layer(it) for it in presets]


def operation_presets(collector: Collector) -> Presets | None:
    """The layers of the presets that operations of DAGs name, by their names; None where names are not looked up."""
    if not collector.resolvers.names_presets:
        return None
    return {name: None if it is None else _preset_layer(it) for name, it in collector.of_operations.items()}


def _preset_layer(preset: Loaded) -> Layer:
    return Layer("preset", preset.tree, preset.document, grafts=preset.grafts)


def _layer_name(loaded: Loaded, top: Loaded) -> str:
    return "operation" if loaded is top and not loaded.is_component else "component"
