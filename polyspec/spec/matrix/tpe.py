"""`tpe`: a search by tree-structured Parzen estimators; `hyperopt` is its older name."""

from typing import Annotated

import attrs

from polyspec.spec.classes import spec_class
from polyspec.spec.markers import Choice, Count, Maybe, Template
from polyspec.spec.matrix.base import HpParams, Matrix, OptimizationMetric, Tuner
from polyspec.spec.node import absent


@spec_class(kw_only=True)
class Tpe(Matrix):
    """`num_runs` runs, each chosen by what the ones before it gave."""

    kind: Annotated[str, Choice(("tpe",))] = attrs.field(default="tpe")
    algorithm: Maybe[Annotated[str, Choice(("tpe", "rand", "anneal"), "algorithm")]] = absent()
    metric: OptimizationMetric
    params: HpParams | Template
    num_runs: Maybe[Count | Template] = absent()
    max_iterations: Maybe[int | Template] = absent()
    seed: Maybe[int | Template] = absent()
    tuner: Maybe[Tuner] = absent()


@spec_class(kw_only=True)
class Hyperopt(Matrix):
    """The older name of `tpe`, with its choice of algorithm (decision on section 14)."""

    kind: Annotated[str, Choice(("hyperopt",))] = attrs.field(default="hyperopt")
    algorithm: Maybe[Annotated[str, Choice(("tpe", "rand", "anneal"), "algorithm")]] = absent()
    metric: Maybe[OptimizationMetric] = absent()
    params: HpParams | Template
    num_runs: Maybe[Count | Template] = absent()
    max_iterations: Maybe[int | Template] = absent()
    seed: Maybe[int | Template] = absent()
    tuner: Maybe[Tuner] = absent()
