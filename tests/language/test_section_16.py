"""What templates see (polyaxonfile section 16)."""

from typing import Any

import attrs
import pytest

from polyspec import RunContext
from tests.language.compiling import CONTEXT, REPO, STORE, UUID, Tree, case, compiled, refused, spec_of

FULL = attrs.evolve(
    CONTEXT,
    owner="acme/team",
    project_uuid="p" * 32,
    user="ann",
    user_email="ann@example.com",
    iteration=3,
    created_at="2024-01-01",
    compiled_at="2024-01-02",
    schedule_at="2024-01-03",
    started_at="2024-01-04",
    finished_at="2024-01-05",
    duration=1.5,
    cloning_kind="restart",
    original_uuid="o" * 32,
    is_independent=False,
    artifacts_store=STORE,
    connections=[REPO],
)
GLOBALS: dict[str, Any] = {
    "owner_name": "acme/team",
    "project_name": "demo",
    "project_unique_name": "acme.demo",
    "project_uuid": "p" * 32,
    "username": "ann",
    "user_email": "ann@example.com",
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
    "created_at": "2024-01-01",
    "compiled_at": "2024-01-02",
    "schedule_at": "2024-01-03",
    "started_at": "2024-01-04",
    "finished_at": "2024-01-05",
    "duration": 1.5,
    "cloning_kind": "restart",
    "original_uuid": "o" * 32,
    "is_independent": False,
}
PODS: dict[str, tuple[str, ...]] = {
    "job": (),
    "service": (),
    "notifier": (),
    "cleaner": (),
    "tuner": (),
    "mpijob": ("launcher", "worker"),
    "pytorchjob": ("master", "worker"),
    "tfjob": ("chief", "ps", "worker", "evaluator"),
    "daskcluster": ("scheduler", "worker"),
    "raycluster": ("head", "workers.small"),
}
"""Every kind of run that has pods, with its replicas."""
PLACES = [(kind, role) for kind, roles in PODS.items() for role in (roles or ("",))]


def run_of(kind: str, role: str, pod: str) -> str:
    """The YAML of a run whose one pod is given."""
    inner = f"{{{pod}}}"
    for name in reversed(role.split(".")) if role else ():
        inner = f"{{{name}: {inner}}}"
    return f"run: {{kind: {kind}, {inner[1:]}"


def pod_of(tree: Tree, role: str) -> Tree:
    """The pod of a compiled run."""
    found: Tree = tree["run"]
    for name in role.split(".") if role else ():
        found = found[name]
    return found


def seen(expression: str, params: Tree | None = None, head: str = "", context: RunContext = CONTEXT) -> Any:
    """What a job's template gives, its type kept: by way of an env of a Dockerfile, which takes anything."""
    init = f"init: [{{dockerfile: {{image: busybox, env: {{V: {expression!r}}}}}}}]"
    tree = compiled(f"{head}\nrun: {{kind: job, {init}, container: {{image: busybox}}}}", params, context=context)
    return tree["run"]["init"][0]["dockerfile"]["env"]["V"]


@pytest.mark.parametrize(("name", "value"), [case(f"16 globals: {name}", name, value) for name, value in GLOBALS.items()])
def test_each_of_the_globals(name: str, value: Any) -> None:
    found = seen(f"{{{{ globals.{name} }}}}", context=FULL)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("kind", "role"),
    [case(f"16 {'distributed' if role else 'globals'}: every name, {kind} {role}", kind, role) for kind, role in PLACES],
)
def test_every_pod_of_every_kind_sees_all_globals(kind: str, role: str) -> None:
    args = ", ".join(f"'{name}={{{{ globals.{name} }}}}'" for name in GLOBALS)
    text = run_of(kind, role, f"container: {{image: busybox, args: [{args}]}}")
    pod = pod_of(compiled(text, context=FULL), role)
    assert pod["container"]["args"] == [f"{name}={value}" for name, value in GLOBALS.items()]


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        case(f"16 {'distributed' if role else 'connections.NAME.*, init.NAME.*'}: {kind} {role}", kind, role)
        for kind, role in PLACES
    ],
)
def test_every_pod_sees_its_own_connections_and_init_steps(kind: str, role: str) -> None:
    args = "'{{ connections.repo.url }}', '{{ connections[\"repo\"][\"url\"] }}', '{{ init.store.mountPath }}'"
    pod = f"connections: [repo], init: [{{paths: [a]}}], container: {{image: busybox, args: [{args}]}}"
    found = pod_of(compiled(run_of(kind, role, pod), context=FULL), role)
    assert found["container"]["args"] == ["https://git.example.com/x", "https://git.example.com/x", "/claim"]


@pytest.mark.parametrize(
    ("run", "expression"),
    [
        case(
            "16 distributed: not those of another replica",
            "{kind: mpijob, launcher: {connections: [repo]}, worker: {container: {image: busybox, args: [ARG]}}}",
            "'{{ connections.repo.url }}'",
        ),
        case(
            "16 connections.NAME.*, init.NAME.*: those that are asked for alone",
            "{kind: job, container: {image: busybox, args: [ARG]}}",
            "'{{ init.repo.url }}'",
        ),
    ],
)
def test_connections_are_those_of_the_pod(run: str, expression: str) -> None:
    assert refused(f"run: {run.replace('ARG', expression)}", context=FULL) == [("unknown-name", "unknown field `repo`")]


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        case("16 distributed: entrypoint (S38)", "entrypoint", "'run {{ globals.name }}'", "run first"),
        case("16 distributed: metadata (S38)", "metadata", "{owner: '{{ globals.owner_name }}'}", {"owner": "acme"}),
        case("16 distributed: rayVersion (S38)", "rayVersion", "'{{ version }}'", "2.5.0"),
    ],
)
def test_the_fields_beside_the_replicas_are_rendered(field: str, text: str, expected: Any) -> None:
    run = compiled(f"run: {{kind: raycluster, head: {{replicas: 1}}, {field}: {text}}}", {"version": "2.5.0"})["run"]
    assert run[field] == expected


@pytest.mark.parametrize(
    ("fields", "prefix"),
    [
        case("16 globals of a service: base_url", "", "/services/v1"),
        case("16 globals of a service: base_url, rewritePath", "rewritePath: true,", "/rewrite-services/v1"),
        case("16 globals of a service: base_url, isExternal", "isExternal: true,", "/external/v1"),
        case("16 globals of a service: base_url, both", "isExternal: true, rewritePath: true,", "/rewrite-external/v1"),
        case(
            "16 globals of a service: base_url, templates",
            "isExternal: '{{ no }}', rewritePath: '{{ yes }}',",
            "/rewrite-services/v1",
        ),
    ],
)
def test_a_service_knows_its_addresses(fields: str, prefix: str) -> None:
    args = "'{{ globals.base_url }}', '{{ globals.base_urls[1] }}', '{{ globals.ports[0] }}'"
    text = f"run: {{kind: service, {fields} ports: [8888, 6006], container: {{image: busybox, args: [{args}]}}}}"
    base = f"{prefix}/ns/acme/demo/runs/{UUID}"
    found = compiled(text, {"no": False, "yes": True})["run"]["container"]["args"]
    assert found == [f"{base}/8888", f"{base}/6006", "8888"]


@pytest.mark.parametrize(
    ("ports", "port"),
    [
        case("16 globals of a service: ports, 80 without any", "", "80"),
        case("16 globals of a service: ports, a template", "ports: '{{ given }}',", "8888"),
    ],
)
def test_the_port_of_a_service(ports: str, port: str) -> None:
    text = f"run: {{kind: service, {ports} container: {{image: busybox, args: ['{{{{ globals.base_url }}}}']}}}}"
    assert compiled(text, {"given": [8888]})["run"]["container"]["args"] == [f"/services/v1/ns/acme/demo/runs/{UUID}/{port}"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *(case(f"16 globals of a service: no {name} elsewhere", name, "job") for name in ("ports", "base_url", "base_urls")),
        *(case(f"16 globals.status, globals.condition: no {name} here", name, "job") for name in ("status", "condition")),
    ],
)
def test_globals_that_a_run_does_not_have(name: str, kind: str) -> None:
    text = f"run: {{kind: {kind}, container: {{image: busybox, args: ['{{{{ globals.{name} }}}}']}}}}"
    assert refused(text) == [("unknown-name", f"unknown field `{name}`")]


@pytest.mark.parametrize("name", [case("16 globals.status, globals.condition: by ref", "status")])
def test_the_status_of_another_operation_by_reference(name: str) -> None:
    job = "{run: {kind: job, container: {image: busybox}}}"
    param = f"{{ref: ops.a, value: globals.{name}, contextOnly: true}}"
    operations = f"[{{name: a, component: {job}}}, {{name: b, params: {{p: {param}}}, component: {job}}}]"
    assert spec_of(f"run: {{kind: dag, operations: {operations}}}").graph.levels == (("a",), ("b",))


@pytest.mark.parametrize(
    ("plugins", "context", "name", "value"),
    [
        case("16 path rules: collected", "", CONTEXT, "run_artifacts_path", f"/plx-context/artifacts/{UUID}"),
        case(
            "16 path rules: collected, outputs",
            "collectArtifacts: true",
            CONTEXT,
            "run_outputs_path",
            f"/plx-context/artifacts/{UUID}/outputs",
        ),
        case("16 path rules: not collected", "collectArtifacts: false", FULL, "run_artifacts_path", f"/claim/{UUID}"),
        case(
            "16 path rules: not collected, outputs", "collectArtifacts: false", FULL, "run_outputs_path", f"/claim/{UUID}/outputs"
        ),
        case("16 path rules: store_path", "mountArtifactsStore: true", FULL, "store_path", "/claim"),
        case("16 path rules: no store_path unless mounted", "mountArtifactsStore: false", FULL, "store_path", ""),
        case(
            "16 path rules: another root",
            "",
            attrs.evolve(CONTEXT, context_root="/ctx"),
            "run_outputs_path",
            f"/ctx/artifacts/{UUID}/outputs",
        ),
        case("16 path rules: another root, context_path", "", attrs.evolve(CONTEXT, context_root="/ctx"), "context_path", "/ctx"),
        case(
            "16 path rules: a path of the run's own",
            "",
            attrs.evolve(CONTEXT, run_path="my/run"),
            "run_artifacts_path",
            "/plx-context/artifacts/my/run",
        ),
    ],
)
def test_paths(plugins: str, context: RunContext, name: str, value: str) -> None:
    assert seen(f"{{{{ globals.{name} }}}}", head=f"plugins: {{{plugins}}}", context=context) == value


@pytest.mark.parametrize("name", [case("16 path rules: no store and not collected", "run_artifacts_path")])
def test_without_a_store_there_is_no_path(name: str) -> None:
    text = (
        f"plugins: {{collectArtifacts: false}}\nrun: {{kind: job, container: {{image: x, args: ['{{{{ globals.{name} }}}}']}}}}"
    )
    assert refused(text) == [("unknown-name", f"unknown field `{name}`")]


IOS = """
inputs:
- {name: lr, type: float, value: 0.1, connection: repo}
- {name: n, type: int, value: 3}
- {name: s, type: str, value: "5"}
- {name: fast, type: bool, isFlag: true, value: true}
- {name: slow, type: bool, isFlag: true, value: false}
- {name: b, type: bool, value: false}
- {name: d, type: dict, value: {a: 1}}
- {name: xs, type: int, isList: true, value: [1, 2]}
- {name: none, type: int, isOptional: true}
- {name: rate, type: float, value: 0.5, argFormat: "--rate {{ rate }}"}
outputs: [{name: out, type: str, value: o}]
"""


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        case("16 input/output/context names: float", "{{ lr }}", 0.1),
        case("16 input/output/context names: int", "{{ n }}", 3),
        case("16 input/output/context names: str", "{{ s }}", "5"),
        case("16 input/output/context names: a flag", "{{ fast }}", "--fast"),
        case("16 input/output/context names: a flag that is off", "{{ slow }}", ""),
        case("16 input/output/context names: bool", "{{ b }}", False),
        case("16 input/output/context names: dict", "{{ d }}", {"a": 1}),
        case("16 input/output/context names: a list", "{{ xs }}", [1, 2]),
        case("16 input/output/context names: null", "{{ none }}", None),
        case("16 input/output/context names: an output", "{{ out }}", "o"),
        case("16 input/output/context names: a context", "{{ extra }}", [1]),
        case("16 params.NAME: value", "{{ params.lr.value }}", 0.1),
        case("16 params.NAME: value of a flag", "{{ params.fast.value }}", True),
        case("16 params.NAME: type", "{{ params.lr.type }}", "float"),
        case("16 params.NAME: type of a context", "{{ params.extra.type }}", None),
        case("16 params.NAME: connection", "{{ params.lr.connection }}", "repo"),
        case("16 params.NAME: as_str", "{{ params.lr.as_str }}", "0.1"),
        case("16 params.NAME: as_str of a dict", "{{ params.d.as_str }}", '{"a":1}'),
        case("16 params.NAME: as_arg", "{{ params.lr.as_arg }}", "--lr=0.1"),
        case("16 params.NAME: as_arg of a dict", "{{ params.d.as_arg }}", '--d={"a":1}'),
        case("16 params.NAME: as_arg of a bool", "{{ params.b.as_arg }}", "--b=false"),
        case("16 params.NAME: as_arg of a flag", "{{ params.fast.as_arg }}", "--fast"),
        case("16 params.NAME: as_arg of a flag that is off", "{{ params.slow.as_arg }}", ""),
        case("16 params.NAME: as_arg of null", "{{ params.none.as_arg }}", ""),
        case("16 params.NAME: as_arg by argFormat", "{{ params.rate.as_arg }}", "--rate 0.5"),
        case("16 params.NAME: as_arg of an output", "{{ params.out.as_arg }}", "--out=o"),
        case("16 params.NAME: by bracket", "{{ params['lr']['value'] }}", 0.1),
    ],
)
def test_values_by_name(expression: str, value: Any) -> None:
    found = seen(expression, {"extra": [1]}, head=IOS, context=FULL)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("inputs", "params", "args"),
    [
        case(
            "16 params.as_args: in order, without the empty ones",
            IOS,
            {},
            ["--lr=0.1", "--n=3", "--s=5", "--fast", "--b=false", '--d={"a":1}', "--xs=[1,2]", "--rate 0.5", "--out=o"],
        ),
        case("16 params.as_args: contexts", "", {"a": 1, "b": "x"}, ["--a=1", "--b=x"]),
        case("16 params.as_args: none", "", {}, []),
    ],
)
def test_all_params_as_arguments(inputs: str, params: Tree, args: list[str]) -> None:
    text = f"{inputs}\nrun: {{kind: job, container: {{image: busybox, args: '{{{{ params.as_args }}}}'}}}}"
    assert compiled(text, params, context=FULL)["run"]["container"]["args"] == args


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        case("16 filter map_format: over a list", "{{ xs | map('map_format', '--x=%s') | list }}", ["--x=1", "--x=2"]),
        case("16 filter map_format: with a name", "{{ xs | map('map_format', '--x=%(v)s', 'v') | list }}", ["--x=1", "--x=2"]),
        case("16 filter map_format: of one value", "{{ n | map_format('%d') }}", "3"),
        case("16 jinja statements: if", "{% if lr > 0.05 %}high{% else %}low{% endif %}", "high"),
        case("16 jinja statements: elif", "{% if n > 5 %}a{% elif n > 2 %}b{% endif %}", "b"),
        case("16 jinja statements: for", "{% for x in xs %}{{ x }},{% endfor %}", "1,2,"),
    ],
)
def test_filters_and_statements(expression: str, value: Any) -> None:
    assert seen(expression, head=IOS, context=FULL) == value


@pytest.mark.parametrize("word", [case(f"16 jinja statements: no {word}", word) for word in ("set", "include", "import")])
def test_statements_that_are_not_of_the_language(word: str) -> None:
    rest = {"set": "x = 1 %}", "include": "'x' %}", "import": "'x' as y %}"}[word]
    text = f'run: {{kind: job, container: {{image: busybox, args: ["{{% {word} {rest}"]}}}}'
    assert refused(text) == [("template-language", f"`{word}` is not part of the template language")]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        case(
            "16 operators for/if: an item of args", "args: [{for: xs, do: a}]", ("wrong-type", "expected text, found a mapping")
        ),
        case("16 operators for/if: an item of env", "env: [{if: x, do: a}]", ("missing-field", "the field `name` is missing")),
    ],
)
def test_operators_are_not_of_the_language(text: str, problem: tuple[str, str]) -> None:
    assert problem in refused(f"run: {{kind: job, container: {{image: busybox, {text}}}}}")
