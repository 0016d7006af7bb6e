"""Registries: immutable, checked when something is added, helpful when a name is unknown."""

from collections.abc import Callable

import attrs
import pytest

from polyspec.registry import Registry, UnknownName

Entry = Callable[[], str]


def one() -> str:
    return "one"


def two() -> str:
    return "two"


REGISTRY: Registry[Entry] = Registry("resolver", {"pathRef": one})


class TestEntries:
    def test_a_name_gives_its_entry(self) -> None:
        assert REGISTRY["pathRef"] is one
        assert "pathRef" in REGISTRY
        assert "urlRef" not in REGISTRY
        assert list(REGISTRY.with_entry("urlRef", two)) == ["pathRef", "urlRef"]

    def test_adding_gives_another_registry(self) -> None:
        more = REGISTRY.with_entry("urlRef", two)
        assert more["urlRef"] is two
        assert "urlRef" not in REGISTRY
        assert type(more) is Registry
        assert more.what == "resolver"

    def test_a_name_is_taken_over(self) -> None:
        assert REGISTRY.with_entry("pathRef", two)["pathRef"] is two
        assert REGISTRY["pathRef"] is one

    def test_nothing_changes_in_place(self) -> None:
        entries = {"a": one}
        registry = Registry("thing", entries)
        entries["b"] = two
        assert list(registry) == ["a"]
        with pytest.raises(TypeError):
            registry.entries["b"] = two  # type: ignore[index]  # that it is refused is what is tested
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            registry.what = "other"  # type: ignore[misc]  # as above

    def test_it_says_what_it_holds(self) -> None:
        assert repr(REGISTRY.with_entry("urlRef", two)) == "<registry of resolver: pathRef, urlRef>"
        assert repr(Registry("thing")) == "<registry of thing: >"


class TestChecks:
    @pytest.mark.parametrize("name", ["", "a b", "1a", "path-ref", "a.b"])
    def test_a_name_is_an_identifier(self, name: str) -> None:
        with pytest.raises(TypeError) as caught:
            REGISTRY.with_entry(name, one)
        assert str(caught.value) == f"the name of a resolver must be an identifier, not {name!r}"

    def test_an_entry_can_be_called(self) -> None:
        with pytest.raises(TypeError) as caught:
            REGISTRY.with_entry("gitRef", "git")  # type: ignore[arg-type]  # that it is refused is what is tested
        assert str(caught.value) == "the resolver 'gitRef' must be callable, not str"


class TestUnknownNames:
    @pytest.mark.parametrize(
        ("name", "hint"),
        [("patRef", "did you mean `pathRef`?"), ("PATHREF", "did you mean `pathRef`?"), ("git", "known are: pathRef, urlRef")],
    )
    def test_the_error_helps(self, name: str, hint: str) -> None:
        with pytest.raises(UnknownName) as caught:
            REGISTRY.with_entry("urlRef", two)[name]
        error = caught.value
        assert isinstance(error, LookupError)
        assert str(error) == f"unknown resolver `{name}`"
        assert (error.what, error.name, error.hint) == ("resolver", name, hint)
        assert error.__suppress_context__

    def test_an_empty_registry_knows_nothing(self) -> None:
        with pytest.raises(UnknownName) as caught:
            Registry("thing")["a"]
        assert caught.value.hint == "known are: "
