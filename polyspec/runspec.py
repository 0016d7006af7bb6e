"""The run spec: what leaves the library, for any executor to take."""

import functools
import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Self

import attrs

from polyspec.errors import Diagnostic, PolyspecError
from polyspec.source import canonical_json, to_json, to_yaml
from polyspec.spec.compiled import CompiledOperation
from polyspec.spec.context import RunContext
from polyspec.spec.convert import problems, structure
from polyspec.spec.io import IO
from polyspec.spec.run import Run
from polyspec.tree import Tree, frozen, thawed


@attrs.frozen
class SourceDocument:
    """One document that a run spec was made of: its URI, and the digest of its text."""

    uri: str
    sha256: str


@attrs.frozen(eq=False, repr=False)
class RunSpec:
    """A compiled operation: frozen, complete, plain.

    `to_dict()` is Polyaxon's wire format (`kind: compiled_operation`). Two run specs are equal when that is. The typed parts
    (`run`, `inputs`, …) are views of it. `_neutral` makes the same tree without the identity of the run, for the digest.
    """

    tree: Any = attrs.field(converter=frozen)
    warnings: tuple[Diagnostic, ...] = ()
    sources: tuple[SourceDocument, ...] = ()
    context: RunContext = attrs.field(factory=RunContext)
    _neutral: Callable[[], Tree] | None = None
    _digest: str | None = None

    @classmethod
    def from_dict(cls, tree: Mapping[str, Any]) -> Self:
        """The run spec of a wire format; `from_dict(to_dict(spec)) == spec`. Raises `PolyspecError`."""
        checked(tree)
        return cls(tree)

    def to_dict(self) -> dict[str, Tree]:
        """The wire format: camelCase keys, JSON types alone; an own copy each time."""
        tree: dict[str, Tree] = thawed(self.tree)
        return tree

    def to_json(self) -> str:
        """The wire format as JSON text."""
        return to_json(self.to_dict())

    def to_yaml(self) -> str:
        """The wire format as YAML text."""
        return to_yaml(self.to_dict())

    @functools.cached_property
    def digest(self) -> str:
        """`sha256:` and the hex digest over the canonical JSON (RFC 8785) of what would run, the run's identity left out."""
        if self._digest is not None:
            return self._digest
        tree = self._neutral() if self._neutral is not None else self.tree
        return "sha256:" + hashlib.sha256(canonical_json(tree)).hexdigest()

    @functools.cached_property
    def operation(self) -> CompiledOperation:
        """The typed view of the whole."""
        return structure(self.to_dict(), CompiledOperation)

    @property
    def run(self) -> Run:
        """What runs: `spec.run.container.args`, `spec.run.kind`."""
        return self.operation.run

    @functools.cached_property
    def inputs(self) -> Mapping[str, IO]:
        """The inputs by name, with their values."""
        return frozen({io.name: io for io in self.operation.inputs or ()})  # type: ignore[no-any-return]  # a read-only mapping

    @functools.cached_property
    def outputs(self) -> Mapping[str, IO]:
        """The outputs by name."""
        return frozen({io.name: io for io in self.operation.outputs or ()})  # type: ignore[no-any-return]  # as above

    @functools.cached_property
    def contexts(self) -> Mapping[str, IO]:
        """The values of undeclared params by name."""
        return frozen({io.name: io for io in self.operation.contexts or ()})  # type: ignore[no-any-return]  # as above

    @property
    def kind(self) -> str:
        """The run kind."""
        return str(self.tree["run"]["kind"])

    @property
    def name(self) -> str | None:
        """The name of the operation."""
        return self.tree.get("name")  # type: ignore[no-any-return]  # text, as conversion checked

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RunSpec) and bool(self.tree == other.tree)

    def __hash__(self) -> int:
        return hash(canonical_json(self.tree))

    def __repr__(self) -> str:
        return f"<RunSpec {self.name or 'unnamed'}: {self.kind}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return RunSpec, (self.to_dict(), self.warnings, self.sources, self.context, None, self.digest)


def checked(tree: Any) -> CompiledOperation:
    """The typed compiled operation of a tree. Raises `PolyspecError` without places."""
    try:
        return structure(tree, CompiledOperation)
    except Exception as error:
        found = problems(error)
        if not found:
            raise
        raise PolyspecError([Diagnostic(p.code, p.message, path=p.path, hint=p.hint) for p in found]) from None
