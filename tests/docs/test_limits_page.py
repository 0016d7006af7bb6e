"""The page of limits has every field of `Limits` with its default."""

import re
from pathlib import Path

import attrs

from polyspec import Limits

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "limits.md").read_text(encoding="utf-8")
_UNITS = {None: 1, "KiB": 1024, "MiB": 1024**2}


def documented() -> dict[str, float]:
    rows = re.findall(r"^\| `(\w+)` \| ([\d,.]+)(?: (KiB|MiB))? \|", PAGE, re.MULTILINE)
    return {name: float(number.replace(",", "")) * _UNITS[unit or None] for name, number, unit in rows}


def test_every_limit_has_its_row_with_its_default() -> None:
    assert documented() == {field.name: field.default for field in attrs.fields(Limits)}
