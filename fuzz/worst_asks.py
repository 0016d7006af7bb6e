"""Templates and layers at their worst, what a run spec is asked for, and the whole table."""

import json
from typing import Any

from fuzz.worst_cases import (
    BINDING,
    BYTES,
    CONVERTING,
    IMAGE,
    NODES,
    READING,
    RUN,
    TEMPLATE,
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
from fuzz.worst_runs import DAGS, MATRICES
from polyspec import RunSpec

_ROOM = 2_000


def _args(make: Any) -> Any:
    return compiled(lambda n: component(run=job(args=each(n, make))))


def _copies(template: str) -> Any:
    """A text at many places, each an alias of the first."""
    head = 'inputs: [{name: e, type: str, value: ""}]\nrun:\n  kind: job\n  container:\n    image: a:1\n    args:\n'
    return lambda n: Case(f'{head}    - &a "{template}"\n' + "    - *a\n" * n)


def _copies_in_a_dag(template: str) -> Any:
    """A component with a text at many places, of many operations."""
    container = f"{{image: a, args: [&a '{template}'{', *a' * 69}]}}"
    head = f"run:\n  kind: dag\n  components: [{{name: c, run: {{kind: job, container: {container}}}}}]\n  operations:\n"
    return lambda n: Case(head + "".join(f"  - {{name: o{index}, dagRef: c}}\n" for index in range(n)))


RENDERING: dict[str, Shape] = {
    "copies of a text": Shape(_copies("x" * 60_000), NODES - 20, None),
    "copies of names": Shape(_copies("{{e}}" * 12), BYTES // 80),
    "copies of many names": Shape(_copies("{{e}}" * 12_000), BYTES // 61_500, None),
    "copies of expressions": Shape(_copies("{{''}}" * 10), BYTES // 80),
    "copies of many expressions": Shape(_copies("{{''}}" * 10_000), BYTES // 61_500, None),
    "copies of what is no template": Shape(_copies("{{''}}" * 9 + "{{ 1 + }}"), BYTES // 80),
    "copies of names in a DAG": Shape(_copies_in_a_dag("{{globals.uuid}}" * 4), 8_800),
    "copies of what is no template in a DAG": Shape(_copies_in_a_dag("{{1+1}}" * 7 + "{{ 1 + }}"), 8_800),
    "a loop that says much and gives nothing": Shape(
        lambda n: Case(
            component(
                inputs=[{"name": "a", "value": each(n, int)}],
                run=job(args=["{% for x in a %}" + "{% if x == 1 %}{% endif %}" * 2_000 + "{% endfor %}"]),
            )
        ),
        NODES // 2,
        None,
    ),
    "templates": Shape(_args(lambda i: f"{{{{ globals.uuid }}}} {i}"), NODES // 2),
    "templates of one text": Shape(_args(lambda _: "{{ globals.uuid }}"), NODES // 2),
    "expressions": Shape(_args(lambda i: f"{{{{ {i} + 1 }}}}"), NODES - 20),
    "a template of names": Shape(lambda n: Case(component(run=job(args=["{{ globals.uuid }}" * n]))), TEMPLATE // 18),
    "a template of expressions": Shape(lambda n: Case(component(run=job(args=["{{1+1}}" * n]))), TEMPLATE // 7),
    "templates of expressions": Shape(
        lambda n: Case(text(component(run=job(args=each(n, lambda i: str(i) + "{{1+1}}" * 9_000))))), BYTES // 63_100, None
    ),
    "templates of names": Shape(
        lambda n: Case(text(component(run=job(args=each(n, lambda i: str(i) + "{{globals.uuid}}" * 4_000))))),
        BYTES // 64_100,
        None,
    ),
    "templates of brackets": Shape(
        lambda n: Case(text(component(run=job(args=each(n, lambda i: f"{i}" + "{{[[[[[1]]]]]}}" * 4_000))))),
        BYTES // 60_100,
        None,
    ),
    "templates that are no templates": Shape(
        lambda n: Case(text(component(run=job(args=each(n, lambda i: f"{i}" + "{{" * 32_000))))), BYTES // 64_100, None
    ),
    "templates of comments": Shape(
        lambda n: Case(text(component(run=job(args=each(n, lambda i: f"{i}{{{{ 1 }}}}" + "{# a #}" * 9_000))))),
        BYTES // 63_100,
        None,
    ),
    "templates of raw": Shape(
        lambda n: Case(text(component(run=job(args=each(n, lambda i: f"{i}{{{{ 1 }}}}" + "{% raw %}{{{% endraw %}" * 2_500))))),
        BYTES // 60_100,
        None,
    ),
    "unknown names": Shape(_args(lambda i: f"{{{{ nam{i} }}}}"), NODES - 20),
    "unknown names in one template": Shape(
        lambda n: Case(component(run=job(args=["".join(f"{{{{ n{i} | default(1) }}}}" for i in range(n))]))), TEMPLATE // 27
    ),
    "unknown names near many inputs": Shape(
        compiled(lambda n: component(inputs=inputs(n, value=1), run=job(args=each(n, lambda i: f"{{{{ ii{i} }}}}")))),
        NODES // 6 - 20,
    ),
    "unknown fields of names": Shape(_args(lambda i: f"{{{{ globals.x{i} }}}}"), NODES - 20),
    "no expressions": Shape(_args(lambda i: f"{{{{ {i} + }}}}"), NODES - 20),
    "forbidden words": Shape(_args(lambda i: f"{{{{ a() * {i} }}}}"), NODES - 20),
    "loops": Shape(_args(lambda i: f"{{% for a in [1, 2, 3] %}}{{{{ a + {i} }}}}{{% endfor %}}"), BYTES // 60),
    "a loop of loops": Shape(
        lambda n: Case(
            component(
                inputs=[{"name": "a", "value": each(n, int)}],
                run=job(args=["{% for x in a %}{% for y in a %}{{ x }}{% endfor %}{% endfor %}"]),
            )
        ),
        NODES // 2,
        None,
    ),
    "many loops over a list": Shape(
        lambda n: Case(
            text(
                component(
                    inputs=[{"name": "a", "value": each(100, int)}],
                    run=job(args=each(n, lambda i: f"{{% for x in a %}}{{{{ x + {i} }}}}{{% endfor %}}")),
                )
            )
        ),
        BYTES // 80,
        10,
    ),
    "filters over a list": Shape(
        lambda n: Case(
            component(
                inputs=[{"name": "a", "value": each(n, int)}], run=job(args=["{{ a | unique | sort | reverse | join(',') }}"])
            )
        ),
        NODES // 2,
    ),
    "many filters over a list": Shape(
        lambda n: Case(
            component(
                inputs=[{"name": "a", "value": each(n, int)}],
                run=job(args=each(n, lambda i: f"{{{{ a | sort | join('{i}') | length }}}}")),
            )
        ),
        NODES // 3,
        30,
    ),
    "many filters over a text": Shape(
        lambda n: Case(
            component(
                inputs=[{"name": "a", "value": "aB " * n}],
                run=job(args=each(n, lambda i: f"{{{{ a | upper | trim | replace('a', 'b') | title | length + {i} }}}}")),
            )
        ),
        NODES // 2,
        30,
    ),
    "a long list in many texts": Shape(
        lambda n: Case(
            component(inputs=[{"name": "a", "value": each(n, int)}], run=job(args=each(n, lambda i: f"{{{{ a }}}} {i}")))
        ),
        NODES // 3,
        30,
    ),
    "a long list shared": Shape(
        lambda n: Case(component(inputs=[{"name": "a", "value": each(n, int)}], run=job(args=each(n, lambda i: "{{ a }}")))),
        NODES // 3,
        None,
    ),
    "a long text in many texts": Shape(
        lambda n: Case(component(inputs=[{"name": "a", "value": "a" * n}], run=job(args=each(n, lambda i: f"{{{{ a }}}} {i}")))),
        NODES // 2,
        30,
    ),
    "a choice in a choice": Shape(
        lambda n: Case(component(run=job(args=["{% if 1 %}" * 30 + "{{ 'a' }}" + "{% endif %}" * 30] * n))), BYTES // 700, 10
    ),
    "templated keys": Shape(
        compiled(lambda n: component(run={**RUN, "environment": {"labels": keyed(n, str, "{{ globals.uuid }}")}})), NODES // 2
    ),
    "templates in labels": Shape(
        compiled(lambda n: component(run={**RUN, "environment": {"labels": keyed(n, lambda i: f"{{{{ globals.name }}}}{i}")}})),
        NODES // 2,
    ),
    "templates as env": Shape(
        compiled(lambda n: component(run=job(env=each(n, lambda i: {"name": f"e{i}", "value": f"{{{{ globals.uuid }}}}{i}"})))),
        NODES // 3 - 20,
    ),
    "templates as sidecars": Shape(
        compiled(
            lambda n: component(
                run={**RUN, "sidecars": each(n, lambda i: {"name": f"s{i}", "image": "a:1", "args": ["{{ globals.uuid }}"]})}
            )
        ),
        NODES // 5 - 20,
    ),
    "templates as init steps": Shape(
        compiled(
            lambda n: component(run={**RUN, "init": each(n, lambda i: {"artifacts": {"files": [f"{{{{ globals.uuid }}}}{i}"]}})})
        ),
        NODES // 4 - 20,
    ),
    "all params as arguments": Shape(
        lambda n: Case(component(inputs=inputs(n, value=1, argFormat="--x={{ i1 }}"), run=job(args=["{{ params.as_args }}"]))),
        NODES // 5 - 20,
        30,
    ),
    "params as arguments in many texts": Shape(
        lambda n: Case(component(inputs=inputs(n, value=1), run=job(args=["{{ params.as_args }}"] * n))), NODES // 5 - 20, 30
    ),
    "arguments of formats": Shape(
        lambda n: Case(
            component(
                inputs=each(n, lambda i: {"name": f"i{i}", "value": 1, "argFormat": f"--x={{{{ i{i} }}}}"}),
                run=job(args=each(n, lambda i: f"{{{{ params.i{i}.as_arg }}}}")),
            )
        ),
        NODES // 5 - 20,
        30,
    ),
    "connections seen": Shape(
        lambda n: Case(
            component(run={**RUN, "connections": each(n, lambda i: f"c{i}"), "init": each(n, lambda i: {"connection": f"c{i}"})})
        ),
        NODES // 3 - 20,
    ),
}


def _layered(make: Any, count: int = 16, **fields: Any) -> Any:
    """A job under so many presets, each with what `make` makes of its number and the size."""

    def case(size: int) -> Case:
        trees = [{"isPreset": True, **fields, **make(index, max(1, size // count - 50))} for index in range(count)]
        return Case(text(component()), presets=[text(tree) for tree in trees])

    return case


def _presets(make: Any, **fields: Any) -> Any:
    """A job under as many presets as the size."""
    return lambda n: Case(text(component()), presets=[text({"isPreset": True, **fields, **make(i)}) for i in range(n)])


MERGING: dict[str, Shape] = {
    "layers of tags": Shape(_layered(lambda i, n: {"tags": each(n, lambda j: f"t{i}-{j}")}), NODES - 20),
    "layers of equal tags": Shape(_layered(lambda i, n: {"tags": each(n, lambda j: f"t{j}")}), NODES - 20),
    "layers of args": Shape(_layered(lambda i, n: {"runPatch": {"container": {"args": each(n, str)}}}), NODES - 20),
    "layers of lists of mappings": Shape(
        _layered(lambda i, n: {"runPatch": {"environment": {"tolerations": each(n, lambda j: {"key": f"{i}-{j}"})}}}),
        NODES // 2 - 20,
    ),
    "layers of variables": Shape(
        _layered(lambda i, n: {"runPatch": {"container": {"env": each(n, lambda j: {"name": f"e{i}-{j}", "value": "x"})}}}),
        NODES // 3 - 20,
    ),
    "layers of equal variables": Shape(
        _layered(lambda i, n: {"runPatch": {"container": {"env": each(n, lambda j: {"name": f"e{j}", "value": "x"})}}}),
        NODES // 3 - 20,
    ),
    "layers of env": Shape(_layered(lambda i, n: {"env": keyed(n, str, f"e{i}-")}), NODES - 20),
    "layers of nulls in env": Shape(_layered(lambda i, n: {"env": keyed(n, lambda j: None if i % 2 else "x")}), NODES - 20),
    "layers of labels": Shape(
        _layered(lambda i, n: {"runPatch": {"environment": {"labels": keyed(n, str, f"l{i}-")}}}), NODES - 20
    ),
    "layers of params": Shape(_layered(lambda i, n: {"params": keyed(n, lambda j: {"value": j}, f"p{i}-")}), NODES // 2 - 20),
    "layers of values": Shape(_layered(lambda i, n: {"params": {"a": {"value": each(n, int)}}}), NODES - 20),
    "layers of sidecars": Shape(
        _layered(lambda i, n: {"runPatch": {"sidecars": each(n, lambda j: {"name": f"s{j}", "image": "a:1"})}}), NODES // 3 - 20
    ),
    "layers of init steps": Shape(
        _layered(lambda i, n: {"runPatch": {"init": each(n, lambda j: {"container": {"name": f"s{j}", "image": "a:1"}})}}),
        NODES // 4 - 20,
    ),
    "layers that replace": Shape(
        _layered(lambda i, n: {"patchStrategy": "replace", "tags": each(n, lambda j: f"t{i}-{j}")}), NODES - 20
    ),
    "layers before": Shape(
        _layered(lambda i, n: {"patchStrategy": "pre_merge", "tags": each(n, lambda j: f"t{i}-{j}")}), NODES - 20
    ),
    "layers of volumes before": Shape(
        _layered(lambda i, n: {"patchStrategy": "pre_merge", "runPatch": {"volumes": each(n, lambda j: {"name": f"v{i}-{j}"})}}),
        NODES // 2 - 20,
    ),
    "layers of lists of mappings before": Shape(
        _layered(
            lambda i, n: {
                "patchStrategy": "pre_merge",
                "runPatch": {"environment": {"tolerations": each(n, lambda j: {"key": f"{i}-{j}"})}},
            }
        ),
        NODES // 2 - 20,
    ),
    "layers of labels before": Shape(
        _layered(lambda i, n: {"patchStrategy": "pre_merge", "runPatch": {"environment": {"labels": keyed(n, str, f"l{i}-")}}}),
        NODES - 20,
    ),
    "layers of unknown fields": Shape(_layered(lambda i, n: {"runPatch": keyed(n, int)}), NODES - 20),
    "presets of few tags": Shape(_presets(lambda i: {"tags": each(500, lambda j: f"t{i}-{j}")}), 200, None),
    "presets of one tag": Shape(_presets(lambda i: {"tags": [f"t{i}"]}), 1_000, 10),
    "presets of few variables": Shape(_presets(lambda i: {"env": keyed(150, str, f"e{i}-")}), 200, None),
    "presets of few params": Shape(_presets(lambda i: {"params": keyed(200, lambda j: {"value": j}, f"p{i}-")}), 200, None),
    "presets over a long list": Shape(
        lambda n: Case(
            text(component(tags=each(50_000, str))), presets=[text({"isPreset": True, "tags": [f"x{i}"]}) for i in range(n)]
        ),
        200,
        None,
    ),
    "presets over replicas": Shape(
        lambda n: Case(
            text(
                component(
                    run={"kind": "tfjob", **{role: {"container": IMAGE} for role in ("chief", "worker", "ps", "evaluator")}}
                )
            ),
            presets=[text({"isPreset": True, "env": keyed(n, str, f"e{i}-")}) for i in range(8)],
        ),
        NODES // 20,
    ),
    "components in components": Shape(lambda n: Case(text(_in_components(n))), 30, 8),
}


def _in_components(count: int) -> Tree:
    tree: Tree = {"tags": each(1_000, str), "run": RUN}
    for index in range(count):
        tree = {"tags": [f"{index}-{i}" for i in range(1_000)], "component": tree}
    return {"kind": "operation", **tree}


def _large(n: int) -> Tree:
    return component(
        inputs=inputs(n, value=1),
        run=job(args=each(n, lambda i: f"{{{{ i{i} }}}}"), env=each(n, lambda i: {"name": f"e{i}", "value": "x"})),
    )


def _of_large(ask: Any, most: int = NODES // 12) -> Shape:
    return Shape(compiled(_large, ask=ask), most, 20)


def _listed(ask: Any) -> Shape:
    return Shape(compiled(lambda n: component(run=job(args=each(n, lambda i: f"a{i}"))), ask=ask), NODES - 20)


def _with(spec: RunSpec, **fields: Any) -> Tree:
    """The wire format of a run spec with other fields: what nobody compiled."""
    return {**spec.to_dict(), **fields}


def _graph_again(spec: RunSpec) -> Any:
    return RunSpec.from_dict(spec.to_dict()).graph


ASKING: dict[str, Shape] = {
    "warnings": _of_large(lambda spec: spec.warnings),
    "its text": _of_large(lambda spec: spec.to_json()),
    "its YAML": _of_large(lambda spec: spec.to_yaml()),
    "its digest": _of_large(lambda spec: spec.digest),
    "its origins": _of_large(lambda spec: spec.origins()),
    "an explanation": _of_large(lambda spec: str(spec.explain("run.container.args[0]"))),
    "an explanation of all": _of_large(lambda spec: str(spec.explain(()))),
    "its typed run": _of_large(lambda spec: (spec.run, spec.inputs)),
    "what it is read from": _of_large(lambda spec: RunSpec.from_dict(spec.to_dict())),
    "a difference": _of_large(lambda spec: str(spec.diff(spec))),
    "YAML of a long list": _listed(lambda spec: spec.to_yaml()),
    "JSON of a long list": _listed(lambda spec: spec.to_json()),
    "the digest of a long list": _listed(lambda spec: spec.digest),
    "the origins of a long list": _listed(lambda spec: spec.origins()),
    "the explanation of a long list": _listed(lambda spec: str(spec.explain("run.container.args"))),
    "the origins of readers of a list": Shape(
        compiled(
            lambda n: component(
                inputs=[{"name": "a", "value": each(n, int)}], run=job(args=each(n, lambda i: f"{{{{ a | length }}}} {i}"))
            ),
            ask=lambda spec: spec.origins(),
        ),
        NODES // 12,
        600,
    ),
    "the explanation of templated keys": Shape(
        compiled(
            lambda n: component(run={**RUN, "environment": {"labels": keyed(n, str, "{{ globals.uuid }}")}}),
            ask=lambda spec: str(spec.explain("run.environment")),
        ),
        NODES // 2,
        150,
    ),
    "the origins of empty lists": Shape(
        lambda n: Case(
            text(component(run={**RUN, "init": each(n, lambda i: {"artifacts": {"files": []}})})),
            presets=[text({"isPreset": True, "env": {"A": "x"}})],
            ask=lambda spec: spec.origins(),
        ),
        NODES // 3 - 20,
        150,
    ),
    "a long list read again": _listed(lambda spec: RunSpec.from_dict(json.loads(spec.to_json()))),
    "the origins of a long list read again": _listed(lambda spec: RunSpec.from_dict(spec.to_dict()).origins()),
    "wrong args read again": Shape(
        lambda n: Case(component(), ask=lambda spec: RunSpec.from_dict(_with(spec, run=job(args=each(n, lambda _: {}))))),
        NODES - 50,
    ),
    "unknown fields read again": Shape(
        lambda n: Case(component(), ask=lambda spec: RunSpec.from_dict(_with(spec, **keyed(n, int)))), NODES - 100
    ),
    "a DAG read again": Shape(compiled(lambda n: dag(each(n, node)), ask=_graph_again), 10_000, 20),
    "many operations read again": Shape(
        lambda n: Case(component(), ask=lambda spec: RunSpec.from_dict(_with(spec, run=dag(each(n, node))["run"])).graph),
        16_000,
        20,
    ),
    "hooks read again": Shape(
        lambda n: Case(
            component(), ask=lambda spec: RunSpec.from_dict(_with(spec, hooks=each(n, lambda i: {"hubRef": f"h{i}"}))).hooks
        ),
        NODES // 2 - 50,
    ),
    "a difference of long lists": _listed(lambda spec: str(spec.diff(spec.with_image("b:1")))),
    "the page of a long list": _listed(lambda spec: spec.explain("run.container.args")._repr_html_()),
    "warnings of params": Shape(
        compiled(lambda n: operation(params=keyed(n, lambda i: {"value": i})), ask=lambda spec: spec.warnings), NODES // 2 - 20
    ),
    "warnings of words": Shape(
        compiled(lambda n: component(run=job(args=each(n, lambda i: f"{{{{ none }}}} x{i}"))), ask=lambda spec: spec.warnings),
        NODES // 2,
    ),
    "warnings of expressions": Shape(
        compiled(lambda n: component(run=job(args=each(n, lambda i: f"{{{{ {i} + 1 }}}}"))), ask=lambda spec: spec.warnings),
        10_700,
    ),
    "warnings of templates of expressions": Shape(
        lambda n: Case(
            text(component(run=job(args=each(n, lambda i: str(i) + "{{1+1}}" * 2_000)))), ask=lambda spec: spec.warnings
        ),
        5,
        None,
    ),
    "warnings of connections": Shape(
        compiled(lambda n: component(run={**RUN, "connections": each(n, lambda i: f"c{i}")}), ask=lambda spec: spec.warnings),
        NODES - 20,
    ),
    "warnings of unread inputs": Shape(
        compiled(lambda n: component(inputs=inputs(n, value=1)), ask=lambda spec: spec.warnings), NODES // 4 - 20
    ),
    "the run specs of hooks": Shape(
        compiled(lambda n: operation(hooks=each(n, lambda i: {"hubRef": f"h{i}"})), ask=lambda spec: spec.hooks), NODES // 2 - 20
    ),
}
SHAPES: dict[str, Shape] = {**READING, **CONVERTING, **BINDING, **RENDERING, **MERGING, **DAGS, **MATRICES, **ASKING}
