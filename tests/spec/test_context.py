"""Who runs an operation and where: the context of a run, and connections."""

from typing import Any

import attrs
import pytest

from polyspec import Connection, PolyspecError, RunContext
from polyspec.spec.context import CONNECTION_KINDS, ConnectionResource
from polyspec.spec.kinds import keys_of

from .telling import mismatch

GIT = Connection.from_dict({"name": "repo", "kind": "git", "schema": {"url": "https://example.com/r.git", "flags": ["-v"]}})
STORE = Connection(name="store", kind="s3", schema_={"bucket": "s3://bucket/"}, secret=ConnectionResource(name="keys"))
KINDS = (
    "host_path volume_claim gcs s3 wasb registry git aws gcp azure mysql postgres oracle vertica sqlite mssql redis presto mongo"
    " cassandra ftp grpc hdfs http pig_cli hive_cli hive_metastore hive_server2 jdbc jenkins samba snowflake ssh cloudant"
    " databricks segment slack teams email discord mattermost pagerduty hipchat webhook custom"
)


class TestConnections:
    def test_the_fields(self) -> None:
        assert keys_of(Connection) == {
            "name", "kind", "schema", "secret", "configMap", "description", "tags", "isAlias", "env", "annotations",
        }  # fmt: skip
        assert keys_of(ConnectionResource) == {"name", "mountPath", "hostPath", "items", "defaultMode", "isRequested"}

    def test_the_kinds(self) -> None:
        assert list(CONNECTION_KINDS) == KINDS.split()

    def test_it_is_read_from_a_plain_tree_and_written_back(self) -> None:
        tree = {
            "name": "store",
            "kind": "volume_claim",
            "schema": {"mountPath": "/a", "volumeClaim": "b"},
            "secret": {"name": "s", "mountPath": "/s", "items": ["k"]},
            "configMap": {"name": "c"},
            "env": [{"name": "A", "value": "b"}],
        }
        assert Connection.from_dict(tree).to_dict() == tree
        assert Connection.from_dict({"name": "a", "kind": "git", "config_map": {"name": "c"}}).config_map == ConnectionResource(
            name="c"
        )

    def test_the_schema_is_a_copy(self) -> None:
        GIT.schema["flags"].append("-x")
        assert GIT.schema == {"url": "https://example.com/r.git", "flags": ["-v"]}
        assert Connection(name="a", kind="git").schema == Connection(name="a", kind="git", schema_=None).schema == {}

    @pytest.mark.parametrize(
        ("schema", "path"),
        [
            ({"mountPath": "/a/b/"}, "/a/b"),
            ({"bucket": "gs://b"}, "gs://b"),
            ({"mountPath": "/a", "bucket": "b"}, "/a"),
            ({}, ""),
            (None, ""),
        ],
    )
    def test_where_a_store_is(self, schema: dict[str, str] | None, path: str) -> None:
        assert Connection(name="a", kind="s3", schema_=schema).store_path == path

    def test_what_is_wrong(self) -> None:
        assert mismatch(Connection, {"name": "a", "kind": "gitt"}) == (
            "kind",
            "unknown kind of connection",
            "did you mean `git`?",
        )
        assert mismatch(Connection, {"name": "a", "kind": "xyz"}) == ("kind", "unknown kind of connection", None)
        assert mismatch(Connection, {"name": "a", "kind": "git", "schema": "x"})[:2] == (
            "schema",
            "expected a mapping, found text",
        )
        assert mismatch(Connection, {"name": "a", "kind": "git", "secret": "x"})[0] == "secret"

    def test_every_problem_is_told(self) -> None:
        with pytest.raises(PolyspecError) as caught:
            Connection.from_dict({"nam": "a", "kind": 1})
        assert [found.message for found in caught.value.diagnostics] == [
            "the field `name` is missing",
            "expected text, found an integer",
            "unknown field `nam` of a connection",
        ]


class TestContexts:
    def test_the_defaults(self) -> None:
        assert attrs.asdict(RunContext(), filter=lambda _, value: value is not None) == {
            "owner": "default",
            "project": "default",
            "namespace": "default",
            "connections": (),
            "is_independent": True,
            "context_root": "/plx-context",
        }

    def test_the_contract(self) -> None:
        names = ("owner", "project", "project_uuid", "run_name", "run_uuid", "run_path", "namespace", "user")
        given: dict[str, Any] = dict.fromkeys(names, "x")
        context = RunContext(**given, artifacts_store=STORE, connections=(GIT,), iteration=3)
        assert context.run_path == "x"
        assert context.iteration == 3

    def test_a_connection_by_name(self) -> None:
        context = RunContext(artifacts_store=STORE, connections=[GIT])
        assert context.connection("repo") is GIT
        assert context.connection("store") is STORE
        assert context.connection("other") is None
        assert RunContext(connections=[GIT]).connection("store") is None

    def test_the_catalogue_comes_before_the_store(self) -> None:
        other = Connection(name="store", kind="gcs")
        assert RunContext(artifacts_store=STORE, connections=[other]).connection("store") is other

    def test_of_two_connections_of_one_name_the_first_is_meant(self) -> None:
        first, second = (Connection(name="repo", kind=kind) for kind in ("git", "s3"))
        assert RunContext(connections=[first, second]).connection("repo") is first

    def test_a_connection_whose_name_is_no_text_is_asked_for_by_nobody(self) -> None:
        name: Any = ["repo"]
        assert RunContext(connections=[Connection(name=name, kind="git"), GIT]).catalogue() == {"repo": GIT}

    def test_it_is_frozen_and_named(self) -> None:
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            RunContext().owner = "x"  # type: ignore[misc]  # that it is refused is what is tested
        with pytest.raises(TypeError):
            RunContext("owner")  # type: ignore[call-arg]  # as above
