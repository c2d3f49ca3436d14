"""The helpdesk accounts we are connected to, and what opens them.

Rule: a secret is never shown: not in a repr, not in a message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.model import Mode, Status


@dataclass(frozen=True, kw_only=True, slots=True)
class OAuthClient:
    """Client credentials of an OAuth client of the account."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiToken:
    """An agent's e-mail and API token."""

    email: str
    api_token: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class BearerToken:
    """A ready access token: of OAuth, or a personal one."""

    token: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """One helpdesk account the plugin is connected to."""

    name: str
    platform: str
    base_url: str  #: Scheme, host, and the path before everything where there is one; no trailing slash.
    auth: OAuthClient | ApiToken | BearerToken
    webhook_secrets: tuple[str, ...] = field(repr=False)
    accept_test_secret: bool = False
    mode: Mode = Mode.ENFORCE
    #: What the platform's own statuses, by id or name, are in our words; of a platform whose statuses are free.
    statuses: Mapping[str, Status] = field(default_factory=dict)
    priorities: Mapping[str, str] = field(default_factory=dict)  #: And its priorities.
    scope: str = ""  #: Which tickets it is about, in the platform's query language; empty: all.


def unconnected(name: str, platform: str) -> Account:
    """Return an account that nothing can be asked of: for reading what was kept in a file."""
    return Account(name=name, platform=platform, base_url="", auth=BearerToken(token=""), webhook_secrets=())
