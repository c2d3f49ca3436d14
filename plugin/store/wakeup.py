"""Telling a sleeping worker that there is work, and how it sleeps.

PostgreSQL: LISTEN/NOTIFY, sent inside the receiver's transaction. SQLite: a local datagram socket per worker, in a
private folder beside the database file. A lost wake-up costs no more than the worker's slow safety poll.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import select
import socket
import stat
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

CHANNEL = "escalation_work"
#: A socket's whole path, the shortest limit of the systems we know, and what a name in the folder takes of it.
_LONGEST, _NAME = 103, len("/4194304-abcdef.sock")
_SHARED = "/tmp"  # noqa: S108  the folder in it has our number in its name, and its owner is looked at
#: How long to sleep where the database cannot be listened to.
DEAF_SECONDS = 5.0


def announce(connection: Connection) -> None:
    """Wake the workers of other processes when this transaction commits (PostgreSQL only)."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"NOTIFY {CHANNEL}")


def folder_of(engine: Engine) -> Path:
    """Return the folder where the workers of one SQLite file listen.

    It is beside the file, so that whoever has the file finds it, wherever they keep their temporary files. Where that
    cannot hold a socket's short path, it is under /tmp, which every process of this machine shares unless told not to.
    """
    file = os.path.realpath(engine.url.database or "")
    beside = Path(f"{file}-wake")
    if len(os.fsencode(beside)) + _NAME <= _LONGEST and os.access(beside.parent, os.W_OK):
        return beside
    name = hashlib.sha256(os.fsencode(file)).hexdigest()[:16]
    return Path(_SHARED) / f"escalation-{os.getuid()}-{name}"


def poke(engine: Engine) -> None:
    """Wake the workers of this SQLite file, if that can be; PostgreSQL does it by itself at commit."""
    if engine.dialect.name == "sqlite" and _is_ours(folder := folder_of(engine)):
        with contextlib.suppress(
            OSError
        ):  # no socket left, say: what was stored is stored, and found by the safety poll
            _wake_all(folder)


def _wake_all(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        for path in folder.glob("*.sock"):
            _wake(sender, path)


def _wake(sender: socket.socket, path: Path) -> None:
    try:
        sender.sendto(b"1", str(path))
    except BlockingIOError:
        return  # its ear is full: it will wake anyway
    except OSError:
        with contextlib.suppress(OSError):
            path.unlink()  # nobody listens there any more


def _is_ours(folder: Path) -> bool:
    """Tell if nobody else may put anything into the folder: what is there is written to, and cleared away."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022


class _Ear(Protocol):
    def fileno(self) -> int: ...

    def drain(self) -> None: ...

    def close(self) -> None: ...


class _SocketEar:
    def __init__(self, engine: Engine) -> None:
        folder = folder_of(engine)
        folder.mkdir(mode=0o700, exist_ok=True)
        if not _is_ours(folder):
            raise PermissionError(f"{folder} is another user's, or others may write to it")
        self._path = folder / f"{os.getpid()}-{os.urandom(3).hex()}.sock"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(self._path))
        self._socket.setblocking(False)

    def fileno(self) -> int:
        return self._socket.fileno()

    def drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._socket.recv(16):
                pass

    def close(self) -> None:
        self._socket.close()
        with contextlib.suppress(OSError):
            self._path.unlink()


class _ListenEar:
    def __init__(self, engine: Engine) -> None:
        url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = psycopg.connect(url, autocommit=True, connect_timeout=5)
        self._connection.execute(f"LISTEN {CHANNEL}".encode())

    def fileno(self) -> int:
        return self._connection.fileno()

    def drain(self) -> None:
        for _ in self._connection.notifies(timeout=0):
            pass

    def close(self) -> None:
        self._connection.close()


@dataclass
class Alarm:
    """Sleeps until work is announced, someone in this process rings, or the time is up."""

    engine: Engine
    _ear: _Ear | None = None
    _pipe: tuple[int, int] = field(default_factory=os.pipe)
    _closed: bool = False
    _lock: threading.RLock = field(default_factory=threading.RLock)  # a signal's handler may ring while we close

    def __post_init__(self) -> None:
        """Make both ends of the pipe non-blocking: a ring is a ring, however often."""
        for end in self._pipe:
            os.set_blocking(end, False)

    def ring(self) -> None:
        """Wake the sleeper from any thread or a signal handler; nobody, once it is closed."""
        with self._lock, contextlib.suppress(BlockingIOError):
            if not self._closed:  # the number may be another file's by now
                os.write(self._pipe[1], b"1")

    def wait(self, seconds: float) -> None:
        """Sleep at most so long. Returns at once where it has only begun to listen: look again, then wait.

        What was announced between a look and the first listening would be heard by nobody.
        """
        if self._ear is None and self._listen():
            return
        ear = self._ear
        longest = seconds if ear else min(seconds, DEAF_SECONDS)
        ears = [self._pipe[0], *([ear.fileno()] if ear else [])]
        ready, _, _ = select.select(ears, [], [], max(0.0, longest))
        with contextlib.suppress(BlockingIOError):
            while self._pipe[0] in ready and os.read(self._pipe[0], 512):
                pass
        if ear and ear.fileno() in ready:
            self._hear(ear)

    def _hear(self, ear: _Ear) -> None:
        try:
            ear.drain()
        except psycopg.Error:
            self._drop()

    def _listen(self) -> bool:
        with contextlib.suppress(psycopg.Error, SQLAlchemyError, OSError):
            self._ear = _SocketEar(self.engine) if self.engine.dialect.name == "sqlite" else _ListenEar(self.engine)
        return self._ear is not None

    def _drop(self) -> None:
        ear, self._ear = self._ear, None
        if ear:
            ear.close()

    def close(self) -> None:
        """Stop listening, once and for all."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._drop()
            for end in self._pipe:
                os.close(end)
