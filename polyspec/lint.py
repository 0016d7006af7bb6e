"""What is legal and probably wrong: inputs and params that nothing reads, images that change under their name.

Looked for when somebody asks for the warnings, in what was merged and in what became of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from polyspec.errors import Problem, Vocabulary, did_you_mean
from polyspec.late import late_pattern
from polyspec.limits import Limits
from polyspec.record import record
from polyspec.render import Templates
from polyspec.spec.checks import is_template
from polyspec.tree import Path, Tree, at, walk

WARNINGS = frozenset({
    "ambiguous-value", "latest-image", "null-in-text", "renamed-kind", "unknown-connection", "unknown-param", "unused-input",
    "unused-param",
})  # fmt: skip
"""The codes of all warnings: what can be silenced."""
LINT = frozenset({"latest-image", "unused-input", "unused-param"})
"""Those of them that are looked for here: nothing of a run depends on them."""
_WORD = late_pattern(r"[A-Za-z][A-Za-z0-9_.-]*")
_BY_NAME = ("conditions", "joins", "cache", "matrix", "schedule", "events", "build", "template")
"""Fields that may speak of inputs by their names, without a template."""
_WITHOUT_INPUTS = frozenset({"notifier", "cleaner", "tuner"})
"""Runs of the platform: what they read is not written in the spec."""
_ALL = ("inputs", "params", "io")
"""Words for all inputs."""


def silenced(codes: Iterable[str]) -> frozenset[str]:
    """The codes of warnings that are not to be told. Raises `ValueError` for one that no warning has."""
    found = frozenset((codes,) if isinstance(codes, str) else codes)
    for code in sorted(found - WARNINGS):
        hint = did_you_mean(code, WARNINGS) or f"known are: {', '.join(sorted(WARNINGS))}"
        raise ValueError(f"no warning has the code {code!r}: {hint}")
    return found


def lint(tree: Mapping[str, Tree], finished: Mapping[str, Tree], limits: Limits) -> Iterator[Problem]:
    """The warnings for a merged tree; `finished` is what became of it."""
    read = _Read.of(tree, limits)
    if tree["run"].get("kind") not in _WITHOUT_INPUTS and any(
        "container" in path or "operations" in path for path in _paths(tree)
    ):
        yield from _unused_inputs(tree, read)
    yield from _unused_params(tree, read)
    yield from _moving_images(tree, finished)


def _paths(tree: Mapping[str, Tree]) -> Iterator[Path]:
    return (path for path, _ in walk(tree["run"]))


@record
class _Read:
    """The names that are read, by a template or by a field that speaks of inputs; or all of them."""

    names: frozenset[str]
    everything: bool

    @classmethod
    def of(cls, tree: Mapping[str, Tree], limits: Limits) -> "_Read":
        """What a merged tree reads."""
        found: set[str] = set()
        templates = Templates(limits)
        texts = {text for path, leaf in walk(tree) for text in (*path, leaf) if is_template(text)}
        for use in (use for text in texts for use in templates.uses(text)):
            found.add(str(use[1]) if use[0] == "params" and len(use) > 1 else str(use[0]))
        fields: list[Any] = [tree[key] for key in _BY_NAME if key in tree]
        is_dag = tree["run"].get("kind") == "dag"
        for path, leaf in (pair for field in [*fields, *([tree["run"]] if is_dag else [])] for pair in walk(field)):
            found.update(step for step in path if isinstance(step, str) and step not in _ALL)
            found.update(_words(leaf) if isinstance(leaf, str) else ())
        hooks = tree.get("hooks") or ()
        hooked = any(isinstance(hook, dict) and not hook.get("disableDefaults") for hook in hooks)
        return cls(frozenset(found), hooked or templates.is_full or not found.isdisjoint(_ALL))

    def has(self, name: str, *holders: Mapping[str, Any]) -> bool:
        """Whether a name is read, or what holds it says where else it goes."""
        return self.everything or name in self.names or any(it.get(key) for it in holders for key in _DESTINATIONS)


_DESTINATIONS = ("toInit", "toEnv", "connection", "ref")


def _words(text: str) -> Iterator[str]:
    """The words of a text, and the parts of those with dots: `inputs.lr` speaks of `lr`, and not of all inputs."""
    for word in _WORD.findall(text):
        _, dot, rest = word.partition(".")
        yield from (word, *rest.split(".")) if dot else (word,)


def _unused_inputs(tree: Mapping[str, Tree], read: _Read) -> Iterator[Problem]:
    params = tree.get("params") or {}
    for index, io in enumerate(tree.get("inputs") or ()):
        name = io["name"]
        if not read.has(name, io, params.get(name) or {}):
            hint = f"write `{{{{ {name} }}}}` where it is meant to go, or remove it"
            yield _warning("unused-input", f"nothing reads the input `{name}`", ("inputs", index, "name"), hint)


def _unused_params(tree: Mapping[str, Tree], read: _Read) -> Iterator[Problem]:
    """Params that no input declares, and no template reads; one that says `contextOnly` is meant."""
    declared = dict.fromkeys(io["name"] for side in ("inputs", "outputs") for io in tree.get(side) or ())
    known = Vocabulary(declared)
    for name, param in (tree.get("params") or {}).items():
        if name not in declared and not param.get("contextOnly") and not read.has(name, param):
            hint = did_you_mean(name, known) or "declare an input, or remove it; `contextOnly: true` says that it is meant"
            message = f"nothing reads the param `{name}`, and no input is named so"
            yield attrs.evolve(_warning("unused-param", message, ("params", name), hint), at="key")


def _moving_images(tree: Mapping[str, Tree], finished: Mapping[str, Tree]) -> Iterator[Problem]:
    """Images without a tag or a digest, or with the tag `latest`. One that waits for a value is left alone."""
    for path, leaf in walk(tree["run"], ("run",)):
        if path[-1] != "image" or not (path[-2] == "container" or path[-3:-2] == ("sidecars",)):
            continue
        is_made = is_template(leaf) and "init" not in path  # init steps may stand elsewhere in what became of the tree
        image = at(finished, path) if is_made else leaf
        if isinstance(image, str) and image and not is_template(image) and (what := _moves(image)):
            yield _warning("latest-image", what, path, "name a version, as in `image:1.2`, or a digest")


def _moves(image: str) -> str | None:
    """Why an image may be another one tomorrow."""
    if "@" in image:
        return None
    _, colon, tag = image.rpartition("/")[2].partition(":")
    if not colon:
        return "this image has no tag: it is the latest when it is pulled"
    return "the tag `latest` means another image tomorrow" if tag == "latest" else None


def _warning(code: str, message: str, path: Path, hint: str) -> Problem:
    return Problem(code, message, path, hint, severity="warning")
