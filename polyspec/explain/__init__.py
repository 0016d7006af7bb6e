"""Where the values of a run spec come from, told when somebody asks."""

from polyspec.explain.explanation import Change, Difference, Explanation
from polyspec.explain.follow import of_layers, of_operation, of_run, of_saved, of_section
from polyspec.explain.origin import Origin
from polyspec.explain.text import Style, difference_text, explanation_text
from polyspec.explain.trace import Trace
from polyspec.explain.values import difference, explained, origins

__all__ = [
    "Change",
    "Difference",
    "Explanation",
    "Origin",
    "Style",
    "Trace",
    "difference",
    "difference_text",
    "explained",
    "explanation_text",
    "of_layers",
    "of_operation",
    "of_run",
    "of_saved",
    "of_section",
    "origins",
]
