"""The matrix kinds that there are: what `kind:` names."""

from typing import TYPE_CHECKING, Final

from polyspec.errors import PolyspecError, Rejected, plugin_failed
from polyspec.late import late_function
from polyspec.registry import Registry, UnknownName
from polyspec.sweep.faults import rejected

if TYPE_CHECKING:
    from polyspec.sweep.method import Listed, Matrix, MatrixKind, Method

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


def method_of(matrix: "Matrix", kinds: "Registry[MatrixKind]") -> "Method | Listed":
    """The method of a matrix. Raises `Rejected`."""
    try:
        build = kinds[matrix["kind"]]
    except UnknownName as error:
        raise rejected("unknown-kind", str(error), ("kind",), error.hint) from None
    try:
        return build(matrix)
    except (Rejected, PolyspecError):
        raise
    except Exception as error:  # noqa: BLE001 - a kind of one's own may raise anything, and its text may hold secrets
        raise Rejected([plugin_failed("matrix kind", str(matrix["kind"]), error, ("kind",))]) from None
