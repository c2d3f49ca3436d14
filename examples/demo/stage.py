"""The three processes of the demo, in a temporary folder, and the wires between them."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests

from examples.demo.chat import Chat, opened
from examples.demo.clock import now
from examples.demo.platforms import LAB, connection_of, has_both, platform, policy_of
from plugin.store.store import Store

ROOT = Path(__file__).parents[2]
#: Nobody waits longer than this for a demo.
PATIENCE_SECONDS = 60.0


@dataclass
class Stage:
    """What the story is played on."""

    helpdesk: str
    plugin: str
    folder: Path
    store: Store
    pause: threading.Event
    chat: Chat
    lab: str = ""  #: The developers' own helpdesk, where there is one.

    def control(self, what: str, *, there: bool = False, **body: Any) -> Any:
        """Ask something of a sandbox that a helpdesk would not do; `there`: of the developers'."""
        answer = requests.post(f"{self.lab if there else self.helpdesk}/_control/{what}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def state(self, *, there: bool = False) -> dict[str, Any]:
        """Return everything a sandbox holds."""
        return dict(requests.get(f"{self.lab if there else self.helpdesk}/_control/state", timeout=30).json())

    def forward(self, length: timedelta) -> None:
        """Turn every process's clock forward and wake the worker."""
        file = self.folder / "clock"
        file.write_text(str(float(file.read_text("utf-8")) + length.total_seconds()), "utf-8")
        self.store.poke()

    def settle(self) -> None:
        """Wait until nothing is on its way and nothing is due."""
        quiet = 0
        for _ in range(int(PATIENCE_SECONDS / 0.02)):
            quiet = quiet + 1 if self._is_quiet() else 0
            if quiet == 3:
                return
            self.pause.wait(0.02)
        raise TimeoutError("the demo did not come to rest; see the logs above")

    def _is_quiet(self) -> bool:
        desks = [desk for desk in (self.helpdesk, self.lab) if desk]
        if not all(requests.get(f"{desk}/_control/idle", timeout=30).json()["idle"] for desk in desks):
            return False
        found = self.store.figures()
        due = self.store.outlook(["demo", LAB], now=now()).wake
        return not (
            found.pending_deliveries or found.leased or found.waiting_messages or (due is not None and due <= now())
        )


@contextmanager
def raised() -> Iterator[Stage]:
    """Start the processes and end them again."""
    with TemporaryDirectory(prefix="escalation-demo-") as name, opened() as chat:
        folder = Path(name)
        (folder / "clock").write_text("0", "utf-8")
        os.environ["DEMO_CLOCK"] = str(folder / "clock")
        helpdesk, lab, web = free_port(), free_port(), free_port()
        environment = _environment(folder, helpdesk, lab, web, chat)
        desks = {platform(): helpdesk} | ({"jira": lab} if has_both() else {})
        children = [_sandbox(kind, port, folder, environment) for kind, port in desks.items()]
        store = Store.open(environment["DATABASE_URL"])
        store.migrate()
        children += [_start(["-m", "examples.demo.processes", part], environment) for part in ("serve", "worker")]
        stage = Stage(_at(helpdesk), _at(web), folder, store, threading.Event(), chat, _at(lab) if has_both() else "")
        try:
            for desk in filter(None, (stage.helpdesk, stage.lab)):
                _answers(stage, f"{desk}/")
            _answers(stage, f"{stage.plugin}/readyz")
            yield stage
        finally:
            _end(children)
            store.close()


def free_port() -> int:
    """Return a port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _at(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _environment(folder: Path, helpdesk: int, lab: int, web: int, chat: Chat) -> dict[str, str]:
    secret = secrets.token_hex(16)
    connections = {"demo": connection_of(platform(), _at(helpdesk), secret)}
    if has_both():
        connections[LAB] = connection_of("jira", _at(lab), secret)
    (folder / "policy.json").write_text(json.dumps(policy_of(platform())), "utf-8")
    file = folder / "connections.json"
    destinations = {"incidents-chat": {"url": chat.url, "throttle": "0s"}}
    file.write_text(json.dumps({"connections": connections, "destinations": destinations}), "utf-8")
    os.environ["DEMO_SECRET"] = secret
    return {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder / 'escalation.db'}",
        "POLICY_FILE": str(folder / "policy.json"),
        "CONNECTIONS_FILE": str(file),
        "HOST": "127.0.0.1",
        "PORT": str(web),
        "LEASE_SECONDS": "60",
    }


def _sandbox(kind: str, port: int, folder: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    at = ["--port", str(port), "--clock-file", str(folder / "clock")]
    return _start(["-m", "tests.sandbox", "--platform", kind, *at], environment)


def _start(arguments: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    log = open(Path(environment["DATABASE_URL"].removeprefix("sqlite:///")).parent / "log.txt", "ab")  # noqa: SIM115
    return subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environment, stdout=log, stderr=log)


def _answers(stage: Stage, url: str) -> None:
    for _ in range(int(PATIENCE_SECONDS / 0.05)):
        try:
            if requests.get(url, timeout=5).ok:
                return
        except requests.RequestException:
            pass
        stage.pause.wait(0.05)
    raise TimeoutError(f"{url} does not answer:\n{(stage.folder / 'log.txt').read_text('utf-8')[-3000:]}")


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    for child in reversed(children):
        child.terminate()
    for child in reversed(children):
        try:
            child.wait(timeout=20)
        except subprocess.TimeoutExpired:
            child.kill()
