"""The verbs of the glossary name rooms: what resolves, merges, binds or renders lives there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
VERBS = ("resolve", "merge", "bind", "render")
ELSEWHERE = {
    "_merge": "source/build.py",  # YAML's own word for `<<`
    "render": "finish.py",  # hands a part of the tree to the room
}
"""Functions of these names outside of their room, and where."""


def functions() -> list[tuple[str, str]]:
    """Every function of the package with its file."""
    files = (ROOT / "polyspec").rglob("*.py")
    return [
        (node.name, path.relative_to(ROOT / "polyspec").as_posix())
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    ]


@pytest.mark.parametrize("verb", VERBS)
def test_what_is_called_by_a_verb_lives_in_its_room(verb: str) -> None:
    named = [(name, file) for name, file in functions() if re.fullmatch(rf"_?{verb}(?:_\w+)?", name)]
    strays = [(name, file) for name, file in named if not file.startswith(f"{verb}/") and ELSEWHERE.get(name) != file]
    assert strays == []


def test_the_glossary_has_each_word_once_and_in_order() -> None:
    words = re.findall(r"^(\w[\w -]*)\n: ", PAGE, re.MULTILINE)
    assert len(words) > 30
    assert words == sorted(set(words))


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_in_the_glossary(verb: str) -> None:
    assert re.search(rf"^{verb}\n: To ", PAGE, re.MULTILINE)
