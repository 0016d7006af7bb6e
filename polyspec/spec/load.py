"""A document as a spec: converted, checked as a whole, its problems placed."""

from collections.abc import Sequence

import attrs

from polyspec.errors import PolyspecError, Problem
from polyspec.source import Document
from polyspec.spec.convert import problems, structure, unstructure
from polyspec.spec.kinds import Kinds
from polyspec.spec.operation import Component, Definition, Operation
from polyspec.spec.problem import kind_of
from polyspec.tree import Path, Tree, at


@attrs.frozen(eq=False)
class Loaded:
    """A spec and where it came from.

    `tree` is its canonical plain tree: camelCase keys, params in full form; never changed. A spec inside another has a
    `prefix`: its path in the document.
    """

    document: Document
    tree: Tree
    prefix: Path = ()

    def part(self, path: Path) -> "Loaded":
        """A spec inside this one."""
        return Loaded(self.document, at(self.tree, path), (*self.prefix, *path))

    @property
    def is_component(self) -> bool:
        """Whether the document says that it is a component."""
        return bool(self.tree.get("kind") == "component")


def load(document: Document, *, as_preset: bool = False, kinds: Kinds | None = None) -> Loaded:
    """The spec of a document. Raises `PolyspecError` with every problem, each in its place.

    A preset may leave out what a spec needs, and is read as an operation whatever kind it says (section 10).
    """
    if not isinstance(document.tree, dict):
        hint = "a spec is a mapping with `kind: component` or `kind: operation`"
        problem = Problem("not-a-spec", f"expected a spec (a mapping), found {kind_of(document.tree)}", hint=hint)
        raise PolyspecError([_private(document).diagnose(problem)])
    tree = {**document.tree, "isPreset": True} if as_preset else document.tree
    try:
        spec = structure(tree, Definition, kinds)
    except Exception as error:
        found = sorted_problems(problems(error), document)
        if not found:
            raise
        document = _private(document) if _is_foreign(document.tree) else document
        raise PolyspecError([document.diagnose(problem) for problem in found[: document.limits.diagnostics]]) from None
    return Loaded(document, unstructure(spec))


def load_object(spec: Component | Operation) -> Loaded:
    """A spec that was built in Python."""
    tree = unstructure(spec)
    return Loaded(Document.of_tree(f"<{type(spec).__name__}>", tree), tree)


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
