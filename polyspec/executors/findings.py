"""What a process on this machine cannot give to a run: refused, unless the caller agrees to go without."""

from collections.abc import Collection, Iterable
from typing import Final

from polyspec.errors import Problem, close_match
from polyspec.record import record
from polyspec.tree import Path

IGNORABLE: Final = {
    "gpu": "GPUs and TPUs that the resources ask for",
    "volumes": "volumes and their mounts",
    "sidecars": "containers beside the main one",
    "security": "security contexts",
    "env": "variables whose values come from the cluster",
    "connections": "connections that cannot be mounted here",
    "init": "init steps that need a container or a server",
    "plugins": "plugins that need Polyaxon's services",
    "lifecycle": "hooks of the container's life cycle",
    "schedule": "the schedule: the spec runs once",
    "conditions": "the conditions: the spec runs whether they hold or not",
}
"""The words by which a caller agrees to run without something, and what each stands for."""

UNSUPPORTED: Final = "executor-unsupported"
"""The code of what no local process can do."""


@record
class Gap:
    """Something that the spec asks for and this machine lacks; `word` is the one of `IGNORABLE` that allows to go without."""

    word: str
    message: str
    path: Path

    def problem(self) -> Problem:
        """The refusal, with the way around it."""
        hint = f'to run without it: `polyspec run FILE --ignore {self.word}`, or `LocalExecutor(ignore=["{self.word}"])`'
        return Problem(UNSUPPORTED, self.message, self.path, hint)


@record
class Note:
    """Something that means nothing on this machine and changes no result; kept in the record of the run."""

    message: str


Finding = Problem | Gap | Note


def refused(findings: Iterable[Finding], ignore: Collection[str]) -> list[Problem]:
    """The problems among the findings, with the gaps that the caller did not agree to."""
    kept = (finding for finding in findings if not (isinstance(finding, Gap) and finding.word in ignore))
    return [finding.problem() if isinstance(finding, Gap) else finding for finding in kept if not isinstance(finding, Note)]


def noted(findings: Iterable[Finding], ignore: Collection[str]) -> list[str]:
    """What the record of a run says of it: the notes, and the gaps that the caller agreed to."""
    said = (finding for finding in findings if isinstance(finding, Note) or (isinstance(finding, Gap) and finding.word in ignore))
    return [f"ignored: {finding.message}" if isinstance(finding, Gap) else finding.message for finding in said]


def unknown_words(ignore: Iterable[str]) -> list[Problem]:
    """A problem for each word that names nothing which can be ignored."""
    return [
        Problem("executor-ignore", f"nothing called `{word}` can be ignored", (), _known(word))
        for word in sorted(ignore)
        if word not in IGNORABLE
    ]


def _known(word: str) -> str:
    match = close_match(word, IGNORABLE)
    return f"did you mean `{match}`?" if match else f"expected one of: {', '.join(sorted(IGNORABLE))}"
