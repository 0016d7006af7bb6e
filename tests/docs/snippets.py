"""Runs what a page shows: its Python, its commands, and the files that they need.

A page is one story, told in a working folder of its own that holds a copy of `examples/`:

- a `yaml` block whose first line is a comment with a file name (`# train.yaml`) is that file;
- a `python` block runs, in one namespace for the page; one that begins with `>>>` is a doctest;
- a `console` block is a dialogue: after `$ ` a command, below it what that writes to the terminal, where the page shows it
  (`...` stands for anything). `polyspec` is the command line of this package; `echo $?` asks for the last exit status.

Any other block is only shown.
"""

import contextlib
import doctest
import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from sybil import Document, Example
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser

from polyspec.cli import main

_FILE = re.compile(r"# ([\w./-]+\.(?:yaml|json))\n")
_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
_STATUS = "exit status"


def run_page(path: Path) -> int:
    """Run every snippet of a page in the current folder, in order, and give their number. Raises `AssertionError`."""
    parsers = (
        CodeBlockParser("yaml", _write),
        CodeBlockParser("console", _talk),
        PythonCodeBlockParser(doctest_optionflags=_FLAGS),
    )
    count = 0
    for example in Document.parse(str(path), *parsers):
        example.evaluate()
        count += 1
    return count


def _write(example: Example) -> None:
    """Write the file that a block is."""
    name = _FILE.match(example.parsed)
    if name is not None:
        place = Path(name[1])
        assert not place.is_absolute()
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(str(example.parsed), encoding="utf-8")


def _talk(example: Example) -> str | None:
    """Run the commands of a dialogue, and say where one answered something else than the page shows."""
    for command, expected in dialogue(str(example.parsed)):
        answer = _answer(command, example)
        checker = doctest.OutputChecker()
        if expected and not checker.check_output(expected, answer, _FLAGS):
            wanted = doctest.Example(command, expected)
            return f"$ {command}\n{checker.output_difference(wanted, answer, _FLAGS)}"
    return None


def dialogue(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a dialogue, each with the output that is shown for it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        words, _, output = part.replace("\\\n", " ").partition("\n")
        yield words, output


def _answer(command: str, example: Example) -> str:
    """What a command writes, to either stream; its exit status is kept for `echo $?`."""
    if command == "echo $?":
        return f"{example.namespace[_STATUS]}\n"
    program, *words = shlex.split(command)
    assert program == "polyspec", f"no page may ask for `{program}`"
    written = io.StringIO()
    with contextlib.redirect_stdout(written), contextlib.redirect_stderr(written):
        example.namespace[_STATUS] = main(words)
    return written.getvalue()
