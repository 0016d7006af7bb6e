"""The patch strategies: what happens where a base and a patch both have something (polyaxonfile section 9)."""

import functools
from collections.abc import Callable
from typing import Any

from polyspec.errors import Rejected, plugin_failed
from polyspec.record import record
from polyspec.registry import Registry

Node = Any


@record
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
        """Whether the patch is taken. Raises `Rejected` where a strategy of one's own fails, without what it says."""
        try:
            return bool(self.choose(base, patch))
        except Exception as error:  # noqa: BLE001 - a plug-in may raise anything, and its text may hold secrets
            raise Rejected([plugin_failed("patch strategy", self.name, error)]) from None


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
