"""The whole table: `python -m benchmarks.table`, with `--quick` for a first look.

Polyaxon's column needs Polyaxon beside polyspec. Each figure is the least of its rounds, the median in brackets; all figures of
a row are taken in turn, in one run.
"""

import sys
from collections.abc import Iterator

import attrs

from benchmarks import peer
from benchmarks.memory import memory_lines
from benchmarks.rows import BARE, OURS, PEER, Figures, Row, kept_bytes, ratio, rows
from benchmarks.timing import Figure, compared

_HEAD = ("what", "polyspec", "bare", "Polyaxon", "Polyaxon / polyspec", "target", "met")


def lines(*, is_quick: bool) -> Iterator[tuple[str, ...]]:
    """The cells of each row, as they are found."""
    for row in rows():
        yield _cells(row, figures_of(row, rounds=3 if is_quick else 15))
    kept = kept_bytes()
    yield "a run of the grid, kept", f"{kept:,.0f} bytes", "", "", "", "2 KB", _word(is_met=kept <= 2048)


def figures_of(row: Row, rounds: int) -> Figures:
    """The figures of a row, each per thing, beyond its base where it has one."""
    found = {name: figure.per(row.per.get(name, 1)) for name, figure in compared(row.steps(), rounds).items()}
    if row.beyond is None:
        return found
    base = found[row.beyond]
    return {name: figure if name == row.beyond else figure.beyond(base) for name, figure in found.items()}


def _cells(row: Row, figures: Figures) -> tuple[str, ...]:
    times = f"{ratio(figures, PEER):,.0f}" if PEER in figures else ""
    met = "" if row.is_met is None else _word(is_met=row.is_met(figures))
    shown = (_shown(figures.get(name)) for name in (OURS, BARE, PEER))
    return row.name, *shown, times, row.target, met


def _shown(figure: Figure | None) -> str:
    if figure is None:
        return ""
    unit, size = ("ms", 1e3) if figure.least >= 1e-3 else ("µs", 1e6)
    least, median = (_digits(value * size) for value in attrs.astuple(figure))
    return f"{least} {unit} ({median})"


def _digits(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def _word(*, is_met: bool) -> str:
    return "yes" if is_met else "no"


def main() -> None:
    is_quick = "--quick" in sys.argv[1:]
    print("Polyaxon beside polyspec" if peer.IS_INSTALLED else "without Polyaxon: it is not installed here", end="\n\n")
    for cells in (_HEAD, ("---",) * len(_HEAD)):
        print(f"| {' | '.join(cells)} |")
    for cells in lines(is_quick=is_quick):
        print(f"| {' | '.join(cells)} |", flush=True)
    print()
    for line in memory_lines(is_quick=is_quick):
        print(line, flush=True)


if __name__ == "__main__":
    main()
