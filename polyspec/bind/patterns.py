"""Regular expressions that match in linear time: what `validation.regex` takes.

A pattern becomes an automaton of positions (Glushkov 1961), and a text goes through it once, with the set of positions that are
reached held as the bits of one integer. There is no backtracking: nested repeats such as `^(a+)+$` and `^[a-z]+(-[a-z]+)*$` cost
no more than others, so that, unlike in the closed subset of security.md, they need not be refused. The syntax is Python's without
what no automaton can do: look-around, back references, atomic groups and possessive repeats, word boundaries, flags but `(?i)` at
the start. A group only groups. The whole text must match; `^` and `$` match the start and the end of it.

Bounds: a pattern of 256 characters, 1024 positions once `{m,n}` is written out, a text of 1024 characters (security, row 16).
"""

import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import NoReturn

import attrs

from polyspec.caches import remembered

MAX_PATTERN = 256
MAX_POSITIONS = 1024
MAX_TEXT = 1024
_MAX_NESTING = 32
_STEPS_OF_A_SYMBOL = 4
"""What it takes to ask a symbol whether it stands for a character, beside its ranges and categories, in steps of a position."""

_ESCAPED_CHARACTERS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
_HEX_DIGITS = {"x": 2, "u": 4, "U": 8}
_CATEGORIES: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {
        "d": str.isdecimal,
        "s": str.isspace,
        "w": lambda character: character.isalnum() or character == "_",
        "D": lambda character: not character.isdecimal(),
        "S": lambda character: not character.isspace(),
        "W": lambda character: not character.isalnum() and character != "_",
    }
)
_COUNTS = re.compile(r"\{(?:(?P<exact>[0-9]+)|(?P<least>[0-9]*),(?P<most>[0-9]*))\}")
_GROUP = re.compile(r"\?(?::|P<[^\W\d]\w*>)")
_REFUSED_GROUPS = {
    "=": "look-ahead",
    "!": "look-ahead",
    "<": "look-behind",
    ">": "an atomic group",
    "(": "a condition",
    "P": "a back reference",
}


class PatternError(ValueError):
    """A pattern that is not taken, and why."""


@attrs.frozen
class Symbol:
    """What one position matches: characters in ranges of code points or of a category, or all others; or an anchor."""

    ranges: tuple[tuple[int, int], ...] = ()
    categories: str = ""
    negated: bool = False
    anchor: str = ""

    @property
    def literal(self) -> int | None:
        """The code point of the one character that it stands for; None for any other symbol."""
        low, high = self.ranges[0] if len(self.ranges) == 1 else (0, 1)
        return low if low == high and not self.categories and not self.negated else None

    def matches(self, variants: Collection[str]) -> bool:
        """Whether the symbol stands for a character, given in all the cases that count as the same."""
        return not self.anchor and any(map(self._holds, variants)) != self.negated

    def _holds(self, character: str) -> bool:
        code = ord(character)
        return any(low <= code <= high for low, high in self.ranges) or any(
            _CATEGORIES[name](character) for name in self.categories
        )


@attrs.frozen
class Sequel:
    """Parts one after another; without parts, the empty text."""

    parts: tuple["Part", ...]


@attrs.frozen
class Choice:
    """One of several parts."""

    parts: tuple["Part", ...]


@attrs.frozen
class Repeat:
    """A part, so many times; without `most` as often as one likes."""

    part: "Part"
    least: int
    most: int | None


Part = Symbol | Sequel | Choice | Repeat
_EMPTY = Sequel(())
_START, _END = Symbol(anchor="^"), Symbol(anchor="$")
_SYMBOLS: Mapping[str, Symbol] = MappingProxyType({"^": _START, "$": _END, ".": Symbol(((10, 10),), negated=True)})


@attrs.frozen
class Pattern:
    """An automaton: bit 0 is the start, every other bit a position. `follow[i]` are the positions that may come after `i`.

    The positions of single characters stand by their code points in `literals`, those of all else with their `symbols`.
    """

    literals: Mapping[int, int]
    symbols: tuple[tuple[Symbol, int], ...]
    follow: tuple[int, ...]
    last: int
    ignore_case: bool

    @property
    def steps_of_a_character(self) -> int:
        """What one character of a text takes, in steps: its positions, and the parts of the symbols that it is compared with."""
        parts = sum(_STEPS_OF_A_SYMBOL + len(symbol.ranges) + len(symbol.categories) for symbol, _ in self.symbols)
        return len(self.follow) + parts * (3 if self.ignore_case else 1)

    def fullmatch(self, text: str) -> bool:
        """Whether the whole of a text of at most 1024 characters matches, in time linear in it."""
        masks, after = dict[str, int](), dict[int, int]()
        reached = self._anchored(1, "^")
        for character in text:
            if character not in masks:
                masks[character] = self._mask(character)
            if reached not in after:
                after[reached] = self._after(reached)
            reached = after[reached] & masks[character]
            if not reached:
                return False
        return bool(self._anchored(reached, "$") & self.last)

    def _mask(self, character: str) -> int:
        variants = {character, character.lower(), character.upper()} if self.ignore_case else {character}
        letters = {variant for variant in variants if len(variant) == 1}
        literal = _union(self.literals.get(ord(letter), 0) for letter in letters)
        return literal | _union(mask for symbol, mask in self.symbols if symbol.matches(letters))

    def _after(self, reached: int) -> int:
        return _union(self.follow[position] for position in _bits(reached))

    def _anchored(self, reached: int, anchor: str) -> int:
        """The positions reached, and those that anchors lead to from there."""
        mask = _union(mask for symbol, mask in self.symbols if symbol.anchor == anchor)
        fresh = reached if mask else 0
        while fresh:
            fresh = self._after(fresh) & mask & ~reached
            reached |= fresh
        return reached


@remembered(128)
def compile_pattern(text: str) -> Pattern:
    """The automaton of a pattern. Raises `PatternError`."""
    if len(text) > MAX_PATTERN:
        raise PatternError(f"it has more than {MAX_PATTERN} characters")
    ignore_case = text.startswith("(?i)")
    reader = _Reader(text, 4 if ignore_case else 0)
    part = reader.choice(0)
    if reader.position < len(text):
        reader.refuse("an unbalanced `)`")
    return _automaton(part, ignore_case=ignore_case)


class _Reader:
    """Reads a pattern from left to right."""

    def __init__(self, text: str, position: int) -> None:
        self.text, self.position = text, position

    def refuse(self, what: str) -> NoReturn:
        raise PatternError(f"{what} at character {min(self.position, len(self.text)) + 1}")

    @property
    def next(self) -> str:
        return self.text[self.position : self.position + 1]

    def take(self) -> str:
        character = self.next or self.refuse("it ends too early,")
        self.position += 1
        return character

    def skip(self, text: str) -> bool:
        found = self.text.startswith(text, self.position)
        self.position += len(text) if found else 0
        return found

    def choice(self, depth: int) -> Part:
        if depth > _MAX_NESTING:
            self.refuse(f"groups nested deeper than {_MAX_NESTING}")
        parts = [self.sequel(depth)]
        while self.skip("|"):
            parts.append(self.sequel(depth))
        return parts[0] if len(set(parts)) == 1 else Choice(tuple(parts))

    def sequel(self, depth: int) -> Part:
        parts: list[Part] = []
        while self.next not in ("", "|", ")"):
            parts.append(self.repeated(self.atom(depth)))
        kept = tuple(part for part in parts if part != _EMPTY)
        return kept[0] if len(kept) == 1 else Sequel(kept)

    def repeated(self, part: Part) -> Part:
        counts = self.counts()
        if counts is None:
            return part
        if isinstance(part, Symbol) and part.anchor:
            self.refuse("a repeat of an anchor")
        if not self.skip("?") and self.next == "+":
            self.refuse("a possessive repeat")
        if self.counts() is not None:
            self.refuse("a repeat of a repeat")
        return _EMPTY if part == _EMPTY or counts == (0, 0) else Repeat(part, *counts)

    def counts(self) -> tuple[int, int | None] | None:
        """The least and the most of the repeat that stands here, if one does."""
        for mark, counts in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.skip(mark):
                return counts
        match = _COUNTS.match(self.text, self.position)
        if match is None:
            return None
        self.position = match.end()
        least, most = int(match["exact"] or match["least"] or 0), match["exact"] or match["most"]
        if most and int(most) < least:
            self.refuse("a repeat whose most is less than its least")
        return least, int(most) if most else None

    def atom(self, depth: int) -> Part:
        if self.next in ("*", "+", "?") or _COUNTS.match(self.text, self.position):
            self.refuse("a repeat of nothing")
        match character := self.take():
            case "(":
                return self.group(depth)
            case "[":
                return self.brackets()
            case "\\":
                return self.escape()
        return _SYMBOLS.get(character) or _literal(character)

    def group(self, depth: int) -> Part:
        match = _GROUP.match(self.text, self.position)
        if match:
            self.position = match.end()
        elif self.skip("?"):
            self.refuse(_REFUSED_GROUPS.get(self.next, "a flag that is not `(?i)` at the start"))
        part = self.choice(depth + 1)
        return part if self.skip(")") else self.refuse("a group that does not end,")

    def escape(self) -> Symbol:
        """What stands after a backslash outside brackets."""
        if self.next in ("A", "Z"):
            return _START if self.take() == "A" else _END
        if self.next in ("b", "B"):
            self.refuse("a word boundary")
        if self.next in tuple("123456789"):
            self.refuse("a back reference")
        return self.character_escape()

    def character_escape(self) -> Symbol:
        character = self.take()
        if character in "dswDSW":
            return Symbol(categories=character)
        if character in _HEX_DIGITS:
            return self.code_point(_HEX_DIGITS[character])
        if character in _ESCAPED_CHARACTERS:
            return _literal(_ESCAPED_CHARACTERS[character])
        return self.refuse("an unknown escape") if character.isascii() and character.isalnum() else _literal(character)

    def code_point(self, count: int) -> Symbol:
        digits = self.text[self.position : self.position + count]
        if not re.fullmatch(f"[0-9a-fA-F]{{{count}}}", digits) or int(digits, 16) > sys.maxunicode:
            self.refuse("an unknown escape")
        self.position += count
        return _literal(chr(int(digits, 16)))

    def brackets(self) -> Symbol:
        """The characters in brackets; a `]` that comes first is one of them."""
        negated = self.skip("^")
        start = self.position
        ranges: list[tuple[int, int]] = []
        categories = ""
        while self.next != "]" or self.position == start:
            low = self.bracket_item()
            if self.next == "-" and self.text[self.position + 1 : self.position + 2] not in ("]", ""):
                self.take()
                ranges.append(self.character_range(low, self.bracket_item()))
            else:
                ranges += low.ranges
                categories += low.categories
        self.take()
        return Symbol(tuple(ranges), categories, negated)

    def bracket_item(self) -> Symbol:
        character = self.take()
        if character != "\\":
            return _literal(character)
        return _literal("\b") if self.skip("b") else self.character_escape()

    def character_range(self, low: Symbol, high: Symbol) -> tuple[int, int]:
        if low.categories or high.categories or low.ranges > high.ranges:
            self.refuse("a range that goes nowhere")
        return low.ranges[0][0], high.ranges[0][1]


def _literal(character: str) -> Symbol:
    return Symbol(ranges=((ord(character), ord(character)),))


def _union(masks: Iterable[int]) -> int:
    return reduce(or_, masks, 0)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


@attrs.frozen
class _Fragment:
    """Where a part may begin and end, and whether it may be empty."""

    nullable: bool = True
    first: int = 0
    last: int = 0


def _automaton(part: Part, *, ignore_case: bool) -> Pattern:
    if _positions(part) > MAX_POSITIONS:
        raise PatternError(f"it stands for more than {MAX_POSITIONS} characters once its repeats are written out")
    building = _Building()
    whole = building.fragment(part)
    follow = [whole.first] + [0] * len(building.symbols)
    for first, last in building.links.items():
        for position in _bits(last):
            follow[position] |= first
    masks: dict[Symbol, int] = {}
    for position, symbol in enumerate(building.symbols, 1):
        masks[symbol] = masks.get(symbol, 0) | 1 << position
    literals = {code: mask for symbol, mask in masks.items() if (code := symbol.literal) is not None}
    others = tuple((symbol, mask) for symbol, mask in masks.items() if symbol.literal is None)
    return Pattern(literals, others, tuple(follow), whole.last | whole.nullable, ignore_case)


def _positions(part: Part) -> int:
    """The positions of a part once its repeats are written out."""
    if isinstance(part, Symbol):
        return 1
    if isinstance(part, Repeat):
        return _positions(part.part) * (max(part.least, 1) if part.most is None else part.most)
    return sum(map(_positions, part.parts))


@attrs.frozen
class _Building:
    """An automaton being made: the symbols of its positions, and after which positions others may come, by those others."""

    symbols: list[Symbol] = attrs.field(factory=list)
    links: dict[int, int] = attrs.field(factory=dict)

    def fragment(self, part: Part) -> _Fragment:
        """The fragment of a part. Sequels are built from their end, so that each of their parts is linked once."""
        if isinstance(part, Symbol):
            self.symbols.append(part)
            bit = 1 << len(self.symbols)
            return _Fragment(nullable=False, first=bit, last=bit)
        if isinstance(part, Choice):
            return reduce(_either, map(self.fragment, part.parts))
        if isinstance(part, Sequel):
            return reduce(lambda rest, one: self.then(self.fragment(one), rest), reversed(part.parts), _Fragment())
        return self.repeated(part)

    def then(self, left: _Fragment, right: _Fragment) -> _Fragment:
        self.link(left.last, right.first)
        return _Fragment(
            left.nullable and right.nullable,
            left.first | right.first if left.nullable else left.first,
            right.last | left.last if right.nullable else right.last,
        )

    def link(self, last: int, first: int) -> None:
        if first:
            self.links[first] = self.links.get(first, 0) | last

    def repeated(self, repeat: Repeat) -> _Fragment:
        rest, copies = _Fragment(), repeat.least
        if repeat.most is None:
            once = self.fragment(repeat.part)
            self.link(once.last, once.first)
            rest, copies = _Fragment(once.nullable or not repeat.least, once.first, once.last), max(repeat.least - 1, 0)
        for _ in range((repeat.most or repeat.least) - repeat.least):
            more = self.then(self.fragment(repeat.part), rest)
            rest = _Fragment(True, more.first, more.last)  # noqa: FBT003 - its place
        for _ in range(copies):
            rest = self.then(self.fragment(repeat.part), rest)
        return rest


def _either(left: _Fragment, right: _Fragment) -> _Fragment:
    return _Fragment(left.nullable or right.nullable, left.first | right.first, left.last | right.last)
