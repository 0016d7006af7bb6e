"""What the names of templates stand for: for each dotted name the places that its value comes from.

Which fields of the run context go into a global is asked of the functions that make the globals: what changes with a field
comes from it. So there is no second list of them.
"""

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from polyspec.bind import Argument, Bound, places
from polyspec.record import record
from polyspec.render import global_names, service_names
from polyspec.spec.context import Connection, RunContext
from polyspec.spec.io import RESERVED
from polyspec.tree import Moved, Path, Tree, replaced, walk

_OTHER = "\0"
"""A text that no value is."""


@record(eq=False)
class Names:
    """The names that the templates of one bound tree see."""

    bound: Bound
    context: RunContext
    uuid: str

    def places(self, name: Path) -> tuple[Moved, ...]:
        """Where the value of a dotted name comes from: places of the bound tree, fields of the context; nothing if unknown."""
        head, rest = str(name[0]), name[1:]
        if head == "globals":
            return self._globals(str(rest[0])) if rest else (Moved(giver="context"),)
        if head == "params":
            return tuple(self._params(rest))
        if head in RESERVED:
            return tuple(self._connection(rest))
        return tuple(self._value(head, rest))

    def _value(self, name: str, rest: Path) -> Iterator[Moved]:
        if name in self._places:
            yield Moved((*self._places[name], "value", *rest))

    def _params(self, rest: Path) -> Iterator[Moved]:
        """`params.NAME` and its fields; `params.as_args`, and `params` alone, are those of all of them."""
        if not rest or rest[0] == "as_args":
            for name in self._places:
                yield from self._param(name, ("as_arg",))
        elif rest[0] in self._places:
            yield from self._param(str(rest[0]), rest[1:])

    def _param(self, name: str, rest: Path) -> Iterator[Moved]:
        field = rest[0] if rest else "value"
        argument, place = self._arguments[name], self._places[name]
        if field in ("type", "connection"):
            yield Moved((*place, field))
            return
        yield from self._value(name, rest[1:] if field == "value" else ())
        if field == "as_arg" and argument.arg_format:
            yield Moved((*place, "argFormat"))

    def _connection(self, rest: Path) -> Iterator[Moved]:
        """`connections.NAME.…`: the schema of a connection of the context."""
        if not rest:
            return
        store = self.context.artifacts_store
        index = next((i for i, known in enumerate(self.context.connections) if known.name == rest[0]), None)
        if index is not None:
            yield Moved(("connections", index, "schema", *rest[1:]), giver="context")
        elif store is not None and store.name == rest[0]:
            yield Moved(("artifacts_store", "schema", *rest[1:]), giver="context")

    @functools.cached_property
    def _places(self) -> dict[str, Path]:
        return places(self.bound)

    @functools.cached_property
    def _arguments(self) -> dict[str, Argument]:
        return {argument.name: argument for argument in self.bound.arguments}

    def _globals(self, name: str) -> tuple[Moved, ...]:
        """What goes into a global: the fields of the context and the parts of the spec that it changes with."""
        found = [moved for moved, made in self._changes if made.get(name, _OTHER) != self._made.get(name, _OTHER)]
        said = [it for it in found if it.giver != "context" or getattr(self.context, str(it.path[0])) is not None]
        return tuple(said or found)

    @functools.cached_property
    def _made(self) -> Mapping[str, Any]:
        return self._globals_of(self.context, self.bound.tree, self.uuid)

    @functools.cached_property
    def _changes(self) -> list[tuple[Moved, Mapping[str, Any]]]:
        """Every part that could go into a global, with the globals that there would be if it were another."""
        tree, context = self.bound.tree, self.context
        own = Moved(("run_uuid",), giver="context") if context.run_uuid else Moved(("uuid",), giver="stage")
        found = [(own, self._globals_of(context, tree, self.uuid + _OTHER))]
        for field in attrs.fields(RunContext):
            if field.name == "artifacts_store" and context.artifacts_store is None:
                continue
            changed = attrs.evolve(context, **{field.name: _another(getattr(context, field.name))})
            found.append((Moved((field.name,), giver="context"), self._globals_of(changed, tree, self.uuid)))
        for path, value in self._written():
            found.append((Moved(path), self._globals_of(context, replaced(tree, [(path, _another(value))]), self.uuid)))
        return found

    def _written(self) -> Iterator[tuple[Path, Tree]]:
        """The parts of the spec that could go into a global."""
        for head in (("name",), ("namespace",), ("plugins",), ("run", "ports"), ("run", "isExternal"), ("run", "rewritePath")):
            node: Any = self.bound.tree
            for step in head:
                node = node.get(step) if isinstance(node, dict) else None
            if node is not None:
                yield from walk(node, head)

    def _globals_of(self, context: RunContext, tree: Mapping[str, Tree], uuid: str) -> Mapping[str, Any]:
        names = global_names(context, tree, uuid)
        is_service = tree["run"].get("kind") == "service"
        return {**names, **service_names(context, names, tree["run"])} if is_service else names


_ANOTHER: Mapping[type, Callable[[Any], Any]] = {
    bool: lambda value: not value,
    str: lambda value: value + _OTHER,
    int: lambda value: value + 1,
    float: lambda value: value + 1,
    Connection: lambda value: attrs.evolve(value, schema_={"mountPath": _OTHER}),
    type(None): lambda value: _OTHER,
}


def _another(value: Any) -> Any:
    """Another value of the same kind."""
    change = _ANOTHER.get(type(value))
    return value if change is None else change(value)
