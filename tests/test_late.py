"""What a program loads: what it names at once, the rest when it is called."""

import ast
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import polyspec
from polyspec import resolve, sweep
from polyspec.late import late_function, late_names, late_pattern

each_package = pytest.mark.parametrize("package", [polyspec, resolve, sweep], ids=lambda it: it.__name__)

COMPILED = """
import sys
modules = [module for name, module in sys.modules.items() if name.startswith("polyspec.")]
classes = {it for module in modules for it in vars(module).values() if isinstance(it, type) and it.__module__ == module.__name__}
print(*{it.__name__ for it in classes if isinstance(vars(it).get("__attrs_attrs__"), tuple)})
"""
"""Shows the classes of the package that attrs has finished."""


def loaded_by(program: str) -> set[str]:
    """The modules of a fresh interpreter after a program."""
    script = f"{program}\nimport sys\nprint(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.split())


class TestPublicNames:
    @each_package
    def test_type_checkers_are_told_what_is_loaded(self, package: Any) -> None:
        tree = ast.parse(Path(package.__file__).read_text(encoding="utf-8"))
        imports = [
            node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("polyspec.")
        ]
        told = {node.module: sorted(alias.name for alias in node.names) for node in imports if node.module != "polyspec.late"}
        homes = vars(package)["_HOMES"]
        assert told == {module: sorted(names) for module, names in homes.items()}
        assert sorted(package.__all__) == sorted(name for names in homes.values() for name in names)

    @each_package
    def test_no_module_has_the_name_of_one(self, package: Any) -> None:
        """A module that is loaded becomes an attribute of its package, and would hide the name."""
        modules = {module.name for module in pkgutil.iter_modules(package.__path__)}
        assert modules
        assert not modules & set(package.__all__)

    @pytest.mark.parametrize("name", polyspec.__all__)
    def test_each_is_found(self, name: str) -> None:
        assert getattr(polyspec, name).__name__ == name
        assert name in dir(polyspec)

    def test_another_is_not(self) -> None:
        with pytest.raises(AttributeError, match=r"^module 'polyspec' has no attribute 'complie'$"):
            _ = polyspec.complie  # type: ignore[attr-defined]  # the mistake that is looked at

    def test_the_package_alone_loads_nothing(self) -> None:
        found = loaded_by("import polyspec")
        assert {name for name in found if name.startswith("polyspec")} == {"polyspec", "polyspec.late"}
        assert "attrs" not in found

    def test_a_spec_is_built_without_the_compiler(self) -> None:
        """What a program names is loaded at once, what it calls when it is called."""
        found = loaded_by("from polyspec import Operation, compile")
        assert "polyspec.spec.operation" in found
        assert not found & {"polyspec.pipeline", "polyspec.bind", "polyspec.source", "cattrs", "json", "hashlib"}

    def test_no_class_is_compiled_that_has_no_object(self) -> None:
        """Those that have are markers of fields, and tables of constants."""
        names = "Component, Operation, Param, RunPatch, RunContext, Connection, Resolvers, PolyspecError, compile"
        found = subprocess.run(
            [sys.executable, "-c", f"from polyspec import {names}\n{COMPILED}"], check=True, capture_output=True, text=True
        )
        assert set(found.stdout.split()) == {
            "Bounds", "Choice", "Combined", "Kubernetes", "Moved", "Pattern", "Shape", "_Field",
        }  # fmt: skip

    def test_resolvers_are_made_without_the_compiler(self) -> None:
        found = loaded_by("import polyspec; polyspec.Resolvers.untrusted(hosts=['example.com'])")
        assert not found & {"polyspec.pipeline", "polyspec.spec.load", "polyspec.source", "cattrs"}

    def test_what_knows_urls_waits_for_one(self) -> None:
        """Or for something of a caller's that is to be checked."""
        urls = {"polyspec.resolve.address", "polyspec.resolve.cache", "polyspec.resolve.hub", "polyspec.resolve.url", "ipaddress"}
        assert not loaded_by("import polyspec; polyspec.Resolvers.default(offline=True); polyspec.Resolvers.untrusted()") & urls
        for given in ("hub='/folder'", "cache='/folder'", "mirrors={'https://example.com/': '/folder'}"):
            assert loaded_by(f"import polyspec; polyspec.Resolvers.default({given})") >= urls

    def test_a_first_compilation_loads_what_it_needs(self) -> None:
        found = loaded_by("import polyspec; polyspec.compile({'run': {'kind': 'job', 'container': {'image': 'a'}}})")
        assert "polyspec.pipeline" in found
        assert not found & {
            "polyspec.bind.patterns",
            "polyspec.graph.check",
            "polyspec.locking",
            "polyspec.resolve.lock",
            "polyspec.sweep.listing",
            "polyspec.sweep.method",
            "polyspec.sweep.space",
            "importlib.resources",
            "jsonschema",
            "jinja2",
            "ruamel.yaml",
            "polyspec.resolve.address",
            "requests",
            "numpy",
            "polyspec.executors",
            "polyspec.resolve.http",
        }


class TestLateNames:
    def test_names_stay_with_their_package(self) -> None:
        find = late_names("polyspec.late", {"pathlib": ("Path",)})
        assert find("Path") is Path
        assert vars(sys.modules["polyspec.late"]).pop("Path") is Path

    def test_a_function_is_loaded_by_its_call(self) -> None:
        found = loaded_by("from polyspec.late import late_function; late_function('fractions', 'Fraction')")
        assert "fractions" not in found
        assert late_function("math", "isclose")(1.0, 1.1, rel_tol=0.2)


class TestLatePatterns:
    def test_it_is_the_pattern(self) -> None:
        found, expected = late_pattern("(a)|b", re.IGNORECASE), re.compile("(a)|b", re.IGNORECASE)
        assert (found.pattern, found.flags) == (expected.pattern, expected.flags)
        assert found.sub("x", "cABc") == expected.sub("x", "cABc") == "cxxc"
        assert [match.span(1) for match in found.finditer("ba")] == [(-1, -1), (1, 2)]
        for name in ("search", "match", "fullmatch", "split", "findall"):
            assert str(getattr(found, name)("A")) == str(getattr(expected, name)("A"))

    def test_it_is_compiled_by_its_first_use(self) -> None:
        found = late_pattern("(")
        with pytest.raises(re.error):
            found.match("a")

    def test_it_has_nothing_else(self) -> None:
        assert not hasattr(late_pattern("a"), "scanner")
