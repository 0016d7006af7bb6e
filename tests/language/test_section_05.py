"""Section 5: the fields of operations."""

from pathlib import Path

import pytest

from polyspec import Connection, RunContext

from .rows import ABSENT, Case, check, compiled, gives, refuses, row

RUN = "run: {kind: job, container: {image: busybox}}"
COMPONENT = f"component: {{{RUN}}}"
DATA = Connection.from_dict({"name": "data", "kind": "git", "schema": {"url": "https://git.example.com/x"}})
CRON = "schedule: {kind: cron, cron: '0 0 * * *'}"


def operation(fields: str, component: str = COMPONENT) -> str:
    return f"kind: operation\n{fields}\n{component}"


def dag(node: str, components: str = "[]") -> str:
    operations = f"  - {{name: first, {COMPONENT}}}\n  - {node}"
    return f"kind: component\nrun:\n  kind: dag\n  components: {components}\n  operations:\n{operations}"


CASES = [
    gives(
        "5 params",
        operation("params: {lr: 0.1}", f"component: {{inputs: [{{name: lr, type: float}}], {RUN}}}"),
        {"inputs": [{"name": "lr", "type": "float", "isOptional": True, "value": 0.1}], "params": ABSENT},
    ),
    refuses(
        "5 hubRef, urlRef, pathRef, dagRef, component: one at most",
        "kind: operation\nhubRef: a\npathRef: b.yaml",
        "many-references: a spec has one reference at most",
    ),
    gives(
        "5 hubRef, urlRef, pathRef, dagRef, component: a component beside a reference is its resolved form",
        operation("hubRef: nowhere:1"),
        {"run.container.image": "busybox", "hubRef": ABSENT, "component": ABSENT},
    ),
    gives(
        "5 runPatch",
        operation("runPatch: {container: {args: [a]}, connections: [data]}"),
        {"run": {"kind": "job", "connections": ["data"], "container": {"image": "busybox", "args": ["a"]}}, "runPatch": ABSENT},
        warned=("unknown-connection: the connection `data` is not checked: no catalogue was given",),
    ),
    refuses(
        "5 runPatch: against the kind of the run",
        operation("runPatch: {ports: [80]}"),
        "unknown-field: unknown field `ports` of a run of kind `job`",
    ),
    *(
        gives(
            f"5 patchStrategy: {strategy}",
            operation(f"patchStrategy: {strategy}\ntags: [b]", f"component: {{tags: [a], {RUN}}}"),
            {"tags": tags, "patchStrategy": ABSENT},
        )
        for strategy, tags in (
            ("replace", ["b"]),
            ("isnull", ["a"]),
            ("post_merge", ["a", "b"]),
            ("pre_merge", ["b", "a"]),
        )
    ),
    refuses(
        "5 patchStrategy: unknown",
        operation("patchStrategy: merge"),
        "not-allowed: unknown patch strategy `merge`",
    ),
    gives(
        "5 isPreset: a layer, whose references are not looked at",
        operation(""),
        {"queue": "gpu", "isPreset": ABSENT},
        presets=("preset.yaml",),
        files={"preset.yaml": "kind: operation\nisPreset: true\nqueue: gpu\nhubRef: a\npathRef: b.yaml"},
    ),
    gives("5 schedule", operation(CRON), {"schedule": {"kind": "cron", "cron": "0 0 * * *"}}),
    refuses(
        "5 schedule: not in a DAG",
        dag(f"{{name: a, {CRON}, {COMPONENT}}}"),
        "scheduled-operation: operation `a`: an operation of a DAG has no schedule of its own",
    ),
    gives(
        "5 events: they stay (S36)",
        operation("events: [{kinds: [run_status_succeeded], ref: 'runs.0d3e1dd2f8b74a8a9e4dbdd7a2ac9bb5'}]"),
        {"events": [{"kinds": ["run_status_succeeded"], "ref": "runs.0d3e1dd2f8b74a8a9e4dbdd7a2ac9bb5"}]},
    ),
    gives(
        "5 matrix",
        operation(
            "matrix: {kind: grid, params: {lr: {kind: choice, value: [1, 2]}}}",
            f"component: {{inputs: [{{name: lr, type: int}}], {RUN}}}",
        ),
        {
            "matrix": {"kind": "grid", "params": {"lr": {"kind": "choice", "value": [1, 2]}}},
            "inputs": [{"name": "lr", "type": "int"}],
        },
    ),
    gives(
        "5 joins: they stay (S36)",
        operation(
            "joins: [{query: 'metrics.loss:<1', sort: loss, limit: 2, params: {runs: {value: globals.uuid}}}]",
            f"component: {{inputs: [{{name: runs, type: uuid, isList: true}}], {RUN}}}",
        ),
        {"joins": [{"query": "metrics.loss:<1", "sort": "loss", "limit": 2, "params": {"runs": {"value": "globals.uuid"}}}]},
    ),
    gives("5 dependencies", operation("dependencies: [a, b]"), {"dependencies": ["a", "b"]}),
    *(
        gives(f"5 trigger: {trigger}", operation(f"trigger: {trigger}"), {"trigger": trigger})
        for trigger in ("all_succeeded", "all_failed", "all_done", "one_succeeded", "one_failed", "one_done")
    ),
    refuses("5 trigger: unknown", operation("trigger: all_success"), "not-allowed: unknown trigger"),
    gives(
        "5 conditions: null is no condition that holds",
        operation("conditions: '{{ n }}'", f"component: {{inputs: [{{name: n, type: int, value: null}}], {RUN}}}"),
        {"conditions": "None"},
    ),
    gives(
        "5 conditions: rendered, not evaluated",
        operation("conditions: '{{ n }} > 1'\nparams: {n: 2}", f"component: {{inputs: [{{name: n, type: int}}], {RUN}}}"),
        {"conditions": "2 > 1"},
    ),
    gives("5 skipOnUpstreamSkip", operation("skipOnUpstreamSkip: true"), {"skipOnUpstreamSkip": True}),
    *(
        gives(
            f"5 Which fields are rendered: {field}",
            operation(f"{field}: {written}\nparams: {{v: {value}}}"),
            {field: expected},
        )
        for field, written, value, expected in (
            ("isApproved", "'{{ v }}'", "false", False),
            (
                "matrix",
                "{kind: grid, numRuns: '{{ v }}', params: {x: {kind: choice, value: [1]}}}",
                "2",
                {"kind": "grid", "numRuns": 2, "params": {"x": {"kind": "choice", "value": [1]}}},
            ),
            ("presets", "['{{ v }}']", "gpu", ["gpu"]),
            ("cost", "'{{ v }}'", "1.5", 1.5),
            ("queue", "'{{ v }}'", "gpu", "gpu"),
            ("cache", "{disable: '{{ v }}'}", "true", {"disable": True}),
            ("plugins", "{auth: '{{ v }}'}", "true", {"auth": True}),
            ("namespace", "'{{ v }}'", "team", "team"),
            ("termination", "{ttl: '{{ v }}'}", "5", {"ttl": 5}),
            ("schedule", "{kind: cron, cron: '{{ v }}'}", "'0 0 * * *'", {"kind": "cron", "cron": "0 0 * * *"}),
            ("dependencies", "['{{ v }}']", "a", ["a"]),
            ("trigger", "'{{ v }}'", "all_done", "all_done"),
            ("conditions", "'{{ v }} == 1'", "1", "1 == 1"),
            ("mount", "['{{ v }}:/b']", "/a", ["/a:/b"]),
            ("skipOnUpstreamSkip", "'{{ v }}'", "true", True),
        )
    ),
    gives(
        "5 Which fields are rendered: connections",
        operation("connections: ['{{ v }}']\nparams: {v: data}"),
        {"run.connections": ["data"]},
        options={"context": RunContext(connections=[DATA])},
    ),
    gives(
        "5 Which fields are rendered: inputs and contexts",
        operation(
            "params: {v: 2, w: '{{ v }}'}",
            f"component: {{inputs: [{{name: x, type: int, value: '{{{{ v }}}}'}}], {RUN}}}",
        ),
        {"inputs.0.value": 2, "contexts.0.value": 2, "contexts.1.value": 2},
    ),
    gives(
        "5 DAG node keeps local",
        dag(
            "{name: second, dependencies: [first], trigger: all_done, conditions: '1 == 1', "
            "skipOnUpstreamSkip: true, dagRef: base}",
            f"[{{kind: operation, name: base, trigger: one_done, conditions: '2 == 2', queue: gpu, {COMPONENT}}}]",
        ),
        {
            "run.operations.1.name": "second",
            "run.operations.1.dependencies": ["first"],
            "run.operations.1.trigger": "all_done",
            "run.operations.1.conditions": "1 == 1",
            "run.operations.1.skipOnUpstreamSkip": True,
        },
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_a_row_of_section_5(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


@row("5 DAG node keeps local")
def test_what_the_component_says_of_its_place_in_a_dag_is_not_the_nodes(tmp_path: Path) -> None:
    components = f"[{{kind: operation, name: base, trigger: one_done, conditions: '2 == 2', queue: gpu, {COMPONENT}}}]"
    case = Case(dag("{name: second, dependencies: [first], dagRef: base}", components))
    (tmp_path / "main.yaml").write_text(case.text)
    second = compiled(case, tmp_path).graph.operations["second"].to_dict()
    assert {name: second.get(name) for name in ("name", "queue", "trigger", "conditions", "dependencies")} == {
        "name": "second",
        "queue": "gpu",
        "trigger": None,
        "conditions": None,
        "dependencies": ["first"],
    }
