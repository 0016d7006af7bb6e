"""The words that the fields of spec classes are annotated with.

A marker in `Annotated` adds a rule to a type: how two layers of it combine, what a text must look like, which Kubernetes
definition it follows. Conversion, merging, rendering and the JSON Schema all read the same markers.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Final, TypeAlias, TypeVar

from polyspec.record import record
from polyspec.tree import Unset
from polyspec.tree.shape import How

T = TypeVar("T")

Maybe: TypeAlias = T | Unset | None
"""A field that may be absent (`UNSET`), or null (`None`: remove what is patched)."""


@record
class Pattern:
    """Text that matches a pattern as a whole; `what` is the word for it in messages."""

    regex: re.Pattern[str]
    what: str
    hint: str | None = None


@record
class Choice:
    """Text out of a closed list."""

    allowed: tuple[str, ...]
    what: str = "value"


@record
class Bounds:
    """A number within bounds, both included."""

    least: float | None = None
    most: float | None = None


@record
class Kubernetes:
    """A mapping that Kubernetes defines, by the name of the definition.

    Its content stays as it is written, snake_case included; the keys of one that is `respelt` become camelCase, as Polyaxon
    has them. An entry of a list has its `key`, for no other layer can add it.
    """

    definition: str
    respelt: bool = False
    key: str | None = None


@record
class Combined:
    """How two layers of a field combine, where its type does not say so: a word of `polyspec.tree.shape.How`.

    `keys` identify the items of a keyed list (dots lead into an item, `=` gives what an absent part stands for); its items
    are `merged` field by field, or the later one replaces the earlier.
    """

    how: How
    keys: tuple[str, ...] = ()
    merged: bool = False


class _Mark:
    """A marker without content; its name tells it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


TEMPLATE: Final = _Mark("TEMPLATE")
COMMA: Final = _Mark("COMMA")
LOOSE: Final = _Mark("LOOSE")

Template = Annotated[str, TEMPLATE]
"""A text that holds a template (`{{ … }}`), where the field itself is no text."""
LooseText = Annotated[str, LOOSE]
"""Text for which a number or a bool may be written: it becomes its text (labels, env values, Kubernetes' quantities)."""
Names = Annotated[Sequence[str], COMMA]
"""A list of names, or one text with commas."""
Texts = Annotated[Sequence[str | None], Combined("concatenated")]
"""A command line: repeated items mean something. An item that renders to null is left out when it runs."""
Count = Annotated[int, Bounds(least=1)]
Fraction = Annotated[float, Bounds(least=0, most=1)]
Labels = Mapping[str, LooseText | None]
"""Text by name; a null removes the entry that it patches."""
