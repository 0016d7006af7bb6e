"""Every field of `Limits`: an input that crosses it, the diagnostic that says so, and the same input under the default."""

import itertools
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest

import polyspec
from polyspec import Diagnostic, Limits, PolyspecError, Resolvers

Serve = Callable[..., tuple[str, list[str]]]

JOB = "kind: component\nrun: {kind: job, container: {image: 'a:1'}}\n"
TEMPLATE = "kind: component\nrun:\n  kind: job\n  container:\n    image: a:1\n    args: ['%s']\n"
FETCHED = "kind: operation\nurlRef: ORIGIN/a.yaml\n"
GRID = """kind: operation
component:
  inputs: [{name: a, type: int}]
  run: {kind: job, container: {image: 'a:1', args: ['{{ a }}']}}
matrix:
  kind: grid
  params:
    a: {kind: choice, value: [1, 2, 3]}
"""
DAG = """kind: component
run:
  kind: dag
  operations:
    - {name: a, component: {run: {kind: job, container: {image: 'a:1'}}}}
    - {name: b, component: {run: {kind: job, container: {image: 'a:1'}}}}
"""
PATTERN = """kind: component
inputs:
- {name: a, type: str, value: abc, validation: {regex: "a.*"}}
run: {kind: job, container: {image: 'a:1'}}
"""
CHAINED = {
    "spec.yaml": "kind: operation\npathRef: middle.yaml\n",
    "middle.yaml": "kind: operation\npathRef: base.yaml\n",
    "base.yaml": JOB,
}


@attrs.frozen
class Case:
    """Files, of which `spec.yaml` is compiled; the bound that it crosses; and the line that is pointed at in a file."""

    files: Mapping[str, str]
    bound: Any
    line: int | None
    file: str = "spec.yaml"

    @classmethod
    def of(cls, text: str, bound: Any, line: int | None) -> "Case":
        return cls({"spec.yaml": text}, bound, line)


CASES = {
    "document_bytes": Case.of(JOB, 20, None),  # it is not read, so that there is no line
    "nodes": Case.of(JOB, 3, 2),
    "depth": Case.of(JOB, 2, 2),
    "references": Case(CHAINED, 1, 2, "middle.yaml"),
    "chain": Case(CHAINED, 1, 2, "middle.yaml"),
    "fetch_seconds": Case.of(FETCHED, 0.5, 2),
    "fetch_seconds_total": Case.of(FETCHED, 0.5, 2),
    "fetch_bytes": Case.of(FETCHED, 20, 2),
    "redirects": Case.of(FETCHED, 0, 2),
    "template_bytes": Case.of(TEMPLATE % "{{ globals.uuid }}{{ globals.uuid }}", 20, 6),
    "template_words": Case.of(TEMPLATE % "{{ 1 + 2 }}", 6, 6),
    "output_bytes": Case.of(TEMPLATE % "{{ globals.uuid }}{{ globals.uuid }}", 20, 6),
    "evaluations": Case.of(TEMPLATE % "{% for i in [1, 2, 3] %}{{ i + 1 }}{% endfor %}", 30, 6),
    "loop_steps": Case.of(TEMPLATE % "{% for i in [1, 2, 3] %}{{ i }}{% endfor %}", 2, 6),
    "pattern_steps": Case.of(PATTERN, 10, 3),
    "runs": Case.of(GRID, 2, 8),
    "operations": Case.of(DAG, 1, 4),
}
CUTS = {"diagnostics"}
"""What cuts a list short, and is no error by itself."""


@pytest.fixture
def compiled(
    tmp_path: Path, serve: Serve, tls: ssl.SSLContext, trusted: None, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Case, Limits], object]:
    """What compiles a case, and lists the runs of a matrix. Each look at the clock takes a quarter of a second."""

    def answer(request: str) -> bytes:
        moved = b"HTTP/1.1 302 Found\r\nLocation: /b.yaml\r\nContent-Length: 0\r\n\r\n"
        return moved if "/a.yaml" in request else b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(JOB) + JOB.encode()

    origin, _ = serve(answer, tls)
    monkeypatch.setattr("polyspec.resolve.deadline._now", itertools.count(step=0.25).__next__)

    def compile_case(case: Case, limits: Limits) -> object:
        for name, text in case.files.items():
            (tmp_path / name).write_text(text.replace("ORIGIN", origin))
        resolvers = Resolvers.untrusted(root=tmp_path, hosts=[origin], documents=None)
        spec = polyspec.compile(tmp_path / "spec.yaml", limits=limits, resolvers=resolvers)
        return list(spec.expand()) if "matrix" in spec.to_dict() else spec

    return compile_case


def crossed(compiled: Callable[[Case, Limits], object], case: Case, limits: Limits) -> Diagnostic:
    with pytest.raises(PolyspecError) as caught:
        compiled(case, limits)
    (found,) = caught.value.diagnostics
    return found


def test_every_limit_has_a_case() -> None:
    assert {field.name for field in attrs.fields(Limits)} == CASES.keys() | CUTS


@pytest.mark.parametrize("name", CASES)
def test_the_default_is_wide_enough(name: str, compiled: Callable[[Case, Limits], object]) -> None:
    assert compiled(CASES[name], Limits())


@pytest.mark.parametrize("name", CASES)
def test_what_crosses_a_limit_is_placed_and_names_it(name: str, compiled: Callable[[Case, Limits], object]) -> None:
    case = CASES[name]
    found = crossed(compiled, case, Limits(**{name: case.bound}))
    assert found.code == "limit-" + name.replace("_", "-")
    assert found.hint == f"the limit is `Limits.{name}`; raise it with `Limits({name}=...)`"
    assert found.location is not None
    assert (Path(found.location.file).name, found.location.line) == (case.file, case.line)


def test_diagnostics_are_cut_short() -> None:
    source = "kind: component\na: 1\nb: 1\nc: 1\n" + JOB.partition("\n")[2]
    for limits, count in ((Limits(), 3), (Limits(diagnostics=2), 2)):
        with pytest.raises(PolyspecError) as caught:
            polyspec.loads(source, limits=limits)
        assert [found.code for found in caught.value.diagnostics] == ["unknown-field"] * count
