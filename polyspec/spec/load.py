"""A document as a spec: converted, checked as a whole, its problems placed."""

from collections.abc import Mapping, Sequence

import attrs

from polyspec.errors import PolyspecError, Problem, Rejected, Unsound
from polyspec.limits import Limits
from polyspec.record import record
from polyspec.source import Document, adopt
from polyspec.spec.convert import canonical, problems, unstructure
from polyspec.spec.kinds import Kinds
from polyspec.spec.node import Node
from polyspec.spec.operation import Component, Operation
from polyspec.spec.problem import kind_of
from polyspec.spec.salvage import Gap, Salvaged, gaps_of, salvage
from polyspec.tree import Path, Tree, at, replaced


@record
class Graft:
    """A part of a spec that a reference brought: its path there, the document that it stands in, and its path in that."""

    path: Path
    document: Document = attrs.field(eq=False)
    prefix: Path = ()


@record(eq=False)
class Loaded:
    """A spec and where it came from.

    `tree` is its canonical plain tree: camelCase keys, params in full form; never changed. A spec inside another has a
    `prefix`: its path in the document. `gaps` are the parts that are not known, for they are wrong; `grafts` those that stand in
    another document.
    """

    document: Document
    tree: Tree
    prefix: Path = ()
    gaps: tuple[Gap, ...] = ()
    grafts: tuple[Graft, ...] = ()

    def part(self, path: Path) -> "Loaded":
        """A spec inside this one."""
        grafts = tuple(attrs.evolve(it, path=it.path[len(path) :]) for it in self.grafts if it.path[: len(path)] == path)
        return Loaded(self.document, at(self.tree, path), (*self.prefix, *path), grafts=grafts)

    def grafted(self, parts: Mapping[Path, "Loaded"]) -> "Loaded":
        """The spec with others at some paths, each of which remembers the document that it stands in."""
        changed = {path: other for path, other in parts.items() if other.tree is not at(self.tree, path)}
        if not changed:
            return self
        grafts = [*self.grafts]
        for path, other in changed.items():
            if other.document is not self.document:
                grafts.append(Graft(path, other.document, other.prefix))
            grafts += [attrs.evolve(it, path=(*path, *it.path)) for it in other.grafts]
        tree = replaced(self.tree, [(path, other.tree) for path, other in changed.items()])
        return attrs.evolve(self, tree=tree, grafts=tuple(grafts))

    @property
    def is_component(self) -> bool:
        """Whether the document says that it is a component."""
        return bool(self.tree.get("kind") == "component")


def load(document: Document, *, as_preset: bool = False, kinds: Kinds | None = None) -> Loaded:
    """The spec of a document. Raises `PolyspecError` with every problem, each in its place.

    Where a part of the spec can be used nevertheless, the error is an `Unsound` with that part. A preset may leave out what a
    spec needs, and is read as an operation whatever kind it says (section 10).
    """
    if not isinstance(document.tree, dict):
        hint = "a spec is a mapping with `kind: component` or `kind: operation`"
        problem = Problem("not-a-spec", f"expected a spec (a mapping), found {kind_of(document.tree)}", hint=hint)
        raise PolyspecError([_private(document).diagnose(problem)])
    tree = document.tree
    if as_preset:
        tree = {**{key: value for key, value in tree.items() if key != "is_preset"}, "isPreset": True}
    told: Sequence[Problem] = ()
    if not document.faults:
        try:
            return Loaded(document, canonical(tree, kinds))
        except Exception as error:
            told = problems(error, most=document.limits.sought)
            if not told:
                raise
    unread = [fault.problem.path for fault in document.faults if fault.problem.code != "duplicate-key"]
    raise _unsound(document, salvage(tree, kinds, document, told, unread))


def _unsound(document: Document, salvaged: Salvaged) -> PolyspecError:
    """The error for a document that is wrong in part, with the rest of it where it is a spec at all."""
    is_foreign = _is_foreign(document.tree)
    whole = _private(document) if is_foreign else document
    found = sorted_problems(salvaged.problems, whole)
    told = document.limits.diagnostics
    diagnostics = [*whole.told_faults(), *(whole.diagnose(problem) for problem in found[:told])][:told]
    if salvaged.spec is None or is_foreign:
        return PolyspecError(diagnostics)
    rest = attrs.evolve(document, gaps=salvaged.left_out)
    gaps = gaps_of([*(fault.problem for fault in document.faults), *found], salvaged.left_out, document)
    return Unsound(diagnostics, Loaded(rest, unstructure(salvaged.spec), gaps=gaps))


def load_object(spec: Component | Operation, limits: Limits | None = None, *, kinds: Kinds | None = None) -> Loaded:
    """A spec that was built in Python, checked as a document is: its fields may hold anything. Raises `PolyspecError`."""
    limits = limits or Limits()
    document = Document(f"<{type(spec).__name__}>", None, None, limits=limits)
    try:
        document = attrs.evolve(document, tree=adopt(_written(spec), limits))
    except Rejected as error:
        raise PolyspecError([document.diagnose(problem) for problem in error.problems]) from None
    return load(document, kinds=kinds)


def _written(spec: Node) -> Tree:
    """The plain tree of an object. Raises `Rejected` for one that has none."""
    try:
        return unstructure(spec)
    except RecursionError:
        hint = "the limit is `Limits.depth`: raising it helps only where nothing stands inside itself"
        raise Rejected([Problem("limit-depth", "nested too deep, or inside itself", hint=hint)]) from None
    except Exception as error:  # noqa: BLE001 - what a caller put into a field compares and iterates as it likes
        message = f"a field holds what no spec can hold ({type(error).__name__} when it was read)"
        raise Rejected([Problem("wrong-type", message)]) from None


def sorted_problems(found: Sequence[Problem], document: Document) -> list[Problem]:
    """Problems in the order of the document."""

    def place(problem: Problem) -> tuple[int, int]:
        location = document.locate(problem.path, key=problem.at == "key")
        return location.line or 0, location.column or 0

    return sorted(found, key=place)


def _private(document: Document) -> Document:
    return attrs.evolve(document, private=document.reached)


def _is_foreign(tree: Tree) -> bool:
    """Whether a mapping shows no sign of being a spec: its text is then not quoted."""
    return not ({"kind", "run", "runPatch", "component", "container", "params", "inputs"} & tree.keys())
