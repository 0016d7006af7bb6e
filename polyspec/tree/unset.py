"""Absent is not null: the value of a field that nobody wrote."""

import enum
from typing import Final, Literal


class Unset(enum.Enum):
    """The type of `UNSET`; an enum with one member, so that type checkers narrow `x is UNSET`."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET
"""A field that was not written. `None` is a field that was written as null, which removes what it patches."""
