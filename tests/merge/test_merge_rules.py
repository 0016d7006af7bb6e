"""A user's own patch strategy, and a user's own rule for one place of a spec."""

from typing import Any

import pytest

import polyspec
from polyspec.merge import POST_MERGE, PRE_MERGE, Merging, Strategy, default_strategies, merge, merge_layers
from polyspec.tree.shape import How

from .test_merge_cases import layer

REQUIRED, PREFERRED = "requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution"
GREATER = Strategy("greater", lambda base, patch: isinstance(patch, int) and isinstance(base, int) and patch > base)


def merged(merging: Merging, *trees: dict[str, Any]) -> dict[str, Any]:
    return merge_layers([layer(tree) for tree in trees], merging)


def job(**container: Any) -> dict[str, Any]:
    return {"run": {"kind": "job", "container": container}}


def affinity(**parts: Any) -> dict[str, Any]:
    return {"run": {"kind": "job", "environment": {"affinity": parts}}}


class TestAStrategyOfTheUsers:
    def test_chooses_where_both_have_a_value(self) -> None:
        merging = Merging().with_strategy(GREATER)
        base = {**job(image="a"), "cost": 3, "termination": {"ttl": 1, "timeout": 9}, "tags": ["a"]}
        patch = {"cost": 2, "termination": {"ttl": 5, "timeout": 5}, "tags": ["b"], "patchStrategy": "greater"}
        expected = {**job(image="a"), "cost": 3, "termination": {"ttl": 5, "timeout": 9}, "tags": ["a", "b"]}
        assert merged(merging, base, patch) == expected

    def test_is_named_in_the_document_and_given_to_compile(self) -> None:
        merging = Merging(default_strategies().with_entry("greater", GREATER))
        component = {"kind": "component", "cost": 3, "run": {"kind": "job", "container": {"image": "a"}}}
        operation = {"kind": "operation", "cost": 2, "patchStrategy": "greater", "component": component}
        assert polyspec.compile(operation, merging=merging).to_dict()["cost"] == 3
        with pytest.raises(polyspec.PolyspecError, match="unknown patch strategy `greater`"):
            polyspec.compile(operation)

    def test_sees_plain_trees_whatever_wraps_their_leaves(self) -> None:
        seen: list[Any] = []

        def choose(base: Any, patch: Any) -> bool:
            seen.append((base, patch))
            return True

        asked = Strategy("asked", choose, combines=False)
        merging = Merging().with_strategy(asked)
        layers = [
            layer({**job(args=["x"]), "params": {"p": 1}}),
            layer({"params": {"q": 2}, "runPatch": {"container": {"args": ["y"]}}, "cmd": "z", "patchStrategy": "asked"}),
        ]
        plain = merge_layers(layers, merging)
        first = list(seen)
        seen.clear()
        merge_layers([each.marked() for each in layers], merging)
        assert seen == first
        assert first == [
            ({"p": {"value": 1}}, {"q": {"value": 2}}),
            ([None, ["x"]], [["/bin/sh", "-c"], ["set -e\nz"]]),
            (["set -e\nz"], ["y"]),
        ]
        assert plain["run"]["container"] == {"command": ["/bin/sh", "-c"], "args": ["y"]}

    def test_leaves_the_registry_that_it_was_added_to_as_it_was(self) -> None:
        before = Merging()
        after = before.with_strategy(GREATER)
        assert "greater" not in before.strategies
        assert list(after.strategies) == ["post_merge", "pre_merge", "replace", "isnull", "greater"]

    def test_is_checked_when_it_is_added(self) -> None:
        with pytest.raises(TypeError, match=r"^the name of a patch strategy must be an identifier, not 'my own'$"):
            Merging().with_strategy(Strategy("my own", GREATER.choose))
        with pytest.raises(TypeError, match=r"^the patch strategy 'x' must be callable, not int$"):
            default_strategies().with_entry("x", 1)  # type: ignore[arg-type]  # the mistake under test

    def test_may_put_the_patch_first_and_still_take_it(self) -> None:
        first = Strategy("first", POST_MERGE.choose, patch_first=True)
        assert merge(["a"], ["b"], first) == ["b", "a"]
        assert merge({"x": 1}, {"x": 2}, first) == {"x": 2}


class TestARuleOfTheUsers:
    @pytest.mark.parametrize(
        ("path", "how", "options", "base", "patch", "expected"),
        [
            (
                "run.container.args",
                "united",
                {},
                job(args=["a", "b"]),
                {"container": {"args": ["b", "c"]}},
                job(args=["a", "b", "c"]),
            ),
            ("run.container.args", "unit", {}, job(args=["a"]), {"container": {"args": ["b"]}}, job(args=["b"])),
            ("run.container.args", "first", {}, job(args=["a"]), {"container": {"args": ["b"]}}, job(args=["a"])),
            (
                "run.container.env",
                "concatenated",
                {},
                job(env=[{"name": "A", "value": "1"}]),
                {"env": {"A": "2"}},
                job(env=[{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]),
            ),
            (
                "inputs",
                "keyed",
                {"keys": ["name"], "merged": True},
                {**job(), "inputs": [{"name": "lr", "type": "float", "value": 0.1}]},
                {"inputs": [{"name": "lr", "value": 0.2}]},
                {**job(), "inputs": [{"name": "lr", "type": "float", "value": 0.2}]},
            ),
            (
                "hooks",
                "keyed",
                {"keys": ["hubRef"]},
                {**job(), "hooks": [{"hubRef": "a", "trigger": "done"}, {"hubRef": "b"}]},
                {"hooks": [{"hubRef": "a", "trigger": "failed"}]},
                {**job(), "hooks": [{"hubRef": "a", "trigger": "failed"}, {"hubRef": "b"}]},
            ),
            (
                "params",
                "named",
                {},
                {**job(), "params": {"lr": {"value": 1, "toEnv": "LR"}}},
                {"params": {"lr": 2}},
                {**job(), "params": {"lr": {"value": 2, "toEnv": "LR"}}},
            ),
            (
                "run.environment.labels",
                "unit",
                {},
                {"run": {"kind": "job", "environment": {"labels": {"a": "x", "b": None}}}},
                {"runPatch": {"environment": {"labels": {"c": "y", "d": None}}}},
                {"run": {"kind": "job", "environment": {"labels": {"c": "y"}}}},
            ),
            (
                "run.environment.affinity.nodeAffinity",
                "unit",
                {},
                affinity(nodeAffinity={REQUIRED: {"nodeSelectorTerms": []}}, podAffinity={REQUIRED: []}),
                {"runPatch": affinity(nodeAffinity={PREFERRED: []}, podAffinity={PREFERRED: []})["run"]},
                affinity(nodeAffinity={PREFERRED: []}, podAffinity={REQUIRED: [], PREFERRED: []}),
            ),
            (
                "run.sidecars.args",
                "united",
                {},
                {"run": {"kind": "job", "sidecars": [{"name": "s", "args": ["x"]}]}},
                {"runPatch": {"sidecars": [{"name": "s", "args": ["x", "y"]}]}},
                {"run": {"kind": "job", "sidecars": [{"name": "s", "args": ["x", "y"]}]}},
            ),
            (
                "matrix.params",
                "named",
                {},
                {**job(), "matrix": {"kind": "grid", "params": {"a": {"kind": "choice", "value": [1]}}}},
                {"matrix": {"kind": "grid", "params": {"a": {"kind": "choice", "value": [2]}}}},
                {**job(), "matrix": {"kind": "grid", "params": {"a": {"kind": "choice", "value": [1, 2]}}}},
            ),
            ("queue", "first", {}, {**job(), "queue": "a"}, {"queue": "b"}, {**job(), "queue": "a"}),
            ("run", "unit", {}, job(image="a"), {"run": {"kind": "job"}}, {"run": {"kind": "job"}}),
        ],
    )
    def test_takes_the_place_of_the_rule_of_the_language(
        self, path: str, how: How, options: dict[str, Any], base: dict[str, Any], patch: dict[str, Any], expected: dict[str, Any]
    ) -> None:
        assert merged(Merging().with_rule(path, how, **options), base, patch) == expected

    @pytest.mark.parametrize(
        "run",
        [
            {"kind": "job"},
            {"kind": "service"},
            {"kind": "notifier"},
            {"kind": "cleaner"},
            {"kind": "tuner"},
            {"kind": "mpijob", "roles": ["launcher", "worker"]},
            {"kind": "pytorchjob", "roles": ["master", "worker"]},
            {"kind": "tfjob", "roles": ["chief", "ps", "worker", "evaluator"]},
            {"kind": "daskcluster", "roles": ["scheduler", "worker"]},
            {"kind": "raycluster", "roles": ["head"], "workers": ["w1", "w2"]},
        ],
        ids=lambda run: str(run["kind"]),
    )
    def test_goes_for_every_run_kind_and_each_of_its_replicas(self, run: dict[str, Any]) -> None:
        def of(pod: dict[str, Any]) -> dict[str, Any]:
            if "roles" not in run:
                return {"kind": run["kind"], **pod}
            workers = {"workers": dict.fromkeys(run["workers"], pod)} if "workers" in run else {}
            return {"kind": run["kind"], **dict.fromkeys(run["roles"], pod), **workers}

        base, patch = {"run": of({"container": {"args": ["a", "b"]}})}, {"runPatch": {"container": {"args": ["b", "c"]}}}
        united = Merging().with_rule("run.container.args", "united")
        assert merged(united, base, patch)["run"] == of({"container": {"args": ["a", "b", "c"]}})
        assert merged(Merging(), base, patch)["run"] == of({"container": {"args": ["a", "b", "b", "c"]}})

    def test_of_one_role_leaves_the_others_alone(self) -> None:
        united = Merging().with_rule("run.worker.container.args", "united")
        base = {"run": {"kind": "mpijob", "launcher": {"container": {"args": ["a"]}}, "worker": {"container": {"args": ["a"]}}}}
        run = merged(united, base, {"runPatch": {"container": {"args": ["a"]}}})["run"]
        assert (run["launcher"]["container"]["args"], run["worker"]["container"]["args"]) == (["a", "a"], ["a"])

    def test_of_one_named_worker_leaves_the_others_alone(self) -> None:
        united = Merging().with_rule("run.workers.w1.container.args", "united")
        pod = {"container": {"args": ["a"]}}
        base = {"run": {"kind": "raycluster", "workers": {"w1": pod, "w2": pod}}}
        workers = merged(united, base, {"runPatch": pod})["run"]["workers"]
        assert [workers[name]["container"]["args"] for name in ("w1", "w2")] == [["a"], ["a", "a"]]

    def test_is_kept_beside_other_rules_and_changes_nothing_in_place(self) -> None:
        before = Merging()
        both = before.with_rule("run.container.args", "united").with_rule("tags", "concatenated")
        base, patch = {**job(args=["a"]), "tags": ["a"]}, {"container": {"args": ["a"]}, "tags": ["a"]}
        assert merged(both, base, patch) == {**job(args=["a"]), "tags": ["a", "a"]}
        assert merged(before, base, patch) == {**job(args=["a", "a"]), "tags": ["a"]}

    def test_goes_with_the_strategy_of_the_layer(self) -> None:
        united = Merging().with_rule("run.container.args", "united")
        base, patch = job(args=["a", "b"]), {"container": {"args": ["b", "c"]}, "patchStrategy": PRE_MERGE.name}
        assert merged(united, base, patch) == job(args=["b", "c", "a"])

    def test_is_given_to_compile(self) -> None:
        operation = {
            "kind": "operation",
            "component": {"kind": "component", **job(args=["--x"])},
            "runPatch": {"container": {"args": ["--x", "--y"]}},
        }
        spec = polyspec.compile(operation, merging=Merging().with_rule("run.container.args", "united"))
        assert spec.to_dict()["run"]["container"]["args"] == ["--x", "--y"]

    @pytest.mark.parametrize(
        ("path", "how", "options", "text"),
        [
            ("", "unit", {}, "'' is no place of a spec: expected one such as `run.container.args`"),
            ("run[0]", "unit", {}, "'run[0]' is no place of a spec: expected one such as `run.container.args`"),
            ("run..x", "unit", {}, "'run..x' is no place of a spec: expected one such as `run.container.args`"),
            ("quue", "first", {}, "no place of a spec is called 'quue', from `quue` on: did you mean `queue`?"),
            ("run.nope", "unit", {}, "no place of a spec is called 'run.nope', from `nope` on: it is not known there"),
            (
                "run.container.argz",
                "united",
                {},
                "no place of a spec is called 'run.container.argz', from `argz` on: did you mean `args`?",
            ),
            (
                "run.container.resources.limits",
                "unit",
                {},
                (
                    "no place of a spec is called 'run.container.resources.limits', from `limits` on: "
                    "what holds it is taken or merged as one"
                ),
            ),
            (
                "params.lr",
                "unit",
                {},
                "no place of a spec is called 'params.lr', from `lr` on: what holds it is taken or merged as one",
            ),
            ("queue", "unite", {}, "unknown rule 'unite': did you mean `united`?"),
            (
                "queue",
                "zzz",
                {},
                "unknown rule 'zzz': known are: united, concatenated, keyed, mapping, fields, entries, named, unit, first",
            ),
            ("queue", "entrys", {}, "unknown rule 'entrys': did you mean `entries`?"),
            ("tags", "keyed", {}, "`keys` are those of a `keyed` list, which has one at least"),
            ("tags", "united", {"keys": ["a"]}, "`keys` are those of a `keyed` list, which has one at least"),
            ("tags", "mapping", {}, "'mapping' does not suit `tags`: expected united, concatenated, keyed, unit, first"),
            ("params", "united", {}, "'united' does not suit `params`: expected mapping, fields, entries, named, unit, first"),
            ("queue", "united", {}, "'united' does not suit `queue`: expected unit, first"),
            ("run", "fields", {}, "'fields' does not suit `run`: expected unit, first"),
            (
                "container.args",
                "united",
                {},
                "`container` is no field that layers merge: rules for what it stands for begin with `run`",
            ),
            ("runPatch", "unit", {}, "`runPatch` is no field that layers merge: rules for what it stands for begin with `run`"),
        ],
    )
    def test_says_why_it_cannot_be(self, path: str, how: Any, options: dict[str, Any], text: str) -> None:
        with pytest.raises(ValueError) as caught:
            Merging().with_rule(path, how, **options)
        assert str(caught.value) == text
