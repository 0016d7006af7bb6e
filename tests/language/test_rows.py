"""No row of the tables is without a test, and no test names a row that is none."""

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from .rows import ROWS, rows_of

FILES = sorted(path.stem for path in Path(__file__).parent.glob("test_section_*.py"))


def named() -> Iterator[str]:
    """The rows that the tests of this folder name."""
    for file in FILES:
        module = importlib.import_module(f"{__package__}.{file}")
        for name, test in vars(module).items():
            if name.startswith("test_"):
                yield from rows_of(test)


@pytest.mark.parametrize("section", list(ROWS))
def test_every_row_is_named_by_a_test(section: str) -> None:
    tested = set(named())
    assert [name for name in ROWS[section] if f"{section} {name}" not in tested] == []


def test_every_name_is_that_of_a_row() -> None:
    rows = {f"{section} {name}" for section, names in ROWS.items() for name in names}
    assert sorted({name for name in named() if name} - rows) == []


def test_no_row_is_listed_twice() -> None:
    assert [section for section, names in ROWS.items() if len(set(names)) != len(names)] == []
