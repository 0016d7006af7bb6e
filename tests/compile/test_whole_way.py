"""From a document to a run spec: what each kind of run holds in the end (polyaxonfile sections 11, 16 and 17)."""

import json
from typing import Any

import attrs
import pytest

import polyspec
from polyspec import PolyspecError, Resolvers, RunContext

from .compiling import BUCKET, CONTEXT, GIT, STORE, UUID, compiled, diagnostics, run_of, tree

WITH_CATALOGUE = attrs.evolve(CONTEXT, connections=[GIT, BUCKET], artifacts_store=STORE)
ARTIFACTS = f"/plx-context/artifacts/{UUID}"


def test_a_job() -> None:
    spec = compiled(
        """
        version: 1.1
        kind: operation
        name: train-{{ lr }}
        description: of {{ globals.project_name }}
        tags: [a, "lr-{{ lr }}"]
        queue: gpu/{{ queue }}
        params: {lr: 0.1, queue: fast}
        termination: {maxRetries: "{{ retries }}"}
        component:
          inputs:
          - {name: lr, type: float}
          - {name: retries, type: int, value: 3}
          - {name: path, type: path, value: "{{ globals.run_outputs_path }}/{{ lr }}"}
          outputs:
          - {name: loss, type: metric}
          run:
            kind: job
            environment: {labels: {lr: "{{ lr }}"}}
            container:
              image: "team/train:{{ version }}"
              workingDir: "{{ path }}"
              command: [python, -m, train]
              args: ["{{ params.as_args }}", "--lr={{ lr }}", "{{ params.lr.as_arg }}"]
              env: [{name: RETRIES, value: "{{ retries }}"}]
              resources: {limits: {nvidia.com/gpu: "{{ retries }}"}}
        """,
        {"version": "1.10"},
    )
    assert spec.to_dict() == tree(
        f"""
        version: 1.1
        kind: compiled_operation
        name: train-0.1
        description: of demo
        tags: [a, lr-0.1]
        queue: gpu/fast
        termination: {{maxRetries: 3}}
        inputs:
        - {{name: lr, type: float, isOptional: true, value: 0.1}}
        - {{name: retries, type: int, isOptional: true, value: 3}}
        - {{name: path, type: path, isOptional: true, value: {ARTIFACTS}/outputs/0.1}}
        outputs:
        - {{name: loss, type: metric, isOptional: true}}
        contexts:
        - {{name: queue, isOptional: true, value: fast}}
        - {{name: version, isOptional: true, value: "1.10"}}
        run:
          kind: job
          environment: {{labels: {{lr: "0.1"}}}}
          container:
            image: team/train:1.10
            workingDir: {ARTIFACTS}/outputs/0.1
            command: [python, -m, train]
            args:
            - "['--queue=fast', '--version=1.10', '--lr=0.1', '--retries=3', '--path={ARTIFACTS}/outputs/0.1']"
            - --lr=0.1
            - --lr=0.1
            env: [{{name: RETRIES, value: "3"}}]
            resources: {{limits: {{nvidia.com/gpu: 3}}}}
        """
    )
    assert spec.kind == "job"
    assert spec.name == "train-0.1"
    assert spec.run.container.args[1] == "--lr=0.1"
    assert spec.inputs["lr"].value == 0.1
    assert spec.contexts["version"].value == "1.10"
    assert repr(spec) == "<RunSpec train-0.1: job>"


def test_all_arguments_as_the_list_that_they_are() -> None:
    run = run_of(
        """
        inputs:
        - {name: lr, type: float, value: 0.5}
        - {name: verbose, type: bool, isFlag: true, value: true}
        - {name: quiet, type: bool, isFlag: true, value: false}
        - {name: sizes, type: "List[int]", value: [1, 2]}
        - {name: nothing, type: str, isOptional: true}
        - {name: rate, type: float, value: 2.5, argFormat: "-r {{ rate }}"}
        container: {image: a, args: "{{ params.as_args }}"}
        """
    )
    assert run["container"]["args"] == ["--lr=0.5", "--verbose", "--sizes=[1,2]", "-r 2.5"]


def test_an_argument_format_sees_its_own_name_alone() -> None:
    (found,) = diagnostics(tree("{inputs: [{name: lr, value: 1, argFormat: '-x {{ rate }}'}], container: {image: a}}"))
    assert (found.code, found.message, found.path) == ("unknown-name", "unknown name `rate`", ("inputs", 0, "argFormat"))
    assert found.hint == "known are: `lr`"


def test_a_service_sees_its_ports_and_addresses() -> None:
    run = run_of(
        """
        run:
          kind: service
          ports: [8888, 6006]
          rewritePath: true
          container: {image: a, args: ["{{ globals.base_url }}", "{{ globals.ports }}", "{{ globals.base_urls[1] }}"]}
        """
    )
    base = f"/rewrite-services/v1/ns/acme/demo/runs/{UUID}"
    assert run["container"]["args"] == [f"{base}/8888", "[8888, 6006]", f"{base}/6006"]
    assert run["ports"] == [8888, 6006]


def test_a_job_has_no_address() -> None:
    (found,) = diagnostics(tree("container: {image: '{{ globals.base_url }}'}"))
    assert (found.code, found.message) == ("unknown-name", "unknown field `base_url`")


def a_pod(connection: str, field: str) -> str:
    """A pod whose templates use a connection of its own, an init step of its own, and an input."""
    container = f"{{image: '{{{{ connections.{connection}.{field} }}}}', args: ['{{{{ init.repo.url }}}}', '{{{{ n }}}}']}}"
    return f"{{connections: [{connection}], init: [{{connection: repo}}], container: {container}}}"


REPO, S3 = a_pod("repo", "depth"), a_pod("bucket", "bucket")


@pytest.mark.parametrize(
    ("run", "roles"),
    [
        (
            f"{{kind: mpijob, slotsPerWorker: '{{{{ n }}}}', launcher: {REPO}, worker: {S3}}}",
            [("launcher", "1"), ("worker", "s3://b")],
        ),
        (
            f"{{kind: pytorchjob, nProcPerNode: '{{{{ n }}}}', master: {REPO}, worker: {S3}}}",
            [("master", "1"), ("worker", "s3://b")],
        ),
        (
            f"{{kind: tfjob, chief: {REPO}, ps: {S3}, worker: {REPO}, evaluator: {S3}}}",
            [("chief", "1"), ("ps", "s3://b"), ("worker", "1"), ("evaluator", "s3://b")],
        ),
        (
            f"{{kind: daskcluster, minReplicas: '{{{{ n }}}}', scheduler: {REPO}, worker: {S3}}}",
            [("scheduler", "1"), ("worker", "s3://b")],
        ),
        (
            f"{{kind: raycluster, entrypoint: 'run {{{{ n }}}}', head: {REPO}, workers: {{w1: {S3}, w2: {REPO}}}}}",
            [("head", "1"), ("workers.w1", "s3://b"), ("workers.w2", "1")],
        ),
    ],
    ids=lambda value: value[7:17] if isinstance(value, str) else "",
)
def test_each_replica_sees_its_own_connections(run: str, roles: list[tuple[str, str]]) -> None:
    found = run_of(f"inputs: [{{name: n, type: int, value: 2}}]\nrun: {run}", context=WITH_CATALOGUE)
    for role, image in roles:
        pod: Any = found
        for step in role.split("."):
            pod = pod[step]
        assert pod["container"] == {"image": image, "args": ["https://g/x", "2"]}
        assert pod["init"] == [{"connection": "repo"}]
    own = {"slotsPerWorker": 2, "nProcPerNode": 2, "minReplicas": 2, "entrypoint": "run 2"}
    assert {key: found[key] for key in own.keys() & found.keys()} == {key: own[key] for key in own.keys() & found.keys()}


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("{kind: mpijob, slotsPerWorker: '{{ n }}'}", {"kind": "mpijob", "slotsPerWorker": 2}),
        (
            "{kind: pytorchjob, elasticPolicy: {minReplicas: '{{ n }}', rdvzId: '{{ n }}'}, worker: {replicas: '{{ n }}'}}",
            {"kind": "pytorchjob", "elasticPolicy": {"minReplicas": 2, "rdvzId": "2"}, "worker": {"replicas": 2}},
        ),
        (
            "{kind: tfjob, schedulingPolicy: {minAvailable: '{{ n }}', queue: '{{ n }}'}, worker: {}}",
            {"kind": "tfjob", "schedulingPolicy": {"minAvailable": 2, "queue": "2"}, "worker": {}},
        ),
        (
            "{kind: raycluster, rayVersion: '2.{{ n }}', runtimeEnv: {a: ['{{ n }}']}, head: {rayStartParams: {n: '{{ n }}'}}}",
            {"kind": "raycluster", "rayVersion": "2.2", "runtimeEnv": {"a": [2]}, "head": {"rayStartParams": {"n": "2"}}},
        ),
    ],
)
def test_the_fields_beside_the_replicas_are_rendered(run: str, expected: dict[str, Any]) -> None:
    assert run_of(f"inputs: [{{name: n, type: int, value: 2}}]\nrun: {run}") == expected


def test_one_replica_does_not_see_the_connections_of_another() -> None:
    (found,) = diagnostics(
        tree("run: {kind: mpijob, launcher: {connections: [repo]}, worker: {container: {image: '{{ connections.repo.url }}'}}}"),
        context=WITH_CATALOGUE,
    )
    assert (found.message, found.path) == ("unknown field `repo`", ("run", "worker", "container", "image"))


class TestConnections:
    def test_may_be_named_by_a_template(self) -> None:
        run = run_of(
            """
            inputs: [{name: which, value: repo}]
            connections: ["{{ which }}"]
            init: [{connection: "{{ which }}"}]
            container: {image: "{{ connections.repo.url }}{{ init['repo'].depth }}{{ connections[which].url }}"}
            """,
            context=WITH_CATALOGUE,
        )
        assert run["connections"] == ["repo"]
        assert run["init"] == [{"connection": "repo"}]
        assert run["container"] == {"image": "https://g/x1https://g/x"}

    def test_that_the_catalogue_does_not_have_are_errors_in_their_places(self) -> None:
        found = diagnostics(
            tree("{connections: [repo, rep], init: [{connection: bucket}, {connection: buckt}], container: {image: a}}"),
            context=WITH_CATALOGUE,
        )
        assert [(each.code, each.message, each.path, each.hint) for each in found] == [
            ("unknown-connection", "unknown connection `rep`", ("connections", 1), "did you mean `repo`?"),
            ("unknown-connection", "unknown connection `buckt`", ("init", 1, "connection"), "did you mean `bucket`?"),
        ]

    def test_are_warned_of_where_there_is_no_catalogue(self) -> None:
        spec = compiled("{connections: [repo], init: [{connection: bucket}], container: {image: a}}")
        assert [(each.code, each.severity, each.message, each.path) for each in spec.warnings] == [
            ("unknown-connection", "warning", "the connection `repo` is not checked: no catalogue was given", ("connections", 0)),
            (
                "unknown-connection",
                "warning",
                "the connection `bucket` is not checked: no catalogue was given",
                ("init", 0, "connection"),
            ),
        ]

    def test_include_the_artifacts_store(self) -> None:
        context = attrs.evolve(CONTEXT, artifacts_store=STORE)
        spec = compiled("{connections: [store], container: {image: '{{ connections.store.volumeClaim }}'}}", context=context)
        assert spec.warnings == ()
        assert spec.run.container.image == "c"


class TestInitSteps:
    def test_for_artifacts_and_paths_use_the_store_where_they_name_nothing(self) -> None:
        text = """
        container: {image: a}
        init:
        - {artifacts: {files: [a]}}
        - {paths: [b]}
        - {paths: [c], connection: bucket}
        - {git: {url: "https://g/x"}}
        """
        assert run_of(text, context=WITH_CATALOGUE)["init"] == [
            {"artifacts": {"files": ["a"]}, "connection": "store"},
            {"paths": ["b"], "connection": "store"},
            {"paths": ["c"], "connection": "bucket"},
            {"git": {"url": "https://g/x"}},
        ]
        assert "connection" not in run_of(text)["init"][0]

    @pytest.mark.parametrize(
        ("io", "value", "step"),
        [
            ({"type": "git"}, {"url": "u"}, {"git": {"url": "u"}}),
            ({"type": "git", "connection": "repo"}, {"revision": "r"}, {"git": {"revision": "r"}, "connection": "repo"}),
            ({"type": "dockerfile"}, {"image": "i"}, {"dockerfile": {"image": "i"}}),
            ({"type": "artifacts"}, {"files": ["f"]}, {"artifacts": {"files": ["f"]}}),
            ({"type": "path", "connection": "bucket"}, "p", {"paths": ["p"], "connection": "bucket"}),
            ({"type": "path", "isList": True, "connection": "bucket"}, ["p", "q"], {"paths": ["p", "q"], "connection": "bucket"}),
            ({"type": "str", "connection": "repo"}, "anything", {"connection": "repo"}),
        ],
    )
    @pytest.mark.parametrize("run", ["job", "mpijob", "raycluster"])
    def test_of_inputs_go_before_those_that_are_written(
        self, run: str, io: dict[str, Any], value: Any, step: dict[str, Any]
    ) -> None:
        pods = {"job": {}, "mpijob": {"worker": {}}, "raycluster": {"head": {}, "workers": {"w": {}}}}[run]
        spec = compiled(
            f"""
            kind: operation
            params: {{x: {{toInit: true}}}}
            component: {{run: {{kind: {run}}}}}
            init: [{{file: {{content: c}}}}]
            """,
            {},
            presets=[{"inputs": [{"name": "x", **io, "value": value}], "run": pods, "patchStrategy": "post_merge"}],
            context=attrs.evolve(CONTEXT, connections=[GIT, BUCKET]),
        )
        found = spec.to_dict()["run"]
        assert (found if run == "job" else found.get("worker") or found["head"])["init"][0] == step
        if run == "job":
            assert found["init"][1] == {"file": {"content": "c"}}
        if run == "raycluster":
            assert found["workers"]["w"]["init"] == [step]

    def test_of_an_optional_input_without_a_value_are_nothing(self) -> None:
        assert "init" not in run_of("{inputs: [{name: x, type: git, isOptional: true, toInit: true}], container: {image: a}}")

    @pytest.mark.parametrize(
        ("io", "message", "hint"),
        [
            ("{name: x, toInit: true, value: 1}", "`x` has no type, and `toInit` needs one", "declare an input with a type"),
            ("{name: x, type: path, toInit: true, value: p}", "`x` is a path, and `toInit` needs its connection", None),
            (
                "{name: x, type: int, toInit: true, value: 1}",
                "a value of type `int` cannot become an init step",
                "git, dockerfile, artifacts, or anything with a connection",
            ),
        ],
    )
    @pytest.mark.parametrize("run", ["{kind: job}", "{kind: mpijob, launcher: {}, worker: {}}"])
    def test_that_cannot_be_are_told_once(self, run: str, io: str, message: str, hint: str | None) -> None:
        (found,) = diagnostics(tree(f"inputs: [{io}]\nrun: {run}"))
        assert (found.code, found.message, found.path, found.hint) == ("bad-to-init", message, ("inputs", 0), hint)

    def test_of_an_unknown_connection_are_told_at_the_input(self) -> None:
        (found,) = diagnostics(
            tree("{inputs: [{name: x, type: str, value: v, toInit: true, connection: rep}], container: {image: a}}"),
            context=WITH_CATALOGUE,
        )
        assert (found.message, found.path) == ("unknown connection `rep`", ("inputs", 0, "connection"))


class TestPaths:
    def test_lead_to_the_store_where_artifacts_are_not_collected(self) -> None:
        text = "{plugins: {collectArtifacts: false}, container: {image: '{{ globals.run_artifacts_path }}'}}"
        context = attrs.evolve(CONTEXT, artifacts_store=STORE)
        assert compiled(text, context=context).run.container.image == f"/artifacts/{UUID}"

    def test_are_unknown_where_there_is_no_store_either(self) -> None:
        text = "{plugins: {collectArtifacts: false}, container: {image: '{{ globals.run_artifacts_path }}'}}"
        (found,) = diagnostics(tree(text))
        assert found.message == "unknown field `run_artifacts_path`"

    def test_lead_where_the_context_says(self) -> None:
        context = attrs.evolve(CONTEXT, run_path="demo/1", context_root="/ctx")
        text = "container: {image: '{{ globals.run_outputs_path }} {{ globals.run_relative_outputs_path }}'}"
        assert compiled(text, context=context).run.container.image == "/ctx/artifacts/demo/1/outputs demo/1/outputs"


def test_the_name_of_the_run_is_seen_as_it_is_rendered() -> None:
    text = """
    name: train-{{ lr }}
    namespace: "{{ where }}"
    inputs: [{name: lr, value: 1}, {name: where, value: lab}]
    container: {image: a, args: ["{{ globals.name }}", "{{ globals.namespace }}"]}
    """
    assert run_of(text)["container"]["args"] == ["train-1", "lab"]
    assert run_of(text, context=attrs.evolve(CONTEXT, run_name="mine"))["container"]["args"] == ["mine", "lab"]


@pytest.mark.parametrize("value", ["{{ globals.uuid }}", "{{ nothing }}", "{% if", "{{ [1] | sum }}"])
@pytest.mark.parametrize(
    "run",
    [
        "{kind: job, connections: ['{{ x }}'], init: [{connection: '{{ x }}'}], container: {args: ['{{ x }}']}}",
        "{kind: mpijob, worker: {connections: ['{{ x }}'], init: [{connection: '{{ x }}'}], container: {image: '{{ x }}'}}}",
        "{kind: service, ports: [1], container: {image: a, args: ['{{ params.x.as_arg }}', '{{ params.as_args }}']}}",
    ],
)
def test_no_value_is_ever_rendered(run: str, value: str) -> None:
    spec = compiled(f"inputs: [{{name: x, type: str}}]\nname: '{{{{ x }}}}'\nrun: {run}", {"x": value})
    assert json.dumps(spec.to_dict()).replace(json.dumps(value)[1:-1], "").count("{{") == 0
    assert value in json.dumps(spec.to_dict()["run"], ensure_ascii=False)
    assert spec.name == value


def test_a_hook_sees_the_values_of_its_run_as_data() -> None:
    notify = "{kind: component, run: {kind: notifier, container: {image: a, args: ['{{ x }}', '{{ y }}', '{{ globals.uuid }}']}}}"
    resolvers = Resolvers.default().with_resolver("hubRef", lambda _: (notify, "mem:notify"))
    text = """
    inputs: [{name: x, type: str}]
    hooks: [{hubRef: notify, params: {y: "{{ x }}!"}}]
    container: {image: a}
    """
    (hook,) = compiled(text, {"x": "{{ globals.uuid }}"}, resolvers=resolvers).hooks
    assert hook.run.container.args == ["{{ globals.uuid }}", "{{ globals.uuid }}!", hook.context.run_uuid]


def test_what_stays_and_what_goes() -> None:
    found = compiled(
        """
        kind: operation
        isPreset: false
        patchStrategy: replace
        presets: []
        events: [{kinds: [run_status_done], ref: runs.abc}]
        joins: [{query: "status: done", params: {xs: {value: outputs.x}}}]
        template: {enabled: false, fields: ["{{ not rendered"]}
        hooks: [{hubRef: notify, params: {a: "{{ globals.status }}"}}]
        build: {hubRef: kaniko, params: {a: "{{ later }}"}}
        cost: 2
        mount: ["a:b"]
        dependencies: [other]
        trigger: all_done
        conditions: "{{ 2 > 1 }}"
        skipOnUpstreamSkip: true
        isApproved: false
        strictParams: false
        params: {x: 1}
        runPatch: {container: {args: [x]}}
        env: {A: "1"}
        component: {run: {kind: job, container: {image: a}}}
        """
    ).to_dict()
    gone = {"params", "component", "patchStrategy", "isPreset", "runPatch", "env", "strictParams", "pathRef"}
    assert found.keys().isdisjoint(gone)
    assert found["events"] == [{"kinds": ["run_status_done"], "ref": "runs.abc"}]
    assert found["joins"] == [{"query": "status: done", "params": {"xs": {"value": "outputs.x"}}}]
    assert found["template"] == {"enabled": False, "fields": ["{{ not rendered"]}
    assert found["hooks"] == [{"hubRef": "notify", "params": {"a": {"value": "{{ globals.status }}"}}}]
    assert found["build"] == {"hubRef": "kaniko", "params": {"a": {"value": "{{ later }}"}}}
    assert found["conditions"] == "True"
    assert {key: found[key] for key in ("cost", "mount", "dependencies", "trigger", "isApproved")} == {
        "cost": 2,
        "mount": ["a:b"],
        "dependencies": ["other"],
        "trigger": "all_done",
        "isApproved": False,
    }


def test_a_template_gives_text_where_kubernetes_wants_text() -> None:
    run = run_of(
        """
        inputs:
          - {name: flag, type: bool, value: true}
          - {name: count, type: int, value: 3}
          - {name: table, type: dict, value: {a: 1}}
        run:
          kind: job
          environment:
            tolerations: [{key: gpu, value: '{{ flag }}', tolerationSeconds: '{{ count }}'}]
          volumes: [{name: v, csi: {driver: d, readOnly: '{{ flag }}', volumeAttributes: {size: '{{ count }}'}}}]
          container:
            image: x
            livenessProbe: {exec: {command: [check, '{{ table }}', '{{ flag }}']}, periodSeconds: '{{ count }}'}
        """
    )
    assert run["environment"] == {"tolerations": [{"key": "gpu", "value": "true", "tolerationSeconds": 3}]}
    assert run["volumes"] == [{"name": "v", "csi": {"driver": "d", "readOnly": True, "volumeAttributes": {"size": "3"}}}]
    assert run["container"]["livenessProbe"] == {"exec": {"command": ["check", '{"a":1}', "true"]}, "periodSeconds": 3}


def test_two_layers_of_a_part_that_kubernetes_defines() -> None:
    dns = {"nameservers": ["1.1.1.1"], "options": [{"name": "a"}], "searches": ["x"]}
    component = {"kind": "component", "run": {"kind": "job", "environment": {"dnsConfig": dns}}}
    patch = {"dnsConfig": {"options": [{"name": "b", "value": "2"}]}}
    spec = polyspec.compile({"kind": "operation", "component": component, "environment": patch})
    assert spec.to_dict()["run"]["environment"]["dnsConfig"] == {**dns, "options": [{"name": "a"}, {"name": "b", "value": "2"}]}


def test_a_template_that_gives_what_its_field_does_not_take_is_told() -> None:
    (found,) = diagnostics(
        tree("{inputs: [{name: n, value: many}], termination: {maxRetries: '{{ n }}'}, container: {image: a}}")
    )
    assert (found.code, found.path) == ("wrong-type", ("termination", "maxRetries"))
    assert "expected an integer" in found.message


def test_values_of_the_call_are_data() -> None:
    spec = compiled(
        "{inputs: [{name: x, type: str}], container: {image: a, args: ['{{ x }}', '={{ x }}']}}", {"x": "{{ globals.uuid }}"}
    )
    assert spec.run.container.args == ["{{ globals.uuid }}", "={{ globals.uuid }}"]
    assert spec.inputs["x"].value == "{{ globals.uuid }}"


def test_a_null_in_longer_text_is_warned_of() -> None:
    spec = compiled(
        """
        inputs: [{name: x, isOptional: true}, {name: y, value: "y{{ x }}"}]
        container: {image: a, args: ["a={{ x }}", "{{ x }}"]}
        """
    )
    assert spec.run.container.args == ["a=None", None]
    assert [(each.code, each.path) for each in spec.warnings] == [
        ("null-in-text", ("inputs", 1, "value")),
        ("null-in-text", ("container", "args", 0)),
    ]


def test_an_old_name_of_a_matrix_is_read_as_the_new_one_with_a_warning() -> None:
    spec = compiled(
        """
        matrix: {kind: hyperopt, algorithm: tpe, numRuns: 5, metric: {name: loss}, params: {lr: {kind: choice, value: [1]}}}
        inputs: [{name: lr, type: int}]
        container: {image: a}
        """
    )
    assert spec.to_dict()["matrix"]["kind"] == "tpe"
    assert [(each.code, each.message, each.path, each.hint) for each in spec.warnings] == [
        ("renamed-kind", "the matrix kind `hyperopt` is read as `tpe`", ("matrix", "kind"), "write `tpe`")
    ]


@pytest.mark.parametrize("kind", ["notifier", "cleaner", "tuner"])
def test_the_jobs_of_the_platform(kind: str) -> None:
    run = run_of(f"{{inputs: [{{name: n, value: 1}}], run: {{kind: {kind}, container: {{image: 'a{{{{ n }}}}'}}}}}}")
    assert run == {"kind": kind, "container": {"image": "a1"}}


def test_nothing_is_read_from_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "container: {image: '{{ globals.uuid }}{{ globals.created_at }}'}"
    first = compiled(text, context=RunContext())
    monkeypatch.setenv("POLYAXON_CONTEXT_ROOT", "/elsewhere")
    assert compiled(text, context=RunContext()).to_json() == first.to_json()


def test_no_run_is_told() -> None:
    with pytest.raises(PolyspecError, match="there is nothing to run"):
        compiled("kind: operation")


@pytest.mark.parametrize("field", ["run", "runPatch"])
def test_fields_have_one_order_whichever_layer_said_them_first(field: str) -> None:
    written = {"kind": "component", "run": {"kind": "job", "container": {"image": "a:1"}}}
    over = {"kind": "job", "container": {"name": "main", "image": "b:1"}}
    spec = polyspec.compile(written, presets=[{"isPreset": True, field: over}])
    assert list(spec.to_dict()["run"]["container"]) == ["name", "image"]
