"""Laws of every field of every class of the language: kept as it is written, or refused at its place. Nothing is coerced."""

import json
from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import attrs
import pytest

import polyspec
from polyspec import PolyspecError
from polyspec.spec.compiled import CompiledOperation
from polyspec.spec.environment import Environment
from polyspec.spec.helpers import Plugins
from polyspec.spec.io import IO, Param
from polyspec.spec.markers import COMMA, LOOSE, TEMPLATE, Kubernetes
from polyspec.spec.matrix import Matrix
from polyspec.spec.matrix.params import HpParam
from polyspec.spec.node import Node, camel, key_of
from polyspec.spec.operation import Component, Definition, Operation
from polyspec.spec.workflow import EarlyStopping, Schedule, StoppingPolicy
from polyspec.tree import UNSET

VALUES: dict[str, Any] = {
    "text": "abc",
    "template": "{{ x }}",
    "bool": True,
    "integer": 7,
    "number": 1.5,
    "list": [],
    "mapping": {},
    "texts": ["a", "b"],
}
REQUIRED: dict[str, Any] = {
    "name": "abc",
    "hubRef": "abc",
    "connections": ["abc"],
    "image": "abc",
    "content": "abc",
    "containerPort": 80,
    "mountPath": "/abc",
    "query": "abc",
    "ref": "abc",
    "kinds": ["run_status_failed"],
    "cron": "@daily",
    "frequency": 60,
    "startAt": "2024-06-24",
    "evaluationInterval": 1,
    "percent": 5,
    "metric": "loss",
    "value": 1,
    "optimization": "minimize",
    "params": {},
    "numRuns": 1,
    "numInitialRuns": 1,
    "maxIterations": 1,
    "values": [],
    "run": {"kind": "job"},
}
"""A value for each required field, by its key."""
OWN: dict[str, dict[str, Any]] = {
    "UtilityFunction": {"kappa": 2.5},
    "Tpe": {"metric": {"name": "loss"}},
    "Bayes": {"metric": {"name": "loss"}},
    "Connection": {"kind": "git"},
    **{name: {"value": {"start": 1, "stop": 2, "step": 1}} for name in ("Range",)},
    **{name: {"value": {"start": 1, "stop": 2, "num": 1}} for name in ("Linspace", "Logspace", "Geomspace")},
    **{name: {"value": {"start": "2024-01-01", "stop": "2024-02-01", "step": 1}} for name in ("Daterange", "Datetimerange")},
    **{name: {"value": {"low": 1, "high": 2}} for name in ("Uniform", "Loguniform")},
    **{name: {"value": {"low": 1, "high": 2, "q": 1}} for name in ("Quniform", "Qloguniform")},
    **{name: {"value": {"loc": 1, "scale": 2}} for name in ("Normal", "Lognormal")},
    **{name: {"value": {"loc": 1, "scale": 2, "q": 1}} for name in ("Qnormal", "Qlognormal")},
    **{name: {"value": []} for name in ("Choices", "PChoices")},
}
"""What a class needs beside or instead."""
BASES: tuple[type[Node], ...] = (Definition, Matrix, HpParam, Schedule, EarlyStopping, StoppingPolicy)


def concrete(cls: Any) -> Iterator[Any]:
    """The classes of the package below a class that are read from trees."""
    for below in cls.__subclasses__():
        is_public = below.__module__.startswith("polyspec.") and not below.__name__.startswith("_")
        if is_public and below not in BASES and attrs.has(below):
            yield below
        yield from concrete(below)


assert polyspec.Operation is Operation  # every module of the language is loaded
CLASSES: list[type[Node]] = sorted(set(concrete(Node)), key=lambda cls: cls.__name__)


def least(cls: type[Node]) -> dict[str, Any]:
    """The smallest tree of a class."""
    required = [key_of(field) for field in fields_of(cls) if field.default is attrs.NOTHING]
    return {key: OWN.get(cls.__name__, {}).get(key, REQUIRED.get(key)) for key in required} | {
        key: value for key, value in OWN.get(cls.__name__, {}).items() if key not in required
    }


def full_form(cls: type[Node]) -> dict[str, Any]:
    """What makes the tree of a param its full form: any of its keys."""
    return {"value": None} if cls is Param else {}


def fields_of(cls: Any) -> tuple["attrs.Attribute[Any]", ...]:
    return tuple(attrs.fields(cls))


FIELDS = [(cls, field) for cls in CLASSES for field in fields_of(cls)]
each_class = pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)


def marks_of(annotation: Any) -> set[Any]:
    """The markers in an annotation, at any depth."""
    found: set[Any] = set()
    if get_origin(annotation) is Annotated:
        annotation, *marks = get_args(annotation)
        found |= {mark if mark in (COMMA, LOOSE, TEMPLATE) else type(mark) for mark in marks}
    return found.union(*map(marks_of, get_args(annotation)))


def annotation_of(cls: type[Node], field: "attrs.Attribute[Any]") -> Any:
    return get_type_hints(cls, localns={"Definition": Definition}, include_extras=True)[field.name]


def taken(cls: type[Node], tree: dict[str, Any]) -> Any:
    """The plain tree of what a tree becomes, or the error that refuses it."""
    try:
        found = cls.from_dict(tree)
    except PolyspecError as error:
        return error
    return found.to_dict()


def spelt_twice(cls: type[Node]) -> list[tuple[str, str]]:
    """The fields whose names in Python differ from their keys: both spellings."""
    names = [(field.name.rstrip("_"), key_of(field)) for field in fields_of(cls)]
    return [(snake, key) for snake, key in names if snake != key]


def without(tree: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in tree.items() if name != key}


def same(left: Any, right: Any) -> bool:
    return json.dumps(left) == json.dumps(right)


def test_the_classes_are_all_there() -> None:
    assert len(CLASSES) > 80
    assert {Component, Operation, CompiledOperation, IO, Param, Environment, Plugins} <= set(CLASSES)


@each_class
class TestEveryClass:
    def test_the_least_tree_is_taken(self, cls: type[Node]) -> None:
        found = taken(cls, least(cls))
        assert not isinstance(found, PolyspecError), found
        assert found.items() >= least(cls).items()

    @pytest.mark.parametrize("value", [None, True, 1, 1.5, "abc", []])
    def test_it_is_a_mapping(self, cls: type[Node], value: Any) -> None:
        if cls is Param:
            assert Param.from_dict(value) == Param(value=value)  # the short form
            return
        with pytest.raises(PolyspecError) as caught:
            cls.from_dict(value)
        (found,) = caught.value.diagnostics
        assert found.message.startswith("expected a")
        assert "(a mapping), found " in found.message

    def test_every_missing_field_is_told(self, cls: type[Node]) -> None:
        required = [key_of(field) for field in fields_of(cls) if field.default is attrs.NOTHING]
        found = taken(cls, {"value": 1} if cls is Param else {})
        if required:
            assert sorted(it.message for it in found.diagnostics) == sorted(f"the field `{key}` is missing" for key in required)
            assert {it.path for it in found.diagnostics} == {()}
        else:
            assert cls.__name__ == "UtilityFunction" or not isinstance(found, PolyspecError)

    def test_an_unknown_field_is_refused_at_its_key(self, cls: type[Node]) -> None:
        found = taken(cls, {**least(cls), **full_form(cls), "qqqq": 1})
        assert isinstance(found, PolyspecError)
        assert [(it.code, it.path, it.hint) for it in found.diagnostics if it.path] == [("unknown-field", ("qqqq",), None)]

    def test_objects_are_frozen(self, cls: type[Node]) -> None:
        found = cls.from_dict(least(cls))
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(found, fields_of(cls)[0].name, 1)

    def test_it_says_what_it_is(self, cls: type[Node]) -> None:
        text = repr(cls.from_dict(least(cls)))
        assert text.startswith(f"{cls.__name__}(")
        assert "UNSET" not in text
        assert cls.__doc__


@each_class
class TestEveryField:
    def test_its_key_is_camel_case(self, cls: type[Node]) -> None:
        others = {"host_pid": "hostPID", "host_ip": "hostIP", "metrics": "Metrics", "path_from": "from", "path_to": "to"}
        for field in fields_of(cls):
            assert key_of(field) == others.get(field.name, camel(field.name))

    def test_a_value_is_kept_as_it_is_or_refused_at_its_place(self, cls: type[Node]) -> None:
        for field in fields_of(cls):
            key, marks = key_of(field), marks_of(annotation_of(cls, field))
            for value in VALUES.values():
                found = taken(cls, {**least(cls), key: value})
                if isinstance(found, PolyspecError):
                    assert all(it.path[:1] in ((key,), ("value",), ()) for it in found.diagnostics), key
                elif LOOSE in marks and isinstance(value, bool | int | float):
                    assert same(found[key], str(value).lower()), key
                else:
                    assert same(found[key], value) or (COMMA in marks and found[key] == [value]), key

    def test_null_is_kept_where_the_field_may_be_absent(self, cls: type[Node]) -> None:
        for field in fields_of(cls):
            key = key_of(field)
            found = taken(cls, {**least(cls), key: None})
            if field.default is UNSET and (cls.__name__, key) != ("UtilityFunction", "kappa"):
                assert found[key] is None, key
            elif isinstance(found, PolyspecError):
                assert {it.path for it in found.diagnostics} <= {(key,), ()}, key
            else:
                assert field.name == "kind"

    def test_snake_case_is_the_same(self, cls: type[Node]) -> None:
        for snake, key in spelt_twice(cls):
            value = least(cls).get(key)
            found = taken(cls, {**without(least(cls), key), snake: value})
            if isinstance(found, PolyspecError):
                assert value is None
                assert key in least(cls), key
            else:
                assert same(found, taken(cls, {**least(cls), key: value})), key

    def test_both_spellings_at_once_are_refused(self, cls: type[Node]) -> None:
        for snake, key in spelt_twice(cls):
            found = taken(cls, {**without(least(cls), key), key: None, snake: None})
            assert isinstance(found, PolyspecError)
            (told,) = found.diagnostics
            assert (told.code, told.message, told.path) == (
                "duplicate-key",
                f"`{key}` and `{snake}` are the same field",
                (snake,),
            )

    def test_a_misspelt_key_names_the_close_match(self, cls: type[Node]) -> None:
        keys = [key_of(field) for field in fields_of(cls)]
        for key in keys:
            wrong = key[:-1] + "q" if len(key) > 3 else key.upper()
            found = taken(cls, {**least(cls), **full_form(cls), wrong: None})
            assert isinstance(found, PolyspecError)
            told = next(it for it in found.diagnostics if it.path == (wrong,))
            assert told.code == "unknown-field"
            assert told.hint in [f"did you mean `{other}`?" for other in keys], key


class TestWhatATypeTakes:
    """The kinds of values that a field takes, by its type."""

    @pytest.mark.parametrize(
        ("cls", "key", "kinds"),
        [
            (Operation, "strictParams", {"bool"}),
            (Operation, "description", {"text", "template"}),
            (Operation, "isApproved", {"bool", "template"}),
            (Operation, "cost", {"integer", "number", "template"}),
            (Operation, "version", {"integer", "number"}),
            (Operation, "tags", {"text", "template", "list", "texts"}),
            (Operation, "termination", {"mapping", "template"}),
            (Operation, "schedule", set()),
            (Operation, "ports", {"list"}),
            (Operation, "env", {"mapping"}),
            (Operation, "cmd", {"text", "template", "texts"}),
            (Operation, "params", {"mapping"}),
            (Operation, "component", {"mapping"}),
            (Operation, "run", {"mapping"}),
            (IO, "value", set(VALUES)),
            (IO, "isFlag", set()),
            (Param, "value", set(VALUES)),
            (Environment, "priority", {"integer"}),
            (Environment, "labels", {"mapping"}),
            (Environment, "hostPID", {"bool"}),
            (Plugins, "shm", {"bool", "template"}),
            (Plugins, "logLevel", {"text", "template"}),
        ],
        ids=lambda it: it if isinstance(it, str) else None,
    )
    def test_the_kinds(self, cls: type[Node], key: str, kinds: set[str]) -> None:
        found = {kind for kind, value in VALUES.items() if not isinstance(taken(cls, {**least(cls), key: value}), PolyspecError)}
        assert found == kinds

    def test_what_kubernetes_defines_is_marked(self) -> None:
        marked = {f"{cls.__name__}.{field.name}" for cls, field in FIELDS if Kubernetes in marks_of(annotation_of(cls, field))}
        assert {"Environment.affinity", "Container.lifecycle", "Termination.pod_failure_policy", "Job.volumes"} <= marked
