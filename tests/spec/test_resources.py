"""The `resources` shortcut: amounts and ranges of amounts as requests and limits (polyaxonfile section 3)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyspec.spec.problem import Mismatch
from polyspec.spec.resources import GPU, amounts
from polyspec.tree import Leaf, Mark, plain

Sides = tuple[Any, Any]
"""What is requested and what is the limit; None where nothing is said."""


def sides(name: str, value: Any) -> Sides:
    found = amounts({name: value})
    key = GPU if name == "gpu" else name
    assert all(list(side) == [key] for side in found.values())
    return found.get("requests", {}).get(key), found.get("limits", {}).get(key)


def wrong(name: str, value: Any) -> tuple[str, str | None, tuple[str | int, ...]]:
    with pytest.raises(Mismatch) as caught:
        amounts({name: value})
    return caught.value.message, caught.value.hint, caught.value.path


class TestAmounts:
    @pytest.mark.parametrize(
        ("name", "value", "expected"),
        [
            ("cpu", 1, (1, None)),
            ("cpu", 0.5, (0.5, None)),
            ("cpu", 0, (0, None)),
            ("cpu", "1", ("1", None)),
            ("cpu", "500m", ("500m", None)),
            ("cpu", "1..2", ("1", "2")),
            ("cpu", "500m..1.5", ("500m", "1.5")),
            ("cpu", "..2", (None, "2")),
            ("cpu", "1..", ("1", None)),
            ("cpu", " 1 .. 2 ", ("1", "2")),
            ("cpu", "1000000n..1", ("1000000n", "1")),
            ("cpu", "1..1", ("1", "1")),
            ("cpu", "1000m..1", ("1000m", "1")),
            ("memory", 512, (512, None)),
            ("memory", "4Gi", ("4Gi", None)),
            ("memory", "512Mi..4Gi", ("512Mi", "4Gi")),
            ("memory", "1M..1Mi", ("1M", "1Mi")),
            ("memory", "1k..1Ki", ("1k", "1Ki")),
            ("memory", "0.5Gi..512Mi", ("0.5Gi", "512Mi")),
            ("memory", "999P..1E", ("999P", "1E")),
            ("memory", ".5Gi..1Ti", (".5Gi", "1Ti")),
            ("gpu", 1, (1, 1)),
            ("gpu", 0, (0, 0)),
            ("gpu", "2", (2, 2)),
            ("gpu", "1..2", (1, 2)),
            ("gpu", "..2", (None, 2)),
            ("gpu", "1..", (1, None)),
            ("google.com/tpu", 8, (8, 8)),
            ("amd.com/gpu", "1..4", (1, 4)),
            ("cpu", 2**63 - 1, (2**63 - 1, None)),
            ("gpu", "9" * 18, (10**18 - 1, 10**18 - 1)),
        ],
    )
    def test_a_request_and_a_limit(self, name: str, value: Any, expected: Sides) -> None:
        found = sides(name, value)
        assert found == expected
        assert [type(side) for side in found] == [type(side) for side in expected]

    def test_sides_that_say_nothing_are_left_out(self) -> None:
        assert amounts({}) == {}
        assert amounts({"cpu": 1, "memory": "1Gi..2Gi", "gpu": "..1"}) == {
            "requests": {"cpu": 1, "memory": "1Gi"},
            "limits": {"memory": "2Gi", "nvidia.com/gpu": 1},
        }

    def test_null_is_null_on_both_sides(self) -> None:
        assert amounts({"gpu": None}) == {"requests": {"nvidia.com/gpu": None}, "limits": {"nvidia.com/gpu": None}}

    def test_an_amount_stands_where_it_was_written(self) -> None:
        mark = Mark("operation", "a.yaml", ("resources", "cpu"))
        found = amounts({"cpu": Leaf("1..2", mark)}, lambda leaf, value: leaf.value if value is None else Leaf(value, leaf.mark))
        assert plain(found["requests"]["cpu"]) == "1"
        assert found["limits"]["cpu"].mark is mark


class TestRefusals:
    @pytest.mark.parametrize("name", ["disk", "CPU", "gpus", "", "nvidia"])
    def test_an_unknown_name(self, name: str) -> None:
        hint = "cpu, memory, gpu, or a name with its vendor such as `google.com/tpu`"
        assert wrong(name, 1) == (f"unknown resource `{name}`", hint, (name,))

    def test_the_long_name_of_gpus(self) -> None:
        assert wrong(GPU, 1) == (f"unknown resource `{GPU}`", "write `gpu`", (GPU,))

    @pytest.mark.parametrize(
        ("value", "kind"),
        [(True, "a bool"), ([1], "a list"), ({"requests": 1}, "a mapping")],
        ids=lambda it: str(it),
    )
    def test_neither_an_amount_nor_a_range(self, value: Any, kind: str) -> None:
        assert wrong("cpu", value) == (f"expected an amount or a range such as `1..2`, found {kind}", None, ("cpu",))

    @pytest.mark.parametrize("value", ["", "  ", "..", " .. "])
    def test_blank_text(self, value: str) -> None:
        assert wrong("memory", value)[0] == "expected an amount or a range such as `1..2`, found blank text"

    @pytest.mark.parametrize("value", [-1, -0.5, float("inf"), float("nan"), 2**63, 1e300])
    @pytest.mark.parametrize("name", ["cpu", "gpu"])
    def test_a_number_out_of_bounds(self, name: str, value: float) -> None:
        assert wrong(name, value)[0] == "expected an amount of zero or more, of 63 bits at most"

    def test_a_count_is_whole(self) -> None:
        assert wrong("gpu", 1.5) == ("expected a whole count", None, ("gpu",))
        assert wrong("google.com/tpu", 1.0)[0] == "expected a whole count"

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            *(("cpu", value) for value in ("-1", "1Gi", "x", "1,5", "1 2", "1..2..3", "{{ cpu }}", "１", "1e3")),
            *(("memory", value) for value in ("1m", "1K", "1gi", "Gi", "-1Gi", "1..x", "4 Gi")),
            *(("gpu", value) for value in ("1.5", "-1", "1Gi", "x", "9" * 19, "٣")),
        ],
    )
    def test_no_amount(self, name: str, value: str) -> None:
        assert wrong(name, value) == ("not an amount", "other quantities, and templates, go into `container.resources`", (name,))

    @pytest.mark.parametrize(
        ("name", "value"), [("cpu", "2..1"), ("cpu", "1001m..1"), ("memory", "1Gi..1G"), ("memory", "1Ki..1k"), ("gpu", "2..1")]
    )
    def test_a_request_above_its_limit(self, name: str, value: str) -> None:
        assert wrong(name, value)[0] == "the request is greater than the limit"


@given(
    st.sampled_from(["cpu", "memory", "gpu", "a/b"]),
    st.none() | st.booleans() | st.integers() | st.floats() | st.text("0123456789.eEmunkKMGTPi -+") | st.text(),
)
def test_a_value_is_lowered_or_refused(name: str, value: Any) -> None:
    try:
        found = amounts({name: value})
    except Mismatch:
        return
    assert set(found) <= {"requests", "limits"}
    kinds = (int, float, str) if value is not None else (type(None),)
    assert all(side and all(type(amount) in kinds for amount in side.values()) for side in found.values())
