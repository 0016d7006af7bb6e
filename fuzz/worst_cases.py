"""The worst that a spec can ask for within the default limits: for each shape what of it there may be, and what there is at most.

Each shape makes a `Case` of a size. Its answer is a run spec or diagnostics, in a second at the most; twice the size takes at
most three times the work.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import attrs

from polyspec import RunSpec

Tree = dict[str, Any]
NODES, BYTES, TEMPLATE = 100_000, 4 * 1024 * 1024, 64 * 1024
IMAGE = {"image": "a:1"}
RUN: Tree = {"kind": "job", "container": IMAGE}
_ROOM = 2_000
"""Characters and values that a document needs beside what a case is about."""


@attrs.frozen(eq=False)
class Case:
    """A document, as text or as a tree, and what is compiled with it; then `ask` asks the run spec for something."""

    source: str | Mapping[str, Any]
    params: Mapping[str, Any] = attrs.field(factory=dict)
    presets: Sequence[str | Mapping[str, Any]] = ()
    options: Mapping[str, Any] = attrs.field(factory=dict)
    ask: Callable[[RunSpec], Any] | None = None


@attrs.frozen(eq=False)
class Shape:
    """What makes the cases of one shape: `most` is the size at the outermost of the limits, `few` one to count work at.

    Nothing is counted where the size is an exponent, and where a limit on the work is what bounds it:
    loops in loops, many layers.
    """

    make: Callable[[int], Case]
    most: int
    few: int | None = 40


def component(*, run: Tree | None = None, **fields: Any) -> Tree:
    """A component; its run is a job where none is given."""
    return {"kind": "component", **fields, "run": run or RUN}


def operation(*, of: Tree | None = None, **fields: Any) -> Tree:
    """An operation over a component."""
    return {"kind": "operation", **fields, "component": of or {"run": RUN}}


def job(**container: Any) -> Tree:
    """A job whose container has these fields."""
    return {"kind": "job", "container": {**IMAGE, **container}}


def text(tree: Tree) -> str:
    """The text of a document, as JSON, which is YAML."""
    return json.dumps(tree)


def each(count: int, make: Callable[[int], Any]) -> list[Any]:
    """A list of so many things."""
    return [make(index) for index in range(count)]


def keyed(count: int, make: Callable[[int], Any], prefix: str = "k") -> Tree:
    """A mapping of so many things."""
    return {f"{prefix}{index}": make(index) for index in range(count)}


def lines(items: Iterable[str]) -> str:
    """A text of lines."""
    return "\n".join(items) + "\n"


def inputs(count: int, **fields: Any) -> list[Tree]:
    """So many inputs, all alike."""
    return each(count, lambda i: {"name": f"i{i}", "type": "int", **fields})


def compiled(make: Callable[[int], Tree], **rest: Any) -> Callable[[int], Case]:
    """The case of a tree, read from its text."""
    return lambda count: Case(text(make(count)), **rest)


def dag(operations: list[Tree], **fields: Any) -> Tree:
    """A component whose run is a DAG of these operations."""
    return component(run={"kind": "dag", "operations": operations, **fields})


def node(index: int, **fields: Any) -> Tree:
    """An operation of a DAG."""
    return {"name": f"o{index}", "component": {"run": RUN}, **fields}


def block(head: str, line: str, *, tail: str = "") -> Callable[[int], Case]:
    """The case of a block of so many lines, `{}` being their numbers."""
    return lambda count: Case(head + lines(line.format(index) for index in range(count)) + tail)


_RUN = "run: {kind: job, container: {image: 'a:1'}}\n"
_OPERATION, _COMPONENT = "kind: operation\n", "component: {run: {kind: job, container: {image: 'a:1'}}}\n"

READING: dict[str, Shape] = {
    "a block of values": Shape(block(f"{_OPERATION}{_COMPONENT}params:\n a:\n  value:\n", "  - {}"), NODES - 20),
    "a block of keys": Shape(block(f"{_OPERATION}{_COMPONENT}params:\n a:\n  value:\n", "   k{}: 1"), NODES - 20),
    "a flow of values": Shape(compiled(lambda n: operation(params={"a": {"value": each(n, int)}})), NODES - 20),
    "a flow of mappings": Shape(
        compiled(lambda n: operation(params={"a": {"value": each(n, lambda i: {"a": i})}})), NODES // 2 - 20
    ),
    "ambiguous words": Shape(block(f"{_OPERATION}{_COMPONENT}params:\n a:\n  value:\n", "  - yes"), NODES - 20),
    "numbers": Shape(block(f"{_OPERATION}{_COMPONENT}params:\n a:\n  value:\n", "  - 1_0{}.5e-3"), NODES - 20),
    "bad numbers": Shape(block(f"{_OPERATION}{_COMPONENT}params:\n a:\n  value:\n", "  - 1e99{}9"), NODES - 20),
    "long numbers": Shape(
        lambda n: Case(f"{_OPERATION}{_COMPONENT}params: {{a: {{value: [{('9' * 41 + ', ') * n}]}}}}\n"), NODES - 20
    ),
    "a number": Shape(lambda n: Case(f"{_OPERATION}{_COMPONENT}params: {{a: {{value: 0x{'f' * n}}}}}\n"), BYTES - _ROOM, 400),
    "base 60": Shape(lambda n: Case(f"{_OPERATION}{_COMPONENT}params:\n a:\n  value: 1{':1' * n}\n"), BYTES // 2 - _ROOM, 400),
    "a quoted text": Shape(lambda n: Case(f'{_RUN}description: "{"x" * n}"\n'), BYTES - _ROOM, 400),
    "escapes": Shape(lambda n: Case(f'{_RUN}description: "{chr(92)}u00e9{(chr(92) + "x41") * n}"\n'), BYTES // 4 - _ROOM, 400),
    "a plain text": Shape(lambda n: Case(f"{_RUN}description: {'x ' * n}x\n"), BYTES // 2 - _ROOM, 400),
    "a folded text": Shape(block(f"{_RUN}description: >\n", "  a{}\n"), BYTES // 12),
    "a literal text": Shape(block(f"{_RUN}description: |\n", "  a{}"), BYTES // 12),
    "a text of letters beyond ASCII": Shape(lambda n: Case(f"{_RUN}description: {'ü' * n}\n"), BYTES // 2 - _ROOM, 400),
    "comments": Shape(block(_RUN, "# {}"), BYTES // 10),
    "one comment": Shape(lambda n: Case(f"{_RUN}# {'x' * n}\n"), BYTES - _ROOM, 400),
    "empty lines": Shape(lambda n: Case(_RUN + "\n" * n), BYTES - _ROOM, 400),
    "spaces": Shape(lambda n: Case(_RUN + " " * n), BYTES - _ROOM, 400),
    "anchors": Shape(block(f"{_OPERATION}{_COMPONENT}params:\n a:\n  value:\n", "  - &a{} 1"), NODES - 20),
    "aliases": Shape(block(f"{_OPERATION}{_COMPONENT}params:\n a:\n  value:\n  - &a [1, 2, 3]\n", "  - *a"), NODES // 4 - 20),
    "merge keys": Shape(
        block(f"{_OPERATION}{_COMPONENT}params:\n a:\n  value:\n  - &a {{a: 1, b: 2}}\n", "  - {{<<: *a, c: 1}}"), NODES // 5 - 20
    ),
    "merged mappings": Shape(
        lambda n: Case(
            f"{_OPERATION}{_COMPONENT}params:\n a:\n  value:\n  - &a {{{', '.join(f'k{i}: 1' for i in range(200))}}}\n"
            f"  - {{<<: [{', '.join(['*a'] * n)}]}}\n"
        ),
        NODES // 201 - 20,
    ),
    "equal keys": Shape(lambda n: Case(_RUN + "a: 1\n" * n), BYTES // 6),
    "documents": Shape(lambda n: Case(_RUN + "---\n" * n), BYTES // 4 - _ROOM),
    "open lists": Shape(lambda n: Case("[" * n), BYTES - _ROOM),
    "open mappings": Shape(lambda n: Case("{a: " * n), BYTES // 4 - _ROOM),
    "open quotes": Shape(lambda n: Case(f"{_RUN}description: '" + "x\n " * n), BYTES // 3 - _ROOM),
    "colons": Shape(lambda n: Case("? " * n), BYTES // 2 - _ROOM),
    "dashes": Shape(lambda n: Case("- " * n), BYTES // 2 - _ROOM),
    "long keys": Shape(lambda n: Case(f"{_RUN}{'k' * n}: 1\n"), BYTES - _ROOM, 400),
    "control characters": Shape(lambda n: Case(f"{_RUN}description: {chr(7) * n}\n"), BYTES - _ROOM, 400),
    "a long list of JSON": Shape(lambda n: Case({"run": RUN, "inputs": [{"name": "a", "value": list(range(n))}]}), NODES - 20),
    "nested lists": Shape(lambda n: Case({"run": RUN, "inputs": [{"name": "a", "value": _nested(n)}]}), 2_000, 20),
}


def _nested(count: int) -> Any:
    value: Any = each(count, lambda _: _deep(40))
    return value


def _deep(count: int) -> Any:
    value: Any = 1
    for _ in range(count):
        value = [value]
    return value


CONVERTING: dict[str, Shape] = {
    "unknown fields": Shape(compiled(lambda n: component(**keyed(n, int))), NODES - 20),
    "unknown fields of many entries": Shape(
        compiled(lambda n: component(inputs=each(n, lambda i: {"name": f"i{i}", "typo": 1}))), NODES // 3 - 20
    ),
    "unknown fields of a container": Shape(compiled(lambda n: component(run=job(**keyed(n, int)))), NODES - 20),
    "unknown fields with long names": Shape(compiled(lambda n: component(**keyed(n, int, "k" * 1000))), BYTES // 1100),
    "almost known fields": Shape(compiled(lambda n: component(**keyed(n, int, "descriptio"))), NODES - 20),
    "wrong types": Shape(compiled(lambda n: component(inputs=each(n, lambda i: {"name": i}))), NODES // 2 - 20),
    "wrong items": Shape(compiled(lambda n: operation(hooks=each(n, int))), NODES - 20),
    "wrong tags": Shape(compiled(lambda n: component(tags=each(n, lambda i: [i]))), NODES // 2 - 20),
    "wrong kinds": Shape(compiled(lambda n: dag(each(n, lambda i: node(i, component={"run": {"kind": "x"}})))), 9_999),
    "wrong environment": Shape(
        compiled(lambda n: component(run=job(env=each(n, lambda i: {"name": f"e{i}", "valueFrom": {"x": 1}})))), NODES // 4 - 20
    ),
    "wrong resources": Shape(
        compiled(lambda n: component(run=job(resources={"limits": keyed(n, lambda i: [i])}))), NODES // 2 - 20
    ),
    "wrong labels": Shape(
        compiled(lambda n: component(run={**RUN, "environment": {"labels": keyed(n, lambda i: [i])}})), NODES // 2
    ),
    "wrong volumes": Shape(
        compiled(lambda n: component(run={**RUN, "volumes": each(n, lambda i: {"name": f"v{i}", "hostpath": 1})})),
        NODES // 3 - 20,
    ),
    "two inputs of one name": Shape(
        compiled(lambda n: component(inputs=each(n, lambda i: {"name": "a", "value": i}))), NODES // 3 - 20
    ),
    "wrong names": Shape(
        compiled(lambda n: component(inputs=each(n, lambda i: {"name": f"{i} x", "value": i}))), NODES // 3 - 20
    ),
    "a run of no kind": Shape(compiled(lambda n: component(run={"kind": "x" * n})), BYTES - _ROOM, 400),
    "unknown types": Shape(
        compiled(lambda n: component(inputs=each(n, lambda i: {"name": f"i{i}", "type": f"in{i}", "value": 1}))), NODES // 4 - 20
    ),
    "tags": Shape(compiled(lambda n: component(tags=each(n, lambda i: f"t{i}"))), NODES - 20),
    "args": Shape(compiled(lambda n: component(run=job(args=each(n, lambda i: f"a{i}")))), NODES - 20),
    "numbers as args": Shape(compiled(lambda n: component(run=job(args=each(n, int)))), NODES - 20),
    "environment": Shape(
        compiled(lambda n: component(run=job(env=each(n, lambda i: {"name": f"e{i}", "value": "x"})))), NODES // 3 - 20
    ),
    "environment from secrets": Shape(
        compiled(
            lambda n: component(
                run=job(env=each(n, lambda i: {"name": f"e{i}", "valueFrom": {"secretKeyRef": {"name": "a", "key": "b"}}}))
            )
        ),
        NODES // 6 - 20,
    ),
    "labels": Shape(compiled(lambda n: component(run={**RUN, "environment": {"labels": keyed(n, str)}})), NODES - 20),
    "volumes": Shape(
        compiled(lambda n: component(run={**RUN, "volumes": each(n, lambda i: {"name": f"v{i}", "emptyDir": {}})})),
        NODES // 3 - 20,
    ),
    "tolerations": Shape(
        compiled(lambda n: component(run={**RUN, "environment": {"tolerations": each(n, lambda i: {"key": f"v{i}"})}})),
        NODES // 2 - 20,
    ),
    "sidecars": Shape(
        compiled(lambda n: component(run={**RUN, "sidecars": each(n, lambda i: {"name": f"s{i}", "image": "a:1"})})),
        NODES // 3 - 20,
    ),
    "init steps": Shape(
        compiled(lambda n: component(run={**RUN, "init": each(n, lambda i: {"artifacts": {"files": [f"f{i}"]}})})),
        NODES // 4 - 20,
    ),
    "init containers": Shape(
        compiled(lambda n: component(run={**RUN, "init": each(n, lambda i: {"container": {"name": f"c{i}", "image": "a:1"}})})),
        NODES // 4 - 20,
    ),
    "connections": Shape(compiled(lambda n: component(run={**RUN, "connections": each(n, lambda i: f"c{i}")})), NODES - 20),
    "init connections": Shape(
        compiled(lambda n: component(run={**RUN, "init": each(n, lambda i: {"connection": f"c{i}"})})), NODES // 2 - 20
    ),
    "presets by name": Shape(compiled(lambda n: operation(presets=each(n, lambda i: f"p{i}"))), NODES - 20),
    "events": Shape(
        compiled(lambda n: operation(events=each(n, lambda i: {"ref": f"ops.o{i}", "kinds": ["run_status_running"]}))),
        NODES // 4 - 20,
    ),
    "joins": Shape(
        compiled(lambda n: operation(joins=each(n, lambda i: {"query": "x", "params": {f"p{i}": {"value": "inputs.a"}}}))),
        NODES // 5 - 20,
    ),
    "hooks": Shape(compiled(lambda n: operation(hooks=each(n, lambda i: {"hubRef": f"h{i}"}))), NODES // 2 - 20),
    "plugins": Shape(compiled(lambda n: component(plugins=keyed(n, bool))), NODES - 20),
    "cache fields": Shape(compiled(lambda n: component(cache={"io": each(n, lambda i: f"a{i}")})), NODES - 20),
}

BINDING: dict[str, Shape] = {
    "params without inputs": Shape(compiled(lambda n: operation(params=keyed(n, lambda i: {"value": i}))), NODES // 2 - 20),
    "params by the call": Shape(lambda n: Case(component(), keyed(n, int)), NODES - 20),
    "params that are not known": Shape(
        compiled(lambda n: operation(params=keyed(n, lambda i: {"value": i}), strictParams=True)), NODES // 2 - 20
    ),
    "params misspelt": Shape(
        compiled(
            lambda n: operation(
                params=keyed(n, lambda i: {"value": i}, "inpu"),
                of={"inputs": each(n, lambda i: {"name": f"input{i}", "value": 1}), "run": RUN},
            )
        ),
        NODES // 5 - 20,
        150,
    ),
    "inputs": Shape(compiled(lambda n: component(inputs=inputs(n, value=1))), NODES // 4 - 20),
    "inputs of no type": Shape(
        compiled(lambda n: component(inputs=each(n, lambda i: {"name": f"i{i}", "value": 1}))), NODES // 3 - 20
    ),
    "inputs given": Shape(lambda n: Case(text(component(inputs=inputs(n))), keyed(n, int, "i")), NODES // 3 - 20),
    "inputs missing": Shape(compiled(lambda n: component(inputs=inputs(n))), NODES // 3 - 20),
    "inputs wrong": Shape(compiled(lambda n: component(inputs=inputs(n, value="x"))), NODES // 4 - 20),
    "params wrong": Shape(lambda n: Case(text(component(inputs=inputs(n))), keyed(n, lambda _: "x", "i")), NODES // 3 - 20),
    "a list of numbers": Shape(
        compiled(lambda n: component(inputs=[{"name": "a", "type": "List[float]", "value": each(n, float)}])), NODES - 20
    ),
    "a mapping of numbers": Shape(
        compiled(lambda n: component(inputs=[{"name": "a", "type": "Dict[str, int]", "value": keyed(n, int)}])), NODES - 20
    ),
    "a list of wrong items": Shape(
        compiled(lambda n: component(inputs=[{"name": "a", "type": "List[float]", "value": [*each(n, float), "x"]}])), NODES - 20
    ),
    "a union of lists": Shape(
        compiled(
            lambda n: component(
                inputs=[
                    {"name": "a", "type": "List[Union[int, Dict[str, str], List[List[int]]]]", "value": each(n, lambda i: [[i]])}
                ]
            )
        ),
        NODES // 3 - 20,
    ),
    "options": Shape(
        compiled(lambda n: component(inputs=[{"name": "a", "type": "int", "value": n - 1, "options": each(n, int)}])), NODES - 20
    ),
    "options of many": Shape(compiled(lambda n: component(inputs=inputs(n, value=1, options=each(300, int)))), NODES // 305, 10),
    "validation of many": Shape(
        compiled(lambda n: component(inputs=inputs(n, value=1, validation={"ge": 0, "le": 5, "multipleOf": 0.5}))),
        NODES // 8 - 20,
    ),
    "regexes": Shape(
        compiled(
            lambda n: component(
                inputs=each(
                    n, lambda i: {"name": f"i{i}", "type": "str", "value": "a" * 50, "validation": {"regex": f"(a|b)*{i}?"}}
                )
            )
        ),
        NODES // 6 - 20,
    ),
    "regexes of many characters": Shape(
        compiled(
            lambda n: component(
                inputs=each(
                    n,
                    lambda i: {
                        "name": f"i{i}",
                        "type": "str",
                        "value": "".join(map(chr, range(0x6000, 0x6200))),
                        "validation": {"regex": f"[^{''.join(map(chr, range(0x4E00, 0x4E80)))}]*{i}?"},
                    },
                )
            )
        ),
        900,
        20,
    ),
    "regexes of many positions": Shape(
        compiled(
            lambda n: component(
                inputs=each(
                    n,
                    lambda i: {
                        "name": f"i{i}",
                        "type": "str",
                        "value": "a",
                        "validation": {"regex": "(" * 30 + "(a?){960}" + ")+" * 30 + f"{i}" + "a" * 40},
                    },
                )
            )
        ),
        NODES // 6 - 20,
        200,
    ),
    "regexes that are refused": Shape(
        compiled(
            lambda n: component(
                inputs=each(
                    n,
                    lambda i: {
                        "name": f"i{i}",
                        "type": "str",
                        "value": "a",
                        "validation": {"regex": "(" * 30 + "(a?){1000}" + ")+" * 30 + f"{i}" + "a" * 40},
                    },
                )
            )
        ),
        NODES // 6 - 20,
    ),
    "items with a regex": Shape(
        compiled(
            lambda n: component(
                inputs=[
                    {"name": "a", "type": "List[str]", "value": each(n, lambda _: "aaa"), "validation": {"regex": "(a|b)*c?"}}
                ]
            )
        ),
        NODES - 30,
    ),
    "a unique list": Shape(
        compiled(
            lambda n: component(
                inputs=[{"name": "a", "type": "List[int]", "value": each(n, int), "validation": {"uniqueItems": True}}]
            )
        ),
        NODES - 30,
    ),
    "a unique list of lists": Shape(
        compiled(
            lambda n: component(
                inputs=[
                    {"name": "a", "type": "List[List[int]]", "value": each(n, lambda i: [i]), "validation": {"uniqueItems": True}}
                ]
            )
        ),
        NODES // 2 - 30,
    ),
    "items contained": Shape(
        compiled(
            lambda n: component(
                inputs=[
                    {"name": "a", "type": "List[int]", "value": each(n, int), "validation": {"contains": -1, "minContains": 5}}
                ]
            )
        ),
        NODES - 30,
    ),
    "inputs of inputs": Shape(
        compiled(
            lambda n: component(
                inputs=[
                    {"name": "i0", "value": "x"},
                    *each(n, lambda i: {"name": f"i{i + 1}", "value": f"{{{{ i{i} }}}}"}),
                ]
            )
        ),
        NODES // 3 - 20,
        30,
    ),
    "inputs described by inputs": Shape(
        compiled(
            lambda n: component(inputs=each(n, lambda i: {"name": f"i{i}", "value": 1, "description": f"{{{{ i{i} }}}} x"}))
        ),
        NODES // 4 - 20,
    ),
    "inputs in variables": Shape(
        compiled(lambda n: component(inputs=each(n, lambda i: {"name": f"i{i}", "value": 1, "toEnv": f"E{i}"}))), NODES // 4 - 20
    ),
    "inputs as init steps": Shape(
        compiled(
            lambda n: component(
                inputs=each(n, lambda i: {"name": f"i{i}", "type": "git", "value": {"url": "https://a.b/c"}, "toInit": True})
            )
        ),
        NODES // 6 - 20,
    ),
    "inputs of a matrix that use inputs": Shape(
        compiled(
            lambda n: operation(
                matrix={"kind": "grid", "params": {"i0": {"kind": "choice", "value": [1]}}},
                of={
                    "inputs": [
                        {"name": "i0", "type": "int"},
                        *each(n, lambda i: {"name": f"i{i + 1}", "value": f"{{{{ i{i} }}}}"}),
                    ],
                    "run": RUN,
                },
            )
        ),
        NODES // 3 - 30,
        30,
    ),
    "contexts of contexts": Shape(
        compiled(
            lambda n: operation(params={"k0": {"value": 1}, **{f"k{i + 1}": {"value": f"{{{{ k{i} }}}}"} for i in range(n)}})
        ),
        NODES // 2 - 20,
        30,
    ),
}
