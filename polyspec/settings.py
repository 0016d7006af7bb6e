"""What a compilation is given beside its source: who runs it, bounds, and everything pluggable."""

import attrs

from polyspec.bind import InputType, default_types
from polyspec.limits import Limits
from polyspec.merge import Merging
from polyspec.registry import Registry
from polyspec.resolve import Resolvers
from polyspec.spec.context import RunContext


@attrs.frozen(eq=False, kw_only=True)
class Settings:
    """The settings of one compilation, and of the run specs that come out of it."""

    context: RunContext = attrs.field(factory=RunContext)
    limits: Limits = attrs.field(factory=Limits)
    resolvers: Resolvers = attrs.field(factory=Resolvers.default)
    merging: Merging = attrs.field(factory=Merging)
    types: Registry[InputType] = attrs.field(factory=default_types)
