"""Errors as data: a problem that a stage found, the diagnostic it becomes once placed, and the error that carries them."""

import functools
import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, ParamSpec, TypeVar

import attrs

from polyspec.late import late_pattern
from polyspec.record import record
from polyspec.tree import Path, format_path

R = TypeVar("R")
P = ParamSpec("P")
Severity = Literal["error", "warning"]

MAX_TEXT = 8 * 1024
"""The text of an error, in bytes, at most (security: messages stay small however large the input)."""
MAX_SHOWN = 20
"""Diagnostics that the text of an error spells out; the rest are counted."""
_MAX_EXCERPT, _MIN_EXCERPT = 160, 20
_MAX_LINE = 64 * 1024
"""Lines that are longer are not shown: what stands before the part at fault says whether it is a secret, and takes time."""
_MAX_WORD, _MAX_CANDIDATES = 60, 200
"""What is looked at for a close match: the beginning of names, and of many names those nearest in length."""
_UNPRINTABLE = late_pattern(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_SENSITIVE = r"passw|passphrase|secret|token|credential|api[-_]?key|private[-_]?key"
_SECRET_NAME = late_pattern(_SENSITIVE, re.IGNORECASE)
_KEYS = (
    late_pattern(
        rf"""((?:{_SENSITIVE})[\w.-]{{0,64}}["']?\s{{0,8}}[:=]\s{{0,8}})"""
        r"""([^\s,}\]][^,}\]]*)""",
        re.IGNORECASE,
    ),
)
"""Values of keys that sound like secrets."""
_URLS = (
    late_pattern(r"(://)([^/@\s]+)(?=@)"),
    late_pattern(r"(https?://[^\s?#]{1,200}\?)(?!query-[0-9a-f]{12}(?:[\s`\"']|$))([^\s#\"']+)"),
)
"""The user names, passwords and queries of URLs; not a query that a digest stands for already."""


@record
class Location:
    """A place in a text: lines and columns count from 1; `end_column` is the column after the last character."""

    file: str
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (printable(self.file), self.line, self.column) if part is not None)


@record
class Note:
    """Another place that a diagnostic points at, and why; `excerpt` is its line, where it may be quoted."""

    message: str
    location: Location | None = None
    excerpt: str | None = None


@record
class Diagnostic:
    """One placed problem. `code` is stable and has a page in the documents; `excerpt` is the line of the source."""

    code: str
    message: str
    location: Location | None = None
    path: Path = ()
    hint: str | None = None
    severity: Severity = "error"
    excerpt: str | None = None
    notes: tuple[Note, ...] = ()

    def __str__(self) -> str:
        return "\n".join(_lines(self))


@record
class Problem:
    """What a stage found, before anyone has looked up where it was written.

    `path` is a path of the tree that the stage worked on. `at` says whether the key or the value is at fault; `span` narrows
    a value to a part of its text (offsets of the first character and the one after the last). `related` are other paths of
    the tree with the reason for pointing at them. `source` is the document that the path leads into, where it is not the tree
    that the stage was given. `about` is the name that is missing or not known; of an unknown key, the one that was meant.
    """

    code: str
    message: str
    path: Path = ()
    hint: str | None = None
    at: Literal["key", "value"] = "value"
    span: tuple[int, int] | None = None
    severity: Severity = "error"
    related: tuple[tuple[str, Path], ...] = ()
    source: Any = attrs.field(default=None, eq=False, repr=False)
    about: str | None = attrs.field(default=None, eq=False, repr=False)


def plugin_failed(what: str, name: str, error: Exception, path: Path = ()) -> Problem:
    """The problem of a plug-in that raised what it should not: its name and the class of the error, never its text."""
    message = f"the {what} `{shortened(name)}` failed: `{type(error).__name__}`"
    return Problem("plugin-failed", message, path, "see to the plug-in: what it raises beside its own errors is a fault of it")


class Rejected(Exception):
    """Raised by a stage with all the problems it found; the compiler places them. Never leaves the library.

    `partial` is what the stage made nevertheless, the parts at fault left out, so that the next stage can look at the rest;
    None where it made nothing.
    """

    def __init__(self, problems: Iterable[Problem], partial: Any = None) -> None:
        self.problems, self.partial = tuple(problems), partial
        super().__init__(self.problems)


@record(eq=False)
class Findings:
    """The problems of stages that follow one another: each goes on with what the one before it made nevertheless."""

    problems: list[Problem] = attrs.field(factory=list)

    def of(self, stage: Callable[[], R]) -> R:
        """What a stage gives, its problems noted. Raises `Rejected` with all of them where it gives nothing."""
        try:
            return stage()
        except Rejected as error:
            self.problems.extend(error.problems)
            if error.partial is None:
                raise Rejected(self.problems) from None
            partial: R = error.partial
            return partial

    def note(self, problems: Iterable[Problem]) -> None:
        """Take problems over from a check that gives nothing else."""
        self.problems.extend(problems)

    def settle(self) -> None:
        """Raise `Rejected` where there are problems."""
        if self.problems:
            raise Rejected(self.problems)


class PolyspecError(Exception):
    """The one error that the library raises: a non-empty tuple of diagnostics.

    Its text shows each with the line of its source and a caret. Pickles, compares by identity, chains like any exception.
    """

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        if not diagnostics:
            raise ValueError("an error needs at least one diagnostic")
        self.diagnostics: tuple[Diagnostic, ...] = tuple(diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        return report(self.diagnostics)


class Unsound(PolyspecError):
    """The error of what could be read in part; `partial` is that part, the parts at fault left out."""

    def __init__(self, diagnostics: Sequence[Diagnostic], partial: Any) -> None:
        super().__init__(diagnostics)
        self.partial = partial

    def __reduce__(self) -> tuple[type[PolyspecError], tuple[object, ...]]:
        return PolyspecError, (self.diagnostics,)


def netted(call: Callable[P, R]) -> Callable[P, R]:
    """A public call under the last net: a stack or a memory that ends is a `PolyspecError` too.

    No input of ours needs it: bounds are met first. A caller that is itself deep in its stack, or short of memory, may.
    """

    @functools.wraps(call)
    def caught(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return call(*args, **kwargs)
        except (RecursionError, MemoryError, ExceptionGroup) as error:
            ended = _ended(error)
            if ended is None:
                raise
            raise PolyspecError([ended]) from None

    return caught


def _ended(error: Exception) -> Diagnostic | None:
    """What ended, where it was the stack or the memory; cattrs hands such errors on in groups."""
    group = error if isinstance(error, ExceptionGroup) else ExceptionGroup("", [error])
    if group.subgroup(RecursionError):
        hint = "call from a place that is less deep, or lower `Limits.depth`"
        return Diagnostic("too-deep", "the stack of the process ended", hint=hint)
    if group.subgroup(MemoryError):
        hint = "lower `Limits.nodes` and `Limits.document_bytes`, or give it more"
        return Diagnostic("out-of-memory", "the memory of the process ended", hint=hint)
    return None


def report(diagnostics: Sequence[Diagnostic], width: int | None = None) -> str:
    """The text of several diagnostics: the first twenty, then how many more; never past 8 KiB.

    Lines of sources are cut to a `width` of so many columns.
    """
    blocks: list[str] = []
    size = 0
    for diagnostic in diagnostics[:MAX_SHOWN]:
        block = "\n".join(_lines(diagnostic, width))
        size += len(block.encode()) + 2
        if size > MAX_TEXT - 100:
            break
        blocks.append(block)
    if not blocks:
        blocks.append(_headline(diagnostics[0]).encode()[: MAX_TEXT // 4].decode(errors="ignore"))
    if len(blocks) < len(diagnostics):
        blocks.append(f"... and {len(diagnostics) - len(blocks)} more")
    return "\n\n".join(blocks)


@record(eq=False, repr=False)
class Vocabulary:
    """The names that are known where some are misspelt: folded once, by the first of the words that are looked for."""

    known: Iterable[str]

    @functools.cached_property
    def _folded(self) -> dict[str, str]:
        return {name[:_MAX_WORD].casefold(): name for name in self.known}

    @functools.cached_property
    def _by_length(self) -> dict[int, list[tuple[int, str]]]:
        found: dict[int, list[tuple[int, str]]] = {}
        for index, name in enumerate(self._folded):
            found.setdefault(len(name), []).append((index, name))
        return found

    def close_match(self, word: str) -> str | None:
        """The name nearest to a word, if one is near; case is no distance."""
        from difflib import get_close_matches  # only mistakes need it

        word = word[:_MAX_WORD].casefold()
        near = self._near(len(word))
        matches = get_close_matches(word, near, n=1, cutoff=0.6) if near else ()
        return self._folded[matches[0]] if matches else None

    def _near(self, length: int) -> list[str]:
        """The names that are looked at: those nearest in length, the first ones first."""

        def distance(other: int) -> int:
            return abs(other - length)

        found: list[str] = []
        for _, lengths in itertools.groupby(sorted(self._by_length, key=distance), distance):
            first = (self._by_length[each][:_MAX_CANDIDATES] for each in lengths)
            found += [name for _, name in sorted(itertools.chain.from_iterable(first))]
            if len(found) >= _MAX_CANDIDATES:
                break
        return found[:_MAX_CANDIDATES]


def close_match(word: str, known: Iterable[str] | Vocabulary) -> str | None:
    """The known name nearest to a word, if one is near; case is no distance."""
    return (known if isinstance(known, Vocabulary) else Vocabulary(known)).close_match(word)


def did_you_mean(word: str, known: Iterable[str] | Vocabulary) -> str | None:
    """The hint for a misspelt name, or None where no name is near."""
    match = close_match(word, known)
    return f"did you mean `{match}`?" if match else None


def printable(text: str) -> str:
    """The text with control, bidirectional and surrogate characters written as escapes, so that no terminal obeys them."""
    return _UNPRINTABLE.sub(lambda match: match[0].encode("unicode_escape", "surrogatepass").decode("ascii"), text)


def shortened(text: str, width: int = 60) -> str:
    """A text to quote in a message: printable, on one line, and no longer than `width` characters."""
    clean = printable(text[: width + 1])  # what is left out is not looked at: a text may be as long as a document
    return clean if len(clean) <= width else clean[: width - 1] + "…"


def sounds_secret(name: object) -> bool:
    """Whether a name is one that secrets go by."""
    return isinstance(name, str) and _SECRET_NAME.search(name) is not None


def conceal(line: str) -> str:
    """A source line with what may be secret masked, no character moved."""
    return conceal_urls(_masked(line, _KEYS))


def conceal_urls(text: str) -> str:
    """A text with the users, passwords and queries of its URLs masked: for names, which may hold a word such as `token`."""
    return _masked(text, _URLS) if "://" in text else text


def _masked(text: str, secrets: Iterable[re.Pattern[str]]) -> str:
    for secret in secrets:
        text = secret.sub(lambda match: match[1] + "*" * len(match[2]), text)
    return text


def _headline(diagnostic: Diagnostic) -> str:
    return f"{diagnostic.severity}[{diagnostic.code}]: {printable(diagnostic.message)}"


def _lines(diagnostic: Diagnostic, width: int | None = None) -> list[str]:
    lines = [_headline(diagnostic)]
    margin = " " * max(len(str(place.line or "")) for place in _quoted(diagnostic))
    if diagnostic.location is not None:
        lines.append(f"{margin}--> {diagnostic.location}")
        lines += _excerpt(diagnostic.excerpt, diagnostic.location, margin, width)
    if diagnostic.path:
        lines.append(f"{margin} = at: {shortened(format_path(diagnostic.path), 200)}")
    if diagnostic.hint:
        lines.append(f"{margin} = help: {printable(diagnostic.hint)}")
    for note in diagnostic.notes:
        where = f" ({note.location})" if note.location else ""
        lines.append(f"{margin} = note: {printable(note.message)}{where}")
        lines += _excerpt(note.excerpt, note.location, margin, width) if note.location else []
    return lines


def _quoted(diagnostic: Diagnostic) -> list[Location]:
    """The places whose lines are shown."""
    noted = [note.location for note in diagnostic.notes if note.excerpt is not None and note.location is not None]
    return [diagnostic.location or Location(""), *noted]


def _excerpt(text: str | None, location: Location, margin: str, columns: int | None) -> list[str]:
    """The line of the source and the carets under the part at fault; a long line is cut around that part."""
    if text is None or location.line is None or location.column is None:
        return []
    start, most = location.column - 1, _MAX_EXCERPT
    if columns is not None:
        most = max(_MIN_EXCERPT, min(most, columns - len(margin) - 3))
    same_line = location.end_line in (None, location.line) and location.end_column is not None
    end = (location.end_column or 0) - 1 if same_line else len(text)
    cut = max(0, min(start, len(text)) - most // 2) if len(text) > most else 0
    if cut > _MAX_LINE:
        return []
    window = conceal(text[: cut + 2 * _MAX_EXCERPT])[cut:]
    before = ("…" if cut else "") + printable(window[: start - cut])
    marked = printable(window[start - cut : max(end, start) - cut])
    line = before + marked + printable(window[max(end, start) - cut :])
    shown = line if len(line) <= most else line[: most - 1] + "…"
    width = max(1, min(len(marked), most - len(before) - 1))
    number = str(location.line).rjust(len(margin))
    return [f"{margin} |", f"{number} | {shown}".rstrip(), f"{margin} | {' ' * len(before)}{'^' * width}"]
