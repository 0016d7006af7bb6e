"""The sections beside the run: helpers, schedules, events, joins, the matrix (polyaxonfile sections 12, 13 and 14)."""

from hypothesis import strategies as st

from parity.pods import resources
from parity.words import Strategy, bools, connections, counts, mapping, names, numbers, paths, some, texts

STATUSES = (
    "created", "resuming", "compiled", "on_schedule", "queued", "scheduled", "starting", "running", "processing", "stopping", "failed",
    "stopped", "succeeded", "skipped", "warning", "unschedulable", "upstream_failed", "retrying", "unknown", "done",
)  # fmt: skip
EVENTS = (
    *(f"run_status_{status}" for status in STATUSES), "run_approved_actor", "run_invalidated_actor", "run_new_artifacts",
    "connection_git_commit", "connection_dataset_version", "connection_registry_image", "alert_info", "alert_warning",
    "alert_critical", "model_version_new_metric", "project_custom_event", "org_custom_event",
)  # fmt: skip
moments = st.sampled_from(
    ("2024-06-24T21:20:07+02:00", "2024-06-24T21:20:07Z", "2024-06-24 21:20:07", "2024-06-24T21:20:07.123Z")
)
optimizations = st.sampled_from(("maximize", "minimize"))
values = st.one_of(texts, numbers, bools, some(numbers), st.dictionaries(names, numbers, max_size=2))
"""What a param may be."""
full_params = mapping({"value": values}, connection=connections, toEnv=names)
params = st.dictionaries(names, st.one_of(values.filter(lambda value: value != {}), full_params), max_size=3)

caches = mapping(disable=bools, ttl=counts, io=some(names), sections=some(st.sampled_from(("containers", "init", "connections"))))
terminations = mapping(
    maxRetries=counts,
    ttl=counts,
    timeout=counts,
    culling=mapping(timeout=counts),
    probe=mapping({}, 1, exec=mapping({"command": some(texts, least=1)}), http=mapping({"port": counts}, path=paths, host=names)),
    podFailurePolicy=mapping(
        {
            "rules": some(
                mapping(
                    {
                        "action": st.just("FailJob"),
                        "onExitCodes": mapping({"operator": st.just("In"), "values": some(counts, least=1)}),
                    }
                ),
                least=1,
                most=1,
            )
        }
    ),
)
sidecar_settings = mapping(
    image=names,
    imageTag=names,
    imagePullPolicy=st.just("Always"),
    sleepInterval=counts,
    syncInterval=counts,
    monitorLogs=bools,
    monitorSpec=bools,
    noConnections=bools,
    resources=resources,
)
plugins = mapping(
    {},
    5,
    auth=bools,
    docker=bools,
    shm=bools,
    tmux=bools,
    sandbox=st.just(False),
    ssh=st.just(False),
    mountArtifactsStore=bools,
    collectArtifacts=bools,
    collectLogs=bools,
    collectResources=bools,
    syncStatuses=bools,
    autoResume=bools,
    logLevel=st.just("INFO"),
    externalHost=bools,
    sidecar=sidecar_settings,
    notifications=some(mapping({"connections": some(names)}, trigger=st.sampled_from(STATUSES)), most=2),
)
hubs = st.sampled_from(("acme/slack", "notifier:1.0", "org/builder:v2"))
strategies = st.sampled_from(("replace", "isnull", "post_merge", "pre_merge"))
hooks = some(
    mapping(
        {"hubRef": hubs},
        connection=connections,
        trigger=st.sampled_from(("succeeded", "failed", "stopped", "skipped", "upstream_failed", "done")),
        conditions=texts,
        presets=some(names),
        queue=names,
        namespace=names,
        params=params,
        disableDefaults=bools,
    ),
    most=2,
)
builds = mapping(
    {"hubRef": hubs},
    connection=connections,
    presets=some(names),
    queue=names,
    namespace=names,
    cache=caches,
    params=params,
    runPatch=mapping(environment=mapping(nodeName=names)),
    patchStrategy=strategies,
)
templates = mapping(enabled=st.just(False), description=texts, fields=some(names))
mounts = some(st.one_of(st.just("a:/b"), st.just("a"), mapping({"from": paths}, to=paths)))

crons = st.sampled_from(("0 0 * * *", "*/5 * * * *", "0 9 * * 1-5", "@daily"))
frequencies = st.sampled_from((60, 3600.0, 0.5, "PT1H", "P1D", "P1DT2H", "PT30M", "1:00:00", "1 day"))
schedules = st.one_of(
    mapping({"kind": st.just("cron"), "cron": crons}, startAt=moments, endAt=moments, maxRuns=counts, dependsOnPast=bools),
    mapping(
        {"kind": st.just("interval"), "frequency": frequencies},
        startAt=moments,
        endAt=moments,
        maxRuns=counts,
        dependsOnPast=bools,
    ),
    mapping({"kind": st.just("datetime"), "startAt": moments}),
)
events = some(
    mapping(
        {
            "kinds": some(
                st.sampled_from(EVENTS),
                least=1,
            ),
            "ref": st.just("runs.0f3e2d1c6b1ed8a2a9b24c8c9d7d0f5a"),
        }
    ),
    most=2,
)
join_params = st.dictionaries(
    st.sampled_from(("losses", "runs_paths", "scores")),
    mapping(
        {"value": st.sampled_from(("outputs.loss", "inputs.lr", "artifacts.base"))},
        contextOnly=st.just(True),
        toEnv=names,
        connection=connections,
    ),
    max_size=2,
)
joins = some(
    mapping(
        {"query": st.just("metrics.loss: <0.1"), "params": join_params},
        ref=st.just("runs.0f3e2d1c6b1ed8a2a9b24c8c9d7d0f5a"),
        sort=st.just("-metrics.loss"),
        limit=counts,
        offset=counts,
    ),
    most=2,
)

policies = st.one_of(
    mapping({"kind": st.just("median"), "evaluationInterval": counts}, minInterval=counts, minSamples=counts),
    mapping(
        {"kind": st.just("truncation"), "percent": numbers, "evaluationInterval": counts},
        minInterval=counts,
        minSamples=counts,
        includeSucceeded=bools,
    ),
    mapping({"kind": st.just("diff"), "percent": numbers, "evaluationInterval": counts}, minInterval=counts, minSamples=counts),
)
stoppings = some(
    st.one_of(
        mapping(
            {"kind": st.just("metric_early_stopping"), "metric": names, "value": numbers, "optimization": optimizations},
            policy=policies,
        ),
        mapping({"kind": st.just("failure_early_stopping"), "percent": st.sampled_from((1, 0.5, 50, 99.5))}),
    ),
    most=2,
)

low, high = st.sampled_from((0, 0.1, -1, 1)), st.sampled_from((2, 10, 100.5))
steps = st.sampled_from((1, 2, 0.5))


def _space(kind: str, *parts: tuple[str, Strategy], **optional: Strategy) -> Strategy:
    """A space in each of its three forms: a mapping, a list, a text."""
    drawn = st.tuples(*(part for _, part in parts))
    spread = st.one_of(
        mapping(dict(parts), **optional),
        drawn.map(list),
        drawn.map(lambda found: ":".join(str(value) for value in found)),
    )
    return mapping({"kind": st.just(kind), "value": spread})


choices = st.one_of(some(numbers, least=1), some(names, least=1), some(bools, least=1), st.just([{"a": 1}, {"a": 2}]))
discrete = {
    "choice": mapping({"kind": st.just("choice"), "value": choices}),
    "range": _space("range", ("start", low), ("stop", high), ("step", steps)),
    "linspace": _space("linspace", ("start", low), ("stop", high), ("num", counts)),
    "logspace": _space("logspace", ("start", low), ("stop", high), ("num", counts), base=counts),
    "geomspace": _space("geomspace", ("start", st.just(1)), ("stop", high), ("num", counts)),
    "daterange": mapping({"kind": st.just("daterange"), "value": st.sampled_from((["2024-01-01", "2024-01-10", 1], {"start": "2024-01-01", "stop": "2024-02-01", "step": 7}))}),
    "datetimerange": mapping({"kind": st.just("datetimerange"), "value": st.sampled_from((["2024-01-01T00:00:00", "2024-01-02T00:00:00", 3600], {"start": "2024-01-01T00:00:00", "stop": "2024-01-01T12:00:00", "step": 60}))}),
}  # fmt: skip
distributions = {
    "pchoice": mapping({"kind": st.just("pchoice"), "value": st.sampled_from(([["a", 0.5], ["b", 0.5]], [[1, 0.1], [2, 0.9]], [[True, 0.25]]))}),
    "uniform": _space("uniform", ("low", low), ("high", high), size=counts),
    "quniform": _space("quniform", ("low", low), ("high", high), ("q", steps), size=counts),
    "loguniform": _space("loguniform", ("low", low), ("high", high), size=counts),
    "qloguniform": _space("qloguniform", ("low", low), ("high", high), ("q", steps), size=counts),
    "normal": _space("normal", ("loc", low), ("scale", high), size=counts),
    "qnormal": _space("qnormal", ("loc", low), ("scale", high), ("q", steps), size=counts),
    "lognormal": _space("lognormal", ("loc", low), ("scale", high), size=counts),
    "qlognormal": _space("qlognormal", ("loc", low), ("scale", high), ("q", steps), size=counts),
}  # fmt: skip
HP_NAMES = ("lr", "dropout", "units", "act")
hp_names = st.sampled_from(HP_NAMES)


def searched(kinds: dict[str, Strategy]) -> Strategy:
    """The params of a matrix, of these kinds."""
    return st.dictionaries(hp_names, st.one_of(*kinds.values()), min_size=1, max_size=3)


metrics = mapping({"name": names}, optimization=optimizations)
seeds = st.integers(0, 99)
tuners = mapping({"hubRef": hubs}, presets=some(names), queue=names, namespace=names, params=params)
_process = mapping(
    kernel=st.sampled_from(("rbf", "matern")), lengthScale=st.just(1.0), nu=st.just(1.9), numRestartsOptimizer=counts
)
_utility = {"numWarmup": counts, "numIterations": counts, "gaussianProcess": _process}
utilities = st.one_of(
    mapping({"kappa": st.just(1.2)}, acquisitionFunction=st.just("ucb"), **_utility),
    mapping({"eps": st.just(0.0), "acquisitionFunction": st.sampled_from(("ei", "poi"))}, **_utility),
)
mapped_values = st.lists(st.fixed_dictionaries({"lr": numbers}, optional={"units": counts, "act": names}), min_size=1, max_size=3)
_general = {"concurrency": counts, "earlyStopping": stoppings}
matrices = {
    "mapping": mapping({"kind": st.just("mapping"), "values": mapped_values}, **_general),
    "grid": mapping({"kind": st.just("grid"), "params": searched(discrete)}, numRuns=counts, **_general),
    "random": mapping({"kind": st.just("random"), "params": searched({**discrete, **distributions}), "numRuns": counts}, seed=seeds, **_general),
    "hyperband": mapping(
        {"kind": st.just("hyperband"), "params": searched({**discrete, **distributions})},
        6,
        maxIterations=counts,
        eta=numbers.filter(lambda eta: eta >= 0),
        resource=mapping({"name": st.just("epochs"), "type": st.sampled_from(("int", "float"))}),
        metric=metrics,
        resume=bools,
        seed=seeds,
        tuner=tuners,
        **_general,
    ),
    "bayes": mapping(
        {
            "kind": st.just("bayes"),
            "numInitialRuns": counts,
            "maxIterations": counts,
            "metric": metrics,
            "params": searched({name: kind for name, kind in {**discrete, **distributions}.items() if name in ("choice", "range", "linspace", "uniform")}),
        },
        utilityFunction=utilities,
        seed=seeds,
        tuner=tuners,
        **_general,
    ),
    "tpe": mapping(
        {"kind": st.just("tpe"), "metric": metrics, "params": searched({**discrete, **distributions}), "numRuns": counts},
        maxIterations=counts,
        seed=seeds,
        tuner=tuners,
        **_general,
    ),
    "iterative": mapping(
        {"kind": st.just("iterative"), "maxIterations": counts, "params": searched({**discrete, **distributions})},
        seed=seeds,
        tuner=tuners,
        **_general,
    ),
}  # fmt: skip

root_fields: dict[str, Strategy] = {
    "version": st.sampled_from((1.1, 1, 2.0)),
    "name": names,
    "description": texts,
    "tags": st.one_of(some(names), st.just("a, b,c")),
    "presets": st.just([]),
    "queue": st.sampled_from(("gpu", "agent/gpu", "agent.gpu")),
    "namespace": st.just("polyaxon"),
    "cache": caches,
    "termination": terminations,
    "plugins": plugins,
    "hooks": hooks,
    "isApproved": bools,
    "cost": numbers,
    "mount": mounts,
    "trigger": st.sampled_from(("all_succeeded", "all_failed", "all_done", "one_succeeded", "one_failed", "one_done")),
    "conditions": st.sampled_from(("a == b", "x > y")),
    "skipOnUpstreamSkip": bools,
    "dependencies": some(names),
    "events": events,
    "joins": joins,
    "schedule": schedules,
    "template": templates,
    "strictParams": bools,
}
"""The fields beside `inputs`, `outputs`, `run`, `matrix` and `build`, which go with more than one."""
