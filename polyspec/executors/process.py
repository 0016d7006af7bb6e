"""One process at a time: started in a group of its own, its output kept, ended with all its children."""

import contextlib
import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Final, Literal

from polyspec.executors.logs import Log
from polyspec.record import record

Interruption = Literal["stopped", "timeout"]

_CHUNK: Final = 64 * 1024
_PIPE: Final = 1024 * 1024
"""As much as a pipe holds: what may still be read after the process is gone."""
NOT_EXECUTABLE: Final = 126
NOT_FOUND: Final = 127
"""The exit codes of a command that cannot be started. Source: POSIX shells."""


class Interrupted(Exception):
    """The run was told to end, or its time was up; `exit_code` is that of the process this ended, if there was one."""

    def __init__(self, reason: Interruption, exit_code: int | None = None) -> None:
        self.reason, self.exit_code = reason, exit_code
        super().__init__(reason)


class Control:
    """What may end a run early: a call of `stop`, and a deadline on the monotonic clock.

    `changed` is the one condition of a run; everything about it that others wait for is changed under it.
    """

    def __init__(self, seconds: float | None = None) -> None:
        self.changed = threading.Condition()
        self._deadline = None if seconds is None else time.monotonic() + seconds
        self._stopped = False

    def stop(self) -> None:
        """Ask for the end."""
        with self.changed:
            self._stopped = True
            self.changed.notify_all()

    def check(self) -> None:
        """Raise `Interrupted` where the run should not go on."""
        with self.changed:
            reason = self._reason()
        if reason is not None:
            raise Interrupted(reason)

    def until(self, over: Callable[[], bool]) -> Interruption | None:
        """Wait until `over` holds, and give None; or give the reason for not waiting any longer."""
        with self.changed:
            left = None if self._deadline is None else max(0.0, self._deadline - time.monotonic())
            self.changed.wait_for(lambda: over() or self._stopped, left)
            return None if over() else (self._reason() or "timeout")

    def _reason(self) -> Interruption | None:
        if self._stopped:
            return "stopped"
        return "timeout" if self._deadline is not None and time.monotonic() >= self._deadline else None


@record
class Call:
    """A process to be: its words, its whole environment and the folder it starts in."""

    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: Path


def execute(call: Call, log: Log, control: Control, grace: float) -> int:
    """Run a process to its end, its output into the log, and give its exit code: 128 + n where signal n killed it.

    It leads a process group of its own, which dies with it. When `control` says so the group gets SIGTERM, and SIGKILL
    after `grace` seconds: then this raises `Interrupted`. Raises `OSError` where the process cannot be started.
    """
    control.check()
    # argv and no shell; the words are the user's own program, which is what an executor is for
    process = subprocess.Popen(  # noqa: S603
        call.argv,
        env=call.env,
        cwd=call.cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        bufsize=0,
        start_new_session=True,
    )
    child = _Child(process, log, control)
    reason = control.until(child.gone.is_set)
    if reason is not None:
        child.ask_to_end(grace)
    exit_code = child.end()
    if reason is not None:
        raise Interrupted(reason, exit_code)
    return exit_code


class _Child:
    """A started process with the two threads that it needs: one reads its output, one waits for its end."""

    def __init__(self, process: "subprocess.Popen[bytes]", log: Log, control: Control) -> None:
        self.gone = threading.Event()
        self._process = process
        self._control = control
        self._over_read, self._over_write = os.pipe()
        self._output_ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._await_end, daemon=True),
            threading.Thread(target=self._read, args=(process.stdout, log), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def ask_to_end(self, grace: float) -> None:
        """SIGTERM to the group, and time to follow it: until the process and all that share its output have ended."""
        patience = time.monotonic() + grace
        self._signal(signal.SIGTERM)
        if self.gone.wait(grace):
            self._output_ended.wait(max(0.0, patience - time.monotonic()))

    def end(self) -> int:
        """Kill what is left of the group, read what is left of the output, and give the exit code."""
        waiter, reader = self._threads
        self._signal(signal.SIGKILL)
        waiter.join()
        code = self._process.wait()
        os.close(self._over_write)
        reader.join()
        os.close(self._over_read)
        return 128 - code if code < 0 else code

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def _await_end(self) -> None:
        """Wait for the end without reaping: as long as the process is a zombie, its group's number belongs to nobody else."""
        if hasattr(os, "waitid"):
            os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        else:
            self._process.wait()
        with self._control.changed:
            self.gone.set()
            self._control.changed.notify_all()

    def _read(self, output: IO[bytes], log: Log) -> None:
        """Read the output until it ends, or until the process is gone and what is in the pipe has been read.

        A child that left the process group may hold the pipe open for ever: nobody waits for it.
        """
        with output, selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            selector.register(self._over_read, selectors.EVENT_READ)
            while self._over_read not in {key.fileobj for key, _ in selector.select()}:
                chunk = os.read(output.fileno(), _CHUNK)
                if not chunk:
                    self._output_ended.set()
                    return
                log.write(chunk)
            os.set_blocking(output.fileno(), False)
            with contextlib.suppress(BlockingIOError):
                log.write(os.read(output.fileno(), _PIPE))
