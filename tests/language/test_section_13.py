"""Joins, schedules, events (polyaxonfile section 13)."""

from typing import Any

import pytest

from tests.language.compiling import Tree, case, compiled, refused, spec_of
from tests.language.rows import row

JOB = "run: {kind: job, container: {image: busybox}}"
STATUSES = [
    "created", "resuming", "compiled", "on_schedule", "queued", "scheduled", "starting", "running", "processing",
    "stopping", "failed", "stopped", "succeeded", "skipped", "warning", "unschedulable", "upstream_failed", "retrying",
    "unknown", "done",
]  # fmt: skip
EVENTS = [
    "run_approved_actor", "run_invalidated_actor", "run_new_artifacts", "connection_git_commit",
    "connection_dataset_version", "connection_registry_image", "alert_info", "alert_warning", "alert_critical",
    "model_version_new_metric", "project_custom_event", "org_custom_event",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        case("13 joins[]: query", "query: 'kind: job'", {"query": "kind: job"}),
        case("13 joins[]: ref", "query: a, ref: ops.b", {"query": "a", "ref": "ops.b"}),
        case("13 joins[]: sort", "query: a, sort: -metrics.loss", {"query": "a", "sort": "-metrics.loss"}),
        case("13 joins[]: limit", "query: a, limit: 10", {"query": "a", "limit": 10}),
        case("13 joins[]: offset", "query: a, offset: 100", {"query": "a", "offset": 100}),
        case(
            "13 joins[]: params value, a path",
            "query: a, params: {p: {value: outputs.loss}}",
            {"query": "a", "params": {"p": {"value": "outputs.loss"}}},
        ),
        case(
            "13 joins[]: params value, artifacts",
            "query: a, params: {p: {value: {files: [f], dirs: [d]}}}",
            {"query": "a", "params": {"p": {"value": {"files": ["f"], "dirs": ["d"]}}}},
        ),
        *(
            case(
                f"13 joins[]: params {key}",
                f"query: a, params: {{p: {{value: inputs.lr, {key}: {text}}}}}",
                {"query": "a", "params": {"p": {"value": "inputs.lr", key: value}}},
            )
            for key, text, value in (
                ("connection", "store", "store"),
                ("toInit", "true", True),
                ("toEnv", "LR", "LR"),
                ("contextOnly", "true", True),
            )
        ),
    ],
)
def test_the_keys_of_a_join(text: str, expected: Tree) -> None:
    assert compiled(f"joins: [{{{text}}}]\n{JOB}")["joins"] == [expected]


@pytest.mark.parametrize(
    ("inputs", "side", "expected"),
    [
        case(
            "13 joins[]: a declared input waits for its list",
            "[{name: losses, type: float, isList: true}]",
            "inputs",
            [{"name": "losses", "type": "float", "isList": True}],
        ),
        case("13 joins[]: a context is a list", "[]", "contexts", [{"name": "losses", "isList": True}]),
    ],
)
def test_what_a_join_gives_is_a_list_that_comes_later(inputs: str, side: str, expected: list[Tree]) -> None:
    tree = compiled(
        f"""
        inputs: {inputs}
        joins: [{{query: a, params: {{losses: {{value: outputs.loss}}}}}}]
        run: {{kind: job, container: {{image: busybox, args: ["{{{{ losses }}}}"]}}}}
        """
    )
    assert (tree[side], tree["run"]["container"]["args"]) == (expected, ["{{ losses }}"])


@pytest.mark.parametrize(
    ("text", "params", "expected"),
    [
        case(
            "13 joins[]: templates",
            "query: 'project: {{ globals.project_name }}', limit: '{{ n }}', offset: '{{ n }}'",
            {"n": 3},
            {"query": "project: demo", "limit": 3, "offset": 3},
        ),
    ],
)
def test_a_join_is_rendered(text: str, params: Tree, expected: Tree) -> None:
    assert compiled(f"joins: [{{{text}}}]\n{JOB}", params)["joins"] == [expected]


@pytest.mark.parametrize(
    ("waits", "edges"),
    [
        case("13 joins[]: an edge (S32)", "joins: [{query: a, ref: ops.first, params: {p: {value: outputs.x}}}]", 1),
        case("13 joins[]: no edge without ref", "joins: [{query: a, params: {p: {value: outputs.x}}}]", 0),
    ],
)
def test_a_join_with_a_ref_is_an_edge(waits: str, edges: int) -> None:
    nodes = f"{{name: first, component: {{{JOB}}}}}, {{name: second, {waits}, component: {{{JOB}}}}}"
    dag = f"run: {{kind: dag, operations: [{nodes}]}}"
    assert len(spec_of(dag).graph.edges) == edges


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        case("13 schedule cron: cron", "kind: cron, cron: '0 0 * * MON'", {"kind": "cron", "cron": "0 0 * * MON"}),
        case("13 schedule cron: a macro", "kind: cron, cron: '@daily'", {"kind": "cron", "cron": "@daily"}),
        *(
            case(f"13 {row}: {key}", f"{base}, {key}: {text}", {**tree, key: value})
            for row, base, tree in (
                ("schedule cron", "kind: cron, cron: '@daily'", {"kind": "cron", "cron": "@daily"}),
                ("interval", "kind: interval, frequency: 60", {"kind": "interval", "frequency": 60}),
            )
            for key, text, value in (
                ("startAt", "'2024-06-24T21:20:07+02:00'", "2024-06-24T21:20:07+02:00"),
                ("endAt", "2024-06-24", "2024-06-24"),
                ("maxRuns", "3", 3),
                ("dependsOnPast", "true", True),
            )
        ),
        case("13 interval: frequency in seconds", "kind: interval, frequency: 90.5", {"kind": "interval", "frequency": 90.5}),
        case("13 interval: frequency in ISO 8601", "kind: interval, frequency: PT1H", {"kind": "interval", "frequency": 3600}),
        case("13 interval: frequency in days", "kind: interval, frequency: 1 day", {"kind": "interval", "frequency": 86400}),
        case(
            "13 datetime: startAt",
            "kind: datetime, startAt: '2024-06-24T21:20:07Z'",
            {"kind": "datetime", "startAt": "2024-06-24T21:20:07Z"},
        ),
    ],
)
def test_the_keys_of_a_schedule(text: str, expected: Tree) -> None:
    assert compiled(f"schedule: {{{text}}}\n{JOB}")["schedule"] == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        case("13 schedule cron: no cron", "kind: cron", ("missing-field", "the field `cron` is missing")),
        case("13 schedule cron: no time", "kind: cron, cron: '61 0 * * *'", ("bad-cron", "not a minute of a cron text")),
        case("13 schedule cron: four fields", "kind: cron, cron: '0 0 * *'", ("bad-cron", "a cron text has five fields, not 4")),
        case("13 interval: no frequency", "kind: interval", ("missing-field", "the field `frequency` is missing")),
        case("13 interval: no duration", "kind: interval, frequency: soon", ("bad-text", "not a duration")),
        case("13 interval: a number as text", "kind: interval, frequency: '3600'", ("bad-text", "not a duration")),
        case("13 interval: no time of a clock", "kind: interval, frequency: '2:30'", ("bad-text", "not a duration")),
        case("13 datetime: no startAt", "kind: datetime", ("missing-field", "the field `startAt` is missing")),
        case("13 datetime: no time", "kind: datetime, startAt: soon", ("bad-text", "not a date or a time")),
        case(
            "13 datetime: runs once",
            "kind: datetime, startAt: '2024-06-24', maxRuns: 2",
            ("unknown-field", "unknown field `maxRuns` of a date time schedule"),
        ),
    ],
)
def test_what_a_schedule_does_not_take(text: str, problem: tuple[str, str]) -> None:
    assert refused(f"schedule: {{{text}}}\n{JOB}") == [problem]


@pytest.mark.parametrize(
    ("text", "params", "expected"),
    [
        case(
            "13 schedule cron: templates",
            "kind: cron, cron: '{{ c }}', startAt: '{{ s }}', maxRuns: '{{ n }}', dependsOnPast: '{{ p }}'",
            {"c": "@daily", "s": "2024-01-01", "n": 2, "p": True},
            {"kind": "cron", "cron": "@daily", "startAt": "2024-01-01", "maxRuns": 2, "dependsOnPast": True},
        ),
        case(
            "13 interval: templates",
            "kind: interval, frequency: '{{ f }}'",
            {"f": "PT1M"},
            {"kind": "interval", "frequency": 60},
        ),
    ],
)
def test_a_schedule_is_rendered(text: str, params: Tree, expected: Tree) -> None:
    assert compiled(f"schedule: {{{text}}}\n{JOB}", params)["schedule"] == expected


@pytest.mark.parametrize("text", [case("13 schedule cron: the run is left", "kind: cron, cron: '@daily'")])
def test_the_run_of_a_schedule_is_rendered_when_it_runs(text: str) -> None:
    args = '["{{ globals.schedule_at }}", "{{ lr }}"]'
    tree = compiled(f"schedule: {{{text}}}\nrun: {{kind: job, container: {{image: busybox, args: {args}}}}}", {"lr": 0.1})
    assert tree["run"]["container"]["args"] == ["{{ globals.schedule_at }}", "{{ lr }}"]


@pytest.mark.parametrize(
    "kind",
    [
        *(case(f"13 events[]: run_status_{it}", f"run_status_{it}") for it in STATUSES),
        *(case(f"13 events[]: {it}", it) for it in EVENTS),
    ],
)
def test_the_kinds_of_events(kind: str) -> None:
    tree = compiled(f"events: [{{kinds: [{kind}], ref: '{{{{ origin }}}}'}}]\n{JOB}", {"origin": "ops.a"})
    assert tree["events"] == [{"kinds": [kind], "ref": "ops.a"}]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        case("13 events[]: another kind", "kinds: [run_status_runnin], ref: ops.a", ("not-allowed", "unknown event")),
        case("13 events[]: no kinds", "ref: ops.a", ("missing-field", "the field `kinds` is missing")),
        case("13 events[]: no ref", "kinds: [alert_info]", ("missing-field", "the field `ref` is missing")),
    ],
)
def test_what_an_event_does_not_take(text: str, problem: tuple[str, str]) -> None:
    assert refused(f"events: [{{{text}}}]\n{JOB}") == [problem]


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        case("13 joins[]: stay (S36)", "joins", [{"query": "a"}]),
        case("13 events[]: stay (S36)", "events", [{"kinds": ["alert_info"], "ref": "ops.a"}]),
    ],
)
def test_sections_of_an_operation_stay(section: str, expected: list[Any]) -> None:
    tree = compiled(f"{{joins: [{{query: a}}], events: [{{kinds: [alert_info], ref: ops.a}}], {JOB}}}")
    assert tree[section] == expected


@row("13 Child of schedule")
def test_a_run_of_a_schedule_keeps_what_is_bound_and_leaves_the_workflow_to_its_parent() -> None:
    spec = spec_of(
        """
        kind: operation
        schedule: {kind: cron, cron: '@daily'}
        conditions: a == b
        queue: gpu
        params: {lr: 0.5}
        component:
          inputs: [{name: lr, type: float}]
          run: {kind: job, container: {image: busybox, args: ['{{ lr }} at {{ globals.schedule_at }}']}}
        """
    )
    tree = spec.scheduled_run("2024-01-31").to_dict()
    assert tree["run"]["container"]["args"] == ["0.5 at 2024-01-31"]
    assert (tree["inputs"][0]["value"], tree["queue"]) == (0.5, "gpu")
    assert not tree.keys() & {"schedule", "conditions"}
