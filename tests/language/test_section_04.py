"""Section 4: the fields of components."""

from pathlib import Path

import pytest

import polyspec
from polyspec.cli import main

from .rows import ABSENT, Case, check, compiled, gives, refuses, row

RUN = "run: {kind: job, container: {image: busybox}}"


def component(fields: str) -> str:
    return f"kind: component\n{fields}\n{RUN}"


CASES = [
    gives("4 version: optional", component(""), {"version": ABSENT, "kind": "compiled_operation"}),
    gives("4 version: kept", component("version: 1.1"), {"version": 1.1}),
    gives("4 version: any number", component("version: 7"), {"version": 7}),
    gives("4 kind", component(""), {"kind": "compiled_operation"}),
    refuses("4 kind: unknown", f"kind: job\n{RUN}", "unknown-kind: unknown kind of spec"),
    gives("4 name", component("name: train-1_a"), {"name": "train-1_a"}),
    gives("4 name: with owner and tag (S48)", component("name: 'org/train:1.0'"), {"name": "org/train:1.0"}),
    gives(
        "4 name: rendered (S37)",
        component("name: 'train-{{ n }}'\ninputs: [{name: n, type: int, value: 2}]"),
        {"name": "train-2"},
    ),
    refuses("4 name: with a space", component("name: a b"), "bad-text: not a name"),
    gives(
        "4 description: rendered (S37)",
        component("description: 'lr {{ lr }}'\ninputs: [{name: lr, type: float, value: 0.1}]"),
        {"description": "lr 0.1"},
    ),
    gives("4 tags: a list", component("tags: [a, b]"), {"tags": ["a", "b"]}),
    gives("4 tags: text with commas", component("tags: 'a, b'"), {"tags": ["a", "b"]}),
    gives(
        "4 tags: rendered (S37)",
        component("tags: ['v{{ n }}']\ninputs: [{name: n, type: int, value: 2}]"),
        {"tags": ["v2"]},
    ),
    gives(
        "4 tags: union on merge",
        f"kind: operation\ntags: [b, c]\ncomponent: {{tags: [a, b], {RUN}}}",
        {"tags": ["a", "b", "c"]},
    ),
    gives("4 presets: carried along", component("presets: [gpu]"), {"presets": ["gpu"]}),
    gives("4 presets: text with commas", component("presets: 'gpu, large'"), {"presets": ["gpu", "large"]}),
    *(
        refuses(
            f"4 strictParams: {where}",
            f"kind: operation\nparams: {{other: 1}}\nstrictParams: {outer}\ncomponent: {{strictParams: {inner}, {RUN}}}",
            "unknown-param: no input or output is named `other`",
        )
        for where, outer, inner in (("the operation's", "true", "false"), ("the component's", "false", "true"))
    ),
    gives(
        "4 strictParams: neither",
        f"kind: operation\nparams: {{other: 1}}\nstrictParams: false\ncomponent: {{strictParams: false, {RUN}}}",
        {"contexts.0.name": "other", "contexts.0.value": 1},
    ),
    gives("4 queue", component("queue: gpu"), {"queue": "gpu"}),
    gives("4 queue: of an agent", component("queue: agent/gpu"), {"queue": "agent/gpu"}),
    gives("4 queue: of an agent, with a dot", component("queue: agent.gpu"), {"queue": "agent.gpu"}),
    refuses("4 queue: with a space", component("queue: a b"), "bad-text: not a queue"),
    gives("4 namespace: kept, whatever it is", component("namespace: team"), {"namespace": "team"}),
    gives(
        "4 cache",
        component("cache: {ttl: 10, io: [lr], sections: [init]}"),
        {"cache": {"ttl": 10, "io": ["lr"], "sections": ["init"]}},
    ),
    gives(
        "4 cache: a template",
        component("cache: {ttl: '{{ n }}'}\ninputs: [{name: n, type: int, value: 5}]"),
        {"cache": {"ttl": 5}},
    ),
    gives(
        "4 termination",
        component("termination: {maxRetries: 3, ttl: 60, timeout: 100}"),
        {"termination": {"maxRetries": 3, "ttl": 60, "timeout": 100}},
    ),
    gives(
        "4 termination: a template",
        component("termination: '{{ t }}'\ninputs: [{name: t, type: dict, value: {ttl: 5}}]"),
        {"termination": {"ttl": 5}},
    ),
    gives(
        "4 plugins",
        component("plugins: {auth: true, logLevel: debug, collect_logs: false}"),
        {"plugins": {"auth": True, "logLevel": "debug", "collectLogs": False}},
    ),
    gives(
        "4 build",
        component("build: {hubRef: kaniko, params: {destination: {connection: registry, value: 'a:1'}}}"),
        {"build": {"hubRef": "kaniko", "params": {"destination": {"connection": "registry", "value": "a:1"}}}},
    ),
    gives(
        "4 hooks",
        component("hooks: [{hubRef: notify, trigger: failed}]"),
        {"hooks": [{"hubRef": "notify", "trigger": "failed"}]},
    ),
    refuses(
        "4 hooks: an unknown trigger",
        component("hooks: [{hubRef: notify, trigger: failing}]"),
        "not-allowed: unknown trigger",
    ),
    gives("4 isApproved", component("isApproved: false"), {"isApproved": False}),
    gives(
        "4 isApproved: a template",
        component("isApproved: '{{ ok }}'\ninputs: [{name: ok, type: bool, value: true}]"),
        {"isApproved": True},
    ),
    gives("4 cost", component("cost: 1.5"), {"cost": 1.5}),
    gives("4 cost: a template", component("cost: '{{ c }}'\ninputs: [{name: c, type: float, value: 2.5}]"), {"cost": 2.5}),
    gives(
        "4 mount: text and mappings",
        component("mount: ['/a:/b', {from: /c, to: /d}]"),
        {"mount": ["/a:/b", {"from": "/c", "to": "/d"}]},
    ),
    gives(
        "4 inputs, outputs",
        component("inputs: [{name: lr, type: float, value: 0.1}]\noutputs: [{name: loss, type: metric}]"),
        {
            "inputs": [{"name": "lr", "type": "float", "isOptional": True, "value": 0.1}],
            "outputs": [{"name": "loss", "type": "metric", "isOptional": True}],
        },
    ),
    gives("4 run", component(""), {"run": {"kind": "job", "container": {"image": "busybox"}}}),
    refuses("4 run: nowhere", "kind: component\nname: a", "no-run: there is nothing to run"),
    gives(
        "4 template",
        component("template: {enabled: true, description: fill me in, fields: [image]}"),
        {"template": {"enabled": True, "description": "fill me in", "fields": ["image"]}},
    ),
    gives(
        "4 root shortcuts",
        "kind: component\ncontainer: {image: busybox}\nenv: {A: b}",
        {"run": {"kind": "job", "container": {"image": "busybox", "env": [{"name": "A", "value": "b"}]}}},
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_a_row_of_section_4(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


@row("4 isApproved")
def test_an_option_of_the_call_says_whether_it_is_approved(tmp_path: Path) -> None:
    spec = compiled_from(tmp_path, component(""), approved=False)
    assert spec.to_dict()["isApproved"] is False


@row("4 template")
def test_a_template_is_not_run_unless_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "template: {enabled: true, fields: [image]}\nrun: {kind: job, container: {image: a, command: [echo], args: [hi]}}"
    (tmp_path / "main.yaml").write_text(f"kind: component\n{text}")
    assert main(["run", "main.yaml"]) == 1
    assert "error[template-spec]: this spec is marked as a template" in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()
    assert main(["run", "main.yaml", "--ignore-template"]) == 0
    assert "hi" in capsys.readouterr().out.splitlines()


def compiled_from(folder: Path, text: str, **options: object) -> polyspec.RunSpec:
    (folder / "main.yaml").write_text(text)
    return compiled(Case(text, options=options), folder)
