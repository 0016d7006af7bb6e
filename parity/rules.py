"""The rules that decisions are told by: parts of Polyaxon's answer put right, differences explained, refusals recognised."""

import ast
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from parity.compare import ABSENT, Difference, Ours, Steps, canonical
from parity.generators import Case, leaves, nodes
from parity.peer import STORE, Answer

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
        own = {key: value for key, value in item.items() if (key, value) != ("connection", STORE["name"])}
        return str((item.get("container") or {}).get("name") or json.dumps(own, sort_keys=True))
    found = str(item.get(_KEYS[name], ""))
    return f"{found}/{item.get('protocol', 'TCP')}" if name == "ports" and found else found


def _chosen(candidates: list[Any], ours: Any, *, is_merged: bool) -> Any:
    """The one of several entries that ours is, or ours itself if it is made of theirs."""
    if ours in candidates or not is_merged or len(candidates) == 1:
        return ours if ours in candidates else candidates[-1]
    known = {repr(None), *(repr(as_python(leaf)) for candidate in candidates for _, leaf in leaves(candidate))}
    return ours if all(repr(as_python(leaf)) in known for _, leaf in leaves(ours)) else candidates[-1]


def whole_line(theirs: Any, ours: Any, path: Steps) -> Any:
    """A command line with the repeated items that Polyaxon drops."""
    is_line = path[-1:] in (("command",), ("args",)) and isinstance(theirs, list) and isinstance(ours, list)
    if not is_line or len(theirs) >= len(ours):
        return theirs
    rest = iter(ours)
    return ours if all(item in rest for item in theirs) and all(item in theirs for item in ours) else theirs


def said_optional(theirs: Any, ours: Any, path: Steps) -> Any:
    """An input of an operation of a DAG without the `isOptional` that its default says already."""
    in_dag = path[-2:-1] in (("inputs",), ("outputs",)) and bool({"operations", "components"} & set(path))
    if not in_dag or not isinstance(theirs, dict) or not isinstance(ours, dict) or "isOptional" in ours:
        return theirs
    return {key: value for key, value in theirs.items() if (key, value) != ("isOptional", True)}


def camel_case(theirs: Any, _: Any, path: Steps) -> Any:
    """`autoscaler_options` under its name in the wire format."""
    if path == ("run",) and isinstance(theirs, dict) and "autoscaler_options" in theirs:
        return {("autoscalerOptions" if key == "autoscaler_options" else key): value for key, value in theirs.items()}
    return theirs


def downward_api(theirs: Any, _: Any, path: Steps) -> Any:
    """`downwardApi` of a volume under the name that Kubernetes knows."""
    if path[-2:-1] == ("volumes",) and isinstance(theirs, dict) and "downwardApi" in theirs:
        return {("downwardAPI" if key == "downwardApi" else key): value for key, value in theirs.items()}
    return theirs


def without_empty_steps(theirs: Any, ours: Any, path: Steps) -> Any:
    """A pod without the init steps that say nothing, as many as it has more than ours: those of inputs stand first."""
    if path[:1] != ("run",) or not (isinstance(theirs, dict) and isinstance(ours, dict)):
        return theirs
    steps, surplus = theirs.get("init") or [], len(theirs.get("init") or ()) - len(ours.get("init") or ())
    if surplus < 1 or any(steps[:surplus]):
        return theirs
    return canonical({**theirs, "init": steps[surplus:]})


def unresolved_joins(theirs: Any, ours: Any, path: Steps) -> Any:
    """The contexts with those of joins as lists that are not known yet."""
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
    if value != difference.ours and (ABSENT if seen in (None, {}, []) else seen) == difference.theirs:
        return True
    return _same_number(difference)


def _same_number(difference: Difference) -> bool:
    """The text of one number in two spellings: `1e-05` and `0.00001`."""
    try:
        return isinstance(difference.theirs, str) and float(difference.theirs) == float(difference.ours)
    except ValueError:
        return False


def dropped(*names: str) -> Callable[[Difference, Case], bool]:
    """Whether a root field is missing from Polyaxon's answer."""
    return lambda difference, _: difference.path[0] in names and len(difference.path) == 1 and difference.theirs == ABSENT


def worker_added(difference: Difference, _: Case) -> bool:
    """Whether a worker of a Ray cluster is missing from Polyaxon's answer."""
    is_worker = difference.path[:2] == ("run", "workers") and len(difference.path) <= 3
    return is_worker and difference.theirs == ABSENT


def short_param(difference: Difference, _: Case) -> bool:
    """Whether a param is a template, in short form, where polyspec has its full form."""
    is_param = difference.path[-2:-1] == ("params",) and difference.path[0] in ("build", "hooks", "matrix")
    return is_param and difference.ours == {"value": difference.theirs}


def text_of_value(difference: Difference, _: Case) -> bool:
    """Whether polyspec has the text of what Polyaxon has as a value."""
    return not isinstance(difference.theirs, str) and difference.ours == json.dumps(difference.theirs, separators=(",", ":"))


def left_as_template(difference: Difference, _: Case) -> bool:
    """Whether Polyaxon has left a template as it is written, or split it at its commas, where polyspec has rendered it."""
    if difference.path == ("tags",):
        return "{{" in str(difference.theirs) and "{{" not in str(difference.ours)
    is_template = isinstance(difference.theirs, str) and ("{{" in difference.theirs or "{%" in difference.theirs)
    of_run = len(difference.path) > 1 and difference.path[0] == "run"
    return is_template and (difference.path[0] in ("name", "description", "tags") or of_run) and "{{" not in str(difference.ours)


def rendered_name(difference: Difference, _: Case) -> bool:
    """Whether Polyaxon has rendered the name of an input."""
    return difference.path[0] in ("inputs", "outputs") and difference.path[-1] == "name" and "{{" in str(difference.ours)


def store_added(difference: Difference, _: Case) -> bool:
    """Whether polyspec has added the artifacts store to an init step of a run kind for which Polyaxon does not."""
    return difference.path[-1] == "connection" and difference.theirs == ABSENT and difference.ours == STORE["name"]


def store_of_runs(difference: Difference, case: Case) -> bool:
    """Whether Polyaxon has added the artifacts store to what a schedule or a matrix leaves to each of its runs."""
    is_pipeline = any(path[-1] in ("matrix", "schedule") for tree in case.all for path, _ in nodes(tree) if path)
    return (
        is_pipeline and difference.path[-1] == "connection" and difference.ours == ABSENT and difference.theirs == STORE["name"]
    )


def globals_as_argument(difference: Difference, _: Case) -> bool:
    """Whether Polyaxon hands the `globals` of a replica, or of each worker by its name, to a program as one more param."""
    texts = [str(side) for side in (difference.theirs, difference.ours)]
    return ["project_unique_name" in text for text in texts] == [True, False] and texts[0].startswith(texts[1].rstrip("]"))


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
    written_ones = [canonical(io["value"]) for io in _declared(case) if io.get("value") is not None]
    defaults = [*written_ones, *(as_python(value) for value in written_ones)]
    if difference.path[0] in ("inputs", "outputs") and difference.path[2:3] == ("value",):
        theirs = None if difference.theirs == ABSENT else difference.theirs
        return (
            any(theirs == default or any(leaf == theirs for _, leaf in leaves(default)) for default in defaults) or {} in defaults
        )
    if difference.path[-2:-1] not in (("args",), ("command",)):
        return False
    written, converted = (_said(str(text).partition("=")[2]) for text in (difference.theirs, difference.ours))
    if isinstance(written, dict) and isinstance(converted, dict):
        return written in defaults and written.keys() == converted.keys()
    return written in defaults and (written == converted or written == {"name": converted} or _is_moment_of(converted, written))


def _is_moment_of(text: Any, seconds: Any) -> bool:
    """Whether a text is the time so many seconds after 1970."""
    found = _moment(text)
    return found is not None and isinstance(seconds, int | float) and found.timestamp() == seconds


def _declared(case: Case) -> Iterator[dict[str, Any]]:
    for tree in (case.source, case.source.get("component") or {}):
        for side in ("inputs", "outputs"):
            yield from tree.get(side) or ()


def _said(text: str) -> Any:
    """What an argument says as JSON or as Python, without its nulls."""
    try:
        return canonical(json.loads(text))
    except ValueError:
        return canonical(as_python(text))


# refusals


def told(pattern: str) -> Callable[[Answer, Case], bool]:
    """Whether Polyaxon's error matches."""
    regex = re.compile(pattern)
    return lambda answer, _: bool(regex.search(answer.error or ""))


def delayed(answer: Answer, case: Case) -> bool:
    """Whether Polyaxon misses the value of an input whose check is delayed; without any params it does not say which."""
    checks = ((io["name"], io.get("validation")) for io in _declared(case))
    waiting = {name for name, check in checks if isinstance(check, dict) and check.get("delay") is True}
    missed = re.findall(r"Input (\S+) is required, no param was passed", answer.error or "")
    is_unnamed = "non optional inputs/outputs, you need to pass valid params" in (answer.error or "")
    return bool(waiting) and (is_unnamed or bool(missed and waiting.issuperset(missed)))


def fits_anything(answer: Answer, case: Case) -> bool:
    """Whether Polyaxon refuses a value of one type for another that takes it, or a value for the empty type."""
    pattern = r"has a an input type `(any|metric|None)`|with type `None`|input type `uuid`[^\n]*`globals\.uuid`|input type `` "
    is_empty = "IndexError: string index out of range" in (answer.error or "")
    return told(pattern)(answer, case) or (is_empty and any(io.get("type") == "" for io in _declared(case)))


def null_refused(answer: Answer, case: Case) -> bool:
    """Whether Polyaxon refuses a null; of what is wrong in a run it says little, and there a null anywhere is one."""
    error, trees = answer.error or "", (*case.all, dict(case.params))
    is_named = re.search(r"input_value=None, input_type=NoneType|type 'NoneType' is not iterable|default value `None`", error)
    is_hidden = re.search(
        "Extra inputs are not permitted|object has no attribute|has default value|must be a number or a range", error
    )
    return bool(is_named) or (bool(is_hidden) and any(leaf is None for tree in trees for _, leaf in leaves(tree)))


def template_refused(answer: Answer, case: Case) -> bool:
    """Whether Polyaxon refuses a template, or takes one for the list or the object that it gives."""
    error = answer.error or ""
    is_named = re.search(r"input_value='[^'\n]*\{[{%][^\n]*, input_type=str|orphan ops: `\{[^`]*'\{'", error)
    is_taken = "'str' object has no attribute" in error
    texts = (leaf for tree in case.all for _, leaf in leaves(tree) if isinstance(leaf, str))
    return bool(is_named) or (is_taken and any("{{" in text for text in texts))


def unknown_to_cleaner(ours: Ours, case: Case) -> bool:
    """Whether a connection is unknown, in a case with a cleaner."""
    return ours.codes == {"unknown-connection"} and _has_cleaner(case)


def connection_of_cleaner(answer: Answer, case: Case) -> bool:
    """Whether Polyaxon has not looked up a connection, in a case with a cleaner."""
    return bool(re.search(r"\AKeyError: '[\w-]+'\Z", answer.error or "")) and _has_cleaner(case)


def _has_cleaner(case: Case) -> bool:
    return "cleaner" in {leaf for tree in case.all for path, leaf in leaves(tree) if path[-1:] == ("kind",)}


def coded(*codes: str) -> Callable[[Ours, Case], bool]:
    """Whether polyspec's diagnostics have these codes alone."""
    return lambda ours, _: bool(ours.codes) and ours.codes <= set(codes)


def said(pattern: str) -> Callable[[Ours, Case], bool]:
    """Whether the messages of all of polyspec's diagnostics match."""
    regex = re.compile(pattern)
    return lambda ours, _: bool(ours.diagnostics) and all(regex.search(each.message) for each in ours.diagnostics)


_OF_KUBERNETES = frozenset(
    {
        "labels", "annotations", "nodeSelector", "rayStartParams", "container", "sidecars", "volumes", "affinity", "tolerations",
        "hostAliases", "securityContext", "dnsConfig", "podFailurePolicy", "probe", "resources",
    }
)  # fmt: skip
_CODES = frozenset({"wrong-type", "unknown-field", "missing-field", "not-allowed", "bad-text"})


def in_kubernetes(ours: Ours, _: Case) -> bool:
    """Whether every diagnostic is about a part that Kubernetes defines."""
    paths = [set(map(str, each.path or ())) for each in ours.diagnostics]
    return bool(paths) and ours.codes <= _CODES and all(path & _OF_KUBERNETES for path in paths)


def found_bool(ours: Ours, case: Case) -> bool:
    """Whether every diagnostic is about a bool, or the text of one, where a number is wanted."""
    values = [leaf for tree in (*case.layers, dict(case.params)) for _, leaf in leaves(tree)]
    found = "a bool|text" if {"true", "false"} & {value for value in values if isinstance(value, str)} else "a bool"
    return said(f"expected an? (integer|number).*, found ({found})")(ours, case)
