"""A digest on a reference of any kind, wherever it stands: these bytes or none, and a wrong one names both and parses nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import polyspec
from polyspec import PolyspecError, Resolvers, RunSpec
from polyspec.resolve import NamedPresets
from polyspec.resolve.reference import sha256

TRAIN = "kind: component\nname: train\nrun: {kind: job, container: {image: busybox}}\n"
PRESET = "isPreset: true\nqueue: gpu\n"
BROKEN = "{{ NEEDLE: [\n"
Later = Callable[[RunSpec], object]


def pin(text: str) -> str:
    return sha256(text.encode()).removeprefix("sha256:")


@pytest.fixture
def resolvers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Resolvers:
    """The same component as a file, at a URL and in a hub, and a preset; of each one that is broken."""
    for name, text in (("a", TRAIN), ("broken", BROKEN)):
        (tmp_path / "hub" / name).mkdir(parents=True)
        (tmp_path / "hub" / name / "latest.yaml").write_text(text)
        (tmp_path / f"{name}.yaml").write_text(text)
        (tmp_path / "presets").mkdir(exist_ok=True)
        (tmp_path / "presets" / f"{name}.yaml").write_text(PRESET if name == "a" else text)
    monkeypatch.chdir(tmp_path)
    found = Resolvers.default(mirrors={"https://example.com/": tmp_path}, hub=tmp_path / "hub", offline=True)
    return found.with_resolver("presets", NamedPresets(tmp_path / "presets"))


def nothing(_: RunSpec) -> None:
    """What a spec gives rise to is of no interest."""


def operations(**reference: str) -> dict[str, Any]:
    return {"run": {"kind": "dag", "operations": [{"name": "one", **reference}]}}


JOB = {"run": {"kind": "job", "container": {"image": "busybox"}}}
PLACES: list[tuple[str, Callable[[str, str], dict[str, Any]], Later]] = [
    ("pathRef", lambda name, digest: {"pathRef": f"{name}.yaml#sha256={digest}"}, nothing),
    ("urlRef", lambda name, digest: {"urlRef": f"https://example.com/{name}.yaml#sha256={digest}"}, nothing),
    ("hubRef", lambda name, digest: {"hubRef": f"{name}@sha256:{digest}"}, nothing),
    ("hubRef", lambda name, digest: {"hubRef": f"{name}:latest@sha256:{digest}"}, nothing),
    ("pathRef", lambda name, digest: operations(pathRef=f"{name}.yaml#sha256={digest}"), nothing),
    ("hubRef", lambda name, digest: operations(hubRef=f"{name}@sha256:{digest}"), nothing),
    ("presets", lambda name, digest: {**JOB, "presets": [f"{name}@sha256:{digest}"]}, nothing),
    ("hubRef", lambda name, digest: {**JOB, "hooks": [{"hubRef": f"{name}@sha256:{digest}"}]}, lambda spec: spec.hooks),
    ("hubRef", lambda name, digest: {**JOB, "build": {"hubRef": f"{name}@sha256:{digest}"}}, lambda spec: spec.build),
]


@pytest.mark.parametrize(("kind", "source", "later"), PLACES)
def test_the_right_digest(kind: str, source: Callable[[str, str], dict[str, Any]], later: Later, resolvers: Resolvers) -> None:
    spec = polyspec.compile(source("a", pin(PRESET if kind == "presets" else TRAIN)), resolvers=resolvers)
    later(spec)
    assert spec.to_dict()["kind"] == "compiled_operation"


@pytest.mark.parametrize(("kind", "source", "later"), PLACES)
def test_a_wrong_digest_names_both_and_nothing_is_parsed(
    kind: str, source: Callable[[str, str], dict[str, Any]], later: Later, resolvers: Resolvers
) -> None:
    with pytest.raises(PolyspecError) as caught:
        later(polyspec.compile(source("broken", "0" * 64), resolvers=resolvers))
    (found,) = caught.value.diagnostics
    assert (found.code, found.message, found.hint) == (
        "digest-mismatch",
        f"this `{kind}` is pinned to `sha256:{'0' * 64}`, but its document has `sha256:{pin(BROKEN)}`",
        "somebody changed the document: review it, then pin the new digest",
    )
    assert "NEEDLE" not in str(caught.value)


@pytest.mark.parametrize("reference", ["https://me:NEEDLE@example.com/a", "https://example.com/a?NEEDLE=1"])
@pytest.mark.parametrize("kind", ["pathRef", "urlRef", "hubRef"])
def test_no_message_shows_a_user_or_a_query(kind: str, reference: str, tmp_path: Path) -> None:
    (tmp_path / "main.yaml").write_text(f"{kind}: {reference}\n")
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(tmp_path / "main.yaml", resolvers=Resolvers.default(offline=True))
    assert "NEEDLE" not in str(caught.value)
    assert "NEEDLE" not in caught.value.diagnostics[0].message
