"""Receiver and worker under one parent: started, stopped and killed in earnest."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from examples.demo.stage import free_port
from plugin.cli import main
from tests.installation import PATIENCE, ROOT, install, wait_until


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def environment(tmp_path: Path, port: int) -> dict[str, str]:
    return install(tmp_path, PORT=str(port))


@contextmanager
def started(command: str, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Start a command in a process group of its own, as a terminal does."""
    arguments = [sys.executable, "-m", "plugin", command]
    child = subprocess.Popen(
        arguments,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    watch = threading.Timer(PATIENCE, child.kill)
    watch.start()
    try:
        yield child
    finally:
        watch.cancel()
        child.kill()
        assert child.stdout
        child.stdout.close()
        child.wait(timeout=PATIENCE)


def told(child: subprocess.Popen[str], word: str) -> None:
    """Wait until a process, or one of its children, says a word."""
    assert child.stdout
    assert any(word in line for line in child.stdout), f"never said {word}"


#: Which signal comes when this was last said: at work, and still starting.
MOMENTS = [
    (signal.SIGINT, "Started worker"),
    (signal.SIGINT, "threads="),
    (signal.SIGINT, "Listening at"),
    (signal.SIGTERM, "threads="),
]


@pytest.mark.parametrize(("number", "moment"), MOMENTS)
def test_a_signal_to_the_whole_group_ends_all_of_it_without_a_fault(
    environment: dict[str, str], port: int, number: signal.Signals, moment: str
) -> None:
    with started("run", environment) as parent:
        told(parent, moment)

        os.killpg(parent.pid, number)
        last, _ = parent.communicate(timeout=PATIENCE)

        assert (parent.returncode, "Traceback" in last, "Errno" in last) == (0, False, False), last
    wait_until(port, listening=False)


@pytest.mark.parametrize("command", ["run", "serve"])
def test_nobody_outlives_a_parent_that_was_killed(environment: dict[str, str], port: int, command: str) -> None:
    with started(command, environment) as parent:
        wait_until(port, listening=True)

        parent.kill()

        wait_until(port, listening=False)
        assert parent.stdout
        assert "Traceback" not in parent.stdout.read()  # to its end: whoever wrote to it is gone


def test_when_one_of_the_two_ends_by_itself_the_other_is_stopped(environment: dict[str, str], port: int) -> None:
    with started("run", environment) as parent:
        wait_until(port, listening=True)
        told(parent, "threads=")
        worker = next(pid for pid in children(parent.pid) if "worker" in command_of(pid))

        os.kill(worker, signal.SIGKILL)
        last, _ = parent.communicate(timeout=PATIENCE)

        assert parent.returncode != 0
        assert "a process ended by itself" in last


def children(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=True)
    return [int(line) for line in found.stdout.split()]


def command_of(pid: int) -> str:
    return subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("command", ["run", "serve"])
def test_a_port_that_is_taken_is_told_in_a_sentence(environment: dict[str, str], port: int, command: str) -> None:
    with socket.create_server(("127.0.0.1", port)):
        code, told = refused(command, environment)

    assert code == 1
    assert f"PORT: 127.0.0.1 port {port}: another program listens there already" in told


def test_a_host_may_be_a_name_and_a_second_one_on_the_same_port_is_refused(
    environment: dict[str, str], port: int
) -> None:
    with started("serve", {**environment, "HOST": "localhost"}):
        wait_until(port, listening=True)

        second = [sys.executable, "-m", "plugin", "run"]
        done = subprocess.run(
            second, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )

    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "another program listens there already" in done.stderr


@pytest.mark.parametrize("host", ["no-such-host.invalid", "192.0.2.1", "x" * 300])
def test_a_host_that_is_not_this_machine_is_told_in_a_sentence(environment: dict[str, str], host: str) -> None:
    code, told = refused("serve", {**environment, "HOST": host})

    assert code == 1
    assert "HOST: " in told


def refused(command: str, environment: dict[str, str]) -> tuple[int, str]:
    """Run a command that ends before it makes a process, here: it says all and raises nothing."""
    done = CliRunner(env=environment).invoke(main, [command])
    assert isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stderr
