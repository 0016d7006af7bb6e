"""Every bound of a compilation, by name."""

import functools
from typing import TypedDict

import attrs
from attrs.validators import gt

from polyspec.record import record

MAX_NUMBER = 100
"""Characters of a number, at most."""
INTEGER_RANGE = range(-(2**63), 2**63)
"""Integers that JSON readers, Kubernetes and databases agree on: signed, 64 bits."""


class Crossed(TypedDict):
    """What every problem of a bound has in common: its stable code, and the next step."""

    code: str
    hint: str


def crossed(field: str) -> Crossed:
    """The code and the hint for a bound that was crossed, by the name of its field: `Problem(**crossed("depth"), ...)`."""
    hint = f"the limit is `Limits.{field}`; raise it with `Limits({field}=...)`"
    return Crossed(code="limit-" + field.replace("_", "-"), hint=hint)


@record(kw_only=True)
class Limits:
    """The bounds of one compilation; crossing one is a diagnostic that names the field.

    Sizes are in bytes, times in seconds. An embedder raises or lowers a bound with `Limits(depth=32)`; no document can.
    """

    document_bytes: int = attrs.field(default=4 * 1024 * 1024, validator=gt(0))
    """The text of one document, with aliases expanded, and of all documents of one compilation; that of Python objects too."""
    nodes: int = attrs.field(default=100_000, validator=gt(0))
    """Mappings, lists and leaves of one document, with aliases expanded, and of all documents of one compilation together."""
    depth: int = attrs.field(default=64, validator=gt(0))
    """How deep mappings and lists may be nested."""
    references: int = attrs.field(default=100, validator=gt(0))
    """Documents that one compilation may read."""
    chain: int = attrs.field(default=16, validator=gt(0))
    """References that may follow one another, `dagRef` too."""
    fetch_seconds: float = attrs.field(default=10.0, validator=gt(0))
    """The whole of one fetch, from the look-up of the name to the last byte."""
    fetch_seconds_total: float = attrs.field(default=30.0, validator=gt(0))
    """All look-ups of references of one compilation together."""
    fetch_bytes: int = attrs.field(default=4 * 1024 * 1024, validator=gt(0))
    """The body of one answer."""
    redirects: int = attrs.field(default=5, validator=attrs.validators.ge(0))
    """Redirects that one fetch may follow."""
    template_bytes: int = attrs.field(default=64 * 1024, validator=gt(0))
    """The source of one template."""
    template_words: int = attrs.field(default=50_000, validator=gt(0))
    """Words and signs of all expressions of a spec that are more than plain names, each text counted once."""
    evaluations: int = attrs.field(default=500_000, validator=gt(0))
    """Names and words that all templates of a spec evaluate together, as often as they do: those in a loop at each step."""
    output_bytes: int = attrs.field(default=1024 * 1024, validator=gt(0))
    """What one template may render to."""
    loop_steps: int = attrs.field(default=100_000, validator=gt(0))
    """Steps of all loops of one template."""
    pattern_steps: int = attrs.field(default=4_000_000, validator=gt(0))
    """Characters times positions that every `regex` of a spec may look at together; what it takes to read them counts too, and
    one that is refused. Half a second at the worst."""
    runs: int = attrs.field(default=1_000_000, validator=gt(0))
    """Runs of a matrix that is listed."""
    operations: int = attrs.field(default=10_000, validator=gt(0))
    """Operations of a DAG, those of the DAGs within it counted each time one is used."""
    diagnostics: int = attrs.field(default=100, validator=gt(0))
    """Problems that one error carries."""

    def __hash__(self) -> int:
        return self._hash

    @functools.cached_property
    def _hash(self) -> int:
        return hash(attrs.astuple(self))

    @property
    def sought(self) -> int:
        """Problems that a stage looks for: ten times what an error carries, so that those told are the first by their places."""
        return 10 * self.diagnostics
