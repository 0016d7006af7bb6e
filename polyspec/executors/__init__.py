"""Executors: whatever takes a run spec and carries it out. The local one is a tool as much as an example."""

from collections.abc import Callable

from polyspec.executors.base import DONE, Executor, Run, Status, Submittable
from polyspec.executors.environment import PASSED_THROUGH
from polyspec.executors.findings import IGNORABLE
from polyspec.executors.local import LocalExecutor
from polyspec.executors.local_run import LocalRun
from polyspec.registry import Registry

EXECUTORS: Registry[Callable[..., Executor]] = Registry[Callable[..., Executor]]("executor").with_entry("local", LocalExecutor)
"""The executors that ship, by name; `with_entry` gives a registry with another."""

__all__ = [
    "DONE",
    "EXECUTORS",
    "IGNORABLE",
    "PASSED_THROUGH",
    "Executor",
    "LocalExecutor",
    "LocalRun",
    "Run",
    "Status",
    "Submittable",
]
