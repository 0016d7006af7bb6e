"""What is loaded or made when it is first asked for, or called: a program uses few of the names and patterns of a package."""

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any, Final, cast


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


_OF_A_PATTERN: Final = ("search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn", "pattern", "flags")


def late_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern that is compiled by its first use; for those that most programs never use."""
    found: Any = _LatePattern(pattern, flags)
    return cast("re.Pattern[str]", found)


class _LatePattern:
    """Stands for a pattern, and has its methods once one of them is asked for."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._source = pattern, flags

    def __getattr__(self, name: str) -> Any:
        if name not in _OF_A_PATTERN:
            raise AttributeError(f"a pattern has no attribute {name!r}")
        compiled = re.compile(*self._source)
        vars(self).update({known: getattr(compiled, known) for known in _OF_A_PATTERN})
        return getattr(compiled, name)
