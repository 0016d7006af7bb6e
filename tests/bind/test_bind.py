"""Params to inputs (polyaxonfile section 6): what each input gets, what is missing, what is misspelt; all of it at once."""

from collections.abc import Container, Mapping
from typing import Any

import pytest

from polyspec.bind import Argument, Bound, bind
from polyspec.errors import Problem, Rejected
from polyspec.render import Renderer
from polyspec.tree import Path, Verbatim, thawed

GLOBALS = {"globals": {"uuid": "u1", "name": None}}


def evaluate(value: Any, names: Mapping[str, Any], path: Path, waiting: Container[str]) -> Any:
    renderer = Renderer(names)
    found = renderer.tree(value, path=path)
    if renderer.problems:
        raise Rejected(renderer.problems)
    return found


def bound(waits: bool = False, **tree: Any) -> Bound:
    before = thawed(tree)
    found = bind(tree, GLOBALS, evaluate, waits=waits)
    assert tree == before
    return found


def values(**tree: Any) -> dict[str, Any]:
    """What templates see under the name of each."""
    return {argument.name: argument.value for argument in bound(**tree).arguments if argument.is_bound}


def problems(**tree: Any) -> list[Problem]:
    with pytest.raises(Rejected) as caught:
        bind(tree, GLOBALS, evaluate)
    return list(caught.value.problems)


def problem(**tree: Any) -> tuple[str, str, Path, str | None, str]:
    (only,) = problems(**tree)
    return only.code, only.message, only.path, only.hint, only.at


def params(**given: Any) -> dict[str, Any]:
    """Params in full form, as they come from a document."""
    return {name: {"value": value} for name, value in given.items()}


class TestWhatAnInputGets:
    def test_its_param(self) -> None:
        found = bound(inputs=[{"name": "lr", "type": "float"}], params=params(lr=1))
        assert found.tree == {"inputs": [{"name": "lr", "type": "float", "isOptional": True, "value": 1.0}]}
        assert found.arguments == (Argument("lr", 1.0, "float", path=("inputs", 0)),)

    def test_its_default_where_no_param_is(self) -> None:
        found = bound(inputs=[{"name": "lr", "type": "float", "value": 0.1}])
        assert found.tree == {"inputs": [{"name": "lr", "type": "float", "value": 0.1, "isOptional": True}]}

    def test_its_param_before_its_default(self) -> None:
        assert values(inputs=[{"name": "lr", "value": 0.1}], params=params(lr=0)) == {"lr": 0}

    @pytest.mark.parametrize("param", [{}, {"value": None}, {"value": Verbatim(None)}, {"toEnv": "LR"}])
    def test_its_default_where_the_param_has_no_value(self, param: dict[str, Any]) -> None:
        assert values(inputs=[{"name": "lr", "type": "int", "value": 7}], params={"lr": param}) == {"lr": 7}

    def test_nothing_where_it_is_optional(self) -> None:
        found = bound(inputs=[{"name": "lr", "type": "int", "isOptional": True}])
        assert found.tree == {"inputs": [{"name": "lr", "type": "int", "isOptional": True}]}
        assert found.arguments == (Argument("lr", None, "int", path=("inputs", 0)),)

    def test_its_value_as_its_type_has_it(self) -> None:
        inputs = [
            {"name": "n", "type": "int"},
            {"name": "s", "type": "str"},
            {"name": "b", "type": "bool"},
            {"name": "l", "type": "List[int]"},
            {"name": "d", "type": "dict"},
            {"name": "untyped"},
        ]
        given = params(n="3", s=5, b="yes", l=["1", 2], d='{"a": 1}', untyped="3")
        assert values(inputs=inputs, params=given) == {"n": 3, "s": "5", "b": True, "l": [1, 2], "d": {"a": 1}, "untyped": "3"}

    def test_a_list_where_it_is_one(self) -> None:
        assert values(inputs=[{"name": "x", "type": "int", "isList": True}], params=params(x=["1", 2])) == {"x": [1, 2]}
        assert values(inputs=[{"name": "x", "type": "str", "isList": True}], params=params(x=[1, "a"])) == {"x": ["1", "a"]}

    def test_what_the_document_says_of_it(self) -> None:
        io = {
            "name": "b",
            "type": "bool",
            "isFlag": True,
            "argFormat": "-b {{ b }}",
            "connection": "c",
            "toInit": True,
            "toEnv": "B",
        }
        assert bound(inputs=[io], params=params(b=True)).arguments == (
            Argument("b", True, "bool", False, True, "-b {{ b }}", "c", True, "B", ("inputs", 0)),
        )

    def test_what_the_param_says_of_it_beside(self) -> None:
        io = {"name": "x", "type": "path", "connection": "c", "toEnv": "X"}
        param = {"value": "a", "connection": "other", "toInit": True, "toEnv": "Y"}
        found = bound(inputs=[io], params={"x": param})
        assert found.arguments == (Argument("x", "a", "path", connection="other", to_init=True, to_env="Y", path=("inputs", 0)),)
        assert found.tree["inputs"] == [
            {"name": "x", "type": "path", "isOptional": True, "value": "a", "connection": "other", "toInit": True, "toEnv": "Y"}
        ]

    def test_the_same_for_outputs(self) -> None:
        outputs = [{"name": "loss", "type": "metric"}, {"name": "path", "type": "path", "value": "/out"}]
        found = bound(outputs=outputs, params=params(loss=1))
        assert found.tree["outputs"] == [
            {"name": "loss", "type": "metric", "isOptional": True, "value": 1.0},
            {"name": "path", "type": "path", "value": "/out", "isOptional": True},
        ]

    def test_the_rest_of_the_tree_as_it_is_without_its_params(self) -> None:
        run = {"kind": "job", "container": {"args": ["{{ lr }}"]}}
        found = bound(kind="operation", run=run, params=params(lr=1), tags=["a"])
        assert found.tree == {
            "kind": "operation",
            "run": run,
            "tags": ["a"],
            "contexts": [{"name": "lr", "isOptional": True, "value": 1}],
        }


class TestWhatIsMissing:
    def test_is_told_at_the_input(self) -> None:
        assert problem(inputs=[{"name": "n"}, {"name": "lr", "type": "float"}], params=params(n=1)) == (
            "missing-param",
            "the input `lr` is required and no param gives it (a value of type `float`)",
            ("inputs", 1, "name"),
            "pass it: `params: {lr: ...}`, or `-P lr=...`",
            "value",
        )

    def test_without_a_type(self) -> None:
        assert problem(inputs=[{"name": "lr"}])[1] == "the input `lr` is required and no param gives it"

    @pytest.mark.parametrize(
        "io",
        [
            {"isOptional": True},
            {"value": None},
            {"value": 0},
            {"delayValidation": True},
            {"validation": {"delay": True}},
            {"validation": {"delay": False}, "delayValidation": True},
        ],
    )
    def test_is_not_asked_for_where_the_input_says_so(self, io: dict[str, Any]) -> None:
        assert values(inputs=[{"name": "lr", **io}]) == {"lr": io.get("value")}

    @pytest.mark.parametrize(
        "io",
        [
            {"isOptional": False},
            {"delayValidation": False},
            {"validation": {"delay": False}},
            {"validation": {"gt": 1}},
            {"validation": {"delay": True}, "delayValidation": False},
        ],
    )
    def test_is_asked_for_where_the_input_says_so(self, io: dict[str, Any]) -> None:
        assert problem(inputs=[{"name": "lr", **io}])[0] == "missing-param"

    @pytest.mark.parametrize("io", [{}, {"delayValidation": True}, {"validation": {"delay": True}}, {"validation": {"gt": 1}}])
    def test_is_not_asked_of_outputs(self, io: dict[str, Any]) -> None:
        assert values(outputs=[{"name": "loss", **io}]) == {"loss": None}

    @pytest.mark.parametrize("io", [{"delayValidation": False}, {"validation": {"delay": False}}])
    def test_is_asked_of_outputs_that_say_so(self, io: dict[str, Any]) -> None:
        assert problem(outputs=[{"name": "loss", **io}])[1] == "the output `loss` is required and no param gives it"

    def test_is_not_told_again_by_the_defaults_that_use_it(self) -> None:
        assert [each.code for each in problems(inputs=[{"name": "a"}, {"name": "b", "value": "{{ a }}-b"}])] == ["missing-param"]


class TestWhatIsWrong:
    def test_stands_where_the_param_is_written_with_the_input_beside(self) -> None:
        (found,) = problems(inputs=[{"name": "lr", "type": "float"}], params=params(lr="fast"))
        assert found == Problem(
            "wrong-type",
            "param `lr`: expected a number, found text",
            ("params", "lr", "value"),
            found.hint,
            related=(("expected because of this input", ("inputs", 0, "name")),),
        )

    def test_stands_at_the_input_where_the_call_gave_it(self) -> None:
        found = problem(inputs=[{"name": "lr", "type": "float"}], params=params(lr=Verbatim("fast")))
        assert found[:3] == ("wrong-type", "param `lr`: expected a number, found text", ("inputs", 0, "name"))

    def test_stands_at_the_default(self) -> None:
        (found,) = problems(inputs=[{"name": "lr", "type": "float", "value": "fast"}])
        assert (found.path, found.related) == (("inputs", 0, "value"), ())

    def test_stands_at_a_default_that_is_not_even_used(self) -> None:
        (found,) = problems(inputs=[{"name": "lr", "type": "float", "value": "fast"}], params=params(lr=1))
        assert found.path == ("inputs", 0, "value")

    def test_stands_at_the_item_of_a_list(self) -> None:
        (found,) = problems(inputs=[{"name": "x", "type": "List[int]"}], params=params(x=[1, "a"]))
        assert found.path == ("params", "x", "value", 1)

    def test_may_be_the_type(self) -> None:
        (found,) = problems(inputs=[{"name": "x", "type": "List[flot]"}], params=params(x=[1]))
        assert (found.code, found.path, found.hint) == ("unknown-type", ("inputs", 0, "type"), "did you mean `float`?")
        assert found.span == (5, 9)

    def test_may_be_the_validation(self) -> None:
        found = problem(inputs=[{"name": "x", "type": "int", "validation": {"gt": 5}}], params=params(x=1))
        assert found[:3] == ("validation-failed", "param `x`: expected a number greater than `5`", ("params", "x", "value"))

    def test_may_be_the_older_options(self) -> None:
        found = problem(inputs=[{"name": "x", "type": "int", "options": [1, 2]}], params=params(x=3))
        assert found[0] == "validation-failed"
        assert values(inputs=[{"name": "x", "type": "int", "options": [1, 2]}], params=params(x=2)) == {"x": 2}

    def test_is_no_problem_for_an_optional_null(self) -> None:
        assert values(inputs=[{"name": "x", "type": "int", "isOptional": True, "validation": {"gt": 5}}]) == {"x": None}

    def test_is_told_all_at_once(self) -> None:
        inputs = [
            {"name": "missing"},
            {"name": "wrong", "type": "int"},
            {"name": "small", "type": "int", "validation": {"gt": 5}},
            {"name": "odd", "type": "itn"},
            {"name": "template", "value": "{{ nothing }}"},
        ]
        given = {**params(wrong="x", small=1, odd=1, globals=1, extra=1), "far": {"ref": "ops.a", "value": "outputs.x"}}
        given["extra"]["contextOnly"] = False
        found = problems(inputs=inputs, outputs=[{"name": "out", "delayValidation": False}], params=given)
        assert sorted(each.code for each in found) == [
            "missing-param",
            "missing-param",
            "reserved-name",
            "unknown-name",
            "unknown-param",
            "unknown-type",
            "unresolved-reference",
            "validation-failed",
            "wrong-type",
        ]

    def test_never_holds_the_value(self) -> None:
        types = ["int", "float", "bool", "List[int]", "dict", "date", "uuid", "email", "uri", "git", "s3", "image"]
        for name in types:
            found = problems(inputs=[{"name": "x", "type": name}], params=params(x="S3CRET :VALUE"))
            assert all("S3CRET" not in f"{each.message}{each.hint}" for each in found)


class TestUndeclaredParams:
    def test_are_contexts(self) -> None:
        found = bound(inputs=[{"name": "lr", "value": 1}], params=params(zeta=[1], alpha={"a": 1}))
        assert found.tree["contexts"] == [
            {"name": "zeta", "isOptional": True, "value": [1]},
            {"name": "alpha", "isOptional": True, "value": {"a": 1}},
        ]
        assert found.warnings == ()

    def test_keep_what_their_params_say(self) -> None:
        found = bound(params={"x": {"value": "a", "connection": "c", "toInit": True, "toEnv": "X"}})
        assert found.tree["contexts"] == [
            {"name": "x", "isOptional": True, "value": "a", "connection": "c", "toInit": True, "toEnv": "X"}
        ]
        assert found.arguments == (Argument("x", "a", connection="c", to_init=True, to_env="X", path=("params", "x")),)

    def test_that_look_misspelt_are_warned_of(self) -> None:
        (warning,) = bound(inputs=[{"name": "learning_rate", "value": 1}], params=params(learning_rat=2)).warnings
        assert warning == Problem(
            "unknown-param",
            "no input or output is named `learning_rat`: it is a context value",
            ("params", "learning_rat"),
            "did you mean `learning_rate`?",
            "key",
            severity="warning",
        )

    def test_that_are_meant_as_contexts_are_not_warned_of(self) -> None:
        given = {"learning_rat": {"value": 1, "contextOnly": True}}
        assert bound(inputs=[{"name": "learning_rate", "value": 1}], params=given).warnings == ()

    def test_that_must_be_declared_are_refused(self) -> None:
        given = {"learning_rat": {"value": 1, "contextOnly": False}}
        assert problem(inputs=[{"name": "learning_rate", "value": 1}], params=given) == (
            "unknown-param",
            "no input or output is named `learning_rat`",
            ("params", "learning_rat"),
            "did you mean `learning_rate`?",
            "key",
        )

    def test_are_refused_under_strict_params(self) -> None:
        assert problem(inputs=[], params=params(x=1), strictParams=True) == (
            "unknown-param",
            "no input or output is named `x`",
            ("params", "x"),
            "declare an input, or set `contextOnly: true`",
            "key",
        )

    def test_pass_under_strict_params_where_they_are_meant_as_contexts(self) -> None:
        assert values(params={"x": {"value": 1, "contextOnly": True}}, strictParams=True) == {"x": 1}

    def test_are_not_those_of_outputs(self) -> None:
        assert values(outputs=[{"name": "out"}], params=params(out=1), strictParams=True) == {"out": 1}

    def test_context_only_gives_way_to_a_declaration(self) -> None:
        found = bound(inputs=[{"name": "x", "type": "int"}], params={"x": {"value": "3", "contextOnly": True}})
        assert found.arguments == (Argument("x", 3, "int", path=("inputs", 0)),)

    @pytest.mark.parametrize("name", ["globals", "params", "connections", "init"])
    def test_have_no_reserved_names(self, name: str) -> None:
        assert problem(params=params(**{name: 1})) == (
            "reserved-name",
            f"the name `{name}` is reserved for templates",
            ("params", name),
            "choose another name",
            "key",
        )

    def test_are_looked_at_for_a_misspelling_up_to_a_hundred(self) -> None:
        given = params(**{f"learning_rate_{index}x": 1 for index in range(150)})
        inputs = [{"name": f"learning_rate_{index}", "value": 1} for index in range(150)]
        assert len(bound(inputs=inputs, params=given).warnings) == 100


class TestTemplates:
    def test_in_defaults_use_the_inputs_before_them_and_the_globals(self) -> None:
        inputs = [
            {"name": "a", "type": "int", "value": 2},
            {"name": "b", "type": "float", "value": "{{ a }}"},
            {"name": "c", "type": "str", "value": "{{ globals.uuid }}/{{ a }}/{{ b }}"},
        ]
        assert values(inputs=inputs) == {"a": 2, "b": 2.0, "c": "u1/2/2.0"}

    def test_see_the_converted_value(self) -> None:
        inputs = [{"name": "a", "type": "int"}, {"name": "b", "value": "{{ a + 1 }}"}]
        assert values(inputs=inputs, params=params(a="41")) == {"a": 41, "b": 42}

    def test_do_not_see_the_inputs_after_them(self) -> None:
        (found,) = problems(inputs=[{"name": "a", "value": "{{ bb }}"}, {"name": "bb", "value": 1}])
        assert (found.code, found.message, found.path) == ("unknown-name", "unknown name `bb`", ("inputs", 0, "value"))
        assert found.span == (3, 5)

    def test_in_params_use_the_inputs_before_theirs(self) -> None:
        inputs = [{"name": "a", "value": 1}, {"name": "b"}]
        assert values(inputs=inputs, params=params(b="x{{ a }}")) == {"a": 1, "b": "x1"}

    def test_in_inputs_see_every_context(self) -> None:
        assert values(inputs=[{"name": "a", "value": "{{ extra }}"}], params=params(extra=5)) == {"extra": 5, "a": 5}

    def test_in_contexts_see_the_contexts_before_them(self) -> None:
        assert values(params=params(a=1, b="{{ a }}-{{ globals.uuid }}")) == {"a": 1, "b": "1-u1"}
        (found,) = problems(params=params(b="{{ a }}", a=1))
        assert (found.code, found.path) == ("unknown-name", ("params", "b", "value"))

    def test_in_contexts_see_every_context_of_the_call(self) -> None:
        assert values(params={"b": {"value": "{{ a }}!"}, "a": {"value": Verbatim(1)}}) == {"b": "1!", "a": 1}

    def test_in_outputs_see_every_input(self) -> None:
        tree = {"inputs": [{"name": "a", "value": 1}], "outputs": [{"name": "o", "value": "{{ a }}.pt"}]}
        assert values(**tree) == {"a": 1, "o": "1.pt"}

    def test_inside_lists_and_mappings_are_rendered(self) -> None:
        inputs = [
            {"name": "a", "value": 1},
            {"name": "d", "type": "dict", "value": {"x": ["{{ a }}", "y{{ a }}"], "{{ a }}": None}},
        ]
        assert values(inputs=inputs)["d"] == {"x": [1, "y1"], "1": None}

    def test_give_values_that_are_checked_against_the_type(self) -> None:
        (found,) = problems(inputs=[{"name": "a", "value": "x"}, {"name": "n", "type": "int", "value": "{{ a }}"}])
        assert (found.code, found.message) == ("wrong-type", "param `n`: expected an integer, found text")

    def test_are_rendered_once(self) -> None:
        inputs = [{"name": "a"}, {"name": "b", "value": "{{ a }}"}, {"name": "c", "value": "{{ b }}"}]
        assert values(inputs=inputs, params={"a": {"value": Verbatim("{{ c }}")}}) == {
            "a": "{{ c }}",
            "b": "{{ c }}",
            "c": "{{ c }}",
        }

    def test_in_values_of_the_call_are_data(self) -> None:
        given = {"a": {"value": Verbatim("{{ globals.uuid }}")}, "extra": {"value": Verbatim({"k": "{% raw %}"})}}
        assert values(inputs=[{"name": "a", "type": "str"}], params=given) == {
            "extra": {"k": "{% raw %}"},
            "a": "{{ globals.uuid }}",
        }

    def test_stay_as_they_are_where_nothing_evaluates_them(self) -> None:
        tree = {
            "inputs": [
                {"name": "n", "type": "int", "value": "{{ m }}"},
                {"name": "s", "type": "List[int]", "value": ["{{ m }}"]},
            ],
            "params": {**params(extra="{{ x }}"), "far": {"ref": "ops.a", "value": "outputs.x"}},
        }
        found = bind(tree, GLOBALS, None)
        assert [argument.value for argument in found.arguments] == ["{{ x }}", None, "{{ m }}", ["{{ m }}"]]

    def test_that_fail_are_sought_no_more_after_a_hundred(self) -> None:
        inputs = [{"name": f"x{index}", "value": "{{ unknown }}"} for index in range(150)]
        assert len(problems(inputs=inputs)) == 100


class TestWhatOnlyARunGives:
    @pytest.mark.parametrize(
        "matrix",
        [
            {"kind": "grid", "params": {"lr": {"kind": "choice", "value": [1]}}},
            {"kind": "mapping", "values": [{"lr": 1}, {"other": 2}]},
            {"kind": "hyperband", "resource": {"name": "lr", "type": "int"}},
            {"kind": "grid", "params": "{{ space }}"},
            {"kind": "mapping", "values": "{{ rows }}"},
        ],
    )
    def test_a_matrix_gives_its_inputs(self, matrix: dict[str, Any]) -> None:
        found = bound(inputs=[{"name": "lr", "type": "float"}], matrix=matrix)
        assert found.arguments == (Argument("lr", None, "float", path=("inputs", 0), is_bound=False),)
        assert found.tree["inputs"] == [{"name": "lr", "type": "float"}]

    def test_a_mapping_gives_the_keys_of_its_first_item_alone(self) -> None:
        matrix = {"kind": "mapping", "values": [{"a": 1}, {"lr": 2}]}
        assert problem(inputs=[{"name": "lr"}], matrix=matrix)[0] == "missing-param"
        assert problem(inputs=[{"name": "lr"}], matrix={"kind": "mapping", "values": []})[0] == "missing-param"

    def test_a_matrix_gives_no_others(self) -> None:
        matrix = {"kind": "grid", "params": {"a": {"kind": "choice", "value": [1]}}}
        assert problem(inputs=[{"name": "lr"}, {"name": "a"}], matrix=matrix)[2] == ("inputs", 0, "name")

    def test_a_param_goes_before_the_matrix(self) -> None:
        matrix = {"kind": "grid", "params": {"lr": {"kind": "choice", "value": [1]}}}
        assert values(inputs=[{"name": "lr"}], matrix=matrix, params=params(lr=5)) == {"lr": 5}

    def test_a_join_gives_lists(self) -> None:
        joins = [{"query": "q", "params": {"xs": {"value": "outputs.x"}, "extra": {"value": "outputs.y", "toEnv": "E"}}}]
        found = bound(inputs=[{"name": "xs", "type": "float", "isList": True}], joins=joins)
        assert {argument.name: (argument.is_bound, argument.is_list) for argument in found.arguments} == {
            "extra": (False, True),
            "xs": (False, True),
        }
        assert found.tree["contexts"] == [{"name": "extra", "isList": True, "toEnv": "E"}]

    def test_a_join_for_an_input_that_is_no_list_is_told(self) -> None:
        joins = [{"query": "q"}, {"query": "q", "params": {"x": {"value": "outputs.x"}}}]
        (found,) = problems(inputs=[{"name": "x", "type": "float"}], joins=joins)
        assert (found.code, found.message) == ("wrong-type", "param `x`: a join gives a list, and the input is of type `float`")
        assert (found.path, found.hint) == (("joins", 1, "params", "x"), "write `type: List[float]`")
        assert found.related == (("expected because of this input", ("inputs", 0, "name")),)

    def test_a_join_for_an_undeclared_param_is_refused_under_strict_params(self) -> None:
        joins = [{"query": "q", "params": {"x": {"value": "outputs.x"}}}]
        assert problem(joins=joins, strictParams=True)[2] == ("joins", 0, "params", "x")

    @pytest.mark.parametrize("joins", ["{{ joins }}", [{"query": "q", "params": "{{ p }}"}], None])
    def test_joins_that_are_templates_give_nothing_yet(self, joins: Any) -> None:
        assert values(joins=joins) == {}

    @pytest.mark.parametrize("inputs", [[{"name": "x", "type": "int"}], []])
    def test_a_reference_waits_for_the_run_that_it_names(self, inputs: list[dict[str, Any]]) -> None:
        given = {"x": {"ref": "ops.a", "value": "outputs.loss"}}
        assert problem(inputs=inputs, params=given) == (
            "unresolved-reference",
            "the param `x` refers to what only exists when it runs",
            ("params", "x", "ref"),
            "a reference is resolved by the DAG or the platform that runs the operation; pass a value to compile it alone",
            "value",
        )
        (argument,) = bound(waits=True, inputs=inputs, params=given).arguments
        assert not argument.is_bound

    def test_templates_that_use_it_wait_too(self) -> None:
        matrix = {"kind": "grid", "params": {"lr": {"kind": "choice", "value": [1]}}}
        inputs = [{"name": "lr"}, {"name": "b", "type": "str", "value": "x{{ lr }}"}, {"name": "c", "value": "{{ b }}"}]
        found = bound(inputs=inputs, matrix=matrix, params=params(extra="{{ lr }}"))
        assert [(argument.name, argument.is_bound) for argument in found.arguments] == [
            ("extra", False),
            ("lr", False),
            ("b", False),
            ("c", False),
        ]
        assert found.tree["inputs"] == [
            {"name": "lr"},
            {"name": "b", "type": "str", "value": "x{{ lr }}", "isOptional": True},
            {"name": "c", "value": "{{ b }}", "isOptional": True},
        ]

    def test_a_misspelling_beside_it_is_told(self) -> None:
        matrix = {"kind": "grid", "params": {"lr": {"kind": "choice", "value": [1]}}}
        (found,) = problems(inputs=[{"name": "lr"}, {"name": "b", "value": "{{ lrr }}"}], matrix=matrix)
        assert found.message == "unknown name `lrr`"
