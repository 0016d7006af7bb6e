"""Frozen classes that cost little to define: the one way in which classes of ours become attrs classes.

attrs compiles the methods of a class when the class is defined, which takes longer than all the rest of its module, and a
program makes objects of few classes. So a record is finished by attrs when the first object is made, or somebody
asks for its fields; and objects are compared, hashed and shown by functions that all these classes share. For type checkers,
and once it is in use, it is what `attrs.frozen` makes.

It has no slots, which are a part of a class from its beginning. Compiling, walking a matrix and explaining took the same time
with them, and the same memory. A class whose objects are hashed by the thousand (`polyspec/bind/patterns.py`) or ordered has
attrs' own methods: `attrs.frozen`.
"""

import functools
import operator
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

__all__ = ["held", "holding", "record"]

_FINISHING = threading.RLock()  # an attrs class is made of its bases, which may have to be finished first

if TYPE_CHECKING:
    from attrs import frozen as record
else:

    def record(cls=None, *, eq=True, repr=True, kw_only=False, shares=False):  # noqa: A002 - the words of attrs
        """Make a frozen attrs class; without `eq` it is compared, without `repr` shown, by what it inherits or has itself.

        One that `shares` its defaults has them itself, so that its objects need not (`holding`).
        """

        def made(cls: Any) -> Any:
            methods = (_COMPARING if eq else {}) | (_SHOWING if repr else {}) | _COPYING
            _give(cls, {name: method for name, method in methods.items() if name not in vars(cls)})
            properties = {name: it for name, it in vars(cls).items() if isinstance(it, functools.cached_property)}
            _give(cls, {name: _Unlocked(it.func) for name, it in properties.items()})
            return _postponed(cls, kw_only=kw_only, shares=shares)

        return made if cls is None else made(cls)


def _give(cls: Any, members: Mapping[str, Any]) -> None:
    for name, member in members.items():
        setattr(cls, name, member)
        if isinstance(member, _Unlocked):
            member.__set_name__(cls, name)


def holding(cls: Any, fields: dict[str, Any]) -> Any:
    """An object of a class with these fields; one of a class that shares its defaults holds them alone, in this very mapping.

    All that have no default are there, and no others. Raises what the class raises.
    """
    if not _shares(cls):
        return cls(**fields)
    made = cls.__new__(cls)
    object.__setattr__(made, "__dict__", fields)
    if hasattr(cls, "__attrs_post_init__"):
        made.__attrs_post_init__()
    return made


def held(node: Any) -> Iterable[str]:
    """The names of the fields that an object holds: of a class that shares its defaults not all need be there."""
    cls: Any = type(node)
    return vars(node) if _shares(cls) else [field.name for field in attrs.fields(cls) if field.init]


def _shares(cls: Any) -> bool:
    """Whether a class itself shares its defaults, and not one that it is derived from."""
    return getattr(cls, "__shares__", None) is cls


def _postponed(cls: Any, *, kw_only: bool, shares: bool) -> Any:
    """The class, which attrs finishes when it is first used."""
    cls.__attrs_attrs__ = _Fields(cls, kw_only=kw_only, shares=shares)
    cls.__init__ = _first_init(cls)
    cls.__signature__ = _Signature()
    return cls


class _Unlocked(functools.cached_property[Any]):
    """A cached property whose objects do not wait for one another: that of Python 3.11 has one lock for all objects of a class.

    Two threads that ask one object at once may both work it out, as with attrs' own.
    """

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        value = vars(instance)[self.attrname] = self.func(instance)
        return value


class _Fields:
    """Stands where attrs keeps the fields of a class; asked for them, it has attrs make the class."""

    def __init__(self, cls: type, *, kw_only: bool, shares: bool) -> None:
        self._cls, self._kw_only, self._shares = cls, kw_only, shares

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        with _FINISHING:
            if vars(self._cls)["__attrs_attrs__"] is self:
                self._finish()
        return vars(self._cls)["__attrs_attrs__"]

    def _finish(self) -> None:
        """Have attrs add all but `__init__`; that comes last, for whoever finds it finds a class that is whole."""
        cls: Any = self._cls
        make = attrs.define(frozen=True, slots=False, init=False, eq=False, repr=False, kw_only=self._kw_only)
        make(cls)
        if self._shares:
            _give(cls, {it.name: it.default for it in _fields(cls) if it.default is not attrs.NOTHING} | {"__shares__": cls})
        made = cls.__attrs_init__
        made.__name__, made.__qualname__ = "__init__", f"{cls.__qualname__}.__init__"
        cls.__init__ = made


class _Signature:
    """What `inspect.signature` asks a class for first: `None` sends it on to `__init__`, which is that of attrs by then."""

    def __get__(self, instance: object, owner: type) -> None:
        attrs.has(owner)


def _first_init(cls: Any) -> Callable[..., None]:
    """The `__init__` of a class until its first object."""

    def __init__(self: Any, *args: Any, **fields: Any) -> None:  # noqa: N807 - it stands for that of attrs
        with _FINISHING:  # another thread may be at it: the fields are there before the methods are
            attrs.fields(cls)
        cls.__init__(self, *args, **fields)

    return __init__


# -- what all of them share


@functools.cache
def _compared(cls: Any) -> Callable[[object], object]:
    """What gives the values that objects of a class are compared by."""
    names = [field.name for field in _fields(cls) if field.eq]
    return operator.attrgetter(*names) if names else type


def _fields(cls: Any) -> "tuple[attrs.Attribute[Any], ...]":
    fields: tuple[attrs.Attribute[Any], ...] = attrs.fields(cls)
    return fields


def _equal(self: object, other: object) -> bool:
    cls: Any = type(self)
    values = _compared(cls)
    return values(self) == values(other) if type(other) is cls else NotImplemented


def _hash(self: object) -> int:
    cls: Any = type(self)
    return hash((cls, _compared(cls)(self)))


def _shown(self: object) -> str:
    values = (f"{field.name}={getattr(self, field.name)!r}" for field in _fields(type(self)) if field.repr)
    return f"{type(self).__qualname__.rpartition('>.')[2]}({', '.join(values)})"


def _state(self: object) -> Mapping[str, Any]:
    """What is pickled and copied: the fields, without what was worked out from them."""
    return {field.name: getattr(self, field.name) for field in _fields(type(self))}


def _take_state(self: object, state: Mapping[str, Any]) -> None:
    _fields(type(self))  # a class that no object of this process was made of is finished by the one that arrives
    vars(self).update(state)


_COMPARING = {"__eq__": _equal, "__hash__": _hash}
_SHOWING = {"__repr__": _shown}
_COPYING = {"__getstate__": _state, "__setstate__": _take_state}
