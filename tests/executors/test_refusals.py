"""What no process on this machine can do is refused in words, all of it at once, before anything runs."""

from pathlib import Path
from typing import Any

import pytest

from polyspec.executors import IGNORABLE

from .conftest import Refusals, Submit
from .fakes import FakeConnection, FakeContext, FakeSpec, a_job, a_script

GPU = {"limits": {"nvidia.com/gpu": 1, "cpu": 2}, "requests": {"nvidia.com/gpu": "1"}}


def unsupported(message: str, path: str, word: str) -> str:
    help_text = f'to run without it: `polyspec run FILE --ignore {word}`, or `LocalExecutor(ignore=["{word}"])`'
    return f"error[executor-unsupported]: {message}\n = at: {path}\n = help: {help_text}"


@pytest.mark.parametrize(
    ("spec", "word", "message", "path"),
    [
        (
            a_job("true", resources=GPU),
            "gpu",
            "nothing on this machine hands out `nvidia.com/gpu`",
            'run.container.resources.limits["nvidia.com/gpu"]',
        ),
        (
            a_job("true", resources={"requests": {"cloud-tpus.google.com/v3": "8"}}),
            "gpu",
            "nothing on this machine hands out `cloud-tpus.google.com/v3`",
            'run.container.resources.requests["cloud-tpus.google.com/v3"]',
        ),
        (a_job("true", run={"volumes": [{"name": "v"}]}), "volumes", "volumes need a container", "run.volumes"),
        (
            a_job("true", volumeMounts=[{"name": "v", "mountPath": "/v"}]),
            "volumes",
            "volume mounts need a container",
            "run.container.volumeMounts",
        ),
        (a_job("true", run={"sidecars": [{}]}), "sidecars", "sidecars need containers beside the process", "run.sidecars"),
        (
            a_job("true", securityContext={"runAsUser": 1}),
            "security",
            "a security context needs a container",
            "run.container.securityContext",
        ),
        (
            a_job("true", run={"environment": {"securityContext": {"runAsUser": 1}}}),
            "security",
            "a security context needs a container",
            "run.environment.securityContext",
        ),
        (
            a_job(
                "true", env=[{"name": "A", "value": "1"}, {"name": "B", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]
            ),
            "env",
            "`valueFrom` reads a value of the cluster",
            "run.container.env[1].valueFrom",
        ),
        (
            a_job("true", envFrom=[{"secretRef": {"name": "s"}}]),
            "env",
            "`envFrom` reads the config maps and secrets of a cluster",
            "run.container.envFrom",
        ),
        (
            a_job("true", lifecycle={"preStop": {}}),
            "lifecycle",
            "hooks of the life cycle need a container",
            "run.container.lifecycle",
        ),
        (
            a_job("true", wire={"plugins": {"docker": True}}),
            "plugins",
            "the plugin `docker` needs Polyaxon's services",
            "plugins.docker",
        ),
        (a_job("true", wire={"schedule": {"kind": "cron"}}), "schedule", "a schedule needs a scheduler", "schedule"),
        (
            a_job("true", wire={"conditions": "1 > 2"}),
            "conditions",
            "conditions are judged by whoever runs the graph",
            "conditions",
        ),
        (
            a_job("true", run={"init": [{"dockerfile": {"image": "x"}}]}),
            "init",
            "the init step `dockerfile` needs Polyaxon's own container",
            "run.init[0].dockerfile",
        ),
        (
            a_job("true", run={"init": [{"tensorboard": {"uuids": "x"}}]}),
            "init",
            "the init step `tensorboard` needs Polyaxon's server",
            "run.init[0].tensorboard",
        ),
        (
            a_job("true", run={"init": [{"modelRef": "m:1"}]}),
            "init",
            "the init step `modelRef` needs Polyaxon's server",
            "run.init[0].modelRef",
        ),
        (
            a_job("true", run={"init": [{"container": {"image": "busybox"}}]}),
            "init",
            "the init step runs a container of its own, which a process cannot be",
            "run.init[0].container",
        ),
        (
            a_job(
                "true",
                run={"connections": ["db"]},
                context=FakeContext(connections=(FakeConnection("db", "postgres", secret={"name": "s"}),)),
            ),
            "connections",
            "the secret of the connection `db` is in a cluster",
            "run.connections[0]",
        ),
    ],
)
def test_what_is_missing_here_is_refused_unless_ignored(
    refused: Refusals, submit: Submit, spec: FakeSpec, word: str, message: str, path: str
) -> None:
    assert refused(spec) == unsupported(message, path, word)
    run = submit(spec, ignore=[word])
    assert run.wait(60) == "succeeded"
    assert f"ignored: {message}" in run.notes


def test_each_word_of_the_list_is_one_that_can_be_given(submit: Submit) -> None:
    assert submit(a_script("true"), ignore=IGNORABLE).wait(60) == "succeeded"


def test_a_word_that_ignores_nothing_is_refused(refused: Refusals) -> None:
    assert refused(a_script("true"), ignore=["gpus", "x"]) == (
        "error[executor-ignore]: nothing called `gpus` can be ignored\n = help: did you mean `gpu`?\n\n"
        "error[executor-ignore]: nothing called `x` can be ignored\n"
        f" = help: expected one of: {', '.join(sorted(IGNORABLE))}"
    )


@pytest.mark.parametrize("amount", [0, "0", 0.0])
def test_no_gpu_is_asked_for_by_an_amount_of_none(submit: Submit, amount: Any) -> None:
    assert submit(a_job("true", resources={"limits": {"nvidia.com/gpu": amount}})).wait(60) == "succeeded"


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        (
            {"run": {"kind": "dag", "operations": []}},
            (
                "error[executor-unsupported]: a `dag` is many runs, not one process\n = at: run.kind\n"
                " = help: submit its operations one by one: `spec.graph.operations`"
            ),
        ),
        (
            {"run": {"kind": "tfjob", "worker": {}}},
            (
                "error[executor-unsupported]: a run of kind `tfjob` is not one process: expected `job` or `service`\n"
                " = at: run.kind\n = help: a cluster can run it"
            ),
        ),
        (
            {"matrix": {"kind": "grid"}},
            (
                "error[executor-unsupported]: a matrix is many runs, not one process\n = at: matrix\n"
                " = help: submit each of `spec.expand()`"
            ),
        ),
        (
            {"joins": [{"query": "x"}]},
            (
                "error[executor-unsupported]: joins need a server that knows other runs\n = at: joins\n"
                " = help: give the values as params"
            ),
        ),
        (
            {"isApproved": False},
            (
                "error[executor-unsupported]: the run waits for an approval\n = at: isApproved\n"
                " = help: compile it with `approved=True`"
            ),
        ),
    ],
)
def test_what_is_not_one_run_is_refused_for_good(refused: Refusals, wire: dict[str, Any], expected: str) -> None:
    assert refused(a_script("true", wire=wire), ignore=IGNORABLE) == expected


MISSING = (
    "error[executor-command-missing]: the container has no `command`, and without its image nobody knows what it would start\n"
    " = at: run.container.command\n = help: write the command that the image would start"
)


@pytest.mark.parametrize("command", [None, [], "", [None, ""]])
def test_a_container_without_a_command_is_refused(refused: Refusals, command: Any) -> None:
    container = {"image": "polyaxon/quick", "command": command, "args": ["--lr=0.1"]}
    assert refused(FakeSpec({"run": {"kind": "job", "container": container}})) == MISSING
    assert refused(FakeSpec({"run": {"kind": "service"}})) == MISSING


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (
            FakeSpec({"run": {"kind": "job", "container": {"command": "echo 'x"}}}),
            "error[executor-value]: the command has a quotation mark without its partner\n = at: run.container.command",
        ),
        (
            a_job("echo", args=["secret\x00"]),
            "error[executor-text]: the text holds a character that no process can be given\n = at: run.container.args[0]",
        ),
        (
            a_job("echo", env=[{"name": "A", "value": "\ud800"}]),
            "error[executor-text]: the text holds a character that no process can be given\n = at: run.container.env[0].value",
        ),
        (
            a_job("echo", env=[{"name": "A=B", "value": "x"}]),
            "error[executor-value]: this is no name of an environment variable\n = at: run.container.env[0].name",
        ),
        (
            a_job("echo", wire={"inputs": [{"name": "lr", "value": 1}, {"name": "x", "value": 1, "toEnv": "1A"}]}),
            "error[executor-value]: this is no name of an environment variable\n = at: inputs[1].toEnv",
        ),
        (
            a_job("echo", wire={"termination": {"timeout": "10", "maxRetries": 1.5}}),
            (
                "error[executor-value]: expected seconds, not less than 0, found str\n = at: termination.timeout\n\n"
                "error[executor-value]: expected a whole number, not less than 0, found float\n = at: termination.maxRetries"
            ),
        ),
        (
            a_job("echo", run={"connections": ["daat"]}, context=FakeContext(connections=(FakeConnection("data", "s3"),))),
            "error[executor-connection]: unknown connection `daat`\n = at: run.connections[0]\n = help: did you mean `data`?",
        ),
        (
            a_job("echo", context=FakeContext(run_uuid="../up")),
            (
                "error[executor-run-name]: the uuid of the run can be no folder: expected letters, digits, `.`, `_` and `-`\n\n"
                "error[executor-run-name]: the path of the run leads out of the artifacts folder"
            ),
        ),
        (
            a_job("echo", context=FakeContext(run_path="a/../..")),
            "error[executor-run-name]: the path of the run leads out of the artifacts folder",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(refused: Refusals, spec: FakeSpec, expected: str) -> None:
    assert refused(spec) == expected


def test_everything_is_refused_in_one_go(refused: Refusals) -> None:
    spec = a_job(
        resources=GPU, run={"volumes": [{}], "init": [{"git": {"url": "-x"}}, {"lineageRef": "l"}], "connections": ["no"]}
    )
    codes = [line.split(":")[0] for line in refused(spec).splitlines() if line.startswith("error[")]
    assert codes == [
        "error[executor-command-missing]",
        "error[executor-unsupported]",
        "error[executor-unsupported]",
        "error[executor-git]",
        "error[executor-unsupported]",
        "error[executor-connection]",
    ]


def test_what_changes_no_result_is_a_note(submit: Submit, tmp_path: Path) -> None:
    spec = a_job(
        "true",
        image="polyaxon/quick:1",
        tty=True,
        resources={"limits": {"cpu": 1}},
        run={"environment": {"nodeSelector": {"a": "b"}}},
        wire={"termination": {"ttl": 10}, "hooks": [{}], "build": {"hubRef": "kaniko"}},
    )
    run = submit(spec)
    assert run.notes == (
        "`resources` are not enforced on this machine",
        "of `termination`, a process has no `ttl`",
        "not run: `build`, `hooks`",
        "the image `polyaxon/quick:1` is not used: the command runs on this machine",
        "not used on this machine: `run.container.tty`, `run.environment`",
    )
