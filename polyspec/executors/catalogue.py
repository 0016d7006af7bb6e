"""The connections of a run, and the folders of this machine that stand for its stores."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from polyspec.errors import Problem, close_match
from polyspec.executors.base import ConnectionLike, ContextLike
from polyspec.record import record
from polyspec.tree import Path as SpecPath

MOUNTED: Final = frozenset({"host_path", "volume_claim"})
BUCKETS: Final = frozenset({"gcs", "s3", "wasb"})
REPOSITORIES: Final = frozenset({"git", "ssh"})
"""The kinds of connections that init steps know. Source: Polyaxon's catalogue."""


@record
class Catalogue:
    """Connections by their name, the folders that the caller gave for stores, and the store that is the default."""

    connections: Mapping[str, ConnectionLike]
    stores: Mapping[str, Path]
    default: ConnectionLike | None

    @classmethod
    def of(cls, context: ContextLike, extra: Iterable[ConnectionLike], stores: Mapping[str, Path]) -> "Catalogue":
        """The catalogue of a context; `extra` connections and `stores` come before those of the context."""
        default = context.artifacts_store
        given = [*([] if default is None else [default]), *context.connections, *extra]
        return cls({connection.name: connection for connection in given}, stores, default)

    def schema(self, name: str) -> Mapping[str, Any]:
        """What the connection holds for its kind; empty where nothing is known of it."""
        connection = self.connections.get(name)
        return (connection.schema if connection is not None else None) or {}

    def kind(self, name: str) -> str | None:
        """The kind of a connection: `host_path` for a folder that the caller gave; None for an unknown name."""
        if name in self.connections:
            return self.connections[name].kind
        return "host_path" if name in self.stores else None

    def is_store(self, name: str) -> bool:
        """Whether the connection holds files."""
        return name in self.stores or self.kind(name) in MOUNTED | BUCKETS

    def folder(self, name: str, path: SpecPath) -> Path | Problem:
        """The folder that stands for a store, or why there is none. `path` is where the spec names the store."""
        key = "mountPath" if self.kind(name) == "volume_claim" else "hostPath"
        known = self.stores.get(name) or self.schema(name).get(key)
        hint = f'name a folder that stands for it: `LocalExecutor(stores={{"{name}": FOLDER}})`'
        if not isinstance(known, str | Path):
            return Problem("executor-store", f"no folder of this machine is known for the store `{name}`", path, hint)
        if not Path(known).is_dir():
            return Problem(
                "executor-store", f"the store `{name}` is at `{known}`, which is no folder of this machine", path, hint
            )
        return Path(known).resolve()

    def unknown(self, name: str, path: SpecPath) -> Problem:
        """The problem of a name that no connection has."""
        match = close_match(name, [*self.connections, *self.stores])
        hint = f"did you mean `{match}`?" if match else f"give it: `RunContext(connections=[...])`, with one named `{name}`"
        return Problem("executor-connection", f"unknown connection `{name}`", path, hint)
