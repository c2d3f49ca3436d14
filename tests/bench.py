"""`make bench`: ingest throughput against a no-op route, and event-to-write latency at 20 events/s.

Everything runs on loopback and is bounded. Figures of one run compare with each other, not with another machine's.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests
from flask import Flask, request
from granian import Granian
from granian.constants import Interfaces

from examples.demo.stage import free_port
from plugin.store.store import Store
from tests import postgres
from tests.sandbox import ZendeskSandbox
from tests.sandbox.zendesk.deliveries import signature
from tests.scenarios.world import ACME, CUSTOMER, POLICY, SECRET, SEED

ROOT = Path(__file__).parents[1]
CLIENTS, LANES, REQUESTS = 2, 8, 400  # processes, connections in each, requests on each connection
EVENTS, RATE = 200, 20.0


def noop() -> Flask:
    """Return an application that only answers."""
    app = Flask("noop", static_folder=None)

    @app.post("/webhooks/acme")
    def accept() -> dict[str, str]:
        request.get_data()
        return {"status": "accepted"}

    return app


def serve_noop(port: int) -> None:
    Granian(
        "tests.bench:noop",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=16,
        factory=True,
        log_access=False,
    ).serve()


def body(number: str) -> bytes:
    event = {
        "id": number,
        "type": "zen:event-type:ticket.status_changed",
        "subject": f"zen:ticket:{number}",
        "time": "2026-01-01T00:00:00Z",
        "detail": {"id": number, "status": "OPEN", "tags": []},
        "event": {"current": "OPEN", "previous": "NEW"},
    }
    return json.dumps(event).encode()


def hammer(port: int, client: int) -> float:
    """Send signed bodies on several connections and return the seconds it took."""
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lanes = [[body(f"{client}{lane}{n:06d}") for n in range(REQUESTS)] for lane in range(LANES)]
    signed = [[(b, signature(SECRET, at, b)) for b in lane] for lane in lanes]
    begun = time.perf_counter()
    with ThreadPoolExecutor(LANES) as pool:
        list(pool.map(partial(_lane, port, at), signed))  # raises what a lane raised
    return time.perf_counter() - begun


def _lane(port: int, at: str, bodies: list[tuple[bytes, str]]) -> None:
    connection = HTTPConnection("127.0.0.1", port)
    for content, signed in bodies:
        headers = {
            "Content-Type": "application/json",
            "X-Zendesk-Webhook-Signature": signed,
            "X-Zendesk-Webhook-Signature-Timestamp": at,
        }
        connection.request("POST", "/webhooks/acme", content, headers)
        answer = connection.getresponse()
        told = answer.read()
        assert answer.status == 200, told


def throughput(port: int) -> float:
    """Return requests per second."""
    with ProcessPoolExecutor(CLIENTS) as pool:
        seconds = list(pool.map(hammer, [port] * CLIENTS, range(CLIENTS)))
    return CLIENTS * LANES * REQUESTS / max(seconds)


@contextmanager
def process(arguments: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    child = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environment, **quiet)
    try:
        yield child
    finally:
        child.terminate()
        child.wait(timeout=30)


def answering(port: int) -> None:
    """Wait until someone listens."""
    for _ in range(400):
        try:
            HTTPConnection("127.0.0.1", port, timeout=1).connect()
        except OSError:
            threading.Event().wait(0.05)
        else:
            return
    raise TimeoutError(port)


def environment(folder: Path, url: str, helpdesk: str, port: int) -> dict[str, str]:
    """Write the files of an installation and return its environment."""
    policy: dict[str, Any] = json.loads(json.dumps(POLICY))
    policy["matrix"][0]["changes"].pop("public_comment")
    (folder / "policy.json").write_text(json.dumps(policy))
    connection = {
        "platform": "zendesk",
        "base_url": helpdesk,
        "auth": {"bearer_token": "an-invented-token"},
        "webhook_secrets": [SECRET],
    }
    (folder / "connections.json").write_text(json.dumps({"connections": {ACME: connection}}))
    return {
        **os.environ,
        "DATABASE_URL": url,
        "POLICY_FILE": str(folder / "policy.json"),
        "CONNECTIONS_FILE": str(folder / "connections.json"),
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }


def ingest(url: str, folder: Path, floor: float) -> None:
    port = free_port()
    Store.open(url).migrate()
    with process(["-m", "plugin", "serve"], environment(folder, url, "http://127.0.0.1:9", port)):
        answering(port)
        rate = throughput(port)
    print(f"  receiver            {rate:8.0f} requests/s   {rate / floor:5.2f} of the no-op route")


def latency(url: str, folder: Path) -> bool:
    """Open tickets at a steady rate and time each from its event to our PUT's arrival."""
    port = free_port()
    with ZendeskSandbox() as sandbox, ExitStack() as stack:
        sandbox.seed(json.loads(json.dumps(SEED)))
        settings = environment(folder, url, sandbox.url, port)
        stack.enter_context(process(["-m", "plugin", "serve"], settings))
        worker = stack.enter_context(process(["-m", "plugin", "worker"], settings))
        answering(port)
        threading.Event().wait(3.0)  # the worker has started and is asleep
        sandbox.add_webhook(f"http://127.0.0.1:{port}/webhooks/{ACME}", SECRET, subscriptions=("created",))
        begun: dict[int, datetime] = {}
        start = time.perf_counter()
        for number in range(EVENTS):
            threading.Event().wait(max(0.0, start + number / RATE - time.perf_counter()))
            at = datetime.now(UTC)
            fields = {"subject": "x", "comment": "x", "requester_id": CUSTOMER, "tags": ["payment"]}
            begun[sandbox.act(CUSTOMER).create_ticket(**fields)] = at
        _written(sandbox, EVENTS)
        complete = _report(sandbox, begun)
        print(f"  idle worker         {idle_cpu(worker.pid):8.2f} % of a core")
    return complete


def _written(sandbox: ZendeskSandbox, wanted: int, patience: float = 30.0) -> None:
    """Wait until so many writes have come, or for so long."""
    until = time.perf_counter() + patience
    while sum(r.method == "PUT" for r in list(sandbox.requests)) < wanted and time.perf_counter() < until:
        threading.Event().wait(0.2)


def _report(sandbox: ZendeskSandbox, begun: dict[int, datetime]) -> bool:
    """Print how long it took, and return True if every event was written."""
    written = {int(r.path.rsplit("/", 1)[1].split(".")[0]): r.at for r in sandbox.requests if r.method == "PUT"}
    took = sorted((written[t] - at).total_seconds() * 1000 for t, at in begun.items() if t in written)
    platform = _platform_ms(sandbox)
    if took:
        print(
            f"  event → write       {statistics.median(took):8.1f} ms median, {percentile(took, 99):.1f} ms p99", end=""
        )
        print(f" ({len(took)} of {len(begun)} at {RATE:.0f}/s)")
    print(f"  of it the platform  {platform:8.1f} ms median for one read and one write of the sandbox's own")
    if missing := len(begun) - len(took):
        print(f"  MISSING             {missing:8d} writes")
    return not missing


def percentile(ordered: Sequence[float], share: int) -> float:
    """Return the smallest of the ordered values that so many per cent of them do not exceed."""
    return ordered[math.ceil(len(ordered) * share / 100) - 1]


def _platform_ms(sandbox: ZendeskSandbox) -> float:
    """Time one read and one write as a bare client sees them."""
    session = requests.Session()
    session.headers["Authorization"] = "Bearer an-invented-token"
    took = []
    for _ in range(50):
        begun = time.perf_counter()
        session.get(f"{sandbox.url}/api/v2/tickets/1.json?include=slas,users,organizations")
        session.put(f"{sandbox.url}/api/v2/tickets/1.json", json={"ticket": {"external_id": "x"}})
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took)


def idle_cpu(pid: int, seconds: float = 10.0) -> float:
    """Return how much of a core a process uses while there is nothing to do."""

    def ticks() -> int:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    before = ticks()
    threading.Event().wait(seconds)
    return (ticks() - before) / os.sysconf("SC_CLK_TCK") / seconds * 100


def main() -> int:
    port = free_port()
    with process(["-c", f"from tests.bench import serve_noop; serve_noop({port})"], dict(os.environ)):
        answering(port)
        floor = throughput(port)
    print(f"no-op route           {floor:8.0f} requests/s")
    with TemporaryDirectory(prefix="escalation-bench-") as name:
        folder = Path(name)
        print("SQLite")
        ingest(f"sqlite:///{folder / 'ingest.db'}", folder, floor)
        Store.open(f"sqlite:///{folder / 'latency.db'}").migrate()
        complete = latency(f"sqlite:///{folder / 'latency.db'}", folder)
        if postgres.binaries() is None:
            print("PostgreSQL: no server is installed here")
            return 0 if complete else 1
        print("PostgreSQL")
        with postgres.server(durable=True) as url:
            ingest(url, folder, floor)
            store = Store.open(url)
            store.migrate("base")
            store.migrate()
            store.close()
            complete = latency(url, folder) and complete
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
