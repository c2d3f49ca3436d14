"""Settings: read once, checked whole, passed as a value.

Rule 1: all mistakes are reported at once, each with its place and remedy.
Rule 2: a secret is named (`env`, `file`), never written, except for a helpdesk on loopback.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from connectors.accounts import Account, ApiToken, BearerToken, OAuthClient
from connectors.errors import PermanentFailure
from connectors.heartbeat import address
from connectors.model import Mode, Status
from connectors.notices import Destination
from connectors.registry import PLATFORMS
from plugin.core.durations import signed_duration
from plugin.core.problems import Problem, Problems, unknown_word
from plugin.documents import check
from plugin.json_file import read_json
from plugin.links import SHORTEST_SECRET
from plugin.store.engine import database_url

DEFAULTS = {
    "DATABASE_URL": "sqlite:///escalation.db",
    "POLICY_FILE": "policy.json",
    "CONNECTIONS_FILE": "connections.json",
    "HOST": "127.0.0.1",
    "PORT": "8080",
    "WEB_CONCURRENCY": "1",
    "WORKER_THREADS": "4",
    "MAX_BODY_BYTES": str(1024 * 1024),
    "LEASE_SECONDS": "60",
    "RECONCILE_MINUTES": "15",
}
#: Not set, they turn something off.
OPTIONAL = ("PUBLIC_URL", "LINK_SECRETS", "HEARTBEAT_URL")
#: A host, or an address in brackets, a port and a path: nothing that another program takes for more than an address.
_PLAIN = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?(/[A-Za-z0-9._~%/-]*)?")
_LARGEST = {"PORT": 65535}
_LONGEST_THROTTLE = timedelta(days=1)
_SECRETS = frozenset({"oauth_client_secret", "api_token", "bearer_token"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Everything the environment decides."""

    database_url: str = field(repr=False)
    policy_file: Path
    connections_file: Path
    host: str
    port: int
    web_concurrency: int
    worker_threads: int
    max_body_bytes: int
    lease_seconds: int
    reconcile_minutes: int
    accounts: Mapping[str, Account]
    destinations: Mapping[str, Destination] = field(default_factory=dict)
    public_url: str = ""  #: Where people reach us; empty: notes carry no links.
    link_secrets: tuple[str, ...] = field(default=(), repr=False)
    heartbeat_url: str = field(default="", repr=False)  #: Called by the worker while all is well; empty: nothing is.

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Return the settings, or raise Problems with every mistake."""
        values = {name: environ.get(name) or default for name, default in DEFAULTS.items()}
        found: list[Problem] = []
        numbers = {name: _number(name, values[name], found) for name in DEFAULTS if DEFAULTS[name].isdigit()}
        accounts, destinations = _connections(values["CONNECTIONS_FILE"], environ, found)
        try:
            database_url(values["DATABASE_URL"])
        except ValueError as problem:
            found.append(Problem(where="DATABASE_URL", message=str(problem)))
        public_url, link_secrets = _public_url(environ, found), _link_secrets(environ, found)
        heartbeat_url = _heartbeat_url(environ, found)
        if found:
            raise Problems("The settings have mistakes:", found)
        return cls(
            database_url=values["DATABASE_URL"],
            policy_file=Path(values["POLICY_FILE"]),
            connections_file=Path(values["CONNECTIONS_FILE"]),
            host=_host(environ, values["HOST"]),
            accounts=accounts,
            destinations=destinations,
            public_url=public_url,
            link_secrets=link_secrets,
            heartbeat_url=heartbeat_url,
            **{name.lower(): number for name, number in numbers.items()},
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Joining:
    """A connection that is being set up."""

    account: Account
    secret_files: tuple[Path, ...]  #: Where signing secrets are expected, whether they are there or not.


def _host(environ: Mapping[str, str], host: str) -> str:
    """Listen to everyone where a platform hands us a port (Heroku's PORT), else to this machine only."""
    return "0.0.0.0" if "PORT" in environ and "HOST" not in environ else host  # noqa: S104  behind the platform's router


def _number(name: str, text: str, found: list[Problem]) -> int:
    if text.isascii() and text.isdigit() and len(text) < 12 and 0 < int(text) <= _LARGEST.get(name, 2**31 - 1):
        return int(text)
    found.append(
        Problem(where=name, message=f'found "{text[:40]}", expected a whole number above 0, such as {DEFAULTS[name]}')
    )
    return 1


def _public_url(environ: Mapping[str, str], found: list[Problem]) -> str:
    """Return where people reach us; people type it into no form, so nothing but scheme, host and path belongs there."""
    url = environ.get("PUBLIC_URL", "").strip().rstrip("/")
    scheme, _, rest = url.partition("://")
    plain = _PLAIN.fullmatch(rest)
    safe = scheme == "https" or (scheme == "http" and is_loopback(url))
    if url and not (safe and plain and _names_a_host(url)):
        message = "expected the https address at which people reach the plugin, such as https://escalation.acme.com"
        found.append(Problem(where="PUBLIC_URL", message=message))
    return url


def _heartbeat_url(environ: Mapping[str, str], found: list[Problem]) -> str:
    """Return where a monitor waits for our sign of life; the address is a secret, and never told."""
    url = environ.get("HEARTBEAT_URL", "").strip()
    try:
        return address(url) if url else ""
    except PermanentFailure as problem:
        found.append(Problem(where="HEARTBEAT_URL", message=str(problem)))
        return ""


def _link_secrets(environ: Mapping[str, str], found: list[Problem]) -> tuple[str, ...]:
    """Return the secrets of links; a mistake is told by its place, never by its text."""
    secrets = tuple(environ.get("LINK_SECRETS", "").replace(",", " ").split())
    make = "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
    if not secrets and environ.get("PUBLIC_URL", "").strip():
        found.append(Problem(where="LINK_SECRETS", message=f"PUBLIC_URL is set, so a secret must sign links; {make}"))
    for i, secret in enumerate(secrets):
        if len(secret) < SHORTEST_SECRET or len(set(secret)) < SHORTEST_SECRET // 4:
            message = f"expected {SHORTEST_SECRET} characters or more, and no repetition; {make}"
            found.append(Problem(where=f"LINK_SECRETS[{i}]", message=message))
    return secrets


def _connections(
    path: str, environ: Mapping[str, str], found: list[Problem]
) -> tuple[Mapping[str, Account], Mapping[str, Destination]]:
    try:
        document = read_json(path, "connections")
        check(document, "connections", title=path)
    except Problems as problems:
        found.extend(Problem(where=_at(path, p.where), message=p.message) for p in problems.found)
        return {}, {}
    accounts = {
        name: _Reader(f"{path}: connections.{name}", item, environ, found, is_loopback(item["base_url"])).account(name)
        for name, item in document["connections"].items()
    }
    destinations = {
        name: _Reader(f"{path}: destinations.{name}", item, environ, found, _is_here(item["url"])).destination(name)
        for name, item in document.get("destinations", {}).items()
    }
    return accounts, destinations


def joining(environ: Mapping[str, str], name: str) -> Joining:
    """Return one connection that is being set up, or raise Problems: its webhook's secret need not be there yet."""
    path = environ.get("CONNECTIONS_FILE") or DEFAULTS["CONNECTIONS_FILE"]
    document = read_json(path, "connections")
    check(document, "connections", title=f"{path} has mistakes:")
    if name not in document["connections"]:
        message = unknown_word(name, document["connections"], what="connection")
        remedy = "write it in, or let --base-url do it"
        raise Problems(f"{path}:", [Problem(where="connections", message=f"{message}; {remedy}")])
    item, found, where = document["connections"][name], list[Problem](), f"{path}: connections.{name}"
    here = is_loopback(item["base_url"])
    there = [one for one in item["webhook_secrets"] if not _unread(one, environ, where, here)]
    account = _Reader(where, {**item, "webhook_secrets": there}, environ, found, here).account(name)
    if found:
        raise Problems(f"{path} has mistakes:", found)
    awaited = [one["file"] for one in item["webhook_secrets"] if isinstance(one, dict) and "file" in one]
    return Joining(account=account, secret_files=tuple(map(Path, awaited)))


def _unread(value: Any, environ: Mapping[str, str], where: str, here: bool) -> bool:
    found: list[Problem] = []
    _Reader(where, {}, environ, found, here)._value("", value, secret=not isinstance(value, str))
    return bool(found)


def receiving_at(environ: Mapping[str, str]) -> str:
    """Return where a helpdesk reaches us, or raise Problems."""
    found: list[Problem] = []
    url = _public_url(environ, found)
    if not url and not found:
        message = "where does the helpdesk reach the plugin? Give --public-url, such as https://escalation.acme.com"
        found.append(Problem(where="PUBLIC_URL", message=message))
    if found:
        raise Problems("The address is missing or wrong:", found)
    return url


def _at(path: str, where: str) -> str:
    return f"{path}: {where}" if where else path


@dataclass
class _Reader:
    """Reads one connection, or one destination."""

    where: str
    item: Mapping[str, Any]
    environ: Mapping[str, str]
    found: list[Problem]
    here: bool  #: On this machine, where a secret may be written.

    def account(self, name: str) -> Account:
        base_url = self.item["base_url"].rstrip("/")
        if not _names_a_host(base_url):
            self._says("base_url", f'found "{base_url}", expected an address such as https://acme.zendesk.com')
        if base_url.startswith("http://") and not is_loopback(base_url):
            self._says("base_url", f'found "{base_url}", expected https; http is accepted for loopback only')
        secrets = [
            self._value(f"webhook_secrets[{i}]", v, secret=True) for i, v in enumerate(self.item["webhook_secrets"])
        ]
        account = Account(
            name=name,
            platform=self.item["platform"],
            base_url=base_url,
            auth=self._auth(),
            webhook_secrets=tuple(secrets),
            accept_test_secret=self.item.get("accept_test_secret", False),
            mode=Mode(self.item.get("mode", "enforce")),
            statuses={name: Status(word) for name, word in self.item.get("statuses", {}).items()},
            priorities=self.item.get("priorities", {}),
            scope=self.item.get("scope", ""),
        )
        wrong = PLATFORMS[account.platform].mistakes(account) if _names_a_host(base_url) else {}
        for place, message in wrong.items():
            self._says(place, message)
        return account

    def destination(self, name: str) -> Destination:
        """Return where somebody is told; whether the address is of use, the first message shows."""
        url = self._value("url", self.item["url"], secret=True)
        if url and "://" not in url:
            self._says("url", "is no address such as slack://…; see docs/how-to/tell-stakeholders.md")
        return Destination(name=name, url=url, throttle=self._throttle(self.item.get("throttle", "1m")))

    def _throttle(self, text: str) -> timedelta:
        try:
            found = signed_duration(text)
        except ValueError:
            found = -_LONGEST_THROTTLE
        if not timedelta() <= found <= _LONGEST_THROTTLE:
            self._says("throttle", f'found "{text[:40]}", expected a duration such as 1m, at most one day; 0s for none')
        return found

    def _auth(self) -> OAuthClient | ApiToken | BearerToken:
        values = {k: self._value(f"auth.{k}", v, secret=k in _SECRETS) for k, v in self.item["auth"].items()}
        if "bearer_token" in values:
            return BearerToken(token=values["bearer_token"])
        if "api_token" in values:
            return ApiToken(email=values["email"], api_token=values["api_token"])
        return OAuthClient(client_id=values["oauth_client_id"], client_secret=values["oauth_client_secret"])

    def _value(self, place: str, value: Any, *, secret: bool) -> str:
        if isinstance(value, str):
            if secret and not self.here:
                self._says(place, 'a secret must not be written here; use {"env": NAME} or {"file": PATH}')
            return value
        text = self._from_env(place, value["env"]) if "env" in value else self._from_file(place, value["file"])
        if not text.isascii() or not text.isprintable():
            self._says(place, "holds a line break or a letter that no secret has; was more copied than the secret?")
        return text

    def _from_env(self, place: str, name: str) -> str:
        try:
            text = self.environ.get(name, "").strip()
        except ValueError:  # no variable can have such a name
            text = ""
        if not text:
            self._says(place, f"the environment variable {name} is not set")
        return text

    def _from_file(self, place: str, path: str) -> str:
        try:
            text = Path(path).read_text("utf-8").strip()
        except (OSError, ValueError) as problem:  # ValueError: no text, or a path with a letter that no path has
            self._says(place, f"{path!r} cannot be read: {type(problem).__name__}")
            return ""
        if not text:
            self._says(place, f"{path} is empty")
        return text

    def _says(self, place: str, message: str) -> None:
        self.found.append(Problem(where=f"{self.where}.{place}", message=message))


def _names_a_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _is_here(url: Any) -> bool:
    return isinstance(url, str) and is_loopback(url)


def is_loopback(url: str) -> bool:
    """Return True if the URL names this machine."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
