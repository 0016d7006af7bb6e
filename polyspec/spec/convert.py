"""Plain trees to spec objects and back: strict conversion by cattrs, every problem found in one go.

Nothing is coerced silently: a bool is no number, text is no number, a number is no text except where a field takes it
(`LooseText`). Keys may be spelt in snake_case. The hooks of a class are made once, and go over what is written, not over all that
may be: a spec has up to 48 fields, and says five of them.
"""

import functools
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Annotated, Any, TypeVar, get_args, get_origin

import attrs
import cattrs
from cattrs.errors import (
    AttributeValidationNote,
    ClassValidationError,
    ForbiddenExtraKeysError,
    IterableValidationError,
    IterableValidationNote,
)
from cattrs.fns import raise_error

from polyspec.errors import Diagnostic, PolyspecError, Problem, Rejected, close_match, did_you_mean, shortened
from polyspec.limits import Limits
from polyspec.record import held, holding, record
from polyspec.source import adopt
from polyspec.spec import checks
from polyspec.spec.io import Param
from polyspec.spec.kinds import Kinds, default_kinds, keys_of
from polyspec.spec.markers import Kubernetes, Template
from polyspec.spec.matrix import HpParam
from polyspec.spec.node import Node, key_of, kind_name
from polyspec.spec.operation import Component, Definition, Operation
from polyspec.spec.problem import Mismatch, Nested, kind_of, problem_of
from polyspec.spec.run import Run, RunPatch
from polyspec.tree import UNSET, Known, Path, Unset

N = TypeVar("N", bound=Node)
Hook = Callable[[Any, Any], Any]

PARAM_KEYS = frozenset(key for field in attrs.fields(Param) for key in (field.name, key_of(field)))
"""Any of these keys makes the mapping of a param its full form (section 6)."""


def structure(tree: Any, cls: type[N], kinds: Kinds | None = None) -> N:
    """The object of a plain tree, in which `Known` parts stay as they are. Raises cattrs' error groups; `problems` reads them."""
    return _converter(kinds or default_kinds()).structure(tree, cls)


def canonical(tree: Any, kinds: Kinds | None = None) -> Any:
    """The canonical tree of a spec, as `unstructure` has it of its object. Raises what `structure` raises.

    Each operation of a DAG becomes a tree as soon as it is converted: the objects of thousands take more time than they do one
    after the other.
    """
    found: Any = _converter(kinds or default_kinds()).structure(_AsTree(tree), Definition)
    return found.tree


@record(eq=False, repr=False)
class _AsTree:
    """The tree of a spec of which a tree is wanted, and no object."""

    tree: Any


def structuring(annotation: Any) -> Hook:
    """What makes of a value what a field of a type holds; it takes the value and the type, and raises as `structure` does."""
    found: Hook = _converter(default_kinds()).get_structure_hook(annotation)
    return found


def unstructure(node: Node) -> Any:
    """The plain tree of an object: what was written, in camelCase."""
    return _converter(default_kinds()).unstructure(node)


def from_dict(tree: Any, cls: type[N]) -> N:
    """The object of a plain tree that was built in Python: nothing of the tree is kept. Raises `PolyspecError` without places."""
    try:
        found = adopt(tree)
        spelt: Any = cls  # a class is hashable, whatever its objects are
        return structure(_respelt(found, _snake(spelt)) if cls.keeps_spelling and isinstance(found, dict) else found, cls)
    except Exception as error:
        found = error.problems if isinstance(error, Rejected) else problems(error)
        if not found:
            raise
        raise PolyspecError([Diagnostic(p.code, p.message, path=p.path, hint=p.hint) for p in found]) from None


def problems(error: BaseException, path: Path = (), *, most: int = Limits().diagnostics) -> list[Problem]:
    """The problems in what `structure` raised, `most` at most; none for an error that is not of its making."""
    return list(islice(_problems(error, path), most))


def _problems(error: BaseException, path: Path) -> Iterator[Problem]:
    """The problems of an error, with the paths of the tree, one after the other: hints take time."""
    if isinstance(error, ClassValidationError | IterableValidationError):
        for inner in error.exceptions:
            yield from _placed(error, inner, path)
    elif isinstance(error, ForbiddenExtraKeysError):
        yield from (_unknown(key, error.cl, path) for key in sorted(error.extra_fields))
    elif isinstance(error, Nested):
        yield from (_under(path, problem) for problem in error.problems)
    elif isinstance(error, Mismatch):
        yield problem_of(error, path)
    elif isinstance(error, KeyError) and path:
        yield Problem("missing-field", f"the field `{path[-1]}` is missing", path[:-1], about=str(path[-1]))


def _under(path: Path, problem: Problem) -> Problem:
    """The problem of a part, seen from the whole."""
    related = tuple((message, (*path, *other)) for message, other in problem.related)
    return attrs.evolve(problem, path=(*path, *problem.path), related=related)


def _placed(group: Any, inner: BaseException, path: Path) -> Iterator[Problem]:
    """The problems of one error of a group: at a field, at an item, or at a key that is itself at fault."""
    for note in getattr(inner, "__notes__", ()):
        if isinstance(note, IterableValidationNote):
            found = _problems(inner, (*path, note.index))
            return (attrs.evolve(it, at="key") for it in found) if note == "key" else found
        if isinstance(note, AttributeValidationNote):
            return _problems(inner, (*path, _keys(group.cl).get(note.name, note.name)))
    return _problems(inner, path)


def _unknown(key: str, cls: type, path: Path) -> Problem:
    known = list(_keys(cls).values())
    what = _words(cls)
    meant = close_match(key, known)
    hint = f"did you mean `{meant}`?" if meant else None
    return Problem("unknown-field", f"unknown field `{shortened(key)}` of {what}", (*path, key), hint, "key", about=meant)


_WORDS = {"IO": "input", "RunPatch": "run", "Init": "init step", "Definition": "spec", "HpParam": "matrix param"}


@functools.cache
def _words(cls: type) -> str:
    """The name of a class as messages have it: "a container", "an init step", "a tfjob"."""
    name = _WORDS.get(cls.__name__) or (kind_name(cls) if issubclass(cls, Run | HpParam) and cls is not Run else None)
    if name is None:
        name = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in cls.__name__).strip()
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"


@functools.cache
def _keys(cls: type) -> Mapping[str, str]:
    """The fields of a class: name in Python to key in YAML."""
    return {field.name: key_of(field) for field in attrs.fields(cls)} if attrs.has(cls) else {}


@functools.cache
def _snake(cls: Any) -> Mapping[str, str]:
    """The fields of a class that are spelt in two ways: snake_case to key in YAML."""
    names = {field.name.rstrip("_"): key_of(field) for field in attrs.fields(cls)}
    return {snake: key for snake, key in names.items() if snake != key}


@functools.lru_cache(maxsize=16)
def _converter(kinds: Kinds) -> cattrs.Converter:
    """The converter for some kinds."""
    converter = cattrs.Converter()
    for scalar in (str, int, float, bool):
        converter.register_structure_hook(scalar, checks.SCALARS[scalar])
    converter.register_structure_hook_factory(_is_sequence, functools.partial(_sequence_hook, converter))
    converter.register_structure_hook_factory(_is_mapping, functools.partial(_mapping_hook, converter))
    nodes = functools.cache(functools.partial(_node_hook, converter))  # cattrs forgets its own with each new type of mapping
    converter.register_structure_hook_factory(_is_node, nodes)
    families = functools.partial(_family_hook, converter, kinds)
    converter.register_structure_hook_factory(lambda cls: cls in kinds.families, families)
    converter.register_structure_hook_factory(lambda cls: cls is RunPatch, functools.partial(_patch_hook, converter, kinds))
    converter.register_structure_hook_factory(_is_union, functools.partial(_union_hook, converter))
    converter.register_structure_hook_factory(_is_annotated, functools.partial(_annotated_hook, converter))
    converter.register_structure_hook_factory(lambda cls: cls is Definition, lambda _: functools.partial(_definition, converter))
    converter.register_unstructure_hook_factory(_is_node, functools.partial(_unstructure_hook, converter))
    converter.register_unstructure_hook_func(lambda cls: cls is Run, converter.unstructure)
    converter.register_unstructure_hook(Known, lambda node: node.tree)
    converter.register_unstructure_hook_factory(
        _is_sequence, lambda cls: _or_known(converter.gen_unstructure_iterable(cls, list))
    )
    converter.register_unstructure_hook_factory(_is_mapping, lambda cls: _or_known(converter.gen_unstructure_mapping(cls, dict)))
    return converter


def _is_union(cls: Any) -> bool:
    return get_origin(cls) in (typing.Union, types.UnionType)


def _is_annotated(cls: Any) -> bool:
    return get_origin(cls) is Annotated


def _is_sequence(cls: Any) -> bool:
    return get_origin(cls) is Sequence


def _is_mapping(cls: Any) -> bool:
    return get_origin(cls) is Mapping


def _is_node(cls: Any) -> bool:
    return isinstance(cls, type) and issubclass(cls, Node)


def _sequence_hook(converter: cattrs.Converter, cls: Any) -> Hook:
    (item,) = get_args(cls)
    inner = None if item is Any else converter.get_structure_hook(item)

    def hook(value: Any, _: Any) -> Any:
        if type(value) is Known:
            return value
        if not isinstance(value, list | tuple):
            raise Mismatch(f"expected a list, found {kind_of(value)}")
        return list(value) if inner is None else _each(inner, item, value)

    return hook


def _each(convert: Hook, item: Any, values: Sequence[Any]) -> list[Any]:
    """The items of a list, converted. Raises cattrs' group of what is wrong with the first of them, as many as are looked for."""
    found, wrong = [], []
    for index, value in enumerate(values):
        try:
            found.append(convert(value, item))
        except Exception as error:  # noqa: BLE001 - cattrs takes whatever a hook raises
            error.add_note(IterableValidationNote("item", index, item))
            wrong.append(error)
            if len(wrong) == _WRONG:
                break
    if wrong:
        raise IterableValidationError("a list", wrong, list)
    return found


_WRONG = 200
"""Items of one list that are wrong, after which the others are not looked at: each takes time and memory to tell."""


def _mapping_hook(converter: cattrs.Converter, cls: Any) -> Hook:
    hooks = [(None if of is Any else converter.get_structure_hook(of), of) for of in get_args(cls)]

    def hook(value: Any, _: Any) -> Any:
        if type(value) is Known:
            return value
        if not isinstance(value, Mapping):
            raise Mismatch(f"expected a mapping, found {kind_of(value)}")
        return _every(*hooks[0], *hooks[1], value)

    return hook


def _every(to_key: Hook | None, key: Any, to_item: Hook | None, item: Any, values: Mapping[Any, Any]) -> dict[Any, Any]:
    """The entries of a mapping, converted. Raises cattrs' group of what is wrong with the first of them, as `_each` does."""
    found, wrong = {}, []
    for name, value in values.items():
        part, of = "key", key
        try:
            known = name if to_key is None else to_key(name, key)
            part, of = "value", item
            found[known] = value if to_item is None else to_item(value, item)
        except Exception as error:  # noqa: BLE001 - as above
            error.add_note(IterableValidationNote(part, name, of))
            wrong.append(error)
            if len(wrong) == _WRONG:
                break
    if wrong:
        raise IterableValidationError("a mapping", wrong, dict)
    return found


def _node_hook(converter: cattrs.Converter, cls: Any) -> Hook:
    """The hook of a class. That of its fields is made by the first object: a spec has few of the classes."""
    made = functools.cache(lambda: (keys_of(cls), _fields_hook(converter, cls), _looks_inside(cls)))
    is_param = cls is Param

    def hook(value: Any, _: Any) -> Any:
        if type(value) is Known or isinstance(value, cls):
            return value
        is_mapping = type(value) is dict or isinstance(value, Mapping)  # asking an abstract class takes many times as long
        if is_param and not (is_mapping and (not value or not PARAM_KEYS.isdisjoint(value))):
            return Param(value=value)
        if not is_mapping:
            raise Mismatch(f"expected {_words(cls)} (a mapping), found {kind_of(value)}")
        known, inner, looks_inside = made()
        if looks_inside and Known in map(type, value.values()):
            value = {key: item.tree if type(item) is Known else item for key, item in value.items()}
        if value.keys() <= known:
            return inner(value)
        found = inner(_respelt(value, _snake(cls)))
        return dict(value) if cls.keeps_spelling else found

    return hook


def _looks_inside(cls: Any) -> bool:
    """Whether a class looks at its fields when an object is made: they are then all objects."""
    return hasattr(cls, "__attrs_post_init__") or any(field.validator or field.converter for field in attrs.fields(cls))


def _fields_hook(converter: cattrs.Converter, cls: Any) -> Callable[[Mapping[str, Any]], Any]:
    """What makes an object of the fields that are written, by their keys. It raises cattrs' group of all that is wrong."""
    fields = {key_of(field): field for field in _fields(cls) if field.init}
    hooks = {key: (field.alias, _field_hook(converter, field), field.type) for key, field in fields.items()}
    required = frozenset(key for key, field in fields.items() if field.default is attrs.NOTHING)
    of_kind = {"kind": fields["kind"].default} if "kind" in fields and "kind" not in required else {}

    def hook(value: Mapping[str, Any]) -> Any:
        found: dict[str, Any] = dict(of_kind)
        wrong: dict[str, Exception] = {}
        for key, item in value.items():
            if key not in hooks:
                continue
            name, convert, of = hooks[key]
            try:
                found[name] = item if convert is None else convert(item, of)
            except Exception as error:  # noqa: BLE001 - cattrs takes whatever a hook raises
                wrong[key] = error
        if wrong or not required <= value.keys() or not value.keys() <= hooks.keys():
            raise ClassValidationError("fields", list(_wrong_fields(cls, fields, value, wrong)), cls)
        return holding(cls, found)

    return hook


def _wrong_fields(
    cls: Any, fields: Mapping[str, "attrs.Attribute[Any]"], value: Mapping[str, Any], wrong: Mapping[str, Exception]
) -> Iterator[Exception]:
    """What is wrong with an object: the values of its fields and fields that are missing, in their order, then keys of none."""
    for key, field in fields.items():
        error = wrong.get(key) or (KeyError(key) if key not in value and field.default is attrs.NOTHING else None)
        if error is not None:
            error.add_note(AttributeValidationNote("field", field.name, field.type))
            yield error
    unknown = value.keys() - fields.keys()
    if unknown:
        yield ForbiddenExtraKeysError("", cls, set(unknown))


def _field_hook(converter: cattrs.Converter, field: "attrs.Attribute[Any]") -> Hook | None:
    """The hook of a field; None where it takes anything, or has a converter for a type that is none of ours."""
    if field.type in (None, Any):
        return None
    found: Hook = converter.get_structure_hook(field.type)
    return None if field.converter is not None and found == raise_error else found


def _fields(cls: Any) -> Any:
    """The fields of a class, with the types that are written as text: a definition may hold definitions."""
    if any(isinstance(field.type, str) for field in attrs.fields(cls)):
        attrs.resolve_types(cls, localns={"Definition": Definition}, include_extras=True)
    return attrs.fields(cls)


def _respelt(tree: Mapping[str, Any], snake: Mapping[str, str]) -> dict[str, Any]:
    """The tree with snake_case keys as camelCase ones."""
    respelt: dict[str, Any] = {}
    for key, value in tree.items():
        name = snake.get(key, key)
        if name in respelt:
            both = " and ".join(f"`{written}`" for written in tree if snake.get(written, written) == name)
            raise Mismatch(f"{both} are the same field", path=(key,), hint="remove one of them", code="duplicate-key")
        respelt[name] = value
    return respelt


def _patch_hook(converter: cattrs.Converter, kinds: Kinds, cls: Any) -> Hook:
    """The hook of a run patch: what only a kind of an embedder's has stays a mapping, and is checked against that kind."""
    inner = _node_hook(converter, cls)
    added = kinds.added_run_keys
    own = added - keys_of(cls) if added else added

    def hook(value: Any, _: Any) -> Any:
        if isinstance(value, Mapping) and own and not own.isdisjoint(value):
            inner({key: item for key, item in value.items() if key not in own}, cls)
            return dict(value)
        return inner(value, cls)

    return hook


def _family_hook(converter: cattrs.Converter, registered: Kinds, base: type[Node]) -> Hook:
    kinds = registered.families[base]
    what = _words(base)  # type: ignore[arg-type]  # mypy takes the hash of its objects for that of the class

    def hook(value: Any, _: Any) -> Any:
        if type(value) is Known or isinstance(value, base):
            return value
        if not isinstance(value, Mapping):
            raise Mismatch(f"expected {what} (a mapping), found {kind_of(value)}")
        kind = value.get("kind")
        if kind is None and base is Run:
            return converter.structure(value, RunPatch)
        if kind is None:
            raise Mismatch(
                f"the kind of {what} is missing", hint=f"write `kind:` with one of {', '.join(kinds)}", code="missing-field"
            )
        if not isinstance(kind, str) or kind not in kinds:
            hint = (did_you_mean(kind, kinds) if isinstance(kind, str) else None) or f"one of {', '.join(kinds)}"
            raise Mismatch(f"unknown kind of {what.split(' ', 1)[1]}", path=("kind",), hint=hint, code="unknown-kind")
        return converter.structure(value, kinds[kind])

    return hook


def _definition(converter: cattrs.Converter, value: Any, _: Any) -> Definition | Known:
    """A component, an operation, or an operation without a kind (section 3, nested and kindless files)."""
    if type(value) is _AsTree:
        found = _definition(converter, _with_entries_as_trees(value.tree), _)
        return found if type(found) is Known else Known(converter.unstructure(found))
    if type(value) is Known or isinstance(value, Definition):
        return value
    if not isinstance(value, Mapping):
        raise Mismatch(f"expected a component or an operation (a mapping), found {kind_of(value)}")
    kind = value.get("kind", UNSET)
    if kind is None:
        value, kind = {key: part for key, part in value.items() if key != "kind"}, UNSET
    if kind == "component":
        return converter.structure(value, Component)
    if kind in ("operation", UNSET):
        found = converter.structure(value, Operation)
        if kind is UNSET:
            object.__setattr__(found, "kind", UNSET)  # it is new, and nobody has seen it yet
        return found
    meant = close_match(kind, ("component", "operation")) if isinstance(kind, str) else None
    hint = f"did you mean `{meant}`?" if meant else "`component` or `operation`"
    raise Mismatch("unknown kind of spec", path=("kind",), hint=hint, code="unknown-kind", about=meant)


def _with_entries_as_trees(tree: Any) -> Any:
    run = tree.get("run") if isinstance(tree, Mapping) else None
    if not isinstance(run, Mapping) or run.get("kind") != "dag":
        return tree
    entries = {
        part: [_AsTree(it) for it in run[part]] for part in ("operations", "components") if isinstance(run.get(part), list)
    }
    return {**tree, "run": {**run, **entries}}


def _union_hook(converter: cattrs.Converter, cls: Any) -> Hook:
    members = [member for member in get_args(cls) if member not in (types.NoneType, Unset)]
    nullable = types.NoneType in get_args(cls)
    if len(members) == 1:
        only = converter.get_structure_hook(members[0])
        member = members[0]
        return lambda value, _: None if value is None and nullable else only(value, member)
    table: dict[str, tuple[Hook, Any]] = {}
    for member in members:
        for kind in checks.kinds_taken(member):
            table.setdefault(kind, (converter.get_structure_hook(member), member))
    if "number" in table:
        table.setdefault("integer", table["number"])
    expected = checks.expected(members)
    template_hook = next((converter.get_structure_hook(member) for member in members if member == Template), None)
    taking = frozenset(kind for kind, (taken, _) in table.items() if taken is not template_hook)

    def hook(value: Any, _: Any) -> Any:
        if (value is None and nullable) or type(value) is Known or isinstance(value, Node):
            return value
        taken = table.get(checks.kind_key(value)) or table.get("any")
        if template_hook is not None and checks.is_template(value):
            taken = (template_hook, Template)
        if taken is None or (taken[0] is template_hook and not checks.is_template(value)):
            raise Mismatch(f"expected {expected}, found {kind_of(value)}", hint=checks.unquoted(value, taking))
        return taken[0](value, taken[1])

    return hook


def _annotated_hook(converter: cattrs.Converter, cls: Any) -> Hook:
    base, *marks = get_args(cls)
    inner = converter.get_structure_hook(base)
    tests = [check for mark in marks if (check := checks.check_of(mark)) is not None]
    before = checks.before_of(marks)
    kubernetes = next((mark for mark in marks if isinstance(mark, Kubernetes)), None)

    def hook(value: Any, _: Any) -> Any:
        if before is not None:
            value = before(value)
        found = inner(value, base)
        for test in tests:
            test(found)
        return found if kubernetes is None else checks.kubernetes(kubernetes, found)

    return hook


def _unstructure_hook(converter: cattrs.Converter, cls: type[Node]) -> Callable[[Any], Any]:
    """What gives the plain tree of an object: what it holds that is no default, in the order of the class, its kind in front."""
    made = functools.cache(lambda: _written_fields(converter, cls))

    def unstructured(node: Any) -> dict[str, Any]:
        fields, place = made()
        tree: dict[str, Any] = {}
        for name in sorted(held(node), key=place):
            key, default, hook = fields[name]
            value = getattr(node, name)
            if value != default:
                tree[key] = value if type(value) in _LEAVES else hook(value)
        return tree

    return _or_known(unstructured)


_LEAVES = frozenset({str, int, float, bool, types.NoneType})
"""What is written as it is, wherever it stands."""


def _written_fields(
    converter: cattrs.Converter, cls: Any
) -> tuple[Mapping[str, tuple[str, Any, Callable[[Any], Any]]], Callable[[str], int]]:
    """The fields of a class by their names: key, default, what gives the tree of a value; and the place of each in a tree."""
    fields = {field.name: field for field in _fields(cls) if field.init}
    first = ("version", "kind") if "kind" in fields else ()  # a kind is written though it is the default
    places = {name: index for index, name in enumerate(dict.fromkeys((*first, *fields)))}
    hooks = {name: converter.get_unstructure_hook(field.type) for name, field in fields.items()}
    defaults = {name: UNSET if name == "kind" else _default(field) for name, field in fields.items()}
    return {name: (key_of(field), defaults[name], hooks[name]) for name, field in fields.items()}, places.__getitem__


def _default(field: "attrs.Attribute[Any]") -> Any:
    """What a field holds that was not given; nothing that can be told where that depends on the object."""
    default: Any = field.default
    convert: Any = field.converter
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # a class, though its stub says a function
        default = attrs.NOTHING if default.takes_self else default.factory()
    if default is attrs.NOTHING or convert is None:
        return default
    return attrs.NOTHING if isinstance(convert, attrs.Converter) else convert(default)


def _or_known(unstructured: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda node: node.tree if type(node) is Known else unstructured(node)
