"""Matrices and their params: what is read, and what compiles (polyaxonfile section 14). Their runs are in `tests/sweep`."""

from typing import Any

import pytest

from polyspec.spec.kinds import keys_of
from polyspec.spec.matrix import (
    Bayes,
    GaussianProcess,
    Grid,
    Hyperband,
    Iterative,
    MappingMatrix,
    RandomSearch,
    Tpe,
    UtilityFunction,
)
from polyspec.spec.matrix.base import Tuner
from polyspec.spec.workflow import DiffPolicy, MedianPolicy, TruncationPolicy
from tests.language.compiling import Tree, case, compiled, refused, spec_of, warned

JOB = """
inputs: [{name: x, type: any, isOptional: true}]
run: {kind: job, container: {image: busybox, args: ["--x={{ x }}"]}}
"""
X = "params: {x: {kind: choice, value: [1, 2]}}"
X_TREE = {"x": {"kind": "choice", "value": [1, 2]}}
METRIC = "metric: {name: loss, optimization: minimize}"
METRIC_TREE = {"name": "loss", "optimization": "minimize"}

BASES: dict[str, tuple[Any, str, Tree]] = {
    "mapping": (MappingMatrix, "values: [{x: 1}, {x: 2}]", {"values": [{"x": 1}, {"x": 2}]}),
    "grid": (Grid, X, {"params": X_TREE}),
    "random": (RandomSearch, f"{X}, numRuns: 3", {"params": X_TREE, "numRuns": 3}),
    "hyperband": (Hyperband, "maxIterations: 81", {"maxIterations": 81}),
    "bayes": (
        Bayes,
        f"{X}, numInitialRuns: 5, maxIterations: 10, {METRIC}",
        {"params": X_TREE, "numInitialRuns": 5, "maxIterations": 10, "metric": METRIC_TREE},
    ),
    "tpe": (Tpe, f"{X}, {METRIC}", {"params": X_TREE, "metric": METRIC_TREE}),
    "iterative": (Iterative, "maxIterations: 4", {"maxIterations": 4}),
}
"""Each kind with its required fields: its class, the YAML, the tree."""

STOPPING = ("earlyStopping", "[{kind: failure_early_stopping, percent: 50}]", [{"kind": "failure_early_stopping", "percent": 50}])
SHARED: list[tuple[str, str, Any]] = [("concurrency", "2", 2), STOPPING]
SEED: tuple[str, str, Any] = ("seed", "7", 7)
TUNER: tuple[str, str, Any] = ("tuner", "{hubRef: mine}", {"hubRef": "mine"})
PARAMS: tuple[str, str, Any] = ("params", "{x: {kind: choice, value: [1]}}", {"x": {"kind": "choice", "value": [1]}})
OPTIONAL: dict[str, list[tuple[str, str, Any]]] = {
    "mapping": SHARED,
    "grid": [*SHARED, ("numRuns", "3", 3)],
    "random": [*SHARED, SEED],
    "hyperband": [
        *SHARED,
        SEED,
        TUNER,
        PARAMS,
        ("eta", "3", 3),
        ("resource", "{name: epochs, type: int}", {"name": "epochs", "type": "int"}),
        ("resource", "{name: epochs, type: float}", {"name": "epochs", "type": "float"}),
        ("metric", "{name: loss, optimization: maximize}", {"name": "loss", "optimization": "maximize"}),
        ("resume", "true", True),
    ],
    "bayes": [*SHARED, SEED, TUNER, ("utilityFunction", "{kappa: 2.5}", {"kappa": 2.5})],
    "tpe": [*SHARED, SEED, TUNER, ("numRuns", "10", 10), ("maxIterations", "5", 5), ("algorithm", "tpe", "tpe")],
    "iterative": [*SHARED, SEED, TUNER, PARAMS],
}


@pytest.mark.parametrize("kind", [case(f"14 {kind}: required fields", kind) for kind in BASES])
def test_a_matrix_with_what_it_needs(kind: str) -> None:
    _, text, expected = BASES[kind]
    tree = compiled(f"matrix: {{kind: {kind}, {text}}}{JOB}")
    assert tree["matrix"] == {"kind": kind, **expected}
    assert tree["run"]["container"]["args"] == ["--x={{ x }}"]


@pytest.mark.parametrize(
    ("kind", "field", "text", "expected"),
    [
        case(f"14 {kind}: {field} {text}", kind, field, text, expected)
        for kind, table in OPTIONAL.items()
        for field, text, expected in table
    ],
)
def test_the_fields_of_a_matrix(kind: str, field: str, text: str, expected: Any) -> None:
    _, base, tree = BASES[kind]
    assert compiled(f"matrix: {{kind: {kind}, {base}, {field}: {text}}}{JOB}")["matrix"] == {
        "kind": kind,
        **tree,
        field: expected,
    }


@pytest.mark.parametrize("kind", [case(f"14 {kind}: every field", kind) for kind in BASES])
def test_no_field_of_a_matrix_is_left_out(kind: str) -> None:
    cls, _, required = BASES[kind]
    assert {"kind", *required, *(entry[0] for entry in OPTIONAL[kind])} == keys_of(cls)


@pytest.mark.parametrize(
    ("kind", "text", "missing"),
    [
        case("14 mapping: no values", "mapping", "", ["values"]),
        case("14 grid: no params", "grid", "", ["params"]),
        case("14 random: no params, no numRuns", "random", "", ["params", "numRuns"]),
        case("14 bayes: nothing", "bayes", "", ["numInitialRuns", "maxIterations", "metric", "params"]),
        case("14 tpe: nothing", "tpe", "", ["metric", "params"]),
        case("14 iterative: nothing", "iterative", "", ["maxIterations"]),
        case("14 tuner: no hubRef", "iterative", ", maxIterations: 1, tuner: {queue: q}", ["hubRef"]),
        case(
            "14 bayes: metric without name",
            "bayes",
            f", {X}, numInitialRuns: 1, maxIterations: 1, metric: {{optimization: minimize}}",
            ["name"],
        ),
        case("14 hyperband: resource without name", "hyperband", ", resource: {type: int}", ["name"]),
    ],
)
def test_what_a_matrix_needs(kind: str, text: str, missing: list[str]) -> None:
    assert refused(f"matrix: {{kind: {kind}{text}}}{JOB}") == [
        ("missing-field", f"the field `{name}` is missing") for name in missing
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        case(
            "14 mapping: values are a list",
            "kind: mapping, values: {x: 1}",
            ("wrong-type", "expected a list or a template, found a mapping"),
        ),
        case(
            "14 grid: a distribution",
            "kind: grid, params: {x: {kind: uniform, value: [0, 1]}}",
            ("wrong-type", "a grid needs discrete params, and `uniform` is a distribution"),
        ),
        case(
            "14 grid: another kind of param",
            "kind: grid, params: {x: {kind: choise, value: [1]}}",
            ("unknown-kind", "unknown kind of matrix param"),
        ),
        case("14 grid: concurrency of zero", f"kind: grid, {X}, concurrency: 0", ("out-of-bounds", "expected at least 1")),
        case("14 grid: another kind", f"kind: grids, {X}", ("unknown-kind", "unknown kind of matrix")),
        case("14 grid: no seed", f"kind: grid, {X}, seed: 1", ("unknown-field", "unknown field `seed` of a grid")),
        case(
            "14 hyperband: another resource type",
            "kind: hyperband, resource: {name: a, type: str}",
            ("not-allowed", "unknown resource type"),
        ),
        case(
            "14 hyperband: another optimization",
            "kind: hyperband, metric: {name: a, optimization: best}",
            ("not-allowed", "unknown optimization"),
        ),
        *(
            case(
                f"14 bayes: {kind}",
                f"kind: bayes, numInitialRuns: 1, maxIterations: 1, {METRIC}, params: {{x: {{kind: {kind}, value: {value}}}}}",
                ("bad-space", f"a `bayes` search takes discrete params and `uniform`, not `{kind}`"),
            )
            for kind, value in (
                ("quniform", "[0, 1, 1]"),
                ("loguniform", "[0, 1]"),
                ("normal", "[0, 1]"),
                ("pchoice", "[[1, 0.5]]"),
            )
        ),
    ],
)
def test_what_a_matrix_does_not_take(text: str, problem: tuple[str, str]) -> None:
    assert refused(f"matrix: {{{text}}}{JOB}") == [problem]


@pytest.mark.parametrize("values", [case("14 mapping: the first item supplies inputs", "[{lr: 1}, {lr: 2, other: 3}]")])
def test_the_keys_of_the_first_item_are_inputs(values: str) -> None:
    needs = "inputs: [{name: lr, type: float}]\nrun: {kind: job, container: {image: busybox}}"
    assert compiled(f"matrix: {{kind: mapping, values: {values}}}\n{needs}")["inputs"] == [{"name": "lr", "type": "float"}]
    other = needs.replace("lr", "other")
    assert [code for code, _ in refused(f"matrix: {{kind: mapping, values: {values}}}\n{other}")] == ["missing-param"]


@pytest.mark.parametrize(
    "algorithm",
    [case("14 tpe: hyperopt", ""), *(case(f"14 tpe: hyperopt {it}", f", algorithm: {it}") for it in ("tpe", "rand", "anneal"))],
)
def test_hyperopt_is_read_as_tpe(algorithm: str) -> None:
    text = f"matrix: {{kind: hyperopt, {X}, {METRIC}{algorithm}}}{JOB}"
    own = {"algorithm": algorithm.removeprefix(", algorithm: ")} if algorithm else {}
    assert compiled(text)["matrix"] == {"kind": "tpe", "params": X_TREE, "metric": METRIC_TREE, **own}
    assert warned(text) == [("renamed-kind", "the matrix kind `hyperopt` is read as `tpe`")]


UTILITY: list[tuple[str, Tree]] = [
    ("acquisitionFunction: ucb, kappa: 2.5", {"acquisitionFunction": "ucb", "kappa": 2.5}),
    ("acquisitionFunction: ei, eps: 0.1", {"acquisitionFunction": "ei", "eps": 0.1}),
    ("acquisitionFunction: poi, eps: 0.1", {"acquisitionFunction": "poi", "eps": 0.1}),
    ("kappa: 1, numWarmup: 5", {"kappa": 1, "numWarmup": 5}),
    ("kappa: 1, numIterations: 6", {"kappa": 1, "numIterations": 6}),
    *(
        (f"kappa: 1, gaussianProcess: {{{key}: {text}}}", {"kappa": 1, "gaussianProcess": {key: value}})
        for key, text, value in (
            ("kernel", "rbf", "rbf"),
            ("kernel", "matern", "matern"),
            ("lengthScale", "1.5", 1.5),
            ("nu", "1.9", 1.9),
            ("numRestartsOptimizer", "2", 2),
        )
    ),
]


@pytest.mark.parametrize(
    ("text", "expected"), [case(f"14 bayes: utilityFunction {text}", text, expected) for text, expected in UTILITY]
)
def test_the_utility_function(text: str, expected: Tree) -> None:
    tree = compiled(f"matrix: {{kind: bayes, {BASES['bayes'][1]}, utilityFunction: {{{text}}}}}{JOB}")
    assert tree["matrix"]["utilityFunction"] == expected
    assert {key for _, written in UTILITY for key in written} == keys_of(UtilityFunction)
    assert {key for _, written in UTILITY for key in written.get("gaussianProcess", {})} == keys_of(GaussianProcess)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        case(
            "14 bayes: ucb without kappa",
            "acquisitionFunction: ucb",
            ("missing-field", "the acquisition function `ucb` needs `kappa`"),
        ),
        case(
            "14 bayes: ei without eps",
            "acquisitionFunction: ei, kappa: 1",
            ("missing-field", "the acquisition function `ei` needs `eps`"),
        ),
        case(
            "14 bayes: poi without eps",
            "acquisitionFunction: poi",
            ("missing-field", "the acquisition function `poi` needs `eps`"),
        ),
        case("14 bayes: another function", "acquisitionFunction: lcb, eps: 1", ("not-allowed", "unknown acquisition function")),
        case("14 bayes: another kernel", "kappa: 1, gaussianProcess: {kernel: linear}", ("not-allowed", "unknown kernel")),
    ],
)
def test_what_a_utility_function_does_not_take(text: str, problem: tuple[str, str]) -> None:
    assert refused(f"matrix: {{kind: bayes, {BASES['bayes'][1]}, utilityFunction: {{{text}}}}}{JOB}") == [problem]


TUNERS: list[tuple[str, str, Any]] = [
    ("hubRef", "mine", "mine"),
    ("presets", "[a]", ["a"]),
    ("queue", "q", "q"),
    ("namespace", "n", "n"),
    ("params", "{a: 1, b: {value: 2}}", {"a": {"value": 1}, "b": {"value": 2}}),
]


@pytest.mark.parametrize(
    ("kind", "field", "text", "expected"),
    [
        case(f"14 tuner: {field}, {kind}", kind, field, text, expected)
        for kind in ("hyperband", "bayes", "tpe", "iterative")
        for field, text, expected in TUNERS
    ],
)
def test_a_tuner(kind: str, field: str, text: str, expected: Any) -> None:
    required = "" if field == "hubRef" else "hubRef: mine, "
    tree = compiled(f"matrix: {{kind: {kind}, {BASES[kind][1]}, tuner: {{{required}{field}: {text}}}}}{JOB}")
    assert tree["matrix"]["tuner"] == {"hubRef": "mine", field: expected}
    assert {entry[0] for entry in TUNERS} == keys_of(Tuner)


def forms(kind: str, names: str, numbers: tuple[Any, ...]) -> list[Any]:
    """A space or distribution as a text, as a list, as a mapping: the same in the end."""
    tree = dict(zip(names.split(), numbers, strict=True))
    return [
        case(f"14 {kind}: text", kind, "'" + ":".join(map(str, numbers)) + "'", tree),
        case(f"14 {kind}: list", kind, str(list(numbers)), tree),
        case(f"14 {kind}: mapping", kind, "{" + ", ".join(f"{name}: {number}" for name, number in tree.items()) + "}", tree),
    ]


LOW_HIGH = ("uniform", "loguniform")
HP = [
    *forms("range", "start stop step", (1, 10, 2)),
    *forms("range", "start stop step", (0.5, 1.5, 0.25)),
    *forms("linspace", "start stop num", (0, 1, 5)),
    *forms("geomspace", "start stop num", (1, 1000, 4)),
    *forms("logspace", "start stop num", (0, 3, 4)),
    *forms("logspace", "start stop num base", (0, 3, 4, 2)),
    *(it for kind in LOW_HIGH for it in forms(kind, "low high", (0, 0.5))),
    *(it for kind in LOW_HIGH for it in forms(kind, "low high size", (0, 0.5, 2))),
    *(it for kind in ("quniform", "qloguniform") for it in forms(kind, "low high q", (0, 2, 0.5))),
    *(it for kind in ("normal", "lognormal") for it in forms(kind, "loc scale", (0, 1.5))),
    *(it for kind in ("qnormal", "qlognormal") for it in forms(kind, "loc scale q", (0, 1.5, 0.5))),
    case("14 choice: list", "choice", "[1, a, 0.5, true, {k: v}, [1]]", [1, "a", 0.5, True, {"k": "v"}, [1]]),
    case("14 pchoice: list of [value, float in [0,1)]", "pchoice", "[[a, 0.25], [b, 0.75]]", [["a", 0.25], ["b", 0.75]]),
    case("14 pchoice: a sum below 1", "pchoice", "[[a, 0.25], [b, 0.5]]", [["a", 0.25], ["b", 0.5]]),
    case(
        "14 daterange: list", "daterange", "[2024-01-01, 2024-02-01, 7]", {"start": "2024-01-01", "stop": "2024-02-01", "step": 7}
    ),
    case(
        "14 daterange: mapping",
        "daterange",
        "{start: 2024-01-01, stop: 2024-02-01, step: 7}",
        {"start": "2024-01-01", "stop": "2024-02-01", "step": 7},
    ),
    case(
        "14 datetimerange: list, seconds",
        "datetimerange",
        "['2024-01-01T00:00', '2024-01-02T00:00', 3600]",
        {"start": "2024-01-01T00:00", "stop": "2024-01-02T00:00", "step": 3600},
    ),
    case(
        "14 datetimerange: mapping, timedelta",
        "datetimerange",
        "{start: '2024-01-01T00:00', stop: '2024-01-02T00:00', step: PT1H}",
        {"start": "2024-01-01T00:00", "stop": "2024-01-02T00:00", "step": "PT1H"},
    ),
    case("14 range: more in a list is left out", "range", "[1, 10, 2, 5]", {"start": 1, "stop": 10, "step": 2}),
    case("14 range: more in a text is left out", "range", "'1:10:2:5'", {"start": 1, "stop": 10, "step": 2}),
    case("14 uniform: low may be above high", "uniform", "[1, 0]", {"low": 1, "high": 0}),
    case("14 templates: one hp value", "range", "'{{ space }}'", {"start": 0, "stop": 3, "step": 1}),
]


@pytest.mark.parametrize(("kind", "text", "expected"), HP)
def test_the_forms_of_a_param_of_a_matrix(kind: str, text: str, expected: Any) -> None:
    tree = compiled(
        f"matrix: {{kind: random, numRuns: 1, params: {{x: {{kind: {kind}, value: {text}}}}}}}{JOB}", {"space": "0:3:1"}
    )
    assert tree["matrix"]["params"]["x"] == {"kind": kind, "value": expected}


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        *(
            case(f"14 {kind}: start < stop", kind, "[2, 1, 1]", "`stop` is greater than `start`")
            for kind in ("range", "linspace", "geomspace", "logspace")
        ),
        case("14 daterange: start < stop", "daterange", "[2024-02-01, 2024-01-01, 1]", "`stop` is greater than `start`"),
        case(
            "14 datetimerange: start < stop",
            "datetimerange",
            "['2024-01-02T00:00', '2024-01-01T00:00', 1]",
            "`stop` is greater than `start`",
        ),
        case("14 range: step non-zero", "range", "[1, 2, 0]", "`step` is not zero"),
        *(
            case(f"14 {kind}: num non-zero", kind, "[1, 2, 0]", "`num` is not zero")
            for kind in ("linspace", "geomspace", "logspace")
        ),
        *(
            case(f"14 {kind}: q non-zero", kind, "[1, 2, 0]", "`q` is not zero")
            for kind in ("quniform", "qloguniform", "qnormal", "qlognormal")
        ),
        case("14 linspace: num is a count", "linspace", "[1, 2, 0.5]", "`num` is an integer"),
        case("14 logspace: num is a count", "logspace", "[1, 2, 0.5]", "`num` is an integer"),
        case("14 range: a part is missing", "range", "'1:2'", "a `range` has `start`, `stop`, `step`"),
        case("14 range: another part", "range", "{start: 1, stop: 2, stepp: 1}", "a `range` has `start`, `stop`, `step`"),
        case("14 range: no number", "range", "[a, 2, 1]", "`start` is a number"),
        case("14 uniform: a part is missing", "uniform", "[1]", "a `uniform` has `low`, `high`"),
        case("14 uniform: one number", "uniform", "'1'", "expected `low:high`, a list or a mapping"),
        case("14 normal: a part is missing", "normal", "{loc: 0}", "a `normal` has `loc`, `scale`"),
        case("14 lognormal: no number", "lognormal", "[0, wide]", "`scale` is a number"),
        case("14 loguniform: no number", "loguniform", "'0:b'", "`high` is a number"),
        case("14 daterange: no date", "daterange", "[soon, 2024-01-01, 1]", "`start` is a date"),
        case("14 pchoice: more than 1", "pchoice", "[[a, 0.6], [b, 0.6]]", "the probabilities add up to at most 1"),
        case("14 pchoice: no probability", "pchoice", "[[a, 1]]", "expected [value, probability], the probability in [0, 1)"),
    ],
)
def test_what_a_param_of_a_matrix_does_not_take(kind: str, text: str, message: str) -> None:
    found = refused(f"matrix: {{kind: random, numRuns: 1, params: {{x: {{kind: {kind}, value: {text}}}}}}}{JOB}")
    assert found == [("bad-space", message)]


@pytest.mark.parametrize(
    ("kind", "value", "type_", "message"),
    [
        case("14 choice: any type", "choice", "[1, a]", "any", None),
        case("14 range: int", "range", "[0, 3, 1]", "int", None),
        case("14 uniform: float", "uniform", "[0, 1]", "float", None),
        case("14 daterange: date", "daterange", "[2024-01-01, 2024-01-03, 1]", "date", None),
        case("14 datetimerange: datetime", "datetimerange", "['2024-01-01T00:00', '2024-01-02T00:00', 60]", "datetime", None),
        case("14 range: no text", "range", "[0, 3, 1]", "str", "`range` gives numbers, and the input is of type `str`"),
        case(
            "14 daterange: no int",
            "daterange",
            "[2024-01-01, 2024-01-03, 1]",
            "int",
            "`daterange` gives dates, and the input is of type `int`",
        ),
        case(
            "14 datetimerange: no bool",
            "datetimerange",
            "['2024-01-01T00:00', '2024-01-02T00:00', 60]",
            "bool",
            "`datetimerange` gives times, and the input is of type `bool`",
        ),
    ],
)
def test_a_param_of_a_matrix_fits_its_input(kind: str, value: str, type_: str, message: str | None) -> None:
    text = f"""
    matrix: {{kind: random, numRuns: 1, params: {{x: {{kind: {kind}, value: {value}}}}}}}
    inputs: [{{name: x, type: {type_}}}]
    run: {{kind: job, container: {{image: busybox}}}}
    """
    if message is None:
        assert compiled(text)["inputs"] == [{"name": "x", "type": type_}]
    else:
        assert refused(text) == [("wrong-type", f"matrix param `x`: {message}")]


MEDIAN = [("evaluationInterval", "2", 2), ("minInterval", "3", 3), ("minSamples", "4", 4)]
POLICIES: dict[str, tuple[Any, list[tuple[str, str, Any]]]] = {
    "median": (MedianPolicy, MEDIAN),
    "truncation": (TruncationPolicy, [("percent", "20", 20), *MEDIAN, ("includeSucceeded", "true", True)]),
    "diff": (DiffPolicy, [("percent", "20.5", 20.5), *MEDIAN]),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        case(
            "14 early stopping: failure_early_stopping{percent}",
            "kind: failure_early_stopping, percent: 30",
            {"kind": "failure_early_stopping", "percent": 30},
        ),
        *(
            case(
                f"14 early stopping: metric_early_stopping{{metric value optimization}}, {it}",
                f"kind: metric_early_stopping, metric: loss, value: 0.1, optimization: {it}",
                {"kind": "metric_early_stopping", "metric": "loss", "value": 0.1, "optimization": it},
            )
            for it in ("maximize", "minimize")
        ),
    ],
)
def test_early_stopping(text: str, expected: Tree) -> None:
    assert compiled(f"matrix: {{kind: grid, {X}, earlyStopping: [{{{text}}}]}}{JOB}")["matrix"]["earlyStopping"] == [expected]


@pytest.mark.parametrize("kind", [case(f"14 early stopping: policy {kind}", kind) for kind in POLICIES])
def test_the_policies_of_early_stopping(kind: str) -> None:
    cls, table = POLICIES[kind]
    policy = ", ".join(f"{key}: {text}" for key, text, _ in table)
    stopping = f"kind: metric_early_stopping, metric: a, value: 1, optimization: maximize, policy: {{kind: {kind}, {policy}}}"
    (found,) = compiled(f"matrix: {{kind: grid, {X}, earlyStopping: [{{{stopping}}}]}}{JOB}")["matrix"]["earlyStopping"]
    assert found["policy"] == {"kind": kind, **{key: value for key, _, value in table}}
    assert found["policy"].keys() == keys_of(cls)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        case("14 early stopping: another kind", "kind: early", [("unknown-kind", "unknown kind of early stopping")]),
        case(
            "14 early stopping: no percent", "kind: failure_early_stopping", [("missing-field", "the field `percent` is missing")]
        ),
        case(
            "14 early stopping: nothing of a metric",
            "kind: metric_early_stopping",
            [("missing-field", f"the field `{it}` is missing") for it in ("metric", "value", "optimization")],
        ),
        case(
            "14 early stopping: another policy",
            "kind: metric_early_stopping, metric: a, value: 1, optimization: maximize, policy: {kind: mean}",
            [("unknown-kind", "unknown kind of stopping policy")],
        ),
        case(
            "14 early stopping: a policy without percent",
            "kind: metric_early_stopping, metric: a, value: 1, optimization: maximize, "
            "policy: {kind: diff, evaluationInterval: 1}",
            [("missing-field", "the field `percent` is missing")],
        ),
    ],
)
def test_what_early_stopping_does_not_take(text: str, problems: list[tuple[str, str]]) -> None:
    assert refused(f"matrix: {{kind: grid, {X}, earlyStopping: [{{{text}}}]}}{JOB}") == problems


@pytest.mark.parametrize(
    ("text", "params", "expected"),
    [
        case(
            "14 templates: the whole params", "kind: grid, params: '{{ p }}'", {"p": X_TREE}, {"kind": "grid", "params": X_TREE}
        ),
        case(
            "14 templates: the values of a mapping",
            "kind: mapping, values: '{{ v }}'",
            {"v": [{"x": 1}]},
            {"kind": "mapping", "values": [{"x": 1}]},
        ),
        case(
            "14 templates: a list of choices",
            "kind: grid, params: {x: {kind: choice, value: '{{ c }}'}}",
            {"c": [1, 2]},
            {"kind": "grid", "params": X_TREE},
        ),
        case(
            "14 templates: counts",
            f"kind: random, {X}, numRuns: '{{{{ n }}}}', concurrency: '{{{{ n }}}}', seed: '{{{{ n }}}}'",
            {"n": 2},
            {"kind": "random", "params": X_TREE, "numRuns": 2, "concurrency": 2, "seed": 2},
        ),
        case(
            "14 templates: maxIterations",
            "kind: iterative, maxIterations: '{{ n }}'",
            {"n": 2},
            {"kind": "iterative", "maxIterations": 2},
        ),
    ],
)
def test_a_matrix_is_rendered(text: str, params: Tree, expected: Tree) -> None:
    assert compiled(f"matrix: {{{text}}}{JOB}", params)["matrix"] == expected


@pytest.mark.parametrize(
    ("text", "args"),
    [
        case("14 mapping: its runs", "kind: mapping, values: [{x: a}, {x: b}]", [["--x=a"], ["--x=b"]]),
        case(
            "14 grid: its runs, cut at numRuns", "kind: grid, numRuns: 1, params: {x: {kind: choice, value: [1, 2]}}", [["--x=1"]]
        ),
    ],
)
def test_a_run_of_a_matrix_is_rendered_with_its_values(text: str, args: list[list[str]]) -> None:
    assert [it.run.container.args for it in spec_of(f"matrix: {{{text}}}{JOB}").expand()] == args
