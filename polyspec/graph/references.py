"""Params that take what another operation gives: the grammar of the reference, its existence, its type.

polyaxonfile section 6 ("Ref value grammar"), under decisions S33 and S34.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from polyspec.bind.types import compatible
from polyspec.errors import Problem, did_you_mean
from polyspec.graph.compose import Node
from polyspec.record import record
from polyspec.render import global_names
from polyspec.spec.context import RunContext
from polyspec.tree import Tree

_TEMPLATE = re.compile(r"\{\{\s*(.+?)\s*\}\}")
_RUN = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
WHOLE = ("inputs", "outputs", "io", "artifacts")
"""What may be referred to as a whole."""
_WHOLE: Mapping[str, Mapping[str, Tree]] = {"inputs": {"type": "dict"}, "outputs": {"type": "dict"}, "artifacts": {"type": "str"}}
"""What these are as a whole: values by name, and the folder of the artifacts."""
NESTED = ("inputs", "outputs", "artifacts", "globals")
"""What may be referred to by a name in it."""
_MOST_KNOWN = 100
"""Outputs that are looked through for a close match: a DAG of hostile length has many references, and each looks anew."""
_NO_TEXTS = ("iteration", "duration", "is_independent")
_GLOBALS: Mapping[str, Mapping[str, Tree]] = {
    name: {} if name in _NO_TEXTS else {"type": "str"} for name in (*global_names(RunContext(), {}, ""), "status")
}
"""What every run tells of itself: text, but for three."""

_UUIDS = ("uuid", "original_uuid")
"""Text that is a uuid too."""


@record(eq=False)
class Given:
    """What an operation, or the DAG itself, gives to others: inputs and outputs by name."""

    inputs: Mapping[str, Mapping[str, Tree]]
    outputs: Mapping[str, Mapping[str, Tree]]

    @classmethod
    def of(cls, tree: Mapping[str, Tree]) -> "Given":
        """What a tree declares."""
        inputs, outputs = ({io["name"]: io for io in tree.get(side) or ()} for side in ("inputs", "outputs"))
        contexts: dict[str, Mapping[str, Tree]] = {name: {} for name in tree.get("params") or () if name not in outputs}
        return cls({**contexts, **inputs}, outputs)


def reference_problems(nodes: Sequence[Node], dag: Mapping[str, Tree]) -> Iterator[Problem]:
    """What is wrong with the references of the params of a DAG's operations."""
    referring = [(node, *found) for node in nodes for found in _references(node.tree)]
    given = {node.name: Given.of(node.tree) for node in nodes} if referring else {}
    own = Given.of(dag)
    for node, name, ref, value in referring:
        declared = given[node.name]
        wanted = declared.inputs.get(name) or declared.outputs.get(name) or None
        yield from _problems(node, name, ref, value, wanted, given, own)


def _references(tree: Mapping[str, Tree]) -> Iterator[tuple[str, str, str]]:
    """The params of an operation that take what others give: the name of each, its reference, and what it takes."""
    for name, param in (tree.get("params") or {}).items():
        ref, value = str(param.get("ref") or ""), param.get("value")
        if ref and isinstance(value, str):
            yield name, ref, value


def _problems(
    node: Node, name: str, ref: str, value: str, wanted: Mapping[str, Tree] | None, given: Mapping[str, Given], own: Given
) -> Iterator[Problem]:
    entity, _, target = ref.partition(".")
    place = ("params", name, "ref")
    if entity == "runs":
        if not _RUN.fullmatch(target):
            yield node.problem("bad-reference", f"`{name}` refers to a run by its uuid", place)
    elif entity not in ("ops", "dag") or (entity == "dag" and target) or (entity == "ops" and (not target or "." in target)):
        hint = "`ops.NAME`, `runs.UUID` or `dag`"
        yield node.problem("bad-reference", f"`{name}` refers to something that is no operation, run or DAG", place, hint)
    else:
        source = own if entity == "dag" else given.get(target)
        yield from _value_problems(node, name, value, wanted, source, is_dag=entity == "dag")


def _value_problems(
    node: Node, name: str, value: str, wanted: Mapping[str, Tree] | None, source: Given | None, *, is_dag: bool
) -> Iterator[Problem]:
    match = _TEMPLATE.search(value)
    parts = [part.strip() for part in (match[1] if match else value).split(".")]
    place = ("params", name, "value")
    if not _is_reference(parts) or (is_dag and parts in (["outputs"], ["io"])):
        hint = f"{', '.join(f'`{word}`' for word in WHOLE)}, or a name in one of them such as `outputs.loss`"
        yield node.problem("bad-reference-value", f"`{name}` takes something that no operation has", place, hint)
        return
    if source is None:
        return
    if len(parts) == 1 or parts[0] == "artifacts":
        given = _WHOLE.get(parts[0]) if len(parts) == 1 else None
        yield from _type_problems(node, name, given or {}, wanted or {})
        return
    side = {"inputs": source.inputs, "outputs": source.outputs, "globals": _GLOBALS}[parts[0]]
    if parts[1] not in side:
        near = did_you_mean(parts[1], islice(side, _MOST_KNOWN))
        message = f"`{name}` takes `{'.'.join(parts)}`, which {'the DAG' if is_dag else 'that operation'} does not have"
        yield node.problem("unknown-output", message, place, near)
    elif wanted is not None and not (side is _GLOBALS and parts[1] in _UUIDS and wanted.get("type") == "uuid"):
        yield from _type_problems(node, name, side[parts[1]], wanted)


def _type_problems(node: Node, name: str, given: Mapping[str, Tree], wanted: Mapping[str, Tree]) -> Iterator[Problem]:
    types: tuple[Any, Any] = given.get("type"), wanted.get("type")
    if None in types:
        return
    if not compatible(types[0], types[1], given_list=bool(given.get("isList")), wanted_list=bool(wanted.get("isList"))):
        shown = [f"List[{io['type']}]" if io.get("isList") else io["type"] for io in (wanted, given)]
        yield node.problem(
            "wrong-type", f"`{name}` is of type `{shown[0]}`, and takes a value of type `{shown[1]}`", ("params", name, "value")
        )


def _is_reference(parts: Sequence[str]) -> bool:
    if len(parts) == 1:
        return parts[0] in WHOLE
    if len(parts) == 2:
        return parts[0] in NESTED
    return len(parts) == 3 and parts[0] == "artifacts"
