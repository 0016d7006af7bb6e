"""`tpe`: a search by tree-structured Parzen estimators; `hyperopt` is its older name. The one file that knows Optuna.

`numRuns` is the number of runs and `maxIterations` the number of rounds they come in, as Polyaxon's documents say: a round
has `numRuns / maxIterations` runs, rounded up. With one of the two alone, a round has one run.
"""

import logging
import math
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from statistics import NormalDist
from typing import Any, Final

from polyspec.record import record
from polyspec.registry import Registry
from polyspec.sweep.axis import Axis
from polyspec.sweep.draws import Draws, draws, untried
from polyspec.sweep.faults import counted, needed, rejected, require
from polyspec.sweep.method import Goal, Matrix, Point, Proposal, Trial
from polyspec.sweep.space import HP_KINDS, HpKind, Space
from polyspec.sweep.streams import key_of, matrix_key

_SAMPLES: Final = 10
"""Results that there must be before the estimators are asked; runs before that are samples."""
_TRIES: Final = 8
"""Questions to the estimators for a point that was not tried yet."""
_EDGE: Final = 1e-9


@record
class Parzen:
    """Rounds of runs: samples at first, then the points that good runs have more often than bad ones."""

    space: Space
    goal: Goal
    drawn: Draws
    count: int
    width: int
    key: bytes
    only_samples: bool

    def propose(self, trials: Sequence[Trial], room: int) -> Sequence[Proposal]:
        """The whole of the next round, when every run before it has a result."""
        if any(trial.is_pending for trial in trials):
            return ()
        runs = min(self.width, self.count - len(trials))
        results = [(it.suggestion.point, self.goal.loss(it.metric)) for it in trials if it.metric is not None]
        if self.only_samples or len(results) < _SAMPLES:
            points = list(islice(self.drawn.points(len(trials)), max(0, runs)))
        else:
            points = self._estimated(results, [trial.suggestion.point for trial in trials], runs)
        return tuple(Proposal(self.space.values(point), point, len(trials) // self.width) for point in points)

    def _estimated(self, results: Sequence[tuple[Point, float]], before: Sequence[Point], runs: int) -> list[Point]:
        """The points of one round. Those of the round itself count as bad while the next is looked for, so that they differ."""
        tried = set(before)
        worst = max(loss for _, loss in results)
        found: list[Point] = []
        for _ in range(runs):
            key = key_of(self.key.hex(), "tpe", len(before) + len(found))
            known = [*results, *((point, worst) for point in found)]
            asked = [_suggested(self.space, known, key)]
            while asked[-1] in tried and len(asked) < _TRIES:
                asked.append(_suggested(self.space, known, key_of(key.hex(), len(asked))))
            point = asked[-1] if asked[-1] not in tried else next(untried(self.space, tried, key), asked[-1])
            found.append(point)
            tried.add(point)
        return found


def tpe(matrix: Matrix, kinds: Registry[HpKind] = HP_KINDS) -> Parzen:
    """The method of a `tpe` or `hyperopt` search; the algorithm `rand` samples, `anneal` is read as `tpe`. Raises `Rejected`."""
    needed(matrix, "params", "metric")
    runs, rounds = counted(matrix, "numRuns"), counted(matrix, "maxIterations")
    if runs is None and rounds is None:
        raise rejected("missing-field", f"a `{matrix['kind']}` search needs `numRuns` or `maxIterations`")
    space = Space.of(matrix, kinds)
    only_samples = matrix.get("algorithm") == "rand"
    if not only_samples:
        require("optuna", "tpe", f"a `{matrix['kind']}` search", ("kind",))
    drawn = draws(space, matrix_key(matrix))
    wanted = runs or rounds or 1
    count = wanted if space.size is None else min(wanted, space.size)
    width = math.ceil(wanted / rounds) if rounds else 1
    return Parzen(space, Goal.of(matrix["metric"]), drawn, count, width, matrix_key(matrix), only_samples)


def _suggested(space: Space, results: Sequence[tuple[Point, float]], key: bytes) -> Point:
    """The point that Optuna's estimators suggest after these results, under a seed of our own."""
    import optuna

    distributions = {name: _distribution(axis) for name, axis in space.axes.items()}
    sampler = optuna.samplers.TPESampler(seed=int.from_bytes(key[:4]), n_startup_trials=1)
    with _quiet():
        study = optuna.create_study(study_name="polyspec", sampler=sampler)
    for point, loss in results:
        params = _params(space, point)
        study.add_trial(optuna.trial.create_trial(params=params, distributions=distributions, value=loss))
    asked = study.ask(distributions).params
    return tuple(_step(axis, asked[name]) for name, axis in space.axes.items())


def _distribution(axis: Axis) -> Any:
    """Indexes in order for a space, without an order for a choice; the share below a value for a distribution."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if axis.size is None:
        return FloatDistribution(0.0, 1.0)
    return IntDistribution(0, axis.size - 1) if axis.is_ordered else CategoricalDistribution(tuple(range(axis.size)))


def _params(space: Space, point: Point) -> dict[str, Any]:
    steps = zip(space.axes.items(), point, strict=True)
    return {name: NormalDist().cdf(step) if axis.deviate == "normal" else step for (name, axis), step in steps}


def _step(axis: Axis, share: float) -> int | float:
    """The coordinate of a point for what Optuna gave; normal deviates by their share."""
    if axis.deviate == "normal":
        return NormalDist().inv_cdf(min(max(share, _EDGE), 1 - _EDGE))
    return share if axis.size is None else int(share)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Optuna from announcing a study on standard error; other threads' studies are announced as ever."""
    logger, here = logging.getLogger("optuna.storages._in_memory"), threading.get_ident()

    def is_another(record: logging.LogRecord) -> bool:
        return record.thread != here

    logger.addFilter(is_another)
    try:
        yield
    finally:
        logger.removeFilter(is_another)
