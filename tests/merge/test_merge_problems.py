"""What merging refuses: the texts, and the places."""

import textwrap
from pathlib import Path
from typing import Any

import pytest

import polyspec
from polyspec import PolyspecError
from polyspec.errors import Problem, Rejected
from polyspec.merge import merge_layers

from .test_merge_cases import layer

JOB = {"run": {"kind": "job"}}


def problems(*trees: dict[str, Any]) -> list[Problem]:
    with pytest.raises(Rejected) as caught:
        merge_layers([layer(tree) for tree in trees])
    return list(caught.value.problems)


def problem(*trees: dict[str, Any]) -> tuple[str, str, tuple[str | int, ...], str | None, str]:
    (only,) = problems(*trees)
    return only.code, only.message, only.path, only.hint, only.at


def test_nothing_to_run() -> None:
    hint = "give it a `run`, a `container`, or a reference to a component that has one"
    expected = ("no-run", "there is nothing to run", (), hint, "value")
    assert problem({"queue": "a"}, {"queue": "b"}) == expected
    assert problem(JOB, {"run": None}) == expected


def test_a_patch_of_no_run() -> None:
    assert problem({"runPatch": {"container": {"image": "a"}}}) == (
        "no-run",
        "`runPatch` has no run to patch",
        ("runPatch",),
        "it goes over a spec that has a run; a file that is a preset says `isPreset: true`",
        "key",
    )


def test_an_empty_patch_of_no_run_is_just_no_run() -> None:
    assert problem({"runPatch": {}})[1] == "there is nothing to run"


def test_a_run_without_a_kind_and_nothing_below() -> None:
    kinds = "job, service, dag, mpijob, pytorchjob, tfjob, daskcluster, raycluster, notifier, cleaner, tuner"
    for run in ({"container": {"image": "a"}}, {"kind": None, "container": {"image": "a"}}):
        assert problem({"run": run}) == (
            "missing-field",
            "the kind of the run is missing",
            ("run",),
            f"write `kind:` with one of {kinds}",
            "key",
        )


@pytest.mark.parametrize(
    ("strategy", "hint"),
    [
        ("post_mrge", "did you mean `post_merge`?"),
        ("REPLACE", "did you mean `replace`?"),
        ("zzz", "known are: isnull, post_merge, pre_merge, replace"),
    ],
)
def test_an_unknown_strategy(strategy: str, hint: str) -> None:
    assert problem(JOB, {"patchStrategy": strategy}) == (
        "not-allowed",
        f"unknown patch strategy `{strategy}`",
        ("patchStrategy",),
        hint,
        "value",
    )


@pytest.mark.parametrize(
    ("run", "patch", "field", "message", "hint"),
    [
        ({"kind": "job"}, {"runPatch": {"ports": [1]}}, "ports", "unknown field `ports` of a run of kind `job`", None),
        ({"kind": "job"}, {"run": {"ports": [1]}}, "ports", "unknown field `ports` of a run of kind `job`", None),
        ({"kind": "dag"}, {"runPatch": {"container": {}}}, "container", "unknown field `container` of a run of kind `dag`", None),
        (
            {"kind": "mpijob", "worker": {}},
            {"runPatch": {"container": {}, "cleanPodPolicy": "All"}},
            "container",
            "unknown field `container` of a run of kind `mpijob`",
            None,
        ),
        (
            {"kind": "mpijob", "worker": {}},
            {"runPatch": {"container": {}, "minReplicas": 1}},
            "minReplicas",
            "unknown field `minReplicas` of a run of kind `mpijob`",
            "did you mean `replicas`?",
        ),
        (
            {"kind": "tfjob", "worker": {}},
            {"runPatch": {"workers": {}}},
            "workers",
            "unknown field `workers` of a run of kind `tfjob`",
            None,
        ),
        (
            {"kind": "raycluster", "head": {}},
            {"runPatch": {"worker": {}, "head": {}}},
            "worker",
            "unknown field `worker` of a run of kind `raycluster`",
            "did you mean `workers`?",
        ),
    ],
)
def test_a_field_that_the_kind_does_not_have(
    run: dict[str, Any], patch: dict[str, Any], field: str, message: str, hint: str | None
) -> None:
    (section,) = patch
    assert problem({"run": run}, patch) == ("unknown-field", message, (section, field), hint, "key")


@pytest.mark.parametrize(
    ("run", "shortcut", "kind"),
    [
        ({"kind": "job"}, {"ports": [1]}, "job"),
        ({"kind": "mpijob", "worker": {}}, {"ports": [1]}, "mpijob"),
        ({"kind": "dag"}, {"container": {"image": "a"}}, "dag"),
        ({"kind": "dag"}, {"cmd": "x"}, "dag"),
        ({"kind": "dag"}, {"env": {"A": "1"}}, "dag"),
        ({"kind": "dag"}, {"resources": {"cpu": 1}}, "dag"),
        ({"kind": "dag"}, {"init": [{"path": "/x"}]}, "dag"),
        ({"kind": "dag"}, {"sidecars": [{"name": "s"}]}, "dag"),
    ],
    ids=str,
)
def test_a_shortcut_that_the_kind_does_not_take(run: dict[str, Any], shortcut: dict[str, Any], kind: str) -> None:
    (field,) = shortcut
    assert problem({"run": run}, shortcut) == (
        "unknown-field",
        f"a run of kind `{kind}` takes no `{field}`",
        (field,),
        None,
        "key",
    )


def test_shortcuts_that_a_dag_does_take() -> None:
    merged = merge_layers([layer({"run": {"kind": "dag"}}), layer({"environment": {"nodeName": "n"}, "connections": ["c"]})])
    assert merged == {"run": {"kind": "dag", "environment": {"nodeName": "n"}, "connections": ["c"]}}


def test_a_patch_for_another_kind() -> None:
    assert problem(JOB, {"runPatch": {"kind": "service", "container": {}}}) == (
        "wrong-kind",
        "this patches a run of kind `service`, and the run is of kind `job`",
        ("runPatch", "kind"),
        None,
        "value",
    )


def test_everything_wrong_with_a_patch_and_with_every_layer_is_told_at_once() -> None:
    found = problems(
        JOB,
        {"runPatch": {"kind": "service", "ports": [1], "replicas": 2}},
        {"patchStrategy": "zzz"},
        {"ports": [2]},
    )
    assert [each.message for each in found] == [
        "unknown field `ports` of a run of kind `job`",
        "unknown field `replicas` of a run of kind `job`",
        "this patches a run of kind `service`, and the run is of kind `job`",
        "unknown patch strategy `zzz`",
        "a run of kind `job` takes no `ports`",
    ]


def test_a_problem_in_a_file_is_shown_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "op.yaml"
    file.write_text(
        textwrap.dedent(
            """\
            kind: operation
            component:
              run: {kind: job, container: {image: a}}
            runPatch:
              ports: [80]
            """
        )
    )
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(file)
    assert str(caught.value) == textwrap.dedent(
        f"""\
        error[unknown-field]: unknown field `ports` of a run of kind `job`
         --> {file}:5:3
          |
        5 |   ports: …
          |   ^^^^^
          = at: runPatch.ports
          = note: the run has its kind from here ({file}:3:15)
          |
        3 |   run: {{kind: job, container: {{image: a}}}}
          |               ^^^"""
    )
