"""The shapes of the language, read off its classes: how each field combines, and which leaves are text."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import pytest

from polyspec.spec.container import Container
from polyspec.spec.io import IO
from polyspec.spec.markers import Combined, Template
from polyspec.spec.operation import Definition
from polyspec.spec.run import RUN_KINDS
from polyspec.spec.shapes import definition_shape, shape_of
from polyspec.tree import Unset, parse_path
from polyspec.tree.shape import LEAF, Shape


def at(path: str, run: str = "job") -> Shape:
    """The shape at a path of a definition; its run is of a kind."""
    shape = definition_shape()
    for step in parse_path(path):
        shape = shape.child(step)
        if shape.variants:
            shape = shape.variant({"run": run, "matrix": "grid", "schedule": "cron"}.get(str(step)))
    return shape


class TestCombining:
    @pytest.mark.parametrize(
        ("path", "how", "keys", "merged"),
        [
            ("queue", "leaf", (), False),
            ("version", "first", (), False),
            ("strictParams", "either", (), False),
            ("tags", "united", (), False),
            ("presets", "united", (), False),
            ("connections", "united", (), False),
            ("hooks", "united", (), False),
            ("mount", "united", (), False),
            ("env", "unit", (), False),
            ("params", "entries", (), False),
            ("inputs", "keyed", ("name",), False),
            ("outputs", "keyed", ("name",), False),
            ("termination", "fields", (), False),
            ("termination.culling", "fields", (), False),
            ("environment", "fields", (), False),
            ("environment.labels", "mapping", (), False),
            ("environment.affinity", "fields", (), False),
            ("environment.tolerations", "united", (), False),
            ("init", "keyed", ("container.name",), True),
            ("sidecars", "keyed", ("name",), True),
            ("volumes", "keyed", ("name",), False),
            ("container", "fields", (), False),
            ("container.command", "concatenated", (), False),
            ("container.args", "concatenated", (), False),
            ("container.env", "keyed", ("name",), False),
            ("container.ports", "keyed", ("containerPort", "protocol=TCP"), False),
            ("container.volumeMounts", "keyed", ("mountPath",), False),
            ("container.resources", "mapping", (), False),
            ("run", "fields", (), False),
            ("run.container.args", "concatenated", (), False),
            ("matrix", "fields", (), False),
            ("matrix.params", "entries", (), False),
            ("component", "leaf", (), False),
        ],
    )
    def test_a_field(self, path: str, how: str, keys: tuple[str, ...], merged: bool) -> None:
        shape = at(path)
        assert (shape.how, shape.keys, shape.merged) == (how, keys, merged)

    def test_the_groups_of_a_ray_cluster_are_named(self) -> None:
        assert at("run.workers", "raycluster").how == "named"
        assert at("run.workers.a.container.args", "raycluster").how == "concatenated"

    @pytest.mark.parametrize("path", ["run", "matrix", "schedule"])
    def test_families_are_chosen_by_kind(self, path: str) -> None:
        shape = definition_shape().child(path)
        assert shape.how == "tagged"
        assert shape.merged is (path == "run")
        assert shape.variant("unknown") is shape
        assert shape.child("anything") is LEAF

    def test_runs_know_their_roles(self) -> None:
        runs = definition_shape().child("run")
        assert {kind: shape.roles for kind, shape in runs.variants.items()} == {
            kind: cls.roles for kind, cls in RUN_KINDS.items()
        }
        assert runs.variant("raycluster").named_roles == ("workers",)


class TestText:
    @pytest.mark.parametrize(
        "path",
        [
            "name",
            "description",
            "queue",
            "namespace",
            "tags[0]",
            "conditions",
            "container.image",
            "container.workingDir",
            "container.args[0]",
            "container.command[3]",
            "container.env[0].value",
            "environment.labels.team",
            "environment.nodeName",
            "run.container.image",
            "init[0].file.content",
            "init[0].path",
            "container.livenessProbe.exec.command[0]",
            "container.volumeMounts[0].name",
            "environment.tolerations[0].value",
            "environment.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey",
            "volumes[0].csi.volumeAttributes.size",
        ],
    )
    def test_these_leaves_are_text(self, path: str) -> None:
        assert at(path).is_text

    @pytest.mark.parametrize(
        "path",
        [
            "isApproved",
            "cost",
            "strictParams",
            "termination.timeout",
            "ports[0]",
            "params.lr",
            "inputs[0].value",
            "container.tty",
            "container.resources.limits.cpu",
            "container.lifecycle.preStop",
            "container.livenessProbe.httpGet.port",
            "environment.tolerations[0].tolerationSeconds",
            "volumes[0].emptyDir.sizeLimit",
            "nowhere",
        ],
    )
    def test_these_are_not(self, path: str) -> None:
        assert not at(path).is_text

    def test_loose_text_is_text_that_may_be_a_number(self) -> None:
        assert at("environment.labels.team").is_loose
        assert at("container.env[0].value").is_loose
        assert at("environment.tolerations[0].value").is_loose
        assert not at("container.image").is_loose


class TestReading:
    @pytest.mark.parametrize(
        ("annotation", "how", "is_text"),
        [
            (str, "leaf", True),
            (int, "leaf", False),
            (Any, "leaf", False),
            (Template, "leaf", False),
            (str | Unset | None, "leaf", True),
            (str | Template | Unset | None, "leaf", True),
            (int | Template | Unset, "leaf", False),
            (int | str, "leaf", False),
            (Sequence[str], "united", False),
            (Sequence[str] | Template, "united", False),
            (Mapping[str, str], "mapping", False),
            (Annotated[Mapping[str, str], Combined("unit")], "unit", False),
            (Annotated[Sequence[str], Combined("concatenated")] | str | None, "concatenated", True),
            (IO, "fields", False),
            (Container | Template | None, "fields", False),
        ],
    )
    def test_an_annotation(self, annotation: Any, how: str, is_text: bool) -> None:
        shape = shape_of(annotation)
        assert (shape.how, shape.is_text) == (how, is_text)

    def test_a_definition_inside_another_is_a_leaf(self) -> None:
        assert shape_of(Definition).fields["component"].how == "leaf"

    def test_it_is_read_once(self) -> None:
        assert definition_shape() is definition_shape()
        assert at("container") is not LEAF
