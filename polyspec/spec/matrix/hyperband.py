"""`hyperband`: successive halving over brackets."""

from typing import Annotated

import attrs

from polyspec.spec.classes import spec_class
from polyspec.spec.markers import Bounds, Choice, Count, Maybe, Template
from polyspec.spec.matrix.base import HpParams, Matrix, OptimizationMetric, OptimizationResource, Tuner
from polyspec.spec.node import absent


@spec_class(kw_only=True)
class Hyperband(Matrix):
    """`max_iterations` of `resource` for the best, `eta` times fewer runs at each step."""

    kind: Annotated[str, Choice(("hyperband",))] = attrs.field(default="hyperband")
    params: Maybe[HpParams | Template] = absent()
    max_iterations: Maybe[Count] = absent()
    eta: Maybe[Annotated[float, Bounds(least=0)] | Template] = absent()
    resource: Maybe[OptimizationResource] = absent()
    metric: Maybe[OptimizationMetric] = absent()
    resume: Maybe[bool | Template] = absent()
    seed: Maybe[int | Template] = absent()
    tuner: Maybe[Tuner] = absent()
