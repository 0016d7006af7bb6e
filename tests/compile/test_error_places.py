"""The mistakes that people make most, as they are shown: the text, the place, the hint, the notes."""

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import polyspec
from polyspec import Limits, PolyspecError

from .compiling import diagnostics, tree, write

TRAIN = """\
kind: component
inputs:
- name: lr
  type: float
- name: epochs
  type: int
  value: 10
run:
  kind: job
  container:
    image: team/train
    args: ["--lr={{ lr }}"]
"""


def shown(folder: Path, params: Mapping[str, Any] | None = None, presets: tuple[str, ...] = (), **files: str) -> str:
    """The text of the error, without the folder."""
    main = write(folder, **files)
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(main, params, presets=[folder / f"{preset}.yaml" for preset in presets])
    return str(caught.value).replace(f"{folder}/", "")


def text(block: str) -> str:
    return textwrap.dedent(block).strip("\n")


def test_a_missing_param_is_told_at_the_input(tmp_path: Path) -> None:
    assert shown(tmp_path, main="pathRef: base.yaml", base=TRAIN) == text(
        """
        error[missing-param]: the input `lr` is required and no param gives it (a value of type `float`)
         --> base.yaml:3:9
          |
        3 | - name: lr
          |         ^^
          = at: inputs[0].name
          = help: pass it: `params: {lr: ...}`, or `-P lr=...`
        """
    )


def test_a_param_of_another_type_is_told_where_it_is_written_with_the_input(tmp_path: Path) -> None:
    assert shown(tmp_path, main="pathRef: base.yaml\nparams:\n  lr: fast\n", base=TRAIN) == text(
        """
        error[wrong-type]: param `lr`: expected a number, found text
         --> main.yaml:3:7
          |
        3 |   lr: fast
          |       ^^^^
          = at: params.lr.value
          = note: expected because of this input (base.yaml:3:9)
          |
        3 | - name: lr
          |         ^^
        """
    )


def test_a_param_of_the_call_is_told_at_the_input(tmp_path: Path) -> None:
    assert shown(tmp_path, {"lr": "fast"}, main=TRAIN) == text(
        """
        error[wrong-type]: param `lr`: expected a number, found text
         --> main.yaml:3:9
          |
        3 | - name: lr
          |         ^^
          = at: inputs[0].name
        """
    )


def test_an_unknown_name_is_told_at_its_column(tmp_path: Path) -> None:
    assert shown(tmp_path, {"lr": 1}, main=TRAIN.replace("{{ lr }}", "{{ lrr }}")) == text(
        """
        error[unknown-name]: unknown name `lrr`
          --> main.yaml:12:21
           |
        12 |     args: ["--lr={{ lrr }}"]
           |                     ^^^
           = at: run.container.args[0]
           = help: did you mean `lr`?
        """
    )


def test_a_misspelt_field_is_told_at_its_key(tmp_path: Path) -> None:
    assert shown(tmp_path, {"lr": 1}, main=TRAIN.replace("image:", "imge:")) == text(
        """
        error[unknown-field]: unknown field `imge` of a container
          --> main.yaml:11:5
           |
        11 |     imge: …
           |     ^^^^
           = at: run.container.imge
           = help: did you mean `image`?
        """
    )


def test_a_misspelt_kind(tmp_path: Path) -> None:
    assert shown(tmp_path, main=TRAIN.replace("kind: job", "kind: jbo")) == text(
        """
        error[unknown-kind]: unknown kind of run
         --> main.yaml:9:9
          |
        9 |   kind: jbo
          |         ^^^
          = at: run.kind
          = help: did you mean `job`?
        """
    )


def test_a_misspelt_type(tmp_path: Path) -> None:
    assert shown(tmp_path, {"lr": 1}, main=TRAIN.replace("type: int", "type: List[itn]")) == text(
        """
        error[unknown-type]: unknown type `itn`
         --> main.yaml:6:14
          |
        6 |   type: List[itn]
          |              ^^^
          = at: inputs[1].type
          = help: did you mean `int`?
        """
    )


def test_a_key_that_is_written_twice(tmp_path: Path) -> None:
    assert shown(tmp_path, {"lr": 1}, main=TRAIN + "run: {kind: job}\n") == text(
        """
        error[duplicate-key]: the key `run` is written twice
          --> main.yaml:13:1
           |
        13 | run: …
           | ^^^
           = at: run
           = help: remove one of them
           = note: first written here (main.yaml:8:1)
           |
         8 | run:
           | ^^^
        """
    )


def test_two_inputs_of_one_name(tmp_path: Path) -> None:
    assert shown(tmp_path, main=TRAIN.replace("name: epochs", "name: lr")) == text(
        """
        error[duplicate-name]: two inputs are named `lr`
         --> main.yaml:5:9
          |
        5 | - name: lr
          |         ^^
          = at: inputs[1].name
          = help: rename one of them
          = note: first written here (main.yaml:3:9)
          |
        3 | - name: lr
          |         ^^
        """
    )


def test_a_reference_that_leads_nowhere(tmp_path: Path) -> None:
    assert shown(tmp_path, main="pathRef: bse.yaml\n", base=TRAIN) == text(
        """
        error[reference-not-found]: no file at `bse.yaml`
         --> main.yaml:1:10
          |
        1 | pathRef: bse.yaml
          |          ^^^^^^^^
          = at: pathRef
          = help: did you mean `base.yaml`?
        """
    )


def test_a_misspelt_param_under_strict_params(tmp_path: Path) -> None:
    assert shown(tmp_path, main="strictParams: true\npathRef: base.yaml\nparams: {lr: 1, epoch: 3}\n", base=TRAIN) == text(
        """
        error[unknown-param]: no input or output is named `epoch`
         --> main.yaml:3:17
          |
        3 | params: {lr: 1, epoch: …
          |                 ^^^^^
          = at: params.epoch
          = help: did you mean `epochs`?
        """
    )


def test_values_that_do_not_go_together(tmp_path: Path) -> None:
    assert shown(tmp_path, {"lr": 1}, main=TRAIN.replace("lr }}", "lr + 'a' }}")) == text(
        """
        error[bad-template]: `+` cannot take a number and text
          --> main.yaml:12:24
           |
        12 |     args: ["--lr={{ lr + 'a' }}"]
           |                        ^
           = at: run.container.args[0]
           = help: convert one with a filter such as `string` or `int`
        """
    )


def test_a_field_of_another_type(tmp_path: Path) -> None:
    assert shown(tmp_path, {"lr": 1}, main=TRAIN + "termination: {maxRetries: two}\n") == text(
        """
        error[wrong-type]: expected an integer or a template, found text
          --> main.yaml:13:27
           |
        13 | termination: {maxRetries: two}
           |                           ^^^
           = at: termination.maxRetries
        """
    )


def test_mistakes_in_two_presets_and_the_source_are_told_together_each_in_its_file(tmp_path: Path) -> None:
    presets = {"first": "queue: '{{ qq }}'\n", "second": "runPatch:\n  container:\n    workingDir: /{{ epoch }}\n"}
    main = TRAIN.replace("team/train", "team/{{ name }}")
    assert shown(tmp_path, {"lr": 1}, ("first", "second"), main=main, **presets) == text(
        """
        error[unknown-name]: unknown name `name`
          --> main.yaml:11:20
           |
        11 |     image: team/{{ name }}
           |                    ^^^^
           = at: run.container.image
           = help: known are: `lr`, `epochs`, `globals`, `params`, `connections`, `init`

        error[unknown-name]: unknown name `qq`
         --> first.yaml:1:12
          |
        1 | queue: '{{ qq }}'
          |            ^^
          = at: queue
          = help: known are: `lr`, `epochs`, `globals`, `params`

        error[unknown-name]: unknown name `epoch`
         --> second.yaml:3:21
          |
        3 |     workingDir: /{{ epoch }}
          |                     ^^^^^
          = at: runPatch.container.workingDir
          = help: did you mean `epochs`?
        """
    )


@pytest.mark.parametrize(
    ("written", "line", "column"),
    [
        ('args: ["{{ lrr }}"]', 4, 28),
        ("args: ['a' , '{{ lrr }}']", 4, 34),
        ("args:\n      - --x\n      - --lr={{ lrr }}", 6, 18),
        ("args:\n      - >-\n        --x\n        {{ lrr }}", 7, 12),
        ("args:\n      - |\n        {{ lr }} {{ lrr }}", 6, 21),
        ("args: {{ lrr }}", 4, 20),
        ("env: [{name: A, value: '{{ lr }}{{ lrr }}'}]", 4, 52),
    ],
)
def test_a_name_is_found_in_every_style_of_writing(tmp_path: Path, written: str, line: int, column: int) -> None:
    main = f"inputs: [{{name: lr, value: 1}}]\nrun:\n  kind: job\n  container: {{image: a}}\ncontainer:\n    {written}\n"
    main = main.replace("  container: {image: a}\ncontainer:\n", "  container:\n")
    if written.startswith("args: {{"):
        main = main.replace("args: {{ lrr }}", "args: '{{ lrr }}'")
    (found,) = diagnostics(write(tmp_path, main=main))
    assert found.location is not None
    assert (found.location.line, found.message) == (line + 1, "unknown name `lrr`")
    excerpt = (found.excerpt or "")[(found.location.column or 0) - 1 : (found.location.end_column or 0) - 1]
    assert excerpt == "lrr"


@pytest.mark.parametrize(
    ("operation", "place", "path"),
    [
        ("params: {lr: 1, c: {value: '{{ x }}'}}", "2:32", ("params", "c", "value")),
        ("params: {lr: 1, c: '{{ x }}'}", "2:24", ("params", "c", "value")),
        ("params: {lr: 1}\nenv: {A: '{{ x }}'}", "3:14", ("env", "A")),
        ("params: {lr: 1}\ncmd: ['a', 'b {{ x }}']", "3:6", ("cmd",)),
        ("params: {lr: 1}\ncmd: 'b {{ x }}'", "3:12", ("cmd",)),
        ("params: {lr: 1}\nenvironment: {labels: {a: '{{ x }}'}}", "3:31", ("environment", "labels", "a")),
        ("params: {lr: 1}\nrun_patch: {container: {image: '{{ x }}'}}", "3:36", ("runPatch", "container", "image")),
        ("params: {lr: 1}\ntags: ['{{ x }}']", "3:12", ("tags", 0)),
        ("params: {lr: 1}\nrunPatch: {environment: {labels: {'{{ x }}': a}}}", "3:35", None),
    ],
)
def test_a_mistake_is_told_where_it_is_written_whatever_it_becomes(
    tmp_path: Path, operation: str, place: str, path: tuple[Any, ...] | None
) -> None:
    main = write(tmp_path, main=f"pathRef: base.yaml\n{operation}\n", base=TRAIN)
    (found,) = diagnostics(main)
    assert found.message == "unknown name `x`"
    if path is not None:
        assert (str(found.location), found.path) == (f"{main}:{place}", path)
    else:
        assert str(found.location).startswith(f"{main}:3:")


def test_a_mistake_in_what_a_preset_leaves_is_told_in_the_source(tmp_path: Path) -> None:
    source = TRAIN.replace("{{ lr }}", "{{ lrr }}")
    main = write(tmp_path, main=source, preset="runPatch: {container: {args: ['{{ lr }}']}}")
    (found,) = diagnostics(main, {"lr": 1}, presets=[tmp_path / "preset.yaml"])
    assert str(found.location) == f"{main}:12:21"


def test_a_mistake_that_a_preset_replaces_is_no_mistake(tmp_path: Path) -> None:
    source = TRAIN.replace("{{ lr }}", "{{ lrr }}")
    main = write(tmp_path, main=source, preset="{patchStrategy: replace, runPatch: {container: {args: [x]}}}")
    assert polyspec.compile(main, {"lr": 1}, presets=[tmp_path / "preset.yaml"]).run.container.args == ["x"]


def test_mappings_have_paths_instead_of_lines() -> None:
    (found,) = diagnostics(tree(TRAIN))
    assert (str(found.location), found.path) == ("<mapping>", ("inputs", 0, "name"))


def test_an_error_carries_as_many_diagnostics_as_its_limit(tmp_path: Path) -> None:
    names = "\n".join(f"- name: x{index}" for index in range(30))
    main = write(tmp_path, main=f"inputs:\n{names}\nrun: {{kind: job}}\n")
    assert len(diagnostics(main)) == 30
    assert len(diagnostics(main, limits=Limits(diagnostics=7))) == 7
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(main)
    assert str(caught.value).endswith("\n\n... and 10 more")


def test_what_may_be_secret_is_concealed(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main="pathRef: base.yaml\nparams: {api_token: [hunter22], lr: hunter22}\n",
        base=TRAIN.replace("- name: lr", "- name: api_token\n  type: int\n- name: lr"),
    )
    found = shown(tmp_path, main=main.read_text(), base=(tmp_path / "base.yaml").read_text())
    first = found.split("\n\n")[0]
    assert "param `api_token`: expected an integer, found a list" in first
    assert "hunter22" not in first


def test_a_param_of_a_name_that_templates_use_is_told_once(tmp_path: Path) -> None:
    assert shown(tmp_path, main="params:\n  globals: 1\nrun: {kind: job, container: {image: a}}\n") == text(
        """
        error[reserved-name]: the name `globals` is reserved for templates
         --> main.yaml:2:3
          |
        2 |   globals: …
          |   ^^^^^^^
          = at: params.globals
          = help: choose another name
        """
    )


def test_what_a_template_gives_for_a_connection_of_a_context_is_told_of_the_param(tmp_path: Path) -> None:
    main = "params:\n  a: {value: 1, connection: '{{ b }}'}\n  b: [x]\nrun: {kind: job, container: {image: a}}\n"
    assert shown(tmp_path, main=main) == text(
        """
        error[wrong-type]: expected text, found a list
         --> main.yaml:2:29
          |
        2 |   a: {value: 1, connection: '{{ b }}'}
          |                             ^^^^^^^^^
          = at: params.a.connection
        """
    )
