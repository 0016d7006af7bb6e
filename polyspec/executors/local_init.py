"""The init steps, done on this machine."""

import re
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from polyspec.errors import Problem, Rejected
from polyspec.executors.copying import Copier, NotCopied
from polyspec.executors.init import EXPERIMENTAL_FETCH, Clone, Copy, Step, WriteFile
from polyspec.executors.logs import Log
from polyspec.executors.paths import Workspace
from polyspec.executors.process import Call, Control, execute
from polyspec.record import record

_TRANSPORTS: Final = (
    "protocol.allow=never",
    "protocol.ext.allow=never",
    "protocol.fd.allow=never",
    "protocol.file.allow=user",
    "protocol.git.allow=always",
    "protocol.http.allow=always",
    "protocol.https.allow=always",
    "protocol.ssh.allow=always",
)
"""The transports of git, for submodules too: those that reach hosts, files for what the user named; none that runs a program."""
_BITS: Final = {"r": 0o444, "w": 0o222, "x": 0o111}
_WHO: Final = {"u": 0o700, "g": 0o070, "o": 0o007}


@record
class Steps:
    """What the steps of one run share: where it lives (`own` for targets, `all` for paths in texts), its log, its end."""

    own: Workspace
    all: Workspace
    env: Mapping[str, str]
    log: Log
    control: Control
    grace: float

    def do(self, step: Step) -> None:
        """Do one step; doing it again after it failed is safe. Raises `Rejected`, and `Interrupted` when the run is ended."""
        self.control.check()
        try:
            match step:
                case Clone():
                    self._clone(step)
                case WriteFile():
                    self._write(step)
                case Copy():
                    self._copy(step)
        except OSError as error:
            raise _failed(step, f"the init step failed: {error.strerror or type(error).__name__}") from None

    def _place(self, step: Step, target: str) -> Path:
        place = self.own.host(target)
        if place is None or not place.resolve().is_relative_to(self.own.folder.resolve()):
            raise _failed(step, f"a link leads from `{target}` out of the folders of the run")
        return place

    def _write(self, step: WriteFile) -> None:
        place = self._place(step, step.target)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        place.write_text(self.all.rewritten(step.content), encoding="utf-8", newline="")
        if step.mode is not None:
            place.chmod(changed_mode(stat.S_IMODE(place.stat().st_mode), step.mode))

    def _copy(self, step: Copy) -> None:
        copier = Copier(step.store, self.own.folder.resolve(), self.control.check)
        for item in step.items:
            try:
                left_out = copier.copy(item.source, self._place(step, item.target), item.kind)
            except NotCopied as reason:
                raise _failed(step, f"cannot copy from the store `{step.name}`: {reason}") from None
            for path in left_out:
                self.log.say(f"left out of the copy from the store `{step.name}`: `{path}`, which leads out of it or is no file")

    def _clone(self, step: Clone) -> None:
        place = self._place(step, step.target)
        if place.exists():
            raise _failed(step, f"cannot clone into `{step.target}`: something is there already")
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            for words in git_commands(step, place):
                self._git(step, words, place.parent)
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise

    def _git(self, step: Clone, words: tuple[str, ...], cwd: Path) -> None:
        options = [word for setting in _TRANSPORTS for word in ("-c", setting)]
        env = {**self.env, "GIT_TERMINAL_PROMPT": "0"}
        try:
            code = execute(Call(["git", *options, *words], env, cwd), self.log, self.control, self.grace)
        except FileNotFoundError:
            raise _failed(step, "`git` is not installed on this machine, or not on the `PATH`") from None
        if code:
            verb = words[2] if words[0] == "-C" else words[0]
            raise _failed(step, f"`git {verb}` ended with exit code {code}: the log says why")


def git_commands(step: Clone, place: Path) -> list[tuple[str, ...]]:
    """The words after `git` that make the clone, in order. No value of the spec can be read as an option."""
    flags = tuple(flag for flag in step.flags if flag != EXPERIMENTAL_FETCH)
    within = ("-C", str(place))
    if len(flags) == len(step.flags):
        commands = [("clone", "--quiet", *flags, "--", step.url, str(place))]
        commands += [(*within, "checkout", "--quiet", step.revision, "--")] if step.revision else []
    else:
        commands = [
            ("init", "--quiet", "--", str(place)),
            (*within, "remote", "add", "--", "origin", step.url),
            (*within, "fetch", "--quiet", "--update-head-ok", "--force", *flags, "--", "origin", step.revision or "HEAD"),
            (*within, "checkout", "--quiet", "FETCH_HEAD", "--"),
        ]
    if any(flag.startswith("--recurse-submodules") for flag in flags):
        commands.append((*within, "submodule", "--quiet", "update", "--init", "--recursive", "--force"))
    return commands


def changed_mode(mode: int, change: str) -> int:
    """The mode of a file after `chmod`: `755` sets it, `u+x,go-w` changes it; no user named means all of them."""
    if change.isdigit():
        return int(change, 8)
    for who, sign, what in re.findall(r"([ugoa]*)([+=-])([rwx]+)", change):
        users = 0o777 if not who or "a" in who else sum(_WHO[letter] for letter in set(who))
        bits = users & sum(_BITS[letter] for letter in set(what))
        mode = {"+": mode | bits, "-": mode & ~bits, "=": mode & ~users | bits}[sign]
    return mode


def _failed(step: Step, message: str) -> Rejected:
    return Rejected([Problem("executor-init", message, step.path)])
