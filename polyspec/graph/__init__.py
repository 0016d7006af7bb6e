"""DAGs: operations and what they wait for, checked as a whole."""

from polyspec.graph.check import Plan, Rules, plan
from polyspec.graph.compose import Node, composed
from polyspec.graph.edges import Edge

__all__ = ["Edge", "Node", "Plan", "Rules", "composed", "plan"]
