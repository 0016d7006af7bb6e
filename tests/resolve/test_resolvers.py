"""The registry: immutable, checked when something is added, and safe from what a plug-in does."""

import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from typing import Any

import pytest

from polyspec.resolve import Fetched, Reference, ReferenceFailed, Resolvers

Refusal = Callable[[Callable[[], object]], tuple[str, str, str | None]]


def answer(reference: Reference) -> tuple[str, str]:
    """A resolver that a plug-in may bring."""
    return f"target: {reference.target}", f"mine:{reference.target}"


not_callable = "a text"
CARELESS: Any = Fetched


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two plug-ins of the entry-point group, one of which cannot be loaded, and one of another group."""
    points = [
        EntryPoint("gitRef", f"{__name__}:answer", "polyspec.resolvers"),
        EntryPoint("brokenRef", f"{__name__}:missing", "polyspec.resolvers"),
        EntryPoint("textRef", f"{__name__}:not_callable", "polyspec.resolvers"),
    ]

    def entry_points(*, group: str) -> EntryPoints:
        return EntryPoints(point for point in points if point.group == group)

    monkeypatch.setattr("importlib.metadata.entry_points", entry_points)
    monkeypatch.setitem(sys.modules, __name__, sys.modules[__name__])


class TestAResolverOfOnesOwn:
    def test_gets_the_reference_and_returns_the_text_with_its_uri(self) -> None:
        asked: list[Reference] = []

        def mine(reference: Reference) -> tuple[str, str]:
            asked.append(reference)
            return "kind: component", "mine:x"

        resolvers = Resolvers.default().with_resolver("mineRef", mine)
        assert resolvers.fetch(Reference("mineRef", "x", "/folder/main.yaml")) == Fetched("mine:x", "kind: component")
        assert asked == [Reference("mineRef", "x", "/folder/main.yaml")]

    def test_may_return_bytes_and_a_fetched(self) -> None:
        resolvers = Resolvers.default().with_resolver("a", lambda _: (b"x", "mine:x"))
        resolvers = resolvers.with_resolver("b", lambda _: Fetched("mine:x", b"x"))
        assert resolvers.fetch(Reference("a", "x")) == resolvers.fetch(Reference("b", "x")) == Fetched("mine:x", b"x")

    def test_is_added_to_a_new_registry(self, refusal: Refusal) -> None:
        before = Resolvers.untrusted()
        after = before.with_resolver("mineRef", answer)
        assert (before.kinds(), after.kinds()) == (
            ("hubRef", "pathRef", "presets", "urlRef"),
            ("hubRef", "mineRef", "pathRef", "presets", "urlRef"),
        )
        assert refusal(lambda: before.fetch(Reference("mineRef", "x")))[0] == "unknown-resolver"

    def test_may_have_no_signature_to_look_at(self) -> None:
        resolver: Any = type  # a callable of C
        assert "mineRef" in Resolvers.untrusted().with_resolver("mineRef", resolver).kinds()

    def test_may_stand_in_for_one_of_ours(self) -> None:
        resolvers = Resolvers.untrusted().with_resolver("urlRef", answer)
        assert resolvers.open("https://example.com/a").uri == "mine:https://example.com/a"

    @pytest.mark.parametrize(
        ("kind", "resolver", "message"),
        [
            ("mine-ref", answer, "the name of a resolver must be an identifier, not 'mine-ref'"),
            ("mineRef", "text", "the resolver 'mineRef' must be callable, not str"),
            ("mineRef", lambda: None, "the resolver 'mineRef' must take one argument, the reference; it takes ()"),
            ("mineRef", lambda a, b: None, "the resolver 'mineRef' must take one argument, the reference; it takes (a, b)"),
        ],
    )
    def test_is_checked_when_it_is_added(self, kind: str, resolver: Any, message: str) -> None:
        with pytest.raises(TypeError) as caught:
            Resolvers.default().with_resolver(kind, resolver)
        assert str(caught.value) == message

    def test_that_fails_is_named_and_its_text_is_not(self, refusal: Refusal) -> None:
        def mine(_: Reference) -> tuple[str, str]:
            raise RuntimeError("token NEEDLE")

        resolvers = Resolvers.default().with_resolver("mineRef", mine)
        assert refusal(lambda: resolvers.fetch(Reference("mineRef", "x"))) == (
            "resolver-failed",
            "the resolver of `mineRef` failed: `RuntimeError`",
            "a resolver says why by raising `ReferenceFailed`",
        )
        with pytest.raises(ReferenceFailed) as caught:
            resolvers.fetch(Reference("mineRef", "x"))
        assert caught.value.__suppress_context__

    @pytest.mark.parametrize("error", [RecursionError, MemoryError, KeyError, OSError, AssertionError])
    def test_lets_nothing_else_escape(self, error: type[Exception], refusal: Refusal) -> None:
        def mine(_: Reference) -> tuple[str, str]:
            raise error

        resolvers = Resolvers.default().with_resolver("mineRef", mine)
        assert refusal(lambda: resolvers.fetch(Reference("mineRef", "x")))[0] == "resolver-failed"

    def test_says_why_in_its_own_words(self, refusal: Refusal) -> None:
        def mine(_: Reference) -> tuple[str, str]:
            raise ReferenceFailed("reference-not-found", "no such thing", "look elsewhere")

        resolvers = Resolvers.default().with_resolver("mineRef", mine)
        found = refusal(lambda: resolvers.fetch(Reference("mineRef", "x")))
        assert found == ("reference-not-found", "no such thing", "look elsewhere")

    @pytest.mark.parametrize(
        ("returned", "name"), [(None, "NoneType"), ("text", "str"), (("text", 1), "tuple"), (CARELESS("x", 2), "Fetched")]
    )
    def test_that_returns_something_else(self, returned: Any, name: str, refusal: Refusal) -> None:
        resolvers = Resolvers.default().with_resolver("mineRef", lambda _: returned)
        assert refusal(lambda: resolvers.fetch(Reference("mineRef", "x")))[:2] == (
            "resolver-failed",
            f"the resolver of `mineRef` returned a `{name}`: expected the text and its URI",
        )


class TestAnUnknownKind:
    def test_names_the_close_match(self, refusal: Refusal) -> None:
        assert refusal(lambda: Resolvers.untrusted().fetch(Reference("pathref", "x"))) == (
            "unknown-resolver",
            "there is no resolver for `pathref`",
            "did you mean `pathRef`?",
        )

    def test_that_is_near_to_none_names_them_all(self, refusal: Refusal) -> None:
        hint = refusal(lambda: Resolvers.untrusted().fetch(Reference("s3", "x")))[2]
        assert hint == "known are: hubRef, pathRef, presets, urlRef"


@pytest.mark.usefixtures("installed")
class TestPlugins:
    def test_are_loaded_when_they_are_asked_for(self) -> None:
        resolvers = Resolvers.default()
        assert resolvers.fetch(Reference("gitRef", "x")) == Fetched("mine:x", "target: x")
        assert resolvers.kinds() == ("brokenRef", "gitRef", "hubRef", "pathRef", "presets", "textRef", "urlRef")

    def test_are_among_the_close_matches(self, refusal: Refusal) -> None:
        assert refusal(lambda: Resolvers.default().fetch(Reference("gitref", "x")))[2] == "did you mean `gitRef`?"

    @pytest.mark.parametrize(("kind", "error"), [("brokenRef", "AttributeError"), ("textRef", "TypeError")])
    def test_that_cannot_be_loaded(self, kind: str, error: str, refusal: Refusal) -> None:
        assert refusal(lambda: Resolvers.default().fetch(Reference(kind, "x"))) == (
            "resolver-failed",
            f"the plug-in for `{kind}` cannot be loaded: `{error}`",
            "it comes by the entry-point group `polyspec.resolvers`",
        )

    def test_are_none_of_the_untrusted(self, refusal: Refusal) -> None:
        resolvers = Resolvers.untrusted()
        assert refusal(lambda: resolvers.fetch(Reference("gitRef", "x")))[0] == "unknown-resolver"
        assert resolvers.with_resolver("gitRef", answer).fetch(Reference("gitRef", "x")).uri == "mine:x"


def test_every_code_has_its_line_in_the_guide() -> None:
    here = Path(__file__).resolve().parents[2]
    source = "".join(path.read_text() for path in (here / "polyspec/resolve").glob("*.py"))
    codes = set(re.findall(r'ReferenceFailed\(\s*"([a-z-]+)"', source))
    codes |= {f"limit-{field.replace('_', '-')}" for field in re.findall(r'limit_crossed\("([a-z_]+)"', source)}
    guide = (here / "docs/guide/resolve.md").read_text().partition("## Codes")[2]
    assert codes == set(re.findall(r"`([a-z]+-[a-z-]+|offline)`", guide))
    assert len(codes) == 15


def test_a_refusal_reads_as_its_message_and_travels_between_processes() -> None:
    error = pickle.loads(pickle.dumps(ReferenceFailed("offline", "not here", "go online")))
    assert (str(error), error.code, error.hint) == ("not here", "offline", "go online")


def test_the_room_is_entered_without_any_library_of_the_network() -> None:
    script = "import sys, polyspec.resolve; print(sorted({'requests', 'urllib3', 'ssl', 'socket'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout == "[]\n"
