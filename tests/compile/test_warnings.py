"""What is legal and probably wrong: which warnings there are, where they stand, what is no reason for one, and silence."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import polyspec
from polyspec import PolyspecError
from polyspec.lint import LINT, WARNINGS

from .compiling import compiled, diagnostics, tree, write

TRAIN = """\
inputs:
- {name: lr, type: float, value: 0.1}
- {name: epochs, type: int, value: 1}
run: {kind: job, container: {image: "team/train:1.0", args: ["--lr={{ lr }}"]}}
"""


def warned(text: str, params: Mapping[str, Any] | None = None, **options: Any) -> list[tuple[str, str]]:
    """The code and the message of each warning."""
    return [(it.code, it.message) for it in compiled(text, params, silence=(), **options).warnings]


def codes(text: str, params: Mapping[str, Any] | None = None) -> list[str]:
    return [code for code, _ in warned(text, params)]


class TestInputs:
    def test_one_that_nothing_reads(self, tmp_path: Path) -> None:
        (found,) = polyspec.compile(write(tmp_path, main=TRAIN)).warnings
        assert str(found) == (
            "warning[unused-input]: nothing reads the input `epochs`\n"
            f" --> {tmp_path}/main.yaml:3:10\n"
            "  |\n"
            "3 | - {name: epochs, type: int, value: 1}\n"
            "  |          ^^^^^^\n"
            "  = at: inputs[1].name\n"
            "  = help: write `{{ epochs }}` where it is meant to go, or remove it"
        )

    @pytest.mark.parametrize(
        "more",
        [
            "name: 'x-{{ epochs }}'",
            "description: '{{ params.epochs }}'",
            "description: '{{ params.epochs.as_str }}'",
            "description: '{{ 1 if epochs > 3 else 2 }}'",
            "outputs: [{name: o, value: '{{ epochs }}'}]",
            "conditions: 'epochs > 1'",
            "cache: {io: [epochs]}",
            "matrix: {kind: mapping, values: [{epochs: 1}]}",
            "matrix: {kind: grid, params: {epochs: {kind: choice, value: [1]}}}",
            "joins: [{query: 'metrics.loss: >1', params: {epochs: {value: inputs.epochs}}}]",
            "hooks: [{hubRef: notify}]",
            "build: {hubRef: kaniko, params: {n: '{{ epochs }}'}}",
            "termination: {maxRetries: '{{ epochs }}'}",
            "environment: {labels: {'{{ epochs }}': x}}",
            "params: {epochs: {value: 2, toEnv: EPOCHS}}",
            "init: [{container: {image: 'a:1', args: ['{{ epochs }}']}}]",
        ],
    )
    def test_one_that_something_reads_is_fine(self, more: str) -> None:
        text = (
            TRAIN.replace("epochs, type: int, value: 1", "epochs, type: int, isList: true, value: [1]")
            if "joins" in more
            else TRAIN
        )
        assert codes(f"{text}{more}\n") == []

    @pytest.mark.parametrize("field", ["toEnv: EPOCHS", "connection: c", "toInit: true, connection: c"])
    def test_one_that_goes_elsewhere_is_fine(self, field: str) -> None:
        assert set(codes(TRAIN.replace("value: 1}", f"value: 1, {field}}}"))) <= {"unknown-connection"}

    def test_a_default_of_another_input_reads(self) -> None:
        assert (
            codes(
                TRAIN.replace("value: 0.1", "value: '{{ epochs }}'")
                .replace("lr, type: float", "lr")
                .replace("- {name: epochs, type: int, value: 1}\n", "")
                .replace("inputs:\n", "inputs:\n- {name: epochs, value: 1}\n")
            )
            == []
        )

    def test_a_dag_that_passes_them_on(self) -> None:
        text = """
        inputs: [{name: lr, value: 1}, {name: other, value: 1}]
        run:
          kind: dag
          operations:
          - name: a
            params: {x: {ref: dag, value: inputs.lr}}
            component: {inputs: [{name: x}], run: {kind: job, container: {image: 'a:1'}}}
        """
        assert warned(text) == [("unused-input", "nothing reads the input `other`")]

    def test_a_word_of_a_command_is_no_use(self) -> None:
        assert codes(TRAIN.replace('"--lr={{ lr }}"', '"--lr={{ lr }}", "--epochs"')) == ["unused-input"]


class TestParams:
    def test_one_that_nothing_reads(self) -> None:
        found = warned(TRAIN.replace("{{ lr }}", "{{ lr }}{{ epochs }}"), {"seed": 3})
        assert found == [("unused-param", "nothing reads the param `seed`, and no input is named so")]

    @pytest.mark.parametrize("param", ["{value: 3, contextOnly: true}", "{value: 3, toEnv: SEED}"])
    def test_one_that_is_meant_is_fine(self, param: str) -> None:
        assert codes(TRAIN.replace("{{ lr }}", "{{ lr }}{{ epochs }}") + f"params: {{seed: {param}}}\n") == []

    def test_one_that_a_template_reads_is_fine(self) -> None:
        assert codes(TRAIN.replace("{{ lr }}", "{{ lr }}{{ epochs }}{{ seed }}"), {"seed": 3}) == []

    def test_a_misspelt_one_is_told_once(self) -> None:
        found = warned(TRAIN.replace("{{ lr }}", "{{ lr }}{{ epochs }}"), {"epoch": 3})
        assert found == [("unknown-param", "no input or output is named `epoch`: it is a context value")]


class TestImages:
    @pytest.mark.parametrize("image", ["a", "team/a", "host:5000/team/a", "{{ 'a' }}"])
    def test_one_without_a_tag(self, image: str) -> None:
        found = warned(f'run: {{kind: job, container: {{image: "{image}"}}}}')
        assert found == [("latest-image", "this image has no tag: it is the latest when it is pulled")]

    @pytest.mark.parametrize("image", ["a:latest", "host:5000/a:latest", "{{ 'a:latest' }}"])
    def test_one_with_the_tag_latest(self, image: str) -> None:
        found = warned(f'run: {{kind: job, container: {{image: "{image}"}}}}')
        assert found == [("latest-image", "the tag `latest` means another image tomorrow")]

    @pytest.mark.parametrize("image", ["a:1", "host:5000/a:1", "a@sha256:0123", "a:latest@sha256:0123", "{{ 'a:1' }}"])
    def test_one_with_a_version_is_fine(self, image: str) -> None:
        assert codes(f'run: {{kind: job, container: {{image: "{image}"}}}}') == []

    def test_of_init_steps_sidecars_and_replicas(self) -> None:
        text = """
        run:
          kind: mpijob
          launcher: {container: {image: a}, init: [{container: {image: b}}], sidecars: [{name: s, image: c}]}
          worker: {container: {image: 'a:1'}}
        """
        assert {it.path for it in compiled(text, silence=()).warnings} == {
            ("run", "launcher", "container", "image"),
            ("run", "launcher", "init", 0, "container", "image"),
            ("run", "launcher", "sidecars", 0, "image"),
        }


class TestSilence:
    def test_a_code_is_silenced(self) -> None:
        text = TRAIN.replace("team/train:1.0", "team/train")
        assert codes(text) == ["unused-input", "latest-image"]
        assert warned_codes(text, ["unused-input"]) == ["latest-image"]
        assert warned_codes(text, LINT) == []

    def test_a_warning_of_a_text_is_silenced_too(self, tmp_path: Path) -> None:
        main = write(tmp_path, main=TRAIN.replace("{{ lr }}", "{{ lr }}{{ epochs }}") + "cache: {disable: yes}\n")
        assert [it.code for it in polyspec.compile(main).warnings] == ["ambiguous-value"]
        assert polyspec.compile(main, silence=("ambiguous-value",)).warnings == ()

    def test_a_code_that_no_warning_has(self) -> None:
        with pytest.raises(ValueError, match=r"^no warning has the code 'latest-imag': did you mean `latest-image`\?$"):
            polyspec.compile(tree(TRAIN), silence=["latest-imag"])

    def test_an_error_is_not_silenced(self) -> None:
        (found,) = diagnostics(tree(TRAIN + "strictParams: true\nparams: {seed: 1}"), silence=WARNINGS)
        assert found.code == "unknown-param"
        assert issubclass(PolyspecError, Exception)

    def test_the_same_call_gives_the_same_warnings(self) -> None:
        text = TRAIN.replace("team/train:1.0", "team/train")
        assert compiled(text, silence=()).warnings == compiled(text, silence=()).warnings


def warned_codes(text: str, silence: Any) -> list[str]:
    return [it.code for it in compiled(text, silence=silence).warnings]
