"""What all templates of one spec make together is bounded: shared parts count as often as they stand in it."""

from collections.abc import Iterator
from typing import Any

import pytest

import polyspec
from polyspec import Limits, PolyspecError
from polyspec.render import Renderer, Templates
from polyspec.render import template as template_room
from polyspec.render.template import words_of


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


def test_the_steps_of_all_templates_are_twice_those_of_one() -> None:
    loop = "{% for y in x %}{% endfor %}"
    polyspec.compile(args(loop, 2, [0] * 100), limits=Limits(loop_steps=100))
    assert codes(args(loop, 3, [0] * 100), loop_steps=100) == ["limit-loop-steps"]


@pytest.mark.parametrize(
    ("template", "evaluations"),
    [
        ("{{ x }}", 1),
        ("{{ x }} {{ x }} {{ globals.uuid }}", 5),
        ("{{ x + 1 }}", 7),
        ("{% if x %}{% endif %}", 11),
        ("{{ '' }}", 6),
    ],
)
def test_what_is_evaluated_counts_each_time_that_a_text_stands_there(template: str, evaluations: int) -> None:
    source = {**args(template, 1, 1), "run": {"kind": "job", "container": {"image": "a", "args": [template] * 10}}}
    polyspec.compile(source, limits=Limits(evaluations=10 * evaluations))
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(source, limits=Limits(evaluations=10 * evaluations - 1))
    (found,) = caught.value.diagnostics
    assert (found.code, found.path) == ("limit-evaluations", ("run", "container", "args", 9))
    most = 10 * evaluations - 1
    assert found.message == f"the templates of this spec evaluate more than {most} names and words in all"
    assert found.hint == "the limit is `Limits.evaluations`; raise it with `Limits(evaluations=...)`"


@pytest.mark.parametrize(
    ("body", "each"),
    [
        ("", 0),
        ("text", 0),
        ("{{ y }}", 1),
        ("{{ y + 1 }}", 3),
        ("{% if y == 1 %}{% endif %}", 6),
        ("{{ y | string }}", 7),
        ("{{ x[1:2] | length }}", 13),
        ("{% for z in [] %}{{ z }}{{ z }}{% endfor %}", 2),
    ],
)
def test_what_a_loop_evaluates_counts_at_each_step(body: str, each: int) -> None:
    """Its body may say much that gives nothing; a loop within it counts its own."""
    source = args("{% for y in x %}" + body + "{% endfor %}", 1, [0] * 10)
    used = words_of(source["run"]["container"]["args"][0]) + 10 * each
    polyspec.compile(source, limits=Limits(evaluations=used))
    assert codes(source, evaluations=used - 1) == ["limit-evaluations"]


def test_binding_and_finishing_take_from_one_number() -> None:
    source = {**args("{{ i1 }}", 40, 1), "inputs": chained(1, "{{{{ i{0} }}}}", 60)["inputs"]}
    used = 59 + 40 * 2  # a name each, and the text after it
    polyspec.compile(source, limits=Limits(evaluations=used))
    assert codes(source, evaluations=used - 1) == ["limit-evaluations"]


def test_text_on_the_way_counts_as_it_is_gone_through() -> None:
    source = args("{{ (x ~ x) | length }}", 40, "y" * 10_000, "str")
    assert codes(source, loop_steps=1_000) == ["limit-loop-steps"]


def test_a_key_of_a_mapping_that_is_no_text_counts_as_it_is_written() -> None:
    assert codes(args("{{ {x: 1} | length }}", 40, ["y" * 1_000] * 10), loop_steps=1_000) == ["limit-loop-steps"]


class Unlisted(dict[str, Any]):
    """Names that can be looked up, and that nobody may go through."""

    def __iter__(self) -> Iterator[str]:
        raise AssertionError

    keys = __iter__  # type: ignore[assignment]  # what copies a mapping asks for


def test_the_names_that_there_are_are_not_gone_through_for_one_that_may_be_missing() -> None:
    renderer = Renderer(Unlisted(xs=[1, 2]))
    assert renderer.text("{% for x in xs %}{{ zz | default(x) }}{{ zz is defined }}{% endfor %}", ()) == "1False2False"


def test_many_characters_to_trim_count() -> None:
    value = "b" * 100_000 + "a"
    source = args("{{ 'aaaa' | trim(x) }}", 100, value, "str")
    polyspec.compile(source)
    long = args("{{ x | trim(x) }}", 10, value, "str")
    assert codes(long, loop_steps=10_000) == ["limit-loop-steps"]


@pytest.mark.parametrize("source", ["{{ x + 1 }}", "{{ x + }}", "{{ x }}" + " " * 2_000])
def test_a_text_is_read_once(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    parse = template_room._read

    def counted(text: str) -> Any:
        read.append(text)
        return parse(text)

    monkeypatch.setattr(template_room, "_read", counted)
    templates = Templates()
    for _ in range(5):
        templates.uses(source)
    assert read == [source]


def test_what_texts_read_is_not_known_past_the_words_of_a_spec() -> None:
    templates = Templates(Limits(template_words=7))
    found = [(templates.uses(f"{{{{ {name} + 1 }}}}"), templates.is_full) for name in "aba"]
    assert found == [({("a",)}, False), (frozenset(), True), ({("a",)}, True)]


def test_a_spec_with_too_many_words_to_look_through_reads_everything() -> None:
    """No input is told to be unused where not all that may read it was looked through."""
    texts = [f"{{{{ {index} + 1 }}}}" for index in range(10)]
    matrix = {"kind": "grid", "params": {"a": {"kind": "choice", "value": [1]}}}
    inputs = [{"name": "a", "type": "int"}, {"name": "unread", "type": "int", "value": 1}]
    component = {"inputs": inputs, "run": {"kind": "job", "container": {"image": "a:1", "args": texts}}}
    source = {"kind": "operation", "matrix": matrix, "component": component}
    assert [found.code for found in polyspec.compile(source).warnings] == ["unused-input"]
    assert polyspec.compile(source, limits=Limits(template_words=20)).warnings == ()


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
