"""The reference page of types names what the code knows, no more and no less."""

import re
from pathlib import Path

import pytest

from polyspec.bind.grammar import read_type
from polyspec.bind.structures import FIELDS
from polyspec.bind.types import GENERICS, default_types, parse_type
from polyspec.bind.validation import KEYWORDS

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "types.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its head."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_page_names_every_type_once() -> None:
    assert sorted(name for row in rows("Names") for name in named(row[0])) == sorted(default_types())


def test_every_type_says_what_it_takes_and_gives() -> None:
    assert all(len(row) == 3 and all(row) for row in rows("Names") + rows("Brackets"))


def test_names_in_one_row_are_one_type() -> None:
    types = default_types()
    several = [names for row in rows("Names") if len(names := named(row[0])) > 1 and "side of 0" not in row[1]]
    assert several
    for names in several:
        kinds = {types[name] for name in names} - {types["any"]}
        assert len(kinds) <= 1 or {types["date"], types["PastDate"]} == kinds, names


def test_the_page_names_everything_that_stands_before_brackets() -> None:
    written = [read_type(name).name for row in rows("Brackets") for name in named(row[0])]
    assert sorted(written) == sorted([*GENERICS, "Optional", "Union", "Literal"])


@pytest.mark.parametrize("example", ["List[int]", "Dict[str, int]", "Tuple[int, ...]", "Optional[path]", "int | None"])
def test_the_forms_of_the_page_are_types(example: str) -> None:
    assert callable(parse_type(example, default_types()))


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_the_page_names_every_field_of_a_mapping(name: str) -> None:
    (takes,) = [row[1] for row in rows("Names") if name in named(row[0])]
    listed = re.search(r"`\{([^}]*)\}`", takes)
    assert listed is not None
    assert sorted(listed[1].split(", ")) == sorted(FIELDS[name])


def test_the_page_names_every_validation_keyword_once() -> None:
    assert sorted(name for row in rows("Validation") for name in named(row[0])) == sorted([*KEYWORDS, "delay"])


def test_the_page_says_what_each_keyword_applies_to() -> None:
    for row in rows("Validation"):
        for name in named(row[0]):
            if name in KEYWORDS:
                item_wise = "" if KEYWORDS[name].whole else ", item by item"
                assert row[1] == f"{KEYWORDS[name].to}{item_wise}", name
