"""Every leaf of every parity case has an origin, and the origins are true: another text at the place gives another leaf.

The ordinary run tries all leaves of 110 cases, those with the fewest; with POLYSPEC_ALL_CASES set (`nox -s origins`), of all.
Where no other text is taken there (the kind of a run, a name that templates use), the text at the place has to be the value.
"""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from polyspec import Origin, PolyspecError, RunSpec
from polyspec.tree import Path as TreePath
from polyspec.tree import at, format_path, walk
from tests.explain.changes import others, said
from tests.explain.parity import SHARED, Case, Cases

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the parity cases are not at hand")
TRIED = 110
"""Cases of the ordinary run."""


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Cases:
    return Cases.copied_to(tmp_path_factory.mktemp("parity"))


def test_every_leaf_of_every_case_has_an_origin(cases: Cases) -> None:
    resolvers, known, layers = cases.resolvers, 0, Counter[str]()
    for case in cases:
        spec = case.compile(resolvers)
        origins = spec.origins()
        assert list(origins) == [path for path, _ in walk(spec.to_dict())]
        assert [path for path, origin in origins.items() if not is_whole(origin, path, cases)] == [], case.name
        layers.update(origin.layer for origin in origins.values())
        known += 1
    assert known > 380
    assert {"component", "operation", "preset", "runPatch", "param", "default", "context"} <= layers.keys()


def is_whole(origin: Origin, path: TreePath, cases: Cases) -> bool:
    """Whether an origin says all that there is to say: a place in a file, a param, the context, or what the compiler makes."""
    if origin.line is not None and origin.column is not None:
        return origin.digest is not None and cases.file_of(origin.source).is_file()
    made = path == ("kind",) or path[-1] in ("isOptional", "strictParams", "isList")
    return origin.source in ("<params>", "<context>") or (origin.source == "<compiler>" and made)


def test_another_text_at_the_place_of_an_origin_gives_another_leaf(cases: Cases) -> None:
    tried = sorted(cases, key=lambda case: len(case.compile(cases.resolvers).origins()))
    chosen = tried if os.environ.get("POLYSPEC_ALL_CASES") else tried[:TRIED]
    found: Counter[str] = Counter()
    wrong: list[str] = []
    for case in chosen:
        for path, verdict in verdicts(case, cases):
            found[verdict] += 1
            wrong += [f"{case.name}: {format_path(path)}: {verdict}"] if verdict in ("untrue", "unsaid") else []
    print(f"{len(chosen)} cases: {dict(found)}")  # noqa: T201 - the figures, for those who run all
    assert wrong == []
    assert len(chosen) >= 100
    assert found["true"] > 3 * (found["said"] + found["made"]) > 0


def test_another_text_at_the_place_of_what_a_template_took_gives_another_value(cases: Cases) -> None:
    found: Counter[str] = Counter()
    for case in list(cases)[::4]:
        tree = (spec := case.compile(cases.resolvers)).to_dict()
        for path, origin in spec.origins().items():
            for used in origin.uses:
                if used.line is not None or used.source == "<params>":
                    found[verdict(at(tree, path), path, used, case, cases)] += 1
    assert found["true"] > 100
    assert found["true"] > 20 * found["untrue"]  # one argument of `params.as_args` is that of one param alone


def verdicts(case: Case, cases: Cases) -> Iterator[tuple[TreePath, str]]:
    """Each leaf of a case: `made` by the compiler, or what became of it with other texts at the place of its origin."""
    spec = case.compile(cases.resolvers)
    for path, origin in spec.origins().items():
        if origin.source == "<compiler>" or (origin.layer == "default" and path[0] not in ("inputs", "outputs")):
            yield path, "made"
        else:
            yield path, verdict(at(spec.to_dict(), path), path, origin, case, cases)


def verdict(value: Any, path: TreePath, origin: Origin, case: Case, cases: Cases) -> str:
    """`true` where another text gives another value, `untrue` where it does not; else whether the text says the value."""
    found = ""
    for spec in changed(case, cases, origin):
        if spec is not None:
            if repr(at(spec.to_dict(), path)) != repr(value):
                return "true"
            found = "untrue"
    text = None if origin.line is None else said(cases.file_of(origin.source).read_text(), origin.line, origin.column or 0)
    return found or ("said" if text is not None and text.lower() == str(value).lower() else "unsaid")


def changed(case: Case, cases: Cases, origin: Origin) -> Iterator[RunSpec | None]:
    """The run specs with something else at the place of an origin; None where that is refused."""
    if origin.source == "<params>":
        name = str(origin.path[1])
        for other in (f"{case.params[name]}x", str(case.params[name]).replace("2", "3"), 8, {"a": 8, "b": 9}):
            yield compiled(attrs.evolve(case, params={**case.params, name: other}), cases)
    elif origin.source == "<context>":
        assert case.context.artifacts_store is not None
        store = attrs.evolve(case.context.artifacts_store, name="another")
        yield compiled(attrs.evolve(case, context=attrs.evolve(case.context, artifacts_store=store)), cases)
    else:
        assert origin.line is not None
        assert origin.column is not None
        file = cases.file_of(origin.source)
        yield from (with_text(case, cases, file, text) for text in others(file.read_text(), origin.line, origin.column))


def with_text(case: Case, cases: Cases, file: Path, text: str) -> RunSpec | None:
    """The run spec of a case while one of its files has another text."""
    written = file.read_text()
    file.write_text(text)
    try:
        return compiled(case, cases)
    finally:
        file.write_text(written)


def compiled(case: Case, cases: Cases) -> RunSpec | None:
    try:
        return case.compile(cases.resolvers)
    except PolyspecError:
        return None
