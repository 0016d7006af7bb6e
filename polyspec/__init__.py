"""polyspec: the compiler for ML operation specs, to embed anywhere.

A name is loaded when it is first asked for: `_HOMES` says where it lives, and the imports above it say the same to type checkers.
"""

from typing import TYPE_CHECKING, Final

from polyspec.late import late_names

if TYPE_CHECKING:
    from polyspec.compiler import compile, load, loads  # noqa: A004 - the name that the contract gives it
    from polyspec.errors import Diagnostic, Location, Note, PolyspecError
    from polyspec.explain import Explanation, Origin
    from polyspec.limits import Limits
    from polyspec.locking import check_lock, lock, vendor
    from polyspec.pods import RunResources
    from polyspec.resolve import Resolvers
    from polyspec.runspec import RunSpec
    from polyspec.spec.container import Container, EnvVar, Resources
    from polyspec.spec.context import Connection, RunContext
    from polyspec.spec.environment import Environment
    from polyspec.spec.init import Init
    from polyspec.spec.io import IO, Param
    from polyspec.spec.json_schema import schema
    from polyspec.spec.operation import Component, Operation
    from polyspec.spec.run import Dag, Job, RunPatch, Service

__version__ = "0.1.0"
__all__ = [
    "IO",
    "Component",
    "Connection",
    "Container",
    "Dag",
    "Diagnostic",
    "EnvVar",
    "Environment",
    "Explanation",
    "Init",
    "Job",
    "Limits",
    "Location",
    "Note",
    "Operation",
    "Origin",
    "Param",
    "PolyspecError",
    "Resolvers",
    "Resources",
    "RunContext",
    "RunPatch",
    "RunResources",
    "RunSpec",
    "Service",
    "check_lock",
    "compile",
    "load",
    "loads",
    "lock",
    "schema",
    "vendor",
]

_HOMES: Final = {
    "polyspec.compiler": ("compile", "load", "loads"),
    "polyspec.errors": ("Diagnostic", "Location", "Note", "PolyspecError"),
    "polyspec.explain": ("Explanation", "Origin"),
    "polyspec.limits": ("Limits",),
    "polyspec.locking": ("check_lock", "lock", "vendor"),
    "polyspec.pods": ("RunResources",),
    "polyspec.resolve": ("Resolvers",),
    "polyspec.runspec": ("RunSpec",),
    "polyspec.spec.container": ("Container", "EnvVar", "Resources"),
    "polyspec.spec.context": ("Connection", "RunContext"),
    "polyspec.spec.environment": ("Environment",),
    "polyspec.spec.init": ("Init",),
    "polyspec.spec.io": ("IO", "Param"),
    "polyspec.spec.json_schema": ("schema",),
    "polyspec.spec.operation": ("Component", "Operation"),
    "polyspec.spec.run": ("Dag", "Job", "RunPatch", "Service"),
}

if not TYPE_CHECKING:
    __getattr__ = late_names(__name__, _HOMES)


def __dir__() -> list[str]:
    return list(__all__)
