"""Plain trees: what a path is, what is absent, and how a tree is walked. Imports nothing of ours."""

from polyspec.tree.gaps import restored, without
from polyspec.tree.known import Known, with_known
from polyspec.tree.leaf import (
    Leaf,
    Mark,
    Verbatim,
    beating,
    below,
    derived,
    first_leaf,
    implied,
    mark_at,
    of_key,
    part,
    plain,
    traced,
    untraced,
)
from polyspec.tree.moved import MADE, Moved, Moves, before, moved_through
from polyspec.tree.path import Path, PathError, format_path, parse_path
from polyspec.tree.unset import UNSET, Unset
from polyspec.tree.walk import Tree, at, count, frozen, is_leaf, replaced, text_length, thawed, walk

__all__ = [
    "MADE",
    "UNSET",
    "Known",
    "Leaf",
    "Mark",
    "Moved",
    "Moves",
    "Path",
    "PathError",
    "Tree",
    "Unset",
    "Verbatim",
    "at",
    "beating",
    "before",
    "below",
    "count",
    "derived",
    "first_leaf",
    "format_path",
    "frozen",
    "implied",
    "is_leaf",
    "mark_at",
    "moved_through",
    "of_key",
    "parse_path",
    "part",
    "plain",
    "replaced",
    "restored",
    "text_length",
    "thawed",
    "traced",
    "untraced",
    "walk",
    "with_known",
    "without",
]
