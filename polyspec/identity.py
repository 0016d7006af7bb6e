"""The identity of a run that no caller gave one: derived from its content, so that the same inputs are the same run.

What stays the same while params change is digested once: a run of many takes no longer than its own params.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import attrs

from polyspec.spec.context import RunContext
from polyspec.tree import UNSET, Tree, Verbatim


def content_digest(tree: Mapping[str, Tree], context: RunContext) -> bytes:
    """What a merged tree without its params, and who runs it, come to: 32 bytes."""
    fixed = {key: value for key, value in tree.items() if key != "params"}
    return _sha256({"spec": fixed, "context": attrs.asdict(context, filter=_is_said)})


def derived_uuid(content: bytes, params: Mapping[str, Tree]) -> str:
    """A uuid of 32 hexadecimal digits: the same content and the same params are the same run."""
    return hashlib.sha256(content + _sha256(params)).hexdigest()[:32]


def _sha256(tree: Any) -> bytes:
    """The digest of one spelling of a tree, whatever the order of its keys."""
    return hashlib.sha256(_ENCODER.encode(tree).encode("ascii")).digest()


def _is_said(_: Any, value: Any) -> bool:
    return value is not None and value is not UNSET


def _plain(node: Any) -> Any:
    """What JSON has no word for."""
    return node.value if isinstance(node, Verbatim) else dict(node)


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=_plain)
