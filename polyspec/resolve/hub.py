"""`hubRef`: a component by its name, from a folder or an https base laid out as `{base}/{component}/{tag or latest}.yaml`."""

import ipaddress
import os
import re

import attrs

from polyspec.errors import did_you_mean, shortened
from polyspec.record import record
from polyspec.resolve.address import Url, origin_text, parse_url
from polyspec.resolve.files import names_in, read_file
from polyspec.resolve.path import real_folder
from polyspec.resolve.reference import Fetched, Reference, ReferenceFailed, is_url
from polyspec.resolve.url import UrlResolver

_WORD = r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}"
_COMPONENT = re.compile(rf"(?:(?P<owner>{_WORD})/)?(?P<name>{_WORD})(?::(?P<tag>{_WORD}))?")
_HOUSE = "polyaxon"
_LATEST = "latest"
_MAX_TAGS = 10


@record
class HubResolver:
    """Components by `name`, `name:tag` or `owner/name:tag`; the tag is `latest` when none is written.

    The owner `polyaxon`, or none, stands for the base itself, any other for a folder of that name under it.
    Raises `ReferenceFailed`. Source of the rule: polyaxonfile.md, sections 2 and 8.
    """

    folder: str | None = None
    base: Url | None = None
    urls: UrlResolver = attrs.field(factory=UrlResolver)

    @classmethod
    def of(cls, hub: str | os.PathLike[str] | None, urls: UrlResolver) -> "HubResolver":
        """The hub at a folder or an https URL, fetched from as `urls` does; its own host need not be public or named.

        Raises `ValueError` for a URL that is not https (http is for loopback alone) or holds a query.
        """
        if hub is None or not is_url(os.fspath(hub)):
            return cls(real_folder(hub), None, urls)
        try:
            base = parse_url(os.fspath(hub))
        except ReferenceFailed as error:
            raise ValueError(f"no hub: {error.message}") from None
        if base.query is not None or (base.scheme != "https" and not _is_loopback(base.host)):
            raise ValueError(f"a hub is a folder or an https URL without a query, not {shortened(base.place)!r}")
        return cls(None, base, attrs.evolve(urls, hosts=urls.hosts.with_exact(base.origin)))

    def __call__(self, reference: Reference, /) -> Fetched:
        """The component of that name."""
        match = _COMPONENT.fullmatch(reference.target)
        if match is None:
            message = f"`{shortened(reference.target)}` is no component: expected `name`, `name:tag` or `owner/name:tag`"
            raise ReferenceFailed("reference-invalid", message, "names and tags are made of letters, digits, `.`, `_` and `-`")
        owner = [] if match["owner"] in (None, _HOUSE) else [match["owner"]]
        component, tag = [*owner, match["name"]], match["tag"] or _LATEST
        if self.base is not None:
            return self.urls.read(_below(self.base, "/".join([*component, f"{tag}.yaml"])), reference)
        if self.folder is None:
            message = f"`{shortened(reference.target)}` is a component of a hub, and no hub is given"
            raise ReferenceFailed(
                "reference-refused",
                message,
                "give one, a folder or an https URL: `Resolvers.default(hub=...)`, or `--hub-base`",
            )
        return self._read(self.folder, component, tag, reference)

    def _read(self, folder: str, component: list[str], tag: str, reference: Reference) -> Fetched:
        target = f"{'/'.join(component)}:{tag}"
        real = os.path.realpath(os.path.join(folder, *component, f"{tag}.yaml"))
        try:
            return Fetched(f"hub:{target}", read_file(real, reference.target, reference.limits.document_bytes, folder))
        except ReferenceFailed as error:
            if error.code != "reference-not-found":
                raise
            message = f"the hub has no `{shortened(target, 120)}`"
            hint = (
                _near(folder, component) or f"a hub that is a folder has it at `{shortened('/'.join(component), 120)}/{tag}.yaml`"
            )
            raise ReferenceFailed(error.code, message, hint) from None


def _near(folder: str, component: list[str]) -> str | None:
    """The tags of a component that is there, or the name that was meant."""
    tags = sorted(name.removesuffix(".yaml") for name in names_in(os.path.join(folder, *component)) if name.endswith(".yaml"))
    if tags:
        more = ", ..." if len(tags) > _MAX_TAGS else ""
        return f"its tags are: {', '.join(tags[:_MAX_TAGS])}{more}"
    *owner, name = component
    return did_you_mean(name, names_in(os.path.join(folder, *owner)))


def _below(base: Url, path: str) -> Url:
    return parse_url(f"{origin_text(base.origin)}{base.path.rstrip('/')}/{path}")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
