"""Mirrors: a folder stands in for what begins with a URL, the longest prefix first, and nothing outside the folder is read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from polyspec.resolve import Fetched, Reference, Resolvers

Refusal = Callable[[Callable[[], object]], tuple[str, str, str | None]]

PREFIX = "https://host.example/team/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A mirror of a few documents, beside a file that is none of its business."""
    mirror = tmp_path / "mirror"
    (mirror / "sub").mkdir(parents=True)
    (mirror / "a.yaml").write_text("a")
    (mirror / "sub/b c.yaml").write_text("b")
    (tmp_path / "secret.yaml").write_text("NEEDLE")
    (mirror / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    return mirror


def read(url: str, **mirrors: Path) -> Fetched:
    return Resolvers.untrusted(mirrors={PREFIX: mirrors["folder"]}, offline=True).fetch(Reference("urlRef", url))


@pytest.mark.parametrize(
    ("path", "text"),
    [("a.yaml", b"a"), ("sub/../a.yaml", b"a"), ("%61.yaml", b"a"), ("sub/b%20c.yaml", b"b"), ("a.yaml?x=1", b"a")],
)
def test_a_mirrored_url_is_read_from_its_folder(path: str, text: bytes, folder: Path) -> None:
    assert read(PREFIX + path, folder=folder).text == text


def test_the_document_keeps_its_url_and_so_names_no_local_file(folder: Path, refusal: Refusal) -> None:
    found = read(f"{PREFIX}a.yaml", folder=folder)
    assert found.uri == f"{PREFIX}a.yaml"
    reference = Reference("pathRef", "link.yaml", found.uri)
    assert refusal(lambda: Resolvers.default().fetch(reference))[0] == "reference-refused"


def test_a_pinned_document_is_checked(folder: Path, refusal: Refusal) -> None:
    assert refusal(lambda: read(f"{PREFIX}a.yaml#sha256={'0' * 64}", folder=folder))[0] == "digest-mismatch"


def test_the_longest_prefix_wins(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other/x.yaml").write_text("other")
    mirrors = {PREFIX: folder, f"{PREFIX}deep": tmp_path / "other"}
    for order in (mirrors, dict(reversed(mirrors.items()))):
        found = Resolvers.default(mirrors=order, offline=True).fetch(Reference("urlRef", f"{PREFIX}deep/x.yaml"))
        assert found.text == b"other"


def test_a_prefix_ends_at_a_segment(folder: Path, refusal: Refusal) -> None:
    resolvers = Resolvers.default(mirrors={"https://host.example/team": folder}, offline=True)
    assert resolvers.fetch(Reference("urlRef", f"{PREFIX}a.yaml")).text == b"a"
    assert refusal(lambda: resolvers.fetch(Reference("urlRef", "https://host.example/teammate/a.yaml")))[0] == "offline"


def test_what_the_folder_lacks_is_not_looked_for_elsewhere(folder: Path, refusal: Refusal) -> None:
    resolvers = Resolvers.default(mirrors={PREFIX: folder})
    assert refusal(lambda: resolvers.fetch(Reference("urlRef", f"{PREFIX}z.yaml"))) == (
        "reference-not-found",
        f"`{PREFIX}z.yaml` is not in the mirror of `{PREFIX}`",
        "a mirrored prefix is read from its folder alone: add the file there",
    )


@pytest.mark.parametrize("path", ["/etc/hostname", "..%2fsecret.yaml", "%2e%2e%5csecret.yaml", "%00", "", "sub/%2Fetc/hostname"])
def test_no_spelling_names_a_file_elsewhere(path: str, folder: Path, refusal: Refusal) -> None:
    code, message, _ = refusal(lambda: read(PREFIX + path, folder=folder))
    assert code == "reference-refused"
    assert message.endswith(f"names no file in the mirror of `{PREFIX}`")


def test_no_link_leads_out(folder: Path, refusal: Refusal) -> None:
    assert refusal(lambda: read(f"{PREFIX}link.yaml", folder=folder))[:2] == (
        "reference-refused",
        f"`{PREFIX}link.yaml` leads out of the folder that it must be in",
    )


@pytest.mark.parametrize(
    "prefix", ["host.example/team/", "ftp://host.example/", "https://u:p@host.example/", "https://host.example/?a=b"]
)
def test_what_is_no_prefix_is_refused_at_once(prefix: str, folder: Path) -> None:
    with pytest.raises(ValueError, match="mirror"):
        Resolvers.default(mirrors={prefix: folder})


def test_no_prefix_that_is_refused_shows_what_may_be_secret() -> None:
    with pytest.raises(ValueError, match=r"^no URL to mirror: '…'; a URL that holds a user name or a password is refused$"):
        Resolvers.default(mirrors={"https://bob:NEEDLE@example.com/": "/folder"})
