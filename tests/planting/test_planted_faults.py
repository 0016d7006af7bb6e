"""Faults planted by machine in specs that compile: each is found on its line, with the word that was meant as its hint.

No other problem is told beside it. The specs are those of the parity cases, which stand beside the repository in
`../shared/parity`. `python -m tests.planting.test_planted_faults` prints the figures.
"""

import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest

import polyspec
from polyspec import Connection, Diagnostic, PolyspecError, Resolvers, RunContext
from polyspec.source import parse, read_text
from polyspec.tree import Tree, walk

from .faults import PLANTERS, Fault

ROOT = Path(__file__).parents[2]
CASES = ROOT.parent / "shared" / "parity"


@attrs.frozen
class Bed:
    """A spec that compiles, and what it is compiled with."""

    file: Path
    text: str
    params: dict[str, Any]
    options: dict[str, Any]

    def diagnostics(self, text: str) -> Sequence[Diagnostic]:
        """What is wrong with another text in the place of the spec."""
        self.file.write_text(text, encoding="utf-8")
        try:
            polyspec.compile(self.file, self.params or None, **self.options)
        except PolyspecError as error:
            return error.diagnostics
        finally:
            self.file.write_text(self.text, encoding="utf-8")
        return ()

    def missing(self) -> Sequence[Diagnostic]:
        """What is wrong without the params."""
        try:
            polyspec.compile(self.file, **self.options)
        except PolyspecError as error:
            return error.diagnostics
        return ()


def beds(folder: Path) -> Iterator[Bed]:
    """Every spec of the cases that compiles by itself, in a copy of them."""
    shutil.copytree(CASES, folder)
    data = json.loads((folder / "cases.json").read_text(encoding="utf-8"))
    mirrors = {prefix: folder / name for prefix, name in data["mirrors"].items()}
    resolvers = Resolvers.default(mirrors=mirrors, hub=folder / data["hub"], offline=True)
    seen = set[str]()
    for case in data["cases"]:
        name = case["files"][0]
        if name in seen or len(case["files"]) > 1 or not case["expected"]["ok"]:
            continue
        seen.add(name)
        connections = [Connection.from_dict(each) for each in case["connections"]]
        options = {"context": RunContext(connections=connections), "resolvers": resolvers}
        bed = Bed(folder / name, (folder / name).read_text(encoding="utf-8"), case["params"], options)
        if not bed.diagnostics(bed.text):
            yield bed


def faults(bed: Bed) -> Iterator[Fault]:
    """The faults that can be planted in a spec. What stands inside a text is none, but for a template."""
    tree = parse(bed.text, "").tree
    for fault in (fault for planter in PLANTERS for fault in planter(bed.text)):
        if fault.what == "unknown template name" or not _is_in_text(tree, fault):
            yield fault


def _is_in_text(tree: Tree, fault: Fault) -> bool:
    """Whether a fault only changes a text of several lines."""
    leaves, planted = dict(walk(tree)), dict(walk(read_text(fault.text, "").tree))
    changed = [leaf for path, leaf in leaves.items() if path not in planted or planted[path] != leaf]
    return leaves.keys() == planted.keys() and bool(changed) and all(isinstance(leaf, str) and "\n" in leaf for leaf in changed)


def verdict(bed: Bed, fault: Fault) -> str:
    """How a fault was told: `told`, or what was wrong with that."""
    found = bed.diagnostics(fault.text)
    here = [it for it in found if it.location and it.location.file == str(bed.file) and it.location.line == fault.line]
    own = [it for it in here if it.code == fault.code]
    if not own:
        return "not told" if not found else "told otherwise"
    if fault.column is not None and own[0].location and own[0].location.column != fault.column:
        return "in another column"
    if fault.meant is not None and own[0].hint != f"did you mean `{fault.meant}`?":
        return "without its mend"
    return "told" if len(found) == 1 else "told with others"


def missing_verdict(bed: Bed) -> str:
    """How params that are not given are told: each at its input, alone."""
    found = bed.missing()
    names = {it.path and it.message.split("`")[1] for it in found if it.code == "missing-param"}
    placed = all(it.location and it.location.line and it.path[-1] == "name" for it in found)
    return "told" if found and placed and names <= bed.params.keys() and len(names) == len(found) else "told otherwise"


def survey(folder: Path) -> tuple[Counter[tuple[str, str]], list[str]]:
    """The figures of the faults, and what is odd about those that were not told as they should be."""
    figures: Counter[tuple[str, str]] = Counter()
    odd = []
    for bed in beds(folder / "parity"):
        if bed.params and bed.missing():
            figures["missing param", missing_verdict(bed)] += 1
        for fault in faults(bed):
            outcome = verdict(bed, fault)
            figures[fault.what, outcome] += 1
            if outcome != "told":
                odd.append(f"{fault.what}, {outcome}: {bed.file.relative_to(folder)}:{fault.line} {fault.meant}")
    return figures, odd


@pytest.mark.skipif(not CASES.is_dir(), reason=f"the parity cases are not at {CASES}")
def test_faults_are_found_on_their_lines_with_their_mends(tmp_path: Path) -> None:
    figures, odd = survey(tmp_path)
    assert odd == []
    planted = {what for what, _ in figures}
    assert planted >= {"misspelt key", "wrong type", "wrong kind", "missing param", "unknown operation", "duplicate key"}
    assert planted >= {"unknown template name", "unknown component", "unknown reference"}
    assert sum(figures.values()) > 2_000


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        counts, lines = survey(Path(place))
    sys.stdout.write(
        "\n".join([*lines, *(f"{what}: {outcome}: {count}" for (what, outcome), count in sorted(counts.items()))]) + "\n"
    )
