"""The matrix: many runs of one operation (polyaxonfile section 14). One file a kind."""

from collections.abc import Mapping

from polyspec.spec.matrix.base import Matrix
from polyspec.spec.matrix.bayes import Bayes, GaussianProcess, UtilityFunction
from polyspec.spec.matrix.grid import Grid
from polyspec.spec.matrix.hyperband import Hyperband
from polyspec.spec.matrix.iterative import Iterative
from polyspec.spec.matrix.mapping import MappingMatrix
from polyspec.spec.matrix.params import HP_KINDS, HpParam
from polyspec.spec.matrix.random import RandomSearch
from polyspec.spec.matrix.tpe import Hyperopt, Tpe

MATRIX_KINDS: Mapping[str, type[Matrix]] = {
    "mapping": MappingMatrix,
    "grid": Grid,
    "random": RandomSearch,
    "hyperband": Hyperband,
    "bayes": Bayes,
    "tpe": Tpe,
    "hyperopt": Hyperopt,
    "iterative": Iterative,
}
"""Every kind of matrix."""

__all__ = [
    "HP_KINDS",
    "MATRIX_KINDS",
    "Bayes",
    "GaussianProcess",
    "Grid",
    "HpParam",
    "Hyperband",
    "Hyperopt",
    "Iterative",
    "MappingMatrix",
    "Matrix",
    "RandomSearch",
    "Tpe",
    "UtilityFunction",
]
