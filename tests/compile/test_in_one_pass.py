"""Every mistake of every layer in one pass, and none that is only a consequence of another."""

from pathlib import Path
from typing import Any

import pytest

import polyspec

from .compiling import diagnostics, tree, write

TRAIN = """\
kind: component
inputs:
- {name: lr, type: float}
- {name: epochs, type: int, value: 10}
run:
  kind: job
  container:
    image: team/train
    args: ["--lr={{ lr }}"]
"""


def told(folder: Path, params: dict[str, Any] | None = None, presets: tuple[str, ...] = (), **files: str) -> list[str]:
    """What is wrong, in order: `file:line:column code`."""
    main = write(folder, **files)
    found = diagnostics(main, params, presets=[folder / f"{preset}.yaml" for preset in presets])
    return [f"{str(it.location).replace(f'{folder}/', '')} {it.code}" for it in found]


class TestStages:
    """A stage that finds problems does not hide those of the next."""

    def test_a_missing_param_does_not_hide_a_template(self, tmp_path: Path) -> None:
        assert told(tmp_path, main=TRAIN.replace("team/train", "team/{{ lrr }}")) == [
            "main.yaml:3:10 missing-param",
            "main.yaml:8:20 unknown-name",
        ]

    def test_a_template_that_takes_what_is_missing_is_no_mistake_of_its_own(self, tmp_path: Path) -> None:
        main = TRAIN.replace("team/train", "team/{{ lr }}{{ params.lr }}")
        assert told(tmp_path, main=main + "termination: {maxRetries: '{{ lr }}'}\n") == ["main.yaml:3:10 missing-param"]

    def test_nor_is_one_that_takes_a_param_that_is_wrong(self, tmp_path: Path) -> None:
        main = TRAIN.replace("--lr={{ lr }}", "{{ lr * 2 }}")
        assert told(tmp_path, {"lr": "fast"}, main=main) == ["main.yaml:3:10 wrong-type"]

    def test_a_patch_that_does_not_fit_is_left_out_and_the_rest_of_it_is_looked_at(self, tmp_path: Path) -> None:
        preset = "runPatch:\n  ports: [80]\n  container: {image: '{{ x }}'}\n"
        assert told(tmp_path, {"lr": 1}, ("preset",), main=TRAIN, preset=preset) == [
            "preset.yaml:2:3 unknown-field",
            "preset.yaml:3:26 unknown-name",
        ]

    def test_an_unknown_strategy_hides_nothing(self, tmp_path: Path) -> None:
        preset = "patchStrategy: post_mrge\nqueue: '{{ x }}'\n"
        assert told(tmp_path, presets=("preset",), main=TRAIN, preset=preset) == [
            "main.yaml:3:10 missing-param",
            "preset.yaml:1:16 not-allowed",
            "preset.yaml:2:12 unknown-name",
        ]

    def test_what_templates_give_is_looked_at_where_they_could_be_rendered(self, tmp_path: Path) -> None:
        main = TRAIN + "termination: {maxRetries: '{{ 1.5 }}', ttl: '{{ x }}'}\nplugins: {sandbox: true}\n"
        assert told(tmp_path, {"lr": 1}, main=main) == [
            "main.yaml:10:27 wrong-type",
            "main.yaml:10:49 unknown-name",
            "main.yaml:11:11 service-only-plugin",
        ]

    @pytest.mark.parametrize("default", ["'{{ lr }}'", "'{{ lr + 1 }}'"])
    def test_defaults_that_wait_for_a_missing_param_are_no_mistakes(self, tmp_path: Path, default: str) -> None:
        main = TRAIN.replace("- {name: epochs, type: int, value: 10}", f"- {{name: epochs, value: {default}}}")
        assert told(tmp_path, main=main) == ["main.yaml:3:10 missing-param"]

    def test_a_dag_is_looked_at_whole(self, tmp_path: Path) -> None:
        main = """\
        kind: component
        inputs: [{name: data, type: path}]
        run:
          kind: dag
          operations:
          - name: a
            dependencies: [b]
            component: {inputs: [{name: n, type: int}], run: {kind: job, container: {image: x}}}
        """
        assert told(tmp_path, main=main) == [
            "main.yaml:2:17 missing-param",
            "main.yaml:6:11 missing-param",
            "main.yaml:7:20 unknown-operation",
        ]


class TestDocuments:
    """A document with mistakes does not hide those of the others, nor those that need the whole."""

    def test_five_mistakes_in_three_files(self, tmp_path: Path) -> None:
        main = "pathRef: base.yaml\nparams: {lr: fast}\ntermination: {maxRetries: two}\n"
        base = TRAIN.replace("image:", "imge:").replace("{{ lr }}", "{{ epoch }}")
        preset = "runPatch:\n  container:\n    workingDir: [x]\n"
        assert told(tmp_path, presets=("preset",), main=main, base=base, preset=preset) == [
            "main.yaml:2:14 wrong-type",
            "main.yaml:3:27 wrong-type",
            "base.yaml:8:5 unknown-field",
            "base.yaml:9:21 unknown-name",
            "preset.yaml:3:17 wrong-type",
        ]

    def test_rules_over_several_fields_are_told_beside_fields_of_the_wrong_type(self, tmp_path: Path) -> None:
        main = """\
        kind: component
        name: 3
        inputs:
        - {name: a, type: int, isFlag: true}
        - {name: b, isOptional: false, value: 1, description: [x]}
        - {name: a}
        run: {kind: job, container: {image: x}}
        """
        assert told(tmp_path, main=main) == [
            "main.yaml:2:7 wrong-type",
            "main.yaml:4:32 bad-flag",
            "main.yaml:5:25 default-of-required",
            "main.yaml:5:55 wrong-type",
            "main.yaml:6:10 duplicate-name",
        ]

    def test_a_reference_that_leads_nowhere_is_told_alone_and_beside_what_does_not_need_it(self, tmp_path: Path) -> None:
        main = "pathRef: bse.yaml\nparams: {lr: 1}\nqueue: '{{ lr }}'\nnmae: x\n"
        assert told(tmp_path, presets=("preset",), main=main, base=TRAIN, preset="runPatch: {container: {image: [x]}}") == [
            "main.yaml:1:10 reference-not-found",
            "main.yaml:4:1 unknown-field",
            "preset.yaml:1:31 wrong-type",
        ]

    def test_a_text_that_is_no_yaml_hides_no_other_document(self, tmp_path: Path) -> None:
        main = "pathRef: base.yaml\nparams: {lr: 1}\nnmae: x\n"
        assert told(tmp_path, presets=("preset",), main=main, base=TRAIN + "a: [", preset="qeue: x") == [
            "main.yaml:3:1 unknown-field",
            "base.yaml:10:5 not-yaml",
            "preset.yaml:1:1 unknown-field",
        ]

    def test_two_presets_and_the_call(self, tmp_path: Path) -> None:
        main = write(tmp_path, main=TRAIN, first="qeue: x", second="cache: 3")
        presets = [tmp_path / "first.yaml", tmp_path / "second.yaml"]
        found = diagnostics(main, {"lr": 1}, presets=presets, namespace=3)
        assert [(it.code, it.location and it.location.file.rpartition("/")[2]) for it in found] == [
            ("wrong-type", "<options>"),
            ("unknown-field", "first.yaml"),
            ("wrong-type", "second.yaml"),
        ]

    @pytest.mark.parametrize(
        ("old", "new", "code"),
        [
            ("inputs:", "inptus:", "unknown-field"),
            ("name: lr,", "nam: lr,", "unknown-field"),
            ("type: float", "type: 3", "wrong-type"),
            ("kind: job", "kind: jbo", "unknown-kind"),
            ("container:", "contaner:", "unknown-field"),
            ("run:", "rnu:", "unknown-field"),
            ("kind: component", "kind: componnt", "unknown-kind"),
        ],
    )
    def test_what_follows_from_a_mistake_is_not_told(self, tmp_path: Path, old: str, new: str, code: str) -> None:
        found = told(tmp_path, {"lr": 1}, main=TRAIN.replace(old, new))
        assert code in [it.split()[1] for it in found]
        assert {it.split()[1] for it in found} <= {code, "unknown-field"}
        assert len({it.split(":")[1] for it in found}) == 1

    def test_a_misspelt_params_makes_no_param_missing(self, tmp_path: Path) -> None:
        assert told(tmp_path, main="pathRef: base.yaml\nparms: {lr: 1}\n", base=TRAIN) == ["main.yaml:2:1 unknown-field"]

    def test_an_item_that_is_left_out_moves_no_place(self, tmp_path: Path) -> None:
        main = TRAIN.replace(
            "- {name: lr, type: float}", "- {name: lr, typ: float}\n- {nam: x}\n- {name: y, type: itn, value: 1}"
        )
        assert told(tmp_path, {"lr": 1}, main=main) == [
            "main.yaml:3:14 unknown-field",
            "main.yaml:4:4 unknown-field",
            "main.yaml:5:19 unknown-type",
        ]

    def test_the_operations_of_a_dag(self, tmp_path: Path) -> None:
        main = """\
        kind: component
        run:
          kind: dag
          operations:
          - {name: a, pathRef: base.yaml, params: {lr: fast}}
          - {name: b, pathRef: bse.yaml, params: {lr: 1}}
          - {name: c, pathRef: base.yaml, dependencies: [d], parms: {lr: 2}}
        """
        assert told(tmp_path, main=main, base=TRAIN) == [
            "main.yaml:5:48 wrong-type",
            "main.yaml:6:24 reference-not-found",
            "main.yaml:7:50 unknown-operation",
            "main.yaml:7:54 unknown-field",
        ]

    def test_a_key_that_is_written_twice_and_a_number_that_is_none(self, tmp_path: Path) -> None:
        main = TRAIN.replace("value: 10", "value: .nan").replace(
            "image: team/train", "image: a\n    image: '{{ x }}'\n    imge: b"
        )
        assert told(tmp_path, main=main + "name: '{{ y }}'\nname: x\n") == [
            "main.yaml:3:10 missing-param",
            "main.yaml:4:36 bad-number",
            "main.yaml:9:5 duplicate-key",
            "main.yaml:10:5 unknown-field",
            "main.yaml:12:11 unknown-name",
            "main.yaml:13:1 duplicate-key",
        ]


class TestPipelines:
    """The runs of a matrix are compiled when it is expanded; a name that none of them will have is told before."""

    MATRIX = "matrix: {kind: grid, params: {lr: {kind: choice, value: [1]}, extra: {kind: choice, value: [2]}}}\n"

    @pytest.mark.parametrize(
        "argument", ["{{ lr }}", "{{ extra }}", "{{ epochs }}", "{{ lrr | default(3) }}", "{{ globals.uuid }}"]
    )
    def test_a_name_that_the_runs_will_have(self, argument: str) -> None:
        text = TRAIN.replace("{{ lr }}", argument) + self.MATRIX
        assert [run.kind for run in polyspec.compile(tree(text)).expand()] == ["job"]

    @pytest.mark.parametrize("argument", ["{{ lrr }}", "{{ lr }} {{ lrr }}", "{{ lr * lrr }}"])
    def test_a_name_that_none_will_have(self, tmp_path: Path, argument: str) -> None:
        main = write(tmp_path, main=TRAIN.replace("{{ lr }}", argument) + self.MATRIX)
        (found,) = diagnostics(main)
        assert (found.code, found.hint) == ("unknown-name", "did you mean `lr`?")
        assert found.location is not None
        assert found.location.column == 18 + argument.index("lrr")


class TestOperationsOfADag:
    """The operations of a DAG are compiled when they run; a name that one will not have is told before, in what says it."""

    def test_in_an_operation_in_a_component_of_the_dag_and_in_another_file(self, tmp_path: Path) -> None:
        main = """\
        run:
          kind: dag
          components:
          - {name: c, inputs: [{name: lr}], run: {kind: job, container: {image: 'a:1', args: ['{{ lrr }} {{ lr }}']}}}
          operations:
          - {name: first, params: {x: 1}, component: {run: {kind: job, container: {image: 'a:{{ xx }}'}}}}
          - {name: second, dagRef: c, params: {lr: 1}}
          - {name: third, dagRef: c, params: {lr: {ref: ops.first, value: outputs.y}}}
          - {name: fourth, pathRef: base.yaml}
        """
        base = "inputs: [{name: depth, value: 1}]\nrun: {kind: job, container: {image: 'a:{{ detph }}{{ globals.uuid }}'}}\n"
        found = diagnostics(write(tmp_path, main=main, base=base))
        assert [(it.message, it.hint) for it in found if it.code == "unknown-name"] == [
            ("unknown name `lrr`", "did you mean `lr`?"),
            ("unknown name `xx`", "did you mean `x`?"),
            ("unknown name `detph`", "did you mean `depth`?"),
        ]
        assert {it.code for it in found} == {"unknown-name", "unknown-output"}
        assert [it.location and it.location.file.rpartition("/")[2] for it in found][-1] == "base.yaml"

    def test_names_that_come_when_it_runs(self, tmp_path: Path) -> None:
        main = """\
        run:
          kind: dag
          operations:
          - name: a
            matrix: {kind: grid, params: {lr: {kind: choice, value: [1]}}}
            joins: [{query: 'kind: job', params: {losses: {value: outputs.loss}}}]
            params: {x: 1}
            component:
              outputs: [{name: loss}]
              run:
                kind: job
                container:
                  image: a:1
                  args: ['{{ lr }}{{ losses }}{{ x }}', '{{ loss }}{{ globals.uuid }}{{ y | default(1) }}']
        """
        assert polyspec.compile(write(tmp_path, main=main)).graph.levels == (("a",),)
