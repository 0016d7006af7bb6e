"""How the text of a type is read, what is said of one that is none, and which types fit each other."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyspec.bind.grammar import TypeNode, UnknownType, read_type
from polyspec.bind.types import TypeMismatch, compatible, default_types, parse_type

TYPES = default_types()


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("int", "int"),
        ("List[ float ]", "List[float]"),
        ("Dict[str,List[int]]", "Dict[str, List[int]]"),
        ("int|None", "int | None"),
        ("Union[int, str]", "int | str"),
        ("Tuple[int,...]", "Tuple[int, ...]"),
        ("Literal['a', 1, -1.5, true]", "Literal['a', 1, -1.5, True]"),
    ],
)
def test_a_type_is_read_and_written_back(text: str, canonical: str) -> None:
    assert str(read_type(text)) == canonical
    assert read_type(canonical) == read_type(text)


NO_TYPES = [
    ("flaot", "unknown type `flaot`", "did you mean `float`?", (0, 5)),
    ("string", "unknown type `string`", "did you mean `str`?", (0, 6)),
    ("Dict[str, integer]", "unknown type `integer`", "did you mean `int`?", (10, 17)),
    ("lst[int]", "unknown type `lst`", "did you mean `list`?", (0, 3)),
    ("Optinal", "unknown type `Optinal`", "did you mean `Optional`?", (0, 7)),
    ("int[str]", "`int` takes no brackets", "write `int` alone", (0, 3)),
    ("Optional", "`Optional` says nothing alone", "write what it may be: `Optional[…]`", (0, 8)),
    ("List[int, str]", "`List` takes one type in its brackets, found 2", None, (0, 4)),
    ("Dict[int]", "`Dict` takes 2 types in its brackets, found 1", None, (0, 4)),
    ("a" * 300, "expected a type of at most 256 characters, found 300", None, None),
    ("List[" * 20 + "int" + "]" * 20, "expected a type nested at most 16 deep, found a deeper one", None, None),
]


@pytest.mark.parametrize(("text", "message", "hint", "span"), NO_TYPES, ids=[text[:20] for text, *_ in NO_TYPES])
def test_a_text_that_names_no_type(text: str, message: str, hint: str | None, span: tuple[int, int] | None) -> None:
    with pytest.raises(UnknownType) as caught:
        parse_type(text, TYPES)
    assert (caught.value.message, caught.value.hint, caught.value.span) == (message, hint, span)
    assert caught.value.code == "unknown-type"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "`` is no type: expected the name of a type, found the end"),
        ("List[int", "`List[int` is no type: expected `]`, found the end"),
        ("List[]", "`List[]` is no type: expected the name of a type, found `]`"),
        ("int int", "`int int` is no type: expected the end of the type, found `int`"),
        ("int |", "`int |` is no type: expected the name of a type, found the end"),
        (
            "Literal[x]",
            "`Literal[x]` is no type: expected text in quotes, a number, `true`, `false` or `null`, found `x`",
        ),
        ("__import__('os')", "`__import__('os')` is no type: expected the end of the type, found `(`"),
    ],
)
def test_a_text_that_is_no_type_at_all(text: str, message: str) -> None:
    with pytest.raises(UnknownType) as caught:
        parse_type(text, TYPES)
    assert caught.value.message == message


def test_a_name_that_is_like_no_other_gets_the_list() -> None:
    with pytest.raises(UnknownType) as caught:
        parse_type("qqqqqq", TYPES)
    assert caught.value.hint is not None
    assert caught.value.hint.startswith("known are: any, artifacts, auth, bool, ")


def test_a_type_with_brackets_is_built_once_for_a_registry() -> None:
    assert parse_type("List[float]", TYPES) is parse_type("List[float]", TYPES)


def test_a_registry_keeps_its_own_types() -> None:
    more = TYPES.with_entry("even", lambda value: value if value % 2 == 0 else odd())

    def odd() -> Any:
        raise TypeMismatch("expected an even number")

    assert parse_type("List[even]", more)([2, 4]) == [2, 4]
    with pytest.raises(TypeMismatch, match=r"^at `\[1\]`: expected an even number$"):
        parse_type("List[even]", more)([2, 3])
    with pytest.raises(UnknownType, match=r"^unknown type `even`$"):
        parse_type("List[even]", TYPES)


@given(st.text(max_size=40) | st.text(alphabet='List[int]Dict,|."1 ', max_size=60))
def test_any_text_is_a_type_or_an_unknown_type(text: str) -> None:
    try:
        found = read_type(text)
    except UnknownType:
        return
    assert isinstance(found, TypeNode)


FITTING = [
    ("int", "int"),
    ("int", "float"),
    ("int", "metric"),
    ("metric", "float"),
    ("float", "metric"),
    ("git", "any"),
    ("List[int]", "Any"),
    ("str", "path"),
    ("s3", "gcs"),
    ("wasb", "str"),
    ("GcsPath", "gcs"),
    ("PositiveInt", "float"),
    ("StrictStr", "path"),
    ("int", "Optional[int]"),
    ("None", "Optional[int]"),
    ("int", "Union[str, float]"),
    ("Union[int, float]", "float"),
    ("Optional[int]", "int | None"),
    ("List[int]", "list[float]"),
    ("List[int]", "list"),
    ("Dict[str, int]", "metadata"),
    ("Dict[str, int]", "Dict[str, any]"),
    ("Tuple[int, str]", "tuple[float, path]"),
    ("Literal['a']", "Literal['a', 'b']"),
    ("my-type", "my-type"),
]
UNFITTING = [
    ("float", "int"),
    ("str", "int"),
    ("int", "str"),
    ("bool", "int"),
    ("any", "int"),
    ("int", "PositiveInt"),
    ("Optional[int]", "int"),
    ("list", "List[int]"),
    ("List[float]", "List[int]"),
    ("List[int]", "int"),
    ("Tuple[int, str]", "Tuple[int]"),
    ("Literal['a', 'b']", "Literal['a']"),
    ("image", "str"),
    ("my-type", "your-type"),
]


@pytest.mark.parametrize(("given_type", "wanted"), FITTING)
def test_a_type_fits(given_type: str, wanted: str) -> None:
    assert compatible(given_type, wanted, given_list=False, wanted_list=False)


@pytest.mark.parametrize(("given_type", "wanted"), UNFITTING)
def test_a_type_does_not_fit(given_type: str, wanted: str) -> None:
    assert not compatible(given_type, wanted, given_list=False, wanted_list=False)


def test_is_list_is_a_list_of_the_type() -> None:
    assert compatible("int", "List[int]", given_list=True, wanted_list=False)
    assert compatible("List[int]", "float", given_list=False, wanted_list=True)
    assert compatible("int", "any", given_list=True, wanted_list=False)
    assert not compatible("int", "int", given_list=True, wanted_list=False)
    assert not compatible("my-type", "my-type", given_list=True, wanted_list=False)


@given(st.sampled_from(sorted(TYPES)), st.booleans())
def test_every_type_fits_itself_and_any(name: str, is_list: bool) -> None:
    assert compatible(name, name, given_list=is_list, wanted_list=is_list)
    assert compatible(name, "any", given_list=is_list, wanted_list=False)
