"""The Gaussian process of a `bayes` search: the one file that knows scikit-learn.

The kernels and their likelihood are scikit-learn's; the params are mapped to the unit cube, and the metric to mean 0 and
deviation 1, so that a length scale means the same for every param and every metric. Points are judged as they would run:
moved to the nearest value of a list first.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

from polyspec.record import record
from polyspec.sweep.axis import Axis
from polyspec.sweep.method import Point
from polyspec.sweep.space import Space

ACQUISITIONS: Final = ("ucb", "ei", "poi")
_NOISE: Final = 1e-6
_TINY: Final = 1e-12
_NEAR: Final = 0.2
"""How far from a good row the first round looks, in sides of the cube; each round looks half as far."""
_LEADERS: Final = 10
"""Rows that a round looks around."""
_AROUND: Final = 20
"""Rows that a round looks at for each of these."""

Rows = Any
"""An array of rows of the unit cube."""
Score = Callable[[Rows], Any]
"""The worth of each of several rows."""


@record
class Settings:
    """The utility function and the process. Defaults are Polyaxon's where it has one, else those of its documents' examples."""

    acquisition: str = "ucb"
    kappa: float = 1.2
    eps: float = 0.0
    warmup: int = 1000
    iterations: int = 10
    kernel: str = "matern"
    length_scale: float = 1.0
    nu: float = 1.5
    restarts: int = 0


@record
class Columns:
    """The columns of the unit cube that stand for one param: one for numbers, one for each value of a list without an order."""

    axis: Axis
    scale: tuple[float, ...] | None
    width: int

    @classmethod
    def of(cls, axis: Axis) -> "Columns":
        """The columns of an axis. A `choice` of numbers is spaced by its numbers, a space by its steps."""
        if axis.size is None or axis.is_ordered:
            return cls(axis, None, 1)
        values = [axis.value(index) for index in range(axis.size)]
        if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
            return cls(axis, None, axis.size)
        low, high = min(values), max(values)
        return cls(axis, tuple((value - low) / ((high - low) or 1) for value in values), 1)

    def encode(self, step: float) -> list[float]:
        """The columns of an index or a deviate."""
        if self.axis.size is None:
            return [step]
        if self.scale is not None:
            return [self.scale[int(step)]]
        if self.axis.is_ordered:
            return [step / max(1, self.axis.size - 1)]
        return [float(index == step) for index in range(self.width)]

    def nearest(self, rows: Rows) -> Any:
        """For each of several rows the nearest index, or the deviate."""
        import numpy as np

        if self.axis.size is None:
            return rows[:, 0]
        if self.scale is not None:
            return np.abs(rows - np.array(self.scale)).argmin(axis=1)
        return np.round(rows[:, 0] * (self.axis.size - 1)) if self.axis.is_ordered else rows.argmax(axis=1)


@record
class Encoding:
    """The unit cube of a space."""

    columns: tuple[Columns, ...]

    @property
    def width(self) -> int:
        """The dimensions of the cube."""
        return sum(columns.width for columns in self.columns)

    def encode(self, point: Point) -> list[float]:
        """The row of a point."""
        return [part for columns, step in zip(self.columns, point, strict=True) for part in columns.encode(step)]

    def points(self, rows: Rows) -> list[Point]:
        """The points that are nearest to some rows."""
        steps, start = [], 0
        for columns in self.columns:
            nearest = columns.nearest(rows[:, start : start + columns.width]).tolist()
            steps.append(nearest if columns.axis.size is None else [int(step) for step in nearest])
            start += columns.width
        return list(zip(*steps, strict=True))


def best_point(
    space: Space, points: Sequence[Point], gains: Sequence[float], tried: set[Point], settings: Settings, key: bytes
) -> Point | None:
    """The point not tried yet whose acquisition is the highest, given the gain of some points; None where all seen were tried.

    `warmup` random points are looked at, then in `iterations` rounds those around the best, closer each time.
    """
    import numpy as np

    encoding = Encoding(tuple(Columns.of(axis) for axis in space.axes.values()))
    generator = np.random.RandomState(np.random.Philox(key=int.from_bytes(key[:16])))
    score = _acquisition([encoding.encode(point) for point in points], gains, settings, generator)
    seen: dict[Point, float] = {}
    rows = generator.uniform(size=(settings.warmup, encoding.width))
    for number in range(settings.iterations + 1):
        found = encoding.points(rows)
        rows = np.array([encoding.encode(point) for point in found])
        scores = score(rows)
        seen |= zip(found, scores.tolist(), strict=True)
        rows = _around(rows[np.argsort(-scores, kind="stable")[:_LEADERS]], _NEAR * 0.5**number, generator)
    fresh = [point for point in seen if point not in tried]
    return max(fresh, key=lambda point: seen[point]) if fresh else None


def _acquisition(rows: Sequence[Sequence[float]], gains: Sequence[float], settings: Settings, generator: Any) -> Score:
    """The acquisition function of the process that fits the gains best."""
    import numpy as np
    from scipy.special import ndtr

    known = np.array(rows, dtype=float)
    mean, deviation = float(np.mean(gains)), float(np.std(gains)) or 1.0
    scaled = (np.array(gains, dtype=float) - mean) / deviation
    process = _fitted(known, scaled, settings, generator)
    inverse = np.linalg.inv(process.L_)
    margin = float(scaled.max()) + settings.eps / deviation

    def score(points: Rows) -> Any:
        near = process.kernel_(points, known)
        expected = near @ process.alpha_
        doubt = process.kernel_.diag(points) - np.sum((near @ inverse.T) ** 2, axis=1)
        spread = np.sqrt(np.maximum(doubt, _TINY))
        if settings.acquisition == "ucb":
            return expected + settings.kappa * spread
        ahead = (expected - margin) / spread
        if settings.acquisition == "poi":
            return ndtr(ahead)
        return (expected - margin) * ndtr(ahead) + spread * np.exp(-0.5 * ahead**2) / math.sqrt(2 * math.pi)

    return score


def _fitted(known: Any, scaled: Any, settings: Settings, generator: Any) -> Any:
    """The process whose length scale makes the gains most likely, searched from the given one and `restarts` random ones."""
    from scipy.optimize import minimize
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, Matern

    scale = min(max(settings.length_scale, 1e-5), 1e5)
    kernel = RBF(length_scale=scale) if settings.kernel == "rbf" else Matern(length_scale=scale, nu=settings.nu)
    process = GaussianProcessRegressor(kernel, alpha=_NOISE, optimizer=None).fit(known, scaled)

    def unlikeliness(theta: Any) -> tuple[float, Any]:
        likelihood, gradient = process.log_marginal_likelihood(theta, eval_gradient=True)
        return -likelihood, -gradient

    bounds = kernel.bounds
    starts = [kernel.theta, *generator.uniform(bounds[:, 0], bounds[:, 1], size=(settings.restarts, len(bounds)))]
    # TNC calls no linear algebra library: the threads of one wait for one another when all processors are at work
    found = [minimize(unlikeliness, start, jac=True, method="TNC", bounds=bounds) for start in starts]
    best = min(found, key=lambda result: float(result.fun))
    return GaussianProcessRegressor(kernel.clone_with_theta(best.x), alpha=_NOISE, optimizer=None).fit(known, scaled)


def _around(leaders: Rows, reach: float, generator: Any) -> Rows:
    """Rows near some others, and these, inside the cube."""
    import numpy as np

    steps = generator.standard_normal(size=(_AROUND, *leaders.shape)) * reach
    return np.concatenate([leaders, np.clip(leaders + steps, 0.0, 1.0).reshape(-1, leaders.shape[1])])
