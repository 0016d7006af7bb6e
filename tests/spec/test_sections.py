"""The helper sections, init steps, schedules, events and joins (polyaxonfile sections 12 and 13)."""

from typing import Any

import pytest

from polyspec.spec.cron import MACROS
from polyspec.spec.helpers import (
    STATUSES,
    ActivityProbe,
    Build,
    Cache,
    Culling,
    Hook,
    Mount,
    Notification,
    Plugins,
    Sidecar,
    TemplateSection,
    Termination,
)
from polyspec.spec.init import ArtifactsInit, DockerfileInit, FileInit, GitInit, Init, TensorboardInit
from polyspec.spec.kinds import keys_of
from polyspec.spec.node import Node
from polyspec.spec.workflow import (
    EVENT_KINDS,
    CronSchedule,
    DateTimeSchedule,
    EventTrigger,
    IntervalSchedule,
    Join,
    JoinParam,
)

from .telling import mismatch, said

DASHED = "0F3E2D1C-6b1e-d8a2-a9b2-4c8c9d7d0f5a"
REPEATED = "kind startAt endAt maxRuns dependsOnPast"
PLUGINS = (
    "auth docker shm tmux sandbox ssh mountArtifactsStore collectArtifacts collectLogs collectResources syncStatuses autoResume"
    " logLevel externalHost sidecar notifications"
)
FIELDS: list[tuple[Any, str]] = [
    (Termination, "maxRetries ttl timeout culling probe podFailurePolicy"),
    (Culling, "timeout"),
    (ActivityProbe, "exec http"),
    (Plugins, PLUGINS),
    (Sidecar, "image imageTag imagePullPolicy sleepInterval syncInterval monitorLogs monitorSpec noConnections resources"),
    (Notification, "connections trigger"),
    (Cache, "disable ttl io sections"),
    (Build, "hubRef connection presets queue namespace cache params runPatch patchStrategy"),
    (Hook, "hubRef connection trigger conditions presets queue namespace params disableDefaults"),
    (TemplateSection, "enabled description fields"),
    (Mount, "from to"),
    (Init, "artifacts paths git dockerfile file tensorboard lineageRef modelRef artifactRef connection path container"),
    (ArtifactsInit, "files dirs workers"),
    (GitInit, "url revision flags"),
    (
        DockerfileInit,
        "image env path copy postRunCopy run langEnv uid gid username filename workdir workdirPath shell",
    ),
    (FileInit, "content filename kind chmod"),
    (TensorboardInit, "port uuids useNames pathPrefix plugins"),
    (CronSchedule, f"{REPEATED} cron"),
    (IntervalSchedule, f"{REPEATED} frequency"),
    (DateTimeSchedule, "kind startAt"),
    (EventTrigger, "kinds ref"),
    (Join, "ref query sort limit offset params"),
    (JoinParam, "value ref connection toInit toEnv contextOnly"),
]


@pytest.mark.parametrize(("cls", "fields"), FIELDS, ids=lambda it: it.__name__ if isinstance(it, type) else "")
def test_the_fields_are_those_of_the_language(cls: Any, fields: str) -> None:
    assert keys_of(cls) == set(fields.split())


KEPT: list[tuple[type[Node], dict[str, Any]]] = [
    (
        Termination,
        {"maxRetries": "{{ n }}", "culling": {"timeout": 3}, "probe": {"exec": {"command": ["a"]}, "http": {"port": 80}}},
    ),
    (Termination, {"podFailurePolicy": {"rules": [{"action": "Ignore", "onPodConditions": []}]}}),
    (
        Plugins,
        {
            "shm": False,
            "sidecar": {"image": "a", "resources": {"cpu": 1}},
            "notifications": [{"connections": ["slack"], "trigger": "done"}],
        },
    ),
    (Cache, {"disable": True, "ttl": 3, "io": ["lr"], "sections": ["containers", "init", "connections"]}),
    (Build, {"hubRef": "kaniko", "params": {"a": {"value": 1}}, "runPatch": {"container": {"x": 1}}, "patchStrategy": "isnull"}),
    (Hook, {"hubRef": "slack", "trigger": "upstream_failed", "conditions": "{{ a }}", "disableDefaults": "{{ b }}"}),
    (TemplateSection, {"enabled": False, "description": "d", "fields": ["params.lr"]}),
    (Mount, {"from": "a", "to": "/b"}),
    (Init, {"artifacts": {"files": ["a", ["b", "c"]], "dirs": "{{ d }}", "workers": 2}, "connection": "s3"}),
    (Init, {"paths": ["a", ["b", "c"]]}),
    (Init, {"paths": "a"}),
    (Init, {"git": {"revision": "main"}, "connection": "git"}),
    (Init, {"git": "{{ git }}"}),
    (Init, {"git": {"url": "https://example.com/r.git", "flags": ["--depth 1"]}, "path": "/r", "container": {"name": "clone"}}),
    (Init, {"dockerfile": {"image": "a", "env": {"A": "b"}, "copy": ["a", ["b", "c"]], "postRunCopy": "{{ c }}", "uid": 1}}),
    (Init, {"file": {"content": "x", "chmod": "+x"}}),
    (Init, {"connection": "a"}),
    (Init, {"modelRef": "m:1", "path": "/m"}),
    (CronSchedule, {"kind": "cron", "cron": "0 0 * * MON", "startAt": "2024-06-24T21:20:07+02:00", "maxRuns": 3}),
    (CronSchedule, {"kind": "cron", "cron": "{{ cron }}", "dependsOnPast": "{{ d }}"}),
    (IntervalSchedule, {"kind": "interval", "frequency": 3600, "endAt": "2024-06-24"}),
    (IntervalSchedule, {"kind": "interval", "frequency": 0.5}),
    (DateTimeSchedule, {"kind": "datetime", "startAt": "2024-06-24 21:20"}),
    (DateTimeSchedule, {"kind": "datetime", "startAt": "{{ start }}"}),
    (EventTrigger, {"kinds": ["run_status_done", "{{ k }}"], "ref": "ops.a"}),
    (Join, {"query": "project: a", "limit": 3, "params": {"a": {"value": "outputs.loss", "contextOnly": True}}}),
    (Join, {"query": "q", "params": {"a": {"value": {"files": ["x"]}}}}),
]


@pytest.mark.parametrize(("cls", "tree"), KEPT, ids=[cls.__name__ for cls, _ in KEPT])
def test_what_is_written_is_kept(cls: type[Node], tree: dict[str, Any]) -> None:
    assert cls.from_dict(tree).to_dict() == tree


REFUSED: list[tuple[type[Node], dict[str, Any], str, str]] = [
    (Termination, {"timeout": "10m"}, "timeout", "expected an integer or a template, found text"),
    (Termination, {"probe": {"exec": {"cmd": []}}}, "probe.exec.cmd", "unknown field `cmd` of a Kubernetes exec action"),
    (Plugins, {"shm": "yes"}, "shm", "expected a bool or a template, found text"),
    (Plugins, {"notifications": [{"trigger": "done"}]}, "notifications[0]", "the field `connections` is missing"),
    (Plugins, {"notifications": [{"connections": [], "trigger": "ended"}]}, "notifications[0].trigger", "unknown status"),
    (Cache, {"sections": ["container"]}, "sections[0]", "unknown section"),
    (Build, {"hubRef": "a", "patchStrategy": "merge"}, "patchStrategy", "unknown patch strategy"),
    (Hook, {"hubRef": "a", "trigger": "ended"}, "trigger", "unknown trigger"),
    (Hook, {"trigger": "done"}, "", "the field `hubRef` is missing"),
    (Init, {"paths": [1]}, "paths[0]", "expected text or a list, found an integer"),
    (Init, {"git": {"url": "--upload-pack=x"}}, "git.url", "the url of a repository does not begin with `-`"),
    (Init, {"git": {"url": "a", "revision": "-x"}}, "git.revision", "the revision of a repository does not begin with `-`"),
    (Init, {"git": {}}, "git", "a git step without `url` needs a `connection`"),
    (Init, {"git": {"url": "a"}, "paths": ["b"]}, "", "an init step has one source, not 2"),
    (Init, {"modelRef": "a", "lineageRef": "b", "artifactRef": "c"}, "", "an init step has one source, not 3"),
    (Init, {"file": {"filename": "a"}}, "file", "the field `content` is missing"),
    (Init, {"dockerfile": {}}, "dockerfile", "the field `image` is missing"),
    (IntervalSchedule, {"kind": "interval", "frequency": "often"}, "frequency", "not a duration"),
    (
        IntervalSchedule,
        {"kind": "interval", "frequency": True},
        "frequency",
        "expected an integer, a number or text, found a bool",
    ),
    (DateTimeSchedule, {"kind": "datetime", "startAt": "tomorrow"}, "startAt", "not a date or a time"),
    (DateTimeSchedule, {"kind": "datetime", "startAt": 5}, "startAt", "expected text or a template, found an integer"),
    (DateTimeSchedule, {"kind": "datetime"}, "", "the field `startAt` is missing"),
    (EventTrigger, {"kinds": ["run_status_finished"], "ref": "a"}, "kinds[0]", "unknown event"),
    (EventTrigger, {"kinds": []}, "", "the field `ref` is missing"),
    (Join, {"query": "q", "params": {"1a": {"value": "x"}}}, 'params["1a"]', "not a name"),
    (Join, {"query": "q", "limit": "3"}, "limit", "expected an integer or a template, found text"),
]


@pytest.mark.parametrize(
    ("cls", "tree", "path", "message"), REFUSED, ids=[f"{cls.__name__} {path}" for cls, _, path, _ in REFUSED]
)
def test_what_is_wrong(cls: type[Node], tree: dict[str, Any], path: str, message: str) -> None:
    assert mismatch(cls, tree)[:2] == (path, message)


class TestInit:
    def test_empty_sources_are_none(self) -> None:
        assert Init.from_dict({"git": {"url": "a"}, "paths": [], "modelRef": None}).git == GitInit(url="a")

    def test_a_mode_becomes_text(self) -> None:
        assert FileInit.from_dict({"content": "a", "chmod": 755}).chmod == "755"

    @pytest.mark.parametrize(
        ("uuids", "kept"),
        [
            (f"{DASHED}, b", [DASHED.replace("-", "").lower(), "b"]),
            ([DASHED, "not-a-uuid"], [DASHED.replace("-", "").lower(), "not-a-uuid"]),
            ("{{ uuids }}", "{{ uuids }}"),
            (None, None),
        ],
    )
    def test_uuids_are_kept_without_dashes(self, uuids: Any, kept: Any) -> None:
        assert TensorboardInit.from_dict({"uuids": uuids, "plugins": "a,b"}).to_dict() == {"uuids": kept, "plugins": ["a", "b"]}


class TestMounts:
    @pytest.mark.parametrize(
        ("text", "path_from", "path_to"),
        [
            ("a:/b", "a", "/b"),
            ("a", "a", "a"),
            ("a:b", "a", "b"),
            ("a:b:c", "a:b", "c"),
            ("C:/data:/data", "C:/data", "/data"),
            ("a:~/b:c", "a", "~/b:c"),
            ("./a:./b", "./a", "./b"),
            ("a:{{ b }}", "a", "{{ b }}"),
            (":/b", ":/b", ":/b"),
            ("", "", ""),
        ],
    )
    def test_a_text_is_split_at_the_last_colon_that_begins_a_path(self, text: str, path_from: str, path_to: str) -> None:
        assert Mount.of(text) == Mount(path_from=path_from, path_to=path_to)

    def test_both_forms_are_kept(self) -> None:
        assert said("mount: [1]") == [("mount[0]", "expected text or a mapping, found an integer", "quote it")]


class TestSchedules:
    @pytest.mark.parametrize(
        "cron", ["0 0 * * MON", "*/5 1-3 1,2,5-7/2 jan-mar sun", "0 0 1 1 7", "  @Daily ", "59 23 31 12 0", *sorted(MACROS)]
    )
    def test_a_cron_text(self, cron: str) -> None:
        assert CronSchedule(cron=cron).cron == cron

    @pytest.mark.parametrize(
        ("cron", "message"),
        [
            ("", "a cron text has five fields, not 0"),
            ("* * * *", "a cron text has five fields, not 4"),
            ("0 0 * * * *", "a cron text has five fields, not 6"),
            ("@never", "a cron text has five fields, not 1"),
            ("60 0 * * *", "not a minute of a cron text"),
            ("0 24 * * *", "not a hour of a cron text"),
            ("0 0 0 * *", "not a day of the month of a cron text"),
            ("0 0 * 13 *", "not a month of a cron text"),
            ("0 0 * foo *", "not a month of a cron text"),
            ("0 0 * * 8", "not a day of the week of a cron text"),
            ("5-1 0 * * *", "not a minute of a cron text"),
            ("*/0 0 * * *", "not a minute of a cron text"),
            ("*-3 0 * * *", "not a minute of a cron text"),
            ("1,,2 0 * * *", "not a minute of a cron text"),
            ("1.5 0 * * *", "not a minute of a cron text"),
            ("mon 0 * * *", "not a minute of a cron text"),
            ("١ 0 * * *", "not a minute of a cron text"),
        ],
    )
    def test_no_cron_text(self, cron: str, message: str) -> None:
        assert mismatch(CronSchedule, {"kind": "cron", "cron": cron})[:2] == ("cron", message)

    def test_the_hint_says_what_a_field_takes(self) -> None:
        assert said("schedule: {kind: cron, cron: 0 0 * 13 *}") == [
            (
                "schedule.cron",
                "not a month of a cron text",
                "numbers from 1 to 12, or jan-feb ..., `*`, ranges `a-b`, steps `/n`, lists with commas",
            )
        ]

    @pytest.mark.parametrize(
        ("text", "seconds"),
        [
            ("PT1H", 3600),
            ("P1D", 86400),
            ("P1W", 604800),
            ("P1DT2H3M4.5S", 93784.5),
            ("-PT5M", -300),
            ("01:30", 5400),
            ("1:30:15", 5415),
            ("2 days", 172800),
            ("1d", 86400),
            ("1 day, 1:00:00", 90000),
        ],
    )
    def test_a_duration_becomes_seconds(self, text: str, seconds: float) -> None:
        assert IntervalSchedule(frequency=text).frequency == seconds
        assert IntervalSchedule.from_dict({"kind": "interval", "frequency": text}).to_dict()["frequency"] == seconds

    def test_a_template_stays(self) -> None:
        assert IntervalSchedule.from_dict({"kind": "interval", "frequency": "{{ f }}"}).frequency == "{{ f }}"

    @pytest.mark.parametrize("text", ["P", "PT", "1h", "PT1", "", "1 week", "P1DT", "hourly", "60"])
    def test_no_duration(self, text: str) -> None:
        path, message, hint = mismatch(IntervalSchedule, {"kind": "interval", "frequency": text})
        assert (path, message) == ("frequency", "not a duration")
        assert hint == "seconds, or an ISO 8601 duration such as `PT1H`"

    @pytest.mark.parametrize(
        "text", ["2024-06-24", "2024-06-24T21:20", "2024-06-24 21:20:07.123456789", "2024-06-24T21:20Z", "2024-06-24T21:20+0200"]
    )
    def test_a_moment(self, text: str) -> None:
        assert DateTimeSchedule.from_dict({"kind": "datetime", "startAt": text}).start_at == text

    @pytest.mark.parametrize("text", ["24-06-24", "2024-6-24", "2024-06-24T", "2024-06-24T21", "21:20", "2024-06-24T21:20+2"])
    def test_no_moment(self, text: str) -> None:
        assert mismatch(DateTimeSchedule, {"kind": "datetime", "startAt": text})[1] == "not a date or a time"


class TestEvents:
    def test_the_statuses(self) -> None:
        assert len(set(STATUSES)) == len(STATUSES) == 20
        assert {f"run_status_{status}" for status in STATUSES} <= set(EVENT_KINDS)

    @pytest.mark.parametrize("kind", EVENT_KINDS)
    def test_every_event(self, kind: str) -> None:
        assert EventTrigger.from_dict({"kinds": [kind], "ref": "a"}).kinds == [kind]

    def test_the_number_of_events(self) -> None:
        assert len(EVENT_KINDS) == 32
