"""The rows of the table by pytest-benchmark: `pytest benchmarks`, `pytest benchmarks --benchmark-save=before`."""

from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.rows import OURS, Row, rows
from benchmarks.timing import Step

Benchmark = Callable[[Step], Any]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.name)
def test_row(row: Row, benchmark: Benchmark) -> None:
    benchmark(row.steps()[OURS])
