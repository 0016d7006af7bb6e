"""The types of inputs and outputs: a name, or names in brackets, to a function that converts a value or says why it cannot.

Sources: polyaxonfile.md 7.2, decisions S6, S24 to S26, S33, 7.2. `docs/reference/types.md` lists every name with what it takes
and gives. All types give plain JSON values. Kept for what users write, though Polyaxon 2.18 takes no plain text for them (S26):

| type | takes | gives |
|---|---|---|
| `SecretStr`, `SecretBytes`, `bytes`, `StrictBytes` | text | the text |
| `ByteSize` | bytes, or text with a unit: `"1KB"`, `"1.5 MiB"` | the number of bytes |
| `PastDate`, `FutureDate` | any date: compiling reads no clock | the date as ISO text |
| `PaymentCardNumber` | 12 to 19 digits that pass Luhn's check | the digits as text |
| `Json` | JSON text, or a value | the value |
| `complex` | a number, or text such as `"1+2j"` | text |
| `Decimal` | a number, or its text | text with every digit |
| `Literal["a", 1]` | one of the values | that value |
"""

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from polyspec.bind import containers, numeric, texts, times
from polyspec.bind.grammar import TypeNode, UnknownType, read_type
from polyspec.bind.structures import STRUCTURES
from polyspec.bind.urls import PLACES
from polyspec.bind.values import TypeMismatch, plain_value
from polyspec.caches import remembered
from polyspec.errors import did_you_mean
from polyspec.record import record
from polyspec.registry import Registry

__all__ = [
    "ALIASES",
    "GENERICS",
    "SECRET_TYPES",
    "InputType",
    "TypeMismatch",
    "UnknownType",
    "base_name",
    "compatible",
    "default_types",
    "parse_type",
    "takes_list",
]

InputType = Callable[[Any], Any]
"""Takes a plain value and gives the converted plain value, or raises `TypeMismatch`."""

Build = Callable[[TypeNode], InputType]

SECRET_TYPES = frozenset({"SecretStr", "SecretBytes", "PaymentCardNumber", "auth"})
"""The types whose values no message may come near, not even by naming the options."""

_TYPES: Mapping[str, InputType] = MappingProxyType(
    {
        "any": plain_value,
        "int": numeric.integer,
        "float": numeric.number,
        "bool": numeric.boolean,
        "str": texts.text,
        "dict": containers.mapping,
        "list": containers.sequence,
        "tuple": containers.sequence,
        "set": containers.unique,
        "None": containers.nothing,
        "date": times.day,
        "datetime": times.time,
        "timedelta": times.duration,
        "uuid": texts.uuid,
        "email": texts.email,
        "path": texts.strict_text,
        "image": texts.image,
        **PLACES,
        **STRUCTURES,
        "dict_of_dicts": containers.mapping_of_mappings,
        **numeric.SIGNED,
        "StrictStr": texts.strict_text,
        "StrictInt": numeric.strict_integer,
        "StrictFloat": numeric.number,
        "StrictBool": numeric.strict_boolean,
        "StrictBytes": texts.octets,
        "ListStr": texts.comma_separated,
        "Json": containers.json_value,
        "SecretStr": texts.strict_text,
        "SecretBytes": texts.octets,
        "PaymentCardNumber": numeric.card_number,
        "PastDate": times.any_day,
        "FutureDate": times.any_day,
        "ByteSize": numeric.byte_size,
        "bytes": texts.octets,
        "complex": numeric.complex_number,
        "Decimal": numeric.decimal,
    }
)

ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "Any": "any",
        "object": "any",
        "Dict": "dict",
        "List": "list",
        "Tuple": "tuple",
        "Set": "set",
        "frozenset": "set",
        "FrozenSet": "set",
        "metric": "float",
        "metadata": "dict",
        "FiniteFloat": "float",
        "GenericStr": "str",
        "Uri": "uri",
        "ImageStr": "image",
        "ageStr": "image",
        "GcsPath": "gcs",
        "S3Path": "s3",
        "WasbPath": "wasb",
        "UUIDStr": "uuid",
        "EmailStr": "email",
        **{
            f"{prefix}{name.capitalize()}Type": name
            for name in ("file", "dockerfile", "tensorboard", "git", "event", "artifacts")
            for prefix in ("", "V1")
        },
    }
)
"""Other names of the same types: those of Python's typing, and the classes that Polyaxon's documents name."""

_WORDS = {
    "string": "str",
    "text": "str",
    "integer": "int",
    "boolean": "bool",
    "number": "float",
    "double": "float",
    "long": "int",
}
_WORDS |= {
    "map": "dict",
    "mapping": "dict",
    "array": "list",
    "sequence": "list",
    "time": "datetime",
    "url": "uri",
    "null": "None",
}
"""What other languages call a type: for hints alone."""


@cache
def default_types() -> Registry[InputType]:
    """Every type name that stands without brackets. A type of one's own: `default_types().with_entry("semver", convert)`."""
    return Registry("type", {**_TYPES, **{alias: _TYPES[name] for alias, name in ALIASES.items()}})


def parse_type(text: str, types: Registry[InputType]) -> InputType:
    """The type that a text names, such as `int`, `List[float]`, `Dict[str, int]`, `Optional[path]`, `int | None`.

    A type with brackets is built once for each registry and kept. Inside brackets `str` is strict: `List[str]` takes no numbers,
    though `str` turns them into text, as in Polyaxon; `Optional[str]` is as lenient as `str`. Raises `UnknownType`.
    """
    plain_name = types.entries.get(text)
    return plain_name if plain_name is not None else _built(text, _Same(types))


@record(eq=False)
class _Same:
    """A registry as the key of a cache: the same one, not an equal one."""

    types: Registry[InputType]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.types is self.types

    def __hash__(self) -> int:
        return id(self.types)


@remembered(1024)
def _built(text: str, same: _Same) -> InputType:
    return _build(read_type(text), same.types, strict=False)


def _build(node: TypeNode, types: Registry[InputType], *, strict: bool) -> InputType:
    """The function for a node; `strict` inside brackets, where `str` takes text alone."""
    if node.values:
        return containers.literal(node.values)
    if node.args is None:
        return _named("StrictStr" if strict and base_name(node.name) == "str" else node.name, node, types)
    if node.name in ("Optional", "Union"):
        return _union(node, types, strict=strict)
    if node.name in GENERICS:
        return GENERICS[node.name](node, lambda argument: _build(argument, types, strict=True))
    _named(node.name, node, types)
    raise UnknownType(f"`{node.name}` takes no brackets", f"write `{node.name}` alone", _span(node))


def _union(node: TypeNode, types: Registry[InputType], *, strict: bool) -> InputType:
    """The type of one of several types. One type and null are as lenient as that type alone."""
    members = (*_arguments(node, 1), TypeNode("None")) if node.name == "Optional" else node.args or ()
    strict = strict or sum(member.name != "None" for member in members) > 1
    return containers.union({str(member): _build(member, types, strict=strict) for member in members})


def _named(name: str, node: TypeNode, types: Registry[InputType]) -> InputType:
    if name in ("Optional", "Union", "Literal"):
        raise UnknownType(f"`{name}` says nothing alone", f"write what it may be: `{name}[…]`", _span(node))
    found = types.entries.get(name)
    if found is None:
        raise UnknownType(f"unknown type `{name}`", _hint(name, types), _span(node))
    return found


def _hint(name: str, types: Registry[InputType]) -> str:
    """What the writer of an unknown name may have meant."""
    if name.casefold() in _WORDS:
        return f"did you mean `{_WORDS[name.casefold()]}`?"
    names = (*types, *GENERICS, "Optional", "Union", "Literal")
    return did_you_mean(name, names) or f"known are: {', '.join(sorted(known for known in types if known.islower()))}"


def _span(node: TypeNode) -> tuple[int, int]:
    return node.start, node.start + len(node.name)


def _arguments(node: TypeNode, count: int) -> tuple[TypeNode, ...]:
    """The types in the brackets, which must be so many."""
    args = node.args or ()
    if len(args) != count or any(argument.name == "..." for argument in args):
        wanted = "one type" if count == 1 else f"{count} types"
        raise UnknownType(f"`{node.name}` takes {wanted} in its brackets, found {len(args)}", None, _span(node))
    return args


def _list(node: TypeNode, build: Build) -> InputType:
    return containers.list_of(build(_arguments(node, 1)[0]))


def _set(node: TypeNode, build: Build) -> InputType:
    return containers.set_of(build(_arguments(node, 1)[0]))


def _dict(node: TypeNode, build: Build) -> InputType:
    key, item = _arguments(node, 2)
    return containers.dict_of(build(key), build(item))


def _tuple(node: TypeNode, build: Build) -> InputType:
    args = node.args or ()
    if len(args) == 2 and args[1].name == "...":
        return containers.list_of(build(args[0]))
    return containers.tuple_of([build(argument) for argument in _arguments(node, len(args))])


GENERICS: Mapping[str, Callable[[TypeNode, Build], InputType]] = MappingProxyType(
    {
        **dict.fromkeys(("List", "list"), _list),
        **dict.fromkeys(("Set", "set", "FrozenSet", "frozenset"), _set),
        **dict.fromkeys(("Dict", "dict"), _dict),
        **dict.fromkeys(("Tuple", "tuple"), _tuple),
    }
)
"""What may stand before brackets, beside `Optional`, `Union` and `Literal`."""

_ANY = TypeNode("any")
_TEXT_LIKE = frozenset({"str", "path", "s3", "gcs", "wasb"})
_LIST_LIKE = frozenset({"list", "tuple", "set", "any", "artifacts"})
_NARROWER: Mapping[str, str] = MappingProxyType(
    {
        **{name: "int" if name.endswith("Int") else "float" for name in (*numeric.SIGNED, "StrictInt", "StrictFloat")},
        "StrictBool": "bool",
        "StrictStr": "str",
        "dict_of_dicts": "dict",
        "PastDate": "date",
        "FutureDate": "date",
    }
)


def base_name(name: str) -> str:
    """The name that a type goes by: `GcsPath` is `gcs`, `List` is `list`, `metric` is `float`."""
    return ALIASES.get(name, name)


def compatible(given: str, wanted: str, *, given_list: bool, wanted_list: bool) -> bool:
    """Whether a value of the type `given` may be passed to an input of the type `wanted` (decision S33).

    Equal types fit, anything fits `any`, an int fits a float, `metric` is a float, `str`, `path`, `s3`, `gcs` and `wasb` fit each
    other, `PositiveInt` fits `int`, a type fits its `Optional`, lists and mappings fit by what they hold, and `isList` with `int`
    is `List[int]`. Texts that are no types fit when they are equal.
    """
    try:
        source, target = read_type(given), read_type(wanted)
    except UnknownType:
        return given == wanted and given_list == wanted_list
    return _fits(
        TypeNode("list", (source,)) if given_list else source,
        TypeNode("list", (target,)) if wanted_list else target,
    )


def takes_list(text: str) -> bool:
    """Whether a type takes a list: lists, sets and tuples, `any`, `artifacts`, alternatives of these, and types of one's own."""
    try:
        node = read_type(text)
    except UnknownType:
        return True
    names = {base_name(member.name) for member in (_members(node) if node.name in ("Union", "Optional") else (node,))}
    return bool(names & _LIST_LIKE) or not names <= {*_TYPES, *GENERICS, "Literal"}


def _fits(given: TypeNode, wanted: TypeNode) -> bool:
    target, source = base_name(wanted.name), base_name(given.name)
    if target == "any" or given == wanted:
        return True
    if source in ("Union", "Optional"):
        return all(_fits(member, wanted) for member in _members(given))
    if target in ("Union", "Optional"):
        return any(_fits(given, member) for member in _members(wanted))
    if source == target:
        return _holds_fit(given, wanted)
    narrowed = _NARROWER.get(source, source)
    return narrowed == target or (narrowed, target) == ("int", "float") or {narrowed, target} <= _TEXT_LIKE


def _members(node: TypeNode) -> tuple[TypeNode, ...]:
    return (node.args or ()) + ((TypeNode("None"),) if node.name == "Optional" else ())


def _holds_fit(given: TypeNode, wanted: TypeNode) -> bool:
    """Whether what one container holds fits what another of its kind holds; one without brackets holds anything."""
    if wanted.values:
        return {(type(value), value) for value in given.values} <= {(type(value), value) for value in wanted.values}
    if wanted.args is None:
        return True
    held = given.args or (_ANY,) * len(wanted.args)
    return len(held) == len(wanted.args) and all(_fits(*pair) for pair in zip(held, wanted.args, strict=True))
