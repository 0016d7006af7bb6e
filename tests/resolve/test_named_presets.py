"""Named presets: one file each in a folder that somebody registered."""

from collections.abc import Callable
from pathlib import Path

import pytest

from polyspec.resolve import Fetched, NamedPresets, Reference, Resolvers

Refusal = Callable[[Callable[[], object]], tuple[str, str, str | None]]


@pytest.fixture
def resolvers(tmp_path: Path) -> Resolvers:
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets/gpu.yaml").write_text("queue: gpu")
    (tmp_path / "secret.yaml").write_text("NEEDLE")
    return Resolvers.untrusted().with_resolver("presets", NamedPresets(tmp_path / "presets"))


def test_a_preset_by_its_name(resolvers: Resolvers, tmp_path: Path) -> None:
    found = resolvers.fetch(Reference("presets", "gpu"))
    assert found == Fetched(str((tmp_path / "presets/gpu.yaml").resolve()), b"queue: gpu")


@pytest.mark.parametrize(
    ("name", "hint"),
    [("gpus", "did you mean `gpu`?"), ("nightly", "write it: `nightly.yaml` in the folder of the presets")],
)
def test_a_preset_that_is_missing(name: str, hint: str, resolvers: Resolvers, refusal: Refusal) -> None:
    assert refusal(lambda: resolvers.fetch(Reference("presets", name))) == (
        "reference-not-found",
        f"there is no preset `{name}`",
        hint,
    )


@pytest.mark.parametrize("name", ["../secret", "/etc/hostname", "", "a/b", ".", "..", "a\0"])
def test_no_name_leads_out(name: str, resolvers: Resolvers, refusal: Refusal) -> None:
    assert refusal(lambda: resolvers.fetch(Reference("presets", name)))[0] == "reference-invalid"


def test_no_link_leads_out(resolvers: Resolvers, tmp_path: Path, refusal: Refusal) -> None:
    (tmp_path / "presets/out.yaml").symlink_to(tmp_path / "secret.yaml")
    assert refusal(lambda: resolvers.fetch(Reference("presets", "out")))[0] == "reference-refused"


def test_where_none_are_registered(refusal: Refusal) -> None:
    assert refusal(lambda: Resolvers.default().fetch(Reference("presets", "gpu"))) == (
        "reference-not-found",
        "there is no preset `gpu`: none are registered",
        'give a folder: `resolvers.with_resolver("presets", NamedPresets("/folder"))`, or `--preset-folder`',
    )
