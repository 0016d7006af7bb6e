"""Problems to diagnostics: where in which document the value was written that a stage found fault with.

Nothing is remembered while compiling. The layers are merged once more, with leaves that carry their marks, by the same code.
"""

import functools
import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from polyspec.errors import Diagnostic, Note, Problem, Rejected
from polyspec.merge import Layer, Merging, marked_parts, merge_layers
from polyspec.record import record
from polyspec.tree import Mark, Path, at, mark_at, plain


@record(eq=False)
class Placer:
    """Places the problems of one compilation."""

    layers: Sequence[Layer]
    merging: Merging

    def diagnostics(self, problems: Iterable[Problem], limit: int, faults: Iterable[Diagnostic] = ()) -> list[Diagnostic]:
        """The problems, placed, and the faults that were found before: each once, in the order of the files and their lines.

        The files: the source, what it refers to, then the presets in their order.
        """
        sought = itertools.islice(dict.fromkeys(problems), 10 * limit)
        placed = [*faults, *map(self.diagnostic, sought)]
        told: dict[object, Diagnostic] = {}
        for it in placed:
            told.setdefault((it.code, it.message, it.location, it.path), it)
        files = self._files([it.location.file for it in placed if it.location is not None])

        def order(diagnostic: Diagnostic) -> tuple[int, int, int]:
            location = diagnostic.location
            if location is None:
                return len(files), 0, 0
            return files[location.file], location.line or 0, location.column or 0

        return sorted(told.values(), key=order)[:limit]

    def _files(self, named: Sequence[str]) -> dict[str, int]:
        """The files in their order; those that are no layers stand before the presets."""
        stack = [layer.source.uri for layer in reversed(self.layers) if layer.name in ("component", "operation")]
        others = [layer.source.uri for layer in self.layers if layer.name not in ("component", "operation")]
        files = dict.fromkeys([*stack, *(uri for uri in named if uri not in others), *others])
        return {uri: index for index, uri in enumerate(files)}

    def diagnostic(self, problem: Problem) -> Diagnostic:
        """One problem, placed."""
        notes = [self._note(message, path) for message, path in problem.related]
        if problem.source is not None:
            found: Diagnostic = problem.source.diagnose(attrs.evolve(problem, related=()))
            return attrs.evolve(found, notes=(*found.notes, *notes))
        mark = self._mark(problem.path)
        span = problem.span and self._moved(problem.span, problem.path, mark)
        placed: Diagnostic = mark.source.diagnose(attrs.evolve(problem, path=mark.path, related=(), span=span))
        return attrs.evolve(placed, notes=(*placed.notes, *notes))

    def _moved(self, span: tuple[int, int], path: Path, mark: Mark) -> tuple[int, int] | None:
        """A part of a text, in the text as it was written: that of a `cmd` stands at the end of what became of it."""
        merged, written = plain(at(self._traced, path)), mark.source.written_at(mark.path)
        if not isinstance(merged, str) or not isinstance(written, str) or merged == written:
            return span
        before = len(merged) - len(written)
        return (span[0] - before, span[1] - before) if merged.endswith(written) and span[0] >= before else None

    def _note(self, message: str, path: Path) -> Note:
        mark = self._mark(path)
        note: Note = mark.source.note(message, mark.path)
        return note

    def _mark(self, path: Path) -> Mark:
        """The mark of a path of the merged tree: of the leaf there, of what it holds, or of what holds it."""
        top = self.layers[-1]
        return mark_at(self._traced, path) or Mark(top.name, top.source, ())

    @functools.cached_property
    def _traced(self) -> Any:
        try:
            return merge_layers(list(marked_parts(self.layers)), self.merging)
        except Rejected as error:
            return error.partial or {}
