"""How the rooms of the house stand on one another, and what no file may do. Read off the syntax trees of the package."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import attrs
import pytest

import polyspec

PACKAGE = Path(polyspec.__file__).parent

FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"record", "late", "caches"}),
    frozenset({"tree"}),
    frozenset({"errors"}),
    frozenset({"limits", "registry", "discover", "children"}),
    frozenset({"source"}),
    frozenset({"spec"}),
    frozenset({"resolve", "merge", "bind", "render"}),
    frozenset({"way"}),
    frozenset({"graph", "identity", "sweep", "place", "pods", "consequences", "lint", "finish", "reading"}),
    frozenset({"settings", "runs"}),
    frozenset({"locking", "options", "stages"}),
    frozenset({"explain", "repeat"}),
    frozenset({"loops"}),
    frozenset({"runspec"}),
    frozenset({"pipeline"}),
    frozenset({"compiler"}),
    frozenset({"polyspec"}),
    frozenset({"executors"}),
    frozenset({"cli"}),
    frozenset({"__main__"}),
)
"""The rooms, from the ground up. A file imports from its own room and from lower floors; rooms of one floor never meet."""

EXECUTORS_NEED = frozenset({"executors", "errors", "record", "registry", "tree"})
"""An executor takes a run spec as anyone may: it rests on nothing of the compiler."""

HOMES: dict[str, frozenset[str]] = {
    "ruamel": frozenset({"source"}),
    "_ruamel_yaml": frozenset({"source"}),
    "rfc8785": frozenset({"source"}),
    "requests": frozenset({"resolve.http", "resolve.answer"}),
    "urllib3": frozenset({"resolve.http", "resolve.answer"}),
    "deepmerge": frozenset({"merge"}),
    "jinja2": frozenset({"render"}),
    "jsonschema": frozenset({"spec.kubernetes"}),
    "referencing": frozenset({"spec.kubernetes"}),
    "cattrs": frozenset({"spec.convert", "spec.checks"}),
    "numpy": frozenset({"sweep"}),
    "scipy": frozenset({"sweep"}),
    "sklearn": frozenset({"sweep"}),
    "optuna": frozenset({"sweep"}),
}
"""Where each foreign library lives. attrs is everywhere."""

LATE = {
    (
        "polyspec.spec.node",
        "polyspec.spec.convert",
    ): "every spec class knows its way to a plain tree, and the way knows every class",
    ("polyspec.spec.node", "polyspec.source"): "many programs make objects, few write their text",
    ("polyspec.bind.validation", "polyspec.bind.patterns"): "few inputs have a `regex`",
    ("polyspec.compiler", "polyspec.pipeline"): "what a program names is loaded at once, what it calls when it is called",
    ("polyspec.runspec", "polyspec.explain"): "few ask where a value comes from",
    ("polyspec.runspec", "polyspec.pods"): "few ask what a run needs",
    ("polyspec.resolve.remote", "polyspec.resolve.hub"): "few compilations name a URL or a hub",
    ("polyspec.resolve.remote", "polyspec.resolve.url"): "few compilations name a URL or a hub",
    ("polyspec.resolve.url", "polyspec.resolve.http"): "few compilations need the network",
    ("polyspec.cli.run", "polyspec.executors"): "few calls run anything",
    ("polyspec.cli.arguments", "polyspec.resolve"): "few calls have presets by name",
    ("polyspec.cli.lock", "polyspec.locking"): "few calls lock anything",
    ("polyspec.cli.lock", "polyspec.resolve"): "few calls lock anything",
    ("polyspec.cli.explain", "polyspec.explain"): "few calls ask where a value comes from",
    ("polyspec.cli.diff", "polyspec.explain"): "few calls ask where a value comes from",
}
"""Imports of ours inside functions; each has its reason."""

HEAVY = (
    "requests", "urllib3", "jsonschema", "referencing", "jinja2", "ruamel.yaml", "numpy", "scipy", "sklearn", "optuna",
    "polyspec.executors", "polyspec.resolve.http",
)  # fmt: skip
"""What `import polyspec` does not load."""

FORBIDDEN_NAMES = frozenset({"eval", "exec", "compile", "__import__", "globals", "locals", "breakpoint", "input"})
FORBIDDEN_MODULES = frozenset(
    {"pickle", "marshal", "shelve", "dill", "code", "codeop", "runpy", "imp", "ctypes", "pty", "commands"}
)
FORBIDDEN_ATTRIBUTES = frozenset(
    {"literal_eval", "system", "popen", "import_module", "exec_module", "load_module", "spawnl", "spawnv", "execv", "execve"}
)

ALLOWED = {
    ("polyspec.sweep.faults", "import_module"): "the names of optional libraries, constants of the package",
    ("polyspec.late", "import_module"): "the names of modules of the package, constants of the package",
}


@attrs.frozen
class Import:
    """One import of a file: the module that is named, and whether it is made when the file is loaded."""

    module: str
    line: int
    at_load: bool
    for_types: bool


@attrs.frozen
class Module:
    """One file of the package."""

    name: str
    tree: ast.Module

    @property
    def room(self) -> str:
        return room_of(self.name)

    def imports(self) -> Iterator[Import]:
        yield from imports_in(self.tree.body)


def imports_in(body: list[ast.stmt], *, at_load: bool = True, for_types: bool = False) -> Iterator[Import]:
    """The imports among statements, those inside functions and `if TYPE_CHECKING` included."""
    for statement in body:
        if isinstance(statement, ast.Import):
            yield from (Import(alias.name, statement.lineno, at_load, for_types) for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            assert statement.level == 0, f"line {statement.lineno}: a relative import"
            base = statement.module or ""
            names = (f"{base}.{alias.name}" for alias in statement.names)
            yield from (
                Import(name, statement.lineno, at_load, for_types) for name in dict.fromkeys(meant_by(it) for it in names)
            )
        in_function = isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef)
        is_typing = isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING"
        for block in blocks_of(statement):
            yield from imports_in(block, at_load=at_load and not in_function, for_types=for_types or is_typing)


def meant_by(name: str) -> str:
    """The module that `from module import name` names: one of ours, or the part before the name."""
    path = PACKAGE.parent.joinpath(*name.split("."))
    is_module = is_ours(name) and (path.is_dir() or path.with_suffix(".py").is_file())
    return name if is_module else name.rpartition(".")[0]


def is_ours(name: str) -> bool:
    return name == "polyspec" or name.startswith("polyspec.")


def blocks_of(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The blocks of statements that a statement holds."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(statement, name, None)
        if isinstance(block, list):
            yield block
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield part.body


def room_of(module: str) -> str:
    """The room of a module: the part after `polyspec`; the package itself is a room of its own."""
    return module.split(".")[1] if "." in module else module


def modules_of(package: Path) -> list[Module]:
    found = []
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        name = ".".join(parts).removesuffix(".__init__")
        found.append(Module(name, ast.parse(path.read_text(encoding="utf-8"))))
    return found


MODULES = modules_of(PACKAGE)
NAMES = frozenset(module.name for module in MODULES)
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}


class TestFloors:
    def test_there_are_modules_to_look_at(self) -> None:
        assert len(MODULES) > 80
        assert {"polyspec", "polyspec.tree", "polyspec.spec.run.dag", "polyspec.compiler"} <= NAMES

    def test_every_room_stands_on_one_floor(self) -> None:
        assert sum(len(rooms) for rooms in FLOORS) == len(FLOOR_OF)
        assert {module.room for module in MODULES} == set(FLOOR_OF)

    @pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
    def test_a_file_imports_from_its_own_room_and_from_lower_floors(self, module: Module) -> None:
        wrong = [
            f"line {found.line}: {found.module}"
            for found in module.imports()
            if is_ours(found.module)
            and room_of(found.module) != module.room
            and FLOOR_OF[room_of(found.module)] >= FLOOR_OF[module.room]
        ]
        assert wrong == []

    @pytest.mark.parametrize("module", [it for it in MODULES if it.room == "executors"], ids=lambda module: module.name)
    def test_an_executor_rests_on_nothing_of_the_compiler(self, module: Module) -> None:
        used = {room_of(found.module) for found in module.imports() if is_ours(found.module)}
        assert used <= EXECUTORS_NEED

    def test_no_module_needs_itself_to_be_loaded(self) -> None:
        needs = {
            module.name: {
                found.module for found in module.imports() if is_ours(found.module) and found.at_load and not found.for_types
            }
            for module in MODULES
        }
        order = list(TopologicalSorter(needs).static_order())  # raises CycleError
        assert set(order) == NAMES
        assert order.index("polyspec.tree") < order.index("polyspec.spec.convert") < order.index("polyspec.pipeline")

    def test_imports_of_ours_inside_functions_have_a_reason(self) -> None:
        late = {
            (module.name, found.module)
            for module in MODULES
            for found in module.imports()
            if is_ours(found.module) and not found.at_load
        }
        assert late == set(LATE)


class TestLibraries:
    @pytest.mark.parametrize("library", HOMES)
    def test_a_library_lives_in_one_room(self, library: str) -> None:
        users = {module.name for module in MODULES for found in module.imports() if found.module.split(".")[0] == library}
        homes = tuple(f"polyspec.{home}" for home in HOMES[library])
        assert users, f"nothing uses {library}: take it off the table"
        assert all(user in homes or user.startswith(tuple(f"{home}." for home in homes)) for user in users), users

    def test_every_library_has_a_home(self) -> None:
        used = {found.module.split(".")[0] for module in MODULES for found in module.imports()}
        assert used - sys.stdlib_module_names - {"polyspec", "attrs"} == set(HOMES)

    def test_the_clock_and_chance_are_not_asked(self) -> None:
        askers = {
            (room_of(module.name), found.module)
            for module in MODULES
            for found in module.imports()
            if found.module in ("random", "secrets", "time")
        }
        assert askers == {("executors", "time"), ("resolve", "time")}  # how long a process and a fetch may take

    def test_heavy_libraries_wait_until_they_are_needed(self) -> None:
        script = f"import sys, polyspec; print([name for name in {HEAVY!r} if name in sys.modules])"
        done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
        assert done.stdout.strip() == "[]"


class TestForbidden:
    """Nothing from a document is ever evaluated, imported, or handed to a shell."""

    @pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
    def test_a_file_evaluates_nothing(self, module: Module) -> None:
        assert set(forbidden(module.tree)) == {name for owner, name in ALLOWED if owner == module.name}

    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("eval('1')", "eval"),
            ("exec(text)", "exec"),
            ("compile(text, '', 'eval')", "compile"),
            ("__import__(name)", "__import__"),
            ("ast.literal_eval(text)", "literal_eval"),
            ("from ast import literal_eval", "literal_eval"),
            ("os.system(text)", "system"),
            ("importlib.import_module(name)", "import_module"),
            ("import pickle", "pickle"),
            ("from pickle import loads", "pickle"),
            ("run = eval", "eval"),
            ("subprocess.run(text, shell=True)", "shell"),
            ("subprocess.Popen(text, shell=flag)", "shell"),
        ],
    )
    def test_what_is_forbidden_is_found(self, source: str, expected: str) -> None:
        assert expected in list(forbidden(ast.parse(source)))

    def test_what_is_allowed_passes(self) -> None:
        source = "re.compile('a')\nsubprocess.run([text], shell=False)\ndef compile(): ...\nspec = polyspec.compile(source)\n"
        assert list(forbidden(ast.parse(source))) == []


def forbidden(tree: ast.Module) -> Iterator[str]:
    """The names of what a file may not use."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in FORBIDDEN_NAMES and isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_ATTRIBUTES:
            yield node.attr
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in FORBIDDEN_MODULES)
        elif isinstance(node, ast.ImportFrom):
            yield from forbidden_from(node)
        elif isinstance(node, ast.keyword) and node.arg == "shell" and ast.unparse(node.value) != "False":
            yield "shell"


def forbidden_from(node: ast.ImportFrom) -> Iterator[str]:
    module = (node.module or "").split(".")[0]
    if module in FORBIDDEN_MODULES:
        yield module
    if module != "polyspec":
        yield from (alias.name for alias in node.names if alias.name in FORBIDDEN_ATTRIBUTES | FORBIDDEN_NAMES)
