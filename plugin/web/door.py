"""The door before the application: a request is let in when all of it is there.

Rule 1: who sends slowly, or not to the end, holds no thread; after a while, or when too many do, they are sent away.
Rule 2: no more of a body is kept than the application would read; what it answers to a longer one is its own business.
Rule 3: who only looks, at health or figures, never waits behind webhooks.
"""

from __future__ import annotations

import asyncio
import io
import os
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any, Protocol

from granian.rsgi import ProtocolClosed, ProtocolError  # type: ignore[attr-defined]  # named there, not marked

from plugin.bootstrap import build
from plugin.lifeline import hold_on_to_server
from plugin.log import to_stderr
from plugin.pipeline.parts import Parts
from plugin.settings import Settings
from plugin.web.app import create_app

#: Seconds for a whole body; Zendesk itself waits no longer than 12 for an answer.
PATIENCE = 10.0
#: Bodies on their way at once; beyond them the one that takes longest is given up. An honest one takes milliseconds.
UNFINISHED = 256
WEBHOOK_THREADS, LOOKING_THREADS = 16, 32
REQUEST_TIMEOUT = 408

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_NONE = b""


class Scope(Protocol):
    """What Granian tells of a request, as far as we care."""

    proto: str
    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    headers: Any


def from_environment() -> Door:
    """Return the door and the application behind it for a server that is given only its name."""
    to_stderr()
    settings = Settings.from_env(os.environ)
    return door_to(build(settings), most_bytes=settings.max_body_bytes)


def door_to(parts: Parts, *, most_bytes: int) -> Door:
    """Return the application of some parts behind its door."""
    return Door(create_app(parts, max_body_bytes=most_bytes), most_bytes=most_bytes)


class Door:
    """An RSGI application in front of a WSGI one."""

    def __init__(self, app: Wsgi, *, most_bytes: int, patience: float = PATIENCE, unfinished: int = UNFINISHED) -> None:
        self._app = app
        self._most_bytes = most_bytes
        self._patience = patience
        self._unfinished = unfinished
        self._reading: dict[asyncio.Timeout, None] = {}  # oldest first
        self._webhooks = ThreadPoolExecutor(WEBHOOK_THREADS, thread_name_prefix="webhook")
        self._looks = ThreadPoolExecutor(LOOKING_THREADS, thread_name_prefix="look")

    def __rsgi_init__(self, _loop: object) -> None:
        """Begin to serve, as long as there is the server."""
        hold_on_to_server()

    async def __rsgi__(self, scope: Scope, proto: Any) -> None:
        """Read the whole request, then let the application answer in a thread."""
        if scope.proto != "http":
            proto.close(403)
            return
        try:
            body = await self._body(scope, proto)
        except TimeoutError:
            proto.response_empty(REQUEST_TIMEOUT, [("connection", "close")])
            return
        except (ProtocolClosed, ProtocolError):
            return  # gone away half-way
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._pool(scope), self._answer, scope, proto, body)

    def _pool(self, scope: Scope) -> Executor:
        return self._webhooks if scope.method == "POST" else self._looks

    async def _body(self, scope: Scope, proto: Any) -> bytes:
        """Return the body up to one byte more than may be; TimeoutError if it does not come."""
        length = scope.headers.get("content-length")
        if length == "0" or (length is None and "transfer-encoding" not in scope.headers):
            return _NONE
        if length is not None and int(length) > self._most_bytes:
            return _NONE  # the application refuses it by its length
        async with asyncio.timeout(self._patience) as timeout:
            self._reading[timeout] = None
            try:
                self._make_room()
                return await (proto() if length is not None else self._whole(proto))
            finally:
                del self._reading[timeout]

    def _make_room(self) -> None:
        if len(self._reading) > self._unfinished:
            next(iter(self._reading)).reschedule(asyncio.get_running_loop().time())

    async def _whole(self, proto: Any) -> bytes:
        body = bytearray()
        async for chunk in proto:
            body += chunk
            if len(body) > self._most_bytes:
                break
        return bytes(body)

    def _answer(self, scope: Scope, proto: Any, body: bytes) -> None:
        head: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], _: object = None) -> None:
            head[:] = int(status.split(" ", 1)[0]), headers

        content = b"".join(self._app(_environ(scope, body), start))
        proto.response_bytes(*head, content)


def _environ(scope: Scope, body: bytes) -> dict[str, Any]:
    """Return the request as PEP 3333 wants it."""
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        key = _KEYS.get(name) or f"HTTP_{name.upper().replace('-', '_')}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ


_KEYS = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
