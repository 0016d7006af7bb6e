"""Containers and their parts: Kubernetes' own fields, the forms of existing files, and what stays as it is spelt."""

from typing import Any

import pytest

from polyspec.source import parse
from polyspec.spec.container import Container, ContainerPort, EnvVar, Resources, VolumeMount
from polyspec.spec.environment import Environment
from polyspec.spec.kinds import keys_of
from polyspec.spec.kubernetes import properties
from polyspec.spec.node import Node
from polyspec.tree import UNSET

from .telling import mismatch, said, tree

OF_ENVIRONMENT = (
    "labels annotations nodeSelector affinity tolerations nodeName serviceAccountName hostAliases securityContext"
    " imagePullSecrets hostNetwork hostPID dnsPolicy dnsConfig schedulerName priorityClassName priority restartPolicy"
)


def container(text: str) -> Any:
    """The plain tree of a container."""
    return tree(f"container: {text}")["container"]


def wrong(text: str) -> list[tuple[str, str, str | None]]:
    """What is wrong with a container; paths start at it."""
    return [(path.removeprefix("container."), message, hint) for path, message, hint in said(f"container: {text}")]


class TestFields:
    @pytest.mark.parametrize(
        ("cls", "definition", "more"),
        [
            (Container, "Container", set()),
            (EnvVar, "EnvVar", set()),
            (ContainerPort, "ContainerPort", set()),
            (VolumeMount, "VolumeMount", set()),
            (Resources, "ResourceRequirements", {"cpu", "memory", "gpu"}),
        ],
    )
    def test_they_are_those_of_kubernetes(self, cls: Any, definition: str, more: set[str]) -> None:
        assert keys_of(cls) == properties(definition) | more

    def test_those_of_an_environment_are_those_of_the_language(self) -> None:
        assert keys_of(Environment) == set(OF_ENVIRONMENT.split())


class TestForms:
    @pytest.mark.parametrize(
        "text",
        [
            "{command: [a, b], args: [c, c]}",
            "{command: a b, args: '{{ params.as_args }}'}",
            "{args: ['{{ a }}', null]}",
            "{env: [{name: A, value: b}, {name: C, valueFrom: {secretKeyRef: {name: s, key: k}}}]}",
            "{env: {A: b}}",
            "{env: '{{ env }}'}",
            "{envFrom: [{configMapRef: {name: a}}], volumeMounts: [{name: a, mountPath: /a, readOnly: '{{ x }}'}]}",
            "{ports: [{containerPort: 80, hostIP: 127.0.0.1}, {containerPort: '{{ p }}'}]}",
            "{resources: {limits: {cpu: 1, memory: 1.5, nvidia.com/gpu: '1', x: '{{ x }}'}, requests: '{{ r }}'}}",
            "{resources: {cpu: {requests: 1, limits: 2}, gpu: {limits: 1}}}",
            "{resources: {claims: [{name: a}]}}",
            "{livenessProbe: {httpGet: {port: 80}}, lifecycle: {preStop: {exec: {command: [a]}}}}",
            "{securityContext: {runAsUser: 1}, tty: '{{ x }}', stdin: true}",
            "{image: null, args: null, env: null, resources: null}",
        ],
    )
    def test_what_existing_files_write_is_kept(self, text: str) -> None:
        assert container(text) == parse(text, "x").tree

    @pytest.mark.parametrize(("value", "text"), [("1", "1"), ("1.5", "1.5"), ("true", "true"), ("no", "false"), ("'x'", "x")])
    def test_the_value_of_a_variable_becomes_text(self, value: str, text: str) -> None:
        assert container(f"{{env: [{{name: A, value: {value}}}]}}") == {"env": [{"name": "A", "value": text}]}
        assert container(f"{{env: {{A: {value}}}}}") == {"env": {"A": text}}

    def test_amounts_stay_numbers(self) -> None:
        assert container("{resources: {limits: {cpu: 1, memory: 0.5}}}")["resources"]["limits"] == {"cpu": 1, "memory": 0.5}

    @pytest.mark.parametrize(
        "text",
        [
            "{env: [{name: A, value_from: {secret_key_ref: {name: s, key: k}}}]}",
            "{ports: [{container_port: 80, host_ip: a}]}",
            "{volume_mounts: [{name: a, mount_path: /a, sub_path: b}]}",
        ],
    )
    def test_the_parts_of_a_container_keep_their_spelling(self, text: str) -> None:
        (found,) = container(text).values()
        assert all("_" in key or key == "name" for key in found[0])

    def test_a_container_does_not(self) -> None:
        assert container("{working_dir: a, image_pull_policy: Always}") == {"workingDir": "a", "imagePullPolicy": "Always"}

    def test_in_python_the_parts_are_objects(self) -> None:
        assert EnvVar.from_dict({"name": "A", "value_from": {"field_ref": {"field_path": "x"}}}) == EnvVar(
            name="A", value_from={"field_ref": {"field_path": "x"}}
        )
        assert VolumeMount.from_dict({"name": "a", "mount_path": "/a"}).mount_path == "/a"
        assert ContainerPort(container_port=80).host_ip is UNSET


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("{imag: a}", ("imag", "unknown field `imag` of a container", "did you mean `image`?")),
            ("{image: 1}", ("image", "expected text, found an integer", "quote it")),
            ("{args: {}}", ("args", "expected a list or text, found a mapping", None)),
            ("{args: [1]}", ("args[0]", "expected text, found an integer", "quote it")),
            ("{command: [[a]]}", ("command[0]", "expected text, found a list", None)),
            ("{env: [{value: a}]}", ("env[0]", "the field `name` is missing", None)),
            ("{env: [{name: A, valu: a}]}", ("env[0].valu", "unknown field `valu` of an env var", "did you mean `value`?")),
            ("{env: [{name: A, value: [a]}]}", ("env[0].value", "expected text, found a list", None)),
            ("{env: [A=1]}", ("env[0]", "expected a mapping, found text", None)),
            ("{env: 1}", ("env", "expected a list, a mapping or a template, found an integer", None)),
            (
                "{env: [{name: A, valueFrom: {secretKey: {}}}]}",
                (
                    "env[0].valueFrom.secretKey",
                    "unknown field `secretKey` of a Kubernetes env var source",
                    "did you mean `secretKeyRef`?",
                ),
            ),
            ("{ports: [80]}", ("ports[0]", "expected a mapping, found an integer", None)),
            ("{ports: [{name: a}]}", ("ports[0]", "the field `containerPort` is missing", None)),
            (
                "{ports: [{containerPort: 1.9}]}",
                ("ports[0].containerPort", "expected an integer or a template, found a number", None),
            ),
            ("{volumeMounts: [{name: a}]}", ("volumeMounts[0]", "the field `mountPath` is missing", None)),
            ("{resources: {limit: {}}}", ("resources.limit", "unknown field `limit` of a resources", "did you mean `limits`?")),
            (
                "{resources: {limits: {cpu: [1]}}}",
                ("resources.limits.cpu", "expected text, an integer or a number, found a list", None),
            ),
            ("{livenessProbe: {httpGet: {}, x: 1}}", ("livenessProbe.x", "unknown field `x` of a Kubernetes probe", None)),
            ("{stdin: 'yes'}", ("stdin", "expected a bool or a template, found text", None)),
        ],
    )
    def test_what_is_wrong(self, text: str, expected: tuple[str, str, str | None]) -> None:
        ((path, message, hint),) = wrong(text)
        assert (path, message) == expected[:2]
        assert expected[2] is None or hint == expected[2]

    def test_all_of_it_is_told(self) -> None:
        assert [path for path, _, _ in wrong("{imag: a, args: 1, env: [{nam: A}], securityContext: {runAs: 1}}")] == [
            "imag",
            "args",
            "env[0].nam",
            "securityContext.runAs",
        ]

    def test_volumes_are_checked_against_kubernetes(self) -> None:
        assert said("volumes: [{emptyDir: {}}]") == [("volumes[0]", "the field `name` is missing", None)]
        assert said("volumes: [{name: a, emptyDir: {}}, {name: b, emptDir: {}}]") == [
            ("volumes[1].emptDir", "unknown field `emptDir` of a Kubernetes volume", "did you mean `emptyDir`?")
        ]


class TestEnvironments:
    def test_labels_become_text(self) -> None:
        found = Environment.from_dict({"labels": {"a": 1, "b": True, "c": 1.5, "d": "x"}, "nodeSelector": {"gpu": False}})
        assert found.to_dict() == {"labels": {"a": "1", "b": "true", "c": "1.5", "d": "x"}, "nodeSelector": {"gpu": "false"}}

    def test_what_kubernetes_defines_is_spelt_as_kubernetes_does(self) -> None:
        written = {
            "security_context": {"run_as_user": 1, "fs_group": 2},
            "tolerations": [{"toleration_seconds": 3}],
            "host_pid": True,
        }
        assert Environment.from_dict(written).to_dict() == {
            "tolerations": [{"tolerationSeconds": 3}],
            "securityContext": {"runAsUser": 1, "fsGroup": 2},
            "hostPID": True,
        }

    @pytest.mark.parametrize(
        ("written", "path", "message"),
        [
            ({"labels": {"a": ["b"]}}, "labels.a", "expected text, found a list"),
            ({"labels": "a=b"}, "labels", "expected a mapping, found text"),
            ({"restartPolicy": "never"}, "restartPolicy", "unknown restart policy"),
            ({"tolerations": [{"ky": 1}]}, "tolerations[0].ky", "unknown field `ky` of a Kubernetes toleration"),
            ({"affinity": {"x": 1}}, "affinity.x", "unknown field `x` of a Kubernetes affinity"),
            ({"priority": True}, "priority", "expected an integer, found a bool"),
            ({"hostNetwork": "true"}, "hostNetwork", "expected a bool, found text"),
            ({"imagePullSecrets": [{"name": "a"}]}, "imagePullSecrets[0]", "expected text, found a mapping"),
        ],
    )
    def test_what_is_wrong(self, written: dict[str, Any], path: str, message: str) -> None:
        assert mismatch(Environment, written)[:2] == (path, message)


@pytest.mark.parametrize("cls", [EnvVar, ContainerPort, VolumeMount, Resources])
def test_the_parts_that_keep_their_spelling(cls: type[Node]) -> None:
    assert cls.keeps_spelling
    assert not Container.keeps_spelling
