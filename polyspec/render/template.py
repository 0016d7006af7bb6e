"""Templates: a text with expressions, parsed once, evaluated over a scope.

Text around plain names (`--lr={{ lr }}`, `{{ globals.ports[0] }}`) is split here; everything else is parsed by jinja2. Both give
the same closures.
"""

import functools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import attrs

from polyspec.caches import LONGEST, remembered
from polyspec.errors import shortened
from polyspec.limits import Limits
from polyspec.record import record
from polyspec.render.filters import written
from polyspec.render.language import Evaluate, block, expression
from polyspec.render.scope import Scope, TemplateError, Total, bytes_of, field_of, over
from polyspec.render.uses import names_read
from polyspec.tree import Path

MAX_TOKENS = 400
"""Tokens of one expression or statement."""
MAX_NESTING = 32
"""Brackets inside brackets, blocks inside blocks, and signs before signs."""
_PLAIN = re.compile(r"\{\{[ \t]*([A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*|\[(?:0|[1-9][0-9]{0,8})\])*)[ \t]*\}\}")
_OPENING = re.compile(r"\{[{%#]")
_PART = re.compile(r"\{[{%#].*?(?:[}%#]\}|\Z)", re.DOTALL)
_WORD = re.compile(r"\w+|[^\w\s]")
_STEP = re.compile(r"[A-Za-z][A-Za-z0-9_]*|[0-9]+")
_KEYWORDS = frozenset({"true", "false", "none", "True", "False", "None", "not", "and", "or", "if", "else", "in", "is"})
_DIGITS = frozenset("0123456789")
_SIGNS = frozenset({"not", "-", "+"})
_OPENERS, _CLOSERS = frozenset("([{"), frozenset(")]}")


@record(eq=False, repr=False)
class Template:
    """A parsed template.

    `evaluate` gives its value: of its expression's own type where the text is one whole expression, else text. It raises
    `TemplateError`. `uses` are the dotted paths that it reads, such as `("params", "lr", "value")`: the names of its own loops
    are left out, and a path ends before a subscript that is computed. `evaluations` is how many names and words it evaluates,
    but for what its loops do at each step; `words` is what there was to parse, nothing of plain names.
    """

    evaluate: Evaluate
    uses: frozenset[Path]
    evaluations: int
    words: int = 0

    @functools.cached_property
    def names(self) -> frozenset[str]:
        """The names that it reads, without the steps after them."""
        return frozenset(str(use[0]) for use in self.uses)


def is_template(text: str) -> bool:
    """Whether a text is rendered at all."""
    return "{{" in text or "{%" in text


@attrs.define(eq=False, repr=False)
class Templates:
    """The templates of one spec: each text is parsed once, and all of them are bounded together.

    `words` are those of all expressions that were parsed, each text counted once; `total` is what was rendered.
    """

    limits: Limits = attrs.field(factory=Limits)
    total: Total = attrs.field()
    words: int = 0
    _parsed: dict[str, Template | TemplateError] = attrs.field(factory=dict)

    @total.default
    def _none_yet(self) -> Total:
        return Total(self.limits)

    @property
    def is_full(self) -> bool:
        """Whether there were more words than are parsed: what other texts read is not known."""
        return self.words > self.limits.template_words

    def of(self, source: str) -> Template:
        """The template of a text. Raises `TemplateError`."""
        found = self._found(source)
        if isinstance(found, Template):
            return found
        raise found.with_traceback(None)

    def uses(self, text: str) -> frozenset[Path]:
        """The dotted paths that a text reads; nothing for one that is no template, or that cannot be read: rendering says so."""
        found = self._found(text) if is_template(text) else None
        return found.uses if isinstance(found, Template) else frozenset()

    def names(self, source: str) -> frozenset[str]:
        """The names that a template reads; nothing for one that cannot be read."""
        found = self._found(source)
        return found.names if isinstance(found, Template) else frozenset()

    def _found(self, source: str) -> Template | TemplateError:
        return self._parsed.get(source) or self._read(source)

    def _read(self, source: str) -> Template | TemplateError:
        """What a text gives for the first time; not kept where it is short and has plain names alone, for it is kept anyway."""
        if bytes_of(source) > self.limits.template_bytes:
            return over("template_bytes", f"the source of a template has more than {self.limits.template_bytes} bytes")
        if self.is_full:
            return self._full()
        found, words = _read(source)
        if words or len(source) > LONGEST:
            self._parsed[source] = found
        is_more = words > self.limits.template_words - self.words
        self.words += words
        return self._full() if is_more else found

    def _full(self) -> TemplateError:
        most = self.limits.template_words
        return self.total.over("template_words", f"the expressions of this spec have more than {most} words and signs")


def _read(source: str) -> tuple[Template | TemplateError, int]:
    """A template, or why a text is none, and the words that there were to read."""
    try:
        found = _template(source)
    except TemplateError as error:
        return error, words_of(source)
    return found, found.words


@remembered(2048)
def _template(source: str) -> Template:
    plain = _plain(source)
    if plain is not None:
        return plain
    try:
        return _built(source, _parsed(source))
    except RecursionError:  # the last net: the bounds of `_check_size` are met first
        raise TemplateError("a template is nested too deeply", code="template-nesting") from None


def _built(source: str, body: list[Any]) -> Template:
    only = body[0].nodes[0] if len(body) == 1 and type(body[0]).__name__ == "Output" and len(body[0].nodes) == 1 else None
    is_whole = only is not None and type(only).__name__ != "TemplateData"
    evaluate = expression(only) if is_whole else _text_of(block(body))  # what is refused is refused here
    names = frozenset(path for node in body for path in names_read(node))
    words = words_of(source)
    return Template(evaluate, names, words, words)


def _text_of(write: Callable[[Scope, list[str]], None]) -> Evaluate:
    """What gives the text that a body writes."""

    def text(scope: Scope) -> str:
        out: list[str] = []
        write(scope, out)
        return "".join(out)

    return text


def words_of(source: str) -> int:
    """The words and signs in the expressions, the statements and the comments of a source."""
    return sum(len(_WORD.findall(match[0])) for match in _PART.finditer(source))


def _plain(source: str) -> Template | None:
    """The template of a source that has plain names alone; None of any other."""
    if "\r" in source:
        return None
    parts: list[str | Evaluate] = []
    uses: list[Path] = []
    for index, part in enumerate(_PLAIN.split(source.removesuffix("\n"))):  # texts, with a name between each and the next
        if index % 2:
            path = _steps(part)
            if path[0] in _KEYWORDS:
                return None
            parts.append(_dotted(path))
            uses.append(path)
        elif "{" in part and _OPENING.search(part):
            return None
        elif part:
            parts.append(part)
    whole = parts[0] if len(parts) == 1 and callable(parts[0]) else None
    return Template(whole or _text_of(_joined(parts)), frozenset(uses), len(parts))


def _steps(text: str) -> Path:
    """The steps of a plain name: `globals.ports[0]` has three."""
    return tuple([int(step) if step[0] in _DIGITS else step for step in _STEP.findall(text)])


def _dotted(path: Path) -> Evaluate:
    head, rest = str(path[0]), path[1:]

    def look_up(scope: Scope) -> Any:
        value, holder = scope.look_up(head), head
        for step in rest:
            value, holder = field_of(value, step, holder), ""
        return value

    return look_up


def _joined(parts: list[str | Evaluate]) -> Callable[[Scope, list[str]], None]:
    def run(scope: Scope, out: list[str]) -> None:
        for part in parts:
            out.append(part if isinstance(part, str) else written(scope, part(scope)))  # noqa: PERF401 - a generator takes longer

    return run


def _parsed(source: str) -> list[Any]:
    from jinja2 import TemplateSyntaxError
    from jinja2.parser import Parser

    try:
        body: list[Any] = Parser(_environment(), source).parse().body
    except TemplateSyntaxError as error:
        reason = (error.message or "").rstrip(".")
        raise TemplateError(f"not a template: {shortened(reason[:1].lower() + reason[1:], 200)}") from None
    except ValueError:  # Python's bound on the digits of an integer
        raise TemplateError("not a template: a number of it is too long") from None
    except SyntaxError:  # the lexer takes the digits of every script for a number with a point, and reads it as Python
        raise TemplateError("not a template: the digits of a number are `0` to `9`") from None
    return body


@functools.cache
def _environment() -> Any:
    """The words of jinja2's parser, which are counted before it sees them. It is never asked to compile or to render."""
    from jinja2.lexer import Lexer
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Counting(Lexer):
        def tokeniter(self, *source: Any, **options: Any) -> Iterator[tuple[int, str, str]]:
            tokens = list(super().tokeniter(*source, **options))
            _check_size(tokens)
            return iter(tokens)

    class Environment(ImmutableSandboxedEnvironment):
        lexer = functools.cached_property(Counting)

    return Environment()


def _check_size(tokens: Iterable[tuple[int, str, str]]) -> None:
    """Bound what the parser will recurse over, on the tokens, before it does."""
    found = depth = blocks = signs = 0
    for _, kind, value in tokens:
        if kind == "whitespace":
            continue
        signs = signs + 1 if value in _SIGNS else 0
        if kind.endswith("_begin"):
            found = depth = 0
        elif kind == "operator":
            depth += (value in _OPENERS) - (value in _CLOSERS)
        elif kind == "name" and found == 0:
            blocks += (value in ("if", "for")) - (value in ("endif", "endfor"))
        found += kind not in ("variable_begin", "block_begin", "data")
        if depth > MAX_NESTING or blocks > MAX_NESTING or signs > MAX_NESTING:
            raise TemplateError(f"a template is nested more than {MAX_NESTING} levels deep", code="template-nesting")
        if found > MAX_TOKENS:
            raise TemplateError(f"an expression has more than {MAX_TOKENS} words and signs", code="template-size")
