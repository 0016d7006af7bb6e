"""Every mistake of every layer in one pass, and none that is only a consequence of another."""

from pathlib import Path
from typing import Any

import pytest

from .compiling import diagnostics, write

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
            "preset.yaml:1:16 not-allowed",
            "preset.yaml:2:12 unknown-name",
            "main.yaml:3:10 missing-param",
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
