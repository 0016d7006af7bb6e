"""`polyspec lock`, `polyspec vendor`, and the other commands under a lock."""

from collections.abc import Callable
from pathlib import Path

import pytest

import polyspec
from polyspec.cli import main
from polyspec.resolve.reference import sha256
from tests.loopback import serve

__all__ = ["serve"]

BASE = "kind: component\nname: base\nrun: {kind: job, container: {image: busybox}}\n"
OTHER = BASE.replace("busybox", "alpine")

Output = Callable[[], tuple[str, str]]
Serve = Callable[..., tuple[str, list[str]]]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in the working folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.yaml").write_text("pathRef: base.yaml\n")
    (tmp_path / "base.yaml").write_text(BASE)
    return tmp_path


@pytest.fixture
def output(capfd: pytest.CaptureFixture[str]) -> Output:
    """What was printed since the last call: stdout and stderr."""

    def read() -> tuple[str, str]:
        captured = capfd.readouterr()
        return captured.out, captured.err

    return read


def test_a_file_is_locked_and_held(project: Path, output: Output) -> None:
    assert main(["lock", "train.yaml"]) == 0
    assert output() == ("polyspec.lock: 1 reference\n+ pathRef: base.yaml\n", "")
    (project / "base.yaml").write_text(OTHER)
    assert main(["check", "train.yaml"]) == 1
    assert output() == (
        "",
        (
            f"error[lock-changed]: `pathRef: base.yaml` is locked to `{sha256(BASE.encode())}`,"
            f" but its document has `{sha256(OTHER.encode())}`\n"
            " --> train.yaml:1:10\n"
            "  |\n"
            "1 | pathRef: base.yaml\n"
            "  |          ^^^^^^^^^\n"
            "  = at: pathRef\n"
            "  = help: review the change, then run `polyspec lock train.yaml --upgrade base.yaml`\n"
        ),
    )
    assert main(["lock", "train.yaml", "--upgrade", "base.yaml"]) == 0
    assert main(["check", "train.yaml"]) == 0


def test_check_writes_nothing_and_tells_what_differs(project: Path, output: Output) -> None:
    assert main(["lock", "train.yaml"]) == 0
    assert main(["lock", "--check"]) == 0
    assert output()[0] == "polyspec.lock: 1 reference\n+ pathRef: base.yaml\npolyspec.lock: 1 reference, fine\n"
    before = (project / "polyspec.lock").read_bytes()
    (project / "train.yaml").write_text("pathRef: other.yaml\n")
    (project / "other.yaml").write_text(OTHER)
    assert main(["lock", "--check"]) == 1
    assert output() == (
        "",
        (
            "error[lock-missing]: the lock has no `pathRef: other.yaml`\n--> polyspec.lock\n = help: run `polyspec lock`\n\n"
            "error[lock-unused]: nothing reaches `pathRef: base.yaml` any more\n--> polyspec.lock\n = help: run `polyspec lock`\n"
        ),
    )
    assert (project / "polyspec.lock").read_bytes() == before


def test_upgrade_without_a_name_takes_all_and_tells_what_changed(project: Path, output: Output) -> None:
    (project / "train.yaml").write_text(
        "run: {kind: dag, operations: [{name: a, pathRef: base.yaml}, {name: b, pathRef: old.yaml}]}"
    )
    (project / "old.yaml").write_text(BASE)
    assert main(["lock", "train.yaml"]) == 0
    (project / "train.yaml").write_text("pathRef: more.yaml\n")
    (project / "more.yaml").write_text("pathRef: base.yaml\n")
    (project / "base.yaml").write_text(OTHER)
    output()
    assert main(["lock", "--upgrade"]) == 0
    assert output() == ("polyspec.lock: 2 references\n+ pathRef: more.yaml\n- pathRef: old.yaml\n~ pathRef: base.yaml\n", "")
    assert polyspec.compile("train.yaml").run.container.image == "alpine"


@pytest.mark.usefixtures("project")
def test_the_default_file_is_locked_where_there_is_no_lock(output: Output) -> None:
    assert main(["lock"]) == 2
    assert output()[1] == "polyspec: name a file: there is no polyaxon.yaml, nor another default file, in '.'\n"
    Path("train.yaml").rename("polyaxon.yaml")
    assert main(["lock"]) == 0
    assert polyspec.check_lock().files == ("polyaxon.yaml",)


def test_every_option_about_references_reaches_the_lock(project: Path) -> None:
    (project / "train.yaml").write_text("hubRef: base\npresets: [gpu]\n")
    (project / "hub/base").mkdir(parents=True)
    (project / "base.yaml").rename(project / "hub/base/latest.yaml")
    (project / "presets").mkdir()
    (project / "presets/gpu.yaml").write_text("isPreset: true\nqueue: gpu\n")
    (project / "ci").mkdir()
    options = ["--hub-base", "hub", "--preset-folder", "presets", "--lock", "ci/polyspec.lock", "--cache-folder", "cache"]
    assert main(["lock", "train.yaml", *options, "--offline"]) == 0
    lock = polyspec.resolve.read_lock("ci/polyspec.lock")
    assert [(entry.kind, entry.target) for entry in lock.entries] == [("hubRef", "base"), ("presets", "gpu")]
    assert main(["check", "train.yaml", *options]) == 0
    (project / "presets/gpu.yaml").write_text("isPreset: true\nqueue: cpu\n")
    assert main(["check", "train.yaml", *options]) == 1


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lock", "train.yaml", "--check", "--upgrade"], "--check writes nothing, so there is nothing to --upgrade"),
        (
            ["lock", "--upgrade", "train.yaml"],
            "the lock holds no reference 'train.yaml': did you mean `base.yaml`? (files go before --upgrade)",
        ),
        (["lock", "--upgrade", "else"], "the lock holds no reference 'else'"),
        (
            ["lock", "train.yaml", "sub/train.yaml"],
            "these files stand in several folders: say where their lock is to be (`--lock`)",
        ),
        (["lock", "https://example.com/a"], "a lock is for files, and 'https://example.com/a' is none"),
        (["vendor", "-o", "."], "'.' is there already: name a new folder, or an empty one"),
    ],
)
def test_a_wrong_call_is_told_in_one_line_and_status_2(arguments: list[str], message: str, output: Output) -> None:
    assert main(["lock", "train.yaml"]) == 0
    output()
    assert main(arguments) == 2
    assert output() == ("", f"polyspec: {message}\n")


def test_vendor_makes_a_folder_that_compiles_by_itself(project: Path, output: Output) -> None:
    assert main(["lock", "train.yaml"]) == 0
    assert main(["compile", "train.yaml"]) == 0
    here = output()[0].removeprefix("polyspec.lock: 1 reference\n+ pathRef: base.yaml\n")
    assert main(["vendor", "-o", "release"]) == 0
    assert output() == ("release: 1 file, 1 document\n", "")
    (project / "base.yaml").unlink()
    assert main(["compile", "release/train.yaml", "--offline"]) == 0
    assert output() == (here, "")


def test_a_host_of_the_own_network_is_reached_when_it_is_named(project: Path, serve: Serve, output: Output) -> None:
    origin, requests = serve(lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BASE) + BASE.encode())
    (project / "train.yaml").write_text(f"urlRef: {origin}/base.yaml\n")
    assert main(["lock", "train.yaml"]) == 1
    assert output()[1].endswith("help: write `https://` and no port, or name its whole origin: `hosts=`, or `--allow-host`\n")
    assert requests == []
    assert main(["lock", "train.yaml", "--allow-host", origin]) == 0
    assert main(["compile", "train.yaml", "--allow-host", origin, "-o", "json"]) == 0
    compiled = output()[0].partition("\n{")[2]
    assert main(["vendor", "-o", "release", "--allow-host", origin]) == 0
    output()
    assert main(["compile", "release/train.yaml", "--offline", "-o", "json"]) == 0
    assert output()[0].partition("{")[2] == compiled


def test_a_host_that_is_none_is_a_wrong_call(output: Output) -> None:
    assert main(["lock", "train.yaml", "--allow-host", "a/b"]) == 2
    assert output()[1].startswith("polyspec: a host is a name such as 'example.com' or an origin")


def test_where_there_is_no_lock_nothing_is_checked(project: Path, output: Output) -> None:
    assert main(["lock", "--check"]) == 1
    assert output() == ("", "error[lock-not-found]: there is no lock\n--> polyspec.lock\n = help: run `polyspec lock`\n")
