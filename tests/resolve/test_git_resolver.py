"""The example of the guide: a resolver that reads a git repository, whole and as it is printed there."""

import inspect
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest

from polyspec.resolve import Fetched, Reference, Resolvers

Refusal = Callable[[Callable[[], object]], tuple[str, str, str | None]]

HERE = Path(__file__).resolve().parents[2]
EXAMPLE: dict[str, Any] = run_path(str(HERE / "examples/git_resolver.py"))


@pytest.fixture
def resolvers(tmp_path: Path) -> Resolvers:
    """A repository in which `train.yaml` was changed once; the first state has the tag `v1`."""
    repository = tmp_path / "repository"
    repository.mkdir()

    def git(*arguments: str) -> None:
        quiet = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        who = ["-c", "user.name=someone", "-c", "user.email=someone@example.com"]
        subprocess.run(["git", "-C", str(repository), *who, *arguments], check=True, capture_output=True, env=quiet)

    git("init")
    for text, tag in (("first\n", "v1"), ("second\n", "v2")):
        (repository / "train.yaml").write_text(text)
        git("add", "train.yaml")
        git("commit", "-m", tag)
        git("tag", tag)
    return Resolvers.untrusted().with_resolver("gitRef", EXAMPLE["git_resolver"](str(repository)))


def test_a_revision_and_a_path(resolvers: Resolvers) -> None:
    assert resolvers.fetch(Reference("gitRef", "v1:train.yaml")) == Fetched("git:v1:train.yaml", b"first\n")
    assert resolvers.fetch(Reference("gitRef", "HEAD:train.yaml")) == Fetched("git:HEAD:train.yaml", b"second\n")


def test_a_pin_is_checked(resolvers: Resolvers, refusal: Refusal) -> None:
    digest = Fetched("", b"first\n").digest
    assert resolvers.fetch(Reference("gitRef", f"v1:train.yaml@{digest}")).data == b"first\n"
    assert refusal(lambda: resolvers.fetch(Reference("gitRef", f"v2:train.yaml@{digest}")))[0] == "digest-mismatch"


def test_what_is_not_there(resolvers: Resolvers, refusal: Refusal) -> None:
    found = refusal(lambda: resolvers.fetch(Reference("gitRef", "v3:train.yaml")))
    assert found == ("reference-not-found", "git has no `v3:train.yaml`", None)


@pytest.mark.parametrize("target", ["--output=evil:x", "-h:x", "v1", ""])
def test_what_git_would_take_for_an_option_never_reaches_it(
    target: str, resolvers: Resolvers, refusal: Refusal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*_: object, **__: object) -> None:
        pytest.fail("git was started")

    monkeypatch.setattr(subprocess, "run", run)
    assert refusal(lambda: resolvers.fetch(Reference("gitRef", target)))[:2] == (
        "reference-invalid",
        "a `gitRef` is a revision and a path",
    )


def test_the_document_names_no_local_file(resolvers: Resolvers, refusal: Refusal) -> None:
    found = resolvers.fetch(Reference("gitRef", "v1:train.yaml"))
    assert refusal(lambda: Resolvers.default().fetch(Reference("pathRef", "x.yaml", found.uri)))[0] == "reference-refused"


def test_the_guide_prints_it() -> None:
    assert inspect.getsource(EXAMPLE["git_resolver"]).strip() in (HERE / "docs/guide/resolve.md").read_text()
