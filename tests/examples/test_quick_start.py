"""The tutorial, word for word: from a path, a URL, a hub, inline, and from classes; to its exit status."""

import shutil
import subprocess
from pathlib import Path

import pytest

import polyspec
from polyspec import Resolvers
from polyspec.source import parse

from .conftest import GITHUB, Command, Program

FOLDER = Path("examples/quick-start")
OPERATION = """\
version: 1.1
kind: operation
params:
  optimizer: {value: sgd}
  epochs: {value: 1}
runPatch:
  container:
    resources:
      limits:
        nvidia.com/gpu: 1
urlRef: https://raw.githubusercontent.com/polyaxon/polyaxon-quick-start/master/scheduling/experimentation/typed.yaml
"""
ARGS = [
    "--conv1_size=32",
    "--conv2_size=64",
    "--dropout=0.2",
    "--hidden1_size=500",
    "--optimizer=sgd",
    "--conv_activation=relu",
    "--dense_activation=relu",
    "--learning_rate=0.001",
    "--epochs=1",
]
MIRROR = f"{GITHUB}={FOLDER}/repository"


def compiled(source: object, resolvers: Resolvers | None = None) -> dict[str, object]:
    mirrored = Resolvers.default(mirrors={GITHUB: FOLDER / "repository"}, offline=True)
    return polyspec.compile(source, resolvers=resolvers or mirrored).to_dict()  # type: ignore[arg-type]  # any source


def test_the_operation_is_the_tutorials() -> None:
    assert (FOLDER / "operation.yaml").read_text(encoding="utf-8") == OPERATION


def test_it_compiles_to_what_the_tutorial_says() -> None:
    tree = compiled(FOLDER / "operation.yaml")
    assert tree["name"] == "typed-experiment"
    assert tree["run"] == {
        "kind": "job",
        "init": [{"git": {"url": "https://github.com/polyaxon/polyaxon-quick-start"}}],
        "container": {
            "image": "polyaxon/polyaxon-quick-start",
            "command": ["python3", "model.py"],
            "args": ARGS,
            "workingDir": "/plx-context/artifacts/polyaxon-quick-start/scheduling",
            "resources": {"limits": {"nvidia.com/gpu": 1}},
        },
    }


def test_path_hub_and_inline_give_the_same_as_the_url(checkout: Path) -> None:
    written = parse(OPERATION, "operation.yaml").tree
    component = FOLDER / "repository/scheduling/experimentation/typed.yaml"
    hub = checkout / "hub"
    (hub / "typed-experiment").mkdir(parents=True)
    shutil.copy(component, hub / "typed-experiment" / "latest.yaml")
    operation = {key: value for key, value in written.items() if key != "urlRef"}
    by_url = compiled(written)
    assert compiled({**operation, "pathRef": str(component)}) == by_url
    assert compiled({**operation, "hubRef": "typed-experiment"}, Resolvers.default(hub=hub)) == by_url
    assert compiled({**operation, "component": parse(component.read_text(encoding="utf-8"), "typed.yaml").tree}) == by_url


def test_it_runs_offline_to_its_exit_status(polyspec_command: Command, capfd: pytest.CaptureFixture[str]) -> None:
    words = ("run", str(FOLDER / "operation.yaml"), "-f", str(FOLDER / "offline.yaml"), "--mirror", MIRROR)
    assert polyspec_command(*words, "-P", "epochs=2") == 0
    shown = capfd.readouterr()
    assert shown.out.splitlines() == [
        "optimizer sgd, learning rate 0.001, 2 epoch(s)",
        "epoch 1: loss=0.9644",
        "epoch 2: loss=0.9302",
    ]
    assert "succeeded: " in shown.err


def test_a_run_that_fails_passes_its_exit_status_on(polyspec_command: Command, capfd: pytest.CaptureFixture[str]) -> None:
    failing = FOLDER / "failing.yaml"
    failing.write_text("runPatch: {container: {args: [--no-such-argument]}}\n", encoding="utf-8")
    words = ("run", str(FOLDER / "operation.yaml"), "-f", str(FOLDER / "offline.yaml"), "-f", str(failing), "--mirror", MIRROR)
    assert polyspec_command(*words) == 2  # that of argparse, in the command
    assert "unrecognized arguments: --no-such-argument" in capfd.readouterr().out


def test_without_the_preset_the_gpu_is_asked_for(polyspec_command: Command, capfd: pytest.CaptureFixture[str]) -> None:
    assert polyspec_command("run", str(FOLDER / "operation.yaml"), "--mirror", MIRROR) == 1
    assert "error[executor-unsupported]: nothing on this machine hands out `nvidia.com/gpu`" in capfd.readouterr().err


def test_word_for_word_it_clones_its_repository_and_runs(
    checkout: Path, polyspec_command: Command, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    home = repository_in(checkout)
    monkeypatch.setenv("HOME", str(home))
    assert polyspec_command("run", str(FOLDER / "operation.yaml"), "--mirror", MIRROR, "--ignore", "gpu") == 0
    assert capfd.readouterr().out.splitlines()[-1] == "epoch 1: loss=0.9644"


def repository_in(folder: Path) -> Path:
    """A home folder whose git finds a stand-in for the tutorial's repository at its URL; the code is that of the preset."""
    preset = parse((FOLDER / "offline.yaml").read_text(encoding="utf-8"), "offline.yaml").tree
    repository, home = folder / "repository", folder / "home"
    model = repository / "scheduling" / "model.py"
    model.parent.mkdir(parents=True)
    model.write_text(preset["runPatch"]["init"][0]["file"]["content"], encoding="utf-8")
    home.mkdir()
    url = "https://github.com/polyaxon/polyaxon-quick-start"
    (home / ".gitconfig").write_text(f'[url "file://{repository}"]\n  insteadOf = {url}\n', encoding="utf-8")
    identity = ("-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false")
    for words in (("init", "--quiet"), ("add", "."), (*identity, "commit", "--quiet", "-m", "stand-in")):
        subprocess.run(["git", "-C", str(repository), *words], check=True, capture_output=True, timeout=30)
    return home


def test_the_notebook_builds_the_same_from_classes_and_runs_it(run_program: Program) -> None:
    lines = run_program("quick_start.py").splitlines()
    assert [line for line in lines if line.startswith("--")] == ARGS
    assert lines[-4:] == [
        "epoch 1: loss=0.9644",
        "epoch 2: loss=0.9302",
        "epoch 3: loss=0.8971",
        "succeeded 0",
    ]


def test_the_notebook_is_made_of_cells(checkout: Path) -> None:
    text = (checkout / "examples" / "quick_start.py").read_text(encoding="utf-8")
    cells = [line for line in text.splitlines() if line.startswith("# %%")]
    assert text.startswith("# %% [markdown]\n")
    assert cells.count("# %%") == 5
