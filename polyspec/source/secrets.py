"""Which values of a tree go by the name of a secret: their text is never shown."""

from collections.abc import Mapping

from polyspec.errors import sounds_secret
from polyspec.tree import Path, Tree, at


def is_secret(tree: Tree, path: Path) -> bool:
    """Whether a path leads to a secret: by one of its keys, or as the `value` of something whose `name` sounds like one."""
    for length, step in enumerate(path):
        owner = at(tree, path[:length]) if step == "value" else None
        if sounds_secret(step) or (isinstance(owner, Mapping) and sounds_secret(owner.get("name"))):
            return True
    return False
