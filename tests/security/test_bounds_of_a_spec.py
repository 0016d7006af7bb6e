"""Bounds that hold for a whole spec, not for each of its parts: many parts that are each within a bound end too."""

import pytest

import polyspec
from polyspec import PolyspecError


def test_many_patterns_are_matched_within_one_bound() -> None:
    def patterned(count: int) -> dict[str, object]:
        inputs = [
            {"name": f"i{index}", "type": "str", "value": "a" * 1000, "validation": {"regex": f"(a?){{{500 + index % 300}}}a*"}}
            for index in range(count)
        ]
        return {"inputs": inputs, "run": {"kind": "job", "container": {"image": "a"}}}

    polyspec.compile(patterned(5))
    with pytest.raises(PolyspecError) as caught:
        polyspec.compile(patterned(3000))
    (found,) = caught.value.diagnostics
    assert found.message == "param `i7`: expected less text for so large a `regex`, or fewer of them"
    assert found.hint == "characters times positions of all patterns of a spec are at most 4000000"
