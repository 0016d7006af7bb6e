"""Two answers to one case, compared as ../parity's cases are: JSON without nulls and empty containers, texts and numbers alike where Kubernetes takes both."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

import polyspec
from parity.generators import URLS, Case
from parity.peer import STORE, Answer, Identity, Peer
from parity.words import CONNECTIONS

Steps = tuple[str | int, ...]
ABSENT = "<absent>"


@attrs.frozen
class Difference:
    """One place where the compiled operations differ: what Polyaxon has there, and what polyspec has."""

    path: Steps
    theirs: Any
    ours: Any

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path))}: Polyaxon {self.theirs!r}, polyspec {self.ours!r}"


def canonical(value: Any) -> Any:
    """The comparable form: no None, no empty containers; a whole number is an integer."""
    if isinstance(value, dict):
        items = {str(key): canonical(item) for key, item in value.items()}
        return {key: item for key, item in items.items() if item is not None and item != {} and item != []}
    if isinstance(value, list):
        return [canonical(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def differences(theirs: Any, ours: Any, path: Steps = ()) -> Iterator[Difference]:
    """Every place where two canonical trees differ."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in sorted(theirs.keys() | ours.keys()):
            if key not in ours or key not in theirs:
                yield Difference((*path, key), theirs.get(key, ABSENT), ours.get(key, ABSENT))
            else:
                yield from differences(theirs[key], ours[key], (*path, key))
    elif isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        for index, (left, right) in enumerate(zip(theirs, ours, strict=True)):
            yield from differences(left, right, (*path, index))
    elif not _same(theirs, ours, path):
        yield Difference(path, theirs, ours)


def _same(theirs: Any, ours: Any, path: Steps) -> bool:
    if theirs == ours and isinstance(theirs, bool) == isinstance(ours, bool):
        return True
    of_run = path[:1] == ("run",) and not isinstance(theirs, bool) and not isinstance(ours, bool)
    return of_run and {type(theirs), type(ours)} in ({int, str}, {float, str}) and str(theirs) == str(ours)


def written(case: Case, folder: Path) -> list[Path]:
    """The files of a case in a folder, the source first: JSON, which YAML reads as it stands."""
    for name, tree in case.others.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(tree, indent=1, ensure_ascii=False), encoding="utf-8")
    files = []
    for index, tree in enumerate(case.layers):
        file = folder / ("source.yaml" if index == 0 else f"preset-{index}.yaml")
        file.write_text(json.dumps(tree, indent=1, ensure_ascii=False), encoding="utf-8")
        files.append(file)
    return files


def asked_polyaxon(case: Case, folder: Path) -> Answer:
    """What Polyaxon makes of a case; URLs and the hub are folders beside its files."""
    peer = Peer(CONNECTIONS, mirrors={URLS: folder / "urls"}, hub=folder / "hub")
    return peer.compile(written(case, folder), case.params)


@attrs.frozen
class Ours:
    """What polyspec makes of a case: the compiled operation, or the error."""

    compiled: dict[str, Any] | None = None
    error: polyspec.PolyspecError | None = None

    @property
    def diagnostics(self) -> tuple[polyspec.Diagnostic, ...]:
        """Its diagnostics; none where it compiled."""
        return tuple(self.error.diagnostics) if self.error else ()

    @property
    def codes(self) -> frozenset[str]:
        """Their codes."""
        return frozenset(diagnostic.code for diagnostic in self.diagnostics)


def asked_polyspec(case: Case, folder: Path) -> Ours:
    """What polyspec makes of a case. An exception that is no `PolyspecError` is a crash, and escapes."""
    files = written(case, folder)
    identity = Identity()
    context = polyspec.RunContext(
        owner=identity.owner,
        project=identity.project,
        project_uuid=identity.project_uuid,
        run_name=identity.run_name,
        run_uuid=identity.run_uuid,
        namespace=identity.namespace,
        artifacts_store=polyspec.Connection.from_dict(STORE),
        connections=[polyspec.Connection.from_dict(connection) for connection in CONNECTIONS],
    )
    resolvers = polyspec.Resolvers.default(mirrors={URLS: str(folder / "urls")}, hub=str(folder / "hub"))
    presets = [str(file) for file in files[1:]]
    try:
        spec = polyspec.compile(str(files[0]), params=case.params or None, presets=presets, context=context, resolvers=resolvers)
    except polyspec.PolyspecError as error:
        return Ours(error=error)
    return Ours(compiled=json.loads(spec.to_json()))
