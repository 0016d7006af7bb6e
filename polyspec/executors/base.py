"""What an executor is: the Protocols, and the words that its parts share."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, Protocol, runtime_checkable

from polyspec.errors import Diagnostic, PolyspecError, Problem

Status = Literal["created", "starting", "running", "retrying", "stopping", "stopped", "succeeded", "failed"]
"""Where a run stands, in Polyaxon's words."""

DONE: Final[frozenset[Status]] = frozenset({"stopped", "succeeded", "failed"})
"""The statuses after which nothing more happens."""


class ConnectionLike(Protocol):
    """What an executor reads of a connection; `env`, `secret` and `config_map` are read where it has them."""

    @property
    def name(self) -> str:
        """The name by which specs ask for it."""
        ...

    @property
    def kind(self) -> str:
        """What it connects to, such as `git`, `host_path` or `s3`."""
        ...

    @property
    def schema(self) -> Mapping[str, Any] | None:
        """What its kind needs, under Polyaxon's camelCase keys."""
        ...


class ContextLike(Protocol):
    """What an executor reads of a `RunContext`: who runs it, and where."""

    @property
    def owner(self) -> str:
        """Who the run belongs to."""
        ...

    @property
    def project(self) -> str:
        """The project of the run."""
        ...

    @property
    def run_uuid(self) -> str | None:
        """The identity of the run."""
        ...

    @property
    def run_name(self) -> str | None:
        """The name that a person gave it."""
        ...

    @property
    def run_path(self) -> str | None:
        """Its path under the artifacts; the uuid where it is None."""
        ...

    @property
    def namespace(self) -> str | None:
        """The namespace that it was compiled for."""
        ...

    @property
    def context_root(self) -> str:
        """The context path of its container, where the artifacts of all runs are: `/plx-context` by default."""
        ...

    @property
    def artifacts_store(self) -> ConnectionLike | None:
        """The store that init steps copy from unless they name another."""
        ...

    @property
    def connections(self) -> Sequence[ConnectionLike]:
        """The catalogue."""
        ...


class Submittable(Protocol):
    """What an executor needs of a run spec: Polyaxon's wire format, the digest, and the context it was compiled for."""

    @property
    def digest(self) -> str:
        """`sha256:` and what would run, hashed."""
        ...

    @property
    def context(self) -> ContextLike:
        """The context that it was compiled for."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """The compiled operation, in JSON types."""
        ...


@runtime_checkable
class Run(Protocol):
    """One run of a spec, under way or over. Safe to use from many threads."""

    @property
    def id(self) -> str:
        """The name of this run, unique to its executor: the run's uuid, numbered where the same spec runs again."""
        ...

    @property
    def status(self) -> Status:
        """Where the run stands now."""
        ...

    def logs(self, *, follow: bool = False) -> Iterator[str]:
        """The lines of the log without their ends: those there are, or with `follow` all until the run is over."""
        ...

    def wait(self, timeout: float | None = None) -> Status:
        """Wait until the run is over, or for `timeout` seconds at most, and give the status at that time."""
        ...

    def stop(self) -> Status:
        """End the run and wait until it is over; nothing happens to a run that is over already."""
        ...


@runtime_checkable
class Executor(Protocol):
    """Whatever takes a run spec and carries it out."""

    def submit(self, spec: Submittable) -> Run:
        """Start a run of the spec and return at once. Raises `PolyspecError` with every reason why it cannot run here."""
        ...


def refusal(problems: Iterable[Problem]) -> PolyspecError:
    """The error that holds the problems as diagnostics: without a location, for no executor knows what was written where."""
    return PolyspecError([Diagnostic(p.code, p.message, None, p.path, p.hint, p.severity) for p in problems])
