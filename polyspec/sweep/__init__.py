"""Sweeps: the runs of a matrix, listed where they can be, asked for and told where only results say what comes next.

All take the canonical plain tree of a matrix, without templates, and give plain mappings of names to JSON values. They raise
`Rejected` with paths of that tree. Nothing is left to chance: the same matrix and the same results give the same runs.

A name is loaded when it is first asked for: most specs have no matrix.
"""

from typing import TYPE_CHECKING, Final

from polyspec.late import late_names

if TYPE_CHECKING:
    from polyspec.sweep.ask_tell import AskTell, Metric, Search
    from polyspec.sweep.axis import Axis
    from polyspec.sweep.fitting import fits
    from polyspec.sweep.iterative import Tuner
    from polyspec.sweep.kinds import KINDS
    from polyspec.sweep.listing import count, nth, restore, search, suggestions
    from polyspec.sweep.method import Goal, Listed, Matrix, MatrixKind, Method, Proposal, Suggestion, Trial
    from polyspec.sweep.space import HP_KINDS, HpKind, Space
    from polyspec.sweep.stopping import Stop, should_stop

__all__ = [
    "HP_KINDS",
    "KINDS",
    "AskTell",
    "Axis",
    "Goal",
    "HpKind",
    "Listed",
    "Matrix",
    "MatrixKind",
    "Method",
    "Metric",
    "Proposal",
    "Search",
    "Space",
    "Stop",
    "Suggestion",
    "Trial",
    "Tuner",
    "count",
    "fits",
    "nth",
    "restore",
    "search",
    "should_stop",
    "suggestions",
]

_HOMES: Final = {
    "polyspec.sweep.axis": ("Axis",),
    "polyspec.sweep.fitting": ("fits",),
    "polyspec.sweep.iterative": ("Tuner",),
    "polyspec.sweep.kinds": ("KINDS",),
    "polyspec.sweep.listing": (
        "count",
        "nth",
        "restore",
        "search",
        "suggestions",
    ),
    "polyspec.sweep.method": (
        "Goal",
        "Listed",
        "Matrix",
        "MatrixKind",
        "Method",
        "Proposal",
        "Suggestion",
        "Trial",
    ),
    "polyspec.sweep.ask_tell": (
        "AskTell",
        "Metric",
        "Search",
    ),
    "polyspec.sweep.space": (
        "HP_KINDS",
        "HpKind",
        "Space",
    ),
    "polyspec.sweep.stopping": (
        "Stop",
        "should_stop",
    ),
}

if not TYPE_CHECKING:
    __getattr__ = late_names(__name__, _HOMES)
