"""Who sends a body slowly, or not to the end, stops nobody else. On a served receiver, with real sockets."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from typing import Any

import pytest

from examples.demo.stage import free_port
from tests.installation import PATIENCE, ROOT, install, wait_until
from tests.scenarios.world import ACME
from tests.web.served import UNFINISHED
from tests.web.test_receiver import event, signed

MOST_BYTES = 10_000
HEAD = b"POST /webhooks/acme HTTP/1.1\r\nHost: x\r\n"
UNFINISHED_BODY = b"Content-Length: 1000\r\n\r\nabc"
UNFINISHED_CHUNKS = b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return install(tmp_path_factory.mktemp("served"), MAX_BODY_BYTES=str(MOST_BYTES))


@contextmanager
def served(environment: dict[str, str], factory: str) -> Iterator[int]:
    port = free_port()
    arguments = [sys.executable, "-m", "tests.web.served", str(port), factory]
    child = subprocess.Popen(arguments, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        wait_until(port, listening=True)
        yield port
    finally:
        child.terminate()
        _, told = child.communicate(timeout=PATIENCE)
    assert "Traceback" not in told, told
    assert "WARNING" not in told, told


@pytest.fixture(scope="module")
def patient(environment: dict[str, str]) -> Iterator[int]:
    with served(environment, "patient") as port:
        yield port


@pytest.fixture(scope="module")
def hasty(environment: dict[str, str]) -> Iterator[int]:
    with served(environment, "hasty") as port:
        yield port


def begun(port: int, head: bytes) -> socket.socket:
    """Send the beginning of a request and no more."""
    sender = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    sender.sendall(HEAD + head)
    return sender


def rest(sender: socket.socket) -> bytes:
    """Return all that is answered until the connection is closed."""
    with sender:
        answer = b""
        while more := sender.recv(4096):
            answer += more
        return answer


def ask(port: int, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> tuple[int, Any]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()
    return answer.status, told


def test_unfinished_bodies_stop_neither_health_nor_signed_webhooks(patient: int) -> None:
    with ExitStack() as stack:
        for _ in range(UNFINISHED):
            stack.enter_context(begun(patient, UNFINISHED_BODY))

        health = ask(patient, "GET", "/healthz")
        webhook = ask(patient, "POST", f"/webhooks/{ACME}", event("held-up"), signed(event("held-up")))

    assert health == (200, {"status": "alive"})
    assert webhook == (200, {"status": "accepted"})


def test_of_too_many_unfinished_bodies_the_oldest_is_given_up(patient: int) -> None:
    oldest = begun(patient, UNFINISHED_BODY)
    assert ask(patient, "GET", "/healthz")[0] == 200  # by then its head has been read
    with ExitStack() as stack:
        for _ in range(UNFINISHED):
            stack.enter_context(begun(patient, UNFINISHED_BODY))

        answer = rest(oldest)

    assert answer.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("head", [UNFINISHED_BODY, UNFINISHED_CHUNKS])
def test_a_body_that_does_not_come_is_given_up_and_the_connection_closed(hasty: int, head: bytes) -> None:
    assert rest(begun(hasty, head)).startswith(b"HTTP/1.1 408 ")


def test_a_body_in_pieces_is_put_together(patient: int) -> None:
    body = event("in-pieces")
    headers = signed(body)

    def pieces() -> Iterator[bytes]:
        yield body[:7]
        yield body[7:]

    connection = HTTPConnection("127.0.0.1", patient, timeout=PATIENCE)
    connection.request("POST", f"/webhooks/{ACME}", pieces(), headers, encode_chunked=True)

    assert json.loads(connection.getresponse().read()) == {"status": "accepted"}
    connection.close()


def test_a_declared_length_beyond_the_limit_is_refused_before_the_body_comes(patient: int) -> None:
    answer = rest(begun(patient, f"Connection: close\r\nContent-Length: {MOST_BYTES + 1}\r\n\r\nabc".encode()))

    assert answer.startswith(b"HTTP/1.1 413 ")


def test_an_endless_body_is_refused_when_it_is_too_long(patient: int) -> None:
    chunk = b"%x\r\n%s\r\n" % (MOST_BYTES + 1, b"x" * (MOST_BYTES + 1))

    answer = rest(begun(patient, b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk))

    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("length", [b"-1", b"x", b"9" * 30])
def test_a_length_that_is_none_is_refused(patient: int, length: bytes) -> None:
    answer = rest(begun(patient, b"Connection: close\r\nContent-Length: " + length + b"\r\n\r\nabc"))

    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 413 "))


def test_who_goes_away_half_way_is_forgotten(patient: int) -> None:
    begun(patient, UNFINISHED_BODY).close()
    begun(patient, UNFINISHED_CHUNKS).close()

    assert ask(patient, "GET", "/healthz") == (200, {"status": "alive"})
