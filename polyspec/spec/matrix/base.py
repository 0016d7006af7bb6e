"""What the matrix kinds share."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from polyspec.spec.classes import spec_class
from polyspec.spec.io import Params
from polyspec.spec.markers import Choice, Combined, Count, Maybe, Template
from polyspec.spec.matrix.params import HpParam
from polyspec.spec.node import Node, absent
from polyspec.spec.workflow import EarlyStopping, Optimization

HpParams = Annotated[Mapping[str, HpParam | None], Combined("entries")]
"""The params of a matrix by name; a null removes the one that it patches."""


@spec_class(kw_only=True)
class Matrix(Node):
    """The base of the matrix kinds; `kind` tells which."""

    kind: str
    concurrency: Maybe[Count | Template] = absent()
    early_stopping: Maybe[Sequence[EarlyStopping] | Template] = absent()


@spec_class(kw_only=True)
class Tuner(Node):
    """The component that proposes the next params of a search."""

    hub_ref: str
    presets: Maybe[Sequence[str] | Template] = absent()
    queue: Maybe[str] = absent()
    namespace: Maybe[str] = absent()
    params: Maybe[Params | Template] = absent()


@spec_class(kw_only=True)
class OptimizationMetric(Node):
    """The output that a search improves, and in which direction."""

    name: str
    optimization: Maybe[Optimization] = absent()


@spec_class(kw_only=True)
class OptimizationResource(Node):
    """The input that says how long a run of a search may go on."""

    name: str
    type: Maybe[Annotated[str, Choice(("int", "float"), "resource type")]] = absent()
