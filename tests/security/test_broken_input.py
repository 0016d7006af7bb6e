"""A short run of the fuzzer: its properties over some random input, and the inputs that it keeps.

`python -m nox -s fuzz` looks for longer; `fuzz/README.md` has the rest.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from fuzz import inputs, oracles, references, seeds
from fuzz.properties import properties

PROPERTIES = properties()
SHORT = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
KEPT = sorted((seeds.CORPUS / "load").iterdir())


@pytest.mark.parametrize("name", PROPERTIES)
def test_broken_input_gives_a_spec_or_an_error(name: str) -> None:
    SHORT(PROPERTIES[name])()


def test_there_are_kept_inputs() -> None:
    assert len(KEPT) >= 5
    assert len(seeds.templates()) >= 5


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_a_kept_document_gives_a_spec_or_an_error(path: Path) -> None:
    oracles.hold_text(path.read_bytes())
    oracles.hold_compile(path)


@pytest.mark.parametrize("text", seeds.templates())
def test_a_kept_template_gives_a_value_or_a_problem(text: str) -> None:
    oracles.hold_template(text, inputs.NAMES)


@pytest.mark.parametrize("data", inputs.LOCKS)
def test_a_kept_lock_is_one_or_is_refused(data: bytes) -> None:
    references.hold_lock(data)


@pytest.mark.parametrize("text", inputs.ADDRESSES)
def test_a_kept_address_has_one_form_or_is_refused(text: str) -> None:
    references.hold_address(text)
