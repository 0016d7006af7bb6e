"""The identity of a run that no caller gave one: derived from its content, so that the same inputs are the same run.

What stays the same while params change is digested once: a run of many takes no longer than its own params.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from polyspec.limits import Limits
from polyspec.render import uses
from polyspec.spec.context import RunContext
from polyspec.tree import UNSET, Tree, Verbatim


def content_digest(tree: Mapping[str, Tree], context: RunContext) -> bytes:
    """What a merged tree without its params, and who runs it, come to: 32 bytes."""
    fixed = {key: value for key, value in tree.items() if key != "params"}
    return _sha256({"spec": fixed, "context": attrs.asdict(context, filter=_is_said)})


def derived_uuid(content: bytes, params: Mapping[str, Tree]) -> str:
    """A uuid of 32 hexadecimal digits: the same content and the same params are the same run."""
    return hashlib.sha256(content + _sha256(params)).hexdigest()[:32]


def may_read(trees: Iterable[Tree], names: Iterable[str], limits: Limits) -> bool:
    """Whether a template of some trees may read another of the `globals` than these."""
    known = {(name,) for name in names}
    texts = {text for tree in trees for text in _texts(tree) if "globals" in text}
    return any(use[0] == "globals" and use[1:2] not in known for text in texts for use in uses(text, limits))


def _texts(tree: Tree) -> Iterator[str]:
    """Every text of a tree, keys and leaves."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        yield from tree
        for value in tree.values():
            yield from _texts(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _texts(value)


def _sha256(tree: Any) -> bytes:
    """The digest of one spelling of a tree, whatever the order of its keys."""
    return hashlib.sha256(_ENCODER.encode(tree).encode("ascii")).digest()


def _is_said(_: Any, value: Any) -> bool:
    return value is not None and value is not UNSET


def _plain(node: Any) -> Any:
    """What JSON has no word for."""
    return node.value if isinstance(node, Verbatim) else dict(node)


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=_plain)
