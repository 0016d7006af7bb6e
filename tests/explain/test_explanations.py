"""Where a value comes from: the winner, what it beat, what went into it; as data and as text."""

import textwrap
from pathlib import Path
from typing import Any

import pytest

import polyspec
from polyspec import Connection, Explanation, Origin, Param, PolyspecError, RunContext, RunSpec

COMPONENT = """\
kind: component
inputs:
- {name: lr, type: float, value: 0.1}
- {name: tag, value: "{{ lr }}-x"}
- {name: api_token, type: str, value: hunter2}
run:
  kind: job
  container:
    image: team/train
    args: ["--lr={{ lr }}", "{{ tag }}", "--t={{ api_token }}", plain]
    env: [{name: MODE, value: slow}]
"""
OPERATION = """\
kind: operation
pathRef: component.yaml
params: {lr: 0.2}
runPatch:
  container: {image: team/better}
"""
PRESET = """\
patchStrategy: replace
env: {MODE: fast}
runPatch: {container: {image: team/best}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in {"component": COMPONENT, "operation": OPERATION, "preset": PRESET}.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(origin: Origin) -> str:
    """An origin as its layer, file and place, value."""
    return f"{origin.layer} {Path(origin.source).name}:{origin.line}:{origin.column} {origin.value}"


def story(spec: RunSpec, path: str) -> list[str]:
    """All that had a say in a value."""
    return [told(origin) for origin in spec.explain(path).origins]


class TestLayers:
    @pytest.mark.parametrize(
        ("path", "expected"),
        [
            ("run.container.args[3]", ["component component.yaml:10:65 plain"]),
            (
                "run.container.image",
                [
                    "preset preset.yaml:3:31 team/best",
                    "runPatch operation.yaml:5:22 team/better",
                    "component component.yaml:9:12 team/train",
                ],
            ),
            ("run.container.env[0].value", ["preset preset.yaml:2:13 fast", "component component.yaml:11:31 slow"]),
            ("inputs[0].value", ["param operation.yaml:3:14 0.2", "default component.yaml:3:34 0.1"]),
            ("inputs[1].value", ["default component.yaml:4:22 {{ lr }}-x"]),
            ("kind", ["default <compiler>:None:None None"]),
        ],
        ids=["component", "three", "env", "param", "default", "compiler"],
    )
    def test_all_that_had_a_say_the_winner_first(self, folder: Path, path: str, expected: list[str]) -> None:
        assert story(polyspec.compile("operation.yaml", presets=["preset.yaml"]), path) == expected

    def test_the_strategy_that_let_it_win(self, folder: Path) -> None:
        origins = polyspec.compile("operation.yaml", presets=["preset.yaml"]).explain("run.container.image").origins
        assert [origin.strategy for origin in origins] == ["replace", "replace", "post_merge"]

    def test_params_and_options_of_the_call(self, folder: Path) -> None:
        spec = polyspec.compile("operation.yaml", {"lr": 0.3}, queue="fast")
        assert [(it.layer, it.source, it.line, it.path) for it in spec.explain("inputs[0].value").origins][:2] == [
            ("param", "<params>", None, ("params", "lr", "value")),
            ("param", str(folder / "operation.yaml"), 3, ("params", "lr", "value")),
        ]
        assert str(spec.explain("queue").origin) == "option <options> queue"

    def test_objects_say_which(self) -> None:
        run = {"kind": "job", "container": {"image": "a"}}
        operation = polyspec.Operation.from_dict({"kind": "operation", "component": {"run": run}})
        found = [polyspec.compile(source).explain("run.container.image").origin for source in (operation, operation.to_dict())]
        assert [str(it) for it in found] == [
            "component <Operation> component.run.container.image",
            "component <mapping> component.run.container.image",
        ]

    def test_an_empty_list_far_from_all_else_stands_where_it_was_written(self, tmp_path: Path) -> None:
        text = "kind: component\nrun:\n  kind: job\n  init: [{artifacts: {files: []}}]\n  container: {image: a}\n"
        (tmp_path / "empty.yaml").write_text(text)
        assert story(polyspec.compile(tmp_path / "empty.yaml"), "run.init[0].artifacts.files") == ["component empty.yaml:4:30 []"]

    def test_options_stand_where_they_were_written(self, tmp_path: Path) -> None:
        text = "kind: component\ninputs:\n- {name: x, type: int, value: 2, options: [1, 2]}\nrun: {kind: job}\n"
        (tmp_path / "options.yaml").write_text(text)
        assert story(polyspec.compile(tmp_path / "options.yaml"), "inputs[0].validation.options[1]") == [
            "component options.yaml:3:47 2"
        ]

    def test_presets_that_are_objects_say_which(self) -> None:
        run = {"kind": "job", "container": {"image": "a"}}
        presets: list[Any] = [
            {"queue": "slow"},
            polyspec.Operation.from_dict({"kind": "operation", "isPreset": True, "queue": "fast"}),
        ]
        found = polyspec.compile({"kind": "component", "run": run}, presets=presets).explain("queue").origins
        assert [str(it) for it in found] == ["preset <presets[1]> queue", "preset <presets[0]> queue"]

    def test_the_same_object_with_other_params_explains_those(self, folder: Path) -> None:
        component = polyspec.load("component.yaml")
        values = [polyspec.compile(component, {"lr": lr}).explain("run.container.args[0]").origin.uses[0].value for lr in (3, 4)]
        assert values == [3, 4]

    def test_an_undeclared_param_and_where_its_name_stands(self, folder: Path) -> None:
        (folder / "more.yaml").write_text("params:\n  extra: {value: 7, toEnv: X}\n")
        spec = polyspec.compile("operation.yaml", presets=["more.yaml"])
        assert story(spec, "contexts[0].name") == ["preset more.yaml:2:3 extra"]
        assert story(spec, "contexts[0].value") == ["preset more.yaml:2:18 7"]
        assert story(spec, "contexts[0].toEnv") == ["preset more.yaml:2:28 X"]

    def test_the_digest_of_a_document(self, folder: Path) -> None:
        spec = polyspec.compile("operation.yaml")
        digests = {source.uri: source.sha256 for source in spec.sources}
        origin = spec.explain("run.container.args[3]").origin
        assert origin.digest == digests[str(folder / "component.yaml")]
        assert spec.explain("kind").origin.digest is None


class TestTemplates:
    def test_what_went_into_a_value(self, folder: Path) -> None:
        (lr,) = polyspec.compile("operation.yaml").explain("run.container.args[0]").origin.uses
        assert (lr.name, told(lr)) == ("lr", "param operation.yaml:3:14 0.2")

    def test_and_into_that(self, folder: Path) -> None:
        (tag,) = polyspec.compile("operation.yaml").explain("run.container.args[1]").origin.uses
        (lr,) = tag.uses
        assert [tag.name, told(tag), told(lr)] == [
            "tag",
            "default component.yaml:4:22 {{ lr }}-x",
            "param operation.yaml:3:14 0.2",
        ]

    @pytest.mark.parametrize(
        ("template", "expected"),
        [
            ("{{ globals.owner_name }}", ["context <context> owner"]),
            ("{{ globals.name }}", ["component <mapping> name"]),
            ("{{ globals.uuid }}", ["default <compiler>"]),
            ("{{ globals.run_info }}", ["default <compiler>", "context <context> owner", "context <context> project"]),
            ("{{ globals.namespace }}", ["context <context> namespace"]),
            ("{{ globals.username }}", ["context <context> user"]),
            ("{{ params.size.value }}", ["default <mapping> inputs[0].value"]),
            ("{{ params.size.type }}", ["component <mapping> inputs[0].type"]),
            ("{{ params.as_args }}", ["default <mapping> inputs[0].value", "default <mapping> inputs[1].value"]),
            ("{{ sizes[1] }}", ["default <mapping> inputs[1].value[1]"]),
            ("{{ sizes | length }}", ["default <mapping> inputs[1].value"]),
            ("{{ connections.bucket.bucket }}", ["context <context> connections[0].schema.bucket"]),
            ("{{ unknown | default(size) }}", ["default <mapping> inputs[0].value"]),
            (
                "{% for s in sizes %}{{ s }}{{ size }}{% endfor %}",
                ["default <mapping> inputs[0].value", "default <mapping> inputs[1].value"],
            ),
        ],
    )
    def test_the_names_of_templates(self, template: str, expected: list[str]) -> None:
        bucket = Connection.from_dict({"name": "bucket", "kind": "s3", "schema": {"bucket": "s3://b"}})
        source: dict[str, Any] = {
            "kind": "component",
            "name": "train",
            "inputs": [{"name": "size", "type": "int", "value": 3}, {"name": "sizes", "type": "List[int]", "value": [1, 2]}],
            "run": {"kind": "job", "connections": ["bucket"], "container": {"image": "a", "args": [template]}},
        }
        spec = polyspec.compile(source, context=RunContext(connections=[bucket]))
        assert [str(used) for used in spec.explain("run.container.args[0]").origin.uses] == expected

    @pytest.mark.parametrize(
        ("template", "expected"),
        [
            ("{{ globals | length }}", ["context <context>"]),
            ("{{ connections | length }}", []),
            ("{{ connections.store.mountPath }}", ["context <context> artifacts_store.schema.mountPath"]),
            ("{{ globals.ports }}", ["component <mapping> run.ports[0]"]),
            (
                "{{ globals.store_path }}",
                ["context <context> artifacts_store", "component <mapping> plugins.mountArtifactsStore"],
            ),
            (
                "{{ globals.base_url }}",
                [
                    "context <context> run_uuid",
                    "context <context> owner",
                    "context <context> project",
                    "context <context> namespace",
                    "component <mapping> run.ports[0]",
                    "component <mapping> run.isExternal",
                ],
            ),
        ],
    )
    def test_the_names_of_a_service_and_its_store(self, template: str, expected: list[str]) -> None:
        schema = {"mountPath": "/m", "volumeClaim": "c"}
        store = Connection.from_dict({"name": "store", "kind": "volume_claim", "schema": schema})
        pod = {"connections": ["store"], "container": {"image": "a", "args": [template]}}
        source = {
            "kind": "component",
            "plugins": {"mountArtifactsStore": True},
            "run": {"kind": "service", "ports": [80], "isExternal": True, **pod},
        }
        spec = polyspec.compile(source, context=RunContext(run_uuid="u", artifacts_store=store))
        assert [str(used) for used in spec.explain("run.container.args[0]").origin.uses] == expected

    def test_a_name_that_takes_itself_ends(self) -> None:
        source = {
            "kind": "component",
            "name": "{{ globals.uuid }}-{{ globals.name }}",
            "run": {"kind": "job", "container": {"image": "a"}},
        }
        (uuid,) = polyspec.compile(source, context=RunContext(run_uuid="u")).explain("name").origin.uses
        assert str(uuid) == "context <context> run_uuid"

    def test_a_thousand_inputs_that_use_one_another_are_followed(self) -> None:
        chain = [{"name": f"a{i}", "value": f"{{{{ a{i - 1} }}}}{{{{ a{max(0, i - 2)} }}}}" if i else ""} for i in range(1000)]
        source = {
            "kind": "component",
            "inputs": chain,
            "run": {"kind": "job", "container": {"image": "a", "args": ["{{ a999 }}"]}},
        }
        explanation = polyspec.compile(source).explain("run.container.args[0]")
        assert len(str(explanation).splitlines()) == 201
        assert len(explanation.to_dict()["origins"][0]["uses"]) == 199

    def test_what_was_told_is_not_told_again(self) -> None:
        inputs = [{"name": "a", "value": "{{ globals.uuid }}"}, {"name": "b", "value": "{{ a }}"}]
        run = {"kind": "job", "container": {"image": "i", "args": ["{{ a }}{{ b }}"]}}
        explanation = polyspec.compile({"kind": "component", "inputs": inputs, "run": run}).explain("run.container.args[0]")
        assert [line.strip().partition(":")[0] for line in str(explanation).splitlines()[2:]] == ["a", "globals.uuid", "b", "a"]
        assert str(explanation).endswith('a: default <mapping> inputs[0].value = "{{ globals.uuid }}" (see above)')

    def test_an_input_without_a_value_is_where_it_is_declared(self) -> None:
        inputs = [{"name": "a", "isOptional": True}]
        run = {"kind": "job", "container": {"image": "i", "args": ["{{ a | default('x') }}"]}}
        (used,) = (
            polyspec.compile({"kind": "component", "inputs": inputs, "run": run}).explain("run.container.args[0]").origin.uses
        )
        assert (str(used), used.value) == ("default <mapping> inputs[0].name", None)

    def test_a_template_that_waits_for_a_run_of_the_matrix_took_nothing_yet(self) -> None:
        source = {
            "kind": "operation",
            "matrix": {"kind": "mapping", "values": [{"lr": 1}]},
            "component": {"inputs": [{"name": "lr"}], "run": {"kind": "job", "container": {"image": "a", "args": ["{{ lr }}"]}}},
        }
        assert polyspec.compile(source).explain("run.container.args[0]").origin.uses == ()

    def test_keys_that_are_templates(self) -> None:
        labels = {"a": "1", "{{ x }}": "2", "{{ y }}": "3"}
        source = {
            "kind": "component",
            "inputs": [{"name": "x", "value": "left"}, {"name": "y", "value": "right"}],
            "run": {"kind": "job", "environment": {"labels": labels}, "container": {"image": "a"}},
        }
        spec = polyspec.compile(source)
        assert [spec.explain(f"run.environment.labels.{key}").origin.value for key in ("a", "left", "right")] == ["1", "2", "3"]


class TestSteps:
    """Init steps that inputs stand for, and those that they move along."""

    STORE = Connection.from_dict({"name": "store", "kind": "volume_claim", "schema": {"mountPath": "/m", "volumeClaim": "c"}})
    SPEC = """\
kind: component
inputs:
- {name: repo, type: git, toInit: true, connection: origin, value: {url: u}}
run:
  kind: job
  init:
  - artifacts: {files: [a]}
  container: {image: a}
"""

    def test_each_step_is_followed_to_its_input_or_to_where_it_was_written(self, tmp_path: Path) -> None:
        (tmp_path / "c.yaml").write_text(self.SPEC)
        spec = polyspec.compile(tmp_path / "c.yaml", context=RunContext(artifacts_store=self.STORE))
        paths = ("init[0].git.url", "init[0].connection", "init[1].artifacts.files[0]", "init[1].connection")
        assert [str(spec.explain(f"run.{path}").origin).replace(str(tmp_path), "") for path in paths] == [
            "default /c.yaml:3:74",
            "component /c.yaml:3:53",
            "component /c.yaml:7:25",
            "context <context> artifacts_store.name",
        ]


class TestSecrets:
    def test_a_value_that_took_a_secret_is_masked_and_its_template_is_not(self, folder: Path) -> None:
        explanation = polyspec.compile("operation.yaml").explain("run.container.args[2]")
        assert (explanation.value, explanation.origin.value) == ("********", "--t={{ api_token }}")
        assert [used.value for used in explanation.origin.uses] == ["********"]
        assert explanation.origin.is_secret

    @pytest.mark.parametrize(
        "params", [{"api_token": "s3cr3t"}, {"api_token": Param(value="s3cr3t")}, {"tag": "https://bob:s3cr3t@host/", "lr": 1}]
    )
    def test_no_secret_is_shown_anywhere(self, folder: Path, params: dict[str, Any]) -> None:
        spec = polyspec.compile("operation.yaml", params, presets=["preset.yaml"])
        assert "s3cr3t" in spec.to_json()
        whole = spec.explain("")
        difference = spec.diff(polyspec.compile("operation.yaml", {"api_token": "s3cr3t2"}))
        told: list[Any] = [whole, difference, *(spec.explain(path) for path in spec.origins())]
        texts = [str(spec.origins()), *(form for it in told for form in (repr(it), str(it), str(it.to_dict()), it._repr_html_()))]
        assert len(texts) > 50
        assert not [text for text in texts if "s3cr3t" in text or "hunter2" in text]

    def test_a_key_that_took_a_secret(self) -> None:
        inputs = [{"name": "api_token", "value": "s3cr3t"}]
        run = {"kind": "job", "environment": {"labels": {"{{ api_token }}": "a", "b": "c"}}, "container": {"image": "a"}}
        spec = polyspec.compile({"kind": "component", "inputs": inputs, "run": run})
        assert spec.explain("run.environment").value == {"labels": {"********": "********", "b": "c"}}
        assert str(spec.explain("run.environment.labels.s3cr3t")).startswith('run.environment.labels["********"] = "********"')
        assert "s3cr3t" not in str(spec.explain("")) + str(spec.explain("").to_dict())

    def test_secrets_of_a_connection(self) -> None:
        link = Connection.from_dict({"name": "db", "kind": "mysql", "schema": {"password": "s3cr3t", "host": "h"}})
        run = {"kind": "job", "connections": ["db"], "container": {"image": "a", "args": ["{{ connections.db.password }}"]}}
        spec = polyspec.compile({"kind": "component", "run": run}, context=RunContext(connections=[link]))
        assert "s3cr3t" in spec.to_json()
        assert "s3cr3t" not in str(spec.explain("")) + str(spec.explain("run.container.args[0]").to_dict())


FORM = 'write one such as `run.container.args[0]` or `limits["nvidia.com/gpu"]`'


class TestPaths:
    @pytest.mark.parametrize(
        "path",
        ['run.container.resources.limits["nvidia.com/gpu"]', ("run", "container", "resources", "limits", "nvidia.com/gpu")],
    )
    def test_text_and_tuples(self, path: Any) -> None:
        resources = {"limits": {"nvidia.com/gpu": 2}}
        spec = polyspec.compile(
            {"kind": "component", "run": {"kind": "job", "container": {"image": "a", "resources": resources}}}
        )
        assert spec.explain(path).value == 2

    @pytest.mark.parametrize(
        ("path", "message", "hint"),
        [
            ("run.contaner.image", "`run` has no `contaner`", "did you mean `container`?"),
            ("rum", "the run spec has no `rum`", "did you mean `run`?"),
            ("run.container.args[9]", "`run.container.args` has no `9`", "it has 4 items, counted from 0"),
            ("run.kind.x", "`run.kind` has no `x`", None),
            ("run..x", "`run..x` is no path, from column 4 on", FORM),
        ],
    )
    def test_a_path_that_leads_nowhere(self, folder: Path, path: str, message: str, hint: str | None) -> None:
        with pytest.raises(PolyspecError) as caught:
            polyspec.compile("operation.yaml").explain(path)
        (diagnostic,) = caught.value.diagnostics
        assert (diagnostic.message, diagnostic.hint) == (message, hint)

    def test_every_leaf_has_an_origin(self, folder: Path) -> None:
        spec = polyspec.compile("operation.yaml", presets=["preset.yaml"])
        origins = spec.origins()
        assert len(origins) == len(spec.explain("").leaves) > 15
        assert all(spec.explain(path).origin == origin for path, origin in origins.items())

    def test_an_empty_mapping_is_a_leaf_with_a_place(self, tmp_path: Path) -> None:
        text = "kind: component\nrun:\n  kind: job\n  container: {image: a}\n  volumes:\n  - {name: v, emptyDir: {}}\n"
        (tmp_path / "c.yaml").write_text(text)
        origin = polyspec.compile(tmp_path / "c.yaml").explain("run.volumes[0].emptyDir").origin
        assert (origin.layer, origin.line, origin.column, origin.value) == ("component", 6, 25, {})


class TestTexts:
    def test_a_value(self, folder: Path) -> None:
        text = str(polyspec.compile("operation.yaml", {"lr": 3}).explain("run.container.args[1]"))
        assert textwrap.dedent(text.replace(f"{folder}/", "")).splitlines()[:4] == [
            'run.container.args[1] = "3.0-x"',
            '  from component component.yaml:10:29 = "{{ tag }}"',
            '    tag: default component.yaml:4:22 = "{{ lr }}-x"',
            "      lr: param <params> lr = 3 (under post_merge)",
        ]

    def test_a_mapping_is_its_yaml_with_the_origin_beside_each_line(self, folder: Path) -> None:
        spec = polyspec.compile("operation.yaml", presets=["preset.yaml"])
        lines = [line.replace(f"{folder}/", "") for line in str(spec.explain("run.container")).splitlines()]
        labels = [line.partition(" | ")[0].strip().rpartition("/")[2] for line in lines]
        assert [line.partition(" | ")[2] for line in lines] == [
            "image: team/best",
            "args:",
            "- --lr=0.2",
            "- 0.2-x",
            "- '********'",
            "- plain",
            "env:",
            "- name: MODE",
            "  value: fast",
        ]
        assert labels[:1] + labels[-2:] == ["preset.yaml:3:31", "preset.yaml:2:7", "preset.yaml:2:13"]

    def test_a_notebook_shows_what_was_written_escaped(self) -> None:
        run = {"kind": "job", "container": {"image": "<script>alert(1)</script>"}}
        explanation = polyspec.compile({"kind": "component", "run": run}).explain("")
        bundle = explanation._repr_mimebundle_()
        assert bundle["text/plain"] == str(explanation)
        assert "<script>" not in bundle["text/html"]
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in bundle["text/html"]

    def test_what_is_explained_does_not_depend_on_who_asks_first(self, folder: Path) -> None:
        spec, other = (polyspec.compile("operation.yaml") for _ in range(2))
        paths = list(spec.origins())
        backwards = {path: other.explain(path) for path in reversed(paths)}
        assert all(str(spec.explain(path)) == str(backwards[path]) for path in paths)
        assert isinstance(backwards[paths[0]], Explanation)


class TestSaved:
    def test_a_run_spec_that_was_read_back_knows_itself_alone(self, folder: Path) -> None:
        saved = RunSpec.from_dict(polyspec.compile("operation.yaml").to_dict())
        assert str(saved.explain("run.container.args[0]").origin) == "operation <run spec> run.container.args[0]"
        assert saved.explain("run.container.args[2]").value == "--t=hunter2"


class TestDifferences:
    def test_paths_that_differ_with_both_origins(self, folder: Path) -> None:
        context = RunContext(run_uuid="u")
        old = polyspec.compile("operation.yaml", context=context)
        new = polyspec.compile("operation.yaml", {"lr": 0.3}, presets=["preset.yaml"], context=context, queue="q")
        assert str(old.diff(new)).replace(f"{folder}/", "") == textwrap.dedent("""\
            inputs[0].value
              - 0.2  (param operation.yaml:3:14)
              + 0.3  (param <params> lr)
            inputs[1].value
              - "0.2-x"  (default component.yaml:4:22)
              + "0.3-x"  (default component.yaml:4:22)
            run.container.image
              - "team/better"  (runPatch operation.yaml:5:22)
              + "team/best"  (preset preset.yaml:3:31)
            run.container.args[0]
              - "--lr=0.2"  (component component.yaml:10:12)
              + "--lr=0.3"  (component component.yaml:10:12)
            run.container.args[1]
              - "0.2-x"  (component component.yaml:10:29)
              + "0.3-x"  (component component.yaml:10:29)
            run.container.env[0].value
              - "slow"  (component component.yaml:11:31)
              + "fast"  (preset preset.yaml:2:13)
            queue
              + "q"  (option <options> queue)""")
        assert [change.kind for change in new.diff(old)][-1] == "removed"

    def test_nothing_differs_from_itself(self, folder: Path) -> None:
        spec = polyspec.compile("operation.yaml")
        difference = spec.diff(polyspec.compile("operation.yaml"))
        assert (bool(difference), len(difference), str(difference)) == (False, 0, "")

    def test_a_bool_differs_from_a_number(self) -> None:
        def spec(value: Any) -> RunSpec:
            run = {"kind": "job", "container": {"image": "a"}}
            source = {"kind": "component", "inputs": [{"name": "a", "value": value}], "run": run}
            return polyspec.compile(source, context=RunContext(run_uuid="u"))

        assert [change.kind for change in spec(True).diff(spec(1))] == ["changed"]
        assert not spec(1).diff(spec(1.0))

    def test_as_data(self, folder: Path) -> None:
        context = RunContext(run_uuid="u")
        difference = polyspec.compile("operation.yaml", context=context).diff(
            polyspec.compile("operation.yaml", context=context, queue="q")
        )
        assert difference.to_dict() == {
            "changes": [
                {
                    "path": "queue",
                    "kind": "added",
                    "after": {
                        "path": "queue",
                        "value": "q",
                        "origins": [{"layer": "option", "source": "<options>", "value": "q", "path": "queue"}],
                    },
                }
            ]
        }
        assert "<td" in difference._repr_mimebundle_()["text/html"]
