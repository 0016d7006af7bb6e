"""What memory a long walk and a long life take: `python -m benchmarks.memory`, with `--quick` for a first look.

Each is measured in a process of its own, by its high-water mark (Linux).
"""

import sys
from collections.abc import Iterator

from benchmarks.processes import ran

_PEAK = """
from pathlib import Path
import polyspec
from benchmarks.specs import folder, fresh_texts, sweep

def peak():
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) // 1024
"""
_WALK = """
spec = polyspec.compile(sweep(RUNS))
before = peak()
walked = sum(1 for _ in spec.expand())
print(walked, before, peak())
"""
_LIFE = """
file = folder() / "spec.yaml"
texts = fresh_texts()

def text(number):
    polyspec.compile(polyspec.loads(next(texts)), {"epochs": number}).digest

def written(content, params):
    file.write_text(content, encoding="utf-8")
    polyspec.compile(file, params).warnings

def typed_file(number):
    written(next(texts), {"epochs": number})

def small_file(number):
    name = f"rate_{number}"
    args = f"['--rate={{{{ {name} }}}}', fixed-{number}]"
    content = f"inputs: [{{name: {name}, type: float}}]\\nrun: {{kind: job, container: {{image: train, args: {args}}}}}"
    written(content, {name: 0.5})

def tree(number):
    args = [f"--rate={{{{ rate_{number} }}}}", *(f"value-{number}-{index}" for index in range(20))]
    inputs = [{"name": f"rate_{number}", "type": "float"}]
    run = {"kind": "job", "container": {"image": f"train:{number}", "args": args}}
    polyspec.compile({"inputs": inputs, "run": run}, {f"rate_{number}": number}).origins()

for number in range(COMPILES):
    WHAT(number)
    if number in (COMPILES // 4, COMPILES - 1):
        print(peak())
"""
_SORTS = {"texts": "text", "files": "typed_file", "small files": "small_file", "trees": "tree"}
"""What is compiled, each time another one, and what does so."""


def memory_lines(*, is_quick: bool) -> Iterator[str]:
    """A sentence for each figure."""
    runs = 10_000 if is_quick else 1_000_000
    walked, before, after = map(int, ran(f"{_PEAK}\nRUNS = {runs}\n{_WALK}").split())
    yield f"A sweep of {walked:,} runs, walked: {after} MB at most, {before} MB before the first (target: 200 MB)."
    compiles = 2_000 if is_quick else 100_000
    for what, function in _SORTS.items():
        quarter, end = map(int, ran(f"{_PEAK}\nCOMPILES = {compiles}\n{_LIFE.replace('WHAT', function)}").split())
        yield f"{compiles:,} compiles of different {what}: {quarter} MB after a quarter, {end} MB at the end (target: no growth)."


def main() -> None:
    for line in memory_lines(is_quick="--quick" in sys.argv[1:]):
        print(line, flush=True)


if __name__ == "__main__":
    main()
