"""The properties: kinds of cases on which both compilers must agree, but for the decisions that apply to them."""

from collections.abc import Mapping

import attrs
from hypothesis import strategies as st

from parity import generators as of
from parity.generators import Case

SOUND = ("S7", "S29", "S34", "strict-scalars", "kubernetes", "7.2", "cron", "git", "no-epoch", "empty-space", "names", "null")
"""The decisions that explain refusals of wrong specs: they explain nothing where every spec is right."""


@attrs.frozen
class Property:
    """Cases of one kind, and the decisions that may not explain them."""

    cases: st.SearchStrategy[Case]
    without: tuple[str, ...] = SOUND


_SOUND: Mapping[str, st.SearchStrategy[Case]] = {
    "runs": of.components().map(Case),
    "layers": of.layered(),
    "stacks": of.stacked(),
    "references": of.referring(),
    "nulls": of.nulled(),
    "shortcuts": of.shortened(),
    "params": of.bound(),
    "matrices": of.swept(),
    "contexts": of.contextual(),
}
_MISTAKEN: Mapping[str, st.SearchStrategy[Case]] = {
    "wrong runs": of.mistaken(of.components().map(Case)),
    "wrong layers": of.mistaken(of.layered()),
    "wrong shortcuts": of.mistaken(of.shortened()),
    "wrong inputs": of.mistaken(of.bound()),
    "wrong matrices": of.mistaken(of.swept()),
    "wrong DAGs": of.mistaken(of.dags()),
    "wrong templates": of.mistaken(of.templated()),
}
PROPERTIES: Mapping[str, Property] = {
    **{name: Property(cases) for name, cases in _SOUND.items()},
    "DAGs": Property(of.dags(), tuple(name for name in SOUND if name != "S34")),
    "templates": Property(of.templated(), tuple(name for name in SOUND if name != "no-epoch")),
    "odd params": Property(of.bound(odd=True), tuple(name for name in SOUND if name not in ("7.2", "strict-scalars"))),
    **{name: Property(cases, ()) for name, cases in _MISTAKEN.items()},
}
"""By name. The cases of the first are right as people mean them; those of the last have one thing broken."""
