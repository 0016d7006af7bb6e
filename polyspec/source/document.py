"""A document: its text, the plain tree that it stands for, and where each part of that tree was written."""

import bisect
import functools
import hashlib
import re
from typing import Any

import attrs

from polyspec.errors import Diagnostic, Location, Note, PolyspecError, Problem
from polyspec.late import late_pattern
from polyspec.limits import Limits, crossed
from polyspec.record import record
from polyspec.source.alignment import positions
from polyspec.source.build import Builder, Misread
from polyspec.source.events import Mangled
from polyspec.source.index import Index
from polyspec.source.secrets import is_secret
from polyspec.tree import Path, Tree, at, restored

_BREAK = late_pattern("\r\n|[\n\r\x85\u2028\u2029]")
"""What ends a line in YAML 1.1; the parser counts lines by it."""
_TAB_OR_TEXT = late_pattern(r"""\t|"(?:[^"\\]|\\.)*+"|'[^']*+'""", re.DOTALL)


@record(eq=False, repr=False)
class Document:
    """What was read from one place.

    `uri` is a path, a URL, or a name such as `<params>`. `tree` is shared and must not be changed. `raw` is what was read, `text`
    the same as the parser takes it; `nodes`, and what aliases `added` to its length, are counted where it was text. A document
    that was `reached` through a reference becomes `private` when it does not prove to be a spec: its text is then never quoted.
    `faults` are what was passed over in its text. Paths that it is asked for are those of its tree without the `gaps`: the parts
    at fault, which specs are read without.
    """

    uri: str
    text: str | None
    tree: Tree
    warnings: tuple[Problem, ...] = ()
    limits: Limits = Limits()
    reached: bool = False
    private: bool = False
    raw: str | bytes | None = None
    nodes: int = 0
    added: int = 0
    gaps: tuple[Path, ...] = ()
    faults: tuple[Misread, ...] = ()

    @classmethod
    def of_tree(cls, uri: str, tree: Tree) -> "Document":
        """A document that was never text: objects built in Python, params and options of a call."""
        return cls(uri, None, tree)

    @functools.cached_property
    def sha256(self) -> str:
        """`sha256:` and the hex digest of what was read, text in UTF-8; of nothing for a document that was never text."""
        raw = (self.text or "") if self.raw is None else self.raw
        return "sha256:" + hashlib.sha256(_in_bytes(raw)).hexdigest()

    @property
    def size(self) -> int:
        """The bytes of what was read, aliases expanded; none of a document that was never text."""
        return len(_in_bytes(self.raw or b"")) + self.added

    @functools.cached_property
    def _index(self) -> Index:
        return Index(self.text or "")

    @functools.cached_property
    def _starts(self) -> list[int]:
        """Where each line of the text begins."""
        return [0, *(match.end() for match in _BREAK.finditer(self.text or ""))]

    @functools.cached_property
    def _lines(self) -> list[str]:
        return _BREAK.split(self.text or "")

    def locate(self, path: Path, *, key: bool = False, span: tuple[int, int] | None = None) -> Location:
        """Where a path was written; the nearest enclosing place where the path itself was not written in the document."""
        return self._locate(restored(path, self.gaps) if self.gaps else path, key=key, span=span)

    def start(self, path: Path, *, key: bool = False, span: tuple[int, int] | None = None) -> tuple[int, int] | tuple[None, None]:
        """The line and the column where the place of a path begins, as `locate` has them."""
        if self.text is None:
            return None, None
        if self._index.is_empty:
            return 1, 1
        return self._place(self._range(restored(path, self.gaps) if self.gaps else path, key=key, span=span)[0])

    def _locate(self, path: Path, *, key: bool = False, span: tuple[int, int] | None = None) -> Location:
        if self.text is None:
            return Location(self.uri)
        if self._index.is_empty:
            return Location(self.uri, 1, 1)
        return self._between(*self._range(path, key=key, span=span))

    def _range(self, path: Path, *, key: bool, span: tuple[int, int] | None = None) -> tuple[int, int]:
        """Where in the text the place of a path begins, and where the text goes on behind it."""
        written, number = self._found(path)
        place = self._index.key(number) if key else None
        if place is not None:
            return place
        place = self._index.value(number)
        return place if span is None else self._narrow(written, *place, span)

    def diagnose(self, problem: Problem) -> Diagnostic:
        """The problem with its place in this document."""
        if self.gaps:
            related = tuple((message, restored(path, self.gaps)) for message, path in problem.related)
            problem = attrs.evolve(problem, path=restored(problem.path, self.gaps), related=related)
        location = self._locate(problem.path, key=problem.at == "key", span=problem.span)
        return self.placed(problem, location, tuple(self._note(message, path) for message, path in problem.related))

    def note(self, message: str, path: Path) -> Note:
        """A note that points at a path, with its line."""
        return self._note(message, restored(path, self.gaps))

    def _note(self, message: str, path: Path) -> Note:
        location = self._locate(path)
        return Note(message, location, self._masked(self.excerpt(location), location, path))

    def written_at(self, path: Path) -> Tree:
        """What the document holds at a path, its keys in either spelling; that of the nearest enclosing one it holds."""
        return at(self.tree, self._written(restored(path, self.gaps)))

    def excerpt(self, location: Location, *, key: bool = False) -> str | None:
        """The line of a place, or None where it may not be quoted; after a key at fault its value is left out."""
        if self.private or location.line is None or self.text is None or location.line > len(self._lines):
            return None
        line = self._lines[location.line - 1]
        if key and location.end_line == location.line and location.end_column is not None:
            rest = line[location.end_column - 1 :]
            return line[: location.end_column - 1] + (": …" if rest.strip(" :") else rest.rstrip())
        return line

    def misread(self, error: Misread | Mangled) -> PolyspecError:
        """The error for a text that could not be read."""
        if isinstance(error, Mangled):
            is_past = error.line >= len(self._lines)  # the parser counts one line more than a text without a break at its end
            line, column = (len(self._lines), len(self._lines[-1]) + 1) if is_past else (error.line + 1, error.column + 1)
            location = Location(self.uri, line, column, line, column + 1)
            return PolyspecError([self.placed(Problem("not-yaml", error.message), location, ())])
        return PolyspecError([self._of_text(error)])

    def told_faults(self) -> list[Diagnostic]:
        """What is wrong with the text, where the rest of it could be read."""
        return [self._of_text(fault) for fault in self.faults]

    def _of_text(self, error: Misread) -> Diagnostic:
        location = None if error.first is None else self._between(*error.first)
        is_key = error.problem.at == "key"
        note = () if location is None else (Note("first written here", location, self.excerpt(location, key=is_key)),)
        return self.placed(error.problem, self._location(error.start, error.end), note)

    def placed(self, problem: Problem, location: Location, notes: tuple[Note, ...]) -> Diagnostic:
        """The diagnostic of a problem whose place is known."""
        excerpt = self.excerpt(location, key=problem.at == "key")
        if problem.at == "value":
            excerpt = self._masked(excerpt, location, problem.path)
        return Diagnostic(problem.code, problem.message, location, problem.path, problem.hint, problem.severity, excerpt, notes)

    def as_a_whole(self, problem: Problem) -> Diagnostic:
        """A problem of the document as a whole: its place is the beginning."""
        return self.placed(problem, Location(self.uri) if self.text is None else Location(self.uri, 1, 1), ())

    def _masked(self, excerpt: str | None, location: Location, path: Path) -> str | None:
        """The line of a place, masked from there on where the path leads to a secret."""
        if excerpt and location.column and self._is_secret(path):
            return excerpt[: location.column - 1] + "*" * len(excerpt[location.column - 1 :])
        return excerpt

    def _is_secret(self, path: Path) -> bool:
        """Whether a path leads to a secret; a document that cannot be read has no tree to look at, and no marks."""
        return is_secret(self.tree, path if self.tree is None else self._written(path))

    def _location(self, start: Any, end: Any) -> Location:
        return Location(self.uri, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def _written(self, path: Path) -> Path:
        """The longest part of a path that the document holds, its keys as they are spelt there."""
        return self._found(path)[0]

    def _found(self, path: Path) -> tuple[Path, int]:
        """The longest part of a path that the document holds, its keys as they are spelt there, and its number in the index."""
        written: list[str | int] = []
        number = 0
        for step in path:
            name, child = step, self._index.child(number, step)
            if child is None and isinstance(step, str):
                name = _snake(step)
                child = self._index.child(number, name)
            if child is None:
                break
            written.append(name)
            number = child
        return tuple(written), number

    def _narrow(self, written: Path, start: int, end: int, span: tuple[int, int]) -> tuple[int, int]:
        """The place of a part of a scalar: found again in the source, where quoting and folding may have moved it."""
        value, text = at(self.tree, written), self.text or ""
        if not isinstance(value, str):
            return start, end
        places = positions(text, start, end, value)
        if places is None or not 0 <= span[0] < span[1] <= len(value):
            return start, end
        first, last, behind = places[span[0]], places[span[1] - 1], places[span[1]]
        return first, last + 1 if _BREAK.search(text, last, behind) else behind  # what follows may stand on another line

    def _between(self, start: int, end: int) -> Location:
        """The location of a part of the text."""
        return Location(self.uri, *self._place(start), *self._place(end))

    def _place(self, position: int) -> tuple[int, int]:
        """The line and the column (from 1) of a position of the text."""
        line = bisect.bisect_right(self._starts, position)
        return line, position - self._starts[line - 1] + 1


def parse(text: str | bytes, uri: str, limits: Limits | None = None, *, reached: bool = False) -> Document:
    """Read one YAML or JSON document. Raises `PolyspecError` with the places of what is wrong with its text."""
    document = read_text(text, uri, limits, reached=reached)
    if document.faults:
        raise PolyspecError(document.told_faults())
    return document


def read_text(text: str | bytes, uri: str, limits: Limits | None = None, *, reached: bool = False) -> Document:
    """Read one YAML or JSON document, as far as it can be read: what was passed over stands in its `faults`.

    Raises `PolyspecError` with the place of what stops the reading, after what was passed over.
    """
    limits = limits or Limits()
    if not isinstance(text, str | bytes):
        raise PolyspecError([Diagnostic("bad-source", f"a document is text, not {type(text).__name__}", Location(uri))])
    if len(_in_bytes(text)) > limits.document_bytes:
        problem = Problem(message=f"more than {limits.document_bytes} bytes", **crossed("document_bytes"))
        raise PolyspecError([Document(uri, "", None, private=True).placed(problem, Location(uri, 1, 1), ())])
    decoded = _decoded(text, uri)
    document = Document(uri, decoded, None, limits=limits, reached=reached, private=reached, raw=text)
    builder = Builder(decoded, limits)
    try:
        built = builder.build()
    except (Misread, Mangled) as error:
        passed = attrs.evolve(document, faults=tuple(builder.faults)).told_faults()
        raise PolyspecError([*passed, *document.misread(error).diagnostics]) from None
    if built.empty or built.tree is None:
        problem = Problem(
            "empty-document", "the document is empty", hint="a spec is a mapping with `kind: component` or `kind: operation`"
        )
        raise PolyspecError([document.placed(problem, Location(uri, 1, 1), ())])
    return attrs.evolve(
        document,
        tree=built.tree,
        warnings=built.warnings,
        private=False,
        nodes=built.nodes,
        added=built.added,
        faults=tuple(builder.faults),
    )


def _in_bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


def _decoded(text: str | bytes, uri: str) -> str:
    """The text without byte order marks before it; the tabs of a JSON file, which YAML does not allow, as spaces."""
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as error:
            line, column = _end(error.object[: error.start].decode("utf-8-sig"))
            location = Location(uri, line, column)
            raise PolyspecError([Diagnostic("not-utf8", "the document is not UTF-8 text", location)]) from None
    text = text.lstrip("\ufeff")
    if "\t" not in text or not text.lstrip().startswith(("{", "[")):
        return text
    return _TAB_OR_TEXT.sub(lambda match: " " if match[0] == "\t" else match[0], text)


def _end(text: str) -> tuple[int, int]:
    """The line and the column (from 1) of the end of a text."""
    lines = _BREAK.split(text)
    return len(lines), len(lines[-1]) + 1


def _snake(key: str) -> str:
    """A key of the language, which has camelCase, as it may be spelt in a document: in snake_case."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in key)
