"""A PostgreSQL server for the tests alone, from Debian's binaries."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp


def binaries() -> Path | None:
    """Return where initdb and postgres are, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    on_path = shutil.which("initdb")
    places = [*found, *([Path(on_path)] if on_path else [])]
    usable = [place.parent for place in places if (place.parent / "postgres").exists()]
    return usable[0] if usable and _owner() is not None else None


def _owner() -> str | None:
    """Return who runs the server: PostgreSQL refuses to run as root. Empty: we ourselves."""
    if os.getuid() != 0:
        return ""
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return None


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """Run a server in a temporary folder and give the URL of its empty database."""
    programs, owner, port = binaries(), _owner() or None, _port()
    assert programs is not None
    folder = Path(mkdtemp(prefix="escalation-pg-"))
    if owner:
        shutil.chown(folder, owner)
    data = folder / "data"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "user": owner, "cwd": folder}
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "escalation", "-A", "trust", "-N", "-E", "UTF8"], check=True, **quiet
    )
    arguments = [
        "-D",
        data,
        "-p",
        str(port),
        "-c",
        "listen_addresses=127.0.0.1",
        "-k",
        folder,
        "-c",
        f"fsync={'on' if durable else 'off'}",
    ]
    process = subprocess.Popen([programs / "postgres", *arguments], **quiet)
    try:
        _ready(programs, port, process)
        yield f"postgresql://escalation@127.0.0.1:{port}/postgres"
    finally:
        process.send_signal(signal.SIGINT)  # end the clients, do not wait for them
        process.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def _ready(programs: Path, port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        asked = [programs / "pg_isready", "-h", "127.0.0.1", "-p", str(port), "-t", "1"]
        if subprocess.run(asked, stdout=subprocess.DEVNULL, check=False).returncode == 0:
            return
        if process.poll() is not None:
            break
        try:
            process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            continue
    raise RuntimeError("PostgreSQL did not start")
