"""Init steps: what is prepared before the main container starts (polyaxonfile section 12, `init[]`)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from polyspec.late import late_pattern
from polyspec.spec.classes import spec_class
from polyspec.spec.container import Container
from polyspec.spec.markers import COMMA, Combined, LooseText, Maybe, Template
from polyspec.spec.node import Node, absent
from polyspec.spec.problem import Mismatch

_UUID = late_pattern(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
Pair = Sequence[str]
"""A source and a destination."""


@spec_class(kw_only=True)
class ArtifactsInit(Node):
    """Files and folders of a store; an entry is a path, or a pair of a path and where it goes."""

    files: Maybe[Sequence[str | Pair] | Template] = absent()
    dirs: Maybe[Sequence[str | Pair] | Template] = absent()
    workers: Maybe[int | Template] = absent()


@spec_class(kw_only=True)
class GitInit(Node):
    """A git repository to clone."""

    url: Maybe[str] = absent()
    revision: Maybe[str] = absent()
    flags: Maybe[Sequence[str] | Template] = absent()

    def __attrs_post_init__(self) -> None:
        for name in ("url", "revision"):
            value = getattr(self, name)
            if isinstance(value, str) and value.startswith("-"):
                raise Mismatch(f"the {name} of a repository does not begin with `-`", path=(name,), code="bad-git")


@spec_class(kw_only=True)
class DockerfileInit(Node):
    """A Dockerfile to generate."""

    image: str
    env: Maybe[Mapping[str, Any] | Sequence[Any] | Template] = absent()
    path: Maybe[Sequence[str] | Template] = absent()
    copy_: Maybe[Sequence[str | Pair] | Template] = absent()
    post_run_copy: Maybe[Sequence[str | Pair] | Template] = absent()
    run: Maybe[Sequence[str] | Template] = absent()
    lang_env: Maybe[str] = absent()
    uid: Maybe[int | Template] = absent()
    gid: Maybe[int | Template] = absent()
    username: Maybe[str] = absent()
    filename: Maybe[str] = absent()
    workdir: Maybe[str] = absent()
    workdir_path: Maybe[str] = absent()
    shell: Maybe[str] = absent()


@spec_class(kw_only=True)
class FileInit(Node):
    """A file with a given content."""

    content: str
    filename: Maybe[str] = absent()
    kind: Maybe[str] = absent()
    chmod: Maybe[LooseText] = absent()


@spec_class(kw_only=True)
class TensorboardInit(Node):
    """Artifacts of other runs for a Tensorboard; their uuids are kept without dashes, as runs have them."""

    port: Maybe[int | Template] = absent()
    uuids: Maybe[Annotated[Sequence[str], COMMA] | Template] = absent()
    use_names: Maybe[bool | Template] = absent()
    path_prefix: Maybe[str] = absent()
    plugins: Maybe[Annotated[Sequence[str], COMMA] | Template] = absent()

    def __attrs_post_init__(self) -> None:
        if isinstance(self.uuids, Sequence) and not isinstance(self.uuids, str):
            plain = [uuid.replace("-", "").lower() if _UUID.fullmatch(uuid) else uuid for uuid in self.uuids]
            object.__setattr__(self, "uuids", plain)


_SOURCES = ("artifacts", "paths", "git", "dockerfile", "file", "tensorboard", "lineage_ref", "model_ref", "artifact_ref")


@spec_class(kw_only=True)
class Init(Node):
    """One init step: one source at most, with the connection that it comes from, the path it goes to, and its container."""

    artifacts: Maybe[ArtifactsInit | Template] = absent()
    paths: Maybe[Sequence[str | Pair] | str] = absent()
    git: Maybe[GitInit | Template] = absent()
    dockerfile: Maybe[DockerfileInit | Template] = absent()
    file: Maybe[FileInit | Template] = absent()
    tensorboard: Maybe[TensorboardInit | Template] = absent()
    lineage_ref: Maybe[str] = absent()
    model_ref: Maybe[str] = absent()
    artifact_ref: Maybe[str] = absent()
    connection: Maybe[str] = absent()
    path: Maybe[str] = absent()
    container: Maybe[Container | Template] = absent()

    def __attrs_post_init__(self) -> None:
        written = [name for name in _SOURCES if getattr(self, name)]
        if len(written) > 1:
            raise Mismatch(f"an init step has one source, not {len(written)}", hint="write a step for each", code="many-sources")
        if isinstance(self.git, GitInit) and not self.git.url and not self.connection:
            raise Mismatch("a git step without `url` needs a `connection`", path=("git",), code="missing-field")


Inits = Annotated[Sequence[Init], Combined("keyed", ("container.name",), merged=True)]
