"""Layers over one another, in order: component, operation, each preset, each under its own strategy.

A layer is a spec: its root fields patch the root fields below it, its `run`, shortcuts and `runPatch` patch the run, in the
order of polyaxonfile section 3. The same code merges plain trees and trees whose leaves carry their marks.
"""

import functools
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import attrs

from polyspec.errors import Problem, Rejected
from polyspec.merge.engine import Merge, Names, pruned
from polyspec.merge.replicas import each_role, misfits, roles, spread
from polyspec.merge.rules import ruled
from polyspec.merge.strategies import POST_MERGE, REPLACE, Strategy, default_strategies
from polyspec.record import record
from polyspec.registry import Registry, UnknownName
from polyspec.spec.load import Graft
from polyspec.spec.resources import amounts
from polyspec.spec.shapes import definition_shape
from polyspec.tree import UNSET, Leaf, Mark, Path, at, derived, implied, of_key, plain, replaced, traced, untraced
from polyspec.tree.shape import How, Shape

Node = Any

SHORTCUTS = ("ports", "container", "cmd", "env", "resources", "environment", "init", "connections", "sidecars", "volumes")
"""The root fields that stand for parts of the run, in the order in which they are applied (section 3)."""
_IN_SHORT = frozenset(SHORTCUTS)
_PARTS: Mapping[str, tuple[Path, ...]] = {
    "cmd": (("container", "command"), ("container", "args")),
    "env": (("container", "env"),),
    "resources": (("container", "resources"),),
}
"""What the shortcuts stand for in a pod, where it is not the field of their own name."""
_ALIKE = ("container", "environment", "init", "connections", "sidecars", "volumes")
"""The shortcuts that a pod has as they are."""
_CHECKED = frozenset({*_ALIKE, "env"})
"""The shortcuts whose patches need no check when they themselves were checked."""
_APART = frozenset({
    "kind", "run", "runPatch", "patchStrategy", "isPreset", "component", "hubRef", "dagRef", "urlRef", "pathRef", *SHORTCUTS,
})  # fmt: skip


@attrs.frozen(eq=False)
class Layer:
    """One spec of the stack: its canonical tree, the word for it in origins, and where it stands: a document and a path in it.

    Parts of the tree that references brought are `grafts`: they stand in documents of their own. Params replace one another
    whole, except those of a call, which `adds_to_params`: what the file says of them beside stays.
    """

    name: str
    tree: Mapping[str, Node]
    source: Any
    prefix: Path = ()
    grafts: tuple[Graft, ...] = ()
    adds_to_params: bool = False

    def marked(self, wholes: Sequence[Path] = ()) -> "Layer":
        """The same layer with leaves that carry their marks; what stands at the paths of `wholes` is one leaf each."""
        rest = replaced(self.tree, [(path, None) for path in wholes])
        tree = {key: traced(value, _layer_name(self, key), self.source, (*self.prefix, key)) for key, value in rest.items()}
        own = [(path, Leaf(at(self.tree, path), self._mark(path))) for path in wholes]
        brought = [(it.path, traced(at(self.tree, it.path), "component", it.document, it.prefix)) for it in self.grafts]
        return attrs.evolve(self, tree=replaced(tree, [*own, *brought]))

    @property
    def shortcuts(self) -> tuple[tuple[str, dict[str, Node], str], ...]:
        """Its shortcuts in their order: the field, the patch of the run that it stands for, the kind that it creates."""
        return () if _IN_SHORT.isdisjoint(self.tree) else self._shortcuts

    @functools.cached_property
    def _shortcuts(self) -> tuple[tuple[str, dict[str, Node], str], ...]:
        return tuple(_shortcuts(self.tree))

    @property
    def patches(self) -> Iterator[Mapping[str, Node]]:
        """What it says of the pods of any run, but in its `run`."""
        yield from (patch for field, patch, _ in self.shortcuts if field in _CHECKED)
        if isinstance(self.tree.get("runPatch"), dict):
            yield {key: value for key, value in self.tree["runPatch"].items() if key in _ALIKE}

    def _mark(self, path: Path) -> Mark:
        return Mark(_layer_name(self, str(path[0])), self.source, (*self.prefix, *path))

    def problem(self, code: str, message: str, path: Path, hint: str | None, at: Literal["key", "value"] = "value") -> Problem:
        """A problem of this layer, at a path of its tree."""
        return Problem(code, message, (*self.prefix, *path), hint, at, source=self.source)


Presets = Mapping[str, Layer | None]
"""The layers of presets by their names; None for one that could not be read, which has been told."""


@record
class Merging:
    """How layers merge: the strategies by name, and the shape that directs them.

    `Merging().with_rule("run.container.args", "united")` gives one place a rule of your own, `with_strategy` adds a patch
    strategy; `compile(..., merging=...)` takes the result. Neither changes anything in place.
    """

    strategies: Registry[Strategy] = attrs.field(factory=default_strategies)
    shape: Shape = attrs.field(factory=definition_shape)

    def with_strategy(self, strategy: Strategy) -> "Merging":
        """The same with one more patch strategy, by its name. Raises `TypeError` for a name that is no identifier."""
        return attrs.evolve(self, strategies=self.strategies.with_entry(strategy.name, strategy))

    def with_rule(self, path: str, how: How, *, keys: Iterable[str] = (), merged: bool = False) -> "Merging":
        """The same with another rule for one place of a spec: `run.container.args`, `inputs`, `run.sidecars.env`.

        A list is `united`, `concatenated` or `keyed` (by `keys`; its items are `merged`, or the later replaces the earlier). A
        mapping is merged as `mapping` (deeply), `fields` (key by key under every strategy), `named` (its entries merge) or
        `entries` (they replace one another). Anything may be a `unit` (taken whole) or `first` (the lowest layer wins).
        A path into a list leads into each of its items, one into `run` into every run kind that has it and each of its replicas.
        Raises `ValueError` for a place that is not there, and for a rule that does not suit it.
        """
        head = path.partition(".")[0]
        if head in _APART - {"run"}:
            raise ValueError(f"`{head}` is no field that layers merge: rules for what it stands for begin with `run`")
        return attrs.evolve(self, shape=ruled(self.shape, path, how, tuple(keys), merged=merged))

    def strategy(self, layer: Layer) -> Strategy:
        """The strategy of a layer. Raises `Rejected` where it is not known."""
        name = plain(layer.tree.get("patchStrategy"))
        if name is None:
            return self.strategies[POST_MERGE.name]
        try:
            return self.strategies[name]
        except UnknownName as error:
            raise Rejected([layer.problem("not-allowed", str(error), ("patchStrategy",), error.hint)]) from None


def merge_layers(layers: Sequence[Layer], merging: Merging | None = None) -> dict[str, Node]:
    """The layers as one tree, the lowest first: root fields, `params` and `run`. Raises `Rejected` with all problems.

    What cannot be merged is left out of what that error carries.
    """
    merging = merging or Merging()
    effective: dict[str, Node] = {}
    names, wrong = Names(), list[Problem]()
    for layer in layers:
        effective = _over(effective, layer, merging, names, wrong)
    if plain(effective.get("run")) is None:
        hint = "give it a `run`, a `container`, or a reference to a component that has one"
        raise Rejected(wrong or [layers[0].problem("no-run", "there is nothing to run", (), hint)])
    merged: dict[str, Node] = pruned(effective, merging.shape)
    if wrong:
        raise Rejected(wrong, merged)
    return merged


def marked_parts(layers: Sequence[Layer]) -> Iterator[Layer]:
    """The layers with marks for whoever asks where parts were written, which take a fraction of those of all leaves.

    No merging looks into what one layer alone says, and no reference brought a part of: such a root field, or a field of
    the run, is one leaf, and what stands below it in the merged tree stands there in the layer.
    """
    held = Counter(key for layer in layers for key in layer.tree)
    has_one_run = sum(held[key] for key in ("run", "runPatch", *SHORTCUTS)) == 1
    for layer in layers:
        brought = {it.path[:length] for it in layer.grafts for length in (1, 2)}
        own: list[Path] = [(key,) for key in layer.tree if held[key] == 1 and key not in _APART]
        run = layer.tree.get("run")
        if has_one_run and isinstance(run, dict):
            own += [("run", key) for key in run if key != "kind"]
        yield layer.marked([path for path in own if path not in brought])


def checked_trees(layers: Iterable[Layer]) -> tuple[Mapping[str, Node], ...]:
    """What was checked of layers when they were read: their trees, and the patches of a run that parts of these stand for."""
    return tuple(tree for layer in layers for tree in (layer.tree, *({"run": patch} for patch in layer.patches)))


def kept_parts(
    specs: Iterable[Mapping[str, Node]], run: Mapping[str, Node], shape: Shape, *, is_own: bool
) -> Iterator[Mapping[str, Node]]:
    """The specs of a stack as far as they were checked, when they were read, as what becomes of them in a run.

    `shape` is that of runs: what was said of a pod is said of each of the replicas that the run declares. In one that `is_own`,
    of a kind of one's own, the fields of a pod may be others than those that patches are checked against.
    """
    for tree in specs:
        own = tree.get("run")
        if isinstance(own, dict) and own.get("kind") != run.get("kind"):
            patch = {key: value for key, value in own.items() if key in _ALIKE and "kind" not in own and not is_own}
            yield {**tree, "run": spread(patch, run, shape)}
        else:
            yield tree


def _over(effective: dict[str, Node], layer: Layer, merging: Merging, names: Names, wrong: list[Problem]) -> dict[str, Node]:
    """One more layer; what is wrong with it goes into `wrong`, and is left out."""
    try:
        strategy = merging.strategy(layer)
    except Rejected as error:
        wrong.extend(error.problems)
        strategy = merging.strategies[POST_MERGE.name]
    root = {key: value for key, value in layer.tree.items() if key not in _APART}
    shape = _adding(merging.shape) if layer.adds_to_params else merging.shape
    merge = Merge(strategy, names)
    merged: dict[str, Node] = merge.nodes(effective, root, shape)
    run = _run(merged.get("run"), layer, merge, merging.shape.fields["run"], wrong)
    return {**merged, "run": run} if run is not None else {key: value for key, value in merged.items() if key != "run"}


@functools.lru_cache(maxsize=16)
def _adding(shape: Shape) -> Shape:
    params = shape.child("params")
    return attrs.evolve(shape, fields={**shape.fields, "params": attrs.evolve(params, how="named")})


def _run(run: Node, layer: Layer, merge: Merge, shape: Shape, wrong: list[Problem]) -> Node:
    """The run with a layer's `run`, shortcuts and `runPatch` over it."""
    run = _without(run, layer, merge, shape)
    own = layer.tree.get("run")
    if isinstance(own, dict):
        run = _native(run, own, layer, merge, shape, wrong)
    run = _with_shortcuts(run, layer, merge, shape, wrong)
    over = layer.tree.get("runPatch")
    if isinstance(over, dict) and over:
        if run is None:
            hint = "it goes over a spec that has a run; a file that is a preset says `isPreset: true`"
            wrong.append(layer.problem("no-run", "`runPatch` has no run to patch", ("runPatch",), hint, "key"))
            return None
        run = _patched(run, over, layer, ("runPatch",), merge, shape, wrong)
    return run


def _without(run: Node, layer: Layer, merge: Merge, shape: Shape) -> Node:
    """The run without what the nulls of a layer remove: all of it, or the part that a shortcut stands for."""
    if plain(run) is None:
        return None
    own = layer.tree.get("run", UNSET)
    if plain(own) is None and plain(merge.nodes(run, own)) is None:
        return None
    if _IN_SHORT.isdisjoint(layer.tree):
        return run
    for field in SHORTCUTS:
        if field in layer.tree and plain(layer.tree[field]) is None:
            for part in _PARTS.get(field, ((field,),)):
                for pod in roles(run, shape) or ((),):
                    run = _removed(run, (*pod, *part), layer.tree[field], merge)
    return run


def _removed(node: Node, path: Path, null: Node, merge: Merge) -> Node:
    head, *rest = path
    if not isinstance(node, dict) or plain(node.get(head)) is None:
        return node
    inner = node[head]
    return {**node, head: _removed(inner, tuple(rest), null, merge) if rest else merge.nodes(inner, null)}


def _native(run: Node, own: dict[str, Node], layer: Layer, merge: Merge, shape: Shape, wrong: list[Problem]) -> Node:
    if plain(own.get("kind")) is not None:
        return merge.nodes(run, own, shape)
    if run is None:
        hint = f"write `kind:` with one of {', '.join(shape.variants)}"
        wrong.append(layer.problem("missing-field", "the kind of the run is missing", ("run",), hint, "key"))
        return None
    return _patched(run, own, layer, ("run",), merge, shape, wrong)


def _patched(
    run: Node, patch: dict[str, Node], layer: Layer, prefix: Path, merge: Merge, shape: Shape, wrong: list[Problem]
) -> Node:
    kind = plain(run.get("kind"))
    own = plain(patch.get("kind"))
    patch = {key: value for key, value in patch.items() if key != "kind"}
    unknown = misfits(patch, kind, shape)
    related = (("the run has its kind from here", ("run", "kind")),)
    wrong.extend(
        attrs.evolve(
            layer.problem("unknown-field", f"unknown field `{key}` of a run of kind `{kind}`", (*prefix, key), hint, "key"),
            related=related,
        )
        for key, hint in unknown
    )
    if own not in (None, kind):
        message = f"this patches a run of kind `{own}`, and the run is of kind `{kind}`"
        wrong.append(attrs.evolve(layer.problem("wrong-kind", message, (*prefix, "kind"), None), related=related))
        return run
    if unknown:
        patch = {key: value for key, value in patch.items() if key not in dict(unknown)}
    return merge.nodes(run, spread(patch, run, shape), shape)


def _with_shortcuts(run: Node, layer: Layer, merge: Merge, shape: Shape, wrong: list[Problem]) -> Node:
    for field, patch, kind in layer.shortcuts:
        run = run or {"kind": implied(layer.tree[field], kind)}
        if misfits(patch, plain(run["kind"]), shape):
            message = f"a run of kind `{plain(run['kind'])}` takes no `{field}`"
            wrong.append(layer.problem("unknown-field", message, (field,), None, "key"))
        elif field == "cmd":
            run = _with_cmd(run, layer.tree["cmd"], merge, shape)
        else:
            run = merge.nodes(run, spread(patch, run, shape), shape)
        if field == "env" and merge.strategy(untraced(layer.tree["env"]), None):
            run = _without_variables(run, {name for name, leaf in layer.tree["env"].items() if plain(leaf) is None}, shape)
    return run


def _without_variables(run: Node, names: Collection[str], shape: Shape) -> Node:
    """The run without these variables in its main containers: a null in `env` removes what was inherited."""

    def cleaned(pod: Node) -> Node:
        container = pod.get("container")
        variables = container.get("env") if isinstance(container, dict) else None
        if not isinstance(variables, list):
            return pod
        kept = [it for it in variables if not (isinstance(it, dict) and plain(it.get("name")) in names)]
        return {**pod, "container": {**container, "env": kept}}

    return each_role(run, shape, cleaned) if names else run


def _shortcuts(tree: Mapping[str, Node]) -> Iterator[tuple[str, dict[str, Node], str]]:
    """The shortcuts of a layer in their order: the field, the patch of the run that it stands for, the kind that it creates."""
    for field in SHORTCUTS:
        value = tree.get(field)
        if value is None or plain(value) is None:
            continue
        if field == "env":
            variables = [{"name": of_key(leaf, name), "value": leaf} for name, leaf in value.items() if plain(leaf) is not None]
            yield field, {"container": {"env": variables}}, "job"
        elif field == "resources":
            yield field, {"container": {"resources": amounts(value, _amount)}}, "job"
        elif field == "cmd":
            yield field, {"container": {}}, "job"
        else:
            yield field, {field: value}, "service" if field == "ports" else "job"


def _amount(leaf: Node, amount: Any) -> Node:
    """The value of a leaf, or an amount in its place."""
    return plain(leaf) if amount is None else derived(leaf, amount)


def _with_cmd(run: Node, cmd: Node, merge: Merge, shape: Shape) -> Node:
    """`cmd` as the command of every main container: one unit, replaced or kept whole (section 3)."""
    lines = [plain(line) for line in cmd] if isinstance(cmd, list) else [plain(cmd)]
    leaf = _whole(cmd[0]) if isinstance(cmd, list) else cmd
    command = [implied(leaf, "/bin/sh"), implied(leaf, "-c")]
    args = [derived(leaf, "\n".join(["set -e", *lines]))]

    def commanded(pod: Node) -> Node:
        container = pod.get("container")
        if container is not None and not isinstance(container, dict):
            return pod
        container = container or {}
        own = [untraced(container.get(field)) for field in ("command", "args")]
        if own != [None, None] and not merge.strategy(own, untraced([command, args])):
            return pod
        patch = {"container": {"command": command, "args": args}}
        return Merge(REPLACE).nodes(pod, patch, shape.variant("job"))

    return each_role(run, shape, commanded)


def _whole(item: Node) -> Node:
    """The first item of a list, marked as the list: for what is made of all its items."""
    if type(item) is not Leaf:
        return item
    return attrs.evolve(item, mark=attrs.evolve(item.mark, path=item.mark.path[:-1]))


def _layer_name(layer: Layer, key: str) -> str:
    """The word for a part of a layer: params and the patch of a run have their own, but in a preset."""
    return layer.name if layer.name == "preset" else {"runPatch": "runPatch", "params": "param"}.get(key, layer.name)
