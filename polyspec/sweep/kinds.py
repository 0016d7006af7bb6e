"""The matrix kinds that there are: what `kind:` names."""

from typing import Final

from polyspec.registry import Registry, UnknownName
from polyspec.sweep.bayes import bayes
from polyspec.sweep.faults import rejected
from polyspec.sweep.grid import grid
from polyspec.sweep.hyperband import hyperband
from polyspec.sweep.iterative import iterative
from polyspec.sweep.mapping import mapping
from polyspec.sweep.method import Listed, Matrix, MatrixKind, Method
from polyspec.sweep.random import random
from polyspec.sweep.tpe import tpe

KINDS: Final[Registry[MatrixKind]] = Registry(
    "matrix kind",
    {
        "mapping": mapping,
        "grid": grid,
        "random": random,
        "hyperband": hyperband,
        "bayes": bayes,
        "tpe": tpe,
        "hyperopt": tpe,
        "iterative": iterative,
    },
)
"""Every matrix kind. One of your own: `KINDS.with_entry("halton", halton)`."""


def method_of(matrix: Matrix, kinds: Registry[MatrixKind]) -> Method | Listed:
    """The method of a matrix. Raises `Rejected`."""
    try:
        build = kinds[matrix["kind"]]
    except UnknownName as error:
        raise rejected("unknown-kind", str(error), ("kind",), error.hint) from None
    return build(matrix)
