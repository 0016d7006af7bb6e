"""DAGs and searches at their worst."""

from itertools import islice
from typing import Any

from fuzz.worst_cases import (
    NODES,
    RUN,
    Case,
    Shape,
    Tree,
    compiled,
    component,
    dag,
    each,
    inputs,
    job,
    keyed,
    node,
    operation,
    text,
)
from polyspec import RunSpec


def _graph(spec: RunSpec) -> Any:
    return spec.graph.levels


def _compiled_operations(spec: RunSpec) -> Any:
    return [each.to_dict() for each in spec.graph.operations.values()]


def _join(index: int) -> Tree:
    return {"query": "metrics.loss:<1", "params": {f"a{index}": {"value": "outputs.loss"}}}


DAGS: dict[str, Shape] = {
    "a wide DAG": Shape(compiled(lambda n: dag(each(n, node))), 10_000, 20),
    "a deep DAG": Shape(compiled(lambda n: dag(each(n, lambda i: node(i, dependencies=[f"o{i - 1}"] if i else [])))), 10_000, 20),
    "a DAG of all edges": Shape(
        compiled(lambda n: dag(each(n, lambda i: node(i, dependencies=each(i, lambda j: f"o{j}")))), ask=_graph), 430, 20
    ),
    "a DAG of two layers": Shape(
        compiled(lambda n: dag(each(n, lambda i: node(i, dependencies=each(n // 2, lambda j: f"o{j}") if i >= n // 2 else [])))),
        600,
        20,
    ),
    "a DAG of unknown dependencies": Shape(
        compiled(lambda n: dag([node(0, dependencies=each(n, lambda j: f"p{j}"))])), NODES - 30
    ),
    "a DAG of unknown dependencies everywhere": Shape(
        compiled(lambda n: dag(each(n, lambda i: node(i, dependencies=[f"p{i}"])))), 10_000, 20
    ),
    "a DAG in a circle": Shape(compiled(lambda n: dag(each(n, lambda i: node(i, dependencies=[f"o{(i + 1) % n}"])))), 10_000, 20),
    "a DAG of circles": Shape(compiled(lambda n: dag(each(n, lambda i: node(i, dependencies=[f"o{i ^ 1}"])))), 10_000, 20),
    "a DAG of equal names": Shape(compiled(lambda n: dag(each(n, lambda i: node(0)))), 10_000, 20),
    "a DAG of params": Shape(
        compiled(
            lambda n: dag(each(n, lambda i: node(i, params={"a": {"ref": f"ops.o{i - 1}", "value": "outputs.x"}} if i else {})))
        ),
        8_000,
        20,
    ),
    "a DAG of wrong params": Shape(
        compiled(lambda n: dag(each(n, lambda i: node(i, params={"a": {"ref": f"ops.p{i}", "value": "outputs.x"}})))), 8_000, 20
    ),
    "a DAG of conditions": Shape(
        compiled(lambda n: dag(each(n, lambda i: node(i, conditions=f"{{{{ ops.o{i - 1}.status == 'x' }}}}" if i else "")))),
        10_000,
        20,
    ),
    "a DAG of one component": Shape(
        compiled(
            lambda n: dag(
                each(n, lambda i: {"name": f"o{i}", "dagRef": "c", "params": {"a": {"value": i}}}),
                components=[{"name": "c", "inputs": [{"name": "a", "type": "int"}], "run": RUN}],
            )
        ),
        10_000,
        20,
    ),
    "a DAG of a large component": Shape(
        compiled(
            lambda n: dag(
                each(n, lambda i: {"name": f"o{i}", "dagRef": "c"}),
                components=[{"name": "c", "inputs": inputs(500, value=1), "run": RUN}],
            )
        ),
        10_000,
        20,
    ),
    "a DAG of a component with many texts": Shape(
        compiled(
            lambda n: dag(
                each(n, lambda i: {"name": f"o{i}", "dagRef": "c"}),
                components=[{"name": "c", "run": job(args=each(500, lambda i: f"{{{{ globals.uuid }}}}{i}"))}],
            )
        ),
        10_000,
        20,
    ),
    "a DAG of a large component, patched": Shape(
        compiled(
            lambda n: dag(
                each(n, lambda i: {"name": f"o{i}", "dagRef": "c", "tags": [f"x{i}"]}),
                components=[{"name": "c", "tags": each(500, str), "run": RUN}],
            )
        ),
        10_000,
        20,
    ),
    "a DAG of wrong components": Shape(
        compiled(lambda n: dag(each(n, lambda i: {"name": f"o{i}", "dagRef": f"c{i}"}))), 10_000, 20
    ),
    "a DAG of many components": Shape(
        compiled(lambda n: dag([node(0)], components=each(n, lambda i: {"name": f"c{i}", "run": RUN}))), 16_000, 20
    ),
    "a DAG of DAGs": Shape(
        compiled(
            lambda n: dag(each(n, lambda i: {"name": f"o{i}", "component": {"run": {"kind": "dag", "operations": [node(0)]}}}))
        ),
        5_000,
        20,
    ),
    "DAGs in DAGs": Shape(lambda n: Case(text(_in_dags(n))), 15, None),
    "a DAG of matrices": Shape(
        compiled(
            lambda n: dag(
                each(n, lambda i: node(i, matrix={"kind": "grid", "params": {"a": {"kind": "choice", "value": [1, 2]}}}))
            )
        ),
        8_000,
        20,
    ),
    "a DAG of hooks": Shape(compiled(lambda n: dag(each(n, lambda i: node(i, hooks=[{"hubRef": "h"}])))), 10_000, 20),
    "a DAG of missing params": Shape(
        compiled(lambda n: dag(each(n, lambda i: node(i, component={"inputs": [{"name": "a", "type": "int"}], "run": RUN})))),
        8_000,
        20,
    ),
    "all operations of a DAG": Shape(compiled(lambda n: dag(each(n, node)), ask=_compiled_operations), 10_000, 20),
    "a DAG of events": Shape(
        compiled(
            lambda n: dag(
                each(n, lambda i: node(i, events=[{"ref": f"ops.o{i - 1}", "kinds": ["run_status_succeeded"]}] if i else []))
            )
        ),
        8_000,
        20,
    ),
    "a DAG of joins": Shape(compiled(lambda n: dag(each(n, lambda i: node(i, joins=[_join(i)])))), 6_000, 20),
    "many joins in a DAG": Shape(compiled(lambda n: dag([node(0, joins=each(n, _join))])), NODES // 6 - 20),
    "a DAG with many inputs": Shape(
        compiled(
            lambda n: {
                **dag(each(n, lambda i: node(i, params={"a": {"ref": "dag", "value": f"inputs.i{i}"}}))),
                "inputs": inputs(n, value=1),
            }
        ),
        6_000,
        20,
    ),
}


def _in_dags(count: int) -> Tree:
    run: Tree = RUN
    for _ in range(count):
        run = {"kind": "dag", "operations": [{"name": f"o{i}", "component": {"run": run}} for i in range(2)]}
    return component(run=run)


def _first(spec: RunSpec) -> Any:
    return [run.to_dict() for run in islice(spec.expand(), 3)]


def _searched(spec: RunSpec) -> Any:
    search = spec.search()
    return search.ask()


def _swept(matrix: Any, *names: str, ask: Any = _first) -> Any:
    ios = [{"name": name} for name in (names or ("a",))]
    return compiled(lambda n: operation(matrix=matrix(n), of={"inputs": ios, "run": job(args=["{{ a }}"])}), ask=ask)


_SPACE: Tree = {"a": {"kind": "uniform", "value": {"low": 0, "high": 1}}}
_METRIC: Tree = {"name": "loss", "optimization": "minimize"}


def _hyperband(iterations: int, eta: float) -> Tree:
    resource = {"name": "a", "type": "int"}
    space = {"b": _SPACE["a"]}
    return {
        "kind": "hyperband",
        "maxIterations": iterations,
        "eta": eta,
        "resource": resource,
        "metric": _METRIC,
        "params": space,
    }


MATRICES: dict[str, Shape] = {
    "a grid of a long list": Shape(
        _swept(lambda n: {"kind": "grid", "params": {"a": {"kind": "choice", "value": each(n, int)}}}), NODES - 30
    ),
    "a grid of many params": Shape(
        _swept(
            lambda n: {
                "kind": "grid",
                "params": {"a": {"kind": "choice", "value": [1]}, **keyed(n, lambda _: {"kind": "choice", "value": [1, 2]})},
            }
        ),
        NODES // 5 - 30,
    ),
    "a grid of 10^12": Shape(
        _swept(lambda n: {"kind": "grid", "params": {"a": {"kind": "range", "value": [0, 10**n, 1]}}}), 12, None
    ),
    "a grid of a range": Shape(
        _swept(lambda n: {"kind": "grid", "params": {"a": {"kind": "range", "value": [0, n, 1]}}}), 999_999
    ),
    "a grid of a small step": Shape(
        _swept(lambda n: {"kind": "grid", "params": {"a": {"kind": "range", "value": [0, 1, 1 / n]}}}), 10**12, 1000
    ),
    "a grid of points": Shape(
        _swept(lambda n: {"kind": "grid", "params": {"a": {"kind": "linspace", "value": [0, 1, n]}}}), 999_999
    ),
    "a grid of powers": Shape(
        _swept(lambda n: {"kind": "grid", "params": {"a": {"kind": "logspace", "value": {"start": 0, "stop": 1, "num": n}}}}),
        999_999,
    ),
    "a grid of days": Shape(
        _swept(lambda n: {"kind": "grid", "params": {"a": {"kind": "daterange", "value": ["0001-01-01", "9999-01-01", n]}}}),
        1,
        None,
    ),
    "weighted values": Shape(
        _swept(
            lambda n: {
                "kind": "random",
                "numRuns": 10,
                "params": {"a": {"kind": "pchoice", "value": [[i, 1 / n] for i in range(n)]}},
            }
        ),
        NODES // 4 - 30,
    ),
    "random runs": Shape(_swept(lambda n: {"kind": "random", "numRuns": n, "seed": 1, "params": _SPACE}), 1_000_000),
    "random runs without end": Shape(
        _swept(lambda n: {"kind": "random", "numRuns": 10**n, "seed": 1, "params": _SPACE}), 18, None
    ),
    "random runs of many params": Shape(
        _swept(lambda n: {"kind": "random", "numRuns": 10, "params": {**_SPACE, **keyed(n, lambda _: _SPACE["a"])}}),
        NODES // 5 - 30,
    ),
    "a mapping of rows": Shape(_swept(lambda n: {"kind": "mapping", "values": each(n, lambda i: {"a": i})}), NODES // 2 - 30),
    "a mapping of wide rows": Shape(
        _swept(lambda n: {"kind": "mapping", "values": each(300, lambda i: {"a": i, **keyed(n, int)})}), 320, 10
    ),
    "a mapping of uneven rows": Shape(
        _swept(lambda n: {"kind": "mapping", "values": each(n, lambda i: {"a": i, f"b{i}": 1})}), NODES // 3 - 30
    ),
    "hyperband": Shape(
        _swept(lambda n: _hyperband(n, 2), "a", "b", ask=_searched),
        10**6,
        100,
    ),
    "hyperband of much": Shape(
        _swept(lambda n: _hyperband(10**n, 1.0001), "a", "b", ask=_searched),
        18,
        None,
    ),
    "bayes": Shape(
        _swept(
            lambda n: {
                "kind": "bayes",
                "numInitialRuns": n,
                "maxIterations": n,
                "metric": _METRIC,
                "utilityFunction": {
                    "acquisitionFunction": "ucb",
                    "kappa": 1.2,
                    "gaussianProcess": {"kernel": "matern", "lengthScale": 1.0, "nu": 1.9, "numRestartsOptimizer": 0},
                },
                "params": _SPACE,
            },
            ask=_searched,
        ),
        1_000_000,
        10,
    ),
    "tpe": Shape(
        _swept(lambda n: {"kind": "tpe", "numRuns": n, "maxIterations": n, "metric": _METRIC, "params": _SPACE}, ask=_searched),
        1_000_000,
    ),
    "iterative": Shape(_swept(lambda n: {"kind": "iterative", "maxIterations": n, "params": _SPACE}, ask=_searched), 1_000_000),
    "early stopping": Shape(
        _swept(
            lambda n: {
                "kind": "grid",
                "params": {"a": {"kind": "choice", "value": [1]}},
                "earlyStopping": each(
                    n, lambda _: {"kind": "metric_early_stopping", "metric": "a", "value": 1, "optimization": "maximize"}
                ),
            }
        ),
        NODES // 5 - 30,
    ),
    "values of a wrong type": Shape(
        lambda n: Case(
            text(
                operation(
                    matrix={"kind": "grid", "params": {"a": {"kind": "choice", "value": each(n, lambda i: f"x{i}")}}},
                    of={"inputs": [{"name": "a", "type": "int"}], "run": RUN},
                )
            ),
            ask=_first,
        ),
        NODES - 30,
    ),
    "a matrix over many texts": Shape(
        lambda n: Case(
            text(
                operation(
                    matrix={"kind": "grid", "params": {"a": {"kind": "choice", "value": [1, 2, 3]}}},
                    of={"inputs": [{"name": "a", "type": "int"}], "run": job(args=each(n, lambda i: f"{{{{ a }}}}{i}"))},
                )
            ),
            ask=_first,
        ),
        NODES // 4,
    ),
    "a schedule": Shape(
        lambda n: Case(operation(schedule={"kind": "interval", "frequency": n}), ask=lambda spec: spec.scheduled_run()), 10**6
    ),
}
