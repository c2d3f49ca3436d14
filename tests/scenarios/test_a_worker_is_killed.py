"""kill -9 between any two persisted steps loses nothing and says nothing twice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from tests.connectors.wire import serving
from tests.scenarios.crashing import TOLD
from tests.scenarios.destinations import Told, at
from tests.scenarios.test_things_go_wrong import ESCALATED, state
from tests.scenarios.world import World, living, sqlite_url

ROOT = Path(__file__).parents[2]
#: More steps than one escalation has.
MOST = 60


@contextmanager
def workers(world: World, url: str, chat: str) -> Iterator[Callable[[int], bool]]:
    """Let another process work, up to a step, as often as asked; each time say whether it was killed."""
    arguments = [sys.executable, "-m", "tests.scenarios.crashing", url, world.sandbox.url, chat]
    with subprocess.Popen(arguments, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as nursery:
        asked, answers = nursery.stdin, nursery.stdout
        assert asked
        assert answers

        def killed_at(step: int) -> bool:
            print(world.clock().isoformat(), step, file=asked, flush=True)
            ended = answers.readline().strip()
            assert ended in ("0", "-9"), f"a worker ended with {ended}"
            return ended == "-9"

        yield killed_at


def test_killed_at_any_step_the_escalation_ends_the_same(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    survived = None
    with (
        serving() as wire,
        living(url, policy=TOLD, destinations={"chat": at(wire, throttle=timedelta())}) as world,
        workers(world, url, at(wire).url) as killed_at,
    ):
        for step in range(MOST):
            ticket = world.customer_writes(tags=["payment"])
            world.sandbox.idle()
            killed = killed_at(step)
            world.clock.forward(seconds=90)
            world.settle()

            assert state(world, ticket) == ESCALATED, f"killed at step {step}"
            told = sum(f"acme#{ticket} " in title for title in Told(wire).titles())
            # Twice only where it died between the send and writing it down; which steps that are, the echoes say.
            assert told in ((1, 2) if killed else (1,)), f"killed at step {step}"
            if not killed:
                survived = step
                break

    assert survived is not None
    assert survived > 10  # or the fuse was never near the steps that matter
