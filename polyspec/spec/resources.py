"""The `resources` shortcut: amounts and ranges of amounts as Kubernetes' requests and limits (polyaxonfile section 3)."""

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from polyspec.late import late_pattern
from polyspec.spec.problem import Mismatch, kind_of

GPU = "nvidia.com/gpu"
_CPU = late_pattern(r"(?P<number>\d+(?:\.\d*)?|\.\d+)(?P<unit>[mun]?)", re.ASCII)
_MEMORY = late_pattern(r"(?P<number>\d+(?:\.\d*)?|\.\d+)(?P<unit>(?:[KMGTPE]i|[kMGTPE])?)", re.ASCII)
_COUNT = late_pattern(r"(?P<number>\d{1,18})(?P<unit>)", re.ASCII)
_UNITS = {"": Decimal(1), "n": Decimal("1e-9"), "u": Decimal("1e-6"), "m": Decimal("1e-3"), "k": Decimal(1000)} | {
    unit: Decimal(1000) ** power for power, unit in enumerate("MGTPE", 2)
}
_UNITS |= {f"{unit}i": Decimal(1024) ** power for power, unit in enumerate("KMGTPE", 1)}
_TOO_LARGE = 2**63


def amounts(resources: Mapping[str, Any], wrap: Callable[[Any, Any], Any] | None = None) -> dict[str, dict[str, Any]]:
    """The `requests` and `limits` of a shortcut; an empty side is left out. Raises `Mismatch`.

    `1..2` is a request and a limit, `..2` a limit, `1..` a request. One amount of cpu or memory is a request; a count (of GPUs,
    of anything else) is both; null is null on both sides, where it removes what was inherited. `wrap` puts an amount in the
    place of the leaf that it was read from.
    """
    sides: dict[str, dict[str, Any]] = {"requests": {}, "limits": {}}
    for name, leaf in resources.items():
        value = leaf if wrap is None else wrap(leaf, None)
        for side, amount in zip(sides, _pair(name, value), strict=True):
            if amount is not None or value is None:
                sides[side][GPU if name == "gpu" else name] = amount if wrap is None else wrap(leaf, amount)
    return {side: found for side, found in sides.items() if found}


def _pair(name: str, value: Any) -> tuple[Any, Any]:
    if name == GPU or (name not in ("cpu", "memory", "gpu") and "/" not in name):
        hint = "write `gpu`" if name == GPU else "cpu, memory, gpu, or a name with its vendor such as `google.com/tpu`"
        raise Mismatch(f"unknown resource `{name}`", path=(name,), hint=hint, code="unknown-resource")
    if value is None:
        return None, None
    is_count = name not in ("cpu", "memory")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(name, value, is_count=is_count)
    if not isinstance(value, str):
        raise _bad(name, f"expected an amount or a range such as `1..2`, found {kind_of(value)}")
    low, dots, high = (part.strip() for part in value.strip().partition(".."))
    amounts = [_amount(name, part) if part else None for part in (low, high)]
    if amounts == [None, None]:
        raise _bad(name, "expected an amount or a range such as `1..2`, found blank text")
    if dots:
        if low and high and _size(name, low) > _size(name, high):
            raise _bad(name, "the request is greater than the limit")
        return amounts[0], amounts[1]
    return (amounts[0], amounts[0]) if is_count else (amounts[0], None)


def _number(name: str, value: float, *, is_count: bool) -> tuple[Any, Any]:
    if not math.isfinite(value) or not 0 <= value < _TOO_LARGE:
        raise _bad(name, "expected an amount of zero or more, of 63 bits at most")
    if is_count and not isinstance(value, int):
        raise _bad(name, "expected a whole count")
    return (value, value) if is_count else (value, None)


def _pattern(name: str) -> re.Pattern[str]:
    return {"cpu": _CPU, "memory": _MEMORY}.get(name, _COUNT)


def _amount(name: str, text: str) -> Any:
    if not _pattern(name).fullmatch(text):
        raise _bad(name, "not an amount", hint="other quantities, and templates, go into `container.resources`")
    return text if name in ("cpu", "memory") else int(text)


def _size(name: str, text: str) -> Decimal:
    match = _pattern(name).fullmatch(text)
    return Decimal(match["number"]) * _UNITS[match["unit"]] if match else Decimal(0)


def _bad(name: str, message: str, hint: str | None = None) -> Mismatch:
    return Mismatch(message, path=(name,), hint=hint, code="bad-resource")
