"""Explanations as text: one value with all that had a say, a whole tree with the origin beside each line, a difference.

Whoever prints says how: the width, whether a terminal takes colours, and how files are named.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import attrs

from polyspec.errors import printable
from polyspec.explain.origin import COMPILER, Origin, origin_chain
from polyspec.record import record
from polyspec.source import yaml_lines
from polyspec.tree import Path, format_path

_COLOURS: Mapping[str, str] = {
    "component": "34",
    "operation": "36",
    "preset": "35",
    "runPatch": "36",
    "param": "32",
    "option": "32",
    "context": "33",
    "default": "2",
}
"""The colours of the layers, as terminals number them."""
_MARGIN = 44
"""The columns before a line of YAML that the origin takes at most."""

_JSON = json.JSONEncoder(ensure_ascii=False).encode


def _as_it_is(source: str) -> str:
    return source


@record
class Style:
    """How to print: the width in columns (None is no bound), whether in colours, and the name of a source."""

    width: int | None = None
    colour: bool = False
    name_of: Callable[[str], str] = _as_it_is

    def cut(self, text: str) -> str:
        """A line, no wider than there is room."""
        clean = printable(text)
        return clean if self.width is None or len(clean) <= self.width else clean[: max(1, self.width - 1)] + "…"

    def painted(self, text: str, layer: str) -> str:
        """A text in the colour of a layer."""
        return f"\x1b[{_COLOURS[layer]}m{text}\x1b[0m" if self.colour else text

    def place(self, origin: Origin) -> str:
        """The place of an origin, its source as it is to be named."""
        if origin.source == COMPILER:
            return ""
        return origin.place_in(self.name_of(origin.source))

    def label(self, origin: Origin) -> str:
        """The layer and the place."""
        return f"{origin.layer} {self.place(origin)}".strip()


PLAIN = Style()
"""No bound, no colours, sources by their own names."""


class Told(Protocol):
    """What is explained, as `Explanation` has it."""

    @property
    def path(self) -> Path:
        """Where it stands."""
        ...

    @property
    def value(self) -> Any:
        """What may be seen of its value."""
        ...

    @property
    def origins(self) -> tuple[Origin, ...]:
        """All that had a say, the winner first."""
        ...

    @property
    def origin(self) -> Origin:
        """The winner."""
        ...

    @property
    def parts(self) -> "Sequence[Told]":
        """The leaves of a mapping or a list."""
        ...

    @property
    def leaves(self) -> "Sequence[Told]":
        """Its parts, or itself."""
        ...


class Changed(Protocol):
    """What differs, as `Change` has it."""

    @property
    def path(self) -> Path:
        """Where."""
        ...

    @property
    def before(self) -> Told | None:
        """What it was."""
        ...

    @property
    def after(self) -> Told | None:
        """What it is."""
        ...


def explanation_text(explanation: Told, style: Style) -> str:
    """One value and every place that had a say in it; of a mapping or a list, its YAML with the origin beside each line."""
    lines = _blame(explanation, style) if explanation.parts else _story(explanation, style)
    return "\n".join(lines)


def difference_text(changes: Iterable[Changed], style: Style) -> str:
    """What changed: a line for each side of each value, with where it comes from."""
    return "\n".join(line for change in changes for line in _change(change, style))


def value_text(value: Any) -> str:
    """A value on one line, as JSON."""
    return _JSON(value)


def _story(explanation: Told, style: Style) -> Iterator[str]:
    yield style.cut(f"{format_path(explanation.path)} = {value_text(explanation.value)}")
    winner, *beaten = explanation.origins
    yield from _with_uses(winner, "from", style)
    for origin in beaten:
        yield from _with_uses(origin, "over", style)
    yield from _digests(explanation.origins, style)


def _with_uses(origin: Origin, word: str, style: Style) -> Iterator[str]:
    """An origin, and under it those of the values that went into it."""
    for depth, each, again in origin_chain(origin):
        head = word if depth == 0 else f"{each.name}:"
        value = "" if each.value is None else f" = {value_text(each.value)}"
        under = f" (under {each.strategy})" if each.strategy else ""
        rest = " (see above)" if again else ""
        line = style.cut(f"{'  ' * (depth + 1)}{head} {style.label(each)}{value}{under}{rest}")
        yield style.painted(line, each.layer)


def _digests(origins: Iterable[Origin], style: Style) -> Iterator[str]:
    """The documents that had a say, each with the digest of its text."""
    seen = {}
    for origin in origins:
        for _, each, _ in origin_chain(origin):
            if each.digest is not None:
                seen[each.source] = each.digest
    for source, digest in seen.items():
        yield style.cut(f"  {printable(style.name_of(source))} is {digest}")


def _blame(explanation: Told, style: Style) -> Iterator[str]:
    lines: list[str] = []
    places: dict[Path, int] = {}
    for path, text in yaml_lines(explanation.value):
        for length in range(len(path), 0, -1):
            if places.setdefault(path[:length], len(lines)) != len(lines):
                break
        lines += text.splitlines()
    owners: dict[int, Origin] = {}
    for part in explanation.parts:
        owners.setdefault(_line_of(part.path[len(explanation.path) :], places), part.origin)
    labels = {line: _shortened(style.label(origin)) for line, origin in owners.items()}
    margin = max(map(len, labels.values()))
    rest = attrs.evolve(style, width=None if style.width is None else style.width - margin - 3)
    for number, line in enumerate(lines):
        label = f"{labels.get(number, ''):<{margin}}"
        yield f"{style.painted(label, owners[number].layer) if number in owners else label} | {rest.cut(line)}".rstrip()


def _line_of(path: Path, places: Mapping[Path, int]) -> int:
    """The line of what stands at a path, or of what holds it: where keys that may not be seen look alike, one stands for all."""
    return places[path] if path in places else _line_of(path[:-1], places)


def _shortened(label: str) -> str:
    """A label that leaves room: the end of a long place says more than its beginning."""
    layer, _, place = label.partition(" ")
    room = _MARGIN - len(layer) - 1
    return label if len(place) <= room else f"{layer} …{place[-room + 1 :]}"


def _change(change: Changed, style: Style) -> Iterator[str]:
    yield style.cut(format_path(change.path))
    for sign, side, code in (("-", change.before, "31"), ("+", change.after, "32")):
        if side is not None:
            line = style.cut(f"  {sign} {value_text(side.value)}  ({style.label(side.origin)})")
            yield f"\x1b[{code}m{line}\x1b[0m" if style.colour else line
