"""Polyaxon's own compiler, called in this process: files in, its compiled operation out as the wire format has it, or its refusal.

The way is that of `polyaxon run`: read, collect the references, put presets and params over, compile, resolve. Only what
reaches the network is replaced: URLs and the hub are read from folders. What it asks of an agent's configuration is set here.
"""

import contextlib
import copy
import io
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import attrs
import yaml
from clipped.config.spec import ConfigSpec as ClippedSpec
from polyaxon import settings
from polyaxon._compiler.resolver import AgentResolver, BaseResolver  # noqa: F401 - the agent first, or the two import each other
from polyaxon._config.spec import ConfigSpec
from polyaxon._schemas.agent import AgentConfig
from polyaxon.polyaxonfile import OperationSpecification, check_polyaxonfile

HUB = "hub://"
"""What stands for the hub's address before a component and its version."""


@attrs.frozen
class Identity:
    """Who runs the operation: what both compilers are told."""

    owner: str = "acme"
    project: str = "demo"
    project_uuid: str = "6b1ed8a2a9b24c8c9d7d0f5a4f3e2d1c"
    run_name: str = "run-1"
    run_uuid: str = "0f3e2d1c6b1ed8a2a9b24c8c9d7d0f5a"
    namespace: str = "polyaxon"


STORE: Mapping[str, Any] = {
    "name": "artifacts_store",
    "kind": "volume_claim",
    "schema": {"mountPath": "/artifacts", "volumeClaim": "artifacts"},
}
"""The artifacts store of the agent."""


@attrs.frozen
class Answer:
    """What a compiler made of a source: the compiled operation, or why it refuses."""

    compiled: dict[str, Any] | None = None
    error: str | None = None

    @property
    def is_refusal(self) -> bool:
        """Whether there is no compiled operation."""
        return self.compiled is None


@attrs.frozen
class Peer:
    """Polyaxon with an agent of these connections, its URLs (`mirrors`: prefix to folder) and its hub read from folders."""

    connections: Sequence[Mapping[str, Any]] = ()
    mirrors: Mapping[str, Path] = attrs.field(factory=dict)
    hub: Path | None = None
    identity: Identity = attrs.field(factory=Identity)

    def compile(self, files: Sequence[str | Path], params: Mapping[str, Any] | None = None) -> Answer:
        """What Polyaxon makes of a file, with presets after it. Any exception of its is a refusal, told with its causes."""
        with self._running():
            try:
                return Answer(compiled=self._compiled([str(file) for file in files], params))
            except Exception as error:
                return Answer(error=_told(error))

    def _compiled(self, files: list[str], params: Mapping[str, Any] | None) -> dict[str, Any]:
        operation = check_polyaxonfile(
            polyaxonfile=files, params=copy.deepcopy(dict(params or {})), is_cli=False, verbose=False, validate_params=True
        )
        compiled, given = OperationSpecification.compile_operation_with_params(operation)
        return self._resolved(compiled, given)

    def _resolved(self, compiled: Any, params: Any) -> dict[str, Any]:
        identity = self.identity
        BaseResolver.is_valid(compiled)
        resolver = BaseResolver(
            run=None,
            compiled_operation=compiled,
            owner_name=identity.owner,
            project_name=identity.project,
            project_uuid=identity.project_uuid,
            run_name=identity.run_name,
            run_uuid=identity.run_uuid,
            run_path=identity.run_uuid,
            params=params,
        )
        resolver.namespace = identity.namespace  # the platform knows it before it resolves
        resolver.resolve()
        tree: dict[str, Any] = json.loads(resolver.compiled_operation.to_json())
        return tree

    @contextlib.contextmanager
    def _running(self) -> Iterator[None]:
        """Polyaxon with this agent, without a network, and with nothing printed."""
        agent = AgentConfig.from_dict(
            {
                "namespace": self.identity.namespace,
                "artifacts_store": copy.deepcopy(dict(STORE)),
                "connections": copy.deepcopy([dict(connection) for connection in self.connections]),
            }
        )
        with (
            mock.patch.object(settings, "AGENT_CONFIG", agent),
            mock.patch.object(ConfigSpec, "get_public_registry", classmethod(lambda cls: HUB.rstrip("/"))),
            mock.patch.object(
                ClippedSpec, "read_from_url", classmethod(lambda cls, url: cls.read_from_file(self._local(url), None))
            ),
            mock.patch.object(yaml, "safe_load", _fast_load),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
            _quiet(),
        ):
            yield

    def _local(self, url: str) -> str:
        prefixes = {**self.mirrors, **({HUB.rstrip("/") + "/": self.hub} if self.hub is not None else {})}
        for prefix, folder in prefixes.items():
            if url.startswith(prefix):
                return str(folder / url.removeprefix(prefix))
        raise OSError(f"no folder stands for {url}")


def _fast_load(text: Any) -> Any:
    """What Polyaxon's YAML reader gives, by the parser in C where there is one: the other takes a fifth of the session."""
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def _told(error: BaseException) -> str:
    """An error with its causes, each by its kind."""
    lines = []
    current: BaseException | None = error
    while current is not None:
        lines.append(f"{type(current).__name__}: {current}")
        current = current.__cause__ or current.__context__
    return "\n".join(lines)
