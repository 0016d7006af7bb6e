"""Rendering: every text of a tree with a template in it, in one strict pass; results are data and never rendered again."""

from collections.abc import Mapping
from typing import Any

import attrs

from polyspec.errors import Problem
from polyspec.limits import Limits
from polyspec.render.filters import text_of
from polyspec.render.scope import TemplateError
from polyspec.render.template import is_template, template
from polyspec.tree import Path, Tree
from polyspec.tree.shape import LEAF, TEXT, Shape


@attrs.frozen(eq=False)
class Renderer:
    """Renders trees over one set of names; problems are collected, and the text stays where one is."""

    names: Mapping[str, Any]
    limits: Limits = attrs.field(factory=Limits)
    problems: list[Problem] = attrs.field(factory=list)

    def tree(self, node: Tree, shape: Shape = LEAF, path: Path = ()) -> Tree:
        """The tree with its templates rendered. Parts without templates are shared, not copied.

        A text that is one whole expression takes the type of its value, except where the shape says that the field is text.
        Keys are rendered as text.
        """
        if type(node) is str:
            return self.text(node, path, shape) if is_template(node) else node
        if type(node) is dict:
            variant = shape.variant(node.get("kind"))
            items = {self._key(key, path): self.tree(value, variant.child(key), (*path, key)) for key, value in node.items()}
            return node if items.keys() == node.keys() and all(items[key] is node[key] for key in node) else items
        if type(node) is list:
            return self._list(node, shape, path)
        return node

    def text(self, source: str, path: Path, shape: Shape = LEAF) -> Any:
        """The value of one text; text, where the shape is that of a text. A list stays one where a list may stand."""
        try:
            value = template(source, self.limits).evaluate(self.names, self.limits)
        except TemplateError as error:
            span = span_of(source, error.word)
            self.problems.append(Problem(error.code, error.message, path, error.hint, span=span))
            return source
        is_part = shape.how != "leaf" and isinstance(value, list | dict)
        return text_of(value) if shape.is_text and value is not None and not is_part else value

    def _key(self, key: str, path: Path) -> str:
        return str(self.text(key, (*path, key), TEXT)) if is_template(key) else key

    def _list(self, node: list[Tree], shape: Shape, path: Path) -> Tree:
        item = shape.items or LEAF
        items = [self.tree(value, item, (*path, index)) for index, value in enumerate(node)]
        return node if all(new is old for new, old in zip(items, node, strict=True)) else items


def span_of(source: str, word: str | None) -> tuple[int, int] | None:
    """Where a word stands in the expressions of a source; its first expression where it does not."""
    start = min((found for found in (source.find("{{"), source.find("{%")) if found >= 0), default=-1)
    if start < 0:
        return None
    if word:
        position = _find_word(source, word, start)
        if position >= 0:
            return position, position + len(word)
    ends = [found + 2 for found in (source.find("}}", start), source.find("%}", start)) if found >= 0]
    return start, min(ends, default=len(source))


def _find_word(source: str, word: str, start: int) -> int:
    position = source.find(word, start)
    is_name = word.isidentifier()
    while position >= 0 and is_name:
        before, after = source[position - 1], source[position + len(word) : position + len(word) + 1]
        if not (before.isalnum() or before == "_") and not (after.isalnum() or after == "_"):
            break
        position = source.find(word, position + 1)
    return position
