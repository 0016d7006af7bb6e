"""polyspec against Polyaxon on generated specs, and on one example for each decision; what the generators write is looked at too."""

from pathlib import Path

import pytest
from hypothesis import given

from parity.decisions import DECISIONS, FOUND
from parity.examples import EXAMPLES
from parity.generators import Case
from parity.properties import PROPERTIES
from parity.verdict import verdict


@pytest.mark.parametrize("name", PROPERTIES)
def test_both_agree_but_for_the_decisions(name: str, tmp_path: Path) -> None:
    @given(PROPERTIES[name].cases)
    def agree(case: Case) -> None:
        assert verdict(case, tmp_path, without=PROPERTIES[name].without).left == ()

    agree()


@pytest.mark.parametrize("name", [decision.id for decision in DECISIONS])
def test_a_decision_explains_its_example(name: str, tmp_path: Path) -> None:
    found = verdict(EXAMPLES[name], tmp_path)
    assert (found.left, name in found.reasons) == ((), True)


def test_every_decision_is_named_once_and_has_its_example() -> None:
    names = [decision.id for decision in DECISIONS]
    assert len(set(names)) == len(names)
    assert all(decision.reason for decision in DECISIONS)
    assert set(EXAMPLES) == set(names)


def test_what_was_found_is_listed_for_users() -> None:
    page = (Path(__file__).parent.parent / "docs" / "compatibility.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1].strip() for line in page.partition("## Found by")[2].splitlines() if line.startswith("| ")][1:]
    assert sorted(rows) == sorted(decision.id for decision in FOUND)
