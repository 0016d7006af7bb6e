"""DAGs: operations and what they wait for, checked as a whole. A name is loaded when it is first asked for."""

from typing import TYPE_CHECKING, Final

from polyspec.late import late_names

if TYPE_CHECKING:
    from polyspec.graph.check import Plan, Rules, plan
    from polyspec.graph.compose import Node, composed
    from polyspec.graph.edges import Edge

__all__ = ["Edge", "Node", "Plan", "Rules", "composed", "plan"]

_HOMES: Final = {
    "polyspec.graph.check": ("Plan", "Rules", "plan"),
    "polyspec.graph.compose": ("Node", "composed"),
    "polyspec.graph.edges": ("Edge",),
}

if not TYPE_CHECKING:
    __getattr__ = late_names(__name__, _HOMES)
