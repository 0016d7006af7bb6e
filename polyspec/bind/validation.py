"""The keywords of `validation`: what a value must be beyond its type.

Source: polyaxonfile.md 7.3, decisions S28 and 7.3. A keyword is a row of `KEYWORDS`. Most look at each item of a list and each
value of a mapping, some at the whole. A keyword that cannot apply is a failure of its own, and so is a bound that is none.
No message holds the value; the bounds and options are the declaration's, and are shown unless the type is a secret one.
"""

import operator
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from decimal import Context, Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import attrs

from polyspec.bind.grammar import TypeNode, UnknownType, read_type
from polyspec.bind.types import SECRET_TYPES, InputType, TypeMismatch, base_name, default_types, parse_type
from polyspec.bind.values import json_text, kind, plain_value, refuse
from polyspec.errors import did_you_mean, shortened
from polyspec.limits import Limits, crossed
from polyspec.record import record
from polyspec.registry import Registry
from polyspec.tree import Path

if TYPE_CHECKING:
    from polyspec.bind.patterns import Pattern

FAILED = "validation-failed"
NOT_APPLICABLE = "validation-not-applicable"
INVALID = "invalid-validation"
_STEPS_OF_A_POSITION = 60
"""What it takes to make one position of a pattern, in the same steps."""
_STEPS_OF_A_SIGN = 24
"""What it takes to read one character of a pattern."""
_MAX_SHOWN = 8
_PRECISION = 1000
"""Digits enough for the quotient of any two numbers: decimals reach from 1e-400 to 1e400, with 100 digits."""
_QUOTES_VALUES = ("options", "contains", "excludes")
_PATTERN_HINT = "look-around, back references, word boundaries and flags but `(?i)` at the start are not supported"


@attrs.define(eq=False, repr=False)
class Effort:
    """The steps that are left for the patterns of one spec, of `Limits.pattern_steps`."""

    left: int = Limits().pattern_steps
    _is_told: bool = False

    def take(self, steps: int) -> None:
        """Take so many steps; `left` is below 0 where they were not there."""
        self.left -= steps

    def ended(self) -> "Failure | None":
        """What is told where the steps have ended, once."""
        if self._is_told:
            return None
        self._is_told = True
        message = "expected less text for so large a `regex`, or fewer of them"
        return Failure("regex", message, **crossed("pattern_steps"))


@record
class Failure:
    """One keyword that a value does not satisfy. `path` leads from the value to the first item at fault."""

    keyword: str
    message: str
    hint: str | None = None
    code: str = FAILED
    path: Path = ()


@record
class Keyword:
    """One keyword: the bounds it takes, the values it can look at, when it holds, and how a message says so.

    `bound` gives the bound as `holds` wants it, or raises `TypeMismatch`; `expected` names what the bound asks for, `to` what the
    keyword applies to; `whole` keywords look at a list or mapping as one.
    """

    bound: Callable[[Any], Any]
    applies: Callable[[Any], bool]
    holds: Callable[[Any, Any], bool]
    expected: Callable[[Any], str]
    to: str
    whole: bool = False


def check(
    value: Any,
    validation: Mapping[str, Any],
    type_name: str | None,
    types: Registry[InputType] | None = None,
    effort: Effort | None = None,
) -> list[Failure]:
    """Every failure of a converted value, in the order of the keywords; none for null, which an optional input may be.

    `validation` has camelCase keys; null bounds and `delay` say nothing. `type_name` is the declared type, of the value or, under
    `isList`, of its items; `types` is where its names are looked up, the default types without one.
    `effort` is what patterns may still take; that of one spec where there is none.
    """
    if value is None:
        return []
    subject = _Subject(value, _item_type(type_name, value), types or default_types(), effort or Effort())
    given = ((name, bound) for name, bound in validation.items() if bound is not None and name != "delay")
    return [failure for name, bound in given if (failure := _failure(subject, name, bound)) is not None]


@record
class _Subject:
    """A value that is checked: the type of its items as it is declared, and the registry that knows it."""

    value: Any
    item_type: TypeNode | None
    types: Registry[InputType]
    effort: Effort

    @property
    def is_secret(self) -> bool:
        return self.item_type is not None and self.item_type.name in SECRET_TYPES

    def parts(self, *, whole: bool) -> Iterator[tuple[Path, Any]]:
        """What a keyword looks at, with its path; nulls are passed over."""
        if whole or not isinstance(self.value, Mapping | list | tuple):
            return iter([((), _seen(self.value, self.item_type))])
        items = self.value.items() if isinstance(self.value, Mapping) else enumerate(self.value)
        return (((step,), _seen(item, self.item_type)) for step, item in items if item is not None)


def _seen(item: Any, item_type: TypeNode | None) -> Any:
    """An item as the keywords see it: a decimal, which is text among plain values, is a number."""
    return Decimal(item) if item_type is not None and item_type.name == "Decimal" and isinstance(item, str) else item


def _item_type(type_name: str | None, value: Any) -> TypeNode | None:
    """The type of one item, as far as the declaration says it."""
    try:
        node = _present(read_type(type_name)) if type_name is not None else None
    except UnknownType:
        return None
    if node is None or not isinstance(value, list | tuple | Mapping):
        return node
    name = base_name(node.name)
    if name in ("list", "set", "dict") and node.args:
        return _present(node.args[-1])
    return TypeNode("any") if name in ("list", "set", "dict", "tuple") else node


def _present(node: TypeNode) -> TypeNode:
    """The type of a value that is not null."""
    while node.name == "Optional" and node.args:
        node = node.args[0]
    return node


def _failure(subject: _Subject, name: str, written: Any) -> Failure | None:
    keyword = KEYWORDS.get(name)
    if keyword is None:
        return Failure(name, f"unknown keyword `{shortened(name)}`", did_you_mean(name, KEYWORDS), INVALID)
    if name == "regex" and subject.effort.left < 0:
        return subject.effort.ended()
    try:
        bound = keyword.bound(plain_value(written))
    except TypeMismatch as error:
        subject.effort.take(_steps_of_refused(written) if name == "regex" else 0)
        return Failure(name, f"`{name}`: {error}", error.hint, INVALID)
    if name == "regex" and (too_long := _too_long(subject, *bound)):
        return too_long
    if name == "regex" and subject.effort.left < 0:
        return subject.effort.ended()
    return _not_applicable(subject, name, keyword) or _failed(subject, name, keyword, bound)


def _not_applicable(subject: _Subject, name: str, keyword: Keyword) -> Failure | None:
    for path, item in subject.parts(whole=keyword.whole):
        if not keyword.applies(item):
            return Failure(name, f"`{name}` cannot apply to {kind(item)}", f"it applies to {keyword.to}", NOT_APPLICABLE, path)
    return None


def _failed(subject: _Subject, name: str, keyword: Keyword, bound: Any) -> Failure | None:
    wanted = frozenset(map(_key, _options(subject, bound))) if name == "options" else bound
    bad = [(path, item) for path, item in subject.parts(whole=keyword.whole) if not keyword.holds(item, wanted)]
    if not bad:
        return None
    path, item = bad[0]
    hidden = subject.is_secret and name in _QUOTES_VALUES
    expected = "another value" if hidden else keyword.expected(bound)
    others = f"; {len(bad) - 1} more of the items fail" if len(bad) > 1 else ""
    return Failure(name, f"expected {expected}{others}", None if hidden else _hint(name, item, bound), FAILED, path)


def _hint(name: str, item: Any, bound: Any) -> str | None:
    """What is nearest to a value that is no option; which keys are missing and which are too many."""
    if name == "options" and isinstance(item, str):
        return did_you_mean(item, [option for option in bound if isinstance(option, str)])
    if isinstance(item, Mapping) and isinstance(bound, list):
        missing = [key for key in bound if key not in item] if name != "excludesKeys" else []
        extra = [key for key in item if (key in bound) == (name == "excludesKeys")] if name != "containsKeys" else []
        parts = (f"{what} {_listed(keys)}" for what, keys in (("missing:", missing), ("not expected:", extra)) if keys)
        return "; ".join(parts) or None
    return None


def _options(subject: _Subject, written: list[Any]) -> list[Any]:
    """The options, and what the type of the value makes of each: `0.1` and `"0.1"` are one for a float."""
    try:
        convert = parse_type(str(subject.item_type or "any"), subject.types)
    except UnknownType:
        return written
    return [_option(convert, option, subject.item_type) for option in written]


def _option(convert: InputType, option: Any, item_type: TypeNode | None) -> Any:
    """An option as the keyword sees it; one that is of another type stays as it is written, and equals nothing."""
    try:
        return _seen(convert(option), item_type)
    except TypeMismatch:
        return option


def _too_long(subject: _Subject, written: str, pattern: "Pattern") -> Failure | None:
    """What is told of a text that is too long for any pattern; the steps of all others are taken."""
    from polyspec.bind.patterns import MAX_TEXT

    lengths = [len(item) for _, item in subject.parts(whole=False) if isinstance(item, str)]
    of_texts = sum(lengths) * pattern.steps_of_a_character
    subject.effort.take(of_texts + len(pattern.follow) * _STEPS_OF_A_POSITION + len(written) * _STEPS_OF_A_SIGN)
    if max(lengths, default=0) > MAX_TEXT:
        return Failure("regex", f"expected text of at most {MAX_TEXT} characters, since it has a `regex`, found longer text")
    return None


def _steps_of_refused(written: Any) -> int:
    """What a pattern took that is not taken, at most: all positions that one may have were made."""
    from polyspec.bind.patterns import MAX_PATTERN, MAX_POSITIONS

    is_read = isinstance(written, str) and len(written) <= MAX_PATTERN
    return (MAX_POSITIONS * _STEPS_OF_A_POSITION if "{" in written else 0) + len(written) * _STEPS_OF_A_SIGN if is_read else 0


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _has_length(value: Any) -> bool:
    return isinstance(value, str | list | tuple | Mapping)


def _is_searchable(value: Any) -> bool:
    return isinstance(value, str | list | tuple)


def _has_items(value: Any) -> bool:
    return isinstance(value, list | tuple | Mapping)


def _is_mapping(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_anything(_value: Any) -> bool:
    return True


def _number(bound: Any) -> Any:
    return bound if _is_number(bound) else refuse("a number", bound)


def _divisor(bound: Any) -> Any:
    if _number(bound) != 0:
        return bound
    raise TypeMismatch("expected a number other than 0, found 0")


def _count(bound: Any) -> int:
    if type(bound) is int and bound >= 0:
        return bound
    raise TypeMismatch(f"expected a count, found {'one below 0' if type(bound) is int else kind(bound)}")


def _pattern(bound: Any) -> "Pattern":
    from polyspec.bind.patterns import PatternError, compile_pattern

    try:
        return compile_pattern(bound) if isinstance(bound, str) else refuse("a pattern", bound)
    except PatternError as error:
        raise TypeMismatch(f"expected a pattern that linear time can match, found {error}", _PATTERN_HINT) from None


def _list(bound: Any) -> list[Any]:
    return bound if isinstance(bound, list) else [bound]


def _keys(bound: Any) -> list[str]:
    if isinstance(bound, list) and all(isinstance(key, str) for key in bound):
        return bound
    raise TypeMismatch("expected a list of keys, found something else")


def _exact(number: Any) -> Decimal:
    """A number as it is written: 0.3 is three tenths."""
    return number if isinstance(number, Decimal) else Decimal(repr(number))


def _compares(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda value, bound: compare(_exact(value), _exact(bound)) if isinstance(value, Decimal) else compare(value, bound)


def _is_multiple(value: Any, bound: Any) -> bool:
    return not Context(prec=_PRECISION).remainder(_exact(value), _exact(bound))


def _digits(number: Any) -> str:
    """A number without sign and exponent; a whole one without a point."""
    exact = _exact(number)
    return format(abs(exact.to_integral_value() if isinstance(number, float) and number.is_integer() else exact), "f")


def _places(number: Any) -> int:
    return len(_digits(number).partition(".")[2])


def _digit_count(number: Any) -> int:
    return len(_digits(number).replace(".", ""))


def _key(value: Any) -> Hashable:
    """What two values have in common when they are the same: `1` and `1.0` are, `1` and `true` are not."""
    if isinstance(value, list | tuple):
        return tuple(map(_key, value))
    if isinstance(value, Mapping):
        return frozenset((name, _key(item)) for name, item in value.items())
    return isinstance(value, bool), value


def _contained(value: Any, needles: Sequence[Any]) -> Iterator[bool]:
    """Whether a text has each of some parts, or a list each of some items."""
    if isinstance(value, str):
        return (isinstance(needle, str) and needle in value for needle in needles)
    items = set(map(_key, value))
    return (_key(needle) in items for needle in needles)


def _shown(bound: Any) -> str:
    return f"`{shortened(bound if isinstance(bound, str) else json_text(bound))}`"


def _listed(bounds: list[Any]) -> str:
    more = f" and {len(bounds) - _MAX_SHOWN} more" if len(bounds) > _MAX_SHOWN else ""
    return ", ".join(map(_shown, bounds[:_MAX_SHOWN])) + more


def _numeric(phrase: str, holds: Callable[[Any, Any], bool], bound: Callable[[Any], Any] = _number) -> Keyword:
    return Keyword(bound, _is_number, holds, lambda given: f"a number {phrase.format(_shown(given))}", "numbers")


def _counting(
    phrase: str, applies: Callable[[Any], bool], to: str, holds: Callable[[Any, int], bool], *, whole: bool = False
) -> Keyword:
    return Keyword(_count, applies, holds, phrase.format, to, whole)


def _searching(phrase: str, holds: Callable[[Any, list[Any]], bool]) -> Keyword:
    return Keyword(_list, _is_searchable, holds, lambda given: f"a value that {phrase} {_listed(given)}", "text and lists")


def _keyed(phrase: str, holds: Callable[[Mapping[str, Any], list[str]], bool]) -> Keyword:
    return Keyword(_keys, _is_mapping, holds, lambda given: f"a mapping with {phrase} {_listed(given)}", "mappings", whole=True)


_TEXTS_AND_MORE = "text, lists and mappings"
_LISTS_AND_MAPPINGS = "lists and mappings"

KEYWORDS: Mapping[str, Keyword] = MappingProxyType(
    {
        "gt": _numeric("greater than {}", _compares(operator.gt)),
        "ge": _numeric("greater than or equal to {}", _compares(operator.ge)),
        "lt": _numeric("less than {}", _compares(operator.lt)),
        "le": _numeric("less than or equal to {}", _compares(operator.le)),
        "multipleOf": _numeric("that is a multiple of {}", _is_multiple, _divisor),
        "minDigits": _counting("a number of at least {} digits", _is_number, "numbers", lambda v, n: _digit_count(v) >= n),
        "maxDigits": _counting("a number of at most {} digits", _is_number, "numbers", lambda v, n: _digit_count(v) <= n),
        "decimalPlaces": _counting("a number of at most {} decimal places", _is_number, "numbers", lambda v, n: _places(v) <= n),
        "regex": Keyword(
            lambda given: (given, _pattern(given)),
            _is_text,
            lambda value, bound: bool(bound[1].fullmatch(value)),
            lambda given: f"text that matches {_shown(given[0])} as a whole",
            "text",
        ),
        "minLength": _counting("a length of at least {}", _has_length, _TEXTS_AND_MORE, lambda v, n: len(v) >= n),
        "maxLength": _counting("a length of at most {}", _has_length, _TEXTS_AND_MORE, lambda v, n: len(v) <= n),
        "contains": _searching("contains", lambda value, needles: all(_contained(value, needles))),
        "excludes": _searching("contains none of", lambda value, needles: not any(_contained(value, needles))),
        "options": Keyword(
            _list,
            _is_anything,
            lambda value, options: _key(value) in options,
            lambda given: f"one of {_listed(given)}",
            "anything",
        ),
        "minItems": _counting("at least {} items", _has_items, _LISTS_AND_MAPPINGS, lambda v, n: len(v) >= n, whole=True),
        "maxItems": _counting("at most {} items", _has_items, _LISTS_AND_MAPPINGS, lambda v, n: len(v) <= n, whole=True),
        "keys": _keyed("exactly the keys", lambda value, keys: value.keys() == set(keys)),
        "containsKeys": _keyed("the keys", lambda value, keys: value.keys() >= set(keys)),
        "excludesKeys": _keyed("none of the keys", lambda value, keys: not value.keys() & set(keys)),
    }
)
"""Every keyword but `delay`, which says when to check, not what."""
