"""What an unquoted word means: the scalars of YAML 1.1, by one table, so that every parser gives the same values.

The rules are those that Kubernetes' users and polyaxonfiles rest on (polyaxonfile section 2, decision S21): `no` is false,
`0644` is octal, `12:30` is base 60. Dates stay text. Where YAML 1.2 reads the same word in another way, its reading says so,
for a warning.
"""

import math
import re
from typing import Any

from polyspec.late import late_pattern
from polyspec.limits import INTEGER_RANGE, MAX_NUMBER

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_TRUE_11 = frozenset({"yes", "Yes", "YES", "on", "On", "ON"})
_FALSE_11 = frozenset({"no", "No", "NO", "off", "Off", "OFF"})
_WORDS: dict[str, tuple[Any, bool]] = {
    word: (value, is_odd)
    for value, words, is_odd in (
        (None, _NULLS, False), (True, _TRUE, False), (False, _FALSE, False), (True, _TRUE_11, True), (False, _FALSE_11, True),
    )
    for word in words
}  # fmt: skip
_INTEGER = re.compile(
    r"(?P<sign>[-+]?)(?:0b(?P<binary>[01_]+)|0x(?P<hex>[0-9a-fA-F_]+)|0(?P<octal>[0-7_]+)"
    r"|(?P<sixty>[1-9][0-9_]*(?::[0-5]?[0-9])+)|(?P<decimal>0|[1-9][0-9_]*))"
)
_FLOAT = re.compile(
    r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)"
    r"|(?P<sixty>[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*)"
    r"|(?P<infinite>[-+]?\.(?:inf|Inf|INF))|(?P<nan>\.(?:nan|NaN|NAN))"
)
_NUMBER_12 = late_pattern(r"0o[0-7]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
"""A number of YAML 1.2's core schema; `1e-3` and `08` are text in YAML 1.1."""
_NUMBER_STARTS = frozenset("0123456789+-.")
_STARTS = _NUMBER_STARTS | {word[:1] for word in _WORDS}
"""How words begin that may be no text, the empty one too."""
_LEAST, _MOST = INTEGER_RANGE[0], INTEGER_RANGE[-1]
_BASES = {"binary": 2, "hex": 16, "octal": 8, "decimal": 10}


class BadNumber(ValueError):
    """A word that is written as a number and stands for none that a spec can hold; the argument says why."""


def is_surely_text(word: str) -> bool:
    """Whether an unquoted word is text, and so under every version of YAML, by its first character alone."""
    return word[:1] not in _STARTS


def reading(word: str) -> tuple[Any, bool]:
    """The value of an unquoted word (None, bool, int, float or the word itself), and whether YAML 1.2 reads another.

    Raises `BadNumber`.
    """
    known = _WORDS.get(word)
    if known is not None:
        return known
    return _number(word) if word[0] in _NUMBER_STARTS else (word, False)


def scalar(word: str) -> Any:
    """The value of an unquoted word. Raises `BadNumber`."""
    return reading(word)[0]


def _number(word: str) -> tuple[Any, bool]:
    """What a word that begins as a number does is read as."""
    if len(word) > MAX_NUMBER:
        return _long(word), False
    match = _INTEGER.fullmatch(word)
    if match is not None:
        return _integer(match, match.lastgroup or "")
    match = _FLOAT.fullmatch(word)
    if match is not None:
        return _float(word, match), "_" in word or match["sixty"] is not None
    return word, _NUMBER_12.fullmatch(word) is not None


def json_scalar(word: str) -> Any:
    """The value of an unquoted word of a JSON document, where `1e-05` is a number. Raises `BadNumber`."""
    value = reading(word)[0]
    if not isinstance(value, str):
        return value
    number = float(value)
    if not math.isfinite(number):
        raise BadNumber("a number is finite")
    return number


def is_text(word: str) -> bool:
    """Whether an unquoted word is read back as the same text, by YAML 1.2 too."""
    try:
        value, is_odd = reading(word)
    except BadNumber:
        return False
    return isinstance(value, str) and not is_odd


def _long(word: str) -> str:
    if re.fullmatch(r"[-+]?(?:0[bx])?[0-9a-fA-F_:.]+", word):
        raise BadNumber(f"a number has at most {MAX_NUMBER} characters")
    return word


def _integer(match: re.Match[str], base: str) -> tuple[int, bool]:
    """What an integer of a base is read as; YAML 1.2 knows no underscores, signs of a hexadecimal one, and octal ones of `0`."""
    sign, written = match.group("sign", base)
    digits = written.replace("_", "") or "0"
    value = _of_sixty(digits) if base == "sixty" else int(digits, _BASES[base])
    if sign == "-":
        value = -value
    if not _LEAST <= value <= _MOST:
        raise BadNumber("an integer fits in 64 bits, signed")
    is_same = base == "decimal" or (base == "hex" and not sign) or (base == "octal" and len(written.lstrip("0")) <= 1)
    return value, "_" in written or not is_same


def _of_sixty(digits: str) -> int:
    value = 0
    for part in digits.split(":"):
        value = value * 60 + int(part)
    return value


def _float(word: str, match: re.Match[str]) -> float:
    if match["infinite"] or match["nan"]:
        raise BadNumber("a number is finite")
    if match["sixty"]:
        sign = -1.0 if word.startswith("-") else 1.0
        value = 0.0
        for part in word.lstrip("+-").replace("_", "").split(":"):
            value = value * 60 + float(part)
        return sign * value
    value = float(word.replace("_", ""))
    if not math.isfinite(value):
        raise BadNumber("a number is finite")
    return value
