"""The types of mappings with known fields: what a git, dockerfile, file, tensorboard, event or artifacts input takes.

Each takes the mapping, its keys in camelCase or snake_case, or its JSON text, and gives the mapping in canonical camelCase with
only the fields that were given, in the order of their declaration: what Polyaxon's wire carries.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from polyspec.bind.containers import Convert, list_of, mapping, within
from polyspec.bind.numeric import boolean, integer
from polyspec.bind.texts import comma_separated, image, strict_text, uuid
from polyspec.bind.values import TypeMismatch, fit_text, loaded, refuse
from polyspec.errors import did_you_mean
from polyspec.late import late_pattern

_TEMPLATE = late_pattern(r"\{\{[^{}]*\}\}")
# fmt: off
_FILE_KINDS = frozenset((
    "model", "audio", "video", "histogram", "image", "tensor", "dataframe", "chart", "csv", "tsv", "psv", "ssv", "metric",
    "env", "html", "text", "file", "dir", "dockerfile", "docker_image", "data", "coderef", "table", "tensorboard", "curve",
    "confusion", "analysis", "iteration", "markdown", "system", "artifact", "span",
))
# fmt: on


def structure(fields: Mapping[str, Convert], required: str | None = None) -> Convert:
    """The type of a mapping with these fields, by their names in camelCase; `required` is the one that must be given."""
    names = {**{_snake(name): name for name in fields}, **{name: name for name in fields}}
    example = f"a mapping such as `{{{required or next(iter(fields))}: …}}`"

    def convert(value: Any) -> dict[str, Any]:
        found = loaded(value, "a mapping", example)
        given = _canonical(found, names) if isinstance(found, Mapping) else refuse("a mapping", found, f"write {example}")
        if required is not None and required not in given:
            raise TypeMismatch(f"expected a mapping with `{required}`, found one without it")
        return {name: within(name, field, given[name]) for name, field in fields.items() if name in given}

    return convert


def _canonical(value: Mapping[Any, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The fields that are not null, by their canonical names."""
    for key in value:
        if key not in names:
            hint = did_you_mean(str(key), names) or f"known are: {', '.join(dict.fromkeys(names.values()))}"
            raise TypeMismatch("unknown field", hint, (str(key),))
    given = {names[key]: field for key, field in value.items() if field is not None}
    if len(given) < sum(field is not None for field in value.values()):
        raise TypeMismatch("expected each field once, found one in camelCase and in snake_case")
    return given


def _snake(name: str) -> str:
    return re.sub("[A-Z]", lambda match: f"_{match[0].lower()}", name)


def _or_template(convert: Convert) -> Convert:
    """The type of a field that may also be text with a template, as in Polyaxon."""
    return lambda value: fit_text(value) if isinstance(value, str) and _TEMPLATE.search(value) else convert(value)


def _strict_integer(value: Any) -> int:
    return integer(value) if type(value) is int else refuse("an integer", value)


def _list(item: Convert) -> Convert:
    """The type of a list inside a mapping: no text stands for it."""
    items = list_of(item)
    return lambda value: items(value) if isinstance(value, list | tuple) else refuse("a list", value)


def _path_or_pair(value: Any) -> str | list[str]:
    """A path, or a list of where it is and where it goes."""
    return list(_texts(value)) if isinstance(value, list | tuple) else strict_text(value)


def _comma_list(item: Convert) -> Convert:
    items = list_of(item)
    return lambda value: items(comma_separated(value))


def _image_text(value: Any) -> str:
    return image(strict_text(value))


def _environment(value: Any) -> Any:
    """Variables: a mapping, or a list of pairs of texts."""
    return mapping(value) if isinstance(value, Mapping) else _list(_texts)(value)


def _file_kind(value: Any) -> str:
    if strict_text(value) in _FILE_KINDS:
        return str(value)
    raise TypeMismatch("expected a kind of artifact, found another word", did_you_mean(value, _FILE_KINDS))


def _no_option(value: Any) -> str:
    """Text that git cannot take for one of its options (security, row 32)."""
    if strict_text(value).startswith("-"):
        raise TypeMismatch("expected text that starts with no `-`, found one that does", "git would take it for an option")
    return str(value)


_texts = _list(strict_text)
_paths = _or_template(_list(_path_or_pair))

FIELDS: Mapping[str, Mapping[str, Convert]] = MappingProxyType(
    {
        "git": {"url": _no_option, "revision": _no_option, "flags": _or_template(_texts)},
        "dockerfile": {
            "image": _image_text,
            "env": _or_template(_environment),
            "path": _or_template(_texts),
            "copy": _paths,
            "postRunCopy": _paths,
            "run": _or_template(_texts),
            "langEnv": strict_text,
            "uid": _or_template(integer),
            "gid": _or_template(integer),
            "username": strict_text,
            "filename": strict_text,
            "workdir": strict_text,
            "workdirPath": strict_text,
            "shell": strict_text,
        },
        "file": {"kind": _or_template(_file_kind), "content": strict_text, "filename": strict_text, "chmod": strict_text},
        "tensorboard": {
            "port": _or_template(_strict_integer),
            "uuids": _or_template(_comma_list(uuid)),
            "useNames": _or_template(boolean),
            "pathPrefix": strict_text,
            "plugins": _or_template(_comma_list(strict_text)),
        },
        "event": {"name": strict_text, "kind": strict_text},
        "artifacts": {"files": _paths, "dirs": _paths, "workers": _or_template(_strict_integer)},
    }
)
"""The fields of each mapping type, in canonical order, with what each takes."""
_REQUIRED: Mapping[str, str] = MappingProxyType({"dockerfile": "image", "file": "content"})

STRUCTURES: Mapping[str, Convert] = MappingProxyType(
    {name: structure(fields, _REQUIRED.get(name)) for name, fields in FIELDS.items()}
)
"""The mapping types by name. A git input that is a plain URL is refused, as in Polyaxon: it would say nothing of the revision."""
