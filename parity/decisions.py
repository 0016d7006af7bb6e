"""Which differences from Polyaxon are meant: one small rule for each decision, with its reason.

A rule may ask Polyaxon another question (`rewrites`), explain one difference of two compiled operations (`explains`), say why
polyspec refuses what Polyaxon takes (`refuses`), or takes what Polyaxon refuses (`accepts`). What no rule explains is a
difference that is not meant. `S#` and section numbers are those of the list of decisions; `F-…` are faults of Polyaxon that
this comparison found.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import attrs

from parity.compare import ABSENT, Difference, Ours, asked_polyaxon, asked_polyspec, canonical, differences
from parity.generators import Case
from parity.peer import Answer, Peer


@attrs.frozen
class Decision:
    """One decision: why the two differ, and how to tell that they differ for this reason alone."""

    id: str
    reason: str
    rewrites: Callable[[Case], Case] | None = None
    explains: Callable[[Difference, Case], bool] | None = None
    refuses: Callable[[Ours, Case], bool] | None = None
    accepts: Callable[[Answer, Case], bool] | None = None


@attrs.frozen
class Verdict:
    """What came of one case, the decisions that explain it, and what they leave unexplained."""

    outcome: Literal["equal", "refused", "explained", "different"]
    reasons: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def as_layers(case: Case) -> Case:
    """Presets as operations over the source, each a layer under its own strategy: what Polyaxon does with those is right."""
    tree = case.source
    for preset in case.presets:
        own = {key: value for key, value in preset.items() if key not in ("kind", "isPreset", "component")}
        tree = {**own, "kind": "operation", "component": tree}
    return attrs.evolve(case, source=tree, presets=())


DECISIONS: Sequence[Decision] = (
    Decision("S12", "each preset is a layer over everything before it, under its own strategy", rewrites=as_layers),
)


def verdict(case: Case, folder: Path, peer: Peer | None = None) -> Verdict:
    """What both compilers make of a case, held against the decisions."""
    ours = asked_polyspec(case, folder)
    asked = case
    for decision in DECISIONS:
        asked = decision.rewrites(asked) if decision.rewrites else asked
    theirs = asked_polyaxon(asked, folder, peer)
    if theirs.compiled is None:
        return Verdict("refused") if ours.compiled is None else _accepted(theirs, case)
    if ours.compiled is None:
        return _refused(ours, case)
    return _compared(list(differences(canonical(theirs.compiled), canonical(ours.compiled))), case)


def _accepted(theirs: Answer, case: Case) -> Verdict:
    reasons = tuple(decision.id for decision in DECISIONS if decision.accepts and decision.accepts(theirs, case))
    return Verdict("explained", reasons[:1]) if reasons else Verdict("different", left=(f"ACC {theirs.error}",))


def _refused(ours: Ours, case: Case) -> Verdict:
    reasons = tuple(decision.id for decision in DECISIONS if decision.refuses and decision.refuses(ours, case))
    return Verdict("explained", reasons[:1]) if reasons else Verdict("different", left=(f"REF {ours.error}",))


def _compared(found: Sequence[Difference], case: Case) -> Verdict:
    reasons: dict[str, None] = {}
    left = []
    for difference in found:
        meant = next((decision.id for decision in DECISIONS if decision.explains and decision.explains(difference, case)), None)
        if meant is None:
            left.append(f"DIF {difference}")
        else:
            reasons[meant] = None
    if left:
        return Verdict("different", tuple(reasons), tuple(left))
    return Verdict("explained" if found else "equal", tuple(reasons))


_: Any = ABSENT
