"""Where each character of a scalar's value was written: quotes, escapes and folded lines move them."""

from polyspec.late import late_pattern

_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b", " ": " ", '"': '"',
    "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029", "\t": "\t",
}  # fmt: skip
_NUMBERED = {"x": 2, "u": 4, "U": 8}
_SPACE = late_pattern(r"\s*")
_DECORATION = late_pattern(r"(?:[&!]\S+\s+)*")
_BLOCK_HEAD = late_pattern(r"[|>][^\n]*\n?")


def positions(text: str, start: int, end: int, value: str) -> list[int] | None:
    """For each character of a value the index in the text where it was written, and at the end that behind the last.

    `start` and `end` are those of the scalar, its anchor and quotes included. None where the text does not give the value.
    """
    start = _DECORATION.match(text, start, end).end()  # type: ignore[union-attr]  # it matches nothing at least
    style = text[start : start + 1]
    head = _BLOCK_HEAD.match(text, start, end)
    position = head.end() if head else start + (style in ("'", '"'))
    found: list[int] = []
    for character in value:
        at, position = _next(text, position, end, character, style)
        if at is None:
            return None
        found.append(at)
    return [*found, position]


def _next(text: str, position: int, end: int, character: str, style: str) -> tuple[int | None, int]:
    """Where the next character of a value was written, and where the one after it begins."""
    while position < end:
        sign, length = _sign(text, position, style)
        if sign == character:
            return position, position + length
        if character in " \n" and (not sign or sign.isspace()):  # a line that was folded, or one that was left blank
            behind = _SPACE.match(text, position + length if not sign else position, end)
            return position, max(position + length, behind.end() if behind else 0)
        if sign and not sign.isspace():
            return (position, position) if character.isspace() else (None, position)
        position += length
    return (position, position) if character.isspace() else (None, position)


def _sign(text: str, position: int, style: str) -> tuple[str, int]:
    """The character that is written at a position, and how long it is written; an escaped line break is none."""
    if style == "'" and text.startswith("''", position):
        return "'", 2
    if style != '"' or text[position] != "\\":
        return text[position], 1
    escape = text[position + 1 : position + 2]
    if escape in _NUMBERED:
        digits = text[position + 2 : position + 2 + _NUMBERED[escape]]
        return chr(int(digits, 16)), 2 + len(digits)
    return _ESCAPES.get(escape, ""), 2
