"""A document as a spec: converted as a whole, its problems placed and in order; nothing told of what is no spec."""

from typing import Any

import attrs
import pytest
from cattrs.errors import ClassValidationError

import polyspec
from polyspec import Component, Operation, PolyspecError
from polyspec.limits import Limits
from polyspec.source import Document, parse
from polyspec.spec.convert import from_dict, problems, structure
from polyspec.spec.kinds import default_kinds
from polyspec.spec.load import load, load_object
from polyspec.spec.markers import Maybe
from polyspec.spec.matrix import Grid
from polyspec.spec.node import Node, absent
from polyspec.spec.operation import Definition
from polyspec.spec.problem import Mismatch
from polyspec.spec.run import Job, Run
from polyspec.spec.workflow import FailureEarlyStopping

TEXT = "kind: operation\nparams: {lr: 1}\ncomponent:\n  run: {kind: job}\n"


def document(text: str, *, reached: bool = False, **limits: int) -> Document:
    return parse(text, "spec.yaml", Limits(**limits), reached=reached)


def failed(text: str, *, reached: bool = False, **limits: int) -> PolyspecError:
    with pytest.raises(PolyspecError) as caught:
        load(document(text, reached=reached, **limits))
    return caught.value


class TestLoaded:
    def test_the_tree_is_canonical(self) -> None:
        loaded = load(document("kind: operation\npatch_strategy: replace\nparams: {lr: 1}\ntags: a, b"))
        assert loaded.tree == {
            "kind": "operation",
            "tags": ["a", "b"],
            "params": {"lr": {"value": 1}},
            "patchStrategy": "replace",
        }
        assert loaded.prefix == ()

    def test_a_part_knows_where_it_stands(self) -> None:
        loaded = load(document(TEXT))
        part = loaded.part(("component",))
        assert part.tree == {"run": {"kind": "job"}}
        assert part.prefix == ("component",)
        assert part.part(("run",)).prefix == ("component", "run")
        assert part.document is loaded.document

    @pytest.mark.parametrize(("text", "expected"), [("kind: component", True), ("kind: operation", False), ("run: {}", False)])
    def test_what_a_document_says_it_is(self, text: str, expected: bool) -> None:
        assert load(document(text)).is_component is expected

    def test_a_preset_may_leave_out_what_a_spec_needs(self) -> None:
        loaded = load(document("hubRef: a\npathRef: b"), as_preset=True)
        assert loaded.tree["isPreset"] is True
        assert "isPreset" not in loaded.document.tree

    def test_an_object_is_loaded_like_a_text(self) -> None:
        loaded = load_object(Component(name="a", run=Job()))
        assert loaded.tree == {"kind": "component", "name": "a", "run": {"kind": "job"}}
        assert loaded.document.uri == "<Component>"
        assert loaded.document.text is None

    def test_the_document_stays_as_it_was(self) -> None:
        read = document(TEXT)
        load(read).tree["params"]["lr"]["value"] = 2
        assert read.tree == parse(TEXT, "x").tree


class TestOrder:
    def test_problems_come_in_the_order_of_the_text(self) -> None:
        found = failed("zzz: 1\nrun: {kind: job, x: 1}\nname: 1\naaa: 2").diagnostics
        assert [it.location and it.location.line for it in found] == [1, 2, 3, 4]

    def test_so_many_as_are_allowed(self) -> None:
        assert len(failed("\n".join(f"u{number}: 1" for number in range(9)), diagnostics=4).diagnostics) == 4

    def test_of_a_tree_they_come_in_the_order_of_its_fields(self) -> None:
        with pytest.raises(PolyspecError) as caught:
            polyspec.load({"zzz": 1, "name": 1})
        assert [it.path for it in caught.value.diagnostics] == [("name",), ("zzz",)]
        assert str(caught.value.diagnostics[0].location) == "<mapping>"


class TestForeignDocuments:
    @pytest.mark.parametrize("text", ["root: s3cr3t", "- s3cr3t", "s3cr3t", "AWS: {key: s3cr3t}\nother: 1"])
    def test_what_was_reached_and_is_no_spec_is_not_quoted(self, text: str) -> None:
        error = failed(text, reached=True)
        assert all(found.excerpt is None for found in error.diagnostics)
        assert "s3cr3t" not in str(error)

    def test_what_was_reached_and_is_a_spec_is(self) -> None:
        assert failed("kind: component\nnam: a", reached=True).diagnostics[0].excerpt == "nam: …"

    def test_ones_own_file_is(self) -> None:
        assert failed("root: 1").diagnostics[0].excerpt == "root: …"
        assert failed("- a").diagnostics[0].excerpt == "- a"


class TestConversion:
    def test_an_object_of_the_class_is_taken_as_it_is(self) -> None:
        job = Job()
        assert structure(job, Job) is job
        assert structure(Component(run=job), Definition) == Component(run=job)
        assert structure({"run": job, "component": Component()}, Operation).run is job
        rule = FailureEarlyStopping(percent=5)
        assert structure({"kind": "grid", "params": {}, "earlyStopping": [rule]}, Grid).early_stopping == [rule]

    def test_errors_of_others_are_none_of_ours(self) -> None:
        assert problems(ValueError("x")) == []
        assert problems(KeyError("x")) == []

    def test_notes_of_others_lead_nowhere(self) -> None:
        inner = Mismatch("wrong")
        inner.add_note("written by someone else")
        (found,) = problems(ClassValidationError("group", [inner], Job), ("run",))
        assert (found.message, found.path) == ("wrong", ("run",))

    def test_they_are_not_swallowed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*_: Any) -> Any:
            raise RuntimeError("a mistake in the package")

        monkeypatch.setattr("polyspec.spec.convert.structure", broken)
        monkeypatch.setattr("polyspec.spec.load.canonical", broken)
        with pytest.raises(RuntimeError):
            from_dict({}, Operation)
        with pytest.raises(RuntimeError):
            load(document("kind: component"))

    def test_a_family_takes_any_of_its_kinds(self) -> None:
        families: dict[Any, Any] = dict(default_kinds().families)
        for base, kinds in families.items():
            assert base is Run or issubclass(base, Node)
            assert all(issubclass(cls, base) for cls in kinds.values())


class TestKinds:
    def test_a_kind_is_added_in_a_new_table(self) -> None:
        @attrs.frozen(kw_only=True, repr=False)
        class Own(Job):
            kind: str = attrs.field(default="own")

        kinds = default_kinds().with_kind(Own)
        assert kinds.run("own") is Own
        assert default_kinds().run("own") is None
        loaded = load(document("kind: component\nrun: {kind: own, container: {image: a}}"), kinds=kinds)
        assert loaded.tree["run"]["kind"] == "own"
        assert load_object(Component(run=Own()), kinds=kinds).tree["run"] == {"kind": "own"}

    def test_a_patch_takes_the_fields_of_every_kind(self) -> None:
        @attrs.frozen(kw_only=True, repr=False)
        class Partitioned(Job):
            kind: str = attrs.field(default="partitioned")
            partition: Maybe[str] = absent()

        kinds = default_kinds().with_kind(Partitioned)
        text = "runPatch: {partition: a, container: {image: b}}"
        assert load(document(text), kinds=kinds).tree["runPatch"] == {"partition": "a", "container": {"image": "b"}}
        assert failed(text).diagnostics[0].message == "unknown field `partition` of a run"
        with pytest.raises(PolyspecError) as caught:
            load(document("runPatch: {partition: a, contaner: {}}"), kinds=kinds)
        assert caught.value.diagnostics[0].path == ("runPatch", "contaner")

    def test_a_class_of_no_family_is_refused(self) -> None:
        with pytest.raises(TypeError) as caught:
            default_kinds().with_kind(Component)
        assert str(caught.value) == (
            "Component belongs to no family of kinds: derive it from one of "
            "Run, Matrix, HpParam, Schedule, EarlyStopping, StoppingPolicy"
        )

    def test_a_class_without_a_kind_is_refused(self) -> None:
        class Bare(Run):
            pass

        with pytest.raises(TypeError) as caught:
            default_kinds().with_kind(Bare)
        assert str(caught.value) == "Bare needs attrs.frozen, and a field `kind` with the name of the kind as its default"
