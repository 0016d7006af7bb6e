"""What a call says beside its source: params, options, presets, and in which order they go over it."""

from pathlib import Path
from typing import Any

import pytest

import polyspec
from polyspec import Component, Operation, Param, PolyspecError

from .compiling import CONTEXT, compiled, diagnostics, tree, write

JOB = "{inputs: [{name: lr, type: float, value: 0.1}], container: {image: a, args: ['{{ lr }}']}}"


def operation(params: str) -> str:
    return f"{{kind: operation, params: {params}, component: {JOB}}}"


def param(value: Any, **given: Any) -> Any:
    return compiled(JOB, {"lr": value}, **given).inputs["lr"].value


class TestParams:
    def test_are_values(self) -> None:
        assert param(0.5) == 0.5
        assert param("0.5") == 0.5

    def test_are_param_objects(self) -> None:
        spec = compiled(JOB, {"lr": Param(value=2, to_env="LR", connection="c")})
        assert spec.to_dict()["inputs"] == [
            {"name": "lr", "type": "float", "value": 2.0, "isOptional": True, "connection": "c", "toEnv": "LR"}
        ]

    def test_of_mappings_are_values_whatever_their_keys(self) -> None:
        spec = compiled("{inputs: [{name: d, type: dict}], container: {image: a}}", {"d": {"value": 1, "ref": "x"}})
        assert spec.inputs["d"].value == {"value": 1, "ref": "x"}

    def test_keep_what_the_file_says_beside(self) -> None:
        text = operation("{lr: {value: 1, toEnv: LR, connection: c}}")
        assert compiled(text, {"lr": 2}).to_dict()["inputs"] == [
            {"name": "lr", "type": "float", "value": 2.0, "isOptional": True, "connection": "c", "toEnv": "LR"}
        ]

    def test_take_the_place_of_references(self) -> None:
        text = operation("{lr: {ref: ops.first, value: outputs.lr}}")
        (found,) = diagnostics(tree(text))
        assert (found.code, found.hint) == (
            "unresolved-reference",
            "a reference is resolved by the DAG or the platform that runs the operation; pass a value to compile it alone",
        )
        assert compiled(text, {"lr": 2}).inputs["lr"].value == 2.0

    def test_that_refer_are_references(self) -> None:
        (found,) = diagnostics(tree(JOB), {"lr": Param(ref="ops.first", value="outputs.lr")})
        assert found.code == "unresolved-reference"

    def test_of_null_leave_the_default(self) -> None:
        assert param(None) == 0.1

    def test_are_copied(self) -> None:
        value = {"a": [1]}
        spec = compiled("{container: {image: a}}", {"d": value})
        value["a"].append(2)
        assert spec.contexts["d"].value == {"a": [1]}

    @pytest.mark.parametrize(
        ("given", "code", "message", "path"),
        [
            ([1], "wrong-type", "params are a mapping of names to values", ()),
            ({"1x": 1}, "bad-text", "not a name", ("params", "1x")),
            ({"a": {1, 2}}, "wrong-type", None, ("params", "a", "value")),
            ({"a": float("nan")}, "bad-number", "a number is finite", ("params", "a", "value")),
            ({"a": [2**64]}, "bad-number", "an integer fits in 64 bits, signed", ("params", "a", "value", 0)),
            ({"a": "\x00"}, "bad-text", "text holds no NUL and no half of a surrogate pair", ("params", "a", "value")),
            ({"a": {1: 2}}, "key-not-text", "a key is text, not int", ("params", "a", "value")),
            ({5: 1}, "key-not-text", "a key is text, not int", ("params",)),
        ],
    )
    def test_that_cannot_be_are_told_at_the_call(self, given: Any, code: str, message: str | None, path: tuple[Any, ...]) -> None:
        (found,) = diagnostics(tree(JOB), given)
        assert (found.code, found.path) == (code, path)
        assert found.location is not None
        assert found.location.file == "<params>"
        if message is not None:
            assert found.message == message

    def test_none_at_all_are_fine(self) -> None:
        assert compiled(JOB, {}).to_dict() == compiled(JOB).to_dict()


class TestOptions:
    def test_go_over_the_source(self) -> None:
        text = "{name: a, description: b, tags: [x], queue: q, namespace: n, cache: {ttl: 5}, container: {image: a}}"
        options: dict[str, Any] = {
            "name": "new",
            "description": "d",
            "tags": "y, x",
            "queue": "agent/fast",
            "namespace": "other",
            "cache": False,
            "approved": False,
        }
        found = compiled(text, **options).to_dict()
        assert {key: found[key] for key in ("name", "description", "tags", "queue", "namespace", "cache", "isApproved")} == {
            "name": "new",
            "description": "d",
            "tags": ["x", "y"],
            "queue": "agent/fast",
            "namespace": "other",
            "cache": {"ttl": 5, "disable": True},
            "isApproved": False,
        }

    def test_of_none_say_nothing(self) -> None:
        assert compiled(JOB, name=None, tags=None).to_dict() == compiled(JOB).to_dict()

    def test_cache_may_be_a_mapping(self) -> None:
        assert compiled(JOB, cache={"ttl": 3}).to_dict()["cache"] == {"ttl": 3}
        assert compiled(JOB, cache=True).to_dict()["cache"] == {"disable": False}

    def test_matrix_may_be_a_mapping_or_an_object(self) -> None:
        matrix = {"kind": "mapping", "values": [{"lr": 1}]}
        objects = polyspec.loads("{matrix: {kind: mapping, values: [{lr: 1}]}}").matrix
        for given in (matrix, objects):
            assert compiled(JOB, matrix=given).to_dict()["matrix"] == matrix

    def test_strict_params_refuse_undeclared_ones(self) -> None:
        (found,) = diagnostics(tree(JOB), {"extra": 1}, strict_params=True)
        assert (found.code, found.message) == ("unknown-param", "no input or output is named `extra`")
        assert str(found.location) == "<params>"

    def test_are_seen_by_templates(self) -> None:
        assert compiled("container: {image: '{{ globals.name }}'}", name="mine").run.container.image == "mine"

    @pytest.mark.parametrize(
        ("option", "hint"),
        [
            ("quue", "did you mean `queue`?"),
            (
                "zzzzz",
                "known are: name, description, tags, queue, namespace, cache, matrix, approved, strict_params",
            ),
        ],
    )
    def test_that_are_unknown_are_a_mistake_of_the_program(self, option: str, hint: str) -> None:
        with pytest.raises(TypeError) as caught:
            polyspec.compile(tree(JOB), **{option: 1})  # type: ignore[arg-type]  # the mistake under test
        assert str(caught.value) == f"compile() got an unexpected keyword argument {option!r}: {hint}"

    @pytest.mark.parametrize(
        ("options", "code", "path"),
        [
            ({"queue": "a b"}, "bad-text", ("queue",)),
            ({"name": 5}, "wrong-type", ("name",)),
            ({"approved": "yes"}, "wrong-type", ("isApproved",)),
            ({"matrix": {"kind": "gird"}}, "unknown-kind", ("matrix", "kind")),
            ({"tags": [object()]}, "wrong-type", ("tags", 0)),
        ],
    )
    def test_that_cannot_be_are_told_at_the_call(self, options: dict[str, Any], code: str, path: tuple[Any, ...]) -> None:
        (found,) = diagnostics(tree(JOB), **options)
        assert (found.code, found.path, str(found.location)) == (code, path, "<options>")


class TestPresets:
    SOURCE = "{tags: [a], queue: low, container: {image: a, args: [x], env: [{name: A, value: '1'}]}}"

    def test_go_over_the_source_in_their_order_under_their_own_strategies(self) -> None:
        presets = [
            {"tags": ["b"], "queue": "high", "runPatch": {"container": {"args": ["y"]}}},
            {"patchStrategy": "isnull", "queue": "other", "namespace": "ns1", "container": {"image": "b", "workingDir": "/w"}},
            {"patchStrategy": "pre_merge", "tags": ["c"], "container": {"args": ["z"]}},
            {"patchStrategy": "replace", "runPatch": {"container": {"env": [{"name": "B", "value": "2"}]}}},
        ]
        found = compiled(self.SOURCE, presets=presets).to_dict()
        assert {key: found[key] for key in ("tags", "queue", "namespace")} == {
            "tags": ["c", "a", "b"],
            "queue": "high",
            "namespace": "ns1",
        }
        assert found["run"]["container"] == {
            "image": "a",
            "workingDir": "/w",
            "args": ["z", "x", "y"],
            "env": [{"name": "B", "value": "2"}],
        }

    def test_may_be_files_objects_and_mappings_of_any_kind(self, tmp_path: Path) -> None:
        file = write(tmp_path, preset="kind: component\nrun: {kind: job, container: {args: [file]}}\n")
        presets = [
            file,
            str(file),
            Operation.from_dict({"kind": "operation", "container": {"args": ["operation"]}}),
            Component.from_dict({"kind": "component", "container": {"args": ["component"]}}),
            {"kind": "operation", "isPreset": True, "container": {"args": ["mapping"]}},
        ]
        spec = compiled(self.SOURCE, presets=presets)
        assert spec.run.container.args == ["x", "file", "file", "operation", "component", "mapping"]

    def test_are_taken_from_any_iterable(self) -> None:
        assert compiled(self.SOURCE, presets=iter([{"queue": "high"}])).to_dict()["queue"] == "high"

    def test_go_over_the_options_and_params_of_the_call(self) -> None:
        spec = compiled(JOB, {"lr": 2}, queue="mine", presets=[{"queue": "preset", "params": {"lr": 3}}])
        assert (spec.to_dict()["queue"], spec.inputs["lr"].value) == ("preset", 3.0)

    def test_leave_what_the_call_says_where_they_say_so(self) -> None:
        preset = {"patchStrategy": "isnull", "queue": "preset", "params": {"lr": 3}}
        spec = compiled(JOB, {"lr": 2}, queue="mine", presets=[preset])
        assert (spec.to_dict()["queue"], spec.inputs["lr"].value) == ("mine", 2.0)

    def test_are_rendered_with_the_rest(self) -> None:
        assert compiled(JOB, presets=[{"container": {"workingDir": "/{{ lr }}"}}]).run.container.working_dir == "/0.1"

    def test_do_not_make_a_run_of_nothing(self) -> None:
        (found,) = diagnostics({"kind": "operation"}, presets=[{"runPatch": {"container": {"image": "a"}}}])
        assert (found.code, found.message) == ("no-run", "`runPatch` has no run to patch")

    def test_that_are_wrong_are_told_in_their_own_files(self, tmp_path: Path) -> None:
        source = write(tmp_path, main=self.SOURCE, preset="runPatch:\n  ports: [1]\n", other="patchStrategy: post_mrge\n")
        found = diagnostics(source, presets=[tmp_path / "preset.yaml", tmp_path / "other.yaml"])
        assert [(str(each.location), each.message) for each in found] == [
            (f"{tmp_path}/preset.yaml:2:3", "unknown field `ports` of a run of kind `job`"),
            (f"{tmp_path}/other.yaml:1:16", "unknown patch strategy `post_mrge`"),
        ]


class TestSources:
    def test_may_be_a_path_a_mapping_or_an_object(self, tmp_path: Path) -> None:
        text = "{kind: component, name: c, run: {kind: job, container: {image: a}}}"
        file = write(tmp_path, main=text)
        sources: list[Any] = [
            file,
            str(file),
            tree(text),
            polyspec.loads(text),
            Operation.from_dict({**tree(text), "kind": "operation"}),
        ]
        specs = [polyspec.compile(source, context=CONTEXT) for source in sources]
        assert len({spec.to_json() for spec in specs}) == 1

    @pytest.mark.parametrize("source", [5, None, [1], b"kind: component", object()])
    def test_are_nothing_else(self, source: Any) -> None:
        (found,) = diagnostics(source)
        kind = type(source).__name__
        assert found.message == f"a source is a path, a URL, a mapping, an Operation or a Component, not {kind}"
        assert (found.code, str(found.location)) == ("bad-source", "<source>")

    def test_that_are_not_there_are_told(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        (found,) = diagnostics("missing.yaml")
        assert (found.code, found.message, str(found.location)) == (
            "reference-not-found",
            "no file at `missing.yaml`",
            "missing.yaml",
        )

    def test_that_hold_what_json_does_not_are_told_in_their_place(self) -> None:
        (found,) = diagnostics({"container": {"image": {1, 2}}})
        assert (found.code, found.path, str(found.location)) == ("wrong-type", ("container", "image"), "<mapping>")

    def test_load_reads_one_document_and_follows_nothing(self, tmp_path: Path) -> None:
        file = write(tmp_path, main="{kind: operation, pathRef: ./missing.yaml, params: {lr: 1}}")
        spec = polyspec.load(file)
        assert isinstance(spec, Operation)
        assert spec.path_ref == "./missing.yaml"
        assert isinstance(polyspec.load({"kind": "component", "run": {"kind": "job"}}), Component)

    def test_loads_reads_text_and_names_it(self) -> None:
        with pytest.raises(PolyspecError) as caught:
            polyspec.loads("kind: componnt", uri="mine.yaml")
        (found,) = caught.value.diagnostics
        assert (str(found.location), found.hint) == ("mine.yaml:1:7", "did you mean `component`?")

    def test_without_a_kind_run_too(self) -> None:
        assert isinstance(polyspec.loads("container: {image: a}"), Operation)
        assert compiled("container: {image: a}").to_dict()["kind"] == "compiled_operation"
