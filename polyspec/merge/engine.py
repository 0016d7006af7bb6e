"""The merge of two trees under a strategy: pure, directed by the shape, blind to what wraps the leaves.

polyaxonfile section 9, under decisions S15 to S18. Free mappings go through deepmerge; what has a shape is merged here:
fields one by one, lists by key, command lines end to end, runs by kind.
"""

import functools
import json
import operator
from collections.abc import Callable, Iterable, Mapping
from itertools import compress
from typing import Any

import attrs
from deepmerge import Merger

from polyspec.merge.strategies import Strategy
from polyspec.record import record
from polyspec.tree import beating, first_leaf, plain, untraced
from polyspec.tree.shape import LEAF, Shape

Node = Any


def merge(base: Node, patch: Node, strategy: Strategy, shape: Shape = LEAF) -> Node:
    """`patch` over `base`, as the strategy and the shape say.

    Neither is changed; the result may share parts with both. A null in the patch that is taken stays as null, which later
    layers read as absent and `pruned` removes. An absent or null base takes the patch under every strategy.
    """
    return Merge(strategy).nodes(base, patch, shape)


def pruned(node: Node, shape: Shape) -> Node:
    """The tree without the nulls that removed something: those of fields and of mappings; data is left as it is.

    Parts without such nulls are shared, not copied.
    """
    if type(node) is list:
        if shape.items is None or shape.items.how == "leaf":
            return node
        items = [pruned(item, shape.items) for item in node]
        return node if all(map(operator.is_, items, node)) else items
    return _pruned(node, shape.variant(plain(node.get("kind")))) if type(node) is dict else node


def _pruned(node: dict[str, Node], shape: Shape) -> dict[str, Node]:
    if shape.how == "leaf":
        return node
    changed: dict[str, Node] = {}
    for key, value in node.items():
        if type(value) in _INNER:
            kept = pruned(value, shape.child(key))
            if kept is not value:
                changed[key] = kept
        elif plain(value) is None:
            changed[key] = None
    if not changed:
        return node
    return {key: kept for key, value in node.items() if (kept := changed.get(key, value)) is not None}


_INNER = frozenset({dict, list})


@record(eq=False, repr=False)
class Names:
    """What the items of the lists that layers were merged into are known by, until the next layer comes over them."""

    _made: dict[tuple[int, tuple[str, ...]], tuple[list[Node], list["Name"]]] = attrs.field(factory=dict)

    def take(self, items: list[Node], keys: tuple[str, ...] = ()) -> list["Name"]:
        """What each item is known by: its key, or what it holds. The list is the caller's."""
        made, names = self._made.pop((id(items), keys), (None, []))
        return names if made is items else [(item_key(item, keys) if keys else None) or _identity(item) for item in items]

    def put(self, items: list[Node], names: list["Name"], keys: tuple[str, ...] = ()) -> list[Node]:
        """A list that was made, when it is known by what; the next that takes it need not look at its items."""
        self._made[id(items), keys] = items, names
        return items


Name = tuple[Any, ...] | str
"""The key of an item of a list; of one that has none, or needs none, all that it holds as text."""


@record
class Merge:
    """One merge: what every step of it needs to know."""

    strategy: Strategy
    names: Names = attrs.field(factory=Names)

    def nodes(self, base: Node, patch: Node, shape: Shape = LEAF) -> Node:
        """One node over another, as `merge` says."""
        if plain(base) is None:
            return patch
        if plain(patch) is None:
            return base if shape.how in _WHOLE else self.pick(base, patch)
        rule = _MAPPINGS.get(shape.how) if isinstance(base, dict) and isinstance(patch, dict) else None
        if rule is None and isinstance(base, list) and isinstance(patch, list):
            rule = _LISTS.get(shape.how) if self.strategy.combines else None
        if rule is None:
            rule = _WHOLE.get(shape.how, _picked)
        return rule(self, base, patch, shape)

    def pick(self, base: Node, patch: Node) -> Node:
        """One of two nodes, as the strategy says; what wins remembers what it beats."""
        takes_patch = self.strategy(untraced(base), untraced(patch))
        return self.won(patch, base) if takes_patch else self.won(base, patch)

    def won(self, winner: Node, loser: Node) -> Node:
        """The winner; of traced nodes one that remembers the loser."""
        return beating(winner, loser, self.strategy.name)

    def joined(self, base: list[Node], patch: list[Node]) -> tuple[list[Node], list[Node]]:
        """Two lists, the one that goes first as the first."""
        return (patch, base) if self.strategy.patch_first else (base, patch)


_Rule = Callable[[Merge, Any, Any, Shape], Node]


def _fields(merge: Merge, base: dict[str, Node], patch: dict[str, Node], shape: Shape) -> Node:
    merged = dict(base)
    for key, value in patch.items():
        merged[key] = merge.nodes(base[key], value, shape.child(key)) if key in base else value
    return merged


def _tagged(merge: Merge, base: dict[str, Node], patch: dict[str, Node], shape: Shape) -> Node:
    kind = plain(base.get("kind"))
    if plain(patch.get("kind", kind)) != kind or not (shape.merged or merge.strategy.combines):
        return merge.pick(base, patch)
    return _fields(merge, base, patch, shape.variant(kind))


def _mapping(merge: Merge, base: dict[str, Node], patch: dict[str, Node], shape: Shape) -> Node:
    return _merger(merge.strategy).merge(base, patch) if merge.strategy.combines else merge.pick(base, patch)


def _named(merge: Merge, base: dict[str, Node], patch: dict[str, Node], shape: Shape) -> Node:
    """Entries that both sides have merge as fields under every strategy; new names are added."""
    return _fields(merge, base, patch, shape)


def _entries(merge: Merge, base: dict[str, Node], patch: dict[str, Node], shape: Shape) -> Node:
    """Entries replace one another as units; under a strategy that does not combine, the whole mapping does."""
    return _fields(merge, base, patch, _UNITS) if merge.strategy.combines else merge.pick(base, patch)


def _united(merge: Merge, base: list[Node], patch: list[Node], shape: Shape) -> Node:
    first, second = merge.joined(base, patch)
    names, others = merge.names.take(first), merge.names.take(second)
    known = set(names)
    is_new = [name not in known for name in others]
    return merge.names.put([*first, *compress(second, is_new)], [*names, *compress(others, is_new)])


def _concatenated(merge: Merge, base: list[Node], patch: list[Node], shape: Shape) -> Node:
    first, second = merge.joined(base, patch)
    return [*first, *second]


def _keyed(merge: Merge, base: list[Node], patch: list[Node], shape: Shape) -> Node:
    """Items of one key become one; base order is kept and new ones follow (decision S16). Items without a key are united.

    Items that are known by the name of a part (init steps, by their container's) may share it within one layer.
    """
    merged, names = list(base), merge.names.take(base, shape.keys)
    may_share = any("." in key for key in shape.keys)
    positions = {name: index for index, name in enumerate(names)}
    new: set[Name] = set()
    first: list[Node] = []
    first_names: list[Name] = []
    for item, name in zip(patch, merge.names.take(patch, shape.keys), strict=True):
        has_key = type(name) is tuple
        if name in positions and not (may_share and name in new):
            position = positions[name]
            merged[position] = _item(merge, merged[position], item, shape) if has_key else merged[position]
        elif merge.strategy.patch_first and not has_key:
            first.append(item)
            first_names.append(name)
        else:
            if has_key:
                positions[name] = len(merged)
                new.add(name)
            merged.append(item)
            names.append(name)
    return merge.names.put([*first, *merged], [*first_names, *names], shape.keys)


def _item(merge: Merge, base: Node, patch: Node, shape: Shape) -> Node:
    merged = merge.nodes(base, patch, shape.items or LEAF) if shape.merged else merge.pick(base, patch)
    return _with_keys_of(base, merged, shape.keys) if first_leaf(merged)[0] is not None else merged


def _with_keys_of(base: Node, merged: Node, keys: Iterable[str]) -> Node:
    """A traced item with the keys of the base, which are the same: they say where the item was put into the list."""
    for key in keys:
        head, _, rest = key.partition("=")[0].partition(".")
        if isinstance(base, dict) and isinstance(merged, dict) and head in base and head in merged:
            own = _with_keys_of(base[head], merged[head], (rest,)) if rest else base[head]
            merged = {**merged, head: own}
    return merged


def _either(merge: Merge, base: Node, patch: Node, shape: Shape) -> Node:
    return merge.won(base, patch) if plain(base) is True else merge.won(patch, base)


def _first(merge: Merge, base: Node, patch: Node, shape: Shape) -> Node:
    return merge.won(base, patch)


def _picked(merge: Merge, base: Node, patch: Node, shape: Shape) -> Node:
    return merge.pick(base, patch)


_SPELT = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=plain).encode
"""The JSON of a tree, its leaves wrapped or not."""
_UNITS = Shape("fields", items=Shape("unit"))
_MAPPINGS: Mapping[str, _Rule] = {
    "fields": _fields,
    "tagged": _tagged,
    "mapping": _mapping,
    "named": _named,
    "entries": _entries,
    "leaf": _mapping,
}
_LISTS: Mapping[str, _Rule] = {"united": _united, "concatenated": _concatenated, "keyed": _keyed, "leaf": _united}
_WHOLE: Mapping[str, _Rule] = {"either": _either, "first": _first}


def item_key(item: Node, keys: tuple[str, ...]) -> tuple[Any, ...] | None:
    """What identifies an item of a keyed list; None where its first key is not written."""
    parts: list[Any] = []
    for steps, default in _places(keys):
        node = item
        for step, other in steps:
            node = node.get(step if step in node else other) if isinstance(node, dict) else None
        value = plain(node)
        if value is None and not parts:
            return None
        parts.append(default if value is None else value)
    return tuple(parts)


@functools.lru_cache(maxsize=64)
def _places(keys: tuple[str, ...]) -> tuple[tuple[tuple[tuple[str, str], ...], str], ...]:
    """Where the keys of a list's items stand, each step in both its spellings, and what an absent one stands for."""
    parts = (key.partition("=") for key in keys)
    return tuple((tuple((step, _snake(step)) for step in path.split(".")), default) for path, _, default in parts)


def _snake(key: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in key)


def _identity(node: Node) -> str:
    """The same text for equal trees, so that a union is linear; of all texts only those of texts begin with a quote."""
    node = plain(node)
    return f'"{node}' if isinstance(node, str) else _SPELT(node)


@functools.lru_cache(maxsize=64)
def _merger(strategy: Strategy) -> Merger:
    """Deepmerge for free mappings: keys of both sides merge, everything else is chosen (section 9, `dict`)."""
    merge = Merge(strategy)

    def mappings(config: Merger, path: list[Any], base: dict[str, Node], patch: dict[str, Node]) -> Node:
        merged = dict(base)
        for key, value in patch.items():
            merged[key] = config.value_strategy([*path, key], base[key], value) if key in base else value
        return merged

    def chosen(config: Merger, path: list[Any], base: Node, patch: Node) -> Node:
        return patch if plain(base) is None else merge.pick(base, patch)

    return Merger([(dict, mappings)], [chosen], [chosen])
