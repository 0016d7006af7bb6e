"""The local executor: a run spec as a process of this machine, in a folder of its own."""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import attrs

from polyspec.errors import Problem, Rejected
from polyspec.executors.base import ConnectionLike, Submittable, refusal
from polyspec.executors.carry_out import Shift
from polyspec.executors.catalogue import Catalogue
from polyspec.executors.environment import PASSED_THROUGH, inherited
from polyspec.executors.findings import unknown_words
from polyspec.executors.job import Job, Site, read_job
from polyspec.executors.local_run import LocalRun
from polyspec.executors.logs import LIMIT, Log
from polyspec.executors.paths import fresh_folder, normal
from polyspec.executors.process import Control
from polyspec.executors.support import platform_problems
from polyspec.record import record

DAY: Final = 24 * 60 * 60.0


def _folder(path: str | Path) -> Path:
    return Path(path).expanduser().absolute()


def _words(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(words)


def _chosen(words: Iterable[str]) -> frozenset[str]:
    return frozenset(words)


def _catalogue(connections: Iterable[ConnectionLike]) -> tuple[ConnectionLike, ...]:
    return tuple(connections)


def _folders(stores: Mapping[str, str | Path] | None) -> dict[str, Path]:
    return {name: _folder(path) for name, path in (stores or {}).items()}


@record
class LocalExecutor:
    """Carries out run specs of kind job and service as processes of this machine, without their images.

    `root` holds a folder for each run. `env_passthrough` names the variables of this process that runs inherit; they get no
    others. `stores` are folders that stand for connections, by name; `connections` are known beside those of the context.
    `ignore` holds words of `IGNORABLE`: what runs go without, where it needs a container or a cluster. `working_dir` is
    where a process starts if its spec names no folder (default: the artifacts folder of the run). `time_limit` is in
    seconds, for jobs; `grace` is in seconds, between SIGTERM and SIGKILL; `output_bytes` bounds the log.
    """

    root: Path = attrs.field(default=Path("runs"), converter=_folder)
    env_passthrough: tuple[str, ...] = attrs.field(default=PASSED_THROUGH, converter=_words, kw_only=True)
    stores: Mapping[str, Path] = attrs.field(default=None, converter=_folders, kw_only=True)
    connections: tuple[ConnectionLike, ...] = attrs.field(default=(), converter=_catalogue, kw_only=True)
    ignore: frozenset[str] = attrs.field(default=frozenset(), converter=_chosen, kw_only=True)
    working_dir: Path | None = attrs.field(default=None, converter=attrs.converters.optional(_folder), kw_only=True)
    time_limit: float | None = attrs.field(default=DAY, kw_only=True)
    grace: float = attrs.field(default=10.0, kw_only=True)
    output_bytes: int = attrs.field(default=LIMIT, kw_only=True)

    def submit(self, spec: Submittable) -> LocalRun:
        """Start a run and return at once; the same spec again is a new run, numbered.

        Raises `PolyspecError` with all that this machine cannot do for the spec, before anything of it runs.
        """
        try:
            return self._run(spec, self._job(spec)).start()
        except Rejected as rejected:
            raise refusal(rejected.problems) from None
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise refusal([Problem("executor-folder", f"no folder for the run can be made: {reason}")]) from None

    def _job(self, spec: Submittable) -> Job:
        if problems := [*platform_problems(os.name), *unknown_words(self.ignore)]:
            raise Rejected(problems)
        catalogue = Catalogue.of(spec.context, self.connections, self.stores)
        return read_job(spec, Site(catalogue, normal(spec.context.context_root), self.ignore))

    def _run(self, spec: Submittable, job: Job) -> LocalRun:
        folder = fresh_folder(self.root, job.uuid)
        (folder / "logs").mkdir()
        (folder / "spec.json").write_text(json.dumps(spec.to_dict(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        seconds = [limit for limit in (job.timeout, self.time_limit if job.kind == "job" else None) if limit is not None]
        shift = Shift(
            job=job,
            folder=folder,
            inherited=inherited(os.environ, self.env_passthrough),
            working_dir=self.working_dir,
            seconds=min(seconds, default=None),
            log=Log(folder / "logs" / "main.log", self.output_bytes),
            control=Control(min(seconds, default=None)),
            grace=self.grace,
        )
        shift.lay_out()
        facts = {"id": folder.name, "uuid": job.uuid, "name": spec.context.run_name, "digest": spec.digest}
        return LocalRun(shift, facts)
