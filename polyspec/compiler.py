"""The public verbs: what they take. What they do stands in `pipeline`, which is loaded by the first call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from os import PathLike

    from polyspec.bind import InputType
    from polyspec.limits import Limits
    from polyspec.merge import Merging
    from polyspec.reading import Source
    from polyspec.registry import Registry
    from polyspec.resolve import Resolvers
    from polyspec.runspec import RunSpec
    from polyspec.spec.context import RunContext
    from polyspec.spec.io import Param
    from polyspec.spec.kinds import Kinds
    from polyspec.spec.operation import Component, Operation
    from polyspec.sweep import MatrixKind


def compile(  # noqa: A001, PLR0913 - the name and the arguments that the contract gives it
    source: Source,
    params: Mapping[str, Any | Param] | None = None,
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
    silence: Iterable[str] = (),
    **options: Any,
) -> RunSpec:
    """The run spec of a component or an operation.

    `source` and `presets` are paths, https URLs, mappings, or objects; presets are layers over the source, in order. `params`
    are data, never templates: values, or `Param` objects. `context` says who runs it and where, `resolvers` how references
    are looked up, `limits` every bound, `merging` the patch strategies and rules, `types` the input types, `kinds` the kinds
    of runs and matrices, `sweeps` how the runs of a matrix are found. `options` are
    `name`, `description`, `tags`, `queue`, `namespace`, `cache`, `matrix`, `approved`, `strict_params`.

    `lock` is the path of a lock that every reference must match; without it, the lock beside the file of `source`, if there is
    one. What the call itself names (the source, the presets) is not looked up there.

    `silence` are the codes of warnings that are not to be told; one that no warning has is a `ValueError`.

    A pure function, safe to call from many threads. Raises `PolyspecError` with every problem.
    """
    from polyspec.pipeline import compiled

    given = {
        "context": context,
        "limits": limits,
        "resolvers": resolvers,
        "merging": merging,
        "types": types,
        "kinds": kinds,
        "sweeps": sweeps,
        "silenced": tuple(silence) or None,
    }
    return compiled(source, params, presets, options, {name: value for name, value in given.items() if value is not None}, lock)


def load(source: Source, *, resolvers: Resolvers | None = None, limits: Limits | None = None) -> Component | Operation:
    """Read and check one document: a path, an https URL, a mapping. References are not followed. Raises `PolyspecError`."""
    from polyspec.pipeline import loaded

    return loaded(source, resolvers, limits)


def loads(text: str, *, uri: str = "<text>", limits: Limits | None = None) -> Component | Operation:
    """Read and check the text of one document. Raises `PolyspecError`."""
    from polyspec.pipeline import loaded_text

    return loaded_text(text, uri, limits)
