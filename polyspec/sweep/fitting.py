"""Whether the values of a matrix param fit the input they go to (polyaxonfile section 14)."""

from collections.abc import Mapping
from typing import Any, Final

from polyspec.bind.types import compatible

_NUMBERS: Final = (
    "range", "linspace", "logspace", "geomspace", "uniform", "quniform", "loguniform", "qloguniform",
    "normal", "qnormal", "lognormal", "qlognormal",
)  # fmt: skip
_GIVEN: Final[Mapping[str, tuple[str, str]]] = {
    **dict.fromkeys(_NUMBERS, ("numbers", "float")),
    "daterange": ("dates", "date"),
    "datetimerange": ("times", "datetime"),
}


def fits(hp: Mapping[str, Any], input_type: str) -> str | None:
    """What is wrong with a matrix param for an input of a type; None where nothing is.

    Numbers fit `int`, `float` and their narrower kinds, days `date`, times `datetime`, and everything `any`. The values of
    `choice` and `pchoice` are looked at when they are bound.
    """
    given = _GIVEN.get(hp["kind"])
    if given is None:
        return None
    words, name = given
    names = ("int", "float") if name == "float" else (name,)
    if any(_fit(it, input_type) for it in names) or _fit(input_type, name):
        return None
    return f"`{hp['kind']}` gives {words}, and the input is of type `{input_type}`"


def _fit(given: str, wanted: str) -> bool:
    return compatible(given, wanted, given_list=False, wanted_list=False)
