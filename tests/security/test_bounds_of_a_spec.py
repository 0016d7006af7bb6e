"""Bounds that hold for a whole spec, not for each of its parts: many parts that are each within a bound end too."""

from pathlib import Path

import pytest

import polyspec
from polyspec import PolyspecError, Resolvers
from polyspec.resolve import Fetched, NamedPresets, Reference


def test_many_patterns_are_matched_within_one_bound() -> None:
    def patterned(count: int) -> dict[str, object]:
        inputs = [
            {"name": f"i{index}", "type": "str", "value": "a" * 1000, "validation": {"regex": f"(a?){{{500 + index % 300}}}a*"}}
            for index in range(count)
        ]
        return {"inputs": inputs, "run": {"kind": "job", "container": {"image": "a"}}}

    polyspec.compile(patterned(5))
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(patterned(3000))
    (found,) = caught.value.diagnostics
    assert found.message == "param `i7`: expected less text for so large a `regex`, or fewer of them"
    assert found.code == "limit-pattern-steps"


@pytest.mark.parametrize(
    ("section", "path"),
    [
        ({"hooks": "{{ globals.uuid }}"}, ("hooks", 0)),
        ({"build": "{{ globals.uuid }}"}, ("build",)),
    ],
)
def test_a_hook_or_a_build_that_a_template_stands_for_is_refused(section: dict[str, object], path: tuple[object, ...]) -> None:
    source = {**section, "run": {"kind": "job", "container": {"image": "a"}}}
    with pytest.raises(PolyspecError) as caught:
        _sequels(source)
    (found,) = caught.value.diagnostics
    assert (found.code, found.path) == ("wrong-type", path)


def _sequels(source: dict[str, object]) -> None:
    spec = polyspec.compile(source)
    assert (spec.hooks, spec.build) is None


def test_a_grid_may_have_more_runs_than_can_be_written() -> None:
    params = {f"p{index}": {"kind": "choice", "value": [1, 2]} for index in range(15_000)}
    source = {"matrix": {"kind": "grid", "params": params}, "component": {"run": {"kind": "job", "container": {"image": "a"}}}}
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(source).expand()
    (found,) = caught.value.diagnostics
    assert (found.code, found.message) == ("limit-runs", "the matrix has very many runs, more than 1000000")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"tags": list(range(5_000))}, "expected text, found an integer"),
        ({"inputs": [{"name": f"i{index}", "type": "int"} for index in range(5_000)]}, None),
        ({"run": {"kind": "job", "container": {"image": "a", "args": ["{{ no }}"] * 5_000}}}, "unknown name `no`"),
    ],
)
def test_of_many_problems_the_first_are_told(wrong: dict[str, object], message: str | None) -> None:
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile({"run": {"kind": "job", "container": {"image": "a"}}, **wrong})
    told = caught.value.diagnostics
    assert len(told) == 100
    assert [it.path[-1] if message else it.path[-2] for it in told] == list(range(100))
    assert {it.message for it in told} == {message} or all("is required" in it.message for it in told)


def test_the_words_of_all_expressions_are_parsed_within_one_bound() -> None:
    def summed(count: int) -> dict[str, object]:
        return {"run": {"kind": "job", "container": {"image": "a", "args": [f"{{{{ {index} + 1 }}}}" for index in range(count)]}}}

    assert polyspec.compile(summed(5_000)).run.container.args[-1] == "5000"
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(summed(10_000))
    (found,) = caught.value.diagnostics
    assert found.code == "limit-template-words"
    assert found.message == "the expressions of this spec have more than 50000 words and signs"


def test_one_text_is_parsed_once() -> None:
    args = ["{{ 1 + 1 }}"] * 20_000
    assert polyspec.compile({"run": {"kind": "job", "container": {"image": "a", "args": args}}}).run.container.args[-1] == "2"


def test_texts_of_plain_names_have_nothing_to_parse() -> None:
    args = [f"{{{{ globals.name }}}} {index}" for index in range(20_000)]
    assert polyspec.compile({"run": {"kind": "job", "container": {"image": "a", "args": args}}}).run.container.args[-1]


JOB: dict[str, object] = {"run": {"kind": "job", "container": {"image": "a"}}}


def test_the_documents_of_a_compilation_are_counted_together() -> None:
    def presets(length: int) -> list[dict[str, object]]:
        return [{"isPreset": True, "tags": [f"t{number}-{index}" for index in range(length)]} for number in range(3)]

    limits = polyspec.Limits(nodes=1_000)
    assert len(polyspec.compile(JOB, presets=presets(300), limits=limits).to_dict()["tags"]) == 900
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(JOB, presets=presets(400), limits=limits)
    (found,) = caught.value.diagnostics
    assert (found.code, str(found.location)) == ("limit-nodes", "<presets[2]>")
    assert found.message == "the documents of this compilation have more than 1000 values in all"


def test_their_bytes_are_too(tmp_path: Path) -> None:
    files = [tmp_path / f"preset{number}.yaml" for number in range(3)]
    for file in files:
        file.write_text("isPreset: true\ndescription: " + "x" * 400)
    polyspec.compile(JOB, presets=files, limits=polyspec.Limits(document_bytes=1500))
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(JOB, presets=files, limits=polyspec.Limits(document_bytes=1000))
    (found,) = caught.value.diagnostics
    assert (found.code, found.location and Path(found.location.file).name) == ("limit-document-bytes", "preset2.yaml")
    assert found.message == "the documents of this compilation have more than 1000 bytes in all"


def test_text_that_a_resolver_gives_counts_in_bytes_too() -> None:
    text = "isPreset: true\ndescription: " + "é" * 400

    def read(reference: Reference) -> Fetched:
        return Fetched(f"memory:{reference.target}", text)

    resolvers = Resolvers.default().with_resolver("presets", read)
    source = {**JOB, "presets": ["a", "b"]}
    polyspec.compile(source, resolvers=resolvers, limits=polyspec.Limits(document_bytes=2000))
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(source, resolvers=resolvers, limits=polyspec.Limits(document_bytes=1200))
    (found,) = caught.value.diagnostics
    assert found.message == "the documents of this compilation have more than 1200 bytes in all"


def test_what_many_layers_are_merged_over_is_counted() -> None:
    source = {**JOB, "tags": [str(index) for index in range(500)]}

    def presets(count: int) -> list[dict[str, object]]:
        return [{"isPreset": True, "tags": [f"t{number}"]} for number in range(count)]

    limits = polyspec.Limits(nodes=1_000)
    assert len(polyspec.compile(source, presets=presets(10), limits=limits).to_dict()["tags"]) == 510
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(source, presets=presets(30), limits=limits)
    (found,) = caught.value.diagnostics
    assert found.code == "limit-nodes"
    assert found.message == "presets are merged over more than 10000 values, counted for each of them"


def test_what_the_presets_of_a_hook_are_merged_over_is_counted_too(tmp_path: Path) -> None:
    names = [f"p{number}" for number in range(30)]
    for name in names:
        (tmp_path / f"{name}.yaml").write_text("isPreset: true")
    (tmp_path / "hub" / "big").mkdir(parents=True)
    (tmp_path / "hub" / "big" / "latest.yaml").write_text(f"{{tags: {list(map(str, range(500)))}, container: {{image: a}}}}")
    resolvers = Resolvers.default(hub=tmp_path / "hub").with_resolver("presets", NamedPresets(tmp_path))

    def hooked(count: int) -> polyspec.RunSpec:
        hook = {"hubRef": "big", "presets": names[:count]}
        return polyspec.compile({**JOB, "hooks": [hook]}, resolvers=resolvers, limits=polyspec.Limits(nodes=1_000))

    assert len(hooked(8).hooks[0].to_dict()["tags"]) == 500
    with pytest.raises(PolyspecError) as caught:
        _ = hooked(30).hooks
    (found,) = caught.value.diagnostics
    assert found.message == "presets are merged over more than 10000 values, counted for each of them"
