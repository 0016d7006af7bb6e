"""The page on the architecture shows the package as it is."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "design" / "index.md").read_text(encoding="utf-8")
_ENTRANCES = {"__init__.py", "__main__.py", "py.typed"}


def test_the_house_has_every_room_and_every_module() -> None:
    shown = re.findall(r"^  ([\w.]+/?) ", PAGE, re.MULTILINE)
    parts = (path for path in (ROOT / "polyspec").iterdir() if not path.name.startswith(("__pycache__", ".")))
    built = {f"{path.name}/" if path.is_dir() else path.name for path in parts} - _ENTRANCES
    assert sorted(shown) == sorted(built)
