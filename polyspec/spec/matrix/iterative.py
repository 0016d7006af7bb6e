"""`iterative`: a search whose next params come from a tuner."""

from typing import Annotated

import attrs

from polyspec.spec.classes import spec_class
from polyspec.spec.markers import Choice, Count, Maybe, Template
from polyspec.spec.matrix.base import HpParams, Matrix, Tuner
from polyspec.spec.node import absent


@spec_class(kw_only=True)
class Iterative(Matrix):
    """`max_iterations` rounds."""

    kind: Annotated[str, Choice(("iterative",))] = attrs.field(default="iterative")
    max_iterations: Count | Template
    params: Maybe[HpParams | Template] = absent()
    seed: Maybe[int | Template] = absent()
    tuner: Maybe[Tuner] = absent()
