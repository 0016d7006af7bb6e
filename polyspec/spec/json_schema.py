"""The JSON Schema of the language, read off the spec classes: draft 7, which editors take.

It says what a document may look like: fields, types, closed lists of values. Rules over several fields, and what depends on
other documents, are the compiler's. What Kubernetes defines comes from the schema that it publishes (`kubernetes.py`), as
leniently as conversion reads it.
"""

import functools
import re
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, get_args, get_origin

import attrs

from polyspec.record import record
from polyspec.spec import checks
from polyspec.spec import kubernetes as k8s
from polyspec.spec.io import Param
from polyspec.spec.kinds import Kinds, default_kinds
from polyspec.spec.markers import COMMA, LOOSE, TEMPLATE, Bounds, Choice, Kubernetes, Pattern, Template
from polyspec.spec.node import Node, key_of
from polyspec.spec.operation import Definition
from polyspec.spec.run import Run, RunPatch
from polyspec.tree import Unset

Schema = dict[str, Any]

_HEAD = {"$schema": "http://json-schema.org/draft-07/schema#", "title": "polyaxonfile"}
_TEMPLATE: Schema = {"type": "string", "pattern": r"\{\{|\{%"}
_NULL: Schema = {"type": "null"}
_SCALARS: Mapping[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
}
_LOOSE: Schema = {"type": ["string", "number", "boolean"]}
_KUBERNETES = "kubernetes."
"""What the names of Kubernetes' definitions begin with here."""


def schema(kinds: Kinds | None = None) -> dict[str, Any]:
    """The JSON Schema (draft 7) of a component, an operation or a preset, as a plain tree.

    `kinds` are the kinds of runs and matrices, as `compile` takes them; by default those of the language. Keys may be spelt in
    camelCase and in snake_case. It accepts what the compiler accepts of one document by itself.
    """
    reader = _Reader(kinds or default_kinds())
    root = reader.reference(Definition)
    return {**_HEAD, **root, "definitions": dict(sorted(reader.definitions.items()))}


@record(eq=False)
class _Reader:
    """Reads schemas off annotations; each class once, as a definition that others refer to."""

    kinds: Kinds
    definitions: dict[str, Schema] = attrs.field(factory=dict)

    def schema_of(self, annotation: Any) -> Schema:
        """The schema of the annotation of a field."""
        marks: tuple[Any, ...] = ()
        while get_origin(annotation) is Annotated:
            annotation, *inner = get_args(annotation)
            marks = (*marks, *inner)
        return self._marked(annotation, marks)

    def _marked(self, base: Any, marks: Sequence[Any]) -> Schema:
        if TEMPLATE in marks:
            return _TEMPLATE
        if LOOSE in marks:
            return _LOOSE
        schema = self._plain(base)
        for mark in marks:
            schema = self._narrowed(schema, mark)
        return schema

    def _narrowed(self, schema: Schema, mark: Any) -> Schema:
        """A schema under one more marker."""
        if mark is COMMA:
            return _any_of([schema, _SCALARS[str]])
        if isinstance(mark, Choice):
            return {"enum": list(mark.allowed)}
        if isinstance(mark, Pattern):
            return _any_of([{**schema, "pattern": f"^(?:{mark.regex.pattern})$"}, _TEMPLATE])
        if isinstance(mark, Bounds):
            bounds = {"minimum": mark.least, "maximum": mark.most}
            return {**schema, **{key: bound for key, bound in bounds.items() if bound is not None}}
        return self._kubernetes(mark) if isinstance(mark, Kubernetes) else schema

    def _plain(self, base: Any) -> Schema:
        origin, args = get_origin(base), get_args(base)
        if origin in (typing.Union, types.UnionType):
            return self._union(args)
        if origin is Sequence:
            return {"type": "array", "items": self.schema_of(args[0])}
        if origin is Mapping:
            return self._mapping(*args)
        if isinstance(base, typing.ForwardRef):
            return self.reference(Definition)
        if isinstance(base, type) and issubclass(base, Node):
            return self.reference(base)
        return dict(_SCALARS.get(base, {}))

    def _union(self, members: Sequence[Any]) -> Schema:
        """Any of the members; of several that take one kind of value, the first does, as in conversion."""
        taken: set[str] = set()
        schemas: list[Schema] = []
        for member in members:
            if member is types.NoneType:
                schemas.append(_NULL)
            elif member is not Unset:
                kinds = set(checks.kinds_taken(member))
                if member == Template or not kinds <= taken:
                    schemas.append(self.schema_of(member))
                    taken |= kinds
        return _any_of(schemas)

    def _mapping(self, key: Any, item: Any) -> Schema:
        names = self.schema_of(key)
        named = {} if names == _SCALARS[str] else {"propertyNames": names}
        return {"type": "object", "additionalProperties": self.schema_of(item), **named}

    def reference(self, cls: Any) -> Schema:
        """A reference to the definition of a class, which is made when it is first asked for."""
        name = cls.__name__
        if name not in self.definitions:
            self.definitions[name] = {}  # a class may hold itself
            self.definitions[name] = self._family(cls) if cls in self.kinds.families else self._class(cls)
        return {"$ref": f"#/definitions/{name}"}

    def _class(self, cls: Any) -> Schema:
        """An object with the fields of a class, each in either spelling. A param may be its value alone."""
        hints = typing.get_type_hints(cls, localns={"Definition": Definition}, include_extras=True)
        fields = {field: self.schema_of(hints[field.name]) for field in attrs.fields(cls)}
        properties = {key: schema for field, schema in fields.items() for key in _spellings(field)}
        required = [_required(field) for field in fields if field.default is attrs.NOTHING]
        schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
        schema |= {"description": _summary(cls), **({"allOf": required} if required else {})}
        if cls is Param:
            keys = [{"required": [key]} for key in properties]
            return {"if": {"type": "object", "anyOf": keys}, "then": schema}
        return schema

    def _family(self, base: Any) -> Schema:
        """One of the classes of a family, by its kind; a run without a kind is a patch."""
        kinds = self.kinds.families[base]
        branches = [_branch({"const": kind}, self.reference(cls)) for kind, cls in kinds.items()]
        schema: Schema = {"type": "object", "properties": {"kind": {"enum": list(kinds)}}, "description": _summary(base)}
        if base is not Run:
            return {**schema, "required": ["kind"], "allOf": branches}
        nameless = {
            "if": {"not": {"required": ["kind"], "properties": {"kind": {"type": "string"}}}},
            "then": self.reference(RunPatch),
        }
        return {**schema, "properties": {"kind": {"enum": [*kinds, None]}}, "allOf": [*branches, nameless]}

    def _kubernetes(self, mark: Kubernetes) -> Schema:
        reference = self._published(mark.definition)
        if mark.key is None:
            return reference
        return {"allOf": [reference, {"required": [mark.key]}]}

    def _published(self, name: str) -> Schema:
        """A reference to one of Kubernetes' definitions."""
        own = _KUBERNETES + name
        if own not in self.definitions:
            self.definitions[own] = {}
            self.definitions[own] = self._lenient(k8s.definitions()[name])
        return {"$ref": f"#/definitions/{own}"}

    def _lenient(self, schema: Schema) -> Schema:
        """What Kubernetes says, as specs are read: templates and nulls anywhere, both spellings, nothing required."""
        if "$ref" in schema:
            return self._published(schema["$ref"].rpartition("/")[2])
        kinds = schema.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        loose = {kind for found, more in _BECOMES.items() if found in kinds for kind in more}
        found: Schema = {"type": sorted({*kinds, *loose, "null"})} if kinds else {}
        if "enum" in schema:
            found["enum"] = schema["enum"]
        if "items" in schema:
            found["items"] = self._lenient(schema["items"])
        if "properties" in schema:
            found["properties"] = {
                key: self._lenient(field) for name, field in schema["properties"].items() for key in {name: 0, k8s.snake(name): 0}
            }
        others = schema.get("additionalProperties")
        if "tolerated" in schema:
            others = schema["tolerated"]
        if others is not None:
            found["additionalProperties"] = others if isinstance(others, bool) else self._lenient(others)
            found["patternProperties"] = {_TEMPLATE["pattern"]: {}}
        return _any_of([found, _TEMPLATE, _NULL]) if kinds != ["string"] or "enum" in schema else found


_BECOMES = {"string": ("number",), "integer": ("string",)}
"""Kinds of values that are taken for others: a number for text, and text for an integer."""


def _any_of(schemas: Sequence[Schema]) -> Schema:
    """One of several, those that have no more to say than a type together."""
    flat = [inner for schema in schemas for inner in (schema["anyOf"] if schema.keys() == {"anyOf"} else [schema])]
    unique = [schema for index, schema in enumerate(flat) if schema not in flat[:index]]
    if {} in unique:
        return {}
    return unique[0] if len(unique) == 1 else {"anyOf": unique}


def _branch(kind: Schema, then: Schema) -> Schema:
    return {"if": {"required": ["kind"], "properties": {"kind": kind}}, "then": then}


def _spellings(field: "attrs.Attribute[Any]") -> tuple[str, ...]:
    """The keys of a field: in camelCase, and in snake_case where that is another."""
    return tuple(dict.fromkeys((key_of(field), field.name.rstrip("_"))))


def _required(field: "attrs.Attribute[Any]") -> Schema:
    keys = _spellings(field)
    return {"required": [keys[0]]} if len(keys) == 1 else {"anyOf": [{"required": [key]} for key in keys]}


@functools.cache
def _summary(cls: Any) -> str:
    """The first paragraph of a docstring, on one line."""
    return re.sub(r"\s+", " ", (cls.__doc__ or "").strip().split("\n\n")[0])
