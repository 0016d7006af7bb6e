"""Spec classes: attrs classes that are finished when they are first used, compared, hashed and shown by `Node`."""

import functools
from typing import TYPE_CHECKING

from polyspec.record import record

__all__ = ["spec_class"]

if TYPE_CHECKING:
    from attrs import frozen as spec_class
else:
    spec_class = functools.partial(record, eq=False, repr=False, shares=True)
