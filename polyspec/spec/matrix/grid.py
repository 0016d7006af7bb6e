"""`grid`: every combination of discrete params."""

from typing import Annotated

import attrs

from polyspec.spec.classes import spec_class
from polyspec.spec.markers import Choice, Count, Maybe, Template
from polyspec.spec.matrix.base import HpParams, Matrix
from polyspec.spec.node import absent
from polyspec.spec.problem import Mismatch
from polyspec.tree import Unset


@spec_class(kw_only=True)
class Grid(Matrix):
    """The product of the params in their order, cut at `num_runs`. Distributions are refused: they have no list of values."""

    kind: Annotated[str, Choice(("grid",))] = attrs.field(default="grid")
    params: HpParams | Template
    num_runs: Maybe[Count | Template] = absent()

    def __attrs_post_init__(self) -> None:
        if isinstance(self.params, str | Unset):
            return
        for name, param in self.params.items():
            if param is not None and param.is_distribution:
                hint = "use `choice`, `range` or one of the spaces, or a random search"
                raise Mismatch(
                    f"a grid needs discrete params, and `{param.kind}` is a distribution", path=("params", name), hint=hint
                )
