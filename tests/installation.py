"""An installation on disk, for tests that start our processes in earnest."""

from __future__ import annotations

import json
import os
import socket
import threading
from pathlib import Path

from plugin.store.store import Store
from tests.scenarios.world import ACME, POLICY, SECRET, sqlite_url

ROOT = Path(__file__).parents[1]
#: Seconds; who waits so long has failed.
PATIENCE = 30.0


def install(folder: Path, **settings: str) -> dict[str, str]:
    """Write the files of an installation and return its environment."""
    connection = {
        "platform": "zendesk",
        "base_url": "http://127.0.0.1:9",
        "auth": {"bearer_token": "x"},
        "webhook_secrets": [SECRET],
    }
    (folder / "policy.json").write_text(json.dumps(POLICY), "utf-8")
    (folder / "connections.json").write_text(json.dumps({"connections": {ACME: connection}}), "utf-8")
    store = Store.open(sqlite_url(folder))
    store.migrate()
    store.close()
    return {
        **os.environ,
        "DATABASE_URL": sqlite_url(folder),
        "POLICY_FILE": str(folder / "policy.json"),
        "CONNECTIONS_FILE": str(folder / "connections.json"),
        "HOST": "127.0.0.1",
        **settings,
    }


def listens(port: int) -> bool:
    """Tell if somebody listens on a port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
    except OSError:
        return False
    return True


def wait_until(port: int, *, listening: bool) -> None:
    """Wait until somebody listens on a port, or until nobody does."""
    pause = threading.Event()
    for _ in range(int(PATIENCE / 0.05)):
        if listens(port) is listening:
            return
        pause.wait(0.05)
    raise TimeoutError(port)
