"""The explanations of a finished tree: of one value, of all of them, and of what differs between two."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from polyspec.errors import Diagnostic, PolyspecError, did_you_mean, shortened
from polyspec.explain.explanation import Change, Difference, Explanation
from polyspec.explain.origin import Origin, shown
from polyspec.explain.trace import Trace
from polyspec.source import is_secret
from polyspec.tree import UNSET, Path, PathError, Tree, at, format_path, parse_path, walk


def explained(trace: Trace, path: str | Sequence[str | int]) -> Explanation:
    """The explanation of what stands at a path of a finished tree. Raises `PolyspecError` where nothing does."""
    steps = _steps(path)
    value = at(trace.tree, steps)
    if value is UNSET:
        raise PolyspecError([_unknown(trace.tree, steps)])
    return _of_branch(trace, steps, value) if isinstance(value, dict | list) and value else _of_leaf(trace, steps, value)


def origins(trace: Trace) -> dict[Path, Origin]:
    """The winner of every leaf."""
    return {path: trace.origins(path)[0] for path, _ in walk(trace.tree)}


def difference(before: Trace, after: Trace) -> Difference:
    """What changed from one finished tree to another, leaf by leaf, in the order of the first and then of the second."""
    old, new = dict(walk(before.tree)), dict(walk(after.tree))
    changed = [path for path in {**old, **new} if not (path in old and path in new and _same(old[path], new[path]))]
    return Difference(
        tuple(
            Change(
                (before if path in old else after).shown_path(path),
                _of_leaf(before, path, old[path]) if path in old else None,
                _of_leaf(after, path, new[path]) if path in new else None,
            )
            for path in changed
        )
    )


def _same(old: Any, new: Any) -> bool:
    return bool(old == new) and isinstance(old, bool) == isinstance(new, bool)


def _of_leaf(trace: Trace, path: Path, value: Any) -> Explanation:
    found = trace.origins(path)
    return Explanation(trace.shown_path(path), shown(value, is_secret=found[0].is_secret or is_secret(trace.tree, path)), found)


def _of_branch(trace: Trace, path: Path, node: Any) -> Explanation:
    parts = {leaf: _of_leaf(trace, leaf, value) for leaf, value in walk(node, path)}
    winners = {(part.origin.layer, part.origin.source, part.origin.path): part.origin for part in parts.values()}
    seen = _seen(node, path, parts, trace.shown_path)
    return Explanation(trace.shown_path(path), seen, tuple(winners.values()), tuple(parts.values()))


def _seen(node: Tree, path: Path, parts: Mapping[Path, Explanation], shown_path: Callable[[Path], Path]) -> Tree:
    """A tree with the keys and the values that may be seen."""
    if isinstance(node, dict) and node:
        return {shown_path((*path, key))[-1]: _seen(value, (*path, key), parts, shown_path) for key, value in node.items()}
    if isinstance(node, list) and node:
        return [_seen(value, (*path, index), parts, shown_path) for index, value in enumerate(node)]
    return parts[path].value


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
