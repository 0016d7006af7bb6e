"""What every spec class shares: absent fields, names in two spellings, a short repr, and the way to plain trees and back."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import attrs

from polyspec.tree import UNSET, Tree


class Node:
    """The base of the spec classes: frozen attrs, keyword arguments, absent fields are `UNSET`."""

    __slots__ = ()
    keeps_spelling: ClassVar[bool] = False
    """Whether a mapping with snake_case keys stays as it is written once it is checked (parts of Kubernetes' containers)."""

    def to_dict(self) -> dict[str, Tree]:
        """The plain tree of what was written: camelCase keys, absent fields left out, nulls kept."""
        from polyspec.spec.convert import unstructure

        tree: dict[str, Tree] = unstructure(self)
        return tree

    def to_yaml(self) -> str:
        """The YAML text of what was written; `loads` reads it back to an equal object."""
        from polyspec.source import to_yaml

        return to_yaml(self.to_dict())

    @classmethod
    def from_dict(cls, tree: Mapping[str, Any]) -> Self:
        """The object of a plain tree, converted strictly. Raises `PolyspecError` with every problem."""
        from polyspec.spec.convert import from_dict

        return from_dict(tree, cls)

    def __eq__(self, other: object) -> bool:
        return _values(self) == _values(other) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), _values(self)))

    def __repr__(self) -> str:
        written = ((field.name, getattr(self, field.name)) for field in attrs.fields(type(self)))  # type: ignore[arg-type]  # every subclass is an attrs class
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in written if value is not UNSET)})"


def _values(node: Any) -> tuple[Any, ...]:
    return tuple([getattr(node, field.name) for field in attrs.fields(type(node))])


def absent(**metadata: Any) -> Any:
    """A field that may be left out. `alias="hostPID"` gives the YAML key where it is not the camelCase of the name."""
    return attrs.field(default=UNSET, metadata=metadata)


def camel(name: str) -> str:
    """The camelCase of a snake_case name: `host_pid` is `hostPid`, `schema_` is `schema`."""
    head, *tail = name.rstrip("_").split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in tail)


def key_of(field: "attrs.Attribute[Any]") -> str:
    """The YAML key of a field."""
    alias: str = field.metadata.get("alias") or camel(field.name)
    return alias


def kind_name(cls: Any) -> str:
    """The `kind` of a class that is one of a family."""
    return str(attrs.fields_dict(cls)["kind"].default)
