"""The shapes of the spec classes: how their trees merge, and which of their leaves are text. Read off the annotations."""

import functools
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, get_args, get_origin

import attrs

from polyspec.record import record
from polyspec.spec.checks import is_plain_text
from polyspec.spec.kinds import Kinds, default_kinds
from polyspec.spec.kubernetes import Schema, schema_of
from polyspec.spec.markers import LOOSE, Combined, Kubernetes
from polyspec.spec.matrix import Matrix
from polyspec.spec.node import Node, key_of
from polyspec.spec.operation import Definition
from polyspec.spec.run import Run
from polyspec.spec.workflow import Schedule
from polyspec.tree import Unset
from polyspec.tree.shape import LEAF, Shape

_SAME_KIND = (Matrix, Schedule)
"""Families whose values are taken whole under `replace`, and merged only with one of their kind (section 9)."""


@functools.lru_cache(maxsize=16)
def definition_shape(kinds: Kinds | None = None) -> Shape:
    """The shape of a component or an operation, with the run kinds, matrix kinds and so on of `kinds`."""
    return _Reader(kinds or default_kinds()).shape_of(Definition)


def shape_of(annotation: Any) -> Shape:
    """The shape of a type: a spec class, or the annotation of a field."""
    return _Reader(default_kinds()).shape_of(annotation)


@record(eq=False)
class _Reader:
    """Reads shapes off annotations; each class once."""

    kinds: Kinds
    _classes: dict[Any, Shape] = attrs.field(factory=dict)

    def shape_of(self, annotation: Any) -> Shape:
        base, marks = _stripped(annotation)
        combined = next((mark for mark in marks if isinstance(mark, Combined)), None)
        shape = self._plain(base, annotation)
        if any(isinstance(mark, Kubernetes) for mark in marks):
            shape = attrs.evolve(shape, has_rules=True)
        if combined is None:
            return shape
        return attrs.evolve(shape, how=combined.how, keys=combined.keys, merged=combined.merged)

    def _plain(self, base: Any, annotation: Any) -> Shape:
        origin = get_origin(base)
        if origin in (typing.Union, types.UnionType):
            return self._union(base)
        if isinstance(base, type) and issubclass(base, Node):
            return self._node(base)
        if origin is Mapping:
            defined = next((mark for mark in _stripped(annotation)[1] if isinstance(mark, Kubernetes)), None)
            items = self.shape_of(get_args(base)[1])
            if defined is None:
                return Shape("mapping", items=items)
            return Shape("mapping", functools.partial(_defined, defined.definition), items, is_foreign=True)
        if origin is Sequence:
            return Shape("united", items=self.shape_of(get_args(base)[0]))
        marks = _stripped(annotation)[1]
        is_any = base is str and all(mark is LOOSE or isinstance(mark, Combined) for mark in marks)
        return Shape("leaf", is_text=is_plain_text(annotation), is_loose=LOOSE in marks, takes_any_text=is_any)

    def _node(self, base: Any) -> Shape:
        """The shape of a spec class or a family of them; a definition inside a definition is taken whole."""
        if base in self.kinds.families:
            variants = {kind: self._class(cls) for kind, cls in self.kinds.families[base].items()}
            return Shape("tagged", variants=variants, merged=base not in _SAME_KIND, items=LEAF)
        return LEAF if base is Node else self._class(base)

    def _union(self, union: Any) -> Shape:
        """The shape of the structured member of a union, or a leaf; text if one of its members is and none is a number."""
        members = [member for member in get_args(union) if member not in (types.NoneType, Unset)]
        shapes = [self.shape_of(member) for member in members]
        structured = next((shape for shape in shapes if shape.how != "leaf" or shape.fields), None)
        takes_numbers = any(_stripped(member)[0] in (int, float) for member in members)
        is_text = any(shape.is_text for shape in shapes) and not takes_numbers
        is_loose = any(shape.is_loose for shape in shapes)
        texts = [shape for member, shape in zip(members, shapes, strict=True) if _stripped(member)[0] is str]
        is_any = bool(texts) and all(shape.takes_any_text for shape in texts)
        return attrs.evolve(structured or Shape("leaf"), is_text=is_text, is_loose=is_loose, takes_any_text=is_any)

    def _class(self, cls: Any) -> Shape:
        if cls not in self._classes:
            roles, groups = (cls.roles, cls.named_roles) if issubclass(cls, Run) else ((), ())
            fields = functools.cache(lambda: self._fields(cls))
            self._classes[cls] = Shape(
                "fields", fields, roles=roles, named_roles=groups, has_rules=hasattr(cls, "__attrs_post_init__")
            )
        return self._classes[cls]

    def _fields(self, cls: Any) -> dict[str, Shape]:
        """The shapes of the fields of a class: read when somebody asks, for a spec has few of the classes."""
        hints = typing.get_type_hints(cls, localns={"Definition": Node}, include_extras=True)
        return {key_of(field): self._field(field, hints[field.name]) for field in attrs.fields(cls)}

    def _field(self, field: "attrs.Attribute[Any]", annotation: Any) -> Shape:
        """The shape of a field; a class of one's own may look at its fields beyond their types."""
        shape = self.shape_of(annotation)
        if field.validator is None and field.converter is None:
            return shape
        return attrs.evolve(shape, has_rules=True, takes_any_text=False)


@functools.cache
def _defined(definition: str) -> Mapping[str, Shape]:
    """The fields of a definition of Kubernetes', with the leaves that are text; how layers of them combine, their owner says."""
    return _texts(schema_of(definition)).fields


def _texts(schema: Schema) -> Shape:
    is_text = schema.get("type") == "string"
    fields = {name: _texts(field) for name, field in schema.get("properties", {}).items()}
    inner = schema.get("items") or schema.get("additionalProperties")
    return Shape("leaf", fields, _texts(inner) if inner else None, is_text=is_text, is_loose=is_text)


def _stripped(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    marks: tuple[Any, ...] = ()
    while get_origin(annotation) is Annotated:
        annotation, *inner = get_args(annotation)
        marks = (*marks, *inner)
    return annotation, marks
