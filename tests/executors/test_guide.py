"""The executor that the guide shows is one."""

import re
from pathlib import Path
from typing import Any

from polyspec.executors import EXECUTORS, IGNORABLE, PASSED_THROUGH, Executor, Run

from .fakes import a_job

GUIDE = (Path(__file__).parents[2] / "docs" / "guide" / "executors.md").read_text(encoding="utf-8")


def test_the_executor_of_the_guide_follows_the_protocol() -> None:
    (code,) = (block for block in re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL) if "class DryRun" in block)
    names: dict[str, Any] = {}
    exec(code, names)
    executor = EXECUTORS.with_entry("dry", names["DryRun"])["dry"]()
    assert isinstance(executor, Executor)
    run = executor.submit(a_job("python", "train.py", args=["--lr=0.1"]))
    assert isinstance(run, Run)
    assert list(run.logs()) == ["python train.py --lr=0.1"]


def test_the_guide_names_every_word_and_every_variable() -> None:
    for name in (*IGNORABLE, *PASSED_THROUGH):
        assert f"`{name}`" in GUIDE


def test_the_guide_explains_every_code() -> None:
    sources = (Path(__file__).parents[2] / "polyspec" / "executors").glob("*.py")
    codes = {code for source in sources for code in re.findall(r'"(executor-[a-z-]+)"', source.read_text(encoding="utf-8"))}
    assert len(codes) > 10
    assert {code for code in codes if f"`{code}`" not in GUIDE} == set()
