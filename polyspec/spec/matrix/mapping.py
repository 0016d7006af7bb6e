"""`mapping`: one run for each of the given sets of values."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import attrs

from polyspec.spec.classes import spec_class
from polyspec.spec.markers import Choice, Combined, Template
from polyspec.spec.matrix.base import Matrix


@spec_class(kw_only=True)
class MappingMatrix(Matrix):
    """One run for each item of `values`."""

    kind: Annotated[str, Choice(("mapping",))] = attrs.field(default="mapping")
    values: Sequence[Annotated[Mapping[str, Any], Combined("leaf")]] | Template
