"""Real processes: what they are given, what is kept of them, and how they end."""

import json
import os
import select
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from .conftest import Submit
from .fakes import UUID, FakeConnection, FakeContext, FakeSpec, a_job, a_script

PYTHON = sys.executable


def record(run: Any) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((run.folder / "result.json").read_text())
    return loaded


def test_a_run_keeps_its_output_its_exit_code_and_its_record(submit: Submit) -> None:
    run = submit(a_script("echo out; echo err >&2; echo out again", image="x"))
    assert run.id == UUID
    assert list(run.logs(follow=True)) == ["out", "err", "out again"]
    assert (run.status, run.exit_code, run.error) == ("succeeded", 0, None)
    kept = record(run)
    assert kept["created_at"] <= kept["started_at"] <= kept["finished_at"]
    assert {key: value for key, value in kept.items() if not key.endswith("_at")} == {
        "id": UUID,
        "uuid": UUID,
        "name": "quick",
        "digest": "sha256:" + "ab" * 32,
        "status": "succeeded",
        "exit_code": 0,
        "message": None,
        "log_complete": True,
        "notes": ["the image `x` is not used: the command runs on this machine"],
    }
    assert json.loads((run.folder / "spec.json").read_text())["run"]["container"]["image"] == "x"


def test_a_failed_command_passes_its_exit_code_on(submit: Submit) -> None:
    run = submit(a_script("exit 3"))
    assert run.wait(60) == "failed"
    assert run.exit_code == 3
    assert str(run.error) == "error[executor-exit]: the command ended with exit code 3\n = at: run.container.command"
    assert list(run.logs()) == []
    assert record(run)["message"] == "the command ended with exit code 3"


def test_a_command_that_a_signal_killed_has_the_exit_code_of_shells(submit: Submit) -> None:
    run = submit(a_script("kill -9 $$$$"))
    assert (run.wait(60), run.exit_code) == ("failed", 128 + signal.SIGKILL)


def test_the_same_spec_again_is_a_new_run(submit: Submit) -> None:
    spec = a_script(f"echo hello > /plx-context/artifacts/{UUID}/outputs/n")
    runs = [submit(spec) for _ in range(3)]
    assert [run.wait(60) for run in runs] == ["succeeded"] * 3
    assert [run.id for run in runs] == [UUID, f"{UUID}-2", f"{UUID}-3"]
    assert [(run.artifacts / "outputs" / "n").read_text() for run in runs] == ["hello\n"] * 3


def test_paths_of_the_context_are_those_of_the_run(submit: Submit) -> None:
    spec = a_script(
        "pwd; echo $(OUT); ls -d /plx-context/artifacts",
        env=[{"name": "OUT", "value": "/plx-context/artifacts/exp/1/outputs"}],
        workingDir="/plx-context/artifacts",
        context=FakeContext(run_path="exp/1"),
    )
    run = submit(spec)
    context = run.folder / "context"
    assert list(run.logs(follow=True)) == [f"{context}/artifacts", f"{context}/artifacts/exp/1/outputs", f"{context}/artifacts"]
    assert run.artifacts == context / "artifacts" / "exp" / "1"
    assert (run.artifacts / "outputs").is_dir()


@pytest.mark.parametrize(
    ("words", "uuid"),
    [
        ([f"/plx-context/artifacts/{'c' * 32}/outputs", f"--log=/plx-context/artifacts/{'c' * 32}"], "c" * 32),
        (["/plx-context/artifacts/5f0a3c1e-0000-4000-8000-0123456789ab/outputs"], "5f0a3c1e-0000-4000-8000-0123456789ab"),
        ([f"/plx-context/artifacts/{'c' * 32}", f"/plx-context/artifacts/{'d' * 32}"], "ab" * 16),
        ([f"/plx-context/artifacts/{'c' * 33}", "/plx-context/artifacts/repo"], "ab" * 16),
    ],
)
def test_a_run_whose_context_has_no_uuid_takes_the_one_of_its_paths(submit: Submit, words: list[str], uuid: str) -> None:
    run = submit(a_job("true", args=words, context=FakeContext(run_uuid=None)))
    assert (run.wait(60), run.id) == ("succeeded", uuid)
    assert (run.folder / "context" / "artifacts" / uuid / "outputs").is_dir()


def test_the_context_path_is_the_one_that_the_spec_was_compiled_for(submit: Submit) -> None:
    run = submit(a_script("echo /ctx/artifacts /plx-context", context=FakeContext(context_root="/ctx/")))
    assert list(run.logs(follow=True)) == [f"{run.folder}/context/artifacts /plx-context"]


def test_a_process_gets_the_listed_variables_and_no_others(submit: Submit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    monkeypatch.setenv("MODEL_DIR", "/models")
    spec = a_job(
        "env",
        env=[
            {"name": "A", "value": 1},
            {"name": "B", "value": "$(A)$(LR)$(MODEL_DIR)"},
            {"name": "C"},
            {"name": "LR", "value": "lost"},
        ],
        wire={
            "inputs": [{"name": "lr", "value": 0.1, "toEnv": "LR"}, {"name": "other", "value": 1}],
            "outputs": [{"name": "loss", "toEnv": "LOSS"}],
            "contexts": [{"name": "raw", "value": "$(A)", "toEnv": "RAW"}],
            "plugins": {"collectResources": False, "logLevel": "DEBUG"},
        },
        run={"connections": ["db"]},
        context=FakeContext(
            artifacts_store=FakeConnection("store", "s3", {"bucket": "s3://b"}),
            connections=(FakeConnection("db", "postgres", env=[["PGHOST", "db.local"]]),),
        ),
    )
    run = submit(spec, env_passthrough=["MODEL_DIR", "PATH"])
    variables = dict(line.split("=", 1) for line in run.logs(follow=True))
    assert variables == {
        "PATH": os.environ["PATH"],
        "MODEL_DIR": "/models",
        "A": "1",
        "B": "1$(LR)$(MODEL_DIR)",
        "C": "",
        "LR": "0.1",
        "RAW": "$(A)",
        "PGHOST": "db.local",
        "POLYAXON_K8S_NODE_NAME": "process-agent",
        "POLYAXON_K8S_NAMESPACE": "lab",
        "POLYAXON_K8S_POD_ID": f"plx-operation-{UUID}",
        "POLYAXON_RUN_INSTANCE": f"ada.mnist.runs.{UUID}",
        "POLYAXON_CONTEXT_ROOT": str(run.folder / "context"),
        "POLYAXON_OFFLINE_ROOT": str(run.folder / "context" / ".offline"),
        "POLYAXON_IS_MANAGED": "true",
        "POLYAXON_IS_OFFLINE": "true",
        "POLYAXON_COLLECT_ARTIFACTS": "true",
        "POLYAXON_LOG_LEVEL": "DEBUG",
        "POLYAXON_ARTIFACTS_STORE_NAME": "store",
    }


def test_what_is_tracked_offline_joins_the_artifacts(submit: Submit) -> None:
    run = submit(a_script('echo 1 > "$POLYAXON_OFFLINE_ROOT/runs/' + UUID + '/outputs/env.json"'))
    assert run.wait(60) == "succeeded"
    assert (run.artifacts / "outputs" / "env.json").read_text() == "1\n"


def test_no_shell_reads_the_words_of_a_command(submit: Submit) -> None:
    words = ["a b", "$HOME", ";", "`id`", "*", "'", "$$(A)"]
    run = submit(a_job(PYTHON, "-c", "import sys; print(sys.argv[1:])", args=[*words, None, "", 7]))
    assert list(run.logs(follow=True)) == [repr([*words[:-1], "$(A)", "7"])]


def test_a_command_of_one_text_is_split_and_args_are_not(submit: Submit) -> None:
    container = {"command": f"{PYTHON} -c 'import sys; print(sys.argv[1:])' one", "args": "two three"}
    run = submit(FakeSpec({"run": {"kind": "job", "container": container}}))
    assert list(run.logs(follow=True)) == ["['one', 'two three']"]


def test_a_process_starts_in_the_artifacts_of_its_run_unless_told_otherwise(submit: Submit, tmp_path: Path) -> None:
    (tmp_path / "project" / "src").mkdir(parents=True)
    plain = submit(a_script("pwd"))
    assert list(plain.logs(follow=True)) == [str(plain.artifacts)]
    given = submit(a_script("pwd"), working_dir=tmp_path / "project")
    assert list(given.logs(follow=True)) == [str(tmp_path / "project")]
    relative = submit(a_script("pwd", workingDir="src"), working_dir=tmp_path / "project")
    assert list(relative.logs(follow=True)) == [str(tmp_path / "project" / "src")]


def test_a_working_dir_that_does_not_exist_is_a_clear_error(submit: Submit) -> None:
    run = submit(a_script("pwd", workingDir="/of-the-image"))
    assert (run.wait(60), run.exit_code) == ("failed", None)
    assert list(run.logs()) == ["polyspec: the `workingDir`, `/of-the-image`, is no folder here"]
    assert str(run.error) == (
        "error[executor-working-dir]: the `workingDir`, `/of-the-image`, is no folder here\n = at: run.container.workingDir\n"
        " = help: it may be a folder of the image, which is not used here: leave it out, or name one under the context path"
    )
    run = submit(a_script("pwd", workingDir="/plx-context/artifacts/repo"))
    run.wait(60)
    assert run.error is not None
    assert run.error.diagnostics[0].hint == "an init step can make it: look at what they clone and copy"


def test_a_program_that_is_not_there_is_a_clear_error(submit: Submit, tmp_path: Path) -> None:
    run = submit(a_job("no-such-program"))
    assert (run.wait(60), run.exit_code) == ("failed", 127)
    assert list(run.logs(follow=True)) == ["polyspec: there is no program `no-such-program` on this machine"]
    (tmp_path / "plain").write_text("")
    run = submit(a_job(str(tmp_path / "plain")))
    assert (run.wait(60), run.exit_code) == ("failed", 126)
    assert list(run.logs(follow=True)) == [f"polyspec: `{tmp_path}/plain` cannot be started: Permission denied"]


def test_a_store_that_is_a_folder_stands_where_the_spec_mounts_it(submit: Submit, tmp_path: Path) -> None:
    for name in ("here", "given", "claim"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").write_text(name)
    connections = (
        FakeConnection("host", "host_path", {"hostPath": str(tmp_path / "here"), "mountPath": "/data"}),
        FakeConnection("given", "host_path", {"hostPath": "/nowhere", "mountPath": "/data/given"}),
        FakeConnection("claim", "volume_claim", {"volumeClaim": "c", "mountPath": str(tmp_path / "claim")}),
    )
    spec = a_script(
        f"cat /data/x /data/given/x {tmp_path}/claim/x",
        run={"connections": ["host", "given", "claim"]},
        context=FakeContext(connections=connections),
    )
    assert list(submit(spec, stores={"given": tmp_path / "given"}).logs(follow=True)) == ["heregivenclaim"]


@pytest.mark.parametrize("plugins", [{"mountArtifactsStore": True}, {"collectArtifacts": False}])
def test_the_artifacts_store_is_mounted_where_plugins_ask_for_it(
    submit: Submit, tmp_path: Path, plugins: dict[str, bool]
) -> None:
    store = FakeConnection("store", "host_path", {"hostPath": str(tmp_path), "mountPath": "/store"})
    run = submit(a_script("cd /store && pwd", wire={"plugins": plugins}, context=FakeContext(artifacts_store=store)))
    assert list(run.logs(follow=True)) == [str(tmp_path)]


def test_a_run_that_is_stopped_gets_time_to_end_well(submit: Submit) -> None:
    run = submit(a_script("trap 'echo saved; exit 0' TERM; echo up; sleep 600 & wait", run={"kind": "service"}))
    lines = run.logs(follow=True)
    assert next(lines) == "up"
    assert run.status == "running"
    assert run.wait(0) == "running"
    assert run.stop() == "stopped"
    assert list(lines) == ["saved"]
    assert (run.exit_code, run.error, record(run)["status"]) == (0, None, "stopped")
    assert run.stop() == "stopped"


HEEDFUL = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (print("child saved"), sys.exit()))
print("up", flush=True)
time.sleep(600)
"""


def test_the_children_of_a_stopped_process_get_time_too(submit: Submit) -> None:
    run = submit(a_job("sh", "-c", f'{PYTHON} -c "$0"; true', HEEDFUL))
    lines = run.logs(follow=True)
    assert next(lines) == "up"
    assert run.stop() == "stopped"
    assert list(lines) == ["child saved"]


def test_a_process_that_does_not_heed_is_killed(submit: Submit) -> None:
    deaf = "import signal,time\nsignal.signal(15, signal.SIG_IGN)\nprint('up', flush=True)\ntime.sleep(600)"
    run = submit(a_job(PYTHON, "-c", deaf), grace=0.05)
    assert next(run.logs(follow=True)) == "up"
    assert (run.stop(), run.exit_code) == ("stopped", 128 + signal.SIGKILL)


@pytest.mark.parametrize("end", ["exit 0", "wait"])
def test_no_child_outlives_its_run(submit: Submit, tmp_path: Path, end: str) -> None:
    """The child alone holds the pipe: the pipe ends when the child is gone."""
    os.mkfifo(tmp_path / "alive")
    reader = os.open(tmp_path / "alive", os.O_RDONLY | os.O_NONBLOCK)
    run = submit(a_script(f"exec 3>{tmp_path}/alive; sleep 600 >&3 2>&3 & exec 3>&-; echo up; {end}"))
    assert next(run.logs(follow=True)) == "up"
    assert run.wait(60 if end == "exit 0" else 0) in ("succeeded", "running")
    run.stop()
    assert select.select([reader], [], [], 60)[0] == [reader]
    assert os.read(reader, 1) == b""
    os.close(reader)


LEAVE = """
import os, time
seen, tell = os.pipe()
if os.fork() == 0:
    os.setsid()
    print(os.getpid(), flush=True)
    os.write(tell, b"x")
    time.sleep(600)
os.read(seen, 1)
"""


def test_a_child_that_left_the_group_does_not_hold_its_run_up(submit: Submit) -> None:
    run = submit(a_job(PYTHON, "-c", LEAVE))
    (child,) = run.logs(follow=True)
    assert run.status == "succeeded"
    os.kill(int(child), signal.SIGKILL)


def test_a_run_that_takes_too_long_is_ended(submit: Submit) -> None:
    run = submit(a_script("sleep 600", wire={"termination": {"timeout": 0.2, "maxRetries": 3}}))
    assert (run.wait(60), run.exit_code) == ("failed", 128 + signal.SIGTERM)
    assert str(run.error) == (
        "error[executor-timeout]: the run was ended at its time limit of 0.2 seconds\n = at: termination.timeout"
    )
    assert list(run.logs(follow=True)) == ["polyspec: the run was ended at its time limit of 0.2 seconds"]


def test_the_executor_has_a_time_limit_of_its_own_for_jobs(submit: Submit) -> None:
    assert submit(a_script("sleep 600", wire={"termination": {"timeout": 600}}), time_limit=0.1).wait(60) == "failed"
    service = submit(a_script("echo up; sleep 600", run={"kind": "service"}), time_limit=0.0)
    assert next(service.logs(follow=True)) == "up"
    assert service.stop() == "stopped"


COUNT = "echo x >> tries; echo try; [ $(wc -l < tries) -ge 3 ]"


def test_a_failed_command_is_tried_again_as_often_as_allowed(submit: Submit) -> None:
    spec = a_script(COUNT.replace("$", "$$"), wire={"termination": {"maxRetries": 2}})
    run = submit(spec)
    assert list(run.logs(follow=True)) == [
        "try",
        "polyspec: the command ended with exit code 1; retry 1 of 2",
        "try",
        "polyspec: the command ended with exit code 1; retry 2 of 2",
        "try",
    ]
    assert run.status == "succeeded"


def test_a_command_that_fails_too_often_has_failed(submit: Submit) -> None:
    run = submit(a_script(COUNT.replace("$", "$$"), wire={"termination": {"maxRetries": 1}}))
    assert (run.wait(60), run.exit_code) == ("failed", 1)
    assert (run.artifacts / "tries").read_text() == "x\nx\n"


def test_output_past_the_limit_is_cut_and_the_process_goes_on(submit: Submit) -> None:
    run = submit(a_script("echo 12345; head -c 300000 /dev/zero; echo done > end"), output_bytes=8)
    assert list(run.logs(follow=True)) == ["12345", "\0\0", "polyspec: the output went past 8 bytes: the rest of it is not kept"]
    assert (run.status, record(run)["log_complete"]) == ("succeeded", False)
    assert (run.artifacts / "end").read_text() == "done\n"


def test_output_of_just_the_limit_is_whole(submit: Submit) -> None:
    run = submit(a_script("printf 12345678"), output_bytes=8)
    assert list(run.logs(follow=True)) == ["12345678"]
    assert record(run)["log_complete"] is True


def test_lines_are_given_out_whole_and_as_they_come(submit: Submit) -> None:
    run = submit(a_script("mkfifo gate; printf 'one\\r\\ntw'; cat gate; printf '\\377 tail'"))
    lines = run.logs(follow=True)
    assert next(lines) == "one"
    (run.artifacts / "gate").write_text("o\n")
    assert list(lines) == ["two", "\ufffd tail"]
    assert list(run.logs()) == ["one", "two", "\ufffd tail"]


def test_a_run_that_breaks_is_a_failed_run(submit: Submit, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("polyspec.executors.local_run.carry_out", broken)
    raised: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", raised.append)
    run = submit(a_script("true"))
    assert run.wait(60) == "failed"
    for thread in threading.enumerate():
        if thread.name == f"polyspec-{run.id}":
            thread.join()
    assert [found.exc_type for found in raised] == [ZeroDivisionError]
    assert list(run.logs(follow=True)) == []
