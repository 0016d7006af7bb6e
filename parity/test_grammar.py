"""Nothing of the language is left out: the generators write every field of every class that Polyaxon reads, and every kind."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polyaxon import schemas as plx

from parity import generators, pods, sections
from parity.generators import run_fields
from parity.words import Strategy

_LEFT_OUT = {"V1IO": {"delay_validation": "Polyaxon crashes when it resolves an input with it"}}
"""What no generator of a class writes, and why."""
CLASSES: dict[str, Strategy] = {
    "V1Environment": pods.environments,
    "V1Init": pods.init_steps,
    "V1GitType": pods.git,
    "V1DockerfileType": pods.dockerfiles,
    "V1FileType": pods.files,
    "V1TensorboardType": pods.tensorboards,
    "V1ArtifactsType": pods.artifacts,
    "V1Plugins": sections.plugins,
    "V1PolyaxonSidecarContainer": sections.sidecar_settings,
    "V1Termination": sections.terminations,
    "V1Cache": sections.caches,
    "V1Build": sections.builds,
    "V1Template": sections.templates,
    "V1Tuner": sections.tuners,
    "V1Join": sections.joins,
    "V1Hook": sections.hooks,
    "V1EventTrigger": sections.events,
    "V1CronSchedule": sections.schedules.filter(lambda found: found["kind"] == "cron"),
    "V1IntervalSchedule": sections.schedules.filter(lambda found: found["kind"] == "interval"),
    "V1DateTimeSchedule": sections.schedules.filter(lambda found: found["kind"] == "datetime"),
    "V1Mapping": sections.matrices["mapping"],
    "V1GridSearch": sections.matrices["grid"],
    "V1RandomSearch": sections.matrices["random"],
    "V1Hyperband": sections.matrices["hyperband"],
    "V1Bayes": sections.matrices["bayes"],
    "V1TPE": sections.matrices["tpe"],
    "V1Iterative": sections.matrices["iterative"],
    "V1IO": st.one_of(*(generators.ios("lr", types=(kind,)) for kind in ("int", "bool", "git"))),
    **{
        name: st.sampled_from([kind]).flatmap(lambda kind: st.fixed_dictionaries({**run_fields[kind], "kind": st.just(kind)}))
        for name, kind in {
            "V1Job": "job", "V1Service": "service", "V1MPIJob": "mpijob", "V1PytorchJob": "pytorchjob", "V1TFJob": "tfjob",
            "V1DaskCluster": "daskcluster", "V1RayCluster": "raycluster", "V1NotifierJob": "notifier", "V1CleanerJob": "cleaner",
            "V1TunerJob": "tuner",
        }.items()
    },
}  # fmt: skip
"""The classes of Polyaxon's schemas, and what generates them."""


def keys_of(strategy: Strategy, cases: int = 300) -> set[str]:
    """The keys of the mappings, or of the lists of them, that a generator writes."""
    found: set[str] = set()

    @settings(max_examples=cases)
    @given(strategy)
    def collect(tree: Any) -> None:
        found.update(key for part in (tree if isinstance(tree, list) else [tree]) for key in part)

    collect()
    return found


@pytest.mark.parametrize("name", CLASSES)
def test_every_field_of_a_class_is_written(name: str) -> None:
    fields = getattr(plx, name).model_fields
    wanted = {(field.alias or key) for key, field in fields.items() if key not in _LEFT_OUT.get(name, {})}
    assert sorted(wanted - keys_of(CLASSES[name])) == []


def test_every_field_of_the_root_is_written() -> None:
    fields = plx.V1Operation.model_fields
    wanted = {field.alias or key for key, field in fields.items()}
    written = {
        *sections.root_fields,
        *generators.shortcut_fields,
        "kind",
        "run",
        "build",
        "matrix",
        "params",
        "inputs",
        "outputs",
    }
    written |= {"component", "hubRef", "urlRef", "pathRef", "dagRef", "runPatch", "patchStrategy", "isPreset"}
    assert sorted(wanted - written) == []


def test_every_kind_of_matrix_param_is_written() -> None:
    kinds = {cls.model_fields["kind"].default for name, cls in vars(plx).items() if name.startswith("V1Hp")}
    assert kinds == {*sections.discrete, *sections.distributions}


def test_every_kind_of_run_is_written() -> None:
    assert {*run_fields, "dag"} == {
        "job", "service", "dag", "mpijob", "pytorchjob", "tfjob", "daskcluster", "raycluster", "notifier", "cleaner", "tuner",
    }  # fmt: skip
