"""How a run was finished: kept with it, so that other values of its params need only what reads them.

Nothing here knows how anything is rendered: the spots that read another value are rendered again, by the same code.
"""

import functools
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import Any

from polyspec.bind import Argument, Bound, following, may_rebind
from polyspec.errors import Problem, Rejected
from polyspec.limits import Limits
from polyspec.record import record
from polyspec.render import Rendered, Renderer, Seen, Spot, Templates, display, seen_names, seen_of
from polyspec.tree import Path, Tree, at
from polyspec.tree.shape import TEXT, Shape

DECIDING = frozenset({"connection", "connections", "ports", "isExternal", "rewritePath", "artifacts", "paths"})
"""Fields that decide what templates see, or what else is in the run."""
NAMING = frozenset({("name",), ("namespace",)})
"""Fields that templates see."""


@record(eq=False)
class PlacedSpot:
    """A spot of a run: the part that it was rendered in, its place in the run, and the dotted paths that it reads."""

    part: Path
    spot: Spot
    place: Path
    uses: frozenset[Path]

    @functools.cached_property
    def names(self) -> frozenset[Path]:
        """The names that it changes with."""
        return frozenset(map(_changing, self.uses))

    @property
    def decides(self) -> bool:
        """Whether more may follow from what it gives than that."""
        return self.place in NAMING or not DECIDING.isdisjoint(self.place)


@record(eq=False)
class Way:
    """The arguments of a run and what templates saw of each, all names, and what was rendered, by its path.

    `taken` is how much of the limits the templates took together, those of values and of arguments' written forms too.
    """

    bound: Bound
    shape: Shape
    names: Mapping[str, Any]
    parts: Mapping[Path, Rendered]
    seen: tuple[Seen | None, ...]
    limits: Limits
    taken: float

    @functools.cached_property
    def is_open(self) -> bool:
        """Whether other values can change nothing but themselves and the spots that they go into.

        Nothing is odd, unbound, or an init step of its own.
        """
        arguments = self.bound.arguments
        is_plain = all(argument.is_bound and not argument.to_init for argument in arguments)
        is_clear = len({argument.name for argument in arguments}) == len(arguments)
        return is_plain and is_clear and may_rebind(self.bound) and not any(part.warnings for part in self.parts.values())

    @functools.cached_property
    def spots(self) -> tuple[PlacedSpot, ...]:
        """Every spot of the run, part by part."""
        return tuple(self._spots())

    def _spots(self) -> Iterator[PlacedSpot]:
        templates = Templates(self.limits)
        for path, part in self.parts.items():
            for spot in part.spots:
                yield PlacedSpot(path, spot, (*path, *spot.path), spot.uses(templates))

    @functools.cached_property
    def _reads_params(self) -> bool:
        """Whether a template may read `params`, or writes an argument."""
        uses = (use for it in self.spots for use in it.uses)
        return any(use[0] == "params" for use in uses) or any(argument.arg_format for argument in self.bound.arguments)

    def again(
        self,
        groups: Iterable[Iterable[PlacedSpot]],
        fresh: Mapping[Path, Argument],
        own: Mapping[str, Any],
        templates: Templates,
    ) -> list[list[tuple[Path, Tree]]]:
        """What groups of spots give where some arguments are others, by their places; `templates` counts it.

        For a way that `is_open`; `own` are the `globals` that are not as they were. Raises `Rejected` for what is wrong, and for
        what is odd.
        """
        problems: list[Problem] = []
        names = {argument.name: display(argument) for argument in fresh.values()}
        if own:
            names["globals"] = {**self.names["globals"], **own}
        if self._reads_params:
            names["params"] = self._params(fresh, problems, templates)
        renderers: dict[Path, Renderer] = {}
        found = []
        for group in groups:
            values = []
            for it in group:
                renderer = renderers.get(it.part)
                if renderer is None:
                    seen = {**self.parts[it.part].names, **names}
                    renderer = renderers[it.part] = Renderer(seen, templates, problems)
                values.append((it.place, renderer.spot(it.spot, it.place)))
            found.append(values)
        if problems or any(renderer.warnings for renderer in renderers.values()):
            raise Rejected(problems)
        return found

    def _params(self, fresh: Mapping[Path, Argument], problems: list[Problem], templates: Templates) -> Mapping[str, Any]:
        arguments, write = self.bound.arguments, writer(templates, problems)
        found = [
            seen_of(fresh[it.path], write) if it.path in fresh else seen for it, seen in zip(arguments, self.seen, strict=True)
        ]
        params: Mapping[str, Any] = seen_names(arguments, found, {})["params"]
        return params


@record(eq=False)
class Reach:
    """Where other values of some params go in a run, for a way that `is_open`.

    `tree` is the run as it left the stages, `given` are the params that may have other values, `own` the `globals` that follow
    from those.
    """

    way: Way
    tree: Tree
    given: frozenset[str]
    own: frozenset[str]

    @functools.cached_property
    def arguments(self) -> Mapping[str, Argument]:
        """The arguments by name."""
        return {argument.name: argument for argument in self.way.bound.arguments}

    @functools.cached_property
    def following(self) -> frozenset[Path]:
        """The places of arguments whose values follow from others."""
        return following(self.way.bound) - {self.arguments[name].path for name in self.given}

    @functools.cached_property
    def alone(self) -> Mapping[str, Sequence[PlacedSpot]]:
        """The spots that one param goes into and nothing else that may change, by its name."""
        found: dict[str, list[PlacedSpot]] = {}
        for it in self.way.spots:
            names = it.names & self._changing
            if len(names) == 1 and names <= self._given:
                found.setdefault(str(next(iter(names))[0]), []).append(it)
        return found

    @functools.cached_property
    def _joint(self) -> Sequence[PlacedSpot]:
        """The spots that several things go into, or what follows from several."""
        alone = {id(it) for spots in self.alone.values() for it in spots}
        return [it for it in self.way.spots if id(it) not in alone and not it.names.isdisjoint(self._changing)]

    @functools.cached_property
    def _given(self) -> frozenset[Path]:
        return frozenset((name,) for name in self.given)

    @functools.cached_property
    def _always(self) -> frozenset[Path]:
        """The names that change with any param."""
        own = {("globals",), *(("globals", name) for name in self.own)} if self.own else set()
        follow = {(name,) for name, argument in self.arguments.items() if argument.path in self.following}
        return frozenset({("params",), *own, *follow})

    @functools.cached_property
    def _changing(self) -> frozenset[Path]:
        return self._given | self._always

    @functools.cached_property
    def texts(self) -> frozenset[Path]:
        """The places that may have any text, and have one as it was given."""
        shape, bound = self.way.shape, self.way.bound.tree
        places = (it.place for it in self.way.spots if not it.decides and shape.takes_any_text_at(bound, it.place))
        return frozenset(place for place in places if type(at(self.tree, place)) is str)

    @functools.cached_property
    def units(self) -> Mapping[Path, Path]:
        """The places that may have another text, number or bool, each with what is checked as a whole then."""
        shape, bound = self.way.shape, self.way.bound.tree
        places = (it.place for it in self.way.spots if not it.decides and type(at(self.tree, it.place)) in SCALARS)
        return {place: place if place in self.texts else shape.unit_at(bound, place) for place in places}

    def together(self, names: Iterable[str]) -> tuple[PlacedSpot, ...] | None:
        """The spots that other values of several params change together; None where those values may decide more."""
        changed = self._always.union((name,) for name in names)
        found = tuple(it for it in self._joint if not it.names.isdisjoint(changed))
        own = [{self.units[it.place] for it in self.alone.get(name, ())} for name in names]
        units = frozenset().union(*own)
        is_apart = len(units) == sum(map(len, own)) and not any(_is_below(it.place, units) for it in found)
        return found if is_apart and all(it.place in self.texts for it in found) else None

    def changed(self, argument: Argument) -> tuple[Path, Tree]:
        """An argument with its value as the run has it, and where it stands there."""
        path, io = self._ios[argument.path]
        return path, {**io, "value": argument.value}

    @functools.cached_property
    def _ios(self) -> Mapping[Path, tuple[Path, Mapping[str, Tree]]]:
        """The inputs, outputs and contexts of the run with their paths there, by the places of their arguments."""
        places = enumerate(argument.path for argument in self.way.bound.arguments)
        paths = {place: place if place[0] in ("inputs", "outputs") else ("contexts", index) for index, place in places}
        return {place: (path, at(self.tree, path)) for place, path in paths.items()}


def _is_below(place: Path, units: Container[Path]) -> bool:
    return any(place[:length] in units for length in range(1, len(place) + 1))


SCALARS = frozenset({str, int, float, bool})
"""The leaves of JSON, but null."""


def writer(templates: Templates, problems: list[Problem]) -> Callable[[str, Mapping[str, Any], Path], Any]:
    """What writes arguments by their formats; what is wrong with one goes into `problems`."""

    def written(source: str, names: Mapping[str, Any], path: Path) -> Any:
        renderer = Renderer(names, templates)
        found = renderer.text(source, path, TEXT)
        problems.extend(renderer.problems)
        return found

    return written


def _changing(use: Path) -> Path:
    """The name that a dotted path changes with: `("lr",)`, `("globals", "uuid")`, `("params",)` for all arguments."""
    if use[0] == "globals":
        return use[:2]
    is_one = use[0] == "params" and len(use) > 1 and isinstance(use[1], str) and use[1] != "as_args"
    return use[1:2] if is_one else use[:1]
