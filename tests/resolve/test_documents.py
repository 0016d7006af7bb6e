"""Documents that were read are kept by their content: bounded, shared between threads, switched off by one word."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs
import pytest

import polyspec
from polyspec import Limits, PolyspecError, Resolvers
from polyspec.resolve import DocumentCache
from polyspec.resolve.documents import weight
from polyspec.resolve.resolvers import SHARED
from polyspec.source import parse
from polyspec.spec.load import Loaded, load
from polyspec.tree import thawed

COMPONENT = """kind: component
name: {}
inputs: [{{name: rows, type: "List[int]", value: [1, 2]}}]
run: {{kind: job, container: {{image: x}}}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "train.yaml"
    path.write_text(COMPONENT.format("train"))
    return path


def loaded(name: str) -> Loaded:
    return load(parse(COMPONENT.format(name), f"{name}.yaml"))


class TestTheSameFileAgain:
    def test_is_taken_from_memory(self, file: Path) -> None:
        resolvers = Resolvers.default(documents=DocumentCache())
        first, second = (polyspec.compile(file, resolvers=resolvers) for _ in range(2))
        assert resolvers.documents is not None
        assert len(resolvers.documents) == 2  # the document, and what its run was made of
        assert (first, first.sources, first.context) == (second, second.sources, second.context)

    def test_is_read_again_when_its_content_changed(self, file: Path) -> None:
        resolvers = Resolvers.default(documents=DocumentCache())
        before = polyspec.compile(file, resolvers=resolvers)
        file.write_text(COMPONENT.format("other"))
        after = polyspec.compile(file, resolvers=resolvers)
        assert (before.name, after.name) == ("train", "other")
        assert before.sources != after.sources

    def test_is_read_anew_under_other_limits_and_as_a_preset(self, file: Path) -> None:
        resolvers = Resolvers.default(documents=DocumentCache())
        polyspec.compile(file, resolvers=resolvers)
        with pytest.raises(PolyspecError, match=r"limit-nodes"):
            polyspec.compile(file, resolvers=resolvers, limits=Limits(nodes=3))
        spec = polyspec.compile({"run": {"kind": "job"}}, presets=[file], resolvers=resolvers)
        assert spec.run.container.image == "x"

    def test_gives_what_it_gave_whatever_became_of_the_first(self, file: Path) -> None:
        expected = polyspec.compile(file, resolvers=Resolvers.default(documents=None)).to_dict()
        resolvers = Resolvers.default(documents=DocumentCache())
        for _ in range(2):
            spec: Any = polyspec.load(file, resolvers=resolvers)
            spec.inputs[0].value.append("x")
            compiled = polyspec.compile(file, resolvers=resolvers)
            compiled.to_dict()["inputs"][0]["value"].append("x")
            compiled.inputs["rows"].value.append("x")
            assert polyspec.compile(file, resolvers=resolvers).to_dict() == expected

    def test_that_is_wrong_is_not_kept(self, tmp_path: Path) -> None:
        path = tmp_path / "wrong.yaml"
        path.write_text("kind: component\nnam: x\n")
        resolvers = Resolvers.default(documents=DocumentCache())
        shown = set()
        for _ in range(2):
            with pytest.raises(PolyspecError) as caught:
                polyspec.compile(path, resolvers=resolvers)
            shown.add(str(caught.value))
        assert len(shown) == 1
        assert resolvers.documents is not None
        assert len(resolvers.documents) == 0


class TestTheCache:
    def test_is_that_of_the_process_unless_another_is_given(self) -> None:
        own = DocumentCache()
        assert Resolvers.default().documents is Resolvers.untrusted().documents is SHARED
        assert Resolvers.untrusted(documents=own).with_resolver("gitRef", lambda _: ("", "")).documents is own
        assert Resolvers.default(documents=None).documents is None
        assert Resolvers.default(documents=None) == Resolvers.default()

    def test_is_bounded_and_drops_what_was_not_asked_for_longest(self) -> None:
        cache = DocumentCache(size=2 * weight(loaded("a").document))
        for name in ("a", "b", "a", "c"):
            cache.loaded(name, lambda name=name: loaded(name))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        assert len(cache) == 2
        asked: list[str] = []

        def read(name: str) -> Loaded:
            asked.append(name)
            return loaded(name)

        for name in ("a", "c", "b"):
            cache.loaded(name, lambda name=name: read(name))  # type: ignore[misc]  # as above
        assert asked == ["b"]

    def test_keeps_nothing_that_is_larger_than_itself(self) -> None:
        cache = DocumentCache(size=100)
        cache.loaded("a", lambda: loaded("a"))
        assert len(cache) == 0

    def test_is_copied_empty(self) -> None:
        cache = DocumentCache(size=100_000)
        cache.loaded("a", lambda: loaded("a"))
        copy = pickle.loads(pickle.dumps(cache))
        assert (len(cache), len(copy), copy.size) == (1, 0, 100_000)

    def test_hands_out_what_no_compilation_changes(self, file: Path) -> None:
        resolvers = Resolvers.default(documents=DocumentCache())
        tree = polyspec.load(file, resolvers=resolvers).to_dict()
        polyspec.compile(file, {"rows": [3]}, resolvers=resolvers, name="other").to_dict()
        kept = resolvers.documents.loaded(_key(resolvers), lambda: pytest.fail("it is kept")) if resolvers.documents else None
        assert kept is not None
        assert thawed(kept.tree) == tree

    def test_serves_many_threads(self, tmp_path: Path) -> None:
        files = [tmp_path / f"{name}.yaml" for name in "abcdef"]
        for path in files:
            path.write_text(COMPONENT.format(path.stem))
        resolvers = Resolvers.default(documents=DocumentCache(size=30_000))
        expected = [polyspec.compile(path, resolvers=Resolvers.default(documents=None)).to_json() for path in files]
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda path: polyspec.compile(path, resolvers=resolvers).to_json(), files * 20))
        assert found == expected * 20


def _key(resolvers: Resolvers) -> Any:
    """The first key that a cache has: that of a document."""
    assert resolvers.documents is not None
    return next(iter(resolvers.documents._kept))


def test_a_registry_with_another_cache_is_the_same_registry() -> None:
    assert attrs.evolve(Resolvers.default(), documents=DocumentCache()) == Resolvers.default()
