"""polyspec: the compiler for ML operation specs, to embed anywhere."""

from polyspec.compiler import compile, load, loads  # noqa: A004 - the name that the contract gives it
from polyspec.errors import Diagnostic, Location, Note, PolyspecError
from polyspec.limits import Limits
from polyspec.resolve import Resolvers
from polyspec.runspec import RunSpec
from polyspec.spec.container import Container, EnvVar, Resources
from polyspec.spec.context import Connection, RunContext
from polyspec.spec.environment import Environment
from polyspec.spec.init import Init
from polyspec.spec.io import IO, Param
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
    "Init",
    "Job",
    "Limits",
    "Location",
    "Note",
    "Operation",
    "Param",
    "PolyspecError",
    "Resolvers",
    "Resources",
    "RunContext",
    "RunPatch",
    "RunSpec",
    "Service",
    "compile",
    "load",
    "loads",
]
