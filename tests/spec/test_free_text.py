"""Where any text may stand: what a template gives there needs no look at the rest."""

from typing import Any

import pytest

from polyspec.spec.shapes import definition_shape
from polyspec.tree import Path

TREE: dict[str, Any] = {
    "name": "train",
    "queue": "gpu",
    "tags": ["a"],
    "cache": {"io": ["a"]},
    "run": {
        "kind": "job",
        "environment": {"labels": {"team": "a"}, "nodeSelector": {"a": "b"}},
        "container": {
            "image": "a",
            "args": ["b"],
            "env": [{"name": "A", "value": "b"}],
            "resources": {"limits": {"cpu": "1"}},
            "stdin": "c",
        },
        "init": [{"git": {"url": "a"}}],
        "volumes": [{"name": "v", "hostPath": {"path": "p"}}],
    },
    "termination": {"timeout": "1"},
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("run", "container", "image"), True),
        (("run", "container", "args", 0), True),
        (("run", "container", "env", 0, "value"), True),
        (("run", "environment", "labels", "team"), True),
        (("tags", 0), True),
        (("tags",), False),  # a text with commas is a list
        (("queue",), False),  # it has a pattern
        (("run", "container", "stdin"), False),  # a bool, or a template
        (("termination", "timeout"), False),
        (("run", "init", 0, "git", "url"), False),  # its class has a rule
        (("run", "volumes", 0, "hostPath", "path"), False),  # Kubernetes has
    ],
)
def test_any_text_may_stand_where_nothing_looks_at_it(path: Path, expected: bool) -> None:
    assert definition_shape().takes_any_text_at(TREE, path) is expected
