"""What a change must pass, one session a concern: `python -m nox`, or `python -m nox -s tests`.

Each session makes its own environment with the interpreter that runs nox, from the extras of `pyproject.toml`.
"""

import nox

nox.options.default_venv_backend = "venv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["tests", "types", "style", "docs"]


@nox.session
def tests(session: nox.Session) -> None:
    """The tests, with the coverage of branches; arguments after `--` go to pytest, and then coverage asks for nothing."""
    session.install("-e", ".[test]")
    coverage = ["--cov", "--cov-report=term-missing:skip-covered", "--cov-fail-under=95"]
    session.run("pytest", *(session.posargs or coverage))


@nox.session
def types(session: nox.Session) -> None:
    """mypy, strict, over the package, its tests, the examples, the benchmarks and the comparison with Polyaxon."""
    session.install("-e", ".[test]")
    session.run("mypy", "polyspec", "tests", "examples", "benchmarks", "fuzz", "parity")


@nox.session
def style(session: nox.Session) -> None:
    """ruff's rules and its format; `python -m nox -s style -- --fix` mends what can be mended."""
    session.install("ruff>=0.8")
    fix = "--fix" in session.posargs
    session.run("ruff", "check", *(["--fix"] if fix else []), ".")
    session.run("ruff", "format", *([] if fix else ["--check"]), ".")


@nox.session
def docs(session: nox.Session) -> None:
    """The documents as HTML in `docs/_build/html`; a warning is an error."""
    session.install("-e", ".[docs]")
    session.run("sphinx-build", "-q", "-W", "--keep-going", "-b", "html", "docs", "docs/_build/html")


@nox.session
def benchmarks(session: nox.Session) -> None:
    """The benchmarks; `python -m nox -s benchmarks -- table` prints one table with ratios instead."""
    session.install("-e", ".[benchmark]")
    if session.posargs == ["table"]:
        session.run("python", "-m", "benchmarks.table")
    else:
        session.run("pytest", "benchmarks", "--benchmark-columns=min,median,stddev,rounds", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Random and broken input for 20 minutes, or as many as the argument says; see `fuzz/README.md`.

    `python -m nox -s fuzz -- load 10`, and `template`, `lock`, `address`, are guided by coverage instead, by atheris.
    """
    session.install("-e", ".[fuzz]")
    if session.posargs[:1] and session.posargs[0] in ("load", "template", "lock", "address"):
        session.run("python", "-m", "fuzz.guided", *session.posargs)
    else:
        session.run("python", "-m", "fuzz", *session.posargs)


@nox.session
def soak(session: nox.Session) -> None:
    """100,000 compilations, or as many as the argument says, in 8 threads: the same answers, and no growth."""
    session.install("-e", ".[fuzz]")
    session.run("python", "-m", "fuzz.soak", *session.posargs)


@nox.session
def parity(session: nox.Session) -> None:
    """Generated specs put to polyspec and to Polyaxon 2.18.0 side by side; see `parity/README.md`."""
    session.install("-e", ".", "polyaxon==2.18.0", "hypothesis>=6.100", "pytest>=8.3")
    session.run("pytest", "-q", "parity", "-o", "filterwarnings=ignore", *session.posargs)


@nox.session
def origins(session: nox.Session) -> None:
    """Every leaf of every parity case is changed where its origin says that it was written; where the cases are at hand."""
    session.install("-e", ".[test]")
    session.run("pytest", "-q", "-s", "tests/explain/test_origins_are_true.py", env={"POLYSPEC_ALL_CASES": "1"})
