"""The order of the stages, and nothing else: text, document, spec, stack, merged, bound, finished, run spec."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from typing import Any

import attrs

from polyspec.bind import InputType, bind, default_types
from polyspec.errors import Diagnostic, Location, PolyspecError, Problem, Rejected
from polyspec.finish import Finished, finish
from polyspec.graph import Rules, plan
from polyspec.limits import Limits
from polyspec.merge import Layer, Merging, merge_layers
from polyspec.options import call_layers
from polyspec.place import Placer
from polyspec.registry import Registry
from polyspec.render import Renderer, global_names
from polyspec.resolve import Collector, Resolvers
from polyspec.runspec import RunSpec, SourceDocument
from polyspec.source import Document, adopt, canonical_json, parse
from polyspec.spec.compiled import CompiledOperation
from polyspec.spec.context import RunContext
from polyspec.spec.convert import problems, structure
from polyspec.spec.io import Param
from polyspec.spec.load import Loaded, load_object
from polyspec.spec.load import load as load_document
from polyspec.spec.operation import Component, Definition, Operation
from polyspec.tree import Path, Tree, Verbatim

Source = str | PathLike[str] | Mapping[str, Any] | Operation | Component
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
    **options: Any,
) -> RunSpec:
    """The run spec of a component or an operation.

    `source` and `presets` are paths, https URLs, mappings, or objects; presets are layers over the source, in order. `params`
    are data, never templates: values, or `Param` objects. `context` says who runs it and where, `resolvers` how references
    are looked up, `limits` every bound, `merging` the patch strategies and rules, `types` the input types. `options` are
    `name`, `description`, `tags`, `queue`, `namespace`, `cache`, `matrix`, `approved`, `strict_params`.

    A pure function, safe to call from many threads. Raises `PolyspecError` with every problem.
    """
    if lock is not None:
        raise PolyspecError(
            [Diagnostic("lock-unsupported", "references cannot be held against a lockfile yet", Location(str(lock)))]
        )
    limits = limits or Limits()
    collector = Collector(resolvers or Resolvers.default(), limits)
    stack = collector.stack(_loaded(source, collector))
    over = [_loaded(preset, collector, as_preset=True) for preset in presets]
    layers = (
        *(
            Layer("component" if it.is_component or it is not stack[-1] else "operation", it.tree, it.document, it.prefix)
            for it in stack
        ),
        *call_layers(params, options, limits),
        *(Layer("preset", it.tree, it.document) for it in over),
    )
    compilation = _Compilation(layers, context or RunContext(), limits, merging or Merging(), types or default_types())
    return compilation.run_spec(collector.documents)


def load(source: Source, *, resolvers: Resolvers | None = None, limits: Limits | None = None) -> Component | Operation:
    """Read and check one document: a path, an https URL, a mapping. References are not followed. Raises `PolyspecError`."""
    loaded = _loaded(source, Collector(resolvers or Resolvers.default(), limits or Limits()))
    return _typed(loaded)


def loads(text: str, *, uri: str = "<text>", limits: Limits | None = None) -> Component | Operation:
    """Read and check the text of one document. Raises `PolyspecError`."""
    return _typed(load_document(parse(text, uri, limits)))


@attrs.frozen(eq=False)
class _Compilation:
    """One compilation from its layers on: everything that the stages after reading need."""

    layers: tuple[Layer, ...]
    context: RunContext
    limits: Limits
    merging: Merging
    types: Registry[InputType]

    def run_spec(self, documents: Mapping[str, Document]) -> RunSpec:
        """The run spec. Raises `PolyspecError` with the problems of the first stage that found some."""
        placer = Placer(self.layers, self.merging)
        try:
            finished = self.finished()
            _check(finished.tree)
        except Rejected as error:
            raise PolyspecError(placer.diagnostics(error.problems, self.limits.diagnostics)) from None
        warnings = [document.diagnose(problem) for document in documents.values() for problem in document.warnings]
        warnings += placer.diagnostics(finished.warnings, self.limits.diagnostics)
        sources = tuple(SourceDocument(document.uri, document.sha256) for document in documents.values())
        context = attrs.evolve(self.context, run_uuid=finished.uuid)
        return RunSpec(finished.tree, tuple(warnings), sources, context, self._neutral)

    def finished(self) -> Finished:
        """The stages in their order. Raises `Rejected`."""
        merged = merge_layers(self.layers, self.merging)
        names = global_names(self.context, merged, self.context.run_uuid or _uuid(merged, self.context))
        is_dag = merged["run"].get("kind") == "dag"
        if is_dag:
            plan(merged, Rules(self.merging, self.types, self.limits))
        bound = bind(merged, {"globals": names}, None if is_dag else self._evaluate, self.types)
        finished = finish(bound, names, self.context, self.limits)
        return attrs.evolve(finished, uuid=names["uuid"], warnings=(*bound.warnings, *finished.warnings))

    def _evaluate(self, value: Any, names: Mapping[str, Any], path: Path) -> Any:
        renderer = Renderer(names, self.limits)
        found = renderer.tree(value, path=path)
        if renderer.problems:
            raise Rejected(renderer.problems)
        return found

    def _neutral(self) -> Tree:
        """The tree of the run without its identity: no name, uuid, path and times of its own."""
        context = attrs.evolve(
            self.context,
            run_uuid="run",
            run_name=None,
            run_path=None,
            created_at=None,
            compiled_at=None,
            started_at=None,
            finished_at=None,
        )
        return attrs.evolve(self, context=context).finished().tree


def _loaded(source: Any, collector: Collector, *, as_preset: bool = False) -> Loaded:
    """The spec of what the caller handed over, by what it is (decision S19): never by what it looks like."""
    if isinstance(source, Definition):
        loaded = load_object(source)  # type: ignore[arg-type]  # a definition is one of the two
        return attrs.evolve(loaded, tree={**loaded.tree, "isPreset": True}) if as_preset else loaded
    if isinstance(source, Mapping):
        return load_document(_adopted(source, collector.limits), as_preset=as_preset)
    if isinstance(source, str | PathLike):
        return load_document(collector.open(source), as_preset=as_preset)
    message = f"a source is a path, a URL, a mapping, an Operation or a Component, not {type(source).__name__}"
    raise PolyspecError([Diagnostic("bad-source", message, Location("<source>"))])


def _adopted(source: Mapping[str, Any], limits: Limits) -> Document:
    document = Document.of_tree("<mapping>", None)
    try:
        return attrs.evolve(document, tree=adopt(source, limits), limits=limits)
    except Rejected as error:
        raise PolyspecError([document.diagnose(problem) for problem in error.problems]) from None


def _typed(loaded: Loaded) -> Component | Operation:
    spec = structure(loaded.tree, Definition)
    assert isinstance(spec, Component | Operation)  # noqa: S101 - what `structure` makes of a definition
    return spec


def _check(tree: Tree) -> None:
    """Hold the finished tree against the classes: templates may have given values that their fields do not take."""
    try:
        structure(tree, CompiledOperation)
    except Exception as error:
        found: Sequence[Problem] = problems(error)
        if not found:
            raise
        raise Rejected(found) from None


def _uuid(merged: Tree, context: RunContext) -> str:
    """A uuid of 32 hexadecimal digits, derived from the content: the same inputs are the same run."""
    identity = {"spec": _plain(merged), "context": _plain(attrs.asdict(context, filter=lambda _, value: value is not None))}
    return hashlib.sha256(canonical_json(identity)).hexdigest()[:32]


def _plain(node: Any) -> Tree:
    if isinstance(node, Mapping):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_plain(value) for value in node]
    return node.value if isinstance(node, Verbatim) else node
