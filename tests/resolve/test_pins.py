"""Pins: a reference that names a digest gives those bytes or nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyspec.resolve import Fetched, Reference, Resolvers
from polyspec.resolve.pin import unpinned
from polyspec.resolve.reference import sha256

Refusal = Callable[[Callable[[], object]], tuple[str, str, str | None]]

TEXT = b"kind: component\n"
HEX = sha256(TEXT).removeprefix("sha256:")


@pytest.fixture
def resolvers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Resolvers:
    """The same document as a file, at a mirrored URL, and in a hub."""
    (tmp_path / "train").mkdir()
    for name in ("x.yaml", "train/1.yaml"):
        (tmp_path / name).write_bytes(TEXT)
    monkeypatch.chdir(tmp_path)
    return Resolvers.default(mirrors={"https://host.example/": tmp_path}, hub=tmp_path, offline=True)


PINNED = [
    ("pathRef", "x.yaml#sha256={}"),
    ("urlRef", "https://host.example/x.yaml#sha256={}"),
    ("hubRef", "train:1@sha256:{}"),
]


@pytest.mark.parametrize(("kind", "target"), PINNED)
def test_the_right_digest(kind: str, target: str, resolvers: Resolvers) -> None:
    for digest in (HEX, HEX.upper()):
        assert resolvers.fetch(Reference(kind, target.format(digest))).data == TEXT


@pytest.mark.parametrize(("kind", "target"), PINNED)
def test_a_wrong_digest_names_both(kind: str, target: str, resolvers: Resolvers, refusal: Refusal) -> None:
    assert refusal(lambda: resolvers.fetch(Reference(kind, target.format("0" * 64)))) == (
        "digest-mismatch",
        f"this `{kind}` is pinned to `sha256:{'0' * 64}`, but its document has `sha256:{HEX}`",
        "somebody changed the document: review it, then pin the new digest",
    )


@pytest.mark.parametrize(("kind", "target"), PINNED)
def test_what_is_no_digest(kind: str, target: str, resolvers: Resolvers, refusal: Refusal) -> None:
    for digest, found in (("", 0), (HEX[:-1], 63), (HEX + "0", 65), ("g" * 64, 64)):
        assert refusal(lambda digest=digest: resolvers.fetch(Reference(kind, target.format(digest)))) == (  # type: ignore[misc]  # the default binds the loop's value
            "reference-invalid",
            f"the pin of this `{kind}` is no SHA-256: expected 64 hexadecimal digits, found {found} characters",
            "copy the digest whole, as `sha256sum` prints it",
        )


def test_the_document_that_a_caller_names_may_be_pinned(resolvers: Resolvers, refusal: Refusal) -> None:
    assert resolvers.open(f"x.yaml#sha256={HEX}").text == TEXT
    assert refusal(lambda: resolvers.open(f"x.yaml#sha256={'0' * 64}"))[0] == "digest-mismatch"
    assert refusal(lambda: resolvers.open(f"https://host.example/x.yaml#sha256={'0' * 64}"))[0] == "digest-mismatch"


def test_a_resolver_of_ones_own_is_checked_too(refusal: Refusal) -> None:
    asked: list[Reference] = []

    def mine(reference: Reference) -> Fetched:
        asked.append(reference)
        return Fetched("mine:x", "kind: component\n")

    resolvers = Resolvers.untrusted().with_resolver("mineRef", mine)
    assert resolvers.fetch(Reference("mineRef", f"x#sha256={HEX}")).data == TEXT
    assert (asked[0].target, asked[0].digest) == ("x", f"sha256:{HEX}")
    assert refusal(lambda: resolvers.fetch(Reference("mineRef", f"x@sha256:{'0' * 64}")))[0] == "digest-mismatch"


@settings(deadline=None)
@given(target=st.text(alphabet="abc#@:=/sha256", max_size=20), data=st.binary(max_size=20))
def test_a_pin_comes_off_its_target_whole(target: str, data: bytes) -> None:
    if "sha256" in target:
        return
    pinned = unpinned(Reference("pathRef", f"{target}#{sha256(data).replace(':', '=')}"))
    assert (pinned.target, pinned.digest) == (target, sha256(data))
    assert unpinned(Reference("pathRef", target)) == Reference("pathRef", target)
