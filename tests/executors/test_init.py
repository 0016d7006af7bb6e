"""Init steps: where their files land, what they may read, and what they may not write."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from polyspec.executors import LocalRun
from polyspec.executors.local_init import changed_mode

from .conftest import Refusals, Submit
from .fakes import UUID, FakeConnection, FakeContext, FakeSpec, a_job, a_script

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def with_init(*entries: dict[str, Any], context: FakeContext | None = None, script: str = "true") -> FakeSpec:
    return a_script(script, run={"init": list(entries)}, context=context)


def done(run: LocalRun) -> Path:
    """The artifacts of all runs, in a run that succeeded."""
    assert run.wait(60) == "succeeded", run.error
    return run.folder / "context" / "artifacts"


def failed(run: LocalRun) -> str:
    assert run.wait(60) == "failed"
    assert run.error is not None
    return str(run.error)


class TestFile:
    def test_a_file_is_written_with_its_mode_before_the_command_starts(self, submit: Submit) -> None:
        text = "#!/bin/sh\necho hello é\n"
        spec = with_init({"file": {"content": text, "filename": "bin/hello.sh", "chmod": "+x"}}, script="../bin/hello.sh")
        run = submit(spec)
        assert list(run.logs(follow=True)) == ["hello é"]
        assert (done(run) / "bin" / "hello.sh").read_text() == text

    def test_a_file_without_a_name_is_called_file(self, submit: Submit) -> None:
        assert (done(submit(with_init({"file": {"content": "x"}}))) / "file").read_text() == "x"

    def test_paths_in_a_file_are_those_of_this_machine(self, submit: Submit) -> None:
        run = submit(with_init({"file": {"content": "cd /plx-context/artifacts", "filename": "go"}}))
        assert (done(run) / "go").read_text() == f"cd {run.folder}/context/artifacts"

    @pytest.mark.parametrize(
        ("path", "place"),
        [("/code", "mounts/code"), ("/plx-context/artifacts/lib", "context/artifacts/lib"), ("lib", "context/artifacts/lib")],
    )
    def test_a_path_says_where_and_the_command_finds_it_there(self, submit: Submit, path: str, place: str) -> None:
        spec = with_init({"file": {"content": "x", "filename": "f"}, "path": path}, script=f"cat ../{Path(path).name}/f")
        spec.wire["run"]["container"]["workingDir"] = path if path.startswith("/") else f"/plx-context/artifacts/{path}"
        run = submit(spec)
        assert list(run.logs(follow=True)) == ["x"]
        assert (run.folder / place / "f").is_file()

    @pytest.mark.parametrize(
        ("entry", "target"),
        [
            ({"file": {"content": "", "filename": "/etc/cron.d/x"}}, "/etc/cron.d/x"),
            ({"file": {"content": "", "filename": "../../../x"}}, "/x"),
            ({"file": {"content": "", "filename": "x"}, "path": "/"}, "/x"),
            ({"file": {"content": "", "filename": "../x"}, "path": "/code"}, "/x"),
            ({"file": {"content": "", "filename": "x"}, "path": "../../.."}, "/x"),
        ],
    )
    def test_a_file_outside_of_the_run_is_refused(self, refused: Refusals, entry: dict[str, Any], target: str) -> None:
        assert refused(with_init(entry)) == (
            f"error[executor-path]: the init step would write to `{target}`, which is not in the folders of the run\n"
            " = at: run.init[0].file.filename"
        )

    @pytest.mark.parametrize("mode", ["4755", "u+s", "rwx", "--reference=x", ""])
    def test_other_modes_are_refused(self, refused: Refusals, mode: str) -> None:
        assert refused(with_init({"file": {"content": "", "chmod": mode}})) == (
            "error[executor-value]: `chmod` is no mode of a file that a run may set\n = at: run.init[0].file.chmod\n"
            " = help: write it as `755`, `+x` or `u+x,go-w`"
        )

    @pytest.mark.parametrize(
        ("change", "expected"),
        [("755", 0o755), ("0600", 0o600), ("+x", 0o755), ("u+x", 0o744), ("go-r", 0o600), ("a=r", 0o444), ("u=rwx,go=", 0o644)],
    )
    def test_modes_are_changed_as_chmod_does(self, change: str, expected: int) -> None:
        expected = 0o744 if change.endswith("go=") else expected
        assert changed_mode(0o644, change.removesuffix(",go=")) == expected


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with a file, a folder, a link of its own, and links that lead elsewhere."""
    root = tmp_path / "store"
    (root / "data" / "deep").mkdir(parents=True)
    (root / "one").write_text("1")
    (root / "data" / "two").write_text("2")
    (root / "data" / "deep" / ".three").write_text("3")
    (root / "data" / "link").symlink_to("../one")
    return root


def files(folder: Path) -> dict[str, str]:
    """All files under a folder, with what is in them."""
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


def in_store(store: Path) -> FakeContext:
    return FakeContext(artifacts_store=FakeConnection("store", "host_path", {"hostPath": str(store), "mountPath": "/mnt/store"}))


class TestCopy:
    def test_files_and_folders_land_where_the_store_had_them(self, submit: Submit, store: Path) -> None:
        entry = {"artifacts": {"files": ["one"], "dirs": ["data"], "workers": 4}}
        top = done(submit(with_init(entry, context=in_store(store))))
        assert (top / "one").read_text() == "1"
        assert files(top / "data") == {"two": "2", "deep/.three": "3", "link": "1"}
        assert not (top / "data" / "link").is_symlink()

    def test_pairs_say_where_copies_land(self, submit: Submit, store: Path) -> None:
        entry = {
            "artifacts": {"files": [["one", "in/1"]], "dirs": [["data/deep", f"/plx-context/artifacts/{UUID}/in"]]},
        }
        top = done(submit(with_init(entry, context=in_store(store))))
        assert files(top / "in") == {"1": "1"}
        assert files(top / UUID) == {"in/.three": "3"}

    def test_paths_are_files_or_folders(self, submit: Submit, store: Path) -> None:
        entries: list[dict[str, Any]] = [{"paths": ["one", ["data", "d"]]}, {"paths": "data/two", "path": "/in"}]
        run = submit(with_init(*entries, context=in_store(store)))
        top = done(run)
        assert (top / "one").read_text() == "1"
        assert sorted(files(top / "d")) == ["deep/.three", "link", "two"]
        assert files(run.folder / "mounts") == {"in/data/two": "2"}

    @pytest.mark.parametrize("source", ["/one", "./one", "/mnt/store/one", "data/../one"])
    def test_a_source_counts_from_the_top_of_the_store(self, submit: Submit, store: Path, source: str) -> None:
        top = done(submit(with_init({"artifacts": {"files": [[source, "copy"]]}}, context=in_store(store))))
        assert (top / "copy").read_text() == "1"

    @pytest.mark.parametrize("entry", [{"connection": "extra"}, {"connection": "extra", "artifacts": {"dirs": ["/"]}}])
    def test_a_store_alone_is_copied_whole_into_a_folder_of_its_name(self, submit: Submit, store: Path, entry: Any) -> None:
        run = submit(with_init(entry), stores={"extra": store})
        assert sorted(files(done(run) / "extra")) == ["data/deep/.three", "data/link", "data/two", "one"]

    def test_what_links_bring_in_from_elsewhere_is_left_out(self, submit: Submit, store: Path, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("hush")
        (store / "data" / "out").symlink_to(tmp_path / "secret")
        (store / "data" / "up").symlink_to("..")
        (store / "data" / "lost").symlink_to("nowhere")
        os.mkfifo(store / "data" / "pipe")
        run = submit(with_init({"artifacts": {"dirs": ["data"]}}, context=in_store(store)))
        copied = files(done(run) / "data")
        assert "hush" not in copied.values()
        assert {"two", "link", "deep/.three", "up/one"} == set(copied)
        assert [line for line in run.logs() if "`data/out`" in line] == [
            "polyspec: left out of the copy from the store `store`: `data/out`, which leads out of it or is no file"
        ]
        assert sum("left out" in line for line in run.logs()) == 4

    def test_a_store_that_holds_the_runs_does_not_copy_a_run_into_itself(self, submit: Submit, tmp_path: Path) -> None:
        (tmp_path / "one").write_text("1")
        run = submit(with_init({"connection": "all"}), stores={"all": tmp_path})
        assert files(done(run) / "all") == {"one": "1"}
        assert f"`runs/{UUID}`" in " ".join(run.logs())

    @pytest.mark.parametrize(
        ("artifacts", "reason"),
        [
            ({"files": ["three"]}, "`three` is no file or folder of the store"),
            ({"files": ["data"]}, "`data` is a folder, and a file was expected"),
            ({"dirs": ["one"]}, "`one` is a file, and a folder was expected"),
            ({"files": ["out"]}, "`out` is no file or folder of the store"),
        ],
    )
    def test_what_is_not_there_fails_the_run(self, submit: Submit, store: Path, artifacts: Any, reason: str) -> None:
        (store / "out").symlink_to("/etc/passwd")
        run = submit(with_init({"artifacts": artifacts}, context=in_store(store)))
        assert failed(run) == f"error[executor-init]: cannot copy from the store `store`: {reason}\n = at: run.init[0]"
        assert list(run.logs()) == [f"polyspec: cannot copy from the store `store`: {reason}"]

    @pytest.mark.parametrize("source", ["../secret", "data/../../secret", "/../../secret/.."])
    def test_a_path_that_leads_out_of_the_store_is_refused(self, refused: Refusals, store: Path, source: str) -> None:
        text = refused(with_init({"artifacts": {"files": [[source, "x"]]}}, context=in_store(store)))
        assert text == ("error[executor-path]: the path leads out of the store `store`\n = at: run.init[0].artifacts.files[0]")

    def test_a_pair_is_two_paths(self, refused: Refusals, store: Path) -> None:
        assert refused(with_init({"paths": [["a", "b", "c"]]}, context=in_store(store))) == (
            "error[executor-value]: expected a path or a pair of paths, not a list of 3\n = at: run.init[0].paths[0]"
        )

    @pytest.mark.parametrize(
        ("connection", "message"),
        [
            (FakeConnection("s", "gcs", {"bucket": "gs://b"}), "no folder of this machine is known for the store `s`"),
            (
                FakeConnection("s", "host_path", {"hostPath": "/no/such"}),
                "the store `s` is at `/no/such`, which is no folder of this machine",
            ),
        ],
    )
    def test_a_store_needs_a_folder_of_this_machine(self, refused: Refusals, connection: FakeConnection, message: str) -> None:
        text = refused(with_init({"connection": "s"}, context=FakeContext(connections=(connection,))))
        hint = 'name a folder that stands for it: `LocalExecutor(stores={"s": FOLDER})`'
        assert text == f"error[executor-store]: {message}\n = at: run.init[0].connection\n = help: {hint}"

    def test_without_an_artifacts_store_there_is_nothing_to_copy_from(self, refused: Refusals) -> None:
        assert refused(with_init({"artifacts": {"files": ["x"]}})).startswith(
            "error[executor-store]: the init step copies from the artifacts store, and there is none\n = at: run.init[0]\n"
        )

    def test_a_connection_that_holds_no_files_is_refused(self, refused: Refusals) -> None:
        text = refused(with_init({"connection": "db"}, context=FakeContext(connections=(FakeConnection("db", "mysql"),))))
        assert text.startswith(
            "error[executor-unsupported]: the init step has nothing to do for `db`, a connection of kind `mysql`"
        )


def git(folder: Path, *words: str) -> str:
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    who = ["-c", "user.name=t", "-c", "user.email=t@t", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"]
    done = subprocess.run(["git", "-C", str(folder), *who, *words], env=env, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository of two commits: `first`, a tag, and `main`; and a branch, `side`."""
    folder = tmp_path / "origin" / "quick-start.git"
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet")
    for number, name in enumerate(["first", "second"]):
        (folder / "model.py").write_text(f"print({number})")
        git(folder, "add", ".")
        git(folder, "commit", "--quiet", "-m", name)
        git(folder, "tag", name)
    git(folder, "checkout", "--quiet", "-b", "side", "first")
    (folder / "model.py").write_text("print('side')")
    git(folder, "commit", "--quiet", "-am", "side")
    git(folder, "checkout", "--quiet", "main")
    return folder


@needs_git
class TestGit:
    def model(self, submit: Submit, entry: dict[str, Any], folder: str = "quick-start", **options: Any) -> list[str]:
        spec = a_job(sys.executable, "model.py", workingDir=f"/plx-context/artifacts/{folder}", run={"init": [entry]}, **options)
        run = submit(spec)
        lines = list(run.logs(follow=True))
        assert run.status == "succeeded", lines
        return lines

    def test_a_repository_lands_in_a_folder_of_its_name(self, submit: Submit, repo: Path) -> None:
        assert self.model(submit, {"git": {"url": str(repo)}}) == ["1"]
        assert self.model(submit, {"git": {"url": f"{repo}/"}}) == ["1"]
        assert self.model(submit, {"git": {"url": str(repo)}, "path": "/plx-context/artifacts/in"}, "in/quick-start") == ["1"]

    @pytest.mark.parametrize(("revision", "line"), [("first", "0"), ("side", "side"), ("main", "1")])
    @pytest.mark.parametrize("flags", [[], ["--experimental-fetch"], ["--experimental-fetch", "--depth 1"], ["--no-tags", "-q"]])
    def test_a_revision_is_checked_out(self, submit: Submit, repo: Path, revision: str, line: str, flags: list[str]) -> None:
        if "--no-tags" in flags and revision == "first":
            revision = git(repo, "rev-parse", "first")
        assert self.model(submit, {"git": {"url": f"file://{repo}", "revision": revision, "flags": flags}}) == [line]

    def test_a_fetch_without_a_revision_takes_the_head(self, submit: Submit, repo: Path) -> None:
        assert self.model(submit, {"git": {"url": str(repo), "flags": ["--experimental-fetch"]}}) == ["1"]

    def test_flags_reach_git(self, submit: Submit, repo: Path) -> None:
        run = submit(with_init({"git": {"url": f"file://{repo}", "flags": ["--depth 1", "-b side"]}}))
        assert git(done(run) / "quick-start", "log", "--format=%s") == "side"

    def test_a_connection_gives_what_the_step_leaves_open(self, submit: Submit, repo: Path) -> None:
        connection = FakeConnection("code", "git", {"url": str(repo), "revision": "first"}, secret={"name": "s"})
        context = FakeContext(connections=(connection,))
        assert self.model(submit, {"connection": "code"}, "code", context=context) == ["0"]
        assert self.model(submit, {"connection": "code", "git": {"revision": "side"}}, "code", context=context) == ["side"]
        run = submit(with_init({"connection": "code"}, context=context))
        assert run.notes == ("the secret of the connection `code` is in a cluster: git uses the credentials of this machine",)

    def test_connections_of_the_executor_are_known_too(self, submit: Submit, repo: Path) -> None:
        run = submit(with_init({"connection": "code"}), connections=[FakeConnection("code", "git", {"url": str(repo)})])
        assert (done(run) / "code" / "model.py").is_file()

    def test_submodules_come_from_hosts_alone(self, submit: Submit, repo: Path, tmp_path: Path) -> None:
        git(repo, "submodule", "--quiet", "add", str(repo), "sub")
        git(repo, "commit", "--quiet", "-m", "sub")
        run = submit(with_init({"git": {"url": str(repo), "flags": ["--recurse-submodules"]}}))
        assert failed(run).startswith("error[executor-init]: `git clone` ended with exit code")
        assert "transport 'file' not allowed" in "\n".join(run.logs())

    def test_git_says_why_it_failed_and_nothing_is_left(self, submit: Submit, repo: Path) -> None:
        run = submit(with_init({"git": {"url": str(repo), "revision": "no-such"}}))
        assert failed(run).startswith("error[executor-init]: `git checkout` ended with exit code")
        assert any("no-such" in line for line in run.logs())
        assert not (run.folder / "context" / "artifacts" / "quick-start").exists()

    def test_a_clone_is_tried_again_where_retries_are_left(self, submit: Submit, repo: Path) -> None:
        spec = with_init({"git": {"url": f"{repo}-not", "revision": "x"}})
        spec.wire["termination"] = {"maxRetries": 1}
        run = submit(spec)
        failed(run)
        assert sum("does not exist" in line for line in run.logs()) == 2
        assert [line for line in run.logs() if "retry" in line] == [
            "polyspec: `git clone` ended with exit code 128: the log says why; retry 1 of 1"
        ]

    def test_two_repositories_of_one_name_do_not_mix(self, submit: Submit, repo: Path) -> None:
        run = submit(with_init({"git": {"url": str(repo)}}, {"git": {"url": str(repo), "revision": "side"}}))
        assert failed(run) == (
            "error[executor-init]: cannot clone into `/plx-context/artifacts/quick-start`: something is there already\n"
            " = at: run.init[1]"
        )
        assert (run.folder / "context" / "artifacts" / "quick-start" / "model.py").read_text() == "print(1)"

    def test_no_submodule_runs_a_program(
        self, submit: Submit, repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "config").write_text('[protocol "ext"]\n\tallow = always\n')
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
        git(repo, "submodule", "--quiet", "add", str(repo), "sub")
        (repo / ".gitmodules").write_text(f'[submodule "sub"]\n\tpath = sub\n\turl = ext::sh -c touch% {tmp_path}/mark\n')
        git(repo, "add", ".")
        git(repo, "commit", "--quiet", "-m", "sub")
        entry = {"git": {"url": str(repo), "flags": ["--recurse-submodules"]}}
        run = submit(with_init(entry), env_passthrough=["PATH", "GIT_CONFIG_GLOBAL"])
        assert failed(run).startswith("error[executor-init]: `git clone` ended with exit code")
        assert "transport 'ext' not allowed" in "\n".join(run.logs())
        assert not (tmp_path / "mark").exists()

    def test_a_clone_can_be_stopped(self, submit: Submit) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            run = submit(with_init({"git": {"url": f"http://127.0.0.1:{server.getsockname()[1]}/quick"}}))
            connection, _ = server.accept()
            with connection:
                assert run.status == "starting"
                assert run.stop() == "stopped"
        assert not (run.folder / "context" / "artifacts" / "quick").exists()

    def test_a_machine_without_git_says_so(
        self, submit: Submit, repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        assert failed(submit(with_init({"git": {"url": str(repo)}}))) == (
            "error[executor-init]: `git` is not installed on this machine, or not on the `PATH`\n = at: run.init[0]"
        )

    def test_links_of_a_repository_lead_no_step_out_of_the_run(self, submit: Submit, repo: Path, tmp_path: Path) -> None:
        (repo / "out").symlink_to(tmp_path)
        git(repo, "add", ".")
        git(repo, "commit", "--quiet", "-m", "link")
        target = "/plx-context/artifacts/quick-start/out"
        clone = {"git": {"url": str(repo)}}
        run = submit(with_init(clone, {"file": {"content": "x", "filename": "pwned"}, "path": target}))
        assert failed(run) == (
            f"error[executor-init]: a link leads from `{target}/pwned` out of the folders of the run\n = at: run.init[1]"
        )
        store = tmp_path / "store"
        (store / "out").mkdir(parents=True)
        (store / "out" / "pwned").write_text("x")
        copy = {"connection": "s", "artifacts": {"dirs": ["/"]}, "path": "/plx-context/artifacts/quick-start"}
        run = submit(with_init(clone, copy), stores={"s": store})
        assert "a link leads from `out` out of the folders of the run" in failed(run)
        assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (
            {"git": {"url": "--upload-pack=touch x"}},
            "error[executor-git]: the git url begins with `-`, and git would read it as an option\n = at: run.init[0].git.url",
        ),
        (
            {"git": {"url": "ext::sh -c id"}},
            (
                "error[executor-git]: the git url is of no known transport: "
                "expected a path or one of file, git, http, https, ssh\n = at: run.init[0].git.url"
            ),
        ),
        (
            {"git": {"url": "s3://bucket/r"}},
            (
                "error[executor-git]: the git url is of no known transport: "
                "expected a path or one of file, git, http, https, ssh\n = at: run.init[0].git.url"
            ),
        ),
        (
            {"git": {"url": "https://host/r", "revision": "--orphan"}},
            (
                "error[executor-git]: the git revision begins with `-`, and git would read it as an option\n"
                " = at: run.init[0].git.revision"
            ),
        ),
        (
            {"git": {"url": "https://host/r", "flags": ["--dept=1"]}},
            (
                "error[executor-git]: the git flag `--dept` is not one that a run may use\n = at: run.init[0].git.flags\n"
                " = help: did you mean `--depth`?"
            ),
        ),
        (
            {"git": {"url": "https://host/r", "flags": ["--depth '1"]}},
            "error[executor-git]: the git flags have a quotation mark without its partner\n = at: run.init[0].git.flags",
        ),
        (
            {"git": {}},
            (
                "error[executor-git]: the init step names no git url\n = at: run.init[0].git\n"
                " = help: write `git: {url: ...}`, or name a git `connection`"
            ),
        ),
        (
            {"git": {"url": "https://host/.."}},
            "error[executor-git]: the git url ends in no name for the folder of the clone\n = at: run.init[0].git.url",
        ),
        (
            {"git": {"url": "https://host/r"}, "path": "/plx-context/.."},
            (
                "error[executor-path]: the init step would write to `/r`, which is not in the folders of the run\n"
                " = at: run.init[0].path"
            ),
        ),
        (
            {"connection": "coed", "git": {}},
            "error[executor-connection]: unknown connection `coed`\n = at: run.init[0].connection\n = help: did you mean `code`?",
        ),
        (
            {"connection": "code"},
            "error[executor-git]: the git url begins with `-`, and git would read it as an option\n = at: run.init[0].connection",
        ),
    ],
)
def test_what_git_would_misread_is_refused(refused: Refusals, entry: dict[str, Any], expected: str) -> None:
    context = FakeContext(connections=(FakeConnection("code", "git", {"url": "-x"}),))
    assert refused(with_init(entry, context=context)) == expected


@pytest.mark.parametrize(
    "flags",
    [
        ["--upload-pack=touch x"],
        ["--upload-p=touch x"],
        ["-u", "touch x"],
        ["-c core.sshCommand=x"],
        ["--config=core.sshCommand=x"],
        ["--template=/tmp/x"],
        ["--reference=/etc"],
        ["--separate-git-dir=/x"],
        ["--depth", "--upload-pack=x"],
        ["--depth"],
        ["--quiet=x"],
        ["--branch=-x"],
        ["--"],
        ["/elsewhere"],
    ],
)
def test_flags_of_git_that_could_do_more_are_refused(refused: Refusals, flags: list[str]) -> None:
    assert "is not one that a run may use" in refused(with_init({"git": {"url": "https://host/r", "flags": flags}}))
