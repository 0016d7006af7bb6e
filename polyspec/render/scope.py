"""What a template sees: names, looked up strictly, with the close matches of those that are not there."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from polyspec.errors import Vocabulary, did_you_mean, shortened
from polyspec.limits import Limits, crossed
from polyspec.record import record
from polyspec.spec.io import RESERVED

_ITEMS_OF_A_STEP = 8
_CHARACTERS_OF_AN_ITEM = 16
_TEMPLATES_OF_STEPS = 2
"""The templates of a spec take as many steps together as so many templates may alone."""


class TemplateError(Exception):
    """A template that cannot be evaluated: what is wrong, the word of the source at fault, and the mend."""

    def __init__(self, message: str, *, word: str | None = None, hint: str | None = None, code: str = "bad-template") -> None:
        self.message, self.word, self.hint, self.code = message, word, hint, code
        super().__init__(message)


class Missing(TemplateError):
    """A name, key or index that is not there; `default` and `is defined` take it for undefined.

    `known` gives the names that are there: asked for the close match when the problem is told, and not before. They
    are all told only where they are `ours`: those of a value that a param brought may be secret.
    """

    def __init__(
        self, message: str, *, word: str | None, known: Callable[[], Mapping[str, Any]] | None = None, ours: bool = False
    ) -> None:
        super().__init__(message, word=word, code="unknown-name")
        self.known, self.ours = known, ours


@attrs.define(eq=False, repr=False)
class Spent:
    """What one rendering has used up of its bounds, loops and all."""

    steps: int = 0
    work: int = 0
    size: int = 0
    has_null: bool = False


@attrs.define(eq=False, repr=False)
class Total:
    """What all templates of one spec did and made together: a run spec is bounded as a document is: values, bytes and depth."""

    limits: Limits
    values: int = 0
    size: int = 0
    steps: int = 0
    evaluations: int = 0
    is_over: bool = False

    @property
    def taken(self) -> float:
        """How much of what the limits allow was made, of all that they bound together: 1 is all of one."""
        values, size = self.values / self.limits.nodes, self.size / self.limits.document_bytes
        return values + size + self.steps / self._most_steps + self.evaluations / self.limits.evaluations

    @property
    def _most_steps(self) -> int:
        return _TEMPLATES_OF_STEPS * self.limits.loop_steps

    def add_steps(self, spent: Spent) -> None:
        """Count the steps of one template. Raises `TemplateError` past twice the limit of one."""
        self.steps += spent.steps + spent.work // _ITEMS_OF_A_STEP
        if self.steps > self._most_steps:
            raise self.over("loop_steps", f"the templates of this spec take more than {self._most_steps} steps in all")

    def add_evaluations(self, count: int) -> None:
        """Count names and words that are evaluated now, by a template or by a step of a loop. Raises `TemplateError`."""
        self.evaluations += count
        most = self.limits.evaluations
        if self.evaluations > most:
            raise self.over("evaluations", f"the templates of this spec evaluate more than {most} names and words in all")

    def add(self, value: Any) -> None:
        """Count a value that a template gave, its parts too, as often as they stand in it. Raises `TemplateError`."""
        limits = self.limits
        todo = [(value, 0)]
        while todo:
            node, depth = todo.pop()
            self.values += 1
            if self.values > limits.nodes:
                raise self.over("nodes", f"the templates of this spec give more than {limits.nodes} values in all")
            if depth > limits.depth:
                raise over("depth", f"the value is nested more than {limits.depth} levels deep")
            if isinstance(node, str):
                self.size += bytes_of(node)
            elif isinstance(node, Mapping):
                self.size += sum(bytes_of(key) for key in node)
                todo.extend((item, depth + 1) for item in node.values())
            elif isinstance(node, Sequence):
                todo.extend((item, depth + 1) for item in node)
            if self.size > limits.document_bytes:
                raise self.over(
                    "document_bytes", f"the templates of this spec give more than {limits.document_bytes} bytes in all"
                )

    def over(self, field: str, message: str) -> TemplateError:
        """The error for a bound of all templates together: no more of them are rendered."""
        self.is_over = True
        return over(field, message)


@record
class Scope:
    """The names of one rendering, and what it has spent. Made for one template, then dropped."""

    names: Mapping[str, Any]
    total: Total
    spent: Spent = attrs.field(factory=Spent)
    outer: "Scope | None" = None

    def look_up(self, name: str) -> Any:
        """The value of a name. Raises `Missing`."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        raise Missing(f"unknown name `{name}`", word=name, known=self.all_names, ours=True)

    def all_names(self) -> Mapping[str, Any]:
        """Every name that can be looked up."""
        return self.names if self.outer is None else {**self.outer.all_names(), **self.names}

    def nested(self, name: str, value: Any) -> "Scope":
        """The scope of a loop's body: its own name before these, the same bounds."""
        return Scope({name: value}, self.total, self.spent, self)

    def step(self, evaluations: int = 0) -> None:
        """Count one step of a loop, and what it evaluates. Raises `TemplateError` past the limits."""
        self.spent.steps += 1
        if self.spent.steps > self.total.limits.loop_steps:
            raise self._too_many_steps()
        self.total.add_evaluations(evaluations)

    def work(self, *values: Any) -> None:
        """Count values that are gone through, item by item: eight items are a step. Raises `TemplateError` past the limit."""
        room = self.total.limits.loop_steps * _ITEMS_OF_A_STEP
        self.go_through(sum([weight(value, room) for value in values]))

    def go_through(self, items: int) -> None:
        """Count so many items that are gone through. Raises `TemplateError` past the limit."""
        self.spent.work += items
        if self.spent.work > self.total.limits.loop_steps * _ITEMS_OF_A_STEP:
            raise self._too_many_steps()

    def grow(self, size: int) -> None:
        """Count text that was made, and that it was gone through. Raises `TemplateError` past the limits."""
        self.spent.size += size
        if self.spent.size > self.total.limits.output_bytes:
            raise over("output_bytes", f"a template renders to more than {self.total.limits.output_bytes} bytes")
        if size >= _CHARACTERS_OF_AN_ITEM:
            self.go_through(size // _CHARACTERS_OF_AN_ITEM)

    def _too_many_steps(self) -> TemplateError:
        return over("loop_steps", f"more than {self.total.limits.loop_steps} steps of loops in one template")


_SINGLE = frozenset({int, float, bool, type(None)})
"""The leaves that hold nothing, told at once: asking an abstract class takes as long as all the rest of weighing."""
_HOLDING = (Mapping, Sequence)


def weight(value: Any, room: int) -> int:
    """How much there is to go through in a value, its items and theirs; 16 characters of a text are one.

    It is no more than a little past `room`: parts that are shared are many where they stand often.
    """
    found, todo = 0, [value]
    while todo and found <= room:
        node = todo.pop()
        if isinstance(node, str):
            found += len(node) // _CHARACTERS_OF_AN_ITEM
        elif type(node) not in _SINGLE and isinstance(node, _HOLDING):
            found += len(node)
            todo.extend(node.values() if isinstance(node, Mapping) else node)
    return found


def over(field: str, message: str) -> TemplateError:
    """The error for a bound that was crossed."""
    return TemplateError(message, **crossed(field))


def bytes_of(text: str) -> int:
    """The size of a text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def field_of(value: Any, key: Any, holder: str | None = None) -> Any:
    """The field of a mapping or the item of a list. Raises `Missing`; nothing else of a value can be reached.

    `holder` is the name that has the value, where it has one.
    """
    if isinstance(value, Mapping) and isinstance(key, str):
        if key in value:
            return value[key]
        raise Missing(f"unknown field `{shortened(key)}`", word=key, known=lambda: value, ours=holder in RESERVED)
    if isinstance(value, Sequence) and isinstance(key, int) and not isinstance(key, bool):
        if -len(value) <= key < len(value):
            return value[key]
        raise Missing(f"index {key} is out of range: the length is {len(value)}", word=str(key))
    if isinstance(value, Mapping) or isinstance(key, list | dict):  # which may be as long as a document: it is not written out
        raise Missing(f"a field is named by text, not by {describe(key)}", word=None)
    raise Missing(f"{describe(value)} has no field `{shortened(str(key))}`", word=str(key))


def hint_for(name: str, names: Vocabulary, *, ours: bool) -> str | None:
    """The close match of a name, or what there is when that is little and ours."""
    found, known = did_you_mean(name, names), list(names.known)
    if found is None and ours and 0 < len(known) <= 8:
        found = f"known are: {', '.join(f'`{shortened(key)}`' for key in known)}"
    return found


def describe(value: Any) -> str:
    """The kind of a value in words."""
    if value is None:
        return "null"
    kinds = (
        (bool, "a bool"),
        (int, "an integer"),
        (float, "a number"),
        (str, "text"),
        (Mapping, "a mapping"),
        (Sequence, "a list"),
    )
    return next((word for kind, word in kinds if isinstance(value, kind)), "a value")
