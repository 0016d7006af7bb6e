"""The template language: each form of it with what it gives, and each that is refused with the words for it."""

from typing import Any

import pytest

from polyspec.render import Renderer
from polyspec.render.language import _EXPRESSIONS

from .rendering import Refusal, refused, rendered, same

NAMES: dict[str, Any] = {
    "n": 3,
    "x": 0.5,
    "text": "abc",
    "flag": True,
    "off": False,
    "none": None,
    "xs": [3, 1, 2],
    "empty": [],
    "connections": {"repo": {"url": "u"}},
    "d": {"a": 1, "b": {"c": "deep"}, "with space": 2, "items": "mine"},
}

EXPRESSIONS: dict[str, list[tuple[str, Any]]] = {
    "Const": [
        ("1", 1),
        ("1_000", 1000),
        ("0x10", 16),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("'a'", "a"),
        ('"a\\n"', "a\n"),
        ("'a' 'b'", "ab"),
        ("true", True),
        ("False", False),
        ("None", None),
        ("9223372036854775807", 9223372036854775807),
    ],
    "Name": [("n", 3), (" n ", 3), ("none", None), ("xs", [3, 1, 2])],
    "Getattr": [("d.a", 1), ("d.b.c", "deep"), ("d.items", "mine")],
    "Getitem": [
        ("d['a']", 1),
        ("d['b']['c']", "deep"),
        ("d['with space']", 2),
        ("d['b'].c", "deep"),
        ("d['a' ~ '']", 1),
        ("xs[0]", 3),
        ("xs[-1]", 2),
        ("xs[n - 2]", 1),
        ("text[1]", "b"),
        ("xs[1:]", [1, 2]),
        ("xs[:2]", [3, 1]),
        ("xs[::-1]", [2, 1, 3]),
        ("xs[5:]", []),
        ("text[1:3]", "bc"),
    ],
    "Add": [("n + 1", 4), ("n + 0.5", 3.5), ("'a' + text", "aabc"), ("xs + [4]", [3, 1, 2, 4])],
    "Sub": [("n - 1", 2), ("1 - n", -2)],
    "Mul": [("n * 2", 6), ("n * x", 1.5)],
    "Div": [("n / 2", 1.5), ("4 / 2", 2.0)],
    "FloorDiv": [("7 // 2", 3), ("-7 // 2", -4)],
    "Mod": [("7 % 3", 1), ("-7 % 3", 2)],
    "Neg": [("-n", -3), ("-x", -0.5), ("--n", 3)],
    "Pos": [("+n", 3)],
    "Concat": [("'a' ~ n ~ flag ~ xs", "a3True[3, 1, 2]"), ("n ~ ''", "3")],
    "Compare": [
        ("n == 3", True),
        ("n == '3'", False),
        ("n != 3", False),
        ("n > 2", True),
        ("n >= 3", True),
        ("n < 3", False),
        ("n <= 3", True),
        ("1 < n < 5", True),
        ("1 < n < 2", False),
        ("'a' < 'b'", True),
        ("3 in xs", True),
        ("'b' in text", True),
        ("3 in text", False),
        ("'a' in d", True),
        ("1 in d", False),
        ("9 not in xs", True),
        ("xs == [3, 1, 2]", True),
    ],
    "And": [("flag and n", 3), ("off and missing", False), ("empty and 1", [])],
    "Or": [("off or n", 3), ("n or missing", 3), ("off or none", None)],
    "Not": [("not flag", False), ("not empty", True), ("not not n", True)],
    "CondExpr": [
        ("1 if flag else missing", 1),
        ("missing if off else 2", 2),
        ("1 if off", ""),
        ("1 if off else 2 if off else 3", 3),
    ],
    "List": [("[]", []), ("[1, n, [text]]", [1, 3, ["abc"]])],
    "Tuple": [("(1, n)", [1, 3]), ("1, 2", [1, 2]), ("()", [])],
    "Dict": [("{}", {}), ("{'k': n, text: {'z': []}}", {"k": 3, "abc": {"z": []}}), ("{1: 2}", {"1": 2})],
    "Filter": [("xs | sort | first", 1), ("text|upper|lower", "abc"), ("missing|default(1)", 1)],
    "Test": [("n is number", True), ("n is not number", False), ("missing is defined", False)],
}


@pytest.mark.parametrize(
    ("expression", "expected"), [pytest.param(*row, id=f"{node}: {row[0]}") for node, rows in EXPRESSIONS.items() for row in rows]
)
def test_an_expression_has_the_type_of_its_value(expression: str, expected: Any) -> None:
    value = rendered("{{ " + expression + " }}", NAMES)
    assert same(value, expected)
    assert rendered("<{{ " + expression + " }}>", NAMES) == f"<{expected}>"


def test_the_table_has_every_form_of_the_language() -> None:
    assert set(EXPRESSIONS) == set(_EXPRESSIONS)


def test_what_is_not_wanted_is_not_looked_at() -> None:
    names = {"n": 1}
    assert rendered("{{ n | default(missing) }}", names) == 1
    assert rendered("{{ missing | default(other) | default(n) }}", names) == 1
    assert rendered("{{ n if n else missing }}", names) == 1


STATEMENTS: list[tuple[str, str]] = [
    ("{% if flag %}yes{% endif %}", "yes"),
    ("{% if off %}yes{% endif %}", ""),
    ("{% if off %}a{% elif n == 3 %}b{% else %}c{% endif %}", "b"),
    ("{% if off %}a{% elif n == 4 %}b{% else %}c{% endif %}", "c"),
    ("{% for i in xs %}{{ i }},{% endfor %}", "3,1,2,"),
    ("{% for i in xs if i > 1 %}{{ i }},{% endfor %}", "3,2,"),
    ("{% for i in empty %}{{ i }}{% else %}none{% endfor %}", "none"),
    ("{% for i in xs if i > 9 %}{{ i }}{% else %}none{% endfor %}", "none"),
    ("{% for i in xs %}{% for j in xs %}{{ i * j }} {% endfor %}{% endfor %}", "9 3 6 3 1 2 6 2 4 "),
    ("{% for n in xs %}{{ n }}{% endfor %}{{ n }}", "3123"),
    ("{% for k in d %}{{ k }};{% endfor %}", "a;b;with space;items;"),
    ("{% for c in text %}{{ c }}-{% endfor %}", "a-b-c-"),
    ("{% for pair in d.b | items %}{{ pair[0] }}={{ pair[1] }}{% endfor %}", "c=deep"),
    ("a {{- n -}} b", "a3b"),
    ("{% raw %}{{ n }} {% if %}{% endraw %}", "{{ n }} {% if %}"),
    ("{{ n }}{# a remark #}!", "3!"),
    ("{{ '{{' }} n {{ '}}' }}", "{{ n }}"),
    ("{% if flag %}\n  x\n{% endif %}", "\n  x\n"),
    ("{{ n }}\n", "3"),
    ("{{ n }}!\n\n", "3!\n"),
    ("a\r\nb {{ n }}", "a\nb 3"),
    ("{{ n }} }} %}", "3 }} %}"),
]


@pytest.mark.parametrize(("source", "expected"), STATEMENTS)
def test_a_text_with_statements_is_text(source: str, expected: str) -> None:
    value = rendered(source, NAMES)
    if source == "{{ n }}\n":
        assert same(value, 3), "a line end after one whole expression is no text"
    else:
        assert same(value, expected)


LANGUAGE, BAD, UNKNOWN = "template-language", "bad-template", "unknown-name"
NOT_PART = "is not part of the template language"
REFUSED: list[tuple[str, Refusal]] = [
    ("{{ f() }}", Refusal(LANGUAGE, f"a call {NOT_PART}", "{{ f() }}", "use a filter: `{{ name | filter }}`")),
    ("{{ d.items() }}", Refusal(LANGUAGE, f"a call {NOT_PART}", "{{ d.items() }}", "use a filter: `{{ name | filter }}`")),
    ("a {{ n }} {{ n ** 2 }}", Refusal(LANGUAGE, f"`**` {NOT_PART}", "{{ n }}")),
    ("{% set a = 1 %}", Refusal(LANGUAGE, f"`set` {NOT_PART}", "{% set a = 1 %}")),
    ("{% set a %}x{% endset %}", Refusal(LANGUAGE, f"`set` {NOT_PART}", "{% set a %}")),
    ("{% macro m() %}{% endmacro %}", Refusal(LANGUAGE, f"a macro {NOT_PART}", "{% macro m() %}")),
    ("{% include 'f' %}", Refusal(LANGUAGE, f"`include` {NOT_PART}", "{% include 'f' %}")),
    ("{% import 'f' as f %}", Refusal(LANGUAGE, f"`import` {NOT_PART}", "{% import 'f' as f %}")),
    ("{% from 'f' import f %}", Refusal(LANGUAGE, f"`from` {NOT_PART}", "{% from 'f' import f %}")),
    ("{% extends 'f' %}", Refusal(LANGUAGE, f"`extends` {NOT_PART}", "{% extends 'f' %}")),
    ("{% block b %}{% endblock %}", Refusal(LANGUAGE, f"`block` {NOT_PART}", "{% block b %}")),
    ("{% with a = 1 %}{% endwith %}", Refusal(LANGUAGE, f"`with` {NOT_PART}", "{% with a = 1 %}")),
    ("{% call f() %}{% endcall %}", Refusal(LANGUAGE, f"`call` {NOT_PART}", "{% call f() %}")),
    ("{% filter upper %}a{% endfilter %}", Refusal(LANGUAGE, f"a block of `filter` {NOT_PART}", "{% filter upper %}")),
    ("{% autoescape true %}{% endautoescape %}", Refusal(LANGUAGE, f"`autoescape` {NOT_PART}", "{% autoescape true %}")),
    ("{% for a, b in xs %}{% endfor %}", Refusal(LANGUAGE, f"a loop over several names {NOT_PART}", "{% for a, b in xs %}")),
    (
        "{% for a in xs recursive %}{% endfor %}",
        Refusal(LANGUAGE, f"a loop over several names {NOT_PART}", "{% for a in xs recursive %}"),
    ),
    ("{{ xs | map(*xs) }}", Refusal(LANGUAGE, f"unpacking arguments {NOT_PART}", "{{ xs | map(*xs) }}")),
    ("{{ xs | map(**d) }}", Refusal(LANGUAGE, f"unpacking arguments {NOT_PART}", "{{ xs | map(**d) }}")),
    ("{{ text | uper }}", Refusal(LANGUAGE, "`uper` is not a filter of the template language", "uper", "did you mean `upper`?")),
    ("{{ text | attr('a') }}", Refusal(LANGUAGE, "`attr` is not a filter of the template language", "attr")),
    ("{{ n is numbr }}", Refusal(LANGUAGE, "`numbr` is not a test of the template language", "numbr", "did you mean `number`?")),
    ("{{ n is callable }}", Refusal(LANGUAGE, "`callable` is not a test of the template language", "callable")),
    ("{{ _n }}", Refusal(LANGUAGE, "names that begin with an underscore cannot be reached", "_n")),
    ("{{ d._a }}", Refusal(LANGUAGE, "names that begin with an underscore cannot be reached", "_a")),
    ("{{ d['__class__'] }}", Refusal(LANGUAGE, "names that begin with an underscore cannot be reached", "__class__")),
    ("{{ d['_' ~ 'a'] }}", Refusal(LANGUAGE, "names that begin with an underscore cannot be reached", "{{ d['_' ~ 'a'] }}")),
    ("{{ text.upper }}", Refusal(UNKNOWN, "text has no field `upper`", "upper")),
    ("{{", Refusal(BAD, "not a template: unexpected 'end of template'", "{{")),
    ("{{ }}", Refusal(BAD, "not a template: expected an expression, got 'end of print statement'", "{{ }}")),
    ("{{ n N }}", Refusal(BAD, "not a template: expected token 'end of print statement', got 'N'", "{{ n N }}")),
    ("{% if n %}", Refusal(BAD, "", "{% if n %}")),
    ("{% nonsense %}", Refusal(BAD, "not a template: encountered unknown tag 'nonsense'", "{% nonsense %}")),
    ("{{ 'a }}", Refusal(BAD, 'not a template: unexpected char "\'" at 3', "{{ 'a }}")),
    ("{{ " + "9" * 5000 + " }}", Refusal(BAD, "not a template: a number of it is too long", "{{ " + "9" * 5000 + " }}")),
    ("{{ 2.\u0663 }}", Refusal(BAD, "not a template: the digits of a number are `0` to `9`", "{{ 2.\u0663 }}")),
    (
        "{{ 9223372036854775808 }}",
        Refusal(BAD, "the result is not a number that a spec can hold", "9223372036854775808"),
    ),
    ("{{ 1e999 }}", Refusal(BAD, "the result is not a number that a spec can hold", "{{ 1e999 }}")),
    ("{{ '\\x00' }}", Refusal(BAD, "text holds no NUL and no half of a surrogate pair", "{{ '\\x00' }}")),
    ("{{ '\\ud800' }}", Refusal(BAD, "text holds no NUL and no half of a surrogate pair", "{{ '\\ud800' }}")),
    ("{{ n / 0 }}", Refusal(BAD, "division by zero", "/")),
    ("{{ n // 0 }}", Refusal(BAD, "division by zero", "//")),
    ("{{ n % 0 }}", Refusal(BAD, "division by zero", "%")),
    (
        "{{ text + n }}",
        Refusal(BAD, "`+` cannot take text and an integer", "+", "convert one with a filter such as `string` or `int`"),
    ),
    (
        "{{ text * n }}",
        Refusal(BAD, "`*` cannot take text and an integer", "*", "convert one with a filter such as `string` or `int`"),
    ),
    (
        "{{ n + flag }}",
        Refusal(BAD, "`+` cannot take an integer and a bool", "+", "convert one with a filter such as `string` or `int`"),
    ),
    ("{{ text - text }}", Refusal(BAD, "`-` cannot take text and text", "-")),
    ("{{ d + d }}", Refusal(BAD, "`+` cannot take a mapping and a mapping", "+")),
    (
        "{{ none + 1 }}",
        Refusal(BAD, "`+` cannot take null and an integer", "+", "convert one with a filter such as `string` or `int`"),
    ),
    (
        "{{ -text }}",
        Refusal(BAD, "`-` cannot take an integer and text", "-", "convert one with a filter such as `string` or `int`"),
    ),
    ("{{ 9223372036854775807 + 1 }}", Refusal(BAD, "the result is not a number that a spec can hold", "+")),
    ("{{ 1e308 * 10 }}", Refusal(BAD, "the result is not a number that a spec can hold", "*")),
    ("{{ 9223372036854775807 * 9223372036854775807 // 0.0001 }}", Refusal(BAD, "", "*")),
    ("{{ n < text }}", Refusal(BAD, "`<` cannot compare an integer with text", "<")),
    ("{{ 1 in n }}", Refusal(BAD, "an integer holds nothing to look for", "{{ 1 in n }}")),
    ("{{ n[1] }}", Refusal(UNKNOWN, "an integer has no field `1`", "1")),
    ("{{ xs[5] }}", Refusal(UNKNOWN, "index 5 is out of range: the length is 3", "5")),
    ("{{ xs[[1]] }}", Refusal(UNKNOWN, "there is no field or item of the name that is given", "{{ xs[[1]] }}")),
    ("{{ n[{'a': 1}] }}", Refusal(UNKNOWN, "there is no field or item of the name that is given", "{{ n[{'a': 1}] }}")),
    ("{{ xs['a'] }}", Refusal(UNKNOWN, "a list has no field `a`", "a")),
    ("{{ xs[true] }}", Refusal(UNKNOWN, "a list has no field `True`", "{{ xs[true] }}")),
    ("{{ d[1] }}", Refusal(UNKNOWN, "a field is named by text, not by an integer", "{{ d[1] }}")),
    ("{{ n[1:] }}", Refusal(BAD, "a slice takes text or a list, and integers that are not zero steps", "{{ n[1:] }}")),
    ("{{ xs[::0] }}", Refusal(BAD, "a slice takes text or a list, and integers that are not zero steps", "{{ xs[::0] }}")),
    ("{{ xs['a':] }}", Refusal(BAD, "a slice takes text or a list, and integers that are not zero steps", "{{ xs['a':] }}")),
    ("{% for i in n %}{% endfor %}", Refusal(BAD, "a loop takes a list, not an integer", "i")),
    (
        "{{ n | default(1, 2, 3) }}",
        Refusal(BAD, "`default` takes what stands in, and whether it does so for false", "default"),
    ),
    (
        "{{ n | default(other=1) }}",
        Refusal(BAD, "`default` takes what stands in, and whether it does so for false", "default"),
    ),
]


@pytest.mark.parametrize(("source", "refusal"), REFUSED, ids=lambda value: value[:60] if isinstance(value, str) else "")
def test_what_is_refused_says_what_and_where(source: str, refusal: Refusal) -> None:
    found = refused(source, NAMES)
    if refusal.message:
        assert found == refusal
    else:
        assert (found.code, found.marked) == (refusal.code, refusal.marked)


UNKNOWN_NAMES: list[tuple[str, str, str, str | None]] = [
    ("{{ txt }}", "unknown name `txt`", "txt", "did you mean `text`?"),
    ("--x={{ flg }} --y={{ n }}", "unknown name `flg`", "flg", "did you mean `flag`?"),
    ("{{ d.aa }}", "unknown field `aa`", "aa", "did you mean `a`?"),
    ("{{ d.zzz }}", "unknown field `zzz`", "zzz", None),
    ("{{ connections.zzz }}", "unknown field `zzz`", "zzz", "known are: `repo`"),
    ("{{ connections.zzz|upper }}", "unknown field `zzz`", "zzz", "known are: `repo`"),
    ("{{ connections.repo.zzz }}", "unknown field `zzz`", "zzz", None),
    ("{{ d.connections.zzz }}", "unknown field `connections`", "connections", None),
    ("{{ d.b.cc }}", "unknown field `cc`", "cc", "did you mean `c`?"),
    ("{{ d['with_space'] }}", "unknown field `with_space`", "with_space", "did you mean `with space`?"),
    ("{{ qqqqq }}", "unknown name `qqqqq`", "qqqqq", None),
    ("{% for item in xs %}{{ itm }}{% endfor %}", "unknown name `itm`", "itm", "did you mean `item`?"),
    ("{{ n }} txt {{ txt }}", "unknown name `txt`", "txt", "did you mean `text`?"),
    ("{{ n|upper }}{{ txt|upper }}", "unknown name `txt`", "txt", "did you mean `text`?"),
]


@pytest.mark.parametrize(("source", "message", "marked", "hint"), UNKNOWN_NAMES)
def test_an_unknown_name_is_told_with_the_close_match(source: str, message: str, marked: str, hint: str | None) -> None:
    assert refused(source, NAMES) == Refusal("unknown-name", message, marked, hint)


def test_a_name_is_marked_where_it_is_used_and_not_where_it_is_written_as_text() -> None:
    renderer = Renderer({"n": 1, "text": ""})
    source = "{{ n }} txt {{ n }} {{ texts.txt }} {{ txt }}"
    renderer.text(source, ())
    assert renderer.problems[0].span == (source.index("texts"), source.index("texts") + 5)
    renderer = Renderer({"n": 1, "xtxt": 1})
    source = "{{ n }} txt {{ xtxt }} {{ txt }}"
    renderer.text(source, ())
    assert renderer.problems[0].span == (source.rindex("txt"), source.rindex("txt") + 3)
