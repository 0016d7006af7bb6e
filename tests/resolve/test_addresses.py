"""URLs have one form, strange ones are refused, and an address is public or it is not, under every spelling."""

import contextlib
import ipaddress
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyspec.resolve import ReferenceFailed
from polyspec.resolve.address import Hosts, Url, is_public, parse_url

Refusal = Callable[[Callable[[], object]], tuple[str, str, str | None]]


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("https://example.com", "https://example.com/"),
        ("HTTPS://Example.COM./a", "https://example.com/a"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("https://example.com:8443/a", "https://example.com:8443/a"),
        ("http://127.0.0.1:80/a", "http://127.0.0.1/a"),
        ("https://example.com/a/./b/../c", "https://example.com/a/c"),
        ("https://example.com/../../a", "https://example.com/a"),
        ("https://example.com/a/..", "https://example.com/"),
        ("https://example.com/%2e%2e/a", "https://example.com/a"),
        ("https://example.com/%7Ea%2fb", "https://example.com/~a%2Fb"),
        ("https://example.com/é", "https://example.com/%C3%A9"),
        ("https://example.com/a?b=%41&c", "https://example.com/a?b=A&c"),
        ("https://[2001:DB8:0::1]/a", "https://[2001:db8::1]/a"),
    ],
)
def test_a_url_has_one_form(written: str, normal: str) -> None:
    assert parse_url(written).wire == normal


@pytest.mark.parametrize(
    ("written", "code", "message"),
    [
        ("./evil.py", "reference-invalid", "this URL cannot be used: it is not absolute"),
        ("//example.com/a", "reference-invalid", "this URL cannot be used: it is not absolute"),
        ("", "reference-invalid", "this URL cannot be used: it is not absolute"),
        ("ftp://127.0.0.1/x", "reference-refused", "documents are not fetched by `ftp`"),
        ("file:///etc/passwd", "reference-refused", "documents are not fetched by `file`"),
        ("https://u:p@example.com/", "reference-refused", "a URL that holds a user name or a password is refused"),
        (
            "https://192.0.2.1/x\r\nX-Evil: 1",
            "reference-invalid",
            "this URL cannot be used: it holds a blank, a backslash or a control character",
        ),
        (
            "https://example.com\\@127.0.0.1/",
            "reference-invalid",
            "this URL cannot be used: it holds a blank, a backslash or a control character",
        ),
        ("https:///x", "reference-invalid", "this URL cannot be used: it is no URL with a plain host name"),
        ("https://exämple.com/", "reference-invalid", "this URL cannot be used: it is no URL with a plain host name"),
        ("https://[fe80::1%25eth0]/", "reference-invalid", "this URL cannot be used: it is no URL with a plain host name"),
        ("https://a..b/", "reference-invalid", "this URL cannot be used: its host is no name"),
        ("https://[::1::2]/", "reference-invalid", "this URL cannot be used: there is no IPv6 address in its brackets"),
        ("https://example.com:0/", "reference-invalid", "this URL cannot be used: there is no port 0"),
        ("https://example.com:99999/", "reference-invalid", "this URL cannot be used: there is no port 99999"),
        ("https://example.com/%zz", "reference-invalid", "this URL cannot be used: a `%` in it begins no escape"),
        ("https://example.com/a#part", "reference-invalid", "this URL cannot be used: a fragment names no document"),
        ("https://e.com/" + "a" * 5000, "reference-invalid", "this URL cannot be used: it is longer than 4096 characters"),
    ],
)
def test_a_strange_url_is_refused(written: str, code: str, message: str, refusal: Refusal) -> None:
    assert refusal(lambda: parse_url(written))[:2] == (code, message)


def test_what_may_be_secret_is_shown_by_no_name_of_a_url(refusal: Refusal) -> None:
    url = parse_url("https://example.com/x?token=NEEDLE")
    assert (url.place, url.uri) == ("https://example.com/x", "https://example.com/x?query-663fdea4cede")
    assert "NEEDLE" not in repr(url)
    assert "NEEDLE" not in str(refusal(lambda: parse_url("https://user:NEEDLE@example.com/x?token=NEEDLE")))


def test_two_queries_are_two_documents() -> None:
    assert parse_url("https://example.com/x?a").uri != parse_url("https://example.com/x?b").uri


@settings(deadline=None)
@given(st.text())
def test_any_text_is_a_url_or_refused(text: str) -> None:
    for written in (text, f"https://{text}", f"https://example.com/{text}"):
        with contextlib.suppress(ReferenceFailed):
            assert isinstance(parse_url(written), Url)


@settings(deadline=None)
@given(st.text(alphabet="ab./%2eE7~:?&=é", max_size=40))
def test_the_normal_form_of_a_normal_form_is_itself(path: str) -> None:
    try:
        url = parse_url(f"https://example.com/{path}")
    except ReferenceFailed:
        return
    assert parse_url(url.wire) == url
    assert "/../" not in f"{url.path}/"


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_public_addresses(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("192.0.2.1", "198.18.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.0.0.8"),
        *("::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "64:ff9b::7f00:1", "64:ff9b:1::1"),
        *("fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "2002:7f00:1::"),
        *("2001:0:7f00:1::", "100::1", "5f00::1", "3fff::1"),
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@settings(deadline=None)
@given(st.ip_addresses(v=4))
def test_an_address_is_as_public_as_what_it_is_wrapped_in(address: ipaddress.IPv4Address) -> None:
    mapped = ipaddress.IPv6Address(0xFFFF00000000 | int(address))
    translated = ipaddress.IPv6Address((0x64FF9B << 96) | int(address))
    assert is_public(mapped) == is_public(translated) == is_public(address)


@settings(deadline=None)
@given(st.ip_addresses())
def test_nothing_that_python_calls_private_is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    assert not (is_public(address) and (address.is_private or address.is_loopback or address.is_link_local))


def test_a_named_host_is_https_on_its_port_at_a_public_address() -> None:
    hosts = Hosts.of(["Example.com"])
    assert hosts.admit(parse_url("https://example.com/a")) is True
    for other in ("http://example.com/a", "https://example.com:8443/a", "https://www.example.com/a", "https://127.0.0.1/"):
        with pytest.raises(ReferenceFailed):
            hosts.admit(parse_url(other))


def test_an_origin_is_exactly_that_wherever_it_is() -> None:
    hosts = Hosts.of(["http://127.0.0.1:8000"])
    assert hosts.admit(parse_url("http://127.0.0.1:8000/a")) is False
    for other in ("http://127.0.0.1/a", "https://127.0.0.1:8000/a", "http://localhost:8000/a", "http://127.1:8000/a"):
        with pytest.raises(ReferenceFailed):
            hosts.admit(parse_url(other))


def test_the_public_admits_https_on_443_alone(refusal: Refusal) -> None:
    hosts = Hosts.of((), public=True)
    assert hosts.admit(parse_url("https://example.com/a")) is True
    assert refusal(lambda: hosts.admit(parse_url("https://example.com:8443/a?token=NEEDLE"))) == (
        "reference-refused",
        "`https://example.com:8443/a` is refused: documents are fetched by https on port 443",
        "write `https://` and no port, or name its whole origin: `hosts=`, or `--allow-host`",
    )


def test_a_host_that_nobody_named(refusal: Refusal) -> None:
    assert refusal(lambda: Hosts.of(["example.com"]).admit(parse_url("https://evil.example/a"))) == (
        "reference-refused",
        "`https://evil.example/a` is refused: `https://evil.example` is not among the hosts that may be reached",
        "whoever calls the compiler names hosts by `Resolvers.untrusted(hosts=...)`",
    )


@pytest.mark.parametrize("name", ["", "exa mple", "example.com/path", "example.com:8443", "https://example.com/path", "ftp://a"])
def test_what_is_no_host_is_refused_when_it_is_named(name: str) -> None:
    with pytest.raises(ValueError, match=r"host"):
        Hosts.of([name])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("http://bob:NEEDLE@10.0.0.5:8000", "no host or origin: '…'; a URL that holds a user name or a password is refused"),
        ("bob:NEEDLE@10.0.0.5", "no host or origin: '…'; a URL that holds a user name or a password is refused"),
        (
            "https://e.com/?a=NEEDLE",
            "a host is a name such as 'example.com' or an origin such as 'https://example.com:8443', not 'https://e.com/?'",
        ),
        (
            "https://e com?NEEDLE",
            "no host or origin: 'https://e com?'; this URL cannot be used: it holds a blank, a backslash or a control character",
        ),
    ],
)
def test_no_host_that_is_refused_shows_what_may_be_secret(name: str, shown: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(shown)}$"):
        Hosts.of([name])


def test_one_text_is_not_several_hosts() -> None:
    with pytest.raises(TypeError, match=r"write `hosts=\(name,\)`"):
        Hosts.of("example.com")
