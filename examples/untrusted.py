"""Embedding: compile what strangers send, and answer with data.

A service takes the text of a spec and params, and gives the compiled operation, or what is wrong with it. `Resolvers.untrusted`
reads files below one folder and asks no host; `Limits` bounds the work. The text goes into a file below that folder, so that
it may refer to its neighbours, and problems have their lines.
"""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polyspec
from polyspec import Limits, Resolvers

LIMITS = Limits(document_bytes=64 * 1024, nodes=5_000, references=10, fetch_seconds=5)


def answer(text: str, params: Mapping[str, Any], components: Path) -> dict[str, Any]:
    """The answer of the service. `components` is the folder that specs may refer to."""
    with tempfile.TemporaryDirectory(dir=components) as folder:
        spec_file = Path(folder) / "spec.yaml"
        spec_file.write_text(text, encoding="utf-8")
        try:
            spec = polyspec.compile(spec_file, params, resolvers=Resolvers.untrusted(root=components), limits=LIMITS)
        except polyspec.PolyspecError as error:
            return {"ok": False, "problems": [problem(each) for each in error.diagnostics]}
    return {"ok": True, "digest": spec.digest, "operation": spec.to_dict()}


def problem(diagnostic: polyspec.Diagnostic) -> dict[str, Any]:
    """A diagnostic as data, for a form to show beside its field."""
    place = diagnostic.location
    return {
        "code": diagnostic.code,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "line": place.line if place else None,
    }


def main() -> None:
    components = Path("examples/hub/components")
    for line in ("pathRef: ../train/1.0.yaml", "pathRef: /etc/hostname", "runn: {}"):
        text = f"kind: operation\n{line}\n"
        print(json.dumps(answer(text, {"epochs": 2}, components), indent=2))


if __name__ == "__main__":
    main()
