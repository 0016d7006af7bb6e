"""Carrying out a job on this machine: its init steps, then its process, until it is done or nobody waits any longer."""

import functools
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Literal

from polyspec.errors import Problem, Rejected
from polyspec.executors.base import Status
from polyspec.executors.environment import OFFLINE, expanded, expanded_in_order
from polyspec.executors.init import Step
from polyspec.executors.job import CONTEXT, Job
from polyspec.executors.local_init import Steps
from polyspec.executors.logs import Log
from polyspec.executors.paths import Workspace
from polyspec.executors.process import NOT_EXECUTABLE, NOT_FOUND, Call, Control, Interrupted, execute
from polyspec.record import record


@record
class Outcome:
    """How a run, or one task of it, ended."""

    status: Literal["succeeded", "failed", "stopped"]
    exit_code: int | None = None
    problem: Problem | None = None


@record
class Shift:
    """A job at work in the folder of its run.

    `inherited` is what the process gets of the parent's environment; `working_dir` is used where the spec names none;
    `seconds` is what it may take in all.
    """

    job: Job
    folder: Path
    inherited: Mapping[str, str]
    working_dir: Path | None
    seconds: float | None
    log: Log
    control: Control
    grace: float

    @property
    def own(self) -> Workspace:
        """The folders that init steps may write to."""
        return Workspace(self.folder, self.job.own)

    @property
    def all(self) -> Workspace:
        """These, and the stores."""
        return Workspace(self.folder, (*self.job.own, *self.job.stores))

    @property
    def artifacts(self) -> Path:
        """The artifacts folder of the run."""
        return self.folder / CONTEXT / os.path.relpath(self.job.artifacts, self.job.own[0].prefix)

    def lay_out(self) -> None:
        """Make the folders that a run finds at its start. Raises `OSError`."""
        (self.artifacts / "outputs").mkdir(parents=True)
        # Polyaxon's client puts what it tracks offline into `runs/UUID`: that way it joins the other artifacts of the run
        (self.folder / CONTEXT / OFFLINE).mkdir()
        (self.folder / CONTEXT / OFFLINE / "runs").symlink_to("../artifacts", target_is_directory=True)

    def tasks(self) -> Iterator[tuple[Status, Callable[[], Outcome]]]:
        """What is to be done, in order, with the status of the run meanwhile; a task that failed may be done again."""
        steps = Steps(self.own, self.all, self.inherited, self.log, self.control, self.grace)
        for step in self.job.steps:
            yield "starting", functools.partial(_done, steps, step)
        yield "running", self._main

    def _main(self) -> Outcome:
        variables = self._variables()
        argv = [expanded(self.all.rewritten(word), variables) for word in self.job.argv]
        try:
            call = Call(argv, {**self.inherited, **variables}, self._start_folder())
            code = execute(call, self.log, self.control, self.grace)
        except Rejected as failure:
            return Outcome("failed", None, failure.problems[0])
        except (OSError, ValueError) as error:
            return _not_started(argv[0], error)
        return Outcome("failed", code, _exit_problem(code)) if code else Outcome("succeeded", code)

    def _variables(self) -> dict[str, str]:
        place = self.all.rewritten
        expandable = ((name, place(value)) for name, value in self.job.variables)
        return {**expanded_in_order(expandable), **{name: place(value) for name, value in self.job.data}}

    def _start_folder(self) -> Path:
        """The folder that the process starts in. Raises `Rejected` where there is none: only init steps may have made it."""
        default, given = self.working_dir or self.artifacts, self.job.working_dir
        if given is None:
            return default
        place = (self.all.host(given) if given.startswith("/") else None) or default / given
        if place.is_dir():
            return place
        raise Rejected([_no_folder(given, known=self.all.host(given) is not None)])


def carry_out(shift: Shift, enter: Callable[[Status], None]) -> Outcome:
    """Do all tasks of a job, and a failed one again as often as the job allows in all; `enter` is told of each new status."""
    retries, outcome = 0, Outcome("succeeded")
    try:
        for status, task in shift.tasks():
            enter(status)
            outcome = task()
            while outcome.problem is not None and retries < shift.job.retries:
                retries += 1
                shift.log.say(f"{outcome.problem.message}; retry {retries} of {shift.job.retries}")
                enter("retrying")
                enter(status)
                outcome = task()
            if outcome.problem is not None:
                break
    except Interrupted as end:
        problem = None if end.reason == "stopped" else _late(shift)
        return Outcome("stopped" if problem is None else "failed", end.exit_code, problem)
    return outcome


def _done(steps: Steps, step: Step) -> Outcome:
    try:
        steps.do(step)
    except Rejected as failure:
        return Outcome("failed", None, failure.problems[0])
    return Outcome("succeeded")


def _not_started(word: str, error: OSError | ValueError) -> Outcome:
    """The outcome of a command that is no program of this machine. The codes are those of shells."""
    path = ("run", "container", "command")
    if isinstance(error, FileNotFoundError):
        hint = "a local run has the programs of this machine alone: its image is not used"
        problem = Problem("executor-command", f"there is no program `{word}` on this machine", path, hint)
        return Outcome("failed", NOT_FOUND, problem)
    what = f"`{word}` cannot be started: {getattr(error, 'strerror', None) or type(error).__name__}"
    return Outcome("failed", NOT_EXECUTABLE, Problem("executor-command", what, path))


def _exit_problem(code: int) -> Problem:
    return Problem("executor-exit", f"the command ended with exit code {code}", ("run", "container", "command"))


def _late(shift: Shift) -> Problem:
    return Problem(
        "executor-timeout", f"the run was ended at its time limit of {shift.seconds:g} seconds", ("termination", "timeout")
    )


def _no_folder(given: str, *, known: bool) -> Problem:
    hint = (
        "an init step can make it: look at what they clone and copy"
        if known
        else "it may be a folder of the image, which is not used here: leave it out, or name one under the context path"
    )
    return Problem(
        "executor-working-dir", f"the `workingDir`, `{given}`, is no folder here", ("run", "container", "workingDir"), hint
    )
