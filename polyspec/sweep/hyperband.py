"""`hyperband`: many short runs, of which the best go on for longer; from many short ones to a few long ones.

Bracket `s`, from the largest to 0, begins with `ceil((s_max + 1) * eta**s / (s + 1))` samples that get `maxIterations / eta**s`
of the resource. At each rung the best one in `eta` is kept and gets `eta` times the resource. `s_max` is the largest `s` for
which `eta**s` is at most `maxIterations`. All of this is exact: logarithms of floats lose a bracket (243 runs at eta 3).
"""

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice
from typing import Any, Final

from polyspec.record import record
from polyspec.registry import Registry
from polyspec.sweep.draws import Draws, draws
from polyspec.sweep.faults import counted, needed, rejected
from polyspec.sweep.method import Goal, Matrix, Proposal, Trial
from polyspec.sweep.space import HP_KINDS, HpKind, Space
from polyspec.sweep.streams import key_of, matrix_key

_DEFAULT_ETA: Final = 3
_MAX_BRACKETS: Final = 100


@record
class Bracket:
    """One bracket: its samples, how many of them run at each rung, and what each of these gets of the resource."""

    drawn: Draws
    rungs: tuple[int, ...]
    resources: tuple[int | float, ...]


@record
class SuccessiveHalving:
    """The brackets, one after the other, and the rungs of each."""

    space: Space
    goal: Goal
    resource: str
    brackets: tuple[Bracket, ...]
    resumes: bool

    @property
    def count(self) -> int:
        """The runs of all rungs, when none fails."""
        return sum(sum(bracket.rungs) for bracket in self.brackets)

    def propose(self, trials: Sequence[Trial], room: int) -> Sequence[Proposal]:
        """The rest of the first rung that is not complete, once the rung before it has all its results."""
        start = iteration = 0
        for bracket in self.brackets:
            before: Sequence[Trial] | None = None
            for rung, size in enumerate(bracket.rungs):
                kept = None if before is None else self._best(before, size)
                width = size if kept is None else len(kept)
                before = trials[start : start + width]
                if len(before) < width:
                    stop = min(width, len(before) + room)
                    return tuple(self._rung(bracket, rung, iteration, kept, range(len(before), stop)))
                if any(trial.is_pending for trial in before):
                    return ()
                start, iteration = start + width, iteration + 1
        return ()

    def _best(self, trials: Sequence[Trial], count: int) -> Sequence[Trial]:
        """The best trials, the earlier one first among equals; those without a metric are never among them."""
        losses = [(self.goal.loss(it.metric), it.suggestion.id, it) for it in trials if it.metric is not None]
        return [trial for _, _, trial in sorted(losses, key=lambda loss: loss[:2])[:count]]

    def _rung(
        self, bracket: Bracket, rung: int, iteration: int, kept: Sequence[Trial] | None, places: range
    ) -> Iterator[Proposal]:
        resource = {self.resource: bracket.resources[rung]}
        if kept is None:
            for point in islice(bracket.drawn.points(places.start), len(places)):
                yield Proposal({**self.space.values(point), **resource}, point, iteration)
            return
        for trial in (kept[place] for place in places):
            parent = trial.suggestion
            yield Proposal({**parent.params, **resource}, parent.point, iteration, parent.id, self.resumes)


def hyperband(matrix: Matrix, kinds: Registry[HpKind] = HP_KINDS) -> SuccessiveHalving:
    """The method of a `hyperband`. `eta` is 3 where it is absent. Raises `Rejected`."""
    needed(matrix, "params", "maxIterations", "resource", "metric")
    space = Space.of(matrix, kinds)
    longest = counted(matrix, "maxIterations") or 1
    eta = Fraction(matrix["eta"]) if matrix.get("eta") is not None else Fraction(_DEFAULT_ETA)
    top = _top_bracket(longest, eta)
    key = matrix_key(matrix)
    brackets = tuple(
        _bracket(draws(space, key_of(key.hex(), "bracket", level)), level, top, eta, longest, matrix["resource"].get("type"))
        for level in range(top, -1, -1)
    )
    return SuccessiveHalving(space, Goal.of(matrix["metric"]), matrix["resource"]["name"], brackets, bool(matrix.get("resume")))


def _top_bracket(longest: int, eta: Fraction) -> int:
    if eta <= 1:
        raise rejected("out-of-bounds", "`eta` is greater than 1", ("eta",))
    top, power = 0, eta
    while power <= longest:
        top, power = top + 1, power * eta
        if top >= _MAX_BRACKETS:
            raise rejected("out-of-bounds", f"`eta` is so small that there are more than {_MAX_BRACKETS} brackets", ("eta",))
    return top


def _bracket(drawn: Draws, level: int, top: int, eta: Fraction, longest: int, kind: Any) -> Bracket:
    samples = math.ceil((top + 1) * eta**level / (level + 1))
    samples = samples if drawn.size is None else min(samples, drawn.size)
    sizes = [math.floor(samples / eta**rung) for rung in range(level + 1)]
    rungs = tuple(size for size in sizes if size > 0)
    resources = tuple(_cast(longest / eta ** (level - rung), kind) for rung in range(len(rungs)))
    return Bracket(drawn, rungs, resources)


def _cast(amount: Fraction, kind: Any) -> int | float:
    return int(amount) if kind == "int" else float(amount)
