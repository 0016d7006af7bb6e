"""Every bound has a name, a default and a sense; no document can change one."""

import attrs
import pytest

from polyspec import Limits, PolyspecError, loads
from polyspec.limits import crossed

DEFAULTS = {
    "document_bytes": 4 * 1024 * 1024,
    "nodes": 100_000,
    "depth": 64,
    "references": 100,
    "chain": 16,
    "fetch_seconds": 10.0,
    "fetch_seconds_total": 30.0,
    "fetch_bytes": 4 * 1024 * 1024,
    "redirects": 5,
    "template_bytes": 64 * 1024,
    "template_words": 50_000,
    "evaluations": 500_000,
    "output_bytes": 1024 * 1024,
    "loop_steps": 100_000,
    "pattern_steps": 4_000_000,
    "runs": 1_000_000,
    "operations": 10_000,
    "diagnostics": 100,
}


def test_the_defaults_are_those_of_the_contract() -> None:
    assert attrs.asdict(Limits()) == DEFAULTS


@pytest.mark.parametrize("name", DEFAULTS)
def test_a_bound_is_raised_or_lowered_by_name(name: str) -> None:
    assert attrs.asdict(Limits(**{name: 1})) == {**DEFAULTS, name: 1}


def test_what_is_crossed_is_named_in_one_way() -> None:
    hint = "the limit is `Limits.document_bytes`; raise it with `Limits(document_bytes=...)`"
    assert crossed("document_bytes") == {"code": "limit-document-bytes", "hint": hint}
    with pytest.raises(PolyspecError) as caught:
        loads("name: long", limits=Limits(document_bytes=3))
    assert [(it.code, it.hint) for it in caught.value.diagnostics] == [("limit-document-bytes", hint)]


@pytest.mark.parametrize("name", DEFAULTS)
def test_a_bound_is_positive(name: str) -> None:
    lowest = -1 if name == "redirects" else 0
    with pytest.raises(ValueError, match=name):
        Limits(**{name: lowest})


def test_no_redirect_may_be_followed() -> None:
    assert Limits(redirects=0).redirects == 0


def test_limits_are_named_frozen_and_equal_by_value() -> None:
    with pytest.raises(TypeError):
        Limits(1)  # type: ignore[call-arg]  # that it is refused is what is tested
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Limits().depth = 1  # type: ignore[misc]  # as above
    assert Limits(depth=3) == Limits(depth=3) != Limits()
    assert hash(Limits()) == hash(Limits())


@pytest.mark.parametrize(
    ("text", "limits", "code"),
    [
        ("kind: operation", Limits(document_bytes=10), "limit-document-bytes"),
        ("tags: [a, b]", Limits(nodes=3), "limit-nodes"),
        ("component: {run: {kind: job}}", Limits(depth=2), "limit-depth"),
    ],
)
def test_a_bound_that_is_crossed_is_named(text: str, limits: Limits, code: str) -> None:
    with pytest.raises(PolyspecError) as caught:
        loads(text, limits=limits)
    (found,) = caught.value.diagnostics
    field = code.removeprefix("limit-").replace("-", "_")
    assert found.code == code
    assert found.hint == f"the limit is `Limits.{field}`; raise it with `Limits({field}=...)`"


def test_an_error_carries_so_many_problems() -> None:
    text = "kind: operation\n" + "\n".join(f"unknown{number}: 1" for number in range(10))
    with pytest.raises(PolyspecError) as caught:
        loads(text, limits=Limits(diagnostics=3))
    assert [found.path for found in caught.value.diagnostics] == [("unknown0",), ("unknown1",), ("unknown2",)]
