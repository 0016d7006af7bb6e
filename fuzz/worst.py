"""`python -m fuzz.worst [WORD…]`: the worst cases within the default limits, those with one of the words in their names.

Each in a process of its own: the seconds of the processor, how much memory it took beside what the program takes, and how it
ended. Exit status 1: one took more than a second.
"""

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polyspec
from fuzz.oracles import MAX_SECONDS, check_error
from fuzz.worst_asks import SHAPES
from fuzz.worst_cases import Case
from polyspec import PolyspecError, Resolvers

_PATIENCE = 60
"""Seconds that a case is waited for."""
_WARM = "kind: component\nrun: {kind: job, container: {image: 'a:1', args: ['{{ 1 + 1 }}']}}\n"


def answer(case: Case, folder: Path) -> tuple[str, ...]:
    """How a case ends: the codes of what is told, or nothing. What is told is shown."""
    try:
        spec = polyspec.compile(
            _written(case.source, folder / "spec.yaml"),
            dict(case.params),
            presets=[_written(preset, folder / f"preset{index}.yaml") for index, preset in enumerate(case.presets)],
            resolvers=Resolvers.untrusted(root=folder, documents=None),
            **case.options,
        )
        if case.ask is not None:
            case.ask(spec)
    except PolyspecError as error:
        check_error(error)
        return tuple(each.code for each in error.diagnostics)
    return ()


def _written(source: str | Mapping[str, Any], path: Path) -> Any:
    if isinstance(source, str) and not path.exists():
        path.write_text(source, encoding="utf-8")
    return path if isinstance(source, str) else source


def prepared(case: Case, folder: Path) -> Case:
    """The case with its documents on the disk."""
    _written(case.source, folder / "spec.yaml")
    for index, preset in enumerate(case.presets):
        _written(preset, folder / f"preset{index}.yaml")
    return case


def measured(name: str, pipe: Any) -> None:
    """Run one case at its worst; its figures go into the pipe."""
    shape = SHAPES[name]
    with tempfile.TemporaryDirectory() as warm, tempfile.TemporaryDirectory() as folder:
        answer(Case(_WARM), Path(warm))
        case = prepared(shape.make(shape.most), Path(folder))
        before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        codes = answer(case, Path(folder))
        seconds = time.process_time() - start
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    pipe.send((seconds, grown // 1024, codes))


def figures(name: str) -> tuple[float, int, tuple[str, ...]]:
    """The figures of a case in a process of its own: seconds, MiB, the codes that were told."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=measured, args=(name, there))
    process.start()
    there.close()
    try:
        found: tuple[float, int, tuple[str, ...]] = here.recv() if here.poll(_PATIENCE) else (float("inf"), 0, ("no end",))
    except EOFError:
        found = float("inf"), 0, ("died",)
    if process.is_alive() and found[0] == float("inf"):
        process.terminate()
    process.join()
    return found


def main(*words: str) -> int:
    """Measure the cases; print their figures, the slowest last."""
    slow = 0
    print(f"{'case':<44} {'size':>9} {'seconds':>8} {'MiB':>5}  told")
    for name in [each for each in SHAPES if not words or any(word in each for word in words)]:
        seconds, grown, codes = figures(name)
        slow += seconds > MAX_SECONDS
        mark = "!" if seconds > MAX_SECONDS else " "
        print(f"{name:<44} {SHAPES[name].most:>9} {seconds:>7.2f}{mark} {grown:>5}  {', '.join(_counted(codes))}", flush=True)
    print(f"{slow} took more than {MAX_SECONDS:g} s")
    return 1 if slow else 0


def _counted(codes: tuple[str, ...]) -> Iterator[str]:
    for code in dict.fromkeys(codes):
        count = codes.count(code)
        yield code if count == 1 else f"{count} {code}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
