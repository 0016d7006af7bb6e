"""Which differences from Polyaxon are meant: one small rule for each decision, with its reason.

A rule may ask Polyaxon another question (`rewrites`), put a part of its answer right (`mends`), explain one difference of two
compiled operations (`explains`), say why polyspec refuses what Polyaxon takes (`refuses`), or takes what Polyaxon refuses
(`accepts`). What no rule explains is a difference that is not meant. `S#` are those of the list of decisions; the other names
are faults of Polyaxon that this comparison found.
"""

import ast
import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import attrs

from parity.compare import ABSENT, Difference, Ours, Steps, canonical
from parity.generators import Case, leaves
from parity.peer import STORE, Answer

Mend = Callable[[Any, Any, Steps], Any]
"""Takes Polyaxon's value, polyspec's and their path; gives Polyaxon's put right, or the same object."""


@attrs.frozen
class Decision:
    """One decision: why the two differ, and how to tell that they differ for this reason alone."""

    id: str
    reason: str
    rewrites: Callable[[Case], Case] | None = None
    mends: Mend | None = None
    explains: Callable[[Difference, Case], bool] | None = None
    refuses: Callable[[Ours, Case], bool] | None = None
    accepts: Callable[[Answer, Case], bool] | None = None


# questions


def as_layers(case: Case) -> Case:
    """Presets as operations over the source, each a layer under its own strategy: what Polyaxon does with those is right."""
    if not all(isinstance(layer, dict) for layer in case.layers):
        return case
    tree = case.source
    for preset in case.presets:
        own = {key: value for key, value in preset.items() if key not in ("kind", "isPreset", "component")}
        tree = {**own, "kind": "operation", "component": tree}
    return attrs.evolve(case, source=tree, presets=())


def without_nulls(case: Case) -> Case:
    """Nulls of a preset carried out beforehand: what they remove is taken out of the layers below it."""
    if len(case.presets) != 1 or not all(isinstance(layer, dict) for layer in case.layers):
        return case
    (preset,) = case.presets
    source = case.source
    for path in [path for path, leaf in leaves(preset) if leaf is None and all(isinstance(step, str) for step in path)]:
        preset = _cut(preset, path)
        if preset.get("patchStrategy") in (None, "post_merge", "replace"):
            source = _cut_below(source, path)
    return attrs.evolve(case, source=source, presets=(preset,))


def _cut_below(tree: Any, path: Steps) -> Any:
    """A spec, and the component inside it, without what stands at a path."""
    found = _cut(tree, path)
    if path[0] == "runPatch":
        found = _cut(found, ("run", *path[1:]))
    inner = found.get("component")
    return {**found, "component": _cut_below(inner, path)} if isinstance(inner, dict) else found


def _cut(tree: Any, path: Steps) -> Any:
    head, *rest = path
    if not isinstance(tree, dict) or head not in tree:
        return tree
    if rest:
        return {**tree, head: _cut(tree[head], tuple(rest))}
    return {key: value for key, value in tree.items() if key != head}


# parts put right

_KEYS = {
    "env": "name",
    "sidecars": "name",
    "volumes": "name",
    "inputs": "name",
    "outputs": "name",
    "volumeMounts": "mountPath",
    "ports": "containerPort",
}
_MERGED = ("sidecars", "init")


def by_key(theirs: Any, ours: Any, path: Steps) -> Any:
    """A list of named things with one entry a name, in the order of ours: of several of one name, the one that ours is made of."""
    name = str(path[-1]) if path else ""
    if not (isinstance(theirs, list) and isinstance(ours, list) and name in (*_KEYS, "init")):
        return theirs
    found: dict[str, list[Any]] = {}
    for item in theirs:
        found.setdefault(_key(item, name), []).append(item)
    if found.keys() != {_key(item, name) for item in ours} or len(ours) != len(found) or "" in found:
        return theirs
    return [_chosen(found[_key(item, name)], item, is_merged=name in _MERGED) for item in ours]


def _key(item: Any, name: str) -> str:
    if not isinstance(item, dict):
        return ""
    if name == "init":
        return str((item.get("container") or {}).get("name") or json.dumps(item, sort_keys=True))
    found = str(item.get(_KEYS[name], ""))
    return f"{found}/{item.get('protocol', 'TCP')}" if name == "ports" and found else found


def _chosen(candidates: list[Any], ours: Any, *, is_merged: bool) -> Any:
    if ours in candidates or not is_merged or len(candidates) == 1:
        return ours if ours in candidates else candidates[-1]
    known = {json.dumps(leaf) for candidate in candidates for _, leaf in leaves(candidate)}
    return ours if all(json.dumps(leaf) in known for _, leaf in leaves(ours)) else candidates[-1]


def whole_line(theirs: Any, ours: Any, path: Steps) -> Any:
    """A command line with the repeated items that Polyaxon drops."""
    is_line = path[-1:] in (("command",), ("args",)) and isinstance(theirs, list) and isinstance(ours, list)
    if not is_line or len(theirs) >= len(ours):
        return theirs
    rest = iter(ours)
    return ours if all(item in rest for item in theirs) and all(item in theirs for item in ours) else theirs


def said_optional(theirs: Any, ours: Any, path: Steps) -> Any:
    """An input of an operation of a DAG without the `isOptional` that its default says already."""
    is_io = (
        isinstance(theirs, dict)
        and isinstance(ours, dict)
        and path[-2:-1] in (("inputs",), ("outputs",))
        and "operations" not in ours
    )
    if (
        not is_io
        or not ("operations" in path or "components" in path)
        or theirs.get("isOptional") is not True
        or "isOptional" in ours
    ):
        return theirs
    return {key: value for key, value in theirs.items() if key != "isOptional"}


def camel_case(theirs: Any, ours: Any, path: Steps) -> Any:
    """`autoscaler_options` under its name in the wire format."""
    if path == ("run",) and isinstance(theirs, dict) and "autoscaler_options" in theirs:
        return {("autoscalerOptions" if key == "autoscaler_options" else key): value for key, value in theirs.items()}
    return theirs


def unresolved_joins(theirs: Any, ours: Any, path: Steps) -> Any:
    """The contexts with those of joins as lists that are not known yet; Polyaxon takes the text of the query's result for the result."""
    if path != ("contexts",) or not isinstance(ours, list) or not isinstance(theirs, list):
        return theirs
    waiting = {io["name"]: io for io in ours if io.get("isList") and "value" not in io}
    return [waiting.get(io["name"], io) for io in theirs]


# differences


def as_python(text: Any) -> Any:
    """What Polyaxon makes of a text by reading it as Python; the text where it is none."""
    try:
        return ast.literal_eval(text) if isinstance(text, str) else text
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return text


def read_as_python(difference: Difference, _: Case) -> bool:
    """Text that Polyaxon has read as Python."""
    if difference.theirs == ABSENT and isinstance(difference.ours, dict | list):
        return all(as_python(leaf) in (None, {}, [], ()) for _, leaf in leaves(difference.ours))
    if not isinstance(difference.ours, str):
        return False
    value = as_python(difference.ours)
    seen = canonical(list(value) if isinstance(value, tuple | set) else value)
    return (
        value != difference.ours and (ABSENT if seen in (None, {}, []) else seen) == difference.theirs or _same_number(difference)
    )


def _same_number(difference: Difference) -> bool:
    """The text of one number in two spellings: `1e-05` and `0.00001`."""
    try:
        return isinstance(difference.theirs, str) and float(difference.theirs) == float(difference.ours)
    except ValueError:
        return False


def dropped(*names: str) -> Callable[[Difference, Case], bool]:
    """Whether a root field is missing from Polyaxon's answer."""
    return lambda difference, _: difference.path[0] in names and len(difference.path) == 1 and difference.theirs == ABSENT


def left_as_template(difference: Difference, _: Case) -> bool:
    """Whether Polyaxon has left a template as it is written where polyspec has rendered it."""
    is_template = isinstance(difference.theirs, str) and ("{{" in difference.theirs or "{%" in difference.theirs)
    place = difference.path[0] in ("name", "description", "tags") or (len(difference.path) > 1 and difference.path[0] == "run")
    return is_template and place and "{{" not in str(difference.ours)


def store_added(difference: Difference, _: Case) -> bool:
    """Whether polyspec has added the artifacts store to an init step of a run kind for which Polyaxon does not."""
    return difference.path[-1] == "connection" and difference.theirs == ABSENT and difference.ours == STORE["name"]


def same_moment(difference: Difference, _: Case) -> bool:
    """One time in two spellings."""
    times = [_moment(value) for value in (difference.theirs, difference.ours)]
    return None not in times and times[0] == times[1]


def _moment(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
    except (ValueError, TypeError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def converted_default(difference: Difference, case: Case) -> bool:
    """A default that polyspec has converted as it converts params, where Polyaxon leaves it as it is written."""
    of_io = difference.path[0] in ("inputs", "outputs") and difference.path[2:3] == ("value",)
    of_args = difference.path[-2:-1] in (("args",), ("command",)) and all(
        isinstance(it, str) for it in (difference.theirs, difference.ours)
    )
    if not of_io and not of_args:
        return False
    defaults = [canonical(io["value"]) for io in _declared(case) if io.get("value") is not None]
    if of_io:
        return any(_holds(default, difference.theirs) for default in defaults)
    theirs, ours = (text.partition("=")[2] for text in (difference.theirs, difference.ours))
    return _json_of(theirs) in (_json_of(ours), {"name": ours}) and _json_of(theirs) is not None


def _declared(case: Case) -> Iterator[dict[str, Any]]:
    for tree in (case.source, case.source.get("component") or {}):
        for side in ("inputs", "outputs"):
            yield from tree.get(side) or ()


def _holds(tree: Any, part: Any) -> bool:
    return tree == part or any(leaf == part for _, leaf in leaves(tree))


def _json_of(text: str) -> Any:
    """What an argument says as JSON, or as Python."""
    try:
        return json.loads(text)
    except ValueError:
        return as_python(text)


# refusals


def told(pattern: str) -> Callable[[Answer, Case], bool]:
    """Whether Polyaxon's error matches."""
    regex = re.compile(pattern)
    return lambda answer, _: bool(regex.search(answer.error or ""))


def in_kubernetes(ours: Ours, _: Case) -> bool:
    """Whether every diagnostic is about a part that Kubernetes defines."""
    parts = {
        "labels",
        "annotations",
        "nodeSelector",
        "rayStartParams",
        "container",
        "sidecars",
        "volumes",
        "affinity",
        "tolerations",
        "hostAliases",
        "securityContext",
        "dnsConfig",
        "podFailurePolicy",
        "probe",
        "resources",
    }
    paths = [set(map(str, diagnostic.path or ())) for diagnostic in (ours.error.diagnostics if ours.error else ())]
    return (
        bool(paths)
        and ours.codes <= {"wrong-type", "unknown-field", "missing-field", "not-allowed", "bad-text", "many-sources"}
        and all(path & parts for path in paths)
    )


def coded(*codes: str) -> Callable[[Ours, Case], bool]:
    """Whether polyspec's diagnostics have these codes alone."""
    return lambda ours, _: bool(ours.codes) and ours.codes <= set(codes)


def found_bool(ours: Ours, case: Case) -> bool:
    """Whether every diagnostic is about a bool, or the text of one, where a number is wanted."""
    diagnostics = ours.error.diagnostics if ours.error else ()
    values = [leaf for tree in (*case.layers, dict(case.params)) for _, leaf in leaves(tree)]
    found = "a bool|text" if {"true", "false"} & {value for value in values if isinstance(value, str)} else "a bool"
    return all(re.search(f"expected an? (integer|number).*, found ({found})", each.message) for each in diagnostics)


def messages(pattern: str) -> Callable[[Ours, Case], bool]:
    """Whether the messages of all of polyspec's diagnostics match."""
    regex = re.compile(pattern)
    return lambda ours, _: (
        bool(ours.error) and all(regex.search(each.message) for each in (ours.error.diagnostics if ours.error else ()))
    )


def kinds_of(case: Case) -> set[Any]:
    """The run kinds that a case has anywhere."""
    return {leaf for layer in case.layers for path, leaf in leaves(layer) if path[-1:] == ("kind",)}


DECISIONS: Sequence[Decision] = (
    Decision("S17 in presets", "null removes what was inherited, under post_merge and replace", rewrites=without_nulls),
    Decision("S12", "each preset is a layer over everything before it, under its own strategy", rewrites=as_layers),
    Decision("S16", "lists of named things merge by key; base order is kept", mends=by_key),
    Decision("S15", "command and args are concatenated", mends=whole_line),
    Decision("S1", "text stays text: none is read as Python", explains=read_as_python),
    Decision("S5", "templates are a closed language, in which nothing is called", refuses=coded("template-language")),
    Decision("7.2", "a bool is no number", refuses=found_bool),
    Decision("S33", "anything fits `any`, and a metric is a float", accepts=told("has a an input type `(any|metric|None)`")),
    Decision("S34", "what a param refers to exists, whether its input is declared or not", refuses=coded("unknown-output")),
    Decision(
        "context-refs",
        "a param that an operation does not declare is one of its inputs when it has run, and may be referred to",
        accepts=told(r"has a ref value `inputs\.\w+`, but reference with name"),
    ),
    Decision("S40", "compiling needs no agent that knows its namespaces", accepts=told("is not managed by the agent")),
    Decision(
        "templates",
        "a template may stand wherever a value may",
        accepts=told(r"input_value='[^'\n]*\{[{%][^\n]*, input_type=str"),
    ),
    Decision(
        "S38",
        "the names of a Ray cluster's workers are those of every pod",
        accepts=told("'(globals|connections|init)' is undefined"),
    ),
    Decision(
        "S1 in text fields",
        "in a text field, what a template gives is text",
        accepts=told(
            r"for V1CompiledOperation\n(.*\n)*\s+Input should be a valid string \[type=string_type, input_value=(?!None)"
        ),
    ),
    Decision(
        "no-connection",
        "an empty connection is none",
        accepts=told(r"not found in the agent.connections catalog: `\{'(\{%.*)?'\}`"),
    ),
    Decision("S7", "an unknown name in a template is a mistake", refuses=coded("unknown-name")),
    Decision(
        "snake-root", "fields are written in either case, at the root too", accepts=told("Unexpected section `[a-z]+(_[a-z]+)+`")
    ),
    Decision("S17", "null removes: a spec whose only container is null has nothing to run", refuses=coded("no-run")),
    Decision("S29", "reserved and repeated names are mistakes", refuses=coded("duplicate-name", "reserved-name")),
    Decision("names", "the name of an input is one that templates can use", refuses=messages("not a name")),
    Decision(
        "strict-scalars",
        "nothing is coerced silently: text is no number and no bool, a number is no bool; the message says what to write",
        refuses=messages(r"expected .*, found (text|a bool|an integer|a number)|`\w+` is an? (number|integer)"),
    ),
    Decision("empty-space", "a space or a distribution has its values", refuses=messages("the field `value` is missing")),
    Decision(
        "naive-times", "a time without a zone is compared with one that has it", accepts=told("offset-naive and offset-aware")
    ),
    Decision("empty-param", "an empty param is none", accepts=told("No value was provided for the non optional key")),
    Decision(
        "ray-metadata",
        "the metadata of a Ray cluster are labels: a number is its text",
        accepts=told(r"run\.metadata\n|\bmetadata\.\w+\n"),
    ),
    Decision("cron", "the text of a cron schedule is checked", refuses=coded("bad-cron")),
    Decision("git", "the url and revision of a repository are no options of git", refuses=coded("bad-git")),
    Decision(
        "image-connection",
        "an image may come with any connection; Polyaxon asks each for its url",
        accepts=told(r"object has no attribute 'url'"),
    ),
    Decision(
        "S26",
        "types that take text take it, without JSON's quotes",
        accepts=told(r"to `(StrictStr|SecretStr|StrictBytes|ByteSize|Json)`"),
    ),
    Decision("S36", "events, joins and template of an operation stay", explains=dropped("events", "joins", "template")),
    Decision("S37/38", "name, description, tags and the fields beside the replicas are rendered", explains=left_as_template),
    Decision("S39", "the artifacts store comes with artifacts and paths for every run kind", explains=store_added),
    Decision(
        "joins-resolved",
        "a param of a join is a list that is known when it runs; Polyaxon hands out the text that says what to look for",
        mends=unresolved_joins,
    ),
    Decision("snake-autoscaler", "`autoscalerOptions` is written in camelCase like everything else", mends=camel_case),
    Decision(
        "optional-in-dag",
        "an input with a default is optional; saying so again in the operations of a DAG adds nothing",
        mends=said_optional,
    ),
    Decision("moments", "a time is kept as it is written; a reader of either has the same moment", explains=same_moment),
    Decision("defaults", "a default is converted as a param is", explains=converted_default),
    Decision("empty-description", "an empty description is kept", explains=dropped("description")),
    Decision(
        "mounts",
        "two layers with `mount` are one list; Polyaxon crashes, or takes an empty list for a reset",
        explains=dropped("mount"),
        accepts=told("'list' object has no attribute 'kind'"),
    ),
    Decision(
        "init-containers",
        "the container of an init step is a container in every run kind",
        accepts=told("'V1Container' object has no attribute 'get'|not JSON serializable: V1"),
    ),
    Decision(
        "cleaner-connections",
        "a cleaner has its connections; Polyaxon looks none of them up",
        accepts=lambda answer, case: (
            bool(re.search(r"\AKeyError: '[\w-]+'\Z", answer.error or "")) and "cleaner" in kinds_of(case)
        ),
    ),
    Decision(
        "pod-security",
        "`environment.securityContext` is that of a pod, and takes `fsGroup` and the like",
        accepts=told(
            r"V1SecurityContext.__init__\(\) got an unexpected keyword argument '(fs_group|supplemental_groups|sysctls)"
        ),
    ),
    Decision(
        "empty-dns",
        "an empty `dnsConfig` says nothing",
        accepts=told(r"dnsConfig\n\s+Input should be an instance of V1PodDNSConfig [^\n]*input_value=\{\}"),
    ),
    Decision(
        "short-params",
        "params are written in short form everywhere: in hooks, builds and tuners too",
        accepts=told(r"(hooks|tuner|build)\S*\.params\.\S*V1Param\]"),
    ),
    Decision(
        "seconds-as-text", "a duration of digits is seconds", accepts=told(r"frequency.*\n.*duration not correctly formatted")
    ),
    Decision("kubernetes", "what Kubernetes would refuse is refused before it runs", refuses=in_kubernetes),
)
