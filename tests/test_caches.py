"""What is remembered is bounded, may be switched off, and has no say in the results; nor have threads."""

import ast
import gc
import itertools
import sys
import threading
import tracemalloc
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import polyspec
from polyspec import caches
from polyspec.caches import LONGEST, remembered, without_caches
from polyspec.resolve import DocumentCache, Resolvers

ONCE = {
    "default_kinds", "default_types", "default_strategies", "default_settings",
    "_published", "_environment", "_io_keys", "_to_name",  # without arguments
    "keys_of", "_keys", "_words", "_snake", "snake", "_summary", "_compared",  # of a class, or of a name of Kubernetes
    "schema_of", "_validator", "_dialect", "_defined",  # of a definition of Kubernetes
    "definition_shape", "_converter", "_adding",  # of a set of kinds, 16 of them
    "parse_lock",  # of a lock, 16 of them
    "_merger", "_places",  # of a strategy, of the keys of a list, 64 of them
}  # fmt: skip
"""What is made once for the program, not for a document."""


def cached_functions() -> dict[str, str]:
    """The functions of the package that keep their results, and by what."""
    found: dict[str, str] = {}
    for path in Path(polyspec.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                names = [ast.unparse(decorator).partition("(")[0].rpartition(".")[2] for decorator in node.decorator_list]
                found |= (
                    dict.fromkeys([node.name], names[0]) if names and names[0] in ("cache", "lru_cache", "remembered") else {}
                )
    return found


def text(number: int) -> str:
    """A document with names, types, patterns and templates of its own."""
    return f"""
kind: component
inputs:
- {{name: lr{number}, type: 'List[float]', value: [0.{number}]}}
- {{name: tag{number}, type: str, value: t{number}, validation: {{regex: 't{number}|x'}}}}
- {{name: mode{number}, type: "Literal['m{number}']", value: m{number}}}
run:
  kind: job
  container: {{image: "train:{{{{ tag{number} }}}}", args: ["{{{{ lr{number}[0] * 2 }}}}", word{number}]}}
termination: {{timeout: 1{number}}}
"""


def digest(number: int) -> str:
    return polyspec.compile(polyspec.loads(text(number))).digest


class TestWhatIsKept:
    def test_only_what_a_document_cannot_name_is_kept_without_a_switch(self) -> None:
        found = cached_functions()
        assert {name for name, cache in found.items() if cache == "remembered"} == {
            "_template", "compile_pattern", "read_type", "_built",
        }  # fmt: skip
        assert {name for name, cache in found.items() if cache != "remembered"} == ONCE

    def test_the_last_of_so_many_results_are_kept(self) -> None:
        calls: list[str] = []
        upper = remembered(2)(lambda text: (calls.append(text), text.upper())[1])  # type: ignore[func-returns-value]  # on purpose
        assert [upper(it) for it in "abacab"] == ["A", "B", "A", "C", "A", "B"]
        assert calls == ["a", "b", "c", "b"]

    def test_long_texts_are_not_kept(self) -> None:
        calls: list[int] = []
        length = remembered(2)(lambda text: (calls.append(len(text)), len(text))[1])  # type: ignore[func-returns-value]  # as above
        assert {length("x" * LONGEST) for _ in range(3)} == {LONGEST}
        assert {length("x" * (LONGEST + 1)) for _ in range(3)} == {LONGEST + 1}
        assert calls == [LONGEST, LONGEST + 1, LONGEST + 1, LONGEST + 1]

    def test_what_is_raised_is_not_kept(self) -> None:
        numbers = remembered(2)(int)
        for _ in range(2):
            with pytest.raises(ValueError, match="invalid literal"):
                numbers("x")

    def test_it_may_be_switched_off(self, tmp_path: Path) -> None:
        calls: list[str] = []
        upper = remembered(2)(lambda text: (calls.append(text), text.upper())[1])  # type: ignore[func-returns-value]  # as above
        upper("a")
        with without_caches():
            assert not caches.is_on()
            assert (upper("a"), upper("a")) == ("A", "A")
        assert caches.is_on()
        assert upper("a") == "A"
        assert calls == ["a", "a", "a"]
        documents = DocumentCache()
        (tmp_path / "spec.yaml").write_text(text(1), encoding="utf-8")
        with without_caches():
            off = polyspec.compile(tmp_path / "spec.yaml", resolvers=Resolvers.default(documents=documents)).digest
        assert len(documents) == 0
        assert polyspec.compile(tmp_path / "spec.yaml", resolvers=Resolvers.default(documents=documents)).digest == off
        assert len(documents) == 2  # the document, and what its run was made of

    def test_it_is_switched_off_in_one_thread(self) -> None:
        with without_caches(), ThreadPoolExecutor(1) as pool:
            assert (caches.is_on(), pool.submit(caches.is_on).result()) == (False, True)

    def test_results_are_the_same_with_and_without(self) -> None:
        kept = [digest(number) for number in (1, 2, 1)]
        with without_caches():
            assert [digest(number) for number in (1, 2, 1)] == kept


class TestThreads:
    DOCUMENTS = (
        *(polyspec.loads(text(number)).to_dict() for number in range(4)),
        {"kind": "component", "run": {"kind": "service", "ports": [80], "container": {"image": "a"}}},
        {"kind": "component", "run": {"kind": "tfjob", "worker": {"replicas": 2, "container": {"image": "{{ globals.uuid }}"}}}},
        {
            "kind": "operation",
            "component": {
                "inputs": [{"name": "lr", "type": "float"}],
                "run": {"kind": "job", "container": {"args": ["{{ lr }}"]}},
            },
            "matrix": {"kind": "grid", "params": {"lr": {"kind": "choice", "value": [0.1, 0.2]}}},
        },
        {
            "run": {
                "kind": "dag",
                "operations": [
                    {"name": "a", "component": {"run": {"kind": "job", "container": {"image": "a"}}}},
                    {"name": "b", "dependencies": ["a"], "component": {"run": {"kind": "job", "container": {"image": "b"}}}},
                ],
            }
        },
    )

    @staticmethod
    def found(document: Any) -> list[str]:
        """All that a document gives rise to, as text."""
        spec = polyspec.compile(document)
        runs = [run.to_json() for run in spec.expand()] if spec.to_dict().get("matrix") else []
        return [spec.to_json(), spec.digest, *runs, *(each.to_json() for each in spec.graph.operations.values())]

    def test_eight_threads_get_what_one_gets(self) -> None:
        alone = [self.found(document) for document in self.DOCUMENTS]
        start = threading.Barrier(8)

        def work(turn: int) -> list[list[str]]:
            start.wait()
            order = [(place + turn) % len(self.DOCUMENTS) for place in range(len(self.DOCUMENTS))]
            by_place = {place: self.found(self.DOCUMENTS[place]) for place in order * 3}
            return [by_place[place] for place in range(len(self.DOCUMENTS))]

        before = sys.getswitchinterval()
        sys.setswitchinterval(1e-5)
        try:
            with ThreadPoolExecutor(8) as pool:
                assert all(together == alone for together in pool.map(work, range(8)))
        finally:
            sys.setswitchinterval(before)
        assert len({json for found in alone for json in found}) > len(self.DOCUMENTS)


class TestMemory:
    def test_a_run_that_is_dropped_is_gone(self) -> None:
        matrix = {"kind": "grid", "params": {"n": {"kind": "range", "value": "0:1000000:1"}}}
        component = {"inputs": [{"name": "n", "type": "int"}], "run": {"kind": "job", "container": {"args": ["{{ n }}"]}}}
        runs = polyspec.compile({"kind": "operation", "component": component, "matrix": matrix}).expand()
        seen = [weakref.ref(next(runs)) for _ in range(50)]
        assert [ref() for ref in seen] == [None] * 50
        assert next(runs).inputs["n"].value == 50

    def test_a_long_life_does_not_grow(self) -> None:
        """Different documents: what each takes, some 20 KB, is given back."""
        numbers = itertools.count(1)
        with without_caches():
            grown = self._grown(lambda: digest(next(numbers)), calls=150)
        assert grown < 64 * 1024

    @staticmethod
    def _grown(step: Any, calls: int) -> int:
        """The bytes that so many calls leave behind."""
        for _ in range(10):
            step()
        tracemalloc.start()
        try:
            before = tracemalloc.get_traced_memory()[0]
            for _ in range(calls):
                step()
            gc.collect()
            return tracemalloc.get_traced_memory()[0] - before
        finally:
            tracemalloc.stop()


class TestTheLatest:
    def test_are_kept_by_weight(self) -> None:
        kept: caches.Kept[str] = caches.Kept(10)
        for name, weight in (("a", 4), ("b", 4), ("c", 4), ("big", 11)):
            kept.put(name, name.upper(), weight)
        assert [kept.get(name) for name in ("a", "b", "c", "big")] == [None, "B", "C", None]
        kept.put("b", "other", 1)
        assert (kept.get("b"), len(kept)) == ("other", 2)

    def test_of_a_walk_are_so_many_and_then_none(self) -> None:
        memo, none = caches.Memo(2), caches.Memo()
        for number in range(3):
            memo.put(number, str(number))
            none.put(number, str(number))
        assert [memo.get(number) for number in range(3)] == [None, None, "2"]
        assert none.get(2) is None
