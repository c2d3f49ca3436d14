"""Running the processes: the web server, the worker, or both under one parent."""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from types import FrameType

from granian import Granian
from granian.constants import Interfaces, RuntimeModes

from connectors.contract import Clock
from plugin.bootstrap import build
from plugin.children import Children
from plugin.clock import utc_now
from plugin.documents import load_policy
from plugin.lifeline import hold_on
from plugin.reconciling import Reconciler
from plugin.settings import Settings
from plugin.upkeep import Upkeep
from plugin.web.address import free_address
from plugin.worker import Worker

_STOPS = (signal.SIGTERM, signal.SIGINT)


def serve(settings: Settings, target: str = "plugin.web.door:from_environment") -> None:
    """Serve HTTP until stopped; `target` names a function that makes the door."""
    address = free_address(settings.host, settings.port)
    hold_on(os.environ)
    Granian(
        target,
        address=address,
        port=settings.port,
        interface=Interfaces.RSGI,
        workers=settings.web_concurrency,
        runtime_mode=RuntimeModes.mt,
        websockets=False,
        factory=True,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=15,
    ).serve()


def work(settings: Settings, *, clock: Clock = utc_now) -> None:
    """Run one worker until stopped."""
    hold_on(os.environ)
    parts = build(settings, clock=clock)
    upkeep = Upkeep(
        parts=parts,
        policy_file=settings.policy_file,
        environ=os.environ,
        heartbeat_url=settings.heartbeat_url,
        reconciler=Reconciler(parts=parts, every=timedelta(minutes=settings.reconcile_minutes)),
    )
    upkeep.begin(load_policy(settings.policy_file)[1])
    lease = timedelta(seconds=settings.lease_seconds)
    worker = Worker(parts, threads=settings.worker_threads, lease=lease, upkeep=upkeep)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        worker.stop()

    def wake(_signal: int, _frame: FrameType | None) -> None:
        worker.wake()

    for number in _STOPS:
        signal.signal(number, stop)
    signal.signal(signal.SIGHUP, wake)
    worker.run()
    parts.store.close()


def run(settings: Settings) -> int:
    """Run receiver and worker as two processes; when one ends, end the other. Returns the exit code."""
    free_address(settings.host, settings.port)
    store = build(settings).store
    store.migrate()
    store.close()
    return Children(("serve", "worker")).wait()
