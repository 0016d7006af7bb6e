"""What an unquoted word means: the scalars of YAML 1.1, by one table, so that every parser gives the same values.

The rules are those that Kubernetes' users and polyaxonfiles rest on (polyaxonfile section 2, decision S21): `no` is false,
`0644` is octal, `12:30` is base 60. Dates stay text. Where YAML 1.2 reads the same word in another way, `is_ambiguous`
says so, for a warning.
"""

import math
import re
from typing import Any

from polyspec.caches import remembered
from polyspec.late import late_pattern
from polyspec.limits import INTEGER_RANGE, MAX_NUMBER

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_TRUE_11 = frozenset({"yes", "Yes", "YES", "on", "On", "ON"})
_FALSE_11 = frozenset({"no", "No", "NO", "off", "Off", "OFF"})
_WORDS: dict[str, Any] = (
    dict.fromkeys(_NULLS, None) | dict.fromkeys(_TRUE | _TRUE_11, True) | dict.fromkeys(_FALSE | _FALSE_11, False)
)
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
_BASES = {"binary": 2, "hex": 16, "octal": 8, "decimal": 10}


class BadNumber(ValueError):
    """A word that is written as a number and stands for none that a spec can hold; the argument says why."""


def is_surely_text(word: str) -> bool:
    """Whether an unquoted word is text, and so under every version of YAML, by its first character alone."""
    return word[:1] not in _STARTS


def scalar(word: str) -> Any:
    """The value of an unquoted word: None, bool, int, float or the word itself. Raises `BadNumber`."""
    if word in _WORDS:
        return _WORDS[word]
    return _number(word) if word[0] in _NUMBER_STARTS else word


@remembered(4096)
def _number(word: str) -> Any:
    """The value of a word that begins as a number does."""
    if len(word) > MAX_NUMBER:
        return _long(word)
    match = _INTEGER.fullmatch(word)
    if match is not None:
        return _integer(match)
    match = _FLOAT.fullmatch(word)
    return word if match is None else _float(word, match)


def json_scalar(word: str) -> Any:
    """The value of an unquoted word of a JSON document, where `1e-05` is a number. Raises `BadNumber`."""
    value = scalar(word)
    if not isinstance(value, str):
        return value
    number = float(value)
    if not math.isfinite(number):
        raise BadNumber("a number is finite")
    return number


def is_ambiguous(word: str) -> bool:
    """Whether YAML 1.2 reads an unquoted word in another way than YAML 1.1 does."""
    if word in _TRUE_11 or word in _FALSE_11:
        return True
    if not word or word[0] not in _NUMBER_STARTS or len(word) > MAX_NUMBER:
        return False
    match = _INTEGER.fullmatch(word)
    if match is not None:
        octal = match["octal"]
        is_plain = match["decimal"] or (match["hex"] and not match["sign"]) or (octal and len(octal.lstrip("0")) <= 1)
        return not is_plain or "_" in word
    match = _FLOAT.fullmatch(word)
    if match is not None:
        return "_" in word or bool(match["sixty"])
    return _NUMBER_12.fullmatch(word) is not None


def is_text(word: str) -> bool:
    """Whether an unquoted word is read back as the same text, by YAML 1.2 too."""
    try:
        return bool(word) and isinstance(scalar(word), str) and not is_ambiguous(word)
    except BadNumber:
        return False


def _long(word: str) -> str:
    if re.fullmatch(r"[-+]?(?:0[bx])?[0-9a-fA-F_:.]+", word):
        raise BadNumber(f"a number has at most {MAX_NUMBER} characters")
    return word


def _integer(match: re.Match[str]) -> int:
    sign = -1 if match["sign"] == "-" else 1
    written = match.lastgroup or ""
    if written == "sixty":
        value = 0
        for part in match[written].replace("_", "").split(":"):
            value = value * 60 + int(part)
    else:
        value = int(match[written].replace("_", "") or "0", _BASES[written])
    if sign * value not in INTEGER_RANGE:
        raise BadNumber("an integer fits in 64 bits, signed")
    return sign * value


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
