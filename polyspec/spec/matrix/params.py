"""The params of a matrix: lists of values, spaces and distributions (polyaxonfile section 14).

A space is written as `start:stop:step`, as a list, or as a mapping; all three are kept as the mapping.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

import attrs

from polyspec.spec.markers import Choice, Template
from polyspec.spec.node import Node
from polyspec.spec.problem import Mismatch

Spread = Mapping[str, Any] | Sequence[Any] | str


@attrs.frozen(kw_only=True, repr=False)
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
        parts = cls._parts(value)
        known = (*cls.names, *cls.optional)
        if len(parts) < len(cls.names) or not set(parts) <= set(known):
            expected = ", ".join(f"`{name}`" for name in cls.names)
            raise Mismatch(f"a `{cls.__name__.lower()}` has {expected}", path=("value",), code="bad-space")
        if cls.is_ascending and parts[cls.names[0]] >= parts[cls.names[1]]:
            message = f"`{cls.names[1]}` is greater than `{cls.names[0]}`"
            raise Mismatch(message, path=("value",), code="bad-space")
        if len(cls.names) == 3 and not parts[cls.names[2]]:
            raise Mismatch(f"`{cls.names[2]}` is not zero", path=("value",), code="bad-space")
        return parts

    @classmethod
    def _parts(cls, value: Any) -> dict[str, Any]:
        known = (*cls.names, *cls.optional)
        if isinstance(value, str) and ":" in value:
            value = value.split(":")
        if isinstance(value, list | tuple):
            value = dict(zip(known, value, strict=False))
        if not isinstance(value, Mapping):
            forms = ":".join(cls.names)
            raise Mismatch(f"expected `{forms}`, a list or a mapping", path=("value",), code="bad-space")
        return {name: cls._part(name, part) for name, part in value.items()}

    @classmethod
    def _part(cls, name: str, part: Any) -> Any:
        try:
            number = float(part) if isinstance(part, str) else part
        except ValueError:
            number = None
        if isinstance(number, bool) or not isinstance(number, int | float) or number != number:  # noqa: PLR0124 - NaN is not itself
            raise Mismatch(f"`{name}` is a number", path=("value", name), code="bad-space")
        if name in ("num", "size", "base"):
            if number != int(number):
                raise Mismatch(f"`{name}` is an integer", path=("value", name), code="bad-space")
            return int(number)
        is_whole = isinstance(part, str) and part.strip().lstrip("+-").isdigit()
        return int(number) if is_whole else number


@attrs.frozen(kw_only=True, repr=False)
class Choices(HpParam):
    """`choice`: one of a list of values."""

    kind: Annotated[str, Choice(("choice",))] = attrs.field(default="choice")
    value: Sequence[Any] | Template


@attrs.frozen(kw_only=True, repr=False)
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


def _space(kind: str, what: str, names: tuple[str, ...], **flags: Any) -> type[HpParam]:
    """The class of one kind of space or distribution: they differ in the names of their parts alone."""
    namespace = {
        "__annotations__": {"kind": Annotated[str, Choice((kind,))], "value": Spread},
        "__doc__": f"`{kind}`: {what}.",
        "__module__": __name__,
        "kind": attrs.field(default=kind),
        "names": names,
        "__attrs_post_init__": lambda self: object.__setattr__(self, "value", type(self).spread(self.value)),
        **flags,
    }
    return attrs.frozen(kw_only=True, repr=False)(type(kind.capitalize(), (HpParam,), namespace))


class _Moments(HpParam):
    """Ranges of dates and times keep their parts as they are written."""

    __slots__ = ()

    @classmethod
    def _part(cls, name: str, part: Any) -> Any:
        if not isinstance(part, str | int | float) or isinstance(part, bool):
            raise Mismatch(f"`{name}` is a date, a time or a step", path=("value", name), code="bad-space")
        return part


def _moments(kind: str, what: str) -> type[HpParam]:
    return _space(kind, what, ("start", "stop", "step"), is_ascending=True, _part=_Moments.__dict__["_part"])


_LOW_HIGH = {"is_distribution": True, "optional": ("size",)}
_SPACE = {"is_ascending": True}

HP_KINDS: tuple[type[HpParam], ...] = (
    Choices,
    PChoices,
    _space("range", "numbers from `start` to `stop`, `step` apart", ("start", "stop", "step"), **_SPACE),
    _moments("daterange", "dates from `start` to `stop`, `step` days apart"),
    _moments("datetimerange", "times from `start` to `stop`, `step` apart (seconds, or an ISO duration)"),
    _space("linspace", "`num` numbers evenly from `start` to `stop`", ("start", "stop", "num"), **_SPACE),
    _space("logspace", "`num` powers of `base` from `start` to `stop`", ("start", "stop", "num"), optional=("base",), **_SPACE),
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
"""Every kind of matrix param."""
