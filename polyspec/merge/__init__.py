"""Merging: strategies and rules, trees over trees, layers over layers. The only room that knows deepmerge."""

from polyspec.merge.engine import merge, pruned
from polyspec.merge.layers import Layer, Merging, Presets, checked_trees, kept_parts, marked_parts, merge_layers
from polyspec.merge.replicas import each_role, roles
from polyspec.merge.strategies import ISNULL, POST_MERGE, PRE_MERGE, REPLACE, Strategy, default_strategies

__all__ = [
    "ISNULL",
    "POST_MERGE",
    "PRE_MERGE",
    "REPLACE",
    "Layer",
    "Merging",
    "Presets",
    "Strategy",
    "checked_trees",
    "default_strategies",
    "each_role",
    "kept_parts",
    "marked_parts",
    "merge",
    "merge_layers",
    "pruned",
    "roles",
]
