"""What an explanation is: of one value, and of what changed between two run specs. Frozen data that shows itself."""

from collections.abc import Iterator
from typing import Any, Literal

import attrs

from polyspec.explain.html import change_table, explanation_table
from polyspec.explain.origin import Origin, origin_dict
from polyspec.explain.text import PLAIN, difference_text, explanation_text
from polyspec.record import record
from polyspec.tree import Path, format_path


@attrs.frozen(repr=False)
class Explanation:
    """A value of a run spec, and every place that had a say in it.

    `origins` has the winner first, then what it beat, the last first. Of a mapping or a list, `parts` explains every leaf in it,
    and `origins` are the winners of its leaves, each place once. `str()` is a text for a person, `to_dict()` plain data.
    """

    path: Path
    value: Any
    origins: tuple[Origin, ...]
    parts: "tuple[Explanation, ...]" = ()

    @property
    def origin(self) -> Origin:
        """The winner."""
        return self.origins[0]

    @property
    def leaves(self) -> "tuple[Explanation, ...]":
        """The explanations of the leaves: its parts, or itself."""
        return self.parts or (self,)

    def to_dict(self) -> dict[str, Any]:
        """Plain data: JSON types alone, what is secret masked."""
        parts = {"parts": [part.to_dict() for part in self.parts]} if self.parts else {}
        origins = [origin_dict(origin) for origin in self.origins]
        return {"path": format_path(self.path), "value": self.value, "origins": origins, **parts}

    def __str__(self) -> str:
        return explanation_text(self, PLAIN)

    def __repr__(self) -> str:
        return f"<Explanation {format_path(self.path)}: {self.origin}>"

    def _repr_html_(self) -> str:
        """The same for a notebook."""
        return explanation_table(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """The forms that a notebook chooses from."""
        return {"text/plain": str(self), "text/html": self._repr_html_()}


@record(repr=False)
class Change:
    """One value that differs: its explanation before and after, None where there was none."""

    path: Path
    before: Explanation | None
    after: Explanation | None

    @property
    def kind(self) -> Literal["added", "removed", "changed"]:
        """What happened to it."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    def to_dict(self) -> dict[str, Any]:
        """Plain data: JSON types alone, what is secret masked."""
        sides = {"before": self.before, "after": self.after}
        told = {side: found.to_dict() for side, found in sides.items() if found is not None}
        return {"path": format_path(self.path), "kind": self.kind, **told}

    def __repr__(self) -> str:
        return f"<Change {format_path(self.path)}: {self.kind}>"


@record(repr=False)
class Difference:
    """The changes from one run spec to another; false where there are none. `str()` is a text for a person."""

    changes: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.changes)

    def __len__(self) -> int:
        return len(self.changes)

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def to_dict(self) -> dict[str, Any]:
        """Plain data: JSON types alone, what is secret masked."""
        return {"changes": [change.to_dict() for change in self.changes]}

    def __str__(self) -> str:
        return difference_text(self.changes, PLAIN)

    def __repr__(self) -> str:
        return f"<Difference: {len(self)} changes>"

    def _repr_html_(self) -> str:
        """The same for a notebook."""
        return change_table(self.changes)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """The forms that a notebook chooses from."""
        return {"text/plain": str(self), "text/html": self._repr_html_()}
