"""Laws of locks, over files that refer to one another in any way."""

import itertools
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import polyspec
from polyspec import PolyspecError, Resolvers
from polyspec.resolve.lock_file import parse_lock
from polyspec.resolve.reference import sha256

KINDS = ("pathRef", "urlRef", "hubRef")


@attrs.frozen
class Component:
    """A component: one that runs an image, or one that stands on a later one, and the hooks that it has."""

    image: str
    base: int | None
    kind: str
    hooks: tuple[int, ...]
    in_dag: bool


@st.composite
def projects(draw: st.DrawFn) -> list[Component]:
    """Components that refer to later ones, so that no reference leads in a circle."""
    count = draw(st.integers(1, 6))
    found = []
    for number in range(count):
        later = st.integers(number + 1, count - 1) if number + 1 < count else st.nothing()
        base = draw(st.one_of(st.none(), later))
        hooks = tuple(draw(st.lists(later, max_size=2))) if number + 1 < count else ()
        image = draw(st.sampled_from(["a", "b", "c"]))
        found.append(Component(image, base, draw(st.sampled_from(KINDS)), hooks, draw(st.booleans())))
    return found


def write(folder: Path, components: list[Component]) -> None:
    """The project: each component as a file, at a mirrored URL and in a hub. What came from a URL or a hub names no file."""
    for number, it in enumerate(components):
        for place, is_local in (("files", True), ("mirror", False), (f"hub/c{number}", False)):
            name = "latest" if place.startswith("hub") else f"c{number}"
            (folder / place).mkdir(parents=True, exist_ok=True)
            (folder / place / f"{name}.yaml").write_text(text(it, is_local=is_local))


def text(it: Component, *, is_local: bool) -> str:
    kind = it.kind if is_local or it.kind != "pathRef" else "hubRef"
    target = {"pathRef": f"c{it.base}.yaml", "urlRef": f"https://example.com/c{it.base}.yaml", "hubRef": f"c{it.base}"}[kind]
    hooks = f"hooks: [{', '.join(f'{{hubRef: c{hook}}}' for hook in it.hooks)}]\n"
    if it.base is None:
        return f"{hooks}run: {{kind: job, container: {{image: {it.image}}}}}\n"
    if it.in_dag:
        return f"{hooks}run: {{kind: dag, operations: [{{name: one, {kind}: '{target}'}}]}}\n"
    return f"{hooks}{kind}: '{target}'\n"


def everything(file: Path, resolvers: Resolvers | None = None) -> list[str]:
    """The run spec of a file and of all that it gives rise to."""
    waiting, found = [polyspec.compile(file, resolvers=resolvers)], list[str]()
    while waiting:
        spec = waiting.pop()
        found.append(spec.to_json())
        waiting += [*spec.hooks, *spec.graph.operations.values()]
    return found


@settings(max_examples=40)
@given(projects())
def test_what_is_locked_compiles_to_the_same_and_what_is_copied_too(components: list[Component]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, components)
        resolvers = Resolvers.default(mirrors={"https://example.com/": folder / "mirror"}, hub=folder / "hub", offline=True)
        free = everything(folder / "files/c0.yaml", resolvers)
        lock = polyspec.lock([folder / "files/c0.yaml"], resolvers=resolvers)
        assert everything(folder / "files/c0.yaml", resolvers) == free
        assert polyspec.check_lock([folder / "files/c0.yaml"], resolvers=resolvers) == lock
        polyspec.vendor(folder / "release", [folder / "files/c0.yaml"], resolvers=resolvers)
        for gone in ("files", "hub", "mirror"):
            (folder / gone).rename(folder / f"gone-{gone}")
        assert everything(folder / "release/c0.yaml", Resolvers.untrusted(offline=True)) == free


@settings(max_examples=40)
@given(projects(), st.data())
def test_any_change_of_what_is_reached_is_found_out(components: list[Component], data: st.DataObject) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, components)
        resolvers = Resolvers.default(mirrors={"https://example.com/": folder / "mirror"}, hub=folder / "hub", offline=True)
        lock = polyspec.lock([folder / "files/c0.yaml"], resolvers=resolvers)
        if not lock.entries:
            return
        entry = data.draw(st.sampled_from(lock.entries))
        named = entry.target.removeprefix("https://example.com/")
        path = {"pathRef": f"files/{named}", "urlRef": f"mirror/{named}", "hubRef": f"hub/{named}/latest.yaml"}[entry.kind]
        with (folder / path).open("a") as file:
            file.write("# more\n")
        with pytest.raises(PolyspecError) as caught:
            everything(folder / "files/c0.yaml", resolvers)
        assert {it.code for it in caught.value.diagnostics} == {"lock-changed"}
        digest = sha256((folder / path).read_bytes())
        assert [it.message.endswith(f"has `{digest}`") for it in caught.value.diagnostics].count(True) >= 1


@settings(max_examples=30)
@given(projects())
def test_the_order_of_entries_and_of_files_is_no_matter(components: list[Component]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, components)
        resolvers = Resolvers.default(mirrors={"https://example.com/": folder / "mirror"}, hub=folder / "hub", offline=True)
        files = [folder / f"files/c{number}.yaml" for number in range(len(components))]
        lock = polyspec.lock(files, resolvers=resolvers)
        one_by_one = [polyspec.lock([file], folder / "files/other.lock", resolvers=resolvers) for file in reversed(files)]
        assert one_by_one[-1].to_text() == lock.to_text()
        head, *blocks = lock.to_text().split("\n[[reference]]\n")
        shuffled = "\n[[reference]]\n".join([head, *reversed(blocks), *itertools.islice(blocks, 1)])
        assert parse_lock(shuffled.encode(), str(folder / "files/polyspec.lock")) == lock
