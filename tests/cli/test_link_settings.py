"""What turns links on, and how mistakes in it are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugin.bootstrap import build
from plugin.core.problems import Problems
from plugin.settings import Settings
from tests.cli.test_mistakes import environment

URL, SECRET, NEXT = "https://escalation.acme.com", "0123456789abcdef" * 2, "fedcba9876543210" * 2


def settings(folder: Path, **changed: str) -> Settings:
    return Settings.from_env(environment(folder, **changed))


def test_without_an_address_there_are_no_links(tmp_path: Path) -> None:
    for changed in ({}, {"PUBLIC_URL": ""}, {"PUBLIC_URL": " "}, {"PUBLIC_URL": " ", "LINK_SECRETS": SECRET}):
        parts = build(settings(tmp_path, **changed))

        assert not parts.links.on
        parts.store.close()


@pytest.mark.parametrize("url", [URL, f"{URL}/", f"{URL}/a/b/", "http://127.0.0.1:8080", "http://localhost:8080"])
@pytest.mark.parametrize("between", [" ", ",", ", ", "\n"])
def test_an_address_and_secrets_turn_them_on(tmp_path: Path, url: str, between: str) -> None:
    found = settings(tmp_path, PUBLIC_URL=url, LINK_SECRETS=f"{SECRET}{between}{NEXT}")

    assert (found.public_url, found.link_secrets) == (url.rstrip("/"), (SECRET, NEXT))
    assert SECRET not in repr(found)


@pytest.mark.parametrize(
    "url",
    [
        *["http://escalation.acme.com", "escalation.acme.com", "https://", "ftp://acme.com", "https://acme.com?x=1"],
        *["https://acme.com#x", "https://u:hunter2@acme.com", "https://acme .com", "https://[acme", "x"],
        *["https://e.acme.test{{7*7}}", "https://acme.com/<b>", "https://acme.com\\\\x", "https://acme.com/$(x)"],
    ],
)
def test_an_address_at_which_nobody_reaches_us_safely_is_a_mistake(tmp_path: Path, url: str) -> None:
    with pytest.raises(Problems) as told:
        settings(tmp_path, PUBLIC_URL=url, LINK_SECRETS=SECRET)

    assert "PUBLIC_URL: expected the https address" in str(told.value)
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize(
    ("secrets", "place"),
    [
        ("", "LINK_SECRETS: PUBLIC_URL is set"),
        ("hunter2", "LINK_SECRETS[0]: expected 32 characters"),
        (f"{SECRET} hunter2", "LINK_SECRETS[1]: expected 32 characters"),
        ("hunter2" * 9, "LINK_SECRETS[0]: expected 32 characters"),
    ],
)
def test_a_weak_secret_is_told_by_its_place_alone(tmp_path: Path, secrets: str, place: str) -> None:
    with pytest.raises(Problems) as told:
        settings(tmp_path, PUBLIC_URL=URL, LINK_SECRETS=secrets)

    assert place in str(told.value)
    assert "secrets.token_urlsafe(32)" in str(told.value)
    assert "hunter2" not in str(told.value)
