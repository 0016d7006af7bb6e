"""What is taken for a Kubernetes object, what is refused, and in which words."""

import copy
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyspec.errors import Problem
from polyspec.registry import UnknownName
from polyspec.spec import kubernetes
from polyspec.spec.kubernetes import check, properties
from polyspec.tree import UNSET, at

PUBLISHED = sorted(kubernetes._published())
CONTAINER: dict[str, Any] = {
    "name": "main",
    "image": "busybox:stable",
    "command": ["python", "train.py"],
    "args": ["--lr=0.1"],
    "env": [
        {"name": "A", "value": "b"},
        {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "k"}}},
    ],
    "envFrom": [{"configMapRef": {"name": "settings"}}],
    "ports": [{"containerPort": 8080, "hostIP": "127.0.0.1"}],
    "resources": {"limits": {"cpu": 1, "nvidia.com/gpu": 1}, "requests": {"memory": "512Mi"}},
    "volumeMounts": [{"name": "data", "mountPath": "/data", "readOnly": True}],
    "livenessProbe": {"httpGet": {"port": "http", "path": "/"}, "periodSeconds": 5},
    "securityContext": {"runAsUser": 1000, "capabilities": {"drop": ["ALL"]}},
}

json_leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
json_trees = st.recursive(
    json_leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


def trees_of(definition: str, depth: int = 4) -> st.SearchStrategy[Any]:
    """Trees that look like a definition: its own keys, with values that may fit or not."""
    return like(kubernetes.schema_of(definition), depth)


def like(schema: dict[str, Any], depth: int) -> st.SearchStrategy[Any]:
    if depth == 0:
        return json_leaves
    fields = schema.get("properties", {})
    if fields:
        names = st.sampled_from(sorted(fields))
        keys = st.lists(names, max_size=3, unique=True)
        known = keys.flatmap(lambda chosen: st.fixed_dictionaries({key: like(fields[key], depth - 1) for key in chosen}))
        return known | json_trees
    if "items" in schema:
        return st.lists(like(schema["items"], depth - 1), max_size=2) | json_trees
    return json_trees


definitions_and_trees = st.sampled_from(PUBLISHED).flatmap(lambda name: st.tuples(st.just(name), trees_of(name)))


def in_snake_case(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {kubernetes.snake(key): in_snake_case(value) for key, value in tree.items()}
    return [in_snake_case(item) for item in tree] if isinstance(tree, list) else tree


class TestWhatIsTaken:
    def test_a_container_that_uses_much_of_what_there_is(self) -> None:
        assert check("Container", CONTAINER) == []

    @pytest.mark.parametrize(
        ("definition", "value"),
        [
            ("Affinity", {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "zone"}]}}),
            ("HostAlias", {"ip": "10.0.0.1", "hostnames": ["one", "two"]}),
            ("PodDNSConfig", {"nameservers": ["1.1.1.1"], "options": [{"name": "ndots", "value": "2"}]}),
            ("PodFailurePolicy", {"rules": [{"action": "Ignore", "onExitCodes": {"operator": "In", "values": [42]}}]}),
            ("Toleration", {"key": "gpu", "operator": "Exists", "effect": "NoSchedule", "tolerationSeconds": 60}),
            ("Volume", {"name": "data", "persistentVolumeClaim": {"claimName": "data"}}),
            ("ExecAction", {"command": ["true"]}),
            ("HTTPGetAction", {"port": 80}),
        ],
    )
    def test_the_other_parts_of_a_spec(self, definition: str, value: Any) -> None:
        assert check(definition, value) == []

    @pytest.mark.parametrize(
        "value",
        [
            "{{ container }}",
            {"env": "{{ variables }}", "ports": "{% if x %}80{% endif %}"},
            {"stdin": "{{ interactive }}", "ports": [{"containerPort": "{{ port }}"}]},
            {"resources": {"limits": {"cpu": "{{ cpus }}"}}},
            {"env": [{"{{ key }}": "x"}]},
        ],
    )
    def test_templates_are_checked_when_they_have_been_rendered(self, value: Any) -> None:
        assert check("Container", value) == []

    @pytest.mark.parametrize("definition", PUBLISHED)
    def test_every_field_takes_a_template_and_null(self, definition: str) -> None:
        for field in properties(definition):
            for key in (field, kubernetes.snake(field)):
                assert check(definition, {key: "{{ x }}"}, partial=True) == []
                assert check(definition, {key: None}, partial=True) == []

    @pytest.mark.parametrize(
        ("definition", "value"),
        [
            ("Container", in_snake_case(CONTAINER)),
            ("ContainerPort", {"container_port": 80, "host_ip": "127.0.0.1"}),
            ("Volume", {"name": "v", "downward_api": {}}),
            ("Volume", {"name": "v", "scale_io": {"gateway": "g", "secret_ref": {}, "system": "s"}}),
            (
                "Affinity",
                {"node_affinity": {"preferred_during_scheduling_ignored_during_execution": [{"weight": 1, "preference": {}}]}},
            ),
        ],
    )
    def test_snake_case_at_any_depth(self, definition: str, value: Any) -> None:
        assert check(definition, value) == []

    @pytest.mark.parametrize(
        ("definition", "value"),
        [
            ("EnvVar", {"name": "A", "value": 1}),
            ("EnvVar", {"name": "A", "value": 0.5}),
            ("EnvVar", {"name": "A", "value": True}),
            ("Container", {"args": ["--epochs", 5]}),
            ("ResourceRequirements", {"limits": {"cpu": 0.5, "memory": 200}}),
            ("HTTPGetAction", {"port": "http"}),
            ("ContainerPort", {"containerPort": "8080"}),
            ("SecurityContext", {"runAsUser": "-1"}),
        ],
    )
    def test_numbers_for_text_and_text_for_integers(self, definition: str, value: Any) -> None:
        assert check(definition, value) == []

    @pytest.mark.parametrize(
        ("definition", "value"),
        [
            ("Container", None),
            ("Container", {"image": None, "env": None}),
            ("Container", {"env": [None], "args": [None]}),
            ("Container", {"resources": {"limits": {"cpu": None}}}),
        ],
    )
    def test_null_is_absent(self, definition: str, value: Any) -> None:
        assert check(definition, value) == []

    @pytest.mark.parametrize(
        ("definition", "value"),
        [
            ("Container", {}),
            ("Container", {"command": "python train.py", "args": "--lr=0.1"}),
            ("Container", {"env": {"A": "b", "B": 1, "C": "{{ c }}"}}),
            ("Container", {"resources": {"cpu": {"requests": 4, "limits": 8}, "nvidia.com/gpu": {"limits": 1}}}),
            ("Affinity", {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {}}}),
            ("PodSecurityContext", {"fsGroup": 1000, "privileged": False, "runAsUser": 0}),
        ],
    )
    def test_what_existing_files_write(self, definition: str, value: Any) -> None:
        assert check(definition, value) == []

    def test_read_only_trees(self) -> None:
        from polyspec.tree import frozen

        assert check("Container", frozen(CONTAINER)) == []
        assert [problem.path for problem in check("Container", frozen({"env": [{"name": "A", "valu": 1}]}))] == [
            ("env", 0, "valu")
        ]


class TestPatches:
    @pytest.mark.parametrize(
        ("definition", "value"),
        [
            ("Volume", {"hostPath": {"type": "Directory"}}),
            ("Container", {"volumeMounts": [{"mountPath": "/data"}]}),
            ("PodFailurePolicy", {}),
        ],
    )
    def test_required_fields_may_be_missing(self, definition: str, value: Any) -> None:
        assert check(definition, value, partial=True) == []
        assert {problem.code for problem in check(definition, value)} == {"missing-field"}

    def test_the_rest_is_checked(self) -> None:
        assert [problem.code for problem in check("Volume", {"nam": "data"}, partial=True)] == ["unknown-field"]


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("definition", "value", "problem"),
        [
            (
                "Container",
                {"imag": "busybox"},
                Problem(
                    "unknown-field", "unknown field `imag` of a Kubernetes container", ("imag",), "did you mean `image`?", "key"
                ),
            ),
            (
                "Container",
                {"env": [{"name": "A", "valeu_from": {}}]},
                Problem(
                    "unknown-field",
                    "unknown field `valeu_from` of a Kubernetes env var",
                    ("env", 0, "valeu_from"),
                    "did you mean `valueFrom`?",
                    "key",
                ),
            ),
            (
                "Container",
                {"resources": {"cpu": 1}},
                Problem(
                    "unknown-field",
                    "unknown field `cpu` of Kubernetes resource requirements",
                    ("resources", "cpu"),
                    "known are `claims`, `limits`, `requests`",
                    "key",
                ),
            ),
            (
                "Container",
                {"resources": {"limit": {"cpu": 1}}},
                Problem(
                    "unknown-field",
                    "unknown field `limit` of Kubernetes resource requirements",
                    ("resources", "limit"),
                    "did you mean `limits`?",
                    "key",
                ),
            ),
            (
                "Container",
                {"zzzzzz": 1},
                Problem("unknown-field", "unknown field `zzzzzz` of a Kubernetes container", ("zzzzzz",), None, "key"),
            ),
            (
                "Container",
                {"securityContext": {"fsGroup": 1}},
                Problem(
                    "unknown-field",
                    "unknown field `fsGroup` of a Kubernetes security context",
                    ("securityContext", "fsGroup"),
                    "did you mean `runAsGroup`?",
                    "key",
                ),
            ),
            (
                "EnvVar",
                {"name": "A", "value_from": {}, "valueFrom": {}},
                Problem(
                    "duplicate-key",
                    "`value_from` and `valueFrom` are the same field of a Kubernetes env var",
                    ("value_from",),
                    "remove one of them",
                    "key",
                ),
            ),
            ("Container", "busybox", Problem("wrong-type", "expected a mapping, found text")),
            (
                "Container",
                {"ports": "8080"},
                Problem(
                    "wrong-type",
                    "expected a list, found text",
                    ("ports",),
                    "write each item on a line of its own that begins with `-`",
                ),
            ),
            (
                "Container",
                {"volumeMounts": {"name": "a"}},
                Problem(
                    "wrong-type",
                    "expected a list, found a mapping",
                    ("volumeMounts",),
                    "write each item on a line of its own that begins with `-`",
                ),
            ),
            (
                "Toleration",
                {"value": True},
                Problem("wrong-type", "expected text, found a bool", ("value",), "put the value in quotes"),
            ),
            (
                "SecurityContext",
                {"privileged": "yes"},
                Problem("wrong-type", "expected a bool, found text", ("privileged",), "write `true` or `false`, without quotes"),
            ),
            (
                "ContainerPort",
                {"containerPort": "http"},
                Problem("wrong-type", "expected an integer, found text", ("containerPort",)),
            ),
            (
                "ContainerPort",
                {"containerPort": 80.5},
                Problem("wrong-type", "expected an integer, found a number", ("containerPort",)),
            ),
            ("HTTPGetAction", {"port": []}, Problem("wrong-type", "expected text or an integer, found a list", ("port",))),
            (
                "Container",
                {"resources": {"limits": {"memory": True}}},
                Problem(
                    "wrong-type",
                    "expected text or a number, found a bool",
                    ("resources", "limits", "memory"),
                    "put the value in quotes",
                ),
            ),
            (
                "Container",
                {"env": {"A": {"b": 1}}},
                Problem("wrong-type", "expected text or a bool, found a mapping", ("env", "A")),
            ),
            (
                "Volume",
                {"emptyDir": {}},
                Problem("missing-field", "missing field `name` of a Kubernetes volume"),
            ),
            (
                "Container",
                {"env": [{"name": None}]},
                Problem("missing-field", "missing field `name` of a Kubernetes env var", ("env", 0)),
            ),
        ],
    )
    def test_in_these_words(self, definition: str, value: Any, problem: Problem) -> None:
        assert check(definition, value) == [problem]

    def test_values_out_of_a_list(self) -> None:
        """The definitions of this release have no such lists; those of a later one may."""
        validator = kubernetes._dialect(partial=False)({"enum": ["Always", "Never"]})
        problems = [
            kubernetes._problem(error)
            for value in ("Sometimes", "Never", None, "{{ x }}")
            for error in validator.iter_errors(value)
        ]
        assert problems == [Problem("not-allowed", "not a value that Kubernetes knows here", (), "allowed are `Always`, `Never`")]

    def test_all_problems_at_once(self) -> None:
        value = {"imag": 1, "stdin": [], "ports": [{}, {"containerPort": "x"}], "env": [{"nam": 1, "name": "A"}]}
        found = [(problem.code, problem.path) for problem in check("Container", value)]
        assert sorted(found) == [
            ("missing-field", ("ports", 0)),
            ("unknown-field", ("env", 0, "nam")),
            ("unknown-field", ("imag",)),
            ("wrong-type", ("ports", 1, "containerPort")),
            ("wrong-type", ("stdin",)),
        ]

    def test_no_more_problems_than_were_asked_for(self) -> None:
        value = {f"unknown-{number}": number for number in range(200)}
        assert len(check("Container", value)) == 100
        assert len(check("Container", value, limit=3)) == 3

    def test_long_keys_are_cut(self) -> None:
        (problem,) = check("Container", {"k" * 10_000: 1})
        assert problem.message == f"unknown field `{'k' * 59}…` of a Kubernetes container"

    def test_a_definition_that_is_none(self) -> None:
        with pytest.raises(UnknownName) as caught:
            check("Contaner", {})
        assert (str(caught.value), caught.value.hint) == ("unknown Kubernetes definition `Contaner`", "did you mean `Container`?")
        with pytest.raises(UnknownName):
            properties("Contaner")


class TestLaws:
    @given(definitions_and_trees, st.booleans())
    def test_every_problem_leads_into_the_value(self, case: tuple[str, Any], partial: bool) -> None:
        definition, value = case
        before = copy.deepcopy(value)
        for problem in check(definition, value, partial=partial):
            assert at(value, problem.path) is not UNSET
            assert problem.code in {"unknown-field", "wrong-type", "missing-field", "duplicate-key"}
        assert value == before

    @given(definitions_and_trees)
    def test_a_patch_has_the_same_problems_but_for_what_it_leaves_out(self, case: tuple[str, Any]) -> None:
        whole, patch = check(*case), check(*case, partial=True)
        assert patch == [problem for problem in whole if problem.code != "missing-field"]

    @given(st.sampled_from(PUBLISHED), st.integers(min_value=1, max_value=3), st.data())
    def test_no_message_holds_a_value(self, definition: str, depth: int, data: st.DataObject) -> None:
        secret = "s3cr3t-value"  # a value that would be recognised in a message
        tree = data.draw(trees_of(definition, depth))
        hidden = with_leaves(tree, secret)
        for problem in check(definition, hidden):
            assert secret not in f"{problem.message} {problem.hint}"

    def test_wrong_leaves_are_reported_without_their_text(self) -> None:
        problems = check("Container", {"stdin": "s3cr3t", "ports": [{"containerPort": "s3cr3t"}], "env": "s3cr3t"})
        assert len(problems) == 3
        assert "s3cr3t" not in str(problems)


def with_leaves(tree: Any, leaf: str) -> Any:
    if isinstance(tree, dict):
        return {key: with_leaves(value, leaf) for key, value in tree.items()}
    return [with_leaves(value, leaf) for value in tree] if isinstance(tree, list) else leaf


class TestDefinitions:
    def test_the_fields_are_those_of_kubernetes(self) -> None:
        assert properties("EnvVar") == {"name", "value", "valueFrom"}
        assert properties("ResourceRequirements") == {"claims", "limits", "requests"}
        assert properties("Quantity") == frozenset()
        assert {"fsGroup", "privileged", "runAsUser"} <= properties("PodSecurityContext")

    @pytest.mark.parametrize("definition", PUBLISHED)
    def test_every_spelling_means_one_field(self, definition: str) -> None:
        fields = properties(definition)
        spellings = [kubernetes.snake(field) for field in fields]
        assert len(set(spellings)) == len(fields)
        assert all(spelling not in fields for field, spelling in zip(fields, spellings, strict=True) if spelling != field)

    @pytest.mark.parametrize("definition", PUBLISHED)
    def test_every_definition_is_a_sound_schema(self, definition: str) -> None:
        kubernetes._dialect(partial=False).check_schema(kubernetes.schema_of(definition))

    @pytest.mark.parametrize(
        ("definition", "words"),
        [
            ("EnvVar", "a Kubernetes env var"),
            ("HTTPGetAction", "a Kubernetes HTTP get action"),
            ("HostAlias", "a Kubernetes host alias"),
            ("PodDNSConfig", "a Kubernetes pod DNS config"),
            ("ResourceRequirements", "Kubernetes resource requirements"),
        ],
    )
    def test_the_words_for_a_definition(self, definition: str, words: str) -> None:
        assert kubernetes._words(definition) == words


def test_nothing_is_loaded_before_the_first_check() -> None:
    script = (
        "import sys\n"
        "from polyspec.spec import kubernetes\n"
        "assert not {'jsonschema', 'referencing'} & set(sys.modules), 'at import'\n"
        "assert kubernetes._published.cache_info().currsize == 0, 'the schema'\n"
        "assert kubernetes.check('Container', {}) == []\n"
        "assert 'jsonschema' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
