"""Explanations for a notebook: tables in which everything that anyone wrote is escaped."""

from collections.abc import Iterable
from html import escape

from polyspec.errors import printable
from polyspec.explain.origin import Origin, origin_chain
from polyspec.explain.text import Changed, Told, value_text
from polyspec.tree import format_path

_STYLE = ' style="text-align: left; vertical-align: top; white-space: pre-wrap"'


def explanation_table(explanation: Told) -> str:
    """Each leaf with its value and all that had a say, the winner first."""
    rows = (
        _row(format_path(leaf.path), value_text(leaf.value), "\n".join(_told(origin) for origin in leaf.origins))
        for leaf in explanation.leaves
    )
    return _table(("path", "value", "from"), rows)


def change_table(changes: Iterable[Changed]) -> str:
    """Each change with both of its sides."""
    rows = (_row(format_path(change.path), _side(change.before), _side(change.after)) for change in changes)
    return _table(("path", "before", "after"), rows)


def _side(explanation: Told | None) -> str:
    return "" if explanation is None else f"{value_text(explanation.value)}\n{_told(explanation.origin)}"


def _told(origin: Origin) -> str:
    """An origin, and under it those of the values that went into it."""
    return "\n".join(f"{'  ' * depth}{f'{each.name}: ' if depth else ''}{each}" for depth, each, _ in origin_chain(origin))


def _table(heads: Iterable[str], rows: Iterable[str]) -> str:
    return f"<table><thead>{_row(*heads, cell='th')}</thead><tbody>{''.join(rows)}</tbody></table>"


def _row(*texts: str, cell: str = "td") -> str:
    cells = "".join([f"<{cell}{_STYLE}>{_escaped(text)}</{cell}>" for text in texts])
    return f"<tr>{cells}</tr>"


def _escaped(text: str) -> str:
    return escape("\n".join(map(printable, text.split("\n"))))
