"""`urlRef`: a whole UTF-8 document by https from a host that may be reached, or a refusal; bounded in time and bytes."""

import gzip
import logging
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from polyspec.limits import Limits
from polyspec.resolve import Fetched, Reference, Resolvers
from polyspec.resolve import dial as dial_module

Refusal = Callable[[Callable[[], object]], tuple[str, str, str | None]]
Serve = Callable[..., tuple[str, list[str]]]

COMPONENT = b"kind: component\nrun: {kind: job}\n"
BROKEN = "the answer broke off or is no HTTP"
COMPRESSED = "the answer is compressed, though plain bytes were asked for"


def http(body: bytes = COMPONENT, *headers: str, status: str = "200 OK", kind: str | None = "application/yaml") -> bytes:
    """A raw answer: with its length, unless a header already gives one."""
    lines = [f"HTTP/1.1 {status}", *headers]
    lines += [f"Content-Type: {kind}"] if kind else []
    lines += [] if any("Length" in line or "Transfer" in line for line in headers) else [f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def fetch(url: str, *hosts: str, limits: Limits | None = None) -> Fetched:
    return Resolvers.untrusted(hosts=hosts).fetch(Reference("urlRef", url, None, limits or Limits()))


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every address that a socket is asked to connect to; none of them is."""
    addresses: list[object] = []

    def connect(_: socket.socket, address: object) -> None:
        addresses.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    return addresses


def answers(monkeypatch: pytest.MonkeyPatch, *looked_up: list[str]) -> list[str]:
    """Lets each look-up of a name give the next of these lists of addresses; gives the list of names looked up."""
    names: list[str] = []

    def look_up(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        names.append(host)
        found = looked_up[len(names) - 1]
        return [(socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return names


class TestADocument:
    def test_comes_as_it_was_sent(self, serve: Serve) -> None:
        origin, _ = serve(lambda _: http(b"\xef\xbb\xbfkind: component\r\n# \xc3\xa9\r\n"))
        assert fetch(f"{origin}/a.yaml", origin) == Fetched(f"{origin}/a.yaml", b"\xef\xbb\xbfkind: component\r\n# \xc3\xa9\r\n")

    def test_is_asked_for_without_anything_of_ours(self, serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        origin, requests = serve(lambda _: http(COMPONENT, "Set-Cookie: a=b"))
        (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password NEEDLE\n")
        (tmp_path / "netrc").chmod(0o600)
        monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        for _ in range(2):
            fetch(f"{origin}/a.yaml?token=t", origin)
        lines = [set(request.split("\r\n")[1:-2]) for request in requests]
        accepted = "application/json, application/x-yaml, application/yaml, text/plain, text/x-yaml, text/yaml"
        host = origin.removeprefix("http://")
        ours = {"Accept-Encoding: identity", "Connection: close", "User-Agent: polyspec"}
        assert lines == [{f"Accept: {accepted}", f"Host: {host}", *ours}] * 2
        assert requests[0].startswith("GET /a.yaml?token=t HTTP/1.1\r\n")

    def test_has_a_query_that_no_log_holds(self, serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
        base, requests = serve(lambda _: http())
        with caplog.at_level(logging.DEBUG):
            fetch(f"{base}/x.yaml?token=hunter2", base)
        assert requests[0].startswith("GET /x.yaml?token=hunter2 HTTP/1.1")
        assert "/x.yaml" in caplog.text
        assert "hunter2" not in caplog.text

    def test_has_an_identity_without_its_query(self, serve: Serve) -> None:
        origin, _ = serve(lambda _: http())
        assert fetch(f"{origin}/x/../a.yaml?token=NEEDLE", origin).uri == f"{origin}/a.yaml?query-663fdea4cede"

    @pytest.mark.parametrize(
        "kind",
        [
            *("text/plain", "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "application/json"),
            *("text/plain; charset=utf-8", 'Text/Plain;CHARSET="UTF-8"', "application/json; charset=us-ascii", None),
        ],
    )
    def test_is_of_a_type_that_is_text(self, kind: str | None, serve: Serve) -> None:
        origin, _ = serve(lambda _: http(kind=kind))
        assert fetch(f"{origin}/a", origin).text == COMPONENT

    def test_may_come_in_chunks_and_without_a_length(self, serve: Serve) -> None:
        origin, _ = serve(lambda _: http(b"5\r\nkind:\r\n4\r\n job\r\n0\r\n\r\n", "Transfer-Encoding: chunked"))
        assert fetch(f"{origin}/a", origin).text == b"kind: job"
        endless, _ = serve(lambda _: b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nkind: job")
        assert fetch(f"{endless}/a", endless).text == b"kind: job"

    def test_that_the_caller_names(self, serve: Serve) -> None:
        origin, _ = serve(lambda _: http())
        assert Resolvers.untrusted(hosts=(origin,)).open(f"{origin}/a.yaml") == Fetched(f"{origin}/a.yaml", COMPONENT)


class TestWhatIsNoDocument:
    @pytest.mark.parametrize(
        ("answer", "why"),
        [
            (http(status="204 No Content", body=b""), "the server answered 204, and 200 alone is a document"),
            (http(status="206 Partial Content"), "the server answered 206, and 200 alone is a document"),
            (http(status="401 Unauthorized"), "the server answered 401, and 200 alone is a document"),
            (http(status="500 Internal Server Error"), "the server answered 500, and 200 alone is a document"),
            (http(status="302 Found"), "the server answered 302, and 200 alone is a document"),
            (http(kind="text/html; charset=utf-8"), "the answer is of the type `text/html`"),
            (http(kind="application/octet-stream"), "the answer is of the type `application/octet-stream`"),
            (http(kind="text/plain; charset=utf-16"), "the answer is in `utf-16`, not in UTF-8"),
            (http(gzip.compress(COMPONENT), "Content-Encoding: gzip"), COMPRESSED),
            (http(COMPONENT, "Content-Encoding: gzip, gzip"), COMPRESSED),
            (http(COMPONENT, "Transfer-Encoding: gzip, chunked"), COMPRESSED),
            (http(COMPONENT, "Content-Length: 99"), "the answer is cut off: 33 of 99 bytes came"),
            (http(COMPONENT, "Content-Length: 33", "Content-Length: 20"), BROKEN),
            (http(COMPONENT, "Content-Length: -1"), "the answer declares no length that makes sense"),
            (http(b""), "the answer is empty"),
            (http(b" \n"), "the answer is empty"),
            (http(b"a: \xff\xfe\n"), "the answer is not UTF-8 text"),
            (http(b"ZZZ\r\nhello\r\n", "Transfer-Encoding: chunked"), BROKEN),
            (http(b"5\r\nkind", "Transfer-Encoding: chunked"), BROKEN),
            (http(b"1" * 100_000, "Transfer-Encoding: chunked"), BROKEN),
            (http(COMPONENT, "X-Big: " + "a" * 200_000), BROKEN),
            (http(COMPONENT, *[f"X-{number}: y" for number in range(500)]), BROKEN),
            (b"kind: component\n", BROKEN),
            (b"", BROKEN),
        ],
    )
    def test_is_refused(self, answer: bytes, why: str, serve: Serve, refusal: Refusal) -> None:
        origin, requests = serve(lambda _: answer)
        code, message, _ = refusal(lambda: fetch(f"{origin}/a.yaml?token=NEEDLE", origin))
        assert (code, message) == ("fetch-failed", f"`{origin}/a.yaml` cannot be used: {why}")
        assert len(requests) == 1

    def test_that_a_library_refuses_leaves_no_connection_open(
        self, serve: Serve, refusal: Refusal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        origin, _ = serve(lambda _: http(COMPONENT, "Connection: close", "Content-Length: 33", "Content-Length: 20"))
        opened: list[socket.socket | None] = []
        connect = dial_module._connected

        def connected(*asked: Any) -> socket.socket | None:
            opened.append(connect(*asked))
            return opened[-1]

        monkeypatch.setattr(dial_module, "_connected", connected)
        assert refusal(lambda: fetch(f"{origin}/a.yaml", origin))[0] == "fetch-failed"
        assert [sock is not None and sock.fileno() for sock in opened] == [-1]

    @pytest.mark.parametrize("status", [404, 410])
    def test_is_not_there(self, status: int, serve: Serve, refusal: Refusal) -> None:
        origin, _ = serve(lambda _: http(status=f"{status} Gone"))
        assert refusal(lambda: fetch(f"{origin}/a.yaml", origin)) == (
            "reference-not-found",
            f"there is no `{origin}/a.yaml`: the server answered {status}",
            "check the URL",
        )

    def test_nobody_listens(self, refusal: Refusal) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            origin = f"http://127.0.0.1:{free.getsockname()[1]}"
        assert refusal(lambda: fetch(f"{origin}/a", origin)) == (
            "fetch-failed",
            f"`{origin}/a` cannot be fetched: its host does not answer",
            "check the URL and the network",
        )

    def test_nobody_has_that_name(self, monkeypatch: pytest.MonkeyPatch, refusal: Refusal) -> None:
        def look_up(*_: object, **__: object) -> None:
            raise socket.gaierror

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        assert refusal(lambda: fetch("https://example.com/a", "example.com")) == (
            "fetch-failed",
            "`https://example.com/a` cannot be fetched: there is no host `example.com`",
            "check the URL and the network",
        )


class TestBounds:
    def test_the_bytes_of_the_answer(self, serve: Serve, refusal: Refusal) -> None:
        origin, _ = serve(lambda _: http(b"#" * 100))
        assert fetch(f"{origin}/a", origin, limits=Limits(fetch_bytes=100)).text == b"#" * 100
        assert refusal(lambda: fetch(f"{origin}/a", origin, limits=Limits(fetch_bytes=99))) == (
            "limit-fetch-bytes",
            f"`{origin}/a` is larger than 99 bytes",
            "the limit is `Limits.fetch_bytes`; raise it with `Limits(fetch_bytes=...)`",
        )

    @pytest.mark.parametrize("chunked", [False, True])
    def test_an_answer_without_end(self, chunked: bool, serve: Serve, refusal: Refusal) -> None:
        sent = 0

        def endless(_: str) -> Iterator[bytes]:
            nonlocal sent
            yield http(b"", "Transfer-Encoding: chunked") if chunked else b"HTTP/1.1 200 OK\r\n\r\n"
            while True:
                sent += 65536
                yield b"10000\r\n" + b"#" * 65536 + b"\r\n" if chunked else b"#" * 65536

        origin, _ = serve(endless)
        assert refusal(lambda: fetch(f"{origin}/a", origin, limits=Limits(fetch_bytes=200_000)))[0] == "limit-fetch-bytes"
        assert sent < 64 * 1024 * 1024

    @pytest.mark.parametrize(
        "start", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\nkind: job\n", b"HTTP/1.1 200 OK\r\nX"]
    )
    def test_an_answer_that_drips(self, start: bytes, serve: Serve, refusal: Refusal) -> None:
        def drips(_: str) -> Iterator[bytes]:
            yield start
            while True:
                time.sleep(0.02)
                yield b"x" if start else b""

        def hangs(_: str) -> Iterator[bytes]:
            yield start
            time.sleep(0.4)

        for answer in (drips if start else hangs, hangs):
            origin, _ = serve(answer)
            assert refusal(lambda origin=origin: fetch(f"{origin}/a", origin, limits=Limits(fetch_seconds=0.1))) == (  # type: ignore[misc]  # the default binds the loop's value
                "limit-fetch-seconds",
                f"`{origin}/a` was not read within 0.1 seconds",
                "the limit is `Limits.fetch_seconds`; raise it with `Limits(fetch_seconds=...)`",
            )

    def test_a_name_that_nobody_ever_answers_for(self, monkeypatch: pytest.MonkeyPatch, refusal: Refusal) -> None:
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(0.5))
        limits = Limits(fetch_seconds=0.05)
        assert refusal(lambda: fetch("https://example.com/a", "example.com", limits=limits))[0] == "limit-fetch-seconds"


class TestWhoIsReached:
    @pytest.mark.parametrize(
        "url",
        [
            *("https://127.0.0.1/x", "https://127.1/x", "https://0/x", "https://2130706433/x", "https://0x7f.0.0.1/x"),
            *("https://017700000001/x", "https://localhost/x", "https://[::1]/x", "https://[::ffff:7f00:1]/x"),
            *("https://169.254.169.254/latest/meta-data/", "https://10.0.0.1/x", "https://100.64.0.1/x", "https://0.0.0.0/x"),
        ],
    )
    def test_no_address_of_this_side_under_any_spelling(self, url: str, dialled: list[object], refusal: Refusal) -> None:
        for resolvers in (Resolvers.default(), Resolvers.untrusted(hosts=(url.split("/")[2],))):
            assert refusal(lambda resolvers=resolvers: resolvers.fetch(Reference("urlRef", url))) == (  # type: ignore[misc]  # the default binds the loop's value
                "reference-refused",
                f"`{url}` is refused: its host has an address that is not public",
                "give that place by `mirrors`, or name its whole origin: `hosts=`, or `--allow-host`",
            )
        assert dialled == []

    @pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.5", "169.254.169.254", "::ffff:127.0.0.1", "fe80::1%lo", "::1"])
    def test_no_name_with_such_an_address_among_others(
        self, address: str, dialled: list[object], monkeypatch: pytest.MonkeyPatch, refusal: Refusal
    ) -> None:
        answers(monkeypatch, ["1.1.1.1", address])
        code, message, _ = refusal(lambda: Resolvers.default().fetch(Reference("urlRef", "https://component.example/x.yaml")))
        assert (code, dialled) == ("reference-refused", [])
        assert message == "`https://component.example/x.yaml` is refused: its host has an address that is not public"

    def test_the_address_that_was_checked_is_the_one_that_is_dialled(
        self, dialled: list[object], monkeypatch: pytest.MonkeyPatch, refusal: Refusal
    ) -> None:
        names = answers(monkeypatch, *[["1.1.1.1", "2606:4700::1111"]] * 3)
        code, message, _ = refusal(lambda: Resolvers.default().fetch(Reference("urlRef", "https://component.example/x.yaml")))
        assert (code, message) == (
            "fetch-failed",
            "`https://component.example/x.yaml` cannot be fetched: its host does not answer",
        )
        assert names == ["component.example"] * 3
        assert dialled == [("1.1.1.1", 443), ("2606:4700::1111", 443)] * 3

    def test_no_origin_but_the_one_that_was_named(self, serve: Serve, refusal: Refusal) -> None:
        named, _ = serve(lambda _: http())
        other, requests = serve(lambda _: http(b"INTERNAL"))
        assert refusal(lambda: fetch(f"{other}/admin?token=NEEDLE", named))[:2] == (
            "reference-refused",
            f"`{other}/admin` is refused: `{other}` is not among the hosts that may be reached",
        )
        assert refusal(lambda: Resolvers.default().fetch(Reference("urlRef", f"{other}/admin")))[0] == "reference-refused"
        assert requests == []

    def test_a_look_up_for_another_attempt_is_checked_anew(
        self, dialled: list[object], monkeypatch: pytest.MonkeyPatch, refusal: Refusal
    ) -> None:
        names = answers(monkeypatch, ["1.1.1.1"], ["127.0.0.1"])
        assert refusal(lambda: Resolvers.default().fetch(Reference("urlRef", "https://component.example/x.yaml"))) == (
            "reference-refused",
            "`https://component.example/x.yaml` is refused: its host has an address that is not public",
            "give that place by `mirrors`, or name its whole origin: `hosts=`, or `--allow-host`",
        )
        assert (names, dialled) == (["component.example"] * 2, [("1.1.1.1", 443)])

    def test_nobody_offline(self, dialled: list[object], monkeypatch: pytest.MonkeyPatch, refusal: Refusal) -> None:
        names = answers(monkeypatch)
        reference = Reference("urlRef", "https://example.com/x.yaml?token=NEEDLE")
        assert refusal(lambda: Resolvers.default(offline=True).fetch(reference)) == (
            "offline",
            "`https://example.com/x.yaml` is neither mirrored nor cached, and nothing is fetched offline",
            "compile once with `cache=` and the network, or add a mirror",
        )
        assert (names, dialled) == ([], [])


class TestTls:
    def test_a_certificate_that_nobody_vouches_for(
        self, serve: Serve, tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch, refusal: Refusal
    ) -> None:
        origin, requests = serve(lambda _: http(), tls)
        for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            monkeypatch.setenv(name, str(certificate))
        assert refusal(lambda: fetch(f"{origin}/a", origin)) == (
            "fetch-failed",
            f"`{origin}/a` cannot be used: the certificate of the server is not valid",
            "the check cannot be switched off: the server needs a certificate for this host from a known authority",
        )
        assert requests == []

    def test_a_certificate_for_another_name(
        self, serve: Serve, tls: ssl.SSLContext, trusted: None, monkeypatch: pytest.MonkeyPatch, refusal: Refusal
    ) -> None:
        origin, _ = serve(lambda _: http(), tls)
        answers(monkeypatch, ["127.0.0.1"])
        other = origin.replace("127.0.0.1", "example.com")
        code, message, _ = refusal(lambda: fetch(f"{other}/a", other))
        assert (code, message) == ("fetch-failed", f"`{other}/a` cannot be used: the certificate of the server is not valid")

    def test_a_document_behind_a_good_one(self, serve: Serve, tls: ssl.SSLContext, trusted: None) -> None:
        origin, _ = serve(lambda _: http(), tls)
        assert fetch(f"{origin}/a", origin) == Fetched(f"{origin}/a", COMPONENT)

    def test_an_answer_that_drips(self, serve: Serve, tls: ssl.SSLContext, trusted: None, refusal: Refusal) -> None:
        def drips(_: str) -> Iterator[bytes]:
            yield b"HTTP/1.1 200 OK\r\n\r\nkind: job\n"
            while True:
                time.sleep(0.02)
                yield b"#"

        origin, _ = serve(drips, tls)
        assert refusal(lambda: fetch(f"{origin}/a", origin, limits=Limits(fetch_seconds=0.5)))[0] == "limit-fetch-seconds"

    def test_a_handshake_that_never_comes(self, refusal: Refusal) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            origin = f"https://127.0.0.1:{silent.getsockname()[1]}"
            limits = Limits(fetch_seconds=0.1)
            assert refusal(lambda: fetch(f"{origin}/a", origin, limits=limits))[0] == "limit-fetch-seconds"


class TestRedirects:
    def test_are_followed_to_https(self, serve: Serve, tls: ssl.SSLContext, trusted: None) -> None:
        end, _ = serve(lambda _: http(), tls)
        steps = {"/a": f"{end}/b", "/relative": "c", "/c": f"{end}/b#part"}

        def moved(request: str) -> bytes:
            return http(b"gone", f"Location: {steps[request.split()[1]]}", "Set-Cookie: a=b", status="302 Found")

        start, requests = serve(moved, tls)
        assert fetch(f"{start}/a", start, end) == Fetched(f"{start}/a", COMPONENT)
        assert fetch(f"{start}/relative", start, end) == Fetched(f"{start}/relative", COMPONENT)
        assert not any("cookie" in request.lower() for request in requests)

    @pytest.mark.parametrize("allowed", [0, 2])
    def test_are_counted(self, allowed: int, serve: Serve, tls: ssl.SSLContext, trusted: None, refusal: Refusal) -> None:
        origin, requests = serve(lambda _: http(b"", "Location: /again", status="301 Moved"), tls)
        assert refusal(lambda: fetch(f"{origin}/a", origin, limits=Limits(redirects=allowed))) == (
            "limit-redirects",
            f"`{origin}/a` was redirected more than {allowed} times",
            "the limit is `Limits.redirects`; raise it with `Limits(redirects=...)`",
        )
        assert len(requests) == allowed + 1

    def test_share_one_deadline(self, serve: Serve, tls: ssl.SSLContext, trusted: None, refusal: Refusal) -> None:
        def slow(_: str) -> bytes:
            time.sleep(0.2)
            return http(b"", "Location: /again", status="301 Moved")

        origin, _ = serve(slow, tls)
        limits = Limits(redirects=1000, fetch_seconds=0.7)
        assert refusal(lambda: fetch(f"{origin}/a", origin, limits=limits))[0] == "limit-fetch-seconds"

    def test_lead_to_no_host_that_may_not_be_reached(
        self, serve: Serve, tls: ssl.SSLContext, trusted: None, refusal: Refusal
    ) -> None:
        internal, requests = serve(lambda _: http(b"INTERNAL"), tls)
        origin, _ = serve(lambda _: http(b"", f"Location: {internal}/admin?token=NEEDLE", status="307 Moved"), tls)
        assert refusal(lambda: fetch(f"{origin}/a", origin))[:2] == (
            "reference-refused",
            f"`{internal}/admin` is refused: `{internal}` is not among the hosts that may be reached",
        )
        assert requests == []

    @pytest.mark.parametrize("location", ["http://127.0.0.1:{port}/x", "/x", "//127.0.0.1:{port}/x"])
    def test_lead_to_no_plain_http_not_even_from_there(self, location: str, serve: Serve, refusal: Refusal) -> None:
        def moved(request: str) -> bytes:
            port = request.partition("Host: 127.0.0.1:")[2].split()[0]
            return http(COMPONENT, f"Location: {location.format(port=port)}", status="302 Found")

        origin, requests = serve(moved)
        assert refusal(lambda: fetch(f"{origin}/a", origin)) == (
            "reference-refused",
            f"`{origin}/a` redirects to `{origin}/x`, which is not https",
            "redirects are followed to https alone: name the place where the document is now",
        )
        assert len(requests) == 1

    def test_are_followed_without_reading_what_they_say(self, serve: Serve, refusal: Refusal) -> None:
        sent = 0

        def endless(_: str) -> Iterator[bytes]:
            nonlocal sent
            yield b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/x\r\n\r\n"
            while True:
                sent += 65536
                yield b"#" * 65536

        origin, _ = serve(endless)
        assert refusal(lambda: fetch(f"{origin}/a", origin))[0] == "reference-refused"
        assert sent < 64 * 1024 * 1024

    @pytest.mark.parametrize(
        "location", ["file:///etc/passwd", "http://[bad", "https://u:NEEDLE@example.com/", "https://a b/", "ftp://a/"]
    )
    def test_lead_to_nothing_strange(self, location: str, serve: Serve, refusal: Refusal) -> None:
        origin, requests = serve(lambda _: http(b"", f"Location: {location}", status="302 Found"))
        code, message, _ = refusal(lambda: fetch(f"{origin}/a", origin))
        assert (code, message) == ("reference-refused", f"`{origin}/a` redirects to what is no https URL")
        assert len(requests) == 1
