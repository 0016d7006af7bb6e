"""The same with mistakes, each on a line of its own; a strict type checker finds them all.

An ignore that ignores nothing is an error itself, so that this file passes only as long as each line is found wrong.
"""

import polyspec
from polyspec import IO, Component, Operation, Param, RunContext, RunPatch
from polyspec.spec.container import Container, Resources
from polyspec.spec.matrix import Grid
from polyspec.spec.run import Job, Run, Service

IO(name=1)  # type: ignore[arg-type]  # a name is text
IO(nmae="epochs")  # type: ignore[call-arg]  # a misspelt field, and the name is missing
IO(name="epochs", type=int)  # type: ignore[arg-type]  # a type is written as text
IO(name="epochs", is_optional="yes")  # type: ignore[arg-type]  # a bool
Param(to_env=True)  # type: ignore[arg-type]  # a name
Component(run=Container(image="busybox"))  # type: ignore[arg-type]  # a container is no run
Component(inputs=IO(name="epochs"))  # type: ignore[arg-type]  # a list
Job(container=Container(image=None, arg=["a"]))  # type: ignore[call-arg]  # `args`
Job(ports=[80])  # type: ignore[call-arg]  # a field of services
Service(ports=["80"])  # type: ignore[list-item]  # a number
Container(args=[1])  # type: ignore[list-item]  # text
Resources(limits=["cpu"])  # type: ignore[arg-type]  # a mapping
Operation(cost="high", strict_params=1)  # type: ignore[arg-type]  # a bool
Operation(run_patch=RunPatch(replicas=1.5))  # type: ignore[arg-type]  # an integer
Operation(params=[Param(value=1)])  # type: ignore[arg-type]  # a mapping
Grid(concurrency=2)  # type: ignore[call-arg]  # the params are missing
Grid(params={"lr": [0.1]})  # type: ignore[dict-item]  # a choice
RunContext(iteration="3")  # type: ignore[arg-type]  # a number
polyspec.compile(1)  # type: ignore[arg-type]  # a source
run: Run = polyspec.loads("kind: component").run  # type: ignore[assignment]  # it may be absent
Component().name = "train"  # type: ignore[misc]  # objects are frozen
