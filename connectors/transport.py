"""The one way out: every call to every platform goes through here.

Rule 1: a call goes to its connection's own scheme, host and port, or nowhere; no redirect is followed.
Rule 2: nothing is repeated beneath us, except once after a refused token was renewed: a 401 changed nothing.
Rule 3: whatever is no success is one of our errors at once (connectors.outcomes); nobody above sees a bad answer.
Rule 4: proxies and certificates of the environment are honoured, for companies need them; its `.netrc` and any
        cookies are not, for our credentials are the only ones. Loopback is never reached through a proxy.
Rule 5: who counts calls is asked before each and hears of it after, its answer good or bad.
Rule 6: every wait and every answer is bounded: a clock beside the call hangs up, however steadily the answer trickles.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from functools import cache, partial
from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter

from connectors import outcomes
from connectors.calls import Called, Listener, ReadAllowances, endpoint, no_allowances
from connectors.contract import Clock
from connectors.credentials import Credentials
from connectors.errors import ConnectorError, PermanentFailure
from connectors.outcomes import Call, Explain
from connectors.patience import Patience

#: Seconds to connect, and to wait for the answer's next byte.
TIMEOUT = (3.05, 20.0)
#: Seconds for an answer's head, and for its body.
LONGEST_ANSWER = 60.0
#: A hundred comments of 64 kB, each in three renderings, is the largest honest answer we ask for.
MOST_BYTES = 32 * 2**20
#: Stands for the connection's own host, for clients that insist on making the URL themselves.
OWN_HOST = "own-host.invalid"
_DISTRIBUTION = "escalation-plugin"
_PATIENCE = Patience()


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What a host is asked for; a platform's API answers with JSON."""

    accept: str = "application/json"
    json: bool = True  #: Whether a success that is no JSON is none.
    most_bytes: int | None = None  #: None: MOST_BYTES.
    name: str = ""  #: Said in messages instead of an address that is a secret.


API = Wanted()


class Transport(requests.Session):
    """A session for one thread and one host, which raises nothing but ConnectorError."""

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        *,
        clock: Clock,
        explain: Explain,
        wanted: Wanted = API,
        allowances: ReadAllowances = no_allowances,
        listener: Listener | None = None,
    ) -> None:
        super().__init__()
        self._wanted = wanted
        self._allowances = allowances
        self._listener = listener
        self._base = urlsplit(base_url)
        self._clock = clock
        self._explain = explain
        self.credentials = credentials
        self.auth = credentials
        self.mount("https://", BoundedAdapter(LONGEST_ANSWER))
        self.mount("http://", BoundedAdapter(LONGEST_ANSWER))
        self.trust_env = not is_loopback(self._base.hostname or "")
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.headers.update({"User-Agent": f"escalation-plugin/{_version()}", "Accept": wanted.accept})

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """Send one call; return its success or raise a ConnectorError."""
        verb, place = str(method).upper(), self._pinned(str(url))
        call = self._call(verb, place)
        kwargs |= {"timeout": TIMEOUT, "allow_redirects": False, "verify": True, "stream": True}
        response = self._sent(call, place, *args, **kwargs)
        if response.status_code == 401 and self.credentials.renewed(response.request):
            response = self._sent(call, place, *args, **kwargs)
        outcomes.check(call, response, self._explain, now=self._clock(), json=self._wanted.json)
        return response

    def _call(self, verb: str, place: str) -> Call:
        if self._wanted.name:
            return Call(verb=verb, host=self._wanted.name, path="")
        return Call(verb=verb, host=self._base.netloc, path=urlsplit(place).path)

    def _sent(self, call: Call, url: str, *args: Any, **kwargs: Any) -> requests.Response:
        """Make one call, and have whoever counts hear of it."""
        if self._listener is None:
            return self._answered(call, url, *args, **kwargs)
        name = endpoint(call.verb, call.path)
        self._listener.before(name)
        try:
            response = self._answered(call, url, *args, **kwargs)
        except ConnectorError:
            self._listener.after(Called(endpoint=name, status=None))
            raise
        left = self._allowances(response.headers, name, self._clock())
        self._listener.after(Called(endpoint=name, status=response.status_code, allowances=left))
        return response

    def _answered(self, call: Call, url: str, *args: Any, **kwargs: Any) -> requests.Response:
        try:
            response = super().request(call.verb, url, *args, **kwargs)
            with response:
                _read_whole(response, self._wanted.most_bytes or MOST_BYTES)
        except requests.RequestException as exc:
            raise outcomes.unanswered(call, exc) from exc
        except ValueError as exc:  # a header that cannot be sent, quoted in what it says: so it goes no further
            raise outcomes.unanswered(call, exc) from None
        return response

    def _pinned(self, url: str) -> str:
        asked = urlsplit(url)
        if asked.netloc != OWN_HOST and _origin(asked) != _origin(self._base):
            own = f"{self._base.scheme}://{self._base.netloc}"
            raise PermanentFailure(
                f"a call to {asked.scheme}://{asked.hostname} was refused: this connection may only talk to {own}"
            )
        return urlunsplit((self._base.scheme, self._base.netloc, asked.path, asked.query, ""))


def is_loopback(host: str) -> bool:
    """Tell if the host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _origin(url: SplitResult) -> tuple[str, str | None, int | None]:
    try:
        port = url.port
    except ValueError as exc:
        raise PermanentFailure("a call was refused: its address has no readable port") from exc
    return url.scheme, url.hostname, port or {"https": 443, "http": 80}.get(url.scheme)


class BoundedAdapter(HTTPAdapter):
    """Has every connection wait for an answer's head no longer than allowed."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """Return the pool of a host, or of the proxy before it."""
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = _bounded(pool.ConnectionCls, self._seconds)
        return pool


class _Bounded:
    """Makes a connection one whose answer's head comes in time, or not at all."""

    sock: socket.socket
    seconds: float

    def getresponse(self) -> Any:
        """Read the status and the headers."""
        with _PATIENCE.at_most(self.seconds, partial(self.sock.shutdown, socket.SHUT_RD)):
            return super().getresponse()  # type: ignore[misc]


@cache
def _bounded(kind: type[Any], seconds: float) -> type[Any]:
    return kind if issubclass(kind, _Bounded) else type("Bounded", (_Bounded, kind), {"seconds": seconds})


def _read_whole(response: requests.Response, most_bytes: int) -> None:
    """Read the body, but no more and no longer than allowed; `content` and `json()` work afterwards as ever."""
    body, whole = read(response, most_bytes, seconds=LONGEST_ANSWER)
    if not whole:
        raise requests.exceptions.ContentDecodingError("the answer is too long")
    response._content = body


def read(response: requests.Response, most_bytes: int, *, seconds: float) -> tuple[bytes, bool]:
    """Return the body as far as it may be read, and whether that is all of it."""
    body = bytearray()
    try:
        with _PATIENCE.at_most(seconds, response.raw.shutdown):
            for chunk in response.iter_content(64 * 1024):
                body += chunk
                if len(body) > most_bytes:
                    return bytes(body[:most_bytes]), False
    except TimeoutError as exc:
        raise requests.exceptions.ReadTimeout(exc) from exc
    return bytes(body), True


@cache
def _version() -> str:
    try:
        return version(_DISTRIBUTION)
    except PackageNotFoundError:
        return "0"
