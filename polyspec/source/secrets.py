"""Which values of a tree go by the name of a secret: their text is never shown."""

from collections.abc import Mapping

from polyspec.errors import sounds_secret
from polyspec.tree import Path, Tree, at


def is_secret(tree: Tree, path: Path) -> bool:
    """Whether a path leads to a secret: by one of its keys, or as the `value` of something whose `name` sounds like one."""
    node = tree
    for step in path:
        if leads_to_secret(node, step):
            return True
        node = at(node, (step,))
    return False


def leads_to_secret(node: Tree, step: str | int) -> bool:
    """Whether what stands at a step of a node is a secret, whatever the node is."""
    if isinstance(step, int):
        return False
    return sounds_secret(step) or (step == "value" and isinstance(node, Mapping) and sounds_secret(node.get("name")))


def holds_secret(node: Tree) -> bool:
    """Whether a secret stands somewhere in a node."""
    if isinstance(node, Mapping):
        return any(leads_to_secret(node, key) or holds_secret(value) for key, value in node.items())
    return isinstance(node, list) and any(map(holds_secret, node))
