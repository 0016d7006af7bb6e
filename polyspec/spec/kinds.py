"""The kinds of the language: which class a `kind` stands for, in each family. Immutable; `with_kind` gives one more."""

import functools
from collections.abc import Mapping
from typing import Any

import attrs

from polyspec.spec.matrix import HP_KINDS, MATRIX_KINDS, HpParam, Matrix
from polyspec.spec.node import key_of, kind_name
from polyspec.spec.run import RUN_KINDS, Run
from polyspec.spec.workflow import EARLY_STOPPINGS, POLICIES, SCHEDULES, EarlyStopping, Schedule, StoppingPolicy


@attrs.frozen(eq=False, repr=False)
class Kinds:
    """The classes of each family (runs, matrices, their params, schedules, early stoppings and their policies) by kind."""

    families: Mapping[Any, Mapping[str, Any]]

    def with_kind(self, cls: Any) -> "Kinds":
        """The same with one more kind: an attrs class under a family's base class whose `kind` has a default.

        Raises `TypeError` for a class of no family and for one without a `kind`.
        """
        base = next((family for family in self.families if issubclass(cls, family)), None)
        if base is None:
            known = ", ".join(family.__name__ for family in self.families)
            raise TypeError(f"{cls.__name__} belongs to no family of kinds: derive it from one of {known}")
        if not attrs.has(cls) or not isinstance(attrs.fields_dict(cls).get("kind", attrs.NOTHING), attrs.Attribute):
            raise TypeError(f"{cls.__name__} needs attrs.frozen, and a field `kind` with the name of the kind as its default")
        families = {**self.families, base: {**self.families[base], kind_name(cls): cls}}
        return attrs.evolve(self, families=families)

    def run(self, kind: Any) -> Any:
        """The run class of a kind; None where there is none."""
        return self.families[Run].get(kind) if isinstance(kind, str) else None

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
