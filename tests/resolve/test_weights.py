"""What is kept is held against what it takes: the bound on kept documents is one on memory, within a factor."""

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import polyspec
from polyspec import RunSpec
from polyspec.resolve import DocumentCache, Resolvers

MANY = 12
LEAST, MOST = 0.2, 1.1
"""What is taken may be so much of what is reckoned with: less where nobody asks for the places of parts."""


def small(number: int) -> str:
    return f"""
kind: component
name: c{number}
inputs: [{{name: lr, type: float, value: 0.{number}}}]
run: {{kind: job, container: {{image: train, args: ['--lr={{{{ lr }}}}']}}}}
"""


def wide(number: int) -> str:
    variables = ", ".join(f"{{name: v{number}x{index}, value: 'text {number} {index}'}}" for index in range(150))
    return f"kind: component\nrun: {{kind: job, container: {{image: a, env: [{variables}]}}}}\n"


def keyed(number: int) -> str:
    labels = ", ".join(f"key{number}x{index}: value-{index}" for index in range(200))
    return f"kind: component\nrun: {{kind: job, environment: {{labels: {{{labels}}}}}, container: {{image: a}}}}\n"


def long(number: int) -> str:
    return f"kind: component\nrun: {{kind: job, container: {{image: a, args: ['{'x' * 20_000}{number}']}}}}\n"


def broad(number: int) -> str:
    return f"kind: component\ndescription: {'é語😀' * 2_000}{number}\nrun: {{kind: job, container: {{image: a}}}}\n"


@contextmanager
def traced() -> Iterator[Callable[[], int]]:
    """The bytes that were taken since."""
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]

    def taken() -> int:
        gc.collect()
        return tracemalloc.get_traced_memory()[0] - before

    try:
        yield taken
    finally:
        tracemalloc.stop()


def templated(number: int) -> str:
    labels = ", ".join(f"key{index}: '{{{{ x }}}}-{index}'" for index in range(100))
    run = f"{{kind: job, environment: {{labels: {{{labels}}}}}, container: {{image: 'a:{number}'}}}}"
    return f"kind: component\ninputs: [{{name: x, value: 1}}]\nrun: {run}\n"


@pytest.mark.parametrize("text_of", [small, wide, keyed, long, broad, templated])
@pytest.mark.parametrize("asked", [lambda spec: spec.digest, RunSpec.origins], ids=["compiled", "explained"])
def test_what_is_kept_takes_what_it_is_reckoned_with(
    text_of: Callable[[int], str], asked: Callable[[RunSpec], object], tmp_path: Path
) -> None:
    documents, file = DocumentCache(1 << 40), tmp_path / "spec.yaml"
    resolvers = Resolvers.default(documents=documents)

    def compiled(number: int) -> None:
        file.write_text(text_of(number), encoding="utf-8")
        for value in (1, 2):
            asked(polyspec.compile(file, {"x": value}, resolvers=resolvers))

    compiled(MANY)
    reckoned = documents.weight
    with traced() as taken:
        for number in range(MANY):
            compiled(number)
        assert len(documents) == 2 * MANY + 2
        assert LEAST < taken() / (documents.weight - reckoned) < MOST


def test_what_is_kept_stays_within_its_bound(tmp_path: Path) -> None:
    bound = 100_000
    documents, file = DocumentCache(bound), tmp_path / "spec.yaml"
    resolvers = Resolvers.default(documents=documents)
    lengths = []
    with traced() as taken:
        for number in range(MANY):
            file.write_text(wide(number) if number % 5 == 0 else small(number), encoding="utf-8")
            polyspec.compile(file, resolvers=resolvers).origins()
            lengths.append(len(documents))
        assert documents.weight <= bound
        assert taken() < MOST * bound
    assert max(lengths) < MANY
