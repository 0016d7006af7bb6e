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
        found: list[Diagnostic | Problem] = [*faults, *map(self._in_document, sought)]
        files = self._files([file for file in map(_file, found) if file is not None])
        told: dict[object, Diagnostic] = {}
        for it in sorted(found, key=lambda it: (files.get(_file(it) or "", len(files)), *_start(it))):
            diagnostic = it if isinstance(it, Diagnostic) else self._diagnostic(it)
            told.setdefault((diagnostic.code, diagnostic.message, diagnostic.location, diagnostic.path), diagnostic)
            if len(told) == limit:
                break
        return list(told.values())

    def _files(self, named: Sequence[str]) -> dict[str, int]:
        """The files in their order; those that are no layers stand before the presets."""
        stack = [layer.source.uri for layer in reversed(self.layers) if layer.name in ("component", "operation")]
        others = [layer.source.uri for layer in self.layers if layer.name not in ("component", "operation")]
        files = dict.fromkeys([*stack, *(uri for uri in named if uri not in others), *others])
        return {uri: index for index, uri in enumerate(files)}

    def diagnostic(self, problem: Problem) -> Diagnostic:
        """One problem, placed."""
        return self._diagnostic(self._in_document(problem))

    def _in_document(self, problem: Problem) -> Problem:
        """A problem in the document that it is placed in; what it points at beside stands in the merged tree."""
        if problem.source is not None:
            return problem
        mark = self._mark(problem.path)
        span = problem.span and self._moved(problem.span, problem.path, mark)
        return attrs.evolve(problem, path=mark.path, span=span, source=mark.source)

    def _diagnostic(self, problem: Problem) -> Diagnostic:
        found: Diagnostic = problem.source.diagnose(attrs.evolve(problem, related=()))
        return attrs.evolve(found, notes=(*found.notes, *(self._note(message, path) for message, path in problem.related)))

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


def _file(it: Diagnostic | Problem) -> str | None:
    """The file that a diagnostic, or a problem in its document, is placed in."""
    if isinstance(it, Diagnostic):
        return None if it.location is None else it.location.file
    return str(it.source.uri)


def _start(it: Diagnostic | Problem) -> tuple[int, int]:
    """The line and the column where the place of a diagnostic, or of a problem in its document, begins."""
    if isinstance(it, Diagnostic):
        place = (None, None) if it.location is None else (it.location.line, it.location.column)
    else:
        place = it.source.start(it.path, key=it.at == "key", span=it.span)
    return place[0] or 0, place[1] or 0
