"""The same tree with other values of its params: what it gives is what the whole way gives, and most of it is shared."""

import functools
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import polyspec
from polyspec import Limits
from polyspec.caches import Memo
from polyspec.errors import Rejected
from polyspec.finish import Finished
from polyspec.merge import Layer, merge_layers
from polyspec.options import call_layers
from polyspec.reading import adopted
from polyspec.repeat import Repeat
from polyspec.settings import Settings
from polyspec.spec.load import load
from polyspec.stages import from_tree
from tests.compile.compiling import tree as yaml_tree
from tests.compile.test_compile_laws import specs
from tests.strategies import Tree, json_trees

SLOW = settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], deadline=None)
SETTINGS = Settings()
SPEC = """
    kind: component
    name: train
    inputs:
    - {name: lr, type: float}
    - {name: layers, type: int, value: 2}
    - {name: half, type: float, value: "{{ lr / 2 }}"}
    - {name: words, type: "List[str]", value: []}
    - {name: quiet, type: bool, isFlag: true, value: false}
    - {name: batch, type: int, value: 8, argFormat: "-b {{ batch }}", toEnv: BATCH}
    run:
      kind: job
      environment: {labels: {lr: "{{ lr }}", fixed: "{{ globals.project_name }}"}}
      container:
        image: team/train
        args: ["--lr={{ lr }}", "--half={{ half }}", "{{ layers }}", "{{ params.batch.as_arg }}", "{{ words | join(',') }}"]
        env: [{name: QUIET, value: "{{ quiet }}"}]
      init:
      - file: {filename: a, content: fixed}
"""


def layers(source: Mapping[str, Any], params: Mapping[str, Any]) -> list[Layer]:
    loaded = load(adopted(source, "<test>", SETTINGS.limits))
    return [Layer("component", loaded.tree, loaded.document), *call_layers(params, {}, SETTINGS)]


def merged(source: Mapping[str, Any], params: Mapping[str, Any]) -> tuple[dict[str, Tree], list[Mapping[str, Any]]]:
    stack = layers(source, params)
    return merge_layers(stack), [layer.tree for layer in stack]


def told(finished: Finished) -> tuple[bytes, str, Any]:
    """All that a run shows of itself."""
    return json.dumps(finished.tree).encode(), finished.uuid(), [str(warning) for warning in finished.warnings]


def outcome(make: Any) -> Any:
    try:
        return told(make())
    except Rejected as error:
        return error.problems


def repeat_over(tree: Tree, stack: list[Mapping[str, Any]]) -> Repeat:
    return Repeat(tree, SETTINGS, stack, from_tree(tree, SETTINGS, stack), Memo(8))


def repeat_of(text: str, params: Mapping[str, Any]) -> Repeat:
    tree, stack = merged(yaml_tree(text), params)
    return repeat_over(tree, stack)


def whole(source: Mapping[str, Any], params: Mapping[str, Any]) -> tuple[Tree, Settings, list[Mapping[str, Any]]]:
    """What `from_tree` takes."""
    tree, stack = merged(source, params)
    return tree, SETTINGS, stack


def assert_same(spec: str, first: Tree, then: Tree) -> None:
    """Hold what a tree gives for other values against what the whole way gives for them."""
    tree, stack = merged(yaml_tree(spec), first)
    repeat = repeat_over(tree, stack)
    tree, stack = merged(yaml_tree(spec), then)
    assert outcome(lambda: repeat.finish(then)) == outcome(lambda: from_tree(tree, SETTINGS, stack))


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"lr": 0.1}, {"lr": 0.2}),
        ({"lr": 0.1}, {"lr": 1}),
        ({"lr": 0.1}, {"lr": "0.3"}),
        ({"lr": 0.0}, {"lr": -0.0}),
        ({"lr": 1, "layers": 3}, {"lr": 1, "layers": 4}),
        ({"lr": 1, "words": ["a"]}, {"lr": 2, "words": ["b", "c"]}),
        ({"lr": 1, "words": ["a"]}, {"lr": 1, "words": []}),
        ({"lr": 1, "quiet": False}, {"lr": 1, "quiet": True}),
        ({"lr": 1, "batch": 8}, {"lr": 1, "batch": 16}),
        ({"lr": 1, "note": "{{ lr }}"}, {"lr": 2, "note": "{{ other }}"}),
        ({"lr": 1, "note": {"a": 1}}, {"lr": 2, "note": [1, {"a": None}]}),
    ],
)
def test_other_values_give_what_the_whole_way_gives(first: Tree, then: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    repeat = repeat_of(SPEC, first)
    tree, stack = merged(yaml_tree(SPEC), then)
    expected = told(from_tree(tree, SETTINGS, stack))
    monkeypatch.setattr("polyspec.repeat.from_tree", None)  # the whole way is not gone
    assert told(repeat.finish(then)) == expected
    assert told(repeat.finish(first)) == told(repeat.finished)


MIXED = """
    kind: component
    name: train
    queue: "{{ q }}"
    tags: [fixed, "{{ q }}"]
    cost: "{{ x }}"
    cache: {ttl: "{{ y }}"}
    termination: {maxRetries: "{{ x }}", ttl: "{{ y }}", timeout: 9}
    plugins: {collectLogs: "{{ z }}", collectArtifacts: "{{ z }}", sandbox: "{{ w }}"}
    inputs: [{name: q}, {name: w}, {name: x}, {name: y}, {name: z}, {name: sum, value: "{{ x }}{{ y }}"}]
    run:
      kind: job
      environment: {labels: {sum: "{{ sum }}", run: "{{ globals.uuid }}"}, nodeName: "n{{ x }}", serviceAccountName: "{{ z }}"}
      container:
        image: team/train
        args: ["{{ x }}-{{ y }}", "{{ z }}"]
        env: [{name: Q, value: "{{ q }}"}]
        resources: {limits: {cpu: "{{ x }}", gpu: "{{ y }}"}, requests: {cpu: 1}}
      init: [{paths: "{{ w }}", connection: "{{ w }}"}]
"""
"""Texts, numbers and bools of every sort, in places that are checked alone and together, and that decide more than themselves."""
SIMPLE = {"q": "a", "w": False, "x": 1, "y": 2, "z": True}


@pytest.mark.parametrize(
    ("fields", "first", "then"),
    [
        ("termination: {maxRetries: '{{ x }}'}", 1, 2),
        ("cost: '{{ x }}'", 1, 2.5),
        ("cost: '{{ x }}'", 1.0, 1),
        ("plugins: {collectLogs: '{{ x }}'}", True, False),
        ("queue: '{{ x }}'", "a", "b"),
        ("cache: {ttl: '{{ x }}', disable: true}", 1, 2),
        ("termination: {timeout: '{{ x }}', maxRetries: '{{ x }}'}", 1, 2),
        ("run: {container: {image: a, resources: {limits: {cpu: '{{ x }}', memory: 1Gi}}}}", 1, 2.5),
        ("run: {container: {image: a, resources: {limits: {cpu: '{{ x }}'}, requests: {cpu: '{{ x }}'}}}}", "1", 2),
        ("run: {container: {image: a}, environment: {serviceAccountName: '{{ x }}', nodeName: 'n{{ x }}'}}", True, False),
    ],
)
def test_numbers_and_bools_repeat_as_texts_do(fields: str, first: Tree, then: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    source = yaml_tree(f"{{inputs: [{{name: x}}, {{name: n, type: int}}], {fields}}}")
    source["run"] = {"kind": "job", **source.get("run", {"container": {"image": "a", "args": ["{{ n }}"]}})}
    tree, stack = merged(source, {"x": first, "n": 1})
    repeat = repeat_over(tree, stack)
    expected = told(from_tree(*whole(source, {"x": then, "n": 2})))
    monkeypatch.setattr("polyspec.repeat.from_tree", None)  # the whole way is not gone
    assert told(repeat.finish({"x": then, "n": 2})) == expected
    assert expected != told(repeat.finished)


TOGETHER = {
    "apart": ("resources: {limits: {cpu: '{{ x }}', memory: '{{ y }}'}}}", {"x": 1, "y": 1}, {"x": 2, "y": 2}, None),
    "wrong alone": (
        "resources: {limits: {cpu: '{{ x }}', memory: '{{ y }}'}}}",
        {"x": 1, "y": 1},
        {"x": True, "y": 1},
        "wrong-type",
    ),
    "in one part": ("securityContext: {runAsUser: '{{ x }}', runAsGroup: '{{ y }}'}}", {"x": 1, "y": 1}, {"x": 2, "y": 3}, None),
    "for a service": ("image: a}, plugins: {sandbox: '{{ x }}'}", {"x": False}, {"x": True}, "service-only-plugin"),
}
"""Values that go into parts that are checked: the fields of a container, and what comes after them."""


@pytest.mark.parametrize("case", TOGETHER.values(), ids=TOGETHER)
def test_what_is_checked_together_is_told_as_on_the_whole_way(case: tuple[str, Any, Any, str | None]) -> None:
    fields, first, then, code = case
    spec = f"{{inputs: [{{name: x}}, {{name: y, value: 1}}], container: {{{fields}}}"
    values = {**first, **then}
    assert_same(spec, first, values)
    found = outcome(lambda: repeat_of(spec, first).finish(values))
    assert [getattr(problem, "code", None) for problem in found][:1] == [code]


def assert_as_the_whole_way(spec: str, name: str, bounds: range, first: Mapping[str, Any], then: Mapping[str, Any]) -> None:
    """However a limit is set, other values end as on the whole way: some within it, some past it."""
    outcomes = []
    for most in bounds:
        settings = Settings(limits=Limits(**{name: most}))
        tree, stack = merged(yaml_tree(spec), first)
        try:
            repeat = Repeat(tree, settings, stack, from_tree(tree, settings, stack))
        except Rejected:
            continue
        tree, stack = merged(yaml_tree(spec), then)
        expected = outcome(functools.partial(from_tree, tree, settings, stack))
        assert outcome(functools.partial(repeat.finish, then)) == expected
        outcomes.append(isinstance(expected[0], bytes))
    assert set(outcomes) == {True, False}


@pytest.mark.parametrize("name", ["nodes", "document_bytes", "loop_steps", "pattern_steps"])
def test_what_many_values_take_together_is_bounded_as_on_the_whole_way(name: str) -> None:
    """However the bound is set: the whole way is gone where the parts might come to more."""
    spec = """
        inputs: [{name: x, type: str, validation: {regex: 'a+b*'}}, {name: y, type: str, validation: {regex: 'a+c*'}}, {name: z}]
        run:
          kind: job
          container:
            image: a
            command: ["{% for i in x %}{{ i }}{% endfor %}", "{% for i in y %}{{ i }}{% endfor %}"]
            args: ["{% for i in z | string %}{{ i }}{% endfor %}", "{{ z }}"]
    """
    first, then = {"x": "a", "y": "a", "z": "a"}, {"x": "a" * 99, "y": "a" * 99, "z": [["b"] * 9] * 9}
    assert_as_the_whole_way(spec, name, range(1, 8000, 61), first, then)


def test_the_written_forms_of_arguments_count_as_the_other_templates_do() -> None:
    """However many of them are of values that are as they were."""
    form = "value: b, argFormat: '{{ x }}{{ x }}'"
    forms = ", ".join(f"{{name: {name}, {form.replace('x', name)}}}" for name in "pqr")
    spec = f"{{inputs: [{forms}], container: {{image: a, args: ['{{{{ p }}}}']}}}}"
    first = {"p": "a" * 100, "q": "b" * 100, "r": "c"}
    then = {**first, "r": "c" * 100}
    assert_as_the_whole_way(spec, "document_bytes", range(450, 900, 50), first, then)


def test_what_reads_no_other_value_is_shared() -> None:
    repeat = repeat_of(SPEC, {"lr": 0.1, "layers": 2})
    again = repeat.finish({"lr": 0.1, "layers": 3})
    assert again.tree["run"]["init"] is repeat.finished.tree["run"]["init"]
    assert again.tree["run"]["environment"] is repeat.finished.tree["run"]["environment"]
    assert again.tree["inputs"][0] is repeat.finished.tree["inputs"][0]
    assert again.tree["inputs"][3] is repeat.finished.tree["inputs"][3]
    assert repeat.finished.tree["run"]["container"]["args"][2] == "2"


def test_a_number_that_is_the_id_of_another_is_not_taken_for_it() -> None:
    repeat, zero = repeat_of("{inputs: [{name: x}], container: {image: a, args: ['{{ x }}']}}", {"x": "first"}), 0
    found = [repeat.finish({"x": value}).tree["run"]["container"]["args"] for value in (id(zero), id(zero), zero)]
    assert found == [[str(id(zero))], [str(id(zero))], ["0"]]


@pytest.mark.parametrize(("text", "kept"), [("{{ x }}", ["a"]), ("{% for i in many %}{{ x }}-{% endfor %}", [])])
def test_what_a_value_gives_is_kept_for_the_next_run_where_it_is_little(text: str, kept: list[str]) -> None:
    spec = f"{{inputs: [{{name: x}}, {{name: many, value: {[1] * 3000}}}], container: {{image: a, args: ['{text}']}}}}"
    repeat = repeat_of(spec, {"x": "first"})
    for value in ("a", "b", "a", "c", "a"):
        tree, stack = merged(yaml_tree(spec), {"x": value})
        assert told(repeat.finish({"x": value})) == told(from_tree(tree, SETTINGS, stack))
    shares = [repeat.memo.get(("x", str, value)) for value in "abc"]
    assert [share.value for share in shares if share.changes] == kept


WHOLE = {
    "type": ("args: '{{ x }}'", ["a"], "b"),
    "null": ("image: '{{ x }}'", "a", None),
    "identity": ("image: '{{ globals.uuid }}'", "a", "b"),
    "all globals": ("image: '{{ globals }}'", "a", "b"),
    "null in text": ("image: 'a-{{ x }}'", "a", None),
    "null in an output": (
        "image: a}, outputs: [{name: o, value: 'a-{{ x.y }}'}], environment: {nodeName: a",
        {"y": None},
        {"y": 1},
    ),
    "missing field": ("image: '{{ x.y }}'", {"y": "a"}, {"z": "a"}),
    "missing field of a default": ("image: '{{ x.y | default(1) }}'", {"y": "a"}, 1),
    "key": ("env: {'{{ x }}': b}", "a", "b"),
    "two keys": ("env: {'{{ x }}': b, c: d}", "a", "c"),
    "queue": ("image: a}, queue: '{{ x }}', environment: {nodeName: a", "a", "b"),
    "no queue": ("image: a}, queue: '{{ x }}', environment: {nodeName: a", "a", "b c/d/e/f"),
    "name": ("image: '{{ globals.name }}'}, name: '{{ x }}', environment: {nodeName: a", "a", "b"),
    "connection": ("image: a}, connections: ['{{ x }}'], environment: {nodeName: a", "a", "b"),
    "number": ("image: a}, termination: {maxRetries: '{{ x }}'}, environment: {nodeName: a", 1, 2),
    "no number": ("image: a}, termination: {maxRetries: '{{ x }}'}, environment: {nodeName: a", 1, "two"),
    "later context": ("image: '{{ y }}'}, params: {y: {value: '{{ x }}'}}, environment: {nodeName: a", 1, 2),
}
"""What another value of the input `x` may change beside texts: the fields of a container, and what comes after them."""
TYPED = {
    "wrong type": ("type: int", 1, "one"),
    "invalid": ("type: int, validation: {gt: 1}", 2, 1),
    "init step": ("type: git, toInit: true", {"url": "a"}, {"url": "b"}),
    "connection": ("connection: '{{ x }}'", "a", 1),
    "description": ("description: 'a {{ x }}'", "a", "b"),
}
"""The same for what an input itself says."""


@pytest.mark.parametrize("case", WHOLE.values(), ids=WHOLE)
def test_what_is_not_so_simple_goes_the_whole_way(case: tuple[str, Any, Any]) -> None:
    spec, first, then = case
    assert_same(f"{{inputs: [{{name: x}}], container: {{{spec}}}}}", {"x": first}, {"x": then})


@pytest.mark.parametrize("case", TYPED.values(), ids=TYPED)
def test_an_input_that_is_not_so_simple_goes_the_whole_way(case: tuple[str, Any, Any]) -> None:
    spec, first, then = case
    assert_same(f"{{inputs: [{{name: x, {spec}}}], container: {{image: '{{{{ x }}}}'}}}}", {"x": first}, {"x": then})


def test_the_addresses_of_a_service_follow_its_fields() -> None:
    run = "kind: service, isExternal: '{{ x }}', container: {image: '{{ globals.base_url }}'}"
    assert_same(f"{{kind: component, inputs: [{{name: x}}], run: {{{run}}}}}", {"x": True}, {"x": False})
    run = "kind: service, container: {image: '{{ globals.base_url }}'}"
    assert_same(f"{{kind: component, inputs: [{{name: x}}], run: {{{run}}}}}", {"x": 1}, {"x": 2})


@given(specs, st.lists(st.tuples(st.sampled_from(["lr", "a", "b"]), json_trees(4), json_trees(4)), min_size=1, max_size=2))
@SLOW
def test_any_spec_gives_for_other_values_what_the_whole_way_gives(spec: Tree, values: list[tuple[str, Any, Any]]) -> None:
    first, then = {name: value for name, value, _ in values}, {name: value for name, _, value in values}
    try:
        tree, stack = merged(spec, first)
        repeat = repeat_over(tree, stack)
        tree, stack = merged(spec, then)
    except (Rejected, polyspec.PolyspecError):
        return
    assert outcome(lambda: repeat.finish(then)) == outcome(lambda: from_tree(tree, SETTINGS, stack))


ODD = st.one_of(
    st.sampled_from([True, False, 0, 1, 2, -1, 3.5, 1.0, None, "a", "b-c", "", "1", "2.5", "a,b", "true", [1], {"a": 1}])
)


DISTRIBUTED = """
    kind: component
    inputs: [{name: q}, {name: w}, {name: x, type: int}, {name: y}, {name: z}]
    run:
      kind: tfjob
      schedulingPolicy: {minAvailable: "{{ x }}", queue: "{{ q }}"}
      worker: {replicas: "{{ x }}", container: {image: "a:{{ y }}", args: ["{{ w }}", "{{ params.as_args }}"]}}
      chief: {replicas: 1, container: {image: a, env: [{name: Y, value: "{{ y }}"}]}, environment: {labels: {z: "{{ z }}"}}}
"""
SERVICE = """
    kind: component
    name: "n-{{ y }}"
    inputs: [{name: q}, {name: w}, {name: x, type: float}, {name: y}, {name: z, isFlag: true, type: bool}]
    plugins: {sandbox: "{{ w }}"}
    run:
      kind: service
      replicas: "{{ y }}"
      ports: [80]
      isExternal: "{{ w }}"
      volumes: [{name: v, emptyDir: {sizeLimit: "{{ q }}"}}]
      container: {image: "a:{{ q }}", args: ["{{ z }}", "{{ x + 1 }}", "{{ globals.run_outputs_path }}"], workingDir: "{{ q }}"}
"""


@pytest.mark.parametrize("spec", [MIXED, DISTRIBUTED, SERVICE], ids=["mixed", "distributed", "service"])
@given(st.lists(st.dictionaries(st.sampled_from(sorted(SIMPLE)), ODD, max_size=2), min_size=1, max_size=4))
@SLOW
def test_a_walk_over_any_values_gives_what_each_gives_alone(spec: str, walk: list[dict[str, Any]]) -> None:
    repeat = repeat_of(spec, SIMPLE)
    for changed in walk:
        values = {**SIMPLE, **changed}
        expected = outcome(functools.partial(from_tree, *whole(yaml_tree(spec), values)))
        assert outcome(functools.partial(repeat.finish, values)) == expected
