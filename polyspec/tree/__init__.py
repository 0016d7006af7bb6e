"""Plain trees: what a path is, what is absent, and how a tree is walked. Imports nothing of ours."""

from polyspec.tree.leaf import Leaf, Mark, Verbatim, derived, plain, traced, untraced
from polyspec.tree.path import Path, PathError, format_path, parse_path
from polyspec.tree.unset import UNSET, Unset
from polyspec.tree.walk import Tree, at, frozen, thawed, walk

__all__ = [
    "UNSET",
    "Leaf",
    "Mark",
    "Path",
    "PathError",
    "Tree",
    "Unset",
    "Verbatim",
    "at",
    "derived",
    "format_path",
    "frozen",
    "parse_path",
    "plain",
    "thawed",
    "traced",
    "untraced",
    "walk",
]
