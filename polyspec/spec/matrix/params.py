"""The params of a matrix: lists of values, spaces and distributions (polyaxonfile section 14).

A space is written as `start:stop:step`, as a list, or as a mapping; all three are kept as the mapping.
"""

import datetime
import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

import attrs

from polyspec.late import late_pattern
from polyspec.limits import INTEGER_RANGE, MAX_NUMBER
from polyspec.spec.classes import spec_class
from polyspec.spec.durations import seconds_of
from polyspec.spec.markers import Choice, Template
from polyspec.spec.moments import is_midnight, moment_of
from polyspec.spec.node import Node, kind_name
from polyspec.spec.problem import Mismatch

Spread = Mapping[str, Any] | Sequence[Any] | str
_NUMBER = late_pattern(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")


@spec_class(kw_only=True)
class HpParam(Node):
    """The base of the matrix params; `kind` tells which. `names` are the parts of a space or distribution."""

    names: ClassVar[tuple[str, ...]] = ()
    optional: ClassVar[tuple[str, ...]] = ()
    is_distribution: ClassVar[bool] = False
    is_ascending: ClassVar[bool] = False

    kind: str

    @classmethod
    def spread(cls, value: Any) -> Any:
        """A space or distribution as a mapping, from any of its three forms. Raises `Mismatch`."""
        if isinstance(value, str) and "{{" in value:
            return value
        parts = {name: cls._part(name, part) for name, part in cls._parts(value).items()}
        if cls.is_ascending and cls._rank(parts[cls.names[0]]) >= cls._rank(parts[cls.names[1]]):
            raise _bad_space(f"`{cls.names[1]}` is greater than `{cls.names[0]}`")
        if len(cls.names) == 3 and not parts[cls.names[2]]:
            raise _bad_space(f"`{cls.names[2]}` is not zero")
        return parts

    @classmethod
    def _parts(cls, value: Any) -> dict[str, Any]:
        """The parts by name, as they are written."""
        known = (*cls.names, *cls.optional)
        if isinstance(value, str) and ":" in value:
            value = value.split(":")
        if isinstance(value, list | tuple):
            value = dict(zip(known, value, strict=False))
        if not isinstance(value, Mapping):
            raise _bad_space(f"expected `{':'.join(cls.names)}`, a list or a mapping")
        if not set(cls.names) <= set(value) <= set(known):
            expected = ", ".join(f"`{name}`" for name in cls.names)
            raise _bad_space(f"a `{cls.__name__.lower()}` has {expected}")
        return dict(value)

    @classmethod
    def _part(cls, name: str, part: Any) -> Any:
        number = _number(part)
        if number is None:
            raise _bad_space(f"`{name}` is a number", name)
        if name not in ("num", "size", "base"):
            return number
        if number != int(number):
            raise _bad_space(f"`{name}` is an integer", name)
        return int(number)

    @classmethod
    def _rank(cls, part: Any) -> float:
        """What the order of two parts goes by."""
        found: float = part
        return found


def _bad_space(message: str, *path: str) -> Mismatch:
    return Mismatch(message, path=("value", *path), code="bad-space")


def _number(part: Any) -> int | float | None:
    """The number that a part is or spells; None for anything else, and for what JSON cannot hold."""
    if isinstance(part, str):
        text = part.strip()
        if len(text) > MAX_NUMBER or not _NUMBER.fullmatch(text):
            return None
        part = int(text) if text.lstrip("+-").isdigit() else float(text)
    if type(part) is int:
        return part if part in INTEGER_RANGE else None
    return part if type(part) is float and math.isfinite(part) else None


@spec_class(kw_only=True)
class Choices(HpParam):
    """`choice`: one of a list of values."""

    kind: Annotated[str, Choice(("choice",))] = attrs.field(default="choice")
    value: Sequence[Any] | Template


@spec_class(kw_only=True)
class PChoices(HpParam):
    """`pchoice`: one of a list of [value, probability]."""

    is_distribution: ClassVar[bool] = True
    kind: Annotated[str, Choice(("pchoice",))] = attrs.field(default="pchoice")
    value: Sequence[Sequence[Any]] | Template

    def __attrs_post_init__(self) -> None:
        if isinstance(self.value, str):
            return
        for index, pair in enumerate(self.value):
            if len(pair) != 2 or isinstance(pair[1], bool) or not isinstance(pair[1], float) or not 0 <= pair[1] < 1:
                raise Mismatch(
                    "expected [value, probability], the probability in [0, 1)", path=("value", index), code="bad-space"
                )
        if sum(float(pair[1]) for pair in self.value) > 1 + 1e-9:
            raise Mismatch("the probabilities add up to at most 1", path=("value",), code="bad-space")


def _space(kind: str, what: str, names: tuple[str, ...], **flags: Any) -> tuple[str, type[HpParam]]:
    """A kind, and the class of this kind of space or distribution: they differ in the names of their parts alone."""
    namespace = {
        "__annotations__": {"kind": Annotated[str, Choice((kind,))], "value": Spread},
        "__doc__": f"`{kind}`: {what}.",
        "__module__": __name__,
        "kind": attrs.field(default=kind),
        "names": names,
        "__attrs_post_init__": lambda self: object.__setattr__(self, "value", type(self).spread(self.value)),
        "__reduce__": lambda self: (_again, (kind, self.value)),  # no module has the class under its name
        **flags,
    }
    return kind, spec_class(kw_only=True)(type(kind.capitalize(), (HpParam,), namespace))


def _again(kind: str, value: Any) -> Any:
    """The space of a kind with a value: what pickles and copies are made by."""
    return HP_KINDS[kind](value=value)  # type: ignore[call-arg]  # each has one


class _Moments(HpParam):
    """Ranges of dates and times keep their parts as they are written."""

    __slots__ = ()

    @classmethod
    def _part(cls, name: str, part: Any) -> Any:
        is_day = kind_name(cls) == "daterange"
        if name != "step" and not _is_moment(part, is_day=is_day):
            raise _bad_space(f"`{name}` is {'a date' if is_day else 'a date or a time'}", name)
        amount = (_days(part) if is_day else _seconds(part)) if name == "step" else None
        if name == "step" and amount is None:
            raise _bad_space(f"`step` is {'a number of days' if is_day else 'seconds, or a duration such as `PT1H`'}", name)
        if amount == 0:
            raise _bad_space("`step` is not zero")
        return part

    @classmethod
    def _rank(cls, part: Any) -> float:
        moment = moment_of(part)
        return 0.0 if moment is None else moment.replace(tzinfo=moment.tzinfo or datetime.UTC).timestamp()


def _is_moment(part: Any, *, is_day: bool) -> bool:
    try:
        moment = moment_of(part)
    except (ValueError, OverflowError):
        return False
    return moment is not None and (not is_day or is_midnight(moment))


def _days(part: Any) -> int | None:
    """The days of a step: an integer, or the text of one."""
    number = _number(part)
    return number if isinstance(number, int) else None


def _seconds(part: Any) -> float | None:
    """The seconds of a step, a number or a duration, in whole microseconds; None for a duration that is none or too long."""
    seconds = seconds_of(part) if isinstance(part, str) else _number(part)
    try:
        return None if seconds is None else datetime.timedelta(seconds=seconds).total_seconds()
    except OverflowError:
        return None


def _own(cls: type, *names: str) -> dict[str, Any]:
    return {name: vars(cls)[name] for name in names}


def _moments(kind: str, what: str) -> tuple[str, type[HpParam]]:
    return _space(kind, what, ("start", "stop", "step"), is_ascending=True, **_own(_Moments, "_part", "_rank"))


_LOW_HIGH = {"is_distribution": True, "optional": ("size",)}
_SPACE = {"is_ascending": True}

HP_KINDS: Mapping[str, type[HpParam]] = dict(
    (
        ("choice", Choices),
        ("pchoice", PChoices),
        _space("range", "numbers from `start` to `stop`, `step` apart", ("start", "stop", "step"), **_SPACE),
        _moments("daterange", "dates from `start` to `stop`, `step` days apart"),
        _moments("datetimerange", "times from `start` to `stop`, `step` apart (seconds, or an ISO duration)"),
        _space("linspace", "`num` numbers evenly from `start` to `stop`", ("start", "stop", "num"), **_SPACE),
        _space(
            "logspace", "`num` powers of `base` from `start` to `stop`", ("start", "stop", "num"), optional=("base",), **_SPACE
        ),
        _space("geomspace", "`num` numbers in even ratio from `start` to `stop`", ("start", "stop", "num"), **_SPACE),
        _space("uniform", "even between `low` and `high`", ("low", "high"), **_LOW_HIGH),
        _space("quniform", "even between `low` and `high`, in steps of `q`", ("low", "high", "q"), **_LOW_HIGH),
        _space("loguniform", "e to an even power between `low` and `high`", ("low", "high"), **_LOW_HIGH),
        _space("qloguniform", "`loguniform` in steps of `q`", ("low", "high", "q"), **_LOW_HIGH),
        _space("normal", "normal around `loc` with deviation `scale`", ("loc", "scale"), **_LOW_HIGH),
        _space("qnormal", "`normal` in steps of `q`", ("loc", "scale", "q"), **_LOW_HIGH),
        _space("lognormal", "e to a normal power", ("loc", "scale"), **_LOW_HIGH),
        _space("qlognormal", "`lognormal` in steps of `q`", ("loc", "scale", "q"), **_LOW_HIGH),
    )
)
"""Every kind of matrix param."""
