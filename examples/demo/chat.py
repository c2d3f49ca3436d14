"""A chat on this machine, so that telling stakeholders can be watched."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Chat(ThreadingHTTPServer):
    """Takes messages as JSON and keeps their titles."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Post)
        self.titles: list[str] = []

    @property
    def url(self) -> str:
        """Return the address as the connections file has it."""
        return f"json://127.0.0.1:{self.server_port}/"


class _Post(BaseHTTPRequestHandler):
    server: Chat

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.titles.append(str(body["title"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep the demo's output free of requests."""


@contextmanager
def opened() -> Iterator[Chat]:
    """Listen, and stop listening."""
    with Chat() as chat:
        threading.Thread(target=chat.serve_forever, daemon=True).start()
        try:
            yield chat
        finally:
            chat.shutdown()
