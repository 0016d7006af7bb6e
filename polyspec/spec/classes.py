"""Spec classes: attrs classes that are finished when they are first used.

attrs reads the fields of a class and compiles its methods when the class is defined, and a program uses few of the spec
classes. So this waits until somebody makes an object, or asks attrs for the fields. For type checkers, and once it is in use,
a spec class is what `attrs.frozen` makes, without slots; it is compared, hashed and shown by `Node`.
"""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

__all__ = ["spec_class"]

C = TypeVar("C", bound=type)

_FINISHING = threading.RLock()  # an attrs class is made of its bases, which may have to be finished first

if TYPE_CHECKING:
    from attrs import frozen as spec_class
else:

    def spec_class(*, kw_only: bool) -> Callable[[C], C]:
        """Make a frozen attrs class of a class under `Node`, when it is first used."""

        def postponed(cls: C) -> C:
            cls.__attrs_attrs__ = _Fields(cls, kw_only=kw_only)
            cls.__init__ = _first_init(cls)
            cls.__signature__ = _Signature()
            return cls

        return postponed


class _Fields:
    """Stands where attrs keeps the fields of a class; asked for them, it has attrs make the class."""

    def __init__(self, cls: type, *, kw_only: bool) -> None:
        self._cls, self._kw_only = cls, kw_only

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
        attrs.fields(cls)
        cls.__init__(self, *args, **fields)

    return __init__
