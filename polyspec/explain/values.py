"""The explanations of a finished tree: of one value, of all of them, and of what differs between two."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from polyspec.errors import Diagnostic, PolyspecError, did_you_mean, shortened
from polyspec.explain.descent import Branch
from polyspec.explain.explanation import Change, Difference, Explanation
from polyspec.explain.origin import Origin, shown
from polyspec.explain.trace import Trace
from polyspec.tree import UNSET, Path, PathError, Tree, at, below, format_path, is_leaf, parse_path


def explained(trace: Trace, path: str | Sequence[str | int]) -> Explanation:
    """The explanation of what stands at a path of a finished tree. Raises `PolyspecError` where nothing does."""
    steps = _steps(path)
    if at(trace.tree, steps) is UNSET:
        raise PolyspecError([_unknown(trace.tree, steps)])
    branch = trace.branch(steps)
    return _of_leaf(trace, branch) if is_leaf(branch.node) else _of_branch(trace, branch)


def origins(trace: Trace) -> dict[Path, Origin]:
    """The winner of every leaf."""
    return {leaf.path: trace.origins_of(leaf)[0] for leaf in trace.branch(()).leaves()}


def difference(before: Trace, after: Trace) -> Difference:
    """What changed from one finished tree to another, leaf by leaf, in the order of the first and then of the second."""
    old, new = before.tree, after.tree
    changed = dict.fromkeys([*_leaves_beside(old, new, is_same=_same), *_leaves_beside(new, old, is_same=_is_there)])
    return Difference(tuple(_change(before, after, path) for path in changed))


def _change(before: Trace, after: Trace, path: Path) -> Change:
    sides = [_of_leaf(trace, trace.branch(path)) if _is_there(at(trace.tree, path), None) else None for trace in (before, after)]
    return Change(next(side.path for side in sides if side is not None), *sides)


def _leaves_beside(node: Tree, other: Tree, *, is_same: Callable[[Tree, Any], bool], path: Path = ()) -> Iterator[Path]:
    """The paths of the leaves of a tree beside which another tree has not the same."""
    if is_leaf(node):
        if not is_same(other, node):
            yield path
        return
    for step in node if isinstance(node, dict) else range(len(node)):
        yield from _leaves_beside(node[step], below(other, step), is_same=is_same, path=(*path, step))


def _is_there(other: Any, _: Tree) -> bool:
    return other is not UNSET and is_leaf(other)


def _same(old: Any, new: Any) -> bool:
    return bool(old == new) and isinstance(old, bool) == isinstance(new, bool)


def _of_leaf(trace: Trace, leaf: Branch) -> Explanation:
    found = trace.origins_of(leaf)
    return Explanation(trace.shown_path(leaf), shown(leaf.node, is_secret=found[0].is_secret), found)


def _of_branch(trace: Trace, branch: Branch) -> Explanation:
    parts = tuple(_of_leaf(trace, leaf) for leaf in branch.leaves())
    winners = {(part.origin.layer, part.origin.source, part.origin.path): part.origin for part in parts}
    seen, _ = _seen(branch.node, iter(parts), len(branch.path))
    return Explanation(trace.shown_path(branch), seen, tuple(winners.values()), parts)


def _seen(node: Tree, parts: Iterator[Explanation], depth: int) -> tuple[Tree, Path]:
    """A tree with the keys and the values that may be seen, and the path of its first leaf; `parts` are its leaves, in order."""
    if is_leaf(node):
        part = next(parts)
        return part.value, part.path
    found = [_seen(child, parts, depth + 1) for child in (node.values() if isinstance(node, dict) else node)]
    values = {path[depth]: value for value, path in found} if isinstance(node, dict) else [value for value, _ in found]
    return values, found[0][1]


def _steps(path: str | Sequence[str | int]) -> Path:
    if not isinstance(path, str):
        return tuple(path)
    try:
        return parse_path(path)
    except PathError as error:
        message = f"`{shortened(path)}` is no path, from column {error.args[0] + 1} on"
        hint = 'write one such as `run.container.args[0]` or `limits["nvidia.com/gpu"]`'
        raise PolyspecError([Diagnostic("bad-path", message, hint=hint)]) from None


def _unknown(tree: Tree, path: Path) -> Diagnostic:
    """The diagnostic for a path that leads nowhere: where it ends, and what there is."""
    length = next(length for length in range(len(path), -1, -1) if at(tree, path[:length]) is not UNSET)
    node, step = at(tree, path[:length]), path[length]
    where = f"`{shortened(format_path(path[:length]))}`" if length else "the run spec"
    hint = did_you_mean(str(step), node) if isinstance(node, Mapping) else None
    if isinstance(node, list | tuple):
        hint = f"it has {len(node)} items, counted from 0"
    return Diagnostic("unknown-path", f"{where} has no `{shortened(str(step))}`", path=path, hint=hint)
