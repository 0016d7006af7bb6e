"""Generated specs put to both compilers: whatever differs is a decision, or a fault of one of them.

Run by `python -m nox -s parity`, which installs Polyaxon 2.18.0 beside polyspec. `PARITY_EXAMPLES` says how many cases of each
kind are tried; the default is 500.
"""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import DataObject, SearchStrategy, data

from parity import generators
from parity.generators import Case
from parity.verdict import verdict

CASES: dict[str, SearchStrategy[Case]] = {
    "layered": generators.layered(),
    "shortened": generators.shortened(),
    "bound": generators.bound(),
    "odd values": generators.bound(odd=True),
    "swept": generators.swept(),
    "dags": generators.dags(),
    "templated": generators.templated(),
    "mistaken": generators.mistaken(generators.layered()),
}


@pytest.mark.parametrize("name", CASES)
@settings(
    max_examples=int(os.environ.get("PARITY_EXAMPLES", "500")),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(found=data())
def test_both_compilers_agree_but_for_the_decisions(name: str, found: DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        result = verdict(found.draw(CASES[name]), Path(folder))
    assert result.outcome != "different", result.left
