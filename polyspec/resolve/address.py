"""URLs and addresses: read strictly, in one place, and told apart by who may be reached."""

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import quote

import attrs

from polyspec.errors import shortened
from polyspec.record import record
from polyspec.resolve.reference import ReferenceFailed, sha256

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Origin = tuple[str, str, int]
"""Scheme, host, port."""

_MAX_URL = 4096
_URL = re.compile(
    r"(?P<scheme>[A-Za-z]+)://(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[^?]*)?(?:\?(?P<query>.*))?"
)
_SCHEMED = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\x9f\\\u2028\u2029\ud800-\udfff]")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PORTS = {"http": 80, "https": 443}
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
# What registries reserved after some of the Pythons that we run on were made.
_SPECIAL_4 = (ipaddress.IPv4Network("192.0.0.0/24"), ipaddress.IPv4Network("192.88.99.0/24"))
_SPECIAL_6 = (ipaddress.IPv6Network("2001::/23"), ipaddress.IPv6Network("2002::/16"), ipaddress.IPv6Network("3fff::/20"))
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@record
class Url:
    """An http or https URL in its normal form: lower-case host, plain escapes, no dot segments, no user name, no fragment."""

    scheme: str
    host: str
    port: int
    path: str
    query: str | None = attrs.field(default=None, repr=False)

    @property
    def origin(self) -> Origin:
        """What may be reached or not: scheme, host and port."""
        return self.scheme, self.host, self.port

    @property
    def place(self) -> str:
        """The URL without its query: the longest form that messages may show."""
        return origin_text(self.origin) + self.path

    @property
    def wire(self) -> str:
        """The whole URL, as it is asked for."""
        return self.place if self.query is None else f"{self.place}?{self.query}"

    @property
    def uri(self) -> str:
        """The identity of the document: the URL, its query replaced by a digest."""
        return self.place if self.query is None else f"{self.place}?query-{sha256(self.query.encode())[7:19]}"


def parse_url(text: str) -> Url:
    """Read an absolute http or https URL. Raises `ReferenceFailed`, whose message shows nothing that may be secret."""
    _refuse_strange(text)
    match = _URL.fullmatch(text)
    if match is None:
        raise _invalid(
            "it is no URL with a plain host name", "write `https://host/path`; an international name goes in its `xn--` form"
        )
    scheme, port = match["scheme"].lower(), match["port"]
    number = int(port) if port else _PORTS[scheme]
    if not 0 < number < 65536:
        raise _invalid(f"there is no port {number}")
    query = None if match["query"] is None else _escaped(match["query"])
    return Url(scheme, _host(match["host"]), number, _path(match["path"] or "/"), query)


def origin_text(origin: Origin) -> str:
    """An origin as it is written: no port where it is the standard one."""
    scheme, host, port = origin
    name = f"[{host}]" if ":" in host else host
    return f"{scheme}://{name}" if port == _PORTS[scheme] else f"{scheme}://{name}:{port}"


def is_public(address: Address) -> bool:
    """Whether anybody on the internet may be meant by an address: no loopback, private, link-local, shared or multicast one."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _embedded(address)
        if inner is not None:
            return is_public(inner)
        if address not in _GLOBAL_UNICAST or any(address in network for network in _SPECIAL_6):
            return False
    elif any(address in network for network in _SPECIAL_4):
        return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    )


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None


@record
class Hosts:
    """Who may be reached.

    `named` are https origins on the standard port, which must have public addresses all the same; `exact` are origins that the
    embedder spelt out, with scheme and port, whatever their address. `public` admits every public host by https on port 443.
    """

    named: frozenset[Origin] = frozenset()
    exact: frozenset[Origin] = frozenset()
    public: bool = False

    @classmethod
    def of(cls, names: Iterable[str], *, public: bool = False) -> "Hosts":
        """Read names: `"example.com"` is https on its standard port, `"http://127.0.0.1:8000"` exactly that.

        Raises `ValueError` for what is neither, `TypeError` for one text.
        """
        if isinstance(names, str):
            raise TypeError("hosts must be several names, not one text: write `hosts=(name,)`")
        whole = {name: _origin(name) for name in names}
        exact = frozenset(origin for name, origin in whole.items() if "://" in name)
        return cls(frozenset(whole.values()) - exact, exact, public)

    def with_exact(self, origin: Origin) -> "Hosts":
        """The same hosts and one origin that the embedder spelt out."""
        return attrs.evolve(self, exact=self.exact | {origin})

    def admit(self, url: Url) -> bool:
        """Whether the address of this URL must be public. Raises `ReferenceFailed` where the URL may not be fetched at all."""
        if url.origin in self.exact:
            return False
        if url.origin in self.named:
            return True
        shown = f"`{shortened(url.place, 120)}`"
        if not self.public:
            origin = shortened(origin_text(url.origin), 120)
            message = f"{shown} is refused: `{origin}` is not among the hosts that may be reached"
            raise ReferenceFailed(
                "reference-refused", message, "whoever calls the compiler names hosts by `Resolvers.untrusted(hosts=...)`"
            )
        if url.scheme != "https" or url.port != _PORTS["https"]:
            message = f"{shown} is refused: documents are fetched by https on port 443"
            raise ReferenceFailed(
                "reference-refused",
                message,
                "write `https://` and no port, or name its whole origin: `hosts=`, or `--allow-host`",
            )
        return True


def _refuse_strange(text: str) -> None:
    if len(text) > _MAX_URL:
        raise _invalid(f"it is longer than {_MAX_URL} characters")
    if _FORBIDDEN.search(text):
        raise _invalid("it holds a blank, a backslash or a control character", "escape it as `%20` and the like")
    scheme = _SCHEMED.match(text)
    if scheme is None:
        raise _invalid("it is not absolute", "write it in full: `https://host/path`")
    if scheme[1].lower() not in _PORTS:
        raise ReferenceFailed("reference-refused", f"documents are not fetched by `{shortened(scheme[1])}`", "use an `https` URL")
    authority = re.split(r"[/?#]", text.partition("//")[2], maxsplit=1)[0]
    if "@" in authority:
        message = "a URL that holds a user name or a password is refused"
        raise ReferenceFailed("reference-refused", message, "take the part before `@` out, and give that secret a new value")
    if "#" in text:
        raise _invalid(
            "a fragment names no document", "the one fragment that means something is a pin: `#sha256=` and the digest"
        )


def _invalid(why: str, hint: str | None = None) -> ReferenceFailed:
    return ReferenceFailed("reference-invalid", f"this URL cannot be used: {why}", hint)


def _host(written: str) -> str:
    if written.startswith("["):
        try:
            return str(ipaddress.IPv6Address(written[1:-1]))
        except ValueError:
            raise _invalid("there is no IPv6 address in its brackets") from None
    host = written.lower().removesuffix(".")
    if not host or any(not 0 < len(label) < 64 for label in host.split(".")) or len(host) > 253:
        raise _invalid("its host is no name")
    return host


def _path(written: str) -> str:
    kept: list[str] = []
    segments = _escaped(written).split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _escaped(written: str) -> str:
    """Escapes in one form: letters, digits and `-._~` plain, the rest in upper case."""
    if "%" in _ESCAPE.sub("", written):
        raise _invalid("a `%` in it begins no escape", "write `%25` for the character itself")
    return quote(_ESCAPE.sub(_plain, written), safe="%/:@!$&'()*+,;=~?")


def _plain(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()


def as_named(text: str) -> str:
    """What a caller gave for a URL or a host, as messages show it: nothing that holds a user or a query."""
    place, mark, _ = text.partition("?")
    return repr("…" if "@" in text else shortened(place) + mark)


def _origin(name: str) -> Origin:
    try:
        url = parse_url(name if "://" in name else f"https://{name}")
    except ReferenceFailed as error:
        raise ValueError(f"no host or origin: {as_named(name)}; {error.message}") from None
    if (url.path, url.query) != ("/", None) or ("://" not in name and url.port != _PORTS["https"]):
        raise ValueError(
            f"a host is a name such as 'example.com' or an origin such as 'https://example.com:8443', not {as_named(name)}"
        )
    return url.origin
