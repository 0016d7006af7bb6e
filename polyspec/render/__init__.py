"""Templates: parsed by jinja2, evaluated by a closed language of ours, strictly, in one pass."""

from polyspec.render.contexts import (
    as_arg,
    connection_names,
    display,
    global_names,
    param_names,
    service_names,
    value_names,
)
from polyspec.render.render import Renderer
from polyspec.render.template import is_template, uses

__all__ = [
    "Renderer",
    "as_arg",
    "connection_names",
    "display",
    "global_names",
    "is_template",
    "param_names",
    "service_names",
    "uses",
    "value_names",
]
