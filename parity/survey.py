"""The figures of the comparison: how many cases are equal, refused by both, or different, and for which reasons.

usage: python -m parity.survey [--cases N] [--seed N] [PROPERTY ...]

Prints a line for each property, a table of reasons, and the smallest case of each difference that no decision explains.
Exits with 1 if there is one.
"""

import argparse
import collections
import json
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from parity.generators import Case
from parity.properties import PROPERTIES, Property
from parity.verdict import Verdict, verdict

Found = dict[str, tuple[Case, str]]


def main() -> int:
    """Survey the properties that the command line names, all of them by default."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("properties", nargs="*", default=list(PROPERTIES), metavar="PROPERTY")
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    totals: collections.Counter[str] = collections.Counter()
    reasons: collections.Counter[str] = collections.Counter()
    unexplained: Found = {}
    for name in options.properties:
        verdicts = surveyed(PROPERTIES[name], options.cases, options.seed, unexplained)
        outcomes = collections.Counter[str](each.outcome for each in verdicts)
        totals.update(outcomes)
        reasons.update(reason for each in verdicts for reason in each.reasons)
        _print_line(name, outcomes)
    _print_line("total", totals)
    for reason, count in reasons.most_common():
        print(f"  {count:7} {reason}")
    for sign, (case, text) in unexplained.items():
        print(f"\n{sign}\n{text}\n{json.dumps([*case.all, dict(case.params)], ensure_ascii=False)}")
    return 1 if unexplained else 0


def _print_line(name: str, outcomes: Mapping[str, int]) -> None:
    print(
        f"{name:20}",
        *(f"{word} {outcomes.get(word, 0):6}" for word in ("equal", "refused", "explained", "different")),
        flush=True,
    )


def surveyed(of: Property, cases: int, start: int, unexplained: Found) -> list[Verdict]:
    """The verdicts on so many cases of a property; the smallest case of each unexplained difference goes into `unexplained`."""
    verdicts: list[Verdict] = []

    @seed(start)
    @settings(max_examples=cases, database=None, phases=[Phase.generate], deadline=None, suppress_health_check=list(HealthCheck))
    @given(of.cases)
    def survey(case: Case) -> None:
        found = verdict(case, folder, without=of.without)
        verdicts.append(found)
        for text in found.left:
            sign = _sign(text)
            if sign not in unexplained or _size(case) < _size(unexplained[sign][0]):
                unexplained[sign] = case, text

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        survey()
    return verdicts


def _sign(text: str) -> str:
    """What unexplained differences have in common: the text without its values."""
    last = [line for line in text.splitlines() if "visit https" not in line][-1 if text.startswith("only Polyaxon") else 0]
    return re.sub(r"\.\d+(?=[.:])", ".*", re.sub(r"[`'\"].*?[`'\"]", "_", last))[:160]


def _size(case: Case) -> int:
    return len(json.dumps(case.all))


if __name__ == "__main__":
    sys.exit(main())
