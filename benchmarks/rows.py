"""The rows of the table: what is measured, with which steps, against which target."""

import functools
import itertools
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import attrs
from ruamel.yaml import YAML

import polyspec
from benchmarks import peer, processes, specs
from benchmarks.timing import Figure, Step
from polyspec.merge import POST_MERGE, merge

OURS, BARE, PEER = "polyspec", "bare", "polyaxon"
Figures = Mapping[str, Figure]
_FRESH = 20_000
"""Texts that were never read: more than all rounds take."""


@attrs.frozen
class Row:
    """One line of the table. `steps` makes what is timed, by name; `per` is how many things one call of a step does.

    `is_met` says of the figures whether they reach the target; without one the row is there to compare.
    """

    name: str
    target: str
    steps: Callable[[], Mapping[str, Step]]
    is_met: Callable[[Figures], bool] | None = None
    per: Mapping[str, int] = attrs.field(factory=dict)
    beyond: str | None = None


def rows() -> tuple[Row, ...]:
    """Every row, in the order of the table."""
    return (*_process_rows(), *_file_rows(), *_sweep_rows(), *_graph_rows(), *_merge_rows(), _threads())


def ratio(figures: Figures, name: str) -> float:
    """How often our figure goes into another."""
    return figures[name].least / figures[OURS].least


# -- processes of their own


def _process_rows() -> Iterator[Row]:
    """Imports, beyond a bare interpreter."""
    peers = {"import": processes.POLYAXON, "first": processes.POLYAXON_FIRST} if peer.IS_INSTALLED else {}

    def of(ours: str, theirs: str) -> Callable[[], Mapping[str, Step]]:
        programs = {OURS: ours, BARE: processes.BARE} | ({PEER: peers[theirs]} if theirs in peers else {})
        return lambda: {name: functools.partial(processes.ran, program) for name, program in programs.items()}

    yield Row("`import polyspec`", "60 ms, Polyaxon / 20", of(processes.IMPORT, "import"), _is_light, beyond=BARE)
    yield Row(
        "import of all the names of the quick start",
        "60 ms, Polyaxon / 20",
        of(processes.NAMES, "import"),
        _is_light,
        beyond=BARE,
    )
    yield Row("import and first run spec", "", of(processes.FIRST, "first"), beyond=BARE)
    yield Row("for comparison: `import attrs, cattrs`", "", of(processes.LIBRARIES, ""), beyond=BARE)


def _is_light(figures: Figures) -> bool:
    return figures[OURS].least < 0.060 and (PEER not in figures or ratio(figures, PEER) >= 20)


# -- files


def _file_rows() -> Iterator[Row]:
    yield Row(
        "a file never seen", "bare parse * 2, Polyaxon / 10", _never_seen, lambda it: ratio(it, BARE) >= 1 / 2 and _times(10)(it)
    )
    yield Row("the same file again", "Polyaxon / 50", _again, _times(50))
    yield Row("the same file again, and where every value comes from", "", _explained)
    yield Row("new params on a loaded operation", "Polyaxon / 100", _new_params, _times(100))


def _times(least: float) -> Callable[[Figures], bool]:
    return lambda figures: PEER not in figures or ratio(figures, PEER) >= least


def _never_seen() -> Mapping[str, Step]:
    folder = specs.folder()
    ours = iter(specs.fresh_files(folder, _FRESH))
    texts = specs.fresh_texts()
    steps: dict[str, Step] = {
        OURS: lambda: polyspec.compile(next(ours), {"epochs": 1}),
        BARE: lambda: YAML(typ="safe").load(next(texts)),
    }
    if peer.IS_INSTALLED:
        theirs = itertools.cycle(sorted(folder.iterdir()))
        steps[PEER] = peer.in_turn(lambda: next(theirs), {"epochs": 1})
    return steps


def _again() -> Mapping[str, Step]:
    steps: dict[str, Step] = {OURS: lambda: polyspec.compile(specs.FILE, {"epochs": 1}), BARE: _parse}
    return {**steps, PEER: peer.again(specs.FILE, {"epochs": 1})} if peer.IS_INSTALLED else steps


def _explained() -> Mapping[str, Step]:
    """A compilation whose origins somebody asks for; the row before it is one whose origins nobody does."""
    return {OURS: lambda: polyspec.compile(specs.FILE, {"epochs": 1}).origins(), BARE: _parse}


def _new_params() -> Mapping[str, Step]:
    operation, numbers = polyspec.load(specs.FILE), itertools.count(1)
    steps: dict[str, Step] = {OURS: lambda: polyspec.compile(operation, {"epochs": next(numbers)}), BARE: _parse}
    return {**steps, PEER: peer.new_params(specs.FILE)} if peer.IS_INSTALLED else steps


def _parse() -> Any:
    """ruamel.yaml's C parser, and nothing else."""
    return YAML(typ="safe").load(specs.TEXT)


# -- sweeps

RUNS = 10_000


def _sweep_rows() -> Iterator[Row]:
    per = {OURS: RUNS}
    yield Row("a run of a grid of 10,000, dropped", "25 µs", _walk, lambda it: it[OURS].least <= 25e-6, per=per)


def _walk() -> Mapping[str, Step]:
    spec = polyspec.compile(specs.sweep(RUNS))

    def walked() -> int:
        return sum(1 for _ in spec.expand())

    assert walked() == RUNS
    return {OURS: walked}


def kept_bytes() -> float:
    """The bytes that one kept run of the grid takes."""
    spec = polyspec.compile(specs.sweep(RUNS))
    warm = list(spec.expand())
    del warm
    with _traced() as taken:
        runs = list(spec.expand())
        return taken() / len(runs)


@contextmanager
def _traced() -> Iterator[Callable[[], int]]:
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    try:
        yield lambda: tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()


# -- graphs


def _graph_rows() -> Iterator[Row]:
    for operations in (1_000, 10_000):
        steps = functools.partial(_graph, operations)
        yield Row(f"an operation of a DAG of {operations:,}", "200 µs", steps, _is_quick, per={OURS: operations, PEER: 100})
    steps = functools.partial(_graph_in_full, 1_000)
    yield Row("the same with each operation of 1,000 compiled", "", steps, per={OURS: 1_000})


def _is_quick(figures: Figures) -> bool:
    return figures[OURS].least <= 200e-6


def _graph(operations: int) -> Mapping[str, Step]:
    tree, limits = specs.graph(operations), polyspec.Limits(nodes=1_000_000)
    steps: dict[str, Step] = {OURS: lambda: polyspec.compile(tree, limits=limits)}
    if peer.IS_INSTALLED and operations == 1_000:
        steps[PEER] = peer.check(specs.graph(100))
    return steps


def _graph_in_full(operations: int) -> Mapping[str, Step]:
    tree, limits = specs.graph(operations), polyspec.Limits(nodes=1_000_000)

    def in_full() -> int:
        found = len(polyspec.compile(tree, limits=limits).graph.operations)
        assert found == operations
        return found

    return {OURS: in_full}


# -- layers


def _merge_rows() -> Iterator[Row]:
    for many, nodes in ((50, 1_000), (50, 10_000), (500, 1_000)):
        yield Row(
            f"a patch of {nodes // 10:,} nodes over {nodes:,}, {many} times",
            "linear",
            functools.partial(_merge, many, nodes),
            per={OURS: many},
        )


def _merge(many: int, nodes: int) -> Mapping[str, Step]:
    layers = specs.layers(many, nodes)
    return {OURS: lambda: functools.reduce(lambda base, patch: merge(base, patch, POST_MERGE), layers)}


# -- threads


def _threads() -> Row:
    return Row("one of 8 threads with mixed documents, a document", "as one thread", _eight, per={OURS: 40, BARE: 5})


def _eight() -> Mapping[str, Step]:
    documents = specs.mixed()
    alone = _digests(documents)

    def together() -> None:
        with ThreadPoolExecutor(8) as pool:
            assert all(found == alone for found in pool.map(lambda _: _digests(documents), range(8)))

    return {OURS: together, BARE: lambda: _digests(documents)}


def _digests(documents: list[Any]) -> list[str]:
    return [polyspec.compile(document).digest for document in documents]
