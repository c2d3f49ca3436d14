"""kill -9 between any two persisted steps loses nothing and says nothing twice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.scenarios.test_things_go_wrong import ESCALATED, state
from tests.scenarios.world import World, living, sqlite_url

ROOT = Path(__file__).parents[2]
#: More steps than one escalation has.
MOST = 40


def killed_at(world: World, url: str, step: int) -> bool:
    """Let another process work, and return whether it was killed."""
    arguments = [url, world.sandbox.url, world.clock().isoformat(), str(step)]
    ended = subprocess.run(
        [sys.executable, "-m", "tests.scenarios.crashing", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode in (0, -9), ended.stderr
    return ended.returncode == -9


def test_killed_at_any_step_the_escalation_ends_the_same(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    survived = None
    with living(url) as world:
        for step in range(MOST):
            ticket = world.customer_writes(tags=["payment"])
            world.sandbox.idle()
            killed = killed_at(world, url, step)
            world.clock.forward(seconds=90)
            world.settle()

            assert state(world, ticket) == ESCALATED, f"killed at step {step}"
            if not killed:
                survived = step
                break

    assert survived is not None
    assert survived > 10  # or the fuse was never near the steps that matter
