"""Which params of a matrix fit which inputs."""

import pytest

from polyspec.sweep import HP_KINDS, fits

from .matrices import hp

NUMBERS = sorted(set(HP_KINDS) - {"choice", "pchoice", "daterange", "datetimerange"})


@pytest.mark.parametrize("kind", NUMBERS)
@pytest.mark.parametrize(
    "type_", ["int", "float", "any", "metric", "PositiveInt", "Optional[float]", "Union[str, int]", "StrictFloat"]
)
def test_numbers_fit_numbers(kind: str, type_: str) -> None:
    assert fits(hp(kind, None), type_) is None


@pytest.mark.parametrize("kind", NUMBERS)
@pytest.mark.parametrize("type_", ["str", "bool", "date", "List[int]", "dict", "activation", "path"])
def test_numbers_fit_nothing_else(kind: str, type_: str) -> None:
    assert fits(hp(kind, None), type_) == f"`{kind}` gives numbers, and the input is of type `{type_}`"


@pytest.mark.parametrize("kind", ["choice", "pchoice"])
@pytest.mark.parametrize("type_", ["str", "bool", "List[int]", "activation"])
def test_what_a_choice_gives_is_seen_later(kind: str, type_: str) -> None:
    assert fits(hp(kind, None), type_) is None


@pytest.mark.parametrize(
    ("kind", "type_", "wrong"),
    [
        ("daterange", "date", None),
        ("daterange", "any", None),
        ("daterange", "PastDate", None),
        ("daterange", "datetime", "`daterange` gives dates, and the input is of type `datetime`"),
        ("daterange", "str", "`daterange` gives dates, and the input is of type `str`"),
        ("datetimerange", "datetime", None),
        ("datetimerange", "Optional[datetime]", None),
        ("datetimerange", "date", "`datetimerange` gives times, and the input is of type `date`"),
        ("datetimerange", "int", "`datetimerange` gives times, and the input is of type `int`"),
    ],
)
def test_days_fit_days_and_times_fit_times(kind: str, type_: str, wrong: str | None) -> None:
    assert fits(hp(kind, None), type_) == wrong


def test_a_kind_of_ones_own_is_seen_later() -> None:
    assert fits(hp("primes", None), "str") is None
