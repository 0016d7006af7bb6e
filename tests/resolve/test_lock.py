"""The lock as a file: what is written reads back, what is no lock is refused where that shows, and nothing secret is in it."""

import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyspec import PolyspecError
from polyspec.resolve import Entry, Fetched, Lock, Reference, read_lock
from polyspec.resolve.lock import key_of, uri_from, uri_within
from polyspec.resolve.lock_file import parse_lock
from polyspec.resolve.reference import sha256

DIGEST = sha256(b"a")
OTHER = sha256(b"b")
BLOCK = f'[[reference]]\nkind = "hubRef"\ntarget = "train"\nuri = "hub:train:latest"\ndigest = "{DIGEST}"\n'
HEAD = "version = 1\nfiles = [\n]\n\n"


def refused(data: bytes) -> tuple[str, str, int | None]:
    with pytest.raises(PolyspecError) as caught:
        parse_lock(data, "/spec/polyspec.lock")
    (found,) = caught.value.diagnostics
    assert found.location is not None
    assert found.location.file == "/spec/polyspec.lock"
    return found.code, found.message, found.location.line


def outcome(text: str) -> str:
    try:
        parse_lock(text.encode("utf-8", "surrogatepass"), "/spec/polyspec.lock")
    except PolyspecError as error:
        return error.diagnostics[0].code
    return "a lock"


class TestTheText:
    def test_is_toml_with_a_block_for_each_reference_in_order(self) -> None:
        lock = Lock(
            "/spec",
            ("train.yaml", "eval.yaml"),
            (
                Entry("urlRef", "https://example.com/a.yaml", "https://example.com/a.yaml", OTHER),
                Entry("hubRef", "train", "hub:train:latest", DIGEST),
            ),
        )
        assert lock.to_text() == (
            "# Written by `polyspec lock`. Keep it with the files, and review what changes in it.\n"
            "version = 1\n"
            "files = [\n"
            '  "eval.yaml",\n'
            '  "train.yaml",\n'
            "]\n"
            "\n"
            "[[reference]]\n"
            'kind = "hubRef"\n'
            'target = "train"\n'
            'uri = "hub:train:latest"\n'
            f'digest = "{DIGEST}"\n'
            "\n"
            "[[reference]]\n"
            'kind = "urlRef"\n'
            'target = "https://example.com/a.yaml"\n'
            'uri = "https://example.com/a.yaml"\n'
            f'digest = "{OTHER}"\n'
        )

    def test_of_a_branch_that_added_the_same_reference_merges(self) -> None:
        assert parse_lock((HEAD + BLOCK + BLOCK).encode(), "/spec/polyspec.lock").entries == (
            Entry("hubRef", "train", "hub:train:latest", DIGEST),
        )

    def test_may_have_the_line_ends_of_another_system(self) -> None:
        text = Lock("/spec", ("a.yaml",), (Entry("hubRef", "train", "hub:train:latest", DIGEST),)).to_text()
        crossed = text.replace("\n", "\r\n").encode()
        assert parse_lock(crossed, "/spec/polyspec.lock") == parse_lock(text.encode(), "/spec/polyspec.lock")

    texts = st.text(min_size=1).filter(lambda text: not any("\ud800" <= character <= "\udfff" for character in text))
    entries = st.builds(Entry, texts, texts, texts, st.just(DIGEST), st.one_of(st.just(""), texts))

    @given(
        files=st.lists(texts), entries=st.lists(entries, unique_by=lambda entry: entry.key), copies=st.sampled_from([None, "d"])
    )
    def test_reads_back(self, files: list[str], entries: list[Entry], copies: str | None) -> None:
        lock = Lock("/spec", files, entries, copies)
        text = lock.to_text()
        assert parse_lock(text.encode(), "/spec/polyspec.lock") == lock
        assert all(character.isprintable() for character in text.replace("\n", ""))
        assert tomllib.loads(text)["version"] == 1


class TestAFileThatIsNoLock:
    @pytest.mark.parametrize(
        ("text", "why", "line"),
        [
            ("kind: component\n", "this line is none of a lock", 1),
            (f"{HEAD}<<<<<<< mine\n{BLOCK}", "a merge left the lines of two branches", 5),
            (f"{HEAD}a.b.c = 1\n", "this line is none of a lock", 5),
            (f"{HEAD}x = {{a.b = 1}}\n", "this line is none of a lock", 5),
            (f"{HEAD}x = [[[[\n", "this line is none of a lock", 5),
            ('version = 1\nfiles = [\n  "a"\n  "b"\n]\n', "it is no TOML", 4),
            ("", "it has no `version`", None),
            ("version = 2\n", "it is of version 2, and this release reads 1", None),
            ('version = "1"\n', "it is of version ?, and this release reads 1", None),
            (f'{HEAD}\nowner = "me"\n', "it has a field `owner`", None),
            ('version = 1\nfiles = "a"\n', "`files` is a list of texts, and `[[reference]]` begins a block", None),
            ("version = 1\nreference = 1\n", "`files` is a list of texts, and `[[reference]]` begins a block", None),
            ('version = 1\nreference = [\n"a"\n]\n', "`files` is a list of texts, and `[[reference]]` begins a block", None),
            ('version = 1\ncopies = "../a"\n', "`copies` names a folder beside it", None),
            ('version = 1\ncopies = "."\n', "`copies` names a folder beside it", None),
            (
                f'{HEAD}[[reference]]\nkind = "hubRef"\n',
                "a reference has a `kind`, a `target`, a `uri` and a `digest`, and where it matters an `in`",
                5,
            ),
            (HEAD + BLOCK.replace("sha256:", "md5:"), "the digest of `hubRef: train` is none", 5),
            (
                HEAD + BLOCK + BLOCK.replace(DIGEST, OTHER),
                "`hubRef: train` is locked twice, and not to the same document",
                None,
            ),
        ],
    )
    def test_is_refused_where_that_shows(self, text: str, why: str, line: int | None) -> None:
        assert refused(text.encode()) == ("lock-invalid", f"this is no lock that can be used: {why}", line)

    def test_is_one_that_is_no_text(self) -> None:
        assert refused(b"\xff") == ("lock-invalid", "this is no lock that can be used: it is not UTF-8 text", None)

    def test_is_one_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(PolyspecError) as caught:
            read_lock(tmp_path / "polyspec.lock", "train.yaml")
        (found,) = caught.value.diagnostics
        assert (found.code, found.message, found.hint) == (
            "lock-not-found",
            "there is no lock",
            "run `polyspec lock train.yaml`",
        )

    def test_is_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(PolyspecError) as caught:
            read_lock(tmp_path)
        (found,) = caught.value.diagnostics
        assert (found.code, found.message) == (
            "lock-invalid",
            f"the lock cannot be read: `{tmp_path.name}` is a folder: only regular files are read",
        )

    @pytest.mark.parametrize("kind", ["pipe", "large"])
    def test_is_one_that_nobody_should_read(self, kind: str, tmp_path: Path) -> None:
        path = tmp_path / "polyspec.lock"
        if kind == "pipe":
            os.mkfifo(path)
        else:
            path.write_bytes(b"#" * (2 * 1024 * 1024 + 1))
        with pytest.raises(PolyspecError) as caught:
            read_lock(path)
        why = (
            "a device, a pipe, a socket or a link to itself: only regular files are read"
            if kind == "pipe"
            else "larger than 2097152 bytes"
        )
        (found,) = caught.value.diagnostics
        assert (found.code, found.message, found.hint) == (
            "lock-invalid",
            f"the lock cannot be read: `polyspec.lock` is {why}",
            "mend it, or remove it and run `polyspec lock FILE`",
        )

    @given(st.text())
    def test_gives_no_other_error(self, text: str) -> None:
        assert outcome(text) in ("a lock", "lock-invalid")

    @given(st.lists(st.sampled_from([*HEAD.splitlines(), *BLOCK.splitlines(), 'in = "x"', '"a",', "]", "a = ["])))
    def test_made_of_the_lines_of_one_gives_no_other_error(self, lines: list[str]) -> None:
        assert outcome("\n".join(lines)) in ("a lock", "lock-invalid")


class TestAReference:
    @pytest.mark.parametrize(
        ("reference", "key"),
        [
            (Reference("pathRef", "../c/x.yaml", "/home/spec/train/a.yaml"), ("pathRef", "c/x.yaml", "")),
            (Reference("pathRef", "./x.yaml", "/home/spec/a.yaml"), ("pathRef", "x.yaml", "")),
            (Reference("pathRef", "../x.yaml", "/home/spec/a.yaml"), ("pathRef", "../x.yaml", "")),
            (Reference("pathRef", "/srv/x.yaml", "/home/spec/a.yaml"), ("pathRef", "/srv/x.yaml", "")),
            (Reference("pathRef", "x.yaml", "https://e.com/a"), ("pathRef", "x.yaml", "https://e.com/a")),
            (Reference("urlRef", "https://E.com:443/a/../b"), ("urlRef", "https://e.com/b", "")),
            (Reference("hubRef", "acme/train:1", "/home/spec/a.yaml"), ("hubRef", "acme/train:1", "")),
            (Reference("hubRef", "token-service:2"), ("hubRef", "token-service:2", "")),
            (Reference("presets", "gpu", "/home/spec/a.yaml"), ("presets", "gpu", "")),
            (Reference("gitRef", "v1:x.yaml", "/home/spec/a.yaml"), ("gitRef", "v1:x.yaml", "./a.yaml")),
            (Reference("gitRef", "v1:x.yaml"), ("gitRef", "v1:x.yaml", "")),
        ],
    )
    def test_is_known_by_where_it_leads(self, reference: Reference, key: tuple[str, str, str]) -> None:
        assert key_of(reference, "/home/spec") == key

    @pytest.mark.parametrize(
        ("kind", "target"),
        [
            ("urlRef", "https://example.com/a?token=NEEDLE"),
            ("urlRef", "https://NEEDLE:NEEDLE@example.com/a"),
            ("gitRef", "https://me:NEEDLE@example.com/a"),
            ("gitRef", "ssh://NEEDLE@example.com/a"),
            ("gitRef", "https://example.com/a?NEEDLE"),
            ("pathRef", "https://me:NEEDLE@example.com/a"),
            ("pathRef", "https://example.com/a?NEEDLE"),
            ("hubRef", "https://me:NEEDLE@hub/a"),
        ],
    )
    def test_brings_no_secret_into_the_lock(self, kind: str, target: str) -> None:
        entry = Lock("/spec").entry(Reference(kind, target, "https://e.com/a?NEEDLE"), Fetched(target, b"a"))
        assert "NEEDLE" not in Lock("/spec", (), (entry,)).to_text()
        other = Lock("/spec").entry(Reference(kind, target.replace("NEEDLE", "OTHER")), Fetched(target, b"a"))
        assert other.key != entry.key

    def test_to_a_url_that_is_clear_already_stays_as_it_is(self) -> None:
        clear = "https://example.com/a?query-0123456789ab"
        assert uri_within(clear, "/spec") == clear


class TestAFile:
    @pytest.mark.parametrize(
        ("path", "written"),
        [
            ("/home/spec/a.yaml", "./a.yaml"),
            ("/home/spec/b/a.yaml", "./b/a.yaml"),
            ("/home/a.yaml", "../a.yaml"),
            ("/home/spec/a:b", "./a:b"),
            ("/srv/a.yaml", "../../srv/a.yaml"),
        ],
    )
    def test_is_named_from_the_folder_of_the_lock(self, path: str, written: str) -> None:
        assert uri_within(path, "/home/spec") == written
        assert os.path.normpath(uri_from(written, "/home/spec")) == path

    @pytest.mark.parametrize("folder", ["/", "/release", "/home/spec"])
    @pytest.mark.parametrize("written", ["./a.yaml", "./b/a.yaml", "../a.yaml", "../../../../srv/a.yaml", "hub:train:latest"])
    def test_is_the_same_from_any_folder_however_near_to_the_root(self, written: str, folder: str) -> None:
        assert uri_within(uri_from(written, folder), folder) == written

    def test_that_a_copy_stands_in_for_leads_to_the_same_references(self) -> None:
        base = uri_from("../../../../srv/a.yaml", "/release")
        assert key_of(Reference("pathRef", "b.yaml", base), "/release") == ("pathRef", "../../../../srv/b.yaml", "")
        assert key_of(Reference("pathRef", "/srv/b.yaml", base), "/release") == ("pathRef", "/srv/b.yaml", "")
