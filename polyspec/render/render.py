"""Rendering: every text of a tree with a template in it, in one strict pass; results are data and never rendered again."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import attrs

from polyspec.errors import Problem, Vocabulary
from polyspec.late import late_pattern
from polyspec.record import record
from polyspec.render.contexts import to_text
from polyspec.render.filters import text_of
from polyspec.render.scope import Missing, Scope, TemplateError, hint_for
from polyspec.render.spots import Rendered, Spot, spots_of, templates_in
from polyspec.render.template import Templates, is_template
from polyspec.tree import Path, Tree, replaced, walk
from polyspec.tree.shape import LEAF, TEXT, Shape

_EXPRESSION = late_pattern(r"\{\{.*?(?:\}\}|\Z)|\{%.*?(?:%\}|\Z)", re.DOTALL)


@record(eq=False)
class Renderer:
    """Renders trees over one set of names; problems are collected, and the text stays where one is.

    `told` is how many problems are known already: hints are sought for as many as an error carries, for they take time, and
    for none of the `waiting` names, which are known to be missing. Past ten times as many, texts stay as they are written.
    `templates` are those of the spec; once they are over a limit together, texts stay as they are written.
    With `defers`, the tree is rendered again by others: a text whose value looks like a template stays as it is written.
    """

    names: Mapping[str, Any]
    templates: Templates = attrs.field(factory=Templates)
    problems: list[Problem] = attrs.field(factory=list)
    warnings: list[Problem] = attrs.field(factory=list)
    told: int = 0
    defers: bool = False
    waiting: Container[str] = ()
    _vocabularies: dict[int, tuple[Mapping[str, Any], Vocabulary]] = attrs.field(factory=dict, init=False)

    def tree(self, node: Tree, shape: Shape = LEAF, path: Path = ()) -> Tree:
        """The tree with its templates rendered. Parts without templates are shared, not copied.

        A text that is one whole expression takes the type of its value, except where the shape says that the field is text.
        Keys are rendered as text.
        """
        if type(node) is str:
            return self.text(node, path, shape) if is_template(node) else node
        return self.rendered(node, spots_of(node, shape), path).tree

    def rendered(self, node: Tree, spots: Sequence[Spot], path: Path = ()) -> Rendered:
        """The tree with its spots rendered, and what it takes to render it again over other names."""
        known = len(self.warnings)
        changes = zip(spots, self.spots(spots, path), strict=True)
        tree = replaced(node, [change for spot, change in changes if change[1] is not spot.node])
        return Rendered(node, tree, tuple(spots), self.names, self.warnings[known:])

    def spots(self, spots: Iterable[Spot], path: Path = ()) -> list[tuple[Path, Tree]]:
        """What the spots of a tree give, by their paths in it; `path` is that of the tree."""
        return [(spot.path, self.spot(spot, (*path, *spot.path))) for spot in spots]

    def spot(self, spot: Spot, path: Path) -> Tree:
        """What a spot gives; `path` is its own."""
        if type(spot.node) is str:
            return self.text(spot.node, path, spot.shape)
        return self._mapping(spot.node, spot.shape, path)

    def text(self, source: str, path: Path, shape: Shape = LEAF) -> Any:
        """The value of one text; text, where the shape is that of a text. A list stays one where a list may stand.

        In a variable or a label, a value of another type is its JSON: `true`, `{"a":1}`.
        """
        total = self.templates.total
        if total.is_over or self.told + len(self.problems) >= total.limits.sought:
            return source
        scope = Scope(self.names, total)
        try:
            value = self._value(source, scope, shape)
        except TemplateError as error:
            self.problems.append(self._problem(error, source, path))
            return source
        if self.defers and any(is_template(str(part)) for path, leaf in walk(value) for part in (*path, leaf)):
            return source
        if scope.spent.has_null:
            message = "an expression in this text gives null, which is written as `None`"
            self.warnings.append(Problem("null-in-text", message, path, "give it a default", severity="warning"))
        return value

    def _value(self, source: str, scope: Scope, shape: Shape) -> Any:
        """The value of a text, as its shape wants it, counted before and after it becomes text. Raises `TemplateError`."""
        found, total = self.templates.of(source), scope.total
        total.add_evaluations(found.evaluations)
        try:
            value = found.evaluate(scope)
        finally:
            total.add_steps(scope.spent)
        total.add(value)
        is_part = shape.how != "leaf" and isinstance(value, list | dict)
        if isinstance(value, str) or not shape.is_text or value is None or is_part:
            return value
        text = to_text(value) if shape.is_loose else text_of(value)
        total.add(text)
        return text

    def _problem(self, error: TemplateError, source: str, path: Path) -> Problem:
        hint = error.hint
        seeks = self.told + len(self.problems) < self.templates.limits.diagnostics
        if isinstance(error, Missing) and error.word and error.known is not None and seeks and error.word not in self.waiting:
            hint = hint_for(error.word, self._vocabulary(error.known()), ours=error.ours)
        return Problem(error.code, error.message, path, hint, span=span_of(source, error.word), about=error.word)

    def _vocabulary(self, known: Mapping[str, Any]) -> Vocabulary:
        """The names of a mapping, which many templates may miss."""
        found = self._vocabularies.setdefault(id(known), (known, _names_in(known)))
        return found[1]

    def _mapping(self, node: dict[str, Tree], shape: Shape, path: Path) -> Tree:
        items: dict[str, Tree] = {}
        for key, value in node.items():
            name = str(self.text(key, (*path, key), TEXT)) if is_template(key) else key
            if name in items:
                message = "two keys of this mapping are the same once they are rendered"
                self.problems.append(Problem("duplicate-key", message, (*path, key), at="key"))
            items[name] = self.tree(value, shape.child(key), (*path, key))
        return items


def unknown_names(tree: Tree, path: Path, known: Iterable[str], templates: Templates) -> Iterator[Problem]:
    """The names in the texts of a tree that are not known, as many as an error carries.

    For what cannot be rendered yet, for some of the known names have no value. A text that asks whether a name is there may
    have any.
    """
    texts = templates_in(tree, path)
    if not texts:
        return
    names = dict.fromkeys(known)
    vocabulary, there = Vocabulary(names), names.keys()
    read = ((where, text, templates.names(text)) for where, text in texts)
    unknown = ((where, text, word) for where, text, words in read if not words <= there for word in sorted(words - there))
    told = (it for it in unknown if "default" not in it[1] and "defined" not in it[1])
    for where, text, word in islice(told, templates.limits.diagnostics):
        hint = hint_for(word, vocabulary, ours=True)
        yield Problem("unknown-name", f"unknown name `{word}`", where, hint, span=span_of(text, word), about=word)


def _names_in(known: Mapping[Any, Any]) -> Vocabulary:
    return Vocabulary([str(key) for key in known])


def span_of(source: str, word: str | None) -> tuple[int, int] | None:
    """Where a word stands in the expressions of a source; its first expression where it stands in none."""
    expressions = [(match.start(), match.end()) for match in _EXPRESSION.finditer(source)]
    for start, end in expressions if word else ():
        position = _find_word(source, word or "", start, end)
        if position >= 0:
            return position, position + len(word or "")
    return expressions[0] if expressions else None


def _find_word(source: str, word: str, start: int, end: int) -> int:
    position = source.find(word, start, end)
    is_name = word.isidentifier()
    while position >= 0 and is_name:
        before, after = source[position - 1], source[position + len(word) : position + len(word) + 1]
        if not (before.isalnum() or before == "_") and not (after.isalnum() or after == "_"):
            break
        position = source.find(word, position + 1, end)
    return position
