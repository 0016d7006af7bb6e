"""The run kinds: their fields, a document of each, and what is refused (polyaxonfile section 11)."""

from typing import Any

import pytest

from polyspec.spec.compiled import CompiledOperation
from polyspec.spec.kinds import default_kinds, keys_of
from polyspec.spec.node import kind_name
from polyspec.spec.operation import Operation
from polyspec.spec.run import RUN_KINDS, AutoscalerOptions, ElasticPolicy, Replica, Run, RunPatch
from polyspec.spec.run.base import RayReplica, SchedulingPolicy

from .telling import only, refused, said, spec, tree

COMMON = "environment connections volumes init sidecars container"
FIELDS = {
    "job": COMMON,
    "service": f"{COMMON} ports rewritePath isExternal replicas",
    "dag": "operations components concurrency earlyStopping environment connections volumes",
    "mpijob": "launcher worker cleanPodPolicy schedulingPolicy slotsPerWorker",
    "pytorchjob": "master worker cleanPodPolicy schedulingPolicy elasticPolicy nProcPerNode",
    "tfjob": "chief ps worker evaluator cleanPodPolicy schedulingPolicy enableDynamicWorker successPolicy",
    "daskcluster": "scheduler worker minReplicas maxReplicas",
    "raycluster": "entrypoint runtimeEnv metadata rayVersion head workers enableInTreeAutoscaling autoscalerOptions",
    "notifier": COMMON,
    "cleaner": COMMON,
    "tuner": COMMON,
}
ROLES = {
    "mpijob": ("launcher", "worker"),
    "pytorchjob": ("master", "worker"),
    "tfjob": ("chief", "ps", "worker", "evaluator"),
    "daskcluster": ("worker", "scheduler"),
    "raycluster": ("head",),
}
ELASTIC = "minReplicas maxReplicas rdvzBackend rdvzPort rdvzHost rdvzId rdvzConf standalone nProcPerNode maxRestarts"
POD: dict[str, Any] = {
    "environment": {"labels": {"team": "vision"}, "restartPolicy": "Never"},
    "connections": ["git"],
    "volumes": [{"name": "data", "emptyDir": {}}],
    "init": [{"git": {"url": "https://example.com/r.git"}}],
    "sidecars": [{"name": "proxy", "image": "proxy"}],
    "container": {"image": "busybox", "command": ["echo"]},
}
REPLICA: dict[str, Any] = {**POD, "replicas": 2}
POLICIES: dict[str, Any] = {
    "cleanPodPolicy": "Running",
    "schedulingPolicy": {"minAvailable": 1, "queue": "q", "minResources": 2, "priorityClass": "p", "scheduleTimeoutSeconds": 3},
}
RUNS: list[dict[str, Any]] = [
    {"kind": "job", **POD},
    {"kind": "notifier", **POD},
    {"kind": "cleaner", **POD},
    {"kind": "tuner", **POD},
    {"kind": "service", **POD, "ports": [80], "rewritePath": True, "isExternal": False, "replicas": 2},
    {
        "kind": "dag",
        "operations": [{"name": "a", "dagRef": "c"}, {"name": "b", "kind": "operation", "dependencies": ["a"], "hubRef": "x"}],
        "components": [{"kind": "component", "name": "c", "run": {"kind": "job"}}],
        "concurrency": 2,
        "earlyStopping": [{"kind": "failure_early_stopping", "percent": 50}],
        "environment": POD["environment"],
        "connections": POD["connections"],
        "volumes": POD["volumes"],
    },
    {"kind": "mpijob", "launcher": REPLICA, "worker": REPLICA, "slotsPerWorker": 2, **POLICIES},
    {
        "kind": "pytorchjob",
        "master": REPLICA,
        "worker": REPLICA,
        "nProcPerNode": 2,
        "elasticPolicy": {
            "minReplicas": 1,
            "rdvzBackend": "c10d",
            "rdvzConf": [{"key": "a"}],
            "standalone": True,
            "Metrics": [{"type": "x"}],
        },
        **POLICIES,
    },
    {
        "kind": "tfjob",
        **dict.fromkeys(ROLES["tfjob"], REPLICA),
        "enableDynamicWorker": True,
        "successPolicy": "AllWorkers",
        **POLICIES,
    },
    {"kind": "daskcluster", "scheduler": REPLICA, "worker": REPLICA, "minReplicas": 1, "maxReplicas": 3},
    {
        "kind": "raycluster",
        "entrypoint": "python x.py",
        "runtimeEnv": {"pip": ["a"]},
        "metadata": {"a": "b"},
        "rayVersion": "2.5.0",
        "head": {**REPLICA, "rayStartParams": {"num-cpus": "2"}},
        "workers": {"small": {**REPLICA, "minReplicas": 1, "maxReplicas": 4}, "large": "{{ worker }}"},
        "enableInTreeAutoscaling": True,
        "autoscalerOptions": {"upscalingMode": "Default", "imagePullPolicy": "Always", "resources": {"limits": {"cpu": 1}}},
    },
]
each_kind = pytest.mark.parametrize("kind", FIELDS)


class TestKinds:
    def test_they_are_those_of_the_language(self) -> None:
        assert RUN_KINDS.keys() == FIELDS.keys()
        assert default_kinds().run("job") is RUN_KINDS["job"]
        assert default_kinds().run("watchdog") is default_kinds().run(["job"]) is None

    def test_each_is_known_by_the_kind_of_its_class(self) -> None:
        assert {kind: kind_name(cls) for kind, cls in RUN_KINDS.items()} == {kind: kind for kind in RUN_KINDS}

    @each_kind
    def test_their_fields(self, kind: str) -> None:
        assert keys_of(default_kinds().run(kind)) == {"kind", *FIELDS[kind].split()}

    @each_kind
    def test_their_roles(self, kind: str) -> None:
        cls = default_kinds().run(kind)
        assert cls.roles == ROLES.get(kind, ())
        assert cls.named_roles == (("workers",) if kind == "raycluster" else ())

    @pytest.mark.parametrize(
        ("cls", "fields"),
        [
            (Replica, f"{COMMON} replicas"),
            (RayReplica, f"{COMMON} replicas minReplicas maxReplicas rayStartParams"),
            (SchedulingPolicy, "minAvailable queue minResources priorityClass scheduleTimeoutSeconds"),
            (AutoscalerOptions, "upscalingMode imagePullPolicy resources"),
            (
                ElasticPolicy,
                f"{ELASTIC} Metrics",
            ),
        ],
        ids=lambda it: it.__name__ if isinstance(it, type) else "",
    )
    def test_the_fields_of_their_parts(self, cls: Any, fields: str) -> None:
        assert keys_of(cls) == set(fields.split())

    def test_a_patch_has_the_fields_of_every_kind(self) -> None:
        assert keys_of(RunPatch) == {"kind", *" ".join(FIELDS.values()).split()} | keys_of(RayReplica)

    @pytest.mark.parametrize("kind", ["matrix", "schedule", "watchdog", "builder", "Job"])
    def test_other_kinds_are_refused(self, kind: str) -> None:
        found = only(f"kind: component\nrun: {{kind: {kind}}}")
        assert (found.code, found.message, found.path) == ("unknown-kind", "unknown kind of run", ("run", "kind"))

    def test_the_kind_is_text(self) -> None:
        kinds = ", ".join(default_kinds().families[Run])
        assert said("run: {kind: 1}") == said("run: {kind: [job]}") == [("run.kind", "unknown kind of run", f"one of {kinds}")]
        assert said("run: job") == [("run", "expected a mapping, found text", None)]


class TestDocuments:
    @pytest.mark.parametrize("run", RUNS, ids=lambda run: run["kind"])
    def test_each_is_kept_as_it_is_written(self, run: dict[str, Any]) -> None:
        found = Operation.from_dict({"run": run})
        assert found.run
        assert type(found.run) is default_kinds().run(run["kind"])
        assert found.to_dict()["run"] == run

    @pytest.mark.parametrize("run", RUNS, ids=lambda run: run["kind"])
    def test_a_compiled_operation_takes_each(self, run: dict[str, Any]) -> None:
        assert CompiledOperation.from_dict({"kind": "compiled_operation", "run": run}).to_dict()["run"] == run

    @pytest.mark.parametrize("run", RUNS, ids=lambda run: run["kind"])
    def test_a_patch_takes_each(self, run: dict[str, Any]) -> None:
        assert Operation.from_dict({"runPatch": run}).to_dict()["runPatch"] == run

    def test_every_field_is_written_above(self) -> None:
        assert {run["kind"]: set(run) for run in RUNS} == {kind: {"kind", *fields.split()} for kind, fields in FIELDS.items()}

    @each_kind
    def test_sections_may_be_templates(self, kind: str) -> None:
        sections = [key for key in FIELDS[kind].split() if key in COMMON.split() or key in ROLES.get(kind, ())]
        run = {"kind": kind, **dict.fromkeys(sections, "{{ section }}")}
        assert sections
        assert Operation.from_dict({"run": run}).to_dict()["run"] == run


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("{kind: job, ports: [80]}", ("run.ports", "unknown field `ports` of a job")),
            ("{kind: service, ports: 80}", ("run.ports", "expected a list or a template, found an integer")),
            ("{kind: service, replicas: '2'}", ("run.replicas", "expected an integer or a template, found text")),
            ("{kind: mpijob, cleanPodPolicy: none}", ("run.cleanPodPolicy", "unknown clean pod policy")),
            (
                "{kind: mpijob, worker: {replicas: 1.5}}",
                ("run.worker.replicas", "expected an integer or a template, found a number"),
            ),
            ("{kind: mpijob, worker: {schedulr: 1}}", ("run.worker.schedulr", "unknown field `schedulr` of a replica")),
            ("{kind: tfjob, master: {}}", ("run.master", "unknown field `master` of a tfjob")),
            ("{kind: raycluster, workers: [a]}", ("run.workers", "expected a mapping, found a list")),
            ("{kind: raycluster, workers: {a: {x: 1}}}", ("run.workers.a.x", "unknown field `x` of a ray replica")),
            ("{kind: dag, operations: {}}", ("run.operations", "expected a list or a template, found a mapping")),
            (
                "{kind: dag, operations: [1]}",
                ("run.operations[0]", "expected a component or an operation (a mapping), found an integer"),
            ),
            ("{kind: dag, concurrency: 0}", ("run.concurrency", "expected at least 1")),
            ("{kind: job, volumes: {}}", ("run.volumes", "expected a list or a template, found a mapping")),
            ("{kind: job, sidecars: text}", ("run.sidecars", "expected a list or a template, found text")),
        ],
    )
    def test_what_is_wrong(self, text: str, expected: tuple[str, str]) -> None:
        assert [(path, message) for path, message, _ in said(f"run: {text}")] == [expected]

    def test_problems_of_operations_inside_are_told_in_their_places(self) -> None:
        text = "run:\n  kind: dag\n  operations:\n  - nam: a\n  - params: {a: {ref: x}}\n  - kind: x\n"
        assert [(found.path, found.location and found.location.line) for found in refused(text)] == [
            (("run", "operations", 0, "nam"), 4),
            (("run", "operations", 1, "params", "a", "value"), 5),
            (("run", "operations", 2, "kind"), 6),
        ]

    def test_a_compiled_operation_has_a_run(self) -> None:
        assert sorted(keys_of(CompiledOperation) - keys_of(Operation)) == ["contexts"]
        run = CompiledOperation.from_dict({"run": {"kind": "job"}})
        assert run.to_dict() == {"kind": "compiled_operation", "run": {"kind": "job"}}


def test_an_operation_without_a_run_is_fine() -> None:
    assert "run" not in tree("hubRef: a")
    assert spec("run: null").run is None
