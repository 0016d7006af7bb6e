"""Rules of a user's own: another way to combine two layers at one place of a spec."""

from collections.abc import Callable, Mapping, Sequence

import attrs

from polyspec.errors import did_you_mean
from polyspec.tree import PathError, parse_path
from polyspec.tree.shape import How, Shape

_LISTS = ("united", "concatenated", "keyed")
_MAPPINGS = ("mapping", "fields", "entries", "named")
_ANYTHING = ("unit", "first")
_RULES = (*_LISTS, *_MAPPINGS, *_ANYTHING)
_Change = Callable[[Shape], Shape]


def ruled(shape: Shape, path: str, how: How, keys: tuple[str, ...], *, merged: bool) -> Shape:
    """The shape with another rule at a path. Raises `ValueError` for a path that leads nowhere and a rule that does not suit."""
    try:
        steps = parse_path(path)
    except PathError:
        steps = ()
    if not steps or any(isinstance(step, int) for step in steps):
        raise ValueError(f"{path!r} is no place of a spec: expected one such as `run.container.args`")
    if how not in _RULES:
        hint = did_you_mean(str(how), _RULES) or f"known are: {', '.join(_RULES)}"
        raise ValueError(f"unknown rule {how!r}: {hint}")
    if bool(keys) != (how == "keyed"):
        raise ValueError("`keys` are those of a `keyed` list, which has one at least")

    def change(found: Shape) -> Shape:
        _check(found, how, path)
        return attrs.evolve(found, how=how, keys=keys, merged=merged)

    return _changed(shape, tuple(map(str, steps)), change, path)


def _check(found: Shape, how: How, path: str) -> None:
    suits: Sequence[str] = ()
    if found.how in _LISTS:
        suits = _LISTS
    elif found.how in _MAPPINGS:
        suits = _MAPPINGS
    elif found.how == "leaf" and not found.is_text:
        suits = (*_LISTS, *_MAPPINGS)
    if how not in (*suits, *_ANYTHING):
        raise ValueError(f"{how!r} does not suit `{path}`: expected {', '.join((*suits, *_ANYTHING))}")


def _changed(shape: Shape, steps: tuple[str, ...], change: _Change, path: str) -> Shape:
    """The shape with that of a place below changed; what has kinds, roles or items, in each of them."""
    if not steps:
        return change(shape)
    if shape.how in _LISTS and shape.items is not None:
        return attrs.evolve(shape, items=_changed(shape.items, steps, change, path))
    head, rest = steps[0], steps[1:]
    if shape.variants:
        return attrs.evolve(shape, variants=_of_kinds(shape.variants, steps, change, path))
    if head in shape.fields and shape.how != "mapping":
        return attrs.evolve(shape, fields={**shape.fields, head: _changed(shape.fields[head], rest, change, path)})
    if shape.items is not None and shape.how in ("fields", "named"):
        return attrs.evolve(shape, fields={**shape.fields, head: _changed(shape.items, rest, change, path)})
    known = shape.fields if shape.how != "mapping" else ()
    hint = did_you_mean(head, known) or ("it is not known there" if known else "what holds it is taken or merged as one")
    raise ValueError(f"no place of a spec is called {path!r}, from `{head}` on: {hint}")


def _of_kinds(variants: Mapping[str, Shape], steps: tuple[str, ...], change: _Change, path: str) -> dict[str, Shape]:
    """The kinds with a place changed in each that has it: in the kind itself, or in each of its replicas."""
    changed = dict(variants)
    failures: list[ValueError] = []
    for kind, shape in variants.items():
        try:
            changed[kind] = _of_kind(shape, steps, change, path)
        except ValueError as error:
            failures.append(error)
    if len(failures) == len(variants):
        raise failures[0]
    return changed


def _of_kind(shape: Shape, steps: tuple[str, ...], change: _Change, path: str) -> Shape:
    if steps[0] in shape.fields or not shape.roles:
        return _changed(shape, steps, change, path)
    fields = dict(shape.fields)
    for role in shape.roles:
        fields[role] = _changed(fields[role], steps, change, path)
    for group in shape.named_roles:
        fields[group] = attrs.evolve(fields[group], items=_changed(fields[group].child(""), steps, change, path))
    return attrs.evolve(shape, fields=fields)
