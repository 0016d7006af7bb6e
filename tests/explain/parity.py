"""The parity cases, where they are at hand, over a copy of their files that may be changed."""

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

import polyspec
from polyspec import Connection, Resolvers, RunContext, RunSpec

SHARED = Path(__file__).parents[3] / "shared" / "parity"
STORE = {"name": "artifacts_store", "kind": "volume_claim", "schema": {"mountPath": "/artifacts", "volumeClaim": "artifacts"}}
CONTEXT: dict[str, Any] = {
    "owner": "acme",
    "project": "demo",
    "project_uuid": "6b1ed8a2a9b24c8c9d7d0f5a4f3e2d1c",
    "run_name": "run-1",
    "run_uuid": "0f3e2d1c6b1ed8a2a9b24c8c9d7d0f5a",
    "namespace": "polyaxon",
}


@attrs.frozen(eq=False)
class Case:
    """One case that compiles: its files, the main one first, and what it is called with."""

    name: str
    files: tuple[str, ...]
    params: Mapping[str, Any]
    context: RunContext

    def compile(self, resolvers: Resolvers) -> RunSpec:
        """Its run spec."""
        return polyspec.compile(
            self.files[0], self.params or None, presets=self.files[1:], context=self.context, resolvers=resolvers
        )


@attrs.frozen(eq=False)
class Cases:
    """All that compile, with the resolvers that they need."""

    folder: Path
    data: Mapping[str, Any]

    @classmethod
    def copied_to(cls, folder: Path) -> "Cases":
        """The cases, over a copy of their files."""
        shutil.copytree(SHARED / "files", folder / "files")
        return cls(folder, json.loads((SHARED / "cases.json").read_text()))

    @property
    def resolvers(self) -> Resolvers:
        """Where their references lead."""
        mirrors = {prefix: str(self.folder / name) for prefix, name in self.data["mirrors"].items()}
        return Resolvers.default(mirrors=mirrors, hub=str(self.folder / self.data["hub"]))

    def __iter__(self) -> Iterator[Case]:
        for case in self.data["cases"]:
            if case["expected"]["ok"]:
                context = RunContext(
                    **CONTEXT,
                    artifacts_store=Connection.from_dict(STORE),
                    connections=[Connection.from_dict(it) for it in case["connections"]],
                )
                yield Case(case["name"], tuple(str(self.folder / name) for name in case["files"]), case["params"], context)

    def file_of(self, source: str) -> Path:
        """The file that a source stands for."""
        for prefix, name in self.data["mirrors"].items():
            if source.startswith(prefix):
                return Path(self.folder, name, source.removeprefix(prefix))
        if source.startswith("hub:"):
            component, _, tag = source.removeprefix("hub:").rpartition(":")
            return Path(self.folder, self.data["hub"], component, f"{tag}.yaml")
        return Path(source)
