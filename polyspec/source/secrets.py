"""Which values of a tree go by the name of a secret: their text is never shown."""

from collections.abc import Mapping

from polyspec.errors import sounds_secret
from polyspec.tree import Path, Tree, at


def is_secret(tree: Tree, path: Path) -> bool:
    """Whether a path leads to a secret: by one of its keys, or as the `value` of something whose `name` sounds like one."""
    return any(map(sounds_secret, path)) or ("value" in path and _is_value_of_secret(tree, path))


def _is_value_of_secret(tree: Tree, path: Path) -> bool:
    owners = (at(tree, path[:length]) for length, step in enumerate(path) if step == "value")
    return any(isinstance(owner, Mapping) and sounds_secret(owner.get("name")) for owner in owners)
