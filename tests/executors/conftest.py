from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from polyspec.errors import PolyspecError
from polyspec.executors import LocalExecutor, LocalRun

from .fakes import FakeSpec

Submit = Callable[..., LocalRun]
Refusals = Callable[..., str]


@pytest.fixture
def submit(tmp_path: Path) -> Iterator[Submit]:
    """Submits a spec to a local executor with the given options; whatever still runs at the end of the test is stopped."""
    runs: list[LocalRun] = []

    def start(spec: FakeSpec, **options: Any) -> LocalRun:
        runs.append(LocalExecutor(tmp_path / "runs", **options).submit(spec))
        return runs[-1]

    yield start
    for run in runs:
        run.stop()


@pytest.fixture
def refused(tmp_path: Path) -> Refusals:
    """The text of the error with which a spec is refused; nothing of it may have run, and no folder be left."""

    def refuse(spec: FakeSpec, **options: Any) -> str:
        with pytest.raises(PolyspecError) as caught:
            LocalExecutor(tmp_path / "runs", **options).submit(spec)
        assert not (tmp_path / "runs").exists()
        assert all(diagnostic.location is None for diagnostic in caught.value.diagnostics)
        return str(caught.value)

    return refuse
