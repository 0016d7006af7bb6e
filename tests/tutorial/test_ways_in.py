"""The tutorial's operation by every way in: path, URL, hub, inline, classes, text, the command line; and run to its end."""

import http.server
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import polyspec
from polyspec import IO, Component, Operation, Param, Resolvers, RunPatch, RunSpec
from polyspec.cli import main
from polyspec.executors import LocalExecutor
from polyspec.spec.container import Container, Resources
from polyspec.spec.init import GitInit, Init
from polyspec.spec.run import Job

EXAMPLE = Path(__file__).parents[2] / "examples" / "quick-start"
COMPONENT = EXAMPLE / "repository" / "scheduling" / "experimentation" / "typed.yaml"
PREFIX = "https://raw.githubusercontent.com/polyaxon/polyaxon-quick-start/master/"
UUID = "0f3e2d1c6b1ed8a2a9b24c8c9d7d0f5a"
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
OPERATION: dict[str, Any] = {
    "version": 1.1,
    "kind": "operation",
    "params": {"optimizer": {"value": "sgd"}, "epochs": {"value": 1}},
    "runPatch": {"container": {"resources": {"limits": {"nvidia.com/gpu": 1}}}},
}


def is_the_tutorial(spec: RunSpec) -> bool:
    """Whether a run spec is what the tutorial stands for."""
    container = spec.run.container
    assert container.args == ARGS
    assert container.image == "polyaxon/polyaxon-quick-start"
    assert container.working_dir == "/plx-context/artifacts/polyaxon-quick-start/scheduling"
    assert container.resources.limits == {"nvidia.com/gpu": 1}
    assert [step.git.url for step in spec.run.init] == ["https://github.com/polyaxon/polyaxon-quick-start"]
    assert (spec.inputs["epochs"].value, spec.inputs["optimizer"].value) == (1, "sgd")
    return True


@pytest.fixture
def mirror() -> Resolvers:
    """The folder that stands in for the URL of the tutorial."""
    return Resolvers.default(mirrors={PREFIX: EXAMPLE / "repository"})


@pytest.fixture
def expected(mirror: Resolvers) -> RunSpec:
    """The tutorial as it is written, its URL mirrored."""
    return polyspec.compile(EXAMPLE / "operation.yaml", resolvers=mirror)


def test_word_for_word_through_a_mirror(expected: RunSpec) -> None:
    assert is_the_tutorial(expected)
    assert [source.uri.rpartition("/")[2] for source in expected.sources] == ["operation.yaml", "typed.yaml"]


def test_by_path(tmp_path: Path, expected: RunSpec) -> None:
    (tmp_path / "typed.yaml").write_text(COMPONENT.read_text())
    text = (EXAMPLE / "operation.yaml").read_text().replace(f"urlRef: {PREFIX}scheduling/experimentation/", "pathRef: ./")
    (tmp_path / "operation.yaml").write_text(text)
    assert polyspec.compile(tmp_path / "operation.yaml") == expected


@pytest.fixture
def server() -> Iterator[str]:
    """A server on loopback that has the component."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        extensions_map = {".yaml": "application/yaml"}  # noqa: RUF012 - as the base class declares it

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that the base class gives it
            pass

    handler = partial(Quiet, directory=str(EXAMPLE / "repository"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()


def test_by_url(server: str, expected: RunSpec) -> None:
    operation = {**OPERATION, "urlRef": f"{server}/scheduling/experimentation/typed.yaml"}
    assert polyspec.compile(operation, resolvers=Resolvers.untrusted(hosts=[server])) == expected


def test_by_hub(tmp_path: Path, expected: RunSpec) -> None:
    (tmp_path / "typed").mkdir()
    for tag in ("latest", "1.0"):
        (tmp_path / "typed" / f"{tag}.yaml").write_text(COMPONENT.read_text())
    for reference in ("typed", "typed:1.0", "polyaxon/typed:latest"):
        assert polyspec.compile({**OPERATION, "hubRef": reference}, resolvers=Resolvers.default(hub=tmp_path)) == expected


def test_inline(expected: RunSpec) -> None:
    component = polyspec.load(COMPONENT).to_dict()
    assert polyspec.compile({**OPERATION, "component": component}) == expected


def test_from_text(expected: RunSpec, mirror: Resolvers) -> None:
    operation = polyspec.loads((EXAMPLE / "operation.yaml").read_text())
    assert polyspec.compile(operation, resolvers=mirror) == expected


def test_the_component_with_params_of_the_call() -> None:
    preset = {"isPreset": True, "runPatch": OPERATION["runPatch"]}
    assert is_the_tutorial(polyspec.compile(COMPONENT, {"optimizer": "sgd", "epochs": 1}, presets=[preset]))


def _number(name: str, kind: str, value: float) -> IO:
    return IO(name=name, type=kind, value=value, is_optional=True)


def test_from_classes(expected: RunSpec) -> None:
    component = Component(
        version=1.1,
        name="typed-experiment",
        description="experiment with inputs",
        tags=["examples"],
        inputs=[
            _number("conv1_size", "int", 32),
            _number("conv2_size", "int", 64),
            _number("dropout", "float", 0.2),
            _number("hidden1_size", "int", 500),
            IO(name="conv_activation", type="str", value="relu", is_optional=True),
            IO(name="dense_activation", type="str", value="relu", is_optional=True),
            IO(name="optimizer", type="str", value="adam", is_optional=True),
            _number("learning_rate", "float", 0.001),
            IO(name="epochs", type="int"),
        ],
        outputs=[IO(name="loss", type="float"), IO(name="accuracy", type="float")],
        run=Job(
            init=[Init(git=GitInit(url="https://github.com/polyaxon/polyaxon-quick-start"))],
            container=Container(
                image="polyaxon/polyaxon-quick-start",
                working_dir="{{ globals.artifacts_path }}/polyaxon-quick-start/scheduling",
                command=["python3", "model.py"],
                args=[f"--{arg[2:].partition('=')[0]}={{{{ {arg[2:].partition('=')[0]} }}}}" for arg in ARGS],
            ),
        ),
    )
    operation = Operation(
        version=1.1,
        component=component,
        params={"optimizer": Param(value="sgd"), "epochs": Param(value=1)},
        run_patch=RunPatch(container=Container(resources=Resources(limits={"nvidia.com/gpu": 1}))),
    )
    assert polyspec.compile(operation) == expected


def test_from_the_command_line(expected: RunSpec, capfd: pytest.CaptureFixture[str]) -> None:
    call = ["compile", str(EXAMPLE / "operation.yaml"), "--mirror", f"{PREFIX}={EXAMPLE / 'repository'}"]
    assert main(call) == 0
    assert capfd.readouterr().out == expected.to_yaml()


def test_the_local_executor_runs_it_to_its_exit_status(tmp_path: Path, mirror: Resolvers) -> None:
    """The image and the repository are not there: a preset puts a command of this machine in their place."""
    script = "import sys; print(sys.argv[1:]); sys.exit(7)"
    preset = {
        "patchStrategy": "replace",
        "runPatch": {"init": [], "container": {"command": ["python3", "-c", script], "workingDir": "."}},
    }
    context = polyspec.RunContext(run_uuid=UUID)
    spec = polyspec.compile(EXAMPLE / "operation.yaml", presets=[preset], resolvers=mirror, context=context)
    run = LocalExecutor(tmp_path / "runs", ignore=["gpu"], working_dir=tmp_path).submit(spec)
    assert (run.wait(), run.exit_code) == ("failed", 7)
    assert "\n".join(run.logs()) == str(ARGS)
    assert run.id == UUID


def test_what_cannot_be_done_without_a_container_is_told(tmp_path: Path, expected: RunSpec) -> None:
    with pytest.raises(polyspec.PolyspecError) as caught:
        LocalExecutor(tmp_path / "runs").submit(expected)
    assert [(it.code, it.path) for it in caught.value.diagnostics] == [
        ("executor-unsupported", ("run", "container", "resources", "limits", "nvidia.com/gpu"))
    ]
    assert not (tmp_path / "runs").exists()
