"""Which paths of a text are those of the container, and where they lie on this machine."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyspec.executors.paths import Mount, Workspace, fresh_folder

SPACE = Workspace(
    Path("/runs/7"),
    (Mount("/plx-context", Path("context")), Mount("/data", Path("/srv/data")), Mount("/data/raw/", Path("mounts/raw"))),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/plx-context", "/runs/7/context"),
        ("/plx-context/artifacts/a b", "/runs/7/context/artifacts/a b"),
        ("--out=/plx-context/x", "--out=/runs/7/context/x"),
        ("-I/plx-context/x", "-I/runs/7/context/x"),
        ("cc -I/plx-context/x", "cc -I/runs/7/context/x"),
        ("cd /plx-context/a && cat </plx-context/b", "cd /runs/7/context/a && cat </runs/7/context/b"),
        ("'/plx-context/x',\"/plx-context/y\"", "'/runs/7/context/x',\"/runs/7/context/y\""),
        ("/bin:/plx-context/bin:/data/bin", "/bin:/runs/7/context/bin:/srv/data/bin"),
        ("file:///plx-context/x", "file:///runs/7/context/x"),
        ("${OUT:-/plx-context/x}", "${OUT:-/runs/7/context/x}"),
        ("@/plx-context/body.json", "@/runs/7/context/body.json"),
        ("/data/raw/x /data/rawer", "/runs/7/mounts/raw/x /srv/data/rawer"),
    ],
)
def test_a_path_under_a_mount_becomes_one_of_this_machine(text: str, expected: str) -> None:
    assert SPACE.rewritten(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "/plx-context-2/x",
        "/plx-context.bak",
        "/plx-contextual",
        "x/plx-context/y",
        "../plx-context",
        "/home/plx-context",
        "~/plx-context",
        "$(HOME)/plx-context",
        "${HOME}/plx-context",
        "plx-context/x",
        "https://host/data/x",
    ],
)
def test_other_paths_stay(text: str) -> None:
    assert SPACE.rewritten(text) == text


@given(st.text())
def test_a_text_without_a_prefix_stays(text: str) -> None:
    assert "/data" in text or "/plx-context" in text or SPACE.rewritten(text) == text


def test_without_mounts_every_text_stays() -> None:
    assert Workspace(Path("/runs/7"), ()).rewritten("/plx-context") == "/plx-context"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/plx-context", "/runs/7/context"),
        ("/plx-context/a/./b/", "/runs/7/context/a/b"),
        ("//plx-context//a", "/runs/7/context/a"),
        ("/plx-context/../data/raw/x", "/runs/7/mounts/raw/x"),
        ("/data/raw", "/runs/7/mounts/raw"),
        ("/data", "/srv/data"),
    ],
)
def test_the_longest_mount_gives_the_place_of_a_path(path: str, expected: str) -> None:
    assert SPACE.host(path) == Path(expected)


@pytest.mark.parametrize("path", ["/plx-context/../etc", "/etc", "/", "/plx-context-2", "/data/../../.."])
def test_a_path_under_no_mount_has_no_place(path: str) -> None:
    assert SPACE.host(path) is None


@given(st.lists(st.sampled_from(["..", ".", "", "a", "b"])).map("/".join))
def test_no_path_leads_out_of_its_mount(tail: str) -> None:
    host = Workspace(Path("/runs/7"), (Mount("/ctx", Path("context")),)).host(f"/ctx/{tail}")
    assert host is None or (host.is_relative_to("/runs/7/context") and ".." not in host.parts)


def test_a_fresh_folder_never_is_one_that_was_there(tmp_path: Path) -> None:
    root = tmp_path / "new" / "runs"
    folders = [fresh_folder(root, "u") for _ in range(3)]
    assert [folder.name for folder in folders] == ["u", "u-2", "u-3"]
    assert [folder.stat().st_mode & 0o777 for folder in folders] == [0o700] * 3
