"""The matrix kinds that there are: what `kind:` names."""

from typing import TYPE_CHECKING, Final

from polyspec.late import late_function
from polyspec.registry import Registry

if TYPE_CHECKING:
    from polyspec.sweep.method import MatrixKind

KINDS: "Final[Registry[MatrixKind]]" = Registry(
    "matrix kind",
    {
        "mapping": late_function("polyspec.sweep.mapping", "mapping"),
        "grid": late_function("polyspec.sweep.grid", "grid"),
        "random": late_function("polyspec.sweep.random", "random"),
        "hyperband": late_function("polyspec.sweep.hyperband", "hyperband"),
        "bayes": late_function("polyspec.sweep.bayes", "bayes"),
        "tpe": late_function("polyspec.sweep.tpe", "tpe"),
        "hyperopt": late_function("polyspec.sweep.tpe", "tpe"),
        "iterative": late_function("polyspec.sweep.iterative", "iterative"),
    },
)
"""Every matrix kind. One of your own: `KINDS.with_entry("halton", halton)`."""
