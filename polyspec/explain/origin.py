"""Where a value comes from, as data: an origin for each place that had a say."""

from collections.abc import Iterator
from typing import Any, Literal

import attrs

from polyspec.errors import conceal, printable
from polyspec.options import PARAMS_URI
from polyspec.tree import Path, format_path

LayerName = Literal["component", "operation", "preset", "runPatch", "param", "default", "context", "option"]

MASK = "********"
"""What stands for the value of a secret."""
MAX_TOLD = 200
"""The origins that a text tells of one value; `uses` has all of them."""
COMPILER = "<compiler>"
"""The source of what was written nowhere: the compiler put it there."""
CONTEXT = "<context>"
"""The source of what the run context says."""


@attrs.frozen(repr=False)
class Origin:
    """One place that had a say in a value.

    `layer` is `component`, `operation`, `preset`, `runPatch`, `param`, `default` (what an input falls back on, or what the
    compiler puts in), `context` or `option`. `source` is the file or the URL, or `<params>`, `<options>`, `<context>`,
    `<mapping>`, `<Operation>`, `<presets[0]>`, `<compiler>`; `digest` is `sha256:…` of the text of a document. `line` and
    `column` count from 1, and are None where nothing was written in a text. `path` is the path in that document; in `<context>`
    a field of `RunContext`.

    `value` is what was written there: the template, for a value that one made; that of a secret is masked. `is_secret` says that
    a secret went into the value. `strategy` is the patch strategy under which it won over another layer or lost to one; None
    where it met none. `uses` are, for a template, the origins of the values that went into it, each with the `name` under which
    the template reads it.
    """

    layer: LayerName
    source: str
    line: int | None = None
    column: int | None = None
    path: Path = ()
    value: Any = None
    strategy: str | None = None
    digest: str | None = None
    name: str | None = None
    is_secret: bool = False
    uses: "tuple[Origin, ...]" = attrs.field(default=(), eq=False)

    @property
    def place(self) -> str:
        """The place in one word: `train.yaml:9:7`, `<params> lr`, `<context> owner`."""
        return self.place_in(self.source)

    def place_in(self, source: str) -> str:
        """The same with another name for the source."""
        if self.line is not None:
            return f"{printable(source)}:{self.line}:{self.column}"
        if self.source == COMPILER:
            return printable(source)
        path = self.path[1:2] if self.source == PARAMS_URI else self.path
        return f"{printable(source)} {printable(format_path(path))}".strip()

    def __str__(self) -> str:
        return f"{self.layer} {self.place}"

    def __repr__(self) -> str:
        return f"<Origin {self}>"


def origin_chain(origin: Origin) -> Iterator[tuple[int, Origin, bool]]:
    """An origin and those of the values that went into it, depth first: how deep, the origin, and whether it is told again.

    What was told before is not followed again, for inputs that use one another twice would make a text without end; after
    `MAX_TOLD` the others are left out.
    """
    told: set[tuple[str, Path]] = set()
    waiting = [(0, origin)]
    for _ in range(MAX_TOLD):
        if not waiting:
            return
        depth, each = waiting.pop()
        again = bool(each.uses) and (each.source, each.path) in told
        yield depth, each, again
        if not again:
            told.add((each.source, each.path))
            waiting.extend((depth + 1, used) for used in reversed(each.uses))


def shown(value: Any, *, is_secret: bool) -> Any:
    """A value that may be seen: masked where it is secret, and without what looks like a secret in its texts."""
    if is_secret:
        return MASK
    if isinstance(value, str):
        return conceal(value)
    if isinstance(value, dict):
        return {key: shown(part, is_secret=False) for key, part in value.items()}
    return [shown(part, is_secret=False) for part in value] if isinstance(value, list) else value


def origin_dict(origin: Origin) -> dict[str, Any]:
    """An origin as plain data; the origins of the values in it are listed, not nested: `depth` says how far each is."""
    chain = list(origin_chain(origin))
    uses = [{"depth": depth, **_plain(used)} for depth, used, again in chain[1:] if not again]
    return {**_plain(origin), **({"uses": uses} if uses else {})}


def _plain(origin: Origin) -> dict[str, Any]:
    fields = attrs.asdict(origin, recurse=False, filter=lambda field, _: field.name not in ("uses", "path"))
    return {key: value for key, value in fields.items() if value is not None and value is not False} | {
        "path": format_path(origin.path)
    }
