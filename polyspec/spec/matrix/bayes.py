"""`bayes`: a search by a Gaussian process."""

from typing import Annotated

import attrs

from polyspec.spec.classes import spec_class
from polyspec.spec.markers import Choice, Count, Maybe, Template
from polyspec.spec.matrix.base import HpParams, Matrix, OptimizationMetric, Tuner
from polyspec.spec.node import Node, absent
from polyspec.spec.problem import Mismatch
from polyspec.tree import UNSET, Unset


@spec_class(kw_only=True)
class GaussianProcess(Node):
    """The model of the metric."""

    kernel: Maybe[Annotated[str, Choice(("rbf", "matern"), "kernel")]] = absent()
    length_scale: Maybe[float] = absent()
    nu: Maybe[float] = absent()
    num_restarts_optimizer: Maybe[int] = absent()


@spec_class(kw_only=True)
class UtilityFunction(Node):
    """How the next params are chosen: `ucb` (the default) needs `kappa`, `ei` and `poi` need `eps`."""

    acquisition_function: Maybe[Annotated[str, Choice(("ucb", "ei", "poi"), "acquisition function")]] = absent()
    gaussian_process: Maybe[GaussianProcess] = absent()
    kappa: Maybe[float] = absent()
    eps: Maybe[float] = absent()
    num_warmup: Maybe[int] = absent()
    num_iterations: Maybe[int] = absent()

    def __attrs_post_init__(self) -> None:
        function = self.acquisition_function or "ucb"
        name, value = ("kappa", self.kappa) if function == "ucb" else ("eps", self.eps)
        if value is None or value is UNSET:
            raise Mismatch(f"the acquisition function `{function}` needs `{name}`", code="missing-field")


@spec_class(kw_only=True)
class Bayes(Matrix):
    """`num_initial_runs` sampled, then `max_iterations` chosen by the utility function. Takes no distribution but `uniform`."""

    kind: Annotated[str, Choice(("bayes",))] = attrs.field(default="bayes")
    num_initial_runs: Count | Template
    max_iterations: Count | Template
    metric: OptimizationMetric
    params: HpParams | Template
    utility_function: Maybe[UtilityFunction] = absent()
    seed: Maybe[int | Template] = absent()
    tuner: Maybe[Tuner | Template] = absent()

    def __attrs_post_init__(self) -> None:
        if isinstance(self.params, str | Unset):
            return
        for name, param in self.params.items():
            if param is not None and param.is_distribution and param.kind != "uniform":
                message = f"a `bayes` search takes discrete params and `uniform`, not `{param.kind}`"
                raise Mismatch(message, path=("params", name), code="bad-space")
