"""Nobody outlives whom they work for, also when that one is killed and can tell nobody.

Rule 1: a parent holds the one end of a pipe and never writes; at the other end its death is the end of the file.
Rule 2: who is left alone stops as if asked to, and is killed when that takes too long.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Mapping

#: The variable that tells a child the number of its end of the pipe.
LIFELINE = "ESCALATION_LIFELINE"
#: Seconds to finish what is in hand: the longest answer of a helpdesk that we wait for, and a little.
GRACE = 70


def hold_on(environ: Mapping[str, str]) -> None:
    """Have this process stop when the parent that started it is gone; without such a parent do nothing."""
    if (number := environ.get(LIFELINE, "")).isdigit():
        end = int(number)
        _stop_after(lambda: os.read(end, 1))


def hold_on_to_server() -> None:
    """Have this process of a web server stop when the server is gone."""
    if (parent := multiprocessing.parent_process()) is not None:
        _stop_after(parent.join)


def _stop_after(gone: Callable[[], object]) -> None:
    threading.Thread(target=_watch, args=(gone,), name="lifeline", daemon=True).start()


def _watch(gone: Callable[[], object]) -> None:
    gone()
    pause, main = threading.Event(), threading.main_thread().ident
    for _ in range(GRACE):
        signal.pthread_kill(main or 0, signal.SIGTERM)  # again: it may still be starting, and deaf
        pause.wait(1.0)
    os.kill(os.getpid(), signal.SIGKILL)
