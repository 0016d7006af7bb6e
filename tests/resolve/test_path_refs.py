"""`pathRef`: relative to the document that names it, regular files alone, and under `root` when there is one."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyspec.limits import Limits
from polyspec.resolve import Fetched, Reference, ReferenceFailed, Resolvers
from polyspec.resolve.path import PathResolver

Refusal = Callable[[Callable[[], object]], tuple[str, str, str | None]]


def path_ref(target: str, base: Path | str | None = None, limits: Limits | None = None) -> Reference:
    return Reference("pathRef", target, None if base is None else str(base), limits or Limits())


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project folder with a component, beside a file that is none of its business."""
    root = (tmp_path / "project").resolve()
    (root / "ops").mkdir(parents=True)
    (root / "components").mkdir()
    (root / "components/train.yaml").write_text("kind: component\n")
    (root / "notes.txt").write_text("notes\n")
    (tmp_path / "secret.yaml").write_text("password: NEEDLE\n")
    return root


class TestAPersonsOwnFiles:
    def test_are_relative_to_the_document_that_names_them(self, project: Path) -> None:
        found = PathResolver()(path_ref("../components/train.yaml", project / "ops/main.yaml"))
        assert found == Fetched(str(project / "components/train.yaml"), b"kind: component\n")

    def test_are_relative_to_the_working_folder_for_objects_built_in_python(
        self, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(project)
        for base in (None, "<text>"):
            assert PathResolver()(path_ref("components/train.yaml", base)).uri == str(project / "components/train.yaml")

    def test_may_be_absolute_and_of_any_name(self, project: Path) -> None:
        assert PathResolver()(path_ref(str(project / "notes.txt"), project / "ops/main.yaml")).text == b"notes\n"

    def test_are_one_under_every_spelling(self, project: Path) -> None:
        (project / "link.yaml").symlink_to("components/train.yaml")
        spellings = ["link.yaml", "./ops/../link.yaml", "components//train.yaml"]
        found = {PathResolver()(path_ref(spelling, project / "main.yaml")).uri for spelling in spellings}
        assert found == {str(project / "components/train.yaml")}

    def test_that_are_missing_name_the_close_match(self, project: Path, refusal: Refusal) -> None:
        assert refusal(lambda: PathResolver()(path_ref("../components/tran.yaml", project / "ops/main.yaml"))) == (
            "reference-not-found",
            "no file at `../components/tran.yaml`",
            "did you mean `train.yaml`?",
        )

    @pytest.mark.parametrize(
        ("target", "hint"),
        [
            ("https://example.com/a.yaml", "a document at a URL is named by `urlRef`"),
            ("parts\\a.yaml", "write `/` between folders: `\\` is part of a name"),
        ],
    )
    def test_that_mean_something_else_say_what(self, target: str, hint: str, project: Path, refusal: Refusal) -> None:
        assert refusal(lambda: PathResolver()(path_ref(target, project / "main.yaml"))) == (
            "reference-not-found",
            f"no file at `{target}`",
            hint,
        )

    def test_have_no_home(self, project: Path, refusal: Refusal) -> None:
        hint = "`~` stands for no home folder here; write the path out"
        assert refusal(lambda: PathResolver()(path_ref("~/x.yaml", project / "main.yaml")))[2] == hint

    def test_are_not_named_by_what_came_from_elsewhere(self, project: Path, refusal: Refusal) -> None:
        for base in ("https://example.com/main.yaml", "http://127.0.0.1:8000/x", "hub:team/train:1", "git:main:x.yaml", "x.yaml"):
            for target in ("local.yaml", str(project / "notes.txt")):
                code, message, hint = refusal(lambda base=base, target=target: PathResolver()(path_ref(target, base)))  # type: ignore[misc]  # defaults bind the loop's values
                assert (code, hint) == ("reference-refused", "name the component by its `urlRef` or `hubRef`")
                assert message.endswith("is a local file, and a document that came from elsewhere names none")


class TestOnlyRegularFilesAreRead:
    def test_no_folder(self, project: Path, refusal: Refusal) -> None:
        assert refusal(lambda: PathResolver()(path_ref(".", project / "main.yaml"))) == (
            "reference-refused",
            "`.` is a folder: only regular files are read",
            None,
        )

    def test_no_pipe_and_nobody_waits_for_its_writer(self, project: Path, refusal: Refusal) -> None:
        os.mkfifo(project / "pipe.yaml")
        assert refusal(lambda: PathResolver()(path_ref("pipe.yaml", project / "main.yaml")))[:2] == (
            "reference-refused",
            "`pipe.yaml` is a device, a pipe, a socket or a link to itself: only regular files are read",
        )

    def test_no_link_to_itself(self, project: Path, refusal: Refusal) -> None:
        (project / "loop.yaml").symlink_to("loop.yaml")
        assert refusal(lambda: PathResolver()(path_ref("loop.yaml", project / "main.yaml")))[:2] == (
            "reference-refused",
            "`loop.yaml` is a device, a pipe, a socket or a link to itself: only regular files are read",
        )

    def test_none_that_the_system_does_not_give(self, project: Path, refusal: Refusal) -> None:
        assert refusal(lambda: PathResolver()(path_ref("a" * 300, project / "main.yaml"))) == (
            "reference-refused",
            f"`{'a' * 59}…` cannot be read: file name too long",
            None,
        )

    @pytest.mark.parametrize("target", ["/proc/self/environ", "/proc/version", "/dev/zero", "/sys/kernel/uevent_seqnum"])
    def test_nothing_of_the_kernel(self, target: str, project: Path, refusal: Refusal) -> None:
        assert refusal(lambda: PathResolver()(path_ref(target, project / "main.yaml")))[:2] == (
            "reference-refused",
            f"`{target}` is a file of the kernel: only regular files are read",
        )

    @pytest.mark.skipif(not os.path.exists("/proc/version"), reason="no such file system here")
    def test_nothing_of_the_kernel_under_another_name(self, refusal: Refusal, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("polyspec.resolve.files._KERNEL", ("/nowhere/",))
        assert refusal(lambda: PathResolver()(path_ref("/proc/version")))[:2] == (
            "reference-refused",
            "`/proc/version` is a file of the kernel, or one that grew as it was read: only regular files are read",
        )

    def test_no_more_bytes_than_the_limit(self, project: Path, refusal: Refusal) -> None:
        reference = path_ref("notes.txt", project / "main.yaml", Limits(document_bytes=5))
        assert refusal(lambda: PathResolver()(reference)) == (
            "limit-document-bytes",
            "`notes.txt` is larger than 5 bytes",
            "the limit is `Limits.document_bytes`; raise it with `Limits(document_bytes=...)`",
        )
        assert PathResolver()(path_ref("notes.txt", project / "main.yaml", Limits(document_bytes=6))).text == b"notes\n"

    @pytest.mark.parametrize("target", ["a\0b.yaml", "a\ud800b.yaml"])
    def test_no_name_that_no_file_may_have(self, target: str, project: Path, refusal: Refusal) -> None:
        code, message, _ = refusal(lambda: PathResolver()(path_ref(target, project / "main.yaml")))
        assert code == "reference-invalid"
        assert message.endswith("is no path: it holds characters that no file name may have")
        assert message.isprintable()

    def test_an_empty_file_is_read(self, project: Path) -> None:
        (project / "empty.yaml").touch()
        assert PathResolver()(path_ref("empty.yaml", project / "main.yaml")).text == b""


class TestUnderARoot:
    def test_what_is_inside_is_read_however_it_is_written(self, project: Path) -> None:
        found = PathResolver(project)(path_ref("../components/train.yaml", project / "ops/main.yaml"))
        assert found.uri == str(project / "components/train.yaml")

    def test_a_root_may_be_given_by_a_link_and_as_text(self, project: Path, tmp_path: Path) -> None:
        (tmp_path / "current").symlink_to(project)
        resolver = PathResolver(str(tmp_path / "current"))
        assert resolver.root == str(project)
        assert resolver(path_ref("components/train.yaml", project / "main.yaml")).text == b"kind: component\n"

    @pytest.mark.parametrize("target", ["../secret.yaml", "../project-2/x.yaml", "ops/../../secret.yaml", "../missing.yaml"])
    def test_nothing_outside(self, target: str, project: Path, refusal: Refusal) -> None:
        assert refusal(lambda: PathResolver(project)(path_ref(target, project / "main.yaml"))) == (
            "reference-refused",
            f"`{target}` leads out of the folder that it must be in",
            "links are followed first: put the file itself under that folder",
        )

    def test_nothing_outside_by_a_link(self, project: Path, tmp_path: Path, refusal: Refusal) -> None:
        (project / "link.yaml").symlink_to(tmp_path / "secret.yaml")
        (project / "folder").symlink_to(tmp_path)
        for target in ("link.yaml", "folder/secret.yaml"):
            code, message, _ = refusal(lambda target=target: PathResolver(project)(path_ref(target, project / "main.yaml")))  # type: ignore[misc]  # the default binds the loop's value
            assert (code, message) == ("reference-refused", f"`{target}` leads out of the folder that it must be in")

    def test_nothing_outside_by_a_folder_that_becomes_a_link_after_the_check(
        self, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusal: Refusal
    ) -> None:
        (tmp_path / "train.yaml").write_text("password: NEEDLE\n")
        status = os.stat

        def swapped(path: str, *, follow_symlinks: bool = True) -> os.stat_result:
            found = status(path, follow_symlinks=follow_symlinks)
            (project / "components").rename(project / "moved")
            (project / "components").symlink_to(tmp_path)
            return found

        monkeypatch.setattr("polyspec.resolve.files.os.stat", swapped)
        code, message, _ = refusal(lambda: PathResolver(project)(path_ref("components/train.yaml", project / "main.yaml")))
        monkeypatch.undo()
        assert (project / "components/train.yaml").read_text() == "password: NEEDLE\n"
        assert (code, message) == ("reference-not-found", "no file at `components/train.yaml`")

    @pytest.mark.parametrize("target", ["/etc/hostname", "~/x.yaml", "~root/x.yaml", "/proc/self/environ"])
    def test_nothing_absolute(self, target: str, project: Path, refusal: Refusal) -> None:
        assert refusal(lambda: PathResolver(project)(path_ref(target, project / "main.yaml"))) == (
            "reference-refused",
            f"`{target}` is no relative path, and local files are read from one folder alone",
            "write it relative to this document",
        )

    def test_nothing_that_is_no_spec_by_its_name(self, project: Path, refusal: Refusal) -> None:
        (project / "notes.yaml").symlink_to("notes.txt")
        for target in ("notes.txt", "notes.yaml"):
            assert refusal(lambda target=target: PathResolver(project)(path_ref(target, project / "main.yaml"))) == (  # type: ignore[misc]  # the default binds the loop's value
                "reference-refused",
                f"`{target}` is no spec by its name: expected `.yaml`, `.yml` or `.json`",
                "rename the file",
            )

    def test_a_missing_file_names_no_neighbour(self, project: Path, refusal: Refusal) -> None:
        reference = path_ref("components/tran.yaml", project / "main.yaml")
        assert refusal(lambda: PathResolver(project)(reference)) == (
            "reference-not-found",
            "no file at `components/tran.yaml`",
            None,
        )

    def test_without_a_root_the_untrusted_read_nothing(self, project: Path, refusal: Refusal) -> None:
        reference = path_ref("components/train.yaml", project / "main.yaml")
        assert refusal(lambda: Resolvers.untrusted().fetch(reference)) == (
            "reference-refused",
            "`components/train.yaml` is a local file, and none may be read",
            "give the folder that may be read: `Resolvers.untrusted(root=...)`",
        )

    @settings(deadline=None)
    @given(
        steps=st.lists(st.sampled_from(["..", ".", "ops", "components", "out", "train.yaml", "", "~", "secret.yaml"]), max_size=8)
    )
    def test_no_path_leads_out(self, steps: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
        outer = tmp_path_factory.getbasetemp().resolve() / "laws"
        root = outer / "root"
        for folder in ("ops", "components"):
            (root / folder).mkdir(parents=True, exist_ok=True)
            (root / folder / "train.yaml").write_text("inside\n")
        (outer / "secret.yaml").write_text("outside\n")
        if not (root / "out").is_symlink():
            (root / "out").symlink_to(outer)
        try:
            found = PathResolver(root)(path_ref("/".join(steps), root / "ops/main.yaml"))
        except ReferenceFailed:
            return
        assert found.text == b"inside\n"


class TestTheDocumentThatACallerNames:
    def test_is_any_regular_file(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(project)
        for resolvers in (Resolvers.default(), Resolvers.default(root=project / "ops"), Resolvers.untrusted()):
            assert resolvers.open("notes.txt") == Fetched(str(project / "notes.txt"), b"notes\n")
            assert resolvers.open(project / "notes.txt").text == b"notes\n"

    def test_that_is_missing(self, project: Path, monkeypatch: pytest.MonkeyPatch, refusal: Refusal) -> None:
        monkeypatch.chdir(project)
        assert refusal(lambda: Resolvers.default().open("note.txt")) == (
            "reference-not-found",
            "no file at `note.txt`",
            "did you mean `notes.txt`?",
        )

    def test_that_is_a_document_and_no_path(self, refusal: Refusal) -> None:
        assert refusal(lambda: Resolvers.default().open("kind: component\nrun: {}\n")) == (
            "reference-not-found",
            "no file at `kind: component\\nrun: {}\\n`",
            "this looks like a document: read text by `polyspec.loads`",
        )

    def test_that_is_empty(self, refusal: Refusal) -> None:
        assert refusal(lambda: Resolvers.default().open(""))[:2] == ("reference-invalid", "an empty path names no file")
