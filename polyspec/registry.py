"""The one shape of everything pluggable: an immutable mapping of names to callables."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Generic, TypeVar

import attrs

from polyspec.errors import did_you_mean
from polyspec.record import record

T = TypeVar("T")


class UnknownName(LookupError):
    """A name that a registry does not hold. `hint` names the close match or what there is."""

    def __init__(self, what: str, name: str, hint: str) -> None:
        self.what, self.name, self.hint = what, name, hint
        super().__init__(f"unknown {what} `{name}`")


def _read_only(entries: Mapping[str, T]) -> Mapping[str, T]:
    return MappingProxyType(dict(entries))


@record(repr=False)
class Registry(Generic[T]):
    """Names and what they stand for. `with_entry` gives a new registry; nothing changes in place.

    `what` is the word for one entry in messages, such as "resolver" or "patch strategy".
    """

    what: str
    entries: Mapping[str, T] = attrs.field(factory=dict, converter=_read_only)

    def with_entry(self, name: str, entry: T) -> "Registry[T]":
        """A new registry that also holds `entry`. Raises `TypeError` when it cannot be called or its name is no identifier."""
        if not name.isidentifier():
            raise TypeError(f"the name of a {self.what} must be an identifier, not {name!r}")
        if not callable(entry):
            raise TypeError(f"the {self.what} {name!r} must be callable, not {type(entry).__name__}")
        return attrs.evolve(self, entries={**self.entries, name: entry})

    def __getitem__(self, name: str) -> T:
        """The entry of a name. Raises `UnknownName`."""
        try:
            return self.entries[name]
        except KeyError:
            hint = did_you_mean(name, self.entries) or f"known are: {', '.join(sorted(self.entries))}"
            raise UnknownName(self.what, name, hint) from None

    def __contains__(self, name: object) -> bool:
        return name in self.entries

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __repr__(self) -> str:
        return f"<registry of {self.what}: {', '.join(self.entries)}>"
