"""Section 9: what a patch makes of what it patches, under each of the four strategies."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from polyspec import Connection, RunContext

from .rows import ABSENT, Case, check, gives, refuses

STRATEGIES = ("post_merge", "pre_merge", "replace", "isnull")
JOB = "run: {kind: job, container: {name: main, image: busybox}}"


def job(fields: str) -> str:
    return f"run: {{kind: job, container: {{image: busybox}}, {fields}}}"


def four(row_and_title: str, base: str, patch: str, path: str, *values: Any, **given: Any) -> Iterator[Any]:
    """One case a strategy: an operation over its component; `values` are what `path` has, in the order of `STRATEGIES`.

    One value stands for all four.
    """
    for strategy, value in zip(STRATEGIES, values if len(values) > 1 else values * 4, strict=True):
        component = base if "run:" in base else f"{base}{', ' if base else ''}{JOB}"
        text = f"kind: operation\npatchStrategy: {strategy}\n{patch}\ncomponent: {{{component}}}"
        title = f" ({strategy})" if ": " in row_and_title else f": {strategy}"
        yield gives(f"{row_and_title}{title}", text, {path: value}, **given)


CONNECTIONS = [
    Connection.from_dict({"name": name, "kind": "git", "schema": {"url": "https://git.example.com/x"}}) for name in "ab"
]
A, B, A2 = {"name": "A", "value": "a"}, {"name": "B", "value": "b"}, {"name": "A", "value": "2"}
CRON, DAILY = "schedule: {kind: cron, cron: '0 0 * * *'}", {"kind": "cron", "cron": "0 0 * * *"}
INTERVAL = "schedule: {kind: interval, frequency: 60}"
LR, SEED = {"kind": "choice", "value": [1]}, {"kind": "choice", "value": [2]}
RAY = "run: {kind: raycluster, head: {container: {image: a}}, workers: {w1: {replicas: 1, container: {image: a}}}}"
W1, W1_3 = {"replicas": 1, "container": {"image": "a"}}, {"replicas": 3, "container": {"image": "a"}}
W2 = {"replicas": 2, "container": {"image": "b"}}

CASES = [
    *four("9 scalar: queue", "queue: old", "queue: new", "queue", "new", "old", "new", "old"),
    *four(
        "9 scalar: image",
        "",
        "runPatch: {container: {image: new}}",
        "run.container",
        {"name": "main", "image": "new"},
        {"name": "main", "image": "busybox"},
        {"name": "main", "image": "new"},
        {"name": "main", "image": "busybox"},
    ),
    *four("9 unset or null base: unset", "", "queue: new", "queue", "new"),
    *four("9 unset or null base: null", "queue: null", "queue: new", "queue", "new"),
    *four(
        "9 list of scalars: tags",
        "tags: [a, b]",
        "tags: [b, c]",
        "tags",
        ["a", "b", "c"],
        ["b", "c", "a"],
        ["b", "c"],
        ["a", "b"],
    ),
    *four(
        "9 list of scalars: args are concatenated (S15)",
        "run: {kind: job, container: {image: a, args: [-x, '1']}}",
        "runPatch: {container: {args: [-y, '1']}}",
        "run.container.args",
        ["-x", "1", "-y", "1"],
        ["-y", "1", "-x", "1"],
        ["-y", "1"],
        ["-x", "1"],
    ),
    *four(
        "9 list of objects: env by name (S16)",
        f"run: {{kind: job, container: {{image: a, env: [{A}, {B}]}}}}",
        f"runPatch: {{container: {{env: [{A2}]}}}}",
        "run.container.env",
        [A2, B],
        [A, B],
        [A2],
        [A, B],
    ),
    *four(
        "9 list of objects: inputs by name (S16)",
        f"inputs: [{{name: x, type: int, value: 1}}, {{name: y, value: 1}}], {JOB}",
        "inputs: [{name: x, type: float, value: 0.5}]",
        "inputs.0",
        {"name": "x", "type": "float", "isOptional": True, "value": 0.5},
        {"name": "x", "type": "int", "isOptional": True, "value": 1},
        {"name": "x", "type": "float", "isOptional": True, "value": 0.5},
        {"name": "x", "type": "int", "isOptional": True, "value": 1},
    ),
    *four(
        "9 list of objects: volumes by name (S16)",
        job("volumes: [{name: v, emptyDir: {}}, {name: w, emptyDir: {}}]"),
        "volumes: [{name: v, hostPath: {path: /x}}]",
        "run.volumes",
        [{"name": "v", "hostPath": {"path": "/x"}}, {"name": "w", "emptyDir": {}}],
        [{"name": "v", "emptyDir": {}}, {"name": "w", "emptyDir": {}}],
        [{"name": "v", "hostPath": {"path": "/x"}}],
        [{"name": "v", "emptyDir": {}}, {"name": "w", "emptyDir": {}}],
    ),
    *four(
        "9 list of objects: sidecars field by field (S16)",
        job("sidecars: [{name: s, image: a, args: [x]}]"),
        "sidecars: [{name: s, image: b}]",
        "run.sidecars",
        [{"name": "s", "image": "b", "args": ["x"]}],
        [{"name": "s", "image": "a", "args": ["x"]}],
        [{"name": "s", "image": "b"}],
        [{"name": "s", "image": "a", "args": ["x"]}],
    ),
    *four(
        "9 list of objects: init containers by name (S16)",
        job("init: [{container: {name: i, image: a}}]"),
        "init: [{container: {name: i, image: b}}]",
        "run.init",
        [{"container": {"name": "i", "image": "b"}}],
        [{"container": {"name": "i", "image": "a"}}],
        [{"container": {"name": "i", "image": "b"}}],
        [{"container": {"name": "i", "image": "a"}}],
    ),
    *four(
        "9 list of objects: tolerations by equality",
        job("environment: {tolerations: [{key: a}, {key: b}]}"),
        "environment: {tolerations: [{key: b}, {key: c}]}",
        "run.environment.tolerations",
        [{"key": "a"}, {"key": "b"}, {"key": "c"}],
        [{"key": "b"}, {"key": "c"}, {"key": "a"}],
        [{"key": "b"}, {"key": "c"}],
        [{"key": "a"}, {"key": "b"}],
    ),
    *four(
        "9 list of objects: hooks by equality",
        f"hooks: [{{hubRef: a}}], {JOB}",
        "hooks: [{hubRef: a}, {hubRef: b}]",
        "hooks",
        [{"hubRef": "a"}, {"hubRef": "b"}],
        [{"hubRef": "a"}, {"hubRef": "b"}],
        [{"hubRef": "a"}, {"hubRef": "b"}],
        [{"hubRef": "a"}],
    ),
    *four(
        "9 list of objects: joins by equality",
        f"joins: [{{query: a}}], {JOB}",
        "joins: [{query: b}]",
        "joins",
        [{"query": "a"}, {"query": "b"}],
        [{"query": "b"}, {"query": "a"}],
        [{"query": "b"}],
        [{"query": "a"}],
    ),
    *four(
        "9 list of objects: events by equality",
        f"events: [{{kinds: [run_status_failed], ref: ops.a}}], {JOB}",
        "events: [{kinds: [run_status_failed], ref: ops.b}]",
        "events",
        [{"kinds": ["run_status_failed"], "ref": "ops.a"}, {"kinds": ["run_status_failed"], "ref": "ops.b"}],
        [{"kinds": ["run_status_failed"], "ref": "ops.b"}, {"kinds": ["run_status_failed"], "ref": "ops.a"}],
        [{"kinds": ["run_status_failed"], "ref": "ops.b"}],
        [{"kinds": ["run_status_failed"], "ref": "ops.a"}],
    ),
    *four(
        "9 dict: labels",
        job("environment: {labels: {a: old, b: old}}"),
        "environment: {labels: {b: new, c: new}}",
        "run.environment.labels",
        {"a": "old", "b": "new", "c": "new"},
        {"a": "old", "b": "old", "c": "new"},
        {"b": "new", "c": "new"},
        {"a": "old", "b": "old"},
    ),
    *four(
        "9 dict: resources.limits",
        "run: {kind: job, container: {image: a, resources: {limits: {cpu: 1}}}}",
        "runPatch: {container: {resources: {limits: {cpu: 2, memory: 1Gi}}}}",
        "run.container.resources.limits",
        {"cpu": 2, "memory": "1Gi"},
        {"cpu": 1, "memory": "1Gi"},
        {"cpu": 2, "memory": "1Gi"},
        {"cpu": 1},
    ),
    *four(
        "9 polyaxon model: environment",
        job("environment: {serviceAccountName: old, nodeName: old}"),
        "environment: {serviceAccountName: new, hostNetwork: true}",
        "run.environment",
        {"serviceAccountName": "new", "nodeName": "old", "hostNetwork": True},
        {"serviceAccountName": "old", "nodeName": "old", "hostNetwork": True},
        {"serviceAccountName": "new", "nodeName": "old", "hostNetwork": True},
        {"serviceAccountName": "old", "nodeName": "old", "hostNetwork": True},
    ),
    *(
        case
        for field, base, patch, new, old in (
            (
                "termination",
                "{ttl: 1, timeout: 1}",
                "{ttl: 2, maxRetries: 2}",
                {"ttl": 2, "timeout": 1, "maxRetries": 2},
                {"ttl": 1, "timeout": 1, "maxRetries": 2},
            ),
            (
                "plugins",
                "{auth: true, docker: true}",
                "{auth: false, shm: true}",
                {"auth": False, "docker": True, "shm": True},
                {"auth": True, "docker": True, "shm": True},
            ),
            ("cache", "{ttl: 1}", "{ttl: 2, disable: true}", {"ttl": 2, "disable": True}, {"ttl": 1, "disable": True}),
            (
                "build",
                "{hubRef: a, queue: q}",
                "{hubRef: b, namespace: n}",
                {"hubRef": "b", "queue": "q", "namespace": "n"},
                {"hubRef": "a", "queue": "q", "namespace": "n"},
            ),
        )
        for case in four(f"9 polyaxon model: {field}", f"{field}: {base}, {JOB}", f"{field}: {patch}", field, new, old, new, old)
    ),
    *four(
        "9 k8s container: attribute by attribute",
        "run: {kind: job, container: {name: main, image: a, workingDir: /a, volumeMounts: [{name: v, mountPath: /v}]}}",
        "runPatch: {container: {image: b, tty: true, volumeMounts: [{name: w, mountPath: /w}]}}",
        "run.container",
        {
            "name": "main",
            "image": "b",
            "workingDir": "/a",
            "tty": True,
            "volumeMounts": [{"name": "v", "mountPath": "/v"}, {"name": "w", "mountPath": "/w"}],
        },
        {
            "name": "main",
            "image": "a",
            "workingDir": "/a",
            "tty": True,
            "volumeMounts": [{"name": "v", "mountPath": "/v"}, {"name": "w", "mountPath": "/w"}],
        },
        {"name": "main", "image": "b", "workingDir": "/a", "tty": True, "volumeMounts": [{"name": "w", "mountPath": "/w"}]},
        {"name": "main", "image": "a", "workingDir": "/a", "tty": True, "volumeMounts": [{"name": "v", "mountPath": "/v"}]},
    ),
    *four(
        "9 container patch where base has none",
        "run: {kind: job}",
        "runPatch: {container: {image: a}}",
        "run.container",
        {"image": "a"},
    ),
    *four(
        "9 same-kind fields, same kind: schedule",
        f"{CRON}, {JOB}",
        "schedule: {kind: cron, cron: '1 1 * * *', maxRuns: 2}",
        "schedule",
        {"kind": "cron", "cron": "1 1 * * *", "maxRuns": 2},
        {"kind": "cron", "cron": "0 0 * * *", "maxRuns": 2},
        {"kind": "cron", "cron": "1 1 * * *", "maxRuns": 2},
        DAILY,
    ),
    *four(
        "9 same-kind fields, same kind: matrix",
        f"matrix: {{kind: grid, numRuns: 1, params: {{lr: {LR}}}}}, {JOB}",
        "matrix: {kind: grid, numRuns: 2, concurrency: 2, params: {lr: {kind: choice, value: [1]}}}",
        "matrix",
        {"kind": "grid", "numRuns": 2, "concurrency": 2, "params": {"lr": LR}},
        {"kind": "grid", "numRuns": 1, "concurrency": 2, "params": {"lr": LR}},
        {"kind": "grid", "numRuns": 2, "concurrency": 2, "params": {"lr": LR}},
        {"kind": "grid", "numRuns": 1, "params": {"lr": LR}},
    ),
    *four(
        "9 same-kind fields, same kind: mount",
        f"mount: ['/a:/b'], {JOB}",
        "mount: ['/c:/d']",
        "mount",
        ["/a:/b", "/c:/d"],
        ["/c:/d", "/a:/b"],
        ["/c:/d"],
        ["/a:/b"],
    ),
    *four(
        "9 same-kind fields, other kind",
        f"{CRON}, {JOB}",
        INTERVAL,
        "schedule",
        {"kind": "interval", "frequency": 60},
        DAILY,
        {"kind": "interval", "frequency": 60},
        DAILY,
    ),
    *four(
        "9 matrix.params",
        f"matrix: {{kind: grid, params: {{lr: {LR}, a: {LR}}}}}, {JOB}",
        f"matrix: {{kind: grid, params: {{lr: {SEED}, seed: {SEED}}}}}",
        "matrix.params",
        {"lr": SEED, "a": LR, "seed": SEED},
        {"lr": LR, "a": LR, "seed": SEED},
        {"lr": SEED, "seed": SEED},
        {"lr": LR, "a": LR},
    ),
    *four(
        "9 params: each replaced whole",
        f"params: {{x: {{value: 1, toEnv: X}}, y: 1}}, {JOB}",
        "params: {x: 2}",
        "contexts",
        [{"name": "x", "isOptional": True, "value": 2}, {"name": "y", "isOptional": True, "value": 1}],
        [{"name": "x", "isOptional": True, "value": 1, "toEnv": "X"}, {"name": "y", "isOptional": True, "value": 1}],
        [{"name": "x", "isOptional": True, "value": 2}],
        [{"name": "x", "isOptional": True, "value": 1, "toEnv": "X"}, {"name": "y", "isOptional": True, "value": 1}],
    ),
    *four(
        "9 cmd",
        f"{JOB}, cmd: old",
        "cmd: new",
        "run.container.args",
        ["set -e\nnew"],
        ["set -e\nold"],
        ["set -e\nnew"],
        ["set -e\nold"],
    ),
    *four(
        "9 run same kind / other kind: same",
        job("environment: {nodeName: old}"),
        "run: {kind: job, environment: {hostNetwork: true}, container: {image: new}}",
        "run",
        {"kind": "job", "environment": {"nodeName": "old", "hostNetwork": True}, "container": {"image": "new"}},
        {"kind": "job", "environment": {"nodeName": "old", "hostNetwork": True}, "container": {"image": "busybox"}},
        {"kind": "job", "environment": {"nodeName": "old", "hostNetwork": True}, "container": {"image": "new"}},
        {"kind": "job", "environment": {"nodeName": "old", "hostNetwork": True}, "container": {"image": "busybox"}},
    ),
    *four(
        "9 run same kind / other kind: other",
        JOB,
        "run: {kind: service, container: {image: web}}",
        "run",
        {"kind": "service", "container": {"image": "web"}},
        {"kind": "job", "container": {"name": "main", "image": "busybox"}},
        {"kind": "service", "container": {"image": "web"}},
        {"kind": "job", "container": {"name": "main", "image": "busybox"}},
    ),
    *four(
        "9 ray workers: a new one is added",
        RAY,
        f"runPatch: {{workers: {{w1: {{replicas: 3}}, w2: {W2}}}}}",
        "run.workers",
        {"w1": W1_3, "w2": W2},
        {"w1": W1, "w2": W2},
        {"w1": W1_3, "w2": W2},
        {"w1": W1, "w2": W2},
    ),
    *(
        refuses(
            f"9 strictParams: one layer is enough ({strategy})",
            f"kind: operation\npatchStrategy: {strategy}\nstrictParams: false\nparams: {{x: 1}}\n"
            f"component: {{strictParams: true, {JOB}}}",
            "unknown-param: no input or output is named `x`",
        )
        for strategy in STRATEGIES
    ),
    *(
        gives(
            f"9 list of scalars: connections ({strategy})",
            f"kind: operation\npatchStrategy: {strategy}\nconnections: [a, b]\ncomponent: {{{job('connections: [a]')}}}",
            {"run.connections": names},
            options={"context": RunContext(connections=CONNECTIONS)},
        )
        for strategy, names in zip(STRATEGIES, (["a", "b"], ["a", "b"], ["a", "b"], ["a"]), strict=True)
    ),
    *four("9 version: the first wins", f"version: 1.1, {JOB}", "version: 2", "version", 1.1),
    *(
        case
        for field in ("component", "patchStrategy", "isPreset", "runPatch", "cmd", "container", "pathRef")
        for case in four(f"9 manual fields: {field}", JOB, "cmd: a\nrunPatch: {container: {tty: true}}", field, ABSENT)
    ),
    *four("9 empty list / dict in patch: a list", "tags: [a]", "tags: []", "tags", ["a"], ["a"], [], ["a"]),
    *four(
        "9 empty list / dict in patch: a mapping",
        job("environment: {labels: {a: b}}"),
        "environment: {labels: {}}",
        "run.environment.labels",
        {"a": "b"},
        {"a": "b"},
        {},
        {"a": "b"},
    ),
    *four("9 explicit null, scalar/list/leaf: a scalar", "queue: old", "queue: null", "queue", ABSENT, "old", ABSENT, "old"),
    *four("9 explicit null, scalar/list/leaf: a list", "tags: [a]", "tags: null", "tags", ABSENT, ["a"], ABSENT, ["a"]),
    *four(
        "9 explicit null, scalar/list/leaf: a leaf",
        job("environment: {labels: {a: old, b: old}}"),
        "environment: {labels: {a: null}}",
        "run.environment.labels",
        {"b": "old"},
        {"a": "old", "b": "old"},
        {},
        {"a": "old", "b": "old"},
    ),
    *four(
        "9 explicit null, model field or container field: a model (S17)",
        f"termination: {{ttl: 1}}, {JOB}",
        "termination: null",
        "termination",
        ABSENT,
        {"ttl": 1},
        ABSENT,
        {"ttl": 1},
    ),
    *four(
        "9 explicit null, model field or container field: of a model (S17)",
        f"termination: {{ttl: 1, timeout: 1}}, {JOB}",
        "termination: {ttl: null}",
        "termination",
        {"timeout": 1},
        {"ttl": 1, "timeout": 1},
        {"timeout": 1},
        {"ttl": 1, "timeout": 1},
    ),
    *four(
        "9 explicit null, model field or container field: of a container (S17)",
        "run: {kind: job, container: {image: a, command: [b]}}",
        "runPatch: {container: {command: null}}",
        "run.container",
        {"image": "a"},
        {"image": "a", "command": ["b"]},
        {"image": "a"},
        {"image": "a", "command": ["b"]},
    ),
    refuses(
        "9 template string vs list/dict base: labels are no template",
        f"kind: operation\nenvironment: {{labels: '{{{{ x }}}}'}}\ncomponent: {{{JOB}}}",
        "wrong-type: expected a mapping, found text",
    ),
    *four(
        "9 template string vs list/dict base: a list",
        f"dependencies: '{{{{ x }}}}', params: {{x: {{value: [old]}}}}, {JOB}",
        "dependencies: [new]",
        "dependencies",
        ["new"],
        ["old"],
        ["new"],
        ["old"],
    ),
    *four(
        "9 template string vs list/dict base: a model",
        f"cache: '{{{{ c }}}}', params: {{c: {{value: {{ttl: 1}}}}}}, {JOB}",
        "cache: {ttl: 2}",
        "cache",
        {"ttl": 2},
        {"ttl": 1},
        {"ttl": 2},
        {"ttl": 1},
    ),
]

BASE = "kind: component\nrun: {kind: job, container: {image: busybox, args: [base]}}"


def presets(row_and_title: str, strategy: str, expected: list[str]) -> Any:
    """Two layers of `runPatch` over a component."""
    text = "runPatch: {container: {args: [%s]}}"
    return gives(
        f"9 runPatch vs runPatch: {row_and_title}",
        f"kind: operation\n{text % 'first'}\npathRef: base.yaml",
        {"run.container.args": expected},
        presets=("preset.yaml",),
        files={"base.yaml": BASE, "preset.yaml": f"patchStrategy: {strategy}\n{text % 'second'}"},
    )


PATCHES = [
    presets("post_merge", "post_merge", ["base", "first", "second"]),
    presets("pre_merge", "pre_merge", ["second", "base", "first"]),
    presets("replace", "replace", ["second"]),
    presets("isnull", "isnull", ["base", "first"]),
]


@pytest.mark.parametrize("case", [*CASES, *PATCHES])
def test_a_row_of_section_9(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)
