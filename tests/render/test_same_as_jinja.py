"""What jinja2's own sandbox renders, the language renders: simple templates over plain data, compared as text."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import StrictUndefined, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from polyspec.render import Renderer

JINJA = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
NAMES: dict[str, Any] = {
    "a": 1,
    "b": -2.5,
    "t": "Some text",
    "e": "",
    "yes": True,
    "no": False,
    "none": None,
    "xs": [3, 1, 2],
    "ys": ["b", "A", "c"],
    "zs": [],
    "d": {"k": "v", "n": {"m": 5}},
}

scalars = st.sampled_from(
    ["a", "b", "t", "e", "yes", "no", "none", "1", "0", "2.5", "'x'", "''", "d.k", "d.n.m", "d['k']", "xs[0]", "t[0]"]
)
numbers = st.sampled_from(["a", "b", "3", "7", "0.5", "xs[1]", "d.n.m", "(a + 2)", "-a"])
texts = st.sampled_from(
    [
        "t",
        "e",
        "'x y'",
        "'it''s'",
        "d.k",
        "(t ~ a)",
        "t|upper",
        "t|lower",
        "t|title",
        "t|capitalize",
        "t|trim",
        "t|replace('e', 'o')",
    ]
)
lists = st.sampled_from(
    ["xs", "ys", "zs", "[a, b]", "xs|sort", "ys|sort", "ys|sort(reverse=true)", "xs + [9]", "ys|unique|list", "xs[1:]", "t|list"]
)
arithmetic = st.builds("{} {} {}".format, numbers, st.sampled_from(["+", "-", "*", "//", "%", "/"]), numbers)
comparisons = st.builds("{} {} {}".format, scalars, st.sampled_from(["==", "!="]), scalars) | st.builds(
    "{} {} {}".format, numbers, st.sampled_from(["<", "<=", ">", ">="]), numbers
)
memberships = st.builds("{} {} {}".format, numbers, st.sampled_from(["in", "not in"]), lists)
of_lists = st.builds(
    "{}|{}".format,
    st.builds("({})".format, lists),
    st.sampled_from(["length", "join", "join('-')", "first|default('x')", "count"]),
)
of_numbers = st.builds("({})|{}".format, numbers, st.sampled_from(["abs", "round", "round(1)", "int", "float", "string"]))
tests = st.builds(
    "{} is {}".format,
    scalars,
    st.sampled_from(["none", "not none", "defined", "string", "mapping", "true", "false", "boolean", "integer", "float"]),
)
simple = st.one_of(scalars, arithmetic, comparisons, memberships, of_lists, of_numbers, texts, tests)
logic = st.builds("({}) {} ({})".format, simple, st.sampled_from(["and", "or"]), simple) | st.builds("not ({})".format, simple)
choices = st.builds("({}) if ({}) else ({})".format, simple, simple, simple)
expressions = st.one_of(simple, logic, choices, st.builds("({}) ~ ({})".format, simple, simple))

words = st.sampled_from(["", "text ", "--x=", "é", "\n", "a\nb", "{ }", "% #"])
prints = st.builds(lambda expression: "{{ " + expression + " }}", expressions)
branches = st.builds(lambda test, body: "{% if (" + test + ") %}" + body + "{% else %}no{% endif %}", expressions, prints)
loops = st.builds(lambda items, body: "{% for i in " + items + " %}{{ i }}" + body + "{% else %}none{% endfor %}", lists, words)
templates = st.lists(st.one_of(words, prints, branches, loops), min_size=1, max_size=4).map(lambda parts: "=" + "".join(parts))


@given(templates)
@settings(max_examples=300)
def test_templates_render_to_the_text_that_jinja_gives(source: str) -> None:
    try:
        expected = JINJA.from_string(source).render(NAMES)
    except (UndefinedError, TypeError, ZeroDivisionError):
        expected = None
    renderer = Renderer(NAMES)
    found = renderer.text(source, ())
    if expected is None:
        assert len(renderer.problems) == 1
    elif not renderer.problems:
        assert found == expected
    else:
        (problem,) = renderer.problems
        assert "cannot take" in problem.message, "bools and lists are no numbers here, and are there"


@given(expressions)
@settings(max_examples=300)
def test_one_whole_expression_has_the_value_that_jinja_gives(expression: str) -> None:
    try:
        expected = JINJA.compile_expression(expression, undefined_to_none=False)(NAMES)
    except (UndefinedError, TypeError, ZeroDivisionError):
        return
    renderer = Renderer(NAMES)
    found = renderer.text("{{ " + expression + " }}", ())
    if not renderer.problems:
        assert repr(found) == repr(expected)
