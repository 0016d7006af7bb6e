"""Records are what `attrs.frozen` makes, finished when they are first used."""

import copy
import functools
import inspect
import pickle
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyspec import Limits
from polyspec.record import record


def defined(decorator: Any) -> Any:
    """A new class of a decorator."""

    @decorator
    class Point:
        x: Any
        y: Any = attrs.field(default=0, converter=lambda y: y)
        _seen: Any = attrs.field(factory=list, eq=False, repr=False)

        @functools.cached_property
        def total(self) -> Any:
            return self.x + self.y

    return Point


class TestARecordIsAnAttrsClass:
    def test_it_says_the_same_of_its_fields(self) -> None:
        found, expected = defined(record), defined(attrs.frozen)
        assert str(inspect.signature(found)) == str(inspect.signature(expected)) == "(x: Any, y=0, seen: Any = NOTHING) -> None"
        assert attrs.has(found)
        assert [field.name for field in attrs.fields(found)] == ["x", "y", "_seen"]
        assert vars(found)["__match_args__"] == vars(expected)["__match_args__"]

    @given(st.tuples(st.integers(0, 1), st.text(max_size=1)), st.tuples(st.integers(0, 1), st.text(max_size=1)))
    def test_it_compares_hashes_and_shows_as_attrs_does(self, one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
        found, expected = defined(record), defined(attrs.frozen)
        assert (found(*one) == found(*other)) is (expected(*one) == expected(*other)) is (one == other)
        assert (hash(found(*one)) == hash(found(*other))) is (one == other)
        assert repr(found(*one)) == repr(expected(*one)) == f"Point(x={one[0]!r}, y={one[1]!r})"

    def test_one_of_another_class_is_another(self) -> None:
        one, other = defined(record), defined(record)
        assert one(1) != other(1)
        assert one(1) != (1, 0)

    def test_fields_left_out_are_neither_compared_nor_shown(self) -> None:
        found = defined(record)
        assert found(1, seen=[1]) == found(1, seen=[2])
        assert "seen" not in repr(found(1, seen=[1]))

    def test_without_eq_and_repr_it_is_what_its_base_makes_of_it(self) -> None:
        found = defined(record(eq=False, repr=False))
        assert found(1) != found(1)
        assert repr(found(1)).endswith(">")

    def test_methods_of_its_own_stay(self) -> None:
        class Own:
            x: int

            def __repr__(self) -> str:
                return "mine"

            def __eq__(self, other: object) -> bool:
                return type(other) is type(self)

            def __hash__(self) -> int:
                return 7

            def __getstate__(self) -> dict[str, Any]:
                return {"x": 8}

        found: Any = record(Own)
        assert (repr(found(1)), hash(found(1)), found(1) == found(2)) == ("mine", 7, True)
        assert copy.copy(found(1)).x == 8

    def test_nothing_of_it_may_be_changed(self) -> None:
        found = defined(record)(1)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            found.x = 2
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            del found.x
        assert found.x == 1

    def test_what_is_worked_out_from_it_is_worked_out_once_and_stays_behind(self) -> None:
        found = defined(record)([1], [2])
        assert found.total is found.total
        copied = copy.copy(found)
        assert copied == found
        assert copied.total is not found.total

    def test_attrs_own_functions_take_it(self) -> None:
        found = defined(record)(1, seen=[])
        assert attrs.evolve(found, x=2) == type(found)(2)
        assert attrs.asdict(found) == {"x": 1, "y": 0, "_seen": []}
        assert copy.deepcopy(found) == found
        assert weakref.ref(found)() is found

    def test_a_record_may_be_under_another(self) -> None:
        base = defined(record)
        below = record(type("Below", (base,), {"__annotations__": {"z": int}, "z": 3}))
        assert (below(1), below(1).z, below(1).total) == (below(1, 0), 3, 1)
        assert below(1) != below(1, z=4)
        assert base(1) != below(1)

    def test_its_cached_properties_wait_for_no_other_object(self) -> None:
        """One that asks the same of another object, in another thread, gets its answer."""

        class Asking:
            other: Any

            @functools.cached_property
            def depth(self) -> int:
                return 1 if self.other is None else 1 + in_another_thread(lambda: self.other.depth)

        made: Any = record(Asking)
        assert made(made(made(None))).depth == 3
        assert made.depth.func.__name__ == "depth"


def in_another_thread(call: Callable[[], int]) -> int:
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(call()), daemon=True)
    thread.start()
    thread.join(timeout=10)
    assert found, "the other thread waits"
    return found[0]


class TestWhenItIsFinished:
    def test_by_its_first_object(self) -> None:
        found = defined(record)
        assert not hasattr(found, "__attrs_init__")
        found(1)
        assert found.__init__.__qualname__.endswith("Point.__init__")
        assert list(inspect.signature(found.__init__).parameters) == ["self", "x", "y", "seen"]

    def test_by_one_thread_of_many(self) -> None:
        found, start, made = defined(record), threading.Barrier(8), []

        def make() -> None:
            start.wait()
            made.append(found(1))

        threads = [threading.Thread(target=make) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert made == [found(1)] * 8

    def test_one_that_another_thread_is_finishing_is_waited_for(self) -> None:
        threads: list[threading.Thread] = []
        made: list[Any] = []

        class Told:
            @classmethod
            def __attrs_init_subclass__(cls: Any) -> None:
                threads.append(threading.Thread(target=lambda: made.append(cls(2)), daemon=True))
                threads[0].start()
                threads[0].join(timeout=0.2)

        class Half(Told):
            x: int

        found: Any = record(Half)
        assert found(1) == found(1)
        threads[0].join(timeout=10)
        assert made == [found(2)]

    def test_by_an_object_that_comes_from_another_process(self) -> None:
        sent = pickle.dumps(Limits(depth=7))
        shown = "print(found.depth, hash(found) == hash(type(found)(depth=7)))"
        read = f"import pickle; found = pickle.loads({sent!r}); {shown}; found.depth = 2"
        done = subprocess.run([sys.executable, "-c", read], check=False, capture_output=True, text=True)
        assert done.stdout == "7 True\n"
        assert "FrozenInstanceError" in done.stderr
        assert pickle.loads(sent) == Limits(depth=7) != Limits()
