"""`iterative`: `maxIterations` rounds, whose params come from a tuner, or are sampled where there is none."""

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any

from polyspec.record import record
from polyspec.registry import Registry
from polyspec.source import adopt
from polyspec.sweep.draws import draws
from polyspec.sweep.faults import counted, needed, rejected
from polyspec.sweep.method import Matrix, Proposal, Trial
from polyspec.sweep.random import Sampled
from polyspec.sweep.space import HP_KINDS, HpKind, Space
from polyspec.sweep.streams import matrix_key

Tuner = Callable[[Sequence[Trial], int], Sequence[Mapping[str, Any]]]
"""Takes all trials so far and the number of the round (from 0), gives the params of the runs of that round; none to end."""


@record
class Rounds:
    """Rounds of runs; the next begins when all of the one before have a result."""

    tuner: Tuner
    rounds: int
    count: int | None

    def propose(self, trials: Sequence[Trial], room: int) -> Sequence[Proposal]:
        """The whole of the next round."""
        number = trials[-1].suggestion.iteration + 1 if trials else 0
        if number >= self.rounds or any(trial.is_pending for trial in trials):
            return ()
        found: Any = self.tuner(tuple(trials), number)
        if not isinstance(found, Sequence) or not all(isinstance(params, Mapping) for params in found):
            raise rejected("bad-tuner", "a tuner gives a list of mappings of names to values")
        return tuple(Proposal(adopt(params), iteration=number) for params in found)


def iterative(matrix: Matrix, kinds: Registry[HpKind] = HP_KINDS, tuner: Tuner | None = None) -> Rounds:
    """The method of an `iterative` search. Raises `Rejected`.

    Without a tuner each round has `concurrency` samples of the params, 1 where it is absent.
    """
    needed(matrix, "maxIterations")
    rounds = counted(matrix, "maxIterations") or 1
    if tuner is not None:
        return Rounds(tuner, rounds, None)
    if not matrix.get("params"):
        hint = "give the params to sample, or call `search` with a `tuner`"
        raise rejected("missing-field", "an `iterative` search needs `params` or a tuner", (), hint)
    width = counted(matrix, "concurrency") or 1
    space = Space.of(matrix, kinds)
    drawn = draws(space, matrix_key(matrix))
    runs = rounds * width if drawn.size is None else min(rounds * width, drawn.size)
    sampled = Sampled(space, drawn, runs)

    def sample(trials: Sequence[Trial], number: int) -> Sequence[Mapping[str, Any]]:
        return [it.params for it in islice(sampled.proposals(number * width), width)]

    return Rounds(sample, rounds, runs)
