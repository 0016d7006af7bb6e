"""Inputs, outputs and params (polyaxonfile sections 6 and 7.1)."""

from typing import Any

import pytest

from polyspec import IO, Param
from polyspec.spec.io import RESERVED, Validation
from polyspec.spec.kinds import keys_of
from polyspec.tree import UNSET

from .telling import mismatch, only, said, spec, told, tree

OF_IO = (
    "name description type value isOptional isList isFlag argFormat connection toInit toEnv validation delayValidation options"
)
OF_VALIDATION = (
    "delay gt ge lt le multipleOf minDigits maxDigits decimalPlaces regex minLength maxLength contains excludes options minItems"
    " maxItems keys containsKeys excludesKeys"
)


def param(text: str) -> Any:
    """The plain tree of a param."""
    return tree(f"params: {{a: {text}}}")["params"]["a"]


class TestInputs:
    def test_the_fields_are_those_of_the_language(self) -> None:
        assert keys_of(IO) == set(OF_IO.split())
        assert keys_of(Validation) == set(OF_VALIDATION.split())

    @pytest.mark.parametrize("name", ["a", "lr", "learning_rate", "A-1", "a.b", "x" * 128])
    def test_a_name(self, name: str) -> None:
        assert spec(f"inputs: [{{name: {name}}}]").inputs == [IO(name=name)]

    @pytest.mark.parametrize("name", ["", "1a", "_a", "a b", "é", "a/b", "x" * 129, "a\\n"])
    def test_no_name(self, name: str) -> None:
        found = only(f'inputs: [{{name: "{name}"}}]')
        assert (found.message, found.path) == ("not a name", ("inputs", 0, "name"))
        assert found.hint == "a letter, then letters, digits, `_`, `-` or `.`, 128 at most"

    @pytest.mark.parametrize("name", sorted(RESERVED))
    @pytest.mark.parametrize("field", ["inputs", "outputs"])
    def test_names_that_templates_use_are_reserved(self, field: str, name: str) -> None:
        found = only(f"{field}: [{{name: {name}}}]")
        assert (found.code, found.message) == ("reserved-name", f"the name `{name}` is reserved for templates")

    def test_the_reserved_names(self) -> None:
        assert sorted(RESERVED) == ["connections", "globals", "init", "params"]

    @pytest.mark.parametrize("value", ["1", "0", "false", "''", "[]", "{}", "'{{ x }}'"])
    def test_an_input_with_a_default_is_optional(self, value: str) -> None:
        assert tree(f"inputs: [{{name: a, value: {value}}}]")
        found = only(f"inputs: [{{name: a, isOptional: false, value: {value}}}]")
        assert (found.code, found.path) == ("default-of-required", ("inputs", 0, "isOptional"))
        assert found.message == "an input with a default value is optional"
        assert found.hint == "remove `value`, or `isOptional: false`"

    @pytest.mark.parametrize("rest", ["", ", value: null"])
    def test_a_required_input_has_none(self, rest: str) -> None:
        assert tree(f"inputs: [{{name: a, isOptional: false{rest}}}]")

    def test_an_input_whose_default_is_null_is_optional(self) -> None:
        assert IO(name="a", value=None).is_optional is True
        assert IO(name="a").is_optional is UNSET

    @pytest.mark.parametrize("type_", ["int", "List[bool]", None])
    def test_a_flag_is_a_bool(self, type_: str | None) -> None:
        assert IO(name="a", type="bool", is_flag=True).is_flag is True
        assert IO(name="a", type="int", is_flag=False).is_flag is False
        flag = {"name": "a", "isFlag": True} | ({"type": type_} if type_ else {})
        assert mismatch(IO, flag) == ("isFlag", "a flag is an input of type `bool`", None)

    def test_any_text_is_a_type_until_a_value_is_wanted(self) -> None:
        assert tree("inputs: [{name: a, type: no-such-type}]")
        assert said("inputs: [{name: a, type: [int]}]") == [("inputs[0].type", "expected text, found a list", None)]

    @pytest.mark.parametrize("field", ["gt", "ge", "lt", "le", "multipleOf"])
    def test_bounds_are_numbers_or_templates(self, field: str) -> None:
        for value in (1, 1.5, "{{ x }}"):
            assert Validation.from_dict({field: value}).to_dict() == {field: value}
        message = "expected an integer, a number or a template, found"
        assert mismatch(Validation, {field: "1"}) == (field, f"{message} text", "write it without quotes")
        assert mismatch(Validation, {field: True}) == (field, f"{message} a bool", None)

    @pytest.mark.parametrize(
        "field", ["minDigits", "maxDigits", "decimalPlaces", "minLength", "maxLength", "minItems", "maxItems"]
    )
    def test_counts_are_integers_or_templates(self, field: str) -> None:
        for value in (1, "{{ x }}"):
            assert Validation.from_dict({field: value}).to_dict() == {field: value}
        assert mismatch(Validation, {field: 1.0}) == (field, "expected an integer or a template, found a number", None)

    def test_all_problems_of_an_input_are_told(self) -> None:
        assert said("inputs:\n- nme: a\n  isList: 1\n  validation: {gt: x, min: 1}\n") == [
            ("inputs[0].nme", "unknown field `nme` of an input", "did you mean `name`?"),
            ("inputs[0].isList", "expected a bool, found an integer", None),
            ("inputs[0].validation.gt", "expected an integer, a number or a template, found text", None),
            ("inputs[0].validation.min", "unknown field `min` of a validation", None),
        ]


class TestShortForms:
    """A param that is no mapping, or a mapping with none of a param's keys, is a value."""

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("1", 1),
            ("0.5", 0.5),
            ("true", True),
            ("x", "x"),
            ("'1'", "1"),
            ("'{{ x }}'", "{{ x }}"),
            ("[1, [2]]", [1, [2]]),
            ("{b: 1}", {"b": 1}),
            ("{Value: 1}", {"Value": 1}),
            ("{valeu: 1, c: {value: 2}}", {"valeu": 1, "c": {"value": 2}}),
        ],
    )
    def test_a_value(self, text: str, value: Any) -> None:
        assert param(text) == {"value": value}

    def test_null_is_a_value_and_nothing_is_none(self) -> None:
        assert param("null") == {"value": None}
        assert param("{}") == {}

    def test_python_has_them_too(self) -> None:
        assert Param.from_dict(3) == Param(value=3)  # type: ignore[arg-type]  # the short form
        assert Param.from_dict({"a": 3}) == Param(value={"a": 3})


class TestFullForms:
    """A mapping with any of a param's keys, in either spelling, has only these."""

    def test_the_fields_are_those_of_the_language(self) -> None:
        assert keys_of(Param) == {"value", "ref", "contextOnly", "connection", "toInit", "toEnv"}

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("{value: {value: 1}}", {"value": {"value": 1}}),
            ("{value: null}", {"value": None}),
            (
                "{value: 1, toEnv: A, toInit: true, contextOnly: false}",
                {"value": 1, "toEnv": "A", "toInit": True, "contextOnly": False},
            ),
            ("{value: 1, to_env: A, to_init: null}", {"value": 1, "toEnv": "A", "toInit": None}),
            ("{connection: git}", {"connection": "git"}),
            ("{context_only: true}", {"contextOnly": True}),
            ("{ref: ops.a, value: outputs.x}", {"ref": "ops.a", "value": "outputs.x"}),
        ],
    )
    def test_a_param(self, text: str, expected: dict[str, Any]) -> None:
        assert param(text) == expected

    def test_other_keys_are_refused(self) -> None:
        assert said("params: {a: {value: 1, b: 2, to_enf: A}}") == [
            ("params.a.b", "unknown field `b` of a param", None),
            ("params.a.to_enf", "unknown field `to_enf` of a param", "did you mean `toEnv`?"),
        ]

    @pytest.mark.parametrize("value", ["", ", value: 1", ", value: null", ", value: [a]"])
    def test_the_value_of_a_reference_is_a_path(self, value: str) -> None:
        found = only(f"params: {{a: {{ref: ops.b{value}}}}}")
        assert (found.code, found.path) == ("bad-reference-value", ("params", "a", "value"))
        assert found.message == "the value of a param with `ref` is a path such as `outputs.loss`"

    @pytest.mark.parametrize("ref", ["null", "''"])
    def test_without_a_reference_it_is_anything(self, ref: str) -> None:
        assert tree(f"params: {{a: {{ref: {ref}, value: 1}}}}")


class TestNames:
    def test_a_name_at_fault_is_placed_at_the_key(self) -> None:
        assert (
            told("params:\n  1st: {value: secret}\n")
            == """
error[bad-text]: not a name
 --> spec.yaml:2:3
  |
2 |   1st: …
  |   ^^^
  = at: params["1st"]
  = help: a letter, then letters, digits, `_`, `-` or `.`, 128 at most
"""
        )

    def test_names_and_values_are_told_together(self) -> None:
        assert [path for path, _, _ in said("params: {1st: 1, b: {ref: 1, value: x}, '': 2}")] == [
            'params["1st"]',
            "params.b.ref",
            'params[""]',
        ]

    def test_params_are_a_mapping(self) -> None:
        assert said("params: [a]") == [("params", "expected a mapping, found a list", None)]
