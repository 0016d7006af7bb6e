"""Write polyspec/spec/kubernetes_schema.json anew from the schemas that Kubernetes publishes.

usage: python tools/update_kubernetes_schema.py 1.37.0 [--wheel FILE] [--output FILE]

The schemas come from the pip package `kubernetes-validate` of that version, which holds Kubernetes' published OpenAPI as
JSON Schema; `--wheel` takes a file instead of asking pip. The same version gives the same file, byte for byte. Afterwards
set `KUBERNETES_VERSION` in polyspec/spec/kubernetes.py and run the tests.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

PACKAGE: Final = "kubernetes-validate"
OUTPUT: Final = Path(__file__).resolve().parent.parent / "polyspec" / "spec" / "kubernetes_schema.json"
ROOTS: Final = (
    "io.k8s.api.batch.v1.PodFailurePolicy",
    "io.k8s.api.core.v1.Affinity",
    "io.k8s.api.core.v1.Container",
    "io.k8s.api.core.v1.HostAlias",
    "io.k8s.api.core.v1.PodDNSConfig",
    "io.k8s.api.core.v1.PodSecurityContext",
    "io.k8s.api.core.v1.Toleration",
    "io.k8s.api.core.v1.Volume",
)
"""The definitions that a spec writes; what they refer to comes with them."""

KEPT: Final = frozenset({"$ref", "additionalProperties", "enum", "items", "properties", "required", "type"})
DROPPED: Final = frozenset({"default", "description", "format"})
"""Keywords that refuse nothing here; so are those that begin with `x-kubernetes-`."""

Schema = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("version", help="a release of Kubernetes, such as 1.37.0")
    parser.add_argument("--wheel", type=Path, help=f"the wheel of {PACKAGE}, where it is at hand")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wheel = options.wheel or download(options.version, Path(folder))
        text = written(document(options.version, read(wheel, options.version)))
    options.output.write_text(text, encoding="utf-8")
    print(f"{options.output}: {len(text)} bytes")


def download(version: str, folder: Path) -> Path:
    """The wheel of the package, from the index that pip is set up for."""
    requirement = f"{PACKAGE}=={version}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", str(folder)]
    subprocess.run([*command, requirement], check=True)
    return next(folder.glob("*.whl"))


def member(version: str) -> str:
    """Where the wheel keeps the schemas: it has one set for each minor release, that of its first patch release."""
    major, minor, _ = version.split(".")
    return f"kubernetes_validate/kubernetes-json-schema/v{major}.{minor}.0-local-strict/_definitions.json"


def read(wheel: Path, version: str) -> bytes:
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(member(version))


def document(version: str, published: bytes) -> Schema:
    """The file: where it came from, and the definitions."""
    definitions = reduced(json.loads(published)["$defs"], ROOTS)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "version": version,
        "origin": f"Kubernetes' published OpenAPI, from {PACKAGE} {version} (Apache-2.0), {member(version)}",
        "origin_sha256": hashlib.sha256(published).hexdigest(),
        "roots": [short(root) for root in ROOTS],
        "definitions_sha256": digest(definitions),
        "$defs": definitions,
    }


def written(tree: Schema) -> str:
    definitions = json.loads(json.dumps(tree["$defs"], sort_keys=True))
    return json.dumps({**tree, "$defs": definitions}, indent=1) + "\n"


def digest(definitions: Schema) -> str:
    return hashlib.sha256(json.dumps(definitions, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def reduced(published: Mapping[str, Schema], roots: tuple[str, ...]) -> Schema:
    """The definitions that the roots reach, under their short names, with the keywords that refuse something.

    Exits where two of them share a short name, where they refer to themselves, or where a keyword is new.
    """
    names = reached(published, roots)
    definitions = {short(name): simplified(published[name]) for name in sorted(names)}
    if len(definitions) != len(names):
        sys.exit("two definitions share a short name")
    return definitions


def reached(published: Mapping[str, Schema], roots: tuple[str, ...], above: tuple[str, ...] = ()) -> set[str]:
    """The roots and all that they refer to; the definitions are linked into one another, so that a circle has no place."""
    names = set(roots)
    for root in roots:
        if root in above:
            sys.exit(f"the definition {root} refers to itself")
        references = tuple(reference.rsplit("/", 1)[-1] for reference in references_of(published[root]))
        names |= reached(published, references, (*above, root))
    return names


def references_of(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references_of(value)


def simplified(schema: Schema) -> Schema:
    """One schema with the keywords of `KEPT` alone.

    A choice between types becomes a list of types; null is no type here, as it means in a spec that the field is absent.
    """
    if "oneOf" in schema:
        return {"type": types(name for branch in schema["oneOf"] for name in only_types(branch))}
    kept = {key: value for key, value in schema.items() if key not in DROPPED and not key.startswith("x-kubernetes-")}
    if unknown := sorted(kept.keys() - KEPT):
        sys.exit(f"keywords that nobody has thought about: {', '.join(unknown)}")
    return {key: simplified_value(key, value) for key, value in kept.items()}


def only_types(branch: Schema) -> list[str]:
    if branch.keys() - DROPPED != {"type"}:
        sys.exit("a choice between more than types")
    return listed(branch["type"])


def simplified_value(keyword: str, value: Any) -> Any:
    if keyword == "$ref":
        return f"#/$defs/{short(value)}"
    if keyword == "type":
        return types(listed(value))
    if keyword == "properties":
        return {name: simplified(schema) for name, schema in value.items()}
    return simplified(value) if isinstance(value, dict) else value


def types(names: Iterable[str]) -> str | list[str]:
    """The value of `type`: one name, or a list of them; text before numbers, as messages name them."""
    left = sorted(set(names) - {"null"}, reverse=True)
    return left[0] if len(left) == 1 else left


def listed(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names


def short(name: str) -> str:
    """`Container` of `#/$defs/io.k8s.api.core.v1.Container`."""
    return name.rsplit("/", 1)[-1].rsplit(".", 1)[-1]


if __name__ == "__main__":
    main()
