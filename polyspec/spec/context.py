"""Who runs an operation and where: what templates see as `globals` and `connections` (polyaxonfile section 16)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from polyspec.record import record
from polyspec.spec.classes import spec_class
from polyspec.spec.markers import Choice, Maybe
from polyspec.spec.node import Node, absent
from polyspec.tree import Unset, thawed

CONNECTION_KINDS = (
    "host_path", "volume_claim", "gcs", "s3", "wasb", "registry", "git", "aws", "gcp", "azure", "mysql", "postgres", "oracle",
    "vertica", "sqlite", "mssql", "redis", "presto", "mongo", "cassandra", "ftp", "grpc", "hdfs", "http", "pig_cli", "hive_cli",
    "hive_metastore", "hive_server2", "jdbc", "jenkins", "samba", "snowflake", "ssh", "cloudant", "databricks", "segment",
    "slack", "teams", "email", "discord", "mattermost", "pagerduty", "hipchat", "webhook", "custom",
)  # fmt: skip


@spec_class(kw_only=True)
class ConnectionResource(Node):
    """The secret or config map that a connection mounts."""

    name: str
    mount_path: Maybe[str] = absent()
    host_path: Maybe[str] = absent()
    items: Maybe[Sequence[str]] = absent()
    default_mode: Maybe[str] = absent()
    is_requested: Maybe[bool] = absent()


@spec_class(kw_only=True)
class Connection(Node):
    """A store, a repository, a registry or a service that runs may use; `schema` holds what templates see of it."""

    name: str
    kind: Annotated[str, Choice(CONNECTION_KINDS, "kind of connection")]
    schema_: Maybe[Mapping[str, Any]] = absent()
    secret: Maybe[ConnectionResource] = absent()
    config_map: Maybe[ConnectionResource] = absent()
    description: Maybe[str] = absent()
    tags: Maybe[Sequence[str]] = absent()
    is_alias: Maybe[bool] = absent()
    env: Maybe[Mapping[str, Any] | Sequence[Any]] = absent()
    annotations: Maybe[Mapping[str, Any]] = absent()

    @property
    def schema(self) -> dict[str, Any]:
        """What templates see as `connections.NAME`: an own copy; empty when the connection has none."""
        return {} if self.schema_ is None or isinstance(self.schema_, Unset) else thawed(self.schema_)

    @property
    def store_path(self) -> str:
        """Where a store is mounted or found: its mount path, or its bucket."""
        return str(self.schema.get("mountPath") or self.schema.get("bucket") or "").rstrip("/")


@record(kw_only=True)
class RunContext:
    """Who runs the operation, and where.

    Without a `run_uuid` the compiler derives one from the content. `run_path` defaults to the uuid of the run, `run_name` and
    `project_uuid` to the name in the spec and of the project. Times are text (ISO 8601); nothing is read from a clock.
    `connections` is the catalogue; without one, unknown connections are warnings.
    """

    owner: str = "default"
    project: str = "default"
    project_uuid: str | None = None
    run_name: str | None = None
    run_uuid: str | None = None
    run_path: str | None = None
    namespace: str = "default"
    user: str | None = None
    user_email: str | None = None
    artifacts_store: Connection | None = None
    connections: Sequence[Connection] = ()
    iteration: int | None = None
    created_at: str | None = None
    compiled_at: str | None = None
    schedule_at: str | None = None
    started_at: str | None = None
    finished_at: str | None = None
    duration: float | None = None
    cloning_kind: str | None = None
    original_uuid: str | None = None
    is_independent: bool = True
    context_root: str = "/plx-context"

    def connection(self, name: str) -> Connection | None:
        """The connection of a name, the artifacts store included."""
        return self.catalogue().get(name)

    def catalogue(self) -> Mapping[str, Connection]:
        """The connections by name, the artifacts store included; of those with one name the first.

        One whose name is no text, which objects built in Python may have, nobody can ask for.
        """
        store = (self.artifacts_store,) if self.artifacts_store else ()
        return {it.name: it for it in (*store, *reversed(self.connections)) if isinstance(it.name, str)}
