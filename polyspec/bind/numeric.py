"""The types of numbers and of yes or no: integers, numbers, decimals, complex numbers, sizes in bytes, booleans, card numbers.

Text is read as JSON writes a number: `" 2 "` and `"1e3"` are numbers, `"0x10"`, `"1_000"` and `"+1"` are none. A boolean is no
number (decision 7.2); nothing that is not finite is a number at all.
"""

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from polyspec.bind.values import MAX_INTEGER, MIN_INTEGER, NUMBER, TypeMismatch, kind, refuse, unquoted
from polyspec.late import late_pattern
from polyspec.limits import MAX_NUMBER

_TRUTHS = {
    **dict.fromkeys(("true", "yes", "on", "t", "y", "1"), True),
    **dict.fromkeys(("false", "no", "off", "f", "n", "0"), False),
}
_COMPLEX = late_pattern(r"[ ]*([+-]?[0-9]*\.?[0-9]*(?:[eE][+-]?[0-9]+)?)(?:([+-]?[0-9]*\.?[0-9]*(?:[eE][+-]?[0-9]+)?)[jJ])?[ ]*")
_SIZE = late_pattern(r"[ ]*([0-9]+(?:\.[0-9]+)?)[ ]*(?:([kmgtpe])(i?))?(b|bit)?[ ]*", re.IGNORECASE)


def integer(value: Any) -> int:
    """An integer of 64 bits: as it is, a number without a fraction, or the text of either. `1.5` and `"0x10"` are none."""
    if type(value) is int:
        return value if MIN_INTEGER <= value <= MAX_INTEGER else _too_large()
    if isinstance(value, str):
        return _integer_of_text(value)
    if isinstance(value, float) and math.isfinite(value):
        return _whole(Decimal(value))
    return refuse("an integer", value)


def _integer_of_text(text: str) -> int:
    match = _number_match(text, "an integer")
    if match[2] is None and match[3] is None:
        return integer(int(match[1]))
    return _whole(Decimal(match[1]))


def _whole(number: Decimal) -> int:
    """The integer that a number is. Its size is looked at first: the text `1e999999` is short, its digits are not."""
    if number.adjusted() > 19:
        _too_large()
    if number != number.to_integral_value():
        raise TypeMismatch("expected an integer, found a number with a fraction")
    return integer(int(number))


def _too_large() -> int:
    raise TypeMismatch("expected an integer of 64 bits, found a larger one")


def _number_match(text: str, expected: str) -> re.Match[str]:
    if len(text) > MAX_NUMBER:
        raise TypeMismatch(f"expected {expected} of at most {MAX_NUMBER} characters, found longer text")
    return NUMBER.fullmatch(text) or NUMBER.fullmatch(unquoted(text)) or refuse(expected, text)


def number(value: Any) -> float:
    """A finite number, always a float: a number, or its text."""
    if isinstance(value, str):
        return _finite(float(_number_match(value, "a number")[1]))
    if isinstance(value, float | int) and not isinstance(value, bool):
        return _finite(_as_float(value))
    return refuse("a number", value)


def _as_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _finite(value: float) -> float:
    return value if math.isfinite(value) else refuse("a finite number", value)


def decimal(value: Any) -> str:
    """A decimal number as text, every digit kept: `"0.10"` stays so, `0.1` is `"0.1"`."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        refuse("a decimal number", value)
    match = _number_match(value if isinstance(value, str) else repr(value), "a decimal number")
    if abs(Decimal(match[1]).adjusted()) > 400:
        raise TypeMismatch("expected a decimal number with an exponent of at most 400, found a larger one")
    return match[1]


def complex_number(value: Any) -> str:
    """A complex number as text, such as `"1+2j"`: a number, or the text of a complex one."""
    if isinstance(value, str):
        return _complex_text(_complex_of_text(value))
    return _complex_text(complex(number(value)))


def _complex_of_text(text: str) -> complex:
    if len(text) > MAX_NUMBER or not _COMPLEX.fullmatch(text):
        refuse("a complex number", text, 'write it as `"1+2j"`')
    try:
        found = complex(text)
    except ValueError:
        refuse("a complex number", text, 'write it as `"1+2j"`')
    _finite(found.real), _finite(found.imag)
    return found


def _complex_text(value: complex) -> str:
    return str(value).strip("()")


def boolean(value: Any) -> bool:
    """A boolean: as it is, 0 or 1, or one of true, yes, on, t, y, 1 and their opposites as text, in any case."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float) and value in (0, 1):
        return bool(value)
    truth = _TRUTHS.get(value.casefold()) if isinstance(value, str) and len(value) <= 5 else None
    if truth is not None:
        return truth
    return refuse("a boolean", value, "write `true` or `false`")


def strict_boolean(value: Any) -> bool:
    """A boolean, or the text `true` or `false`."""
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    return refuse("a boolean", value, "write `true` or `false`")


def strict_integer(value: Any) -> int:
    """An integer or its text; no number with a point, not even `1.0`."""
    if isinstance(value, float) or (isinstance(value, str) and not re.fullmatch(r"[ \t\n\r]*-?[0-9]+[ \t\n\r]*", value)):
        refuse("an integer written without a point", value)
    return integer(value)


_SIGNS: Mapping[str, tuple[str, Callable[[float], bool]]] = {
    "Positive": ("greater than 0", lambda found: found > 0),
    "Negative": ("less than 0", lambda found: found < 0),
    "NonNegative": ("0 or greater", lambda found: found >= 0),
    "NonPositive": ("0 or less", lambda found: found <= 0),
}


def _signed(convert: Callable[[Any], float], noun: str, phrase: str, holds: Callable[[float], bool]) -> Callable[[Any], float]:
    def signed(value: Any) -> float:
        found = convert(value)
        if holds(found):
            return found
        raise TypeMismatch(f"expected {noun} that is {phrase}, found {kind(found)} that is not")

    return signed


SIGNED: Mapping[str, Callable[[Any], float]] = {
    f"{sign}{name}": _signed(convert, noun, *rule)
    for sign, rule in _SIGNS.items()
    for name, convert, noun in (("Int", integer, "an integer"), ("Float", number, "a number"))
}
"""`PositiveInt`, `NonNegativeFloat` and the like: an integer or a number on one side of 0."""


def byte_size(value: Any) -> int:
    """A number of bytes: an integer, or text with a unit: `"1KB"` is 1000, `"1.5 MiB"` is 1572864, `"8 bit"` is 1."""
    if not isinstance(value, str):
        return _not_negative(integer(value))
    match = _SIZE.fullmatch(unquoted(value)) if len(value) <= MAX_NUMBER else None
    if match is None:
        return _no_size(value)
    amount, prefix, binary, unit = match.groups()
    scale = (1024 if binary else 1000) ** ("kmgtpe".index(prefix.casefold()) + 1 if prefix else 0)
    size = Decimal(amount) * scale / (8 if (unit or "").casefold() == "bit" else 1)
    return integer(int(size)) if size.adjusted() <= 19 else _too_large()


def _not_negative(size: int) -> int:
    return size if size >= 0 else _no_size(size)


def _no_size(value: Any) -> int:
    return refuse("a number of bytes", value, 'write it as `"512 MiB"`')


def card_number(value: Any) -> str:
    """The number of a payment card, as text: 12 to 19 digits of which the last one checks the others (Luhn, ISO/IEC 7812)."""
    digits = unquoted(str(value)) if type(value) is int or isinstance(value, str) else ""
    if not re.fullmatch("[0-9]{12,19}", digits):
        refuse("a card number of 12 to 19 digits", value)
    if _luhn(digits) % 10 == 0:
        return digits
    raise TypeMismatch("expected a card number, found digits whose last one does not check the others")


def _luhn(digits: str) -> int:
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return doubled + sum(map(int, digits[-1::-2]))
