"""Connecting to an address that was checked, and hanging up in time."""

import ipaddress
import queue
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from polyspec.errors import shortened
from polyspec.resolve.address import Url, is_public
from polyspec.resolve.deadline import Deadline, Unready, shown
from polyspec.resolve.reference import ReferenceFailed

_CONNECT_SECONDS = 5.0
_NETWORK = "check the URL and the network"


@contextmanager
def cut(sock: socket.socket, seconds: float) -> Iterator[threading.Event]:
    """Shuts the connection after that many seconds, however lively it is; the event says that it was shut."""
    over = threading.Event()
    # TLS takes the socket over, so the timer holds a duplicate.
    with closing(sock.dup()) as held:
        timer = threading.Timer(seconds, _shut, (held, over))
        timer.daemon = True
        timer.start()
        try:
            yield over
        finally:
            timer.cancel()
            timer.join()


def _shut(held: socket.socket, over: threading.Event) -> None:
    over.set()
    try:
        held.shutdown(socket.SHUT_RDWR)
    except OSError:  # closed by the other side in the meantime
        pass


def dial(url: Url, deadline: Deadline, *, must_be_public: bool) -> socket.socket:
    """A socket connected to one of the addresses that were checked, so that no second look-up can lead elsewhere."""
    addresses = _addresses(url, deadline)
    if must_be_public and not all(is_public(ipaddress.ip_address(address)) for _, address in addresses):
        message = f"{shown(url)} is refused: its host has an address that is not public"
        raise ReferenceFailed(
            "reference-refused", message, "give that place by `mirrors`, or name its whole origin: `hosts=`, or `--allow-host`"
        )
    for family, address in addresses:
        sock = _connected(family, address, url, min(_CONNECT_SECONDS, deadline.left(url)))
        if sock is not None:
            return sock
    raise Unready("fetch-failed", f"{shown(url)} cannot be fetched: its host does not answer", _NETWORK)


def _connected(family: socket.AddressFamily, address: str, url: Url, seconds: float) -> socket.socket | None:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(seconds)
        sock.connect((address, url.port))
        if ipaddress.ip_address(sock.getpeername()[0]) == ipaddress.ip_address(address):
            return sock
    except OSError:
        pass
    sock.close()
    return None


def _addresses(url: Url, deadline: Deadline) -> list[tuple[socket.AddressFamily, str]]:
    """Every address of the host. The look-up has no time limit of its own, so it runs beside and is left behind when late."""
    answers: queue.SimpleQueue[list[Any] | None] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(socket.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM))
        except (OSError, ValueError):
            answers.put(None)

    threading.Thread(target=look_up, daemon=True).start()
    try:
        found = answers.get(timeout=deadline.left(url))
    except queue.Empty:
        raise deadline.over(url) from None
    if not found:
        message = f"{shown(url)} cannot be fetched: there is no host `{shortened(url.host)}`"
        raise ReferenceFailed("fetch-failed", message, _NETWORK)
    return [(family, str(address[0])) for family, _, _, _, address in found]
