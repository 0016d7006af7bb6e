"""The matrix: its kinds, the params of each, early stopping (polyaxonfile section 14)."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyspec.errors import PolyspecError
from polyspec.spec.kinds import default_kinds, keys_of
from polyspec.spec.matrix import HP_KINDS, MATRIX_KINDS, Matrix
from polyspec.spec.matrix.base import OptimizationMetric, OptimizationResource, Tuner
from polyspec.spec.matrix.bayes import GaussianProcess, UtilityFunction
from polyspec.spec.matrix.params import HpParam
from polyspec.spec.node import kind_name
from polyspec.spec.workflow import EarlyStopping, StoppingPolicy

from .telling import mismatch, said, tree

COMMON = "kind concurrency earlyStopping"
FIELDS = {
    "mapping": "values",
    "grid": "params numRuns",
    "random": "params numRuns seed",
    "hyperband": "params maxIterations eta resource metric resume seed tuner",
    "bayes": "params numInitialRuns maxIterations metric utilityFunction seed tuner",
    "tpe": "algorithm params metric numRuns maxIterations seed tuner",
    "hyperopt": "algorithm params metric numRuns maxIterations seed tuner",
    "iterative": "params maxIterations seed tuner",
}
SPACES: dict[str, tuple[str, ...]] = {
    "range": ("start", "stop", "step"),
    "linspace": ("start", "stop", "num"),
    "logspace": ("start", "stop", "num"),
    "geomspace": ("start", "stop", "num"),
    "uniform": ("low", "high"),
    "quniform": ("low", "high", "q"),
    "loguniform": ("low", "high"),
    "qloguniform": ("low", "high", "q"),
    "normal": ("loc", "scale"),
    "qnormal": ("loc", "scale", "q"),
    "lognormal": ("loc", "scale"),
    "qlognormal": ("loc", "scale", "q"),
}
"""Spaces and distributions of numbers, with their parts."""
ASCENDING = {"range", "linspace", "logspace", "geomspace"}
DISTRIBUTIONS = {"pchoice", *(kind for kind in SPACES if kind not in ASCENDING)}
BAYES = "{{kind: bayes, params: {{}}, numInitialRuns: 2, maxIterations: 3, metric: {{name: m}}, utilityFunction: {}}}"
BY_KIND: dict[str, Any] = {**HP_KINDS, **MATRIX_KINDS}

each_space = pytest.mark.parametrize(("kind", "names"), SPACES.items())


def spread(kind: str, value: Any) -> Any:
    """The canonical value of a param of a matrix."""
    return BY_KIND[kind].from_dict({"kind": kind, "value": value}).to_dict()["value"]


def wrong(kind: str, value: Any) -> tuple[str, str]:
    """Where and why a value is refused."""
    path, message, _ = mismatch(BY_KIND[kind], {"kind": kind, "value": value})
    return path, message


class TestKinds:
    def test_they_are_those_of_the_language(self) -> None:
        assert list(MATRIX_KINDS) == list(FIELDS)
        assert HP_KINDS.keys() == {*SPACES, "choice", "pchoice", "daterange", "datetimerange"}
        assert default_kinds().families[HpParam] is HP_KINDS

    def test_each_is_known_by_the_kind_of_its_class(self) -> None:
        assert {kind: kind_name(cls) for kind, cls in BY_KIND.items()} == {kind: kind for kind in BY_KIND}

    @pytest.mark.parametrize(("kind", "fields"), FIELDS.items())
    def test_their_fields(self, kind: str, fields: str) -> None:
        assert keys_of(BY_KIND[kind]) == {*COMMON.split(), *fields.split()}

    @pytest.mark.parametrize(
        ("cls", "fields"),
        [
            (Tuner, "hubRef presets queue namespace params"),
            (OptimizationMetric, "name optimization"),
            (OptimizationResource, "name type"),
            (UtilityFunction, "acquisitionFunction kappa eps gaussianProcess numWarmup numIterations"),
            (GaussianProcess, "kernel lengthScale nu numRestartsOptimizer"),
        ],
        ids=lambda it: it.__name__ if isinstance(it, type) else "",
    )
    def test_the_fields_of_their_parts(self, cls: Any, fields: str) -> None:
        assert keys_of(cls) == set(fields.split())

    def test_the_kind_is_wanted(self) -> None:
        kinds = ", ".join(FIELDS)
        assert said("matrix: {params: {}}") == [
            ("matrix", "the kind of a matrix is missing", f"write `kind:` with one of {kinds}")
        ]
        assert said("matrix: {kind: gird}") == [("matrix.kind", "unknown kind of matrix", "did you mean `grid`?")]
        assert said("matrix: {kind: [grid]}") == [("matrix.kind", "unknown kind of matrix", f"one of {kinds}")]
        assert said("matrix: {kind: {}}") == [("matrix.kind", "unknown kind of matrix", f"one of {kinds}")]
        assert said("matrix: grid") == [("matrix", "expected a matrix (a mapping), found text", None)]

    def test_the_kind_of_a_param_is_wanted(self) -> None:
        found = said("matrix: {kind: random, numRuns: 1, params: {a: {value: 1}, b: {kind: rang, value: 1}, c: [1]}}")
        assert [(path, message) for path, message, _ in found] == [
            ("matrix.params.a", "the kind of a matrix param is missing"),
            ("matrix.params.b.kind", "unknown kind of matrix param"),
            ("matrix.params.c", "expected a matrix param (a mapping), found a list"),
        ]

    @pytest.mark.parametrize(
        "text",
        [
            "{kind: mapping, values: [{a: 1}, {a: 2}], concurrency: 2}",
            "{kind: mapping, values: '{{ v }}', concurrency: '{{ c }}'}",
            "{kind: grid, params: {a: {kind: choice, value: [1]}}, numRuns: '{{ n }}'}",
            "{kind: grid, params: '{{ p }}'}",
            "{kind: random, params: {}, numRuns: 3, seed: 4}",
            "{kind: hyperband, maxIterations: 9, eta: 3, resource: {name: n, type: int}, metric: {name: m}, resume: true}",
            BAYES.format("{acquisitionFunction: ei, eps: 0.1, gaussianProcess: {kernel: matern, nu: 1.5}}"),
            "{kind: tpe, params: {}, metric: {name: m}, numRuns: 3}",
            "{kind: hyperopt, algorithm: anneal, params: {}}",
            "{kind: iterative, maxIterations: 3, tuner: {hubRef: t, params: {a: {value: 1}}}}",
        ],
    )
    def test_each_is_kept_as_it_is_written(self, text: str) -> None:
        assert (
            tree(f"matrix: {text}\nrun: {{kind: job}}")["matrix"] == tree(f"component: {{matrix: {text}}}")["component"]["matrix"]
        )
        assert f"kind: {tree(f'matrix: {text}')['matrix']['kind']}" in text

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("{kind: random, params: {}, numRuns: 0}", ("numRuns", "expected at least 1", None)),
            ("{kind: random, params: {}, numRuns: true}", ("numRuns", "expected an integer or a template, found a bool", None)),
            ("{kind: grid, params: {}, concurrency: 0}", ("concurrency", "expected at least 1", None)),
            ("{kind: hyperband, params: {}, eta: -1}", ("eta", "expected at least 0", None)),
            ("{kind: hyperopt, params: {}, algorithm: random}", ("algorithm", "unknown algorithm", "did you mean `rand`?")),
            (
                "{kind: tpe, metric: {name: m, optimization: minimise}, params: {}}",
                ("metric.optimization", "unknown optimization", "did you mean `minimize`?"),
            ),
            ("{kind: mapping, values: [1]}", ("values[0]", "expected a mapping, found an integer", None)),
            (
                BAYES.format("{acquisitionFunction: poi, kappa: 1}"),
                ("utilityFunction", "the acquisition function `poi` needs `eps`", None),
            ),
        ],
    )
    def test_what_is_wrong(self, text: str, expected: tuple[str, str, str | None]) -> None:
        path, message, hint = expected
        assert said(f"matrix: {text}") == [(f"matrix.{path}", message, hint)]


class TestForms:
    """A space is written as text with colons, as a list or as a mapping; all three are kept as the mapping."""

    @each_space
    @given(data=st.data())
    def test_three_forms_one_value(self, kind: str, names: tuple[str, ...], data: st.DataObject) -> None:
        numbers = st.integers(-99, 99) | st.floats(-99, 99, allow_nan=False)
        count = st.integers(1, 9)
        parts = [data.draw(count if name == "num" else numbers.filter(bool)) for name in names]
        if kind in ASCENDING and parts[0] >= parts[1]:
            parts[1] = parts[0] + 1
        expected = dict(zip(names, parts, strict=True))
        assert spread(kind, expected) == spread(kind, parts) == spread(kind, ":".join(map(str, parts))) == expected
        assert [type(part) for part in spread(kind, parts).values()] == [type(part) for part in parts]

    @each_space
    def test_a_template_stays(self, kind: str, names: tuple[str, ...]) -> None:
        assert spread(kind, "{{ space }}") == "{{ space }}"
        assert names

    @each_space
    @pytest.mark.parametrize("form", [list, dict, str])
    def test_every_part_is_wanted(self, kind: str, names: tuple[str, ...], form: type) -> None:
        parts = dict(zip(names[:-1], (1, 2), strict=False))
        value: Any = parts if form is dict else list(parts.values()) if form is list else ":".join(map(str, parts.values())) + ":"
        expected = ", ".join(f"`{name}`" for name in names)
        if form is str:
            assert wrong(kind, value) == (f"value.{names[-1]}", f"`{names[-1]}` is a number")
        else:
            assert wrong(kind, value) == ("value", f"a `{kind}` has {expected}")

    @each_space
    def test_other_parts_are_refused(self, kind: str, names: tuple[str, ...]) -> None:
        value: dict[str, Any] = {**dict(zip(names, (1, 2, 1), strict=False)), "x": 1}
        expected = ", ".join(f"`{name}`" for name in names)
        assert wrong(kind, value) == ("value", f"a `{kind}` has {expected}")

    @each_space
    @pytest.mark.parametrize(
        "part", ["x", "", "1_0", "１", "nan", "inf", "1e400", "9" * 200, "9223372036854775808", True, None, [1]]
    )
    def test_a_part_is_a_number(self, kind: str, names: tuple[str, ...], part: Any) -> None:
        value = {**dict(zip(names, (1, 2, 1), strict=False)), names[-1]: part}
        assert wrong(kind, value) == (f"value.{names[-1]}", f"`{names[-1]}` is a number")

    @pytest.mark.parametrize(("value", "parts"), [("logspace", ("num", "base")), ("uniform", ("size",))])
    def test_counts_are_integers(self, value: str, parts: tuple[str, ...]) -> None:
        whole = dict(zip((*SPACES[value], *parts), (1, 2, 3, 4), strict=False))
        assert spread(value, whole) == whole
        for part in parts:
            assert spread(value, {**whole, part: 3.0})[part] == 3
            assert type(spread(value, {**whole, part: "3"})[part]) is int
            assert wrong(value, {**whole, part: 2.5}) == (f"value.{part}", f"`{part}` is an integer")

    @pytest.mark.parametrize(
        ("kind", "value", "expected"),
        [
            ("range", " 1 : +2 : -3 ", {"start": 1, "stop": 2, "step": -3}),
            ("range", "1:2:1e5", {"start": 1, "stop": 2, "step": 100000.0}),
            ("range", ["1", "2.5", ".5"], {"start": 1, "stop": 2.5, "step": 0.5}),
            ("range", "1:10:2:99", {"start": 1, "stop": 10, "step": 2}),
            ("range", [1, 10, 2, "x"], {"start": 1, "stop": 10, "step": 2}),
            ("range", "9007199254740992:9007199254740993:1", {"start": 2**53, "stop": 2**53 + 1, "step": 1}),
            ("logspace", "1:2:3:10", {"start": 1, "stop": 2, "num": 3, "base": 10}),
            ("uniform", "0:1:5", {"low": 0, "high": 1, "size": 5}),
            ("uniform", "1:0", {"low": 1, "high": 0}),
        ],
    )
    def test_more_values(self, kind: str, value: Any, expected: dict[str, float]) -> None:
        assert spread(kind, value) == expected

    @pytest.mark.parametrize(("value", "kind"), [(5, "an integer"), (True, "a bool"), (None, "null")])
    def test_a_space_is_one_of_the_three(self, value: Any, kind: str) -> None:
        assert wrong("range", value) == ("value", f"expected a mapping, a list or text, found {kind}")
        assert wrong("range", "5") == ("value", "expected `start:stop:step`, a list or a mapping")
        assert wrong("uniform", "x") == ("value", "expected `low:high`, a list or a mapping")

    @pytest.mark.parametrize("kind", sorted(ASCENDING))
    def test_spaces_ascend(self, kind: str) -> None:
        assert wrong(kind, [2, 1, 1]) == wrong(kind, [1, 1, 1]) == ("value", "`stop` is greater than `start`")

    @pytest.mark.parametrize("kind", [kind for kind, names in SPACES.items() if len(names) == 3])
    def test_steps_are_not_zero(self, kind: str) -> None:
        last = SPACES[kind][2]
        assert wrong(kind, [1, 2, 0]) == wrong(kind, "1:2:0") == ("value", f"`{last}` is not zero")

    @given(
        st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6), st.lists)
        | st.text("0123456789:.-+einf ")
    )
    def test_nothing_else_escapes(self, value: Any) -> None:
        for kind, cls in HP_KINDS.items():
            with contextlib.suppress(PolyspecError):
                found = cls.from_dict({"kind": kind, "value": value})
                assert cls.from_dict(found.to_dict()) == found


class TestMoments:
    """Ranges of dates and times keep their parts as they are written."""

    @pytest.mark.parametrize(
        ("kind", "start", "stop", "step"),
        [
            ("daterange", "2024-01-01", "2024-02-01", 2),
            ("daterange", "2024-01-01T00:00:00", "2024-02-01", "7"),
            ("daterange", 0, 86400, 1),
            ("datetimerange", "2024-01-01", "2024-02-01", 2),
            ("datetimerange", "2024-01-01", "2024-01-01T00:00:01", "PT1H"),
            ("datetimerange", "2024-01-01T10:00", "2024-01-01T10:30", 60),
            ("datetimerange", "2024-01-01T10:00Z", "2024-01-01T12:30+02:00", 1.5),
            ("datetimerange", 1, 2, "1d"),
        ],
    )
    def test_a_list_is_kept_as_a_mapping(self, kind: str, start: Any, stop: Any, step: Any) -> None:
        expected = {"start": start, "stop": stop, "step": step}
        assert spread(kind, [start, stop, step]) == spread(kind, expected) == expected

    def test_dates_may_be_written_with_colons(self) -> None:
        assert spread("daterange", "2024-01-01:2024-02-01:2") == {"start": "2024-01-01", "stop": "2024-02-01", "step": "2"}

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (["x", "2024-01-01", 1], ("value.start", "`start` is a date")),
            (["2024-13-01", "2024-01-01", 1], ("value.start", "`start` is a date")),
            (["2024-01-01T10:00", "2024-01-02", 1], ("value.start", "`start` is a date")),
            (["5", "2024-01-02", 1], ("value.start", "`start` is a date")),
            (["2024-01-01", True, 1], ("value.stop", "`stop` is a date")),
            (["2024-01-01", "2024-01-02", None], ("value.step", "`step` is a number of days")),
            (["2024-01-01", "2024-01-02", 1.5], ("value.step", "`step` is a number of days")),
            (["2024-01-01", "2024-01-02", "PT24H"], ("value.step", "`step` is a number of days")),
            (["2024-02-01", "2024-01-01", 1], ("value", "`stop` is greater than `start`")),
            (["2024-01-01", "2024-02-01", 0], ("value", "`step` is not zero")),
            (["2024-01-01", "2024-02-01", "0"], ("value", "`step` is not zero")),
            (["2024-01-01", "2024-02-01"], ("value", "a `daterange` has `start`, `stop`, `step`")),
        ],
    )
    def test_what_is_wrong_with_dates(self, value: Any, expected: tuple[str, str]) -> None:
        assert wrong("daterange", value) == expected

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (["x", "2024-01-01", 1], ("value.start", "`start` is a date or a time")),
            ([9e99, "2024-01-01", 1], ("value.start", "`start` is a date or a time")),
            (["2024-01-01", None, 1], ("value.stop", "`stop` is a date or a time")),
            (["2024-01-01", "2024-01-02", "5"], ("value.step", "`step` is seconds, or a duration such as `PT1H`")),
            (["2024-01-01T10:00+00:00", "2024-01-01T10:30+01:00", 1], ("value", "`stop` is greater than `start`")),
            (["2024-01-01", "2024-01-02", 1e300], ("value.step", "`step` is seconds, or a duration such as `PT1H`")),
            (["2024-01-01", "2024-02-01", "PT0S"], ("value", "`step` is not zero")),
            (["2024-01-01", "2024-02-01", 1e-9], ("value", "`step` is not zero")),
        ],
    )
    def test_what_is_wrong_with_times(self, value: Any, expected: tuple[str, str]) -> None:
        assert wrong("datetimerange", value) == expected

    def test_a_number_and_a_date_can_be_compared(self) -> None:
        assert spread("datetimerange", [0, "2024-01-01", 1])
        assert wrong("datetimerange", [2e9, "2024-01-01", 1]) == ("value", "`stop` is greater than `start`")


class TestChoices:
    def test_a_choice_is_a_list_of_anything(self) -> None:
        assert spread("choice", [1, "a", None, {"b": [2]}]) == [1, "a", None, {"b": [2]}]
        assert spread("choice", "{{ values }}") == "{{ values }}"
        assert wrong("choice", "a") == ("value", "expected a list or a template, found text")

    def test_a_weighted_choice_is_a_list_of_pairs(self) -> None:
        assert spread("pchoice", [["a", 0.25], [None, 0.75]]) == [["a", 0.25], [None, 0.75]]
        assert spread("pchoice", [["a", 0.0], ["b", 0.5]]) == [["a", 0.0], ["b", 0.5]]
        assert spread("pchoice", [["a", 0.1]] * 9 + [["b", 0.1]])
        assert spread("pchoice", "{{ values }}") == "{{ values }}"

    @pytest.mark.parametrize(
        "pair", [["a"], ["a", 0.1, 1], ["a", 1], ["a", 1.0], ["a", -0.1], ["a", True], ["a", "0.1"], ["a", None], []]
    )
    def test_a_pair_is_a_value_and_its_probability(self, pair: list[Any]) -> None:
        expected = "expected [value, probability], the probability in [0, 1)"
        assert wrong("pchoice", [["b", 0.5], pair]) == ("value[1]", expected)

    def test_the_probabilities_add_up(self) -> None:
        assert wrong("pchoice", [["a", 0.6], ["b", 0.6]]) == ("value", "the probabilities add up to at most 1")

    def test_the_items_are_lists(self) -> None:
        assert wrong("pchoice", ["a"]) == ("value[0]", "expected a list, found text")


class TestDistributions:
    @pytest.mark.parametrize("kind", sorted(BY_KIND.keys() - FIELDS.keys()))
    def test_some_kinds_are_distributions(self, kind: str) -> None:
        assert BY_KIND[kind].is_distribution is (kind in DISTRIBUTIONS)

    @pytest.mark.parametrize("kind", sorted(DISTRIBUTIONS - {"pchoice"}))
    def test_a_grid_takes_none(self, kind: str) -> None:
        param = {"kind": kind, "value": [1, 2, 1][: len(SPACES[kind])]}
        assert mismatch(BY_KIND["grid"], {"kind": "grid", "params": {"a": {"kind": "choice", "value": []}, "b": param}}) == (
            "params.b",
            f"a grid needs discrete params, and `{kind}` is a distribution",
            "use `choice`, `range` or one of the spaces, or a random search",
        )

    def test_a_bayes_search_takes_uniform_ones(self) -> None:
        search = {"kind": "bayes", "numInitialRuns": 1, "maxIterations": 1, "metric": {"name": "m"}}
        uniform = {"kind": "uniform", "value": {"low": 0, "high": 1}}
        assert BY_KIND["bayes"].from_dict({**search, "params": {"a": uniform}}).to_dict()["params"] == {"a": uniform}
        path, message, _ = mismatch(BY_KIND["bayes"], {**search, "params": {"a": {"kind": "normal", "value": [0, 1]}}})
        assert (path, message) == ("params.a", "a `bayes` search takes discrete params and `uniform`, not `normal`")


class TestEarlyStopping:
    @pytest.mark.parametrize(
        ("base", "kind", "fields"),
        [
            (EarlyStopping, "metric_early_stopping", "kind metric value optimization policy"),
            (EarlyStopping, "failure_early_stopping", "kind percent"),
            (StoppingPolicy, "median", "kind evaluationInterval minInterval minSamples"),
            (StoppingPolicy, "truncation", "kind percent evaluationInterval minInterval minSamples includeSucceeded"),
            (StoppingPolicy, "diff", "kind percent evaluationInterval minInterval minSamples"),
        ],
        ids=lambda it: it if isinstance(it, str) else it.__name__,
    )
    def test_the_fields(self, base: Any, kind: str, fields: str) -> None:
        assert keys_of(default_kinds().families[base][kind]) == set(fields.split())

    def test_what_is_wrong(self) -> None:
        text = """\
matrix:
  kind: grid
  params: {}
  earlyStopping:
  - {kind: failure_early_stopping, percent: -1}
  - {kind: metric_early_stopping, metric: m, optimization: x}
  - {kind: median}
"""
        assert [(path, message) for path, message, _ in said(text)] == [
            ("matrix.earlyStopping[0].percent", "expected at least 0"),
            ("matrix.earlyStopping[1]", "the field `value` is missing"),
            ("matrix.earlyStopping[1].optimization", "unknown optimization"),
            ("matrix.earlyStopping[2].kind", "unknown kind of early stopping"),
        ]

    def test_a_base_is_no_kind(self) -> None:
        assert Matrix not in MATRIX_KINDS.values()
        assert HpParam not in HP_KINDS.values()
