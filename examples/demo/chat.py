"""A chat on this machine, so that telling stakeholders can be watched."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Chat(ThreadingHTTPServer):
    """Takes messages as JSON and keeps their titles until they are told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Post)
        self._titles: list[str] = []

    @property
    def url(self) -> str:
        """Return the address as the connections file has it."""
        return f"json://127.0.0.1:{self.server_port}/"

    def heard(self, title: str) -> None:
        """Keep a message's title."""
        self._titles.append(title)

    def news(self) -> list[str]:
        """Return the titles that came since this was asked last."""
        told, self._titles = self._titles, []
        return told


class _Post(BaseHTTPRequestHandler):
    server: Chat

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.heard(str(body["title"]))
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
