"""Origins through references: what a component of another document gave stands in that document, in a DAG as well."""

from pathlib import Path

import pytest

import polyspec

TRAIN = "kind: component\ninputs: [{name: lr, value: 1}]\nrun:\n  kind: job\n  container: {image: team/train}\n"
INNER = """\
kind: component
run:
  kind: dag
  operations:
  - {name: deep, pathRef: train.yaml}
"""
OUTER = """\
kind: component
run:
  kind: dag
  operations:
  - name: train
    pathRef: train.yaml
    params: {lr: 2}
  - {name: inner, pathRef: inner.yaml}
  - {name: own, component: {run: {kind: job, container: {image: own}}}}
  components:
  - {name: shared, pathRef: train.yaml}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in {"train": TRAIN, "inner": INNER, "outer": OUTER}.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("operations[0].name", "component outer.yaml:5:11"),
        ("operations[0].params.lr.value", "component outer.yaml:7:18"),
        ("operations[0].component.run.container.image", "component train.yaml:5:22"),
        ("operations[0].component.kind", "component train.yaml:1:7"),
        ("operations[1].component.run.operations[0].name", "component inner.yaml:5:12"),
        ("operations[1].component.run.operations[0].component.inputs[0].value", "component train.yaml:2:28"),
        ("operations[2].component.run.container.image", "component outer.yaml:9:65"),
        ("components[0].component.run.container.image", "component train.yaml:5:22"),
    ],
)
def test_what_a_reference_brought_into_a_dag_stands_in_its_own_document(folder: Path, path: str, expected: str) -> None:
    origin = polyspec.compile("outer.yaml").explain(f"run.{path}").origin
    assert str(origin).replace(f"{folder}/", "") == expected
    assert origin.digest is not None
