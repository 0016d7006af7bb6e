"""Laws of explaining: whatever compiles is explained leaf by leaf, in every form, and shows no value of a secret."""

import contextlib
import json
import re
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import polyspec
from polyspec import PolyspecError, RunSpec
from polyspec.tree import at, walk
from tests.compile.test_compile_laws import specs
from tests.strategies import Tree, components, operations, runnables

SLOW = settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], deadline=None)
SECRET = "s3cr3t-value"


def forms(spec: RunSpec) -> str:
    """Everything that explaining shows."""
    whole = spec.explain(())
    parts = [spec.explain(path) for path in spec.origins()]
    shown = [(str(it), repr(it), json.dumps(it.to_dict()), it._repr_html_()) for it in (whole, *parts)]
    difference = spec.diff(polyspec.compile({"kind": "component", "run": {"kind": "job", "container": {"image": "a"}}}))
    return str(
        (shown, str(difference), json.dumps(difference.to_dict()), difference._repr_html_(), list(spec.origins().values()))
    )


def check(source: Tree, params: Any = None, presets: Any = ()) -> None:
    """Every leaf has an origin, and the explanation of the whole has the explanations of all of them."""
    with contextlib.suppress(PolyspecError):
        spec = polyspec.compile(source, params, presets=presets)
        tree, origins = spec.to_dict(), spec.origins()
        assert list(origins) == [path for path, _ in walk(tree)]
        assert forms(spec)
        whole = spec.explain(())
        assert [part.path for part in whole.parts] == list(origins)
        for part in whole.parts:
            assert part == spec.explain(part.path)
            assert part.origin == origins[part.path]
            assert part.origin.is_secret or isinstance(part.value, str) or repr(part.value) == repr(at(tree, part.path))


@given(
    specs,
    st.none() | st.dictionaries(st.sampled_from(["lr", "a"]), st.integers() | st.text(), max_size=2),
    st.lists(specs, max_size=1),
)
@SLOW
def test_what_compiles_is_explained(spec: Tree, params: Tree | None, presets: list[Tree]) -> None:
    check(spec, params, presets)


@given(components() | operations())
@SLOW
def test_any_spec_of_the_language_is_explained(spec: Tree) -> None:
    check(spec)


@given(runnables())
@SLOW
def test_where_there_is_no_template_the_text_at_the_origin_says_the_value(spec: Tree) -> None:
    parts = polyspec.compile(spec).explain(()).parts
    assert len(parts) > 2
    for part in parts:
        if part.origin.source == "<mapping>":
            assert part.origin.value == part.value


@given(specs)
@SLOW
def test_no_form_shows_the_value_of_a_secret(spec: Tree) -> None:
    named = json.loads(re.sub(r"\ba\b", "api_token", json.dumps(spec)))
    with contextlib.suppress(PolyspecError):
        compiled = polyspec.compile(named, {"api_token": SECRET})
        assert SECRET not in forms(compiled)
