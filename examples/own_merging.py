"""Merging of your own: a patch strategy that keeps the larger number, and a rule that puts tags together end to end."""

from typing import Any

import polyspec
from polyspec.merge import Merging, Strategy


def larger(base: Any, patch: Any) -> bool:
    """Take the patch unless both are numbers and the base is the larger one."""
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (base, patch))
    return not numbers or patch > base


MERGING = Merging().with_strategy(Strategy("largest", larger)).with_rule("tags", "concatenated")

COMPONENT = {
    "kind": "component",
    "name": "train",
    "tags": ["nightly"],
    "termination": {"maxRetries": 5, "timeout": 60},
    "run": {"kind": "job", "container": {"image": "team/train"}},
}
FLOOR = {"patchStrategy": "largest", "tags": ["nightly"], "termination": {"maxRetries": 2, "timeout": 3600}}


def main() -> None:
    spec = polyspec.compile(COMPONENT, presets=[FLOOR], merging=MERGING).to_dict()
    print(f"maxRetries: {spec['termination']['maxRetries']}")
    print(f"timeout: {spec['termination']['timeout']}")
    print(f"tags: {spec['tags']}")


if __name__ == "__main__":
    main()
