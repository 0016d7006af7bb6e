"""The public verbs, and the order of the stages: read, resolve, merge, bind, finish, hand out."""

from collections.abc import Iterable, Mapping
from os import PathLike
from typing import Any

from polyspec.bind import InputType
from polyspec.errors import Diagnostic, Location, PolyspecError
from polyspec.limits import Limits
from polyspec.merge import Merging
from polyspec.options import call_layers
from polyspec.reading import Source, preset_layers, read, stack_layers
from polyspec.registry import Registry
from polyspec.resolve import Collector, Resolvers
from polyspec.runspec import RunSpec, run_spec
from polyspec.settings import Settings
from polyspec.source import parse
from polyspec.spec.context import RunContext
from polyspec.spec.convert import structure
from polyspec.spec.io import Param
from polyspec.spec.kinds import Kinds
from polyspec.spec.load import Loaded
from polyspec.spec.load import load as load_document
from polyspec.spec.operation import Component, Definition, Operation
from polyspec.sweep import MatrixKind
from polyspec.tree import thawed

Params = Mapping[str, Any | Param]


def compile(  # noqa: A001, PLR0913 - the name and the arguments that the contract gives it
    source: Source,
    params: Params | None = None,
    *,
    presets: Iterable[Source] = (),
    context: RunContext | None = None,
    resolvers: Resolvers | None = None,
    limits: Limits | None = None,
    lock: str | PathLike[str] | None = None,
    merging: Merging | None = None,
    types: Registry[InputType] | None = None,
    kinds: Kinds | None = None,
    sweeps: Registry[MatrixKind] | None = None,
    **options: Any,
) -> RunSpec:
    """The run spec of a component or an operation.

    `source` and `presets` are paths, https URLs, mappings, or objects; presets are layers over the source, in order. `params`
    are data, never templates: values, or `Param` objects. `context` says who runs it and where, `resolvers` how references
    are looked up, `limits` every bound, `merging` the patch strategies and rules, `types` the input types, `kinds` the kinds
    of runs and matrices, `sweeps` how the runs of a matrix are found. `options` are
    `name`, `description`, `tags`, `queue`, `namespace`, `cache`, `matrix`, `approved`, `strict_params`.

    A pure function, safe to call from many threads. Raises `PolyspecError` with every problem.
    """
    if lock is not None:
        message = "references cannot be held against a lockfile yet"
        raise PolyspecError([Diagnostic("lock-unsupported", message, Location(str(lock)))])
    given: dict[str, Any] = {
        "context": context,
        "limits": limits,
        "resolvers": resolvers,
        "merging": merging,
        "types": types,
        "kinds": kinds,
        "sweeps": sweeps,
    }
    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    collector = settings.collector()
    layers = (
        *stack_layers(read(source, collector), collector),
        *call_layers(params, options, settings),
        *preset_layers(read(preset, collector, as_preset=True) for preset in presets),
    )
    return run_spec(layers, settings, collector.documents.values())


def load(source: Source, *, resolvers: Resolvers | None = None, limits: Limits | None = None) -> Component | Operation:
    """Read and check one document: a path, an https URL, a mapping. References are not followed. Raises `PolyspecError`."""
    return _typed(read(source, Collector(resolvers or Resolvers.default(), limits or Limits())))


def loads(text: str, *, uri: str = "<text>", limits: Limits | None = None) -> Component | Operation:
    """Read and check the text of one document. Raises `PolyspecError`."""
    return _typed(load_document(parse(text, uri, limits)))


def _typed(loaded: Loaded) -> Component | Operation:
    spec = structure(thawed(loaded.tree), Definition)  # a copy: what its fields hold is the caller's, and the tree is shared
    assert isinstance(spec, Component | Operation)  # noqa: S101 - what `structure` makes of a definition
    return spec
