"""The steps by pytest-benchmark: `pytest benchmarks`, `pytest benchmarks --benchmark-save=before`."""

import functools
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.steps import PROGRAMS, STEPS, Step, run_program

Benchmark = Callable[[Step], Any]


@pytest.mark.parametrize("name", STEPS)
def test_step(name: str, benchmark: Benchmark) -> None:
    assert benchmark(STEPS[name]) is not None


@pytest.mark.parametrize("name", PROGRAMS)
def test_program(name: str, benchmark: Benchmark) -> None:
    benchmark(functools.partial(run_program, PROGRAMS[name]))
