"""The adapter of the hostile corpus, stricter: what the last net gave is no clear error (security.md, rule 4)."""

import importlib.util
from pathlib import Path
from types import ModuleType

from polyspec import PolyspecError

LAST_NET = frozenset({"too-deep", "out-of-memory"})
"""What is told when the stack or the memory of the process ended: no input may need it, for bounds are met first."""


def _shared() -> ModuleType:
    path = Path(__file__).parents[3] / "shared" / "hostile" / "adapter.py"
    spec = importlib.util.spec_from_file_location("shared_adapter", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


adapter = _shared()
warm, compile = adapter.warm, adapter.compile  # noqa: A001 - the names that the judge calls


def is_clear(error: BaseException) -> bool:
    """Whether an error is one of the library, of a bound that was met before the stack or the memory ended."""
    codes = {each.code for each in error.diagnostics} if isinstance(error, PolyspecError) else LAST_NET
    return bool(adapter.is_clear(error)) and LAST_NET.isdisjoint(codes)
