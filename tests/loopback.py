"""Servers of our own on loopback, which say exactly what a test lets them say, and the refusal of a call as plain data."""

import os
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from polyspec.resolve import ReferenceFailed

Answer = Callable[[str], bytes | Iterable[bytes]]
"""From the text of a request to the raw answer, in parts."""


class _Server:
    def __init__(self, answer: Answer, tls: ssl.SSLContext | None) -> None:
        self.answer, self.tls, self.requests = answer, tls, list[str]()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.threads = [threading.Thread(target=self.accept)]
        self.threads[0].start()

    def accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.threads.append(threading.Thread(target=self.serve, args=(connection,)))
            self.threads[-1].start()

    def serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                stream = self.tls.wrap_socket(connection, server_side=True) if self.tls else connection
                with stream:
                    self.talk(stream)
            except OSError:  # the client hung up, as most of these tests want it to
                pass

    def talk(self, stream: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            part = stream.recv(4096)
            if not part:
                return
            request += part
        self.requests.append(request.decode("latin-1"))
        answer = self.answer(self.requests[-1])
        for part in [answer] if isinstance(answer, bytes) else answer:
            stream.sendall(part)

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self.threads:
            thread.join()


@pytest.fixture
def serve() -> Iterator[Callable[..., tuple[str, list[str]]]]:
    """Starts a server with an answer (and a TLS context); gives its `http://` origin and the list of requests it saw."""
    servers: list[_Server] = []

    def start(answer: Answer, tls: ssl.SSLContext | None = None) -> tuple[str, list[str]]:
        servers.append(_Server(answer, tls))
        return f"{'https' if tls else 'http'}://127.0.0.1:{servers[-1].port}", servers[-1].requests

    yield start
    for server in servers:
        server.close()


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that a fetch would wait before it tries again; no test waits."""
    waited: list[float] = []
    monkeypatch.setattr("polyspec.resolve.http._wait", waited.append)
    return waited


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key, in one file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make a certificate with")
    path = tmp_path_factory.mktemp("tls") / "loopback.pem"
    names = ["-subj", "/CN=loopback", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command = [openssl, "req", "-x509", *curve, *names, "-keyout", str(path), "-out", f"{path}.crt"]
    subprocess.run(command, check=True, capture_output=True)
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the certificate of our servers one of a known authority."""
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", os.fspath(certificate))


@pytest.fixture
def refusal() -> Callable[[Callable[[], object]], tuple[str, str, str | None]]:
    """Code, message and hint of the `ReferenceFailed` that a call raises."""

    def of(call: Callable[[], object]) -> tuple[str, str, str | None]:
        with pytest.raises(ReferenceFailed) as caught:
            call()
        return caught.value.code, caught.value.message, caught.value.hint

    return of
