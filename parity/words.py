"""The small things that specs are made of: names, texts, numbers, and mappings with some of their keys.

Realistic rather than exhaustive: a text is one that people write. Texts that Polyaxon would read as Python (decision S1) are
apart, in `LITERALS`, so that a property can do without them.
"""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

Strategy = st.SearchStrategy[Any]
Tree = dict[str, Any]

NAMES = ("train", "prepare", "eval-1", "my_job", "A", "gpu2")
TEXTS = (
    "main",
    "us-east",
    "a b",
    "x=1",
    "a/b",
    "v1.2",
    "no quotes' here",
    "",
    "naïve",
    "#5",
    "a: b",
    "- x",
    "true",
    "null",
    "@",
    "%d",
)
PATHS = ("/data", "/etc/config", "/tmp/x", "data/raw", "./a", "/a/b c")
LITERALS = ("1", "1.10", "0644", "None", "1e5", "[1, 2]", "{'a': 1}", "(1, 2)", "'quoted'", "True", "0x10", "1_000", "...", "-3")
IMAGES = (
    "busybox",
    "python:3.11",
    "registry.example.com/team/app:1.0",
    "tensorflow/tensorflow:2.16.1-gpu",
    "img@sha256:" + "0" * 64,
)
CPU = ("1", "500m", "0.5", 1, 2, 0.5)
MEMORY = ("512Mi", "1Gi", "128M", 1024)

names = st.sampled_from(NAMES)
texts = st.sampled_from(TEXTS)
paths = st.sampled_from(PATHS)
images = st.sampled_from(IMAGES)
bools = st.booleans()
counts = st.integers(1, 9)
numbers = st.one_of(st.integers(-3, 100), st.sampled_from((0.5, 0.001, 1.5, 0.25, 2.0)))
labels = st.dictionaries(
    st.sampled_from(("app", "team", "polyaxon.com/x", "k8s.io/role", "tier")), st.one_of(texts, numbers, bools), max_size=3
)
"""Keys and values; a number or a bool stands for its text."""
uuids = st.sampled_from(("0f3e2d1c6b1ed8a2a9b24c8c9d7d0f5a", "0f3e2d1c-6b1e-d8a2-a9b2-4c8c9d7d0f5a"))
connections = st.sampled_from(("repo", "datasets", "bucket", "gcs-data", "registry", "slack", "nfs", "artifacts_store"))
CONNECTIONS: tuple[Mapping[str, Any], ...] = (
    {"name": "repo", "kind": "git", "schema": {"url": "https://github.com/org/repo"}},
    {"name": "datasets", "kind": "volume_claim", "schema": {"mountPath": "/datasets", "volumeClaim": "datasets", "readOnly": True}},
    {"name": "bucket", "kind": "s3", "schema": {"bucket": "s3://bucket"}},
    {"name": "gcs-data", "kind": "gcs", "schema": {"bucket": "gs://data"}},
    {"name": "registry", "kind": "registry", "schema": {"url": "registry.example.com/team"}},
    {"name": "slack", "kind": "slack", "secret": {"name": "slack-hook"}},
    {"name": "nfs", "kind": "host_path", "schema": {"hostPath": "/mnt/nfs", "mountPath": "/nfs"}},
)  # fmt: skip
"""The catalogue that both compilers are given; `artifacts_store` is the agent's own."""


@st.composite
def mapping(draw: st.DrawFn, required: Mapping[str, Strategy] | None = None, most: int = 4, /, **optional: Strategy) -> Tree:
    """A mapping with its required keys and at most `most` of the optional ones."""
    chosen = draw(st.lists(st.sampled_from(sorted(optional)), unique=True, max_size=most)) if optional else []
    parts = {**(required or {}), **{name: optional[name] for name in chosen}}
    return {name.rstrip("_"): draw(part) for name, part in parts.items()}


def some(items: Strategy, *, least: int = 0, most: int = 3) -> Strategy:
    """A list of a few items."""
    return st.lists(items, min_size=least, max_size=most)


@st.composite
def keyed(draw: st.DrawFn, items: Strategy, key: str, values: Strategy, *, least: int = 0, most: int = 3) -> list[Tree]:
    """A list of mappings, no two with the same value of a key."""
    return [{key: value, **draw(items)} for value in draw(st.lists(values, min_size=least, max_size=most, unique=True))]
