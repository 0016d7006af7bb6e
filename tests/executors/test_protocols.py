"""The local executor is one executor among others."""

import os
from pathlib import Path

import pytest

from polyspec.errors import PolyspecError
from polyspec.executors import EXECUTORS, Executor, LocalExecutor, Run
from polyspec.executors.base import ContextLike, Submittable
from polyspec.executors.support import platform_problems
from polyspec.registry import UnknownName

from .conftest import Submit
from .fakes import FakeContext, a_script


def test_the_local_executor_and_its_runs_follow_the_protocols(submit: Submit) -> None:
    executor: Executor = LocalExecutor("runs")
    spec: Submittable = a_script("true")
    context: ContextLike = FakeContext()
    run: Run = submit(a_script("true"))
    assert isinstance(executor, Executor)
    assert isinstance(run, Run)
    assert spec.context == context


def test_executors_are_found_by_name(tmp_path: Path) -> None:
    assert EXECUTORS["local"](tmp_path) == LocalExecutor(tmp_path)
    with pytest.raises(UnknownName, match="unknown executor `locale`") as caught:
        EXECUTORS["locale"]
    assert caught.value.hint == "did you mean `local`?"


def test_an_executor_stays_where_it_was_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    executor = LocalExecutor()
    monkeypatch.chdir("/")
    assert executor.root == tmp_path / "runs"


def test_windows_is_refused_in_words() -> None:
    assert platform_problems(os.name) == []
    (problem,) = platform_problems("nt")
    assert (problem.code, problem.message) == ("executor-platform", "the local executor does not run on Windows")


def test_a_root_that_cannot_be_made_is_a_diagnostic(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PolyspecError) as caught:
        LocalExecutor(tmp_path / "file" / "runs").submit(a_script("true"))
    assert str(caught.value) == "error[executor-folder]: no folder for the run can be made: Not a directory"
