"""The shapes of the spec classes: how their trees merge, and which of their leaves are text. Read off the annotations."""

import functools
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, get_args, get_origin

import attrs

from polyspec.spec.checks import is_plain_text
from polyspec.spec.convert import FAMILIES
from polyspec.spec.markers import Combined
from polyspec.spec.matrix import Matrix
from polyspec.spec.node import Node, key_of, kind_name
from polyspec.spec.operation import Definition
from polyspec.spec.workflow import Schedule
from polyspec.tree import Unset
from polyspec.tree.shape import LEAF, Shape

_SAME_KIND = (Matrix, Schedule)
"""Families whose values are taken whole under `replace`, and merged only with one of their kind (section 9)."""


@functools.cache
def definition_shape() -> Shape:
    """The shape of a component or an operation."""
    return shape_of(Definition)


def shape_of(annotation: Any) -> Shape:
    """The shape of a type: a spec class, or the annotation of a field."""
    base, marks = _stripped(annotation)
    combined = next((mark for mark in marks if isinstance(mark, Combined)), None)
    shape = _plain_shape(base, annotation)
    if combined is None:
        return shape
    return attrs.evolve(shape, how=combined.how, keys=combined.keys, merged=combined.merged)


def _plain_shape(base: Any, annotation: Any) -> Shape:
    origin = get_origin(base)
    if origin in (typing.Union, types.UnionType):
        return _union_shape(base)
    if isinstance(base, type) and issubclass(base, Node):
        return _node_shape(base)
    if origin is Mapping:
        return Shape("mapping", items=shape_of(get_args(base)[1]))
    if origin is Sequence:
        return Shape("united", items=shape_of(get_args(base)[0]))
    return Shape("leaf", is_text=is_plain_text(annotation))


def _node_shape(base: Any) -> Shape:
    """The shape of a spec class or a family of them; a definition inside a definition is taken whole."""
    if base in FAMILIES:
        return _family_shape(base)
    return LEAF if base is Node else _class_shape(base)


def _union_shape(union: Any) -> Shape:
    """The shape of the structured member of a union, or a leaf; text if one of its members is."""
    members = [member for member in get_args(union) if member not in (types.NoneType, Unset)]
    shapes = [shape_of(member) for member in members]
    structured = next((shape for shape in shapes if shape.how != "leaf" or shape.fields), None)
    is_text = any(shape.is_text for shape in shapes)
    return attrs.evolve(structured, is_text=is_text) if structured else Shape("leaf", is_text=is_text)


@functools.cache
def _class_shape(cls: Any) -> Shape:
    hints = typing.get_type_hints(cls, localns={"Definition": Node}, include_extras=True)
    fields = attrs.fields(cls)
    return Shape("fields", {key_of(field): shape_of(hints[field.name]) for field in fields})


def _family_shape(base: Any) -> Shape:
    kinds: tuple[Any, ...] = FAMILIES[base]
    variants = {kind_name(cls): _class_shape(cls) for cls in kinds}
    return Shape("tagged", variants=variants, merged=base not in _SAME_KIND, items=LEAF)


def _stripped(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    marks: tuple[Any, ...] = ()
    while get_origin(annotation) is Annotated:
        annotation, *inner = get_args(annotation)
        marks = (*marks, *inner)
    return annotation, marks
