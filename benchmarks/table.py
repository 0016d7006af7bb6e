"""One table of all steps: the best time of each, and how often a bare parse of the same file fits into it.

`python -m benchmarks.table`. Where Polyaxon is installed beside polyspec, the same steps by Polyaxon follow.
"""

import contextlib
import functools
import importlib.util
import io
import time
from collections.abc import Iterator

from benchmarks.steps import FILE, PROGRAMS, STEPS, Step, run_program

_SECONDS = 0.5
_ROUNDS = 5
PARSE = next(iter(STEPS))

_CHECK = "from polyaxon.polyaxonfile import check_polyaxonfile as check"
POLYAXON = {
    "import polyaxon": "import polyaxon.schemas, polyaxon.polyaxonfile",
    "polyaxon: import and first check": f"{_CHECK}; check({str(FILE)!r}, params={{'epochs': 1}}, verbose=False)",
}
"""Cold steps of Polyaxon, in a process of their own."""


def best(step: Step, seconds: float = _SECONDS) -> float:
    """The best time of one call, in seconds: the least of several rounds, each as long as makes sense."""
    step()
    once = max(_timed(step, 1), 1e-7)
    calls = max(1, int(seconds / _ROUNDS / once))
    return min(_timed(step, calls) for _ in range(_ROUNDS))


def _timed(step: Step, calls: int) -> float:
    begun = time.perf_counter()
    for _ in range(calls):
        step()
    return (time.perf_counter() - begun) / calls


def rows() -> Iterator[tuple[str, float]]:
    """Every step with its time in seconds."""
    for name, step in STEPS.items():
        yield name, best(step)
    programs = {**PROGRAMS, **(POLYAXON if importlib.util.find_spec("polyaxon") else {})}
    for name, program in programs.items():
        yield f"{name} (a process)", best(functools.partial(run_program, program))
    if importlib.util.find_spec("polyaxon"):
        yield "polyaxon: check, same file again", best(_polyaxon())


def _polyaxon() -> Step:
    """Polyaxon's own check of the same file with the same params: reading, merging and params, without the run's templates."""
    check = importlib.import_module("polyaxon.polyaxonfile").check_polyaxonfile

    def quietly() -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            check(str(FILE), params={"epochs": 1}, verbose=False)

    return quietly


def main() -> None:
    found = dict(rows())
    parse = found[PARSE]
    width = max(map(len, found))
    print(f"{'step':<{width}}  {'time':>10}  {'bare parses':>11}")
    for name, seconds in found.items():
        print(f"{name:<{width}}  {seconds * 1000:>7.3f} ms  {seconds / parse:>11.1f}")


if __name__ == "__main__":
    main()
