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
from polyspec.render.spots import Rendered, Spot, is_same, spots_of
from polyspec.render.template import Templates, is_template

__all__ = [
    "Rendered",
    "Renderer",
    "Seen",
    "Spot",
    "Templates",
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
]
