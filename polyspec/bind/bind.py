"""Params to inputs: every declared input and output gets its value, undeclared params become contexts, all problems at once.

polyaxonfile sections 6 and 7, under decisions S27, S29, S31. Templates in values are evaluated by the function that the
compiler hands in, in the order of declaration: an input may use the inputs before it. Values of the call are data.
"""

import functools
import itertools
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from typing import Any

import attrs

from polyspec.bind.argument import Argument, bound_io, context_io, in_todays_words
from polyspec.bind.containers import list_of
from polyspec.bind.faults import missing, no_list, reserved, unresolved, wrong
from polyspec.bind.types import InputType, TypeMismatch, UnknownType, default_types, parse_type, takes_list
from polyspec.bind.validation import Effort, Failure, check
from polyspec.errors import Problem, Rejected, Vocabulary, did_you_mean, plugin_failed
from polyspec.limits import Limits
from polyspec.record import record
from polyspec.registry import Registry
from polyspec.spec.checks import is_template
from polyspec.tree import Path, Tree, Verbatim, at, replaced, walk

Evaluate = Callable[[Any, Mapping[str, Any], Path, Container[str]], Any]
"""Takes a value that may hold templates, the names so far, the path of the value, and names of which it is known that they are
missing; gives it rendered, or raises `Rejected`."""

_ENOUGH = 100
"""Problems, and names without a declaration, after which no more is sought where seeking takes time."""


@record(eq=False)
class Bound:
    """The merged tree with its `inputs`, `outputs` and `contexts` bound and its params used up.

    `course` is what it takes to bind other values.
    """

    tree: Mapping[str, Tree]
    arguments: tuple[Argument, ...]
    warnings: tuple[Problem, ...] = ()
    course: "_Course | None" = None

    @property
    def merged(self) -> Mapping[str, Tree]:
        """The tree that was bound."""
        return self.tree if self.course is None else self.course.tree


@record(eq=False)
class _Joined:
    """A param that a join gives, and where it is written."""

    param: Mapping[str, Any]
    path: Path


@record(eq=False)
class _Course:
    """One binding, to follow again.

    `found` are the arguments by their places, in the order in which they were bound; `arguments` are they as `Bound` has them,
    the `undeclared` ones first.
    """

    binding: "_Binding"
    tree: Mapping[str, Tree]
    contexts: tuple[str, ...]
    pending: frozenset[str]
    found: Mapping[Path, Argument]
    arguments: Sequence[Argument]
    undeclared: int
    describes: bool

    @functools.cached_property
    def templated(self) -> frozenset[Path]:
        """The places whose values names go into; the others depend on their own param alone."""
        return frozenset(place for place in self.found if _is_templated(self.binding, self.tree, place))

    @functools.cached_property
    def has_ends(self) -> bool:
        """Whether names go into a connection or a variable of an argument."""
        return any(is_template(it.connection) or is_template(it.to_env) for it in self.found.values())


@record(eq=False)
class _Binding:
    """What every step of one binding needs to know."""

    params: Mapping[str, Mapping[str, Any]]
    swept: frozenset[str]
    joined: Mapping[str, "_Joined"]
    sweeps_any: bool
    evaluate: Evaluate | None
    types: Registry[InputType]
    waits: bool
    limits: Limits
    checks_defaults: bool = True
    pending: set[str] = attrs.field(factory=set)
    problems: list[Problem] = attrs.field(factory=list)
    effort: Effort = attrs.field()

    @effort.default
    def _effort_of_the_limits(self) -> Effort:
        return Effort(self.limits.pattern_steps)

    @property
    def effort_taken(self) -> float:
        """How much of what the limits allow patterns took: 1 is all."""
        return 1 - self.effort.left / self.limits.pattern_steps if self.limits.pattern_steps else 0

    def again(self, params: Mapping[str, Mapping[str, Any]], evaluate: Evaluate, pending: Iterable[str]) -> "_Binding":
        """The same for other values of the params, whose defaults were looked at."""
        matrix = (self.swept, self.joined, self.sweeps_any)
        return _Binding(params, *matrix, evaluate, self.types, self.waits, self.limits, False, set(pending))  # noqa: FBT003 - its place


def bind(
    tree: Mapping[str, Tree],
    names: Mapping[str, Any],
    evaluate: Evaluate | None,
    types: Registry[InputType] | None = None,
    *,
    waits: bool = False,
    limits: Limits | None = None,
) -> Bound:
    """The merged tree with every param in its place. Raises `Rejected` with all problems; what they are about is then unbound.

    `names` are what templates in values may use beside the inputs. Without `evaluate` (for a DAG, whose operations are
    rendered when they run) templates stay as they are and are not checked. With `waits`, references to other operations are
    left unbound; without, only a DAG has them.
    """
    course, scope, warnings = _followed(tree, names, evaluate, types or default_types(), limits or Limits(), waits=waits)
    found, arguments = _bound(course, scope)
    if course.binding.problems:
        raise Rejected(course.binding.problems, Bound(found, arguments))
    return Bound(found, arguments, tuple(warnings), course)


def binding_problems(tree: Mapping[str, Tree], types: Registry[InputType], limits: Limits) -> Sequence[Problem]:
    """What is wrong with the params of a merged tree whose templates are left as they are."""
    if not any(map(tree.get, _BOUND)):
        return ()
    course, _, _ = _followed(tree, {}, None, types, limits, waits=True)
    return course.binding.problems


_BOUND = ("params", "inputs", "outputs", "joins", "matrix")
"""What there is to bind."""


def _followed(
    tree: Mapping[str, Tree],
    names: Mapping[str, Any],
    evaluate: Evaluate | None,
    types: Registry[InputType],
    limits: Limits,
    *,
    waits: bool,
) -> tuple[_Course, dict[str, Any], list[Problem]]:
    """The course of a binding, every argument found; the names that templates see then; what was odd."""
    matrix = tree.get("matrix") or {}
    binding = _Binding(
        params=tree.get("params") or {},
        swept=_swept(matrix),
        joined=_joined(tree.get("joins")),
        sweeps_any=_sweeps_any(matrix),
        evaluate=evaluate,
        types=types,
        waits=waits or evaluate is None,
        limits=limits,
    )
    binding.pending.update(name for name in (*binding.swept, *binding.joined) if name not in binding.params)
    binding.problems.extend(reserved(binding.params))
    declared = {io["name"] for side in ("inputs", "outputs") for io in tree.get(side) or ()}
    contexts = [name for name in binding.params if name not in declared]
    joined = {name: it for name, it in binding.joined.items() if name not in declared and name not in binding.params}
    warnings = _check_contexts(binding, contexts, joined, declared, is_strict=bool(tree.get("strictParams")))
    pending = frozenset(binding.pending)
    scope = {**names, **data_of(binding.params, contexts)}
    found: dict[Path, Argument] = {}
    late: list[str] = []
    later = set(declared)
    for name in contexts:
        if (later or binding.sweeps_any) and _waits_for_inputs(binding, name, scope, later):
            late.append(name)
            later.add(name)
        else:
            found["params", name] = _context(binding, name, scope)
    places: list[Path] = [(side, index) for side in ("inputs", "outputs") for index in range(len(tree.get(side) or ()))]
    for place in (*places, *(("params", name) for name in late)):
        found[place] = _at(binding, tree, place, scope)
    found |= {it.path: _found_by_join(name, it) for name, it in joined.items()}
    order = itertools.chain((("params", name) for name in contexts), (it.path for it in joined.values()), places)
    arguments = [found[place] for place in order]
    describes = any(is_template(tree[str(side)][index].get("description")) for side, index in places)
    course = _Course(binding, tree, tuple(contexts), pending, found, arguments, len(arguments) - len(places), describes)
    return course, scope, warnings


def _bound(course: _Course, scope: Mapping[str, Any]) -> tuple[Mapping[str, Tree], tuple[Argument, ...]]:
    """The tree that was bound, with its arguments in their places, and these."""
    binding, tree = course.binding, course.tree
    arguments = tuple(
        _settled(binding, it, scope) if is_template(it.connection) or is_template(it.to_env) else it for it in course.arguments
    )
    described = _described(binding, tree, scope) if course.describes else tree
    found = {key: value for key, value in tree.items() if key != "params"}
    rest = iter(arguments)
    contexts = [context_io(it) for it in itertools.islice(rest, course.undeclared)]
    if contexts:
        found["contexts"] = contexts
    for side in ("inputs", "outputs"):
        if tree.get(side):
            found[side] = [bound_io(io, argument) for io, argument in zip(described[side], rest, strict=False)]
    return found, arguments


def _at(binding: _Binding, tree: Mapping[str, Tree], place: Path, scope: dict[str, Any]) -> Argument:
    """The argument of a place: of a param that nothing declares, or of a declared input or output."""
    side, key = str(place[0]), place[1]
    return _context(binding, str(key), scope) if side == "params" else _declared(binding, tree[side][key], place, scope)


def _is_templated(binding: _Binding, tree: Mapping[str, Tree], place: Path) -> bool:
    """Whether names go into the value of a place."""
    side, key = str(place[0]), place[1]
    io = tree[side][key] if side in ("inputs", "outputs") else {}
    param = binding.params.get(io.get("name", key)) or {}
    return _has_template(io.get("value")) or _has_template(param.get("value"))


def data_of(params: Mapping[str, Mapping[str, Any]], contexts: Iterable[str]) -> dict[str, Any]:
    """The contexts of the call: they need no names, and templates in the others may use them."""
    values = ((name, params[name].get("value")) for name in contexts)
    return {name: value.value for name, value in values if isinstance(value, Verbatim)}


def _waits_for_inputs(binding: _Binding, name: str, scope: Mapping[str, Any], names: Collection[str]) -> bool:
    """Whether a context takes declared inputs: it is then bound after them."""
    param = binding.params[name]
    return not param.get("ref") and _lacks(binding, param.get("value"), scope, ("params", name, "value"), names)


def _settled(binding: _Binding, argument: Argument, scope: Mapping[str, Any]) -> Argument:
    """An argument with its connection and its variable rendered."""
    texts = {"connection": ("connection", argument.connection), "to_env": ("toEnv", argument.to_env)}
    param = binding.params.get(argument.name) or {}
    for field, (key, text) in texts.items():
        path = ("params", argument.name, key) if param.get(key) else (*argument.path, key)
        if is_template(text) and not _lacks(binding, text, scope, path, binding.pending):
            argument = argument._replace(**{field: _evaluated(binding, text, scope, path)})
    return argument


def _described(binding: _Binding, tree: Mapping[str, Tree], scope: Mapping[str, Any]) -> Mapping[str, Tree]:
    """The tree with the descriptions of its inputs and outputs rendered."""
    changed: list[tuple[Path, Tree]] = []
    for side in ("inputs", "outputs"):
        for index, io in enumerate(tree.get(side) or ()):
            text, path = io.get("description"), (side, index, "description")
            if is_template(text) and not _lacks(binding, text, scope, path, binding.pending):
                changed.append((path, _evaluated(binding, text, scope, path)))
    described: Mapping[str, Tree] = replaced(tree, changed)
    return described


def value_at(binding: _Binding, tree: Mapping[str, Tree], place: Path, scope: Mapping[str, Any]) -> tuple[Any, bool]:
    """The value of a place, and whether it is bound now: of a param that nothing declares, or of a declared input or output."""
    side, key = str(place[0]), place[1]
    if side == "params":
        return _context_value(binding, str(key), scope)
    io = tree[side][key]
    return _value(binding, io, binding.params.get(io["name"]), place, scope)


def _context_value(binding: _Binding, name: str, scope: Mapping[str, Any]) -> tuple[Any, bool]:
    param = binding.params[name]
    if param.get("ref"):
        return _referring(binding, name)
    return _rendered(binding, param.get("value"), scope, ("params", name, "value"))


def _context(binding: _Binding, name: str, scope: dict[str, Any]) -> Argument:
    """An undeclared param: its value as it is, under its name."""
    param = binding.params[name]
    value, is_bound = _context_value(binding, name, scope)
    param = {} if param.get("ref") else param
    _settle(binding, name, scope, value, is_bound=is_bound)
    return Argument(
        name,
        value,
        connection=param.get("connection"),
        to_init=bool(param.get("toInit")),
        to_env=param.get("toEnv"),
        path=("params", name),
        is_bound=is_bound,
    )


def _rendered(binding: _Binding, value: Any, scope: Mapping[str, Any], path: Path) -> tuple[Any, bool]:
    """What a value renders to, and whether it does: one that is pending or wrong stays as it is written."""
    if isinstance(value, Verbatim):
        return value.value, True
    if binding.evaluate is None or not _has_template(value):
        return value, True
    if _lacks(binding, value, scope, path, binding.pending):
        return value, False
    before = len(binding.problems)
    found = _evaluated(binding, value, scope, path)
    return (found, True) if len(binding.problems) == before else (value, False)


def _settle(binding: _Binding, name: str, scope: dict[str, Any], value: Any, *, is_bound: bool) -> None:
    """Let the templates that follow see a value, or wait for it."""
    if is_bound:
        scope[name] = value
    else:
        binding.pending.add(name)


def _found_by_join(name: str, joined: _Joined) -> Argument:
    """An undeclared param of a join: a list, of what the runs that it finds give, once it runs."""
    param = joined.param
    return Argument(
        name,
        is_list=True,
        connection=param.get("connection"),
        to_init=bool(param.get("toInit")),
        to_env=param.get("toEnv"),
        path=joined.path,
        is_bound=False,
    )


def _referring(binding: _Binding, name: str) -> tuple[Any, bool]:
    """A param whose value another operation gives: unbound until that has run."""
    if not binding.waits:
        binding.problems.append(unresolved(name, ("params", name, "ref")))
    return None, False


def _declared(binding: _Binding, io: Mapping[str, Any], place: Path, scope: dict[str, Any]) -> Argument:
    """A declared input or output: its param, its default, or nothing where nothing is needed."""
    name = io["name"]
    param = binding.params.get(name)
    is_sought = len(binding.problems) < binding.limits.sought
    value, is_bound = _value(binding, io, param, place, scope) if is_sought else (None, False)
    _settle(binding, name, scope, value, is_bound=is_bound)
    given = param or _NOTHING
    return Argument(
        name,
        value,
        type=io.get("type"),
        is_list=bool(io.get("isList")),
        is_flag=bool(io.get("isFlag")),
        arg_format=io.get("argFormat"),
        connection=given.get("connection") or io.get("connection"),
        to_init=bool(given.get("toInit") or io.get("toInit")),
        to_env=given.get("toEnv") or io.get("toEnv"),
        path=place,
        is_bound=is_bound,
    )


def _value(
    binding: _Binding, io: Mapping[str, Any], param: Mapping[str, Any] | None, place: Path, scope: Mapping[str, Any]
) -> tuple[Any, bool]:
    """The value of an input or output, and whether it is bound now."""
    name, default = io["name"], io.get("value")
    is_covered = param is not None or name in binding.pending
    if is_covered and binding.checks_defaults and default is not None and not isinstance(default, Verbatim):
        _check_default(binding, io, place)
    if param is not None and param.get("ref"):
        return _referring(binding, name)
    if param is None and (name in binding.swept or name in binding.joined or (binding.sweeps_any and default is None)):
        if name in binding.joined and not (io.get("isList") or io.get("type") is None or takes_list(io["type"])):
            binding.problems.append(no_list(io, place, binding.joined[name].path))
        return None, False
    given = None if param is None else param.get("value")
    is_given = gives(param)
    if not is_given and default is None and not _may_be_absent(io, place):
        binding.problems.append(missing(io, place))
        return None, False
    raw, path = (given, ("params", name, "value")) if is_given else (default, (*place, "value"))
    evaluated, is_rendered = _rendered(binding, raw, scope, path)
    if not is_rendered:
        return raw, False
    before = len(binding.problems)
    value = _converted(binding, io, evaluated, path, place, is_data=isinstance(raw, Verbatim))
    if len(binding.problems) > before:
        return None, False
    return (raw if not is_given and evaluated is raw and _says_the_same(raw, value) else value), True


_NOTHING: Mapping[str, Any] = {}


def gives(param: Mapping[str, Any] | None) -> bool:
    """Whether a param gives a value: one that is null leaves the default."""
    given = None if param is None else param.get("value")
    return given is not None and not (isinstance(given, Verbatim) and given.value is None)


def _says_the_same(written: Any, value: Any) -> bool:
    """Whether a default is a value of its type as it is written, as 1 is a float: it is kept so, for command lines show it."""
    if isinstance(written, str) and isinstance(value, str):
        return True
    return bool(written == value) and isinstance(written, bool) == isinstance(value, bool)


def _check_default(binding: _Binding, io: Mapping[str, Any], place: Path) -> None:
    """A default is of the type of its input, whether it is needed or not."""
    default = io.get("value")
    if not _has_template(default):
        _converted(binding, io, default, (*place, "value"), place, is_data=False)


def _evaluated(binding: _Binding, value: Any, scope: Mapping[str, Any], path: Path) -> Any:
    """What a value with a template renders to."""
    if binding.evaluate is None:
        return value
    if len(binding.problems) >= _ENOUGH:
        return None
    try:
        return binding.evaluate(value, scope, path, ())
    except Rejected as error:
        binding.problems.extend(error.problems)
        return None


def _lacks(binding: _Binding, value: Any, scope: Mapping[str, Any], path: Path, names: Collection[str]) -> bool:
    """Whether a template cannot be rendered for want of some of these names, and of nothing else."""
    may_lack = names or binding.sweeps_any
    if not may_lack or isinstance(value, Verbatim) or binding.evaluate is None or not _has_template(value):
        return False
    try:
        binding.evaluate(value, scope, path, names)
    except Rejected as error:
        return all(binding.sweeps_any or waits_for(problem, value, path, names) for problem in error.problems)
    return False


def waits_for(problem: Problem, tree: Any, path: Path, waiting: Container[str]) -> bool:
    """Whether a problem of a tree that stands at a path is about one of the names that wait for a run."""
    source = at(tree, problem.path[len(path) :])
    if problem.code != "unknown-name" or problem.span is None or not isinstance(source, str):
        return False
    return source[problem.span[0] : problem.span[1]] in waiting


def _has_template(value: Any) -> bool:
    return is_template(value) or (type(value) in _HOLDERS and any(is_template(leaf) for _, leaf in walk(value)))


_HOLDERS = frozenset({dict, list})


def _converted(binding: _Binding, io: Mapping[str, Any], value: Any, path: Path, place: Path, *, is_data: bool) -> Any:
    """The value as its type has it, and checked by its validation; a problem and the value itself where it is not."""
    if value is None or not io.get("type") or (binding.evaluate is None and not is_data and _has_template(value)):
        return value
    try:
        found = _type(io, binding.types)(value)
    except UnknownType as error:
        binding.problems.append(Problem("unknown-type", error.message, (*place, "type"), error.hint, span=error.span))
        return value
    except TypeMismatch as error:
        problem = wrong(io["name"], path, place, "wrong-type", error.message, error.hint, error.path, is_data=is_data)
        binding.problems.append(problem)
        return value
    except Exception as error:  # noqa: BLE001 - a type of one's own may raise anything, and its text may hold secrets
        binding.problems.append(plugin_failed("input type", str(io["type"]), error, path))
        return value
    if io.get("validation") or io.get("options") is not None:
        binding.problems.extend(
            wrong(io["name"], path, place, it.code, it.message, it.hint, it.path, is_data=is_data)
            for it in _failures(io, found, binding)
        )
    return found


def _failures(io: Mapping[str, Any], value: Any, binding: _Binding) -> Iterable[Failure]:
    """What a value fails of the validation and of the options of its input."""
    type_name = f"List[{io['type']}]" if io.get("isList") else io["type"]
    return check(value, in_todays_words(io).get("validation") or {}, type_name, binding.types, binding.effort)


def _type(io: Mapping[str, Any], types: Registry[InputType]) -> InputType:
    """The type of an input. A list of texts converts its items, which `List[str]` does not (section 7.2)."""
    item = parse_type(io["type"], types)
    return list_of(item) if io.get("isList") else item


def _may_be_absent(io: Mapping[str, Any], place: Path) -> bool:
    """Optional, or only checked when it runs: inputs that say so, outputs that do not say otherwise (decision S27)."""
    if io.get("isOptional") or "value" in io:
        return True
    validation = io.get("validation") or {}
    delay = io.get("delayValidation") if io.get("delayValidation") is not None else validation.get("delay")
    return bool(delay) if place[0] == "inputs" else delay is not False


def _check_contexts(
    binding: _Binding, contexts: Iterable[str], joined: Mapping[str, _Joined], declared: Iterable[str], *, is_strict: bool
) -> list[Problem]:
    """Undeclared params are contexts, unless something says that they must be declared (decision S31)."""
    warnings: list[Problem] = []
    known = Vocabulary(declared)
    given = ((name, binding.params[name], ("params", name)) for name in contexts)
    undeclared = itertools.chain(given, ((name, it.param, it.path) for name, it in joined.items()))
    for index, (name, param, path) in enumerate(itertools.islice(undeclared, max(_ENOUGH, binding.limits.sought))):
        must = param.get("contextOnly") is False or (is_strict and param.get("contextOnly") is not True)
        hint = did_you_mean(name, known) if index < _ENOUGH else None
        if must and index < binding.limits.sought:
            hint = hint or "declare an input, or set `contextOnly: true`"
            binding.problems.append(
                Problem("unknown-param", f"no input or output is named `{name}`", path, hint, "key", about=name)
            )
        elif param.get("contextOnly") is None and hint:
            message = f"no input or output is named `{name}`: it is a context value"
            warnings.append(Problem("unknown-param", message, path, hint, "key", severity="warning"))
    return warnings


def _swept(matrix: Mapping[str, Any]) -> frozenset[str]:
    """The inputs that a matrix gives: its params, the keys of its first mapping, its resource (sections 6 and 14)."""
    values, params = matrix.get("values"), matrix.get("params")
    names: set[str] = set(params) if isinstance(params, dict) else set()
    if isinstance(values, list) and values:
        names |= set(values[0])
    if isinstance(matrix.get("resource"), dict):
        names.add(matrix["resource"].get("name"))
    return frozenset(names)


def _sweeps_any(matrix: Mapping[str, Any]) -> bool:
    """Whether a matrix may give any input: its values are a template, or something else makes them up (a tuner)."""
    written = [matrix[key] for key in ("values", "params") if matrix.get(key) is not None]
    return bool(matrix) and (not written or any(isinstance(values, str) for values in written))


def _joined(joins: Any) -> dict[str, _Joined]:
    """The params that joins give, each by the last join that does."""
    return {
        name: _Joined(param, ("joins", index, "params", name))
        for index, join in enumerate(joins if isinstance(joins, list) else ())
        if isinstance(join.get("params"), dict)
        for name, param in join["params"].items()
    }
