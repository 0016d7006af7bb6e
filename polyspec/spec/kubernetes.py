"""What Kubernetes defines, checked against the schema that Kubernetes publishes.

The schema is `kubernetes_schema.json` beside this file, written by `tools/update_kubernetes_schema.py`. jsonschema does the
checking; it and the schema are loaded by the first `check`. Nothing is fetched, and no schema comes from a user.

Specs are checked before their templates are rendered, patches are checked by themselves, and files that compile today must
go on compiling. So these are taken as well (docs/design/kubernetes.md has the reasons):

- a text with `{{` or `{%` wherever a value that is no text is expected, and as a key: it is checked again when rendered;
- the snake_case name of a field, at any depth: `value_from` for `valueFrom`, `host_ip` for `hostIP`;
- a number where text is expected, a bool as the value of an environment variable, and text that is an integer where an integer
  is expected: each becomes what Kubernetes expects;
- null anywhere: the field is absent, or removed from what is patched;
- a patch (`partial=True`) without fields that are required;
- a container without a name, its `command` or `args` as one text, its `env` as a mapping of names to values;
- the fields of a container's security context in a pod's;
- a node selector without terms, and resources written by name: `cpu: {requests: 1, limits: 2}`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from polyspec.errors import Problem, did_you_mean, shortened
from polyspec.late import late_pattern
from polyspec.limits import Limits
from polyspec.registry import UnknownName
from polyspec.spec.problem import kind_of
from polyspec.tree import Path

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator as Validator
    from jsonschema import ValidationError

KUBERNETES_VERSION: Final = "1.37.0"
"""The release of Kubernetes whose schema is used."""

Schema = dict[str, Any]
_REFERENCE: Final = "#/$defs/"
_WORD_START: Final = late_pattern(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_INTEGER: Final = late_pattern(r"[+-]?[0-9]+")
_KINDS: Final = {
    "array": "a list",
    "boolean": "a bool",
    "integer": "an integer",
    "number": "a number",
    "object": "a mapping",
    "string": "text",
}
_HINTS: Final = {
    ("text", "a bool"): "put the value in quotes",
    ("a bool", "text"): "write `true` or `false`, without quotes",
    ("a list", "text"): "write each item on a line of its own that begins with `-`",
    ("a list", "a mapping"): "write each item on a line of its own that begins with `-`",
}
_FEW: Final = 8
"""So many fields of a definition are named in a hint, where none is near."""


def check(definition: str, value: Any, *, partial: bool = False, limit: int = Limits().diagnostics) -> list[Problem]:
    """What is wrong with a value that Kubernetes defines; an empty list where nothing is.

    `definition` is the short name of a Kubernetes type, such as "Container" or "Toleration"; `value` a plain tree. Paths of
    the problems start at the value. `partial` is for patches: required fields may be missing at any depth. At most `limit`
    problems are looked for. The codes are `unknown-field`, `wrong-type`, `missing-field`, `duplicate-key` and `not-allowed`.
    Raises `UnknownName` for a definition that the schema does not hold.
    """
    errors = _validator(definition, partial=partial).iter_errors(value)
    return [_problem(error) for error in islice(errors, limit)]


def properties(definition: str) -> frozenset[str]:
    """The fields of a definition, as Kubernetes spells them; none for a plain value. Raises `UnknownName`."""
    return frozenset(_fields(schema_of(definition)))


def respelt(definition: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping with its own snake_case keys in camelCase; what they hold stays as it is. Raises `UnknownName`."""
    spellings = schema_of(definition).get("spellings", {})
    return {spellings.get(key, key): item for key, item in value.items()}


# -- the schema


@cache
def _published() -> Mapping[str, Schema]:
    """The definitions by their short names, with what existing specs rest on added."""
    from importlib.resources import files  # it takes longer to load than the schema to read

    text = files("polyspec.spec").joinpath("kubernetes_schema.json").read_text(encoding="utf-8")
    definitions: dict[str, Schema] = json.loads(text)["$defs"]
    return {**definitions, **_loosened(definitions)}


def _loosened(definitions: Mapping[str, Schema]) -> dict[str, Schema]:
    """The definitions in which a spec may say what Kubernetes would refuse."""
    container, variable = definitions["Container"], definitions["EnvVar"]
    pod, resources = definitions["PodSecurityContext"], definitions["ResourceRequirements"]
    fields, amount = container["properties"], definitions["Quantity"]
    value, line = {"type": ["string", "boolean"]}, {"type": ["array", "string"]}
    by_name = {"type": ["array", "object"], "additionalProperties": value}
    own = {"args": fields["args"] | line, "command": fields["command"] | line, "env": fields["env"] | by_name}
    amounts = {"type": "object", "properties": {"limits": amount, "requests": amount}, "additionalProperties": False}
    return {
        "Container": container | {"required": [], "properties": fields | own},
        "EnvVar": variable | {"properties": variable["properties"] | {"value": value}},
        "NodeSelector": definitions["NodeSelector"] | {"required": []},
        "PodSecurityContext": pod | {"properties": definitions["SecurityContext"]["properties"] | pod["properties"]},
        "ResourceRequirements": resources | {"tolerated": amounts},
    }


def definitions() -> Mapping[str, Schema]:
    """The definitions by their short names, as they refer to one another, with what existing specs rest on added."""
    return _published()


@cache
def schema_of(name: str) -> Schema:
    """A definition with those that it refers to in their places, and the words for it in messages as its title.

    Each property stands under both its names. Raises `UnknownName`.
    """
    if name not in _published():
        raise UnknownName(
            "Kubernetes definition", name, did_you_mean(name, _published()) or "the names are those of Kubernetes' API"
        )
    return {"title": _words(name), **_linked(_published()[name])}


def _linked(schema: Schema) -> Schema:
    """A schema without references. The snake_case names of properties stand beside them, and in `spellings`."""
    if "$ref" in schema:
        return schema_of(schema["$ref"].removeprefix(_REFERENCE))
    linked = {
        key: _linked(value) if key in ("items", "additionalProperties") and value else value for key, value in schema.items()
    }
    if "properties" in schema:
        fields = {name: _linked(field) for name, field in schema["properties"].items()}
        spellings = {snake(name): name for name in fields if snake(name) != name}
        linked |= {"properties": fields | {other: fields[name] for other, name in spellings.items()}, "spellings": spellings}
    return linked


@cache
def snake(name: str) -> str:
    """The snake_case of a field's name, as Kubernetes' Python client has it: `host_ip` of `hostIP`."""
    return _WORD_START.sub("_", name).lower()


def _words(name: str) -> str:
    """The words for a definition: "a Kubernetes env var" of `EnvVar`, "Kubernetes resource requirements"."""
    words = " ".join(word if word.isupper() else word.lower() for word in _WORD_START.sub(" ", name).split())
    return f"Kubernetes {words}" if re.search(r"(?<!alia)s$", words) else f"a Kubernetes {words}"


# -- the validator


@cache
def _validator(definition: str, *, partial: bool) -> "Validator":
    """The validator of a definition. Its registry holds nothing and retrieves nothing."""
    from referencing import Registry

    return _dialect(partial=partial)(schema_of(definition), registry=Registry())


@cache
def _dialect(*, partial: bool) -> "type[Validator]":
    """JSON Schema, with the keywords that read specs as the text at the top says."""
    from jsonschema import Draft202012Validator, validators

    keywords = {
        "additionalProperties": _other_keys,
        "enum": _enum,
        "required": (lambda *_: ()) if partial else _required,
        "type": _type,
    }
    kinds = Draft202012Validator.TYPE_CHECKER.redefine_many(
        {
            "array": lambda _, value: isinstance(value, list | tuple),
            "object": lambda _, value: isinstance(value, dict | Mapping),
        }
    )
    dialect: type[Validator] = validators.extend(Draft202012Validator, keywords, type_checker=kinds)  # type: ignore[no-untyped-call]  # its stub has no types
    return dialect


def _other_keys(validator: "Validator", rule: Any, value: Any, schema: Schema) -> Iterator["ValidationError"]:
    """Keys that are no properties: what holds for them, or that there are none; and one property under both its names."""
    if not validator.is_type(value, "object"):
        return
    known, spellings = schema.get("properties", {}), schema.get("spellings", {})
    for key in value:
        if key in known:
            if spellings.get(key) in value:
                yield _error(key)
        elif rule is not False:
            yield from validator.descend(value[key], rule, path=key)
        elif not _is_template(key) and not _is_tolerated(validator, value[key], schema):
            yield _error(key)


def _is_tolerated(validator: "Validator", value: Any, schema: Schema) -> bool:
    """Whether an unknown key holds what existing specs write in this definition."""
    return "tolerated" in schema and validator.evolve(schema=schema["tolerated"]).is_valid(value)


def _required(validator: "Validator", names: list[str], value: Any, _: Schema) -> Iterator["ValidationError"]:
    if not validator.is_type(value, "object"):
        return
    missing = [name for name in names if value.get(name) is None and value.get(snake(name)) is None]
    if missing and not any(map(_is_template, value)):
        for name in missing:
            yield _error(about=name)


def _type(validator: "Validator", names: str | list[str], value: Any, _: Schema) -> Iterator["ValidationError"]:
    kinds = [names] if isinstance(names, str) else names
    if value is not None and not any(validator.is_type(value, kind) for kind in kinds) and not _becomes(value, kinds):
        yield _error()


def _enum(_: "Validator", allowed: list[Any], value: Any, __: Schema) -> Iterator["ValidationError"]:
    if value is not None and value not in allowed and not _is_template(value):
        yield _error()


def _becomes(value: Any, kinds: list[str]) -> bool:
    """Whether a value stands for one of another kind: it is a template, a number for text, or the text of an integer."""
    if isinstance(value, str):
        return _is_template(value) or ("integer" in kinds and _INTEGER.fullmatch(value) is not None)
    return "string" in kinds and isinstance(value, int | float) and not isinstance(value, bool)


def _is_template(value: object) -> bool:
    return isinstance(value, str) and ("{{" in value or "{%" in value)


def _error(*path: str, about: str = "") -> "ValidationError":
    from jsonschema import ValidationError

    return ValidationError(about, path=path)


# -- the texts


def _problem(error: "ValidationError") -> Problem:
    """What an error says in our words; the values that jsonschema would quote stay out."""
    path = tuple(error.absolute_path)
    schema: Any = error.schema
    rule: Any = error.validator_value
    if error.validator == "additionalProperties":
        return _key_problem(str(path[-1]), path, schema)
    if error.validator == "required":
        return Problem("missing-field", f"missing field `{error.message}` of {schema['title']}", path)
    if error.validator == "enum":
        allowed = ", ".join(f"`{value}`" for value in rule)
        return Problem("not-allowed", "not a value that Kubernetes knows here", path, f"allowed are {allowed}")
    return _type_problem(rule, error.instance, path)


def _key_problem(key: str, path: Path, schema: Schema) -> Problem:
    owner, spellings, known = schema["title"], schema["spellings"], _fields(schema)
    if key in spellings:
        message = f"`{key}` and `{spellings[key]}` are the same field of {owner}"
        return Problem("duplicate-key", message, path, "remove one of them", at="key")
    few = f"known are {', '.join(f'`{name}`' for name in known)}" if len(known) <= _FEW else None
    return Problem(
        "unknown-field", f"unknown field `{shortened(key)}` of {owner}", path, did_you_mean(key, known) or few, at="key"
    )


def _fields(schema: Schema) -> list[str]:
    """The properties of a linked definition, without their other spellings."""
    return [name for name in schema.get("properties", ()) if name not in schema["spellings"]]


def _type_problem(names: str | list[str], value: Any, path: Path) -> Problem:
    kinds = [_KINDS[name] for name in ([names] if isinstance(names, str) else names)]
    found = kind_of(value)
    return Problem("wrong-type", f"expected {' or '.join(kinds)}, found {found}", path, _HINTS.get((kinds[0], found)))
