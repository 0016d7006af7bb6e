"""The same steps by Polyaxon, where it is installed: a file or a loaded operation to the compiled operation that would run.

The way is that of `polyaxon run`: check, compile with params, resolve with an agent's configuration.
"""

import importlib
import importlib.util
import json
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks import specs
from benchmarks.timing import Step

IS_INSTALLED = importlib.util.find_spec("polyaxon") is not None
Compile = Callable[[Any], Any]


def again(file: Path, params: Mapping[str, Any]) -> Step:
    """The same file with the same params."""
    read, resolve = _ways()
    return lambda: resolve(read(file, dict(params)))


def in_turn(files: Callable[[], Path], params: Mapping[str, Any]) -> Step:
    """Another file each time."""
    read, resolve = _ways()
    return lambda: resolve(read(files(), dict(params)))


def new_params(file: Path) -> Step:
    """A loaded operation, with other params each time."""
    read, resolve = _ways()
    schemas = importlib.import_module("polyaxon.schemas")
    operation, numbers = read(file, {"epochs": 1}), count(1)

    def step() -> Any:
        operation.params = {"epochs": schemas.V1Param(value=next(numbers))}
        return resolve(operation)

    return step


def check(tree: Mapping[str, Any]) -> Step:
    """The check of a tree, which Polyaxon reads from a file."""
    read, _ = _ways()
    file = specs.folder() / "dag.json"
    file.write_text(json.dumps(tree), encoding="utf-8")
    return lambda: read(file, None)


def _ways() -> tuple[Callable[[Any, Any], Any], Compile]:
    """How Polyaxon reads a source, and how it makes a compiled operation of what it has read."""
    resolver = importlib.import_module("polyaxon._compiler.resolver")
    polyaxonfile = importlib.import_module("polyaxon.polyaxonfile")
    settings: Any = importlib.import_module("polyaxon.settings")
    store = {"name": "store", "kind": "volume_claim", "schema": {"mountPath": "/artifacts", "volumeClaim": "artifacts"}}
    agent = importlib.import_module("polyaxon._schemas.agent").AgentConfig
    settings.AGENT_CONFIG = agent.from_dict({"namespace": "polyaxon", "artifacts_store": store, "connections": []})
    uuid = "0f3e2d1c6b1ed8a2a9b24c8c9d7d0f5a"

    def read(source: Any, params: Any) -> Any:
        source = str(source) if isinstance(source, Path) else source
        return polyaxonfile.check_polyaxonfile(polyaxonfile=source, params=params, is_cli=False, verbose=False)

    def resolve(operation: Any) -> Any:
        compiled, params = polyaxonfile.OperationSpecification.compile_operation_with_params(operation)
        found = resolver.BaseResolver(
            run=None, compiled_operation=compiled, owner_name="acme", project_name="demo", project_uuid=uuid,
            run_name="run", run_uuid=uuid, run_path=uuid, params=params,
        )  # fmt: skip
        found.namespace = "polyaxon"
        found.resolve()
        return found.compiled_operation

    return read, resolve
