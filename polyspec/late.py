"""What is loaded when it is first asked for, or called: a program uses few of the names of a package."""

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any


def late_names(package: str, homes: Mapping[str, Iterable[str]]) -> Callable[[str], Any]:
    """The `__getattr__` of a package whose names live in other modules (PEP 562): what is found stays an attribute.

    `homes` has the names of each module.
    """
    home = {name: module for module, names in homes.items() for name in names}

    def found(name: str) -> Any:
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(home[name]), name)
        setattr(sys.modules[package], name, value)
        return value

    return found


def late_function(module: str, name: str) -> Callable[..., Any]:
    """A function of a module that is loaded by its first call."""

    def called(*args: Any, **kwargs: Any) -> Any:
        return getattr(import_module(module), name)(*args, **kwargs)

    called.__name__, called.__qualname__ = name, f"{module}.{name}"
    return called
