"""Which names a text reads: the dotted paths, as far as they are written."""

import pytest

from polyspec.render import Templates


def read(text: str) -> set[str]:
    """The paths that a text reads, written with dots."""
    return {".".join(map(str, path)) for path in Templates().uses(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no template", set()),
        ("{{ lr }}", {"lr"}),
        ("--lr={{ lr }} in {{globals.uuid}}", {"lr", "globals.uuid"}),
        ("{{ lr }}{{ lr }}", {"lr"}),
        ("{{ layers[0].size }}", {"layers.0.size"}),
        ("{{ params.lr.value * 2 }}", {"params.lr.value"}),
        ("{{ connections['a-b'].url | upper }}", {"connections.a-b.url"}),
        ("{{ layers[0].size + layers[-1].size }}", {"layers.0.size", "layers"}),
        ("{{ table[name].field }}", {"table", "name"}),
        ("{{ text[first:2] }}", {"text", "first"}),
        ("{{ table[true] }}", {"table"}),
        ("{{ a if b else c }}", {"a", "b", "c"}),
        ("{{ a is defined and b | default(c) }}", {"a", "b", "c"}),
        ("{{ [a, {b: c}] }}", {"a", "b", "c"}),
        ("{{ 'lr' }} {{ 1 }} {# depth #}", set()),
        ("{% if a == 1 %}{{ b }}{% elif c %}{{ d }}{% else %}{{ e }}{% endif %}", {"a", "b", "c", "d", "e"}),
        (
            "{% for x in xs if x > least %}{{ x.name }} {{ y }}{% else %}{{ none_of_them }}{% endfor %}",
            {"xs", "least", "y", "none_of_them"},
        ),
        ("{% for x in x %}{{ x }}{% endfor %}", {"x"}),
        ("{% for x in xs %}{% for y in x.ys %}{{ x }}{{ y }}{% endfor %}{{ y }}{% endfor %}", {"xs", "y"}),
        ("{% raw %}{{ a }}{% endraw %}{{ b }}", {"b"}),
    ],
)
def test_a_text_reads_these_names(text: str, expected: set[str]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize("text", ["{{ a", "{{ f(a) }}", "{% set a = b %}", "{{ a.b }}" + "x" * 70_000])
def test_a_text_that_cannot_be_read_reads_nothing(text: str) -> None:
    assert read(text) == set()
