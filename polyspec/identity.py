"""The identity of a run that no caller gave one: derived from its content, so that the same inputs are the same run.

What stays the same while values change is digested once: a run of many takes no longer than its own values.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from polyspec.limits import Limits
from polyspec.render import Templates
from polyspec.spec.context import RunContext
from polyspec.tree import UNSET, Path, Tree, Verbatim


def content_digest(tree: Mapping[str, Tree], context: RunContext) -> bytes:
    """What a merged tree without the values of the call, and who runs it, come to: 32 bytes."""
    params = {
        name: _without_value(param) if isinstance(param.get("value"), Verbatim) else param
        for name, param in (tree.get("params") or {}).items()
    }
    return hashlib.sha256(_spelt({"spec": {**tree, "params": params}, "context": context})).digest()


def spelt_value(name: str, value: Any) -> str:
    """A value of the call with its name, in its one spelling."""
    return f"{_ENCODER.encode(name)}:{repr(value) if type(value) is int else _ENCODER.encode(value)}"


def spelt_values(tree: Mapping[str, Tree]) -> dict[str, str]:
    """The values that the call gives to params of a merged tree, which are data, each with its name, in the order of names."""
    values = ((name, param.get("value")) for name, param in (tree.get("params") or {}).items())
    given = {name: value.value for name, value in values if isinstance(value, Verbatim)}
    return {name: spelt_value(name, given[name]) for name in sorted(given)}


def derived_uuid(content: bytes, values: Iterable[str]) -> str:
    """A uuid of 32 hexadecimal digits: the same content and the same values of the call are the same run."""
    return hashlib.sha256(content + f"{{{','.join(values)}}}".encode("ascii")).hexdigest()[:32]


def _without_value(param: Mapping[str, Tree]) -> Mapping[str, Tree]:
    return {key: said for key, said in param.items() if key != "value"}


def may_read(trees: Iterable[Tree], names: Iterable[str], limits: Limits) -> bool:
    """Whether a template of some trees may read another of the `globals` than these."""
    return not read_globals(trees, limits) <= {(name,) for name in names}


def read_globals(trees: Iterable[Tree], limits: Limits) -> frozenset[Path]:
    """The `globals` that templates of some trees may read, `("uuid",)`; the empty path where that may be any of them."""
    templates = Templates(limits)
    texts = {text for tree in trees for text in _texts(tree) if "globals" in text}
    found = frozenset(use[1:2] for text in texts for use in templates.uses(text) if use[0] == "globals")
    return found | {()} if templates.is_full else found


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


def _spelt(tree: Any) -> bytes:
    """The one spelling of a tree, whatever the order of its keys."""
    return _ENCODER.encode(tree).encode("ascii")


def _plain(node: Any) -> Any:
    """What JSON has no word for: a value of the call, the fields of an object that are said, a mapping of a caller's own."""
    if isinstance(node, Verbatim):
        return node.value
    if not attrs.has(type(node)):
        return dict(node)
    fields = ((field.name, getattr(node, field.name)) for field in attrs.fields(type(node)))
    return {name: value for name, value in fields if value is not None and value is not UNSET}


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=_plain)
