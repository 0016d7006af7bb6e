"""A run kind, a matrix kind, an input type of an embedder's own: one class or function, one registration, nothing else."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar

import attrs
import pytest

import polyspec
from polyspec import PolyspecError
from polyspec.bind import TypeMismatch, default_types
from polyspec.merge import Merging
from polyspec.spec.kinds import Kinds, default_kinds
from polyspec.spec.markers import Choice, Maybe, Template
from polyspec.spec.matrix import Matrix
from polyspec.spec.node import absent
from polyspec.spec.problem import Mismatch
from polyspec.spec.run import Replica, Run
from polyspec.spec.run.base import Pod
from polyspec.spec.shapes import definition_shape
from polyspec.sweep import KINDS, Proposal


@attrs.frozen(kw_only=True, repr=False)
class SlurmJob(Pod, Run):
    """A job of a Slurm cluster."""

    kind: Annotated[str, Choice(("slurmjob",))] = attrs.field(default="slurmjob")
    partition: Maybe[str] = absent()
    nodes: Maybe[int] = absent()


@attrs.frozen(kw_only=True, repr=False)
class Actors(Run):
    """A leader and its followers."""

    roles: ClassVar[tuple[str, ...]] = ("leader", "follower")
    kind: Annotated[str, Choice(("actors",))] = attrs.field(default="actors")
    leader: Maybe[Replica] = absent()
    follower: Maybe[Replica] = absent()


@attrs.frozen(kw_only=True, repr=False)
class Pair(Pod, Run):
    """Two replicas, of which one at least has an image: a class that looks at what its fields hold."""

    roles: ClassVar[tuple[str, ...]] = ("left", "right")
    kind: Annotated[str, Choice(("pair",))] = attrs.field(default="pair")
    left: Maybe[Replica] = absent()
    right: Maybe[Replica] = absent()

    def __attrs_post_init__(self) -> None:
        assert all(isinstance(replica, Replica) for replica in (self.left, self.right) if replica)


@attrs.frozen(kw_only=True, repr=False)
class Span(Pod, Run):
    """A class whose fields are right or wrong together."""

    kind: Annotated[str, Choice(("span",))] = attrs.field(default="span")
    low: Maybe[int | Template] = absent()
    high: Maybe[int | Template] = absent()

    def __attrs_post_init__(self) -> None:
        if isinstance(self.low, int) and isinstance(self.high, int) and self.low > self.high:
            raise Mismatch("the low end is above the high one", code="bad-span")


def test_fields_that_are_right_alone_may_be_wrong_together_whatever_was_run_before() -> None:
    run = {"kind": "span", "low": "{{ low }}", "high": "{{ high }}", "container": {"image": "a"}}
    inputs = [{"name": "low", "type": "int"}, {"name": "high", "type": "int"}]
    values = [{"low": 1, "high": 3}, {"low": 2, "high": 2}, {"low": 3, "high": 1}]
    matrix = {"kind": "mapping", "values": values}
    source = {"kind": "operation", "component": {"inputs": inputs, "run": run}, "matrix": matrix}
    runs = polyspec.compile(source, kinds=default_kinds().with_kind(Span)).expand()
    assert [(run.run.low, run.run.high) for run in itertools.islice(runs, 2)] == [(1, 3), (2, 2)]
    with pytest.raises(PolyspecError, match="the low end is above the high one"):
        next(runs)


def test_a_class_that_looks_at_its_fields_finds_objects_there(kinds: Kinds) -> None:
    pod = {"container": {"image": "busybox", "args": ["{{ n }}"]}}
    source = {**SPEC, "run": {"kind": "pair", "left": pod, "right": {"replicas": 2}}}
    spec = polyspec.compile(source, kinds=kinds.with_kind(Pair))
    assert spec.to_dict()["run"] == {
        "kind": "pair",
        "left": {"container": {"image": "busybox", "args": ["2"]}},
        "right": {"replicas": 2},
    }


@pytest.fixture
def kinds() -> Kinds:
    """The language with both."""
    return default_kinds().with_kind(SlurmJob).with_kind(Actors)


SPEC: dict[str, Any] = {
    "kind": "component",
    "inputs": [{"name": "n", "type": "int", "value": 2}],
    "run": {"kind": "slurmjob", "partition": "gpu-{{ n }}", "container": {"image": "busybox", "args": ["{{ n }}"]}},
}


def test_a_run_kind_of_ones_own_is_read_merged_rendered_and_typed(kinds: Kinds) -> None:
    preset = {"isPreset": True, "runPatch": {"nodes": 4, "container": {"args": ["more"]}, "environment": {"labels": {"a": "b"}}}}
    spec = polyspec.compile(SPEC, {"n": 3}, presets=[preset], kinds=kinds)
    assert isinstance(spec.run, SlurmJob)
    assert (spec.run.partition, spec.run.nodes, spec.run.container.args) == ("gpu-3", 4, ["3", "more"])  # type: ignore[union-attr]  # it has one


def test_patches_are_spread_over_replicas_of_ones_own(kinds: Kinds) -> None:
    run = {"kind": "actors", "leader": {"container": {"image": "a"}}, "follower": {"replicas": 2, "container": {"image": "b"}}}
    operation = {
        "kind": "operation",
        "component": {"run": run},
        "runPatch": {"container": {"env": [{"name": "X", "value": "1"}]}},
    }
    tree = polyspec.compile(operation, kinds=kinds).to_dict()["run"]
    assert [tree[role]["container"] for role in ("leader", "follower")] == [
        {"image": "a", "env": [{"name": "X", "value": "1"}]},
        {"image": "b", "env": [{"name": "X", "value": "1"}]},
    ]


def test_mistakes_in_it_are_told_like_any_other(kinds: Kinds) -> None:
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile({"run": {"kind": "slurmjob", "partitoin": "x"}}, kinds=kinds)
    assert [(it.message, it.hint) for it in caught.value.diagnostics] == [
        ("unknown field `partitoin` of a slurmjob", "did you mean `partition`?")
    ]
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile({"run": {"kind": "job"}, "runPatch": {"nodes": 4}}, kinds=kinds)
    assert caught.value.diagnostics[0].message == "unknown field `nodes` of a run of kind `job`"


def test_the_language_itself_is_left_as_it_was(kinds: Kinds) -> None:
    assert kinds is not default_kinds()
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(SPEC)
    assert caught.value.diagnostics[0].code == "unknown-kind"


def test_a_rule_may_be_given_for_its_fields(kinds: Kinds) -> None:
    merging = Merging(shape=definition_shape(kinds)).with_rule("run.container.args", "united")
    preset = {"runPatch": {"container": {"args": ["2", "3"]}}}
    run = {**SPEC["run"], "container": {"args": ["2"]}}
    spec = polyspec.compile({**SPEC, "run": run}, presets=[preset], kinds=kinds, merging=merging)
    assert spec.run.container.args == ["2", "3"]


@pytest.mark.parametrize(
    ("cls", "message"),
    [
        (
            dict,
            "dict belongs to no family of kinds: derive it from one of Run, Matrix, HpParam",
        ),
        (type("Bare", (Run,), {}), "Bare needs attrs.frozen, and a field `kind` with the name of the kind as its default"),
    ],
)
def test_what_is_no_kind_is_refused_when_it_is_added(cls: Any, message: str) -> None:
    with pytest.raises(TypeError, match=re.escape(message)):
        default_kinds().with_kind(cls)


@attrs.frozen(kw_only=True, repr=False)
class Corners(Matrix):
    """The lowest and the highest value of every param."""

    kind: Annotated[str, Choice(("corners",))] = attrs.field(default="corners")
    bounds: Mapping[str, Sequence[float]]


@attrs.frozen
class CornerRuns:
    """The runs of a `corners` matrix."""

    runs: tuple[Mapping[str, float], ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.runs)

    def proposals(self, start: int = 0) -> Iterator[Proposal]:
        """The runs from a place on."""
        return (Proposal(run) for run in self.runs[start:])


def corners(matrix: Mapping[str, Any]) -> CornerRuns:
    """The method of a `corners` matrix."""
    names = list(matrix["bounds"])
    return CornerRuns(tuple(dict(zip(names, values, strict=True)) for values in itertools.product(*matrix["bounds"].values())))


def test_a_matrix_kind_of_ones_own() -> None:
    spec = polyspec.compile(
        {
            "inputs": [{"name": "x", "type": "float"}, {"name": "y", "type": "float"}],
            "run": {"kind": "job", "container": {"image": "busybox", "args": ["{{ x }} {{ y }}"]}},
            "matrix": {"kind": "corners", "bounds": {"x": [0.0, 1.0], "y": [5.0, 6.0]}},
        },
        kinds=default_kinds().with_kind(Corners, corners),
    )
    assert [run.run.container.args for run in spec.expand()] == [["0.0 5.0"], ["0.0 6.0"], ["1.0 5.0"], ["1.0 6.0"]]


def test_a_method_is_for_a_matrix() -> None:
    message = "SlurmJob is no kind of matrix: it has no runs for a method to find"
    with pytest.raises(TypeError, match=re.escape(message)):
        default_kinds().with_kind(SlurmJob, corners)


def test_another_method_for_a_kind_of_the_language() -> None:
    matrix = {"kind": "grid", "params": {"x": {"kind": "choice", "value": [1, 2, 3]}}}
    source = {"inputs": [{"name": "x", "type": "int"}], "run": {"kind": "job"}, "matrix": matrix}
    spec = polyspec.compile(source, sweeps=KINDS.with_entry("grid", lambda _: CornerRuns(({"x": 2},))))
    assert [run.inputs["x"].value for run in spec.expand()] == [2]


def semver(value: Any) -> str:
    """A version of three numbers."""
    if isinstance(value, str) and re.fullmatch(r"\d+\.\d+\.\d+", value):
        return value
    raise TypeMismatch("expected a version such as `1.2.3`")


def test_an_input_type_of_ones_own() -> None:
    types = default_types().with_entry("semver", semver)
    spec = {
        "inputs": [{"name": "v", "type": "semver"}, {"name": "vs", "type": "List[semver]", "value": ["0.0.1"]}],
        "run": {"kind": "job"},
    }
    assert polyspec.compile(spec, {"v": "1.2.3"}, types=types).inputs["v"].value == "1.2.3"
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(spec, {"v": "1.2"}, types=types)
    assert caught.value.diagnostics[0].message == "param `v`: expected a version such as `1.2.3`"


@attrs.frozen(kw_only=True, repr=False)
class Disks(Run):
    """A class whose volumes are no volumes of a pod."""

    kind: Annotated[str, Choice(("disks",))] = attrs.field(default="disks")
    volumes: Maybe[Sequence[str]] = absent()


@pytest.mark.parametrize("patch", [{"volumes": [{"name": "v"}]}, {"runPatch": {"volumes": [{"name": "v"}]}}])
def test_what_a_patch_says_of_a_pod_is_checked_against_a_class_that_has_other_fields(patch: dict[str, Any]) -> None:
    spec = {"kind": "component", "run": {"kind": "disks", "volumes": ["w"]}}
    with pytest.raises(PolyspecError, match="expected text, found a mapping"):
        polyspec.compile(spec, presets=[{"isPreset": True, **patch}], kinds=default_kinds().with_kind(Disks))
