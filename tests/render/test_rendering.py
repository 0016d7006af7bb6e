"""Rendering trees: types kept for whole expressions, text in text fields, one pass, shared parts, keys, and the two parsers."""

from typing import Any

import pytest

from polyspec.limits import Limits
from polyspec.render import Renderer, Templates, is_template
from polyspec.render import template as template_room
from polyspec.spec.shapes import definition_shape
from polyspec.tree import thawed
from polyspec.tree.shape import TEXT, Shape

from .rendering import rendered, same

SHAPE = definition_shape()
JOB = SHAPE.fields["run"]
NAMES: dict[str, Any] = {
    "n": 3,
    "x": 1.1,
    "version": "1.10",
    "flag": True,
    "none": None,
    "nothing": None,
    "xs": [1, "two"],
    "d": {"a": 1},
    "braces": "{{ n }}",
    "params": {"as_args": ["--lr=1", "--n=2"]},
}


def run(**sections: Any) -> Any:
    """A job rendered."""
    renderer = Renderer(NAMES)
    found = renderer.tree({"kind": "job", **sections}, JOB)
    assert renderer.problems == []
    return {key: value for key, value in found.items() if key != "kind"}


@pytest.mark.parametrize("name", ["n", "x", "version", "flag", "none", "xs", "d", "braces"])
def test_one_whole_expression_has_the_type_of_its_value(name: str) -> None:
    for source in (f"{{{{ {name} }}}}", f"{{{{{name}}}}}", f"{{{{ {name} }}}}\n"):
        assert same(rendered(source, NAMES), NAMES[name])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("v{{ n }}", "v3"),
        ("{{ n }} ", "3 "),
        ("{{ n }}{{ n }}", "33"),
        ("={{ x }}", "=1.1"),
        ("={{ flag }}", "=True"),
        ("={{ none }}", "=None"),
        ("={{ xs }}", "=[1, 'two']"),
        ("={{ d }}", "={'a': 1}"),
        ("={{ version }}", "=1.10"),
    ],
)
def test_in_longer_text_values_are_as_python_writes_them(source: str, expected: str) -> None:
    assert same(rendered(source, NAMES), expected)


@pytest.mark.parametrize(
    ("section", "value", "expected"),
    [
        ("container", {"image": "{{ version }}"}, {"image": "1.10"}),
        ("container", {"image": "{{ x }}"}, {"image": "1.1"}),
        ("container", {"workingDir": "{{ n }}"}, {"workingDir": "3"}),
        ("container", {"env": [{"name": "A", "value": "{{ flag }}"}]}, {"env": [{"name": "A", "value": "true"}]}),
        ("container", {"args": ["{{ n }}", "{{ xs }}", "{{ flag }}"]}, {"args": ["3", "[1, 'two']", "True"]}),
        ("container", {"command": ["{{ d }}"]}, {"command": ["{'a': 1}"]}),
        ("container", {"args": "{{ params.as_args }}"}, {"args": ["--lr=1", "--n=2"]}),
        ("container", {"args": "{{ n }}"}, {"args": "3"}),
        ("container", {"args": ["{{ none }}"]}, {"args": [None]}),
        ("container", {"image": "{{ none }}"}, {"image": None}),
        ("container", {"stdin": "{{ flag }}"}, {"stdin": True}),
        ("container", {"ports": [{"containerPort": "{{ n }}"}]}, {"ports": [{"containerPort": 3}]}),
        ("container", {"resources": {"limits": {"cpu": "{{ x }}"}}}, {"resources": {"limits": {"cpu": 1.1}}}),
        ("environment", {"labels": {"a": "{{ n }}"}}, {"labels": {"a": "3"}}),
        ("container", {"env": [{"name": "A", "value": "{{ xs }}"}]}, {"env": [{"name": "A", "value": '[1,"two"]'}]}),
        ("container", {"env": [{"name": "A", "value": "={{ flag }}"}]}, {"env": [{"name": "A", "value": "=True"}]}),
        ("environment", {"annotations": {"a": "{{ flag }}"}}, {"annotations": {"a": "true"}}),
        ("environment", {"nodeName": "{{ n }}"}, {"nodeName": "3"}),
        ("environment", {"labels": "{{ d }}"}, {"labels": {"a": 1}}),
        ("init", [{"file": {"content": "{{ x }}", "chmod": "{{ n }}"}}], [{"file": {"content": "1.1", "chmod": "3"}}]),
        ("init", [{"git": {"url": "u", "flags": "{{ params.as_args }}"}}], [{"git": {"url": "u", "flags": ["--lr=1", "--n=2"]}}]),
        ("sidecars", [{"name": "s", "args": ["{{ n }}"]}], [{"name": "s", "args": ["3"]}]),
        ("volumes", [{"name": "v", "hostPath": {"path": "/{{ n }}"}}], [{"name": "v", "hostPath": {"path": "/3"}}]),
        ("connections", "{{ xs }}", [1, "two"]),
    ],
)
def test_text_fields_take_text_and_the_others_the_value(section: str, value: Any, expected: Any) -> None:
    assert same(run(**{section: value})[section], expected)


@pytest.mark.parametrize(
    ("key", "source", "expected"),
    [
        ("queue", "{{ n }}", "3"),
        ("name", "{{ version }}", "1.10"),
        ("isApproved", "{{ flag }}", True),
        ("cost", "{{ x }}", 1.1),
        ("tags", "{{ xs }}", [1, "two"]),
        ("tags", ["a-{{ n }}"], ["a-3"]),
        ("conditions", "{{ n > 2 }}", "True"),
        ("cache", {"ttl": "{{ n }}"}, {"ttl": 3}),
        ("termination", {"maxRetries": "{{ n }}"}, {"maxRetries": 3}),
    ],
)
def test_fields_of_an_operation(key: str, source: Any, expected: Any) -> None:
    renderer = Renderer(NAMES)
    assert same(renderer.tree(source, SHAPE.child(key)), expected)
    assert renderer.problems == []


def test_keys_are_rendered_as_text() -> None:
    assert run(environment={"labels": {"{{ n }}": "a", "v{{ n }}": "b"}}) == {"environment": {"labels": {"3": "a", "v3": "b"}}}


def test_two_keys_that_become_one_are_told() -> None:
    renderer = Renderer(NAMES)
    renderer.tree({"3": "a", "{{ n }}": "b"}, path=("labels",))
    (problem,) = renderer.problems
    assert (problem.code, problem.message) == ("duplicate-key", "two keys of this mapping are the same once they are rendered")
    assert (problem.path, problem.at) == (("labels", "{{ n }}"), "key")


def test_a_result_is_data_and_never_rendered_again() -> None:
    tree = {"a": "{{ braces }}", "b": ["x {{ braces }}"], "{{ braces }}": 1}
    renderer = Renderer(NAMES)
    assert renderer.tree(tree) == {"a": "{{ n }}", "b": ["x {{ n }}"], "{{ n }}": 1}
    assert rendered("{{ '{{ n }}' }}", NAMES) == "{{ n }}"


def test_the_tree_is_left_as_it_was_and_parts_without_templates_are_shared() -> None:
    tree: dict[str, Any] = {"plain": {"a": [1]}, "list": [{"b": 2}, "{{ n }}"], "same": [1, {"c": None}]}
    before = thawed(tree)
    found = Renderer(NAMES).tree(tree)
    assert tree == before
    assert found == {"plain": {"a": [1]}, "list": [{"b": 2}, 3], "same": [1, {"c": None}]}
    assert found["plain"] is tree["plain"]
    assert found["same"] is tree["same"]
    assert found["list"][0] is tree["list"][0]
    assert Renderer(NAMES).tree(tree["plain"]) is tree["plain"]


def test_every_problem_is_collected_with_its_path() -> None:
    renderer = Renderer(NAMES)
    tree = {"a": "{{ m }}", "b": [{"c": "x {{ nn }}"}], "{{ k }}": "{{ n"}
    assert renderer.tree(tree) == tree
    assert [(problem.path, problem.message) for problem in renderer.problems] == [
        (("a",), "unknown name `m`"),
        (("b", 0, "c"), "unknown name `nn`"),
        (("{{ k }}",), "unknown name `k`"),
        (("{{ k }}",), "not a template: unexpected end of template, expected 'end of print statement'"),
    ]


@pytest.mark.parametrize("source", ["={{ none }}", "{{ n }}{{ none }}", "{% if flag %}{{ none }}{% endif %}", "{{ n ~ none }}"])
def test_null_inside_longer_text_is_warned_of(source: str) -> None:
    renderer = Renderer(NAMES)
    assert "None" in renderer.text(source, ("here",))
    (warning,) = renderer.warnings
    assert (warning.code, warning.severity, warning.path) == ("null-in-text", "warning", ("here",))
    assert warning.message == "an expression in this text gives null, which is written as `None`"
    assert renderer.problems == []


@pytest.mark.parametrize("source", ["{{ none }}", "{{ none | default(1, true) }}!", "{{ xs }}", "None", "={{ none | string }}"])
def test_null_that_is_meant_is_not_warned_of(source: str) -> None:
    renderer = Renderer(NAMES)
    renderer.text(source, ())
    assert renderer.warnings == []


def test_text_without_braces_is_no_template() -> None:
    for text in ("", "a", "{ n }", "}} {", "{# remark #}"):
        assert not is_template(text)
        assert Renderer({}).tree(text) == text
    assert is_template("a {{")
    assert is_template("{% raw %}")


def test_hints_are_sought_for_no_more_problems_than_an_error_carries() -> None:
    renderer = Renderer({"name": 1}, Templates(Limits(diagnostics=2)), told=1)
    renderer.tree(["{{ nam }}", "{{ nam }}"])
    assert [problem.hint for problem in renderer.problems] == ["did you mean `name`?", None]


def test_variants_of_a_shape_go_by_the_kind_that_is_written() -> None:
    shape = Shape("tagged", variants={"text": Shape("fields", {"v": TEXT}), "any": Shape("fields")})
    assert Renderer(NAMES).tree({"kind": "text", "v": "{{ n }}"}, shape) == {"kind": "text", "v": "3"}
    assert Renderer(NAMES).tree({"kind": "any", "v": "{{ n }}"}, shape) == {"kind": "any", "v": 3}


PLAIN = [
    "{{ n }}",
    "{{n}}",
    "{{\tn\t}}",
    "{{ d.a }}",
    "a{{ n }}b{{ x }}c",
    "{{ n }}{{ x }}",
    "{{ params.as_args }}",
    "{{ missing }}",
    "{{ n }} {{ missing }}",
    "{{ d.missing }}",
    "{{ n.a }}",
    "{{ xs[0] }}",
    "{{ xs[1] }}-{{ xs[99] }}",
    "{{ d.a[0].b }}",
    "{{ d[0] }}",
    "{{ n[0] }}",
    "{{ missing[0].a }}",
    "{{ n }}\n",
    "{{ n }}\n\n",
    "\n{{ n }}",
    "a\n{{ n }}\nb\n",
    "{{ n }} }}",
    "{ {{ n }} }",
    "={{ nothing }}",
    "é {{ n }} ü",
    "{{ braces }} {{ braces }}",
]


@pytest.mark.parametrize("source", PLAIN)
def test_plain_names_give_the_same_without_the_parser_and_with_it(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def outcome() -> tuple[Any, list[Any], list[Any]]:
        template_room._template.cache_clear()
        renderer = Renderer(NAMES)
        return renderer.text(source, ()), renderer.problems, renderer.warnings

    assert template_room._plain(source) is not None
    quick = outcome()
    monkeypatch.setattr(template_room, "_plain", lambda _: None)
    parsed = outcome()
    template_room._template.cache_clear()
    assert same(quick[0], parsed[0])
    assert quick[1:] == parsed[1:]


@pytest.mark.parametrize(
    "source",
    [
        "{{ true }}",
        "{{ None }}",
        "{{ not }}",
        "{{ in }}",
        "{{ a }}\r\n",
        "{{ a b }}",
        "{{- a }}",
        "{{ _a }}",
        "{{ é }}",
        "{{ a.0 }}",
        "{{ a[00] }}",
        "{{ a[-1] }}",
        "{{ a[b] }}",
        "{{ a [0] }}",
        "{{ a[1234567890] }}",
        "{{ a }}{# c #}",
        "{{ a }}{% if a %}{% endif %}",
        "{{ a",
        "{{ a.b. }}",
        "{{\na }}",
    ],
)
def test_everything_else_goes_to_the_parser(source: str) -> None:
    assert template_room._plain(source) is None
