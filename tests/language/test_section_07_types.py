"""Section 7.2: the types of inputs, what each takes and gives, and what it refuses."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from polyspec import PolyspecError, compile, loads  # noqa: A004 - the name that the contract gives it

from .rows import as_json, row, told

UUID = "2f0fd3c28c0b4b0e9d3d2f0a5a5f3c11"

TAKES: tuple[tuple[str, str, tuple[tuple[Any, Any], ...]], ...] = (
    ("int", "int", ((1, 1), ("1", 1), ("1.0", 1), (1.0, 1), (" 2 ", 2))),
    ("float", "float", ((1, 1.0), (0.5, 0.5), ("1e-3", 0.001), ("2", 2.0))),
    (
        "bool",
        "bool",
        (
            (True, True),
            (0, False),
            (1, True),
            *((text, True) for text in ("true", "yes", "on", "t", "y", "1")),
            *((text, False) for text in ("false", "no", "off", "f", "n", "0")),
        ),
    ),
    ("str", "str", (("a", "a"), (1, "1"), (1.5, "1.5"), (True, "true"), ({"a": [1]}, '{"a":[1]}'), ([1, "b"], '[1,"b"]'))),
    ("any", "any", ((1, 1), ("1", "1"), ([1, {"a": 2}], [1, {"a": 2}]))),
    ("any", "Any", (("x", "x"), (1.5, 1.5))),
    ("dict", "dict", (({"a": 1}, {"a": 1}), ('{"a": 1}', {"a": 1}))),
    ("dict", "Dict", (({"a": 1}, {"a": 1}),)),
    ("dict", "Dict[str, int]", (({"a": "1"}, {"a": 1}), ('{"a": 2}', {"a": 2}))),
    ("list", "list", (([1, "a"], [1, "a"]), ('[1, "a"]', [1, "a"]))),
    ("list", "List[int]", ((["1", 2.0], [1, 2]), ("[1, 2]", [1, 2]))),
    ("list", "List[List[float]]", (([[1], ["2"]], [[1.0], [2.0]]),)),
    ("tuple, set, Optional", "tuple", (([1, "a"], [1, "a"]),)),
    ("tuple, set, Optional", "Tuple[int, str]", ((["1", "a"], [1, "a"]),)),
    ("tuple, set, Optional", "set", (([1, 1, 2], [1, 2]),)),
    ("tuple, set, Optional", "Optional[int]", (("1", 1), (2, 2), ("null", None))),
    ("date", "date", (("2020-01-02", "2020-01-02"), ("2020-01-02T00:00:00", "2020-01-02"), (1577923200, "2020-01-02"))),
    (
        "datetime",
        "datetime",
        (
            ("2020-01-02T10:30:00", "2020-01-02T10:30:00"),
            ("2020-01-02 10:30", "2020-01-02T10:30:00"),
            ("2020-01-02", "2020-01-02T00:00:00"),
        ),
    ),
    ("timedelta", "timedelta", (("P1D", 86400.0), ("1 day", 86400.0), ("01:00:00", 3600.0), (90, 90.0))),
    (
        "uuid",
        "uuid",
        (
            ("2f0fd3c2-8c0b-4b0e-9d3d-2f0a5a5f3c11", UUID),
            ("2F0FD3C28C0B4B0E9D3D2F0A5A5F3C11", UUID),
        ),
    ),
    ("email", "email", (("a@example.com", "a@example.com"), ("a@localhost", "a@localhost"))),
    ("path", "path", (("/data/x", "/data/x"), ("relative", "relative"))),
    ("metric", "metric", ((1, 1.0), ("0.5", 0.5))),
    ("metadata", "metadata", (({"a": 1}, {"a": 1}), ('{"a": 1}', {"a": 1}))),
    (
        "uri",
        "uri",
        (
            ("https://example.com/a", "https://example.com/a"),
            ({"host": "https://example.com", "user": "u", "password": "p"}, "https://u:p@example.com/"),
        ),
    ),
    (
        "gcs",
        "gcs",
        (("gs://bucket/a", "gs://bucket/a"), ("gcs://bucket/a", "gcs://bucket/a"), ({"bucket": "b", "blob": "c"}, "gs://b/c")),
    ),
    (
        "s3",
        "s3",
        (("s3://bucket", "s3://bucket"), ("s3://bucket/key", "s3://bucket/key"), ({"bucket": "b", "key": "k"}, "s3://b/k")),
    ),
    (
        "wasb",
        "wasb",
        (
            ("wasbs://c@acct.blob.core.windows.net/p", "wasbs://c@acct.blob.core.windows.net/p"),
            ("https://acct.blob.core.windows.net/c/p", "https://acct.blob.core.windows.net/c/p"),
            ({"container": "c", "storageAccount": "acct", "path": "p"}, "wasbs://c@acct.blob.core.windows.net/p"),
        ),
    ),
    ("image", "image", (("busybox", "busybox"), ("gcr.io/a/b:1.0", "gcr.io/a/b:1.0"), ({"name": "busybox:1"}, "busybox:1"))),
    (
        "git",
        "git",
        (
            ({"url": "https://github.com/a/b", "revision": "main"}, {"url": "https://github.com/a/b", "revision": "main"}),
            (
                '{"url": "https://github.com/a/b", "flags": ["--depth=1"]}',
                {"url": "https://github.com/a/b", "flags": ["--depth=1"]},
            ),
        ),
    ),
    (
        "dockerfile",
        "dockerfile",
        (
            (
                {"image": "busybox", "run": ["make"], "post_run_copy": ["a"]},
                {"image": "busybox", "run": ["make"], "postRunCopy": ["a"]},
            ),
        ),
    ),
    (
        "file",
        "file",
        (({"content": "text", "filename": "a.sh", "chmod": "+x"}, {"content": "text", "filename": "a.sh", "chmod": "+x"}),),
    ),
    (
        "tensorboard",
        "tensorboard",
        (
            (
                {"port": 6006, "uuids": f"{UUID}, {UUID}", "use_names": True},
                {"port": 6006, "uuids": [UUID, UUID], "useNames": True},
            ),
        ),
    ),
    ("event", "event", (({"name": "e", "kind": "image"}, {"name": "e", "kind": "image"}),)),
    (
        "artifacts",
        "artifacts",
        (({"files": ["a", ["b", "c"]], "dirs": ["d"], "workers": 2}, {"files": ["a", ["b", "c"]], "dirs": ["d"], "workers": 2}),),
    ),
    *(
        ("pydantic names", name, ((given, given),))
        for name, given in (
            ("PositiveInt", 1),
            ("NegativeInt", -1),
            ("NonNegativeInt", 0),
            ("NonPositiveInt", 0),
            ("PositiveFloat", 0.5),
            ("NegativeFloat", -0.5),
            ("NonNegativeFloat", 0.0),
            ("NonPositiveFloat", 0.0),
            ("FiniteFloat", 1.5),
            ("StrictStr", "a"),
            ("StrictInt", 1),
            ("StrictFloat", 1.5),
            ("StrictBool", True),
            ("StrictBytes", "a"),
            ("SecretStr", "a"),
            ("SecretBytes", "a"),
            ("PaymentCardNumber", "4242424242424242"),
            ("PastDate", "2020-01-02"),
            ("FutureDate", "2020-01-02"),
        )
    ),
    ("pydantic names", "Json", (('{"a": 1}', {"a": 1}),)),
    ("pydantic names", "ByteSize", (("1KB", 1000), ("1.5 MiB", 1572864))),
    *(
        ("class aliases", name, ((given, given),))
        for names, given in (
            (("GenericStr",), "a"),
            (("Uri",), "https://example.com/"),
            (("ImageStr", "ageStr"), "busybox"),
            (("GcsPath",), "gs://b/c"),
            (("S3Path",), "s3://b/c"),
            (("WasbPath",), "wasbs://c@acct.blob.core.windows.net/p"),
            (("UUIDStr",), UUID),
            (("EmailStr",), "a@example.com"),
            (("ListStr",), ["a", "b"]),
            (("FileType", "V1FileType"), {"content": "a"}),
            (("TensorboardType", "V1TensorboardType"), {"port": 6006}),
            (("GitType", "V1GitType"), {"url": "https://github.com/a/b"}),
            (("EventType", "V1EventType"), {"name": "e", "kind": "image"}),
            (("ArtifactsType", "V1ArtifactsType"), {"files": ["a"]}),
            (("DockerfileType", "V1DockerfileType"), {"image": "busybox"}),
        )
        for name in names
    ),
    (
        "documented but absent",
        "auth",
        (({"user": "u", "password": "p"}, {"user": "u", "password": "p"}), ("u:p", {"user": "u", "password": "p"})),
    ),
    ("documented but absent", "dict_of_dicts", (({"a": {"b": 1}}, {"a": {"b": 1}}),)),
)
"""The row, the type, and pairs of what a param gives and what the run has."""

REFUSES: tuple[tuple[str, str, tuple[Any, ...]], ...] = (
    ("int", "int", (1.5, "0x10", "1_000", "abc", True)),
    ("float", "float", ("inf", "nan", "a", True)),
    ("bool", "bool", (2, "maybe", [])),
    ("dict", "dict", ([["a", 1]], "a")),
    ("dict", "Dict[str, int]", ({"a": "b"},)),
    ("list", "list", ("a,b", 1)),
    ("list", "List[str]", ([1],)),
    ("tuple, set, Optional", "Tuple[int, str]", ([1],)),
    ("tuple, set, Optional", "Optional[int]", ("a",)),
    ("date", "date", ("2020-13-01", "2020-01-02T10:30:00")),
    ("datetime", "datetime", ("yesterday",)),
    ("timedelta", "timedelta", ("soon",)),
    ("uuid", "uuid", ("2f0f",)),
    ("email", "email", ("nobody",)),
    ("path", "path", (1,)),
    ("metric", "metric", ("a",)),
    ("metadata", "metadata", ([1],)),
    ("uri", "uri", ("example.com/a",)),
    ("gcs", "gcs", ("s3://bucket", "gs://")),
    ("s3", "s3", ("gs://bucket", "s3://")),
    ("wasb", "wasb", ("s3://bucket",)),
    ("image", "image", ("", "a b", "a:b:c")),
    ("git", "git", ("https://github.com/a/b",)),
    ("dockerfile", "dockerfile", ({"run": ["make"]},)),
    ("file", "file", ("text", {"filename": "a"})),
    ("tensorboard", "tensorboard", (6006, {"port": "a"})),
    ("event", "event", ("e",)),
    ("artifacts", "artifacts", (["a"], {"files": 1})),
    ("pydantic names", "PositiveInt", (0,)),
    ("pydantic names", "NonNegativeFloat", (-0.5,)),
    ("pydantic names", "StrictInt", (1.0,)),
    ("pydantic names", "PaymentCardNumber", ("4242424242424241",)),
    ("documented but absent", "dict_of_dicts", ({"a": 1},)),
)


def component(type_name: str, **io: Any) -> dict[str, Any]:
    container = {"image": "busybox"}
    return {
        "kind": "component",
        "inputs": [{"name": "x", "type": type_name, **io}],
        "run": {"kind": "job", "container": container},
    }


def taken() -> Iterator[Any]:
    for name, type_name, pairs in TAKES:
        for given, expected in pairs:
            yield pytest.param(type_name, given, expected, id=f"7.2 {name}: {type_name} takes {json.dumps(given)}")


def refused() -> Iterator[Any]:
    for name, type_name, values in REFUSES:
        for value in values:
            yield pytest.param(type_name, value, id=f"7.2 {name}: {type_name} refuses {json.dumps(value)}")


@pytest.mark.parametrize(("type_name", "given", "expected"), list(taken()))
def test_a_type_takes(type_name: str, given: Any, expected: Any) -> None:
    spec = compile(component(type_name), {"x": given})
    assert as_json(spec.to_dict()["inputs"][0].get("value")) == as_json(expected)


@pytest.mark.parametrize(("type_name", "given"), list(refused()))
def test_a_type_refuses(type_name: str, given: Any) -> None:
    with pytest.raises(PolyspecError) as caught:
        compile(component(type_name), {"x": given})
    found = caught.value.diagnostics
    assert [(it.code, it.path) for it in found] == [("wrong-type", ("inputs", 0, "name"))]
    assert found[0].message.startswith("param `x`: expected ")


@row("7.2 dockerfile", "7.2 tensorboard", "7.2 artifacts", "7.2 event", "7.2 git", "7.2 file")
@pytest.mark.parametrize(
    ("type_name", "given", "hint"),
    [
        ("dockerfile", {"image": "a", "runs": ["b"]}, "did you mean `run`?"),
        ("tensorboard", {"prot": 1}, "did you mean `port`?"),
        ("artifacts", {"file": ["a"]}, "did you mean `files`?"),
        ("event", {"name": "e", "kind": "image", "kinds": 1}, "did you mean `kind`?"),
        ("git", {"urls": "https://github.com/a/b"}, "did you mean `url`?"),
        ("file", {"content": "a", "chmode": "+x"}, "did you mean `chmod`?"),
    ],
)
def test_a_mapping_with_known_fields_has_no_others(type_name: str, given: dict[str, Any], hint: str) -> None:
    with pytest.raises(PolyspecError) as caught:
        compile(component(type_name), {"x": given})
    assert told(caught.value.diagnostics) == ("wrong-type: param `x`: unknown field",)
    assert caught.value.diagnostics[0].hint == hint


@row("7.2 list")
def test_a_list_of_texts_converts_its_items_where_isList_says_so() -> None:
    spec = compile(component("str", isList=True), {"x": [1, "a"]})
    assert spec.inputs["x"].value == ["1", "a"]


@row("7.2 str")
def test_null_is_no_value_of_a_required_text() -> None:
    with pytest.raises(PolyspecError) as caught:
        compile(component("str"), {"x": None})
    assert told(caught.value.diagnostics) == (
        "missing-param: the input `x` is required and no param gives it (a value of type `str`)",
    )


@row("7.2 image")
def test_an_image_may_hold_a_template() -> None:
    tree = component("image", value="repo:{{ tag }}")
    spec = compile({**tree, "inputs": [{"name": "tag", "type": "str", "value": "1"}, *tree["inputs"]]})
    assert spec.inputs["x"].value == "repo:1"


@row("7.2 class aliases")
def test_an_unknown_type_is_read_and_refused_when_it_is_used() -> None:
    """Decision S6: a small grammar, and the close match."""
    text = "kind: component\ninputs: [{name: x, type: flaot, isOptional: true}]\nrun: {kind: job, container: {image: a}}"
    assert loads(text).to_dict()["inputs"] == [{"name": "x", "type": "flaot", "isOptional": True}]
    with pytest.raises(PolyspecError) as caught:
        compile(component("flaot"), {"x": 1})
    assert told(caught.value.diagnostics) == ("unknown-type: unknown type `flaot`",)
    assert caught.value.diagnostics[0].hint == "did you mean `float`?"


@row("7.2 pydantic names")
def test_secrets_are_named_nowhere() -> None:
    with pytest.raises(PolyspecError) as caught:
        compile(component("PaymentCardNumber"), {"x": "4242424242424241"})
    assert "4242" not in str(caught.value)
