"""What must hold of every input, however broken: the promise of the library as a check.

A run spec or a `PolyspecError`; the error small and printable; the same answer twice; nothing that was handed over changed.
"""

import copy
import itertools
import pickle
import re
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import polyspec
from polyspec import Limits, PolyspecError, Resolvers, RunSpec
from polyspec.errors import MAX_TEXT
from polyspec.limits import Limits as Bounds
from polyspec.render import Renderer, Templates
from polyspec.source import canonical_json, parse
from polyspec.tree.shape import LEAF

T = TypeVar("T")

MAX_SECONDS = 1.0
"""What one input may take, of the processor's time."""
LIMITS = Limits(nodes=20_000, runs=10_000, operations=500)
PRESET = "queue: fuzz\ntags: [fuzz]\nparams: {fuzz: {value: 1, contextOnly: true}}\n"
RESOLVERS = Resolvers.untrusted(offline=True).with_resolver("presets", lambda reference: (PRESET, f"preset:{reference.target}"))
"""No file and no host; a preset of any name."""
_UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_RUNS = 3


class TooSlow(AssertionError):
    """An input that took longer than it may."""


def outcome(action: Callable[[], T]) -> T | PolyspecError:
    """What an action gives, or its error, which must be fit to be shown. Whatever else it raises escapes."""
    try:
        return action()
    except PolyspecError as error:
        check_error(error)
        return error


def check_error(error: PolyspecError) -> None:
    """Assert that an error is small, printable, placed, and survives a pickle."""
    text = str(error)
    assert len(text.encode()) <= MAX_TEXT, f"{len(text)} characters of text"
    assert 0 < len(error.diagnostics) <= Limits().diagnostics
    assert not _UNPRINTABLE.search(text), "characters that a terminal obeys"
    assert not {"plugin-failed", "too-deep"} & {each.code for each in error.diagnostics}, "the last net was needed"
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", diagnostic.code) for diagnostic in error.diagnostics)
    assert str(pickle.loads(pickle.dumps(error))) == text


def in_time(action: Callable[[], T], seconds: float | None) -> T:
    """What an action gives. Raises `TooSlow`."""
    start = time.thread_time()
    found = action()
    spent = time.thread_time() - start
    if seconds is not None and spent > seconds:
        raise TooSlow(f"{spent:.2f} s")
    return found


def hold_text(text: str | bytes, *, seconds: float | None = None) -> None:
    """The promise for `loads`."""
    first = in_time(lambda: outcome(lambda: polyspec.loads(text, limits=LIMITS)), seconds)  # type: ignore[arg-type]  # bytes too
    second = outcome(lambda: polyspec.loads(text, limits=LIMITS))  # type: ignore[arg-type]  # as above
    if isinstance(first, PolyspecError):
        assert str(second) == str(first)
        return
    tree = first.to_dict()
    assert not isinstance(second, PolyspecError)
    assert canonical_json(tree) == canonical_json(second.to_dict())


def hold_template(text: str, names: Mapping[str, Any], *, seconds: float | None = None) -> None:
    """The promise for one template over some names: a value that a spec can hold, or problems, and no other error."""

    def rendered() -> tuple[Any, list[Any]]:
        renderer = Renderer(names, Templates(Bounds()))
        return renderer.tree(text, LEAF, ("text",)), renderer.problems

    before = copy.deepcopy(names)
    value, problems = in_time(rendered, seconds)
    assert names == before
    assert rendered() == (value, problems)
    if not problems:
        canonical_json({"value": value})


def hold_compile(
    source: Any, params: Mapping[str, Any] | None = None, presets: tuple[Any, ...] = (), *, seconds: float | None = None
) -> None:
    """The promise for `compile`, and for all that comes out of a run spec."""
    given = copy.deepcopy((source, params, presets))

    def compiled() -> RunSpec:
        return polyspec.compile(source, params, presets=presets, resolvers=RESOLVERS, limits=LIMITS)

    first = in_time(lambda: outcome(compiled), seconds)
    assert (source, params, presets) == given, "what was handed over was changed"
    second = outcome(compiled)
    if isinstance(first, PolyspecError):
        assert str(second) == str(first)
        return
    assert isinstance(second, RunSpec)
    assert first.to_json() == second.to_json()
    assert first.digest == second.digest
    check_spec(first)
    in_time(lambda: check_sequels(first), seconds)


def check_spec(spec: RunSpec) -> None:
    """Assert that a run spec is what its text is, and comes back from its wire format."""
    tree = spec.to_dict()
    assert parse(spec.to_yaml(), "<yaml>").tree == tree
    assert parse(spec.to_json(), "<json>").tree == tree
    back = outcome(lambda: RunSpec.from_dict(tree))
    assert back == spec, str(back)


def check_sequels(spec: RunSpec) -> None:
    """Ask a run spec for everything that comes out of it: each a value, or an error fit to be shown."""
    outcome(lambda: spec.graph)
    outcome(lambda: spec.hooks)
    outcome(lambda: spec.build)
    outcome(spec.scheduled_run)
    outcome(lambda: spec.run)
    outcome(lambda: [run.to_dict() for run in itertools.islice(spec.expand(), _RUNS)])
