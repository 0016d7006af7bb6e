"""Plain stand-ins for what the compiler makes: a spec, its context and its connections."""

import copy
from collections.abc import Mapping
from typing import Any

import attrs

UUID = "0123456789abcdef0123456789abcdef"


@attrs.frozen
class FakeConnection:
    name: str
    kind: str
    schema: Mapping[str, Any] | None = None
    env: Any = None
    secret: Any = None


@attrs.frozen(kw_only=True)
class FakeContext:
    owner: str = "ada"
    project: str = "mnist"
    run_uuid: str | None = UUID
    run_name: str | None = "quick"
    run_path: str | None = None
    namespace: str | None = "lab"
    context_root: str = "/plx-context"
    artifacts_store: FakeConnection | None = None
    connections: tuple[FakeConnection, ...] = ()


@attrs.frozen
class FakeSpec:
    wire: dict[str, Any]
    context: FakeContext = attrs.field(factory=FakeContext)
    digest: str = "sha256:" + "ab" * 32

    def to_dict(self) -> dict[str, Any]:
        return copy.deepcopy(self.wire)


def a_job(*command: str, context: FakeContext | None = None, run: Any = None, wire: Any = None, **container: Any) -> FakeSpec:
    """The spec of a job; `run` and `wire` add to its run section and to its root."""
    section = {"kind": "job", "container": {"command": list(command), **container}, **(run or {})}
    return FakeSpec({"kind": "compiled_operation", "run": section, **(wire or {})}, context or FakeContext())


def a_script(text: str, **more: Any) -> FakeSpec:
    """The spec of a job that runs a shell script."""
    return a_job("sh", "-c", text, **more)
