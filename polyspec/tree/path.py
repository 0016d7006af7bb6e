"""Where a value stands in a tree: a tuple of keys and indexes, and its text form."""

import re

from polyspec.late import late_pattern

Path = tuple[str | int, ...]
"""Keys of mappings (text) and indexes of lists (int), from the root."""

_PLAIN = late_pattern(r"[A-Za-z_][A-Za-z0-9_-]*")
_STEP = late_pattern(r"""\.?(?P<key>[A-Za-z_][A-Za-z0-9_-]*)|\[(?P<index>[0-9]{1,18})\]|\["(?P<quoted>(?:[^"\\]|\\.)*)"\]""")


class PathError(ValueError):
    """A text that is no path; its argument is the column (from 0) where it stops being one."""


def format_path(path: Path) -> str:
    """The text of a path: `run.container.args[0]`, `limits["nvidia.com/gpu"]`; the root is empty text."""
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif _PLAIN.fullmatch(step):
            parts.append(f".{step}" if parts else step)
        else:
            escaped = step.replace("\\", "\\\\").replace('"', '\\"')
            parts.append(f'["{escaped}"]')
    return "".join(parts)


def parse_path(text: str) -> Path:
    """The path that a text names; the inverse of `format_path`. Raises `PathError`."""
    steps: list[str | int] = []
    position = 0
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None or (match["key"] and text[position] != "." and position > 0):
            raise PathError(position)
        if match["key"] is not None:
            steps.append(match["key"])
        elif match["index"] is not None:
            steps.append(int(match["index"]))
        else:
            steps.append(re.sub(r"\\(.)", r"\1", match["quoted"]))
        position = match.end()
    return tuple(steps)
