"""Where the values of a run spec come from, told when somebody asks."""

from polyspec.explain.explanation import Change, Difference, Explanation
from polyspec.explain.follow import of_layers, of_parent, of_saved
from polyspec.explain.marks import Inherited
from polyspec.explain.origin import Origin
from polyspec.explain.text import Style, difference_text, explanation_text
from polyspec.explain.trace import Trace
from polyspec.explain.values import difference, explained, origins

__all__ = [
    "Change",
    "Difference",
    "Explanation",
    "Inherited",
    "Origin",
    "Style",
    "Trace",
    "difference",
    "difference_text",
    "explained",
    "explanation_text",
    "of_layers",
    "of_parent",
    "of_saved",
    "origins",
]
