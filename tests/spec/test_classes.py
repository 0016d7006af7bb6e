"""Spec classes are attrs classes that are finished when they are first used."""

import inspect
import pickle
import subprocess
import sys
import threading
from typing import Any

import attrs
import pytest

from polyspec.spec.classes import spec_class
from polyspec.spec.node import Node, absent
from polyspec.tree import UNSET


def classes() -> tuple[Any, Any]:
    """Two new classes, the second under the first."""

    @spec_class(kw_only=True)
    class Base(Node):
        name: str
        tag: Any = absent()

    @spec_class(kw_only=True)
    class Below(Base):
        kind: str = "below"
        size: int

        def __attrs_post_init__(self) -> None:
            object.__setattr__(self, "size", self.size * 2)

    return Base, Below


class TestTheClass:
    def test_it_is_finished_by_the_first_object(self) -> None:
        base, below = classes()
        first = vars(below)["__init__"]
        found = below(name="a", size=1)
        assert (found.kind, found.name, found.tag, found.size) == ("below", "a", UNSET, 2)
        assert vars(below)["__init__"] is not first
        assert base(name="a") == base(name="a") != base(name="b")

    def test_it_is_finished_by_whoever_asks_for_its_fields(self) -> None:
        _, below = classes()
        assert [field.name for field in attrs.fields(below)] == ["name", "tag", "kind", "size"]

    def test_its_signature_names_the_fields(self) -> None:
        _, below = classes()
        assert list(inspect.signature(below).parameters) == ["name", "tag", "kind", "size"]
        assert str(inspect.signature(below)).startswith("(*, name: str, tag: Any = UNSET, kind: str = 'below', size: int)")

    def test_its_objects_may_be_evolved(self) -> None:
        base, _ = classes()
        assert attrs.evolve(base(name="a", tag=1), name="b") == base(name="b", tag=1)

    def test_a_class_below_it_may_be_an_attrs_class(self) -> None:
        base, _ = classes()
        own: Any = attrs.frozen(kw_only=True)(type("Own", (base,), {"__annotations__": {"size": int}}))
        found = own(name="a", size=1)
        assert found == own(name="a", size=1) != own(name="a", size=2)
        assert repr(found) == "Own(name='a', tag=UNSET, size=1)"

    def test_a_class_below_it_may_be_any_class(self) -> None:
        base, _ = classes()
        assert type("Plain", (base,), {})(name="a").name == "a"

    def test_unknown_and_missing_fields_are_errors(self) -> None:
        base, _ = classes()
        for arguments in ({"name": "a", "nam": "b"}, {}, {"name": "a", "nam": "b"}):
            with pytest.raises(TypeError, match=r"Base\.__init__\(\) (got an unexpected|missing 1 required) keyword"):
                base(**arguments)

    def test_many_threads_may_make_the_first_object(self) -> None:
        _, below = classes()
        start, found = threading.Barrier(8), []

        def make() -> None:
            start.wait()
            found.append(below(name="a", size=1))

        threads = [threading.Thread(target=make) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [below(name="a", size=1)] * 8


class TestTheObject:
    def test_it_is_frozen(self) -> None:
        base, _ = classes()
        found = base(name="a")
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            found.name = "b"
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            del found.name
        assert found.name == "a"

    def test_equal_objects_have_one_hash(self) -> None:
        base, below = classes()
        assert hash(base(name="a")) == hash(base(name="a"))
        assert base(name="a") != below(name="a", size=1)
        assert base(name="a") != "a"

    def test_one_that_comes_from_another_process_is_whole(self) -> None:
        """A class that no object of this process was made of is finished by the one that arrives."""
        script = "import pickle, sys; from polyspec import Param; sys.stdout.buffer.write(pickle.dumps(Param(value=1)))"
        sent = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True).stdout
        read = f"import pickle; found = pickle.loads({sent!r}); print(found, found == type(found)(value=1)); found.value = 2"
        done = subprocess.run([sys.executable, "-c", read], check=False, capture_output=True, text=True)
        assert done.stdout == "Param(value=1) True\n"
        assert "FrozenInstanceError" in done.stderr
        assert pickle.loads(sent).value == 1
