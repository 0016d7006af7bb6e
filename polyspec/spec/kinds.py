"""The kinds of the language: which class a `kind` stands for, in each family. Immutable; `with_kind` gives one more."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from polyspec.record import record
from polyspec.spec.matrix import HP_KINDS, MATRIX_KINDS, HpParam, Matrix
from polyspec.spec.node import key_of, kind_name
from polyspec.spec.run import RUN_KINDS, Run
from polyspec.spec.workflow import EARLY_STOPPINGS, POLICIES, SCHEDULES, EarlyStopping, Schedule, StoppingPolicy


@record(eq=False, repr=False)
class Kinds:
    """The classes of each family (runs, matrices, their params, schedules, early stoppings and their policies) by kind.

    `methods` are how the runs of added kinds of matrices are found: the functions that were given with their classes.
    """

    families: Mapping[Any, Mapping[str, Any]]
    methods: Mapping[str, Callable[..., Any]] = attrs.field(factory=dict)

    def with_kind(self, cls: Any, method: Callable[..., Any] | None = None) -> "Kinds":
        """The same with one more kind: an attrs class under a family's base class whose `kind` has a default.

        `method` is for a kind of matrix: how its runs are found (`polyspec.sweep.MatrixKind`). Raises `TypeError` for a class of
        no family, for one without a `kind`, and for a method of anything but a matrix.
        """
        base = next((family for family in self.families if issubclass(cls, family)), None)
        if base is None:
            known = ", ".join(family.__name__ for family in self.families)
            raise TypeError(f"{cls.__name__} belongs to no family of kinds: derive it from one of {known}")
        if not attrs.has(cls) or not isinstance(attrs.fields_dict(cls).get("kind", attrs.NOTHING), attrs.Attribute):
            raise TypeError(f"{cls.__name__} needs attrs.frozen, and a field `kind` with the name of the kind as its default")
        if method is not None and base is not Matrix:
            raise TypeError(f"{cls.__name__} is no kind of matrix: it has no runs for a method to find")
        families = {**self.families, base: {**self.families[base], kind_name(cls): cls}}
        methods = self.methods if method is None else {**self.methods, kind_name(cls): method}
        return attrs.evolve(self, families=families, methods=methods)

    def run(self, kind: Any) -> Any:
        """The run class of a kind; None where there is none."""
        return self.families[Run].get(kind) if isinstance(kind, str) else None

    def is_own_run(self, kind: Any) -> bool:
        """Whether a kind of run is not one of the language, or has another class than there."""
        return self.run(kind) is not (RUN_KINDS.get(kind) if isinstance(kind, str) else None)

    @functools.cached_property
    def added_run_keys(self) -> frozenset[str]:
        """Every key of the kinds of runs that were added to those of the language."""
        added = (cls for kind, cls in self.families[Run].items() if RUN_KINDS.get(kind) is not cls)
        return frozenset(key for cls in added for key in keys_of(cls))


@functools.cache
def default_kinds() -> Kinds:
    """The kinds of the language."""
    return Kinds(
        {
            Run: RUN_KINDS,
            Matrix: MATRIX_KINDS,
            HpParam: HP_KINDS,
            Schedule: SCHEDULES,
            EarlyStopping: EARLY_STOPPINGS,
            StoppingPolicy: POLICIES,
        }
    )


@functools.cache
def keys_of(cls: Any) -> frozenset[str]:
    """The YAML keys of a spec class."""
    return frozenset(key_of(field) for field in attrs.fields(cls))
