"""What all templates of one spec make together is bounded: shared parts count as often as they stand in it."""

from typing import Any

import pytest

import polyspec
from polyspec import Limits, PolyspecError


def chained(first: Any, template: str, count: int) -> dict[str, Any]:
    """Inputs of which each is made of the one before it."""
    inputs = [{"name": f"i{index}", "type": "any", "value": template.format(index - 1)} for index in range(1, count)]
    start = {"name": "i0", "type": "any", "value": first}
    return {"inputs": [start, *inputs], "run": {"kind": "job", "container": {"image": "a"}}}


def codes(source: dict[str, Any], **limits: Any) -> list[str]:
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(source, limits=Limits(**limits))
    return [found.code for found in caught.value.diagnostics]


def args(template: str, count: int, value: Any, kind: str = "any") -> dict[str, Any]:
    texts = [f"{template}{index}" for index in range(count)]
    run = {"kind": "job", "container": {"image": "a", "args": texts}}
    return {"inputs": [{"name": "x", "type": kind, "value": value}], "run": run}


def test_a_list_that_doubles_with_each_input_is_refused() -> None:
    assert codes(chained([1], "{{{{ [i{0}, i{0}] }}}}", 60)) == ["limit-nodes"]


def test_a_list_that_nests_with_each_input_is_refused() -> None:
    assert set(codes(chained([1], "{{{{ [i{0}] }}}}", 100))) == {"limit-depth"}


def test_the_text_of_all_templates_is_that_of_a_document() -> None:
    source = args("{{ x }}", 5, "y" * 1000, "str")
    polyspec.compile(source, limits=Limits(document_bytes=5_010))
    assert codes(source, document_bytes=5_000) == ["limit-document-bytes"]


def test_the_values_of_all_templates_are_those_of_a_document() -> None:
    source = chained([0] * 20, "{{{{ i0 }}}}", 10)
    polyspec.compile(source, limits=Limits(nodes=200))
    assert codes(source, nodes=150) == ["limit-nodes"]


def test_the_steps_of_all_templates_are_three_times_those_of_one() -> None:
    loop = "{% for y in x %}{% endfor %}"
    polyspec.compile(args(loop, 3, [0] * 100), limits=Limits(loop_steps=100))
    assert codes(args(loop, 4, [0] * 100), loop_steps=100) == ["limit-loop-steps"]


def test_a_shared_part_is_not_gone_through_without_end() -> None:
    nested = "[" * 5 + ", ".join(["x"] * 8) + "]" * 5
    found = codes(args("{{ " + nested + " | tojson }}", 1, [0] * 40_000), loop_steps=1_000)
    assert found == ["limit-loop-steps"]


def test_the_message_says_which_limit_and_how_to_raise_it() -> None:
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(args("{{ x }}", 5, "y" * 1000, "str"), limits=Limits(document_bytes=5_000))
    (found,) = caught.value.diagnostics
    assert found.message == "the templates of this spec give more than 5000 bytes in all"
    assert found.hint == "the limit is `Limits.document_bytes`; raise it with `Limits(document_bytes=...)`"
    assert found.path == ("run", "container", "args", 4)
