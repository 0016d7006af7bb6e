"""Bounds of templates: each is crossed with a diagnostic that names it, and none of them by what real specs hold."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from polyspec.limits import Limits
from polyspec.render import Renderer, Templates
from polyspec.render.template import MAX_NESTING, MAX_TOKENS

from .rendering import Refusal, refused, rendered

STEPS = "the limit is `Limits.loop_steps`; raise it with `Limits(loop_steps=...)`"
OUTPUT = "the limit is `Limits.output_bytes`; raise it with `Limits(output_bytes=...)`"
SOURCE = "the limit is `Limits.template_bytes`; raise it with `Limits(template_bytes=...)`"


def code_of(source: str, names: dict[str, Any] | None = None, **limits: int) -> tuple[str, str | None]:
    found = refused(source, names, **limits)
    return found.code, found.hint


def test_the_source_is_counted_in_bytes() -> None:
    assert rendered("{{ n }}" + "é" * 10, {"n": 1}, template_bytes=27) == "1" + "é" * 10
    assert refused("{{ n }}" + "é" * 10, {"n": 1}, template_bytes=26) == Refusal(
        "limit-template-bytes", "the source of a template has more than 26 bytes", "{{ n }}", SOURCE
    )


def test_the_output_is_counted_in_bytes() -> None:
    assert rendered("{{ n }}{{ n }}", {"n": "éé"}, output_bytes=8) == "éééé"
    assert refused("{{ n }}{{ n }}", {"n": "éé"}, output_bytes=7) == Refusal(
        "limit-output-bytes", "a template renders to more than 7 bytes", "{{ n }}", OUTPUT
    )


@pytest.mark.parametrize(
    "source",
    [
        "{{ v }}{{ v }}",
        "{{ v ~ v }}",
        "{{ v + v }}",
        "{{ v | replace('a', 'aaa') }}",
        "{{ v | replace('', 'aa') }}",
        "{{ v | map_format('%s%s') }}",
        "{{ [v, v] | join }}",
        "{{ ['a', 'a', 'a'] | join(v) }}",
        "{{ [v, v] | tojson }}",
        "{{ (l + l) | length }}",
        "{% for i in v %}{{ v }}{% endfor %}",
        "{% if v %}{{ v }} {{ v }}{% endif %}",
    ],
)
def test_no_form_makes_more_than_the_output_may_be(source: str) -> None:
    names = {"v": "a" * 10, "l": [1] * 10}
    rendered(source, names)
    assert code_of(source, names, output_bytes=15) == ("limit-output-bytes", OUTPUT)


def test_a_pattern_stops_before_its_text_is_made() -> None:
    names = {"v": "a" * 1_000_000, "pattern": "%s" * 1_000_000}
    assert code_of("{{ v | map_format(pattern) }}", names) == ("limit-output-bytes", OUTPUT)


@pytest.mark.parametrize(
    ("source", "steps"),
    [
        ("{% for i in v %}{% endfor %}", 10),
        ("{% for i in v %}{% for j in v %}{% endfor %}{% endfor %}", 110),
        ("{% for i in v %}{% endfor %}{% for i in v %}{% endfor %}", 20),
        ("{% for i in v if false %}{% endfor %}", 10),
        ("{{ v | map('string') | length }}", 10),
        ("{{ v | map('float') | unique | length }}", 20),
        ("{% for i in v %}{{ v | map('string') | join }}{% endfor %}", 110),
    ],
)
def test_every_loop_of_a_template_counts(source: str, steps: int) -> None:
    names = {"v": list(range(10))}
    rendered(source, names, loop_steps=steps)
    assert refused(source, names, loop_steps=steps - 1).message == f"more than {steps - 1} steps of loops in one template"
    assert code_of(source, names, loop_steps=steps - 1) == ("limit-loop-steps", STEPS)


@pytest.mark.parametrize(
    "body",
    [
        "{{ v | sort | first }}",
        "{{ v | string | length }}",
        "{{ v | reverse | first }}",
        "{{ v | unique | length }}",
        "{{ v | max }}",
        "{{ 'a' in v }}",
        "{{ v == w }}",
        "{{ v is in(w) }}",
        "{{ v[1:] | length }}",
        "{{ t | upper | length }}",
        "{{ t == u }}",
        "{{ [[v]] == [[w]] }}",
        "{{ [v] | map('sort') | length }}",
        "{{ d == e }}",
    ],
)
def test_what_goes_through_a_value_counts_its_items(body: str) -> None:
    items, n = list(range(2_000)), list(range(100))
    texts = {"t": "a" * 32_000, "u": "b" * 32_000}
    names = {"v": items, "w": list(items), "n": n, "d": {"k": items}, "e": {"k": items}, **texts}
    assert code_of("{% for i in n %}" + body + "{% endfor %}", names, loop_steps=1_000) == ("limit-loop-steps", STEPS)
    assert rendered(body, names, loop_steps=1_000) is not None


def test_looking_at_one_item_does_not_count_the_others() -> None:
    source = "{% for i in n %}{{ v | length }}{{ v | first }}{{ v | last }}{{ v[5] }}{% endfor %}"
    assert len(rendered(source, {"n": list(range(100)), "v": list(range(10_000))}, loop_steps=100)) > 0


NESTING = Refusal("template-nesting", f"a template is nested more than {MAX_NESTING} levels deep")


@pytest.mark.parametrize(
    ("opening", "inside", "closing"),
    [
        ("{{ " + "{n}(", "1", "){n} }}"),
        ("{{ " + "{n}[", "1", "]{n} }}"),
        ("{{ " + "{n}not ", "1", "{n} }}"),
        ("{{ " + "{n}- ", "1", "{n} }}"),
        ("{{ " + "{n}+ ", "1", "{n} }}"),
        ("{n}{% if 1 %}", "x", "{% endif %}{n}"),
        ("{n}{% for i in [1] %}", "x", "{% endfor %}{n}"),
    ],
)
def test_nesting(opening: str, inside: str, closing: str) -> None:
    def nested(depth: int) -> str:
        first, _, mark = opening.partition("{n}")
        before, _, last = closing.partition("{n}")
        return first + mark * depth + inside + before * depth + last

    rendered(nested(MAX_NESTING))
    found = refused(nested(MAX_NESTING + 1))
    assert (found.code, found.message) == (NESTING.code, NESTING.message)
    assert refused(nested(100 * MAX_NESTING)).code in ("template-nesting", "limit-template-bytes")


def test_blocks_after_one_another_are_not_nested() -> None:
    assert rendered("{% if 1 %}x{% endif %}" * 100) == "x" * 100
    assert rendered("{% for i in [1] %}x{% endfor %}" * 100) == "x" * 100


def test_the_words_of_an_expression() -> None:
    longest = "{{ " + "+".join(["1"] * (MAX_TOKENS // 2)) + " }}"
    assert rendered(longest) == MAX_TOKENS // 2
    found = refused("{{ " + "+".join(["1"] * (MAX_TOKENS // 2 + 2)) + " }}")
    assert (found.code, found.message) == ("template-size", f"an expression has more than {MAX_TOKENS} words and signs")


@pytest.mark.parametrize(
    "source",
    [
        "{{ x" + ".a" * 190 + " }}",
        "{{ x" + "|upper" * 190 + " }}",
        "{{ 1" + " if x else 1" * 90 + " }}",
        "{{ x" + "['a']" * 90 + " }}",
        "{{ " + "~".join(["x"] * 190) + " }}",
        "{{ " + " and ".join(["x"] * 190) + " }}",
        "{{ " + " < ".join(["1"] * 190) + " }}",
    ],
    ids=lambda source: source[:20],
)
def test_long_chains_within_the_bounds_are_evaluated(source: str) -> None:
    Renderer({"x": "x"}).text(source, ())


def test_many_braces_are_read_in_linear_time() -> None:
    for source in ("{{" * 10_000, "{% if %}" * 5_000, "{{ a " * 8_000):
        assert refused(source).code == "template-nesting"


WORDS = [
    *("{{", "}}", "{%", "%}", "{#", "#}", "if", "for", "in", "endif", "endfor", "else", "not", "is", "raw", "endraw", "set"),
    *("x", "xs", "d.a", "1", "'a'", "|", "upper", "sort", "map", "default", "(", ")", "[", "]", "{", "}", ",", ":"),
    *("=", "==", "**", "~", "+", "-", "/", "<"),
]
templates = st.text(st.sampled_from(list("{}%#-+*/~|.,:()[]<>=!'\" \n\r\\_ax10é\u2028")), max_size=40) | st.lists(
    st.sampled_from(WORDS), max_size=20
).map(" ".join)
CODES = {"bad-template", "template-language", "unknown-name", "template-nesting", "template-size"}


@given(templates | st.text(max_size=60))
@settings(max_examples=400)
@example("{{ x|map(attribute=[]) }}")
@example("{{ d[[]] }}")
@example("{{ {d: 1} }}")
@example("{{ '\\N{SNOWMAN}' }}")
@example("{% raw %}")
@example("{% endif %}")
@example("{{ 1.e5 }}")
@example("{{ xs[xs] }}")
@example("{{ [] is in(xs) }}")
@example("{{ x|join(attribute=xs) }}")
def test_nothing_but_problems_comes_of_any_text(source: str) -> None:
    renderer = Renderer(
        {"x": "text", "xs": [1, "a", None], "d": {"a": 1}}, Templates(Limits(loop_steps=1_000, output_bytes=10_000))
    )
    renderer.text("{{ " + source + " }}", ())
    renderer.text(source, ())
    for problem in renderer.problems:
        assert problem.code in CODES | {"limit-loop-steps", "limit-output-bytes"}
        assert len(problem.message) < 500
