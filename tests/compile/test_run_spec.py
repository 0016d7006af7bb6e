"""The run spec: frozen, plain, equal by what it holds; its digest, its uuid, its sources; and compiling as a pure function."""

import hashlib
import json
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs
import pytest

import polyspec
from polyspec import PolyspecError, RunContext, RunSpec
from polyspec.source import parse
from polyspec.tree import thawed

from .compiling import CONTEXT, UUID, compiled, tree, write

TEXT = """
kind: operation
name: train
params: {lr: 0.5}
component:
  inputs: [{name: lr, type: float}, {name: seed, type: int, value: 1}]
  outputs: [{name: loss, type: metric}]
  run:
    kind: job
    container: {image: a, args: ["{{ lr }}", "{{ globals.run_outputs_path }}", "{{ globals.name }}", "{{ globals.created_at }}"]}
"""


class TestItsDigest:
    def test_is_that_of_what_would_run(self) -> None:
        digest = compiled(TEXT).digest
        assert digest.startswith("sha256:")
        assert len(digest) == 71

    @pytest.mark.parametrize(
        "context",
        [
            RunContext(owner="acme", project="demo", namespace="ns"),
            attrs.evolve(CONTEXT, run_uuid="1" * 32),
            attrs.evolve(CONTEXT, run_name="other"),
            attrs.evolve(CONTEXT, run_path="some/where"),
            attrs.evolve(CONTEXT, created_at="2024-01-01", compiled_at="x", started_at="y", finished_at="z"),
        ],
    )
    def test_leaves_the_identity_of_the_run_out(self, context: RunContext) -> None:
        spec = compiled(TEXT, context=context)
        assert spec.digest == compiled(TEXT).digest
        assert spec.digest == compiled(TEXT).digest

    def test_tells_what_would_run_apart(self) -> None:
        others = [
            compiled(TEXT, {"lr": 0.6}),
            compiled(TEXT, {"seed": 2}),
            compiled(TEXT, {"extra": 1}),
            compiled(TEXT, name="another"),
            compiled(TEXT, presets=[{"container": {"image": "b"}}]),
            compiled(TEXT, context=attrs.evolve(CONTEXT, project="other", context_root="/ctx")),
            compiled(TEXT),
        ]
        assert len({spec.digest for spec in others}) == len(others)

    def test_does_not_depend_on_how_a_number_is_written(self) -> None:
        assert compiled(TEXT, {"lr": 1}).digest == compiled(TEXT, {"lr": "1.0"}).digest

    def test_of_one_that_was_read_back_is_that_of_its_tree(self) -> None:
        spec = compiled("container: {image: a}")
        assert RunSpec.from_dict(spec.to_dict()).digest == spec.digest


class TestItsUuid:
    def test_is_that_of_the_context(self) -> None:
        assert compiled(TEXT).context.run_uuid == UUID

    def test_is_derived_from_the_content_where_there_is_none(self) -> None:
        first, again, other = (compiled(TEXT, {"lr": lr}, context=RunContext()) for lr in (1, 1, 2))
        uuid = first.context.run_uuid
        assert uuid is not None
        assert len(uuid) == 32
        assert int(uuid, 16) >= 0
        assert first.run.container.args[1] == f"/plx-context/artifacts/{uuid}/outputs"
        assert (again.context.run_uuid == uuid, other.context.run_uuid == uuid) == (True, False)

    def test_depends_on_who_runs_it(self) -> None:
        assert (
            compiled(TEXT, context=RunContext(owner="a")).context.run_uuid
            != compiled(TEXT, context=RunContext()).context.run_uuid
        )


class TestEquality:
    def test_is_that_of_what_it_holds(self) -> None:
        spec = compiled(TEXT)
        assert spec == compiled(TEXT)
        assert hash(spec) == hash(compiled(TEXT))
        assert spec != compiled(TEXT, {"lr": 2})
        assert spec != spec.to_dict()

    def test_tells_a_number_from_a_bool_and_not_from_itself(self) -> None:
        def of(value: Any) -> RunSpec:
            return compiled("container: {image: a}", {"x": value})

        assert of(1) != of(True)
        assert of(1) == of(1.0)
        assert hash(of(1)) == hash(of(1.0))

    def test_survives_the_wire_format(self) -> None:
        spec = compiled(TEXT)
        assert RunSpec.from_dict(spec.to_dict()) == spec
        assert RunSpec.from_dict(json.loads(spec.to_json())) == spec
        assert RunSpec.from_dict(parse(spec.to_yaml(), "x").tree) == spec

    def test_survives_pickling(self) -> None:
        spec = compiled(TEXT, context=attrs.evolve(CONTEXT, project="p"))
        found = pickle.loads(pickle.dumps(spec))
        assert found == spec
        assert (found.digest, found.warnings, found.sources, found.context) == (
            spec.digest,
            spec.warnings,
            spec.sources,
            spec.context,
        )

    def test_of_errors_survives_pickling_too(self) -> None:
        with pytest.raises(PolyspecError) as caught:
            compiled("{inputs: [{name: x}], container: {image: '{{ y }}'}}")
        found = pickle.loads(pickle.dumps(caught.value))
        assert found.diagnostics == caught.value.diagnostics
        assert str(found) == str(caught.value)


class TestItsTree:
    def test_is_plain_and_ones_own_each_time(self) -> None:
        spec = compiled(TEXT)
        first = spec.to_dict()
        json.dumps(first)
        first["run"]["container"]["args"].append("changed")
        assert [len(tree["run"]["container"]["args"]) for tree in (first, spec.to_dict(), spec.tree)] == [5, 4, 4]

    def test_has_a_digest_where_only_its_name_lets_it_run(self) -> None:
        source = {"tags": "{{ globals.name }}", "run": {"kind": "job"}}
        one, other = (polyspec.compile(source, context=RunContext(run_name=name)).digest for name in ("one", "other"))
        assert one != other

    def test_cannot_be_changed(self) -> None:
        spec = compiled(TEXT)
        with pytest.raises(TypeError):
            spec.tree["name"] = "other"
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            spec.sources = ()  # type: ignore[misc]  # the mistake under test
        with pytest.raises(TypeError):
            spec.inputs["x"] = spec.inputs["lr"]  # type: ignore[index]  # as above

    def test_is_typed(self) -> None:
        spec = compiled(TEXT)
        assert spec.run.kind == "job"
        assert spec.operation.name == "train"
        assert list(spec.inputs) == ["lr", "seed"]
        assert spec.outputs["loss"].type == "metric"
        assert spec.contexts == {}

    def test_of_another_format_is_refused(self) -> None:
        with pytest.raises(PolyspecError) as caught:
            RunSpec.from_dict({"kind": "operation", "rn": {}})
        assert [(each.code, each.path) for each in caught.value.diagnostics] == [
            ("not-allowed", ("kind",)),
            ("missing-field", ()),
            ("unknown-field", ("rn",)),
        ]

    def test_of_many_faults_tells_no_more_than_the_limit(self) -> None:
        container = {"image": "a", "args": [{} for _ in range(1_000)]}
        with pytest.raises(PolyspecError) as caught:
            RunSpec.from_dict({**compiled(TEXT).to_dict(), "run": {"kind": "job", "container": container}})
        assert [each.path for each in caught.value.diagnostics] == [("run", "container", "args", index) for index in range(100)]

    def test_begins_with_version_and_kind(self) -> None:
        assert list(compiled("{name: a, container: {image: a}, version: 1.1}").to_dict())[:2] == ["version", "kind"]


class TestItsSources:
    def test_are_the_documents_that_were_read_with_their_digests(self, tmp_path: Path) -> None:
        main = write(
            tmp_path,
            main="pathRef: base.yaml",
            base="{kind: component, run: {kind: job}}",
            preset="queue: a",
        )
        spec = polyspec.compile(main, presets=[tmp_path / "preset.yaml", {"queue": "b"}])
        names = [Path(source.uri).name for source in spec.sources]
        assert names == ["main.yaml", "base.yaml", "preset.yaml"]
        digest = hashlib.sha256((tmp_path / "base.yaml").read_bytes()).hexdigest()
        assert spec.sources[1].sha256 == f"sha256:{digest}"

    def test_warn_of_what_is_odd_in_them(self, tmp_path: Path) -> None:
        main = write(tmp_path, main="kind: component\ninputs: [{name: x, value: no}]\nrun: {kind: job}\nparams: {xx: 1}\n")
        first, second = polyspec.compile(main).warnings
        assert (first.severity, str(first.location)) == ("warning", f"{main}:2:27")
        assert (second.code, str(second.location)) == ("unknown-param", f"{main}:4:10")


class TestCompilingIsPure:
    def test_the_arguments_are_left_as_they_were(self) -> None:
        source, params, preset = (
            tree(TEXT),
            {"lr": 2, "d": {"a": [1]}},
            {"tags": ["x"], "runPatch": {"container": {"args": ["y"]}}},
        )
        before = thawed(source), thawed(params), thawed(preset)
        polyspec.compile(source, params, presets=[preset])
        assert (source, params, preset) == before

    def test_objects_are_compiled_again_and_again(self) -> None:
        operation = polyspec.loads(TEXT)
        assert len({polyspec.compile(operation, {"lr": 2}).to_json() for _ in range(3)}) == 1
        assert operation == polyspec.loads(TEXT)

    def test_two_compiles_are_byte_equal_in_other_processes_too(self, tmp_path: Path) -> None:
        main = write(tmp_path, main=TEXT)
        code = (
            f"import polyspec; spec = polyspec.compile({str(main)!r}); print(spec.to_json(), spec.digest, spec.context.run_uuid)"
        )
        printed = [
            subprocess.run(
                [sys.executable, "-c", code], capture_output=True, check=True, text=True, env={"PYTHONHASHSEED": seed}
            ).stdout
            for seed in ("1", "2")
        ]
        spec = polyspec.compile(main)
        assert printed == [f"{spec.to_json()} {spec.digest} {spec.context.run_uuid}\n"] * 2

    def test_problems_come_in_one_order(self, tmp_path: Path) -> None:
        text = """
        queue: "{{ a }}"
        name: "{{ b }}"
        cost: "{{ c }}"
        namespace: "{{ d }}"
        run: {kind: mpijob, slotsPerWorker: "{{ e }}", cleanPodPolicy: All, worker: {container: {image: "{{ f }}"}}}
        """
        main = write(tmp_path, main=text)
        code = (
            "import polyspec\n"
            "for source in (SOURCE, polyspec.load(SOURCE).to_dict()):\n"
            "    try: polyspec.compile(source)\n"
            "    except polyspec.PolyspecError as error: print([each.message for each in error.diagnostics])\n"
        ).replace("SOURCE", repr(str(main)))
        expected = str([f"unknown name `{name}`" for name in "abcdef"])
        orders = set()
        for seed in ("1", "2", "3"):
            done = subprocess.run(
                [sys.executable, "-c", code], capture_output=True, check=True, text=True, env={"PYTHONHASHSEED": seed}
            )
            placed, unplaced = done.stdout.splitlines()
            assert placed == expected
            orders.add(unplaced)
        (order,) = orders
        assert sorted(order) == sorted(expected)

    def test_eight_threads_do_not_disturb_one_another(self, tmp_path: Path) -> None:
        write(tmp_path, base=TEXT)
        main = write(tmp_path, main="{pathRef: base.yaml, tags: ['{{ lr }}']}")
        expected = {lr: polyspec.compile(main, {"lr": lr}).to_json() for lr in range(8)}

        def work(lr: int) -> bool:
            return all(polyspec.compile(main, {"lr": lr}).to_json() == expected[lr] for _ in range(5))

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(work, range(8)))
        assert len(set(expected.values())) == 8
