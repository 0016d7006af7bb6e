"""What is wrong with what comes out of a run spec is shown where it was written, line and caret."""

from pathlib import Path

import pytest

import polyspec
from polyspec import PolyspecError, RunSpec

MATRIX = """\
kind: operation
matrix:
  kind: grid
  params:
    lr: {kind: linspace, value: [0, 1, 5000]}
    seed: {kind: range, value: [0, 1000, 1]}
component:
  inputs: [{name: lr, type: float}, {name: seed, type: int}]
  run: {kind: job, container: {image: a}}
"""
DAG = """\
run:
  kind: dag
  operations:
  - name: search
    matrix: {kind: grid, params: {lr: {kind: linspace, value: [0, 1, 5000000]}}}
    component:
      run: {kind: job, container: {image: a, args: ["{{ lr }}"]}}
"""
HOOK = """\
run: {kind: job, container: {image: a}}
hooks:
- trigger: done
  hubRef: notify
"""


def compiled(folder: Path, text: str) -> RunSpec:
    file = folder / "spec.yaml"
    file.write_text(text, encoding="utf-8")
    return polyspec.compile(file)


def test_of_the_runs_of_a_matrix(tmp_path: Path) -> None:
    spec = compiled(tmp_path, MATRIX)
    with pytest.raises(PolyspecError) as error:
        spec.expand()
    assert (
        str(error.value)
        == f"""\
error[limit-runs]: the matrix has 5000000 runs, more than 1000000
 --> {tmp_path}/spec.yaml:5:5
  |
5 |     lr: {{kind: linspace, value: [0, 1, 5000]}}
  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = at: matrix.params
  = help: the limit is `Limits.runs`; raise it with `Limits(runs=...)`"""
    )


def test_of_the_runs_of_an_operation_of_a_dag(tmp_path: Path) -> None:
    spec = compiled(tmp_path, DAG)
    with pytest.raises(PolyspecError) as error:
        spec.graph.operations["search"].expand()
    assert (
        str(error.value)
        == f"""\
error[limit-runs]: the matrix has 5000000 runs, more than 1000000
 --> {tmp_path}/spec.yaml:5:34
  |
5 |     matrix: {{kind: grid, params: {{lr: {{kind: linspace, value: [0, 1, 5000000]}}}}}}
  |                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = at: run.operations[0].matrix.params
  = help: the limit is `Limits.runs`; raise it with `Limits(runs=...)`"""
    )


def test_of_a_hook(tmp_path: Path) -> None:
    spec = compiled(tmp_path, HOOK)
    with pytest.raises(PolyspecError) as error:
        spec.hooks  # noqa: B018 - looked up when it is asked for
    assert (
        str(error.value)
        == f"""\
error[reference-refused]: `notify` is a component of a hub, and no hub is given
 --> {tmp_path}/spec.yaml:4:11
  |
4 |   hubRef: notify
  |           ^^^^^^
  = at: hooks[0].hubRef
  = help: give one, a folder or an https URL: `Resolvers.default(hub=...)`, or `--hub-base`"""
    )


def test_of_what_was_written_in_no_text() -> None:
    spec = polyspec.compile(
        {"run": {"kind": "job", "container": {"image": "a"}}, "hooks": [{"trigger": "done", "hubRef": "notify"}]}
    )
    with pytest.raises(PolyspecError) as error:
        spec.hooks  # noqa: B018 - looked up when it is asked for
    (found,) = error.value.diagnostics
    assert (found.location and found.location.file, found.path, found.excerpt) == ("<mapping>", ("hooks", 0, "hubRef"), None)
