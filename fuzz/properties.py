"""The promise of the library as properties over broken input."""

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fuzz import inputs, oracles, references

Property = Callable[[], None]


def properties(seconds: float | None = None) -> dict[str, Property]:
    """The properties by name, each to be called without arguments. `seconds` bounds the time of one input; None does not."""

    @given(inputs.texts() | inputs.noise())
    def texts(text: str) -> None:
        oracles.hold_text(text, seconds=seconds)

    @given(st.binary(max_size=200) | inputs.texts().map(lambda text: text.encode("utf-16", "surrogatepass")))
    def binaries(data: bytes) -> None:
        oracles.hold_text(data, seconds=seconds)

    @given(inputs.templates())
    def templates(text: str) -> None:
        oracles.hold_template(text, inputs.NAMES, seconds=seconds)

    @given(inputs.trees(), st.data())
    def documents(tree: Any, data: st.DataObject) -> None:
        oracles.hold_compile(tree, data.draw(inputs.params(tree)), seconds=seconds)

    @given(inputs.trees(), inputs.trees())
    def presets(tree: Any, preset: Any) -> None:
        oracles.hold_compile(tree, None, (preset,), seconds=seconds)

    found = (texts, binaries, templates, documents, presets, *_of_references(seconds))
    return {each.__name__: each for each in found}


def _of_references(seconds: float | None) -> tuple[Property, ...]:
    kinds = st.sampled_from(("pathRef", "urlRef", "hubRef", "presets", "none"))
    damage = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 999), st.binary(max_size=4) | st.just(b'"')), max_size=4)

    @given(inputs.locks())
    def locks(data: bytes) -> None:
        references.hold_lock(data, seconds=seconds)

    @given(inputs.addresses(), kinds)
    def addresses(text: str, kind: str) -> None:
        references.hold_address(text, seconds=seconds)
        references.hold_reference(kind, text, seconds=seconds)

    @given(st.integers(0, 2**128 - 1) | st.integers(0, 2**32 - 1), st.integers(0, 1))
    def numbers(number: int, long: int) -> None:
        references.hold_number(number, is_long=bool(long))

    @given(damage)
    def caches(damage: list[tuple[int, int, bytes]]) -> None:
        references.hold_cache(damage)

    @given(inputs.answers())
    def answers(said: bytes) -> None:
        references.hold_answer(said, seconds=seconds)

    return locks, addresses, numbers, caches, answers
