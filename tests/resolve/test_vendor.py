"""A vendored folder: every document that is locked, and nothing else needed to compile to the same run spec."""

import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

import polyspec
from polyspec import PolyspecError, Resolvers
from polyspec.resolve import NamedPresets, files

Serve = Callable[..., tuple[str, list[str]]]

TRAIN = "kind: component\nname: train\nrun: {kind: job, container: {image: busybox}}\n"
FILE = """\
kind: operation
presets: [gpu]
hooks: [{hubRef: notify}]
build: {hubRef: kaniko}
component:
  run:
    kind: dag
    operations:
    - {name: a, pathRef: ../shared/a.yaml}
    - {name: b, urlRef: "https://e.com/b.yaml?token=NEEDLE"}
    - {name: c, hubRef: nested}
"""


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every attempt to open a socket or to look up a name; none succeeds."""
    attempts: list[object] = []

    def refuse(*arguments: object, **_: object) -> None:
        attempts.append(arguments)
        raise OSError

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return attempts


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(
        tmp_path,
        {
            "project/parts/train.yaml": FILE.replace("../shared", "../../shared").replace("build: {hubRef: kaniko}\n", ""),
            "project/eval.yaml": "pathRef: parts/base.yaml\nbuild: {hubRef: kaniko}\nhooks: [{hubRef: notify}]\n",
            "project/parts/base.yaml": "pathRef: link.yaml\n",
            "shared/a.yaml": "pathRef: deeper/c.yaml\n",
            "shared/deeper/c.yaml": TRAIN,
            "mirror/b.yaml": TRAIN,
            "presets/gpu.yaml": "isPreset: true\nqueue: gpu\n",
            "hub/notify/latest.yaml": TRAIN,
            "hub/nested/latest.yaml": "hubRef: notify\n",
            "hub/kaniko/latest.yaml": f"inputs: [{{name: destination, type: image}}]\n{TRAIN}",
        },
    )
    (tmp_path / "project/parts/link.yaml").symlink_to(tmp_path / "shared/deeper/c.yaml")
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path


@pytest.fixture
def resolvers(project: Path) -> Resolvers:
    found = Resolvers.default(mirrors={"https://e.com/": project / "mirror"}, hub=project / "hub")
    return found.with_resolver("presets", NamedPresets(project / "presets"))


FILES = ["parts/train.yaml", "eval.yaml"]


def everything(file: Path, resolvers: Resolvers | None = None, lock: str | None = None) -> list[str]:
    """What a file compiles to, and all that comes out of it later."""
    spec = polyspec.compile(file, resolvers=resolvers, lock=lock)
    later = [*spec.hooks, *([] if spec.build is None else [spec.build]), *spec.graph.operations.values()]
    return [spec.to_json(), spec.digest, *(it.to_json() for it in later)]


def test_the_same_is_compiled_there_without_anything_else(project: Path, resolvers: Resolvers, closed: list[object]) -> None:
    polyspec.lock(FILES, "polyspec.lock", resolvers=resolvers)
    polyspec.vendor("release", path="polyspec.lock", resolvers=resolvers)
    here = [everything(project / "project" / file, resolvers, "polyspec.lock") for file in FILES]
    (project / "project/release").rename(project / "away")
    for folder in ("hub", "shared", "mirror", "presets", "project"):
        (project / folder).rename(project / f"gone-{folder}")
    offline = Resolvers.default(offline=True)
    there = [everything(project / "away" / file, offline, str(project / "away/polyspec.lock")) for file in FILES]
    assert there == here
    assert [len(each) for each in here] == [6, 4]
    assert closed == []


def test_strangers_need_no_more_rights_for_it(project: Path, resolvers: Resolvers) -> None:
    polyspec.lock(["eval.yaml"], resolvers=resolvers)
    here = everything(project / "project/eval.yaml", resolvers)
    polyspec.vendor(project / "release", resolvers=resolvers)
    assert everything(project / "release/eval.yaml", Resolvers.untrusted()) == here


def test_the_folder_holds_files_copies_and_lock(project: Path, resolvers: Resolvers) -> None:
    polyspec.lock(["eval.yaml"], resolvers=resolvers)
    lock = polyspec.vendor(project / "release", resolvers=resolvers)
    names = sorted(
        path.relative_to(project / "release").as_posix() for path in (project / "release").rglob("*") if path.is_file()
    )
    digests = {entry.digest.removeprefix("sha256:") for entry in lock.entries}
    assert names == sorted(["eval.yaml", "polyspec.lock", *(f"documents/{digest}.yaml" for digest in digests)])
    assert (project / "release/polyspec.lock").read_text() == lock.to_text()
    assert lock.copies == "documents"
    assert [path for path in (project / "release").rglob("*") if path.is_file() and "NEEDLE" in path.read_text()] == []
    assert polyspec.check_lock([project / "release/eval.yaml"]) == lock


def test_a_copy_that_was_changed_is_refused(project: Path, resolvers: Resolvers) -> None:
    polyspec.lock(["eval.yaml"], resolvers=resolvers)
    lock = polyspec.vendor(project / "release", resolvers=resolvers)
    digest = next(entry.digest for entry in lock.entries if entry.target == "parts/base.yaml")
    (project / "release/documents" / f"{digest.removeprefix('sha256:')}.yaml").write_text("NEEDLE: 1")
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(project / "release/eval.yaml")
    (found,) = caught.value.diagnostics
    assert found.code == "lock-changed"
    assert found.message.startswith(f"`pathRef: parts/base.yaml` is locked to `{digest}`, but its document has `sha256:")
    assert "NEEDLE" not in str(caught.value)


def test_no_copy_is_read_from_elsewhere(project: Path, resolvers: Resolvers) -> None:
    polyspec.lock(["eval.yaml"], resolvers=resolvers)
    lock = polyspec.vendor(project / "release", resolvers=resolvers)
    (project / "release/documents").rename(project / "documents")
    (project / "release/documents").symlink_to(project / "documents")
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(project / "release/eval.yaml")
    digest = next(entry.digest for entry in lock.entries if entry.target == "parts/base.yaml").removeprefix("sha256:")
    assert [(it.code, it.hint) for it in caught.value.diagnostics] == [
        ("reference-not-found", f"its copy is gone, `documents/{digest}.yaml`: vendor these files again")
    ]


def test_a_copy_that_is_gone_is_looked_up(project: Path, resolvers: Resolvers) -> None:
    polyspec.lock(["eval.yaml"], resolvers=resolvers)
    here = everything(project / "project/eval.yaml", resolvers)
    lock = polyspec.vendor(project / "release", resolvers=resolvers)
    digest = next(entry.digest for entry in lock.entries if entry.target == "kaniko")
    (project / "release/documents" / f"{digest.removeprefix('sha256:')}.yaml").unlink()
    assert everything(project / "release/eval.yaml", resolvers) == here


def test_what_has_changed_is_not_copied(project: Path, resolvers: Resolvers) -> None:
    polyspec.lock(["eval.yaml"], resolvers=resolvers)
    (project / "hub/notify/latest.yaml").write_text("name: other\n")
    with pytest.raises(PolyspecError) as caught:
        polyspec.vendor("release", resolvers=resolvers)
    assert [it.code for it in caught.value.diagnostics] == ["lock-changed"]
    assert not Path("release").exists()


def test_what_is_not_locked_is_not_copied(project: Path, resolvers: Resolvers) -> None:
    with pytest.raises(PolyspecError) as caught:
        polyspec.vendor("release", ["eval.yaml"], resolvers=resolvers)
    assert [(it.code, it.hint) for it in caught.value.diagnostics] == [("lock-not-found", "run `polyspec lock eval.yaml`")]


def test_nothing_is_written_over(project: Path, resolvers: Resolvers) -> None:
    polyspec.lock(["eval.yaml"], resolvers=resolvers)
    write(project, {"full/mine.txt": "mine", "file": "mine"})
    for name in ("full", "file"):
        with pytest.raises(ValueError, match=r" is there already: name a new folder, or an empty one$"):
            polyspec.vendor(project / name, resolvers=resolvers)
    (project / "empty").mkdir()
    assert polyspec.vendor(project / "empty", resolvers=resolvers).files == ("eval.yaml",)
    assert sorted(path.name for path in (project / "full").iterdir()) == ["mine.txt"]


def test_a_file_outside_of_the_folder_of_the_lock(project: Path, resolvers: Resolvers) -> None:
    polyspec.lock(["../shared/a.yaml"], "polyspec.lock", resolvers=resolvers)
    with pytest.raises(ValueError, match=r"^'../shared/a.yaml' stands outside of the folder of the lock$"):
        polyspec.vendor("release", resolvers=resolvers)


def test_a_folder_that_cannot_be_written(project: Path, resolvers: Resolvers) -> None:
    polyspec.lock(["eval.yaml"], resolvers=resolvers)
    (project / "file").touch()
    with pytest.raises(PolyspecError) as caught:
        polyspec.vendor(project / "file/release", resolvers=resolvers)
    assert [(it.code, it.message) for it in caught.value.diagnostics] == [
        ("not-written", "this folder cannot be written: not a directory")
    ]


def test_what_was_not_written_whole_is_not_there_and_can_be_tried_again(
    project: Path, resolvers: Resolvers, monkeypatch: pytest.MonkeyPatch
) -> None:
    polyspec.lock(["eval.yaml"], resolvers=resolvers)
    write_file, written = files.write_file, list[str]()

    def filling_up(folder: str, name: str, data: bytes) -> None:
        written.append(name)
        if len(written) > 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write_file(folder, name, data)

    with monkeypatch.context() as full:
        full.setattr(files, "write_file", filling_up)
        with pytest.raises(PolyspecError) as caught:
            polyspec.vendor("release", resolvers=resolvers)
    (found,) = caught.value.diagnostics
    assert (found.message, str(found.location)) == (
        "this folder cannot be written: no space left on device",
        str(Path("release").resolve()),
    )
    assert list(Path("release").iterdir()) == []
    assert polyspec.vendor("release", resolvers=resolvers).files == ("eval.yaml",)
