"""The hostile corpus: every case is put to the compiler in a process of its own, and ends as it must, in time and memory.

The corpus stands beside the repository, in `../shared/hostile`; its README says what its judge looks at. It runs where only
loopback exists, as far as the machine lets us.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from polyspec import Diagnostic, PolyspecError

ROOT = Path(__file__).parents[2]
ADAPTER = Path(__file__).with_name("strict_adapter.py")
CORPUS = ROOT.parent / "shared" / "hostile"
INDEX = CORPUS / "index.json"
if not INDEX.is_file():
    pytest.skip(f"the hostile corpus is not at {CORPUS}", allow_module_level=True)

CASES = [case["name"] for case in json.loads(INDEX.read_text(encoding="utf-8"))["cases"]]
OTHERWISE = {"dag-wide-5000": ["accepted"]}
"""Cases that end otherwise than the corpus wants: the contract sets `Limits.operations` to 10,000, and this DAG has 5,000."""

ALONE = 'ip link set lo up && exec "$@"'


def isolated() -> list[str]:
    """What runs a command where only loopback exists; nothing where the machine does not allow it."""
    for options in (["-n"], ["-rn"]):
        prefix = ["unshare", *options, "bash", "-c", ALONE, "bash"]
        if shutil.which("unshare") and subprocess.run([*prefix, "true"], check=False, capture_output=True).returncode == 0:
            return prefix
    return []


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What became of each case, by its name."""
    folder = tmp_path_factory.mktemp("corpus")
    found = judged(folder / "results.json")
    # The judge looks at a clock on the wall: on a busy machine a case that was slow is tried again by itself.
    for name in [name for name, case in found.items() if case["fails"] == ["slow"]]:
        found[name] = judged(folder / f"{name}.json", "--only", name)[name]
    return found


def judged(out: Path, *options: str) -> dict[str, Any]:
    """What the judge of the corpus says of the cases, all or some of them."""
    command = [sys.executable, str(CORPUS / "run_corpus.py"), str(ADAPTER), "--out", str(out), *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([*isolated(), *command], check=False, capture_output=True, text=True, env=environment, cwd=ROOT)
    assert out.is_file(), done.stderr
    return {case["name"]: case for case in json.loads(out.read_text(encoding="utf-8"))}


def test_the_corpus_is_whole(outcomes: dict[str, Any]) -> None:
    assert len(CASES) >= 162
    assert list(outcomes) == CASES


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_input_ends_as_it_must(name: str, outcomes: dict[str, Any]) -> None:
    found = outcomes[name]
    assert found["fails"] == OTHERWISE.get(name, []), found


def test_what_the_last_net_gave_is_no_clear_error() -> None:
    from tests.security import strict_adapter

    def error(code: str) -> PolyspecError:
        return PolyspecError([Diagnostic(code, "told")])

    assert strict_adapter.is_clear(error("limit-depth"))
    assert not any(strict_adapter.is_clear(it) for it in (error("too-deep"), error("out-of-memory"), ValueError("other")))
