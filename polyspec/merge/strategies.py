"""The patch strategies: what happens where a base and a patch both have something (polyaxonfile section 9)."""

import functools
from collections.abc import Callable
from typing import Any

import attrs

from polyspec.registry import Registry

Node = Any


@attrs.frozen
class Strategy:
    """How a patch goes over a base.

    `choose` takes the two, as plain values or trees, and gives True to take the patch. With
    `combines`, mappings are merged deeply and lists are put together; without, they are chosen like leaves.
    `patch_first` puts the items of the patch before those of the base.
    """

    name: str
    choose: Callable[[Any, Any], bool]
    combines: bool = True
    patch_first: bool = False

    def __call__(self, base: Any, patch: Any) -> bool:
        """Whether the patch is taken."""
        return self.choose(base, patch)


def _patch(base: Any, patch: Any) -> bool:
    return True


def _base(base: Any, patch: Any) -> bool:
    return False


POST_MERGE = Strategy("post_merge", _patch)
PRE_MERGE = Strategy("pre_merge", _base, patch_first=True)
REPLACE = Strategy("replace", _patch, combines=False)
ISNULL = Strategy("isnull", _base, combines=False)


@functools.cache
def default_strategies() -> Registry[Strategy]:
    """The four strategies of the language. `with_entry(name, strategy)` gives a registry with one more."""
    return Registry("patch strategy", {each.name: each for each in (POST_MERGE, PRE_MERGE, REPLACE, ISNULL)})
