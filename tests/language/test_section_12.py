"""The helper sections, every key (polyaxonfile section 12)."""

from typing import Any

import attrs
import pytest

from polyspec.spec.container import Container
from polyspec.spec.context import CONNECTION_KINDS
from polyspec.spec.environment import Environment
from polyspec.spec.helpers import Build, Cache, Hook, Notification, Plugins, Sidecar, TemplateSection, Termination
from polyspec.spec.init import Init
from polyspec.spec.kinds import keys_of
from tests.language.compiling import CONTEXT, REPO, STORE, UUID, Tree, case, compiled, refused, spec_of, warned
from tests.language.rows import row

JOB = "run: {kind: job, container: {image: busybox}}"
SERVICE = "run: {kind: service, container: {image: busybox}}"
CATALOGUE = attrs.evolve(CONTEXT, connections=[REPO], artifacts_store=STORE)
AFFINITY: Tree = {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}}

ENVIRONMENT: list[tuple[str, str, Any]] = [
    ("labels", "{a: b, n: 1, f: true}", {"a": "b", "n": "1", "f": "true"}),
    ("annotations", "{a: 0.5}", {"a": "0.5"}),
    ("nodeSelector", "{gpu: true}", {"gpu": "true"}),
    ("affinity", "{nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: []}}", AFFINITY),
    ("tolerations", "[{key: gpu, operator: Exists}]", [{"key": "gpu", "operator": "Exists"}]),
    ("nodeName", "node", "node"),
    ("serviceAccountName", "account", "account"),
    ("hostAliases", "[{ip: 10.0.0.1, hostnames: [a]}]", [{"ip": "10.0.0.1", "hostnames": ["a"]}]),
    ("securityContext", "{runAsUser: 1000}", {"runAsUser": 1000}),
    ("imagePullSecrets", "[a, b]", ["a", "b"]),
    ("hostNetwork", "true", True),
    ("hostPID", "true", True),
    ("dnsPolicy", "ClusterFirst", "ClusterFirst"),
    ("dnsConfig", "{nameservers: [10.0.0.2]}", {"nameservers": ["10.0.0.2"]}),
    ("schedulerName", "volcano", "volcano"),
    ("priorityClassName", "high", "high"),
    ("priority", "10", 10),
    ("restartPolicy", "Never", "Never"),
]


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [case(f"12 environment: {field}", field, text, expected) for field, text, expected in ENVIRONMENT],
)
def test_the_keys_of_an_environment(field: str, text: str, expected: Any) -> None:
    run = compiled(f"run: {{kind: job, environment: {{{field}: {text}}}, container: {{image: busybox}}}}")["run"]
    assert run["environment"] == {field: expected}


@pytest.mark.parametrize("policy", [case(f"12 environment: {it}", it) for it in ("Always", "OnFailure", "Never", "ExitCode")])
def test_the_restart_policies(policy: str) -> None:
    run = compiled(f"run: {{kind: job, environment: {{restartPolicy: {policy}}}}}")["run"]
    assert run["environment"] == {"restartPolicy": policy}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        case("12 environment: another restart policy", "restartPolicy: Sometimes", ("not-allowed", "unknown restart policy")),
        case("12 environment: another key", "hostPid: true", ("unknown-field", "unknown field `hostPid` of an environment")),
        case(
            "12 environment: another key of Kubernetes",
            "tolerations: [{kee: a}]",
            ("unknown-field", "unknown field `kee` of a Kubernetes toleration"),
        ),
    ],
)
def test_what_an_environment_does_not_take(text: str, problem: tuple[str, str]) -> None:
    assert refused(f"run: {{kind: job, environment: {{{text}}}}}") == [problem]


INIT = [
    case(
        "12 init[]: artifacts",
        "artifacts: {files: [a, [b, /c]], dirs: [d], workers: 2}",
        {"artifacts": {"files": ["a", ["b", "/c"]], "dirs": ["d"], "workers": 2}},
    ),
    case("12 init[]: paths, a text", "paths: a", {"paths": "a"}),
    case("12 init[]: paths, a list", "paths: [a, [b, /c]]", {"paths": ["a", ["b", "/c"]]}),
    case(
        "12 init[]: git",
        "git: {url: 'https://git.example.com/x', revision: main, flags: [--depth 1]}",
        {"git": {"url": "https://git.example.com/x", "revision": "main", "flags": ["--depth 1"]}},
    ),
    case(
        "12 init[]: dockerfile",
        "dockerfile: {image: base, run: [pip install x], env: {A: b}, langEnv: en_US.UTF-8}",
        {"dockerfile": {"image": "base", "run": ["pip install x"], "env": {"A": "b"}, "langEnv": "en_US.UTF-8"}},
    ),
    case(
        "12 init[]: file",
        "file: {filename: run.sh, content: echo, chmod: +x, kind: script}",
        {"file": {"filename": "run.sh", "content": "echo", "chmod": "+x", "kind": "script"}},
    ),
    case(
        "12 init[]: tensorboard",
        f"tensorboard: {{port: 6006, uuids: [{UUID}], useNames: true, pathPrefix: /x, plugins: [p]}}",
        {"tensorboard": {"port": 6006, "uuids": [UUID], "useNames": True, "pathPrefix": "/x", "plugins": ["p"]}},
    ),
    case("12 init[]: lineageRef", "lineageRef: a", {"lineageRef": "a"}),
    case("12 init[]: modelRef", "modelRef: 'a:1'", {"modelRef": "a:1"}),
    case("12 init[]: artifactRef", "artifactRef: 'a:1'", {"artifactRef": "a:1"}),
    case("12 init[]: connection", "connection: repo", {"connection": "repo"}),
    case("12 init[]: path", "file: {content: x}, path: /p", {"file": {"content": "x"}, "path": "/p"}),
    case("12 init[]: container", "container: {name: init, image: busybox}", {"container": {"name": "init", "image": "busybox"}}),
    case(
        "12 init[]: git of a connection",
        "git: {revision: main}, connection: repo",
        {"git": {"revision": "main"}, "connection": "repo"},
    ),
]


@pytest.mark.parametrize(("text", "expected"), INIT)
def test_the_keys_of_an_init_step(text: str, expected: Tree) -> None:
    run = compiled(f"run: {{kind: job, init: [{{{text}}}], container: {{image: busybox}}}}")["run"]
    assert run["init"] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        case(
            "12 init[]: artifacts of the store", "artifacts: {files: [a]}", {"artifacts": {"files": ["a"]}, "connection": "store"}
        ),
        case("12 init[]: paths of the store", "paths: [a]", {"paths": ["a"], "connection": "store"}),
        case("12 init[]: paths of a connection", "paths: [a], connection: repo", {"paths": ["a"], "connection": "repo"}),
        case("12 init[]: a file has no store", "file: {content: a}", {"file": {"content": "a"}}),
    ],
)
def test_artifacts_and_paths_are_taken_from_the_store(text: str, expected: Tree) -> None:
    run = compiled(f"run: {{kind: job, init: [{{{text}}}], container: {{image: busybox}}}}", context=CATALOGUE)["run"]
    assert run["init"] == [expected]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        case(
            "12 init[]: two sources", "git: {url: a}, file: {content: x}", ("many-sources", "an init step has one source, not 2")
        ),
        case(
            "12 init[]: git from nowhere",
            "git: {revision: a}",
            ("missing-field", "a git step without `url` needs a `connection`"),
        ),
        case("12 init[]: a file without content", "file: {filename: a}", ("missing-field", "the field `content` is missing")),
        case("12 init[]: a Dockerfile without image", "dockerfile: {uid: 1}", ("missing-field", "the field `image` is missing")),
        case("12 init[]: another key", "gitt: {url: a}", ("unknown-field", "unknown field `gitt` of an init step")),
    ],
)
def test_what_an_init_step_does_not_take(text: str, problem: tuple[str, str]) -> None:
    assert refused(f"run: {{kind: job, init: [{{{text}}}]}}") == [problem]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        case("12 sidecars[]: containers", "[{name: a, image: b, args: [c]}]", [{"name": "a", "image": "b", "args": ["c"]}]),
        case("12 sidecars[]: without a name", "[{image: b}]", [{"image": "b"}]),
    ],
)
def test_sidecars(text: str, expected: list[Tree]) -> None:
    assert compiled(f"run: {{kind: job, sidecars: {text}}}")["run"]["sidecars"] == expected


@pytest.mark.parametrize("text", [case("12 sidecars[]: another key", "{name: a, imag: b}")])
def test_a_sidecar_has_the_keys_of_a_container(text: str) -> None:
    assert "image" in keys_of(Container)
    assert refused(f"run: {{kind: job, sidecars: [{text}]}}") == [("unknown-field", "unknown field `imag` of a container")]


KINDS = [
    "host_path", "volume_claim", "gcs", "s3", "wasb", "registry", "git", "aws", "gcp", "azure", "mysql", "postgres",
    "oracle", "vertica", "sqlite", "mssql", "redis", "presto", "mongo", "cassandra", "ftp", "grpc", "hdfs", "http",
    "pig_cli", "hive_cli", "hive_metastore", "hive_server2", "jdbc", "jenkins", "samba", "snowflake", "ssh", "cloudant",
    "databricks", "segment", "slack", "teams", "email", "discord", "mattermost", "pagerduty", "hipchat", "webhook",
    "custom",
]  # fmt: skip


@pytest.mark.parametrize("kind", [case(f"12 connections[]: kind {kind}", kind) for kind in KINDS])
def test_a_connection_of_each_kind_can_be_asked_for(kind: str) -> None:
    context = attrs.evolve(CONTEXT, connections=[attrs.evolve(REPO, name="mine", kind=kind)])
    text = "run: {kind: job, connections: [mine], container: {image: busybox, args: ['{{ connections.mine.url }}']}}"
    spec = spec_of(text, context=context)
    assert (spec.run.connections, spec.run.container.args) == (["mine"], ["https://git.example.com/x"])
    assert (spec.warnings, len(CONNECTION_KINDS)) == ((), len(KINDS))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        case("12 connections[]: not in the catalogue", "connections: [rep]", ("unknown-connection", "unknown connection `rep`")),
        case(
            "12 connections[]: not in the catalogue, init",
            "init: [{connection: x}]",
            ("unknown-connection", "unknown connection `x`"),
        ),
    ],
)
def test_connections_are_those_of_the_catalogue(text: str, problem: tuple[str, str]) -> None:
    assert refused(f"run: {{kind: job, {text}, container: {{image: busybox}}}}", context=CATALOGUE) == [problem]


@row("12 connections[]")
def test_connections_of_a_dag_are_those_of_the_catalogue_too() -> None:
    run = "{kind: dag, connections: [rep], operations: [{name: a, component: {run: {kind: job}}}]}"
    assert refused(f"run: {run}", context=CATALOGUE) == [("unknown-connection", "unknown connection `rep`")]


@pytest.mark.parametrize("name", [case("12 connections[]: no catalogue (S40)", "repo")])
def test_without_a_catalogue_a_connection_is_a_warning(name: str) -> None:
    text = f"run: {{kind: job, connections: [{name}], container: {{image: busybox}}}}"
    assert warned(text) == [("unknown-connection", f"the connection `{name}` is not checked: no catalogue was given")]


FLAGS = [
    "auth", "docker", "shm", "tmux", "sandbox", "ssh", "mountArtifactsStore", "collectArtifacts", "collectLogs",
    "collectResources", "syncStatuses", "autoResume", "externalHost",
]  # fmt: skip
PLUGINS: list[tuple[str, str, Any]] = [
    *((flag, text, value) for flag in FLAGS for text, value in (("true", True), ("false", False))),
    ("logLevel", "INFO", "INFO"),
    ("sidecar", "{image: a}", {"image": "a"}),
    ("notifications", "[{connections: [slack], trigger: done}]", [{"connections": ["slack"], "trigger": "done"}]),
]
SIDECAR: list[tuple[str, str, Any]] = [
    ("image", "a", "a"),
    ("imageTag", "v1", "v1"),
    ("imagePullPolicy", "Always", "Always"),
    ("sleepInterval", "5", 5),
    ("syncInterval", "10", 10),
    ("monitorLogs", "true", True),
    ("monitorSpec", "false", False),
    ("noConnections", "true", True),
    ("resources", "{limits: {cpu: 1}}", {"limits": {"cpu": 1}}),
]
RULES = {"rules": [{"action": "Ignore", "onExitCodes": {"operator": "In", "values": [1]}}]}
TERMINATION: list[tuple[str, str, Any]] = [
    ("maxRetries", "3", 3),
    ("ttl", "60", 60),
    ("timeout", "600", 600),
    ("culling", "{timeout: 30}", {"timeout": 30}),
    (
        "probe",
        "{exec: {command: [ls]}, http: {path: /, port: 80}}",
        {"exec": {"command": ["ls"]}, "http": {"path": "/", "port": 80}},
    ),
    ("podFailurePolicy", "{rules: [{action: Ignore, onExitCodes: {operator: In, values: [1]}}]}", RULES),
]
CACHE: list[tuple[str, str, Any]] = [
    ("disable", "true", True),
    ("ttl", "60", 60),
    ("io", "[lr]", ["lr"]),
    ("sections", "[containers, init, connections]", ["containers", "init", "connections"]),
]
BUILD: list[tuple[str, str, Any]] = [
    ("hubRef", "kaniko", "kaniko"),
    ("connection", "registry", "registry"),
    ("presets", "[a]", ["a"]),
    ("queue", "q", "q"),
    ("namespace", "n", "n"),
    ("cache", "{disable: true}", {"disable": True}),
    (
        "params",
        "{destination: {value: x, connection: r}, context: .}",
        {"destination": {"value": "x", "connection": "r"}, "context": {"value": "."}},
    ),
    ("runPatch", "{container: {image: y}}", {"container": {"image": "y"}}),
    ("patchStrategy", "replace", "replace"),
]
HOOK: list[tuple[str, str, Any]] = [
    ("hubRef", "slack", "slack"),
    ("connection", "slack", "slack"),
    *(("trigger", it, it) for it in ("failed", "stopped", "succeeded", "skipped", "upstream_failed", "done")),
    ("conditions", "'{{ loss > 1 }}'", "{{ loss > 1 }}"),
    ("presets", "[a]", ["a"]),
    ("queue", "q", "q"),
    ("namespace", "n", "n"),
    ("params", "{a: 1, b: {value: 2, connection: c}}", {"a": {"value": 1}, "b": {"value": 2, "connection": "c"}}),
    ("disableDefaults", "true", True),
]
TEMPLATE: list[tuple[str, str, Any]] = [("enabled", "true", True), ("description", "d", "d"), ("fields", "[a]", ["a"])]
TABLES: list[tuple[str, Any, list[tuple[str, str, Any]]]] = [
    ("plugins", Plugins, PLUGINS),
    ("termination", Termination, TERMINATION),
    ("cache", Cache, CACHE),
    ("build", Build, BUILD),
    ("template", TemplateSection, TEMPLATE),
]


@pytest.mark.parametrize(
    ("section", "field", "text", "expected"),
    [
        case(f"12 {name}: {field} {text}", name, field, text, expected)
        for name, _, table in TABLES
        for field, text, expected in table
    ],
)
def test_the_keys_of_a_section(section: str, field: str, text: str, expected: Any) -> None:
    required = "hubRef: kaniko, " if section == "build" and field != "hubRef" else ""
    tree = compiled(f"{section}: {{{required}{field}: {text}}}\n{SERVICE}")
    assert tree[section] == {**({"hubRef": "kaniko"} if section == "build" else {}), field: expected}


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [case(f"12 plugins.sidecar: {field}", field, text, expected) for field, text, expected in SIDECAR],
)
def test_the_keys_of_the_sidecar_of_the_platform(field: str, text: str, expected: Any) -> None:
    assert compiled(f"plugins: {{sidecar: {{{field}: {text}}}}}\n{JOB}")["plugins"] == {"sidecar": {field: expected}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        case("12 plugins.notifications[]: connections", "connections: [slack]", {"connections": ["slack"]}),
        *(
            case(
                f"12 plugins.notifications[]: trigger {it}",
                f"connections: [a], trigger: {it}",
                {"connections": ["a"], "trigger": it},
            )
            for it in ("failed", "stopped", "succeeded", "done", "running")
        ),
    ],
)
def test_the_keys_of_a_notification(text: str, expected: Tree) -> None:
    assert compiled(f"plugins: {{notifications: [{{{text}}}]}}\n{JOB}")["plugins"] == {"notifications": [expected]}


@pytest.mark.parametrize(
    ("field", "text", "expected"), [case(f"12 hooks[]: {field} {text}", field, text, expected) for field, text, expected in HOOK]
)
def test_the_keys_of_a_hook(field: str, text: str, expected: Any) -> None:
    hooks = compiled(
        f"hooks: [{{hubRef: slack, {field}: {text}}}]\n{JOB}" if field != "hubRef" else f"hooks: [{{hubRef: slack}}]\n{JOB}"
    )
    assert hooks["hooks"] == [{"hubRef": "slack", field: expected}]


@pytest.mark.parametrize(
    ("cls", "table"),
    [
        case("12 environment", Environment, ENVIRONMENT),
        case("12 plugins.sidecar", Sidecar, SIDECAR),
        case("12 plugins.notifications[]", Notification, [("connections",), ("trigger",)]),
        case("12 hooks[]", Hook, HOOK),
        *(case(f"12 {name}", cls, table) for name, cls, table in TABLES),
        case("12 init[]", Init, [(key,) for it in INIT for key in it.values[1]]),
    ],
)
def test_no_key_of_a_section_is_left_out(cls: Any, table: list[tuple[str, ...]]) -> None:
    assert {entry[0] for entry in table} == keys_of(cls)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        case(
            "12 termination: another key",
            "termination: {retries: 1}",
            ("unknown-field", "unknown field `retries` of a termination"),
        ),
        case("12 cache: another section", "cache: {sections: [container]}", ("not-allowed", "unknown section")),
        case("12 cache: another key", "cache: {disabled: true}", ("unknown-field", "unknown field `disabled` of a cache")),
        case("12 build: no hubRef", "build: {queue: q}", ("missing-field", "the field `hubRef` is missing")),
        case("12 build: another strategy", "build: {hubRef: k, patchStrategy: over}", ("not-allowed", "unknown patch strategy")),
        case("12 hooks[]: no hubRef", "hooks: [{trigger: done}]", ("missing-field", "the field `hubRef` is missing")),
        case("12 hooks[]: another trigger", "hooks: [{hubRef: a, trigger: ended}]", ("not-allowed", "unknown trigger")),
        case(
            "12 plugins.notifications[]: no connections",
            "plugins: {notifications: [{trigger: done}]}",
            ("missing-field", "the field `connections` is missing"),
        ),
        case(
            "12 plugins.notifications[]: another trigger",
            "plugins: {notifications: [{connections: [a], trigger: ended}]}",
            ("not-allowed", "unknown status"),
        ),
        case("12 plugins: no bool", "plugins: {auth: 'yes please'}", ("wrong-type", "expected a bool or a template, found text")),
        *(
            case(
                f"12 plugins: {it} of a job",
                f"plugins: {{{it}: true}}",
                ("service-only-plugin", f"only a service takes `plugins.{it}`, and the run is of kind `job`"),
            )
            for it in ("sandbox", "ssh")
        ),
        case(
            "12 template: another key",
            "template: {enable: true}",
            ("unknown-field", "unknown field `enable` of a template section"),
        ),
        case("12 mount[]: another key", "mount: [{source: a}]", ("unknown-field", "unknown field `source` of a mount")),
        case("12 mount[]: a text alone", "mount: a:/b", ("wrong-type", "expected a list, found text")),
    ],
)
def test_what_the_sections_do_not_take(text: str, problem: tuple[str, str]) -> None:
    assert refused(f"{text}\n{JOB}") == [problem]


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        case("12 cache: switched off by the call", False, {"disable": True}),
        case("12 cache: switched on by the call", True, {"disable": False}),
    ],
)
def test_a_call_decides_on_the_cache(option: bool, expected: Tree) -> None:
    assert compiled(JOB, cache=option)["cache"] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        case("12 mount[]: from and to", "{from: src, to: /code}", {"from": "src", "to": "/code"}),
        case("12 mount[]: path_from and path_to", "{path_from: src, path_to: /code}", {"from": "src", "to": "/code"}),
        case("12 mount[]: a text", "src:/code", "src:/code"),
        case("12 mount[]: one folder", "src", "src"),
    ],
)
def test_mounts(text: str, expected: Any) -> None:
    assert compiled(f"mount: [{text if text.startswith('{') else repr(text)}]\n{JOB}")["mount"] == [expected]
