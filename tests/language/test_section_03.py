"""Section 3: kinds, files without a kind, and the shortcuts of the root."""

import json
from pathlib import Path

import pytest

from polyspec.cli import main

from .rows import ABSENT, Case, check, gives, refuses, row

JOB = "run: {kind: job, container: {name: main, image: busybox}}"
SERVICE = "run: {kind: service, ports: [80], container: {image: web}}"
TF = "run: {kind: tfjob, chief: {container: {image: tf}}, worker: {replicas: 2, container: {image: tf}}}"

CASES = [
    gives("3 Kinds: component", f"kind: component\n{JOB}", {"kind": "compiled_operation", "run.kind": "job"}),
    gives(
        "3 Kinds: operation",
        f"kind: operation\ncomponent: {{{JOB}}}",
        {"kind": "compiled_operation", "run.container.image": "busybox", "component": ABSENT},
    ),
    refuses(
        "3 Kinds: compiled_operation",
        f"kind: compiled_operation\n{JOB}",
        "unknown-kind: unknown kind of spec",
    ),
    gives("3 Kindless: runs as it is", f"name: plain\n{JOB}", {"kind": "compiled_operation", "name": "plain"}),
    gives(
        "3 Kindless: as a preset",
        f"kind: component\n{JOB}",
        {"queue": "gpu", "run.container.image": "busybox"},
        presets=("preset.yaml",),
        files={"preset.yaml": "queue: gpu"},
    ),
    gives(
        "3 Kindless: referenced",
        "pathRef: base.yaml\nname: over",
        {"name": "over", "tags": ["a"], "run.kind": "job"},
        files={"base.yaml": f"name: base\ntags: [a]\n{JOB}"},
    ),
    gives(
        "3 Kindless: as a node of a DAG",
        f"run: {{kind: dag, operations: [{{name: a, component: {{{JOB}}}}}]}}",
        {"run.kind": "dag", "run.operations.0.name": "a"},
    ),
    gives(
        "3 Nested component kind: none",
        f"kind: operation\nname: outer\ncomponent: {{name: inner, tags: [a], {JOB}}}",
        {"name": "outer", "tags": ["a"], "run.kind": "job"},
    ),
    gives(
        "3 Nested component kind: an operation",
        f"kind: operation\ncomponent: {{kind: operation, queue: gpu, component: {{kind: component, {JOB}}}}}",
        {"queue": "gpu", "run.kind": "job"},
    ),
    gives(
        "3 Component has operation fields",
        "kind: component\nparams: {lr: 0.1}\nmatrix: {kind: mapping, values: [{seed: 1}]}\n"
        f"inputs: [{{name: lr, type: float}}, {{name: seed, type: int}}]\n{JOB}",
        {
            "matrix": {"kind": "mapping", "values": [{"seed": 1}]},
            "inputs": [
                {"name": "lr", "type": "float", "isOptional": True, "value": 0.1},
                {"name": "seed", "type": "int"},
            ],
        },
    ),
    gives(
        "3 Reference plus local fields: the local strategy",
        "kind: operation\npathRef: base.yaml\npatchStrategy: pre_merge\nqueue: local\ntags: [b]",
        {"queue": "base", "tags": ["b", "a"]},
        files={"base.yaml": f"kind: component\nqueue: base\ntags: [a]\n{JOB}"},
    ),
    gives(
        "3 run without kind: a base has it",
        f"kind: operation\nrun: {{container: {{image: other}}}}\ncomponent: {{{JOB}}}",
        {"run": {"kind": "job", "container": {"name": "main", "image": "other"}}},
    ),
    refuses(
        "3 run without kind: nobody has it",
        "kind: component\nrun: {container: {image: other}}",
        "missing-field: the kind of the run is missing",
    ),
    *(
        gives(
            f"3 run of another kind: {strategy}",
            f"kind: operation\npatchStrategy: {strategy}\n{SERVICE}\ncomponent: {{{JOB}}}",
            {"run": run},
        )
        for strategy, run in (
            ("post_merge", {"kind": "service", "ports": [80], "container": {"image": "web"}}),
            ("replace", {"kind": "service", "ports": [80], "container": {"image": "web"}}),
            ("pre_merge", {"kind": "job", "container": {"name": "main", "image": "busybox"}}),
            ("isnull", {"kind": "job", "container": {"name": "main", "image": "busybox"}}),
        )
    ),
    gives(
        "3 container: creates a job", "container: {image: busybox}", {"run": {"kind": "job", "container": {"image": "busybox"}}}
    ),
    gives(
        "3 container: patches the main container",
        f"kind: operation\ncontainer: {{image: other}}\ncomponent: {{{JOB}}}",
        {"run.container": {"name": "main", "image": "other"}},
    ),
    gives(
        "3 cmd: a text",
        "container: {image: busybox}\ncmd: python main.py",
        {"run.container.command": ["/bin/sh", "-c"], "run.container.args": ["set -e\npython main.py"]},
    ),
    gives(
        "3 cmd: lines",
        "container: {image: busybox}\ncmd: [cd /code, python main.py]",
        {"run.container.command": ["/bin/sh", "-c"], "run.container.args": ["set -e\ncd /code\npython main.py"]},
    ),
    refuses("3 cmd: blank", "container: {image: busybox}\ncmd: ' '", "blank-cmd: `cmd` is a command, not blank"),
    refuses("3 cmd: no lines", "container: {image: busybox}\ncmd: []", "blank-cmd: `cmd` is a command, not blank"),
    *(
        gives(
            f"3 cmd: {strategy} over a command",
            f"kind: operation\npatchStrategy: {strategy}\ncmd: new\n"
            "component: {run: {kind: job, container: {image: busybox, command: [old], args: [a]}}}",
            {"run.container": {"image": "busybox", "command": command, "args": args}},
        )
        for strategy, command, args in (
            ("post_merge", ["/bin/sh", "-c"], ["set -e\nnew"]),
            ("replace", ["/bin/sh", "-c"], ["set -e\nnew"]),
            ("pre_merge", ["old"], ["a"]),
            ("isnull", ["old"], ["a"]),
        )
    ),
    gives(
        "3 env: by name, in its place",
        "kind: operation\nenv: {A: later, C: new}\n"
        "component: {run: {kind: job, container: {image: x, env: [{name: A, value: a}, {name: B, value: b}]}}}",
        {
            "run.container.env": [
                {"name": "A", "value": "later"},
                {"name": "B", "value": "b"},
                {"name": "C", "value": "new"},
            ]
        },
    ),
    refuses("3 env: no text", "container: {image: x}\nenv: {A: 1}", "wrong-type: expected text, found an integer"),
    gives(
        "3 resources: amounts and ranges",
        "container: {image: x}\nresources: {cpu: 1..2, memory: ..2Gi, gpu: 1, vendor.com/x: 2}",
        {
            "run.container.resources": {
                "requests": {"cpu": "1", "nvidia.com/gpu": 1, "vendor.com/x": 2},
                "limits": {"cpu": "2", "memory": "2Gi", "nvidia.com/gpu": 1, "vendor.com/x": 2},
            }
        },
    ),
    gives(
        "3 resources: one amount and an open range are requests",
        "container: {image: x}\nresources: {cpu: 0.5, memory: 1Gi..}",
        {"run.container.resources": {"requests": {"cpu": 0.5, "memory": "1Gi"}}},
    ),
    *(
        refuses(f"3 resources: {written}", f"container: {{image: x}}\nresources: {{{written}}}", problem)
        for written, problem in (
            ("cpu: true", "wrong-type: expected text, an integer or a number, found a bool"),
            ("cpu: -1", "bad-resource: expected an amount of zero or more, of 63 bits at most"),
            ("memory: .inf", "bad-number: a number is finite"),
            ("gpu: 1.0e+19", "bad-resource: expected an amount of zero or more, of 63 bits at most"),
            ("cpu: 2..1", "bad-resource: the request is greater than the limit"),
            ("disk: 1", "unknown-resource: unknown resource `disk`"),
        )
    ),
    gives(
        "3 ports: creates a service",
        "ports: [8080]\ncontainer: {image: web}",
        {"run": {"kind": "service", "ports": [8080], "container": {"image": "web"}}},
    ),
    gives(
        "3 environment, init, connections, sidecars, volumes",
        "kind: operation\nenvironment: {labels: {a: b}}\ninit: [{container: {name: setup, image: i}}]\nconnections: [data]\n"
        f"sidecars: [{{name: side, image: s}}]\nvolumes: [{{name: v, emptyDir: {{}}}}]\ncomponent: {{{JOB}}}",
        {
            "run": {
                "kind": "job",
                "environment": {"labels": {"a": "b"}},
                "connections": ["data"],
                "volumes": [{"name": "v", "emptyDir": {}}],
                "init": [{"container": {"name": "setup", "image": "i"}}],
                "sidecars": [{"name": "side", "image": "s"}],
                "container": {"name": "main", "image": "busybox"},
            }
        },
        warned=("unknown-connection: the connection `data` is not checked: no catalogue was given",),
    ),
    gives(
        "3 Order: cmd over container, runPatch over all",
        "kind: operation\ncontainer: {command: [a], env: [{name: A, value: container}]}\ncmd: b\nenv: {A: root}\n"
        f"runPatch: {{container: {{env: [{{name: A, value: patch}}]}}}}\ncomponent: {{{JOB}}}",
        {
            "run.container.command": ["/bin/sh", "-c"],
            "run.container.args": ["set -e\nb"],
            "run.container.env": [{"name": "A", "value": "patch"}],
        },
    ),
    gives(
        "3 Order: env over container",
        "container: {image: x, env: [{name: A, value: container}]}\nenv: {A: root}",
        {"run.container.env": [{"name": "A", "value": "root"}]},
    ),
    gives(
        "3 Distributed targets: every declared role",
        f"kind: operation\nenv: {{A: b}}\nenvironment: {{labels: {{a: b}}}}\ncomponent: {{{TF}}}",
        {
            "run.chief": {
                "environment": {"labels": {"a": "b"}},
                "container": {"image": "tf", "env": [{"name": "A", "value": "b"}]},
            },
            "run.worker": {
                "replicas": 2,
                "environment": {"labels": {"a": "b"}},
                "container": {"image": "tf", "env": [{"name": "A", "value": "b"}]},
            },
            "run.ps": ABSENT,
        },
    ),
    gives(
        "3 Sandbox: a service may",
        f"plugins: {{sandbox: true}}\n{SERVICE}",
        {"plugins": {"sandbox": True}, "run.kind": "service"},
    ),
    refuses(
        "3 Sandbox: a job may not",
        f"plugins: {{sandbox: true}}\n{JOB}",
        "service-only-plugin: only a service takes `plugins.sandbox`, and the run is of kind `job`",
    ),
    refuses(
        "3 Sandbox: nor have ssh",
        f"plugins: {{ssh: true}}\n{JOB}",
        "service-only-plugin: only a service takes `plugins.ssh`, and the run is of kind `job`",
    ),
    gives(
        "3 Sandbox: switched off in a job",
        f"plugins: {{sandbox: false, ssh: false}}\n{JOB}",
        {"plugins": {"sandbox": False, "ssh": False}, "run.kind": "job"},
    ),
    refuses("3 Root image: is no key", "image: busybox", "unknown-field: unknown field `image` of an operation"),
]


@pytest.mark.parametrize("case", CASES)
def test_a_row_of_section_3(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


@row("3 CLI shortcuts")
@pytest.mark.parametrize("option", ["--image", "--cmd", "--env", "--cpu", "--memory", "--gpu", "--port", "--ports"])
def test_the_command_line_has_no_option_for_each_shortcut(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The command line is a thin skin over `compile`: a preset says what these options say."""
    assert main(["compile", "main.yaml", option, "x"]) == 2
    assert f"unrecognized arguments: {option} x" in capsys.readouterr().err


@row("3 CLI shortcuts")
def test_a_preset_of_shortcuts_is_a_layer_of_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "main.yaml").write_text(f"kind: component\n{JOB}")
    (tmp_path / "shortcuts.yaml").write_text("resources: {cpu: 1}\ncmd: echo hi")
    assert main(["compile", str(tmp_path / "main.yaml"), "-f", str(tmp_path / "shortcuts.yaml"), "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["run"]["container"] == {
        "name": "main",
        "image": "busybox",
        "command": ["/bin/sh", "-c"],
        "args": ["set -e\necho hi"],
        "resources": {"requests": {"cpu": 1}},
    }
