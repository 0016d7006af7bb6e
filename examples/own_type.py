"""An input type of your own: `semver`, a version of three numbers. A type is a function from a value to its plain value."""

import re
from typing import Any

import polyspec
from polyspec.bind import TypeMismatch, default_types


def semver(value: Any) -> str:
    """A version such as `1.2.3`. Raises `TypeMismatch` for anything else."""
    if isinstance(value, str) and re.fullmatch(r"\d+\.\d+\.\d+", value):
        return value
    raise TypeMismatch("expected a version such as `1.2.3`")


TYPES = default_types().with_entry("semver", semver)

SERVE = {
    "kind": "component",
    "name": "serve",
    "inputs": [{"name": "model", "type": "semver"}, {"name": "fallbacks", "type": "List[semver]", "value": ["1.0.0"]}],
    "run": {"kind": "service", "ports": [80], "container": {"image": "team/serve:{{ model }}"}},
}


def main() -> None:
    spec = polyspec.compile(SERVE, {"model": "2.1.0"}, types=TYPES)
    print(spec.run.container.image)
    try:
        polyspec.compile(SERVE, {"model": "latest"}, types=TYPES)
    except polyspec.PolyspecError as error:
        print(error.diagnostics[0].message)


if __name__ == "__main__":
    main()
