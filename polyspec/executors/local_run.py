"""One run on this machine: its status, its log, its record, and the thread that carries it out."""

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from polyspec.errors import PolyspecError
from polyspec.executors.base import DONE, Status, refusal
from polyspec.executors.carry_out import Outcome, Shift, carry_out

RESULT: Final = "result.json"
"""The record of a run, in its folder; written anew at each change of its status."""


class LocalRun:
    """A run of the local executor, under way or over; the `Run` of the Protocol, with what a folder of this machine adds.

    `folder` holds all of it: `context/`, `logs/main.log`, `spec.json` and the record, `result.json`. `notes` say what of the
    spec means nothing here. `facts` are what the record says beside the status.
    """

    def __init__(self, shift: Shift, facts: Mapping[str, Any]) -> None:
        self.folder: Path = shift.folder
        self.notes: tuple[str, ...] = shift.job.notes
        self._shift = shift
        self._changed = shift.control.changed
        self._status: Status = "created"
        self._outcome: Outcome | None = None
        self._facts = {**facts, "created_at": _now()}
        self._times: dict[str, str] = {}
        self._record("created")

    def start(self) -> "LocalRun":
        """Begin in a thread of its own. The interpreter waits for it at its end: a run is not lost, and can be stopped."""
        threading.Thread(target=self._work, name=f"polyspec-{self.id}").start()
        return self

    def __repr__(self) -> str:
        return f"<run {self.id}: {self.status}>"

    @property
    def id(self) -> str:
        """The name of the run's folder: the uuid of the run, numbered where that was taken."""
        return self.folder.name

    @property
    def status(self) -> Status:
        """Where the run stands now."""
        with self._changed:
            return self._status

    @property
    def exit_code(self) -> int | None:
        """The exit code of the command, 128 + n where signal n ended it; None before it ended, and where it never began."""
        with self._changed:
            return None if self._outcome is None else self._outcome.exit_code

    @property
    def error(self) -> PolyspecError | None:
        """Why the run failed, as an error with one diagnostic; None for a run that has not failed."""
        with self._changed:
            problem = None if self._outcome is None else self._outcome.problem
        return None if problem is None else refusal([problem])

    @property
    def artifacts(self) -> Path:
        """The folder that the spec knows as `globals.run_artifacts_path`; `outputs` in it is for what the run makes."""
        return self._shift.artifacts

    def logs(self, *, follow: bool = False) -> Iterator[str]:
        """The lines of output and errors in the order of their writing: those there are, or with `follow` all to the end."""
        return self._shift.log.lines(follow=follow)

    def wait(self, timeout: float | None = None) -> Status:
        """Wait until the run is over, or for `timeout` seconds at most, and give the status at that time."""
        with self._changed:
            self._changed.wait_for(lambda: self._status in DONE, timeout)
            return self._status

    def stop(self) -> Status:
        """End the run and wait until it is over: SIGTERM to all its processes, and SIGKILL after the grace period."""
        with self._changed:
            if self._status not in DONE:
                self._status = "stopping"
                self._record("stopping")
        self._shift.control.stop()
        return self.wait()

    def _enter(self, status: Status) -> None:
        with self._changed:
            if self._status != "stopping":
                self._status = status
                self._times.setdefault("started_at", _now())
                self._record(status)
                self._changed.notify_all()

    def _work(self) -> None:
        outcome = Outcome("failed")
        try:
            outcome = carry_out(self._shift, self._enter)
            if outcome.problem is not None and outcome.problem.code != "executor-exit":
                self._shift.log.say(outcome.problem.message)
        finally:
            self._settle(outcome)

    def _settle(self, outcome: Outcome) -> None:
        with self._changed:
            self._outcome, self._status = outcome, outcome.status
            self._times["finished_at"] = _now()
            self._record(outcome.status)
            self._changed.notify_all()
        self._shift.log.close()

    def _record(self, status: Status) -> None:
        """Write the record whole or not at all; a full disk costs the record and not the run."""
        outcome = self._outcome or Outcome("stopped")
        result = {
            **self._facts,
            **self._times,
            "status": status,
            "exit_code": outcome.exit_code,
            "message": None if outcome.problem is None else outcome.problem.message,
            "log_complete": self._shift.log.complete,
            "notes": list(self.notes),
        }
        draft = self.folder / f".{RESULT}"
        with contextlib.suppress(OSError):
            draft.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
            draft.replace(self.folder / RESULT)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
