"""Faults planted in sound specs by machine: what is written instead, on which line, and how it has to be told."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import attrs

KEYS = (
    "inputs", "outputs", "container", "image", "command", "args", "workingDir", "environment", "termination", "maxRetries",
    "plugins", "cache", "matrix", "concurrency", "resources", "connections", "description", "isOptional", "hubRef", "pathRef",
    "urlRef", "operations", "dependencies", "schedule", "hooks", "build", "nodeSelector", "tolerations", "replicas", "worker",
    "component", "runPatch", "strictParams", "joins", "delayValidation", "toInit", "isList",
)  # fmt: skip
"""Keys of the language that are no names of a user's."""
TYPED = (
    "image",
    "isOptional",
    "maxRetries",
    "concurrency",
    "replicas",
    "workingDir",
    "description",
    "queue",
    "isList",
    "toInit",
    "cron",
)
"""Fields with one plain value."""
KINDS = (
    "component", "operation", "job", "service", "dag", "mpijob", "tfjob", "pytorchjob", "raycluster", "daskcluster", "grid",
    "mapping", "random", "hyperband", "bayes", "choice", "pchoice", "range", "linspace", "uniform", "loguniform", "cron",
    "interval", "datetime", "metric_early_stopping",
)  # fmt: skip


@attrs.frozen
class Fault:
    """One text with one fault: the line of the fault, the code it must have, and the word that its hint must name."""

    what: str
    text: str
    line: int
    code: str
    meant: str | None = None
    column: int | None = None


def misspelt(word: str) -> str:
    """A word with two of its letters swapped, as fingers do."""
    for index in range(1, len(word) - 1):
        if word[index] != word[index + 1]:
            return word[:index] + word[index + 1] + word[index] + word[index + 2 :]
    return word + "x"


def _replaced(what: str, pattern: str, change: Callable[[str], str], code: str, *, hints: bool = True) -> Any:
    """A planter that changes the group `word` of every match of a pattern, one at a time."""
    found = re.compile(pattern, re.MULTILINE)

    def planter(text: str) -> Iterator[Fault]:
        for match in found.finditer(text):
            start, end = match.span("word")
            if "#" in text[text.rfind("\n", 0, start) + 1 : start]:
                continue
            word = match["word"]
            line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
            changed = text[:start] + change(word) + text[end:]
            yield Fault(what, changed, line, code, word if hints else None, column if what == "unknown template name" else None)

    return planter


def _twice(text: str) -> Iterator[Fault]:
    """The same key again on the line below it."""
    for match in re.finditer(r"^( *)([A-Za-z]+): *([\w.-]+) *$", text, re.MULTILINE):
        line = text.count("\n", 0, match.start()) + 1
        changed = f"{text[: match.end()]}\n{match[0]}{text[match.end() :]}"
        yield Fault("duplicate key", changed, line + 1, "duplicate-key")


PLANTERS: tuple[Callable[[str], Iterator[Fault]], ...] = (
    _replaced("misspelt key", rf"^[ -]*(?:{{.*)?\b(?P<word>{'|'.join(KEYS)}):(?= |$)", misspelt, "unknown-field"),
    _replaced("wrong type", rf"^[ -]*(?:{'|'.join(TYPED)}): *(?P<word>[\w./:-]+) *$", "[{{}}]".format, "wrong-type", hints=False),
    _replaced("wrong kind", rf"^[^\"'\n]*\bkind: *(?P<word>{'|'.join(KINDS)})\b", misspelt, "unknown-kind"),
    _replaced("unknown template name", r"\{\{ *(?P<word>[a-z_]{4,}) *\}\}", misspelt, "unknown-name"),
    _replaced("unknown reference", r"^pathRef: *(?:[\w./-]*/)?(?P<word>[\w.-]{3,}) *$", misspelt, "reference-not-found"),
    _replaced("unknown reference", r"^hubRef: *(?P<word>[\w-]{3,})(?::[\w.-]+)? *$", misspelt, "reference-not-found"),
    _replaced("unknown component", r"^[ -]*dagRef: *(?P<word>[\w-]{3,}) *$", misspelt, "unknown-component"),
    _replaced("unknown operation", r"\bops\.(?P<word>[\w-]{3,})", misspelt, "unknown-operation"),
    _replaced("unknown operation", r"\bdependencies: *\[(?P<word>[\w-]{3,})\b", misspelt, "unknown-operation"),
    _twice,
)
