"""Laws of compiling: a run spec or one error for any tree, and no value of a param in any message."""

import contextlib
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import polyspec
from polyspec import PolyspecError, RunContext, RunSpec
from polyspec.source import canonical_json
from polyspec.tree import thawed
from tests.strategies import Grammar, Tree, components, json_trees, operations, runnables

SLOW = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], deadline=None)
names = st.sampled_from(["lr", "epochs", "a", "b"])
TEMPLATES = [
    *(
        "{{ lr }}",
        "x{{ a }}",
        "{{ globals.owner_name }}",
        "{{ globals.run_outputs_path }}",
        "{{ globals.name }}",
        "{{ globals[a] }}",
        "{{ a.b }}",
        "{{ lr + 1 }}",
        "{{ nothing }}",
        "{{ params.as_args }}",
        "{% if a %}b{% endif %}",
        "{{",
    ),
    *(
        "{{ b[a] }}",
        "{{ b | map(a) }}",
        "{{ b | join(attribute=a) }}",
        "{{ b | map_format(a, a) }}",
        "{{ a | join(b) }}",
        "{{ a < 1 }}",
    ),
    *("{{ b | round(a) }}", "{{ a in 1 }}", "{{ -a }}", "{% for i in a %}{{ i.b }}{% endfor %}", "{{ [1][a:] }}"),
]
templates = st.sampled_from(TEMPLATES)
types = st.sampled_from(["int", "float", "str", "bool", "List[int]", "dict", "path", "git", "date", "any", "nonsense"])
values = json_trees(4) | templates
inputs = st.lists(
    st.fixed_dictionaries(
        {"name": names},
        optional={
            "type": types,
            "value": values,
            "isOptional": st.booleans(),
            "isList": st.booleans(),
            "toInit": st.booleans(),
            "toEnv": st.just("E"),
            "connection": st.sampled_from(["repo", "{{ a }}"]),
            "argFormat": templates,
            "validation": st.sampled_from([{"gt": 1}, {"regex": "a+"}, {"options": [1, "a"]}, {"delay": True}, {"maxLength": 3}]),
        },
    ),
    max_size=3,
    unique_by=lambda io: str(io["name"]),
)
pods = st.fixed_dictionaries(
    {},
    optional={
        "container": st.fixed_dictionaries({}, optional={"image": templates, "args": st.lists(templates) | templates}),
        "connections": st.lists(st.sampled_from(["repo", "{{ a }}"]), max_size=2),
        "init": st.lists(
            st.sampled_from([{"connection": "repo"}, {"paths": ["{{ a }}"]}, {"git": {"url": "{{ a }}"}}]), max_size=2
        ),
        "environment": st.fixed_dictionaries({"labels": st.dictionaries(templates | names, templates, max_size=2) | templates})
        | templates,
        "volumes": st.lists(templates.map(lambda text: {"name": text}), max_size=2) | templates,
    },
)
runs = (
    pods.map(lambda pod: {"kind": "job", **pod})
    | st.builds(
        lambda pod, ports: {"kind": "service", "ports": ports, **pod}, pods, st.lists(st.integers(1, 9), max_size=2) | templates
    )
    | st.builds(lambda one, two: {"kind": "mpijob", "slotsPerWorker": "{{ lr }}", "launcher": one, "worker": two}, pods, pods)
    | st.dictionaries(names, pods, max_size=2).map(
        lambda workers: {"kind": "raycluster", "entrypoint": "{{ a }}", "workers": workers}
    )
)
specs = st.fixed_dictionaries(
    {"run": runs},
    optional={
        "inputs": inputs,
        "outputs": inputs,
        "params": st.dictionaries(names, values, max_size=3),
        "name": templates,
        "queue": templates,
        "tags": st.lists(templates, max_size=2) | templates,
        "matrix": st.sampled_from(
            [
                {"kind": "mapping", "values": [{"lr": 1}]},
                {"kind": "grid", "params": {"a": {"kind": "choice", "value": ["{{ lr }}"]}}},
            ]
        ),
        "strictParams": st.booleans(),
        "patchStrategy": st.sampled_from(["post_merge", "pre_merge", "replace", "isnull", "other"]),
        "cmd": templates,
        "env": st.dictionaries(names, templates, max_size=2),
    },
)


def outcome(source: Any, params: Any = None, **options: Any) -> RunSpec | PolyspecError:
    try:
        return polyspec.compile(source, params, **options)
    except PolyspecError as error:
        str(error)
        return error


def check(source: Any, params: Any = None, **options: Any) -> None:
    """A run spec that survives its wire format, or an error; the arguments as they were, and the same the next time."""
    before = thawed(source), thawed(params)
    found = outcome(source, params, **options)
    assert (source, params) == before
    again = outcome(source, params, **options)
    if isinstance(found, RunSpec):
        assert isinstance(again, RunSpec)
        assert again.to_json() == found.to_json()
        assert RunSpec.from_dict(found.to_dict()) == found
        assert found.digest == again.digest
        canonical_json(found.to_dict())
    else:
        assert isinstance(again, PolyspecError)
        assert again.diagnostics == found.diagnostics


@given(specs, st.none() | st.dictionaries(names, json_trees(4), max_size=2), st.lists(specs, max_size=1))
@SLOW
def test_a_spec_compiles_or_is_refused(spec: Tree, params: Tree | None, presets: list[Tree]) -> None:
    check(spec, params, presets=presets)


@given(components() | operations())
@SLOW
def test_any_spec_of_the_language_compiles_or_is_refused(spec: Tree) -> None:
    check(spec, context=RunContext(run_uuid="u"))


@given(runnables())
@SLOW
def test_what_can_run_compiles(spec: Tree) -> None:
    assert isinstance(polyspec.compile(spec), RunSpec)


@given(
    json_trees(20)
    | st.dictionaries(st.sampled_from(["kind", "run", "inputs", "params", "component", "container", "matrix"]), json_trees(6))
)
@SLOW
def test_any_tree_compiles_or_is_refused(tree: Any) -> None:
    if isinstance(tree, dict):
        check(tree)
    with contextlib.suppress(PolyspecError):
        polyspec.load(tree)


@given(specs, st.none() | st.dictionaries(names, json_trees(4), max_size=2), st.lists(specs, max_size=2))
@SLOW
def test_what_was_checked_when_it_was_read_need_not_be_checked_again(spec: Tree, params: Any, presets: list[Tree]) -> None:
    check_known_parts(spec, params, presets)


RUNS = [
    {"kind": "job", "container": {"image": "a:1"}},
    {"kind": "service", "container": {"image": "a:1"}},
    {"kind": "mpijob", "launcher": {"container": {"image": "a:1"}}, "worker": {"container": {"image": "b:1"}}},
    {"kind": "raycluster", "head": {"container": {"image": "a:1"}}, "workers": {"w": {"container": {"image": "b:1"}}}},
]


def patches(grammar: Grammar) -> st.SearchStrategy[Tree]:
    """Presets that say something of the pods of a run."""
    return st.fixed_dictionaries(
        {"isPreset": st.just(True)},
        optional={
            "patchStrategy": st.sampled_from(["post_merge", "pre_merge", "replace", "isnull"]),
            "env": st.dictionaries(names, templates | st.none(), max_size=2),
            "container": grammar.container(),
            "environment": grammar.environment(),
            "volumes": grammar.volumes(),
            "run": grammar.pod(),
            "runPatch": grammar.pod(),
        },
    )


@given(st.sampled_from(RUNS), st.lists(patches(Grammar(nulls=False)) | patches(Grammar(templates=False)), max_size=3))
@SLOW
def test_what_was_checked_of_a_patch_need_not_be_checked_again_in_the_run(run: Tree, presets: list[Tree]) -> None:
    inputs = [{"name": name, "type": "str", "value": "x"} for name in ("lr", "a")]
    check_known_parts({"kind": "component", "inputs": inputs, "run": run}, None, presets)


def check_known_parts(spec: Tree, params: Any, presets: list[Tree]) -> None:
    """Hold what a compilation gives against one that checks all parts of the run again."""
    found = outcome(spec, params, presets=presets)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("polyspec.stages.kept_parts", lambda specs, run, shape, is_own: ())
        whole = outcome(spec, params, presets=presets)
    if isinstance(found, RunSpec):
        assert isinstance(whole, RunSpec)
        assert found.to_json() == whole.to_json()
    else:
        assert isinstance(whole, PolyspecError)
        assert found.diagnostics == whole.diagnostics


@given(specs, st.none() | st.dictionaries(names, json_trees(4), max_size=2), st.sampled_from([None, "train"]))
@SLOW
def test_a_digest_is_that_of_the_run_compiled_without_its_identity(spec: Tree, params: Any, name: str | None) -> None:
    context = RunContext(run_uuid="u", run_name=name, run_path=name)
    found, again = (outcome(spec, params, context=context) for _ in range(2))
    assume(isinstance(found, RunSpec))
    assert isinstance(found, RunSpec)
    assert isinstance(again, RunSpec)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("polyspec.runspec.may_read", lambda trees, names, limits: True)
        expected = again.digest
    assert found.digest == expected


SECRET = "Zq7xW9"
TEXTS = [
    SECRET,
    f"{SECRET}!",
    f"a {SECRET} b",
    f"_{SECRET}",
    f"{SECRET}\n",
    f'{{"{SECRET}": 1}}',
    f"https://u:{SECRET}@h/p?{SECRET}",
]
secrets = st.sampled_from(TEXTS)
planted = st.one_of(
    secrets,
    secrets.map(lambda text: [text]),
    secrets.map(lambda text: {"key": text}),
    secrets.map(lambda text: {text: 1}),
    secrets.map(lambda text: [{"a": [text, 1]}]),
)


@given(specs, st.dictionaries(names, planted | st.just(f"{{{{ {SECRET} }}}}"), min_size=1, max_size=3))
@SLOW
def test_no_message_holds_a_value_of_the_call(spec: Tree, params: Tree) -> None:
    assume("matrix" not in spec)
    found = outcome(spec, params)
    diagnostics = found.warnings if isinstance(found, RunSpec) else found.diagnostics
    for diagnostic in diagnostics:
        assert SECRET not in str(diagnostic)


@given(
    st.sampled_from(["int", "float", "bool", "List[int]", "Dict[str, int]", "date", "uuid", "email", "git", "s3", "image"]),
    planted,
)
@SLOW
def test_no_message_holds_the_value_of_a_param_in_a_document(type_name: str, value: Any) -> None:
    """The line of the source is shown, since its author wrote it; the words about it hold no value."""
    spec = {
        "kind": "operation",
        "params": {"x": value},
        "component": {"inputs": [{"name": "x", "type": type_name, "validation": {"regex": "[0-9]"}}], "run": {"kind": "job"}},
    }
    found = outcome(spec)
    for diagnostic in () if isinstance(found, RunSpec) else found.diagnostics:
        assert SECRET not in f"{diagnostic.message} {diagnostic.hint} {diagnostic.notes}"
