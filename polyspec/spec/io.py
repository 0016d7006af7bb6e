"""Inputs, outputs and params (polyaxonfile sections 6 and 7)."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from polyspec.spec.classes import spec_class
from polyspec.spec.markers import Combined, Maybe, Pattern, Template
from polyspec.spec.node import Node, absent
from polyspec.spec.problem import Mismatch
from polyspec.tree import UNSET

Name = Annotated[
    str,
    Pattern(
        re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,127}"), "a name", "a letter, then letters, digits, `_`, `-` or `.`, 128 at most"
    ),
]
RESERVED = frozenset({"globals", "params", "connections", "init"})
"""Names that templates use for something else (decision S29)."""

CHANGEABLE = ("connection", "description", "options", "toEnv")
"""What binding may change of an input or output beside its value, which its type checks, and flags: fields of any text."""


@spec_class(kw_only=True)
class Validation(Node):
    """What a value must satisfy beside its type (section 7.3)."""

    delay: Maybe[bool | Template] = absent()
    gt: Maybe[int | float | Template] = absent()
    ge: Maybe[int | float | Template] = absent()
    lt: Maybe[int | float | Template] = absent()
    le: Maybe[int | float | Template] = absent()
    multiple_of: Maybe[int | float | Template] = absent()
    min_digits: Maybe[int | Template] = absent()
    max_digits: Maybe[int | Template] = absent()
    decimal_places: Maybe[int | Template] = absent()
    regex: Maybe[str] = absent()
    min_length: Maybe[int | Template] = absent()
    max_length: Maybe[int | Template] = absent()
    contains: Any = absent()
    excludes: Any = absent()
    options: Any = absent()
    min_items: Maybe[int | Template] = absent()
    max_items: Maybe[int | Template] = absent()
    keys: Maybe[Sequence[str] | Template] = absent()
    contains_keys: Maybe[Sequence[str] | Template] = absent()
    excludes_keys: Maybe[Sequence[str] | Template] = absent()


@spec_class(kw_only=True)
class IO(Node):
    """One input or output of a component: its name, type, default value and validation."""

    name: Name
    description: Maybe[str] = absent()
    type: Maybe[str] = absent()
    is_optional: Maybe[bool] = absent()
    is_list: Maybe[bool] = absent()
    is_flag: Maybe[bool] = absent()
    arg_format: Maybe[str] = absent()
    connection: Maybe[str] = absent()
    to_init: Maybe[bool] = absent()
    to_env: Maybe[str] = absent()
    value: Any = absent()
    validation: Maybe[Validation] = absent()
    delay_validation: Maybe[bool] = absent()
    options: Any = absent()

    def __attrs_post_init__(self) -> None:
        if self.name in RESERVED:
            raise Mismatch(f"the name `{self.name}` is reserved for templates", path=("name",), code="reserved-name")
        if self.value is None and self.is_optional is UNSET:
            object.__setattr__(self, "is_optional", True)  # a null default says so, and no null outlives the merge
        if self.is_flag and self.type != "bool":
            raise Mismatch("a flag is an input of type `bool`", path=("isFlag",), code="bad-flag")
        if self.is_optional is False and self.value is not None and self.value is not UNSET:
            hint = "remove `value`, or `isOptional: false`"
            raise Mismatch(
                "an input with a default value is optional", path=("isOptional",), hint=hint, code="default-of-required"
            )


IOs = Annotated[Sequence[IO], Combined("keyed", ("name",))]


@spec_class(kw_only=True)
class Param(Node):
    """What an operation gives for an input: a value, or a reference to where the value comes from."""

    value: Any = absent()
    ref: Maybe[str] = absent()
    context_only: Maybe[bool] = absent()
    connection: Maybe[str] = absent()
    to_init: Maybe[bool] = absent()
    to_env: Maybe[str] = absent()

    def __attrs_post_init__(self) -> None:
        if self.ref and not isinstance(self.value, str):
            raise Mismatch(
                "the value of a param with `ref` is a path such as `outputs.loss`", path=("value",), code="bad-reference-value"
            )


Params = Annotated[Mapping[Name, Param], Combined("entries")]
