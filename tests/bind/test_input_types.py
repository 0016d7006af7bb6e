"""What each type takes, what it gives, and what it says of what it does not take."""

import datetime
import json
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyspec.bind.containers import list_of
from polyspec.bind.types import TypeMismatch, default_types, parse_type
from polyspec.bind.values import json_text

TYPES = default_types()
HEX = "0f3e2d1c6b1ed8a2a9b24c8c9d7d0f5a"
BIG = 2**63


def convert(name: str, value: Any) -> Any:
    return parse_type(name, TYPES)(value)


def mismatch(name: str, value: Any) -> TypeMismatch:
    with pytest.raises(TypeMismatch) as caught:
        convert(name, value)
    return caught.value


def same(left: Any, right: Any) -> bool:
    """Equal and of one kind: 1, 1.0 and True are three values."""
    return json.dumps(left) == json.dumps(right)


TAKEN: list[tuple[str, Any, Any]] = [
    ("int", 1, 1),
    ("int", "1", 1),
    ("int", "1.0", 1),
    ("int", 1.0, 1),
    ("int", " 2 ", 2),
    ("int", "1e3", 1000),
    ("int", "-0", 0),
    ("int", '"1"', 1),
    ("int", BIG - 1, BIG - 1),
    ("int", "-9223372036854775808", -BIG),
    ("float", 1, 1.0),
    ("float", "1e5", 100000.0),
    ("float", " 1.5 ", 1.5),
    ("float", 2**70, float(2**70)),
    ("metric", "0.1", 0.1),
    ("bool", True, True),
    ("bool", 0, False),
    ("bool", 1.0, True),
    ("bool", "Yes", True),
    ("bool", "OFF", False),
    ("str", "0x10", "0x10"),
    ("str", " a ", " a "),
    ("str", 1, "1"),
    ("str", 1.0, "1.0"),
    ("str", True, "true"),
    ("str", [1, "a", 2.5, None], '[1,"a",2.5,null]'),
    ("str", {"a": {"é": '"'}}, '{"a":{"é":"\\""}}'),
    ("str", 1e20, "1e+20"),
    ("str", 1e-7, "1e-7"),
    ("str", 1.5e-5, "0.000015"),
    ("str", uuid.UUID(HEX), HEX),
    ("any", {"a": [1, None, "1"]}, {"a": [1, None, "1"]}),
    ("path", "", ""),
    ("dict", '{"a": 1}', {"a": 1}),
    ("dict", {"a": (1, 2)}, {"a": [1, 2]}),
    ("metadata", {"a": 1}, {"a": 1}),
    ("dict_of_dicts", {"a": {"b": 1}}, {"a": {"b": 1}}),
    ("list", "[1, 2]", [1, 2]),
    ("list", (1, 2), [1, 2]),
    ("tuple", [1], [1]),
    ("set", [2, 1, 2, 1.0, True], [2, 1, 1.0, True]),
    ("ListStr", "a, b,,", ["a", "b"]),
    ("ListStr", '["a", 1]', ["a", 1]),
    ("List[int]", ["1", 2.0], [1, 2]),
    ("List[int]", '["1"]', [1]),
    ("List[List[int]]", [[1], ["2"]], [[1], [2]]),
    ("Dict[str, int]", {"a": "1"}, {"a": 1}),
    ("Dict[int, str]", {" 1 ": "a"}, {"1": "a"}),
    ("Tuple[int, str]", ["1", "a"], [1, "a"]),
    ("Tuple[int, ...]", ["1", 2], [1, 2]),
    ("Set[int]", ["1", 1, 2], [1, 2]),
    ("Optional[int]", None, None),
    ("Optional[int]", "null", None),
    ("Optional[str]", "null", "null"),
    ("Optional[str]", 1, "1"),
    ("int | None", "1", 1),
    ("Union[int, str]", "1", "1"),
    ("Union[int, str]", 1, 1),
    ("Union[int, float]", "1.5", 1.5),
    ('Literal["a", 1]', "a", "a"),
    ('Literal["a", 1]', "1", 1),
    ("Literal[true]", "true", True),
    ("None", "null", None),
    ("date", "2020-01-02", "2020-01-02"),
    ("date", "2020-01-02T00:00:00+02:00", "2020-01-02"),
    ("date", 1577923200, "2020-01-02"),
    ("date", "1577923200000", "2020-01-02"),
    ("date", datetime.date(2020, 1, 2), "2020-01-02"),
    ("datetime", "2020-01-02T10:30:00", "2020-01-02T10:30:00"),
    ("datetime", "2020-01-02 10:30", "2020-01-02T10:30:00"),
    ("datetime", "2020-01-02T10:30:00.5Z", "2020-01-02T10:30:00.500000+00:00"),
    ("datetime", "2020-01-02T10:30:00-0230", "2020-01-02T10:30:00-02:30"),
    ("datetime", "2020-01-02", "2020-01-02T00:00:00"),
    ("datetime", 0, "1970-01-01T00:00:00+00:00"),
    ("datetime", datetime.date(2020, 1, 2), "2020-01-02T00:00:00"),
    ("timedelta", "P1D", 86400.0),
    ("timedelta", "-PT1H30M", -5400.0),
    ("timedelta", "P1,5D", 129600.0),
    ("timedelta", "1 day", 86400.0),
    ("timedelta", "2 days 01:00:00", 176400.0),
    ("timedelta", "01:00:00", 3600.0),
    ("timedelta", "1 day, 1:00:00", 90000.0),
    ("timedelta", "-01:30", -5400.0),
    ("timedelta", 3600, 3600.0),
    ("timedelta", "3600", 3600.0),
    ("timedelta", datetime.timedelta(hours=1), 3600.0),
    ("uuid", "0F3E2D1C-6b1e-d8a2-a9b2-4c8c9d7d0f5a", HEX),
    ("uuid", "{urn:uuid:0f3e2d1c-6b1e-d8a2-a9b2-4c8c9d7d0f5a}".replace("{urn:uuid:", "urn:uuid:{"), HEX),
    ("email", "a.b+c@x-y.org", "a.b+c@x-y.org"),
    ("email", "a@localhost", "a@localhost"),
    ("email", "a@ü.org", "a@ü.org"),
    ("email", "a@[127.0.0.1]", "a@[127.0.0.1]"),
    ("image", "registry:5000/a/b:c", "registry:5000/a/b:c"),
    ("image", f"registry:5000/a:b@sha256:{HEX}", f"registry:5000/a:b@sha256:{HEX}"),
    ("image", {"name": "a:b", "connection": "c"}, "a:b"),
    ("image", "{{ name }}", "{{ name }}"),
    ("uri", "HTTP://A.B", "http://a.b/"),
    ("uri", "http://a.b:80/x y/../é?q='#f", "http://a.b/%C3%A9?q=%27#f"),
    ("uri", "http://ü.org", "http://xn--tda.org/"),
    ("uri", "http://[0:0:0:0:0:0:0:1]:8080", "http://[::1]:8080/"),
    ("uri", "mailto:a@b.c", "mailto:a@b.c"),
    ("uri", "file:///x", "file:///x"),
    ("uri", {"user": "u@x", "password": "p/w", "host": "h.org"}, "https://u%40x:p%2Fw@h.org/"),
    ("uri", {"host": "http://h.org:8080/x"}, "http://h.org:8080/x"),
    ("gcs", "GS://b/K k", "gs://b/K%20k"),
    ("gcs", "gcs://b/k/", "gcs://b/k/"),
    ("gcs", {"bucket": "b", "blob": "k"}, "gs://b/k"),
    ("gcs", {"bucket": "gcs://b"}, "gcs://b"),
    ("s3", "s3://B/K", "s3://B/K"),
    ("s3", {"bucket": "b", "key": "/a?b"}, "s3://b/a%3Fb"),
    ("wasb", "wasb://c@a.blob.core.windows.net/p", "wasb://c@a.blob.core.windows.net/p"),
    ("wasb", "https://a.blob.core.windows.net/c/p", "https://a.blob.core.windows.net/c/p"),
    ("wasb", "az://c/p", "az://c/p"),
    ("wasb", {"container": "c", "storageAccount": "a", "path": "p"}, "wasbs://c@a.blob.core.windows.net/p"),
    ("wasb", {"container": "c", "storage_account": "a.blob.core.windows.net"}, "wasbs://c@a.blob.core.windows.net"),
    ("auth", {"user": "u", "password": "p"}, {"user": "u", "password": "p"}),
    ("auth", "u:p:q", {"user": "u", "password": "p:q"}),
    ("git", {"flags": ["--depth=1"], "url": "https://g/x", "revision": None}, {"url": "https://g/x", "flags": ["--depth=1"]}),
    ("git", '{"url": "https://g/x"}', {"url": "https://g/x"}),
    ("git", {"flags": "{{ flags }}"}, {"flags": "{{ flags }}"}),
    (
        "dockerfile",
        {"image": "a", "lang_env": "en", "uid": "1", "copy": ["a", ["b", "c"]], "env": {"A": 1}},
        {"image": "a", "env": {"A": 1}, "copy": ["a", ["b", "c"]], "langEnv": "en", "uid": 1},
    ),
    ("dockerfile", {"image": "a", "env": [["A", "b"]]}, {"image": "a", "env": [["A", "b"]]}),
    ("file", {"content": "x", "kind": "file", "chmod": "+x"}, {"kind": "file", "content": "x", "chmod": "+x"}),
    (
        "tensorboard",
        {"port": 6006, "uuids": f"{HEX}, {HEX.upper()}", "use_names": "yes", "plugins": ["a"]},
        {"port": 6006, "uuids": [HEX, HEX], "useNames": True, "plugins": ["a"]},
    ),
    ("event", {}, {}),
    ("artifacts", {"files": ["a", ["b", "c"]], "workers": 2}, {"files": ["a", ["b", "c"]], "workers": 2}),
    ("PositiveInt", "1", 1),
    ("NonNegativeFloat", 0, 0.0),
    ("StrictInt", "1", 1),
    ("StrictBool", "true", True),
    ("StrictStr", "1", "1"),
    ("SecretStr", "hunter2", "hunter2"),
    ("bytes", b"a", "a"),
    ("Json", '{"a": [1]}', {"a": [1]}),
    ("Json", [1], [1]),
    ("ByteSize", 1024, 1024),
    ("ByteSize", "1KB", 1000),
    ("ByteSize", "1.5 MiB", 1572864),
    ("ByteSize", "9 bit", 1),
    ("PastDate", "2999-01-01", "2999-01-01"),
    ("FutureDate", '"1999-01-01"', "1999-01-01"),
    ("PaymentCardNumber", 4242424242424242, "4242424242424242"),
    ("Decimal", "0.10", "0.10"),
    ("Decimal", 0.1, "0.1"),
    ("complex", "1+2j", "1+2j"),
    ("complex", 2, "2+0j"),
]

REFUSED: list[tuple[str, Any, str]] = [
    ("int", 1.5, "expected an integer, found a number with a fraction"),
    ("int", "1.5", "expected an integer, found a number with a fraction"),
    ("int", "0x10", "expected an integer, found text"),
    ("int", "1_000", "expected an integer, found text"),
    ("int", '"1_000"', "expected an integer, found text"),
    ("int", "٣", "expected an integer, found text"),
    ("int", "abc", "expected an integer, found text"),
    ("int", True, "expected an integer, found a boolean"),
    ("int", None, "expected an integer, found null"),
    ("int", [1], "expected an integer, found a list"),
    ("int", BIG, "expected an integer of 64 bits, found a larger one"),
    ("int", "1e999999999", "expected an integer of 64 bits, found a larger one"),
    ("int", 1e30, "expected an integer of 64 bits, found a larger one"),
    ("int", float("nan"), "expected an integer, found a number that is not finite"),
    ("int", "1" * 101, "expected an integer of at most 100 characters, found longer text"),
    ("float", False, "expected a number, found a boolean"),
    ("float", float("inf"), "expected a finite number, found a number that is not finite"),
    ("float", 10**400, "expected a finite number, found a number that is not finite"),
    ("float", "nan", "expected a number, found text"),
    ("float", "1e999", "expected a finite number, found a number that is not finite"),
    ("float", "+1.5", "expected a number, found text"),
    ("bool", 2, "expected a boolean, found an integer"),
    ("bool", " true ", "expected a boolean, found text"),
    ("str", None, "expected text, found null"),
    ("str", "a\0b", "expected text that a program can be given, found text with a NUL character"),
    ("str", "\ud800", "expected text that a program can be given, found text with a lone surrogate, which is no character"),
    ("str", float("nan"), "expected a finite number, found a number that is not finite"),
    ("path", 1, "expected text, found an integer"),
    ("path", "a\0", "expected text that a program can be given, found text with a NUL character"),
    ("any", float("inf"), "expected a finite number, found a number that is not finite"),
    ("any", object(), "expected a JSON value, found a Python `object`"),
    ("dict", [["a", 1]], "expected a mapping, found a list"),
    ("dict", "a", "expected a mapping, found text"),
    ("dict", {1: 2}, "expected text as the key of a mapping, found an integer"),
    ("dict", '{"a": 1, "a": 2}', "expected each key once, found a key twice"),
    ("dict", '{"a": NaN}', "expected a finite number, found `NaN` or `Infinity`"),
    ("list", "a,b", "expected a list, found text"),
    ("list", "[" * 100_000, "expected lists and mappings at most 64 deep, found deeper ones"),
    ("list", f"[{'1' * 101}]", "expected a number of at most 100 characters, found a longer one"),
    ("List[str]", [1], "at `[0]`: expected text, found an integer"),
    ("List[List[int]]", [[1], [2, "x"]], "at `[1][1]`: expected an integer, found text"),
    ("Dict[str, int]", {"a b": True}, 'at `["a b"]`: expected an integer, found a boolean'),
    ("Dict[int, str]", {"x": "a"}, "at `x`: expected an integer, found text"),
    ("Tuple[int, str]", [1], "expected a list of 2 items, found one of 1"),
    ("Union[int, bool]", "x", "expected one of `int`, `bool`, found text"),
    ("Optional[int]", "x", "expected one of `int`, `None`, found text"),
    ('Literal["a", 1]', "b", 'expected one of `"a"`, `1`, found text'),
    ("Literal[1]", True, "expected one of `1`, found a boolean"),
    ("date", "2020-01-02T10:30:00", "expected a date, found a time of the day"),
    ("date", "2020-02-30", "expected a date, found one that no calendar has"),
    ("date", "2020-1-2", "expected a date, found text"),
    ("date", 1577923201, "expected a date, found a time of the day"),
    ("date", True, "expected a date, found a boolean"),
    ("datetime", "2020-01-02T25:00:00", "expected a date and time, found one that no calendar has"),
    ("datetime", "soon", "expected a date and time, found text"),
    ("timedelta", "soon", "expected a duration, found text"),
    ("timedelta", "PT", "expected a duration, found text"),
    ("timedelta", "1:00", "expected a duration, found text"),
    ("timedelta", float("nan"), "expected a duration, found a number that is not finite"),
    ("ListStr", 1, "expected a list or text with commas, found an integer"),
    ("bool", "x" * 10, "expected a boolean, found text"),
    ("s3", {"key": "k"}, "expected a mapping with `bucket`, found none"),
    ("auth", {"user": 1}, "at `user`: expected text, found an integer"),
    ("timedelta", True, "expected a duration, found a boolean"),
    ("timedelta", 1e30, "expected a duration of at most 999999999 days, found a longer one"),
    ("uuid", "abc", "expected a UUID, found text"),
    ("uuid", "_" * 32, "expected a UUID, found text"),
    ("email", "a b@c.de", "expected an e-mail address, found text"),
    ("email", "a@b", "expected an e-mail address, found text"),
    ("image", "a b", "expected an image, found text that names none"),
    ("image", "a:b:c", "expected an image, found text that names none"),
    ("image", "", "expected an image, found text that names none"),
    ("image", {"tag": "a"}, "expected an image, found a mapping"),
    ("uri", "foo", "expected a URL, found text"),
    ("uri", "http://", "expected a URL, found text"),
    ("uri", "http://a b", "expected a URL whose host is a name or an address, found one whose host is none"),
    ("uri", "http://h:99999", "expected a URL, found text that is none"),
    ("uri", "http://[zz]/", "expected a URL, found text that is none"),
    ("uri", "http://a\nb", "expected a URL, found text with a control character"),
    ("uri", {"password": "x"}, "expected a mapping with `host`, found none"),
    ("gcs", "s3://b", "expected a `gs://` URL with a bucket, found another URL"),
    ("gcs", "gs://", "expected a `gs://` URL with a bucket, found another URL"),
    ("s3", {"bucket": "b", "blob": "k"}, "at `blob`: expected the keys `bucket`, `key`, found another one"),
    ("wasb", "https://a.b/c", "expected the URL of an Azure blob, found another URL"),
    ("wasb", "wasbs://c@a.blob.core.windows.net.evil.org/p", "expected the URL of an Azure blob, found another URL"),
    ("auth", "u", "expected credentials, found not both of `user` and `password`"),
    ("git", "https://g/x", "expected a mapping, found text"),
    ("git", {"urll": "x"}, "at `urll`: unknown field"),
    ("git", {"url": "--upload-pack=x"}, "at `url`: expected text that starts with no `-`, found one that does"),
    ("dockerfile", {}, "expected a mapping with `image`, found one without it"),
    ("dockerfile", {"image": "a b"}, "at `image`: expected an image, found text that names none"),
    (
        "dockerfile",
        {"image": "a", "langEnv": "a", "lang_env": "b"},
        "expected each field once, found one in camelCase and in snake_case",
    ),
    ("file", {"content": "x", "kind": "modle"}, "at `kind`: expected a kind of artifact, found another word"),
    ("tensorboard", {"port": "6006"}, "at `port`: expected an integer, found text"),
    ("tensorboard", {"uuids": ["x"]}, "at `uuids[0]`: expected a UUID, found text"),
    ("artifacts", {"files": "a"}, "at `files`: expected a list, found text"),
    ("PositiveInt", 0, "expected an integer that is greater than 0, found an integer that is not"),
    ("NonPositiveFloat", "0.5", "expected a number that is 0 or less, found a number that is not"),
    ("StrictInt", 1.0, "expected an integer written without a point, found a number"),
    ("StrictBool", 1, "expected a boolean, found an integer"),
    ("SecretStr", 1, "expected text, found an integer"),
    ("bytes", b"\xff", "expected bytes that are UTF-8, found other ones"),
    ("Json", "{", "expected JSON, found text that is none"),
    ("ByteSize", "1 zb", "expected a number of bytes, found text"),
    ("ByteSize", -1, "expected a number of bytes, found an integer"),
    ("PaymentCardNumber", "4242424242424241", "expected a card number, found digits whose last one does not check the others"),
    ("PaymentCardNumber", "4242", "expected a card number of 12 to 19 digits, found text"),
    ("Decimal", "1e999", "expected a decimal number with an exponent of at most 400, found a larger one"),
    ("Decimal", True, "expected a decimal number, found a boolean"),
    ("complex", "1+j2", "expected a complex number, found text"),
    ("complex", "nanj", "expected a complex number, found text"),
]


@pytest.mark.parametrize(("name", "value", "expected"), TAKEN, ids=[f"{name} {value!r}"[:60] for name, value, _ in TAKEN])
def test_a_type_gives(name: str, value: Any, expected: Any) -> None:
    assert same(convert(name, value), expected)


@pytest.mark.parametrize(("name", "value", "expected"), TAKEN, ids=[f"{name} {value!r}"[:60] for name, value, _ in TAKEN])
def test_what_a_type_gives_it_takes_and_leaves(name: str, value: Any, expected: Any) -> None:
    assert same(convert(name, expected), expected)


@pytest.mark.parametrize(("name", "value", "message"), REFUSED, ids=[f"{name} {value!r}"[:60] for name, value, _ in REFUSED])
def test_a_type_refuses(name: str, value: Any, message: str) -> None:
    assert str(mismatch(name, value)) == message


def test_every_type_is_exercised() -> None:
    tried = {name for name, *_ in TAKEN + REFUSED}
    functions = {TYPES[name] for name in tried if name in TYPES}
    untried = {name for name in TYPES if TYPES[name] not in functions}
    assert untried == {"NegativeInt", "NonNegativeInt", "NonPositiveInt", "PositiveFloat", "NegativeFloat"}


HINTS = [
    ("str | None", object(), None),
    ("bool", "maybe", "write `true` or `false`"),
    ("path", 1, "write it in quotes"),
    ("list", "a,b", 'write a list, or its JSON such as `["a", "b"]`'),
    ("git", "https://g/x", "write a mapping such as `{url: …}`"),
    ("git", {"urll": "x"}, "did you mean `url`?"),
    ("git", {"zzz": "x"}, "known are: url, revision, flags"),
    ("date", "2020-01-02T10:30:00", "the type `datetime` takes times"),
    ("Json", '{"a" 1}', "Expecting ':' delimiter, at character 6"),
]


@pytest.mark.parametrize(("name", "value", "hint"), HINTS, ids=[name for name, *_ in HINTS])
def test_a_mismatch_says_the_mend(name: str, value: Any, hint: str | None) -> None:
    assert mismatch(name, value).hint == hint


def test_a_mismatch_leads_to_the_part_at_fault() -> None:
    found = mismatch("Dict[str, List[int]]", {"a": [1], "b": [1, "x"]})
    assert (found.path, found.message) == (("b", 1), "expected an integer, found text")


def test_a_list_of_lenient_texts_is_what_is_list_makes() -> None:
    assert list_of(TYPES["str"])([1, "a"]) == ["1", "a"]


def test_a_list_that_holds_itself_is_too_deep() -> None:
    value: list[Any] = []
    value.append(value)
    assert mismatch("any", value).message == "expected lists and mappings at most 64 deep, found deeper ones"


def test_conversion_leaves_its_argument_alone_and_shares_nothing() -> None:
    value = {"a": [1, {"b": 2}]}
    found = convert("dict", value)
    found["a"][1]["b"] = 3
    assert value == {"a": [1, {"b": 2}]}


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-BIG, BIG - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(JSON.filter(lambda value: "\0" not in json.dumps(value, ensure_ascii=False) and "\\u0000" not in json.dumps(value)))
def test_any_leaves_every_json_value_as_it_is(value: Any) -> None:
    assert same(convert("any", value), value)


@given(JSON)
def test_the_json_text_of_a_value_reads_as_that_value(value: Any) -> None:
    assert same(json.loads(json_text(value)), value)


@given(st.sampled_from(sorted(TYPES)), JSON | st.text())
def test_a_type_gives_json_that_it_takes_again_or_a_mismatch(name: str, value: Any) -> None:
    try:
        found = convert(name, value)
    except TypeMismatch:
        return
    text = json.dumps(found, allow_nan=False)
    assert name == "Json" or json.dumps(convert(name, json.loads(text))) == text


@given(st.sampled_from(sorted(TYPES)), st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", min_size=12, max_size=30))
def test_a_mismatch_never_holds_the_value(name: str, value: str) -> None:
    try:
        convert(name, value)
    except TypeMismatch as found:
        assert value not in f"{found} {found.hint}"  # noqa: PT017  a type may well take the text


@given(st.integers())
def test_an_int_is_an_int_of_64_bits_or_refused(value: int) -> None:
    if -BIG <= value < BIG:
        assert convert("int", value) == convert("int", str(value)) == value
    else:
        assert mismatch("int", value).message == "expected an integer of 64 bits, found a larger one"
