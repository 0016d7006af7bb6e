"""Run kinds, every field of every kind (polyaxonfile section 11)."""

from typing import Any

import pytest

from polyspec import RunResources
from tests.language.compiling import Tree, case, compiled, refused, spec_of
from tests.language.rows import row

MAIN: Tree = {"container": {"image": "busybox"}}
PODS = ("job", "notifier", "cleaner", "tuner", "service")
ROLES = {
    "mpijob": ("launcher", "worker"),
    "pytorchjob": ("master", "worker"),
    "tfjob": ("chief", "ps", "worker", "evaluator"),
    "daskcluster": ("worker", "scheduler"),
    "raycluster": ("head",),
}

COMMON: list[tuple[str, str, Any]] = [
    ("environment", "{labels: {a: b}}", {"labels": {"a": "b"}}),
    ("connections", "[repo]", ["repo"]),
    ("volumes", "[{name: tmp, emptyDir: {}}]", [{"name": "tmp", "emptyDir": {}}]),
    ("init", "[{git: {url: 'https://git.example.com/x'}}]", [{"git": {"url": "https://git.example.com/x"}}]),
    ("sidecars", "[{name: logs, image: fluentd}]", [{"name": "logs", "image": "fluentd"}]),
    ("container", "{image: busybox, command: [ls]}", {"image": "busybox", "command": ["ls"]}),
]


def test_the_tables_of_this_module_hold_every_kind_of_the_language() -> None:
    (problem,) = refused("run: {kind: watchdog, container: {image: busybox}}")
    assert problem == ("unknown-kind", "unknown kind of run")
    assert {*PODS, *ROLES, "dag"} == {case.values[0] for case in KINDS}


KINDS = [
    *(case(f"11 {kind}", kind, "container: {image: busybox}", MAIN) for kind in PODS),
    case(
        "11 dag",
        "dag",
        "operations: [{name: a, component: {run: {kind: job, container: {image: busybox}}}}]",
        {"operations": [{"name": "a", "component": {"run": {"kind": "job", **MAIN}}}]},
    ),
    *(
        case(f"11 {kind}", kind, f"{roles[0]}: {{container: {{image: busybox}}}}", {roles[0]: MAIN})
        for kind, roles in ROLES.items()
    ),
]


@pytest.mark.parametrize(("kind", "fields", "expected"), KINDS)
def test_every_kind_of_run_compiles(kind: str, fields: str, expected: Tree) -> None:
    assert compiled(f"run: {{kind: {kind}, {fields}}}")["run"] == {"kind": kind, **expected}


@pytest.mark.parametrize(
    "kind", [case(f"11 run.kind: {kind} is not authorable", kind) for kind in ("matrix", "schedule", "watchdog", "builder")]
)
def test_kinds_of_the_platform_are_not_written(kind: str) -> None:
    assert refused(f"run: {{kind: {kind}, container: {{image: busybox}}}}") == [("unknown-kind", "unknown kind of run")]


@pytest.mark.parametrize(
    ("kind", "field", "text", "expected"),
    [case(f"11 common: {field}, {kind}", kind, field, text, expected) for kind in PODS for field, text, expected in COMMON],
)
def test_the_six_sections_of_a_pod(kind: str, field: str, text: str, expected: Any) -> None:
    assert compiled(f"run: {{kind: {kind}, {field}: {text}}}")["run"] == {"kind": kind, field: expected}


@pytest.mark.parametrize(
    ("kind", "role", "field", "text", "expected"),
    [
        case(f"11 common: {field}, {kind} {role}", kind, role, field, text, expected)
        for kind, roles in ROLES.items()
        for role in roles
        for field, text, expected in (*COMMON, ("replicas", "3", 3))
    ],
)
def test_the_six_sections_of_every_replica(kind: str, role: str, field: str, text: str, expected: Any) -> None:
    assert compiled(f"run: {{kind: {kind}, {role}: {{{field}: {text}}}}}")["run"] == {"kind": kind, role: {field: expected}}


@pytest.mark.parametrize("field", [case(f"11 common: {field}, a template", field) for field, _, _ in COMMON])
def test_each_section_may_be_one_template(field: str) -> None:
    value = next(expected for name, _, expected in COMMON if name == field)
    for kind, path in (("job", ()), ("mpijob", ("worker",)), ("raycluster", ("head",))):
        section = f"{field}: '{{{{ given }}}}'"
        inner = f"{path[0]}: {{{section}}}" if path else section
        run = compiled(f"run: {{kind: {kind}, {inner}}}", {"given": value})["run"]
        assert (run[path[0]] if path else run)[field] == value


@pytest.mark.parametrize(
    "field", [case("11 common: volumes is a list", "volumes"), case("11 common: sidecars is a list", "sidecars")]
)
def test_volumes_and_sidecars_are_lists(field: str) -> None:
    problem = ("wrong-type", "expected a list or a template, found a mapping")
    assert refused(f"run: {{kind: job, {field}: {{name: x}}, container: {{image: busybox}}}}") == [problem]


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        case("11 service: ports", "service", "ports: [8888, 6006]", {"ports": [8888, 6006]}),
        case("11 service: rewritePath", "service", "rewritePath: true", {"rewritePath": True}),
        case("11 service: isExternal", "service", "isExternal: true", {"isExternal": True}),
        case("11 service: replicas", "service", "replicas: 2", {"replicas": 2}),
        case("11 mpijob: slotsPerWorker", "mpijob", "slotsPerWorker: 2", {"slotsPerWorker": 2}),
        case("11 mpijob: schedulingPolicy", "mpijob", "schedulingPolicy: {queue: q}", {"schedulingPolicy": {"queue": "q"}}),
        case(
            "11 pytorchjob: schedulingPolicy", "pytorchjob", "schedulingPolicy: {queue: q}", {"schedulingPolicy": {"queue": "q"}}
        ),
        case(
            "11 pytorchjob: elasticPolicy", "pytorchjob", "elasticPolicy: {maxRestarts: 1}", {"elasticPolicy": {"maxRestarts": 1}}
        ),
        case("11 pytorchjob: nProcPerNode", "pytorchjob", "nProcPerNode: 8", {"nProcPerNode": 8}),
        case("11 tfjob: schedulingPolicy", "tfjob", "schedulingPolicy: {queue: q}", {"schedulingPolicy": {"queue": "q"}}),
        case("11 tfjob: enableDynamicWorker", "tfjob", "enableDynamicWorker: true", {"enableDynamicWorker": True}),
        case("11 tfjob: successPolicy", "tfjob", "successPolicy: AllWorkers", {"successPolicy": "AllWorkers"}),
        case("11 daskcluster: minReplicas", "daskcluster", "minReplicas: 1", {"minReplicas": 1}),
        case("11 daskcluster: maxReplicas", "daskcluster", "maxReplicas: 4", {"maxReplicas": 4}),
        case("11 raycluster: entrypoint", "raycluster", "entrypoint: python train.py", {"entrypoint": "python train.py"}),
        case("11 raycluster: runtimeEnv", "raycluster", "runtimeEnv: {pip: [torch]}", {"runtimeEnv": {"pip": ["torch"]}}),
        case("11 raycluster: metadata", "raycluster", "metadata: {a: 1}", {"metadata": {"a": "1"}}),
        case("11 raycluster: rayVersion", "raycluster", "rayVersion: 2.5.0", {"rayVersion": "2.5.0"}),
        case(
            "11 raycluster: enableInTreeAutoscaling",
            "raycluster",
            "enableInTreeAutoscaling: true",
            {"enableInTreeAutoscaling": True},
        ),
        case(
            "11 raycluster: workers{name}",
            "raycluster",
            "workers: {small: {replicas: 2}, large: {replicas: 1}}",
            {"workers": {"small": {"replicas": 2}, "large": {"replicas": 1}}},
        ),
        case(
            "11 raycluster: autoscalerOptions upscalingMode",
            "raycluster",
            "autoscalerOptions: {upscalingMode: Aggressive}",
            {"autoscalerOptions": {"upscalingMode": "Aggressive"}},
        ),
        case(
            "11 raycluster: autoscalerOptions imagePullPolicy",
            "raycluster",
            "autoscalerOptions: {imagePullPolicy: Always}",
            {"autoscalerOptions": {"imagePullPolicy": "Always"}},
        ),
        case(
            "11 raycluster: autoscalerOptions resources",
            "raycluster",
            "autoscalerOptions: {resources: {limits: {cpu: 1}}}",
            {"autoscalerOptions": {"resources": {"limits": {"cpu": 1}}}},
        ),
        *(
            case(f"11 cleanPodPolicy: {policy}, {kind}", kind, f"cleanPodPolicy: {policy}", {"cleanPodPolicy": policy})
            for kind in ("mpijob", "pytorchjob", "tfjob")
            for policy in ("All", "Running", "None")
        ),
    ],
)
def test_the_fields_of_a_kind(kind: str, text: str, expected: Tree) -> None:
    role = ROLES.get(kind, ("",))[0]
    main, base = (f"{role}: {{container: {{image: busybox}}}}", {role: MAIN}) if role else ("container: {image: busybox}", MAIN)
    assert compiled(f"run: {{kind: {kind}, {main}, {text}}}")["run"] == {"kind": kind, **base, **expected}


OPERATION = "[{name: a, component: {run: {kind: job, container: {image: busybox}}}}]"


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        case("11 dag: operations", "operations", OPERATION, [{"name": "a", "component": {"run": {"kind": "job", **MAIN}}}]),
        case(
            "11 dag: components",
            "components",
            "[{name: c, run: {kind: job, container: {image: busybox}}}]",
            [{"name": "c", "run": {"kind": "job", **MAIN}}],
        ),
        case("11 dag: concurrency", "concurrency", "3", 3),
        case(
            "11 dag: earlyStopping",
            "earlyStopping",
            "[{kind: failure_early_stopping, percent: 50}]",
            [{"kind": "failure_early_stopping", "percent": 50}],
        ),
        *(case(f"11 dag: {field}", field, text, expected) for field, text, expected in COMMON[:3]),
    ],
)
def test_the_fields_of_a_dag(field: str, text: str, expected: Any) -> None:
    operations = "" if field == "operations" else f"operations: {OPERATION}, "
    assert compiled(f"run: {{kind: dag, {operations}{field}: {text}}}")["run"][field] == expected


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        case(f"11 {kind}: no {field}", kind, field)
        for kind, field in [
            ("job", "ports"),
            ("notifier", "replicas"),
            ("cleaner", "ports"),
            ("tuner", "replicas"),
            ("service", "worker"),
        ]
    ],
)
def test_a_kind_has_no_fields_of_another(kind: str, field: str) -> None:
    text = f"run: {{kind: {kind}, container: {{image: busybox}}, {field}: [1]}}"
    assert refused(text) == [("unknown-field", f"unknown field `{field}` of a {kind}")]


POLICY: list[tuple[str, str, Any]] = [
    ("minAvailable", "2", 2),
    ("queue", "gpu", "gpu"),
    ("minResources", "1", 1),
    ("priorityClass", "high", "high"),
    ("scheduleTimeoutSeconds", "60", 60),
]
ELASTIC: list[tuple[str, str, Any]] = [
    ("minReplicas", "1", 1),
    ("maxReplicas", "4", 4),
    ("rdvzBackend", "c10d", "c10d"),
    ("rdvzPort", "29400", 29400),
    ("rdvzHost", "host", "host"),
    ("rdvzId", "id", "id"),
    ("rdvzConf", "[{key: timeout, value: 1}]", [{"key": "timeout", "value": 1}]),
    ("standalone", "true", True),
    ("nProcPerNode", "8", 8),
    ("maxRestarts", "3", 3),
    ("Metrics", "[{type: Resource}]", [{"type": "Resource"}]),
]


@pytest.mark.parametrize(
    ("kind", "section", "field", "text", "expected"),
    [
        *(
            case(f"11 schedulingPolicy: {field}, {kind}", kind, "schedulingPolicy", field, text, expected)
            for kind in ("mpijob", "pytorchjob", "tfjob")
            for field, text, expected in POLICY
        ),
        *(
            case(f"11 pytorchjob: elasticPolicy {field}", "pytorchjob", "elasticPolicy", field, text, expected)
            for field, text, expected in ELASTIC
        ),
    ],
)
def test_the_fields_of_a_policy(kind: str, section: str, field: str, text: str, expected: Any) -> None:
    run = compiled(f"run: {{kind: {kind}, {section}: {{{field}: {text}}}, worker: {{container: {{image: busybox}}}}}}")["run"]
    assert run[section] == {field: expected}


@pytest.mark.parametrize("kind", [case(f"11 cleanPodPolicy: {kind}", kind) for kind in ("mpijob", "pytorchjob", "tfjob")])
def test_a_clean_pod_policy_is_one_of_three(kind: str) -> None:
    text = f"run: {{kind: {kind}, cleanPodPolicy: Some, worker: {{container: {{image: busybox}}}}}}"
    assert refused(text) == [("not-allowed", "unknown clean pod policy")]


@pytest.mark.parametrize(
    ("place", "field", "text", "expected"),
    [
        case(f"11 raycluster: replica {field}, {place}", place, field, text, expected)
        for place in ("head", "workers")
        for field, text, expected in (
            ("minReplicas", "1", 1),
            ("maxReplicas", "4", 4),
            ("rayStartParams", "{num-cpus: 2}", {"num-cpus": "2"}),
            ("replicas", "2", 2),
        )
    ],
)
def test_a_replica_of_a_ray_cluster_has_bounds_of_its_own(place: str, field: str, text: str, expected: Any) -> None:
    replica = f"{{{field}: {text}}}"
    written = f"head: {replica}" if place == "head" else f"workers: {{small: {replica}}}"
    run = compiled(f"run: {{kind: raycluster, {written}}}")["run"]
    assert (run["head"] if place == "head" else run["workers"]["small"]) == {field: expected}


@pytest.mark.parametrize(
    ("replica", "problem"),
    [
        case(
            "11 kubeflow replica: no bounds of its own",
            "mpijob, worker: {minReplicas: 1}",
            ("unknown-field", "unknown field `minReplicas` of a replica"),
        ),
        case(
            "11 daskcluster: replica has no bounds of its own",
            "daskcluster, worker: {minReplicas: 1}",
            ("unknown-field", "unknown field `minReplicas` of a replica"),
        ),
        case(
            "11 kubeflow replica: replicas is a count",
            "tfjob, ps: {replicas: '2'}",
            ("wrong-type", "expected an integer or a template, found text"),
        ),
    ],
)
def test_what_a_replica_does_not_take(replica: str, problem: tuple[str, str]) -> None:
    assert refused(f"run: {{kind: {replica}}}") == [problem]


@pytest.mark.parametrize(
    ("run", "patch", "expected"),
    [
        case(
            "11 kubeflow replica: a patch goes to each",
            "{kind: tfjob, chief: {container: {image: a}}, ps: {container: {image: b}}}",
            "{environment: {nodeName: n}}",
            {
                "kind": "tfjob",
                "chief": {"environment": {"nodeName": "n"}, "container": {"image": "a"}},
                "ps": {"environment": {"nodeName": "n"}, "container": {"image": "b"}},
            },
        ),
        case(
            "11 daskcluster: a patch goes to each replica",
            "{kind: daskcluster, worker: {replicas: 2}, scheduler: {container: {image: b}}}",
            "{container: {image: c}}",
            {
                "kind": "daskcluster",
                "worker": {"replicas": 2, "container": {"image": "c"}},
                "scheduler": {"container": {"image": "c"}},
            },
        ),
        case(
            "11 raycluster: a patch goes to the head and each worker",
            "{kind: raycluster, head: {replicas: 1}, workers: {small: {replicas: 2}, large: {replicas: 3}}}",
            "{connections: [repo]}",
            {
                "kind": "raycluster",
                "head": {"replicas": 1, "connections": ["repo"]},
                "workers": {
                    "small": {"replicas": 2, "connections": ["repo"]},
                    "large": {"replicas": 3, "connections": ["repo"]},
                },
            },
        ),
        case(
            "11 raycluster: a patch adds a worker",
            "{kind: raycluster, head: {replicas: 1}, workers: {small: {replicas: 2}}}",
            "{workers: {large: {replicas: 3}}}",
            {"kind": "raycluster", "head": {"replicas": 1}, "workers": {"small": {"replicas": 2}, "large": {"replicas": 3}}},
        ),
        case(
            "11 mpijob: a patch of one replica",
            "{kind: mpijob, launcher: {replicas: 1}, worker: {replicas: 2}}",
            "{worker: {replicas: 4}}",
            {"kind": "mpijob", "launcher": {"replicas": 1}, "worker": {"replicas": 4}},
        ),
    ],
)
def test_patches_of_runs_with_replicas(run: str, patch: str, expected: Tree) -> None:
    assert compiled(f"{{kind: operation, runPatch: {patch}, component: {{run: {run}}}}}")["run"] == expected


CONTAINER: list[tuple[str, str, Any]] = [
    ("name", "main", "main"),
    ("image", "busybox", "busybox"),
    ("imagePullPolicy", "Always", "Always"),
    ("command", "[python]", ["python"]),
    ("args", "[-m, train]", ["-m", "train"]),
    ("workingDir", "/w", "/w"),
    ("env", "[{name: A, value: b}]", [{"name": "A", "value": "b"}]),
    ("envFrom", "[{secretRef: {name: s}}]", [{"secretRef": {"name": "s"}}]),
    ("ports", "[{containerPort: 80}]", [{"containerPort": 80}]),
    ("resources", "{requests: {cpu: 1}}", {"requests": {"cpu": 1}}),
    (
        "resizePolicy",
        "[{resourceName: cpu, restartPolicy: NotRequired}]",
        [{"resourceName": "cpu", "restartPolicy": "NotRequired"}],
    ),
    ("volumeMounts", "[{name: v, mountPath: /m}]", [{"name": "v", "mountPath": "/m"}]),
    ("volumeDevices", "[{name: v, devicePath: /d}]", [{"name": "v", "devicePath": "/d"}]),
    ("livenessProbe", "{exec: {command: [ls]}}", {"exec": {"command": ["ls"]}}),
    ("readinessProbe", "{tcpSocket: {port: 80}}", {"tcpSocket": {"port": 80}}),
    ("startupProbe", "{httpGet: {port: 80}}", {"httpGet": {"port": 80}}),
    ("lifecycle", "{preStop: {exec: {command: [ls]}}}", {"preStop": {"exec": {"command": ["ls"]}}}),
    ("securityContext", "{runAsUser: 1}", {"runAsUser": 1}),
    ("restartPolicy", "Always", "Always"),
    ("stdin", "true", True),
    ("stdinOnce", "true", True),
    ("tty", "true", True),
    ("terminationMessagePath", "/t", "/t"),
    ("terminationMessagePolicy", "File", "File"),
]


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [case(f"11 container: {field}", *(field, text, expected)) for field, text, expected in CONTAINER],
)
def test_a_container_is_that_of_kubernetes(field: str, text: str, expected: Any) -> None:
    assert compiled(f"run: {{kind: job, container: {{{field}: {text}}}}}")["run"]["container"] == {field: expected}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        case(
            "11 container: an unknown key", "{image: busybox, imag: x}", ("unknown-field", "unknown field `imag` of a container")
        ),
        case(
            "11 container: an unknown key inside",
            "{readinessProbe: {port: 1}}",
            ("unknown-field", "unknown field `port` of a Kubernetes probe"),
        ),
    ],
)
def test_a_container_has_no_other_keys(text: str, problem: tuple[str, str]) -> None:
    assert refused(f"run: {{kind: job, container: {text}}}") == [problem]


BUILT = [
    *(
        case(
            f"11 Image destination after build: {kind}",
            kind,
            "container: {image: old, args: [a]}",
            {"container": {"image": "new", "args": ["a"]}},
        )
        for kind in PODS
    ),
    case(
        "11 Image destination after build: no container",
        "job",
        "init: [{paths: [a]}]",
        {"init": [{"paths": ["a"]}], "container": {"image": "new"}},
    ),
    case(
        "11 Image destination after build: sidecars keep theirs",
        "job",
        "container: {image: old}, sidecars: [{name: s, image: old}]",
        {"container": {"image": "new"}, "sidecars": [{"name": "s", "image": "old"}]},
    ),
    *(
        case(
            f"11 Image destination after build: {kind}",
            kind,
            ", ".join(f"{role}: {{replicas: 2, container: {{image: old}}}}" for role in roles),
            {role: {"replicas": 2, "container": {"image": "new"}} for role in roles},
        )
        for kind, roles in ROLES.items()
    ),
    case(
        "11 Image destination after build: workers of Ray",
        "raycluster",
        "workers: {a: {container: {image: old}}, b: {}}",
        {"workers": {"a": {"container": {"image": "new"}}, "b": {"container": {"image": "new"}}}},
    ),
    case(
        "11 Image destination after build: dag",
        "dag",
        "operations: [{name: a, component: {run: {kind: job, container: {image: old}}}}]",
        {"operations": [{"name": "a", "component": {"run": {"kind": "job", "container": {"image": "old"}}}}]},
    ),
]


@pytest.mark.parametrize(("kind", "fields", "expected"), BUILT)
def test_what_a_build_has_made_is_the_image_of_the_main_containers(kind: str, fields: str, expected: Tree) -> None:
    spec = spec_of(f"run: {{kind: {kind}, {fields}}}")
    before = spec.to_dict()
    assert spec.with_image("new").to_dict() == {**before, "run": {"kind": kind, **expected}}
    assert spec.to_dict() == before


@row("11 Image destination after build")
def test_the_image_is_a_part_of_what_runs_and_so_of_the_digest() -> None:
    spec = spec_of("run: {kind: job, container: {image: old, args: ['{{ globals.uuid }}']}}")
    again = spec_of("run: {kind: job, container: {image: new, args: ['{{ globals.uuid }}']}}")
    assert spec.with_image("new").digest == again.digest != spec.digest


CPU = "resources: {requests: {cpu: 500m, memory: 1Gi}, limits: {cpu: 2, memory: 2Gi, nvidia.com/gpu: 1}}"
TOTALS = [
    case("11 Resource totals: the request before the limit", f"kind: job, container: {{{CPU}}}", RunResources(0.5, 2**30, 1.0)),
    case("11 Resource totals: none", "kind: job, container: {image: a}", RunResources()),
    case("11 Resource totals: no container", "kind: job, init: [{paths: [a]}]", RunResources()),
    case(
        "11 Resource totals: replicas of a service",
        f"kind: service, replicas: 3, container: {{{CPU}}}",
        RunResources(1.5, 3 * 2**30, 3.0),
    ),
    case(
        "11 Resource totals: replicas add up",
        f"kind: tfjob, chief: {{container: {{{CPU}}}}}, worker: {{replicas: 4, container: {{{CPU}}}}}",
        RunResources(2.5, 5 * 2**30, 5.0),
    ),
    case(
        "11 Resource totals: workers of Ray",
        f"kind: raycluster, head: {{container: {{{CPU}}}}}, workers: {{a: {{replicas: 2, container: {{{CPU}}}}}}}",
        RunResources(1.5, 3 * 2**30, 3.0),
    ),
    case(
        "11 Resource totals: other devices, and no storage",
        "kind: job, container: {resources: {limits: {google.com/tpu: 8, amd.com/gpu: 2, ephemeral-storage: 1Gi}}}",
        RunResources(gpu=2.0, custom=8.0),
    ),
    case(
        "11 Resource totals: units",
        "kind: job, container: {resources: {limits: {cpu: 1e3m, memory: 1.5M}}}",
        RunResources(memory=1_500_000),
    ),
    case(
        "11 Resource totals: exponents",
        "kind: job, container: {resources: {limits: {cpu: '1e-1', memory: 1E6}}}",
        RunResources(0.1, 1_000_000),
    ),
    case(
        "11 Resource totals: a DAG's operations have their own",
        f"kind: dag, operations: [{{name: a, component: {{run: {{kind: job, container: {{{CPU}}}}}}}}}]",
        RunResources(),
    ),
]


@pytest.mark.parametrize(("run", "expected"), TOTALS)
def test_the_resources_of_a_run_are_those_of_its_pods(run: str, expected: RunResources) -> None:
    assert spec_of(f"run: {{{run}}}").resources == expected


@row("11 Resource totals")
def test_the_cost_is_that_of_the_spec() -> None:
    assert spec_of("{cost: 2.5, run: {kind: job, container: {image: a}}}").resources == RunResources(cost=2.5)


@row("11 Resource totals")
def test_one_core_and_two_are_three() -> None:
    assert RunResources(cpu=1.0) + RunResources(cpu=2.0, gpu=1.0) == RunResources(cpu=3.0, gpu=1.0)
