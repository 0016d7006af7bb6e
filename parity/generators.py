"""Whole cases: a source, presets over it and params, as people write them, over the whole grammar.

Documents are plain trees. `templated` puts templates in the place of values, `mistaken` breaks one thing: both work on any
tree, so that every place of the grammar is tried.
"""

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs
from hypothesis import strategies as st

from parity import pods, sections
from parity.words import Strategy, Tree, bools, connections, counts, mapping, names, numbers, paths, some, texts

Path = tuple[str | int, ...]
URLS = "https://specs.example.com/"
"""What stands for the folder `urls` among the other files of a case; `hub` is the hub."""


@attrs.frozen
class Case:
    """What both compilers are asked: the source and its presets, the params of the call, other files by their names."""

    source: Tree
    presets: tuple[Tree, ...] = ()
    params: Mapping[str, Any] = attrs.field(factory=dict)
    others: Mapping[str, Tree] = attrs.field(factory=dict)

    @property
    def all(self) -> tuple[Tree, ...]:
        """All of its documents."""
        return (*self.layers, *self.others.values())

    @property
    def layers(self) -> tuple[Tree, ...]:
        """The source and the presets."""
        return (self.source, *self.presets)


# runs

_replica = {"replicas": counts, **pods.pod_fields}
_replicas = mapping({}, 3, **_replica)
_ray_replicas = mapping(
    {},
    3,
    minReplicas=counts,
    maxReplicas=counts,
    rayStartParams=st.dictionaries(names, st.one_of(texts, numbers), max_size=2),
    **_replica,
)
_policies = {
    "cleanPodPolicy": st.sampled_from(("All", "Running", "None")),
    "schedulingPolicy": mapping(
        minAvailable=counts, queue=names, minResources=counts, priorityClass=names, scheduleTimeoutSeconds=counts
    ),
}
_elastic = mapping(
    minReplicas=counts, maxReplicas=counts, rdvzBackend=st.just("c10d"), rdvzPort=counts, rdvzHost=names, rdvzId=names,
    rdvzConf=some(mapping({"name": names, "value": texts}), most=1), standalone=bools, nProcPerNode=counts, maxRestarts=counts,
)  # fmt: skip


def _run(kind: str, fields: Mapping[str, Strategy], most: int = 4) -> Strategy:
    return mapping({"kind": st.just(kind)}, most, **fields)


run_fields: dict[str, dict[str, Strategy]] = {
    **dict.fromkeys(("job", "notifier", "cleaner", "tuner"), pods.pod_fields),
    "service": {"ports": some(pods.ports), "rewritePath": bools, "isExternal": bools, "replicas": counts, **pods.pod_fields},
    "mpijob": {"launcher": _replicas, "worker": _replicas, "slotsPerWorker": counts, **_policies},
    "pytorchjob": {"master": _replicas, "worker": _replicas, "nProcPerNode": counts, "elasticPolicy": _elastic, **_policies},
    "tfjob": {
        **dict.fromkeys(("chief", "ps", "worker", "evaluator"), _replicas),
        "enableDynamicWorker": bools,
        "successPolicy": st.just("AllWorkers"),
        **_policies,
    },
    "daskcluster": {"scheduler": _replicas, "worker": _replicas, "minReplicas": counts, "maxReplicas": counts},
    "raycluster": {
        "head": _ray_replicas,
        "workers": st.dictionaries(names, _ray_replicas, min_size=1, max_size=2),
        "entrypoint": texts,
        "runtimeEnv": st.fixed_dictionaries(
            {}, optional={"pip": some(names), "env_vars": st.dictionaries(names, texts, max_size=1)}
        ),
        "metadata": st.dictionaries(names, texts, max_size=2),
        "rayVersion": st.just("2.5.0"),
        "enableInTreeAutoscaling": bools,
        "autoscalerOptions": mapping(
            upscalingMode=st.just("Default"), imagePullPolicy=st.just("Always"), resources=pods.resources
        ),
    },
}
"""The fields of the run kinds; a DAG has `operations`."""
runs = st.sampled_from(sorted(run_fields)).flatmap(lambda kind: _run(kind, run_fields[kind]))
simple_runs = st.sampled_from(("job", "service")).flatmap(lambda kind: _run(kind, run_fields[kind], 3))

# inputs, outputs and params

_dates = st.sampled_from(("2024-01-31", "1999-12-01"))
IO_VALUES: Mapping[str, Strategy] = {
    "int": st.integers(-5, 100),
    "float": numbers,
    "bool": bools,
    "str": texts,
    "any": sections.values,
    "dict": st.dictionaries(names, numbers, max_size=3),
    "Dict[str, int]": st.dictionaries(names, st.integers(0, 9), max_size=3),
    "list": some(st.one_of(numbers, texts)),
    "List[int]": some(st.integers(-5, 5)),
    "List[float]": some(numbers),
    "List[str]": some(texts),
    "List[List[int]]": some(some(st.integers(0, 5))),
    "date": _dates,
    "uuid": st.just("0f3e2d1c6b1ed8a2a9b24c8c9d7d0f5a"),
    "email": st.just("someone@example.com"),
    "path": paths,
    "metric": numbers,
    "metadata": st.dictionaries(names, st.one_of(numbers, texts), max_size=2),
    "uri": st.sampled_from(("https://example.com/a", "http://host:8080", "postgres://user@host/db")),
    "gcs": st.just("gs://bucket/key"),
    "s3": st.sampled_from(("s3://bucket/key/a", "s3://bucket")),
    "wasb": st.just("wasbs://container@account.blob.core.windows.net/path"),
    "image": st.sampled_from(("busybox", "python:3.11", "registry.example.com/team/app:1.0", {"name": "org/app:1"})),
    "git": pods.git,
    "dockerfile": pods.dockerfiles,
    "file": pods.files,
    "tensorboard": pods.tensorboards,
    "event": mapping(name=names, kind=names),
    "artifacts": pods.artifacts,
    "PositiveInt": counts,
    "NonNegativeFloat": st.sampled_from((0, 0.5, 2.0)),
    "StrictStr": texts,
}
"""The types of inputs, with values that they take as they are."""
ODD_VALUES = st.one_of(
    st.sampled_from(("1", "1.0", "1.5", "abc", "true", "no", "0.5", "[1, 2]", '{"a": 1}', " 2 ", "1e3", "2024-01-31", "", "P1D", "nan", "None")),
    numbers, bools, some(numbers), st.dictionaries(names, numbers, max_size=2), st.none(), st.just([None]), st.just({"a": None}),
)  # fmt: skip
"""Values that a type may take or not, or convert."""
VALIDATIONS: Mapping[str, Mapping[str, Strategy]] = {
    "number": {
        "gt": st.sampled_from((-10, 0)),
        "ge": st.sampled_from((-5.5, 1)),
        "lt": st.just(1000),
        "le": st.sampled_from((50, 100.0)),
        "multipleOf": st.sampled_from((1, 2, 0.5)),
        "minDigits": st.integers(1, 2),
        "maxDigits": st.integers(1, 4),
        "options": st.just(list(range(20))),
        "delay": bools,
    },
    "text": {
        "minLength": st.integers(0, 2),
        "maxLength": st.integers(5, 20),
        "regex": st.sampled_from(("[^%]*$", ".*")),
        "contains": st.sampled_from(("a", "1")),
        "excludes": st.sampled_from(("%", "z")),
        "options": some(texts, least=1, most=9),
    },
    "list": {"minItems": st.integers(0, 1), "maxItems": st.integers(2, 5)},
    "dict": {
        "excludesKeys": some(names, most=1),
        "containsKeys": some(names, most=1),
        "minItems": st.integers(0, 1),
        "maxItems": st.integers(2, 5),
        "keys": some(names, most=2),
    },
}
_VALIDATED = {
    "int": "number",
    "float": "number",
    "metric": "number",
    "str": "text",
    "path": "text",
    "list": "list",
    "List[int]": "list",
    "dict": "dict",
}
io_names = st.sampled_from(("lr", "epochs", "message", "data", "flag", "batches", "config", "units"))


@st.composite
def ios(draw: st.DrawFn, name: str, value: Strategy | None = None, types: tuple[str, ...] = tuple(IO_VALUES)) -> Tree:
    """One input: a type, perhaps a default, a validation, and where it goes."""
    kind = draw(st.sampled_from(types))
    found: Tree = {"name": name, "type": kind}
    extras = mapping({}, 2, description=texts, toEnv=names, isOptional=bools, connection=connections)
    found |= draw(extras)
    has_default = draw(bools)
    if has_default:
        found["value"] = draw(IO_VALUES[kind] if value is None else value)
        if found["value"] is not None and found.get("isOptional") is False:
            del found["isOptional"]
    if kind == "bool" and draw(bools):
        found["isFlag"] = True
    if draw(st.integers(0, 5)) == 0:
        found["argFormat"] = f"--{name}={{{{ {name} }}}}"
    if kind in ("git", "dockerfile", "artifacts") or "connection" in found:
        found |= draw(mapping({}, 1, toInit=bools))
    if kind in ("int", "float", "str", "uuid", "path") and value is None and draw(st.integers(0, 5)) == 0:
        found["isList"] = True
        if "value" in found:
            found["value"] = [found["value"]]
    elif kind == "int" and value is None and draw(st.integers(0, 4)) == 0:
        found["options"] = list(range(-5, 101))
    elif kind in _VALIDATED and draw(bools):
        found["validation"] = draw(mapping({}, 2, **VALIDATIONS[_VALIDATED[kind]]))
    return found


@st.composite
def declared(draw: st.DrawFn, *, odd: bool = False) -> tuple[Tree, Tree]:
    """Inputs and outputs of a component, and the params of an operation for them: values of their types, or odd ones."""
    chosen = draw(st.lists(io_names, min_size=1, max_size=4, unique=True))
    inputs = [draw(ios(name, ODD_VALUES if odd and draw(bools) else None)) for name in chosen]
    params: Tree = {}
    for io in inputs:
        if not io.keys() & {"value", "isOptional"} or draw(bools):
            value = draw(ODD_VALUES if odd else IO_VALUES[io["type"]])
            value = [value] if io.get("isList") else value
            params[io["name"]] = (
                draw(st.sampled_from((value, {"value": value}))) if not isinstance(value, dict) else {"value": value}
            )
            if draw(st.integers(0, 5)) == 0 and isinstance(params[io["name"]], dict):
                params[io["name"]] |= draw(
                    mapping({}, 1, connection=connections, toEnv=names, contextOnly=bools, toInit=st.just(False))
                )
    if draw(st.integers(0, 3)) == 0:
        params["extra"] = draw(sections.values)
    split = draw(st.integers(0, len(inputs)))
    sides = {"inputs": inputs[: max(split, 1)], "outputs": inputs[max(split, 1) :]}
    return {side: found for side, found in sides.items() if found}, params


# documents

shortcut_fields: dict[str, Strategy] = {
    "container": pods.containers,
    "cmd": st.one_of(
        st.just("python main.py"), st.lists(st.sampled_from(("pip install x", "python a.py", "ls -l")), min_size=1, max_size=3)
    ),
    "env": st.dictionaries(pods.env_names, texts, max_size=3),
    "resources": mapping(
        cpu=st.sampled_from((1, 0.5, "500m", "1..2", "..4", "2..", "1")),
        memory=st.sampled_from(("1Gi", "512Mi..1Gi", 1024, "..2Gi")),
        gpu=st.sampled_from((1, "1", "1..2")),
        **{"google.com/tpu": counts, "amd.com/gpu": counts},
    ),
    "ports": some(pods.ports),
    "environment": pods.environments,
    "init": pods.inits,
    "connections": st.lists(connections, max_size=3, unique=True),
    "sidecars": pods.sidecars,
    "volumes": pods.volumes,
}


@st.composite
def components(draw: st.DrawFn, run: Strategy = runs, most: int = 3) -> Tree:
    """A component with a run and a few sections."""
    fields = mapping({"kind": st.just("component"), "run": run}, most, build=sections.builds, **sections.root_fields)
    return draw(fields)


@st.composite
def pod_patches(draw: st.DrawFn, kind: str) -> Tree:
    """A `runPatch` for a run of a kind: a few of its fields, or for a distributed run those of a replica."""
    fields = run_fields[kind]
    if "container" not in fields and draw(bools):
        fields = pods.pod_fields
    return draw(mapping({}, 3, **fields))


@st.composite
def layered(draw: st.DrawFn, *, presets: int = 2) -> Case:
    """An operation over a component, with presets over both, each under its strategy."""
    component = draw(components())
    kind = component["run"]["kind"]
    operation = draw(_layers(kind)) | {"kind": "operation", "component": component}
    over = draw(st.lists(_layers(kind, is_preset=True), max_size=presets))
    return Case(operation, tuple(over))


@st.composite
def _layers(draw: st.DrawFn, kind: str, *, is_preset: bool = False) -> Tree:
    fields = {name: field for name, field in sections.root_fields.items() if name not in ("version", "template")}
    tree: Tree = draw(mapping({}, 3, **fields))
    if draw(bools):
        tree["runPatch"] = draw(pod_patches(kind))
    if draw(bools):
        tree["patchStrategy"] = draw(sections.strategies)
    if is_preset and draw(bools):
        tree["isPreset"] = True
    if draw(st.integers(0, 4)) == 0:
        tree |= draw(
            mapping({}, 2, **{name: field for name, field in shortcut_fields.items() if name != "ports" or kind == "service"})
        )
    return tree


@st.composite
def shortened(draw: st.DrawFn) -> Case:
    """A spec written with root shortcuts: without a kind, or of either, with or without a run; a preset with shortcuts over it."""
    tree: Tree = draw(mapping({}, 4, **shortcut_fields))
    kind = draw(st.sampled_from((None, "component", "operation")))
    if kind is not None:
        tree["kind"] = kind
    if draw(bools):
        tree["run"] = draw(runs)
    elif not tree.keys() & shortcut_fields.keys():
        tree["container"] = {"image": "busybox"}
    if kind == "operation" and "run" not in tree and draw(bools):
        tree["component"] = draw(components(most=1))
    tree |= draw(mapping({}, 1, name=names, queue=names, tags=some(names), patchStrategy=sections.strategies))
    presets = draw(st.lists(mapping({}, 3, patchStrategy=sections.strategies, **shortcut_fields), max_size=1))
    return Case(tree, tuple(presets))


@st.composite
def bound(draw: st.DrawFn, *, odd: bool = False) -> Case:
    """A component with inputs, and an operation or a call that gives them params."""
    sides, params = draw(declared(odd=odd))
    args = [f"{{{{ params.{io['name']}.as_arg }}}}" for side in sides.values() for io in side]
    component = {"kind": "component", **sides, "run": {"kind": "job", "container": {"image": "busybox", "args": args}}}
    if draw(bools):
        return Case({"kind": "operation", "params": params, "component": component})
    given = {name: param["value"] if isinstance(param, dict) and "value" in param else param for name, param in params.items()}
    return Case(component, params=given)


@st.composite
def referring(draw: st.DrawFn) -> Case:
    """An operation over a component of another file, a URL or the hub, perhaps with another operation between them."""
    base = draw(components(simple_runs))
    kind = base["run"]["kind"]
    places = {
        "pathRef": ("parts/base.yaml", "parts/base.yaml"),
        "urlRef": ("urls/base.yaml", f"{URLS}base.yaml"),
        "hubRef": ("hub/base/1.0.yaml", "base:1.0"),
    }
    key = draw(st.sampled_from(sorted(places)))
    file, target = places[key]
    others = {file: {name: value for name, value in base.items() if name != "kind"} if draw(bools) else base}
    source = {**draw(_layers(kind)), **draw(mapping({}, 1, kind=st.just("operation"))), key: target}
    if draw(bools):
        if key == "pathRef":
            target = "base.yaml"
        others["parts/middle.yaml"] = {**draw(_layers(kind)), key: target, **draw(mapping({}, 1, kind=st.just("operation")))}
        source = {**draw(_layers(kind)), "kind": "operation", "pathRef": "parts/middle.yaml"}
    return Case(source, others=others)


@st.composite
def stacked(draw: st.DrawFn) -> Case:
    """Components and operations inside one another, three deep, each with a strategy of its own."""
    tree = draw(components(simple_runs))
    kind = tree["run"]["kind"]
    for _ in range(draw(st.integers(1, 3))):
        tree = {
            **draw(_layers(kind)),
            **draw(mapping({}, 1, kind=st.sampled_from(("operation", "component")))),
            "component": tree,
        }
    return Case(tree)


@st.composite
def nulled(draw: st.DrawFn) -> Case:
    """An operation over a component, and a preset with nulls where one of them has something."""
    component = draw(components(simple_runs))
    kind = component["run"]["kind"]
    fields = {
        name: field
        for name, field in sections.root_fields.items()
        if name not in ("version", "template", "strictParams", "joins")
    }
    operation = (
        draw(mapping({}, 3, **fields))
        | {"runPatch": draw(pod_patches(kind))}
        | draw(mapping({}, 1, patchStrategy=sections.strategies))
    )
    preset = draw(mapping({}, 2, **fields)) | {"runPatch": draw(pod_patches(kind))}
    below = {
        **{key: value for key, value in component.items() if key in fields},
        **operation,
        "runPatch": {**component["run"], **operation["runPatch"]},
    }
    below["runPatch"].pop("kind", None)
    below.pop("patchStrategy", None)
    for path in draw(st.lists(st.sampled_from([*_keys(below), ("queue",)]), min_size=1, max_size=3, unique=True)):
        preset = _with_null(preset, path)
    strategy = draw(mapping({}, 1, patchStrategy=sections.strategies))
    return Case({**operation, "kind": "operation", "component": component}, (preset | strategy,))


def _keys(tree: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of what stands in mappings alone; of a container, its fields and no deeper."""
    for key, value in tree.items() if isinstance(tree, dict) else ():
        if (*path, key) != ("runPatch",) and key not in ("name", "kind", "metadata"):
            yield (*path, key)
        if key not in ("params", "value", "schedule", "build"):
            yield from _keys(value, (*path, key))


def _with_null(tree: Tree, path: Path) -> Tree:
    head, *rest = path
    inner = tree.get(str(head))
    return {**tree, str(head): _with_null(inner if isinstance(inner, dict) else {}, tuple(rest)) if rest else None}


@st.composite
def swept(draw: st.DrawFn) -> Case:
    """A component under a matrix of any kind."""
    matrix = draw(st.sampled_from(sorted(sections.matrices)).flatmap(lambda kind: sections.matrices[kind]))
    chosen = draw(st.lists(sections.hp_names, max_size=2, unique=True))
    swept_names = matrix.get("params") or dict.fromkeys(matrix.get("values", [{}])[0])
    inputs = [{"name": name, "type": draw(st.sampled_from(("float", "any")))} for name in chosen if name in swept_names]
    used = draw(st.sampled_from([*(f"{{{{ {name} }}}}" for name in swept_names), "{{ globals.iteration }}"]))
    component: Tree = {
        "kind": "component",
        "inputs": inputs,
        "run": {"kind": "job", "container": {"image": "busybox", "args": [used]}},
    }
    if draw(bools):
        return Case({**component, "matrix": matrix})
    return Case({"kind": "operation", "matrix": matrix, "component": component})


# DAGs

_dag_fields = mapping(
    {},
    2,
    concurrency=counts,
    earlyStopping=sections.stoppings,
    environment=pods.environments,
    connections=st.lists(connections, max_size=2, unique=True),
    volumes=pods.volumes,
)


@st.composite
def dags(draw: st.DrawFn) -> Case:
    """A DAG: operations over inline components and components of its own, with edges of every sort."""
    library = [
        {"name": name, **draw(_dag_component())}
        for name in draw(st.lists(st.sampled_from(("lib", "tool")), unique=True, max_size=2))
    ]
    operations: list[Tree] = []
    for name in draw(st.lists(names, min_size=1, max_size=4, unique=True)):
        operation: Tree = {
            "name": name,
            **draw(
                mapping({}, 2, **{key: sections.root_fields[key] for key in ("tags", "queue", "trigger", "cache", "description")})
            ),
        }
        if draw(bools) and library:
            base = draw(st.sampled_from(library))
            operation["dagRef"] = base["name"]
        else:
            base = operation["component"] = draw(_dag_component())
        operation |= draw(_edges(tuple(other["name"] for other in operations), base))
        operations.append(operation)
    run = {"kind": "dag", "operations": operations, **draw(_dag_fields)}
    if library:
        run["components"] = library
    order = draw(st.permutations(operations))
    component: Tree = {
        "kind": "component",
        "inputs": [{"name": "rate", "type": "float", "value": 0.5}],
        "run": {**run, "operations": order},
    }
    return Case(component)


@st.composite
def _dag_component(draw: st.DrawFn) -> Tree:
    tree: Tree = {"run": draw(simple_runs)}
    if draw(bools):
        tree["inputs"] = [{"name": "rate", "type": "float", **draw(mapping({}, 1, isOptional=st.just(True), value=st.just(0.1)))}]
    if draw(bools):
        tree["outputs"] = [{"name": "loss", "type": "float"}]
    return tree


@st.composite
def _edges(draw: st.DrawFn, before: tuple[str, ...], base: Tree) -> Tree:
    tree: Tree = {}
    if draw(bools) and before:
        tree["dependencies"] = draw(st.lists(st.sampled_from(before), unique=True, max_size=2))
    required = any(io["name"] == "rate" and not io.keys() & {"value", "isOptional"} for io in base.get("inputs", ()))
    kinds = ["value", "dag"] + (["ops"] if before else [])
    if required or draw(bools):
        match draw(st.sampled_from(kinds)):
            case "value":
                tree["params"] = {"rate": {"value": 0.3}}
            case "dag":
                tree["params"] = {"rate": {"ref": "dag", "value": "inputs.rate"}}
            case _:
                tree["params"] = {
                    "rate": {
                        "ref": f"ops.{draw(st.sampled_from(before))}",
                        "value": draw(st.sampled_from(("outputs.loss", "inputs.rate", "outputs", "artifacts", "artifacts.base"))),
                    }
                }
    if draw(bools):
        value = draw(st.sampled_from(("globals.uuid", "globals.name", "globals.run_outputs_path", "inputs.rate")))
        tree["params"] = {**tree.get("params", {}), "origin": {"ref": "dag", "value": value, "contextOnly": True}}
    if before and draw(st.integers(0, 3)) == 0:
        tree["events"] = [{"kinds": ["run_status_succeeded"], "ref": f"ops.{draw(st.sampled_from(before))}"}]
    return tree


# what works on any tree


def leaves(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every leaf with its path."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from leaves(value, (*path, key))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from leaves(value, (*path, index))
    else:
        yield path, tree


def nodes(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every node with its path, the root first."""
    yield path, tree
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in entries:
        yield from nodes(value, (*path, key))


def at(tree: Any, path: Path) -> Any:
    """The node at a path."""
    for step in path:
        tree = tree[step]
    return tree


def changed(tree: Any, path: Path, change: Callable[[Any], Any]) -> Any:
    """A copy of the tree with the node at a path changed."""
    if not path:
        return change(tree)
    found = copy.copy(tree)
    found[path[0]] = changed(tree[path[0]], path[1:], change)
    return found


INPUTS: tuple[Tree, ...] = (
    {"name": "word", "type": "str", "value": "text"},
    {"name": "number", "type": "int", "value": 3},
    {"name": "rate", "type": "float", "value": 0.5},
    {"name": "on", "type": "bool", "value": True},
    {"name": "many", "type": "List[str]", "value": ["a", "b"]},
    {"name": "table", "type": "dict", "value": {"a": 1}},
)
"""What templates use."""
_TEMPLATES: Mapping[type, tuple[str, ...]] = {
    str: (
        "{{ word }}", "x-{{ word }}", "{{ word }}/{{ number }}", "{{ globals.uuid }}", "{{ globals.run_outputs_path }}", "{{ globals.project_name }}-{{ globals.run_info }}",
        "{{ globals.artifacts_path }}/x", "{{ params.word.as_arg }}", "{{ params.rate.as_str }}!", "{{ word | upper }}", "{{ many | join(',') }}", "{{ 'a' if on else 'b' }}", "{{ table.a }}z",
        "{{ rate + number }}s", "a{{ many[0] }}", "{{ params.many.as_arg }}", "{{ params.table.as_arg }}", "{{ params.on.as_arg }}", "{{ word ~ '-' ~ number }}", "{{ globals.name }}", "{{ rate > 0.1 }} ok",
        "{{ many | length }} of", "{% if on %}yes{% endif %}", "{{word}}", "no template", "{{ on }}", "{{ number }}", "{{ rate }}", "{{ table }}", "{{ many }}",
    ),
    int: ("{{ number }}", "{{ number + 1 }}", "{{ params.number.value }}"),
    float: ("{{ rate }}", "{{ rate * 2 }}", "{{ params.rate.value }}"),
    bool: ("{{ on }}", "{{ not on }}", "{{ params.on.value }}"),
}  # fmt: skip
_AMOUNTS = ("sizeLimit", "storage", "port")
"""What is a number or the text of an amount: no other type fits."""
_LEFT = (
    "kind",
    "name",
    "type",
    "patchStrategy",
    "operator",
    "ref",
    "hubRef",
    "dagRef",
    "pathRef",
    "policy",
    "cleanPodPolicy",
    "cron",
)


@st.composite
def templated(draw: st.DrawFn) -> Case:
    """A component whose run holds templates where values may stand."""
    component = draw(components(most=2))
    component.pop("template", None)
    component["inputs"] = list(INPUTS)
    where = [
        path
        for path, leaf in leaves(component)
        if path[0] not in ("kind", "inputs", "version", "strictParams", "presets", "namespace", "events", "plugins")
        and path[-1] not in _LEFT
        and "uuids" not in path
        and type(leaf) in _TEMPLATES
    ]
    for path in draw(st.lists(st.sampled_from(where), max_size=4, unique=True)) if where else ():
        is_amount = path[-1] in _AMOUNTS or "limits" in path or "requests" in path
        kinds = _TEMPLATES[int] if is_amount else _TEMPLATES[type(at(component, path))]
        component = changed(component, path, lambda _, kinds=kinds: draw(st.sampled_from(kinds)))  # type: ignore[misc]  # a default is bound now
    params = draw(
        st.fixed_dictionaries(
            {}, optional={"word": st.sampled_from(("other", "a b")), "number": st.just(7), "on": st.just(False)}
        )
    )
    return Case(component, params=params)


_GLOBALS = (
    "owner_name", "project_name", "project_unique_name", "project_uuid", "username", "user_email", "run_info", "name", "uuid",
    "namespace", "iteration", "context_path", "artifacts_path", "run_artifacts_path", "run_outputs_path",
    "run_relative_outputs_path", "store_path", "schedule_at", "started_at", "finished_at", "duration", "cloning_kind",
    "original_uuid", "is_independent",
)  # fmt: skip
"""What every run has beside the times of its making, which Polyaxon takes from the clock."""
_SCHEMAS = {"repo": ("url",), "datasets": ("mountPath", "volumeClaim"), "bucket": ("bucket",), "nfs": ("hostPath",)}
_NAMES_OF: tuple[str, ...] = (
    *(f"globals.{name}" for name in _GLOBALS),
    *(f"params.{io['name']}.{part}" for io in INPUTS for part in ("value", "type", "connection", "as_str", "as_arg")),
    *(f"connections.{name}.{key}" for name, keys in _SCHEMAS.items() for key in keys),
    *(f"connections['{name}']['{key}']" for name, keys in _SCHEMAS.items() for key in keys),
    *(f"init.{name}.{key}" for name, keys in _SCHEMAS.items() for key in keys),
    "params.as_args", "globals.ports", "globals.base_url", "globals.base_urls", "many | map('map_format', '--x=%s') | list",
    "globals['run_outputs_path']", "params['word'].as_arg",
)  # fmt: skip


@st.composite
def contextual(draw: st.DrawFn) -> Case:
    """A run of any kind whose containers name what templates see: `globals`, `params`, `connections`, `init`."""
    kind = draw(st.sampled_from(sorted(run_fields)))
    used = draw(st.lists(st.sampled_from(_NAMES_OF), min_size=1, max_size=5, unique=True))
    if kind != "service":
        used = [name for name in used if name not in ("globals.ports", "globals.base_url", "globals.base_urls")]
    pod: Tree = {
        "container": {"image": "busybox", "args": [draw(st.sampled_from((f"{{{{ {name} }}}}", f"a {{{{ {name} }}}}"))) for name in used]},
        "connections": list(_SCHEMAS),
        "init": [{"connection": name} for name in _SCHEMAS],
    }  # fmt: skip
    fields = pod if "container" in run_fields[kind] else _in_replicas(kind, pod)
    more = draw(mapping(isExternal=bools, rewritePath=bools, ports=some(pods.ports))) if kind == "service" else {}
    plugins = draw(mapping(collectArtifacts=bools, mountArtifactsStore=bools))
    return Case({"kind": "component", "inputs": list(INPUTS), "plugins": plugins, "run": {"kind": kind, **more, **fields}})


def _in_replicas(kind: str, pod: Tree) -> Tree:
    roles = [name for name, field in run_fields[kind].items() if field in (_replicas, _ray_replicas)]
    return {**dict.fromkeys(roles, pod), **({"workers": {"small": pod, "big": pod}} if kind == "raycluster" else {})}


WRONG: tuple[Any, ...] = (
    None,
    5,
    -1,
    1.5,
    True,
    "text",
    "5",
    "true",
    "1.5",
    [],
    {},
    ["text"],
    [5],
    {"a": "b"},
    {"unknownKey": 1},
    "{{ globals.uuid }}",
    "{{ missing }}",
    [None],
    "",
    0,
)


STRANGE = ("extra", "x-note", "Image", "command_")
"""Keys that no mapping has."""


@st.composite
def mistaken(draw: st.DrawFn, cases: Strategy) -> Case:
    """A case with one thing of it broken: another value, a key too many, misspelt or missing."""
    case: Case = draw(cases)
    layer = draw(st.integers(0, len(case.presets)))
    tree = case.layers[layer]
    path, node = draw(st.sampled_from(list(nodes(tree))))
    how = draw(st.sampled_from(("replace", "add", "drop", "respell", "wrap", "double")))
    if how == "add" and isinstance(node, dict):
        broken = changed(
            tree,
            path,
            lambda found: {
                **found,
                draw(st.sampled_from(STRANGE)): draw(st.sampled_from(WRONG)),
            },
        )
    elif how == "drop" and path and isinstance(path[-1], str):
        broken = changed(tree, path[:-1], lambda found: {key: value for key, value in found.items() if key != path[-1]})
    elif how == "respell" and path and isinstance(path[-1], str):
        broken = changed(tree, path[:-1], lambda found: {_respelt(key, path[-1]): value for key, value in found.items()})
    elif how == "wrap":
        broken = changed(tree, path, lambda found: [found])
    elif how == "double" and isinstance(node, list) and node:
        broken = changed(tree, path, lambda found: [*found, found[0]])
    else:
        wrong = draw(st.sampled_from(WRONG))
        broken = changed(tree, path, lambda _: wrong) if path else tree
    layers = [broken if index == layer else found for index, found in enumerate(case.layers)]
    return attrs.evolve(case, source=layers[0], presets=tuple(layers[1:]))


def _respelt(key: str, chosen: str | int) -> str:
    """A key in snake_case, if it is the one that was chosen."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in key) if key == chosen else key
