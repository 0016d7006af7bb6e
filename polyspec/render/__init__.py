"""Templates: parsed by jinja2, evaluated by a closed language of ours, strictly, in one pass."""

from polyspec.render.contexts import (
    Seen,
    as_arg,
    connection_names,
    display,
    global_names,
    seen_names,
    seen_of,
    service_names,
)
from polyspec.render.render import Renderer, unknown_names
from polyspec.render.scope import Total
from polyspec.render.spots import Rendered, Spot, is_same, spots_of
from polyspec.render.template import is_template, uses

__all__ = [
    "Rendered",
    "Renderer",
    "Seen",
    "Spot",
    "Total",
    "as_arg",
    "connection_names",
    "display",
    "global_names",
    "is_same",
    "is_template",
    "seen_names",
    "seen_of",
    "service_names",
    "spots_of",
    "unknown_names",
    "uses",
]
