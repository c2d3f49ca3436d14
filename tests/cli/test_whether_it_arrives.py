"""What an admin is told of a test that does not arrive as it should."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.provisions import Trial
from plugin.commands.trying import explained
from tests.cli.connecting import ADDRESS, Site, site
from tests.connectors.wire import Answer, serving
from tests.installation import ROOT
from tests.scenarios.world import ACME


@pytest.fixture
def there(tmp_path: Path, migrated_sqlite_url: str) -> Iterator[Site]:
    with site(tmp_path, migrated_sqlite_url) as found:
        yield found


def test_a_receiver_that_does_not_run_is_told(there: Site) -> None:
    result = there.connect("--yes", wait="1")

    assert result.exit_code == 1
    assert f"The test did not arrive: nothing answered at {ADDRESS}/webhooks/{ACME}" in result.output


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (200, "another program, or a receiver with another DATABASE_URL"),
        (404, 'the receiver knows no connection "acme" (404)'),
        (503, "could not store it (503)"),
        (502, "answered 502; is there a proxy in between?"),
    ],
)
def test_whatever_answers_there_is_told(there: Site, status: int, words: str) -> None:
    with serving() as wire:
        wire.will(Answer(status=status))

        result = there.connect("--yes", "--public-url", wire.url, wait="1")

    assert result.exit_code == 1
    assert words in result.output


@pytest.mark.parametrize("status", [None, 200, 204, 301, 401, 404, 500, 503])
def test_every_answer_is_explained_in_a_sentence(status: int | None) -> None:
    told = explained(Trial(status=status), ACME, ADDRESS)

    assert told[-1] in ".?"


def test_on_a_terminal_the_secret_is_shown_once(there: Site) -> None:
    there.connection(webhook_secrets=[{"env": "ACME_WEBHOOK_SECRET"}])

    first = on_a_terminal(there, "y\n")
    [webhook] = there.sandbox.post.webhooks
    second = on_a_terminal(there, "", ACME_WEBHOOK_SECRET=webhook.secret)

    assert f"The signing secret, shown this once: {webhook.secret}" in first
    assert 'the connection names it {"env": "ACME_WEBHOOK_SECRET"}' in first
    assert "\x1b[32m+\x1b[0m" in first
    assert webhook.secret not in second


def test_a_terminal_shows_the_secret_that_the_connections_file_does_not_have(there: Site) -> None:
    there.secret_file.write_text("of an older webhook", "utf-8")

    shown = on_a_terminal(there, "y\n")

    [webhook] = there.sandbox.post.webhooks
    assert f"shown this once: {webhook.secret}" in shown
    assert f"The connection has another one in {there.secret_file}: put it there" in " ".join(shown.split())
    assert there.secret_file.read_text("utf-8") == "of an older webhook"


def on_a_terminal(there: Site, says: str, **environment: str) -> str:
    """Run the command as somebody does who sits before a terminal, and return what that shows."""
    environ = {
        **os.environ,
        "DATABASE_URL": there.url,
        "POLICY_FILE": str(there.folder / "policy.json"),
        "CONNECTIONS_FILE": str(there.folder / "connections.json"),
        "PUBLIC_URL": ADDRESS,
        **environment,
    }
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "plugin", "connect", "zendesk", ACME, "--wait", "0"]
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        os.write(ours, says.encode())
        shown = b"".join(iter(lambda: _read(ours), b""))
        process.wait(timeout=30)
    os.close(ours)
    return shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # the other side has closed it
        return b""
