"""What a compilation is given beside its source: who runs it, bounds, and everything pluggable."""

import functools
from typing import TYPE_CHECKING

import attrs

from polyspec.bind import InputType, default_types
from polyspec.limits import Limits
from polyspec.lint import silenced
from polyspec.merge import Merging, Presets
from polyspec.record import record
from polyspec.registry import Registry
from polyspec.resolve import Collector, Resolvers
from polyspec.spec.context import RunContext
from polyspec.spec.kinds import Kinds, default_kinds
from polyspec.spec.shapes import definition_shape
from polyspec.sweep.kinds import KINDS

if TYPE_CHECKING:
    from polyspec.sweep import MatrixKind


@record(eq=False, kw_only=True)
class Settings:
    """The settings of one compilation, and of the run specs that come out of it.

    `presets` are those that operations of its DAGs name; None where names are not looked up.
    """

    context: RunContext = RunContext()
    limits: Limits = Limits()
    resolvers: Resolvers = attrs.field(factory=functools.cache(Resolvers.default))
    kinds: Kinds = attrs.field(factory=default_kinds)
    merging: Merging = attrs.field()
    types: Registry[InputType] = attrs.field(factory=default_types)
    sweeps: "Registry[MatrixKind]" = attrs.field()
    silenced: frozenset[str] = attrs.field(default=(), converter=silenced)
    presets: Presets | None = None

    def collector(self) -> Collector:
        """A reader of documents under these settings, for one compilation."""
        return Collector(self.resolvers, self.limits, self.kinds)

    @merging.default
    def _merging_of_kinds(self) -> Merging:
        return Merging(shape=definition_shape(self.kinds))

    @sweeps.default
    def _sweeps_of_kinds(self) -> "Registry[MatrixKind]":
        return functools.reduce(lambda known, added: known.with_entry(*added), self.kinds.methods.items(), KINDS)


@functools.cache
def default_settings() -> Settings:
    """The settings of a call that gives none."""
    return Settings()
