"""Times of steps that are compared: each round has all of them, one after the other, so that what disturbs one disturbs all.

It is the time of the processor that counts, that of processes of their own included: the clock also runs for other programs.
"""

import gc
import resource
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

Step = Callable[[], Any]
_TARGET = 0.02
"""Seconds that the calls of one step in one round take together, about."""
_FIRST = 4
"""Calls of a step before it is measured."""


@attrs.frozen
class Figure:
    """The least and the median time of one call, in seconds."""

    least: float
    median: float

    @classmethod
    def of(cls, times: Sequence[float]) -> "Figure":
        return cls(min(times), statistics.median(times))

    def per(self, many: int) -> "Figure":
        """The figure of one of the many things that a call does."""
        return Figure(self.least / many, self.median / many)

    def beyond(self, base: "Figure") -> "Figure":
        """What is left of the figure beyond that of a base."""
        return Figure(self.least - base.least, self.median - base.median)


def compared(steps: Mapping[str, Step], rounds: int = 15) -> dict[str, Figure]:
    """The figures of steps, measured in turn."""
    calls = {name: _calls(step) for name, step in steps.items()}
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, step in steps.items():
            times[name].append(_timed(step, calls[name]))
    return {name: Figure.of(found) for name, found in times.items()}


def _calls(step: Step) -> int:
    """How many calls of a step a round has. The first calls are not counted: what is made once is made in them."""
    least = min(_timed(step, 1) for _ in range(_FIRST))
    return max(1, min(1000, int(_TARGET / max(least, 1e-7))))


def _timed(step: Step, calls: int) -> float:
    gc.collect()
    begun = _processor()
    for _ in range(calls):
        step()
    return (_processor() - begun) / calls


def _processor() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
