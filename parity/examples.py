"""One case for each decision: it shows what the decision is about, and that it is still needed."""

from collections.abc import Mapping
from typing import Any

from parity.generators import Case
from parity.words import Tree

IMAGE: Tree = {"image": "busybox"}


def job(**run: Any) -> Tree:
    """A component with a job."""
    return {"kind": "component", "run": {"kind": "job", "container": IMAGE, **run}}


def over(patch: Tree, **below: Any) -> Tree:
    """An operation over a component."""
    return {"kind": "operation", **patch, "component": {**job(), **below}}


def dag(*operations: Tree, **more: Any) -> Tree:
    """A component with a DAG."""
    return {"kind": "component", "run": {"kind": "dag", "operations": list(operations), **more}}


def step(name: str, **more: Any) -> Tree:
    """An operation of a DAG."""
    return {"name": name, "component": job(), **more}


def inputs(*declared: Tree, **run: Any) -> Tree:
    """A component with inputs."""
    return {**job(**run), "inputs": list(declared)}


_GRID: Tree = {"kind": "grid", "params": {"lr": {"kind": "range", "value": [0, 1, 0.5]}}}
_FLOAT = {"name": "x", "type": "float"}

EXAMPLES: Mapping[str, Case] = {
    "S17": Case(over({"queue": "gpu"}), ({"queue": None},)),
    "S12": Case(job(), ({"patchStrategy": "isnull", "runPatch": {"container": {"image": "other"}}},)),
    "S16": Case(over({"runPatch": {"volumes": [{"name": "a", "emptyDir": {}}]}}, run={"kind": "job", "volumes": [{"name": "a", "nfs": {"server": "s", "path": "/"}}]})),
    "S15": Case(over({"runPatch": {"container": {"args": ["--b", "1"]}}}, **job(container={**IMAGE, "args": ["--a", "1"]}))),
    "S1": Case(job(environment={"dnsPolicy": "None"})),
    "S1 text": Case({**inputs({"name": "n", "type": "int", "value": 1}), "queue": "{{ n }}"}),
    "S5": Case(job(container={"image": "{{ globals.name.upper() }}"})),
    "S7": Case(job(container={"image": "{{ missing }}"})),
    "S26": Case(inputs({"name": "x", "type": "StrictStr", "value": "text"})),
    "S27": Case(inputs({"name": "x", "type": "int", "validation": {"delay": True}})),
    "S29": Case(inputs({"name": "x"}, {"name": "x"}), params={"x": 1}),
    "S30": Case(inputs({"name": "a", "type": "int", "value": 1}, {"name": "b", "type": "int", "value": "{{ a }}"})),
    "S33": Case({"kind": "operation", "matrix": _GRID, "component": inputs({"name": "lr", "type": "any"})}),
    "S34": Case(dag(step("a"), step("b", params={"x": {"ref": "ops.a", "value": "outputs.loss"}}))),
    "S36": Case({**job(), "events": [{"kinds": ["run_status_done"], "ref": "runs.0f3e2d1c6b1ed8a2a9b24c8c9d7d0f5a"}]}),
    "S37/S38": Case({**job(), "description": "{{ globals.name }}"}),
    "S38 names": Case({"kind": "component", "run": {"kind": "raycluster", "workers": {"a": {"container": {"image": "{{ globals.name }}"}}}}}),
    "S39": Case({"kind": "component", "run": {"kind": "daskcluster", "worker": {"init": [{"paths": ["/a"]}]}}}),
    "S40": Case({**job(), "namespace": "elsewhere"}),
    "9 ray": Case(
        {
            "kind": "operation",
            "runPatch": {"workers": {"b": {"replicas": 2}}},
            "component": {"kind": "component", "run": {"kind": "raycluster", "workers": {"a": {"replicas": 1}}}},
        }
    ),
    "7.2": Case(inputs({"name": "x", "type": "int"}), params={"x": True}),
    "strict-scalars": Case({**job(), "isApproved": "yes"}),
    "kubernetes": Case(job(container={**IMAGE, "livenessProbe": {"exec": {"cmd": ["true"]}}})),
    "templates": Case({**inputs({"name": "on", "type": "bool", "value": True}), "skipOnUpstreamSkip": "{{ on }}"}),
    "null": Case({**job(), "matrix": {"kind": "tpe", "metric": {"name": "a"}, "params": _GRID["params"], "numRuns": None}}),
    "short-params": Case({**job(), "hooks": [{"hubRef": "acme/slack", "params": {"text": "done"}}]}),
    "joins": Case({**job(), "joins": [{"query": "metrics.loss: <1", "params": {"losses": {"value": "outputs.loss"}}}]}),
    "digits": Case(inputs({**_FLOAT, "validation": {"maxDigits": 1}}), params={"x": 5}),
    "items": Case(inputs({"name": "x", "type": "int", "isList": True}), params={"x": ["1e3"]}),
    "defaults": Case(inputs({"name": "x", "type": "bool", "value": "yes"})),
    "global-refs": Case(
        dag(step("a", component=inputs({"name": "x", "type": "str"}), params={"x": {"ref": "dag", "value": "globals.run_outputs_path"}}))
    ),
    "as-args": Case({"kind": "component", "run": {"kind": "mpijob", "worker": {"container": {**IMAGE, "args": ["{{ params.as_args }}"]}}}}),
    "moments": Case({**job(), "schedule": {"kind": "datetime", "startAt": "2024-06-24 21:20:07"}}),
    "no-epoch": Case({**inputs({"name": "n", "type": "int", "value": 3}), "schedule": {"kind": "datetime", "startAt": "{{ n }}"}}),
    "naive-times": Case(
        {**job(), "matrix": {"kind": "grid", "params": {"day": {"kind": "datetimerange", "value": ["2024-01-01T00:00:00Z", "2024-01-02T00:00:00", 3600]}}}}
    ),
    "queue": Case({**job(), "queue": ""}),
    "cron": Case({**job(), "schedule": {"kind": "cron", "cron": "every day"}}),
    "git": Case(job(init=[{"git": {"url": "--upload-pack=x"}}])),
    "image-connection": Case(inputs({"name": "x", "type": "image", "value": "busybox", "connection": "datasets"}, connections=["datasets"])),
    "no-connection": Case(job(connections=["{% if false %}repo{% endif %}"])),
    "cleaner": Case({"kind": "component", "run": {"kind": "cleaner", "connections": ["repo"]}}),
    "empty-init": Case(inputs({"name": "x", "type": "git", "isOptional": True, "toInit": True})),
    "init-containers": Case({"kind": "component", "run": {"kind": "tfjob", "worker": {"init": [{"connection": "repo", "container": IMAGE}]}}}),
    "pod-security": Case(job(environment={"securityContext": {"fsGroup": 1}})),
    "empty-dns": Case(job(environment={"dnsConfig": {}})),
    "incomplete": Case({**job(), "termination": {"podFailurePolicy": {}}}),
    "mounts": Case(over({"mount": ["a:/b"]}, mount=["c:/d"])),
    "autoscaler": Case({"kind": "component", "run": {"kind": "raycluster", "autoscalerOptions": {"upscalingMode": "Default"}}}),
    "downward-api": Case({**job(), "volumes": [{"name": "a", "downwardAPI": {"items": [{"path": "p", "fieldRef": {"fieldPath": "metadata.name"}}]}}]}),
    "loose-texts": Case(job(init=[{"file": {"content": "x", "chmod": 755}}])),
    "uuids": Case(job(init=[{"tensorboard": {"uuids": ["mine"]}}])),
    "optional-in-dag": Case(dag(step("a", component=inputs({**_FLOAT, "value": 0.5})))),
    "context-refs": Case(
        dag(step("a", params={"x": 0.5}), step("b", component=inputs(_FLOAT), params={"x": {"ref": "ops.a", "value": "inputs.x"}}))
    ),
    "unused-components": Case(dag(step("a"), components=[{**inputs({**_FLOAT, "value": "far"}), "name": "spare"}])),
    "runs-later": Case({**job(init=[{"paths": ["/a"]}]), "schedule": {"kind": "cron", "cron": "@daily"}}),
    "empty-description": Case({**job(), "description": ""}),
    "empty-param": Case(over({"params": {"x": {}}}, outputs=[_FLOAT])),
    "empty-space": Case({**job(), "matrix": {"kind": "grid", "params": {"lr": {"kind": "range"}}}}),
    "names": Case(inputs({"name": "a b"}), params={"a b": 1}),
    "snake-root": Case({**job(), "is_approved": True}),
}  # fmt: skip
"""By the name of the decision."""
