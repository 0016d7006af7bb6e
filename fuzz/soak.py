"""`python -m fuzz.soak [COUNT]`: so many compilations of good and hostile input in 8 threads; the same answers, no more memory.

Prints the memory of the process at the start, in tenths and at the end. Exit status 1: an answer changed, or memory grew.
"""

import gc
import itertools
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import polyspec
from fuzz import seeds
from fuzz.inputs import LEAVES, TOKENS
from fuzz.oracles import LIMITS, RESOLVERS, outcome
from polyspec import PolyspecError
from polyspec.source import canonical_json

THREADS = 8
GROWTH = 1.1
"""What the memory may grow by once every input was compiled, before it is called a leak: a heap settles for a while."""
_WARM = 3
_BROKEN = 400

Job = Callable[[], Any]


def jobs() -> list[Job]:
    """The inputs, the same in every process: real documents, documents with a part broken, broken texts."""
    chance = random.Random(0)
    real: list[Job] = [_compile(tree, {}) for tree in seeds.trees()]
    broken: list[Job] = [_load(_broken_text(chance, chance.choice(seeds.texts()))) for _ in range(_BROKEN)]
    params: list[Job] = [_compile(chance.choice(seeds.trees()), {"lr": chance.choice(LEAVES)}) for _ in range(_BROKEN)]
    return [*real, *broken, *params]


def answer(job: Job) -> bytes:
    """What a job gives, as bytes to compare."""
    found = outcome(job)
    return str(found).encode() if isinstance(found, PolyspecError) else canonical_json(found.to_dict())


def main(count: float = 100_000) -> int:
    """Run the soak; print its figures."""
    every = jobs()
    wanted = [answer(job) for job in every]
    for job in every * _WARM:
        answer(job)
    gc.collect()
    start, wrong, samples = memory(), list[int](), list[int]()
    begun = time.monotonic()
    step = int(count) // 10
    for _ in range(10):
        wrong += in_threads(every, wanted, step)
        gc.collect()
        samples.append(memory())
    grown = samples[-1] / start
    print(f"{step * 10} compilations of {len(every)} inputs in {THREADS} threads, {time.monotonic() - begun:.0f} s")
    print(f"memory: {start} KiB at the start, then {samples}; grown by {grown - 1:.1%}; answers that changed: {len(wrong)}")
    return 1 if wrong or grown > GROWTH else 0


def memory() -> int:
    """The memory of this process, in KiB (Linux)."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))


def in_threads(every: list[Job], wanted: list[bytes], count: int) -> list[int]:
    """Jobs compiled in threads, each at its own place of the round; the indexes of those that answered otherwise."""
    wrong: list[int] = []

    def work(first: int) -> None:
        indexes = itertools.islice(_round(first, len(every)), count // THREADS)
        wrong.extend(index for index in indexes if answer(every[index]) != wanted[index])

    threads = [threading.Thread(target=work, args=(number * len(every) // THREADS,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def _round(first: int, length: int) -> Iterator[int]:
    return (index % length for index in itertools.count(first))


def _compile(tree: Mapping[str, Any], params: Mapping[str, Any]) -> Job:
    return lambda: polyspec.compile(tree, params, resolvers=RESOLVERS, limits=LIMITS)


def _load(text: str) -> Job:
    return lambda: polyspec.loads(text, limits=LIMITS)


def _broken_text(chance: random.Random, text: str) -> str:
    for _ in range(chance.randint(1, 3)):
        place = chance.randint(0, len(text))
        text = text[:place] + chance.choice(TOKENS) + text[place + chance.choice((0, 0, 3, 20)) :]
    return text


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:2])))
