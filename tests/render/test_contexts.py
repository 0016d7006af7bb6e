"""What templates see (polyaxonfile section 16)."""

from typing import Any

import attrs
import pytest

from polyspec import Connection, RunContext
from polyspec.bind import Argument
from polyspec.render import as_arg, connection_names, display, global_names, seen_names, seen_of, service_names

STORE = Connection.from_dict(
    {"name": "store", "kind": "volume_claim", "schema": {"mountPath": "/artifacts/", "volumeClaim": "c"}}
)
BUCKET = Connection.from_dict({"name": "bucket", "kind": "gcs", "schema": {"bucket": "gs://b/runs"}})
GIT = Connection.from_dict({"name": "repo", "kind": "git", "schema": {"url": "https://g/x"}})
UUID = "0f3e2d1c6b1ed8a2a9b24c8c9d7d0f5a"
CONTEXT = RunContext(owner="acme/team", project="demo", namespace="ns", user="ann", user_email="ann@acme.io")


def names_of(context: RunContext, **tree: Any) -> dict[str, Any]:
    return global_names(context, tree, UUID)


def test_the_globals_of_every_run() -> None:
    context = attrs.evolve(CONTEXT, run_name="first", project_uuid="p" * 32, iteration=3, created_at="2024-01-02", duration=1.5)
    assert names_of(context, name="train") == {
        "owner_name": "acme/team",
        "project_name": "demo",
        "project_unique_name": "acme.demo",
        "project_uuid": "p" * 32,
        "username": "ann",
        "user_email": "ann@acme.io",
        "run_info": f"acme.demo.runs.{UUID}",
        "name": "first",
        "uuid": UUID,
        "namespace": "ns",
        "iteration": 3,
        "context_path": "/plx-context",
        "artifacts_path": "/plx-context/artifacts",
        "run_artifacts_path": f"/plx-context/artifacts/{UUID}",
        "run_outputs_path": f"/plx-context/artifacts/{UUID}/outputs",
        "run_relative_outputs_path": f"{UUID}/outputs",
        "store_path": "",
        "created_at": "2024-01-02",
        "compiled_at": None,
        "schedule_at": None,
        "started_at": None,
        "finished_at": None,
        "duration": 1.5,
        "cloning_kind": None,
        "original_uuid": None,
        "is_independent": True,
    }


@pytest.mark.parametrize(
    ("tree", "context", "expected"),
    [
        ({"name": "train"}, CONTEXT, {"name": "train", "project_uuid": "demo"}),
        ({}, CONTEXT, {"name": None}),
        ({"namespace": "mine"}, CONTEXT, {"namespace": "mine"}),
        ({}, attrs.evolve(CONTEXT, run_path="my/run"), {"run_artifacts_path": "/plx-context/artifacts/my/run", "uuid": UUID}),
        (
            {},
            attrs.evolve(CONTEXT, context_root="/ctx"),
            {"context_path": "/ctx", "run_outputs_path": f"/ctx/artifacts/{UUID}/outputs"},
        ),
        (
            {"plugins": {"collectArtifacts": False}},
            attrs.evolve(CONTEXT, artifacts_store=STORE),
            {"run_artifacts_path": f"/artifacts/{UUID}", "run_outputs_path": f"/artifacts/{UUID}/outputs", "store_path": ""},
        ),
        (
            {"plugins": {"collectArtifacts": False}},
            attrs.evolve(CONTEXT, artifacts_store=BUCKET),
            {"run_artifacts_path": f"gs://b/runs/{UUID}"},
        ),
        ({"plugins": {"mountArtifactsStore": True}}, attrs.evolve(CONTEXT, artifacts_store=STORE), {"store_path": "/artifacts"}),
        ({"plugins": {"mountArtifactsStore": True}}, CONTEXT, {"store_path": ""}),
        ({"plugins": None}, CONTEXT, {"store_path": ""}),
        ({"plugins": "{{ x }}"}, CONTEXT, {"run_artifacts_path": f"/plx-context/artifacts/{UUID}"}),
    ],
)
def test_names_and_paths_follow_the_spec_and_the_context(
    tree: dict[str, Any], context: RunContext, expected: dict[str, Any]
) -> None:
    names = names_of(context, **tree)
    assert {key: names[key] for key in expected} == expected


def test_without_a_store_and_a_context_folder_a_run_has_no_artifacts_path() -> None:
    names = names_of(CONTEXT, plugins={"collectArtifacts": False})
    assert names.keys().isdisjoint({"run_artifacts_path", "run_outputs_path"})


@pytest.mark.parametrize(
    ("run", "prefix"),
    [
        ({}, "/services/v1/"),
        ({"rewritePath": True}, "/rewrite-services/v1/"),
        ({"isExternal": True}, "/external/v1/"),
        ({"isExternal": True, "rewritePath": True}, "/rewrite-external/v1/"),
    ],
)
def test_a_service_has_its_ports_and_addresses(run: dict[str, Any], prefix: str) -> None:
    names = service_names(CONTEXT, names_of(CONTEXT), {**run, "ports": [8888, 6006]})
    base = f"{prefix}ns/acme/team/demo/runs/{UUID}"
    assert names == {"ports": [8888, 6006], "base_url": f"{base}/8888", "base_urls": [f"{base}/8888", f"{base}/6006"]}


@pytest.mark.parametrize("ports", [None, [], "{{ ports }}"])
def test_a_service_without_ports_listens_on_80(ports: Any) -> None:
    names = service_names(CONTEXT, names_of(CONTEXT), {"ports": ports})
    assert names["base_urls"] == [f"/services/v1/ns/acme/team/demo/runs/{UUID}/80"]


def written(argument: Argument) -> Any:
    return as_arg(argument, lambda source, names, path: f"{source} over {names} at {path}")


@pytest.mark.parametrize(
    ("argument", "seen", "as_str", "arg"),
    [
        (Argument("lr", 0.1, "float"), 0.1, "0.1", "--lr=0.1"),
        (Argument("n", 3, "int"), 3, "3", "--n=3"),
        (Argument("s", "a b", "str"), "a b", "a b", "--s=a b"),
        (Argument("s", 5, "str"), "5", "5", "--s=5"),
        (Argument("s", [1, "b"], "str", is_list=True), ["1", "b"], '["1","b"]', '--s=["1","b"]'),
        (Argument("s", None, "str", is_list=True), [], "[]", ""),
        (Argument("b", True, "bool"), True, "true", "--b=true"),
        (Argument("b", False, "bool"), False, "false", "--b=false"),
        (Argument("b", True, "bool", is_flag=True), "--b", "--b", "--b"),
        (Argument("b", False, "bool", is_flag=True), "", "", ""),
        (Argument("b", None, "bool", is_flag=True), "", "", ""),
        (Argument("d", {"a": [1, None]}, "dict"), {"a": [1, None]}, '{"a":[1,null]}', '--d={"a":[1,null]}'),
        (Argument("none", None, "int"), None, "", ""),
        (Argument("context", "x"), "x", "x", "--context=x"),
    ],
)  # fmt: skip
def test_the_written_forms_of_a_param(argument: Argument, seen: Any, as_str: str, arg: str) -> None:
    assert display(argument) == seen
    assert written(argument) == arg
    names = seen_names([argument], [seen_of(argument, lambda *_: "")], {"uuid": UUID})
    assert (names[argument.name], names["globals"]) == (seen, {"uuid": UUID})
    assert names["params"][argument.name] == {
        "value": argument.value if argument.is_flag else seen,
        "type": argument.type,
        "connection": None,
        "as_str": as_str,
        "as_arg": arg,
    }
    assert names["params"]["as_args"] == ([arg] if arg else [])


def test_arg_format_is_rendered_over_its_own_name() -> None:
    argument = Argument("lr", 0.1, "float", arg_format="--rate {{ lr }}", path=("inputs", 0))
    assert written(argument) == "--rate {{ lr }} over {'lr': 0.1} at ('inputs', 0, 'argFormat')"
    assert written(argument.with_value(None)) == ""


def test_as_args_are_those_that_say_something_in_their_order() -> None:
    arguments = [Argument("b", 1), Argument("none"), Argument("a", "x"), Argument("off", False, "bool", is_flag=True)]
    seen = [seen_of(argument, lambda *_: "") for argument in arguments]
    assert seen_names(arguments, seen, {})["params"]["as_args"] == ["--b=1", "--a=x"]


def test_a_param_has_its_connection() -> None:
    found = seen_of(Argument("code", "x", connection="repo"), lambda *_: "")
    assert found is not None
    assert found["connection"] == "repo"


def test_an_argument_that_is_not_bound_is_not_seen() -> None:
    argument = Argument("lr", is_bound=False)
    assert seen_of(argument, lambda *_: "") is None
    assert seen_names([argument], [None], {}) == {"globals": {}, "params": {"as_args": []}}


def test_connections_are_those_that_are_asked_for_and_known() -> None:
    context = attrs.evolve(CONTEXT, connections=[GIT, BUCKET], artifacts_store=STORE)
    assert connection_names(["repo", "store", "missing", None, 5], context.catalogue()) == {
        "repo": {"url": "https://g/x"},
        "store": {"mountPath": "/artifacts/", "volumeClaim": "c"},
    }
    assert connection_names(["repo"], CONTEXT.catalogue()) == {}
