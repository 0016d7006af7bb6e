"""Which problems may be no more than consequences of what could not be read, and are not told beside it."""

from collections.abc import Iterable

from polyspec.errors import Problem
from polyspec.spec.node import camel
from polyspec.spec.operation import REFERENCES
from polyspec.spec.salvage import Gap
from polyspec.tree import Path

_OF_NAMES = frozenset({"missing-param", "unknown-param", "unknown-name", "bad-to-init"})
"""Codes that a declaration or a param that is not known can cause; the problem says about which name."""
_OF_VALUES = frozenset({"wrong-type", "validation-failed", "validation-not-applicable"})
"""Codes that a part of an input that is not known can cause: the value is held against what is left of it."""
_OF_RUNS = frozenset({"no-run", "wrong-kind"})
"""Codes that a run that is not known can cause."""
_OF_OPERATIONS = frozenset({"unknown-component", "unknown-operation", "empty-dag"})
"""Codes that an entry of a DAG that is not known can cause."""
_OF_ABSENCE = frozenset({"missing-field"})
"""Codes that any part that is not known can cause."""
_SPECS = frozenset({"component", *(camel(name) for name in REFERENCES)})
"""Keys that stand for a whole spec."""


def may_follow(problem: Problem, gaps: Iterable[Gap]) -> bool:
    """Whether a problem may be there only because of what is not known."""
    return any(_may_cause(gap, problem) for gap in gaps)


def _may_cause(gap: Gap, problem: Problem) -> bool:
    is_spec = not gap.path or gap.path[-1] in _SPECS
    if problem.code in _OF_NAMES:
        return is_spec or _hides(gap, problem.about)
    if problem.code in _OF_VALUES:
        return gap.name is not None and gap.name == problem.about
    if problem.code in _OF_RUNS:
        return is_spec or gap.path[0] in ("run", "container")
    if problem.code in _OF_OPERATIONS:
        return not gap.path or _is_entry(gap.path)
    if problem.code == "unknown-output":
        return is_spec or "outputs" in gap.path or "inputs" in gap.path or _is_entry(gap.path)
    return problem.code in _OF_ABSENCE


def _is_entry(path: Path) -> bool:
    """Whether a path leads to an entry of a DAG, to its name, or to all of them."""
    index = next((index for index, step in enumerate(path) if step in ("operations", "components")), len(path))
    return index < len(path) and (len(path) <= index + 2 or path[index + 2 :] == ("name",))


def _hides(gap: Gap, name: str | None) -> bool:
    """Whether a name may be declared, or given, by the part that is not known."""
    path = gap.path
    if "inputs" in path or "outputs" in path:
        return gap.name is None or gap.name == name
    if "params" in path:
        following = path[path.index("params") + 1 :]
        return not following or following[0] == name
    return not {"matrix", "joins", "connections", "init"}.isdisjoint(path)
