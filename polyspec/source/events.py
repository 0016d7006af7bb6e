"""The events of a YAML text, from the C parser where it is installed and from the pure one elsewhere.

Only events are taken: the parser keeps its own stack for them and does not recurse, so no nesting can end the process.
"""

from collections.abc import Iterator
from typing import Any

from polyspec.late import late_pattern


class Mangled(Exception):
    """A text that is no YAML: the message, and the place as line and column from 0."""

    def __init__(self, message: str, line: int, column: int) -> None:
        self.message, self.line, self.column = message, line, column
        super().__init__(message)


def events(text: str) -> Iterator[Any]:
    """The events of a text, in order. Raises `Mangled` where the text stops being YAML."""
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.reader import ReaderError

    try:
        yield from _events(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Mangled(_words(error), mark.line if mark else 0, mark.column if mark else 0) from None
    except (ReaderError, YAMLError, UnicodeError):
        line, column = _unreadable(text)
        raise Mangled("a character that YAML does not allow", line, column) from None


def _events(text: str) -> Iterator[Any]:
    try:
        from _ruamel_yaml import CParser
    except ImportError:  # an interpreter without the C extension: the same events, slower
        from ruamel.yaml import YAML

        return iter(YAML(typ="safe", pure=True).parse(text))
    return iter(CParser(text).get_event, None)


def _words(error: Any) -> str:
    parts = [str(part) for part in (error.context, error.problem) if part]
    return ", ".join(parts) or "not YAML"


_UNREADABLE = late_pattern("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What is outside of YAML's printable set (YAML 1.1, section 5.1)."""


def _unreadable(text: str) -> tuple[int, int]:
    """The place of the first character that YAML does not allow; the end of a text that has none."""
    found = _UNREADABLE.search(text)
    position = len(text) if found is None else found.start()
    return text.count("\n", 0, position), position - (text.rfind("\n", 0, position) + 1)
