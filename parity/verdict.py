"""One case put to both compilers, and their answers held against the decisions."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Literal

import attrs

from parity.compare import Difference, Ours, Steps, asked_polyaxon, asked_polyspec, canonical, differences
from parity.decisions import DECISIONS, Decision
from parity.generators import Case
from parity.peer import Answer


@attrs.frozen
class Verdict:
    """What came of one case, the decisions that explain it, and what they leave unexplained."""

    outcome: Literal["equal", "refused", "explained", "different"]
    reasons: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def verdict(case: Case, folder: Path, *, without: Collection[str] = ()) -> Verdict:
    """What both compilers make of a case, the decisions `without` left aside.

    An exception of polyspec that is no `PolyspecError` is a crash, and escapes.
    """
    ours = asked_polyspec(case, folder)
    asked = case
    for decision in DECISIONS:
        asked = decision.rewrites(asked) if decision.rewrites else asked
    theirs = asked_polyaxon(asked, folder)
    decisions = [decision for decision in DECISIONS if decision.id not in without]
    if theirs.compiled is None:
        return Verdict("refused") if ours.compiled is None else _accepted(theirs, case, decisions)
    if ours.compiled is None:
        return _refused(ours, case, decisions)
    found = _compared(canonical(theirs.compiled), canonical(ours.compiled), case, decisions)
    changed = asked != case and found.outcome != "different"
    return attrs.evolve(found, reasons=(*found.reasons, *_rewriters(case))) if changed else found


def _rewriters(case: Case) -> tuple[str, ...]:
    return tuple(decision.id for decision in DECISIONS if decision.rewrites and decision.rewrites(case) != case)


def _accepted(theirs: Answer, case: Case, decisions: Sequence[Decision]) -> Verdict:
    reason = next((decision.id for decision in decisions if decision.accepts and decision.accepts(theirs, case)), None)
    return Verdict("explained", (reason,)) if reason else Verdict("different", left=(f"only Polyaxon refuses: {theirs.error}",))


def _refused(ours: Ours, case: Case, decisions: Sequence[Decision]) -> Verdict:
    reason = next((decision.id for decision in decisions if decision.refuses and decision.refuses(ours, case)), None)
    return Verdict("explained", (reason,)) if reason else Verdict("different", left=(f"only polyspec refuses: {ours.error}",))


def _compared(theirs: Any, ours: Any, case: Case, decisions: Sequence[Decision]) -> Verdict:
    reasons: dict[str, None] = {}
    left = []
    for difference in differences(_mended(theirs, ours, (), decisions, reasons), ours):
        meant = _explained(difference, case, decisions)
        if meant is None:
            left.append(str(difference))
        else:
            reasons[meant] = None
    if left:
        return Verdict("different", tuple(reasons), tuple(left))
    return Verdict("explained" if reasons else "equal", tuple(reasons))


def _explained(difference: Difference, case: Case, decisions: Sequence[Decision]) -> str | None:
    return next((decision.id for decision in decisions if decision.explains and decision.explains(difference, case)), None)


def _mended(theirs: Any, ours: Any, path: Steps, decisions: Sequence[Decision], reasons: dict[str, None]) -> Any:
    """Polyaxon's answer with what the decisions put right, from the root down; their names go into `reasons`."""
    for decision in decisions:
        found = decision.mends(theirs, ours, path) if decision.mends else theirs
        if found != theirs:
            reasons[decision.id] = None
            theirs = found
    if isinstance(theirs, dict) and isinstance(ours, dict):
        return {key: _mended(value, ours.get(key), (*path, key), decisions, reasons) for key, value in theirs.items()}
    if isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        pairs = enumerate(zip(theirs, ours, strict=True))
        return [_mended(left, right, (*path, index), decisions, reasons) for index, (left, right) in pairs]
    return theirs
