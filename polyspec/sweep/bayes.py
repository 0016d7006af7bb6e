"""`bayes`: `numInitialRuns` samples, then `maxIterations` runs, each where a Gaussian process expects the most."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, Final

from polyspec.errors import Problem, Rejected
from polyspec.record import record
from polyspec.registry import Registry
from polyspec.sweep.draws import Draws, draws, untried
from polyspec.sweep.faults import BAD_SPACE, counted, needed, rejected, require
from polyspec.sweep.gaussian import ACQUISITIONS, Settings, best_point
from polyspec.sweep.method import Goal, Matrix, Point, Proposal, Trial
from polyspec.sweep.space import HP_KINDS, HpKind, Space
from polyspec.sweep.streams import key_of, matrix_key

_MOST_POINTS: Final = 100_000
"""Points that one suggestion may look at; more make no difference and take memory."""

_MOST_RESTARTS: Final = 100


@record
class BayesianOptimization:
    """Samples first; then one run after the other, each chosen from all results so far."""

    space: Space
    goal: Goal
    drawn: Draws
    initial: int
    count: int
    settings: Settings
    key: bytes

    def propose(self, trials: Sequence[Trial], room: int) -> Sequence[Proposal]:
        """The rest of the samples at once; then one run when every run before it has a result."""
        placed = len(trials)
        if placed < self.initial:
            points = islice(self.drawn.points(placed), min(room, self.initial - placed))
            return tuple(Proposal(self.space.values(point), point) for point in points)
        if placed >= self.count or any(trial.is_pending for trial in trials):
            return ()
        point = self._next(trials)
        return (Proposal(self.space.values(point), point, placed - self.initial + 1),)

    def _next(self, trials: Sequence[Trial]) -> Point:
        seen = [(it.suggestion.point, self.goal.loss(it.metric)) for it in trials if it.metric is not None]
        tried = {trial.suggestion.point for trial in trials}
        if not seen:
            return next(self.drawn.points(len(trials)))
        key = key_of(self.key.hex(), "bayes", len(trials))
        found = best_point(self.space, [point for point, _ in seen], [-loss for _, loss in seen], tried, self.settings, key)
        return found if found is not None else next(untried(self.space, tried, key))


def bayes(matrix: Matrix, kinds: Registry[HpKind] = HP_KINDS) -> BayesianOptimization:
    """The method of a `bayes` search. Raises `Rejected`, for distributions other than `uniform` too."""
    needed(matrix, "params", "metric", "numInitialRuns", "maxIterations")
    space = Space.of(matrix, kinds)
    _check_uniform(space, matrix["params"])
    require("sklearn", "bayes", "a `bayes` search", ("kind",))
    key = matrix_key(matrix)
    drawn = draws(space, key)
    initial, iterations = counted(matrix, "numInitialRuns") or 1, counted(matrix, "maxIterations") or 1
    most = initial + iterations if space.size is None else space.size
    settings = _settings(matrix.get("utilityFunction") or {})
    return BayesianOptimization(
        space, Goal.of(matrix["metric"]), drawn, min(initial, most), min(initial + iterations, most), settings, key
    )


def _check_uniform(space: Space, params: Mapping[str, Any]) -> None:
    kinds = {name: params[name]["kind"] for name, axis in space.axes.items() if axis.is_sampled}
    wrong = {name: kind for name, kind in kinds.items() if kind != "uniform"}
    if wrong:
        message = "a `bayes` search takes discrete params and `uniform`, not `{}`"
        raise Rejected(Problem(BAD_SPACE, message.format(kind), ("params", name)) for name, kind in wrong.items())


def _settings(utility: Mapping[str, Any]) -> Settings:
    """The settings of a utility function. What is absent is as Polyaxon has it; see `Settings`."""
    process = utility.get("gaussianProcess") or {}
    given = {
        "acquisition": utility.get("acquisitionFunction"),
        "kappa": utility.get("kappa"),
        "eps": utility.get("eps"),
        "warmup": utility.get("numWarmup"),
        "iterations": utility.get("numIterations"),
        "kernel": process.get("kernel"),
        "length_scale": process.get("lengthScale"),
        "nu": process.get("nu"),
        "restarts": process.get("numRestartsOptimizer"),
    }
    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    if settings.acquisition not in ACQUISITIONS:
        raise rejected("not-allowed", "unknown acquisition function", ("utilityFunction", "acquisitionFunction"))
    bounds = {"numWarmup": (settings.warmup, 1), "numIterations": (settings.iterations, 0)}
    for name, (points, least) in bounds.items():
        if not least <= points <= _MOST_POINTS:
            raise rejected("out-of-bounds", f"`{name}` is from {least} to {_MOST_POINTS}", ("utilityFunction", name))
    for name, number in {"lengthScale": settings.length_scale, "nu": settings.nu}.items():
        if number <= 0:
            raise rejected("out-of-bounds", f"`{name}` is greater than 0", ("utilityFunction", "gaussianProcess", name))
    if not 0 <= settings.restarts <= _MOST_RESTARTS:
        path = ("utilityFunction", "gaussianProcess", "numRestartsOptimizer")
        raise rejected("out-of-bounds", f"`numRestartsOptimizer` is from 0 to {_MOST_RESTARTS}", path)
    return settings
