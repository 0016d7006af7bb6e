"""The run spec: what leaves the library, for any executor to take."""

import functools
import hashlib
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self, TypeVar

import attrs

from polyspec import sweep
from polyspec.children import build_operation, hook_operation, hook_values, run_of, scheduled_run
from polyspec.consequences import may_follow
from polyspec.errors import Diagnostic, PolyspecError, Problem, Rejected, netted
from polyspec.finish import Finished
from polyspec.identity import may_read
from polyspec.lint import lint
from polyspec.loops import Repeats, repeated
from polyspec.merge import Layer, merge_layers
from polyspec.options import call_layers
from polyspec.place import Placer
from polyspec.reading import adopted, check_layers, operation_presets, stack_layers
from polyspec.record import record
from polyspec.render import global_names, is_same
from polyspec.resolve import Collector
from polyspec.runs import RunSearch
from polyspec.settings import Settings
from polyspec.source import Document, canonical_json, to_json, to_yaml
from polyspec.spec.compiled import CompiledOperation
from polyspec.spec.context import RunContext
from polyspec.spec.convert import structure
from polyspec.spec.io import IO, Param
from polyspec.spec.load import load
from polyspec.spec.run import Run
from polyspec.spec.shapes import definition_shape
from polyspec.stages import checked, from_layers, from_tree, planned
from polyspec.tree import Path, Tree, format_path, frozen, thawed
from polyspec.tree.shape import Shape

if TYPE_CHECKING:
    from polyspec.explain import Difference, Explanation, Origin, Trace
    from polyspec.graph import Edge, Node, Plan
    from polyspec.pods import RunResources


T = TypeVar("T")


@record
class SourceDocument:
    """One document that a run spec was made of: its URI, and the digest of its text."""

    uri: str
    sha256: str


@record(eq=False)
class Graph:
    """A DAG: its operations by name, what each waits for, and the levels in which they can run."""

    operations: Mapping[str, "RunSpec"]
    edges: tuple["Edge", ...]
    levels: tuple[tuple[str, ...], ...]


@record(eq=False, repr=False)
class RunSpec:
    """A compiled operation: frozen, complete, plain.

    `to_dict()` is Polyaxon's wire format (`kind: compiled_operation`). Two run specs are equal when that is. The typed parts
    (`run`, `inputs`, …) are views of it. `settings` are those it was compiled under; what it gives rise to (the runs of a
    matrix, the operations of a DAG, hooks, a build) is compiled under the same; `context` is that of this very run.
    """

    _tree: Tree
    _warnings: Callable[[], Sequence[Diagnostic]] = tuple
    sources: tuple[SourceDocument, ...] = ()
    settings: Settings = attrs.field(factory=Settings)
    _neutral: Callable[[], Tree] | None = None
    _digest: str | None = None
    _uuid: Callable[[], str] | None = None
    _plan: "Plan | None" = None
    _trace_of: "Callable[[Tree, str | None], Trace] | None" = None

    @classmethod
    def from_dict(cls, tree: Mapping[str, Any], context: RunContext | None = None) -> Self:
        """The run spec of a wire format; `from_dict(to_dict(spec)) == spec`. Raises `PolyspecError`."""
        settings = Settings(context=context or RunContext())
        document = adopted(tree, "<run spec>", settings.limits)
        _placed(lambda: checked(document.tree, settings), settings)
        return cls(document.tree, settings=settings)

    @functools.cached_property
    def tree(self) -> Any:
        """The wire format as views that cannot be changed; a copy is not made."""
        return frozen(self._tree)

    @functools.cached_property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What was odd, each with its place: looked up when it is first asked for."""
        return tuple(self._warnings())

    def explain(self, path: str | Sequence[str | int]) -> "Explanation":
        """The value at a path of `to_dict()`, and every place that had a say in it, the winner first.

        `path` is text such as `run.container.resources.limits["nvidia.com/gpu"]`, or a tuple; of a mapping or a list every leaf
        is explained, of the empty path all. What is secret is masked. Raises `PolyspecError` for a path that leads nowhere.
        """
        from polyspec.explain import explained

        return explained(self._trace, path)

    def origins(self) -> "dict[Path, Origin]":
        """For each leaf of `to_dict()`, by its path, where it comes from."""
        from polyspec.explain import origins

        return origins(self._trace)

    def diff(self, other: "RunSpec") -> "Difference":
        """What changed from this run spec to another, path by path, with both origins; false where nothing did."""
        from polyspec.explain import difference

        return difference(self._trace, other._trace)  # noqa: SLF001 - of the same class

    @functools.cached_property
    def _trace(self) -> "Trace":
        """The way back to what was written: worked out when it is first asked for."""
        from polyspec.explain import of_saved

        tree = self.to_dict()
        return self._trace_of(tree, self.context.run_uuid) if self._trace_of is not None else of_saved(tree, self.settings)

    @functools.cached_property
    def context(self) -> RunContext:
        """Who runs it, and where; its `run_uuid` is that of this run."""
        context = self.settings.context
        return context if self._uuid is None else attrs.evolve(context, run_uuid=self._uuid())

    def to_dict(self) -> dict[str, Tree]:
        """The wire format: camelCase keys, JSON types alone; an own copy each time."""
        tree: dict[str, Tree] = thawed(self._tree)
        return tree

    def to_json(self) -> str:
        """The wire format as JSON text."""
        return to_json(self._tree)

    def to_yaml(self) -> str:
        """The wire format as YAML text."""
        return to_yaml(self._tree)

    @functools.cached_property
    def digest(self) -> str:
        """`sha256:` and the hex digest over the canonical JSON (RFC 8785) of what would run, the run's identity left out."""
        if self._digest is not None:
            return self._digest
        tree = self._neutral() if self._neutral is not None else self._tree
        return "sha256:" + hashlib.sha256(canonical_json(tree)).hexdigest()

    @functools.cached_property
    def operation(self) -> CompiledOperation:
        """The typed view of the whole."""
        return structure(self.to_dict(), CompiledOperation, self.settings.kinds)

    @property
    def run(self) -> Any:
        """What runs, typed by its kind: `spec.run.container.args`, `spec.run.kind`."""
        run: Run = self.operation.run
        return run

    @functools.cached_property
    def inputs(self) -> Mapping[str, IO]:
        """The inputs by name, with their values."""
        return _by_name(self.operation.inputs)

    @functools.cached_property
    def outputs(self) -> Mapping[str, IO]:
        """The outputs by name."""
        return _by_name(self.operation.outputs)

    @functools.cached_property
    def contexts(self) -> Mapping[str, IO]:
        """The values of undeclared params by name."""
        return _by_name(self.operation.contexts)

    @property
    def kind(self) -> str:
        """The run kind."""
        return str(self._tree["run"]["kind"])

    @property
    def name(self) -> str | None:
        """The name of the operation."""
        return self._tree.get("name")  # type: ignore[no-any-return]  # text, as conversion checked

    @functools.cached_property
    def resources(self) -> "RunResources":
        """What all its pods ask for together; nothing for a DAG, whose operations have their own."""
        from polyspec.pods import resources

        return resources(self._tree, self._run_shape)

    def with_image(self, image: str) -> Self:
        """The run spec with an image in each main container: that which its build has made, for one. A DAG has none.

        It explains itself as one that was read back does.
        """
        from polyspec.pods import with_image

        change = functools.partial(with_image, image=image, shape=self._run_shape)
        before = self._neutral
        neutral = None if before is None else (lambda: change(before()))
        return attrs.evolve(self, tree=change(self._tree), neutral=neutral, digest=None, trace_of=None)

    @property
    def _run_shape(self) -> Shape:
        return definition_shape(self.settings.kinds).fields["run"]

    @functools.cached_property
    def graph(self) -> Graph:
        """The DAG: its operations, each compiled as far as it can be before it runs, its edges and levels.

        Without operations where the run is no DAG. Raises `PolyspecError`.
        """
        if self.kind != "dag":
            return Graph({}, (), ())
        plan = self._plan or _placed(lambda: planned(self._tree, self.settings), self.settings)
        return Graph({node.name: self._operation(node) for node in plan.nodes}, plan.edges, plan.levels)

    def expand(self) -> Iterator["RunSpec"]:
        """The run specs of a `mapping`, `grid` or `random` matrix, lazily, in the order of the search; none is kept.

        Raises `PolyspecError` at once where there is no matrix, where only results tell the next runs (`search` asks for
        those), and where the runs are more than the limit.
        """
        matrix, settings = self._matrix(), self.settings
        values = self._in_matrix(lambda: sweep.suggestions(matrix, settings.limits, settings.sweeps))
        return map(self._runs(), iter(lambda: self._in_matrix(lambda: next(values, None)), None))

    def search(self, state: Mapping[str, Any] | None = None, *, tuner: "sweep.Tuner | None" = None) -> "RunSearch[RunSpec]":
        """The search of a matrix of any kind, to ask for the next run specs and to tell what they brought.

        `state` is that of an earlier search (`to_dict`). A `tuner` gives the rounds of an `iterative` one. Raises `PolyspecError`
        where there is no matrix, and where a library that the search needs is not installed.
        """
        matrix, settings = self._matrix(), self.settings
        if state is not None:
            asked = sweep.restore(state, kinds=settings.sweeps, tuner=tuner)
        else:
            asked = self._in_matrix(lambda: sweep.search(matrix, limits=settings.limits, kinds=settings.sweeps, tuner=tuner))
        run = self._runs()
        return RunSearch(asked, lambda it: run(it.params), lambda run: run.context.run_uuid)

    def _matrix(self) -> Mapping[str, Tree]:
        matrix = self._tree.get("matrix")
        if not matrix:
            hint = "give the operation a `matrix`"
            raise PolyspecError([Diagnostic("no-matrix", "this operation has one run: it has no matrix", hint=hint)])
        found: Mapping[str, Tree] = thawed(matrix)
        return found

    def _in_matrix(self, stage: Callable[[], T]) -> T:
        """What a stage gives that works on the matrix; its problems as an error, placed where the matrix was written."""
        try:
            return stage()
        except Rejected as error:
            problems = [
                attrs.evolve(problem, path=("matrix", *problem.path))
                for problem in error.problems[: self.settings.limits.diagnostics]
            ]
            raise PolyspecError([self._diagnostic(problem) for problem in problems]) from None

    def _diagnostic(self, problem: Problem) -> Diagnostic:
        """A problem of this run spec, placed where what stands at its path was written, or what would hold that."""
        mark = self._trace.written(problem.path)
        if mark is None:
            return _unplaced(problem)
        found: Diagnostic = mark.source.diagnose(attrs.evolve(problem, path=mark.path))
        return found

    def _runs(self) -> Callable[[Mapping[str, Any]], "RunSpec"]:
        """What gives the run of some values of the matrix."""
        settings = self._settings_of(None)
        repeats = Repeats(functools.partial(run_of, self._tree), settings, (self._tree,))

        def run(values: Mapping[str, Any]) -> RunSpec:
            finished = _placed(lambda: repeats.finish(values), settings)
            trace_of = functools.partial(_of_run, self, settings, values)
            return RunSpec(finished.tree, settings=settings, uuid=finished.uuid, trace_of=trace_of)

        return run

    def scheduled_run(self, at: str | None = None) -> "RunSpec":
        """One run of a schedule; `at` is its time (ISO 8601), which templates see as `globals.schedule_at`.

        Raises `PolyspecError` where there is no schedule.
        """
        tree = self.to_dict()
        if not tree.get("schedule"):
            hint = "give the operation a `schedule`"
            raise PolyspecError([Diagnostic("no-schedule", "this operation runs once: it has no schedule", hint=hint)])
        settings = self._settings_of(None, at)
        finished = _placed(lambda: from_tree(scheduled_run(tree), settings, (tree,)), settings)
        trace_of = functools.partial(_of_run, self, settings, None)
        return RunSpec(finished.tree, settings=settings, uuid=finished.uuid, plan=finished.plan, trace_of=trace_of)

    @functools.cached_property
    def hooks(self) -> tuple["RunSpec", ...]:
        """The run specs of the hooks, in their order. Their components are looked up now. Raises `PolyspecError`."""
        tree = self.to_dict()
        hooks = [_written(hook, ("hooks", index)) for index, hook in enumerate(_items(tree.get("hooks")))]
        pairs = enumerate(hooks)
        return tuple(self._referred(hook_operation(hook), ("hooks", index), hook_values(hook, tree)) for index, hook in pairs)

    @functools.cached_property
    def build(self) -> "RunSpec | None":
        """The run spec of the build, None without one. Its component is looked up now. Raises `PolyspecError`."""
        build = self.to_dict().get("build")
        return self._referred(build_operation(_written(build, ("build",))), ("build",)) if build else None

    def _operation(self, node: "Node") -> "RunSpec":
        """An operation of the DAG, compiled as far as it can be before it runs."""
        settings = self._settings_of(node.name)
        finished = _placed(lambda: from_tree(node.tree, settings, node.stack, waits=True), settings)
        trace_of = functools.partial(_of_operation, self, settings, node)
        return RunSpec(finished.tree, settings=settings, uuid=finished.uuid, plan=finished.plan, trace_of=trace_of)

    def _settings_of(self, name: str | None, schedule_at: str | None = None) -> Settings:
        """The settings of a run that comes out of this one."""
        context = attrs.evolve(self.settings.context, run_uuid=None, run_path=None, run_name=name, schedule_at=schedule_at)
        return attrs.evolve(self.settings, context=context)

    def _referred(self, operation: dict[str, Tree], place: Path, values: Mapping[str, Tree] | None = None) -> "RunSpec":
        """The run spec of the operation that the section at a place stands for."""
        settings = attrs.evolve(self.settings, context=attrs.evolve(self.context, run_uuid=None, run_path=None, run_name=None))
        collector = settings.collector()
        params = {name: Param(value=value, context_only=True) for name, value in (values or {}).items()}
        try:
            document = adopted(operation, f"<{format_path(place)}>", settings.limits)
            stack = stack_layers(load(document, kinds=settings.kinds), collector)
            layers = (*stack, *call_layers(params, {}, settings))
            spec = run_spec(layers, settings, collector)
        except PolyspecError as error:
            raise PolyspecError([self._in_section(place, diagnostic) for diagnostic in error.diagnostics]) from None
        return attrs.evolve(spec, trace_of=functools.partial(_of_section, self, settings, place, layers))

    def _in_section(self, place: Path, diagnostic: Diagnostic) -> Diagnostic:
        """A problem of the operation that a section stands for, at the section where it is one of that."""
        if diagnostic.location is None or diagnostic.location.file != f"<{format_path(place)}>":
            return diagnostic
        problem = Problem(
            diagnostic.code, diagnostic.message, (*place, *diagnostic.path), diagnostic.hint, severity=diagnostic.severity
        )
        return attrs.evolve(self._diagnostic(problem), notes=diagnostic.notes)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RunSpec) and bool(canonical_json(self._tree) == canonical_json(other._tree))

    def __hash__(self) -> int:
        return hash(canonical_json(self._tree))

    def __repr__(self) -> str:
        return f"<RunSpec {self.name or 'unnamed'}: {self.kind}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self.to_dict(), self.warnings, self.sources, self.context, self.digest)


def run_spec(layers: Sequence[Layer], settings: Settings, collector: Collector) -> RunSpec:
    """The run spec of a stack of layers. Raises `PolyspecError` with what is wrong with them, and with what was read."""
    check_layers(layers, settings.limits)
    presets = operation_presets(collector)
    settings = settings if presets is settings.presets else attrs.evolve(settings, presets=presets)
    if collector.faults:
        raise PolyspecError(_all_faults(layers, settings, collector))
    finished = _placed(lambda: repeated(layers, settings), settings, layers)
    finished = finished if finished.way is None else attrs.evolve(finished, way=None)  # a run spec needs no more of it
    documents = collector.documents.values()
    sources = tuple(SourceDocument(document.uri, document.sha256) for document in documents)
    return RunSpec(
        finished.tree,
        functools.partial(_told, layers, settings, finished, tuple(documents)),
        sources,
        settings,
        functools.partial(_neutral, layers, settings, finished),
        uuid=finished.uuid,
        plan=finished.plan,
        trace_of=functools.partial(_of_layers, layers, settings),
    )


def _of_layers(layers: Sequence[Layer], settings: Settings, tree: Tree, _: str | None) -> "Trace":
    from polyspec.explain import of_layers

    return of_layers(tree, layers, settings)


def _of_run(parent: RunSpec, settings: Settings, values: Mapping[str, Any] | None, tree: Tree, uuid: str | None) -> "Trace":
    from polyspec.explain import of_run

    return of_run(tree, parent._trace, settings, values, uuid)  # noqa: SLF001 - of the same room


def _of_operation(parent: RunSpec, settings: Settings, node: "Node", tree: Tree, _: str | None) -> "Trace":
    from polyspec.explain import of_operation

    return of_operation(tree, parent._trace, settings, node)  # noqa: SLF001 - of the same room


def _of_section(parent: RunSpec, settings: Settings, place: Path, layers: Sequence[Layer], tree: Tree, _: str | None) -> "Trace":
    from polyspec.explain import of_section

    return of_section(tree, parent._trace, settings, place, layers)  # noqa: SLF001 - of the same room


def _all_faults(layers: Sequence[Layer], settings: Settings, collector: Collector) -> list[Diagnostic]:
    """What is wrong with the documents, and what the stages find in the rest, but for what may only follow from that."""
    found: list[Problem] = []
    try:
        if layers:
            from_layers(layers, settings)
    except Rejected as error:
        found += [problem for problem in error.problems if not may_follow(problem, collector.gaps)]
    return Placer(layers, settings.merging).diagnostics(found, settings.limits.diagnostics, collector.faults)


def _told(layers: Sequence[Layer], settings: Settings, finished: Finished, documents: Sequence[Document]) -> list[Diagnostic]:
    """The warnings of the documents, of the stages, and of what is probably wrong, in the order of the files."""
    found = [document.diagnose(problem) for document in documents for problem in document.warnings]
    odd = lint(merge_layers(layers, settings.merging), finished.tree, settings.limits)
    known = {problem.path for problem in finished.warnings}
    new = itertools.islice((problem for problem in odd if problem.path not in known), settings.limits.sought)
    warnings = [*finished.warnings, *new]
    placed = Placer(layers, settings.merging).diagnostics(warnings, settings.limits.diagnostics, found)
    return [warning for warning in placed if warning.code not in settings.silenced]


def _neutral(layers: Sequence[Layer], settings: Settings, finished: Finished) -> Tree:
    """The tree of the run without its identity: no name, uuid, path and times of its own. Most runs show nothing of it."""
    neutral = attrs.evolve(
        settings.context,
        run_uuid="run",
        run_name=None,
        run_path=None,
        created_at=None,
        compiled_at=None,
        started_at=None,
        finished_at=None,
    )
    own, other = global_names(settings.context, {}, ""), global_names(neutral, {}, "run")
    same = [name for name, value in own.items() if name in other and is_same(value, other[name])]
    if not may_read([layer.tree for layer in layers], same, settings.limits):
        return finished.tree
    try:
        return from_layers(layers, attrs.evolve(settings, context=neutral)).tree
    except Rejected:  # without the name that it was given, or its times, it could not run at all
        return finished.tree


@netted
def _placed(stage: Callable[[], Any], settings: Settings, layers: Sequence[Layer] = ()) -> Any:
    """What a stage gives; its problems as an error, placed in the layers where there are some."""
    try:
        return stage()
    except Rejected as error:
        most = settings.limits.diagnostics
        if layers:
            raise PolyspecError(Placer(layers, settings.merging).diagnostics(error.problems, most)) from None
        raise PolyspecError([_unplaced(problem) for problem in error.problems[:most]]) from None


def _unplaced(problem: Any) -> Diagnostic:
    return Diagnostic(problem.code, problem.message, path=problem.path, hint=problem.hint, severity=problem.severity)


def _items(hooks: Tree) -> list[Tree]:
    """The hooks one by one; a template in their place is as one of them."""
    return hooks if isinstance(hooks, list) else [hooks] if hooks else []


def _written(section: Tree, path: Path) -> Mapping[str, Tree]:
    """A hook or a build that is written out. Raises `PolyspecError` where a template stands for it or for its params."""
    params = section.get("params") if isinstance(section, dict) else None
    destination = params.get("destination") if isinstance(params, dict) else None
    if isinstance(section, dict) and isinstance(params, dict | None) and isinstance(destination, dict | None):
        found: Mapping[str, Tree] = section
        return found
    message, hint = "a template stands for a part that a run spec is made of", "write it out, its params too"
    raise PolyspecError([Diagnostic("wrong-type", message, path=path, hint=hint)])


def _by_name(ios: Any) -> Mapping[str, IO]:
    found: Mapping[str, IO] = frozen({io.name: io for io in ios or ()})
    return found


def _restored(
    tree: Tree, warnings: tuple[Diagnostic, ...], sources: tuple[SourceDocument, ...], context: RunContext, digest: str
) -> RunSpec:
    return RunSpec(tree, lambda: warnings, sources, Settings(context=context), digest=digest)
