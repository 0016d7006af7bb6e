"""Two branches that locked different things: what git leaves of their locks is refused, and `polyspec lock` makes one of it."""

from difflib import SequenceMatcher
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import polyspec
from polyspec import PolyspecError
from polyspec.resolve import Entry, Lock
from polyspec.resolve.lock_file import parse_lock
from polyspec.resolve.reference import sha256

TRAIN = "kind: component\nname: train\nrun: {kind: job, container: {image: busybox}}\n"
OTHER = TRAIN.replace("busybox", "alpine")
PLACE = "/spec/polyspec.lock"


def conflict(ours: str, theirs: str, *, base: bool = False) -> str:
    """What git leaves of two texts: the lines that differ, both of them, between its marks."""
    first, second = ours.splitlines(keepends=True), theirs.splitlines(keepends=True)
    found = []
    for tag, i, j, m, n in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if tag == "equal":
            found += first[i:j]
        else:
            middle = ["||||||| 1a2b3c\n", 'gone = "x"\n'] if base else []
            found += ["<<<<<<< HEAD\n", *first[i:j], *middle, "=======\n", *second[m:n], ">>>>>>> branch\n"]
    return "".join(found)


@pytest.fixture
def both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in which one branch locked `a` and the other `b`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "parts").mkdir()
    for name in ("a", "b", "train"):
        (tmp_path / f"{name}.yaml").write_text(f"pathRef: parts/{name}.yaml\n")
        (tmp_path / f"parts/{name}.yaml").write_text(TRAIN)
    texts = []
    for name in ("a", "b"):
        texts.append(polyspec.lock(["train.yaml", f"{name}.yaml"]).to_text())
        (tmp_path / "polyspec.lock").unlink()
    (tmp_path / "polyspec.lock").write_text(conflict(*texts))
    return tmp_path


def told(error: PolyspecError) -> tuple[str, str, str | None]:
    (found,) = error.diagnostics
    return str(found.location), found.message.removeprefix("this is no lock that can be used: "), found.hint


def test_a_conflict_is_told_where_it_begins(both: Path) -> None:
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile("train.yaml")
    assert told(caught.value) == (
        f"{both}/polyspec.lock:4:1",
        "a merge left the lines of two branches",
        "run `polyspec lock FILE`: it takes what both branches hold",
    )


def test_locking_takes_what_both_hold(both: Path) -> None:
    lock = polyspec.lock(["train.yaml"])
    assert lock.files == ("a.yaml", "b.yaml", "train.yaml")
    assert [entry.target for entry in lock.entries] == ["parts/a.yaml", "parts/b.yaml", "parts/train.yaml"]
    assert (both / "polyspec.lock").read_text() == lock.to_text()
    assert polyspec.check_lock() == lock


def test_a_conflict_of_nothing_is_written_anew(both: Path) -> None:
    text = polyspec.lock(["train.yaml"]).to_text()
    (both / "polyspec.lock").write_text(f"{text}<<<<<<< HEAD\n=======\n>>>>>>> branch\n")
    polyspec.lock(["train.yaml"])
    assert (both / "polyspec.lock").read_text() == text


def test_one_reference_with_two_documents_is_told_until_it_is_upgraded(both: Path) -> None:
    text = polyspec.lock(["train.yaml"]).to_text()
    before, mark, after = text.rpartition(sha256(TRAIN.encode()))
    (both / "polyspec.lock").write_text(conflict(text, f"{before}{sha256(OTHER.encode())}{after}"))
    (both / "parts/train.yaml").write_text(OTHER)
    with pytest.raises(PolyspecError) as caught:
        polyspec.lock(["train.yaml"])
    assert told(caught.value) == (
        f"{both}/polyspec.lock",
        "`pathRef: parts/train.yaml` is locked twice, and not to the same document",
        "take one of the two out, or run `polyspec lock FILE --upgrade parts/train.yaml`",
    )
    lock = polyspec.lock(["train.yaml"], upgrade=["parts/train.yaml"])
    assert (mark, lock.entries[-1].digest) == (sha256(TRAIN.encode()), sha256(OTHER.encode()))
    assert polyspec.check_lock() == lock


def test_of_a_file_that_is_no_lock_nothing_says_to_remove_it(both: Path) -> None:
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile("train.yaml", lock="parts/train.yaml")
    assert told(caught.value) == (
        f"{both}/parts/train.yaml:1:1",
        "this line is none of a lock",
        "name the lock; `polyspec lock FILE` writes one",
    )


def test_a_block_with_two_digests_is_told_with_its_line(both: Path) -> None:
    text = polyspec.lock(["train.yaml"]).to_text()
    (both / "polyspec.lock").write_text(f'{text}digest = "sha256:0"\n')
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile("train.yaml")
    lines = text.count("\n") + 1
    assert told(caught.value)[:2] == (f"{both}/polyspec.lock:{lines}:1", "it is no TOML")


ENTRIES = st.sets(
    st.builds(
        lambda name, data: Entry("hubRef", name, f"hub:{name}", sha256(data)),
        st.sampled_from("abcdef"),
        st.sampled_from([b"1", b"2"]),
    )
).map(lambda entries: {entry.key: entry for entry in entries}.values())


def test_what_is_wrong_in_a_branch_is_told_where_it_stands() -> None:
    block = '[[reference]]\nkind = "k"\n'
    text = f"version = 1\n<<<<<<< HEAD\n=======\n{block}>>>>>>> branch\n"
    with pytest.raises(PolyspecError) as caught:
        parse_lock(text.encode(), PLACE, merges=True)
    assert told(caught.value)[0] == f"{PLACE}:4:1"


@pytest.mark.parametrize(
    ("marks", "line", "why"),
    [
        (("=", "<", ">"), 3, "are out of order"),
        (("|", "=", ">"), 3, "are out of order"),
        (("<", ">"), 4, "are out of order"),
        (("<", "=", "=", ">"), 5, "are out of order"),
        (("<", "<", "=", ">"), 4, "are out of order"),
        (("<", "|"), None, "have no end"),
        (("<", "="), None, "have no end"),
    ],
)
def test_what_is_of_neither_branch_is_not_passed_over(marks: tuple[str, ...], line: int | None, why: str) -> None:
    text = "version = 1\n\n" + "".join(f"{mark * 7} branch\n" for mark in marks)
    with pytest.raises(PolyspecError) as caught:
        parse_lock(text.encode(), PLACE, merges=True)
    assert told(caught.value)[:2] == (f"{PLACE}:{line}:1" if line else PLACE, f"the marks that a merge left {why}")


LOCKS = st.builds(lambda files, entries: Lock("/spec", files, entries), st.sets(st.sampled_from("xyz")), ENTRIES)


@given(LOCKS, LOCKS, st.booleans())
def test_what_git_leaves_of_two_locks_has_all_of_both(ours: Lock, theirs: Lock, base: bool) -> None:
    text = conflict(ours.to_text(), theirs.to_text(), base=base)
    found = parse_lock(text.encode(), PLACE, merges=True)
    assert found.files == tuple(sorted({*ours.files, *theirs.files}))
    assert set(found.entries) == {*ours.entries, *theirs.entries}
    assert parse_lock(ours.to_text().encode(), PLACE, merges=True) == ours
