"""A server that answers as it is told, and remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What to say next."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_after: int | None = None  #: Bytes of the body before the line is cut; -1: not even a status line.
    silent: bool = False  #: Say nothing until the test is over.
    trickling: tuple[bytes, bytes] | None = (
        None  #: Say the first at once, then the second one byte at a time, for ever.
    )


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Wire:
    """The server as tests see it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.answers: list[Answer] = []
        self.asked: list[Asked] = []
        self.over = threading.Event()

    def will(self, *answers: Answer) -> None:
        """Say these next; afterwards an empty object, with 200."""
        self.answers += answers


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wire: Wire

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.wire.asked.append(Asked(method=self.command, path=self.path, headers=dict(self.headers), body=body))
        answer = self.wire.answers.pop(0) if self.wire.answers else Answer()
        if answer.silent:
            self.wire.over.wait(10)
        if answer.silent or answer.cut_after == -1:
            self.close_connection = True
            return
        if answer.trickling:
            return self._trickle(*answer.trickling)
        self.send_response(answer.status)
        for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body[: answer.cut_after])
        self.close_connection = answer.cut_after is not None

    def _trickle(self, at_once: bytes, text: bytes) -> None:
        """Never be silent for long, and never come to an end."""
        self.close_connection = True
        with suppress(OSError):  # the other side has hung up
            self.wfile.write(b"HTTP/1.1 200 OK\r\n" + at_once)
            for letter in cycle(text):
                if self.wire.over.wait(0.01):
                    return
                self.wfile.write(bytes([letter]))

    do_GET = do_PUT = do_POST = _serve  # noqa: N815 - the names are http.server's

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[Wire]:
    """Serve on a port of loopback."""
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    wire = handler.wire = Wire(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.002}, daemon=True)
    thread.start()
    try:
        yield wire
    finally:
        wire.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
