"""The promise of the library as properties over broken input."""

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fuzz import inputs, oracles

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

    found = (texts, binaries, templates, documents, presets)
    return {each.__name__: each for each in found}
