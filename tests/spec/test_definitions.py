"""Components, operations and files without a kind (polyaxonfile sections 3, 4 and 5)."""

from typing import Any

import pytest

from polyspec import Component, Operation, RunPatch
from polyspec.spec.kinds import keys_of
from polyspec.spec.operation import REFERENCES, Definition
from polyspec.spec.run import Job
from polyspec.tree import UNSET

from .telling import only, refused, said, spec, told, tree

SHARED = (
    "version kind name description tags presets strictParams queue namespace cache termination plugins build hooks isApproved"
    " cost mount inputs outputs run template"
)
SHORTCUTS = "ports container cmd env resources environment init connections sidecars volumes"
OF_OPERATIONS = (
    "params hubRef urlRef pathRef dagRef component runPatch patchStrategy isPreset schedule events matrix joins dependencies"
    " trigger conditions skipOnUpstreamSkip"
)


class TestFields:
    @pytest.mark.parametrize("cls", [Component, Operation, Definition])
    def test_components_and_operations_share_one_field_set(self, cls: Any) -> None:
        assert keys_of(cls) == {*SHARED.split(), *SHORTCUTS.split(), *OF_OPERATIONS.split()}

    def test_all_problems_are_told_at_once_in_the_order_of_the_text(self) -> None:
        assert (
            told(
                """\
kind: component
name: a b
strictParams: 'no'
cost: yes
queue: a/b/c/d
run:
  kind: job
  container:
    imag: busybox
    args: no
  conections: [git]
tags: 1
"""
            )
            == """
error[bad-text]: not a name
 --> spec.yaml:2:7
  |
2 | name: a b
  |       ^^^
  = at: name
  = help: letters, digits, `-` and `_`, with an owner before `/` and a tag after `:` if need be

error[wrong-type]: expected a bool, found text
 --> spec.yaml:3:15
  |
3 | strictParams: 'no'
  |               ^^^^
  = at: strictParams
  = help: write `true` or `false`, without quotes

error[wrong-type]: expected a number or a template, found a bool
 --> spec.yaml:4:7
  |
4 | cost: yes
  |       ^^^
  = at: cost

error[bad-text]: not a queue
 --> spec.yaml:5:8
  |
5 | queue: a/b/c/d
  |        ^^^^^^^
  = at: queue
  = help: write `queue` or `agent/queue`

error[unknown-field]: unknown field `imag` of a container
 --> spec.yaml:9:5
  |
9 |     imag: …
  |     ^^^^
  = at: run.container.imag
  = help: did you mean `image`?

error[wrong-type]: expected a list or text, found a bool
  --> spec.yaml:10:11
   |
10 |     args: no
   |           ^^
   = at: run.container.args
   = help: quote it

error[unknown-field]: unknown field `conections` of a job
  --> spec.yaml:11:3
   |
11 |   conections: …
   |   ^^^^^^^^^^
   = at: run.conections
   = help: did you mean `connections`?

error[wrong-type]: expected a list, found an integer
  --> spec.yaml:12:7
   |
12 | tags: 1
   |       ^
   = at: tags
"""
        )

    def test_extension_keys_are_no_fields(self) -> None:
        assert only("kind: component\nx-note: 1").message == "unknown field `x-note` of a component"

    def test_an_image_at_the_root_is_no_field(self) -> None:
        assert only("kind: component\nimage: busybox").code == "unknown-field"

    def test_a_long_key_is_cut(self) -> None:
        assert only("kind: component\n" + "x" * 500 + ": 1").message == f"unknown field `{'x' * 59}…` of a component"


class TestKinds:
    @pytest.mark.parametrize(
        ("text", "cls", "kind"),
        [
            ("kind: component", Component, "component"),
            ("kind: operation", Operation, "operation"),
            ("run: {kind: job}", Operation, UNSET),
            ("{}", Operation, UNSET),
            ("kind: null", Operation, UNSET),
        ],
    )
    def test_the_kind_chooses_the_class(self, text: str, cls: type[Definition], kind: object) -> None:
        found = spec(text)
        assert type(found) is cls
        assert found.kind == kind

    def test_a_file_without_a_kind_stays_without(self) -> None:
        assert tree("run: {kind: job}\nversion: 1.1") == {"version": 1.1, "run": {"kind": "job"}}
        assert list(tree("run: {kind: job}\nkind: component\nversion: 1")) == ["version", "kind", "run"]

    @pytest.mark.parametrize(
        ("kind", "hint"),
        [
            ("componant", "did you mean `component`?"),
            ("Operation", "did you mean `operation`?"),
            ("job", "`component` or `operation`"),
            ("compiled_operation", "did you mean `operation`?"),
            ("1", "`component` or `operation`"),
            ("[component]", "`component` or `operation`"),
            ("{}", "`component` or `operation`"),
            ("''", "`component` or `operation`"),
        ],
    )
    def test_an_unknown_kind(self, kind: str, hint: str) -> None:
        found = only(f"kind: {kind}\nname: x")
        assert (found.code, found.message, found.path, found.hint) == ("unknown-kind", "unknown kind of spec", ("kind",), hint)

    def test_what_has_a_kind_of_its_own_is_not_read_as_a_spec(self) -> None:
        assert only("kind: ConfigMap\ndata: {}").code == "unknown-kind"

    @pytest.mark.parametrize(
        ("text", "kind"), [("[]", "a list"), ("a", "text"), ("1", "an integer"), ("0.5", "a number"), ("true", "a bool")]
    )
    def test_a_spec_is_a_mapping(self, text: str, kind: str) -> None:
        found = only(text)
        assert (found.code, found.message) == ("not-a-spec", f"expected a spec (a mapping), found {kind}")
        assert found.hint == "a spec is a mapping with `kind: component` or `kind: operation`"


class TestNestedComponents:
    def test_a_component_inside_may_have_any_kind_or_none(self) -> None:
        found = spec("component: {kind: operation, component: {kind: component, component: {run: {kind: job}}}}")
        outer = found.component
        assert isinstance(outer, Operation)
        assert isinstance(outer.component, Component)
        assert isinstance(outer.component.component, Operation)
        assert "kind" not in outer.component.component.to_dict()
        assert found.to_dict()["component"]["component"]["component"] == {"run": {"kind": "job"}}

    def test_its_problems_have_their_whole_path(self) -> None:
        assert said("component: {component: {component: 1, nam: x}}") == [
            ("component.component.nam", "unknown field `nam` of an operation", "did you mean `name`?"),
            ("component.component.component", "expected a component or an operation (a mapping), found an integer", None),
        ] or said("component: {component: {component: 1, nam: x}}") == [
            ("component.component.component", "expected a component or an operation (a mapping), found an integer", None),
            ("component.component.nam", "unknown field `nam` of an operation", "did you mean `name`?"),
        ]

    def test_an_unknown_kind_inside(self) -> None:
        assert only("component: {kind: job}").path == ("component", "kind")


class TestNames:
    @pytest.mark.parametrize(
        "name", ["a", "A-b_1", "1", "org/slug", "slug:tag", "org/slug:1.0-rc_2", "{{ name }}", "x-{{ globals.uuid }}"]
    )
    def test_a_name(self, name: str) -> None:
        assert tree(f"name: '{name}'") == {"name": name}

    @pytest.mark.parametrize("name", ["", "a b", "a/b/c", "a:b:c", "/a", "a/", ":a", "a:", "é", "a.b", "a\\n"])
    def test_no_name(self, name: str) -> None:
        found = only(f'name: "{name}"')
        assert (found.code, found.message) == ("bad-text", "not a name")

    @pytest.mark.parametrize("queue", ["queue", "agent/queue", "agent.queue", "owner/agent/queue", "{{ q }}"])
    def test_a_queue(self, queue: str) -> None:
        assert tree(f"queue: '{queue}'") == {"queue": queue}

    @pytest.mark.parametrize("queue", ["", "a/b/c/d", "a//b", "../a", "a b", "/a", "a/"])
    def test_no_queue(self, queue: str) -> None:
        found = only(f"queue: '{queue}'")
        assert (found.message, found.hint) == ("not a queue", "write `queue` or `agent/queue`")

    @pytest.mark.parametrize(
        "trigger", ["all_succeeded", "all_failed", "all_done", "one_succeeded", "one_failed", "one_done", "{{ t }}"]
    )
    def test_a_trigger(self, trigger: str) -> None:
        assert tree(f"trigger: '{trigger}'") == {"trigger": trigger}

    def test_no_trigger(self) -> None:
        assert said("trigger: all_suceeded") == [("trigger", "unknown trigger", "did you mean `all_succeeded`?")]
        assert said("trigger: x") == [
            ("trigger", "unknown trigger", "one of all_succeeded, all_failed, all_done, one_succeeded, one_failed, one_done")
        ]


class TestCommaLists:
    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("a", ["a"]),
            ("a, b ,c", ["a", "b", "c"]),
            ("' a,, b,'", ["a", "b"]),
            ("''", []),
            ("','", []),
            ("[a, 'b,c']", ["a", "b,c"]),
            ("[]", []),
            ("'{{ tag }}'", ["{{ tag }}"]),
            ("'a,{{ f(x, y) }}, b-{{ c }}'", ["a", "{{ f(x, y) }}", "b-{{ c }}"]),
            ("'{{ a, b'", ["{{ a, b"]),
        ],
    )
    @pytest.mark.parametrize("field", ["tags", "presets"])
    def test_one_text_with_commas_is_a_list(self, field: str, text: str, names: list[str]) -> None:
        assert tree(f"{field}: {text}") == {field: names}

    @pytest.mark.parametrize(
        ("text", "message"), [("1", "expected a list, found an integer"), ("{a: 1}", "expected a list, found a mapping")]
    )
    def test_other_values_are_refused(self, text: str, message: str) -> None:
        assert said(f"tags: {text}") == [("tags", message, None)]

    def test_items_are_text(self) -> None:
        assert said("tags: [a, 1, [b]]") == [
            ("tags[1]", "expected text, found an integer", "quote it"),
            ("tags[2]", "expected text, found a list", None),
        ]


class TestReferences:
    @pytest.mark.parametrize("key", ["hubRef", "dagRef", "urlRef", "pathRef"])
    def test_one_reference(self, key: str) -> None:
        assert tree(f"{key}: x") == {key: "x"}
        assert tree(f"{key}: x\ncomponent: {{}}") == {key: "x", "component": {}}

    @pytest.mark.parametrize(
        ("text", "path"),
        [
            ("hubRef: a\npathRef: b", "pathRef"),
            ("urlRef: a\ndagRef: b", "urlRef"),
            ("pathRef: a\nurlRef: b\nhubRef: c", "urlRef"),
        ],
    )
    def test_more_are_refused(self, text: str, path: str) -> None:
        found = only(text)
        assert (found.code, found.message, found.path) == ("many-references", "a spec has one reference at most", (path,))

    def test_empty_ones_are_none(self) -> None:
        assert spec("hubRef: a\npathRef: null\nurlRef: ''").hub_ref == "a"

    def test_a_preset_may_carry_several(self) -> None:
        assert spec("hubRef: a\npathRef: b\nisPreset: true").is_preset is True

    def test_they_are_in_a_table(self) -> None:
        assert set(REFERENCES) == {"hub_ref", "dag_ref", "url_ref", "path_ref"}


class TestCommands:
    @pytest.mark.parametrize(
        ("text", "cmd"), [("python x.py", "python x.py"), ("[a, b]", ["a", "b"]), ("null", None), ('"a\\nb"', "a\nb")]
    )
    def test_a_command_is_text_or_a_list_of_texts(self, text: str, cmd: Any) -> None:
        assert spec(f"cmd: {text}").cmd == cmd

    @pytest.mark.parametrize("text", ["''", "'  '", "[]", "[a, ' ']", '"\\n"'])
    def test_a_blank_command_is_refused(self, text: str) -> None:
        found = only(f"cmd: {text}")
        assert (found.code, found.message, found.path) == ("blank-cmd", "`cmd` is a command, not blank", ("cmd",))

    def test_other_values_are_refused(self) -> None:
        assert said("cmd: 1") == [("cmd", "expected text or a list, found an integer", "quote it")]
        assert said("cmd: [1]") == [("cmd[0]", "expected text, found an integer", "quote it")]


class TestShortcuts:
    def test_env_values_are_text(self) -> None:
        assert tree("env: {A: '1', B: ''}") == {"env": {"A": "1", "B": ""}}
        assert said("env: {A: 1, B: true}") == [
            ("env.A", "expected text, found an integer", "quote it"),
            ("env.B", "expected text, found a bool", "quote it"),
        ]

    def test_a_null_removes_a_variable_or_an_amount_that_is_patched(self) -> None:
        assert tree("env: {A: null}\nresources: {gpu: null}") == {"env": {"A": None}, "resources": {"gpu": None}}

    def test_ports_are_integers(self) -> None:
        assert said("ports: [80, '443', 1.0]") == [
            ("ports[1]", "expected an integer, found text", "write it without quotes"),
            ("ports[2]", "expected an integer, found a number", None),
        ]

    def test_every_amount_at_fault_is_told(self) -> None:
        assert said("resources: {cpu: -1, gpu: 1.5, disk: 1, memory: 1Gi}") == [
            ("resources.cpu", "expected an amount of zero or more, of 63 bits at most", None),
            ("resources.gpu", "expected a whole count", None),
            ("resources.disk", "unknown resource `disk`", "cpu, memory, gpu, or a name with its vendor such as `google.com/tpu`"),
        ]

    def test_an_unknown_resource_is_placed_at_its_key(self) -> None:
        assert (
            told("resources: {nvidia.com/gpu: 1}")
            == """
error[unknown-resource]: unknown resource `nvidia.com/gpu`
 --> spec.yaml:1:13
  |
1 | resources: {nvidia.com/gpu: …
  |             ^^^^^^^^^^^^^^
  = at: resources["nvidia.com/gpu"]
  = help: write `gpu`
"""
        )

    def test_problems_of_different_rules_are_told_together(self) -> None:
        found = refused("hubRef: a\npathRef: b\ncmd: ''\nresources: {gpu: 1.5}\ninputs: [{name: x}, {name: x}]")
        assert [it.code for it in found] == ["many-references", "blank-cmd", "bad-resource", "duplicate-name"]


class TestRuns:
    def test_a_run_without_a_kind_is_a_patch(self) -> None:
        assert isinstance(spec("run: {container: {image: a}}").run, RunPatch)
        assert isinstance(spec("run: {kind: job}").run, Job)

    def test_a_run_patch_is_of_any_kind(self) -> None:
        found = spec("runPatch: {kind: x, worker: {replicas: 2}, ports: [80], container: {image: null}}").run_patch
        assert isinstance(found, RunPatch)
        assert found.to_dict() == {"kind": "x", "worker": {"replicas": 2}, "ports": [80], "container": {"image": None}}

    def test_its_fields_are_those_of_some_kind(self) -> None:
        assert said("runPatch: {replica: 1}") == [
            ("runPatch.replica", "unknown field `replica` of a run", "did you mean `replicas`?")
        ]


class TestRepeatedNames:
    @pytest.mark.parametrize("field", ["inputs", "outputs"])
    def test_both_places_are_told(self, field: str) -> None:
        assert (
            told(f"{field}:\n- name: lr\n- name: x\n- name: lr\n")
            == f"""
error[duplicate-name]: two {field} are named `lr`
 --> spec.yaml:4:9
  |
4 | - name: lr
  |         ^^
  = at: {field}[2].name
  = help: rename one of them
  = note: first written here (spec.yaml:2:9)
  |
2 | - name: lr
  |         ^^
"""
        )

    def test_an_output_may_have_the_name_of_an_input(self) -> None:
        assert spec("inputs: [{name: a}]\noutputs: [{name: a}]").outputs

    def test_the_note_has_its_place_inside_other_specs_too(self) -> None:
        found = only("component:\n  inputs: [{name: a},\n   {name: a}]")
        assert found.path == ("component", "inputs", 1, "name")
        assert [str(note.location) for note in found.notes] == ["spec.yaml:2:19"]
