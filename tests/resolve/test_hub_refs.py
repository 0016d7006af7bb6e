"""`hubRef`: `{base}/{component}/{tag or latest}.yaml`, from a folder or a URL, and from nowhere else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from polyspec.resolve import Fetched, Reference, Resolvers

Refusal = Callable[[Callable[[], object]], tuple[str, str, str | None]]
Serve = Callable[..., tuple[str, list[str]]]


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    """A hub of three components, one of them somebody's own."""
    for name in ("train/latest", "train/1.0", "evaluate/2", "team/train/latest"):
        path = tmp_path / f"hub/{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "secret.yaml").write_text("NEEDLE")
    return tmp_path / "hub"


@pytest.mark.parametrize(
    ("component", "uri", "text"),
    [
        ("train", "hub:train:latest", b"train/latest"),
        ("train:1.0", "hub:train:1.0", b"train/1.0"),
        ("polyaxon/train:1.0", "hub:train:1.0", b"train/1.0"),
        ("team/train", "hub:team/train:latest", b"team/train/latest"),
    ],
)
def test_a_component_of_a_folder(component: str, uri: str, text: bytes, hub: Path) -> None:
    for resolvers in (Resolvers.default(hub=hub, offline=True), Resolvers.untrusted(hub=str(hub))):
        assert resolvers.fetch(Reference("hubRef", component)) == Fetched(uri, text)


@pytest.mark.parametrize(
    ("component", "path"),
    [
        ("train", "/hub/train/latest.yaml"),
        ("polyaxon/train:1.0", "/hub/train/1.0.yaml"),
        ("team/train:v1_2-rc.1", "/hub/team/train/v1_2-rc.1.yaml"),
    ],
)
def test_a_component_of_a_url(component: str, path: str, serve: Serve) -> None:
    origin, requests = serve(lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na")
    found = Resolvers.untrusted(hub=f"{origin}/hub/").fetch(Reference("hubRef", component))
    assert found == Fetched(f"{origin}{path}", b"a")
    assert requests[0].startswith(f"GET {path} HTTP/1.1\r\n")


def test_the_hub_opens_its_host_to_hub_references_alone(serve: Serve, refusal: Refusal) -> None:
    origin, requests = serve(lambda _: b"")
    for resolvers in (Resolvers.default(hub=origin), Resolvers.untrusted(hub=origin)):
        assert refusal(lambda resolvers=resolvers: resolvers.fetch(Reference("urlRef", f"{origin}/x")))[0] == "reference-refused"  # type: ignore[misc]  # the default binds the loop's value
    assert requests == []


def test_a_hub_of_a_url_may_be_mirrored(hub: Path) -> None:
    resolvers = Resolvers.default(hub="https://hub.example/base", mirrors={"https://hub.example/base/": hub}, offline=True)
    found = resolvers.fetch(Reference("hubRef", "train:1.0"))
    assert found == Fetched("https://hub.example/base/train/1.0.yaml", b"train/1.0")


def test_a_component_of_a_folder_names_no_local_file(hub: Path, refusal: Refusal) -> None:
    resolvers = Resolvers.default(hub=hub)
    found = resolvers.fetch(Reference("hubRef", "train"))
    assert refusal(lambda: resolvers.fetch(Reference("pathRef", "../secret.yaml", found.uri)))[0] == "reference-refused"


@pytest.mark.parametrize(
    "component",
    [
        "",
        "../../admin:1?x=",
        "..",
        "../secret",
        "a/../b",
        "a/b/c",
        "/etc/hostname",
        "a:../../secret",
        "a:",
        ":1",
        "a b",
        "a\0",
        "a\n",
        ".hidden",
    ],
)
def test_what_is_no_name_reaches_nothing(component: str, hub: Path, refusal: Refusal) -> None:
    for resolvers in (Resolvers.default(hub=hub), Resolvers.default(hub="https://hub.example"), Resolvers.default()):
        code, message, hint = refusal(lambda resolvers=resolvers: resolvers.fetch(Reference("hubRef", component)))  # type: ignore[misc]  # the default binds the loop's value
        assert (code, hint) == ("reference-invalid", "names and tags are made of letters, digits, `.`, `_` and `-`")
        assert message.endswith("is no component: expected `name`, `name:tag` or `owner/name:tag`")


def test_no_link_leads_out_of_the_folder(hub: Path, refusal: Refusal) -> None:
    (hub / "train/out.yaml").symlink_to(hub.parent / "secret.yaml")
    (hub / "train/same.yaml").symlink_to("1.0.yaml")
    resolvers = Resolvers.default(hub=hub)
    assert refusal(lambda: resolvers.fetch(Reference("hubRef", "train:out")))[0] == "reference-refused"
    assert resolvers.fetch(Reference("hubRef", "train:same")).text == b"train/1.0"


@pytest.mark.parametrize(
    ("component", "message", "hint"),
    [
        ("train:2.0", "the hub has no `train:2.0`", "its tags are: 1.0, latest"),
        ("trian", "the hub has no `trian:latest`", "did you mean `train`?"),
        ("team/trian", "the hub has no `team/trian:latest`", "did you mean `train`?"),
        ("zzz", "the hub has no `zzz:latest`", "a hub that is a folder has it at `zzz/latest.yaml`"),
    ],
)
def test_what_is_missing_names_what_is_near(component: str, message: str, hint: str | None, hub: Path, refusal: Refusal) -> None:
    found = refusal(lambda: Resolvers.default(hub=hub).fetch(Reference("hubRef", component)))
    assert found == ("reference-not-found", message, hint)


def test_without_a_hub(refusal: Refusal) -> None:
    assert refusal(lambda: Resolvers.default().fetch(Reference("hubRef", "train:1"))) == (
        "reference-refused",
        "`train:1` is a component of a hub, and no hub is given",
        "give one, a folder or an https URL: `Resolvers.default(hub=...)`, or `--hub-base`",
    )


@pytest.mark.parametrize(
    "hub", ["http://hub.example/", "ftp://hub.example/", "https://u:p@hub.example/", "https://hub.example/?a"]
)
def test_a_hub_is_a_folder_or_https(hub: str) -> None:
    with pytest.raises(ValueError, match="hub"):
        Resolvers.default(hub=hub)
