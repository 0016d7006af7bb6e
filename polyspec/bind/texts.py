"""The types of text: text itself, paths, identifiers, addresses, images. All give text.

No text with a NUL or a lone surrogate is taken: no program can be given it (security, row 15).
"""

import re
from typing import Any
from uuid import UUID

from polyspec.bind.values import TypeMismatch, decoded, fit_text, json_text, plain_value, refuse
from polyspec.late import late_pattern

_UUID = late_pattern(r"(?:urn:)?(?:uuid:)?\{?((?:[0-9a-fA-F]-?){31}[0-9a-fA-F])\}?")
_ATOM = r"[-!#$%&'*+/=?^`{}|~\w]+"
_USER = late_pattern(rf'{_ATOM}(?:\.{_ATOM})*|"(?:[!#-\[\]-~]|\\[!-~])*"')
_LABEL = late_pattern(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_TOP = late_pattern(r"[A-Za-z0-9-]{2,63}")
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])"
_LITERAL = late_pattern(rf"\[{_OCTET}(?:\.{_OCTET}){{3}}\]")
_MAX_ADDRESS = 320
_DIGEST = late_pattern(r"@[A-Za-z0-9_+.-]+:[0-9a-fA-F]+$")
_TEMPLATE = late_pattern(r"\{\{[^{}]*\}\}")


def text(value: Any) -> str:
    """Text; of a number, a boolean, a list or a mapping its JSON text; of a UUID 32 hexadecimal digits."""
    if isinstance(value, str):
        return fit_text(value)
    if isinstance(value, UUID):
        return value.hex
    return refuse("text", value) if value is None else json_text(plain_value(value))


def strict_text(value: Any) -> str:
    """Text and nothing else."""
    return fit_text(value) if isinstance(value, str) else refuse("text", value, "write it in quotes")


def octets(value: Any) -> str:
    """Bytes as text: text, or Python bytes that are UTF-8."""
    try:
        return strict_text(value.decode() if isinstance(value, bytes) else value)
    except UnicodeDecodeError:
        raise TypeMismatch("expected bytes that are UTF-8, found other ones", "write them as base64, in text") from None


def uuid(value: Any) -> str:
    """A UUID in any of its spellings, as 32 hexadecimal digits in lower case."""
    if isinstance(value, UUID):
        return value.hex
    match = _UUID.fullmatch(value) if isinstance(value, str) and len(value) <= 100 else None
    return match[1].replace("-", "").lower() if match else refuse("a UUID", value)


def email(value: Any) -> str:
    """An e-mail address, as it is written: `user@host.domain`, `user@localhost` or `user@[127.0.0.1]`."""
    user, at, host = value.rpartition("@") if isinstance(value, str) and len(value) <= _MAX_ADDRESS else ("", "", "")
    if at and _USER.fullmatch(user) and _is_host(host):
        return fit_text(f"{user}@{host}")
    return refuse("an e-mail address", value)


def _is_host(host: str) -> bool:
    if host == "localhost" or _LITERAL.fullmatch(host):
        return True
    try:
        *labels, top = host.encode("idna").decode("ascii").split(".")
    except UnicodeError:
        return False
    return bool(labels) and all(map(_LABEL.fullmatch, labels)) and _TOP.fullmatch(top) is not None


def image(value: Any) -> str:
    """The reference of a container image: text, or a mapping whose `name` it is. Text with a template is taken as it is."""
    name = value.get("name") if isinstance(value, dict) else value
    if not isinstance(name, str):
        refuse("an image", value)
    if _TEMPLATE.search(name) or _is_image(name):
        return fit_text(name)
    raise TypeMismatch("expected an image, found text that names none", "write it as `registry/name:tag`, without spaces")


def _is_image(name: str) -> bool:
    """No space; at most a port, which a path follows, and a tag; at the end perhaps a digest."""
    if not name or re.search(r"\s", name):
        return False
    parts = _DIGEST.sub("", re.sub("^https?://", "", name)).split(":")
    return len(parts) <= 2 or (len(parts) == 3 and "/" in parts[1] and not parts[1].startswith("/"))


def comma_separated(value: Any) -> list[Any]:
    """A list: as it is, its JSON text, or text with commas between the items; spaces around them and empty items are dropped."""
    if not isinstance(value, str):
        return list(plain_value(value)) if isinstance(value, list | tuple) else refuse("a list or text with commas", value)
    if value.lstrip().startswith("["):
        return list(decoded(value))
    return [part for item in fit_text(value).split(",") if (part := item.strip())]
