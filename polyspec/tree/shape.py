"""The shape of a tree: for each node what kind of thing it is, so that stages treat it right without knowing its class.

Shapes are read off the spec classes once. Merge asks them how lists and mappings combine; render asks them which leaves
are text.
"""

import functools
from collections.abc import Callable, Mapping
from typing import Literal

import attrs

from polyspec.record import record
from polyspec.tree.path import Path
from polyspec.tree.walk import Tree

How = Literal[
    "fields",  # a mapping with known keys, merged key by key under every strategy
    "tagged",  # the same, of the variant that its `kind` names; variants of other kinds replace one another
    "mapping",  # a mapping with free keys: merged deeply, or taken whole
    "named",  # a mapping of names to fields: each entry merged as fields, new names added
    "entries",  # a mapping of names to units: entries replace one another
    "keyed",  # a list of things with a key
    "concatenated",  # a list in which repetition means something
    "united",  # a list read as a set: what is there already is not added again
    "unit",  # taken whole, whatever it holds
    "either",  # true when any layer says so
    "first",  # the lowest layer that says something wins
    "leaf",
]


@record(eq=False)
class Shape:
    """One node of a shape.

    `fields` are the known keys, or what gives them when they are first asked for; `items` the shape of list items and of
    values under free keys; `keys` the fields that identify an item of a keyed list, and `merged` says whether its items
    merge; `variants` the shapes by kind. `is_text`
    leaves hold text whatever a template gives; `is_loose` ones take numbers and bools too, as their text; `takes_any_text` says
    that no text is refused or spelt in another way. A node that `has_rules` is checked as a whole.
    One that `is_foreign` is defined elsewhere: its fields tell of its leaves alone. `roles` are the
    fields of a run that hold replicas, `named_roles` those that hold replicas by name.
    """

    how: How = "leaf"
    _fields: "Fields | Callable[[], Fields]" = attrs.field(factory=dict)
    items: "Shape | None" = None
    keys: tuple[str, ...] = ()
    merged: bool = False
    variants: Mapping[str, "Shape"] = attrs.field(factory=dict)
    is_text: bool = False
    is_loose: bool = False
    takes_any_text: bool = False
    has_rules: bool = False
    is_foreign: bool = False
    roles: tuple[str, ...] = ()
    named_roles: tuple[str, ...] = ()

    @functools.cached_property
    def fields(self) -> "Fields":
        """The shapes of the known keys."""
        return self._fields() if callable(self._fields) else self._fields

    def child(self, step: str | int) -> "Shape":
        """The shape of a direct child; a leaf where nothing is known of it."""
        if isinstance(step, str) and step in self.fields:
            return self.fields[step]
        return self.items or LEAF

    def variant(self, kind: object) -> "Shape":
        """The shape for a `kind`; itself where there are no variants."""
        return self.variants.get(kind, self) if isinstance(kind, str) else self

    def takes_any_text_at(self, tree: Tree, path: Path) -> bool:
        """Whether any text may stand at a path of a tree, whatever else the tree holds; the root itself has no rules."""
        shape, node = self, tree
        for depth, step in enumerate(path):
            if depth and shape.has_rules:
                return False
            shape, node = shape.child(step), node[step]
            shape = shape.variant(node.get("kind")) if isinstance(node, Mapping) else shape
        return shape.takes_any_text

    def unit_at(self, tree: Tree, path: Path) -> Path:
        """What is checked as a whole for what stands at a path of a tree: the outermost node with rules on the way, or itself."""
        shape, node = self, tree
        for depth, step in enumerate(path):
            if depth and shape.has_rules:
                return path[:depth]
            shape, node = shape.child(step), node[step]
            shape = shape.variant(node.get("kind")) if isinstance(node, Mapping) else shape
        return path


Fields = Mapping[str, Shape]
LEAF = Shape()
"""A leaf of which nothing is known."""

TEXT = Shape(is_text=True)
"""A leaf that holds text."""
