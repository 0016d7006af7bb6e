"""`random`: a number of runs with sampled params."""

from typing import Annotated

import attrs

from polyspec.spec.classes import spec_class
from polyspec.spec.markers import Choice, Count, Maybe, Template
from polyspec.spec.matrix.base import HpParams, Matrix
from polyspec.spec.node import absent


@spec_class(kw_only=True)
class RandomSearch(Matrix):
    """`num_runs` samples of the params; a `seed` makes them the same each time."""

    kind: Annotated[str, Choice(("random",))] = attrs.field(default="random")
    params: HpParams | Template
    num_runs: Count | Template
    seed: Maybe[int | Template] = absent()
