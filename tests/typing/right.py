"""A user's program that builds the tutorial's operation from classes: a strict type checker finds nothing in it."""

import polyspec
from polyspec import IO, Component, Connection, Limits, Operation, Param, PolyspecError, Resolvers, RunContext, RunPatch, RunSpec
from polyspec.spec.container import Container, EnvVar, Resources
from polyspec.spec.environment import Environment
from polyspec.spec.helpers import Termination
from polyspec.spec.init import GitInit, Init
from polyspec.spec.matrix import Grid
from polyspec.spec.matrix.params import Choices
from polyspec.spec.run import Job

component = Component(
    name="typed-experiment",
    tags=["examples"],
    inputs=[
        IO(name="optimizer", type="str", value="adam", is_optional=True),
        IO(name="learning_rate", type="float", value=0.001, is_optional=True),
        IO(name="epochs", type="int"),
    ],
    outputs=[IO(name="loss", type="float")],
    run=Job(
        environment=Environment(labels={"team": "vision"}),
        init=[Init(git=GitInit(url="https://github.com/polyaxon/polyaxon-quick-start"))],
        container=Container(
            image="polyaxon/polyaxon-quick-start",
            command=["python3", "model.py"],
            args=["--optimizer={{ optimizer }}", "--epochs={{ epochs }}"],
            env=[EnvVar(name="MODE", value="fast")],
        ),
    ),
)
operation = Operation(
    version=1.1,
    component=component,
    params={"optimizer": Param(value="sgd"), "epochs": Param(value=1)},
    termination=Termination(max_retries=2, timeout="{{ timeout }}"),
    matrix=Grid(params={"learning_rate": Choices(value=[0.1, 0.01])}, concurrency=2),
    run_patch=RunPatch(container=Container(resources=Resources(limits={"nvidia.com/gpu": 1}))),
)


report: list[tuple[str, str, int | None, str | None]] = []


def digest(operation: Operation, **params: object) -> str | None:
    """What identifies the run of an operation, or None where there is none."""
    context = RunContext(owner="acme", connections=[Connection.from_dict({"name": "repo", "kind": "git"})])
    try:
        spec: RunSpec = polyspec.compile(
            operation,
            params,
            presets=["gpu.yaml"],
            context=context,
            resolvers=Resolvers.default(),
            limits=Limits(depth=32),
            name="x",
        )
    except PolyspecError as error:
        for found in error.diagnostics:
            line: int | None = found.location.line if found.location else None
            report.append((found.code, found.message, line, found.hint))
        return None
    return spec.digest


def names(text: str) -> list[str]:
    """The names of the inputs of a text."""
    spec: Component | Operation = polyspec.loads(text)
    return [io.name for io in spec.inputs] if spec.inputs else []


again: Operation = Operation.from_dict(operation.to_dict())
text: str = again.to_yaml()
