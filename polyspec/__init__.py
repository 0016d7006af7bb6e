"""polyspec: the compiler for ML operation specs, to embed anywhere."""

from polyspec.compiler import compile, load, loads  # noqa: A004 - the name that the contract gives it
from polyspec.errors import Diagnostic, Location, Note, PolyspecError
from polyspec.limits import Limits
from polyspec.resolve import Resolvers
from polyspec.runspec import RunSpec
from polyspec.spec.context import Connection, RunContext
from polyspec.spec.io import IO, Param
from polyspec.spec.operation import Component, Operation
from polyspec.spec.run import RunPatch

__version__ = "0.1.0"
__all__ = [
    "IO",
    "Component",
    "Connection",
    "Diagnostic",
    "Limits",
    "Location",
    "Note",
    "Operation",
    "Param",
    "PolyspecError",
    "Resolvers",
    "RunContext",
    "RunPatch",
    "RunSpec",
    "compile",
    "load",
    "loads",
]
