"""Following references: from a spec to the stack of specs that it stands on, within bounds, with the whole chain in every error.

polyaxonfile section 8. Identity is the URI that a resolver gives, so one document is one under every spelling.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from os import PathLike
from typing import Any, TypeVar

import attrs

from polyspec.errors import Diagnostic, Location, Note, PolyspecError, Problem, Unsound, conceal, conceal_urls, shortened
from polyspec.limits import Limits, crossed
from polyspec.record import record
from polyspec.resolve.documents import DocumentCache, weight
from polyspec.resolve.files import is_under
from polyspec.resolve.reference import Fetched, Reference, ReferenceFailed
from polyspec.resolve.resolvers import Resolvers
from polyspec.source import Document, read_text
from polyspec.spec.kinds import Kinds, default_kinds
from polyspec.spec.load import Loaded, load, load_object
from polyspec.spec.node import camel
from polyspec.spec.operation import REFERENCES
from polyspec.spec.salvage import Gap
from polyspec.spec.witness import Restless, Witness
from polyspec.tree import Path, Tree, count

KINDS = tuple(camel(name) for name in REFERENCES if name != "dag_ref")
"""The keys that refer to another document."""
T = TypeVar("T")
_now = time.monotonic


@record
class Link:
    """One step of a chain of references: how it was written, the document that it led to, and the one that holds it."""

    kind: str
    target: str
    uri: str
    base: str

    def __str__(self) -> str:
        return f"{self.kind} {shortened(conceal(self.target))}"


@record(eq=False)
class Collector:
    """Reads the documents of one compilation: each once, counted, from the same registry.

    What is wrong with them is noted in `faults`, and what is not known for that in `gaps`; the rest is read nevertheless.
    `of_operations` are the presets that operations of DAGs name, by their names; None for one that could not be read.
    """

    resolvers: Resolvers
    limits: Limits = attrs.field(factory=Limits)
    kinds: Kinds = attrs.field(factory=default_kinds)
    documents: dict[str, Document] = attrs.field(factory=dict)
    faults: list[Diagnostic] = attrs.field(factory=list)
    gaps: list[Gap] = attrs.field(factory=list)
    of_operations: dict[str, Loaded | None] = attrs.field(factory=dict)
    _seconds: list[float] = attrs.field(factory=list)
    _sizes: dict[str, tuple[int, int]] = attrs.field(factory=dict)
    _fetched: dict[tuple[str, str, str | None], Fetched] = attrs.field(factory=dict)
    _cache: DocumentCache = attrs.field()

    @_cache.default
    def _cache_of_the_registry(self) -> DocumentCache:
        return DocumentCache() if self.resolvers.documents is None else self.resolvers.documents

    def tried(self, read: Callable[[], T], gap: Gap = Gap()) -> T | None:  # noqa: B008 - it is frozen
        """What could be read, its faults noted; None where nothing could, which leaves the gap.

        Raises `PolyspecError` with all faults where one more limit was crossed, and where they are as many as an error carries.
        """
        try:
            return read()
        except PolyspecError as error:
            self.faults.extend(error.diagnostics)
            ends = any(fault.code.startswith("limit-") for fault in error.diagnostics)
            if ends or len(self.faults) >= self.limits.diagnostics:
                raise PolyspecError(self.faults[-self.limits.diagnostics :]) from None
            partial: T | None = error.partial if isinstance(error, Unsound) else None
        self.gaps.extend([gap] if partial is None else getattr(partial, "gaps", ()))
        return partial

    def settle(self) -> None:
        """Raise `PolyspecError` where there are faults."""
        if self.faults:
            raise PolyspecError(self.faults)

    def counted(self, document: Document) -> Document:
        """A document that is read, its values and bytes counted with those of the others.

        Raises `PolyspecError` where all of them are past the limits of one.
        """
        self._sizes[document.uri] = document.nodes or count(document.tree), document.size
        if len(self._sizes) > 1:
            totals = map(sum, zip(*self._sizes.values(), strict=True))
            for total, field, what in zip(totals, ("nodes", "document_bytes"), ("values", "bytes"), strict=True):
                most = getattr(self.limits, field)
                if total > most:
                    message = f"the documents of this compilation have more than {most} {what} in all"
                    raise PolyspecError([document.as_a_whole(Problem(message=message, **crossed(field)))])
        return document

    def open(self, source: str | PathLike[str], *, as_preset: bool = False) -> Loaded:
        """The spec in the document that the caller names. Raises `PolyspecError`."""
        fetched = self._opened(lambda: self.resolvers.open(source, self.limits), str(source))
        return self._loaded(fetched, reached=False, as_preset=as_preset)

    def open_listed(self, name: str, lock: str) -> Loaded | None:
        """The spec in a file that a lock lists, which stands at that path: it is read where a `pathRef` there may lead to it.

        None where there is no such file. Raises `PolyspecError`, placed at the lock where it may not be read.
        """
        asked = Reference("pathRef", name, lock, self.limits)
        try:
            fetched = self._opened(lambda: self.resolvers.with_lock(None).fetch(asked), lock)
        except PolyspecError as error:
            if error.diagnostics[0].code == "reference-not-found":
                return None
            raise
        return self._loaded(fetched, reached=not is_under(fetched.uri, os.path.dirname(lock)))

    def _opened(self, look_up: Callable[[], Fetched], place: str) -> Fetched:
        try:
            with self._timed():
                return look_up()
        except ReferenceFailed as error:
            location = Location(conceal(place))
            raise PolyspecError([Diagnostic(error.code, conceal_urls(error.message), location, hint=error.hint)]) from None

    def adopted(self, spec: Any) -> Loaded:
        """The spec of an object that was built in Python; that of last time where nothing of it was changed.

        Raises `PolyspecError`.
        """
        key = ("object", id(spec), self.limits, self.kinds)
        kept = self._cache.get(key)
        if kept is not None and kept[0].holds():
            found: Loaded = kept[1]
            return found
        loaded = load_object(spec, self.limits, kinds=self.kinds)
        try:
            witness = Witness.of(spec)
        except Restless:
            return loaded
        loaded = attrs.evolve(loaded, document=attrs.evolve(loaded.document, nodes=count(loaded.tree)))
        self._cache.put(key, (witness, loaded, spec), weight(loaded.document))  # the object is kept, so that no other has its id
        return loaded

    def followed(self) -> list[tuple[Reference, Fetched]]:
        """The references that were followed so far, each with its document."""
        return [(Reference(*asked, self.limits), fetched) for asked, fetched in self._fetched.items()]

    def presets(self, loaded: Loaded) -> list[Loaded]:
        """The presets that a spec names, where names are looked up; none where they are not (decision S41)."""
        found = [self._preset(place, name) for place, name in self._named(loaded, ())]
        return [self.with_operations(preset) for preset in found if preset is not None]

    def _keep_presets(self, entry: Loaded, chain: tuple[Link, ...]) -> None:
        """Keep the presets that an operation or component of a DAG names: they go over what it stands for, and nothing else."""
        for place, name in self._named(entry, chain):
            if self.of_operations.get(name) is None:
                preset = self.of_operations[name] = self._preset(place, name)  # before its own DAG, which may name it again
                self.of_operations[name] = None if preset is None else self.with_operations(preset, chain)

    def _named(self, loaded: Loaded, chain: tuple[Link, ...]) -> "Iterator[tuple[_Place, str]]":
        names = loaded.tree.get("presets")
        if self.resolvers.names_presets and isinstance(names, list):
            for index, name in enumerate(names):
                yield _Place(loaded.document, (*loaded.prefix, "presets", index), chain), name

    def _preset(self, place: "_Place", name: str) -> Loaded | None:
        return self.tried(lambda: self._loaded(self._fetch(place, "presets", name), reached=True, as_preset=True))

    def stack(self, loaded: Loaded, chain: tuple[Link, ...] = ()) -> tuple[Loaded, ...]:
        """The specs that a spec stands on, the lowest first, itself last; operations of its DAG carry their components.

        A reference that leads nowhere is a fault, placed there.
        """
        own = self.with_operations(loaded, chain)
        if isinstance(own.tree.get("component"), dict):
            return (*self.stack(own.part(("component",)), chain), own)
        written = _written(own.tree)
        if written is None:
            return (own,)
        followed = self._follow(own, *written, chain)
        return (own,) if followed is None else (*self.stack(*followed), own)

    def with_operations(self, loaded: Loaded, chain: tuple[Link, ...] = ()) -> Loaded:
        """The spec with the references of its DAG's operations and components followed."""
        run = loaded.tree.get("run")
        if not isinstance(run, dict) or run.get("kind") != "dag":
            return loaded
        parts: list[Path] = [
            ("run", part, index)
            for part in ("operations", "components")
            if isinstance(run.get(part), list)
            for index, entry in enumerate(run[part])
            if _may_lead(entry)
        ]
        return loaded.grafted({path: self._entry(loaded.part(path), chain) for path in parts})

    def _entry(self, loaded: Loaded, chain: tuple[Link, ...]) -> Loaded:
        """An operation or component of a DAG, with what it refers to as its `component`."""
        own = self.with_operations(loaded, chain)
        self._keep_presets(own, chain)
        if isinstance(own.tree.get("component"), dict):
            return own.grafted({("component",): self._entry(own.part(("component",)), chain)})
        written = _written(own.tree)
        followed = None if written is None else self._follow(own, *written, chain)
        return own if followed is None else own.grafted({("component",): self._entry(*followed)})

    def _follow(self, holder: Loaded, kind: str, target: str, chain: tuple[Link, ...]) -> tuple[Loaded, tuple[Link, ...]] | None:
        """The spec that a reference leads to, and the chain that led there; None where it cannot be read."""
        place = _Place(holder.document, (*holder.prefix, kind), chain)
        gap = Gap(place.path)
        found = self.tried(lambda: self._linked(place, kind, target), gap)
        if found is None:
            return None
        fetched, link = found
        base = self.tried(lambda: self._referred(fetched, place), gap)
        return None if base is None else (base, (*chain, link))

    def _linked(self, place: "_Place", kind: str, target: str) -> tuple[Fetched, Link]:
        """What a reference leads to, within bounds and not in a circle. Raises `PolyspecError`."""
        chain = place.chain
        if len(chain) >= self.limits.chain:
            message = f"more than {self.limits.chain} references follow one another"
            raise place.error(message=message, **crossed("chain"))
        fetched = self._fetch(place, kind, target)
        link = Link(kind, target, fetched.uri, place.document.uri)
        if fetched.uri in {step.base for step in (*chain, link)}:
            circle = " -> ".join(str(step) for step in (*chain, link))
            raise place.error("reference-cycle", f"the references go in a circle: {circle}", None)
        return fetched, link

    def _referred(self, fetched: Fetched, place: "_Place") -> Loaded:
        """The spec that was referred to. Raises `PolyspecError` that tells of the reference."""
        try:
            return self._loaded(fetched, reached=True)
        except PolyspecError as error:
            told = [_noted(diagnostic, place) for diagnostic in error.diagnostics]
            raise (Unsound(told, error.partial) if isinstance(error, Unsound) else PolyspecError(told)) from None

    def _fetch(self, place: "_Place", kind: str, target: str) -> Fetched:
        base = place.document.uri if place.document.text is not None else None
        known = self._fetched.get((kind, target, base))
        if known is not None:
            return known
        if len(self._fetched) >= self.limits.references:
            message = f"more than {self.limits.references} references are followed"
            raise place.error(message=message, **crossed("references"))
        spent = sum(self._seconds)
        if spent >= self.limits.fetch_seconds_total:
            message = f"references are looked up for more than {self.limits.fetch_seconds_total:g} seconds"
            raise place.error(message=message, **crossed("fetch_seconds_total"))
        try:
            with self._timed():
                fetched = self.resolvers.fetch(Reference(kind, target, base, self.limits, spent=spent))
        except ReferenceFailed as error:
            raise place.error(error.code, conceal_urls(error.message), error.hint) from None
        self._fetched[kind, target, base] = fetched
        return fetched

    @contextmanager
    def _timed(self) -> Iterator[None]:
        """Counts the seconds of a look-up, whatever comes of it."""
        begin = _now()
        try:
            yield
        finally:
            self._seconds.append(_now() - begin)

    def _loaded(self, fetched: Fetched, *, reached: bool, as_preset: bool = False) -> Loaded:
        """The spec of a document; one that was read before in this compilation is as it was then, but for pins."""
        known = self.documents.get(fetched.uri)
        text = fetched.text if fetched.held or known is None or known.raw is None else known.raw

        def read() -> Loaded:
            document = self.counted(read_text(text, fetched.uri, self.limits, reached=reached))
            return load(document, as_preset=as_preset, kinds=self.kinds)

        try:
            loaded = self._cache.loaded((text, fetched.uri, self.limits, reached, as_preset, self.kinds), read)
        except Unsound as error:
            self.documents[fetched.uri] = error.partial.document
            raise
        self.documents[fetched.uri] = self.counted(loaded.document)
        return loaded


@record
class _Place:
    """Where a reference is written, and the references that led there."""

    document: Document
    path: Path
    chain: tuple[Link, ...]

    def error(self, code: str, message: str, hint: str | None) -> PolyspecError:
        diagnostic = self.document.diagnose(Problem(code, message, self.path, hint))
        return PolyspecError([attrs.evolve(diagnostic, notes=(*diagnostic.notes, *self.notes()))])

    def notes(self) -> Iterator[Note]:
        return (Note(f"reached by {link}") for link in self.chain)


def _noted(diagnostic: Diagnostic, place: _Place) -> Diagnostic:
    note = place.document.note("referred to here", place.path)
    return attrs.evolve(diagnostic, notes=(*diagnostic.notes, note, *place.notes()))


def _may_lead(spec: Tree) -> bool:
    """Whether an entry of a DAG, or what it stands on in its document, may lead to another document: nearly none does."""
    while isinstance(spec, dict):
        run = spec.get("run")
        if spec.get("presets") or any(map(spec.get, KINDS)) or (isinstance(run, dict) and run.get("kind") == "dag"):
            return True
        spec = spec.get("component")
    return False


def _written(tree: Mapping[str, Tree]) -> tuple[str, str] | None:
    """The reference of a spec to another document: its kind and its target."""
    return next(((kind, tree[kind]) for kind in KINDS if tree.get(kind)), None)
